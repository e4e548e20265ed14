from __future__ import annotations

import numpy as np

from workers.tts.sentences import SentenceCache


def sound(level: float) -> np.ndarray:
    return np.full(100, level, np.float32)


def test_a_kept_sentence_sounds_as_it_did_the_first_time() -> None:
    cache = SentenceCache()
    assert cache.get("a") is None
    first = cache.put("a", sound(0.3))
    again = cache.get("a")
    assert again is not None
    assert again.dtype == first.dtype == np.float32
    np.testing.assert_array_equal(again, first)
    np.testing.assert_allclose(first, 0.3, atol=1 / 32767)


def test_full_scale_and_more_is_clipped_not_wrapped() -> None:
    kept = SentenceCache().put("loud", np.array([1.0, -1.0, 1.7, -1.7], np.float32))
    np.testing.assert_array_equal(kept, [1.0, -1.0, 1.0, -1.0])


def test_what_was_not_asked_for_the_longest_goes() -> None:
    cache = SentenceCache(most=2)
    cache.put("a", sound(0.1))
    cache.put("b", sound(0.2))
    cache.get("a")
    cache.put("c", sound(0.3))
    assert [cache.get(each) is not None for each in "abc"] == [True, False, True]
