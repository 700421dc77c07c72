"""Unnamed groups: questions about them, and carrying out what grouping found (`app.library.planning`).

A plan is applied on the library-writer, which leaves alone every face that anything happened to in the meantime.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import sqlite_utils

from app.errors import UsageError
from app.library import decisions, edits, meanwhile, thresholds
from app.library.records import Cluster, ClusterId, FaceId

# A face that nobody has decided about; the machine may have a guess.
OPEN = "faces.found = 1 AND faces.kind = 'face' AND faces.person_id IS NULL"
# The faces that a group stands for, also in photos that are away for the moment; a guess takes a face out of it.
UNDECIDED_MEMBERS = (
    "SELECT face_id, cluster_id, photo_id FROM members JOIN faces ON faces.id = face_id "
    f"WHERE {OPEN} AND NOT EXISTS (SELECT 1 FROM automatic WHERE automatic.face_id = faces.id)"
)


# From the groups to their faces: by their index they need not be sorted to be counted.
SELECT = """
SELECT cluster_id, count(*) AS size, count(DISTINCT photo_id), undecided.id, max(quality)
FROM grouped CROSS JOIN undecided ON undecided.id = face_id {which} GROUP BY cluster_id
HAVING size >= {smallest} ORDER BY size DESC, cluster_id"""
LIVE = SELECT.format(which="", smallest=thresholds.SMALLEST_GROUP)
THESE = SELECT.format(which="WHERE cluster_id IN (SELECT value FROM json_each(?))", smallest=1)


def live(db: sqlite_utils.Database) -> list[Cluster]:
    """Groups of at least two undecided faces, largest first."""
    return _clusters(db.execute(LIVE))


def by_ids(db: sqlite_utils.Database, numbers: Iterable[int]) -> list[Cluster]:
    """Those of these groups that stand and have an undecided face, largest first."""
    return _clusters(db.execute(THESE, [decisions.ids(numbers)]))


def _clusters(rows: Iterable[Sequence[int]]) -> list[Cluster]:
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
        f"SELECT face_id FROM ({UNDECIDED_MEMBERS}) JOIN clusters ON clusters.id = cluster_id "
        "WHERE cluster_id = ? AND named_as IS NULL AND replaced_by IS NULL ORDER BY face_id",
        [cluster],
    )
    return [number for (number,) in rows]


@dataclass(frozen=True, slots=True)
class Plan:
    """What grouping would change.

    `moves` takes faces to a group: an id, or a negative number that stands for a group yet to be made (`new` of them,
    -1 .. -new). `leave` are faces that belong to no group any more. `replaced` says where groups that end went.
    `automatic` gives faces to people with the similarity that decided it, and `doubted` takes that back. `seen` are
    faces that need not be looked at again until something changes, and `lead` is what grouping found
    (`grouping.Grouped`), where it was to find that; else None.
    """

    new: int = 0
    moves: Mapping[int, int] = field(default_factory=dict)
    leave: Sequence[int] = ()
    replaced: Mapping[int, int] = field(default_factory=dict)
    automatic: Mapping[int, tuple[int, float]] = field(default_factory=dict)
    doubted: Sequence[int] = ()
    seen: Sequence[int] = ()
    lead: float | None = None

    @property
    def faces(self) -> set[int]:
        """All that it speaks of."""
        return {*self.moves, *self.leave, *self.automatic, *self.doubted}

    def __bool__(self) -> bool:
        return bool(self.moves or self.leave or self.replaced or self.automatic or self.doubted)


def still_true(db: sqlite_utils.Database, part: Plan, since: int) -> Plan:
    """The plan without faces that anything happened to since that moment, and without guesses about people who lost
    faces since and groups that ended. Faces that were to go to such a group leave theirs, which may end."""
    rows = db.execute(
        f"SELECT id FROM faces WHERE {OPEN} AND id IN (SELECT value FROM json_each(?)) AND id NOT IN {meanwhile.FACES}",
        [decisions.ids(part.faces), since],
    )
    free = {number for (number,) in rows}
    rows = db.execute(
        "SELECT id FROM clusters WHERE named_as IS NULL AND replaced_by IS NULL "
        "AND id IN (SELECT value FROM json_each(?))",
        [decisions.ids({*part.moves.values(), *part.replaced, *part.replaced.values()})],
    )
    groups = {number for (number,) in rows}.union(range(-part.new, 0))
    rows = db.execute(f"SELECT id FROM people WHERE merged_into IS NULL AND id NOT IN {meanwhile.PEOPLE}", [since])
    people = {number for (number,) in rows}
    lost = [face for face, group in part.moves.items() if face in free and group not in groups]
    return replace(
        part,
        moves={face: group for face, group in part.moves.items() if face in free and group in groups},
        leave=[face for face in part.leave if face in free] + lost,
        replaced={old: new for old, new in part.replaced.items() if {old, new} <= groups},
        automatic={face: guess for face, guess in part.automatic.items() if face in free and guess[0] in people},
        doubted=[face for face in part.doubted if face in free],
    )


def make(db: sqlite_utils.Database, engine: int, count: int) -> list[int]:
    """Ids of `count` groups without members."""
    return [
        int(db.execute("INSERT INTO clusters (engine_id) VALUES (?)", [engine]).lastrowid or 0) for _ in range(count)
    ]


def apply_part(db: sqlite_utils.Database, part: Plan, since: int, engine: int) -> None:
    """Makes the changes of a plan of that moment whose groups all exist, as the machine's own work, as far as they fit
    what was decided since."""
    fitting = still_true(db, part, since)
    db.conn.executemany("INSERT OR REPLACE INTO members (face_id, cluster_id) VALUES (?, ?)", fitting.moves.items())
    db.conn.executemany("DELETE FROM members WHERE face_id = ?", [(face,) for face in fitting.leave])
    db.conn.executemany("DELETE FROM automatic WHERE face_id = ?", [(face,) for face in fitting.doubted])
    db.conn.executemany(
        "INSERT OR REPLACE INTO automatic (face_id, person_id, similarity) VALUES (?, ?, ?)",
        [(face, *guess) for face, guess in fitting.automatic.items()],
    )
    db.conn.executemany(
        "UPDATE clusters SET replaced_by = ? WHERE id = ?", [(new, old) for old, new in fitting.replaced.items()]
    )
    concerned = fitting.faces.union(face for face, _, _ in edits.follow(db, fitting.replaced))
    fits = fitting.faces - (part.moves.keys() & set(fitting.leave))
    note_as_seen(db, fits, engine)
    look_again(db, part.faces - fits)
    decisions.enforce(db, concerned)


def note_as_seen(db: sqlite_utils.Database, faces: Collection[int], engine: int, since: int | None = None) -> None:
    """Faces are not looked at again until something about them, or about their person, changes.

    With a moment only those that nothing happened to since.
    """
    query = "UPDATE faces SET grouped_by = ? WHERE id IN (SELECT value FROM json_each(?))"
    values: list[object] = [engine, decisions.ids(faces)]
    if since is not None:
        query += f" AND id NOT IN {meanwhile.FACES}"
        values.append(since)
    db.execute(query, values)


def look_again(db: sqlite_utils.Database, faces: Collection[int]) -> None:
    db.execute(
        "UPDATE faces SET grouped_by = NULL WHERE id IN (SELECT value FROM json_each(?))", [decisions.ids(faces)]
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


def slices(db: sqlite_utils.Database, whole: Plan, size: int) -> list[Plan]:
    """The plan in parts of `size` faces or a few more, those of a photo together, for they may change places.

    The groups that end do so in the last part.
    """
    rows = db.execute(
        "SELECT id, photo_id FROM faces WHERE id IN (SELECT value FROM json_each(?)) ORDER BY photo_id",
        [decisions.ids(whole.faces)],
    )
    parts: list[list[int]] = [[]]
    before = None
    for face, photo in rows:
        if len(parts[-1]) >= size and photo != before:
            parts.append([])
        parts[-1].append(face)
        before = photo
    leave, doubted = set(whole.leave), set(whole.doubted)
    return [
        Plan(
            moves={face: whole.moves[face] for face in some if face in whole.moves},
            leave=[face for face in some if face in leave],
            automatic={face: whole.automatic[face] for face in some if face in whole.automatic},
            doubted=[face for face in some if face in doubted],
        )
        for some in parts
    ] + [Plan(replaced=whole.replaced)]


def as_edit(db: sqlite_utils.Database, whole: Plan, since: int, engine: int, label: str) -> edits.Edit:
    """What is still true of a plan of that moment, as one step that a person can undo."""
    new_ids = edits.NewIds(db)
    made = [new_ids.take("clusters") for _ in range(whole.new)]
    row = {"engine_id": engine, "named_as": None, "replaced_by": None}
    changes = [edits.insert("clusters", number, row) for number in made]
    fitting = with_ids(still_true(db, whole, since), made)
    by_cluster: dict[int, list[int]] = defaultdict(list)
    for face, cluster in fitting.moves.items():
        by_cluster[cluster].append(face)
    for cluster, members in by_cluster.items():
        changes += edits.move_to_cluster(db, members, cluster)
    changes += edits.move_to_cluster(db, fitting.leave, None)
    changes += [edits.update(db, "clusters", old, {"replaced_by": new}) for old, new in fitting.replaced.items()]
    changes += edits.set_automatic(db, fitting.automatic)
    changes += edits.drop_automatic(db, fitting.doubted)
    return edits.Edit(label, tuple(changes))
