"""What people say while a grouping is planned, or before its plan is carried out, counts as if said before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from itertools import count

import pytest

from app.errors import AppError
from app.library.library import Library
from app.library.records import FaceId, FaceKind, Side, Strictness
from tests.library.conftest import Filler, found, regroup, turned_face

# A cosine of 0.53: one group loosely, two normally; with faces in between these are joined.
APART = 58.0


def only_face(fill: Filler, name: str, identity: int, taken_at: datetime | None = None) -> FaceId:
    (face,) = fill.faces_of(fill.photo(name, [identity], taken_at=taken_at))
    return face


def group_while(library: Library, happens: Callable[[], object], at: int) -> None:
    """Groups; `happens` is called when the grouping asks for the so-and-so-manieth time whether to go on."""
    asked = count(1)

    def cancelled() -> bool:
        if next(asked) == at:
            happens()
        return False

    library.group(cancelled=cancelled)
    assert next(asked) > at


def waiting(library: Library) -> int:
    """How many faces the next grouping looks at."""
    return int(library._read.execute("SELECT count(*) FROM faces WHERE grouped_by IS NULL").fetchone()[0])


at_any_time = pytest.mark.parametrize("at", [1, 4, 7])


@at_any_time
@pytest.mark.parametrize("named", [False, True])
def test_a_photo_that_is_no_collage_any_more_gets_no_two_faces_of_one_person(
    fill: Filler, at: int, named: bool
) -> None:
    library = fill.library
    faces = [only_face(fill, f"{place}.jpg", 1) for place in range(4)]
    if named:
        library.name("Anna", faces=faces).result()
    library.group()
    photo = fill.photo("two.jpg", [], faces=[found(1, 50, 0), found(1, 51, 1)])
    library.allow_repeats(photo, True).result()
    group_while(library, lambda: library.allow_repeats(photo, False).result(), at)
    shown = [library.face(face) for face in fill.faces_of(photo)]
    assert [face.cluster or face.automatic for face in shown].count(None) >= 1
    library.catch_up()
    shown = [library.face(face) for face in fill.faces_of(photo)]
    assert [face.cluster or face.automatic for face in shown].count(None) == 1


@at_any_time
def test_who_turns_out_to_be_born_later_is_not_guessed(fill: Filler, at: int) -> None:
    library = fill.library
    named = [only_face(fill, f"{place}.jpg", 1, datetime(2010, 1, 1)) for place in range(2)]
    anna = library.name("Anna", faces=named).result().people[0]
    library.group()
    old = only_face(fill, "old.jpg", 1, datetime(1970, 1, 1))
    group_while(library, lambda: library.set_born(anna, date(2000, 1, 1)).result(), at)
    assert library.face(old).automatic is None


@at_any_time
@pytest.mark.parametrize("how", ["reject", "undo", "merge"])
def test_nobody_is_guessed_for_faces_that_are_not_theirs_any_more(fill: Filler, at: int, how: str) -> None:
    library = fill.library
    first = only_face(fill, "first.jpg", 1)
    ben = library.name("Ben", faces=[only_face(fill, "ben.jpg", 2)]).result().people[0]
    anna = library.name("Anna", faces=[first]).result().people[0]
    library.group()
    later = only_face(fill, "later.jpg", 1)
    ways: dict[str, Callable[[], object]] = {
        "reject": lambda: library.reject([first], anna).result(),
        "undo": lambda: library.undo().result(),
        "merge": lambda: library.merge([ben, anna]).result(),
    }
    group_while(library, ways[how], at)
    assert library.face(later).automatic != anna
    library.catch_up()
    assert library.face(later).automatic == (ben if how == "merge" else None)
    assert (library.face(later).cluster is None) == (how == "merge")


@at_any_time
def test_a_difference_that_was_taken_back_and_comes_back_holds(fill: Filler, at: int) -> None:
    library = fill.library
    old = [only_face(fill, f"{place}.jpg", 1) for place in range(3)]
    library.group()
    new = only_face(fill, "new.jpg", 1)
    library.differ(Side(faces=(old[0],)), Side(faces=(new,))).result()
    library.revert(library.history(1)[0].id).result()
    again = library.history(1)[0].id
    group_while(library, lambda: library.revert(again).result(), at)
    assert library.face(new).cluster is None


def test_only_what_was_decided_while_grouping_is_looked_at_again(fill: Filler) -> None:
    library = fill.library
    faces = [only_face(fill, f"{place}.jpg", place % 4) for place in range(16)]
    group_while(library, lambda: library.set_kind(faces[:1], FaceKind.IGNORED).result(), 3)
    assert waiting(library) == 1
    later = [only_face(fill, f"later {place}.jpg", place) for place in range(4)]
    group_while(library, lambda: fill.photo("last.jpg", [1]), 3)
    assert all(library.face(face).cluster for face in later[1:])
    assert waiting(library) == 2


def test_joining_groups_leaves_to_the_user_what_can_be_done_again(fill: Filler) -> None:
    library = fill.library
    sides = [
        turned_face(fill, f"{degrees} {place}.jpg", degrees, int(degrees) + place)
        for degrees in (0.0, APART)
        for place in range(3)
    ]
    library.group()
    assert len(library.clusters()) == 2
    anna = library.name("Anna", faces=[only_face(fill, "anna.jpg", 5)]).result().people[0]
    library.rename(anna, "Anne").result()
    library.undo().result()
    for place in range(25):
        turned_face(fill, f"between {place}.jpg", APART / 2 + place % 5 - 2, 100 + place)
    library.group()
    assert len({library.face(face).cluster for face in sides}) == 1
    library.redo().result()
    assert library.person(anna).name == "Anne"


def test_a_grouping_that_is_done_again_after_its_groups_were_joined_the_other_way_round_says_so(fill: Filler) -> None:
    library = fill.library
    few = [turned_face(fill, f"few {place}.jpg", 0, place) for place in range(4)]
    library.group()
    many = [turned_face(fill, f"many {place}.jpg", APART, 10 + place) for place in range(5)]
    library.group()
    older, younger = (library.face(faces[0]).cluster for faces in (few, many))
    assert older is not None
    assert younger is not None
    regroup(library, Strictness.LOOSE)
    assert library.cluster_id(older) == younger
    library.undo().result()
    for place in range(25):
        turned_face(fill, f"between {place}.jpg", APART / 2 + place % 5 - 2, 100 + place)
    library.group()
    assert library.cluster_id(younger) == older
    with pytest.raises(AppError, match="other way round"):
        library.redo().result()
    assert library.cluster_id(younger) == older
    assert {library.face(face).cluster for face in (*few, *many)} == {older}
    assert library.redo_label() is None


@pytest.mark.parametrize("by", ["plan", "redo"])
def test_a_face_that_came_to_a_group_goes_along_when_the_group_is_replaced(fill: Filler, by: str) -> None:
    library = fill.library
    first = [turned_face(fill, f"first {place}.jpg", 0, place) for place in range(4)]
    second = [turned_face(fill, f"second {place}.jpg", APART, 10 + place) for place in range(3)]
    library.group()
    plan = library.plan_groups(Strictness.LOOSE)
    if by == "redo":
        library.group_again(plan)
        library.undo().result()
    came = turned_face(fill, "came.jpg", APART + 10, 77)
    library.group()
    group = library.face(second[0]).cluster
    assert library.face(came).cluster == group
    library.redo().result() if by == "redo" else library.group_again(plan)
    assert {library.face(face).cluster for face in (*first, *second, came)} == {library.face(first[0]).cluster}
    library.undo().result()
    assert library.face(came).cluster == group


def test_a_plan_that_was_made_for_another_model_is_refused(family: Filler) -> None:
    library = family.library
    library.split([face.id for face in library.faces()[:1]]).result()
    plan = library.plan_groups(Strictness.LOOSE)
    groups = library.clusters()
    family.use_engine("second")
    with pytest.raises(AppError, match="Plan it again"):
        library.group_again(plan)
    assert library.clusters() == groups


def test_catching_up_waits_for_another_grouping_and_ends_when_it_is_cancelled(fill: Filler) -> None:
    library = fill.library
    faces = [only_face(fill, f"{place}.jpg", 1) for place in range(4)]
    library.group()
    caught_up = []

    def name() -> None:
        library.name("Anna", faces=faces[:1]).result()
        caught_up.append(library.catch_up())

    group_while(library, name, 1)
    assert caught_up == [False]
    assert all(library.face(face).automatic is None for face in faces[1:])
    assert library.catch_up(cancelled=lambda: True)
    assert all(library.face(face).automatic is None for face in faces[1:])
    assert library.catch_up()
    assert all(library.face(face).automatic_name == "Anna" for face in faces[1:])
