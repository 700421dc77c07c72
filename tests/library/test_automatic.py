"""Whom the machine takes faces for, and when it would rather ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest

from app.library.records import ClusterId, FaceId, Side
from tests.library.conftest import Filler, found, regroup, vector


def between(*identities: int) -> np.ndarray:
    mixed = np.sum([vector(identity, 99) for identity in identities], axis=0)
    return np.asarray(mixed / np.linalg.norm(mixed), np.float32)


def taken_for(fill: Filler, face: FaceId) -> str | None:
    return fill.library.face(face).automatic_name


def only_face(fill: Filler, name: str, *identities: int, taken_at: datetime | None = None) -> FaceId:
    (face,) = fill.faces_of(fill.photo(name, identities, taken_at=taken_at))
    return face


def turned(fill: Filler, name: str, degrees: float) -> FaceId:
    """A face whose vector is that of person 1, turned so far towards that of person 2."""
    one, other = vector(1), vector(2)
    other = other - (other @ one) * one
    angle = np.deg2rad(degrees)
    mixed = np.asarray(np.cos(angle) * one + np.sin(angle) * other / np.linalg.norm(other), np.float32)
    face = found(1)
    mixed_face = type(face)(face.box, face.landmarks, face.score, face.quality, mixed, b"portrait")
    (only,) = fill.faces_of(fill.photo(name, [], faces=[mixed_face]))
    return only


def test_naming_one_face_shows_the_others_of_its_group_with_the_person(fill: Filler) -> None:
    faces = [only_face(fill, f"{place}.jpg", 1) for place in range(4)]
    stranger = only_face(fill, "stranger.jpg", 2)
    fill.library.group()
    fill.library.name("Anna", faces=faces[:1]).result()
    fill.library.catch_up()
    assert [taken_for(fill, face) for face in faces] == [None, "Anna", "Anna", "Anna"]
    assert taken_for(fill, stranger) is None


def test_a_face_between_two_people_is_nobodys(fill: Filler) -> None:
    for place in range(2):
        fill.library.name("Anna", faces=[only_face(fill, f"a{place}.jpg", 1)]).result()
        fill.library.name("Beth", faces=[only_face(fill, f"b{place}.jpg", 2)]).result()
    face = found(1)
    middle = type(face)(face.box, face.landmarks, face.score, face.quality, between(1, 2), b"portrait")
    (asked,) = fill.faces_of(fill.photo("middle.jpg", [], faces=[middle]))
    fill.library.group()
    assert taken_for(fill, asked) is None


def test_a_face_is_nobodys_whom_its_own_group_is_not_like(fill: Filler) -> None:
    group = [turned(fill, f"{degrees}.jpg", degrees) for degrees in (90, 85, 80, 63)]
    alone = turned(fill, "alone.jpg", -60)
    fill.library.group()
    assert [cluster.faces for cluster in fill.library.clusters()] == [4]
    fill.library.name("Anna", faces=[turned(fill, "anna.jpg", 0)]).result()
    fill.library.group()
    # One of the group is nearly as much like Anna as the one who is alone: enough, but for the others of the group.
    assert [taken_for(fill, face) for face in (*group, alone)] == [None, None, None, None, "Anna"]


def test_whoever_is_named_better_has_the_guess(fill: Filler) -> None:
    face = turned(fill, "asked.jpg", 55)
    anna = fill.library.name("Anna", faces=[turned(fill, "anna.jpg", 0)]).result().people[0]
    fill.library.group()
    assert taken_for(fill, face) == "Anna"
    fill.library.name("Beth", faces=[turned(fill, "beth.jpg", 60)]).result()
    fill.library.group()
    assert taken_for(fill, face) == "Beth"
    fill.library.reject([face], anna).result()
    assert taken_for(fill, face) == "Beth"


def test_a_guess_ends_with_the_face_that_it_came_from(fill: Filler) -> None:
    faces = [only_face(fill, f"{place}.jpg", 1) for place in range(5)]
    fill.library.group()
    anna = fill.library.name("Anna", faces=faces[:1]).result().people[0]
    fill.library.catch_up()
    assert [taken_for(fill, face) for face in faces[1:]] == ["Anna"] * 4
    fill.library.reject(faces[:1], anna).result()
    fill.library.catch_up()
    assert [taken_for(fill, face) for face in faces[1:]] == [None] * 4
    fill.library.name("Berta", faces=faces[:1]).result()
    fill.library.catch_up()
    assert [taken_for(fill, face) for face in faces[1:]] == ["Berta"] * 4


def test_a_blurred_face_attracts_nobody_even_where_it_was_named(fill: Filler) -> None:
    blurred = replace(found(1), quality=0.1)
    (named,) = fill.faces_of(fill.photo("blurred.jpg", [], faces=[blurred]))
    others = [only_face(fill, f"{place}.jpg", 1) for place in range(3)]
    fill.library.name("Anna", faces=[named]).result()
    fill.library.group()
    assert [taken_for(fill, face) for face in others] == [None] * 3


def test_a_face_that_says_nothing_belongs_to_no_group_and_to_nobody(fill: Filler) -> None:
    blank = replace(found(1), quality=0.0)
    (nothing,) = fill.faces_of(fill.photo("blank.jpg", [], faces=[blank]))
    others = [only_face(fill, f"{place}.jpg", 1) for place in range(3)]
    fill.library.group()
    assert [fill.library.face(face).cluster for face in (nothing, *others)] == [None, 1, 1, 1]
    fill.library.name("Anna", clusters=[ClusterId(1)]).result()
    fill.library.group()
    assert taken_for(fill, nothing) is None


def test_guesses_are_no_evidence_for_further_guesses(fill: Filler) -> None:
    """A chain of faces, each alike the next: only those like the named one are taken for the person."""
    faces = [turned(fill, f"{place}.jpg", degrees) for place, degrees in enumerate(np.linspace(0, 90, 9))]
    fill.library.name("Anna", faces=faces[:1]).result()
    for _ in range(3):
        fill.library.group()
        regroup(fill.library)
    named = [face for face in faces if taken_for(fill, face) == "Anna"]
    # With one person, a rate of one in a thousand is a cosine of 0.35: up to the seventh step.
    assert named == faces[1:7]


def test_nobody_is_taken_for_who_was_not_born_yet(fill: Filler) -> None:
    anna = fill.library.name("Anna", faces=[only_face(fill, "a.jpg", 1, taken_at=datetime(2010, 6, 1))]).result()
    before = [only_face(fill, f"{year}.jpg", 1, taken_at=datetime(year, 6, 1)) for year in (1974, 1975)]
    undated = only_face(fill, "undated.jpg", 1)
    after = only_face(fill, "after.jpg", 1, taken_at=datetime(2012, 6, 1))
    fill.library.set_born(anna.people[0], date(1980, 3, 1)).result()
    fill.library.group()
    assert [taken_for(fill, face) for face in (*before, undated, after)] == [None, None, "Anna", "Anna"]


def test_a_date_of_birth_ends_guesses_about_who_was_not_born_and_its_undo_brings_them_back(fill: Filler) -> None:
    anna = fill.library.name("Anna", faces=[only_face(fill, "a.jpg", 1, taken_at=datetime(2010, 6, 1))]).result()
    before = only_face(fill, "before.jpg", 1, taken_at=datetime(1975, 6, 1))
    after = only_face(fill, "after.jpg", 1, taken_at=datetime(2012, 6, 1))
    fill.library.group()
    assert [taken_for(fill, face) for face in (before, after)] == ["Anna", "Anna"]
    fill.library.set_born(anna.people[0], date(1980, 3, 1)).result()
    assert [taken_for(fill, face) for face in (before, after)] == [None, "Anna"]
    fill.library.undo().result()
    assert [taken_for(fill, face) for face in (before, after)] == ["Anna", "Anna"]
    fill.library.redo().result()
    assert [taken_for(fill, face) for face in (before, after)] == [None, "Anna"]


def test_a_photo_that_proves_to_be_older_than_a_person_is_not_shown_with_them(fill: Filler) -> None:
    anna = fill.library.name("Anna", faces=[only_face(fill, "a.jpg", 1, taken_at=datetime(2010, 6, 1))]).result()
    fill.library.set_born(anna.people[0], date(1990, 3, 1)).result()
    face = only_face(fill, "old.jpg", 1)
    fill.library.group()
    assert taken_for(fill, face) == "Anna"
    assert only_face(fill, "old.jpg", 1, taken_at=datetime(1985, 6, 1)) == face
    assert taken_for(fill, face) is None


def test_a_child_is_taken_for_who_looked_like_that_at_about_that_age(fill: Filler) -> None:
    anna = fill.library.name("Anna", faces=[only_face(fill, "a.jpg", 1, taken_at=datetime(2013, 3, 1))]).result()
    fill.library.set_born(anna.people[0], date(2010, 3, 1)).result()
    near = only_face(fill, "four.jpg", 1, taken_at=datetime(2014, 3, 1))
    far = [only_face(fill, f"{month}.jpg", 1, taken_at=datetime(2022, month, 1)) for month in (4, 5)]
    fill.library.group()
    assert [taken_for(fill, face) for face in (near, *far)] == ["Anna", None, None]
    between_them = only_face(fill, "nine.jpg", 1, taken_at=datetime(2019, 4, 1))
    fill.library.name("Anna", faces=[between_them], person=anna.people[0]).result()
    fill.library.catch_up()
    assert [taken_for(fill, face) for face in far] == ["Anna", "Anna"]


@pytest.mark.parametrize("source", ["name", "changed"])
def test_a_date_of_the_files_name_or_of_its_last_change_says_nothing_about_an_age(fill: Filler, source: str) -> None:
    anna = fill.library.name("Anna", faces=[only_face(fill, "a.jpg", 1, taken_at=datetime(2013, 3, 1))]).result()
    fill.library.set_born(anna.people[0], date(2010, 3, 1)).result()
    # Sent on or edited then, it may show her as she was in 2013.
    (sent,) = fill.faces_of(fill.photo("sent.jpg", [1], taken_at=datetime(2022, 5, 1, 12), date_source=source))
    fill.library.group()
    assert taken_for(fill, sent) == "Anna"
    # Before she was born nobody can have had her picture.
    early = fill.photo("early.jpg", [1], taken_at=datetime(2009, 5, 1, 12), date_source=source)
    fill.library.group()
    assert [taken_for(fill, face) for face in fill.faces_of(early)] == [None]


def test_of_two_faces_said_to_differ_only_one_is_taken_for_a_person(fill: Filler) -> None:
    twins = [only_face(fill, f"{place}.jpg", 1) for place in range(2)]
    fill.library.differ(Side(faces=(twins[0],)), Side(faces=(twins[1],))).result()
    fill.library.name("Anna", faces=[only_face(fill, "anna.jpg", 1)]).result()
    fill.library.group()
    assert sorted(str(taken_for(fill, face)) for face in twins) == ["Anna", "None"]
    fill.library.group()
    regroup(fill.library)
    assert sorted(str(taken_for(fill, face)) for face in twins) == ["Anna", "None"]
    # What was found later is held to it as well.
    later = only_face(fill, "later.jpg", 1)
    (taken,) = [face for face in twins if taken_for(fill, face)]
    fill.library.differ(Side(faces=(taken,)), Side(faces=(later,))).result()
    fill.library.group()
    assert [taken_for(fill, taken), taken_for(fill, later)].count("Anna") == 1


def test_of_a_group_of_two_neither_is_taken_for_somebody_without_the_other(fill: Filler) -> None:
    two = [turned(fill, f"{degrees}.jpg", degrees) for degrees in (60, 80)]
    fill.library.group()
    assert [group.faces for group in fill.library.clusters()] == [2]
    fill.library.name("Anna", faces=[turned(fill, "anna.jpg", 0)]).result()
    fill.library.group()
    assert [taken_for(fill, face) for face in two] == [None, None]
    assert [group.faces for group in fill.library.clusters()] == [2]


def test_where_one_face_of_a_group_would_be_left_the_least_alike_stays_with_it(fill: Filler) -> None:
    four = [turned(fill, f"{degrees}.jpg", degrees) for degrees in (50, 56, 62, 78)]
    fill.library.group()
    fill.library.name("Anna", faces=[turned(fill, "anna.jpg", 0)]).result()
    fill.library.group()
    assert [taken_for(fill, face) for face in four] == ["Anna", "Anna", None, None]
    assert [group.faces for group in fill.library.clusters()] == [2]
