"""Names that photo files carry: a region of the picture, and who that is.

A region is the face whose box it meets. Where there is none, a face is drawn there, as by a person, with the origin
"file"; the decision that it is somebody is what makes it a face (`decisions.derive`). While a scan runs regions are
only kept; at its end all their names become decisions of the origin "file", in steps of a few thousand.

A file never overrules a person, and is listened to once: a name that was undone comes back only when the file says
another one. A file that tells of nobody any more takes nothing back, since programs that leave such notes out when they
save are more common than people who untag everybody.

The files of a photo that has copies need not say the same. What each says is kept, and only a file that said a name
takes it back, once no other file says it; what a file says first counts for nothing where another one says otherwise.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache

import sqlite_utils

from app.errors import UsageError
from app.library import deciding, decisions, edits, faces, thresholds
from app.library.decisions import PERSON, ids
from app.library.edits import Edit, NewIds, RowChange
from app.library.naming import add_person, clean_name
from app.library.people import tidy
from app.library.records import Box, FaceId, FoundFace, NamedRegion

ORIGIN = "file"
# Whoever decides something meanwhile waits for one step: half a second.
NAMES_A_STEP = 4000
# What files say that are there and still show the photo.
SAID = """FROM region_files JOIN regions ON regions.id = region_id AND state != 'withdrawn'
    JOIN photos AS files ON files.id = file_id AND coalesce(files.copy_of, files.id) = regions.photo_id
    JOIN roots ON roots.id = files.root_id WHERE missing_since IS NULL AND NOT forgotten"""


def met(regions: Sequence[Box], boxes: Sequence[Box]) -> dict[int, int]:
    """For each region that meets a face the place of its box: one to one, those that share most first.

    Programs draw faces with more or less hair and neck around them, so the boxes are alike in where they are rather
    than in size: each holds the centre of the other.
    """
    pairs = [
        (-overlap, place, other)
        for place, region in enumerate(regions)
        for other, box in enumerate(boxes)
        if (overlap := region.overlap(box)) >= thresholds.REGION_OVERLAP
        and region.holds(box.centre)
        and box.holds(region.centre)
    ]
    found: dict[int, int] = {}
    for _, place, other in sorted(pairs):
        if place not in found and other not in found.values():
            found[place] = other
    return found


def distinct(regions: Iterable[NamedRegion]) -> tuple[NamedRegion, ...]:
    """Of those at one place the first: programs write the same face in several ways, and in several files."""
    kept: list[NamedRegion] = []
    for region in regions:
        if not any(region.box.overlap(other.box) >= thresholds.SAME_FACE_OVERLAP for other in kept):
            kept.append(region)
    return tuple(kept)


def of_file(db: sqlite_utils.Database, file: int) -> list[NamedRegion]:
    """What a file said, with what lies beside it, when it was read last."""
    rows = db.execute(
        "SELECT name, x, y, w, h FROM regions JOIN region_files ON region_id = regions.id JOIN photos AS files "
        "ON files.id = file_id WHERE file_id = ? AND state != 'withdrawn' "
        "AND photo_id = coalesce(copy_of, files.id) ORDER BY regions.id",
        [file],
    )
    return [NamedRegion(name, Box(*box)) for name, *box in rows]


def write(
    db: sqlite_utils.Database, photo: int, file: int, regions: Sequence[NamedRegion], engine: int
) -> list[tuple[int, FoundFace]]:
    """Keeps what a file of a photo says at present. Gives the faces that were drawn for it."""
    if not regions:
        return []
    boxes = _boxes(db, photo)
    meeting = met([region.box for region in regions], list(boxes.values()))
    rows = db.execute(
        "SELECT id, face_id, name, EXISTS (SELECT 1 FROM region_files WHERE region_id = id AND file_id = ?) "
        "FROM regions WHERE photo_id = ? AND state != 'withdrawn'",
        [file, photo],
    ).fetchall()
    known = {(face, spelling(name)): number for number, face, name, _ in rows}
    before = {number: face for number, face, _, said in rows if said}
    faces_before = set(before.values())
    drawn = []
    for place, region in enumerate(regions):
        face = list(boxes)[meeting[place]] if place in meeting else None
        if face is None:
            if region.face is None:
                continue
            face = faces.insert(db, photo, region.face, ORIGIN, engine)
            # Until its name is told nobody says that there is a face.
            decisions.derive(db, [face])
            drawn.append((face, region.face))
        number = known.get((face, spelling(region.name)))
        if number is None:
            state = "told" if face not in faces_before and _said_otherwise(db, face, file) else "read"
            cursor = db.execute(
                "INSERT INTO regions (photo_id, face_id, name, x, y, w, h, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [photo, face, region.name, *region.box, state],
            )
            number = int(cursor.lastrowid or 0)
        else:
            db.execute("UPDATE regions SET x = ?, y = ?, w = ?, h = ? WHERE id = ?", [*region.box, number])
        db.execute("INSERT OR IGNORE INTO region_files VALUES (?, ?)", [number, file])
        before.pop(number, None)
    no_longer = ids(before)
    db.execute(
        "DELETE FROM region_files WHERE file_id = ? AND region_id IN (SELECT value FROM json_each(?))",
        [file, no_longer],
    )
    db.execute(
        "UPDATE regions AS gone SET state = 'withdrawn' WHERE id IN (SELECT value FROM json_each(?)) "
        f"AND NOT EXISTS (SELECT 1 {SAID} AND region_id = gone.id)",
        [no_longer],
    )
    # What another file says of these faces counted for nothing as long as the name that is gone was there.
    db.execute(
        "UPDATE regions AS left_over SET state = 'read' WHERE state = 'told' AND decision_id IS NULL "
        "AND face_id IN (SELECT face_id FROM regions WHERE state = 'withdrawn' AND id IN "
        f"(SELECT value FROM json_each(?))) AND EXISTS (SELECT 1 {SAID} AND region_id = left_over.id)",
        [no_longer],
    )
    return drawn


def _said_otherwise(db: sqlite_utils.Database, face: int, file: int) -> bool:
    """Whether another file has named this face, or names it in the same scan and comes first."""
    return (
        db.execute(
            f"SELECT 1 {SAID} AND face_id = ? AND (decision_id IN (SELECT id FROM decisions) OR state = 'read' "
            "AND (files.root_id, files.path) < (SELECT root_id, path FROM photos WHERE id = ?))",
            [face, file],
        ).fetchone()
        is not None
    )


def follow(db: sqlite_utils.Database, file: int, regions: Sequence[NamedRegion], engine: int) -> bool:
    """As `write`, of a photo that nobody looks at again; False, and nothing is kept, where no face is at a region."""
    (photo,) = db.execute("SELECT coalesce(copy_of, id) FROM photos WHERE id = ?", [file]).fetchone()
    if len(met([region.box for region in regions], list(_boxes(db, photo).values()))) < len(regions):
        return False
    write(db, photo, file, regions, engine)
    return True


def _boxes(db: sqlite_utils.Database, photo: int) -> dict[int, Box]:
    rows = db.execute("SELECT id, x, y, w, h FROM faces WHERE photo_id = ? AND found = 1 ORDER BY id", [photo])
    return {number: Box(*box) for number, *box in rows}


def spelling(name: str) -> str:
    """By which names of files are the same: without case, and accents of Latin, Greek and Cyrillic letters.

    Programs lose these. The marks of other scripts make other letters, and other names.
    """
    plain = unicodedata.normalize("NFD", tidy(name).casefold())
    return "".join(c for c in plain if not "\u0300" <= c <= "\u036f")


def to_tell(db: sqlite_utils.Database) -> int:
    """How many names `tell` has yet to do something about."""
    return int(db.execute("SELECT count(*) FROM regions WHERE state != 'told'").fetchone()[0])


def tell(db: sqlite_utils.Database) -> Edit:
    """The edit that makes decisions of names that were read, and takes back those that files no longer say; it may have
    nothing to change. Of all such names it is about the first few thousand, and about all of a photo or none.

    What is kept of the regions says from here on that they are told.
    """
    told = db.execute(
        "SELECT id, face_id, name, photo_id, decision_id, state FROM regions WHERE state != 'told' AND photo_id IN "
        "(SELECT photo_id FROM regions WHERE state != 'told' ORDER BY id LIMIT ?) ORDER BY id",
        [NAMES_A_STEP],
    ).fetchall()
    withdrawn = {number: decision for number, *_, decision, state in told if state == "withdrawn"}
    gone = edits.rows_of(db, "decisions", [decision for decision in withdrawn.values() if decision is not None])
    changes = [RowChange("decisions", number, row, None) for number, row in gone.items()]
    db.execute("DELETE FROM regions WHERE id IN (SELECT value FROM json_each(?))", [ids(withdrawn)])
    rows = [row[:4] for row in told if row[0] not in withdrawn]
    new_ids, whose = NewIds(db), _whose(db)
    settled, refused, elsewhere = _said_by_people(db, [face for _, face, _, _ in rows], [photo for *_, photo in rows])
    beside = _names_beside(db, {photo for *_, photo in rows})
    named: dict[int, int] = {}
    outcome: list[tuple[int | None, int]] = []
    for region, face, name, photo in rows:
        # Two faces of one photo are two people, however alike their names are.
        alike = any(other != face and its != tidy(name) for other, its in beside[photo, spelling(name)])
        person, made = (None, []) if face in settled else whose(name, new_ids, alike)
        decision = None
        if person is not None and (face, person) not in refused and (photo, person) not in elsewhere:
            (change,) = deciding.decide(new_ids, [face], PERSON, person=person, origin=ORIGIN)
            changes += [*made, change]
            named[face] = decision = change.key
        outcome.append((decision, region))
    db.conn.executemany("UPDATE regions SET state = 'told', decision_id = ? WHERE id = ?", outcome)
    return Edit(
        _label(len(named), len({row["face_id"] for row in gone.values()})), (*edits.drop_automatic(db, named), *changes)
    )


def named_by(edit: Edit) -> list[FaceId]:
    """The faces that this step of `tell` gives a name, without those that only lose theirs."""
    given = tuple(change for change in edit.changes if change.table == "decisions" and change.after is not None)
    return [FaceId(face) for face in sorted(Edit(edit.label, given).touched().faces)]


def _label(named: int, lost: int) -> str:
    if named == 1:
        return "Take the name of a face from its file"
    if named:
        return f"Take the names of {named} faces from photo files"
    if lost == 1:
        return "Take back the name of a face that its file no longer says"
    return f"Take back the names of {lost} faces that photo files no longer say"


def _names_beside(db: sqlite_utils.Database, photos: Collection[int]) -> dict[tuple[int, str], set[tuple[int, str]]]:
    """For each photo and spelling the faces of that photo that files call so, and how they write it."""
    found = defaultdict[tuple[int, str], set[tuple[int, str]]](set)
    for photo, face, name in db.execute(
        "SELECT photo_id, face_id, name FROM regions WHERE photo_id IN (SELECT value FROM json_each(?))", [ids(photos)]
    ):
        found[photo, spelling(name)].add((face, tidy(name)))
    return found


Keys = defaultdict[str, set[int]]
Whose = Callable[[str, NewIds, bool], tuple[int | None, list[RowChange]]]


def _whose(db: sqlite_utils.Database) -> Whose:
    """Tells the person of a name that a file says, and the changes that make one where nobody has it.

    That is whoever is called so, else whose name is spelled alike, else who was called so, by a file or before being
    merged into somebody. To the letter nobody counts who is only spelled alike: a photo has another face with a name
    like that. None where the name is none, or that of several: only a person can say who is meant.
    """
    called, spelled = Keys(set), Keys(set)

    def note(people: Iterable[tuple[str, int]], exact: Keys, alike: Keys) -> None:
        for name, person in people:
            exact[tidy(name)].add(person)
            alike[spelling(name)].add(person)

    note(db.execute("SELECT name, id FROM people WHERE merged_into IS NULL"), called, spelled)

    @cache
    def earlier() -> tuple[Keys, Keys]:
        # All that was ever told is looked through, so this waits for a name that nobody has.
        exact, alike = Keys(set), Keys(set)
        people = db.execute(
            "SELECT name, stands_for.person_id FROM people JOIN stands_for USING (id) WHERE merged_into IS NOT NULL "
            "UNION SELECT name, stands_for.person_id FROM regions JOIN decisions ON decisions.id = decision_id "
            "JOIN stands_for ON stands_for.id = decisions.person_id"
        )
        note(people, exact, alike)
        return exact, alike

    def whose(text: str, new_ids: NewIds, to_the_letter: bool) -> tuple[int | None, list[RowChange]]:
        try:
            name = clean_name(text)
        except UsageError:
            return None, []
        if to_the_letter:
            people = called[name] or earlier()[0][name] - spelled[spelling(name)]
        else:
            people = called[name] or spelled[spelling(name)] or earlier()[1][spelling(name)]
        if people:
            return (next(iter(people)) if len(people) == 1 else None), []
        person, change = add_person(new_ids, name)
        note([(name, person)], called, spelled)
        return person, [change]

    return whose


def _said_by_people(
    db: sqlite_utils.Database, numbers: Sequence[int], photos: Sequence[int]
) -> tuple[set[int], set[tuple[int, int]], set[tuple[int, int]]]:
    """Faces that were named, or said to be none; (face, person) who are not; (photo, person) where one is already."""
    rows = db.execute(
        "SELECT faces.id FROM faces JOIN decisions ON decisions.face_id = faces.id AND decisions.origin != :file "
        "WHERE faces.id IN (SELECT value FROM json_each(:faces)) AND ((faces.kind != 'face' AND decisions.kind "
        "IN ('not a face', 'ignored')) OR (faces.person_id IS NOT NULL AND decisions.id = "
        "(SELECT max(id) FROM decisions WHERE face_id = faces.id AND kind = 'person')))",
        {"file": ORIGIN, "faces": ids(numbers)},
    )
    settled = {face for (face,) in rows}
    rows = db.execute(
        "SELECT DISTINCT photo_id, faces.person_id FROM faces JOIN photos ON photos.id = photo_id "
        "AND NOT repeats_allowed JOIN decisions ON decisions.face_id = faces.id AND decisions.kind = 'person' "
        "AND decisions.origin != :file WHERE faces.person_id IS NOT NULL AND found = 1 AND photo_id IN "
        "(SELECT value FROM json_each(:photos))",
        {"file": ORIGIN, "photos": ids(photos)},
    )
    return settled, decisions.rejections(db, set(numbers)), set(rows.fetchall())
