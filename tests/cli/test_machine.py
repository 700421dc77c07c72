"""The commands about the installation: doctor tells what is wrong, model keeps what works."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from pathlib import Path

import cv2
import pytest
import skimage.data

from app import doctor
from app.library.library import Library
from app.paths import sqlite_uri
from facenet_core import presets
from tests.cli.conftest import CommandLine
from tests.embedders import make_embedder


def problems(kinfolio: CommandLine) -> dict[str, str]:
    """What doctor finds wrong, by what it looked at."""
    ended = kinfolio("doctor")
    assert all(set(record) == {"what", "found", "problem"} for record in ended.records)
    wrong = {record["what"]: record["problem"] for record in ended.records if record["problem"] is not None}
    assert ended.code == (1 if wrong else 0)
    assert all(problem in ended.err for problem in wrong.values())
    return wrong


def write_astronaut(path: Path, left: int) -> None:
    """A photo of one face that a real detector finds."""
    path.parent.mkdir(exist_ok=True)
    assert cv2.imwrite(str(path), cv2.cvtColor(skimage.data.astronaut()[:300, left:], cv2.COLOR_RGB2BGR))


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


def test_what_another_program_writes_meanwhile_is_no_damage(
    named: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    torn = tmp_path / "torn.db"
    torn.write_bytes((named.library / "library.db").read_bytes()[: 8 * 4096])
    files, flaws, find = [torn], ["a row is gone"], Library.flaws
    monkeypatch.setattr(doctor, "sqlite_uri", lambda file, mode: sqlite_uri(files.pop() if files else file, mode))
    monkeypatch.setattr(Library, "flaws", lambda library: [flaws.pop()] if flaws else find(library))
    ended = named("doctor", "--deep")
    assert ended.code == 0, ended
    assert not files
    assert not flaws


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
    assert [set(model) for model in models] == [{"model", "embedder", "file", "folder", "calibrated", "in_use"}]
    assert models[0]["in_use"]
    assert not kinfolio.library.exists()
    chosen = kinfolio("model", "use", models[0]["model"])
    assert (chosen.code, chosen.record) == (0, {"undo": None, "model": models[0]["model"]})
    assert kinfolio("model", "list").records == models


def test_who_reads_the_sentence_about_a_model_that_is_gone_gets_on(named: CommandLine, tmp_path: Path) -> None:
    """A library that a detector of an earlier version read; one photo shows a face that the real models find."""
    write_astronaut(named.album / "astronaut.jpg", 0)
    library = Library.open(named.library)
    library.use_engine(name="gone+mtcnn", fingerprint="f" * 64, dimension=128, cosine_at={1e-4: 0.5})
    library.close()
    real = CommandLine(named.library, named.album, None)
    search = ("search", named.album / "astronaut.jpg")
    ended = real(*search)
    assert ended.code == 2
    commands = re.findall(r"kinfolio (model use \S+?|reembed)[,.]", ended.err)
    assert [command.split()[0] for command in commands] == ["model", "reembed"]
    assert all(real(*command.split()).code == 0 for command in commands)
    assert real(*search).code == 0


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


def test_an_added_embedder_of_512_numbers_reads_groups_and_searches(kinfolio: CommandLine, tmp_path: Path) -> None:
    real = CommandLine(kinfolio.library, tmp_path / "album", None)
    for number, left in enumerate((0, 20, 40)):
        write_astronaut(real.album / f"{number}.jpg", left)
    added = real("model", "add", make_embedder(tmp_path / "run", dimension=512))
    assert (added.code, added.err) == (0, "")
    assert real("model", "use", added.record["model"]).code == 0
    assert real("scan", real.album).code == 0
    assert len(real.faces()) == 3
    found = real("search", real.album / "1.jpg")
    assert found.code == 0, found.err
    assert len(found.records) >= 3
    assert real("doctor").code == 0


def test_an_embedder_that_nobody_calibrated_is_added_and_cannot_be_chosen(
    kinfolio: CommandLine, tmp_path: Path
) -> None:
    folder = make_embedder(tmp_path / "run")
    presets.write(replace(presets.get(folder), calibration=None))
    added = kinfolio("model", "add", folder)
    assert added.code == 0
    assert not added.record["calibrated"]
    assert f"calibrate --preset {added.record['folder']} --images DIR --write" in added.err
    chosen = kinfolio("model", "use", added.record["model"])
    assert (chosen.code, chosen.out) == (1, "")
    assert "calibrate --preset" in chosen.err
    assert "(not calibrated)" in kinfolio("model", "list", as_json=False).out
