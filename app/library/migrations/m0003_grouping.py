"""Groups made by hand are told by relations alone, and members of groups count as seen, so that new faces are few."""

import json
import sqlite3
import zlib

STATEMENTS = (
    "DROP VIEW grouped",
    "ALTER TABLE clusters DROP COLUMN by_user",
    """
CREATE VIEW grouped AS
    SELECT members.face_id, members.cluster_id
    FROM members JOIN clusters ON clusters.id = members.cluster_id
    WHERE clusters.named_as IS NULL AND clusters.replaced_by IS NULL""",
    "DROP TRIGGER face_joined_group",
    """
UPDATE faces SET grouped_by = (SELECT CAST(value AS INTEGER) FROM state WHERE key = 'grouped_by')
WHERE id IN (SELECT face_id FROM grouped)""",
)


def migrate(connection: sqlite3.Connection) -> None:
    for statement in STATEMENTS:
        connection.execute(statement)
    for number, blob in connection.execute("SELECT id, edit FROM history").fetchall():
        content = json.loads(zlib.decompress(blob))
        kept = []
        for table, key, before, after in content["changes"]:
            if table == "clusters":
                before, after = _without(before), _without(after)
                if not before and not after:
                    continue
            kept.append([table, key, before, after])
        if kept != content["changes"]:
            content["changes"] = kept
            edit = zlib.compress(json.dumps(content).encode())
            connection.execute("UPDATE history SET edit = ? WHERE id = ?", [edit, number])


def _without(row: dict[str, object] | None) -> dict[str, object] | None:
    return None if row is None else {name: value for name, value in row.items() if name != "by_user"}
