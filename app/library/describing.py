"""The edits of people themselves: their name, cover and date of birth, and whether they are hidden or favourites."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlite_utils

from app.errors import UsageError
from app.library import edits
from app.library.correcting import set_kind, taken_for
from app.library.decisions import ids
from app.library.edits import Edit
from app.library.naming import NameTakenError, called_alike, clean_name
from app.library.people import one, resolve
from app.library.records import FaceId, FaceKind


def rename(db: sqlite_utils.Database, person: int, text: str, *, ask: bool) -> tuple[Edit, int]:
    new, number = clean_name(text), resolve(db, person)
    if ask and (others := [other for other in called_alike(db, new) if other.id != number]):
        raise NameTakenError(others)
    return change(db, number, {"name": new}, f"Rename {{}} to {new}"), number


def change(db: sqlite_utils.Database, person: int, columns: edits.Row, label: str) -> Edit:
    """The edit that gives a person other columns; the label tells what happens to "{}", the person."""
    number = resolve(db, person)
    # Not str.format: a name may hold braces.
    return Edit(label.replace("{}", one(db, number).name, 1), (edits.update(db, "people", number, columns),))


def set_born(db: sqlite_utils.Database, person: int, born_on: date | None) -> Edit:
    if born_on is not None and born_on > date.today():
        raise UsageError(f"{born_on} is still to come; a date of birth is a day of the past. Nothing was changed.")
    label = "Note when {} was born" if born_on is not None else "Forget when {} was born"
    return change(db, person, {"born_on": None if born_on is None else born_on.isoformat()}, label)


def check_cover(db: sqlite_utils.Database, person: int, face: FaceId) -> None:
    if (face, resolve(db, person)) not in taken_for(db, [face]):
        raise UsageError("The cover must be one of the person's own faces. Nothing was changed.")


def mark(
    db: sqlite_utils.Database, numbers: Sequence[int], *, hidden: bool | None = None, favourite: bool | None = None
) -> Edit:
    """The edit that hides, shows or favours all of these people, as far as something is asked for."""
    columns = {name: int(on) for name, on in (("hidden", hidden), ("favourite", favourite)) if on is not None}
    persons = list(dict.fromkeys(resolve(db, number) for number in numbers))
    if not persons:
        raise UsageError("There is nobody to change: give a person. Nothing was changed.")
    changes = tuple(edits.update(db, "people", number, columns) for number in persons)
    who = one(db, persons[0]).name if len(persons) == 1 else f"{len(persons)} people"
    if hidden is not None:
        return Edit(f"Hide {who}" if hidden else f"Show {who}", changes)
    if len(persons) == 1:
        return Edit(f"Make {who} a favourite" if favourite else f"Make {who} no favourite", changes)
    return Edit(f"Make {who} favourites" if favourite else f"Make {who} no favourites", changes)


def show_again(db: sqlite_utils.Database, numbers: Sequence[int], groups: Sequence[int], origin: str) -> Edit:
    """The edit that shows hidden people, and the ignored faces of groups."""
    shown = mark(db, numbers, hidden=False) if numbers else None
    rows = db.execute(
        "SELECT id FROM grouped JOIN faces ON faces.id = face_id WHERE kind = 'ignored' "
        "AND cluster_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        [ids(groups)],
    )
    ignored = [face for (face,) in rows]
    again = set_kind(db, ignored, FaceKind.FACE, origin) if ignored or shown is None else None
    steps = [edit for edit in (shown, again) if edit is not None]
    label = "Show " + " and ".join(edit.label.removeprefix("Show ") for edit in steps)
    return Edit(label, tuple(change for edit in steps for change in edit.changes))
