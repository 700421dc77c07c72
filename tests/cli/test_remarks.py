"""What a command says beside its result: why nothing is listed or done, and what is worth knowing of what was done."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.library.library import Library
from tests.cli.conftest import CommandLine
from tests.library.conftest import Filler


@pytest.fixture
def empty(tmp_path: Path, home: Path) -> CommandLine:
    """A library into which no photo was read."""
    Library.open(tmp_path / "library").close()
    return CommandLine(tmp_path / "library", tmp_path / "album")


def steps(kinfolio: CommandLine) -> int:
    return len(kinfolio("history").records)


@pytest.mark.parametrize("command", ["people", "clusters", "review"])
def test_an_empty_library_says_how_photos_come_into_it(empty: CommandLine, command: str) -> None:
    ended = empty(command, as_json=False)
    assert ended.code == 0
    assert "kinfolio scan FOLDER" in (ended.out if command == "review" else ended.err)
    assert " 0 " not in ended.out + ended.err


def test_where_nothing_is_listed_one_line_says_why(named: CommandLine) -> None:
    cleo = next(face["face"] for face in named.faces("--unnamed"))
    for command, why in (
        (["clusters"], "kinfolio faces --unnamed"),
        (["suggest", "Anna"], "Nothing that is undecided is like Anna."),
    ):
        ended = named(*command)
        assert (ended.code, ended.out) == (0, "")
        assert len(ended.err.splitlines()) == 1
        assert why in ended.err
    assert "kinfolio faces" not in named("review", as_json=False).out
    assert named("name", "--face", cleo, "Cleo").code == 0
    assert "No face waits" in named("clusters").err
    assert "no face waits" in named("review", as_json=False).out
    for person in ("Anna", "Ben", "Cleo"):
        assert named("hide", person).code == 0
    ended = named("people")
    assert (ended.code, ended.out) == (0, "")
    assert "kinfolio people --hidden" in ended.err


def test_before_anybody_has_a_name_the_list_of_people_says_how_to_give_one(scanned: CommandLine) -> None:
    assert "kinfolio name --cluster C NAME" in scanned("people").err


def test_a_person_gets_another_name_unless_somebody_else_has_it(named: CommandLine) -> None:
    ended = named("rename", "Anna", "Anna Maria")
    assert (ended.code, ended.record["undo"]) == (0, "Rename Anna to Anna Maria")
    assert [person["name"] for person in named("people").records] == ["Anna Maria", "Ben"]
    anna, ben = (person["person"] for person in named("people").records)
    taken = named("rename", "Ben", "anna maria")
    assert (taken.code, taken.out) == (2, "")
    assert f"kinfolio merge {anna} {ben}" in taken.err
    assert named("rename", "Ben", "BEN").code == 0


def test_a_name_that_differs_in_case_only_is_the_same_name_and_keeps_its_spelling(named: CommandLine) -> None:
    (cleo,) = [face["face"] for face in named.faces("--unnamed")]
    ended = named("name", "--face", cleo, "ANNA")
    assert (ended.code, ended.record["undo"]) == (0, "Name Anna")
    assert ended.err == "Anna is known already, so the name is written like that.\n"
    assert [(person["name"], person["faces"]) for person in named("people").records] == [("Anna", 5), ("Ben", 3)]
    assert len(named.faces("--person", "anna")) == 5
    assert named("name", "--face", cleo, "Anna").err == ""


def test_where_two_have_one_name_the_person_meant_is_named_by_id(named: CommandLine) -> None:
    library = Library.open(named.library)
    (cleo,) = [face["face"] for face in named.faces("--unnamed")]
    other = library.name("Anna", faces=[cleo], new_person=True).result().people[0]
    library.close()
    ben = named.faces("--person", "Ben")[0]["face"]
    refused = named("name", "--face", ben, "Anna")
    assert (refused.code, refused.out) == (2, "")
    assert f"2 people are called 'Anna'. Give an id instead: 1, {other}." in refused.err
    ended = named("name", "--face", ben, other)
    assert (ended.code, ended.record["person"], ended.err) == (0, other, "")
    assert {face["face"] for face in named.faces("--person", other)} == {cleo, ben}


def test_what_is_so_already_is_said_to_be_and_is_no_step(named: CommandLine) -> None:
    both = named.album / "both.jpg"
    cleo = next(face["face"] for face in named.faces("--unnamed"))
    for told in (["hide", "Anna"], ["born", "Ben", "2015-03-31"], ["collage", both], ["differ", "Anna", "Ben"]):
        assert named(*told).code == 0
    assert named("differ", "Anna", "--face", cleo).code == 0
    before = steps(named)
    for again in (
        ["hide", "Anna"],
        ["hide", "Ben", "--show"],
        ["born", "Ben", "2015-03-31"],
        ["born", "Anna", "--unknown"],
        ["collage", both],
        ["differ", "Anna", "Ben"],
        ["differ", "Ben", "Anna"],
        ["differ", "--face", cleo, "Anna"],
        ["rename", "Anna", "Anna"],
    ):
        ended = named(*again)
        assert (ended.code, ended.out) == (2, ""), again
        assert "already" in ended.err
        assert "Nothing was changed." in ended.err
    assert steps(named) == before


def test_a_word_that_overrules_an_earlier_one_is_said_to(named: CommandLine) -> None:
    cleo = next(face["face"] for face in named.faces("--unnamed"))
    (ben, *_) = [face["face"] for face in named.faces("--person", "Ben")]
    overrules = "It was said before that they are not the same person; this overrules that."
    assert named("differ", "Anna", "Ben").code == 0
    assert named("differ", "Anna", "--face", cleo).code == 0
    for write in (
        ["merge", "Anna", "Ben"],
        ["name", "--face", ben, "Anna"],
        ["name", "--face", cleo, "Anna"],
        ["merge", "Anna", "--face", cleo],
    ):
        ended = named(*write)
        assert ended.code == 0, ended.err
        assert ended.err.startswith(overrules)
        assert named("undo").code == 0
    assert named("name", "--face", cleo, "Ben").err == ""


def test_groups_that_were_told_apart_are_said_to_be_when_they_are_merged(scanned: CommandLine, album: Path) -> None:
    groups = [scanned.cluster_of(photo) for photo in ("anna 1.jpg", "5.jpg")]
    named = [option for group in groups for option in ("--cluster", group)]
    assert scanned("collage", album / "both.jpg").code == 0
    assert scanned("differ", *named).record["undo"] == f"Tell group {groups[0]} and group {groups[1]} apart"
    assert "said already" in scanned("differ", *named).err
    assert "overrules" in scanned("merge", *named).err
    assert "overrules" not in scanned("name", "--cluster", groups[0], "Anna").err


def test_a_step_that_cannot_be_taken_back_says_which_other_builds_on_it_and_what_they_share(
    named: CommandLine,
) -> None:
    anna = named.faces("--person", "Anna")[0]["person"]
    assert named("rename", "Anna", "Annie").code == 0
    refused = named("undo", "--step", 1)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith('"Name Anna" (step 1) cannot be taken back: "Rename Anna to Annie" (step 3, ')
    assert f"both are about Annie (person {anna})" in refused.err


def test_an_export_into_a_folder_that_is_scanned_is_refused(scanned: CommandLine, album: Path) -> None:
    assert scanned("name", "--cluster", scanned.cluster_of("5.jpg"), "Ben").code == 0
    before = sorted(album.rglob("*"))
    link = album.parent / "link"
    link.symlink_to(album)
    for folder in (album, album / "bens", link / "bens"):
        ended = scanned("export", "--person", "Ben", "--to", folder)
        assert (ended.code, ended.out) == (2, "")
        assert "the next scan would take the copies in" in ended.err
        assert str(folder) in ended.err
    assert sorted(album.rglob("*")) == before


def test_a_dry_run_needs_no_library_that_can_be_written(scanned: CommandLine) -> None:
    before = scanned("faces").out
    window = Library.open(scanned.library)
    try:
        assert scanned("group").code == 3
        ended = scanned("group", "--dry-run")
        assert (ended.code, ended.record["undo"]) == (0, None)
    finally:
        window.close()
    assert scanned("faces").out == before


def test_a_dry_run_lists_the_largest_changes_of_groups(scanned: CommandLine, album: Path) -> None:
    ended = scanned("group", "--dry-run", as_json=False)
    assert (ended.code, len(ended.out.splitlines())) == (0, 1)
    fresh = CommandLine(scanned.library.parent / "fresh", album)
    assert fresh("scan", album, "--no-group").code == 0
    *changes, summary = fresh("group", "--dry-run").records
    assert all(set(change) == {"cluster", "to", "new", "faces", "of"} for change in changes)
    assert [change["faces"] for change in changes] == [4, 3]
    assert summary["moved_faces"] == 7
    first, second, _ = fresh("group", "--dry-run", as_json=False).out.splitlines()
    assert first == "4 faces without a group would go to a new group"
    assert second == "3 faces without a group would go to a new group"


def test_a_dry_run_lists_no_more_than_twenty_changes(tmp_path: Path, home: Path) -> None:
    (tmp_path / "photos").mkdir()
    library = Library.open(tmp_path / "library")
    fill = Filler(library, tmp_path / "photos")
    for identity in range(23):
        for number in range(2):
            fill.photo(f"{identity} {number}.jpg", [identity])
    library.close()
    ended = CommandLine(tmp_path / "library", tmp_path / "photos")("group", "--dry-run", as_json=False)
    assert ended.code == 0
    *changes, _ = ended.out.splitlines()
    assert len(changes) == 20
    assert ended.err == "These are the 20 largest of 23 changes.\n"
