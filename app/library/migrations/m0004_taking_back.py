"""A step of the history may take an earlier one back; what is undone is found without reading every edit."""

import sqlite3


def migrate(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE history ADD COLUMN takes_back INTEGER")  # the id of that step
    connection.execute("CREATE INDEX history_undone ON history (undone)")
    connection.execute("CREATE INDEX history_taking_back ON history (takes_back, undone) WHERE takes_back IS NOT NULL")
