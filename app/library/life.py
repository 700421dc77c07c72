"""What the photos of a person or an unnamed group tell of them: how they look, through the years, and with whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlite_utils

from app.library import clusters, faces, people
from app.library.ages import AGE_SHOWS
from app.library.records import FaceId, PersonId, PhotoId, Side

# (face_id, photo_id, worth) of whom `:number` stands for: each is found by an index.
PERSON = people.FACES_OF.format(which="= :number")
GROUP = """
    SELECT undecided.id AS face_id, photo_id, quality AS worth FROM members
    CROSS JOIN undecided ON undecided.id = members.face_id WHERE cluster_id = :number"""


@dataclass(frozen=True, slots=True)
class Moment:
    """How somebody looked at a time."""

    face: FaceId
    photo: PhotoId
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Life:
    """When the first and the last photo was taken, how many photos do not say when, and the best face of each month.
    A date by a name, or of the last change, says nothing here: the photo may be older.

    Of a person the faces are those that somebody named: none that the machine guessed.
    """

    first: date | None
    last: date | None
    undated: int
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Companion:
    """Somebody who is in so many of the photos. `cover` is the chosen face, or the best one in those photos."""

    id: PersonId
    name: str
    cover: FaceId
    photos: int


def life(db: sqlite_utils.Database, side: Side) -> Life:
    own, values = _own(db, side)
    first, last, undated = db.execute(
        "SELECT min(day), max(day), count(*) - count(day) FROM "
        f"(SELECT CASE WHEN {AGE_SHOWS} THEN date(taken_at) END AS day FROM photos "
        f"WHERE id IN (SELECT photo_id FROM ({own})))",
        values,
    ).fetchone()
    # Beside a max() SQLite gives the other columns of the row that has it.
    rows = db.execute(
        "SELECT faces.id, photo_id, taken_at, max(quality) FROM faces JOIN photos ON photos.id = photo_id "
        f"WHERE faces.id IN (SELECT face_id FROM ({own})) AND {AGE_SHOWS} "
        + ("AND person_id IS NOT NULL " if side.person is not None else "")
        + "GROUP BY substr(taken_at, 1, 7) ORDER BY taken_at",
        values,
    )
    return Life(
        None if first is None else date.fromisoformat(first),
        None if last is None else date.fromisoformat(last),
        undated,
        tuple(Moment(FaceId(face), PhotoId(photo), datetime.fromisoformat(at)) for face, photo, at, _ in rows),
    )


def together(db: sqlite_utils.Database, side: Side, limit: int) -> list[Companion]:
    """The people who are most often in the same photos, decided or guessed; nobody who is hidden."""
    own, values = _own(db, side)
    rows = db.execute(
        f"""
        WITH mine AS MATERIALIZED (SELECT DISTINCT photo_id AS photo FROM ({own})),
        beside AS (
            SELECT photo, coalesce(faces.person_id, automatic.person_id) AS person, faces.id AS face,
                   quality + (faces.person_id IS NOT NULL) AS worth
            FROM mine CROSS JOIN faces ON faces.photo_id = photo
            LEFT JOIN automatic ON automatic.face_id = faces.id
            WHERE found = 1 AND kind = 'face')
        SELECT person, name, cover_face_id, count(DISTINCT photo) AS photos, face, max(worth)
        FROM beside JOIN people ON people.id = person WHERE NOT hidden AND person IS NOT :person
        GROUP BY person ORDER BY photos DESC, person LIMIT :limit
        """,
        {**values, "person": values["number"] if side.person is not None else None, "limit": limit},
    ).fetchall()
    # A cover may have been taken off its person since it was chosen.
    chosen = {one.id: one.person or one.automatic for one in faces.by_ids(db, [row[2] for row in rows if row[2]])}
    return [
        Companion(PersonId(person), name, FaceId(cover if chosen.get(cover) == person else best), photos)
        for person, name, cover, photos, best, _ in rows
    ]


def best_faces(db: sqlite_utils.Database, side: Side, limit: int) -> list[FaceId]:
    """Those that show best who it is, a photo each, the best first."""
    if side.faces:
        return list(side.faces[:limit])
    own, values = _own(db, side)
    rows = db.execute(
        f"SELECT face_id, max(worth) AS best FROM ({own}) GROUP BY photo_id ORDER BY best DESC, face_id LIMIT :limit",
        {**values, "limit": limit},
    )
    return [FaceId(face) for face, _ in rows]


def _own(db: sqlite_utils.Database, side: Side) -> tuple[str, dict[str, object]]:
    """The faces of a person or a group, in photos that are present."""
    if side.person is not None:
        return PERSON, {"number": people.resolve(db, side.person)}
    if side.cluster is not None:
        return GROUP, {"number": clusters.resolve(db, side.cluster)}
    raise ValueError("Faces alone have no life of their own: give a person or a group.")
