"""Grouping from end to end: which faces to look at, their neighbours, their labels, and what would change.

Runs on a job's thread with its own read-only connection and only looks. Ids of groups carry over: growing adds to
groups or makes more of them, and building anew gives each group the id that most of its faces had.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from app.library import decisions, faces, grouping, thresholds
from app.library.clusters import OPEN, Plan
from app.library.index import ExactIndex, VectorIndex
from app.library.records import Strictness

# From here on a matrix product over all vectors is faster than asking the half-precision index probe by probe.
MANY_PROBES = 2000
PROBES_A_STEP = 1024

# Blurred and half-hidden faces are like each other rather than like a person: they are shown, but stay out of this.
CLEAR = f"faces.quality >= {thresholds.QUALITY_TO_GROUP}"
# The group of each face, as long as it stands.
GROUP = """LEFT JOIN members ON members.face_id = faces.id
    LEFT JOIN clusters ON clusters.id = members.cluster_id AND named_as IS NULL AND replaced_by IS NULL"""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a grouping has looked: the last face and the last decision there were."""

    face: int
    decision: int

    @classmethod
    def present(cls, db: sqlite_utils.Database) -> Mark:
        row = db.execute("SELECT (SELECT max(id) FROM faces), (SELECT max(id) FROM decisions)").fetchone()
        return cls(row[0] or 0, row[1] or 0)


@dataclass(frozen=True, slots=True)
class _Faces:
    """Columns about faces, one place a face, by rising id; -1 stands for none."""

    id: NDArray[np.int64]
    photo: NDArray[np.int64]
    person: NDArray[np.int64]
    cluster: NDArray[np.int64]
    automatic: NDArray[np.int64]
    by_user: NDArray[np.bool_]
    open: NDArray[np.bool_]
    clear: NDArray[np.bool_]
    key: list[tuple[object, ...]]

    def __len__(self) -> int:
        return len(self.id)

    def places(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """The place of each id, -1 where it is not among these faces."""
        if not len(self.id):
            return np.full(ids.shape, -1, np.int64)
        place = np.minimum(np.searchsorted(self.id, ids), len(self.id) - 1)
        return np.where(self.id[place] == ids, place, -1)


def _read(db: sqlite_utils.Database, numbers: Collection[int] | None) -> _Faces:
    query = f"""
        SELECT faces.id, CASE WHEN present.repeats_allowed THEN -1 ELSE photo_id END, coalesce(faces.person_id, -1),
               coalesce(clusters.id, -1), coalesce(automatic.person_id, -1), coalesce(clusters.by_user, 0), {OPEN},
               {CLEAR},
               present.content_hash, present.path, faces.x, faces.y
        FROM faces JOIN present ON present.id = faces.photo_id
        {GROUP}
        LEFT JOIN automatic ON automatic.face_id = faces.id
        WHERE faces.found = 1"""
    values = []
    if numbers is not None:
        query += " AND faces.id IN (SELECT value FROM json_each(?))"
        values.append(decisions.ids(numbers))
    rows = db.execute(query + " ORDER BY faces.id", values).fetchall()
    table = np.array([row[:8] for row in rows], np.int64).reshape(-1, 8)
    return _Faces(
        id=table[:, 0],
        photo=table[:, 1],
        person=table[:, 2],
        cluster=table[:, 3],
        automatic=table[:, 4],
        by_user=table[:, 5].astype(bool),
        open=table[:, 6].astype(bool),
        clear=table[:, 7].astype(bool),
        key=[row[8:] for row in rows],
    )


def plan(
    db: sqlite_utils.Database,
    index: VectorIndex,
    *,
    engine: int,
    dimension: int,
    cosine_at: str,
    strictness: Strictness,
    since: Mark | None,
    grouper: grouping.Grouper = grouping.chinese_whispers,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Plan:
    """Looks at the faces that came or were decided about `since` the last grouping and have no group.

    With None it builds all groups from nothing, but for those split off by hand.
    """
    if since is None:
        wanted = db.execute(f"SELECT faces.id FROM faces {GROUP} WHERE {OPEN} AND NOT coalesce(clusters.by_user, 0)")
    else:
        wanted = db.execute(
            f"SELECT faces.id FROM faces {GROUP} WHERE {OPEN} AND {CLEAR} AND clusters.id IS NULL "
            "AND faces.id NOT IN (SELECT face_id FROM automatic) "
            "AND (faces.id > ? OR faces.id IN (SELECT face_id FROM decisions WHERE decisions.id > ?))",
            [since.face, since.decision],
        )
    numbers, vectors = faces.vectors(db, engine, dimension, [number for (number,) in wanted])
    if len(numbers) > MANY_PROBES:
        index = ExactIndex(*faces.vectors(db, engine, dimension))
    probes, found, similarity = _neighbours(index, numbers, vectors, cancelled, progress)
    if cancelled():
        return Plan()
    known = _read(db, None if since is None else set(numbers.tolist()) | set(found.tolist()))
    a, b = known.places(probes), known.places(found)
    keep = (a >= 0) & (b >= 0) & known.clear[b]
    a, b, similarity = a[keep], b[keep], similarity[keep]
    # Neighbours that have no group yet are as free as the faces asked about; they only were not asked themselves.
    looked_at = (known.cluster < 0) & (known.automatic < 0)
    places = known.places(numbers)
    looked_at[places[places >= 0]] = True
    looked_at &= known.open
    free = looked_at & known.clear
    automatic = _automatic(db, known, free, a, b, similarity, cosine_at)
    free[known.places(np.fromiter(automatic, np.int64, len(automatic)))] = False
    labels = _labels(known, free, a, b, similarity, cosine_at, strictness, grouper, cancelled)
    if cancelled():
        return Plan()
    settled = {int(known.id[place]): value for place, value in _carry_over(known, free, labels).items()}
    return _differences(known, looked_at, settled, automatic)


def _neighbours(
    index: VectorIndex,
    numbers: NDArray[np.int64],
    vectors: NDArray[np.float32],
    cancelled: Callable[[], bool],
    progress: Callable[[int, int], None],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Flat pairs (probe id, neighbour id, cosine)."""
    similarities, found = [np.empty((0,), np.float32)], [np.empty((0,), np.int64)]
    probes = [np.empty((0,), np.int64)]
    for start in range(0, len(numbers), PROBES_A_STEP):
        if cancelled():
            break
        part = slice(start, start + PROBES_A_STEP)
        cosines, ids = index.search(vectors[part], thresholds.NEIGHBOURS)
        similarities.append(cosines.ravel())
        found.append(ids.ravel())
        probes.append(np.repeat(numbers[part], ids.shape[1]))
        progress(min(start + PROBES_A_STEP, len(numbers)), len(numbers))
    return np.concatenate(probes), np.concatenate(found), np.concatenate(similarities)


def _labels(
    known: _Faces,
    free: NDArray[np.bool_],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    similarity: NDArray[np.float32],
    cosine_at: str,
    strictness: Strictness,
    grouper: grouping.Grouper,
    cancelled: Callable[[], bool],
) -> NDArray[np.int64]:
    # What is neither looked at anew nor somebody's stands where it is.
    seeds = np.where(known.open & known.clear & ~free & (known.automatic < 0), known.cluster, -1)
    part = free | (seeds >= 0)
    inside = part[a] & part[b]
    threshold = thresholds.cosine(cosine_at, thresholds.FALSE_MATCH_RATE[strictness])
    graph = grouping.Graph.from_neighbours(len(known), a[inside], b[inside], similarity[inside], threshold)
    order = np.empty(len(known), np.int64)
    order[sorted(range(len(known)), key=lambda place: known.key[place])] = np.arange(len(known))
    return grouper(graph, seeds=seeds, photos=known.photo, order=order, cancelled=cancelled)


def _automatic(
    db: sqlite_utils.Database,
    known: _Faces,
    free: NDArray[np.bool_],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    similarity: NDArray[np.float32],
    cosine_at: str,
) -> dict[int, tuple[int, float]]:
    """Free faces that are close to several decided faces of one person and clearly farther from everybody else."""
    threshold = thresholds.cosine(cosine_at, thresholds.AUTOMATIC_FALSE_MATCH_RATE)
    near = free[a] & (known.person[b] >= 0) & (similarity >= threshold - thresholds.AUTOMATIC_MARGIN)
    witnesses: dict[int, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for face, person, value in zip(
        a[near].tolist(), known.person[b[near]].tolist(), similarity[near].tolist(), strict=True
    ):
        witnesses[face][person].append(value)
    if not witnesses:
        return {}
    decided = dict(
        db.execute("SELECT person_id, count(*) FROM faces WHERE person_id IS NOT NULL GROUP BY person_id").fetchall()
    )
    refused = decisions.rejections(db, [int(known.id[face]) for face in witnesses])
    in_photo = set(
        db.execute(
            "SELECT photo_id, person_id FROM faces WHERE person_id IS NOT NULL AND photo_id IN "
            "(SELECT value FROM json_each(?))",
            [decisions.ids(known.photo[list(witnesses)].tolist())],
        ).fetchall()
    )
    candidates = []
    for face, people in witnesses.items():
        ranked = sorted(people, key=lambda person: -max(people[person]))
        person = ranked[0]
        best = max(people[person])
        enough = sum(value >= threshold for value in people[person]) >= min(
            thresholds.AUTOMATIC_WITNESSES, decided.get(person, 0)
        )
        clear = len(ranked) == 1 or best - max(people[ranked[1]]) >= thresholds.AUTOMATIC_MARGIN
        photo, number = int(known.photo[face]), int(known.id[face])
        if (
            enough
            and clear
            and best >= threshold
            and (number, person) not in refused
            and (photo, person) not in in_photo
        ):
            candidates.append((-best, number, photo, person))
    given: dict[int, tuple[int, float]] = {}
    used: set[tuple[int, int]] = set()
    for falling, number, photo, person in sorted(candidates):
        if photo < 0 or (photo, person) not in used:
            used.add((photo, person))
            given[number] = (person, -falling)
    return given


def _carry_over(known: _Faces, free: NDArray[np.bool_], labels: NDArray[np.int64]) -> dict[int, int]:
    """For each free face in a group (by place) the group's id; new groups take the id most of their faces had.

    Groups that no id fits are numbered -1, -2, ...
    """
    settled = {int(place): int(labels[place]) for place in np.flatnonzero(free & (labels >= 0))}
    groups = grouping.by_size(np.where(free, labels, 0), thresholds.SMALLEST_GROUP)
    overlaps = []
    for number, group in enumerate(groups):
        old, count = np.unique(known.cluster[group], return_counts=True)
        overlaps += [(-int(n), int(c), number) for c, n in zip(old, count, strict=True) if c >= 0]
    given: dict[int, int] = {}
    used = set(settled.values())
    for _, cluster, number in sorted(overlaps):
        if number not in given and cluster not in used:
            given[number] = cluster
            used.add(cluster)
    fresh = 0
    for number, group in enumerate(groups):
        if number not in given:
            fresh -= 1
            given[number] = fresh
        settled |= {int(place): given[number] for place in group}
    return settled


def _differences(
    known: _Faces,
    looked_at: NDArray[np.bool_],
    settled: Mapping[int, int],
    automatic: Mapping[int, tuple[int, float]],
) -> Plan:
    moves, leave, doubted = {}, [], []
    went: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for place in np.flatnonzero(looked_at):
        number, before = int(known.id[place]), int(known.cluster[place])
        after = settled.get(number)
        if after is None and before >= 0 and number not in automatic:
            leave.append(number)
        elif after is not None and (after < 0 or after != before):
            moves[number] = after
        if after is not None and before >= 0:
            went[before][after] += 1
        if known.automatic[place] >= 0 and number not in automatic:
            doubted.append(number)
    standing = set(settled.values())
    replaced = {
        old: max(new, key=lambda cluster: (new[cluster], -abs(cluster)))
        for old, new in went.items()
        if old not in standing
    }
    kept = {
        int(known.id[place]): int(known.automatic[place])
        for place in np.flatnonzero(looked_at & (known.automatic >= 0))
    }
    changed = {face: guess for face, guess in automatic.items() if kept.get(face) != guess[0]}
    return Plan(-min([0, *settled.values()]), moves, leave, replaced, changed, doubted)
