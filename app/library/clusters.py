"""Unnamed groups: questions about them, and carrying out what grouping found (`app.library.planning`).

A plan is applied on the library-writer, which leaves alone every face that a person has decided about in the meantime.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import sqlite_utils

from app.errors import UsageError
from app.library import decisions, edits, thresholds
from app.library.records import Cluster, ClusterId, FaceId

# A face that nobody has decided about; the machine may have a guess.
OPEN = "faces.found = 1 AND faces.kind = 'face' AND faces.person_id IS NULL"


def live(db: sqlite_utils.Database) -> list[Cluster]:
    """Groups of at least two undecided faces, largest first."""
    rows = db.execute(
        "SELECT cluster_id, count(*) AS size, count(DISTINCT photo_id), undecided.id, max(quality) "
        "FROM grouped JOIN undecided ON undecided.id = face_id GROUP BY cluster_id "
        "HAVING size >= ? ORDER BY size DESC, cluster_id",
        [thresholds.SMALLEST_GROUP],
    )
    return [Cluster(ClusterId(number), size, photos, FaceId(cover)) for number, size, photos, cover, _ in rows]


def resolve(db: sqlite_utils.Database, cluster: int) -> int:
    """The group that stands for this id at present. Raises UsageError for ids that never were."""
    number, passed = cluster, set[int]()
    while number not in passed:
        row = db.execute("SELECT replaced_by FROM clusters WHERE id = ?", [number]).fetchone()
        if row is None:
            raise UsageError(f"There is no group {cluster}. `kinfolio clusters` lists them.")
        if row[0] is None:
            return number
        passed.add(number)
        number = int(row[0])
    raise UsageError(f"Group {cluster} has come to its end. `kinfolio clusters` lists those that stand.")


def undecided_members(db: sqlite_utils.Database, cluster: int) -> list[int]:
    """Whom naming the group names: also its faces in photos that are away for the moment."""
    rows = db.execute(
        f"SELECT faces.id FROM members JOIN faces ON faces.id = face_id JOIN clusters ON clusters.id = cluster_id "
        f"WHERE cluster_id = ? AND named_as IS NULL AND replaced_by IS NULL AND {OPEN} "
        "AND NOT EXISTS (SELECT 1 FROM automatic WHERE automatic.face_id = faces.id) ORDER BY faces.id",
        [cluster],
    )
    return [number for (number,) in rows]


@dataclass(frozen=True, slots=True)
class Plan:
    """What grouping would change.

    `moves` takes faces to a group: an id, or a negative number that stands for a group yet to be made (`new` of them,
    -1 .. -new). `leave` are faces that belong to no group any more. `replaced` says where groups that end went.
    `automatic` gives faces to people with the similarity that decided it, and `doubted` takes that back. `seen` are
    faces that need not be looked at again until something changes, `relations` the last relation that was known.
    """

    new: int = 0
    moves: Mapping[int, int] = field(default_factory=dict)
    leave: Sequence[int] = ()
    replaced: Mapping[int, int] = field(default_factory=dict)
    automatic: Mapping[int, tuple[int, float]] = field(default_factory=dict)
    doubted: Sequence[int] = ()
    seen: Sequence[int] = ()
    relations: int = 0

    def __bool__(self) -> bool:
        return bool(self.moves or self.leave or self.replaced or self.automatic or self.doubted)


def still_true(db: sqlite_utils.Database, part: Plan) -> Plan:
    """The plan without what people have decided about since it was made."""
    faces = [*part.moves, *part.leave, *part.automatic, *part.doubted]
    rows = db.execute(
        f"SELECT id FROM faces WHERE {OPEN} AND id IN (SELECT value FROM json_each(?)) "
        "AND NOT EXISTS (SELECT 1 FROM sides WHERE sides.face_id = faces.id AND relation_id > ?)",
        [decisions.ids(faces), part.relations],
    )
    free = {number for (number,) in rows}
    standing = db.execute(
        "SELECT id FROM clusters WHERE named_as IS NULL AND replaced_by IS NULL "
        "AND id IN (SELECT value FROM json_each(?))",
        [decisions.ids({*part.moves.values(), *part.replaced, *part.replaced.values()})],
    )
    groups = {number for (number,) in standing}
    people = {number for (number,) in db.execute("SELECT id FROM people WHERE merged_into IS NULL")}
    refused = decisions.rejections(db, part.automatic) | _in_photo_already(db, part.automatic)
    return replace(
        part,
        moves={face: group for face, group in part.moves.items() if face in free and group in groups},
        leave=[face for face in part.leave if face in free],
        replaced={old: new for old, new in part.replaced.items() if {old, new} <= groups},
        automatic={
            face: (person, similarity)
            for face, (person, similarity) in part.automatic.items()
            if face in free and person in people and (face, person) not in refused
        },
        doubted=[face for face in part.doubted if face in free],
    )


def _in_photo_already(db: sqlite_utils.Database, numbers: Collection[int]) -> set[tuple[int, int]]:
    """(face, person) where another face of the same photo is that person by decision."""
    rows = db.execute(
        "SELECT faces.id, decided.person_id FROM faces JOIN photos ON photos.id = faces.photo_id "
        "JOIN faces AS decided ON decided.photo_id = faces.photo_id AND decided.id != faces.id "
        "WHERE faces.id IN (SELECT value FROM json_each(?)) AND decided.person_id IS NOT NULL "
        "AND NOT photos.repeats_allowed",
        [decisions.ids(numbers)],
    )
    return set(rows.fetchall())


def make(db: sqlite_utils.Database, engine: int, count: int) -> list[int]:
    """Ids of `count` groups without members."""
    return [
        int(db.execute("INSERT INTO clusters (engine_id) VALUES (?)", [engine]).lastrowid or 0) for _ in range(count)
    ]


def apply_part(db: sqlite_utils.Database, part: Plan) -> None:
    """Makes the changes of a plan whose groups all exist, as the machine's own work."""
    part = still_true(db, part)
    db.conn.executemany("INSERT OR REPLACE INTO members (face_id, cluster_id) VALUES (?, ?)", part.moves.items())
    db.conn.executemany("DELETE FROM members WHERE face_id = ?", [(face,) for face in part.leave])
    db.conn.executemany("DELETE FROM automatic WHERE face_id = ?", [(face,) for face in part.doubted])
    db.conn.executemany(
        "INSERT OR REPLACE INTO automatic (face_id, person_id, similarity) VALUES (?, ?, ?)",
        [(face, *guess) for face, guess in part.automatic.items()],
    )
    if part.replaced:
        db.conn.executemany(
            "UPDATE clusters SET replaced_by = ? WHERE id = ?", [(new, old) for old, new in part.replaced.items()]
        )
        # A regroup that was undone would end groups that took the place of others by now.
        db.execute("DELETE FROM history WHERE undone = 1")


def note_as_seen(db: sqlite_utils.Database, seen: Sequence[int], engine: int) -> None:
    """Faces are not looked at again until something about them, or about their person, changes."""
    db.execute(
        "UPDATE faces SET grouped_by = ? WHERE id IN (SELECT value FROM json_each(?))", [engine, decisions.ids(seen)]
    )


def with_ids(whole: Plan, made: Sequence[int]) -> Plan:
    """The plan with its new groups under the ids that were made for them."""

    def known(cluster: int) -> int:
        return made[-cluster - 1] if cluster < 0 else cluster

    return replace(
        whole,
        new=0,
        moves={face: known(cluster) for face, cluster in whole.moves.items()},
        replaced={old: known(cluster) for old, cluster in whole.replaced.items()},
    )


def slices(whole: Plan, size: int) -> list[Plan]:
    """The plan in parts of about `size` faces; the groups that end do so in the last one."""
    moves, automatic = list(whole.moves.items()), list(whole.automatic.items())
    parts = [Plan(moves=dict(moves[at : at + size])) for at in range(0, len(moves), size)]
    parts += [Plan(leave=whole.leave[at : at + size]) for at in range(0, len(whole.leave), size)]
    parts += [Plan(automatic=dict(automatic[at : at + size])) for at in range(0, len(automatic), size)]
    parts.append(Plan(replaced=whole.replaced, doubted=whole.doubted))
    return [replace(part, relations=whole.relations) for part in parts]


def as_edit(db: sqlite_utils.Database, whole: Plan, engine: int, label: str) -> edits.Edit:
    """The plan as one step that a person can undo."""
    new_ids = edits.NewIds(db)
    made = [new_ids.take("clusters") for _ in range(whole.new)]
    row = {"engine_id": engine, "named_as": None, "replaced_by": None}
    changes = [edits.insert("clusters", number, row) for number in made]
    for number in made:
        # Undone or not, the edit inserts them; here they only have to be there while the plan is checked.
        db.execute("INSERT INTO clusters (id, engine_id) VALUES (?, ?)", [number, engine])
    placed = still_true(db, with_ids(whole, made))
    db.execute("DELETE FROM clusters WHERE id IN (SELECT value FROM json_each(?))", [decisions.ids(made)])
    by_cluster: dict[int, list[int]] = defaultdict(list)
    for face, cluster in placed.moves.items():
        by_cluster[cluster].append(face)
    for cluster, members in by_cluster.items():
        changes += edits.move_to_cluster(db, members, cluster)
    changes += edits.move_to_cluster(db, placed.leave, None)
    changes += [edits.update(db, "clusters", old, {"replaced_by": new}) for old, new in placed.replaced.items()]
    changes += edits.set_automatic(db, placed.automatic)
    changes += edits.drop_automatic(db, placed.doubted)
    return edits.Edit(label, tuple(changes))
