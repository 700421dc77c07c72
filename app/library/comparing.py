"""People and unnamed groups that may be one person: how alike they are, and what speaks against it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from app.library import clusters, decisions, relations, suggestions
from app.library.engines import Engine
from app.library.records import Side


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """`likeness` is the cosine of each side to the first one, NaN where no vector tells of one of the two.

    Two by two, `together` counts the photos that show both, and can show one person only once, and `differ` tells who
    was said not to be the same person.
    """

    likeness: NDArray[np.float64]
    together: NDArray[np.int64]
    differ: NDArray[np.bool_]


def compare(db: sqlite_utils.Database, engine: Engine | None, sides: Sequence[Side]) -> Comparison:
    """Of people and groups, each given once."""
    persons = {int(side.person): place for place, side in enumerate(sides) if side.person is not None}
    members = [
        clusters.undecided_members(db, clusters.resolve(db, side.cluster)) if side.cluster is not None else []
        for side in sides
    ]
    decided = db.execute(
        "SELECT id, person_id FROM faces WHERE person_id IN (SELECT value FROM json_each(?))", [decisions.ids(persons)]
    )
    place_of: dict[int, int] = {face: persons[person] for face, person in decided}
    place_of |= {face: place for place, faces in enumerate(members) for face in faces}
    return Comparison(
        _likeness(db, engine, sides), _together(db, place_of, len(sides)), _differ(db, persons, place_of, members)
    )


def _likeness(db: sqlite_utils.Database, engine: Engine | None, sides: Sequence[Side]) -> NDArray[np.float64]:
    found = np.full(len(sides), np.nan)
    if engine is None or not sides:
        return found
    keys = [suggestions.key_of(db, side) for side in sides]
    described = suggestions.described(db, engine, keys)
    alike = suggestions.how_alike([(keys[0], other) for other in keys], described)
    for place, other in enumerate(keys):
        found[place] = alike.get((keys[0], other), np.nan)
    return found


def _together(db: sqlite_utils.Database, place_of: dict[int, int], count: int) -> NDArray[np.int64]:
    rows = db.execute(
        "SELECT photo_id, faces.id FROM faces JOIN photos ON photos.id = photo_id AND NOT repeats_allowed "
        "WHERE found = 1 AND faces.id IN (SELECT value FROM json_each(?))",
        [decisions.ids(place_of)],
    )
    shown: dict[int, set[int]] = defaultdict(set)
    for photo, face in rows:
        shown[photo].add(place_of[face])
    found = np.zeros((count, count), np.int64)
    for places in shown.values():
        for one, other in combinations(places, 2):
            found[one, other] += 1
            found[other, one] += 1
    return found


def _differ(
    db: sqlite_utils.Database, persons: dict[int, int], place_of: dict[int, int], members: Sequence[Sequence[int]]
) -> NDArray[np.bool_]:
    found = np.zeros((len(members), len(members)), np.bool_)
    for face, person in decisions.rejections(db, place_of.keys()):
        if person in persons and persons[person] != place_of[face]:
            found[persons[person], place_of[face]] = found[place_of[face], persons[person]] = True
    sides = relations.sides(db, [face for faces in members for face in faces])
    said = [{side for face in faces for side in sides.get(face, ())} for faces in members]
    for one, other in combinations(range(len(members)), 2):
        if any(side ^ 1 in said[other] for side in said[one]):
            found[one, other] = found[other, one] = True
    return found
