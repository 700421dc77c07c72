"""Edits: what a person did, as the rows it changed.

An edit names for each row what it was and what it becomes, so its inverse is the same list with the two swapped, and
undoing after something else has changed the row is noticed rather than overwritten. The machine's rows (groups and
automatic faces) may have moved in between; for them the edit wins as far as photos and decisions let it.
"""

from __future__ import annotations

import itertools
import json
import operator
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import sqlite_utils

from app.errors import AppError
from app.library import copies, decisions, roots

Row = Mapping[str, object]

# Table to primary key. Only these can be part of an edit.
KEYS = {
    "people": "id",
    "decisions": "id",
    "relations": "id",
    "sides": "id",
    "photo_decisions": "id",
    "roots": "id",
    "groupings": "id",
    "clusters": "id",
    "members": "face_id",
    "automatic": "face_id",
}
# Their rows are about a face or a person.
SAYING = {"decisions", "sides"}
OF_THE_MACHINE = {"clusters", "members", "automatic"}
# New rows come after what they refer to; rows go in the opposite order.
TABLES = (
    "roots",
    "people",
    "groupings",
    "clusters",
    "members",
    "automatic",
    "decisions",
    "relations",
    "sides",
    "photo_decisions",
)
ORDER = {table: place for place, table in enumerate(TABLES)}
FORMAT = 1


class ConflictError(AppError):
    """The library has moved on so far that this edit no longer fits: where known, because of the row of `change`."""

    def __init__(self, sentence: str, change: RowChange | None = None) -> None:
        super().__init__(sentence)
        self.change = change


@dataclass(frozen=True, slots=True)
class RowChange:
    """Row `key` of `table` was `before` and becomes `after`; None where there is no row.

    Both hold the whole row where it appears or goes, else only the columns that differ.
    """

    table: str
    key: int
    before: Row | None
    after: Row | None


@dataclass(frozen=True, slots=True)
class Touched:
    """What an applied edit concerned: for repainting, and for what `Library` verbs return."""

    faces: frozenset[int]
    people: frozenset[int]
    photos: frozenset[int]
    everything: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """`step` is its number in the history, once it is there."""

    label: str
    changes: tuple[RowChange, ...]
    step: int | None = None

    def apply(self, db: sqlite_utils.Database) -> Edit:
        """Makes the changes and derives what depends on them. Gives the edit with what of the machine this refuted.

        Raises ConflictError, with nothing changed by this edit once the caller's transaction is rolled back.
        """
        possible = self.of_what_exists(db)
        human = [change for change in possible if change.table not in OF_THE_MACHINE]
        done = {(change.table, change.key) for change in human} - {(c.table, c.key) for c in still_to_make(db, human)}
        statements = [
            statement
            for change in sorted(possible, key=_when)
            if (change.table, change.key) not in done
            for statement in _statements(change)
        ]
        ended = _end_guesses(db, possible)
        for statement, parameters in itertools.groupby(statements, key=operator.itemgetter(0)):
            db.conn.executemany(statement, [values for _, values in parameters])
        roots.settle(db)
        if any(change.table == "roots" for change in possible):
            copies.settle(db)
        concerned = Edit(self.label, tuple(possible))._faces_to_derive(db)
        decisions.derive(db, concerned)
        # Since the machine put them there others may have come.
        concerned |= {change.key for change in possible if change.table in {"members", "automatic"}}
        born = [c.key for c in possible if c.table == "people" and "born_on" in _row(c)]
        concerned |= _taken_for(db, born)
        # What a wrong date spoke against may be true.
        db.execute(
            "UPDATE faces SET grouped_by = NULL WHERE person_id IN (SELECT value FROM json_each(?))",
            [decisions.ids(born)],
        )
        moved = follow(db, _groups_of(possible))
        concerned.update(face for face, *_ in (*ended, *moved))
        refuted, parted = decisions.enforce(db, concerned)
        guesses = [(face, {"person_id": who, "similarity": alike}) for face, who, alike in (*ended, *refuted)]
        return self._with(
            [RowChange("automatic", face, guess, None) for face, guess in guesses]
            + [RowChange("members", face, {"cluster_id": old}, _in_group(to)) for face, old, to in moved]
            + [RowChange("members", face, {"cluster_id": group}, None) for face, group in parted]
        )

    def reversed(self) -> Edit:
        return Edit(self.label, tuple(RowChange(c.table, c.key, c.after, c.before) for c in self.changes))

    @property
    def is_a_grouping(self) -> bool:
        """Whether the machine alone did all of it."""
        return all(change.table in {*OF_THE_MACHINE, "groupings"} for change in self.changes)

    def come_true(self, done: Edit) -> set[int]:
        """The faces whose groups and people are as this edit has them, once `done` came of it."""
        wanted = {(change.table, change.key): change.after for change in self.changes}
        refuted = {change.key for change in done.changes if wanted.get((change.table, change.key)) != change.after}
        return set(self.touched().faces) - refuted

    def upon(self, db: sqlite_utils.Database) -> Edit:
        """The edit as it will find the machine's own: where that put faces meanwhile comes back by the reverse."""
        there = {
            table: rows_of(db, table, [change.key for change in self.changes if change.table == table])
            for table in ("members", "automatic")
        }
        changes = (
            replace(change, before=there[change.table].get(change.key)) if change.table in there else change
            for change in self.changes
        )
        return replace(self, changes=tuple(changes))

    def of_what_exists(self, db: sqlite_utils.Database) -> list[RowChange]:
        """The changes, without those about faces that a later scan did not find any more, and photos that are gone."""
        faces = {face for change in self.changes if (face := _face_of(change)) is not None}
        photos = self.touched().photos
        no_faces, no_photos = _unknown(db, "faces", faces), _unknown(db, "photos", photos)
        return [
            change
            for change in self.changes
            if _face_of(change) not in no_faces
            and not (change.table == "photo_decisions" and _row(change)["photo_id"] in no_photos)
        ]

    def _with(self, more: Iterable[RowChange]) -> Edit:
        """The edit with what happened after its own changes, or in their place."""
        changes = {(change.table, change.key): change for change in self.changes}
        for change in more:
            given = changes.get((change.table, change.key))
            changes[change.table, change.key] = replace(change, before=given.before) if given else change
        return Edit(self.label, tuple(changes.values()))

    def _faces_to_derive(self, db: sqlite_utils.Database) -> set[int]:
        faces = {face for change in self.changes if change.table in SAYING and (face := _face_of(change)) is not None}
        merged = [change.key for change in self.changes if change.table == "people" and "merged_into" in _row(change)]
        in_photos = decisions.derive_repeats(db, self.touched().photos)
        return faces | in_photos | decisions.faces_that_mention(db, merged)

    def touched(self) -> Touched:
        rows = [(change.table, change.key, _row(change)) for change in self.changes]
        faces = {face for change in self.changes if (face := _face_of(change)) is not None}
        people = {key for table, key, _ in rows if table == "people"}
        people |= {_integer(row["person_id"]) for table, _, row in rows if table in SAYING and row["person_id"]}
        photos = {_integer(row["photo_id"]) for table, _, row in rows if table == "photo_decisions"}
        roots = any(table == "roots" for table, _, _ in rows)
        return Touched(frozenset(faces), frozenset(people), frozenset(photos), roots)

    def to_blob(self) -> bytes:
        changes = [[c.table, c.key, c.before, c.after] for c in self.changes]
        return zlib.compress(json.dumps({"format": FORMAT, "changes": changes}).encode())

    @classmethod
    def from_blob(cls, label: str, blob: bytes) -> Edit:
        content = json.loads(zlib.decompress(blob))
        return cls(label, tuple(RowChange(*change) for change in content["changes"]))


def _unknown(db: sqlite_utils.Database, table: str, numbers: Collection[int]) -> set[int]:
    rows = db.execute(f"SELECT id FROM {table} WHERE id IN (SELECT value FROM json_each(?))", [decisions.ids(numbers)])
    return set(numbers) - {number for (number,) in rows}


def _integer(value: object) -> int:
    assert isinstance(value, int)
    return value


def _face_of(change: RowChange) -> int | None:
    if change.table in {"members", "automatic"}:
        return change.key
    face = _row(change)["face_id"] if change.table in SAYING else None
    return None if face is None else _integer(face)


def _row(change: RowChange) -> Row:
    return change.after or change.before or {}


def _end_guesses(db: sqlite_utils.Database, changes: Iterable[RowChange]) -> list[tuple[int, int, float]]:
    """Drops the guesses about people who go, but for those that the changes speak of, and gives them."""
    going = [change.key for change in changes if change.table == "people" and change.after is None]
    spoken_of = [change.key for change in changes if change.table == "automatic"]
    return db.execute(
        "DELETE FROM automatic WHERE person_id IN (SELECT value FROM json_each(?)) "
        "AND face_id NOT IN (SELECT value FROM json_each(?)) RETURNING face_id, person_id, similarity",
        [decisions.ids(going), decisions.ids(spoken_of)],
    ).fetchall()


def _taken_for(db: sqlite_utils.Database, people: Iterable[int]) -> set[int]:
    rows = db.execute(
        "SELECT face_id FROM automatic WHERE person_id IN (SELECT value FROM json_each(?))", [decisions.ids(people)]
    )
    return {face for (face,) in rows}


def _groups_of(changes: Iterable[RowChange]) -> set[int]:
    """The groups that change, and those that faces go to."""
    ending = {change.key for change in changes if change.table == "clusters"}
    return ending | {_integer(c.after["cluster_id"]) for c in changes if c.table == "members" and c.after is not None}


def _in_group(group: int | None) -> Row | None:
    return None if group is None else {"cluster_id": group}


def follow(db: sqlite_utils.Database, groups: Iterable[int]) -> list[tuple[int, int, int | None]]:
    """Takes the faces of those of these groups that were replaced to where these went, or sets them free where that is
    no unnamed group any more. Gives (face, group, where it went).

    Raises ConflictError where groups would replace each other.
    """
    rows = db.execute(
        """
        WITH RECURSIVE way (start, id) AS (
            SELECT id, replaced_by FROM clusters
            WHERE replaced_by IS NOT NULL AND id IN (SELECT value FROM json_each(?))
            UNION SELECT start, replaced_by FROM way JOIN clusters ON clusters.id = way.id
            WHERE replaced_by IS NOT NULL)
        SELECT start, way.id, clusters.id IS NOT NULL AND replaced_by IS NULL AND named_as IS NULL
        FROM way LEFT JOIN clusters ON clusters.id = way.id""",
        [decisions.ids(groups)],
    ).fetchall()
    where: dict[int, int | None] = {}
    for start, group, stands in rows:
        if start == group:
            raise ConflictError("Groups were joined the other way round since.")
        where[start] = group if stands else where.get(start)
    moved = []
    for start, group in where.items():
        gone = db.execute("SELECT face_id FROM members WHERE cluster_id = ?", [start]).fetchall()
        if group is None:
            db.execute("DELETE FROM members WHERE cluster_id = ?", [start])
        else:
            db.execute("UPDATE members SET cluster_id = ? WHERE cluster_id = ?", [group, start])
        moved += [(face, start, group) for (face,) in gone]
    return moved


def _when(change: RowChange) -> tuple[int, int]:
    place = ORDER[change.table]
    return (0, -place) if change.after is None else (1, place)


def _statements(change: RowChange) -> list[tuple[str, list[object]]]:
    """The SQL that makes a change, with its parameters."""
    key = KEYS[change.table]
    if change.after is None:
        deletion: tuple[str, list[object]] = (f"DELETE FROM {change.table} WHERE {key} = ?", [change.key])
        if change.table == "clusters":
            # What growing has added since goes back to where the machine finds it.
            return [("DELETE FROM members WHERE cluster_id = ?", [change.key]), deletion]
        return [deletion]
    if change.before is None or change.table in {"members", "automatic"}:
        row = {key: change.key, **change.after}
        verb = "INSERT OR REPLACE" if change.table in OF_THE_MACHINE else "INSERT"
        places = ", ".join("?" * len(row))
        return [(f"{verb} INTO {change.table} ({', '.join(row)}) VALUES ({places})", list(row.values()))]
    names = ", ".join(f"{name} = ?" for name in change.after)
    return [(f"UPDATE {change.table} SET {names} WHERE {key} = ?", [*change.after.values(), change.key])]


def rows_of(db: sqlite_utils.Database, table: str, keys: Iterable[int]) -> dict[int, dict[str, object]]:
    """The rows that exist, without their key."""
    key = KEYS[table]
    cursor = db.execute(f"SELECT * FROM {table} WHERE {key} IN (SELECT value FROM json_each(?))", [decisions.ids(keys)])
    names = [column[0] for column in cursor.description]
    rows = (dict(zip(names, values, strict=True)) for values in cursor)
    return {_integer(row.pop(key)): row for row in rows}


def is_as(row: Row | None, side: Row | None) -> bool:
    """Whether a row is what one side of a change says: gone, or with these values."""
    if row is None or side is None:
        return row is side
    return all(row[name] == value for name, value in side.items())


def still_to_make(db: sqlite_utils.Database, changes: Iterable[RowChange]) -> list[RowChange]:
    """The changes that nobody has made before us. Raises ConflictError where a row is neither old nor new."""
    by_table: dict[str, list[RowChange]] = defaultdict(list)
    for change in changes:
        by_table[change.table].append(change)
    left = []
    for table, rows in by_table.items():
        present = rows_of(db, table, [change.key for change in rows])
        for change in rows:
            row = present.get(change.key)
            if is_as(row, change.after):
                continue
            if not is_as(row, change.before):
                raise ConflictError("Later changes build on this step, so it cannot be reversed.", _amiss(change, row))
            left.append(change)
    return left


def _amiss(change: RowChange, row: Row | None) -> RowChange:
    """The part of a change that does not fit the row: the columns with another value."""
    if row is None or change.before is None:
        return change
    columns = {name: value for name, value in change.before.items() if row[name] != value}
    return RowChange(change.table, change.key, columns, columns)


def insert(table: str, key: int, row: Row) -> RowChange:
    return RowChange(table, key, None, row)


def update(db: sqlite_utils.Database, table: str, key: int, columns: Row) -> RowChange:
    """The change that gives an existing row these values."""
    names = list(columns)
    current = db.execute(f"SELECT {', '.join(names)} FROM {table} WHERE {KEYS[table]} = ?", [key]).fetchone()
    return RowChange(table, key, dict(zip(names, current, strict=True)), columns)


def move_to_cluster(db: sqlite_utils.Database, faces: Iterable[int], cluster: int | None) -> list[RowChange]:
    """The changes that put faces into a cluster, or into none."""
    chosen = list(faces)
    present = rows_of(db, "members", chosen)
    after = None if cluster is None else {"cluster_id": cluster}
    return [RowChange("members", face, present.get(face), after) for face in chosen if present.get(face) != after]


def drop_automatic(db: sqlite_utils.Database, faces: Iterable[int]) -> list[RowChange]:
    """The changes that take the machine's guess off these faces."""
    return [RowChange("automatic", face, guess, None) for face, guess in rows_of(db, "automatic", faces).items()]


def set_automatic(db: sqlite_utils.Database, guesses: Mapping[int, tuple[int, float]]) -> list[RowChange]:
    """The changes that give faces to people by the machine's guess: (person, similarity)."""
    before = {change.key: change.before for change in drop_automatic(db, guesses)}
    return [
        RowChange("automatic", face, before.get(face), {"person_id": person, "similarity": similarity})
        for face, (person, similarity) in guesses.items()
    ]


class NewIds:
    """Ids for the rows that an edit will insert. AUTOINCREMENT never gives an id twice, and neither does this."""

    def __init__(self, db: sqlite_utils.Database) -> None:
        self._last = dict(db.execute("SELECT name, seq FROM sqlite_sequence").fetchall())

    def take(self, table: str) -> int:
        self._last[table] = self._last.get(table, 0) + 1
        return int(self._last[table])
