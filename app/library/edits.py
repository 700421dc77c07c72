"""Edits: what a person did, as the rows it changed.

An edit names for each row what it was and what it becomes, so its inverse is the same list with the two swapped, and
undoing after something else has changed the row is noticed rather than overwritten. The machine's rows (groups and
automatic faces) may have moved in between; for them the edit simply wins.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlite_utils

from app.errors import AppError
from app.library import decisions, roots

Row = Mapping[str, object]

# Table to primary key. Only these can be part of an edit.
KEYS = {
    "people": "id",
    "decisions": "id",
    "relations": "id",
    "sides": "id",
    "photo_decisions": "id",
    "roots": "id",
    "clusters": "id",
    "members": "face_id",
    "automatic": "face_id",
}
# Their rows are about a face or a person.
SAYING = {"decisions", "sides"}
OF_THE_MACHINE = {"clusters", "members", "automatic"}
# New rows come after what they refer to; rows go in the opposite order.
TABLES = ("roots", "people", "clusters", "members", "automatic", "decisions", "relations", "sides", "photo_decisions")
ORDER = {table: place for place, table in enumerate(TABLES)}
FORMAT = 1


class ConflictError(AppError):
    """The library has moved on so far that this edit no longer fits."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """Row `key` of `table` was `before` and becomes `after`; None where there is no row.

    Both hold the whole row where it appears or goes, else only the columns that differ.
    """

    table: str
    key: int
    before: Row | None
    after: Row | None


@dataclass(frozen=True, slots=True)
class Touched:
    """What an applied edit concerned: for repainting, and for what `Library` verbs return."""

    faces: frozenset[int]
    people: frozenset[int]
    photos: frozenset[int]
    everything: bool


@dataclass(frozen=True, slots=True)
class Edit:
    label: str
    changes: tuple[RowChange, ...]

    def apply(self, db: sqlite_utils.Database) -> Edit:
        """Makes the changes and derives what depends on them. Gives the edit with the guesses that this refuted.

        Raises ConflictError, with nothing changed by this edit once the caller's transaction is rolled back.
        """
        gone = self._faces_gone(db)
        for change in sorted(self.changes, key=_when):
            if _face_of(change) not in gone:
                _change_row(db, change)
        roots.settle(db)
        refuted = decisions.derive(db, self._faces_to_derive(db) - gone)
        return self._with_refuted(refuted)

    def reversed(self) -> Edit:
        return Edit(self.label, tuple(RowChange(c.table, c.key, c.after, c.before) for c in self.changes))

    def _with_refuted(self, guesses: Iterable[tuple[int, int, float]]) -> Edit:
        changes = {(change.table, change.key): change for change in self.changes}
        for face, person, similarity in guesses:
            guess = {"person_id": person, "similarity": similarity}
            given = changes.get(("automatic", face))
            changes["automatic", face] = RowChange("automatic", face, given.before if given else guess, None)
        return Edit(self.label, tuple(changes.values()))

    def _faces_gone(self, db: sqlite_utils.Database) -> set[int]:
        """Faces that a later scan did not find any more; nothing is left to say about them."""
        faces = {face for change in self.changes if (face := _face_of(change)) is not None}
        rows = db.execute("SELECT id FROM faces WHERE id IN (SELECT value FROM json_each(?))", [decisions.ids(faces)])
        return faces - {face for (face,) in rows}

    def _faces_to_derive(self, db: sqlite_utils.Database) -> set[int]:
        faces = {face for change in self.changes if change.table in SAYING and (face := _face_of(change)) is not None}
        merged = [change.key for change in self.changes if change.table == "people" and "merged_into" in _row(change)]
        in_photos = decisions.derive_repeats(db, self.touched().photos)
        return faces | in_photos | decisions.faces_that_mention(db, merged)

    def touched(self) -> Touched:
        rows = [(change.table, change.key, _row(change)) for change in self.changes]
        faces = {face for change in self.changes if (face := _face_of(change)) is not None}
        people = {key for table, key, _ in rows if table == "people"}
        people |= {_integer(row["person_id"]) for table, _, row in rows if table in SAYING and row["person_id"]}
        photos = {_integer(row["photo_id"]) for table, _, row in rows if table == "photo_decisions"}
        roots = any(table == "roots" for table, _, _ in rows)
        return Touched(frozenset(faces), frozenset(people), frozenset(photos), roots)

    def to_blob(self) -> bytes:
        changes = [[c.table, c.key, c.before, c.after] for c in self.changes]
        return zlib.compress(json.dumps({"format": FORMAT, "changes": changes}).encode())

    @classmethod
    def from_blob(cls, label: str, blob: bytes) -> Edit:
        content = json.loads(zlib.decompress(blob))
        return cls(label, tuple(RowChange(*change) for change in content["changes"]))


def _integer(value: object) -> int:
    assert isinstance(value, int)
    return value


def _face_of(change: RowChange) -> int | None:
    if change.table in {"members", "automatic"}:
        return change.key
    face = _row(change)["face_id"] if change.table in SAYING else None
    return None if face is None else _integer(face)


def _row(change: RowChange) -> Row:
    return change.after or change.before or {}


def _when(change: RowChange) -> tuple[int, int]:
    place = ORDER[change.table]
    return (0, -place) if change.after is None else (1, place)


def _change_row(db: sqlite_utils.Database, change: RowChange) -> None:
    key = KEYS[change.table]
    if change.table not in OF_THE_MACHINE and _is_so_already(db, change):
        return
    if change.after is None:
        if change.table == "clusters":
            # What growing has added since goes back to where the machine finds it.
            db.execute("DELETE FROM members WHERE cluster_id = ?", [change.key])
        db.execute(f"DELETE FROM {change.table} WHERE {key} = ?", [change.key])
    elif change.before is None or change.table in {"members", "automatic"}:
        row = {key: change.key, **change.after}
        verb = "INSERT OR REPLACE" if change.table in OF_THE_MACHINE else "INSERT"
        places = ", ".join("?" * len(row))
        db.execute(f"{verb} INTO {change.table} ({', '.join(row)}) VALUES ({places})", list(row.values()))
    else:
        names = ", ".join(f"{name} = ?" for name in change.after)
        db.execute(f"UPDATE {change.table} SET {names} WHERE {key} = ?", [*change.after.values(), change.key])


def _is_so_already(db: sqlite_utils.Database, change: RowChange) -> bool:
    """Whether somebody has made this change before us. Raises ConflictError where the row is neither old nor new."""
    key = KEYS[change.table]
    columns = list(change.before or change.after or {})
    row = db.execute(f"SELECT {', '.join(columns)} FROM {change.table} WHERE {key} = ?", [change.key]).fetchone()
    before, after = (None if side is None else tuple(side.values()) for side in (change.before, change.after))
    if row == after:
        return True
    if row != before:
        raise ConflictError("Later changes build on this step, so it cannot be reversed.")
    return False


def insert(table: str, key: int, row: Row) -> RowChange:
    return RowChange(table, key, None, row)


def update(db: sqlite_utils.Database, table: str, key: int, columns: Row) -> RowChange:
    """The change that gives an existing row these values."""
    names = list(columns)
    current = db.execute(f"SELECT {', '.join(names)} FROM {table} WHERE {KEYS[table]} = ?", [key]).fetchone()
    return RowChange(table, key, dict(zip(names, current, strict=True)), columns)


def move_to_cluster(db: sqlite_utils.Database, faces: Iterable[int], cluster: int | None) -> list[RowChange]:
    """The changes that put faces into a cluster, or into none."""
    changes = []
    for face in faces:
        row = db.execute("SELECT cluster_id FROM members WHERE face_id = ?", [face]).fetchone()
        before = None if row is None else {"cluster_id": row[0]}
        after = None if cluster is None else {"cluster_id": cluster}
        if before != after:
            changes.append(RowChange("members", face, before, after))
    return changes


def drop_automatic(db: sqlite_utils.Database, faces: Iterable[int]) -> list[RowChange]:
    """The changes that take the machine's guess off these faces."""
    rows = db.execute(
        "SELECT face_id, person_id, similarity FROM automatic WHERE face_id IN (SELECT value FROM json_each(?))",
        [decisions.ids(faces)],
    )
    return [
        RowChange("automatic", face, {"person_id": person, "similarity": similarity}, None)
        for face, person, similarity in rows
    ]


def set_automatic(db: sqlite_utils.Database, guesses: Mapping[int, tuple[int, float]]) -> list[RowChange]:
    """The changes that give faces to people by the machine's guess: (person, similarity)."""
    before = {change.key: change.before for change in drop_automatic(db, guesses)}
    return [
        RowChange("automatic", face, before.get(face), {"person_id": person, "similarity": similarity})
        for face, (person, similarity) in guesses.items()
    ]


class NewIds:
    """Ids for the rows that an edit will insert. AUTOINCREMENT never gives an id twice, and neither does this."""

    def __init__(self, db: sqlite_utils.Database) -> None:
        self._last = dict(db.execute("SELECT name, seq FROM sqlite_sequence").fetchall())

    def take(self, table: str) -> int:
        self._last[table] = self._last.get(table, 0) + 1
        return int(self._last[table])
