"""The library in numbers, against what plain Python counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest

from app.library.library import Library
from app.library.records import FaceFilter, FaceId, FaceKind, PersonId, PhotoId
from app.library.statistics import MOST_PEOPLE, QUALITY_STEPS, Statistics
from tests.library.conftest import Filler, found


def faces_in(found: Statistics) -> dict[str, tuple[int, int]]:
    """Name -> faces, and how many of them were named."""
    return {row.person.name: (row.person.faces, row.named) for row in found.by_person}


def photos_in(found: Statistics) -> dict[str, dict[int, int]]:
    """Name -> year -> photos, where there are any."""
    return {
        row.person.name: {year: count for year, count in zip(found.years, photos, strict=True) if count}
        for row, photos in zip(found.by_person, found.photos_by_year, strict=True)
    }


def taken(year: int) -> datetime:
    return datetime(year, 7, 1, 12)


def name_first(fill: Filler, photo: PhotoId, name: str) -> FaceId:
    face = fill.faces_of(photo)[0]
    fill.library.name(name, faces=[face]).result()
    return face


def test_an_empty_library_has_nothing_to_show(library: Library) -> None:
    assert library.statistics() == Statistics(0, (), 0, (), (), (), (0,) * QUALITY_STEPS)


def test_every_number_is_what_plain_counting_gives(library: Library, fill: Filler) -> None:
    random = np.random.default_rng(7)
    dates: dict[PhotoId, int | None] = {}
    for number in range(80):
        year = int(random.integers(1998, 2010)) if number % 5 else None
        faces = [
            replace(found(int(identity), number, place), quality=float(random.uniform(0, 1)))
            for place, identity in enumerate(random.choice(6, size=random.integers(1, 4), replace=False))
        ]
        dates[fill.photo(f"{number:03}.jpg", (), faces=faces, taken_at=taken(year) if year else None)] = year
    library.group()
    for number, group in enumerate(library.clusters()[:4]):
        library.name(f"Person {number}", clusters=[group.id]).result()
    library.set_hidden(library.find_person("Person 3").id, True).result()
    library.group()
    statistics = library.statistics()

    everything = library.faces()
    assert statistics.faces == len(everything)
    steps = Counter(min(QUALITY_STEPS - 1, int(face.quality * QUALITY_STEPS)) for face in everything)
    assert statistics.quality == tuple(steps[step] for step in range(QUALITY_STEPS))
    expected: dict[str, tuple[int, int]] = {}
    by_year: dict[str, Counter[int]] = {}
    for person in library.people():
        own = library.faces(FaceFilter(person=person.id))
        expected[person.name] = len(own), sum(face.person == person.id for face in own)
        photos = {face.photo for face in own}
        by_year[person.name] = Counter(year for photo in photos if (year := dates[photo]) is not None)
    assert "Person 3" not in expected, "who is hidden is left out"
    assert faces_in(statistics) == expected
    assert photos_in(statistics) == {name: dict(years) for name, years in by_year.items()}
    years = [year for counts in by_year.values() for year in counts]
    assert statistics.years == tuple(range(min(years), max(years) + 1))
    assert [row.person.faces for row in statistics.by_person] == sorted(
        (size for size, _ in expected.values()), reverse=True
    )


def test_faces_that_the_machine_shows_with_somebody_count_and_are_not_named(library: Library, fill: Filler) -> None:
    for number in range(6):
        fill.photo(f"{number}.jpg", [1], taken_at=taken(2001))
    library.group()
    library.name("Ada", clusters=[library.clusters()[0].id]).result()
    fill.photo("later.jpg", [1], taken_at=taken(2003))
    library.group()
    automatic = [face for face in library.faces() if face.automatic is not None]
    assert len(automatic) == 1
    statistics = library.statistics()
    assert faces_in(statistics) == {"Ada": (7, 6)}
    assert photos_in(statistics) == {"Ada": {2001: 6, 2003: 1}}
    assert statistics.years == (2001, 2002, 2003)
    assert statistics.named_until[-1][1] == 6


def test_a_person_twice_in_a_photo_is_on_one_photo(library: Library, fill: Filler) -> None:
    photo = fill.photo("mirror.jpg", [1, 1], taken_at=taken(2001))
    library.allow_repeats(photo, True).result()
    library.name("Ada", faces=fill.faces_of(photo)).result()
    statistics = library.statistics()
    assert faces_in(statistics) == {"Ada": (2, 2)}
    assert photos_in(statistics) == {"Ada": {2001: 1}}


def test_photos_without_a_date_are_in_no_year(library: Library, fill: Filler) -> None:
    name_first(fill, fill.photo("undated.jpg", [1]), "Ada")
    statistics = library.statistics()
    assert faces_in(statistics) == {"Ada": (1, 1)}
    assert (statistics.years, statistics.photos_by_year) == ((), ((),))


def test_a_name_that_is_undone_never_was(library: Library, fill: Filler) -> None:
    first, second = (fill.photo(f"{number}.jpg", [number]) for number in range(2))
    name_first(fill, first, "Ada")
    before = library.statistics()
    name_first(fill, second, "Ben")
    assert library.statistics().named_until[-1][1] == 2
    library.undo().result()
    assert library.statistics() == before
    library.redo().result()
    assert faces_in(library.statistics()) == {"Ada": (1, 1), "Ben": (1, 1)}


def test_naming_is_told_by_the_day_of_the_first_name(library: Library, fill: Filler) -> None:
    faces = [name_first(fill, fill.photo(f"{number}.jpg", [number]), "Ada") for number in range(3)]
    for face, day in zip(faces, ("2024-05-01", "2024-05-03", "2024-05-03"), strict=True):
        library._database.submit(
            lambda db, face=face, day=day: db.execute(  # type: ignore[misc]
                "UPDATE decisions SET at = ? WHERE face_id = ?", [f"{day}T12:00:00+00:00", face]
            ),
            durable=True,
        ).result()
    library.name("Ben", faces=faces[:1]).result()
    assert library.statistics().named_until == ((date(2024, 5, 1), 1), (date(2024, 5, 3), 3))


@pytest.mark.parametrize("kind", [FaceKind.NOT_A_FACE, FaceKind.IGNORED])
def test_what_is_no_face_of_interest_is_not_counted(library: Library, fill: Filler, kind: FaceKind) -> None:
    photo = fill.photo("a.jpg", [1, 2])
    face, other = fill.faces_of(photo)
    library.name("Ada", faces=[face]).result()
    library.set_kind([other], kind).result()
    statistics = library.statistics()
    assert (statistics.faces, sum(statistics.quality)) == (1, 1)


def test_only_those_with_most_faces_are_shown_and_the_rest_is_counted(library: Library, fill: Filler) -> None:
    sizes = {}
    for number in range(MOST_PEOPLE + 3):
        photos = [fill.photo(f"{number:02}-{shot}.jpg", [number]) for shot in range(1 + (number == 5))]
        faces = [face for photo in photos for face in fill.faces_of(photo)]
        library.name(f"Person {number:02}", faces=faces).result()
        sizes[f"Person {number:02}"] = len(faces)
    statistics = library.statistics()
    assert statistics.others == 3
    assert statistics.by_person[0].person.name == "Person 05"
    assert len(statistics.by_person) == len(statistics.photos_by_year) == MOST_PEOPLE


def test_photos_that_are_away_for_good_are_not_counted(library: Library, fill: Filler) -> None:
    gone = fill.photo("gone.jpg", [1], taken_at=taken(1990))
    stays = fill.photo("stays.jpg", [1], taken_at=taken(2000))
    person: PersonId = library.name("Ada", faces=[*fill.faces_of(gone), *fill.faces_of(stays)]).result().people[0]
    fill.walk({stays})
    statistics = library.statistics()
    assert (statistics.faces, statistics.years) == (1, (2000,))
    assert library.person(person).faces == 1
