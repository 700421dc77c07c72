"""Taking one step of the history back, wherever it lies, as a step of its own.

What people did since stays, or stands in the way. So does what the machine found since: of its rows only those go back
that are still as the step left them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlite_utils

from app.errors import AppError, UsageError
from app.library import clusters, decisions, edits, history, meanwhile, relations
from app.library.clusters import OPEN
from app.library.edits import KEYS, OF_THE_MACHINE, ConflictError, Edit, Row, RowChange

# Columns of people that a merge changes by the way.
ALONG = {"born_on", "cover_face_id"}


def revert(db: sqlite_utils.Database, step: int) -> Edit:
    """Takes the step back and records that; returns the edit that did it.

    Raises UsageError where there is no such step, AppError where it was undone or taken back, ConflictError where a
    later step stands in the way or nothing is left of it; nothing is changed then once the transaction is rolled back.
    """
    label, human, machine = _plan(db, step)
    edit = _carry_out(db, Edit(f"Take back: {label}", tuple(human)), machine)
    if not edit.changes:
        raise _nothing_left(label)
    return replace(edit, step=history.record(db, edit, takes_back=step))


def undo(db: sqlite_utils.Database, step: int) -> Edit:
    """Takes the step back; the latest one as undo does, so that it can be redone. Raises what `revert` raises."""
    if step == history.latest(db):
        return history.undo(db)
    return revert(db, step)


def obstacle(db: sqlite_utils.Database, step: int) -> str | None:
    """What stands in the way, as a sentence. What the machine may put back shows only when it is done."""
    try:
        _plan(db, step)
    except AppError as error:
        return str(error)
    return None


def _plan(db: sqlite_utils.Database, step: int) -> tuple[str, list[RowChange], list[RowChange]]:
    """The step's label, the changes that take back what a person did by it, and what the machine did."""
    row = db.execute("SELECT label, edit, undone FROM history WHERE id = ?", [step]).fetchone()
    if row is None:
        raise UsageError(f"The history has no step {step}. `kinfolio history` lists them.")
    label, blob, undone = row
    if undone:
        raise AppError(f'"{label}" is undone already.')
    if step in history.taken_back(db):
        raise AppError(f'"{label}" was taken back already.')
    changes = _as_far_as_unchanged(db, Edit.from_blob(label, blob).reversed().of_what_exists(db))
    try:
        human = edits.still_to_make(db, (change for change in changes if change.table not in OF_THE_MACHINE))
        _check_references(db, human)
        _check_merges(db, human)
    except ConflictError as conflict:
        raise ConflictError(_what_stands_in_the_way(db, step, label, conflict.change), conflict.change) from conflict
    machine = _as_left(db, [change for change in changes if change.table in OF_THE_MACHINE])
    if not human and not machine:
        raise _nothing_left(label)
    return label, human, machine


def _nothing_left(label: str) -> ConflictError:
    return ConflictError(f'Nothing is left of "{label}": all of it was changed since. Nothing was changed.')


# What people did since


def _as_far_as_unchanged(db: sqlite_utils.Database, changes: list[RowChange]) -> list[RowChange]:
    """Without the dates of birth and covers that came along with a merge and were changed since: people part all the
    same."""
    along = [c for c in changes if c.table == "people" and c.before and c.after and ALONG.issuperset(c.after)]
    rest = [change for change in changes if change not in along]
    if all(change.table in OF_THE_MACHINE for change in rest):
        return changes
    rows = edits.rows_of(db, "people", [change.key for change in along])
    for change in along:
        before, after = change.before or {}, change.after or {}
        if as_left := dict(before.items() & rows.get(change.key, {}).items()):
            rest.append(replace(change, before=as_left, after={name: after[name] for name in as_left}))
    return rest


def _check_references(db: sqlite_utils.Database, changes: Sequence[RowChange]) -> None:
    """Raises ConflictError where a row would go that others refer to, or come without one that it refers to."""
    by_row = {(change.table, change.key): change for change in changes}
    for child in (table for table in KEYS if table not in OF_THE_MACHINE):
        for _, _, parent, column, *_ in db.execute(f"PRAGMA foreign_key_list({child})").fetchall():
            if parent not in KEYS:
                continue
            going = [key for (table, key), change in by_row.items() if table == parent and change.after is None]
            for (key,) in db.execute(
                f"SELECT {KEYS[child]} FROM {child} WHERE {column} IN (SELECT value FROM json_each(?))",
                [decisions.ids(going)],
            ):
                change = by_row.get((child, key))
                if change is None or (change.after is not None and column not in change.after):
                    raise ConflictError("Another row refers to this one.", RowChange(child, key, None, None))
            coming = [(change.after or {}).get(column) for change in changes if change.table == child]
            needed = {key for key in coming if isinstance(key, int)}
            for key in needed - edits.rows_of(db, parent, needed).keys():
                if (parent, key) not in by_row:
                    raise ConflictError("This row refers to one that is gone.", RowChange(parent, key, None, None))


def _check_merges(db: sqlite_utils.Database, changes: Sequence[RowChange]) -> None:
    """Raises ConflictError where a person would be merged into somebody who was merged into them since."""
    into = decisions.merged(db)
    for change in changes:
        target = (change.after or {}).get("merged_into")
        if change.table == "people" and isinstance(target, int):
            chain = decisions.chain(into, target)
            if change.key in chain:
                last = chain[chain.index(change.key) - 1]
                raise ConflictError("They are one already, the other way round.", RowChange("people", last, None, None))


def _what_stands_in_the_way(db: sqlite_utils.Database, step: int, label: str, change: RowChange | None) -> str:
    """The sentence that names the latest step about the row of `change`."""
    pairs = [pair for pair in history.taken_back(db).items() if min(pair) > step]
    without_effect = {number for pair in pairs for number in pair}
    for number, at, later, blob in db.execute(
        "SELECT id, at, label, edit FROM history WHERE id > ? AND undone = 0 ORDER BY id DESC", [step]
    ):
        if number in without_effect or change is None:
            continue
        if any(_overlap(change, other) for other in Edit.from_blob(later, blob).changes):
            return (
                f'"{label}" (step {step}) cannot be taken back: "{later}" (step {number}, '
                f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}) builds on it{_in_common(db, change)}. "
                "Take that back first; nothing was changed."
            )
    return (
        f'"{label}" (step {step}) cannot be taken back: what it changed was changed again since. Nothing was changed.'
    )


def _in_common(db: sqlite_utils.Database, change: RowChange) -> str:
    """Whom or what the row is about, as the end of a sentence; nothing where it is gone."""
    row = edits.rows_of(db, change.table, [change.key]).get(change.key, {})
    person = change.key if change.table == "people" and row else row.get("person_id")
    if person is not None:
        name, number = db.execute(
            "SELECT name, people.id FROM stands_for JOIN people ON people.id = person_id WHERE stands_for.id = ?",
            [person],
        ).fetchone()
        return f": both are about {name} (person {number})"
    for column, what in (("face_id", "face"), ("photo_id", "photo")):
        if row.get(column) is not None:
            return f": both are about {what} {row[column]}"
    return ""


def _overlap(one: RowChange, other: RowChange) -> bool:
    """Whether two changes of one row have to do with each other: it comes or goes, or they change the same column."""
    if (one.table, one.key) != (other.table, other.key):
        return False
    if None in (one.before, one.after, other.before, other.after):
        return True
    return not (one.after or {}).keys().isdisjoint(other.after or {})


# What the machine did since


def _as_left(db: sqlite_utils.Database, changes: Sequence[RowChange]) -> list[RowChange]:
    """Those of the changes whose rows are still as the step left them."""
    left = []
    for table in OF_THE_MACHINE:
        own = [change for change in changes if change.table == table]
        rows = edits.rows_of(db, table, [change.key for change in own])
        left += [change for change in own if edits.is_as(rows.get(change.key), change.before)]
    # A group into which another has gone since stays, so that the other's id still leads to it.
    ending = _ending(left)
    again = [change.key for change in left if change.table == "clusters" and change.after is not None]
    kept = db.execute(
        "SELECT replaced_by FROM clusters WHERE replaced_by IN (SELECT value FROM json_each(?)) "
        "AND id NOT IN (SELECT value FROM json_each(?))",
        [decisions.ids(ending), decisions.ids(again)],
    )
    staying = {number for (number,) in kept}
    return [change for change in left if change.table != "clusters" or change.key not in staying]


def _ending(changes: Iterable[RowChange]) -> list[int]:
    return [change.key for change in changes if change.table == "clusters" and change.after is None]


def _carry_out(db: sqlite_utils.Database, human: Edit, machine: Sequence[RowChange]) -> Edit:
    """Makes the changes, the machine's as far as they fit what is decided then, and returns all that came of it."""
    keys = _at_stake(db, human, machine)
    before = {table: edits.rows_of(db, table, keys[table]) for table in OF_THE_MACHINE}

    def make(changes: Iterable[RowChange]) -> None:
        for change in Edit(human.label, tuple(changes)).apply(db).changes:
            if change.table in {"members", "automatic"} and change.key not in keys[change.table]:
                keys[change.table].add(change.key)
                before[change.table] |= {} if change.before is None else {change.key: dict(change.before)}

    make(human.changes)
    make(change for change in machine if change.table == "clusters")
    wanted: dict[str, dict[int, Mapping[str, Any]]] = {"members": {}, "automatic": {}}
    for change in machine:
        if change.table in wanted and change.after is not None:
            wanted[change.table][change.key] = change.after
    fitting = clusters.still_true(
        db,
        clusters.Plan(
            moves={face: row["cluster_id"] for face, row in wanted["members"].items()},
            automatic={face: (row["person_id"], row["similarity"]) for face, row in wanted["automatic"].items()},
        ),
        meanwhile.now(db),
    )
    # Where more was said of a face later, grouping finds its place.
    last = max((change.key for change in human.changes if change.table == "relations"), default=0)
    said = {face for (face,) in db.execute("SELECT face_id FROM sides WHERE relation_id > ?", [last])}
    places = {"members": fitting.moves.keys() - said, "automatic": fitting.automatic.keys() - said}
    rest = (change for change in machine if change.table in places)
    make(change for change in rest if change.after is None or change.key in places[change.table])
    make(_parted(db, [change.key for change in machine if change.table == "clusters" and change.after is not None]))
    came = [
        change
        for table in OF_THE_MACHINE
        for change in _differences(table, before[table], edits.rows_of(db, table, keys[table]))
    ]
    return Edit(human.label, (*human.changes, *came))


def _parted(db: sqlite_utils.Database, groups: Sequence[int]) -> list[RowChange]:
    """What takes the fewer of two sides that differ out of these groups, which have come back: what was said before the
    step counts again, also of those who lost their names since."""
    rows = db.execute(
        "SELECT face_id, cluster_id FROM grouped JOIN faces ON faces.id = face_id "
        f"WHERE {OPEN} AND cluster_id IN (SELECT value FROM json_each(?))",
        [decisions.ids(groups)],
    )
    group_of: dict[int, int] = dict(rows.fetchall())
    parted: set[int] = set()
    for sides in relations.apart(db, list(group_of)):
        for group in groups:
            inside = [[face for face in side if group_of.get(face) == group and face not in parted] for side in sides]
            if all(inside):
                fewer = min(inside, key=len)
                parted.update(fewer)
    return [RowChange("members", face, row, None) for face, row in edits.rows_of(db, "members", parted).items()]


def _at_stake(db: sqlite_utils.Database, human: Edit, machine: Sequence[RowChange]) -> dict[str, set[int]]:
    """By table the rows of the machine that may change: those of the step, and what goes with groups and people."""
    keys = {table: {change.key for change in machine if change.table == table} for table in OF_THE_MACHINE}
    people = [change.key for change in human.changes if change.table == "people" and change.after is None]
    for table, column, ending in (("members", "cluster_id", _ending(machine)), ("automatic", "person_id", people)):
        rows = db.execute(
            f"SELECT face_id FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))", [decisions.ids(ending)]
        )
        keys[table] |= {face for (face,) in rows}
    return keys


def _differences(
    table: str, before: dict[int, dict[str, object]], after: dict[int, dict[str, object]]
) -> list[RowChange]:
    """The changes that lead from some rows to the others."""
    changes = []
    for key in before.keys() | after.keys():
        old: Row | None = before.get(key)
        new: Row | None = after.get(key)
        if table == "clusters" and old is not None and new is not None:
            names = [name for name in old if old[name] != new[name]]
            old, new = ({name: side[name] for name in names} for side in (old, new))
        if old != new:
            changes.append(RowChange(table, key, old, new))
    return changes
