"""The folders that hold photos are found without looking at every photo."""

import os
import sqlite3

STATEMENT = f"""
CREATE INDEX photos_by_folder ON photos (root_id, CAST(rtrim(path, replace(path, '{os.sep}', '')) AS BLOB))
    WHERE missing_since IS NULL"""


def migrate(connection: sqlite3.Connection) -> None:
    connection.execute(STATEMENT)
