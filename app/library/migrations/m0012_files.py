"""Which files say what is kept of a photo's names, and the folder of each file as its bytes are."""

import os
import sqlite3

STATEMENTS = (
    # The files, rows of `photos`, that say what a region does; none where they are gone.
    """
CREATE TABLE region_files (
    region_id INTEGER NOT NULL REFERENCES regions (id) ON DELETE CASCADE,
    file_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
    PRIMARY KEY (region_id, file_id)
) WITHOUT ROWID""",
    "CREATE INDEX regions_of_file ON region_files (file_id)",
    # Nobody noted whether it was a copy that said it: each stands for it until it is asked again.
    "INSERT INTO region_files SELECT regions.id, files.id FROM regions JOIN photos AS files "
    "ON coalesce(files.copy_of, files.id) = regions.photo_id",
    "UPDATE photos SET sidecars = NULL WHERE copy_of IS NOT NULL",
    "DROP INDEX photos_by_folder",
    # The path up to its last separator, with that. In names that are no UTF-8 SQLite itself sees other characters.
    "ALTER TABLE photos ADD COLUMN folder BLOB NOT NULL DEFAULT x''",
    "UPDATE photos SET folder = folder_of(path) WHERE folder_of(path) != x''",
    "CREATE INDEX photos_by_folder ON photos (root_id, folder) WHERE missing_since IS NULL",
)


def migrate(connection: sqlite3.Connection) -> None:
    separator = os.fsencode(os.sep)
    connection.create_function("folder_of", 1, lambda path: path[: path.rfind(separator) + 1], deterministic=True)
    for statement in STATEMENTS:
        connection.execute(statement)
