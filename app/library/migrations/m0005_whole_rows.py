"""Rows of people in the history of a library of the first format are whole, and a side is read without its other."""

import json
import sqlite3
import zlib


def migrate(connection: sqlite3.Connection) -> None:
    connection.execute("DROP INDEX sides_of_relation")
    connection.execute("CREATE INDEX sides_of_relation ON sides (relation_id, side, face_id, person_id)")
    for number, blob in connection.execute("SELECT id, edit FROM history").fetchall():
        content = json.loads(zlib.decompress(blob))
        # A row comes or goes; a row that stays is told by the columns that differ.
        lacking = [
            row
            for table, _, *sides in content["changes"]
            if table == "people" and None in sides
            for row in sides
            if row is not None and "born_on" not in row
        ]
        if lacking:
            for row in lacking:
                row["born_on"] = None
            edit = zlib.compress(json.dumps(content).encode())
            connection.execute("UPDATE history SET edit = ? WHERE id = ?", [edit, number])
