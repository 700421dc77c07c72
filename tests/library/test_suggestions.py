"""Suggestions: who may be whom, and what to ask first."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.library.index import FaissIndex
from app.library.library import Library
from app.library.records import ClusterId, FaceFilter, FaceId, PersonId, Side, Suggestion
from tests.library.conftest import DIMENSION, Filler, found, regroup
from tests.library.looks import ALIKE, look, unit

ANNA, BERTA, STRANGER = 0, 1, 2


@pytest.fixture
def looks(fill: Filler) -> Filler:
    """Six photos of Anna, four of another look of hers, five of Berta, each grouped by itself."""
    for number in range(6):
        fill.photo(f"anna{number}.jpg", [ANNA])
    for number in range(4):
        fill.photo(f"other{number}.jpg", [], faces=[look(ANNA, number)], taken_at=datetime(1970, 6, 1))
    for number in range(5):
        fill.photo(f"berta{number}.jpg", [BERTA])
    fill.library.group()
    assert sorted(group.faces for group in fill.library.clusters()) == [4, 5, 6]
    return fill


def group_of(fill: Filler, photo: str) -> ClusterId:
    (face,) = fill.library.faces(FaceFilter(photo=fill.library.find_photo(fill.root.path / photo).id))
    assert face.cluster is not None
    return face.cluster


def members(library: Library, cluster: ClusterId) -> list[FaceId]:
    return [face.id for face in library.faces(FaceFilter(cluster=cluster))]


def name(fill: Filler, text: str, photo: str) -> PersonId:
    return fill.library.name(text, clusters=[group_of(fill, photo)]).result().people[0]


def suggested(library: Library, subject: Side) -> list[Side]:
    return [one.other if one.one == subject else one.one for one in library.suggestions(subject)]


def asked(library: Library) -> set[frozenset[Side]]:
    return {frozenset({one.one, one.other}) for one in library.review()}


def test_two_groups_of_one_person_are_suggested_to_each_other(looks: Filler) -> None:
    anna, other = (Side(cluster=group_of(looks, photo)) for photo in ("anna0.jpg", "other0.jpg"))
    assert suggested(looks.library, anna) == [other]
    assert suggested(looks.library, other) == [anna]
    assert suggested(looks.library, Side(cluster=group_of(looks, "berta0.jpg"))) == []
    assert asked(looks.library) == {frozenset({anna, other})}


def test_a_group_is_suggested_to_a_person_and_the_person_to_the_group(looks: Filler) -> None:
    other = Side(cluster=group_of(looks, "other0.jpg"))
    anna = Side(person=name(looks, "Anna", "anna0.jpg"))
    assert suggested(looks.library, anna) == [other]
    assert suggested(looks.library, other) == [anna]
    (question,) = looks.library.review()
    assert (question.one, question.other, question.settles) == (anna, other, 4)


def test_a_person_with_more_faces_than_neighbours_are_looked_at_still_gets_suggestions(looks: Filler) -> None:
    anna = name(looks, "Anna", "anna0.jpg")
    more = [found(ANNA, 100 + number) for number in range(300)]
    faces = [looks.faces_of(looks.photo(f"{number}.jpg", [], faces=[face]))[0] for number, face in enumerate(more)]
    looks.library.name("Anna", faces=faces).result()
    assert suggested(looks.library, Side(person=anna)) == [Side(cluster=group_of(looks, "other0.jpg"))]


def test_the_likeliest_comes_first(looks: Filler) -> None:
    for number in range(3):
        looks.photo(f"less{number}.jpg", [], faces=[look(ANNA, number, other=1, alike=0.42)])
    looks.library.group()
    anna = name(looks, "Anna", "anna0.jpg")
    expected = [Side(cluster=group_of(looks, photo)) for photo in ("other0.jpg", "less0.jpg")]
    assert suggested(looks.library, Side(person=anna)) == expected
    first, second = looks.library.suggestions(Side(person=anna))
    assert 1 > first.probability > second.probability > 0
    assert looks.library.suggestions(Side(person=anna), limit=1) == [first]


def test_who_else_it_may_be_counts_wherever_a_pair_is_asked_about(looks: Filler) -> None:
    """A group between two sisters: each is as likely, whether one of them, the group or a review is asked for."""
    between = unit(ANNA) + 0.8 * unit(BERTA)
    between = ALIKE / 0.9 * between / np.linalg.norm(between)
    for number in range(4):
        vector = between + 0.75 * unit(3000) + unit(6000 + number) / 5
        face = replace(look(STRANGER, 0), vector=(vector / np.linalg.norm(vector)).astype(np.float32))
        looks.photo(f"sister{number}.jpg", [], faces=[face])
    looks.library.group()
    sister = Side(cluster=group_of(looks, "sister0.jpg"))
    chances = []
    for who in [Side(person=name(looks, text, f"{text}0.jpg")) for text in ("anna", "berta")]:
        lists = [looks.library.suggestions(who), looks.library.suggestions(sister), looks.library.review()]
        found = [one.probability for some in lists for one in some if (one.one, one.other) == (who, sister)]
        assert len(found) == 3
        assert len(set(found)) == 1
        chances += found[:1]
    # Berta, who is less alike, loses by what speaks for Anna.
    assert 1 - chances[1] > 10 * (1 - chances[0])


def test_review_asks_first_what_settles_most(looks: Filler) -> None:
    for number in range(20):
        looks.photo(f"most{number:02}.jpg", [], faces=[look(BERTA, number, alike=0.45)])
    looks.library.group()
    anna, berta = name(looks, "Anna", "anna0.jpg"), name(looks, "Berta", "berta0.jpg")
    by_probability = [one.one for one in looks.library.suggestions(Side(person=anna))]
    by_probability += [one.one for one in looks.library.suggestions(Side(person=berta))]
    questions = looks.library.review()
    assert [one.one for one in questions] == by_probability[::-1] == [Side(person=berta), Side(person=anna)]
    assert questions[0].settles == 20
    assert questions[0].probability < questions[1].probability


@pytest.mark.parametrize("said", ["one face", "every face", "the group"])
def test_what_was_rejected_is_never_suggested_again(looks: Filler, said: str) -> None:
    library = looks.library
    other = group_of(looks, "other0.jpg")
    anna = Side(person=name(looks, "Anna", "anna0.jpg"))
    faces = members(library, other)
    assert anna.person is not None
    if said == "the group":
        step = library.differ(anna, Side(cluster=other)).result()
    else:
        step = library.reject(faces if said == "every face" else faces[:1], anna.person).result()

    def offered() -> set[FaceId]:
        sides = suggested(library, anna) + [one.other for one in library.review() if one.one == anna]
        groups = [face for side in sides if side.cluster is not None for face in members(library, side.cluster)]
        return {*groups, *(face for side in sides for face in side.faces)}

    rejected = set(faces[:1] if said == "one face" else faces)
    assert not rejected & offered()
    looks.photo("other9.jpg", [], faces=[look(ANNA, 9)])
    library.group()
    assert not rejected & offered()
    regroup(library)
    assert not rejected & offered()
    while library.undo().result().label != step.label:
        pass
    assert rejected <= offered()


def test_groups_that_differ_are_not_suggested_to_each_other(looks: Filler) -> None:
    anna, other = (Side(cluster=group_of(looks, photo)) for photo in ("anna0.jpg", "other0.jpg"))
    looks.library.differ(anna, other).result()
    assert suggested(looks.library, anna) == suggested(looks.library, other) == []
    assert looks.library.review() == []
    looks.library.undo().result()
    assert suggested(looks.library, anna) == [other]


@pytest.mark.parametrize("named", [True, False])
def test_who_is_in_the_same_photo_is_suggested_only_in_a_collage(looks: Filler, named: bool) -> None:
    library = looks.library
    photo = looks.photo("both.jpg", [], faces=[found(ANNA, 50), look(ANNA, 50, place=1)])
    library.group()
    other = Side(cluster=group_of(looks, "other0.jpg"))
    anna = Side(cluster=group_of(looks, "anna0.jpg"))
    if named:
        anna = Side(person=name(looks, "Anna", "anna0.jpg"))
    assert suggested(library, anna) == suggested(library, other) == []
    assert library.review() == []
    library.allow_repeats(photo, True).result()
    assert suggested(library, anna) == [other]
    assert suggested(library, other) == [anna]
    assert len(library.review()) == 1


def test_who_is_taken_for_somebody_keeps_others_of_the_photo_from_being_asked_about(looks: Filler) -> None:
    library = looks.library
    anna = Side(person=name(looks, "Anna", "anna0.jpg"))
    photo = looks.photo("both.jpg", [], faces=[found(ANNA, 50), look(ANNA, 50, place=1)])
    library.group()
    assert library.face(looks.faces_of(photo)[0]).automatic == anna.person
    assert suggested(library, anna) == []


def test_nobody_is_suggested_before_their_birth(looks: Filler) -> None:
    library = looks.library
    other = Side(cluster=group_of(looks, "other0.jpg"))
    anna = name(looks, "Anna", "anna0.jpg")
    library.set_born(anna, date(1980, 5, 1)).result()
    assert suggested(library, Side(person=anna)) == suggested(library, other) == []
    assert library.review() == []
    library.set_born(anna, date(1950, 5, 1)).result()
    assert suggested(library, Side(person=anna)) == [other]


def test_without_vectors_nothing_is_suggested_and_an_unknown_subject_is_refused(library: Library) -> None:
    assert library.review() == library.suggestions(Side(person=PersonId(1))) == []


def test_a_search_leaves_out_what_it_is_told_to() -> None:
    index = FaissIndex(DIMENSION)
    vectors = np.stack([unit(number) for number in range(50)]).astype(np.float32)
    index.add(np.arange(50), vectors)
    without = np.arange(0, 50, 3)
    cosines, ids = index.search(vectors[:5], 40, without=without)
    rest = np.setdiff1d(np.arange(50), without)
    for row, place in zip(ids, range(5), strict=True):
        assert set(row[row >= 0].tolist()) == set(rest.tolist())
        assert row[0] == rest[np.argmax(vectors[rest] @ vectors[place])]
    assert (np.diff(cosines[:, : len(rest)]) <= 0).all()


@settings(deadline=None, max_examples=20)
@given(
    photos=st.lists(
        st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=3, unique=True),
        min_size=4,
        max_size=25,
    ),
    names=st.lists(st.integers(0, 5), max_size=3),
    rejections=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 2)), max_size=4),
)
def test_whatever_was_said_suggestions_heed_it_and_are_the_same_again(
    photos: list[list[tuple[int, int]]], names: list[int], rejections: list[tuple[int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Path(folder) / "library")
        try:
            fill = Filler(library, Path(folder))
            for number, people in enumerate(photos):
                shown = [look(who, number, other=which, place=place) for place, (who, which) in enumerate(people)]
                fill.photo(f"{number:03}.jpg", [], faces=shown)
            library.group()
            for place, text in zip(names, "ABC", strict=False):
                if groups := library.clusters():
                    library.name(text, clusters=[groups[place % len(groups)].id]).result()
            everyone, persons = library.faces(), library.people()
            refused = set()
            for face, person in rejections:
                pair = everyone[face % len(everyone)], persons[person % len(persons)].id if persons else None
                if pair[1] is not None and pair[0].person != pair[1]:
                    library.reject([pair[0].id], pair[1]).result()
                    refused.add((pair[0].id, pair[1]))
            library.group()
            subjects = [Side(person=person.id) for person in library.people()]
            subjects += [Side(cluster=group.id) for group in library.clusters()]
            lists = [library.suggestions(subject) for subject in subjects]
            assert lists == [library.suggestions(subject) for subject in subjects]
            for one, other in (pairs for found in lists for pairs in pairwise(found)):
                assert one.probability >= other.probability
            review = library.review()
            assert review == library.review()
            for one in review:
                assert as_likely(one, [other for found in lists for other in found])
            for suggestion in [*review, *(one for found in lists for one in found)]:
                heeded(library, suggestion, refused)
        finally:
            library.close()


def as_likely(question: Suggestion, others: list[Suggestion]) -> bool:
    """Whether it is found from an end that is a person or a group, and is as likely and settles as much from each."""
    ends = {question.one, question.other}
    same = [one for one in others if {one.one, one.other} == ends]
    return {(one.probability, one.settles) for one in same} == {(question.probability, question.settles)}


def heeded(library: Library, suggestion: Suggestion, refused: set[tuple[FaceId, PersonId]]) -> None:
    assert 0 < suggestion.probability < 1
    assert suggestion.settles >= 1
    faces = []
    for side in (suggestion.one, suggestion.other):
        which = FaceFilter(person=side.person, cluster=side.cluster)
        faces.append([library.face(face) for face in side.faces] if side.faces else library.faces(which))
    assert not {face.photo for face in faces[0]} & {face.photo for face in faces[1]}
    if suggestion.one.person is not None:
        assert not {(face.id, suggestion.one.person) for face in faces[1]} & refused


def test_the_likely_people_of_a_group_and_of_a_face_are_those_they_are_like(looks: Filler) -> None:
    library = looks.library
    group = group_of(looks, "other0.jpg")
    assert library.likely_people(Side(cluster=group)) == []
    anna = library.name("Anna", clusters=[group_of(looks, "anna0.jpg")]).result().people[0]
    library.name("Berta", clusters=[group_of(looks, "berta0.jpg")]).result()
    assert library.likely_people(Side(cluster=group)) == [anna]
    (face, *_) = library.faces(FaceFilter(cluster=group))
    assert library.likely_people(Side(faces=(face.id,))) == [anna]
    library.differ(Side(person=anna), Side(cluster=group)).result()
    assert library.likely_people(Side(cluster=group)) == [], "who was said to be another is not likely"


def test_who_has_only_a_face_that_says_nothing_is_suggested_to_nobody(looks: Filler) -> None:
    """Such as a bird in which somebody saw a face."""
    library = looks.library
    (bird,) = looks.faces_of(looks.photo("bird.jpg", [], faces=[replace(look(ANNA, 9), quality=0.0)]))
    person = library.name("Bird", faces=[bird]).result().people[0]
    assert library.suggestions(Side(person=person)) == []
    assert not any(Side(person=person) in pair for pair in asked(library))
    assert library.likely_people(Side(cluster=group_of(looks, "other0.jpg"))) == []
