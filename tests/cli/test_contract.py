"""What other programs may rely on: one JSON object a line, the keys, the exit codes. Stable between releases."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import sqlite_utils

from app.cli import looking
from app.decode import Picture
from app.library.database import Database
from app.library.library import Library
from tests.cli.conftest import ANNA, BEN, CommandLine, write_photo
from tests.work.engines import WatchedEngine

FACE_KEYS = {
    "face",
    "photo",
    "box",
    "score",
    "quality",
    "cluster",
    "person",
    "name",
    "automatic",
    "automatic_name",
    "kind",
}
MATCH_KEYS = {"face", "photo", "box", "similarity", "person", "name"}
PEOPLE_KEYS = {"person", "name", "faces", "photos", "cover_face", "born_on"}
CLUSTER_KEYS = {"cluster", "faces", "photos"}
SIDE_KEYS = {"person", "name", "cluster", "face", "faces"}
DOUBT_KEYS = {"face", "photo", "person", "name", "instead", "instead_name", "probability", "reason"}
LINE_KEYS = {"photo", "faces", "problem"}
SUMMARY_KEYS = {"photos", "skipped", "faces", "failed", "named", "gone", "left_out", "seconds", "stages"}

READING = [
    ["people"],
    ["clusters"],
    ["faces"],
    ["photos"],
    ["history"],
    ["gone"],
    ["search", "--face", "1"],
    ["suggest", "1"],
    ["suggest", "--cluster", "1"],
    ["review"],
    ["doubts"],
    ["doubts", "1"],
]
WRITING = [
    ["group"],
    ["name", "--face", "1", "Anna"],
    ["rename", "1", "Anna"],
    ["merge", "1", "2"],
    ["merge", "--cluster", "1", "--cluster", "2"],
    ["merge", "--cluster", "1", "--face", "2"],
    ["differ", "1", "2"],
    ["collage", "1"],
    ["born", "1", "2015-03-31"],
    ["split", "--face", "1"],
    ["reject", "--face", "1", "--person", "1"],
    ["ignore", "--face", "1"],
    ["not-a-face", "--face", "1"],
    ["hide", "1"],
    ["forget", "."],
    ["gone", "--remove"],
    ["undo"],
    ["redo"],
    ["reembed"],
]
ON_PEOPLE = [["export", "--person", "1", "--to", "out"], ["report", "--out", "people.html"]]


def test_a_scan_prints_a_line_a_photo_and_a_summary(kinfolio: CommandLine, album: Path) -> None:
    ended = kinfolio("scan", album)
    assert ended.code == 0
    *lines, summary = ended.records
    assert all(set(line) == LINE_KEYS for line in lines)
    assert {line["photo"]: line["faces"] for line in lines} == {
        str(path): 2 if path.name == "both.jpg" else 1 for path in album.rglob("*.jpg")
    }
    assert all(line["problem"] is None for line in lines)
    assert set(summary) == SUMMARY_KEYS
    assert (summary["photos"], summary["skipped"], summary["faces"], summary["failed"]) == (7, 0, 8, 0)
    assert summary["seconds"] > 0
    assert all(isinstance(seconds, float) and seconds >= 0 for seconds in summary["stages"].values())
    assert summary["stages"]


@pytest.mark.parametrize("pattern", ["[a", "/home/anna/Pictures/ben"])
def test_a_pattern_that_nothing_can_fit_is_wrong_use(scanned: CommandLine, album: Path, pattern: str) -> None:
    ended = scanned("scan", album, "--exclude", "ben", "--exclude", pattern, as_json=False)
    assert ended.code == 2
    assert f'"{pattern}" is not left out: ' in ended.err
    assert len(scanned("photos").records) == 7


def test_a_scan_tells_how_many_photos_went_out_of_sight_and_why(scanned: CommandLine, album: Path) -> None:
    (album / "cleo.jpg").unlink()
    *_, summary = scanned("scan", album, "--exclude", "ben").records
    assert (summary["gone"], summary["left_out"]) == (1, 2)
    (album / "both.jpg").unlink()
    told = scanned("scan", album, "--exclude", "anna*", as_json=False).out
    assert "0 faces found, 1 photo gone, 3 photos left out, " in told
    told = scanned("scan", album, as_json=False).out
    assert "gone" not in told
    assert "left out" not in told


def test_people_and_clusters_have_their_keys(named: CommandLine) -> None:
    people = named("people").records
    assert [set(person) for person in people] == [PEOPLE_KEYS, PEOPLE_KEYS]
    assert [(person["name"], person["faces"], person["photos"]) for person in people] == [("Anna", 4, 4), ("Ben", 3, 3)]
    assert named("clusters").records == []
    assert named("undo").code == 0
    (cluster,) = named("clusters").records
    assert set(cluster) == CLUSTER_KEYS
    assert (cluster["faces"], cluster["photos"]) == (3, 3)


def test_faces_have_their_keys_in_their_ranges(named: CommandLine) -> None:
    faces = named.faces()
    assert len(faces) == 8
    for face in faces:
        assert set(face) == FACE_KEYS
        assert Path(face["photo"]).is_absolute()
        assert Path(face["photo"]).is_relative_to(named.album)
        x, y, width, height = face["box"]
        assert 0 <= x <= x + width <= 1
        assert 0 <= y <= y + height <= 1
        assert 0 <= face["score"] <= 1
        assert 0 <= face["quality"] <= 1
        assert face["kind"] == "face"
    (alone,) = [face for face in faces if face["photo"].endswith("cleo.jpg")]
    assert (alone["cluster"], alone["person"], alone["name"], alone["automatic"]) == (None, None, None, None)


@pytest.mark.parametrize("command", ["faces", "photos"])
def test_all_are_listed_where_they_are_more_than_are_read_at_a_time(
    command: str, named: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = named(command).records
    monkeypatch.setattr(looking, "AT_A_TIME", 3)
    assert named(command).records == at_once
    assert len(at_once) > 6


def test_photos_are_found_by_who_is_on_them(named: CommandLine) -> None:
    def found(*argv: object) -> set[str]:
        ended = named("photos", *argv)
        assert ended.code == 0
        assert all({"photo", "id"} <= set(photo) for photo in ended.records)
        return {Path(photo["photo"]).name for photo in ended.records}

    annas, bens = {"anna 1.jpg", "anna 2.jpg", "anna 3.jpg", "both.jpg"}, {"5.jpg", "6.jpg", "both.jpg"}
    assert found() == annas | bens | {"cleo.jpg"}
    assert found("--any", "Anna") == annas
    assert found("--any", "Anna", "--any", "Ben") == annas | bens
    assert found("--all", "Anna", "--all", "Ben") == {"both.jpg"}
    assert found("--only", "Anna") == annas - {"both.jpg"}
    assert found("--any", "Ben", "--none", "Anna") == bens - {"both.jpg"}


def test_suggest_and_review_tell_who_may_be_whom_and_how_far_answers_go(kinfolio: CommandLine, album: Path) -> None:
    assert kinfolio("scan", album, "--no-group").code == 0
    first, *others = [face["face"] for face in kinfolio.faces() if "anna" in Path(face["photo"]).name]
    (both,) = [face["face"] for face in kinfolio.faces("--photo", album / "both.jpg") if face["face"] not in others][:1]
    assert kinfolio("name", "--face", first, "Anna").code == 0
    (anna,) = [person["person"] for person in kinfolio("people").records]
    suggested = kinfolio("suggest", "Anna").records
    assert all(set(one) == SIDE_KEYS | {"probability", "settles"} for one in suggested)
    assert {*others} <= {one["face"] for one in suggested} <= {*others, both, both + 1}
    chances = [one["probability"] for one in suggested]
    assert chances == sorted(chances, reverse=True)
    assert all(0 < chance < 1 for chance in chances)
    assert kinfolio("suggest", "Anna", "--limit", 1).records == suggested[:1]
    *questions, summary = kinfolio("review").records
    assert all(set(one) == {"one", "other", "probability", "settles"} for one in questions)
    assert all(set(one["one"]) == set(one["other"]) == SIDE_KEYS for one in questions)
    assert {one["one"]["person"] for one in questions} == {anna}
    assert summary == {"questions": len(questions), "expected": pytest.approx(sum(chances)), "undecided": 7}
    *lines, estimate = kinfolio("review", as_json=False).out.splitlines()
    assert len(lines) == 2 * len(questions)
    assert estimate.endswith("of 7 undecided faces.")
    assert kinfolio("reject", "--face", suggested[0]["face"], "--person", "Anna").code == 0
    assert suggested[0]["face"] not in [one["face"] for one in kinfolio("suggest", "Anna").records]


def test_doubts_lists_who_was_named_with_a_group_and_may_be_somebody_else(kinfolio: CommandLine, album: Path) -> None:
    for photo in ("both.jpg", "cleo.jpg"):
        (album / photo).unlink()
    for seed in range(20, 25):
        write_photo(album / f"anna {seed}.jpg", ANNA, seed=seed)
    assert kinfolio("scan", album).code == 0
    ended = kinfolio("doubts", as_json=False)
    assert (ended.code, ended.out) == (0, "")
    bens, annas = kinfolio.cluster_of("5.jpg"), kinfolio.cluster_of("anna 1.jpg")
    assert bens != annas
    assert kinfolio("merge", "--cluster", bens, "--cluster", annas).code == 0
    assert kinfolio("name", "--cluster", annas, "Anna").code == 0
    doubts = kinfolio("doubts").records
    assert all(set(doubt) == DOUBT_KEYS for doubt in doubts)
    assert sorted(Path(doubt["photo"]).name for doubt in doubts[:2]) == ["5.jpg", "6.jpg"]
    chances = [doubt["probability"] for doubt in doubts]
    assert chances == sorted(chances, reverse=True)
    assert all(0 < chance <= 1 for chance in chances)
    assert {(doubt["name"], doubt["reason"], doubt["instead"]) for doubt in doubts} == {("Anna", "unlike", None)}
    assert kinfolio("doubts", "Anna", "--limit", 1).records == doubts[:1]
    ended = kinfolio("doubts", as_json=False)
    assert len(ended.out.splitlines()) == len(doubts)
    assert f"face {doubts[0]['face']}," in ended.out.splitlines()[0]
    assert "kinfolio name --face" in ended.err
    assert "kinfolio reject --face" in ended.err
    assert kinfolio("name", "--face", doubts[0]["face"], "Anna").code == 0
    assert kinfolio("reject", "--face", doubts[1]["face"], "--person", "Anna").code == 0
    left = {doubt["face"] for doubt in kinfolio("doubts").records}
    assert not left & {doubt["face"] for doubt in doubts[:2]}


def test_a_group_that_has_been_named_brings_no_suggestions(scanned: CommandLine) -> None:
    group = scanned.cluster_of("5.jpg")
    assert scanned("name", "--cluster", group, "Ben").code == 0
    ended = scanned("suggest", "--cluster", group)
    assert (ended.code, ended.records) == (0, [])


def test_search_ranks_by_cosine(named: CommandLine, tmp_path: Path) -> None:
    probe = write_photo(tmp_path / "probe.jpg", BEN, seed=99)
    matches = named("search", probe).records
    assert all(set(match) == MATCH_KEYS for match in matches)
    similarities = [match["similarity"] for match in matches]
    assert similarities == sorted(similarities, reverse=True)
    assert all(-1 <= similarity <= 1 for similarity in similarities)
    assert [match["name"] for match in matches[:3]] == ["Ben"] * 3
    assert len(matches) == 8
    assert named("search", probe, "--limit", "2").records == matches[:2]
    assert named("search", probe, "--limit", "999999999").records == matches
    assert named("search", probe, "--strictness", "normal").records == matches[:3]


def test_search_by_a_face_of_the_library_leaves_that_face_out(named: CommandLine) -> None:
    face = named.faces("--person", "Ben")[0]["face"]
    matches = named("search", "--face", face).records
    assert face not in [match["face"] for match in matches]
    assert [match["name"] for match in matches[:2]] == ["Ben", "Ben"]


def test_which_counts_from_the_largest_face(named: CommandLine, tmp_path: Path) -> None:
    pair = write_photo(tmp_path / "pair.jpg", ANNA, BEN, seed=98)
    ended = named("search", pair)
    assert (ended.code, ended.out) == (1, "")
    assert "2 faces" in ended.err
    assert "--which" in ended.err
    firsts = [named("search", pair, "--which", which).records[0]["name"] for which in (1, 2)]
    assert sorted(firsts) == ["Anna", "Ben"]
    ended = named("search", pair, "--which", 3)
    assert (ended.code, ended.out) == (1, "")


def test_a_picture_without_a_face_is_named(named: CommandLine, tmp_path: Path) -> None:
    picture = write_photo(tmp_path / "empty.jpg", seed=1)
    for argv in (["search"], ["embed", "--out", tmp_path / "x.npz"]):
        ended = named(*argv, picture)
        assert ended.code == 1
        assert "empty.jpg" in ended.err
        assert [record for record in ended.records if "face" in record] == []


def test_embed_writes_its_arrays_and_names_what_it_could_not_read(kinfolio: CommandLine, tmp_path: Path) -> None:
    pictures = [write_photo(tmp_path / f"{seed}.jpg", ANNA, BEN, seed=seed) for seed in (1, 2)]
    broken = tmp_path / "broken.jpg"
    broken.write_text("not a picture")
    out = tmp_path / "vectors.out"
    ended = kinfolio("embed", pictures[0], broken, tmp_path / "absent.jpg", pictures[1], "--out", out)
    assert ended.code == 1
    assert "broken.jpg" in ended.err
    assert "absent.jpg" in ended.err
    with np.load(out) as arrays:
        assert set(arrays) == {"vectors", "photo", "box", "score"}
        assert arrays["vectors"].dtype == np.float32
        assert arrays["vectors"].shape == (4, 128)
        assert np.allclose(np.linalg.norm(arrays["vectors"], axis=1), 1, atol=1e-5)
        assert arrays["photo"].tolist() == [str(pictures[0])] * 2 + [str(pictures[1])] * 2
        assert arrays["box"].shape == (4, 4)
        assert arrays["score"].shape == (4,)
    assert not kinfolio.library.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a named pipe")
@pytest.mark.parametrize("command", ["embed", "report", "start", "export"])
def test_output_that_cannot_be_written_is_wrong_use_and_touches_nothing(
    named: CommandLine, tmp_path: Path, command: str
) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    absent = tmp_path / "absent"
    commands: dict[str, list[object]] = {
        "embed": ["embed", named.album / "cleo.jpg", "--out"],
        "report": ["report", "--out"],
        "start": ["start", "--report"],
        "export": ["export", "--person", "Anna", "--to"],
    }
    places = [tmp_path / "file" / "x", tmp_path / ("x" * 300)]
    places += [tmp_path / "file"] if command == "export" else [absent / "x", tmp_path / "folder", pipe]
    for place in places:
        ended = named(*commands[command], place)
        assert (ended.code, ended.out) == (2, "")
        assert str(place)[:80] in ended.err
        assert "Traceback" not in ended.err
    assert not absent.exists()
    assert pipe.is_fifo()
    assert list((tmp_path / "folder").iterdir()) == []
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that a process can send itself")
def test_embed_that_is_interrupted_writes_nothing_and_says_so(home: Path, album: Path, tmp_path: Path) -> None:
    def interrupt(_picture: Picture) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    kinfolio = CommandLine(tmp_path / "library", album, lambda _name, _device: WatchedEngine(before=interrupt))
    ended = kinfolio("embed", *sorted(album.rglob("*.jpg")), "--out", tmp_path / "x.npz")
    assert (ended.code, ended.out, ended.err) == (130, "", "Stopped. Nothing was written.\n")
    assert list(tmp_path.glob("*.npz")) == []


def test_every_write_prints_its_undo_label(named: CommandLine) -> None:
    annas, bens = named.faces("--person", "Anna"), named.faces("--person", "Ben")
    cleo = [face["face"] for face in named.faces("--unnamed")]
    writes: list[list[object]] = [
        ["name", "--face", cleo[0], "Cleo"],
        ["split", "--face", bens[0]["face"]],
        ["reject", "--face", annas[0]["face"], "--person", "Anna"],
        ["ignore", "--face", annas[1]["face"]],
        ["not-a-face", "--face", annas[2]["face"]],
        ["rename", "Cleo", "Clea"],
        ["rename", "Clea", "Cleo"],
        ["differ", "Anna", "Cleo"],
        ["collage", named.album / "both.jpg"],
        ["collage", named.album / "both.jpg", "--no"],
        ["born", "Cleo", "2015-03-31"],
        ["born", "Cleo", "--unknown"],
        ["hide", "Cleo"],
        ["hide", "Cleo", "--show"],
        ["merge", "Ben", "Cleo"],
        ["forget", named.album],
    ]
    labels = []
    for write in writes:
        ended = named(*write)
        assert ended.code == 0, ended.err
        labels.append(ended.record["undo"])
        assert isinstance(labels[-1], str)
        assert labels[-1]
    assert [entry["label"] for entry in named("history", "--limit", len(writes)).records] == labels[::-1]
    assert named("undo").record["undo"] == labels[-1]
    assert named("redo").record["undo"] == labels[-1]
    for label in labels[::-1]:
        assert named("undo").record["undo"] == label


def test_history_says_what_was_done_and_undone(named: CommandLine) -> None:
    assert named("undo").code == 0
    entries = named("history").records
    assert all(set(entry) == {"id", "at", "label", "undone", "taken_back"} for entry in entries)
    assert [entry["undone"] for entry in entries] == [True, False]


def test_a_step_is_taken_back_by_its_number_and_what_was_done_since_stays(named: CommandLine) -> None:
    assert named("merge", "Anna", "Ben").code == 0
    step = named("history", "--limit", 1).record["id"]
    (cleo,) = [face["face"] for face in named.faces("--unnamed")]
    assert named("name", "--face", cleo, "Cleo").code == 0
    ended = named("undo", "--step", step)
    assert (ended.code, ended.record["undo"]) == (0, "Take back: Merge Ben into Anna")
    assert [(person["name"], person["faces"]) for person in named("people").records] == [
        ("Anna", 4),
        ("Ben", 3),
        ("Cleo", 1),
    ]
    assert [entry["taken_back"] for entry in named("history").records] == [False, False, True, False, False]
    lines = named("history", as_json=False).out.splitlines()
    assert [line.endswith("(taken back)") for line in lines] == [False, False, True, False, False]
    assert lines[2].split()[0] == str(step)
    again = named("undo", "--step", step)
    assert (again.code, again.out) == (1, "")
    assert "taken back already" in again.err


@pytest.mark.parametrize("argv", [*READING, *WRITING, *ON_PEOPLE], ids=" ".join)
def test_without_a_library_every_command_ends_with_3_and_creates_none(kinfolio: CommandLine, argv: list[str]) -> None:
    ended = kinfolio(*argv)
    assert (ended.code, ended.out) == (3, "")
    assert "kinfolio scan" in ended.err
    assert not kinfolio.library.exists()


@pytest.mark.parametrize(
    "wrong", [lambda db: db.execute("SELECT ?", []), lambda db: db.execute("SELECT 1 FROM nowhere")]
)
@pytest.mark.parametrize("by_writing", [False, True])
def test_a_bug_in_what_is_asked_of_the_library_ends_as_what_it_is(
    named: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
    wrong: Callable[[sqlite_utils.Database], object],
    by_writing: bool,
) -> None:
    if by_writing:
        ask = partial(Database.submit, change=wrong, durable=True)
        monkeypatch.setattr(Library, "undo", lambda library: ask(library._database).result(10))
    else:
        monkeypatch.setattr(Library, "people", lambda library, **_: wrong(library._read))
    with pytest.raises((sqlite3.ProgrammingError, sqlite3.OperationalError), match=r"Incorrect number|no such table"):
        named("undo" if by_writing else "people")


UNKNOWN: list[list[object]] = [
    ["faces", "--person", "Nobody"],
    ["faces", "--person", "99"],
    ["faces", "--person", "99999999999999999999"],
    ["faces", "--photo", "99999999999999999999"],
    ["faces", "--photo", "\udcff.jpg"],
    ["forget", "\udcff"],
    ["faces", "--photo", "nowhere.jpg"],
    ["faces", "--cluster", "99"],
    ["photos", "--any", "Nobody"],
    ["search", "--face", "99"],
    ["suggest", "Nobody"],
    ["doubts", "Nobody"],
    ["suggest", "--cluster", "99"],
    ["name", "--face", "99", "Zoe"],
    ["name", "--cluster", "99", "Zoe"],
    ["name", "--face", "1", "  "],
    ["name", "--face", "1", "99"],
    ["rename", "Nobody", "Zoe"],
    ["rename", "Anna", "Anna"],
    ["rename", "Anna", "ben"],
    ["rename", "Anna", "99"],
    ["merge", "Anna", "Nobody"],
    ["merge", "Anna", "Anna"],
    ["merge", "--cluster", "98", "--cluster", "99"],
    ["differ", "Anna", "Nobody"],
    ["differ", "Anna", "Anna"],
    ["differ", "Anna", "--cluster", "99"],
    ["differ", "Anna", "--face", "99"],
    ["merge", "Anna", "--face", "99"],
    ["merge", "--face", "1", "--face", "99"],
    ["collage", "nowhere.jpg"],
    ["born", "Nobody", "2015-03-31"],
    ["born", "Anna", "9999-12-31"],
    ["split", "--face", "99"],
    ["reject", "--face", "99", "--person", "Anna"],
    ["reject", "--face", "1", "--person", "Nobody"],
    ["ignore", "--face", "99"],
    ["ignore", "--cluster", "99"],
    ["not-a-face", "--face", "99"],
    ["hide", "Nobody"],
    ["undo", "--step", "99"],
    ["forget", "nowhere"],
    ["export", "--person", "Nobody", "--to", "out"],
    ["model", "use", "no such model"],
    ["scan", "nowhere"],
]


@pytest.mark.parametrize("argv", UNKNOWN, ids=lambda argv: ascii(" ".join(map(str, argv))))
def test_what_does_not_exist_is_wrong_use_and_changes_nothing(
    named: CommandLine, argv: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = named("history").out, named("faces").out
    ended = named(*argv)
    assert (ended.code, ended.out) == (2, ""), ended.err
    assert ended.err.strip()
    assert "Traceback" not in ended.err
    assert (named("history").out, named("faces").out) == before


def test_an_unknown_person_brings_the_names_that_are_close(named: CommandLine) -> None:
    assert "Anna" in named("faces", "--person", "Ana").err


def test_nothing_to_undo_is_no_success(scanned: CommandLine) -> None:
    for command in ("undo", "redo"):
        ended = scanned(command)
        assert (ended.code, ended.out) == (1, "")
        assert f"nothing to {command}" in ended.err


@pytest.mark.parametrize("argv", [["people"], ["clusters"], ["faces"], ["photos"], ["history"]], ids=" ".join)
def test_the_text_for_people_has_a_line_a_record(named: CommandLine, argv: list[str]) -> None:
    text, records = named(*argv, as_json=False), named(*argv).records
    assert text.code == 0
    assert len(text.out.splitlines()) == len(records)
    assert "{" not in text.out


def test_an_export_holds_the_photos_of_one_person(named: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "annas"
    ended = named("export", "--person", "Anna", "--to", folder)
    assert ended.code == 0, ended.err
    assert set(ended.record) == {"person", "written", "unchanged", "folder"}
    assert (ended.record["written"], ended.record["unchanged"]) == (4, 0)
    again = named("export", "--person", "Anna", "--to", folder)
    assert (again.code, again.record["written"], again.record["unchanged"]) == (0, 0, 4)
    assert sorted(path.name for path in folder.rglob("*.jpg")) == ["anna 1.jpg", "anna 2.jpg", "anna 3.jpg", "both.jpg"]
    linked = named("export", "--person", "Ben", "--to", tmp_path / "bens", "--link")
    assert linked.code == 0, linked.err
    assert linked.record["written"] == 3


def test_a_report_is_one_page_that_names_everyone(named: CommandLine, tmp_path: Path) -> None:
    page = tmp_path / "people.html"
    ended = named("report", "--out", page)
    assert ended.code == 0, ended.err
    assert ended.record["report"] == str(page)
    text = page.read_text(encoding="utf-8")
    assert "Anna" in text
    assert "Ben" in text
    assert 'src="http' not in text
