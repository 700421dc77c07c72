"""Faces of a folder that comes back are looked at again, and confirmed faces of people are found without others."""

import sqlite3

STATEMENTS = (
    """
CREATE TRIGGER folder_came_back AFTER UPDATE OF forgotten ON roots WHEN old.forgotten AND NOT new.forgotten BEGIN
    UPDATE faces SET grouped_by = NULL WHERE photo_id IN (SELECT id FROM photos WHERE root_id = new.id);
END""",
    "DROP INDEX faces_of_person",
    "CREATE INDEX faces_of_person ON faces (person_id, strength) WHERE person_id IS NOT NULL",
)


def migrate(connection: sqlite3.Connection) -> None:
    for statement in STATEMENTS:
        connection.execute(statement)
