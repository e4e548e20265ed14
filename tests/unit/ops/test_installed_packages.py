"""Two packages that write the same file leave it to the order of installing which one is used."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import distributions


def test_no_file_belongs_to_two_installed_packages() -> None:
    owners = Counter(
        str(file) for distribution in distributions() for file in distribution.files or ()
    )
    assert owners
    assert sorted(file for file, count in owners.items() if count > 1) == []
