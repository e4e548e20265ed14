"""How often Python looks for cycles."""

from __future__ import annotations

import gc


def collect_rarely() -> None:
    """Spare the garbage collector what it would look through in vain.

    Records, events, packets and rows hold no cycles: their reference counts free them. Thousands
    that are held while an answer or a batch is open would have the collector go through all of them
    and all modules, again and again, for a tenth of the processor's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
