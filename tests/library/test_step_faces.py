"""Each step of the history is shown with the faces that it was about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.library.records import Cluster, Done, FaceFilter, FaceId, FaceKind, PersonId, Side
from tests.library.conftest import Filler, found

ANNA, BERTA, CARA = 0, 1, 2


@pytest.fixture
def three(fill: Filler) -> Filler:
    """Three groups of nine, six and three faces; of each the last ones are the clearest."""
    for identity, count in ((ANNA, 9), (BERTA, 6), (CARA, 3)):
        for number in range(count):
            fill.photo(
                f"{identity} {number}.jpg", [], faces=[replace(found(identity, number), quality=0.5 + number / 20)]
            )
    fill.library.group()
    return fill


def groups(fill: Filler) -> list[Cluster]:
    return sorted(fill.library.clusters(), key=lambda group: -group.faces)


def members(fill: Filler, group: Cluster) -> list[FaceId]:
    """The clearest first."""
    faces = fill.library.faces(FaceFilter(cluster=group.id))
    return [face.id for face in sorted(faces, key=lambda face: -face.quality)]


def shown(fill: Filler, done: Done | None = None) -> list[FaceId]:
    """With the step of this edit, or with the latest one."""
    step = fill.library.history(1)[0].id if done is None else done.step
    assert step is not None
    return list(fill.library.faces_of_steps([step])[step])


def named(fill: Filler, name: str, group: Cluster) -> PersonId:
    return fill.library.name(name, clusters=[group.id]).result().people[0]


def test_a_name_is_shown_with_the_clearest_faces_that_got_it(three: Filler) -> None:
    anna = groups(three)[0]
    clearest = members(three, anna)[:3]
    named(three, "Anna", anna)
    assert shown(three) == clearest


def test_two_that_are_told_apart_are_shown_with_a_face_each(three: Filler) -> None:
    one, other, third = groups(three)
    sides = [members(three, group)[0] for group in (one, other, third)]
    library = three.library
    assert shown(three, library.differ(Side(cluster=one.id), Side(cluster=other.id)).result()) == sides[:2]
    anna = named(three, "Anna", one)
    assert shown(three, library.differ(Side(person=anna), Side(cluster=third.id)).result()) == [sides[0], sides[2]]


def test_who_is_merged_is_shown_with_a_face_each_also_afterwards(three: Filler) -> None:
    one, other, third = groups(three)
    faces = [members(three, group)[0] for group in (one, other, third)]
    anna, berta = named(three, "Anna", one), named(three, "Berta", other)
    done = three.library.merge([anna, berta]).result()
    assert shown(three, done) == faces[:2]
    assert shown(three, three.library.merge([anna], [third.id]).result())[0] == faces[2]
    assert shown(three, done) == faces[:2]
    three.library.undo().result()
    three.library.undo().result()
    assert shown(three, done) == faces[:2]


def test_what_is_changed_about_a_person_is_shown_with_their_cover(three: Filler) -> None:
    one = groups(three)[0]
    faces = members(three, one)
    anna = named(three, "Anna", one)
    done = three.library.set_favourite(anna, True).result()
    assert shown(three, done) == faces[:1]
    assert shown(three, three.library.set_cover(anna, faces[4]).result()) == [faces[4]]
    assert shown(three, done) == [faces[4]]


def test_a_face_that_is_no_longer_somebodys_does_not_stand_for_them(three: Filler) -> None:
    one = groups(three)[0]
    faces = members(three, one)
    anna = named(three, "Anna", one)
    assert shown(three, three.library.reject(faces[:1], anna).result()) == faces[:1]
    assert shown(three, three.library.set_hidden(anna, True).result()) == faces[1:2]


def test_split_off_and_ignored_faces_are_shown_by_themselves(three: Filler) -> None:
    one, other, _ = groups(three)
    faces, others = members(three, one), members(three, other)
    named(three, "Anna", one)
    assert shown(three, three.library.split(faces[2:4], "Zoe").result()) == faces[2:4]
    assert shown(three, three.library.set_kind(others[4:5], FaceKind.IGNORED).result()) == others[4:5]
    three.library.undo().result()
    assert shown(three) == others[4:5], "also when it was undone"


def test_a_step_about_no_face_and_one_about_very_many_have_none(three: Filler, monkeypatch: pytest.MonkeyPatch) -> None:
    named(three, "Anna", groups(three)[0])
    (step,) = three.library.step_ids().tolist()
    assert three.library.faces_of_steps([step])[step]
    monkeypatch.setattr("app.library.step_faces.LARGEST_OPENED", 100)
    assert three.library.faces_of_steps([step]) == {}
    assert shown(three, three.library.forget(three.root.path).result()) == []
