"""Decisions: what people said about faces. Facts are only ever added (or taken back by undo); `derive` reads them.

`faces.kind`, `faces.person_id`, `faces.strength` and `photos.repeats_allowed` repeat what the decisions say, so that
queries are quick. Nothing else may write those columns.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

import sqlite_utils

from app.library import ages, relations
from app.library.records import FaceKind

PERSON = "person"
NOT_PERSON = "not person"
CONFIRMED = "confirmed"
BY_GROUP = "by group"


def ids(values: Iterable[int]) -> str:
    """Ids as one SQL parameter: `WHERE id IN (SELECT value FROM json_each(?))`."""
    return json.dumps([int(value) for value in values])


def as_id(text: str) -> int | None:
    """The id that a text is, if it could be one: SQLite's integers end at 19 digits."""
    return int(text) if text.isdecimal() and len(text) <= 18 else None


def merged(db: sqlite_utils.Database) -> dict[int, int]:
    """For each merged person the one it was merged into."""
    return dict(db.execute("SELECT id, merged_into FROM people WHERE merged_into IS NOT NULL").fetchall())


def chain(into: Mapping[int, int], person: int) -> list[int]:
    """A person, whom it was merged into, whom that one was merged into, and so on; the last one counts."""
    people = [person]
    while people[-1] in into:
        people.append(into[people[-1]])
    return people


def targets(db: sqlite_utils.Database) -> dict[int, int]:
    """For each merged person the one it stands for in the end."""
    return dict(db.execute("SELECT id, person_id FROM stands_for WHERE id != person_id").fetchall())


def faces_that_mention(db: sqlite_utils.Database, people: Collection[int]) -> set[int]:
    """Faces with a decision, or in a relation, about one of these people or about someone merged into them."""
    if not people:
        return set()
    into = merged(db)
    meant = set(people).union(person for person in into if not set(people).isdisjoint(chain(into, person)))
    rows = db.execute(
        "SELECT face_id FROM decisions WHERE person_id IN (SELECT value FROM json_each(:people)) "
        "UNION SELECT face_id FROM sides WHERE face_id IS NOT NULL AND relation_id IN "
        "(SELECT relation_id FROM sides WHERE person_id IN (SELECT value FROM json_each(:people)))",
        {"people": ids(meant)},
    )
    return {face for (face,) in rows}


def said_of(db: sqlite_utils.Database, pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """What rejecting these (face, person) is about: each, and as whom a face was named before a merge into them."""
    asked = list(pairs)
    rows = db.execute(
        "SELECT face_id, person_id, max(id) FROM decisions WHERE kind = 'person' "
        "AND face_id IN (SELECT value FROM json_each(?)) GROUP BY face_id",
        [ids(face for face, _ in asked)],
    )
    named = {face: person for face, person, _ in rows}
    target = targets(db)
    found = []
    for face, person in asked:
        found.append((face, person))
        if target.get(named.get(face, person)) == person:
            found.append((face, named[face]))
    return found


def rejections(db: sqlite_utils.Database, faces: Collection[int] | None = None) -> set[tuple[int, int]]:
    """All pairs (face, person) of which a human said: this is not that person. None asks about every face.

    It was said of the face itself, and not taken back by giving it to that person since; or it follows from what was
    said of people and groups that differ.
    """
    target = targets(db)
    rows = db.execute(
        "SELECT face_id, person_id, kind FROM decisions WHERE person_id IS NOT NULL AND face_id IN "
        "(SELECT face_id FROM decisions WHERE kind = 'not person'"
        + ("" if faces is None else " AND face_id IN (SELECT value FROM json_each(?))")
        + ") ORDER BY id",
        [] if faces is None else [ids(faces)],
    )
    last = {(face, target.get(person, person)): kind for face, person, kind in rows}
    return {pair for pair, kind in last.items() if kind == NOT_PERSON} | relations.refused(db, faces)


def derive_repeats(db: sqlite_utils.Database, photos: Collection[int]) -> set[int]:
    """Writes what the decisions say about these photos, and gives their faces."""
    wanted = ids(photos)
    db.execute(
        "UPDATE photos SET repeats_allowed = coalesce((SELECT repeats FROM photo_decisions "
        "WHERE photo_id = photos.id ORDER BY id DESC LIMIT 1), 0) WHERE id IN (SELECT value FROM json_each(?))",
        [wanted],
    )
    rows = db.execute("SELECT id FROM faces WHERE photo_id IN (SELECT value FROM json_each(?))", [wanted])
    return {face for (face,) in rows}


def stated(db: sqlite_utils.Database, faces: Collection[int]) -> dict[int, tuple[str, int | None, str | None]]:
    """What the decisions say about each of these faces: kind, person and strength."""
    wanted = ids(faces)
    target = targets(db)
    state: dict[int, tuple[str, int | None, str | None]] = dict.fromkeys(faces, (FaceKind.FACE, None, None))
    # What somebody drew is a face as long as somebody says so.
    drawn = db.execute(
        "SELECT id FROM faces WHERE origin != 'detector' AND id IN (SELECT value FROM json_each(?))", [wanted]
    )
    state |= {face: (FaceKind.NOT_A_FACE, None, None) for (face,) in drawn}
    rows = db.execute(
        "SELECT face_id, kind, person_id, strength FROM decisions "
        "WHERE face_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        [wanted],
    )
    for face, kind, person, strength in rows:
        before_it = state[face]
        if kind == PERSON:
            state[face] = (FaceKind.FACE, person, strength)
        elif kind == NOT_PERSON:
            # Only where it was said of the person named: a merge later on must not turn it against another name.
            if before_it[1] == person:
                state[face] = (before_it[0], None, None)
        elif kind == FaceKind.FACE == before_it[0]:
            state[face] = (FaceKind.FACE, None, None)
        else:
            # Whoever ignored a face and shows it again has said nothing against its name.
            state[face] = (kind, *before_it[1:])
    for face, (kind, person, strength) in state.items():
        if kind != FaceKind.FACE:
            state[face] = (kind, None, None)
        elif person is not None:
            state[face] = (kind, target.get(person, person), strength)
    return state


def derive(db: sqlite_utils.Database, faces: Collection[int]) -> None:
    """Writes what the decisions say about these faces."""
    if not faces:
        return
    wanted = ids(faces)
    state = stated(db, faces)
    before = db.execute(
        "SELECT id, person_id FROM faces WHERE person_id IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
        [wanted],
    )
    lost = {person for face, person in before if state[face][1] != person}
    db.conn.executemany(
        "UPDATE faces SET kind = ?, person_id = ?, strength = ? WHERE id = ?",
        [(*said, face) for face, said in state.items()],
    )
    # Who was guessed to be a person because of these faces is to be looked at again.
    db.execute(
        "UPDATE faces SET grouped_by = NULL WHERE id IN (SELECT face_id FROM automatic "
        "WHERE person_id IN (SELECT value FROM json_each(?)))",
        [ids(lost)],
    )


def refute(db: sqlite_utils.Database, faces: Collection[int]) -> list[tuple[int, int, float]]:
    """Drops the guesses that can no longer be true after these faces changed.

    Gives them: (face, person, similarity).
    """
    # The faces of a group that differs from theirs may be told by whom theirs was named as.
    concerned = {*faces, *relations.beside(db, faces)}
    guesses = db.execute(
        "SELECT face_id, person_id FROM automatic WHERE face_id IN (SELECT value FROM json_each(?))", [ids(concerned)]
    ).fetchall()
    guessed = {face for face, _ in guesses}
    refuted = {face for face, _ in (rejections(db, guessed) | ages.unborn(db, guessed)).intersection(guesses)}
    rows = db.execute(
        """
        SELECT face_id FROM automatic JOIN faces ON faces.id = face_id
        WHERE face_id IN (SELECT value FROM json_each(:faces)) AND (kind != 'face' OR faces.person_id IS NOT NULL)
        UNION
        SELECT automatic.face_id FROM faces AS asked JOIN photos ON photos.id = asked.photo_id AND NOT repeats_allowed
        JOIN faces ON faces.photo_id = asked.photo_id JOIN automatic ON automatic.face_id = faces.id
        JOIN faces AS other ON other.photo_id = asked.photo_id AND other.id != faces.id AND other.found = 1
        LEFT JOIN automatic AS rival ON rival.face_id = other.id
        WHERE asked.id IN (SELECT value FROM json_each(:faces)) AND (
            other.person_id = automatic.person_id
            OR (rival.person_id = automatic.person_id
                AND (rival.similarity, -rival.face_id) > (automatic.similarity, -automatic.face_id)))
        """,
        {"faces": ids(faces)},
    )
    refuted |= {face for (face,) in rows}
    refuted |= _told_apart(db, guessed)
    return db.execute(
        "DELETE FROM automatic WHERE face_id IN (SELECT value FROM json_each(?)) "
        "RETURNING face_id, person_id, similarity",
        [ids(refuted)],
    ).fetchall()


def _told_apart(db: sqlite_utils.Database, faces: Collection[int]) -> set[int]:
    """Those of these guessed faces that are taken for the same person as one they were said to differ from."""
    sides = relations.sides(db, faces)
    taken_for = dict(
        db.execute(
            "SELECT face_id, person_id FROM automatic WHERE face_id IN (SELECT value FROM json_each(?))", [ids(sides)]
        ).fetchall()
    )
    said: dict[int, set[int]] = defaultdict(set)
    for face, person in taken_for.items():
        said[person] |= sides[face]
    return {
        face for face in taken_for.keys() & set(faces) if any(side ^ 1 in said[taken_for[face]] for side in sides[face])
    }


def part(db: sqlite_utils.Database, faces: Collection[int]) -> list[tuple[int, int]]:
    """Takes undecided ones of these faces out of groups that they cannot be in, and gives those: (face, group).

    A group holds no two faces of a photo, and nobody of whom it was said that they are two people. Whom somebody is
    taken for does not count: only when the guess ends are they back in their group.
    """
    rows = db.execute(
        """
        WITH undecided_member AS NOT MATERIALIZED (
            SELECT face_id, cluster_id, photo_id FROM grouped JOIN faces ON faces.id = face_id
            WHERE found = 1 AND kind = 'face' AND person_id IS NULL AND face_id NOT IN (SELECT face_id FROM automatic)),
        asked AS (SELECT value AS id FROM json_each(?))
        SELECT mine.face_id FROM asked JOIN undecided_member AS mine ON mine.face_id = asked.id
        JOIN photos ON photos.id = mine.photo_id AND NOT repeats_allowed
        JOIN faces AS beside ON beside.photo_id = mine.photo_id AND beside.id != mine.face_id
        CROSS JOIN undecided_member AS other ON other.face_id = beside.id AND other.cluster_id = mine.cluster_id
        WHERE other.face_id < mine.face_id OR other.face_id NOT IN asked
        """,
        [ids(faces)],
    )
    leaving = {face for (face,) in rows}
    apart = relations.apart(db, faces)
    groups = dict(
        db.execute(
            "SELECT face_id, cluster_id FROM grouped WHERE face_id IN (SELECT value FROM json_each(?)) "
            "AND face_id NOT IN (SELECT face_id FROM automatic)",
            [ids({face for sides in apart for side in sides for face in side})],
        ).fetchall()
    )
    for sides in apart:
        for mine, others in (sides, sides[::-1]):
            theirs = {groups.get(face) for face in others if face not in leaving} - {None}
            leaving |= {face for face in mine if face in faces and groups.get(face) in theirs}
    return db.execute(
        "DELETE FROM members WHERE face_id IN (SELECT value FROM json_each(?)) RETURNING face_id, cluster_id",
        [ids(leaving)],
    ).fetchall()


def enforce(
    db: sqlite_utils.Database, faces: Collection[int]
) -> tuple[list[tuple[int, int, float]], list[tuple[int, int]]]:
    """Ends what of the machine's can no longer be true after these faces changed: guesses, and membership in groups.

    Gives the guesses (face, person, similarity) and the members (face, group).
    """
    guesses = refute(db, faces)
    # Whose guess ends is back in a group.
    return guesses, part(db, {*faces, *(face for face, _, _ in guesses)})
