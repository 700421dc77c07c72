"""Which engine's vectors are current, and the small facts that a library remembers by key."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import sqlite_utils

from app.errors import LibraryError


@dataclass(frozen=True, slots=True)
class Engine:
    """`cosine_at` is its calibration, JSON of [false match rate, cosine] pairs (`thresholds.cosine`)."""

    id: int
    name: str
    fingerprint: str
    dimension: int
    cosine_at: str


def recall(db: sqlite_utils.Database, key: str) -> str | None:
    row = db.execute("SELECT value FROM state WHERE key = ?", [key]).fetchone()
    return None if row is None else str(row[0])


def remember(db: sqlite_utils.Database, key: str, value: str) -> None:
    db.execute("INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)", [key, value])


# In SQL: the id of the current engine, NULL before the first.
CURRENT = "(SELECT CAST(value AS INTEGER) FROM state WHERE key = 'engine')"


def use(
    db: sqlite_utils.Database, *, name: str, fingerprint: str, dimension: int, cosine_at: Mapping[float, float]
) -> None:
    """Makes an engine the current one; it is added when it is not known."""
    db.execute(
        "INSERT INTO engines (name, fingerprint, dimension, cosine_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (fingerprint) DO UPDATE SET name = excluded.name, cosine_at = excluded.cosine_at",
        [name, fingerprint, dimension, json.dumps(sorted(cosine_at.items()))],
    )
    row = db.execute("SELECT id FROM engines WHERE fingerprint = ?", [fingerprint]).fetchone()
    remember(db, "engine", str(row[0]))


def current(db: sqlite_utils.Database) -> Engine | None:
    row = db.execute(f"SELECT id, name, fingerprint, dimension, cosine_at FROM engines WHERE id = {CURRENT}").fetchone()
    return None if row is None else Engine(*row)


def needed(db: sqlite_utils.Database) -> Engine:
    """The current engine. Raises LibraryError before the first scan."""
    engine = current(db)
    if engine is None:
        raise LibraryError("This library has no faces yet. Scan a photo folder first.")
    return engine


def vectors_changed(db: sqlite_utils.Database) -> None:
    # Not a counter: a backup put back and scanned on would come to the same number with other vectors.
    remember(db, "vectors", secrets.token_hex(8))


def state_of_vectors(db: sqlite_utils.Database) -> tuple[Engine, str]:
    """The current engine and what names the present state of its vectors, as of one moment."""
    row = db.execute(
        "SELECT id, name, fingerprint, dimension, cosine_at, (SELECT value FROM state WHERE key = 'vectors') "
        f"FROM engines WHERE id = {CURRENT}"
    ).fetchone()
    if row is None:
        needed(db)
    engine = Engine(*row[:5])
    return engine, f"{engine.fingerprint}:{row[5]}"
