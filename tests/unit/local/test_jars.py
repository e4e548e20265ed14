"""Jars: pinned by coordinate and checksum, never taken on trust."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from deploy.local import jars
from deploy.local.errors import LocalError


@pytest.fixture
def wanted(tmp_path: Path) -> jars.Jars:
    """Two jars, whose content is their name."""
    names = ("a.b:good:1", "a.b:altered:2")
    (tmp_path / "coordinates").write_text("\n".join(names))
    lines = [f"{hashlib.sha256(name.encode()).hexdigest()}  {name}" for name in names]
    (tmp_path / "checksums").write_text("\n".join(lines))
    return jars.Jars(tmp_path / "coordinates", tmp_path / "checksums")


@pytest.fixture
def two(tmp_path: Path, wanted: jars.Jars) -> Path:
    """A cache of the two, one of which is altered."""
    root = tmp_path / "jars"
    good, altered = jars.coordinates(wanted)
    for name, content in ((good, good), (altered, "malware")):
        path = jars.jar_path(root, name)
        path.parent.mkdir(parents=True)
        path.write_text(content)
    return root


@pytest.mark.parametrize(
    ("which", "one"),
    [
        (jars.KAFKA, "org.apache.kafka:kafka_2.13:4.3.1"),
        (jars.TYPESCRIPT, "org.webjars.npm:typescript:5.9.3"),
    ],
)
def test_every_coordinate_has_a_checksum_and_one_version(which: jars.Jars, one: str) -> None:
    found = jars.coordinates(which)
    assert sorted(found) == sorted(jars.checksums(which))
    artifacts = [each.rpartition(":")[0] for each in found]
    assert len(set(artifacts)) == len(artifacts), "two versions of one jar"
    assert all(len(digest) == 64 for digest in jars.checksums(which).values())
    assert one in found


def test_a_path_is_a_maven_repository_s(tmp_path: Path) -> None:
    path = jars.jar_path(tmp_path, "org.apache.kafka:kafka_2.13:4.3.1")
    assert path == tmp_path / "org/apache/kafka/kafka_2.13/4.3.1/kafka_2.13-4.3.1.jar"


def test_an_altered_jar_counts_as_missing(two: Path, wanted: jars.Jars) -> None:
    assert jars.missing(two, wanted) == ["a.b:altered:2"]


def test_a_complete_cache_is_used_without_a_network(
    two: Path, wanted: jars.Jars, monkeypatch: pytest.MonkeyPatch
) -> None:
    jars.jar_path(two, "a.b:altered:2").write_text("a.b:altered:2")

    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(jars, "_download", refuse)
    assert [path.name for path in jars.fetch(two, wanted)] == ["good-1.jar", "altered-2.jar"]


def test_a_jar_that_arrives_altered_is_refused_and_removed(
    two: Path, wanted: jars.Jars, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Served:
        """Stands for jgo: serves something else than we know."""

        def __init__(self, *, repo_cache: Path, timeout: int) -> None:
            self.root, self.artifact = repo_cache, self

        def create_dependency(self, coordinate: str) -> Served:
            self.path = jars.jar_path(self.root, coordinate)
            return self

        def resolve(self) -> None:
            self.path.write_text("malware again")

    monkeypatch.setattr("jgo.maven.MavenContext", Served)
    with pytest.raises(LocalError, match=r"a\.b:altered:2 does not have the checksum"):
        jars.fetch(two, wanted)
    assert not jars.jar_path(two, "a.b:altered:2").exists()


def test_an_unreachable_repository_says_what_to_do(
    two: Path, wanted: jars.Jars, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away:
        def __init__(self, **_: object) -> None:
            pass

        def create_dependency(self, _: str) -> None:
            raise ConnectionError("no route to host")

    monkeypatch.setattr("jgo.maven.MavenContext", Away)
    with pytest.raises(LocalError, match=r"no route to host.*Check the network"):
        jars.fetch(two, wanted)
