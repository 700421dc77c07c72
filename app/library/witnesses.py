"""Which faces speak for people and groups: a few of each, spread evenly over their ids, however many there are."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from app.library import decisions

Ints = NDArray[np.int64]

# Where the faces of people and of groups are listed: table, its face, its owner.
PEOPLE = ("faces", "id", "person_id")
GROUPS = ("members", "face_id", "cluster_id")


def spread(db: sqlite_utils.Database, of: tuple[str, str, str], owners: Iterable[int], most: int) -> tuple[Ints, Ints]:
    """Owners and their faces, at most `most` of each; an owner without faces is left out.

    Each is found through an index, so that an owner with 100,000 faces costs no more than one with ten.
    """
    table, face, owner = of
    rows = db.execute(
        f"SELECT DISTINCT whose, (SELECT {face} FROM {table} WHERE {owner} = range.whose "
        f"AND {face} >= first + (last - first) * step.value / :most ORDER BY {face} LIMIT 1) FROM "
        f"(SELECT value AS whose, (SELECT min({face}) FROM {table} WHERE {owner} = value) AS first, "
        f"(SELECT max({face}) FROM {table} WHERE {owner} = value) AS last FROM json_each(:owners)) AS range, "
        "json_each(:steps) AS step WHERE first IS NOT NULL ORDER BY whose",
        {"owners": decisions.ids(owners), "most": most, "steps": decisions.ids(range(most))},
    ).fetchall()
    both = np.array(rows, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]
