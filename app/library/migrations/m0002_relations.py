"""What is said of more than one face: who are one person and who are not, photos with repeats, dates of birth."""

from __future__ import annotations

import json
import sqlite3
import zlib
from datetime import UTC, datetime
from typing import Any

STATEMENTS = (
    "ALTER TABLE people ADD COLUMN born_on TEXT",  # an ISO date; null: unknown
    "CREATE INDEX people_merged ON people (merged_into) WHERE merged_into IS NOT NULL",
    """
CREATE TABLE relations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('same', 'different')),
    strength TEXT NOT NULL CHECK (strength IN ('confirmed', 'by group')),
    origin TEXT NOT NULL CHECK (origin IN ('user', 'file', 'command line')),
    at TEXT NOT NULL
)""",
    # Whoever is on side 0 of a 'different' relation is somebody else than those on side 1; 'same' has side 0 alone.
    """
CREATE TABLE sides (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    relation_id INTEGER NOT NULL REFERENCES relations (id) DEFERRABLE INITIALLY DEFERRED,
    side INTEGER NOT NULL CHECK (side IN (0, 1)),
    face_id INTEGER REFERENCES faces (id) DEFERRABLE INITIALLY DEFERRED,
    person_id INTEGER REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED,
    CHECK ((face_id IS NULL) != (person_id IS NULL))
)""",
    "CREATE INDEX sides_of_relation ON sides (relation_id)",
    "CREATE INDEX sides_with_face ON sides (face_id) WHERE face_id IS NOT NULL",
    "CREATE INDEX sides_with_person ON sides (person_id) WHERE person_id IS NOT NULL",
    # One person may appear twice in this photo, or not; photos.repeats_allowed is derived from the last row.
    """
CREATE TABLE photo_decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    photo_id INTEGER NOT NULL REFERENCES photos (id) DEFERRABLE INITIALLY DEFERRED,
    repeats INTEGER NOT NULL CHECK (repeats IN (0, 1)),
    origin TEXT NOT NULL CHECK (origin IN ('user', 'file', 'command line')),
    at TEXT NOT NULL
)""",
    "CREATE INDEX decisions_on_photo ON photo_decisions (photo_id)",
    # Each person, and whom they stand for after all merges.
    """
CREATE VIEW stands_for AS
    WITH RECURSIVE stands (id, person_id) AS (
        SELECT id, id FROM people WHERE merged_into IS NULL
        UNION ALL
        SELECT people.id, stands.person_id FROM stands JOIN people ON people.merged_into = stands.id
    )
    SELECT id, person_id FROM stands""",
)

Change = list[Any]  # [table, key, before, after], as the history keeps it


def migrate(connection: sqlite3.Connection) -> None:
    for statement in STATEMENTS:
        connection.execute(statement)
    _say_same_of_split_groups(connection)


def _say_same_of_split_groups(connection: sqlite3.Connection) -> None:
    """Faces that were split off together are one person, and undoing the split takes that back as well."""
    told: dict[int, list[Change]] = {}
    for (group,) in connection.execute("SELECT id FROM clusters WHERE by_user = 1 ORDER BY id").fetchall():
        rows = connection.execute(
            "SELECT face_id FROM members JOIN faces ON faces.id = face_id WHERE cluster_id = ? ORDER BY face_id",
            [group],
        )
        told[group] = _say_same(connection, [face for (face,) in rows])
    for number, blob, undone in connection.execute("SELECT id, edit, undone FROM history").fetchall():
        content = json.loads(zlib.decompress(blob))
        more: list[Change] = []
        for table, group, before, after in content["changes"]:
            if table != "clusters" or before is not None or not after["by_user"]:
                continue
            if undone:
                taken_back = _say_same(connection, _moved_to(group, content["changes"]))
                # It is in the history only; ids are never given twice.
                for kept_in, key, _, _ in reversed(taken_back):
                    connection.execute(f"DELETE FROM {kept_in} WHERE id = ?", [key])
                more += taken_back
            else:
                more += told.get(group, [])
        if more:
            content["changes"] += more
            edit = zlib.compress(json.dumps(content).encode())
            connection.execute("UPDATE history SET edit = ? WHERE id = ?", [edit, number])


def _moved_to(group: int, changes: list[Change]) -> list[int]:
    return sorted(face for table, face, _, after in changes if table == "members" and after == {"cluster_id": group})


def _say_same(connection: sqlite3.Connection, faces: list[int]) -> list[Change]:
    """Adds the relation, if there are faces enough for one, and gives the changes that did."""
    if len(faces) < 2:
        return []
    at = datetime.now(UTC).isoformat(timespec="seconds")
    relation = {"kind": "same", "strength": "confirmed", "origin": "user", "at": at}
    number = _insert(connection, "relations", relation)
    changes: list[Change] = [["relations", number, None, relation]]
    for face in faces:
        side = {"relation_id": number, "side": 0, "face_id": face, "person_id": None}
        changes.append(["sides", _insert(connection, "sides", side), None, side])
    return changes


def _insert(connection: sqlite3.Connection, table: str, row: dict[str, Any]) -> int:
    places = ", ".join("?" * len(row))
    cursor = connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", list(row.values()))
    return int(cursor.lastrowid or 0)
