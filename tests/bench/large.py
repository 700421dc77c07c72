"""Large libraries made of rows alone, written into the tables that the migrations make: no photo, no vector is read.

Photos lie over thirty years of family life, more in summer and more of late; one in twenty has no date.
"""

from __future__ import annotations

import datetime
import sqlite3
from pathlib import Path

import numpy as np

from app.library.library import Library
from app.library.thumbnails import Thumbnails
from tests.pictures import draw_people, encode

FIRST_YEAR, YEARS = 1995, 30
UNDATED = 0.05
LANDMARKS = np.zeros((5, 2), np.float32).tobytes()
ENGINE = "drawn"


def make(folder: Path, photos: int, *, people: int = 0, groups: int = 0, pictures: int = 0, seed: int = 0) -> None:
    """A library of so many photos. The first of them show one face each, of a person or of an unnamed group in turn:
    one of each person and two of each group. The newest `pictures` photos and as many faces have small pictures.
    """
    (folder / "photos").mkdir(parents=True)
    library = Library.open(folder)
    library.use_engine(name=ENGINE, fingerprint=ENGINE, dimension=128, cosine_at={1e-3: 0.3})
    root = library.add_root(folder / "photos")
    library.close()
    connection = sqlite3.connect(folder / "library.db", isolation_level=None)
    try:
        connection.execute("BEGIN")
        append(connection, root.id, 0, photos, seed)
        _faces(connection, people, groups)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        newest = connection.execute(
            "SELECT id FROM photos ORDER BY taken_at IS NULL, shown_at DESC LIMIT ?", [pictures]
        ).fetchall()
    finally:
        connection.close()
    drawn = [encode(draw_people(number, size=(320, 240), seed=number).pixels) for number in range(24)]
    thumbnails = Thumbnails(folder, writable=True)
    for start in range(0, pictures, 1000):
        thumbnails.put({number: drawn[number % len(drawn)] for (number,) in newest[start : start + 1000]}, {})
    thumbnails.put({}, {face: drawn[face % len(drawn)] for face in range(1, pictures + 1)})
    thumbnails.close()


def append(connection: sqlite3.Connection, root: int, first: int, count: int, seed: int = 0) -> None:
    """Adds the rows of so many photos, numbered from `first`."""
    rng = np.random.default_rng([seed, first])
    year = FIRST_YEAR + np.floor(YEARS * rng.power(2, count)).astype(int)
    day = np.clip(rng.normal(200, 90, count), 1, 365).astype(int)
    second = rng.integers(7 * 3600, 22 * 3600, count)
    undated = rng.uniform(size=count) < UNDATED
    begin = datetime.datetime(1970, 1, 1)

    def rows():  # type: ignore[no-untyped-def]
        for place in range(count):
            when = datetime.datetime(int(year[place]), 1, 1) + datetime.timedelta(
                int(day[place]) - 1, int(second[place])
            )
            name = f"{when.year}/IMG_{first + place:07}.jpg"
            shown = (when - begin).total_seconds()
            taken = None if undated[place] else when.isoformat()
            folder = b"%d/" % when.year
            yield (
                root,
                name.encode(),
                folder,
                name,
                3_000_000,
                int(shown * 1e9),
                shown,
                4000,
                3000,
                taken,
                name.encode(),
                1,
            )

    connection.executemany(
        "INSERT INTO photos (root_id, path, folder, display, size, mtime_ns, shown_at, width, height, taken_at,"
        " content_hash, scanned_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows(),
    )


def _faces(connection: sqlite3.Connection, people: int, groups: int) -> None:
    at = "2024-01-01T00:00:00+00:00"
    connection.executemany(
        "INSERT INTO people (name, created_at) VALUES (?, ?)", ((f"Person {number:06}", at) for number in range(people))
    )
    faces = people + 2 * groups
    connection.executemany(
        "INSERT INTO faces (photo_id, x, y, w, h, landmarks, score, quality, origin, grouped_by, person_id, strength)"
        " VALUES (?, .3, .2, .3, .4, ?, .9, .9, 'detector', 1, ?, ?)",
        (
            (face, LANDMARKS, face if face <= people else None, "confirmed" if face <= people else None)
            for face in range(1, faces + 1)
        ),
    )
    connection.executemany(
        "INSERT INTO decisions (face_id, kind, person_id, strength, origin, at)"
        " VALUES (?, 'person', ?, 'confirmed', 'user', ?)",
        ((person, person, at) for person in range(1, people + 1)),
    )
    connection.executemany("INSERT INTO clusters (engine_id) VALUES (?)", ((1,) for _ in range(groups)))
    connection.executemany(
        "INSERT INTO members (face_id, cluster_id) VALUES (?, ?)",
        ((people + 1 + place, 1 + place // 2) for place in range(2 * groups)),
    )
