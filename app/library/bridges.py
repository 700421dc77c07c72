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
from app.library.decisions import ids
from app.library.grouping import Levels
from app.library.neighbours import Pairs

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Standing:
    """What planning knows, by place: vectors, near pairs, photos or -1, the standing group of each face or -1, who is
    new, and who may vouch."""

    vectors: NDArray[np.float32]
    pairs: Pairs
    photo: Ints
    group: Ints
    new: NDArray[np.bool_]
    clear: NDArray[np.bool_]


def joined(db: sqlite_utils.Database, plan: Plan, known: Standing, levels: Levels) -> Plan:
    """The plan, with standing groups joined that its new faces lie between."""
    into: dict[int, int] = {}

    def end(group: int) -> int:
        while group in into:
            group = into[group]
        return group

    members: dict[int, set[int]] = defaultdict(set)
    for face, group in plan.moves.items():
        members[group].add(face)
    alike = {(one, other): _alike(known, one, other) for one, other in _bridged(known, levels)}
    for group in {group for pair in alike for group in pair}:
        members[group] |= _members(db, group)
    for one, other in sorted(alike, key=lambda pair: (-alike[pair], pair)):
        older, younger = sorted((end(one), end(other)))
        if alike[one, other] < levels.pair or older == younger:
            continue
        if _can_be_one(db, members[older], members[younger]):
            into[younger] = older
            members[older] |= members[younger]
    if not into:
        return plan
    moves = {face: end(group) for face, group in plan.moves.items()}
    for group in into:
        moves |= {face: end(group) for face in _members(db, group)}
    return replace(plan, moves=moves, replaced={**plan.replaced, **{group: end(group) for group in into}})


def _bridged(known: Standing, levels: Levels) -> set[tuple[int, int]]:
    """Pairs of groups with a new face that is strictly alike to faces of both."""
    a, b = known.pairs.a, known.pairs.b
    beside = (known.photo[a] == known.photo[b]) & (known.photo[a] >= 0)
    strong = known.pairs.where((known.pairs.cosine >= levels.pair) & ~beside)
    groups: dict[int, set[int]] = defaultdict(set)
    for face, other in ((strong.a, strong.b), (strong.b, strong.a)):
        useful = np.flatnonzero(known.new[face] & (known.group[other] >= 0) & known.clear[other])
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


def _members(db: sqlite_utils.Database, group: int) -> set[int]:
    return {face for (face,) in db.execute("SELECT face_id FROM members WHERE cluster_id = ?", [group])}


def _can_be_one(db: sqlite_utils.Database, one: set[int], other: set[int]) -> bool:
    """Neither a photo nor a person speaks against it that these faces, and those, are one person."""
    photo = db.execute(
        "SELECT 1 FROM faces AS one JOIN photos ON photos.id = one.photo_id AND NOT repeats_allowed "
        "JOIN faces AS other ON other.photo_id = one.photo_id AND other.id IN (SELECT value FROM json_each(:other)) "
        "WHERE one.id IN (SELECT value FROM json_each(:one)) LIMIT 1",
        {"one": ids(one), "other": ids(other)},
    ).fetchone()
    if photo is not None or _differ(db, one, other):
        return False
    return not any(
        (one & set(a) and other & set(b)) or (one & set(b) and other & set(a)) for a, b in relations.apart(db)
    )


def _differ(db: sqlite_utils.Database, one: set[int], other: set[int]) -> bool:
    """Whether faces of both were decided to be people, and nobody is on both sides."""
    people = [
        {
            person
            for (person,) in db.execute(
                "SELECT DISTINCT person_id FROM faces "
                "WHERE person_id IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
                [ids(side)],
            )
        }
        for side in (one, other)
    ]
    return all(people) and people[0].isdisjoint(people[1])
