from __future__ import annotations

import pytest
from aiokafka.consumer import fetcher

from streams.runtime import client  # installs it
from streams.runtime.codec import DecodeError, decode
from streams.runtime.tolerant import TolerantRecords, Unreadable
from tests.support.raw_batch import bad_batch


def test_the_library_reads_through_us() -> None:
    assert client
    assert fetcher.MemoryRecords is TolerantRecords, "aiokafka took its reader from elsewhere"


def test_a_batch_that_cannot_be_read_is_gone_through() -> None:
    records = TolerantRecords(bytes(bad_batch([b"1", b"2", b"3"])._build()))
    assert records.has_next()
    batch = records.next_batch()
    assert batch is not None
    found = list(batch)
    assert [each.offset for each in found] == [0, 1, 2]
    assert all(isinstance(each, Unreadable) for each in found)
    assert batch.next_offset == 3
    assert records.next_batch() is None
    with pytest.raises(DecodeError):
        decode(found[0].key, found[0].value, found[0].headers)
