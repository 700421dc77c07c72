"""Photos keep who told when they were taken; of those read before it was EXIF."""

import sqlite3

STATEMENTS = (
    # "exif", "xmp" or "name" (of the file, which may have been saved long after the picture was taken).
    "ALTER TABLE photos ADD COLUMN date_source TEXT",
    "UPDATE photos SET date_source = 'exif' WHERE taken_at IS NOT NULL",
)


def migrate(connection: sqlite3.Connection) -> None:
    for statement in STATEMENTS:
        connection.execute(statement)
