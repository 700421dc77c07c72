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


@dataclass(frozen=True, slots=True)
class _Faces:
    """Columns about faces, one place a face, by rising id; -1 stands for none. `order` ranks them by content."""

    id: NDArray[np.int64]
    photo: NDArray[np.int64]
    person: NDArray[np.int64]
    cluster: NDArray[np.int64]
    automatic: NDArray[np.int64]
    by_user: NDArray[np.bool_]
    open: NDArray[np.bool_]
    clear: NDArray[np.bool_]
    order: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.id)

    def places(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """The place of each id, -1 where it is not among these faces."""
        if not len(self.id):
            return np.full(ids.shape, -1, np.int64)
        place = np.minimum(np.searchsorted(self.id, ids), len(self.id) - 1)
        return np.where(self.id[place] == ids, place, -1)


def _read(db: sqlite_utils.Database, numbers: Collection[int] | None) -> _Faces:
    """All faces, or these and all others of their photos."""
    query = f"""
        SELECT faces.id, CASE WHEN present.repeats_allowed THEN -1 ELSE photo_id END, coalesce(faces.person_id, -1),
               coalesce(grouped.cluster_id, -1), coalesce(automatic.person_id, -1), coalesce(by_user, 0),
               {OPEN}, {CLEAR}
        FROM faces JOIN present ON present.id = faces.photo_id
        LEFT JOIN grouped ON grouped.face_id = faces.id
        LEFT JOIN automatic ON automatic.face_id = faces.id
        WHERE faces.found = 1"""
    values = []
    if numbers is not None:
        query += """ AND faces.photo_id IN (
            SELECT photo_id FROM faces WHERE id IN (SELECT value FROM json_each(?)))"""
        values.append(decisions.ids(numbers))
    # Sorted by what the photo holds, so that the result does not depend on the order in which photos were scanned.
    cursor = db.execute(query + " ORDER BY present.content_hash, present.path, faces.x, faces.y", values)
    blocks = [np.empty((0, 8), np.int64)]
    while rows := cursor.fetchmany(10_000):
        blocks.append(np.array(rows, np.int64))
    table = np.concatenate(blocks)
    order = np.argsort(table[:, 0])
    table = table[order]
    return _Faces(
        id=table[:, 0],
        photo=table[:, 1],
        person=table[:, 2],
        cluster=table[:, 3],
        automatic=table[:, 4],
        by_user=table[:, 5].astype(bool),
        open=table[:, 6].astype(bool),
        clear=table[:, 7].astype(bool),
        order=order,
    )


def plan(
    db: sqlite_utils.Database,
    index: VectorIndex,
    *,
    engine: int,
    dimension: int,
    cosine_at: str,
    strictness: Strictness,
    from_nothing: bool,
    grouper: grouping.Grouper = grouping.chinese_whispers,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Plan:
    """Looks at the faces that are in no group and that grouping has not seen yet as they are.

    `from_nothing` looks at all undecided faces but those that were split off by hand: these stay as they are and take
    nobody in, or the group they were taken from would follow them.
    """
    if from_nothing:
        wanted = db.execute(
            f"SELECT faces.id FROM faces LEFT JOIN grouped ON grouped.face_id = faces.id "
            f"WHERE {OPEN} AND NOT coalesce(by_user, 0)"
        )
    else:
        wanted = db.execute(
            f"SELECT faces.id FROM faces WHERE {OPEN} AND {CLEAR} AND grouped_by IS NOT ? AND NOT EXISTS "
            "(SELECT 1 FROM members JOIN clusters ON clusters.id = cluster_id AND named_as IS NULL "
            "AND replaced_by IS NULL WHERE members.face_id = faces.id)",
            [engine],
        )
    numbers, vectors = faces.vectors(db, engine, dimension, [number for (number,) in wanted])
    if len(numbers) > MANY_PROBES:
        index = ExactIndex(*faces.vectors(db, engine, dimension))
    probes, found, similarity = _neighbours(index, numbers, vectors, cancelled, progress)
    if cancelled():
        return Plan()
    known = _read(db, None if from_nothing else set(numbers.tolist()) | set(found.tolist()))
    a, b = known.places(probes), known.places(found)
    keep = (a >= 0) & (b >= 0) & known.clear[b]
    a, b, similarity = a[keep], b[keep], similarity[keep]
    looked_at = np.zeros(len(known), bool)
    places = known.places(numbers)
    looked_at[places[places >= 0]] = True
    looked_at &= known.open
    # Neighbours that have no group yet can join as well; only they were not asked for their own neighbours.
    free = looked_at | ((known.cluster < 0) & (known.automatic < 0) & known.open)
    free &= known.clear
    automatic = _automatic(db, known, free, a, b, similarity, cosine_at)
    free[known.places(np.fromiter(automatic, np.int64, len(automatic)))] = False
    # What is neither looked at anew nor somebody's stands where it is.
    stands = known.open & known.clear & ~looked_at & (known.automatic < 0) & (known.cluster >= 0)
    if from_nothing:
        stands[:] = False
    seeds = np.where(stands, known.cluster, -1)
    inside = (free | stands)[a] & (free | stands)[b]
    threshold = thresholds.cosine(cosine_at, thresholds.FALSE_MATCH_RATE[strictness])
    graph = grouping.Graph.from_neighbours(len(known), a[inside], b[inside], similarity[inside], threshold)
    labels = grouper(graph, seeds=seeds, photos=known.photo, order=known.order, cancelled=cancelled)
    if cancelled():
        return Plan()
    taken = set(np.unique(known.cluster[known.by_user & (known.cluster >= 0)]).tolist())
    settled = {int(known.id[place]): value for place, value in _carry_over(known, free, labels, taken).items()}
    return _differences(known, looked_at | free, settled, automatic, note_alone=not (from_nothing and taken))


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
    in_photo = set(zip(known.photo[known.person >= 0].tolist(), known.person[known.person >= 0].tolist(), strict=True))
    guessed = ~free & (known.automatic >= 0)
    in_photo |= set(zip(known.photo[guessed].tolist(), known.automatic[guessed].tolist(), strict=True))
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


def _carry_over(
    known: _Faces, free: NDArray[np.bool_], labels: NDArray[np.int64], taken: Collection[int]
) -> dict[int, int]:
    """For each free face in a group (by place) the group's id; new groups take the id most of their faces had.

    Groups that no id fits are numbered -1, -2, ... Ids that are `taken` fit none.
    """
    settled = {int(place): int(labels[place]) for place in np.flatnonzero(free & (labels >= 0))}
    groups = grouping.by_size(np.where(free, labels, 0), thresholds.SMALLEST_GROUP)
    overlaps = []
    for number, group in enumerate(groups):
        old, count = np.unique(known.cluster[group], return_counts=True)
        overlaps += [(-int(n), int(c), number) for c, n in zip(old, count, strict=True) if c >= 0]
    given: dict[int, int] = {}
    used = set(settled.values()) | set(taken)
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
    *,
    note_alone: bool,
) -> Plan:
    moves, leave, doubted, alone = {}, [], [], []
    went: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for place in np.flatnonzero(looked_at):
        number, before = int(known.id[place]), int(known.cluster[place])
        after = settled.get(number)
        if after is None and before >= 0 and number not in automatic:
            leave.append(number)
        elif after is not None and (after < 0 or after != before):
            moves[number] = after
        if after is None:
            alone.append(number)
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
    return Plan(-min([0, *settled.values()]), moves, leave, replaced, changed, doubted, alone if note_alone else ())
