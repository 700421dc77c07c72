"""The first shape of a library: photos, faces, people, decisions apart from guesses, and the undo history."""

import sqlite3

STATEMENTS = """
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE roots (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path BLOB NOT NULL UNIQUE,                 -- os.fsencode: a name need not be text
    added_at TEXT NOT NULL,
    forgotten INTEGER NOT NULL DEFAULT 0       -- its photos are hidden, nothing is deleted
);

CREATE TABLE engines (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    cosine_at TEXT NOT NULL                    -- JSON: [[false match rate, cosine], ...]
);

CREATE TABLE photos (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    root_id INTEGER NOT NULL REFERENCES roots (id),
    path BLOB NOT NULL,                        -- relative to the root, os.fsencode
    display TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    shown_at REAL NOT NULL,                    -- sorting: date taken, else modified; seconds of wall-clock time
    width INTEGER NOT NULL DEFAULT 0,
    height INTEGER NOT NULL DEFAULT 0,
    taken_at TEXT,
    camera TEXT,
    latitude REAL,
    longitude REAL,
    content_hash BLOB,
    scanned_by INTEGER REFERENCES engines (id),
    problem TEXT,
    missing_since TEXT,
    repeats_allowed INTEGER NOT NULL DEFAULT 0, -- collages and mirrors: one person may appear twice
    UNIQUE (root_id, path)
);
CREATE INDEX photos_by_time ON photos (shown_at DESC, id DESC);
CREATE INDEX photos_by_content ON photos (content_hash);
CREATE INDEX photos_with_problem ON photos (id) WHERE problem IS NOT NULL;

CREATE TABLE faces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    photo_id INTEGER NOT NULL REFERENCES photos (id),
    x REAL NOT NULL, y REAL NOT NULL, w REAL NOT NULL, h REAL NOT NULL,
    landmarks BLOB NOT NULL,                   -- float32 [5, 2], relative to the upright photo
    score REAL NOT NULL,
    quality REAL NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('detector', 'user', 'file')),
    grouped_by INTEGER,                        -- the engine whose vector grouping has seen; null: look again
    found INTEGER NOT NULL DEFAULT 1,          -- 0: the picture was replaced; kept for its decisions
    kind TEXT NOT NULL DEFAULT 'face' CHECK (kind IN ('face', 'not a face', 'ignored')),
    person_id INTEGER,                         -- kind, person_id and strength are derived from decisions
    strength TEXT CHECK (strength IN ('confirmed', 'by group'))
);
CREATE INDEX faces_of_photo ON faces (photo_id);
CREATE INDEX faces_to_group ON faces (id) WHERE grouped_by IS NULL;
CREATE INDEX faces_of_person ON faces (person_id) WHERE person_id IS NOT NULL;

CREATE TABLE embeddings (
    face_id INTEGER NOT NULL REFERENCES faces (id) ON DELETE CASCADE,
    engine_id INTEGER NOT NULL REFERENCES engines (id),
    vector BLOB NOT NULL,                      -- float32, unit length
    PRIMARY KEY (face_id, engine_id)
) WITHOUT ROWID;

CREATE TABLE people (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    cover_face_id INTEGER,
    hidden INTEGER NOT NULL DEFAULT 0,
    favourite INTEGER NOT NULL DEFAULT 0,
    merged_into INTEGER REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED,
    created_at TEXT NOT NULL
);
CREATE INDEX people_by_name ON people (name);

CREATE TABLE decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    face_id INTEGER NOT NULL REFERENCES faces (id),
    kind TEXT NOT NULL CHECK (kind IN ('person', 'not person', 'face', 'not a face', 'ignored')),
    person_id INTEGER REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED,
    strength TEXT NOT NULL CHECK (strength IN ('confirmed', 'by group')),
    origin TEXT NOT NULL CHECK (origin IN ('user', 'file', 'command line')),
    at TEXT NOT NULL
);
CREATE INDEX decisions_of_face ON decisions (face_id);
CREATE INDEX decisions_on_person ON decisions (person_id) WHERE person_id IS NOT NULL;

CREATE TABLE clusters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    engine_id INTEGER REFERENCES engines (id),
    by_user INTEGER NOT NULL DEFAULT 0,        -- split off by hand: the machine adds to it but never takes it apart
    named_as INTEGER,                          -- ended: its faces went to this person
    replaced_by INTEGER                        -- ended: a re-group put most of it there
);
CREATE TABLE members (
    face_id INTEGER PRIMARY KEY REFERENCES faces (id) ON DELETE CASCADE,
    cluster_id INTEGER NOT NULL
);
CREATE INDEX members_of_cluster ON members (cluster_id);

CREATE TABLE automatic (
    face_id INTEGER PRIMARY KEY REFERENCES faces (id) ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    similarity REAL NOT NULL
);
CREATE INDEX automatic_of_person ON automatic (person_id);

CREATE TABLE history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    label TEXT NOT NULL,
    edit BLOB NOT NULL,                        -- zlib of JSON, see app/library/edits.py
    undone INTEGER NOT NULL DEFAULT 0
);

CREATE VIEW present AS
    SELECT photos.*, roots.path AS root_path
    FROM photos JOIN roots ON roots.id = photos.root_id
    WHERE photos.missing_since IS NULL AND roots.forgotten = 0;

CREATE VIEW shown AS
    SELECT faces.* FROM faces JOIN present ON present.id = faces.photo_id WHERE faces.found = 1;

-- The unnamed group of a face, as long as the group stands.
CREATE VIEW grouped AS
    SELECT members.face_id, members.cluster_id, clusters.by_user
    FROM members JOIN clusters ON clusters.id = members.cluster_id
    WHERE clusters.named_as IS NULL AND clusters.replaced_by IS NULL;

-- Whatever sets a face free, or changes what it looks like, makes it a face for the next grouping.
CREATE TRIGGER face_left_group AFTER DELETE ON members BEGIN
    UPDATE faces SET grouped_by = NULL WHERE id = old.face_id;
END;
CREATE TRIGGER face_joined_group AFTER INSERT ON members BEGIN
    UPDATE faces SET grouped_by = NULL WHERE id = new.face_id;
END;
CREATE TRIGGER face_left_person AFTER DELETE ON automatic BEGIN
    UPDATE faces SET grouped_by = NULL WHERE id = old.face_id;
END;
CREATE TRIGGER face_decided AFTER UPDATE OF kind, person_id ON faces BEGIN
    UPDATE faces SET grouped_by = NULL WHERE id = new.id;
END;
CREATE TRIGGER face_described AFTER INSERT ON embeddings BEGIN
    UPDATE faces SET grouped_by = NULL WHERE id = new.face_id;
END;

CREATE VIEW undecided AS
    SELECT shown.* FROM shown
    WHERE shown.kind = 'face' AND shown.person_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM automatic WHERE automatic.face_id = shown.id);
"""


def migrate(connection: sqlite3.Connection) -> None:
    statement = ""
    for line in STATEMENTS.splitlines(keepends=True):
        statement += line
        # Not executescript: it commits, and a step must be all or nothing.
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
