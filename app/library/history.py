"""The undo journal. It lives in the library file, so it outlasts restarts and serves window and command line alike."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlite_utils

from app.errors import AppError
from app.library.edits import Edit
from app.library.records import HistoryEntry

STEPS_KEPT = 10_000


def timestamp() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def perform(db: sqlite_utils.Database, edit: Edit) -> None:
    """Applies an edit and records it. What had been undone can no longer be redone."""
    edit.apply(db)
    db.execute("DELETE FROM history WHERE undone = 1")
    db.execute("INSERT INTO history (at, label, edit) VALUES (?, ?, ?)", [timestamp(), edit.label, edit.to_blob()])
    db.execute("DELETE FROM history WHERE id <= (SELECT max(id) FROM history) - ?", [STEPS_KEPT])


def undo(db: sqlite_utils.Database) -> Edit:
    """Reverses the latest step and returns the edit that did it."""
    row = db.execute("SELECT id, label, edit FROM history WHERE undone = 0 ORDER BY id DESC LIMIT 1").fetchone()
    if row is None:
        raise AppError("There is nothing to undo.")
    number, label, blob = row
    done = Edit.from_blob(label, blob)
    reverse = done.reversed()
    reverse.apply(db)
    db.execute("UPDATE history SET undone = 1 WHERE id = ?", [number])
    return reverse


def redo(db: sqlite_utils.Database) -> Edit:
    """Does the step again that was undone last, and returns it."""
    row = db.execute("SELECT id, label, edit FROM history WHERE undone = 1 ORDER BY id LIMIT 1").fetchone()
    if row is None:
        raise AppError("There is nothing to redo.")
    number, label, blob = row
    edit = Edit.from_blob(label, blob)
    edit.apply(db)
    db.execute("UPDATE history SET undone = 0 WHERE id = ?", [number])
    return edit


def labels(db: sqlite_utils.Database) -> tuple[str | None, str | None]:
    """What undo and redo would do next."""
    undo_row = db.execute("SELECT label FROM history WHERE undone = 0 ORDER BY id DESC LIMIT 1").fetchone()
    redo_row = db.execute("SELECT label FROM history WHERE undone = 1 ORDER BY id LIMIT 1").fetchone()
    return (undo_row[0] if undo_row else None), (redo_row[0] if redo_row else None)


def entries(db: sqlite_utils.Database, limit: int) -> list[HistoryEntry]:
    rows = db.execute("SELECT id, at, label, undone FROM history ORDER BY id DESC LIMIT ?", [limit])
    return [HistoryEntry(number, datetime.fromisoformat(at), label, bool(undone)) for number, at, label, undone in rows]
