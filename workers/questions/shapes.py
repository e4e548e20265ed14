"""The sentences in which an English phrase may be taken up.

``(a|b)`` is a choice, which may be empty; ``{p}`` is the phrase. Everything that a shape admits is
meant to read naturally around every phrase of its form and kind of doing: that is what a small
model cannot be trusted with, and what the guard's other rules cannot see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from workers.questions.kinds import Building, Deed, Form, Tells

_LEADS: dict[tuple[Form, bool], tuple[str, ...]] = {
    (Form.PAST, True): (
        "You said( that|) you {p}.",
        "You( just|) mentioned that you {p}.",
        "When you {p},",
        "So you {p}.",
    ),
    (Form.PAST, False): (
        "Your résumé says( that|) you {p}.",
        "According to your résumé, you {p}.",
        "Your résumé mentions that you {p}.",
    ),
    (Form.PRESENT, True): (
        "You said( that|) you {p}.",
        "You( just|) mentioned that you {p}.",
        "When you {p},",
        "So you {p}.",
    ),
    (Form.GERUND, True): ("You mentioned {p}.", "You( just|) spoke of {p}."),
    (Form.CLAUSE, True): (
        "You( just|) said “{p}”.",
        "You told me “{p}”.",
        "Let us stay with “{p}” for a moment.",
        "You said “{p}” a moment ago.",
    ),
}

_AGAIN = "what would you do differently (today|next time|if you had to do it again)?"
_HARDEST = "what was the (hardest|most difficult|most demanding) part of (it|that)( for you|)?"
_LEARNT = "what did you (learn|take away) from (it|that)?"

_QUESTIONS: dict[tuple[Form, Deed | Tells | None], tuple[str, ...]] = {
    (Form.PAST, Deed.CHANGE): (
        "what (gave you the idea|made you decide to do it|convinced you that it was worth doing)?",
        "(what problem|which problem) were you trying to solve?",
        _HARDEST,
        "how did you (know|check|find out) whether it (had helped|had made a difference)?",
        "how did (the people around you|your colleagues|others) (react|respond)( to it|)?",
        "what changed (afterwards|as a result)?",
        _AGAIN,
        "(which|what) other options did you (consider|think about)?",
        _LEARNT,
        "who (else was involved|helped you with it|did you have to convince)?",
    ),
    (Form.PAST, Deed.CARRY): (
        _HARDEST,
        "how did you decide what (came first|mattered most)?",
        "how did you keep (track of everything|an overview)?",
        "what (went better|turned out to be harder) than you had expected?",
        _LEARNT,
        _AGAIN,
        "which part of it (taught you the most|took the most effort|was hardest to get right)?",
        "how did you (prepare for it|go about it)?",
        "how could you tell (that it was going well|whether it was going well)?",
    ),
    (Form.PAST, Deed.LOOK): (
        "what (surprised you most|did you find out|did you do with the results)?",
        "what made you decide to do (it that way|that)?",
        "how did you (go about it|go about that)?",
        "what did you (do|decide) (next|after that)?",
        "how did you make sure that (the result was right|nothing was missed)?",
        _LEARNT,
        _AGAIN,
    ),
    (Form.PAST, Deed.SPEAK): (
        "how did it turn out( in the end|)?",
        "what made you decide to do (that|it)?",
        "what was the (hardest|most delicate|most difficult) part of (it|that)?",
        _LEARNT,
        "what would you do differently next time?",
        "how did you prepare for (it|that)?",
        "what happened (next|after that)?",
    ),
    (Form.PRESENT, None): (
        "what do you pay (most|close|special) attention to?",
        "what is the (hardest|most demanding|most interesting) part of (it|that)( for you|)?",
        "how do you notice (that|when) something (is going|goes) wrong?",
        "what have you changed about (it|that) over time?",
        "what has (it|that) taught you( so far|)?",
        "how did you learn to do (it|that) well?",
        "what would you like to (improve|change) about (it|that)?",
        "how do you make sure that (it goes well|nothing is missed)?",
    ),
    (Form.GERUND, None): (
        "what was the (hardest|most difficult|most rewarding) part of (it|that)( for you|)?",
        _LEARNT,
        "how did that change the way you work?",
        "what made that (important|worthwhile)( for you| to you|)?",
        "what would you tell a new colleague about (it|that)?",
        "how did you go about (it|that)?",
    ),
    (Form.CLAUSE, Tells.PAST): (
        "what led up to (it|that)?",
        "what did you take away from that?",
        "how did that (change|influence|affect) the way you work?",
        "what did that mean for (you|your work|the people around you)?",
        "could you tell me (more about that|how that came about)?",
    ),
    (Form.CLAUSE, Tells.MET): (
        "how did you (deal with|respond to) that?",
        "what was the (hardest|most difficult) part of that( for you|)?",
        "what did you take away from that?",
        "how did that (change|influence|affect) the way you work?",
        "what did that mean for (you|your work|the people around you)?",
        "could you tell me more about that?",
    ),
    (Form.CLAUSE, Tells.MUST): (
        "how did you go about (it|that)?",
        "what was the (hardest|most difficult) part of that( for you|)?",
        _LEARNT,
        _AGAIN,
        "who helped you with that?",
    ),
    (Form.CLAUSE, Tells.REGRET): (
        "what held you back at the time?",
        "what would you do in (the same|such a) situation today?",
        "what have you changed since then?",
        "how would you notice it earlier (today|next time)?",
    ),
    (Form.CLAUSE, Tells.OWN): (
        "what led up to (it|that)?",
        "what did you take away from that?",
        "how did that (change|influence|affect) the way you work?",
        "what did that mean for (the people around you|your colleagues)?",
        "could you tell me (more about that|how that came about)?",
        "what was (difficult|most difficult) about that( for you|)?",
    ),
    (Form.CLAUSE, Tells.HABIT): (
        "why is that important( to you| in your work)?",
        "what has that taught you( so far|)?",
        "what is the (hardest|most demanding|most rewarding) part of that( for you|)?",
        "what would you like to change about that?",
        "what difference does that make( to your work| to the people you work with|)?",
    ),
    (Form.CLAUSE, Tells.TRAIT): (
        "could you give me an example( of that|)?",
        "how does that show in your (work|daily work)?",
        "how do the people you work with (notice|see) that?",
        "how would that show in this (job|position|role)?",
        "what has that meant for the people you work with?",
    ),
    (Form.CLAUSE, Tells.WISH): (
        "why is that important to you?",
        "what have you done for that( so far|)?",
        "how would that help you in this (job|position|role)?",
        "what would be your first step?",
        "what would you need for that?",
    ),
}

_WHOLE: dict[tuple[Form, Deed | Tells | None], tuple[str, ...]] = {
    (Form.PAST, Deed.CHANGE): (
        "What changed after you {p}?",
        "How did (your colleagues|the people around you|others) (react|respond) when you {p}?",
        "What was (hardest|most difficult) for you when you {p}?",
        "(Which|What) options did you consider before you {p}?",
        "What (problem|need|risk) did you see before you {p}?",
    ),
    (Form.PAST, Deed.CARRY): (
        "What (mattered most to you|was most difficult for you) when you {p}?",
        "What did you learn when you {p}?",
        "How did you keep track of everything when you {p}?",
    ),
    (Form.PAST, Deed.LOOK): (
        "What did you (expect|hope) to find when you {p}?",
        "What surprised you( most|) when you {p}?",
        "What changed after you {p}?",
    ),
    (Form.PAST, Deed.SPEAK): (
        "What did you (want|hope) to achieve when you {p}?",
        "What mattered most to you when you {p}?",
        "What happened after you {p}?",
    ),
    (Form.PRESENT, None): (
        "What do you pay (most|close|special) attention to when you {p}?",
        "How do you make sure that nothing is missed when you {p}?",
    ),
    (Form.GERUND, None): (
        "What was the (hardest|most difficult|most rewarding) part of {p}?",
        "What did you learn (from|while) {p}?",
        "How did {p} change the way you work?",
        "What would you tell a new colleague about {p}?",
    ),
}


def asking(building: Building) -> tuple[list[str], list[str], list[str]]:
    """Return leads, what they can be followed by, and shapes that need no lead."""
    kind = building.kind if building.form in (Form.PAST, Form.CLAUSE) else None
    key = building.form, kind
    # nothing in the ones without a lead would say that the résumé is meant
    whole = list(_WHOLE.get(key, ())) if building.said else []
    return list(_LEADS[building.form, building.said]), list(_QUESTIONS[key]), whole


def filled(lead: str, ask: str, phrase: str) -> str:
    """Return the question: ``lead`` before ``ask``, unless the ask has the phrase in itself."""
    if "{p}" in ask:
        return ask.replace("{p}", phrase)
    return f"{lead.replace('{p}', phrase)} {ask if lead.endswith(',') else capital(ask)}"


def capital(text: str) -> str:
    """Return ``text`` with a capital first."""
    return text[:1].upper() + text[1:]


_CHOICE = re.compile(r"\(([^()]*)\)")


@cache
def spelled(shape: str) -> tuple[str, ...]:
    """Return everything that ``shape`` admits, with ``{p}`` still in it."""
    choice = _CHOICE.search(shape)
    if choice is None:
        return (shape,)
    before, after = shape[: choice.start()], shape[choice.end() :]
    return tuple(
        f"{before}{option}{rest}" for option in choice[1].split("|") for rest in spelled(after)
    )


def was_used(ask: str, asked: Iterable[str]) -> bool:
    """Whether a question in ``asked`` is, or ends with, what ``ask`` admits."""
    return any(_asked_as(ask).search(each) for each in asked)


def began(lead: str, asked: Iterable[str]) -> bool:
    """Whether a question in ``asked`` begins with ``lead``."""
    return any(_begun_as(lead).match(each) for each in asked)


@cache
def _asked_as(ask: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{_alternatives(ask)})$", re.IGNORECASE)


@cache
def _begun_as(lead: str) -> re.Pattern[str]:
    return re.compile(_alternatives(lead.partition("{p}")[0]))


def _alternatives(shape: str) -> str:
    return "|".join(re.escape(each).replace(r"\{p\}", ".+") for each in spelled(shape))


def texts() -> list[object]:
    """Return all that is admitted here, for a version."""
    return [
        [str(key), each] for table in (_LEADS, _QUESTIONS, _WHOLE) for key, each in table.items()
    ]
