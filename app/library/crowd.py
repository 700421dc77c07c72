"""Everybody at once, as columns: 100,000 people and groups are read, compared and held without a record of each.

Asked on any thread through its read-only connection.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from app.library import clusters, people
from app.library.records import Cluster, ClusterId, FaceId, Person, PersonId

Ints = NDArray[np.int64]
# Rows taken from the database at a time, so that other threads have their turn in between.
ROWS = 2000

NEWEST_OF_PEOPLE = f"""
SELECT person_id, max(shown_at) FROM ({people.FACES_OF.format(which="IS NOT NULL")})
JOIN photos ON photos.id = photo_id GROUP BY person_id"""
NEWEST_OF_GROUPS = """
SELECT cluster_id, max(shown_at) FROM grouped CROSS JOIN shown ON shown.id = face_id
JOIN photos ON photos.id = photo_id WHERE kind = '{kind}' GROUP BY cluster_id"""
# In the order of the index, so that SQLite need not sort what it counts.
IGNORED = """
SELECT cluster_id, count(*), count(DISTINCT photo_id), shown.id, max(quality)
FROM grouped CROSS JOIN shown ON shown.id = face_id WHERE kind = 'ignored' GROUP BY cluster_id"""


class Order(StrEnum):
    """Favourites come first in any of them. Groups have no name: by name they are sorted by size."""

    NAME = "name"
    PHOTOS = "photos"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """People, the favourites first, then groups without a name; or, with `hidden`, hidden people and ignored groups.

    Keys are the ids of people, and those of groups below zero. The columns belong to the keys, `names` and `folded`
    (for comparing) and `born` to the people alone. A cover is 0 where there is none.
    """

    keys: Ints
    faces: Ints
    photos: Ints
    covers: Ints
    favourite: NDArray[np.bool_]
    names: tuple[str, ...]
    folded: tuple[str, ...]
    born: tuple[str | None, ...]
    hidden: bool

    def __len__(self) -> int:
        return len(self.keys)

    def record(self, place: int) -> Person | Cluster:
        key, cover = int(self.keys[place]), int(self.covers[place])
        faces, photos = int(self.faces[place]), int(self.photos[place])
        if key < 0:
            return Cluster(ClusterId(-key), faces, photos, FaceId(cover))
        born = self.born[place]
        return Person(
            PersonId(key),
            self.names[place],
            faces,
            photos,
            FaceId(cover) if cover else None,
            self.hidden,
            bool(self.favourite[place]),
            None if born is None else date.fromisoformat(born),
        )

    def places_called(self, text: str) -> Ints:
        """Where the people are whose names hold every word of a text, whatever its case and accents."""
        words = people.folded(text).split()
        return np.array([at for at, name in enumerate(self.folded) if all(word in name for word in words)], np.int64)

    def same(self, other: Crowd) -> bool:
        columns = ("keys", "faces", "photos", "covers", "favourite")
        return (self.names, self.born, self.hidden) == (other.names, other.born, other.hidden) and all(
            np.array_equal(getattr(self, name), getattr(other, name)) for name in columns
        )


NOBODY = Crowd(*(np.empty(0, np.int64),) * 4, np.empty(0, np.bool_), (), (), (), False)


def read(db: sqlite_utils.Database, order: Order, *, hidden: bool) -> Crowd:
    which = " AND hidden" if hidden else " AND NOT hidden"
    number, names, faces, photos, covers, _, favourite, born = _columns(
        db.execute(people.EVERYONE + people.HAS_FACES + which), 8
    )
    folded = [people.folded(name) for name in names]
    newest = dict(db.execute(NEWEST_OF_PEOPLE)) if order is Order.NEWEST else {}

    def rank(place: int) -> tuple[Any, ...]:
        first = {Order.NAME: 0, Order.PHOTOS: -photos[place], Order.NEWEST: -newest.get(number[place], 0.0)}[order]
        return (not favourite[place], first, folded[place], number[place])

    by = sorted(range(len(number)), key=rank)
    group, sizes, spread, faces_shown, _ = _columns(db.execute(IGNORED if hidden else clusters.LIVE), 5)
    groups = np.array(group, np.int64)
    beyond = np.argsort(_falling(db, order, groups, sizes, spread, hidden), kind="stable")
    people_first = np.array(by, np.int64)

    def column(of_people: list[Any], of_groups: list[Any]) -> Ints:
        theirs = np.array([value or 0 for value in of_people], np.int64)
        return np.concatenate([theirs[people_first], np.array(of_groups, np.int64)[beyond]])

    return Crowd(
        column(number, [-one for one in group]),
        column(faces, sizes),
        column(photos, spread),
        column(covers, faces_shown),
        column(favourite, [0] * len(group)).astype(np.bool_),
        tuple(names[place] for place in by),
        tuple(folded[place] for place in by),
        tuple(born[place] for place in by),
        hidden,
    )


def _falling(
    db: sqlite_utils.Database, order: Order, groups: Ints, sizes: list[int], photos: list[int], hidden: bool
) -> NDArray[np.float64]:
    """What groups are sorted by, less for those that come first; they stand in the order of their ids."""
    if order is Order.NEWEST:
        newest = dict(db.execute(NEWEST_OF_GROUPS.format(kind="ignored" if hidden else "face")))
        return -np.array([newest.get(group, 0.0) for group in groups.tolist()], np.float64)
    return -np.array(photos if order is Order.PHOTOS else sizes, np.float64)


def _columns(cursor: sqlite3.Cursor, width: int) -> list[list[Any]]:
    columns: list[list[Any]] = [[] for _ in range(width)]
    while rows := cursor.fetchmany(ROWS):
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(values)
    return columns
