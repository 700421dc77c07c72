"""Questions that the program asks are answered by what it says to type, and never come back."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest

from app.library.library import Library
from tests.cli.conftest import CommandLine
from tests.library.conftest import Filler
from tests.library.test_suggestions import ANNA, BERTA, STRANGER, look

TYPED = re.compile(r"      yes: kinfolio (merge (.*))    no: kinfolio (differ (.*))")


@pytest.fixture
def looks(tmp_path: Path, home: Path) -> CommandLine:
    """Anna and Berta, a group each; another look of each as a group, and more looks that are alone. No names."""
    photos = tmp_path / "photos"
    photos.mkdir()
    library = Library.open(tmp_path / "library")
    fill = Filler(library, photos)
    for identity, who in ((ANNA, "anna"), (BERTA, "berta")):
        for number in range(5):
            fill.photo(f"{who} {number}.jpg", [identity])
        for number in range(3):
            fill.photo(f"other {who} {number}.jpg", [], faces=[look(identity, number)])
        fill.photo(f"lone {who}.jpg", [], faces=[look(identity, 9, other=2, alike=0.34)])
    fill.photo("stranger.jpg", [STRANGER])
    library.group()
    library.close()
    return CommandLine(tmp_path / "library", photos)


def face_of(kinfolio: CommandLine, photo: str) -> int:
    (face,) = [face["face"] for face in kinfolio.faces() if face["photo"].endswith(photo)]
    assert isinstance(face, int)
    return face


def questions(kinfolio: CommandLine, *argv: object) -> list[tuple[str, str, str]]:
    """(question, what to type for yes, what to type for no), all of which the text says on two lines."""
    ended = kinfolio(*argv, as_json=False)
    assert ended.code == 0, ended.err
    asked = []
    lines = ended.out.splitlines()
    for question, typed in pairwise(lines):
        if (found := TYPED.fullmatch(typed)) is not None:
            assert found[2] == found[4]
            asked.append((question, found[1], found[3]))
    assert len(asked) == len(lines) // 2
    return asked


@pytest.mark.parametrize("answer", [1, 2], ids=["yes", "no"])
def test_every_question_is_answered_by_what_is_said_to_type_and_does_not_come_back(
    looks: CommandLine, answer: int
) -> None:
    assert looks("name", "--cluster", looks.cluster_of("photos/berta 0.jpg"), "Berta").code == 0
    answered: list[str] = []
    while asked := questions(looks, "review"):
        typed = asked[0][answer]
        assert typed not in answered
        ended = looks(*shlex.split(typed))
        assert ended.code == 0, ended.err
        answered.append(typed)
    sides = {(typed.count("--cluster"), typed.count("--face")) for typed in answered}
    assert sides >= {(2, 0), (1, 1), (0, 1)}, answered
    assert questions(looks, "suggest", "Berta") == []


def test_suggestions_say_what_to_type_too(looks: CommandLine) -> None:
    group = looks.cluster_of("photos/anna 0.jpg")
    asked = questions(looks, "suggest", "--cluster", group)
    assert asked
    assert all(f"--cluster {group}" in yes for _, yes, _ in asked)


def test_a_question_names_both_sides_as_one_sentence(looks: CommandLine) -> None:
    group, other = looks.cluster_of("photos/anna 0.jpg"), looks.cluster_of("photos/other anna 0.jpg")
    asked = [question for question, _, _ in questions(looks, "review")]
    sides = rf"group {group} \(5 faces\)", rf"group {other} \(3 faces\)"
    wanted = "|".join(rf" *\d+%  Is {one} the same person as {two}\?" for one, two in (sides, sides[::-1]))
    assert any(re.fullmatch(wanted, question) for question in asked), asked


def test_a_face_joins_a_group_and_two_faces_become_one(looks: CommandLine) -> None:
    group, lone = looks.cluster_of("photos/anna 0.jpg"), face_of(looks, "lone anna.jpg")
    ended = looks("merge", "--cluster", group, "--face", lone)
    assert (ended.code, ended.record["undo"]) == (0, f"Merge group {group} and face {lone}"), ended.err
    assert looks.cluster_of("lone anna.jpg") == group
    pair = [face_of(looks, photo) for photo in ("lone berta.jpg", "stranger.jpg")]
    assert looks("merge", "--face", pair[0], "--face", pair[1]).code == 0
    both = looks.cluster_of("stranger.jpg")
    assert [face["face"] for face in looks.faces("--cluster", both)] == sorted(pair)
    assert looks("group", "--strictness", "strict").code == 0
    assert looks.cluster_of("lone anna.jpg") == group
    assert looks.cluster_of("lone berta.jpg") == looks.cluster_of("stranger.jpg")
    again = looks("merge", "--face", pair[0], "--face", pair[1])
    assert (again.code, again.out) == (2, "")
    assert looks("undo", "--step", 2).code == 0
    assert {face["cluster"] for face in looks.faces() if face["face"] in pair} == {None}


def test_a_face_that_somebody_was_named_as_is_no_part_of_an_unnamed_group(looks: CommandLine) -> None:
    lone = face_of(looks, "lone anna.jpg")
    assert looks("name", "--face", lone, "Anna").code == 0
    ended = looks("merge", "--cluster", looks.cluster_of("photos/anna 0.jpg"), "--face", lone)
    assert (ended.code, ended.out) == (2, "")
    assert f"Face {lone} is Anna already" in ended.err


def test_a_face_is_merged_into_a_person_and_told_apart_from_one(looks: CommandLine) -> None:
    assert looks("name", "--cluster", looks.cluster_of("photos/anna 0.jpg"), "Anna").code == 0
    lone, stranger = face_of(looks, "lone anna.jpg"), face_of(looks, "stranger.jpg")
    assert looks("merge", "Anna", "--face", lone).record["undo"] == f"Merge face {lone} into Anna"
    assert lone in [face["face"] for face in looks.faces("--person", "Anna")]
    assert looks("differ", "Anna", "--face", stranger).record["undo"] == f"Tell Anna and face {stranger} apart"
    assert looks("differ", "--face", lone, "--face", stranger).code == 0
    assert looks("differ", "--face", lone, "--face", lone).code == 2


def test_a_review_says_which_questions_are_hardly_worth_asking(looks: CommandLine) -> None:
    assert "hardly worth asking" not in looks("review").err
    library = Library.open(looks.library)
    fill = Filler(library, looks.album)
    fill.photo("hardly anna.jpg", [], faces=[look(ANNA, 20, other=3, alike=0.3)])
    library.group()
    library.close()
    ended = looks("review")
    *asked, _ = ended.records
    unlikely = [one["probability"] < 0.2 and one["probability"] * one["settles"] < 1 for one in asked]
    assert unlikely[-1]
    assert unlikely == sorted(unlikely)
    assert "hardly worth asking" in ended.err


def test_a_dry_run_tells_where_the_faces_of_a_group_would_go(looks: CommandLine) -> None:
    groups = {name: looks.cluster_of(f"photos/{name} 0.jpg") for name in ("anna", "other anna", "berta", "other berta")}
    *changes, _ = looks("group", "--dry-run", "--strictness", "loose", as_json=False).out.splitlines()
    assert set(changes) >= {
        f"group {groups[f'other {name}']}: 3 of 3 faces would go to group {groups[name]}" for name in ("anna", "berta")
    }
    assert looks("group", "--strictness", "loose").code == 0
    assert looks.cluster_of("photos/other anna 0.jpg") == groups["anna"]
    assert "Group again (loose)" in [entry["label"] for entry in looks("history").records]


def test_what_was_said_of_faces_is_not_noted_a_second_time(looks: CommandLine) -> None:
    face = face_of(looks, "stranger.jpg")
    assert looks("name", "--face", face_of(looks, "/anna 0.jpg"), "Anna").code == 0
    for said in (
        ["ignore", "--face", face],
        ["reject", "--face", face, "--person", "Anna"],
        ["not-a-face", "--face", face],
    ):
        assert looks(*said).code == 0
        steps = len(looks("history").records)
        again = looks(*said)
        assert again.code == 2
        assert "already" in again.err
        assert len(looks("history").records) == steps


def test_a_name_that_differs_by_an_accent_from_anothers_is_not_given_by_renaming(looks: CommandLine) -> None:
    looks("name", "--face", face_of(looks, "/anna 0.jpg"), "Anna")
    looks("name", "--face", face_of(looks, "/berta 0.jpg"), "Berta")
    refused = looks("rename", "Berta", "Ánna")
    assert refused.code == 2
    assert "kinfolio merge" in refused.err
    assert looks("rename", "Berta", " Bertha ").record["undo"] == "Rename Berta to Bertha"
