"""Which guesses about undecided faces may stand: photos, dates and people speak against some, and nobody is left alone.

A guess about most of a group leaves the rest of it where it is, to be asked about. One face would be no group any more,
so the least alike of the others stays with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

import sqlite_utils

from app.library import ages, decisions, relations
from app.library.clusters import OPEN


class Guess(NamedTuple):
    """A face is taken for a person, to whom it is so much alike, -1..1."""

    face: int
    person: int
    likeness: float


def allowed(
    db: sqlite_utils.Database, guesses: Sequence[Guess], *, ended: Collection[int], standing: Collection[int]
) -> list[Guess]:
    """The guesses that may stand; of two that cannot both be true the first.

    What was guessed before about the `ended` faces counts no more. Faces of groups that go on are `standing`.
    """
    rules = _Rules(db, {guess.face for guess in guesses}, ended)
    # A child of three and one of twelve may be the same: that is for people to say.
    to_ask = ages.grown_apart(db, {guess.face: guess.person for guess in guesses})
    given = {guess.face: guess for guess in guesses if guess.face not in to_ask and rules.permit(guess)}
    for others in _leaving_one(db, given.keys() & set(standing), ended):
        del given[min(others, key=lambda face: given[face].likeness)]
    return list(given.values())


def _leaving_one(db: sqlite_utils.Database, faces: Collection[int], ended: Collection[int]) -> list[list[int]]:
    """Those of these faces, by group, without which one face would be left of it that nobody is taken for."""
    rows = db.execute(
        f"""
        WITH chosen AS (SELECT value AS id FROM json_each(:faces)),
        taken AS (
            SELECT id FROM chosen UNION SELECT face_id FROM automatic
            WHERE face_id NOT IN (SELECT value FROM json_each(:ended))),
        left_with_one AS (
            SELECT cluster_id FROM grouped JOIN shown AS faces ON faces.id = face_id
            WHERE cluster_id IN (SELECT cluster_id FROM grouped WHERE face_id IN chosen) AND {OPEN}
              AND faces.id NOT IN taken
            GROUP BY cluster_id HAVING count(*) = 1)
        SELECT cluster_id, face_id FROM grouped WHERE cluster_id IN left_with_one AND face_id IN chosen
        ORDER BY face_id""",
        {"faces": decisions.ids(faces), "ended": decisions.ids(ended)},
    )
    found: dict[int, list[int]] = defaultdict(list)
    for group, face in rows:
        found[group].append(face)
    return list(found.values())


class _Rules:
    """What speaks against taking a face for a person. What is permitted speaks against more of its kind."""

    def __init__(self, db: sqlite_utils.Database, faces: Collection[int], ended: Collection[int]) -> None:
        self._refused = decisions.rejections(db, faces) | ages.unborn(db, faces)
        self._sides = relations.sides(db)
        ended = set(ended)
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
