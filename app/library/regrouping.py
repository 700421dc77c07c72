"""One grouping of a library: planned on the caller's thread, then noted, so that the next one goes on from there."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import sqlite_utils

from app.errors import AppError
from app.library import clusters, decisions, edits, engines, history, meanwhile, planning
from app.library.clusters import Plan
from app.library.database import Database
from app.library.edits import Edit
from app.library.engines import Engine
from app.library.index import VectorIndex
from app.library.records import Strictness

# Faces of a plan that are written in one transaction: under 50 ms, so that naming never waits long.
FACES_A_SLICE = 1000

# What a library remembers: the engine that all groups were made with, and for each strictness how far ahead of others a
# group has to be, and how many faces told that. Once there are so many times as many faces they tell it again, if they
# are enough for a stranger to be like more than one group.
ENGINE, LEAD = "grouped_by", "grouping lead"
MANY_MORE, ENOUGH = 2, 2000


@dataclass(frozen=True, slots=True)
class Regrouping:
    """What a grouping would change, and the engine and moment (`app.library.meanwhile`) it was made for."""

    plan: Plan
    engine: int
    strictness: Strictness
    from_nothing: bool
    since: int

    @property
    def new_groups(self) -> int:
        return self.plan.new

    @property
    def ended_groups(self) -> int:
        """Groups whose faces go to others."""
        return len(self.plan.replaced)

    @property
    def moved_faces(self) -> int:
        return len(self.plan.moves)

    @property
    def freed_faces(self) -> int:
        """Faces that belong to no group any more."""
        return len(self.plan.leave)

    @property
    def guesses(self) -> int:
        """Faces that are shown with another person than before, or with none any more."""
        return len(self.plan.automatic) + len(set(self.plan.doubted) - set(self.plan.automatic))


class Move(NamedTuple):
    """How many of the undecided faces of a group, or of those without one (None), would go to another, or to none.

    A group yet to be made is a number below 0.
    """

    faces: int
    of: int
    source: int | None
    target: int | None


def moves(db: sqlite_utils.Database, plan: Plan) -> list[Move]:
    """Which of the faces that are shown with their group, or would be, would change it, most first."""
    targets: dict[int, int | None] = {**plan.moves, **dict.fromkeys(plan.leave)}
    taken = {face for (face,) in db.execute("SELECT face_id FROM automatic")}
    # Before and afterwards these are shown with a person.
    for face in taken - set(plan.doubted) | taken & plan.automatic.keys():
        targets.pop(face, None)
    rows = db.execute(
        "SELECT id, cluster_id FROM undecided JOIN grouped ON grouped.face_id = id "
        "WHERE cluster_id IN (SELECT cluster_id FROM grouped WHERE face_id IN (SELECT value FROM json_each(?)))",
        [decisions.ids(targets)],
    )
    sources = dict(rows.fetchall())
    sizes = Counter(sources.values())
    counts = Counter((sources.get(face), target) for face, target in targets.items())
    return [
        Move(faces, sizes[source] if source is not None else faces, source, target)
        for (source, target), faces in counts.most_common()
        if source != target
    ]


def settled(db: sqlite_utils.Database, engine: Engine) -> bool:
    """Whether all groups were made with this engine after a scan that came to its end."""
    return engines.recall(db, ENGINE) == str(engine.id)


def strictness(db: sqlite_utils.Database) -> Strictness:
    """How strictly groups grow: as they were made."""
    row = db.execute("SELECT strictness FROM groupings ORDER BY id DESC LIMIT 1").fetchone()
    return Strictness.NORMAL if row is None else Strictness(row[0])


def plan(
    database: Database,
    index: Callable[[], VectorIndex],
    *,
    strictness: Strictness,
    from_nothing: bool,
    provisional: bool = False,
    cancelled: Callable[[], bool],
    progress: Callable[[int, int], None],
) -> Regrouping:
    # In a library that is only read nothing happens meanwhile, and nothing can be carried out.
    since = database.submit(meanwhile.now, durable=False).result() if database.writable else 0
    db = database.reader()
    engine = engines.needed(db)
    from_nothing = from_nothing or not settled(db, engine)
    found = planning.plan(
        db,
        index,
        engine=engine,
        strictness=strictness,
        from_nothing=from_nothing,
        lead=None if from_nothing else _lead(db, strictness, provisional=provisional),
        cancelled=cancelled,
        progress=progress,
    )
    return Regrouping(found, engine.id, strictness, from_nothing, since)


def _lead(db: sqlite_utils.Database, strictness: Strictness, *, provisional: bool) -> float | None:
    """What was found of the lead; None where it is time to find it again."""
    kept = engines.recall(db, f"{LEAD} {strictness}")
    if kept is None:
        # In the middle of a scan nothing joins that would have to be ahead of others.
        return math.inf if provisional else None
    lead, faces = json.loads(kept)
    return float(lead) if provisional or _count(db) < max(MANY_MORE * faces, ENOUGH) else None


def _count(db: sqlite_utils.Database) -> int:
    return int(db.execute("SELECT count(*) FROM faces").fetchone()[0])


def check(db: sqlite_utils.Database, found: Regrouping) -> None:
    """Raises AppError where another engine is in use since."""
    if engines.needed(db).id != found.engine:
        raise AppError("Another model is in use since this was planned. Plan it again; nothing was changed.")


def carry_out(database: Database, found: Regrouping) -> None:
    """Does what was planned, as the machine's own work."""
    made = database.submit(lambda db: clusters.make(db, found.engine, found.plan.new), durable=False).result()
    for part in clusters.slices(database.reader(), clusters.with_ids(found.plan, made), FACES_A_SLICE):
        change = partial(clusters.apply_part, part=part, since=found.since, engine=found.engine)
        database.submit(change, durable=False).result()


def again(db: sqlite_utils.Database, found: Regrouping) -> Edit:
    """Does what was planned as one step that can be undone."""
    check(db, found)
    planned = clusters.as_edit(db, found.plan, found.since, found.engine, f"Group again ({found.strictness})")
    if found.strictness != strictness(db):
        row = edits.insert("groupings", edits.NewIds(db).take("groupings"), {"strictness": found.strictness.value})
        planned = replace(planned, changes=(*planned.changes, row))
    done = history.perform(db, planned)
    # What was to go to a group that ended since belongs to none, and is to be looked at again.
    lost = {c.key for c in planned.changes if c.table == "members" and not c.after and c.key in found.plan.moves}
    clusters.note_as_seen(db, planned.come_true(done) - lost, found.engine)
    return done


def note(database: Database, found: Regrouping) -> None:
    """Notes which faces need not be looked at again: those that nothing happened to while they were looked at."""
    for start in range(0, len(found.plan.seen), FACES_A_SLICE):
        faces = found.plan.seen[start : start + FACES_A_SLICE]
        change = partial(clusters.note_as_seen, faces=faces, engine=found.engine, since=found.since)
        database.submit(change, durable=False).result()


def settle(database: Database, found: Regrouping) -> None:
    """From here on groups grow as these were made, where they told how."""

    def change(db: sqlite_utils.Database) -> None:
        engines.remember(db, ENGINE, str(found.engine))
        engines.remember(db, f"{LEAD} {found.strictness}", json.dumps([found.plan.lead, _count(db)]))

    if found.plan.lead is not None:
        database.submit(change, durable=False).result()
