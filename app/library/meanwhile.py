"""What happened to faces since a moment, so that what was planned then leaves them alone.

It is known to the library-writer's connection alone, and as long as that is open.
"""

from __future__ import annotations

import sqlite_utils

# A row for each face that was decided about, described, grouped or guessed anew, or set free, and for each person who
# lost a decided face. The latest time counts, and the numbers rise.
STATEMENTS = (
    """
CREATE TEMP TABLE meanwhile (
    number INTEGER PRIMARY KEY,
    face_id INTEGER UNIQUE,
    person_id INTEGER UNIQUE
)""",
    """
CREATE TEMP TRIGGER face_to_look_at AFTER UPDATE OF grouped_by ON faces WHEN new.grouped_by IS NULL BEGIN
    INSERT OR REPLACE INTO meanwhile (face_id) VALUES (new.id);
END""",
    """
CREATE TEMP TRIGGER face_grouped AFTER INSERT ON members BEGIN
    INSERT OR REPLACE INTO meanwhile (face_id) VALUES (new.face_id);
END""",
    """
CREATE TEMP TRIGGER face_guessed AFTER INSERT ON automatic BEGIN
    INSERT OR REPLACE INTO meanwhile (face_id) VALUES (new.face_id);
END""",
    """
CREATE TEMP TRIGGER person_lost_face AFTER UPDATE OF person_id ON faces
WHEN old.person_id IS NOT NULL AND old.person_id IS NOT new.person_id BEGIN
    INSERT OR REPLACE INTO meanwhile (person_id) VALUES (old.person_id);
END""",
)

# Since the moment that is their one parameter.
FACES = "(SELECT face_id FROM meanwhile WHERE number > ? AND face_id IS NOT NULL)"
PEOPLE = "(SELECT person_id FROM meanwhile WHERE number > ? AND person_id IS NOT NULL)"


def watch(db: sqlite_utils.Database) -> None:
    """From here on what happens is noted."""
    for statement in STATEMENTS:
        db.execute(statement)


def now(db: sqlite_utils.Database) -> int:
    """This moment."""
    return int(db.execute("SELECT coalesce(max(number), 0) FROM meanwhile").fetchone()[0])
