"""How strictly groups were made is part of the step that made them, so that undo takes it back."""

import sqlite3


def migrate(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE groupings (id INTEGER PRIMARY KEY AUTOINCREMENT, strictness TEXT NOT NULL)")
    connection.execute("INSERT INTO groupings (strictness) SELECT value FROM state WHERE key = 'grouping strictness'")
    connection.execute("DELETE FROM state WHERE key IN ('grouping strictness', 'grouping lead')")
