"""Which guesses about undecided faces may stand: photos, dates and people speak against some, and nobody is left alone.

A guess about most of a group leaves the rest of it where it is, to be asked about. The last one of a group goes along
with the others; of two neither goes without the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import sqlite_utils

from app.library import ages, decisions, relations
from app.library.clusters import OPEN


class Guess(NamedTuple):
    """A face is taken for a person, to whom it is so much alike, -1..1."""

    face: int
    person: int
    likeness: float


def allowed(db: sqlite_utils.Database, guesses: Sequence[Guess], anew: Collection[int]) -> list[Guess]:
    """The guesses that may stand; of two that cannot both be true the first.

    Faces that are looked at `anew` belong to nobody and to no group before.
    """
    grouped = {guess.face for guess in guesses}.difference(anew)
    rules = _Rules(db, {guess.face for guess in guesses}.union(_last_ones(db, grouped)), anew)
    # A child of three and one of twelve may be the same: that is for people to say.
    to_ask = ages.grown_apart(db, {guess.face: guess.person for guess in guesses})
    given = {guess.face: guess for guess in guesses if guess.face not in to_ask and rules.permit(guess)}
    for last, group in _last_ones(db, grouped & given.keys()).items():
        others = _taken(db, group, given)
        along = Guess(last, others[0].person, min(other.likeness for other in others))
        agreed = len(others) > 1 and all(other.person == along.person for other in others)
        if agreed and rules.permit(along):
            given[last] = along
        else:
            for other in others:
                given.pop(other.face, None)
    return list(given.values())


def _last_ones(db: sqlite_utils.Database, faces: Collection[int]) -> dict[int, int]:
    """The face that would be left in each group of these faces that has but one that nobody is taken for; its group."""
    rows = db.execute(
        f"""
        WITH chosen AS (SELECT value AS id FROM json_each(?)),
        left_over AS (
            SELECT cluster_id, faces.id FROM grouped JOIN shown AS faces ON faces.id = face_id
            WHERE cluster_id IN (SELECT cluster_id FROM grouped WHERE face_id IN chosen) AND {OPEN}
              AND faces.id NOT IN chosen AND faces.id NOT IN (SELECT face_id FROM automatic))
        SELECT min(id), cluster_id FROM left_over GROUP BY cluster_id HAVING count(*) = 1""",
        [decisions.ids(faces)],
    )
    return dict(rows.fetchall())


def _taken(db: sqlite_utils.Database, group: int, given: Mapping[int, Guess]) -> list[Guess]:
    """Whom the faces of a group are taken for, those that are given, and those that were before."""
    rows = db.execute(
        f"SELECT faces.id, automatic.person_id, similarity FROM grouped "
        "JOIN shown AS faces ON faces.id = grouped.face_id "
        f"LEFT JOIN automatic ON automatic.face_id = faces.id WHERE cluster_id = ? AND {OPEN}",
        [group],
    )
    guesses = (given.get(face, Guess(face, person, alike)) for face, person, alike in rows)
    return [guess for guess in guesses if guess.person is not None]


class _Rules:
    """What speaks against taking a face for a person. What is permitted speaks against more of its kind."""

    def __init__(self, db: sqlite_utils.Database, faces: Collection[int], anew: Collection[int]) -> None:
        self._refused = decisions.rejections(db, faces) | ages.unborn(db, faces)
        self._sides = relations.sides(db)
        ended = set(anew)
        # The sides of relations whose faces a person is taken for.
        self._said: dict[int, set[int]] = defaultdict(set)
        for face, person in db.execute(
            "SELECT face_id, person_id FROM automatic WHERE face_id IN (SELECT value FROM json_each(?))",
            [decisions.ids(self._sides)],
        ):
            if face not in ended:
                self._said[person] |= self._sides[face]
        self._photo: dict[int, int] = {}
        # Who is in each photo that can show a person but once.
        self._shown: set[tuple[int, int]] = set()
        for face, photo, person, guess in db.execute(
            "SELECT faces.id, photo_id, faces.person_id, automatic.person_id FROM faces "
            "JOIN photos ON photos.id = photo_id AND NOT repeats_allowed "
            "LEFT JOIN automatic ON automatic.face_id = faces.id WHERE found = 1 AND kind = 'face' "
            "AND photo_id IN (SELECT photo_id FROM faces WHERE id IN (SELECT value FROM json_each(?)))",
            [decisions.ids(faces)],
        ):
            self._photo[face] = photo
            if person is None and face not in ended:
                person = guess
            if person is not None:
                self._shown.add((photo, person))

    def permit(self, guess: Guess) -> bool:
        face, person = guess.face, guess.person
        sides, photo = self._sides.get(face, set()), self._photo.get(face)
        if (
            (face, person) in self._refused
            or (photo, person) in self._shown
            or any(side ^ 1 in self._said[person] for side in sides)
        ):
            return False
        self._said[person] |= sides
        if photo is not None:
            self._shown.add((photo, person))
        return True
