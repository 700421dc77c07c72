"""What a person does over an afternoon, through the command line, on real files and a real library."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import time
from pathlib import Path

import pytest

from app.library import backups
from app.library.library import Library
from tests.cli.conftest import ANNA, CommandLine, write_photo
from tests.xmp import digikam


def state(kinfolio: CommandLine) -> dict[str, str]:
    return {command: kinfolio(command).out for command in ("people", "clusters", "faces", "photos")}


def test_naming_a_group_gives_its_faces_to_the_person_and_undo_takes_them_back(scanned: CommandLine) -> None:
    before = state(scanned)
    cluster = scanned.cluster_of("anna 1.jpg")
    done = scanned("name", "--cluster", cluster, "Anna").record
    (person,) = scanned("people").records
    assert (person["name"], person["faces"]) == ("Anna", 4)
    assert done["person"] == person["person"]
    assert cluster not in [group["cluster"] for group in scanned("clusters").records]
    assert {face["name"] for face in scanned.faces("--person", "Anna")} == {"Anna"}
    assert len(scanned.faces("--unnamed")) == 4
    after = state(scanned)
    assert scanned("undo").code == 0
    assert state(scanned) == before
    assert scanned("redo").code == 0
    assert state(scanned) == after


def test_a_second_group_of_the_same_name_joins_the_person(scanned: CommandLine) -> None:
    one, other = (scanned.cluster_of(photo) for photo in ("anna 1.jpg", "5.jpg"))
    assert scanned("name", "--cluster", one, "Anna").code == 0
    ended = scanned("name", "--cluster", other, "Anna", as_json=False)
    # One photo shows a face of each group: only one of them is hers.
    assert ended.out == "Done: Name Anna, except a face in a photo that shows Anna already\n"
    (person,) = scanned("people").records
    assert person["faces"] == 6


def test_what_was_decided_is_told_also_where_the_grouping_after_it_is_stopped(
    scanned: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(library: Library) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Library, "catch_up", stopped)
        ended = scanned("name", "--cluster", scanned.cluster_of("anna 1.jpg"), "Anna")
    assert (ended.code, ended.record["undo"]) == (130, "Name Anna")
    assert "What was decided is kept" in ended.err
    assert scanned("people").record["name"] == "Anna"


def test_merged_people_are_one_until_it_is_undone(scanned: CommandLine) -> None:
    for name, photo in (("Anna", "anna 1.jpg"), ("Annie", "5.jpg")):
        scanned("name", "--cluster", scanned.cluster_of(photo), name)
    before = state(scanned)
    anna = scanned("people").records[0]["person"]
    assert scanned("merge", "Anna", "Annie").code == 0
    (person,) = scanned("people").records
    assert (person["person"], person["name"], person["faces"]) == (anna, "Anna", 7)
    assert scanned("undo").code == 0
    assert state(scanned) == before


def test_groups_that_share_a_photo_are_merged_once_it_is_said_to_be_a_collage(scanned: CommandLine) -> None:
    groups = sorted(scanned.cluster_of(photo) for photo in ("anna 1.jpg", "5.jpg"))
    both = scanned.album / "both.jpg"
    merge = ["merge", "--cluster", groups[1], "--cluster", groups[0]]
    refused = scanned(*merge)
    assert (refused.code, refused.out) == (2, "")
    (photo,) = [photo for photo in scanned("photos").records if photo["photo"] == str(both)]
    assert f"kinfolio collage {photo['id']}" in refused.err
    assert scanned("collage", both).code == 0
    assert [photo["repeats_allowed"] for photo in scanned("photos").records].count(True) == 1
    assert scanned(*merge).code == 0
    (group,) = scanned("clusters").records
    assert (group["cluster"], group["faces"]) == (groups[0], 7)


def test_a_group_that_differs_from_a_person_is_never_taken_for_them(scanned: CommandLine) -> None:
    one, other = (scanned.cluster_of(photo) for photo in ("anna 1.jpg", "5.jpg"))
    assert scanned("name", "--cluster", one, "Anna").code == 0
    ended = scanned("differ", "--cluster", other, "Anna")
    assert ended.code == 0, ended.err
    assert set(ended.record["faces"]) == {face["face"] for face in scanned.faces("--cluster", other)}
    assert scanned("group", "--strictness", "loose").code == 0
    assert len(scanned.faces("--person", "Anna")) == 4
    again = scanned("differ", "--cluster", one, "Anna")
    assert (again.code, again.out) == (2, "")


def test_a_date_of_birth_is_listed_until_it_is_unknown_again(scanned: CommandLine) -> None:
    scanned("name", "--cluster", scanned.cluster_of("anna 1.jpg"), "Anna")
    assert scanned("people").record["born_on"] is None
    assert scanned("born", "Anna", "2015-03-31").code == 0
    assert scanned("people").record["born_on"] == "2015-03-31"
    assert scanned("born", "Anna", "--unknown").code == 0
    assert scanned("people").record["born_on"] is None


def test_split_and_rejected_faces_leave_the_person_for_good(scanned: CommandLine) -> None:
    scanned("name", "--cluster", scanned.cluster_of("anna 1.jpg"), "Anna")
    first, second, *_ = [face["face"] for face in scanned.faces("--person", "Anna")]
    assert scanned("split", "--face", first).code == 0
    assert scanned("reject", "--face", second, "--person", "Anna").code == 0
    assert scanned("group").code == 0
    left = [face["face"] for face in scanned.faces("--person", "Anna")]
    assert second not in left
    assert first not in left


def test_what_is_ignored_or_no_face_is_not_asked_about_again(scanned: CommandLine) -> None:
    faces = scanned.faces("--cluster", scanned.cluster_of("5.jpg"))
    assert scanned("not-a-face", "--face", faces[0]["face"]).code == 0
    assert scanned("ignore", "--face", faces[1]["face"]).code == 0
    assert scanned("ignore", "--cluster", scanned.cluster_of("anna 1.jpg")).code == 0
    assert scanned("clusters").records == []
    assert scanned("group").code == 0
    assert scanned("clusters").records == []


def test_faces_and_groups_are_ignored_in_one_step(scanned: CommandLine) -> None:
    before = state(scanned)
    cleo = [face["face"] for face in scanned.faces() if face["photo"].endswith("cleo.jpg")]
    groups = [scanned.cluster_of("anna 1.jpg"), scanned.cluster_of("5.jpg")]
    ended = scanned("ignore", "--cluster", groups[0], "--face", *cleo, "--cluster", groups[1])
    assert ended.code == 0, ended.err
    assert {face["kind"] for face in scanned.faces()} == {"ignored"}
    assert scanned("clusters").records == []
    assert scanned("undo").record["undo"] == ended.record["undo"]
    assert state(scanned) == before


def test_a_hidden_person_is_left_out_until_shown(scanned: CommandLine) -> None:
    scanned("name", "--cluster", scanned.cluster_of("anna 1.jpg"), "Anna")
    assert scanned("hide", "Anna").code == 0
    assert scanned("people").records == []
    assert len(scanned("people", "--hidden").records) == 1
    annas = [face["face"] for face in scanned.faces("--person", "Anna")]
    probe = ("search", "--face", annas[0])
    assert not {found["face"] for found in scanned(*probe).records} & set(annas)
    assert {found["face"] for found in scanned(*probe, "--hidden").records} >= set(annas[1:])
    assert scanned("hide", "Anna", "--show").code == 0
    assert len(scanned("people").records) == 1
    assert {found["face"] for found in scanned(*probe).records} >= set(annas[1:])


def test_a_forgotten_folder_comes_back_by_undo(scanned: CommandLine, album: Path) -> None:
    before = state(scanned)
    assert scanned("forget", album).code == 0
    assert state(scanned) == dict.fromkeys(before, "")
    assert scanned("undo").code == 0
    assert state(scanned) == before


def test_a_second_scan_touches_nothing(scanned: CommandLine, album: Path) -> None:
    before = state(scanned)
    summary = scanned("scan", album).records[-1]
    assert (summary["photos"], summary["skipped"], summary["faces"]) == (7, 7, 0)
    assert state(scanned) == before


def test_a_moved_photo_keeps_its_faces_and_names(scanned: CommandLine, album: Path) -> None:
    scanned("name", "--cluster", scanned.cluster_of("anna 1.jpg"), "Anna")
    before = {face["face"]: face["name"] for face in scanned.faces()}
    (album / "相册").mkdir()
    shutil.move(album / "anna 1.jpg", album / "相册" / "安娜 👩.jpg")
    assert scanned("scan", album).code == 0
    assert {face["face"]: face["name"] for face in scanned.faces()} == before
    assert len(scanned.faces("--photo", album / "相册" / "安娜 👩.jpg")) == 1


def test_a_copy_is_told_with_its_photo(scanned: CommandLine, album: Path) -> None:
    shutil.copy(album / "cleo.jpg", album / "twice.jpg")
    scanned("scan", album)
    (cleo,) = [record for record in scanned("photos").records if record["copies"]]
    assert (Path(cleo["photo"]).name, cleo["copies"]) == ("cleo.jpg", [str(album / "twice.jpg")])
    assert f"(also {album / 'twice.jpg'})" in scanned("photos", as_json=False).out


def test_times_are_told_to_people_as_their_clocks_show_them_and_to_programs_with_their_zone(
    scanned: CommandLine, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned("name", "--cluster", scanned.cluster_of("anna 1.jpg"), "Anna")
    (album / "anna 1.jpg").unlink()
    scanned("scan", album)
    moment = "2026-03-04T20:30:00+00:00"
    with sqlite3.connect(scanned.library / "library.db") as db:
        db.execute("UPDATE history SET at = ?", [moment])
        db.execute("UPDATE photos SET missing_since = ? WHERE missing_since IS NOT NULL", [moment])
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert "  2026-03-05 05:30  Name Anna" in scanned("history", as_json=False).out
        assert "(not there since 2026-03-05)" in scanned("gone", as_json=False).out
        assert (scanned("history").record["at"], scanned("gone").record["since"]) == (moment, moment)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_photos_that_are_gone_are_listed_and_taken_out_and_come_back_with_their_names(
    scanned: CommandLine, album: Path, tmp_path: Path
) -> None:
    assert scanned("gone").records == []
    scanned("name", "--cluster", scanned.cluster_of("5.jpg"), "Ben")
    (album / "ben" / "5.jpg").rename(tmp_path / "5.jpg")
    scanned("scan", album)
    listed = scanned("gone")
    assert [set(record) for record in listed.records] == [{"photo", "id", "since"}]
    assert listed.record["photo"] == str(album / "ben" / "5.jpg")
    assert "kinfolio gone --remove" in listed.err
    assert scanned("gone", "--remove").records == listed.records
    assert scanned("gone").records == []
    assert scanned("people").record["photos"] == 2
    (tmp_path / "5.jpg").rename(album / "5.jpg")
    scanned("scan", album)
    (face,) = scanned.faces("--photo", album / "5.jpg")
    assert face["name"] == "Ben"


def test_what_is_excluded_is_out_of_sight_in_every_scan_until_something_else_is(
    scanned: CommandLine, album: Path
) -> None:
    def names() -> list[str]:
        return sorted(Path(record["photo"]).name for record in scanned("photos").records)

    everything = names()
    scanned("scan", album, "--exclude", "ben", "--exclude", "anna*")
    assert names() == ["both.jpg", "cleo.jpg"]
    scanned("scan", album)
    assert names() == ["both.jpg", "cleo.jpg"]
    scanned("scan", album, "--exclude", "")
    assert names() == everything


def test_a_photo_is_known_by_its_path_from_here_and_by_its_id(
    scanned: CommandLine, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (photo,) = [photo for photo in scanned("photos").records if photo["photo"].endswith("both.jpg")]
    monkeypatch.chdir(album)
    whole, relative, number = (scanned.faces("--photo", text) for text in (photo["photo"], "both.jpg", photo["id"]))
    assert len(whole) == 2
    assert whole == relative == number


def test_groups_do_not_depend_on_whether_the_scan_made_them(scanned: CommandLine, album: Path, tmp_path: Path) -> None:
    later = CommandLine(tmp_path / "later", album)
    assert later("scan", "--no-group", album).code == 0
    assert later("clusters").records == []
    assert later("group").code == 0

    def partition(kinfolio: CommandLine) -> set[frozenset[str]]:
        groups: dict[object, set[str]] = {}
        for face in kinfolio.faces():
            groups.setdefault(face["cluster"] or -face["face"], set()).add(f"{face['photo']} {face['box']}")
        return {frozenset(group) for group in groups.values()}

    assert partition(later) == partition(scanned)


def test_unreadable_photos_are_named_at_every_scan(kinfolio: CommandLine, album: Path) -> None:
    (album / "letter.jpg").write_text("Dear Anna,")
    (album / "empty.jpg").touch()
    for _ in range(2):
        ended = kinfolio("scan", album)
        assert ended.code == 1
        *lines, summary = ended.records
        problems = {Path(line["photo"]).name: line["problem"] for line in lines if line["problem"] is not None}
        assert set(problems) == {"letter.jpg", "empty.jpg"}
        assert all(problems.values())
        assert summary["failed"] == 2
        text = kinfolio("scan", album, as_json=False)
        assert text.code == 1
        assert "letter.jpg" in text.err
        assert "empty.jpg" in text.err
    assert len(kinfolio.faces()) == 8


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has file names of any bytes")
@pytest.mark.parametrize("name", [b"line\nbreak.jpg", "王 👨‍👩‍👧.jpg".encode(), b"latin \xe9.jpg", b"\x1b[2J.jpg"])
def test_a_file_of_any_name_is_a_photo_like_any_other(kinfolio: CommandLine, tmp_path: Path, name: bytes) -> None:
    folder = tmp_path / "photos"
    photo = write_photo(folder / os.fsdecode(name), ANNA, seed=1)
    line = kinfolio("scan", folder).records[0]
    assert os.fsencode(line["photo"]) == os.fsencode(photo)
    assert len(kinfolio.faces("--photo", photo)) == 1
    for command in ("photos", "faces"):
        (shown,) = kinfolio(command, as_json=False).out.splitlines()
        assert shown.isprintable() or "👨" in shown
    second = kinfolio("scan", folder, as_json=False)
    assert second.code == 0


def test_two_writers_do_not_meet_but_readers_go_on(scanned: CommandLine, album: Path) -> None:
    window = Library.open(scanned.library)
    try:
        for argv in (["scan", album], ["name", "--face", 1, "Anna"], ["undo"], ["group"]):
            ended = scanned(*argv)
            assert (ended.code, ended.out) == (3, "")
            assert str(scanned.library) in ended.err
        for argv in (["people"], ["clusters"], ["faces"], ["photos"], ["history"], ["search", "--face", 1]):
            assert scanned(*argv).code == 0
    finally:
        window.close()
    assert scanned("name", "--face", 1, "Anna").code == 0


def test_a_library_of_a_newer_version_is_refused(scanned: CommandLine) -> None:
    import sqlite3

    connection = sqlite3.connect(scanned.library / "library.db")
    connection.execute("PRAGMA user_version = 9999")
    connection.close()
    for argv in (["people"], ["undo"]):
        ended = scanned(*argv)
        assert (ended.code, ended.out) == (3, "")
        assert "newer" in ended.err


def test_a_damaged_library_is_refused(scanned: CommandLine) -> None:
    (scanned.library / "library.db").write_bytes(b"not a database at all" * 1000)
    for argv in (["people"], ["undo"]):
        ended = scanned(*argv)
        assert (ended.code, ended.out) == (3, "")
        assert "Traceback" not in ended.err


@pytest.mark.parametrize("argv", [["undo"], ["group"], ["rename", "Anna", "Berta"]])
def test_a_damaged_library_comes_back_with_the_next_command_that_writes_which_does_no_more(
    scanned: CommandLine, argv: list[str]
) -> None:
    scanned("name", "--cluster", scanned.cluster_of("anna 1.jpg"), "Anna")
    backups.make(scanned.library)
    scanned("name", "--cluster", scanned.cluster_of("5.jpg"), "Ben")
    with (scanned.library / "library.db").open("rb+") as stream:
        stream.seek(4096)
        stream.write(bytes(20 * 4096))
    ended = scanned("people")
    assert (ended.code, ended.out) == (3, "")
    assert "is damaged. Open it with the window or with `kinfolio scan`" in ended.err
    ended = scanned(*argv)
    assert (ended.code, ended.out) == (3, "")
    assert "The library file was damaged. Its backup of" in ended.err
    assert "Nothing else was done" in ended.err
    assert [person["name"] for person in scanned("people").records] == ["Anna"]


def test_a_library_file_that_is_gone_comes_back_with_the_next_scan(scanned: CommandLine) -> None:
    scanned("name", "--cluster", scanned.cluster_of("anna 1.jpg"), "Anna")
    backups.make(scanned.library)
    for file in scanned.library.glob("library.db*"):
        file.unlink()
    for argv in (["people"], ["undo"]):
        ended = scanned(*argv)
        assert (ended.code, ended.out) == (3, "")
        assert "Its newest backup takes its place with: kinfolio scan FOLDER" in ended.err
    assert "The library file was gone. Its backup of" in scanned("scan", scanned.album).err
    assert [person["name"] for person in scanned("people").records] == ["Anna"]


def test_reading_every_photo_again_keeps_every_name(scanned: CommandLine) -> None:
    scanned("name", "--cluster", scanned.cluster_of("anna 1.jpg"), "Anna")
    before = state(scanned)
    ended = scanned("reembed")
    assert ended.code == 0, ended.err
    assert (ended.record["undo"], ended.record["photos"], ended.record["failed"]) == (None, 7, 0)
    assert state(scanned) == before


def test_grouping_again_is_one_step_that_can_be_undone(scanned: CommandLine) -> None:
    scanned("split", "--face", scanned.faces("--cluster", scanned.cluster_of("5.jpg"))[0]["face"])
    before = state(scanned)
    for strictness in ("strict", "normal", "loose"):
        ended = scanned("group", "--strictness", strictness)
        assert ended.code == 0
        assert {"undo", "clusters", "new_groups", "moved_faces"} <= set(ended.record)
        if ended.record["undo"] is not None:
            assert scanned("undo").record["undo"] == ended.record["undo"]
        assert state(scanned) == before


def test_a_folder_that_is_not_there_is_a_problem_beside_others_and_a_mistake_alone(
    kinfolio: CommandLine, album: Path, tmp_path: Path
) -> None:
    absent = tmp_path / "absent"
    ended = kinfolio("scan", absent)
    assert (ended.code, ended.out) == (2, "")
    assert not kinfolio.library.exists()
    ended = kinfolio("scan", absent, album)
    assert ended.code == 1
    assert "absent" in ended.err
    assert (ended.records[-1]["photos"], ended.records[-1]["failed"]) == (7, 1)


def test_names_that_a_photo_carries_are_taken_unless_somebody_says_no(scanned: CommandLine) -> None:
    (face,) = scanned.faces("--photo", str(scanned.album / "ben" / "5.jpg"))
    packet = digikam({"Ben": face["box"]}, (640, 480))
    (scanned.album / "ben" / "5.xmp").write_text(packet)
    assert scanned("scan", scanned.album, "--no-names-from-files").records[-1]["named"] == 0
    assert scanned("people").records == []
    ended = scanned("scan", scanned.album, as_json=False)
    assert "1 named by the photos themselves" in ended.out
    (person,) = scanned("people").records
    assert (person["name"], person["faces"]) == ("Ben", 3)
    assert scanned("history").records[0]["label"] == "Take the name of a face from its file"
