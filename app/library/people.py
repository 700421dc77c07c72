"""Questions about people: everybody, somebody by name or id, what a name is compared by."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlite_utils

from app.errors import UsageError
from app.library import decisions
from app.library.decisions import ids
from app.library.records import Person, PersonId

# Decided faces and the machine's guesses, in photos that are present: two branches, so that each uses its index, and
# from the guesses to their faces, which are many more.
FACES_OF = """
    SELECT shown.person_id, shown.id AS face_id, photo_id, quality + 1 AS worth FROM shown
    WHERE kind = 'face' AND shown.person_id {which}
    UNION ALL
    SELECT automatic.person_id, shown.id, photo_id, quality FROM automatic
    CROSS JOIN shown ON shown.id = automatic.face_id
    WHERE kind = 'face' AND shown.person_id IS NULL AND automatic.person_id {which}"""
# A person without any face left, shown or not, is only a name that was taken back.
SELECT = """
SELECT people.id, people.name, coalesce(found.size, 0), coalesce(found.photos, 0),
       CASE WHEN EXISTS (
                SELECT 1 FROM shown LEFT JOIN automatic ON face_id = shown.id WHERE shown.id = cover_face_id
                AND kind = 'face' AND coalesce(shown.person_id, automatic.person_id) = people.id)
            THEN cover_face_id ELSE found.face_id END,
       people.hidden, people.favourite, people.born_on
FROM people LEFT JOIN (
    SELECT person_id, count(*) AS size, count(DISTINCT photo_id) AS photos, face_id, max(worth)
    FROM ({own}) GROUP BY person_id) AS found ON found.person_id = people.id
WHERE merged_into IS NULL"""
EVERYONE = SELECT.format(own=FACES_OF.format(which="IS NOT NULL"))
ONE = SELECT.format(own=FACES_OF.format(which="= :person")) + " AND people.id = :person"
SOME = "SELECT value FROM json_each(:people)"
THESE = SELECT.format(own=FACES_OF.format(which=f"IN ({SOME})")) + f" AND people.id IN ({SOME})"
HAS_FACES = " AND (found.size OR EXISTS (SELECT 1 FROM faces WHERE faces.person_id = people.id))"

# Spaces without width, soft hyphens, marks of direction: other programs leave them in names that look the same then.
# Not the joiners, which change how letters look.
UNSEEN = re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def folded(text: str) -> str:
    """Text for comparing: without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def tidy(text: str) -> str:
    """As names are kept and looked up: composed letters, one line, single spaces, nothing that nobody sees."""
    return " ".join(unicodedata.normalize("NFC", UNSEEN.sub("", text)).split())


def _person(row: Sequence[Any]) -> Person:
    number, name, size, photos, cover, hidden, favourite, born_on = row
    return Person(
        PersonId(number),
        name,
        size,
        photos,
        cover,
        bool(hidden),
        bool(favourite),
        None if born_on is None else date.fromisoformat(born_on),
    )


def everyone(db: sqlite_utils.Database, *, hidden: bool) -> list[Person]:
    rows = db.execute(EVERYONE + HAS_FACES + ("" if hidden else " AND NOT hidden"))
    return sorted(map(_person, rows), key=lambda person: (not person.favourite, folded(person.name), person.id))


def resolve(db: sqlite_utils.Database, person: int) -> int:
    """The person this id stands for, after all merges. Raises UsageError for ids that are nobody's."""
    if db.execute("SELECT 1 FROM people WHERE id = ?", [person]).fetchone() is None:
        raise UsageError(f"There is no person {person}. `kinfolio people` lists them.")
    return decisions.chain(decisions.merged(db), person)[-1]


def one(db: sqlite_utils.Database, person: int) -> Person:
    number = resolve(db, person)
    row = db.execute(ONE, {"person": number}).fetchone()
    return _person(row)


def by_ids(db: sqlite_utils.Database, numbers: Iterable[int]) -> list[Person]:
    """In the order given; whom nobody knows, or who was merged into another one, is left out."""
    wanted = list(numbers)
    found = {person.id: person for person in map(_person, db.execute(THESE, {"people": ids(wanted)}))}
    return [found[PersonId(number)] for number in wanted if number in found]


def find(db: sqlite_utils.Database, text: str) -> Person:
    """A person by name, whatever its case, or by id. Raises UsageError that offers names that are close."""
    text = tidy(text)
    namesakes = called(db, text)
    if len(namesakes) > 1:
        numbers = ", ".join(map(str, namesakes))
        raise UsageError(f"{len(namesakes)} people are called {text!r}. Give an id instead: {numbers}.")
    number = decisions.as_id(text)
    if number is not None and db.execute("SELECT 1 FROM people WHERE id = ?", [number]).fetchone() is not None:
        return one(db, number)
    if namesakes:
        return one(db, namesakes[0])
    names = [name for (name,) in db.execute("SELECT DISTINCT name FROM people WHERE merged_into IS NULL")]
    close = difflib.get_close_matches(text, names, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(map(repr, close))}?" if close else "`kinfolio people` lists everyone."
    if number is not None:
        hint = "A number stands for an id; a name needs a letter."
    raise UsageError(f"There is no person called {text!r}. {hint}")


def called(db: sqlite_utils.Database, text: str) -> list[int]:
    """Whose name this is; where nobody's is written so, whose it is but for its case."""
    text = tidy(text)
    rows = db.execute("SELECT id, name FROM people WHERE merged_into IS NULL ORDER BY id").fetchall()
    alike = [(number, name) for number, name in rows if name.casefold() == text.casefold()]
    return [number for number, name in alike if name == text] or [number for number, _ in alike]


def named_last(db: sqlite_utils.Database, limit: int) -> list[int]:
    """The people that names were given to last, the last one first."""
    target = decisions.targets(db)
    recent: list[int] = []
    for (number,) in db.execute("SELECT person_id FROM decisions WHERE kind = 'person' ORDER BY id DESC LIMIT 10000"):
        person = target.get(number, number)
        if person not in recent:
            recent.append(person)
        if len(recent) == limit:
            break
    return recent
