"""The commands about the installation: doctor tells what is wrong, model keeps what works."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from app import doctor
from app.library.library import Library
from tests.cli.conftest import CommandLine


def problems(kinfolio: CommandLine) -> dict[str, str]:
    """What doctor finds wrong, by what it looked at."""
    ended = kinfolio("doctor")
    assert all(set(record) == {"what", "found", "problem"} for record in ended.records)
    wrong = {record["what"]: record["problem"] for record in ended.records if record["problem"] is not None}
    assert ended.code == (1 if wrong else 0)
    assert all(problem in ended.err for problem in wrong.values())
    return wrong


def test_a_whole_installation_with_a_sound_library_has_no_problem(named: CommandLine) -> None:
    assert problems(named) == {}
    found = {record["what"]: record["found"] for record in named("doctor").records}
    assert found["content"] == "7 photos, 8 faces, 2 people"
    assert "sound" in found["library"]
    assert {"python", "gpu", "window", "disk", "tensorflow", "numpy"} <= set(found)
    assert any(what.startswith("model ") for what in found)


def test_no_library_yet_is_no_problem(kinfolio: CommandLine) -> None:
    assert problems(kinfolio) == {}
    assert not kinfolio.library.exists()


def test_a_damaged_library_file_is_found(named: CommandLine) -> None:
    file = named.library / "library.db"
    with file.open("r+b") as stream:
        stream.seek(4096)
        stream.write(b"\xff" * 3 * 4096)
    assert "damaged" in problems(named)["library"]


def test_a_library_of_a_newer_version_is_named(named: CommandLine) -> None:
    connection = sqlite3.connect(named.library / "library.db")
    connection.execute("PRAGMA user_version = 9999")
    connection.close()
    assert "newer" in problems(named)["content"]


def test_what_is_missing_is_named(named: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", ("numpy", "no-such-package"))
    monkeypatch.setattr(doctor, "ROOM_WANTED", 1 << 60)
    monkeypatch.setenv("QT_QPA_PLATFORM", "no-such-platform")
    wrong = problems(named)
    assert set(wrong) == {"no-such-package", "disk", "window"}
    assert "no-such-platform" in wrong["window"]


def test_a_model_that_is_gone_is_named(named: CommandLine) -> None:
    library = Library.open(named.library)
    library.set_setting("model", "gone+yunet-12345678").result()
    library.close()
    assert "gone+yunet-12345678" in problems(CommandLine(named.library, named.album, None))["model in use"]


def test_the_default_model_is_in_use_until_another_is_chosen(kinfolio: CommandLine) -> None:
    models = kinfolio("model", "list").records
    assert [set(model) for model in models] == [{"model", "embedder", "detector", "file", "in_use"}]
    assert models[0]["in_use"]
    assert not kinfolio.library.exists()
    chosen = kinfolio("model", "use", models[0]["model"])
    assert (chosen.code, chosen.record) == (0, {"undo": None, "model": models[0]["model"]})
    assert kinfolio("model", "list").records == models


def test_a_file_that_is_no_model_is_refused(kinfolio: CommandLine, tmp_path: Path) -> None:
    letter = tmp_path / "letter.onnx"
    letter.write_text("Dear Anna,")
    for path in (letter, tmp_path / "absent.onnx"):
        ended = kinfolio("model", "add", path)
        assert (ended.code, ended.out) == (1, "")
        assert path.name in ended.err
    assert len(kinfolio("model", "list").records) == 1


def test_an_added_model_can_be_used_and_asks_for_new_vectors(named: CommandLine, test_data: Path) -> None:
    added = named("model", "add", test_data / "teacher" / "yunet.onnx")
    assert added.code == 0, added.err
    name = added.record["model"]
    chosen = named("model", "use", name)
    assert chosen.code == 0
    assert "reembed" in chosen.err
    in_use = [model["model"] for model in named("model", "list").records if model["in_use"]]
    assert in_use == [name]
    # Until then searches go on with the model that described the faces.
    assert named("search", named.album / "cleo.jpg").code == 0
