"""Groups that were made apart and that newer faces show to be one person: the younger one goes into the older.

Only unnamed groups are joined, and only where the evidence is as strong as for a pair of faces, over many of theirs.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from app.library import likeness, relations
from app.library.clusters import Plan
from app.library.grouping import Levels
from app.library.neighbours import Pairs

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Standing:
    """What planning knows, by place: vectors, near pairs, the standing group of each face or -1, who may vouch."""

    vectors: NDArray[np.float32]
    pairs: Pairs
    group: Ints
    clear: NDArray[np.bool_]


def joined(db: sqlite_utils.Database, plan: Plan, known: Standing, levels: Levels) -> Plan:
    """The plan, with standing groups joined that its new faces lie between."""
    into: dict[int, int] = {}

    def end(group: int) -> int:
        while group in into:
            group = into[group]
        return group

    alike = {(one, other): _alike(known, one, other) for one, other in _bridged(known, levels)}
    for one, other in sorted(alike, key=lambda pair: (-alike[pair], pair)):
        older, younger = sorted((end(one), end(other)))
        if alike[one, other] >= levels.pair and older != younger and _can_be_one(db, older, younger):
            into[younger] = older
    if not into:
        return plan
    moves = {face: end(group) for face, group in plan.moves.items()}
    for group in into:
        rows = db.execute("SELECT face_id FROM members WHERE cluster_id = ?", [group])
        moves |= {face: end(group) for (face,) in rows}
    return replace(plan, moves=moves, replaced={**plan.replaced, **{group: end(group) for group in into}})


def _bridged(known: Standing, levels: Levels) -> set[tuple[int, int]]:
    """Pairs of groups with a new face that is strictly alike to faces of both."""
    strong = known.pairs.where(known.pairs.cosine >= levels.pair)
    groups: dict[int, set[int]] = defaultdict(set)
    for face, other in ((strong.a, strong.b), (strong.b, strong.a)):
        useful = np.flatnonzero((known.group[face] < 0) & (known.group[other] >= 0) & known.clear[other])
        for new, group in zip(face[useful].tolist(), known.group[other[useful]].tolist(), strict=True):
            groups[new].add(group)
    return {pair for several in groups.values() for pair in combinations(sorted(several), 2)}


def _alike(known: Standing, one: int, other: int) -> float:
    """How alike the two are, the less alike way round."""
    places = [np.flatnonzero((known.group == group) & known.clear) for group in (one, other)]
    ways = []
    for own, others in (places, places[::-1]):
        table = likeness.witnesses(np.zeros(1, np.int64), others, np.zeros(len(others), np.int64))
        rows = np.zeros(len(own), np.int64)
        ways.append(float(likeness.to_witnesses(known.vectors, own, table, rows).mean()))
    return min(ways)


def _can_be_one(db: sqlite_utils.Database, one: int, other: int) -> bool:
    """Neither a photo nor a person speaks against it."""
    photo = db.execute(
        "SELECT 1 FROM members AS a JOIN faces AS one ON one.id = a.face_id "
        "JOIN faces AS other ON other.photo_id = one.photo_id JOIN members AS b ON b.face_id = other.id "
        "JOIN photos ON photos.id = one.photo_id AND NOT repeats_allowed "
        "WHERE a.cluster_id = ? AND b.cluster_id = ? LIMIT 1",
        [one, other],
    ).fetchone()
    if photo is not None:
        return False
    members = [
        {face for (face,) in db.execute("SELECT face_id FROM members WHERE cluster_id = ?", [group])}
        for group in (one, other)
    ]
    return not any(
        (members[0] & set(a) and members[1] & set(b)) or (members[0] & set(b) and members[1] & set(a))
        for a, b in relations.apart(db)
    )
