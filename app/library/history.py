"""The undo journal. It lives in the library file, so it outlasts restarts and serves window and command line alike."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from app.errors import AppError
from app.library import clusters, engines
from app.library.edits import Edit
from app.library.records import HistoryEntry

# The oldest steps go beyond the one number, or beyond so many bytes; but never one of the latest thousand.
STEPS_KEPT = 10_000
BYTES_KEPT = 256 * 2**20
STEPS_ALWAYS_KEPT = 1000
# Counting all steps takes longer than adding one, so it is done now and then.
STEPS_BETWEEN_CLEARING = 100


def timestamp() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def perform(db: sqlite_utils.Database, edit: Edit) -> Edit:
    """Applies an edit, records it with what it brought about, and gives that. What was undone cannot be redone."""
    edit = edit.apply(db)
    return replace(edit, step=record(db, edit))


def record(db: sqlite_utils.Database, edit: Edit, *, takes_back: int | None = None) -> int | None:
    """Notes a step that was made, and which earlier one it takes back, if any; gives its number."""
    db.execute("DELETE FROM history WHERE undone = 1")
    number = db.execute(
        "INSERT INTO history (at, label, edit, takes_back) VALUES (?, ?, ?, ?)",
        [timestamp(), edit.label, edit.to_blob(), takes_back],
    ).lastrowid
    if number is not None and number % STEPS_BETWEEN_CLEARING == 0:
        _clear_oldest(db)
    return number


def _clear_oldest(db: sqlite_utils.Database) -> None:
    db.execute(
        "DELETE FROM history WHERE id <= (SELECT max(id) FROM (SELECT id, row_number() OVER latest AS steps, "
        "sum(length(edit)) OVER latest AS bytes FROM history WINDOW latest AS (ORDER BY id DESC)) "
        "WHERE steps > ? OR (steps > ? AND bytes > ?))",
        [STEPS_KEPT, STEPS_ALWAYS_KEPT, BYTES_KEPT],
    )


def undo(db: sqlite_utils.Database) -> Edit:
    """Reverses the latest step and returns the edit that did it. AppError when there is none."""
    row = db.execute("SELECT id, label, edit FROM history WHERE undone = 0 ORDER BY id DESC LIMIT 1").fetchone()
    if row is None:
        raise AppError("There is nothing to undo.")
    number, label, blob = row
    wanted = Edit.from_blob(label, blob).reversed().upon(db)
    edit = wanted.apply(db)
    _note(db, number, edit.reversed(), undone=True)
    _leave_as_it_was(db, wanted, edit)
    return edit


def redo(db: sqlite_utils.Database) -> Edit:
    """Does the step again that was undone last, and returns it. AppError when there is none."""
    row = db.execute("SELECT id, label, edit FROM history WHERE undone = 1 ORDER BY id LIMIT 1").fetchone()
    if row is None:
        raise AppError("There is nothing to redo.")
    number, label, blob = row
    wanted = Edit.from_blob(label, blob).upon(db)
    edit = wanted.apply(db)
    _note(db, number, edit, undone=False)
    _leave_as_it_was(db, wanted, edit)
    return replace(edit, step=number)


def _leave_as_it_was(db: sqlite_utils.Database, wanted: Edit, done: Edit) -> None:
    """What a grouping put somewhere, and its undoing, was looked at when it was there before."""
    engine = engines.current(db)
    if engine is not None and wanted.is_a_grouping:
        clusters.note_as_seen(db, wanted.come_true(done), engine.id)


def _note(db: sqlite_utils.Database, number: int, edit: Edit, *, undone: bool) -> None:
    """Notes that a step was undone or redone, and what of the machine's this brought about, to restore that too."""
    db.execute("UPDATE history SET undone = ?, edit = ? WHERE id = ?", [undone, edit.to_blob(), number])


def end_blocked(db: sqlite_utils.Database, *, undone: bool) -> None:
    """Takes out the step that undo (or redo, for an `undone` one) would do next and cannot."""
    which = "min" if undone else "max"
    db.execute(f"DELETE FROM history WHERE id = (SELECT {which}(id) FROM history WHERE undone = ?)", [undone])


def latest(db: sqlite_utils.Database) -> int | None:
    """The step that undo would take back."""
    row = db.execute("SELECT id FROM history WHERE undone = 0 ORDER BY id DESC LIMIT 1").fetchone()
    return None if row is None else int(row[0])


def labels(db: sqlite_utils.Database) -> tuple[str | None, str | None]:
    """What undo and redo would do next."""
    undo_row = db.execute("SELECT label FROM history WHERE undone = 0 ORDER BY id DESC LIMIT 1").fetchone()
    redo_row = db.execute("SELECT label FROM history WHERE undone = 1 ORDER BY id LIMIT 1").fetchone()
    return (undo_row[0] if undo_row else None), (redo_row[0] if redo_row else None)


def taken_back(db: sqlite_utils.Database) -> dict[int, int]:
    """Steps that are taken back at present, each with the step that did it."""
    found: dict[int, int] = {}
    # A step that takes another back may have been taken back itself, and only by a later one.
    for number, earlier, undone in db.execute(
        "SELECT id, takes_back, undone FROM history WHERE takes_back IS NOT NULL ORDER BY id DESC"
    ):
        if not undone and number not in found:
            found[earlier] = number
    return found


def entries(db: sqlite_utils.Database, limit: int) -> list[HistoryEntry]:
    rows = db.execute("SELECT id FROM history ORDER BY id DESC LIMIT ?", [limit])
    return by_ids(db, [number for (number,) in rows])


def step_ids(db: sqlite_utils.Database) -> NDArray[np.int64]:
    """Newest first."""
    rows = db.execute("SELECT id FROM history ORDER BY id DESC")
    return np.fromiter((number for (number,) in rows), np.int64)


def by_ids(db: sqlite_utils.Database, numbers: Sequence[int]) -> list[HistoryEntry]:
    """In the order given; steps that are gone are left out."""
    gone = taken_back(db)
    rows = db.execute(
        "SELECT id, at, label, undone FROM history WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps([int(number) for number in numbers])],
    )
    found = {
        number: HistoryEntry(number, datetime.fromisoformat(at), label, bool(undone), number in gone)
        for number, at, label, undone in rows
    }
    return [found[number] for number in map(int, numbers) if number in found]
