"""One grouping of a library: planned on the caller's thread, then noted, so that the next one goes on from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import sqlite_utils

from app.library import clusters, engines, history, planning
from app.library.clusters import Plan
from app.library.database import Database
from app.library.engines import Engine
from app.library.index import VectorIndex
from app.library.records import Strictness

# Faces of a plan that are written in one transaction: under 50 ms, so that naming never waits long.
FACES_A_SLICE = 2000

# What a library remembers of the last time that all groups were made: by which engine, how strictly, and how far ahead
# of others a group had to be.
ENGINE, STRICTNESS, LEAD = "grouped_by", "grouping strictness", "grouping lead"


@dataclass(frozen=True, slots=True)
class Regrouping:
    """What a grouping would change, and the state it was made for."""

    plan: Plan
    engine: int
    strictness: Strictness
    from_nothing: bool
    vectors: str
    edits: int

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


def settled(db: sqlite_utils.Database, engine: Engine) -> bool:
    """Whether all groups were made with this engine after a scan that came to its end."""
    return engines.recall(db, ENGINE) == str(engine.id)


def strictness(db: sqlite_utils.Database) -> Strictness:
    """How strictly groups grow: as they were made."""
    return Strictness(engines.recall(db, STRICTNESS) or Strictness.NORMAL)


def plan(
    db: sqlite_utils.Database,
    index: Callable[[], VectorIndex],
    *,
    strictness: Strictness,
    from_nothing: bool,
    cancelled: Callable[[], bool],
    progress: Callable[[int, int], None],
) -> Regrouping:
    engine, vectors = engines.state_of_vectors(db)
    edits = history.count(db)
    from_nothing = from_nothing or not settled(db, engine)
    found = planning.plan(
        db,
        index,
        engine=engine,
        strictness=strictness,
        from_nothing=from_nothing,
        lead=float(engines.recall(db, LEAD) or "inf"),
        cancelled=cancelled,
        progress=progress,
    )
    return Regrouping(found, engine.id, strictness, from_nothing, vectors, edits)


def note(database: Database, found: Regrouping, own_edits: int = 0) -> None:
    """Notes which faces need not be looked at again, unless something was decided or described meanwhile.

    A face of which that is so has to be looked at; which one it was is not worth knowing.
    """

    def change(db: sqlite_utils.Database, part: Sequence[int]) -> None:
        if history.count(db) - found.edits == own_edits and engines.state_of_vectors(db)[1] == found.vectors:
            clusters.note_as_seen(db, part, found.engine)

    for start in range(0, len(found.plan.seen), FACES_A_SLICE):
        part = found.plan.seen[start : start + FACES_A_SLICE]
        database.submit(partial(change, part=part), durable=False).result()


def settle(database: Database, found: Regrouping) -> None:
    """From here on groups grow as these were made."""

    def change(db: sqlite_utils.Database) -> None:
        engines.remember(db, ENGINE, str(found.engine))
        engines.remember(db, STRICTNESS, found.strictness.value)
        engines.remember(db, LEAD, str(found.plan.lead))

    database.submit(change, durable=False).result()
