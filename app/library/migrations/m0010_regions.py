"""What photo files themselves say of who is in them, and which files beside a photo were read for that."""

import sqlite3

STATEMENTS = (
    # A face that a file names: 'read' until its name becomes a decision, 'told' from then on, also where it became none
    # since a person had decided otherwise, or where that decision was undone. What a file no longer says is 'withdrawn'
    # until its decision is taken back.
    """
CREATE TABLE regions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
    face_id INTEGER NOT NULL REFERENCES faces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    x REAL NOT NULL, y REAL NOT NULL, w REAL NOT NULL, h REAL NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('read', 'told', 'withdrawn')),
    decision_id INTEGER
)""",
    "CREATE INDEX regions_of_photo ON regions (photo_id)",
    "CREATE INDEX regions_of_face ON regions (face_id)",
    "CREATE INDEX regions_to_tell ON regions (id) WHERE state != 'told'",
    # What told of the files beside the photo when its names were read; null: they were not.
    "ALTER TABLE photos ADD COLUMN sidecars TEXT",
)


def migrate(connection: sqlite3.Connection) -> None:
    for statement in STATEMENTS:
        connection.execute(statement)
