"""Which guesses about undecided faces may stand: photos, dates and people speak against some, and nobody is left alone.

A guess about most of a group leaves the rest of it where it is, to be asked about. One face would be no group any more,
so the least alike of the others stays with it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
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


def allowed(
    db: sqlite_utils.Database, guesses: Sequence[Guess], *, ended: Collection[int], groups: Mapping[int, int]
) -> list[Guess]:
    """The guesses that may stand; of two that cannot both be true the first.

    What was guessed before about the `ended` faces counts no more. `groups` has the label of a group for faces that
    were looked at: the id of one that stands already, or one below 0.
    """
    rules = _Rules(db, {guess.face for guess in guesses}, ended)
    # A child of three and one of twelve may be the same: that is for people to say.
    to_ask = ages.grown_apart(db, {guess.face: guess.person for guess in guesses})
    given = {guess.face: guess for guess in guesses if guess.face not in to_ask and rules.permit(guess)}
    together: dict[int, list[int]] = defaultdict(list)
    for face in given:
        if face in groups:
            together[groups[face]].append(face)
    left = _not_looked_at(db, together, groups, ended)
    left.update(label for face, label in groups.items() if face not in given)
    for label, faces in together.items():
        if left[label] == 1:
            del given[min(faces, key=lambda face: (given[face].likeness, face))]
    return list(given.values())


def _not_looked_at(
    db: sqlite_utils.Database, labels: Collection[int], groups: Collection[int], ended: Collection[int]
) -> Counter[int]:
    """How many more faces than these each of the standing groups has that nobody is taken for."""
    rows = db.execute(
        f"""
        SELECT cluster_id, count(*) FROM grouped JOIN shown AS faces ON faces.id = face_id
        WHERE cluster_id IN (SELECT value FROM json_each(?)) AND {OPEN}
          AND faces.id NOT IN (SELECT value FROM json_each(?))
          AND faces.id NOT IN (SELECT face_id FROM automatic WHERE face_id NOT IN (SELECT value FROM json_each(?)))
        GROUP BY cluster_id""",
        [decisions.ids(label for label in labels if label >= 0), decisions.ids(groups), decisions.ids(ended)],
    )
    return Counter(dict(rows.fetchall()))


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
