"""The library in numbers: who is on how many photos and when, how far naming has come, how good faces are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import sqlite_utils

from app.library import people
from app.library.records import Person, PersonId

MOST_PEOPLE = 20
QUALITY_STEPS = 10


@dataclass(frozen=True, slots=True)
class PersonFaces:
    """Of the faces of `person` so many were named by somebody; the rest the machine gave them."""

    person: Person
    named: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """`by_person` has those with most faces, `others` counts the rest of the people.

    `years` are those of dated photos, ascending without gaps, and `photos_by_year` has for each person in `by_person`
    the number of photos in each. `named_until` tells how many faces had a name at the end of a day, ascending; days on
    which nothing was named are left out. `quality` counts faces in ten equal steps of quality from 0 to 1.
    """

    faces: int
    by_person: tuple[PersonFaces, ...]
    others: int
    years: tuple[int, ...]
    photos_by_year: tuple[tuple[int, ...], ...]
    named_until: tuple[tuple[date, int], ...]
    quality: tuple[int, ...]


def read(db: sqlite_utils.Database) -> Statistics:
    """Hidden people are left out. Takes seconds in a large library."""
    everyone = sorted(people.everyone(db, hidden=False), key=lambda person: (-person.faces, person.id))
    shown = everyone[:MOST_PEOPLE]
    named = dict(
        db.execute("SELECT person_id, count(*) FROM shown WHERE kind = 'face' AND person_id IS NOT NULL GROUP BY 1")
    )
    years, photos = _photos_by_year(db, [person.id for person in shown])
    quality = dict(
        db.execute(
            "SELECT min(:last, CAST(quality * :steps AS INTEGER)), count(*) FROM shown WHERE kind = 'face' GROUP BY 1",
            {"last": QUALITY_STEPS - 1, "steps": QUALITY_STEPS},
        )
    )
    return Statistics(
        faces=sum(quality.values()),
        by_person=tuple(PersonFaces(person, named.get(person.id, 0)) for person in shown),
        others=len(everyone) - len(shown),
        years=years,
        photos_by_year=photos,
        named_until=_named_until(db),
        quality=tuple(quality.get(step, 0) for step in range(QUALITY_STEPS)),
    )


def _photos_by_year(
    db: sqlite_utils.Database, persons: list[PersonId]
) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]:
    counts: dict[int, dict[int, int]] = defaultdict(dict)
    for person in persons:
        own = people.FACES_OF.format(which="= :person")
        rows = db.execute(
            "SELECT CAST(substr(taken_at, 1, 4) AS INTEGER), count(DISTINCT photo_id) "
            f"FROM ({own}) JOIN photos ON photos.id = photo_id WHERE taken_at IS NOT NULL GROUP BY 1",
            {"person": person},
        )
        counts[person] = dict(rows.fetchall())
    found = [year for by_year in counts.values() for year in by_year]
    years = tuple(range(min(found), max(found) + 1)) if found else ()
    return years, tuple(tuple(counts[person].get(year, 0) for year in years) for person in persons)


def _named_until(db: sqlite_utils.Database) -> tuple[tuple[date, int], ...]:
    """Of the faces that have a name, when they first got one."""
    rows = db.execute(
        "SELECT date(first, 'localtime'), count(*) FROM ("
        "  SELECT min(at) AS first FROM decisions JOIN shown ON shown.id = decisions.face_id"
        "  WHERE decisions.kind = 'person' AND shown.kind = 'face' AND shown.person_id IS NOT NULL GROUP BY face_id"
        ") GROUP BY 1 ORDER BY 1"
    )
    total, found = 0, []
    for day, count in rows.fetchall():
        total += count
        found.append((date.fromisoformat(day), total))
    return tuple(found)
