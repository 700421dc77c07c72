"""What dates of birth tell: who was not born yet, and which faces of a child are too far apart to be compared.

The date of a file never counts, since it may be that of a copy; that in its name, or of the last change by EXIF, only
against somebody who was not born yet: pictures that were sent or captured from a screen are named by that day, and were
taken on it or before.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

import sqlite_utils

# Whoever is younger changes too fast for faces of any age to vouch for each other.
GROWN_UP = 16.0
DAYS_A_YEAR = 365.25

# What holds of the photos whose date tells how old somebody is on them.
AGE_SHOWS = "taken_at IS NOT NULL AND coalesce(date_source, '') NOT IN ('name', 'changed')"


def years_apart(age: float) -> float:
    """How many years before or after a photo at this age another still shows how somebody looks then.

    A prior, not measured: a baby of one is another face at three, a child of twelve is much the same at fifteen.
    """
    return 1.0 + age / 4


def unborn(db: sqlite_utils.Database, faces: Collection[int]) -> set[tuple[int, int]]:
    """All pairs (face, person) where the photo was taken before the person was born."""
    rows = db.execute(
        "SELECT faces.id, people.id FROM people JOIN faces JOIN photos ON photos.id = faces.photo_id "
        "WHERE people.born_on IS NOT NULL AND people.merged_into IS NULL AND date(photos.taken_at) < people.born_on "
        "AND faces.id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(faces))],
    )
    return set(rows.fetchall())


def grown_apart(db: sqlite_utils.Database, guesses: Mapping[int, int]) -> set[int]:
    """The faces of children, taken for somebody (`guesses`), of whom no decided face is from about that age."""
    born = {
        person: date.fromisoformat(day)
        for person, day in db.execute(
            "SELECT id, born_on FROM people WHERE born_on IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(set(guesses.values())))],
        )
    }
    if not born:
        return set()
    wanted = [face for face, person in guesses.items() if person in born]
    taken = dict(
        db.execute(
            "SELECT faces.id, date(taken_at) FROM faces JOIN photos ON photos.id = photo_id "
            f"WHERE {AGE_SHOWS} AND faces.id IN (SELECT value FROM json_each(?))",
            [json.dumps(wanted)],
        ).fetchall()
    )
    known: dict[int, list[date]] = defaultdict(list)
    for person, day in db.execute(
        "SELECT DISTINCT person_id, date(taken_at) FROM faces JOIN photos ON photos.id = photo_id "
        f"WHERE {AGE_SHOWS} AND kind = 'face' AND person_id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(born))],
    ):
        known[person].append(date.fromisoformat(day))
    found = set()
    for face in wanted:
        person = guesses[face]
        if face not in taken:
            continue
        day = date.fromisoformat(taken[face])
        age = (day - born[person]).days / DAYS_A_YEAR
        apart = min((abs((day - other).days) / DAYS_A_YEAR for other in known[person]), default=0.0)
        if age < GROWN_UP and apart > years_apart(max(age, 0.0)):
            found.add(face)
    return found
