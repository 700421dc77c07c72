"""Grouping from end to end: which faces to look at, their neighbours, their labels, and what would change.

Runs on a job's thread with its own read-only connection and only looks. Ids of groups carry over: growing adds to
groups or makes more of them, and building anew gives each group the id that most of its faces had.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from app.library import (
    automatic,
    bridges,
    decisions,
    faces,
    grouping,
    guessing,
    known_faces,
    likeness,
    relations,
    thresholds,
    witnesses,
)
from app.library.clusters import OPEN, Plan
from app.library.engines import Engine
from app.library.index import VectorIndex
from app.library.known_faces import DESCRIBED, KnownFaces
from app.library.neighbours import Pairs, near_pairs
from app.library.records import Strictness

# From here on comparing everything in blocks is faster than asking the index probe by probe.
MANY_PROBES = 2000
PROBES_A_STEP = 256
# Decided faces of one person that are asked for their neighbours after they were decided, and how many they may have:
# more than others, since most of those may be decided as well.
PROBES_A_PERSON = 32
NEIGHBOURS_OF_DECIDED = 256

FORGOTTEN = "SELECT photos.id FROM photos JOIN roots ON roots.id = root_id WHERE forgotten"

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]


def plan(
    db: sqlite_utils.Database,
    index: Callable[[], VectorIndex],
    *,
    engine: Engine,
    strictness: Strictness,
    from_nothing: bool,
    lead: float | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Plan:
    """Looks at the faces in no group that grouping has not seen yet as they are, or `from_nothing` at all of them.

    `lead` is what was found before (`grouping.Grouped`); to find it, it looks at all faces in no group.
    """
    levels = thresholds.levels(engine.cosine_at, strictness)
    asked = _to_look_at(db, engine, from_nothing=from_nothing, in_no_group=lead is None)
    decided, seen_too = _newly_decided(db, engine)
    if from_nothing or len(asked) + len(decided) > MANY_PROBES:
        known = known_faces.read(db, engine, None)
        vectors = known_faces.vectors(db, engine, known, every=True)
        probes = None if from_nothing else known.places(np.concatenate([asked, decided]))
        pairs = near_pairs(
            vectors,
            lowest=thresholds.cosine(engine.cosine_at, thresholds.NEIGHBOUR_FALSE_MATCH_RATE),
            most=thresholds.NEIGHBOURS,
            probes=None if probes is None else np.unique(probes[probes >= 0]),
            cancelled=cancelled,
            progress=progress,
        )
    else:
        known, vectors, pairs = _near(db, index, engine, asked, decided, cancelled, progress)
    if cancelled():
        return Plan()
    open_to = known.marked(asked) & known.open
    # What stands in a group stays there, whatever made grouping look at it.
    looked_at = open_to if from_nothing else open_to & (known.cluster < 0)
    # Neighbours that have no group yet can join as well, for which they were not asked for their own neighbours. Whom
    # somebody is taken for makes no difference: a guess may end.
    free = known.open & known.telling & (looked_at | (known.cluster < 0))
    stands = known.open & ~looked_at & (known.cluster >= 0)
    part = free | stands
    standing = np.where(stands, known.cluster, -1)
    grouped = grouping.group(
        pairs.where(part[pairs.a] & part[pairs.b]),
        grouping.Faces(
            vectors=vectors,
            standing=standing,
            sizes=_sizes(db, standing),
            asked=known.marked(asked),
            clear=known.clear & part,
            photos=known.photo,
            together=_together(db, known, part),
            apart=_apart(db, known),
        ),
        levels,
        lead,
        cancelled,
    )
    if cancelled():
        return Plan()
    # Whom somebody is taken for is looked at for everybody near a face that was decided as well.
    lately = known.marked(decided)
    near = np.zeros(len(known), bool)
    near[pairs.a[lately[pairs.b]]] = near[pairs.b[lately[pairs.a]]] = True
    asked_whose = open_to | (near & known.open)
    guesses = _automatic(db, known, vectors, pairs, part, asked_whose, grouped.labels, engine, levels)
    taken = known.marked(np.fromiter(guesses, np.int64, len(guesses))) | ((known.automatic >= 0) & ~asked_whose)
    was_in = known.was_in(taken)
    settled = {int(known.id[place]): value for place, value in _carry_over(free, grouped.labels, was_in, taken).items()}
    whole = _differences(known, looked_at | free, asked_whose, was_in, settled, guesses)
    if from_nothing:
        whole = _without_ends(db, engine, whole)
    if not from_nothing:
        found = bridges.Standing(vectors, pairs, known.photo, standing, free, known.clear)
        whole = bridges.joined(db, whole, found, levels)
    seen = np.concatenate([asked, decided, seen_too]).tolist()
    return replace(whole, seen=seen, lead=grouped.lead if lead is None else None)


def _together(db: sqlite_utils.Database, known: KnownFaces, part: Bools) -> list[Ints]:
    sets = (known.places(np.array(said, np.int64)) for said in relations.together(db))
    there = (np.sort(places[places >= 0]) for places in sets)
    return [places for said in there if len(places := said[part[said]]) > 1]


def _apart(db: sqlite_utils.Database, known: KnownFaces) -> list[tuple[Ints, Ints]]:
    found = []
    for pair in relations.apart(db):
        one, other = (known.places(np.array(side, np.int64)) for side in pair)
        one, other = np.sort(one[one >= 0]), np.sort(other[other >= 0])
        if len(one) and len(other):
            found.append((one, other))
    return found


def _to_look_at(db: sqlite_utils.Database, engine: Engine, *, from_nothing: bool, in_no_group: bool) -> Ints:
    """What the engine has not described yet stays where it is until it has, and a forgotten folder until it is back."""
    query = f"SELECT id FROM faces WHERE {OPEN} AND {DESCRIBED} AND photo_id NOT IN ({FORGOTTEN})"
    if not from_nothing:
        alone = "id NOT IN (SELECT face_id FROM grouped) AND id NOT IN (SELECT face_id FROM automatic)"
        query += " AND (grouped_by IS NULL" + (f" OR ({alone}))" if in_no_group else ")")
    return np.fromiter((number for (number,) in db.execute(query, [engine.id])), np.int64)


def _newly_decided(db: sqlite_utils.Database, engine: Engine) -> tuple[Ints, Ints]:
    """Decided faces that grouping has not seen as such: of each person some of the best, and the others."""
    rows = db.execute(
        "SELECT id, row_number() OVER "
        "(PARTITION BY person_id ORDER BY strength = 'confirmed' DESC, quality DESC, id) <= ? FROM faces "
        f"WHERE found = 1 AND kind = 'face' AND person_id IS NOT NULL AND grouped_by IS NULL AND {DESCRIBED}",
        [PROBES_A_PERSON, engine.id],
    ).fetchall()
    table = np.array(rows, np.int64).reshape(-1, 2)
    return table[table[:, 1] == 1, 0], table[table[:, 1] == 0, 0]


def _near(
    db: sqlite_utils.Database,
    index: Callable[[], VectorIndex],
    engine: Engine,
    asked: Ints,
    decided: Ints,
    cancelled: Callable[[], bool],
    progress: Callable[[int, int], None],
) -> tuple[KnownFaces, Floats, Pairs]:
    """What the index finds near these faces: all of them, those who speak for what they belong to, and the pairs."""

    def search(numbers: Ints, limit: int, lowest: float) -> tuple[Ints, Ints, Floats]:
        parts = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))]
        numbers, vectors = faces.vectors(db, engine.id, engine.dimension, numbers.tolist())
        for start in range(0, len(numbers), PROBES_A_STEP):
            if cancelled():
                break
            cosines, ids = index().search(vectors[start : start + PROBES_A_STEP], limit)
            near = (cosines >= lowest) & (ids >= 0)
            probe = np.repeat(numbers[start : start + PROBES_A_STEP], near.sum(axis=1))
            parts.append((probe, ids[near], cosines[near]))
            progress(min(start + PROBES_A_STEP, len(numbers)), len(numbers))
        probe, found, cosine = (np.concatenate(column) for column in zip(*parts, strict=True))
        other = probe != found
        return probe[other], found[other], cosine[other]

    lowest = thresholds.automatic_cosine(engine.cosine_at, _people_with_faces(db))
    one, other, _ = search(decided, NEIGHBOURS_OF_DECIDED, lowest)
    undecided = db.execute(
        f"SELECT id FROM faces WHERE {OPEN} AND id IN (SELECT value FROM json_each(?))", [decisions.ids(other.tolist())]
    )
    # Whom else these are like has to be known as well.
    asked = np.union1d(asked, np.fromiter((number for (number,) in undecided), np.int64))
    lowest = thresholds.cosine(engine.cosine_at, thresholds.NEIGHBOUR_FALSE_MATCH_RATE)
    probe, found, cosine = search(asked, thresholds.NEIGHBOURS + 1, lowest)
    touched = np.unique(np.concatenate([asked, decided, found, _witnesses(db, probe, found, cosine)])).tolist()
    # Of whom it was said that they are the same, or others, they are as well.
    touched += relations.beside(db, touched)
    known = known_faces.read(db, engine, touched)
    vectors = known_faces.vectors(db, engine, known, every=False)
    a, b = known.places(np.concatenate([one, probe])), known.places(np.concatenate([other, found]))
    shown = (a >= 0) & (b >= 0)
    width = max(1, len(known))
    low, high = np.divmod(np.unique(np.minimum(a, b)[shown] * width + np.maximum(a, b)[shown]), width)
    # Exact, since the index keeps half of the precision.
    cosine = np.einsum("nd,nd->n", vectors[low], vectors[high])
    return known, vectors, Pairs(low.astype(np.int32), high.astype(np.int32), cosine)


def _witnesses(db: sqlite_utils.Database, probe: Ints, found: Ints, cosine: Floats) -> Ints:
    """Some faces of each group and person that the probes are most like: what they are like in all is to be known."""
    numbers = np.unique(found)
    rows = db.execute(
        "SELECT id, person_id, cluster_id FROM faces LEFT JOIN grouped ON face_id = id "
        "WHERE id IN (SELECT value FROM json_each(?)) AND (person_id IS NOT NULL OR cluster_id IS NOT NULL)",
        [decisions.ids(numbers.tolist())],
    ).fetchall()
    chosen = [np.empty(0, np.int64)]
    for column, listed in ((1, witnesses.PEOPLE), (2, witnesses.GROUPS)):
        owners = np.full(len(numbers), -1)
        for row in rows:
            if row[column] is not None:
                owners[np.searchsorted(numbers, row[0])] = row[column]
        whose = owners[np.searchsorted(numbers, found)]
        belongs = np.flatnonzero(whose >= 0)
        by = belongs[np.lexsort((-cosine[belongs], whose[belongs], probe[belongs]))]
        # The nearest face of each, then the owners of the nearest of these.
        best = by[likeness.first_of_runs(probe[by] * (int(owners.max(initial=0)) + 1) + whose[by])]
        best = best[np.lexsort((-cosine[best], probe[best]))]
        few = np.unique(whose[best[likeness.rank_in_run(probe[best]) < likeness.CANDIDATES]])
        chosen.append(witnesses.spread(db, listed, few.tolist(), likeness.WITNESSES)[1])
    return np.concatenate(chosen)


def _people_with_faces(db: sqlite_utils.Database) -> int:
    return int(db.execute("SELECT count(DISTINCT person_id) FROM faces WHERE person_id IS NOT NULL").fetchone()[0])


def _sizes(db: sqlite_utils.Database, standing: Ints) -> Ints:
    """How many faces the group of each has, 0 where it has none."""
    rows = db.execute(
        f"SELECT cluster_id, count(*) FROM members JOIN faces ON faces.id = face_id "
        f"WHERE cluster_id IN (SELECT value FROM json_each(?)) AND {OPEN} GROUP BY 1",
        [decisions.ids(np.unique(standing[standing >= 0]).tolist())],
    )
    size = dict(rows.fetchall())
    return np.array([size.get(cluster, 0) for cluster in standing.tolist()], np.int64)


def _automatic(
    db: sqlite_utils.Database,
    known: KnownFaces,
    vectors: Floats,
    pairs: Pairs,
    part: Bools,
    asked_whose: Bools,
    labels: Ints,
    engine: Engine,
    levels: grouping.Levels,
) -> dict[int, tuple[int, float]]:
    """Whom each of the faces `asked_whose` they are is taken for, if anybody; by id. `part` has `labels` of groups."""
    _, group, size = np.unique(np.where(part, labels, 0), return_inverse=True, return_counts=True)
    grouped = part & ((labels >= 0) | (size[group] >= thresholds.SMALLEST_GROUP))
    found = automatic.assign(
        vectors,
        pairs,
        free=asked_whose & known.telling,
        person=known.person,
        group=np.where(grouped, group, -1),
        clear=known.clear,
        firm=known.confirmed,
        lowest=thresholds.automatic_cosine(engine.cosine_at, _people_with_faces(db)),
        margin=levels.margin,
    )
    guesses = list(map(guessing.Guess, known.id[found.face].tolist(), found.person.tolist(), found.likeness.tolist()))
    shown = grouped & known.present & (asked_whose | (known.automatic < 0))
    given = guessing.allowed(
        db,
        guesses,
        ended=known.id[asked_whose].tolist(),
        groups=dict(zip(known.id[shown].tolist(), labels[shown].tolist(), strict=True)),
    )
    return {guess.face: (guess.person, guess.likeness) for guess in given}


def _carry_over(free: Bools, labels: Ints, was_in: Ints, taken: Bools) -> dict[int, int]:
    """For each free face in a group (by place) the group's id; new groups take the id most of their faces had.

    Groups that no id fits are numbered -1, -2, ... Where all are taken for somebody no such group is made.
    """
    settled = {int(place): int(labels[place]) for place in np.flatnonzero(free & (labels >= 0))}
    groups = grouping.by_size(np.where(free, labels, 0), thresholds.SMALLEST_GROUP)
    overlaps = []
    for number, group in enumerate(groups):
        old, count = np.unique(was_in[group], return_counts=True)
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
            if taken[group].all():
                continue
            fresh -= 1
            given[number] = fresh
        settled |= {int(place): given[number] for place in group}
    return settled


def _differences(
    known: KnownFaces,
    looked_at: Bools,
    asked_whose: Bools,
    was_in: Ints,
    settled: Mapping[int, int],
    automatic: Mapping[int, tuple[int, float]],
) -> Plan:
    moves, leave = {}, []
    went: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for place in np.flatnonzero(looked_at):
        number, before = int(known.id[place]), int(known.cluster[place])
        after = settled.get(number)
        if after is None and before >= 0:
            leave.append(number)
        elif after is not None and (after < 0 or after != before):
            moves[number] = after
        if after is not None and was_in[place] >= 0:
            went[before][after] += len(known)
        elif after is not None and before >= 0 and known.automatic[place] < 0 and number not in automatic:
            # Who is away counts where nobody who is there is in a group any more.
            went[before][after] += 1
    standing = set(settled.values())
    replaced = {
        old: max(new, key=lambda cluster: (new[cluster], -abs(cluster)))
        for old, new in went.items()
        if old not in standing
    }
    guessed = asked_whose & (known.automatic >= 0)
    kept = dict(zip(known.id[guessed].tolist(), known.automatic[guessed].tolist(), strict=True))
    doubted = [face for face in kept if face not in automatic]
    changed = {face: guess for face, guess in automatic.items() if kept.get(face) != guess[0]}
    return Plan(-min([0, *settled.values()]), moves, leave, replaced, changed, doubted)


def _without_ends(db: sqlite_utils.Database, engine: Engine, whole: Plan) -> Plan:
    """Groups go on that still have faces which the engine has not described yet."""
    rows = db.execute(
        f"SELECT DISTINCT cluster_id FROM grouped JOIN faces ON faces.id = face_id WHERE {OPEN} AND NOT {DESCRIBED}",
        [engine.id],
    )
    left = {cluster for (cluster,) in rows}
    return replace(whole, replaced={old: new for old, new in whole.replaced.items() if old not in left})
