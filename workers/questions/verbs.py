"""English verbs of work, by what a question can ask about them.

A phrase is only built into a sentence when its verb is in this list, because nothing else says
where the verb of a transcript is and what may be asked about it.
"""

from __future__ import annotations

from workers.questions.kinds import Deed

_CHANGE = (
    "add/added automate/automated build/built change/changed close/closed create/created "
    "cut/cut/cutting design/designed develop/developed divide/divided double/doubled "
    "draft/drafted drop/dropped/dropping establish/established expand/expanded "
    "fit/fitted/fitting fix/fixed halve/halved implement/implemented improve/improved "
    "increase/increased install/installed introduce/introduced launch/launched make/made "
    "merge/merged migrate/migrated move/moved open/opened organise/organised "
    "organize/organized propose/proposed put/put/putting rebuild/rebuilt redesign/redesigned "
    "reduce/reduced remove/removed reorganise/reorganised repair/repaired replace/replaced "
    "rewire/rewired rewrite/rewrote set/set/setting shorten/shortened simplify/simplified "
    "solve/solved split/split/splitting standardise/standardised swap/swapped/swapping "
    "switch/switched write/wrote"
)
_CARRY = (
    "book/booked coach/coached cook/cooked coordinate/coordinated deliver/delivered do/did "
    "drive/drove handle/handled host/hosted lead/led maintain/maintained manage/managed "
    "mentor/mentored operate/operated oversee/oversaw plan/planned/planning prepare/prepared "
    "run/ran/running schedule/scheduled sell/sold serve/served supervise/supervised "
    "supply/supplied teach/taught train/trained translate/translated work/worked"
)
_LOOK = (
    "analyse/analysed analyze/analyzed audit/audited check/checked compare/compared "
    "count/counted inspect/inspected investigate/investigated measure/measured "
    "monitor/monitored record/recorded research/researched review/reviewed test/tested "
    "track/tracked walk/walked weigh/weighed"
)
_SPEAK = (
    "ask/asked call/called convince/convinced explain/explained help/helped "
    "interview/interviewed invite/invited match/matched negotiate/negotiated pair/paired "
    "persuade/persuaded show/showed talk/talked"
)
_BARE_OBJECT = frozenset(("make", "do", "put", "set", "run", "drive", "walk", "call", "show"))
"""What stands before many things that are no object: these want an article or a number next."""


def _forms(text: str, deed: Deed) -> dict[str, tuple[str, Deed]]:
    return {each.split("/")[1]: (each.split("/")[0], deed) for each in text.split()}


PAST: dict[str, tuple[str, Deed]] = {
    **_forms(_CHANGE, Deed.CHANGE),
    **_forms(_CARRY, Deed.CARRY),
    **_forms(_LOOK, Deed.LOOK),
    **_forms(_SPEAK, Deed.SPEAK),
}
"""By past form: the base form and the kind."""


def _gerund(entry: str) -> str:
    base, _, rest = entry.partition("/")
    _, _, given = rest.partition("/")
    if given:
        return given
    return (base[:-1] if base.endswith("e") and not base.endswith("ee") else base) + "ing"


GERUNDS = frozenset(_gerund(each) for each in " ".join((_CHANGE, _CARRY, _LOOK, _SPEAK)).split())
BASES: dict[str, Deed] = dict(PAST.values())
BARE_OBJECT = _BARE_OBJECT | frozenset(
    past for past, (base, _) in PAST.items() if base in _BARE_OBJECT
)
