"""A zip file that is checked before anything in it is unpacked."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from gateway.resumes.refusal import Code, Refused, damaged, encrypted

MAX_ENTRIES = 1_000
"""Files in the archive; a document with many pictures has a few dozen."""

MAX_UNPACKED = 50 * 1024 * 1024
"""Bytes of all files together, as the archive declares them."""

MAX_PART = 20 * 1024 * 1024
"""Bytes of one file that is read, counted while it is unpacked."""

MAX_RATIO = 100
"""Unpacked bytes for one packed, in a file of more than ``_RATIO_FROM`` bytes."""

_RATIO_FROM = 1024 * 1024
_CHUNK = 64 * 1024
_ENCRYPTED_FLAG = 0x1


class Archive:
    """The files of a zip archive in memory; nothing nested in it is opened."""

    def __init__(self, data: bytes) -> None:
        """Read the directory of the archive and check what it declares.

        Raises:
            Refused: it declares more than a résumé can hold, or a password.
            Exception: whatever the library makes of a damaged file.
        """
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        entries = self._zip.infolist()
        if len(entries) > MAX_ENTRIES or sum(each.file_size for each in entries) > MAX_UNPACKED:
            raise _unpacks_too_large()
        for each in entries:
            if each.file_size > _RATIO_FROM and each.file_size > MAX_RATIO * each.compress_size:
                raise _unpacks_too_large()
            if each.flag_bits & _ENCRYPTED_FLAG:
                raise encrypted()
        self._names = [each.filename for each in entries]

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def read(self, name: str) -> Iterator[bytes]:
        """Yield the content of ``name`` in pieces.

        Raises:
            Refused: there are two files of this name, or it unpacks to more than ``MAX_PART``.
            KeyError: there is no such file.
            Exception: whatever the library makes of a damaged file.
        """
        if self._names.count(name) > 1:  # which one is meant depends on the reader
            raise damaged()
        length = 0
        with self._zip.open(name) as part:
            while chunk := part.read(_CHUNK):
                length += len(chunk)
                if length > MAX_PART:
                    raise _unpacks_too_large()
                yield chunk


def _unpacks_too_large() -> Refused:
    return Refused(
        Code.UNPACKS_TOO_LARGE,
        "this file unpacks to more than a résumé can hold: save it again without its pictures",
    )
