"""Files of the same content are one photo: the rows of all but one of them are files only."""

import sqlite3

STATEMENTS = (
    # The photo that this file shows as well; null: this row is the photo itself, with its faces.
    "ALTER TABLE photos ADD COLUMN copy_of INTEGER REFERENCES photos (id)",
    "CREATE INDEX photos_copied ON photos (copy_of) WHERE copy_of IS NOT NULL",
    # Taken out of the library since its file is gone; what was said of it stays, should the file come back.
    "ALTER TABLE photos ADD COLUMN removed INTEGER NOT NULL DEFAULT 0",
    # What names the volume the folder was on when it was last scanned; null: nobody told.
    "ALTER TABLE roots ADD COLUMN volume TEXT",
    "DROP VIEW present",
    """
CREATE VIEW present AS
    SELECT photos.*, roots.path AS root_path
    FROM photos JOIN roots ON roots.id = photos.root_id
    WHERE photos.missing_since IS NULL AND photos.copy_of IS NULL AND roots.forgotten = 0""",
)
# So much of both boxes, intersection over union, makes them one face of one picture.
SAME_FACE_OVERLAP = 0.5
# Of the photos of one content, the one to stay: that can be seen, and of which most was said.
SAME_CONTENT = """
SELECT content_hash, photos.id FROM photos JOIN roots ON roots.id = root_id
WHERE problem IS NULL AND content_hash IN (
    SELECT content_hash FROM photos WHERE problem IS NULL AND content_hash IS NOT NULL
    GROUP BY content_hash HAVING count(*) > 1)
ORDER BY content_hash, missing_since IS NOT NULL OR forgotten,
    (SELECT count(*) FROM faces WHERE photo_id = photos.id AND person_id IS NOT NULL) DESC, photos.id"""
SAID = """(origin != 'detector' OR EXISTS (SELECT 1 FROM decisions WHERE face_id = faces.id)
    OR EXISTS (SELECT 1 FROM sides WHERE face_id = faces.id)
    OR EXISTS (SELECT 1 FROM people WHERE cover_face_id = faces.id))"""


def migrate(connection: sqlite3.Connection) -> None:
    for statement in STATEMENTS:
        connection.execute(statement)
    photo, before = 0, None
    for content, number in connection.execute(SAME_CONTENT).fetchall():
        if content != before:
            photo, before = number, content
        else:
            _join(connection, photo, number)
    # An index that was saved holds faces that are gone.
    connection.execute("UPDATE state SET value = lower(hex(randomblob(8))) WHERE key = 'vectors'")


def _join(connection: sqlite3.Connection, photo: int, copy: int) -> None:
    """Faces of which somebody said something take the place of those of the photo of which nobody did; where there is
    none they are kept aside. All others of the copy are those of the photo once more."""
    boxes = f"SELECT id, x, y, w, h FROM faces WHERE photo_id = ? AND found = 1 AND {{}} {SAID} ORDER BY id"
    unsaid = connection.execute(boxes.format("NOT"), [photo]).fetchall()
    for face, *box in connection.execute(boxes.format(""), [copy]).fetchall():
        same = next((one for one in unsaid if _overlap(box, one[1:]) >= SAME_FACE_OVERLAP), None)
        if same is not None:
            unsaid.remove(same)
            _delete(connection, same[0])
            connection.execute("UPDATE faces SET photo_id = ?, grouped_by = NULL WHERE id = ?", [photo, face])
            connection.execute("UPDATE regions SET photo_id = ? WHERE face_id = ?", [photo, face])
    connection.execute("UPDATE faces SET found = 0 WHERE photo_id = ?", [copy])
    for (face,) in connection.execute(f"SELECT id FROM faces WHERE photo_id = ? AND NOT {SAID}", [copy]).fetchall():
        _delete(connection, face)
    connection.execute("UPDATE photos SET copy_of = ? WHERE id = ?", [photo, copy])
    collage = "SELECT repeats_allowed FROM photos WHERE id = ?"
    if connection.execute(collage, [copy]).fetchone() > connection.execute(collage, [photo]).fetchone():
        connection.execute(
            "INSERT INTO photo_decisions (photo_id, repeats, origin, at) "
            "SELECT ?, repeats, origin, at FROM photo_decisions WHERE photo_id = ? ORDER BY id DESC LIMIT 1",
            [photo, copy],
        )
        connection.execute("UPDATE photos SET repeats_allowed = 1 WHERE id = ?", [photo])


def _delete(connection: sqlite3.Connection, face: int) -> None:
    # While a file is brought up to date nothing goes along by itself.
    for table in ("embeddings", "members", "automatic", "regions"):
        connection.execute(f"DELETE FROM {table} WHERE face_id = ?", [face])
    connection.execute("DELETE FROM faces WHERE id = ?", [face])


def _overlap(one: list[float], other: tuple[float, ...]) -> float:
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return 0.0
    return across * down / (one[2] * one[3] + other[2] * other[3] - across * down)
