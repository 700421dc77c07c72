"""What photos tell of people: with whom they are most often, and how they looked through the years."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.library.library import Library
from app.library.records import Box, ClusterId, FaceFilter, FaceId, FaceKind, FoundFace, PersonId, Side
from tests.library.conftest import LANDMARKS, Filler, found, vector

NAMES = ("Anna", "Berta", "Carl", "Dora")


def face(identity: int, quality: float, variant: int = 0, place: int = 0) -> FoundFace:
    return FoundFace(Box(0.05 + 0.3 * place, 0.2, 0.2, 0.3), LANDMARKS, 0.9, quality, vector(identity, variant), b"")


def name_all(fill: Filler, photos: Sequence[Sequence[int]]) -> dict[int, PersonId]:
    """Photos of these people, everybody named face by face."""
    faces: dict[int, list[FaceId]] = defaultdict(list)
    for number, identities in enumerate(photos):
        shown = [found(identity, number, place) for place, identity in enumerate(identities)]
        for identity, one in zip(identities, fill.faces_of(fill.photo(f"{number}.jpg", [], faces=shown)), strict=True):
            faces[identity].append(one)
    return {
        identity: fill.library.name(NAMES[identity], faces=theirs).result().people[0]
        for identity, theirs in sorted(faces.items())
    }


def beside(library: Library, person: PersonId) -> list[tuple[str, int]]:
    return [(one.name, one.photos) for one in library.together(Side(person=person))]


def test_who_is_most_often_in_the_same_photos_comes_first(fill: Filler) -> None:
    people = name_all(fill, [(0, 1), (0, 1, 2), (0, 2), (0, 1), (3,), (1, 3)])
    assert beside(fill.library, people[0]) == [("Berta", 3), ("Carl", 2)]
    assert beside(fill.library, people[3]) == [("Berta", 1)]
    assert fill.library.together(Side(person=people[0]), limit=1)[0].id == people[1]


def test_companions_are_shown_by_the_cover_that_was_chosen_while_it_is_theirs(fill: Filler) -> None:
    people = name_all(fill, [(0, 1), (1,), (1,)])
    alone = fill.library.faces(FaceFilter(person=people[1]))[1]
    (beside_anna,) = (f.id for f in fill.library.faces(FaceFilter(person=people[1])) if f.display.endswith("0.jpg"))
    assert fill.library.together(Side(person=people[0]))[0].cover == beside_anna
    fill.library.set_cover(people[1], alone.id).result()
    assert fill.library.together(Side(person=people[0]))[0].cover == alone.id
    fill.library.reject([alone.id], people[1]).result()
    assert fill.library.together(Side(person=people[0]))[0].cover == beside_anna


def test_hidden_people_and_what_is_no_face_are_with_nobody(fill: Filler) -> None:
    people = name_all(fill, [(0, 1), (0, 2), (0, 3)])
    fill.library.set_hidden(people[1], True).result()
    (no_face,) = fill.library.faces(FaceFilter(person=people[2]))
    fill.library.set_kind([no_face.id], FaceKind.NOT_A_FACE).result()
    assert beside(fill.library, people[0]) == [("Dora", 1)]


def test_a_person_is_not_together_with_who_was_merged_into_them(fill: Filler) -> None:
    people = name_all(fill, [(0, 2), (1, 2), (0, 3)])
    fill.library.merge([people[0], people[1]]).result()
    for person in (people[0], people[1]):
        assert beside(fill.library, person) == [("Carl", 2), ("Dora", 1)]


def test_an_unnamed_group_is_together_with_people_and_guesses_count(family: Filler) -> None:
    library = family.library
    groups = {
        group.id: {face.photo for face in library.faces(FaceFilter(cluster=group.id))} for group in library.clusters()
    }
    one, *others = groups
    other = next(group for group in others if groups[group] & groups[one])
    library.name("Anna", clusters=[other]).result()
    assert [(c.name, c.photos) for c in library.together(Side(cluster=one))] == [
        ("Anna", len(groups[one] & groups[other]))
    ]


PHOTOS = st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True), min_size=1, max_size=8)


@settings(max_examples=12)
@given(photos=PHOTOS, away=st.sets(st.integers(0, 7)))
def test_together_counts_the_photos_that_are_there(photos: list[list[int]], away: set[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Path(folder) / "library")
        try:
            fill = Filler(library, Path(folder))
            people = name_all(fill, photos)
            there = [f"{number}.jpg".encode() for number in range(len(photos)) if number not in away]
            ids = {photo.path.name.encode(): photo.id for photo in library.photos(library.photo_ids().tolist())}
            fill.walk([ids[name] for name in there])
            shown = [set(photo) for number, photo in enumerate(photos) if number not in away]
            for identity, person in people.items():
                expected = Counter(NAMES[other] for photo in shown if identity in photo for other in photo - {identity})
                assert dict(beside(library, person)) == expected
        finally:
            library.close()


def test_a_life_has_the_best_face_of_each_month_in_order_of_time(fill: Filler) -> None:
    taken = [
        (datetime(2001, 5, 3), 0.6),
        (datetime(1999, 12, 31, 23, 59), 0.7),
        (datetime(2001, 5, 30), 0.9),
        (datetime(2001, 6, 1), 0.3),
        (None, 1.0),
    ]
    photos = [
        fill.photo(f"{number}.jpg", [], faces=[face(0, quality, number)], taken_at=at)
        for number, (at, quality) in enumerate(taken)
    ]
    faces = [fill.faces_of(photo)[0] for photo in photos]
    anna = Side(person=fill.library.name("Anna", faces=faces).result().people[0])
    life = fill.library.life(anna)
    assert [(moment.face, moment.photo) for moment in life.moments] == [(faces[n], photos[n]) for n in (1, 2, 3)]
    assert life.moments[1].taken_at == datetime(2001, 5, 30)
    assert (life.first, life.last, life.undated) == (date(1999, 12, 31), date(2001, 6, 1), 1)


@pytest.mark.parametrize("source", ["name", "changed"])
def test_a_date_that_may_be_later_than_the_photo_has_no_part_in_a_life(fill: Filler, source: str) -> None:
    taken = [(datetime(1999, 5, 3), "exif"), (datetime(1998, 1, 1), source), (datetime(2024, 1, 1), source)]
    photos = [
        fill.photo(f"{number}.jpg", [0], taken_at=at, date_source=said) for number, (at, said) in enumerate(taken)
    ]
    faces = [fill.faces_of(photo)[0] for photo in photos]
    anna = fill.library.name("Anna", faces=faces).result().people[0]
    life = fill.library.life(Side(person=anna))
    assert [moment.photo for moment in life.moments] == photos[:1]
    assert (life.first, life.last, life.undated) == (date(1999, 5, 3), date(1999, 5, 3), 2)


def test_guesses_have_no_part_in_the_years_of_a_person(fill: Filler) -> None:
    named = [fill.photo(f"{number}.jpg", [0], taken_at=datetime(2000, 1, number + 1)) for number in range(4)]
    anna = fill.library.name("Anna", faces=[fill.faces_of(photo)[0] for photo in named]).result().people[0]
    fill.photo("later.jpg", [0], taken_at=datetime(2010, 1, 1))
    fill.library.group()
    (guess,) = fill.library.guesses(anna)
    assert fill.library.face(guess).path.name == "later.jpg"
    life = fill.library.life(Side(person=anna))
    assert [moment.taken_at.year for moment in life.moments] == [2000]
    assert life.last == date(2010, 1, 1)


def test_an_unnamed_group_has_years_as_well(fill: Filler) -> None:
    for number in range(3):
        fill.photo(f"{number}.jpg", [0], taken_at=datetime(2000 + number, 1, 1))
    fill.library.group()
    (group,) = fill.library.clusters()
    assert [moment.taken_at.year for moment in fill.library.life(Side(cluster=group.id)).moments] == [2000, 2001, 2002]


def test_the_life_of_somebody_without_photos_is_empty(fill: Filler) -> None:
    anna = fill.library.name("Anna", faces=fill.faces_of(fill.photo("a.jpg", [0]))).result().people[0]
    fill.walk([])
    life = fill.library.life(Side(person=anna))
    assert (life.first, life.last, life.undated, life.moments) == (None, None, 0, ())


MONTHS = st.tuples(
    st.one_of(st.none(), st.dates(date(1998, 11, 1), date(1999, 3, 1))),
    st.integers(0, 10).map(lambda tenth: tenth / 10),
)


@settings(max_examples=12)
@given(taken=st.lists(MONTHS, min_size=1, max_size=8))
def test_each_month_with_a_date_has_one_of_its_best_faces(taken: list[tuple[date | None, float]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Path(folder) / "library")
        try:
            fill = Filler(library, Path(folder))
            of: dict[FaceId, tuple[date | None, float]] = {}
            for number, (day, quality) in enumerate(taken):
                at = None if day is None else datetime(day.year, day.month, day.day, 12)
                (one,) = fill.faces_of(fill.photo(f"{number}.jpg", [], faces=[face(0, quality, number)], taken_at=at))
                of[one] = (day, quality)
            anna = library.name("Anna", faces=list(of)).result().people[0]
            life = library.life(Side(person=anna))
            best: dict[tuple[int, int], float] = {}
            for day, quality in taken:
                if day is not None:
                    month = (day.year, day.month)
                    best[month] = max(best.get(month, 0.0), quality)
            shown = [of[moment.face] for moment in life.moments]
            assert [((day.year, day.month), quality) for day, quality in shown if day] == sorted(best.items())
            dated = [day for day, _ in taken if day is not None]
            assert (life.first, life.last) == (min(dated, default=None), max(dated, default=None))
            assert life.undated == len(taken) - len(dated)
        finally:
            library.close()


def test_the_best_faces_show_different_photos(fill: Filler) -> None:
    several = [face(0, quality, place, place) for place, quality in enumerate((0.9, 0.8))]
    twice = fill.photo("twice.jpg", [], faces=several)
    once = fill.photo("once.jpg", [], faces=[face(0, 0.5, 7)])
    fill.library.allow_repeats(twice, True).result()
    anna = fill.library.name("Anna", faces=[*fill.faces_of(twice), *fill.faces_of(once)]).result().people[0]
    assert fill.library.best_faces(Side(person=anna)) == [fill.faces_of(twice)[0], fill.faces_of(once)[0]]
    some = tuple(fill.faces_of(twice))
    assert fill.library.best_faces(Side(faces=some), limit=1) == [some[0]]


def test_the_guesses_of_a_person_begin_with_the_least_alike(fill: Filler) -> None:
    photos = [fill.photo(f"{number}.jpg", [0]) for number in range(4)]
    anna = fill.library.name("Anna", faces=[fill.faces_of(photo)[0] for photo in photos]).result().people[0]
    for number in range(3):
        fill.photo(f"more{number}.jpg", [0])
    fill.library.group()
    likeness = dict(fill.library._read.execute("SELECT face_id, similarity FROM automatic").fetchall())
    assert len(likeness) == 3
    assert fill.library.guesses(anna) == sorted(likeness, key=lambda one: likeness[one])


def test_one_group_is_asked_for_without_the_others(family: Filler) -> None:
    library = family.library
    for group in library.clusters():
        assert library.cluster(group.id) == group
    gone = library.clusters()[0].id
    library.ignore(clusters=[gone]).result()
    assert library.cluster(gone) is None
    with pytest.raises(Exception, match="There is no group"):
        library.cluster(ClusterId(99_999))


def test_what_was_asked_about_people_does_not_mix_them(fill: Filler) -> None:
    people = name_all(fill, [(0,), (1,), (0, 1)])
    for person in people.values():
        faces = fill.library.best_faces(Side(person=person), limit=10)
        assert np.unique([fill.library.face(one).person for one in faces]).tolist() == [person]
