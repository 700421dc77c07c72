"""Names as they are typed: whose they are, and who may be meant by a beginning of one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import sqlite_utils

from app.library import decisions
from app.library.people import folded
from app.library.records import Named, PersonId


def known(db: sqlite_utils.Database, only: Collection[PersonId] | None = None) -> list[Named]:
    """Everybody's names, or those of some; people who were merged into another one have none of their own."""
    which = "" if only is None else " AND id IN (SELECT value FROM json_each(?))"
    rows = db.execute(
        f"SELECT id, name, hidden FROM people WHERE merged_into IS NULL{which}",
        [] if only is None else [decisions.ids(only)],
    )
    return [Named(PersonId(number), name, folded(name), bool(hidden)) for number, name, hidden in rows]


def fitting(
    people: Iterable[Named], text: str, likely: Sequence[PersonId], recent: Sequence[PersonId], limit: int
) -> list[Named]:
    """Who may be meant: who is called exactly so, then the likely ones, then the recent ones, then all others.

    Those fit who have a word that begins like the text, whatever its case and accents. For no text only the likely and
    the recent ones are given.
    """
    start = " ".join(folded(text).split())
    first = {person: place for place, person in enumerate(dict.fromkeys((*likely, *recent)))}
    found = []
    for one in people:
        place = first.get(one.id, len(first))
        if not start:
            if place < len(first):
                found.append((False, place, 0, one.folded, one.id, one))
        elif (where := _begins(one.folded, start)) >= 0:
            found.append((one.folded != start, place, min(where, 1), one.folded, one.id, one))
    return [one for *_, one in sorted(found)[:limit]]


def beginning(people: Iterable[Named], text: str) -> list[Named]:
    """Those who have a word that begins like the text."""
    start = " ".join(folded(text).split())
    return [one for one in people if _begins(one.folded, start) >= 0]


def _begins(name: str, text: str) -> int:
    """Where a word of the name begins like the text, -1 where none does.

    Words are not only parted by spaces: "Luc" begins one in Jean-Luc, and each sign of a Chinese name is a word.
    """
    where = name.find(text)
    while where > 0 and name[where - 1].lower() != name[where - 1].upper():
        where = name.find(text, where + 1)
    return where
