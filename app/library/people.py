"""People: questions about them, and the edits by which a person says who is who."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlite_utils

from app.errors import AppError, UsageError
from app.library import decisions, edits, faces, relations
from app.library.deciding import apart_from_their_groups, check_photos, decide, members_of, relate, some
from app.library.decisions import BY_GROUP, NOT_PERSON, PERSON, ids
from app.library.edits import Edit, NewIds, RowChange
from app.library.history import timestamp
from app.library.records import FaceId, FaceKind, Person, PersonId

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
       CASE WHEN EXISTS (SELECT 1 FROM ({own}) WHERE face_id = cover_face_id AND person_id = people.id)
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


def folded(text: str) -> str:
    """Text for comparing: without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


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


# Edits


def tidy(text: str) -> str:
    """As names are kept and looked up: composed letters, one line, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def clean_name(name: str) -> str:
    """A name as it is kept: one line, no space around it. Raises UsageError when nothing is left."""
    kept = tidy(name)
    if not kept:
        raise UsageError("A name needs at least one letter. Nothing was changed.")
    if decisions.as_id(kept) is not None:
        raise UsageError(f"{kept} alone cannot be a name: it would be taken for an id. Add a letter.")
    return kept


def _not(db: sqlite_utils.Database, new_ids: NewIds, pairs: Iterable[tuple[int, int]], origin: str) -> list[RowChange]:
    return [
        change
        for face, person in decisions.said_of(db, pairs)
        for change in decide(new_ids, [face], NOT_PERSON, person=person, origin=origin)
    ]


def _new_person(new_ids: NewIds, name: str) -> tuple[int, RowChange]:
    number = new_ids.take("people")
    row = {"name": name, "cover_face_id": None, "hidden": 0, "favourite": 0, "merged_into": None, "born_on": None}
    return number, edits.insert("people", number, row | {"created_at": timestamp()})


class NameTakenError(AppError):
    """Somebody of that name is known: only the user can say whether it is the same person."""

    def __init__(self, people: Sequence[Person]) -> None:
        super().__init__(f"{people[0].name} is known already. Is this the same person? Nothing was changed.")
        self.people = tuple(people)


def name(
    db: sqlite_utils.Database,
    text: str,
    *,
    singly: Sequence[int],
    groups: Sequence[int],
    person: int | None,
    new_person: bool,
    ask: bool,
    origin: str,
) -> tuple[Edit, int]:
    """The edit that gives faces and whole groups to a person, and that person."""
    faces.check_known(db, singly)
    text = clean_name(text)
    new_ids = NewIds(db)
    changes: list[RowChange] = []
    if person is not None:
        target = resolve(db, person)
    elif ask and not new_person and (known := _called_alike(db, text)):
        raise NameTakenError(known)
    elif new_person or not called(db, text):
        target, change = _new_person(new_ids, text)
        changes.append(change)
    else:
        target = find(db, text).id
        text = one(db, target).name
    named = changes + edits.drop_automatic(db, [*singly, *_others_taken_for(db, singly, target)])
    named += decide(new_ids, singly, PERSON, person=target, origin=origin)
    if not singly and not groups:
        raise UsageError("There is nothing to name: give a face or a group. Nothing was changed.")
    joined, note = _join_groups(db, new_ids, groups, [target], origin, singly=singly)
    return Edit(f"Name {text}{note.format(text)}", tuple(named + joined)), target


def _join_groups(
    db: sqlite_utils.Database,
    new_ids: NewIds,
    groups: Sequence[int],
    people: Sequence[int],
    origin: str,
    *,
    singly: Sequence[int] = (),
) -> tuple[list[RowChange], str]:
    """The changes by which whole groups become the first of some people who are one, and end; a note for the label.

    A face stays undecided where its photo shows the person already, or one of the faces that are named `singly`.
    """
    members = members_of(db, groups)
    check_photos(db, members)
    everyone = [face for faces in members.values() for face in faces if face not in set(singly)]
    left_out = _in_photo_with(db, everyone, people, singly)
    if left_out and len(left_out) == len(everyone) and not singly:
        raise UsageError(
            f"The photos of all faces of the group show another face of {one(db, people[0]).name}. Name a face singly "
            "if it is that person all the same, or say that a photo is a collage. Nothing was changed."
        )
    named = [face for face in everyone if face not in left_out]
    ending = {group: faces for group, faces in members.items() if not left_out.issuperset(faces)}
    leaving = [face for faces in ending.values() for face in faces if face in left_out]
    changes = [
        *edits.drop_automatic(db, [*named, *_others_taken_for(db, named, people[0])]),
        *decide(new_ids, named, PERSON, person=people[0], origin=origin, strength=BY_GROUP),
        *(edits.update(db, "clusters", group, {"named_as": people[0]}) for group in ending),
        *edits.move_to_cluster(db, leaving, None),
    ]
    if not left_out:
        return changes, ""
    return changes, f" without {some_faces(list(left_out))} beside another one of {{}} in the same photo"


def _in_photo_with(
    db: sqlite_utils.Database, numbers: Sequence[int], people: Sequence[int], singly: Sequence[int]
) -> set[int]:
    """Those of the faces whose photo, no collage, shows one of these people by decision, or one of other faces."""
    rows = db.execute(
        "SELECT faces.id FROM faces JOIN photos ON photos.id = faces.photo_id AND NOT repeats_allowed "
        "JOIN faces AS other ON other.photo_id = faces.photo_id AND other.id != faces.id AND other.found = 1 "
        "WHERE faces.id IN (SELECT value FROM json_each(?)) AND (other.person_id IN (SELECT value FROM json_each(?)) "
        "OR other.id IN (SELECT value FROM json_each(?)))",
        [ids(numbers), ids(people), ids(singly)],
    )
    return {face for (face,) in rows}


def _others_taken_for(db: sqlite_utils.Database, numbers: Sequence[int], person: int) -> list[int]:
    """Other faces in the photos of these that the machine takes for the person: one of them is right at most."""
    rows = db.execute(
        "SELECT other.id FROM faces JOIN photos ON photos.id = faces.photo_id AND NOT repeats_allowed "
        "JOIN faces AS other ON other.photo_id = faces.photo_id AND other.id != faces.id "
        "JOIN automatic ON automatic.face_id = other.id AND automatic.person_id = ? "
        "WHERE faces.id IN (SELECT value FROM json_each(?)) AND faces.found = 1",
        [person, ids(numbers)],
    )
    given = set(numbers)
    return [face for (face,) in rows if face not in given]


def _called_alike(db: sqlite_utils.Database, text: str) -> list[Person]:
    """Everybody whose name is this one but for case and accents, also who is hidden."""
    wanted = folded(text)
    rows = db.execute("SELECT id, name FROM people WHERE merged_into IS NULL ORDER BY id")
    return [one(db, number) for number, name in rows.fetchall() if folded(name) == wanted]


def rename(db: sqlite_utils.Database, person: int, text: str, *, ask: bool) -> tuple[Edit, int]:
    new, number = clean_name(text), resolve(db, person)
    if ask and (others := [other for other in _called_alike(db, new) if other.id != number]):
        raise NameTakenError(others)
    return change(db, number, {"name": new}, f"Rename {{}} to {new}"), number


def merge(
    db: sqlite_utils.Database,
    numbers: Sequence[int],
    groups: Sequence[int],
    singly: Sequence[int],
    origin: str,
    *,
    keep_cover: bool,
) -> tuple[Edit, int]:
    """The edit that makes all these people, unnamed groups and faces the first of them.

    What was decided about the others stays as it was said.
    """
    faces.check_known(db, singly)
    people = list(dict.fromkeys(resolve(db, number) for number in numbers))
    if len(people) + len(groups) + len(singly) < 2:
        raise UsageError("Merging needs two different people. Nothing was changed.")
    target, *others = people
    new_ids = NewIds(db)
    changes = [edits.update(db, "people", other, {"merged_into": target}) for other in others]
    if kept := {**(_cover_shown(db, target) if keep_cover else {}), **_birth_taken_over(db, target, others)}:
        changes.append(edits.update(db, "people", target, kept))
    if others:
        # That, by whom and when it was said is kept here; what follows from it is `merged_into`.
        changes += relate(new_ids, relations.SAME, ((), people), origin=origin)
    rows = db.execute(
        "SELECT face_id, person_id, similarity FROM automatic WHERE person_id IN (SELECT value FROM json_each(?))",
        [ids(people)],
    ).fetchall()
    refused = {face for face, person in decisions.rejections(db, {face for face, _, _ in rows}) if person in people}
    # A guess gives way to a decision about another face of its photo, which may have been about one of the others.
    decided = db.execute("SELECT id FROM faces WHERE person_id IN (SELECT value FROM json_each(?))", [ids(people)])
    certain = [*(face for (face,) in decided), *singly]
    refused |= {*singly} | {face for person in people for face in _others_taken_for(db, certain, person)}
    refused |= _second_in_photo(db, {face for face, _, _ in rows} - refused)
    guessed = {face: (target, similarity) for face, person, similarity in rows if person != target}
    changes += edits.set_automatic(db, {face: guess for face, guess in guessed.items() if face not in refused})
    changes += edits.drop_automatic(db, refused)
    changes += decide(new_ids, singly, PERSON, person=target, origin=origin)
    joined, note = _join_groups(db, new_ids, groups, people, origin, singly=singly)
    names = [one(db, other).name for other in others]
    names += [some(groups, "group")] * bool(groups) + [some(singly, "face")] * bool(singly)
    into = one(db, target).name
    return Edit(f"Merge {', '.join(names)} into {into}{note.format(into)}", (*changes, *joined)), target


def _second_in_photo(db: sqlite_utils.Database, guessed: set[int]) -> set[int]:
    """Those of the guesses that cannot be the same person as one of the others: in a photo only the likest stays."""
    rows = db.execute(
        "SELECT faces.id, photo_id FROM automatic JOIN faces ON faces.id = face_id "
        "JOIN photos ON photos.id = photo_id AND NOT repeats_allowed "
        "WHERE faces.id IN (SELECT value FROM json_each(?)) ORDER BY similarity, faces.id DESC",
        [ids(guessed)],
    ).fetchall()
    return guessed.intersection(face for face, _ in rows).difference({photo: face for face, photo in rows}.values())


def _cover_shown(db: sqlite_utils.Database, target: int) -> edits.Row:
    """The face that stands for this person at present, where nobody chose it yet."""
    shown = one(db, target).cover
    (chosen,) = db.execute("SELECT cover_face_id FROM people WHERE id = ?", [target]).fetchone()
    return {} if shown in (None, chosen) else {"cover_face_id": shown}


def _birth_taken_over(db: sqlite_utils.Database, target: int, others: Sequence[int]) -> edits.Row:
    """The date of birth that was noted for one of the others, where none contradicts it."""
    born = {date for person in (target, *others) if (date := one(db, person).born_on) is not None}
    if one(db, target).born_on is not None or len(born) != 1:
        return {}
    return {"born_on": born.pop().isoformat()}


def set_born(db: sqlite_utils.Database, person: int, born_on: date | None) -> Edit:
    if born_on is not None and born_on > date.today():
        raise UsageError(f"{born_on} is still to come; a date of birth is a day of the past. Nothing was changed.")
    label = "Note when {} was born" if born_on is not None else "Forget when {} was born"
    return change(db, person, {"born_on": None if born_on is None else born_on.isoformat()}, label)


def split(db: sqlite_utils.Database, numbers: Sequence[int], text: str | None, origin: str) -> tuple[Edit, int | None]:
    """The edit that takes faces off their person or group: to a new person, or to a group of their own.

    Where two of them are in one photo they are different people, so without a name each is alone then.
    """
    _check_faces(db, numbers)
    new_ids = NewIds(db)
    changes = edits.drop_automatic(db, numbers)
    changes += _not(db, new_ids, _taken_for(db, numbers), origin)
    changes += apart_from_their_groups(db, new_ids, numbers, origin)
    if text is not None:
        target, change = _new_person(new_ids, clean_name(text))
        changes.append(change)
        changes += decide(new_ids, numbers, PERSON, person=target, origin=origin)
        return Edit(f"Split off {clean_name(text)}", tuple(changes)), target
    group = None
    if len(numbers) > 1 and not _of_one_photo(db, numbers):
        group = new_ids.take("clusters")
        changes.append(edits.insert("clusters", group, {"engine_id": None, "named_as": None, "replaced_by": None}))
        changes += relate(new_ids, relations.SAME, (numbers, ()), origin=origin)
    changes += edits.move_to_cluster(db, numbers, group)
    if not changes:
        raise UsageError("There is nobody to split off: these faces are nobody's and in no group. Nothing was changed.")
    return Edit(f"Split off {some_faces(numbers)}", tuple(changes)), None


def _check_faces(db: sqlite_utils.Database, numbers: Sequence[int]) -> None:
    faces.check_known(db, numbers)
    if not numbers:
        raise UsageError("There is no face to change: give one, or a group with undecided faces. Nothing was changed.")


def _of_one_photo(db: sqlite_utils.Database, numbers: Sequence[int]) -> bool:
    """Whether a photo shows two of these faces, and one person may be in it only once."""
    row = db.execute(
        "SELECT 1 FROM faces JOIN photos ON photos.id = photo_id WHERE NOT repeats_allowed "
        "AND faces.id IN (SELECT value FROM json_each(?)) GROUP BY photo_id HAVING count(*) > 1",
        [ids(numbers)],
    ).fetchone()
    return row is not None


def _taken_for(db: sqlite_utils.Database, numbers: Sequence[int]) -> list[tuple[int, int]]:
    """(face, person) for those of the faces that are somebody's, by decision or guess."""
    return db.execute(
        "SELECT faces.id, coalesce(faces.person_id, automatic.person_id) AS person FROM faces "
        "LEFT JOIN automatic ON automatic.face_id = faces.id "
        "WHERE faces.id IN (SELECT value FROM json_each(?)) AND person IS NOT NULL ORDER BY faces.id",
        [ids(numbers)],
    ).fetchall()


def reject(db: sqlite_utils.Database, numbers: Sequence[int], person: int, origin: str) -> tuple[Edit, int]:
    _check_faces(db, numbers)
    target = resolve(db, person)
    guessed = [
        change for change in edits.drop_automatic(db, numbers) if change.before and change.before["person_id"] == target
    ]
    new_ids = NewIds(db)
    changes = guessed + _not(db, new_ids, ((face, target) for face in numbers), origin)
    return Edit(f"Not {one(db, target).name}", tuple(changes)), target


def set_kind(db: sqlite_utils.Database, numbers: Sequence[int], kind: FaceKind, origin: str) -> Edit:
    _check_faces(db, numbers)
    verb = {FaceKind.FACE: "Show", FaceKind.IGNORED: "Ignore", FaceKind.NOT_A_FACE: "Strike out"}[kind]
    changes = edits.drop_automatic(db, numbers) + decide(NewIds(db), numbers, kind.value, origin=origin)
    return Edit(f"{verb} {some_faces(numbers)}", tuple(changes))


def some_faces(numbers: Sequence[int]) -> str:
    return "a face" if len(numbers) == 1 else f"{len(numbers)} faces"


def change(db: sqlite_utils.Database, person: int, columns: edits.Row, label: str) -> Edit:
    """The edit that gives a person other columns; the label tells what happens to "{}", the person."""
    number = resolve(db, person)
    # Not str.format: a name may hold braces.
    return Edit(label.replace("{}", one(db, number).name, 1), (edits.update(db, "people", number, columns),))


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


def check_cover(db: sqlite_utils.Database, person: int, face: FaceId) -> None:
    if (face, resolve(db, person)) not in _taken_for(db, [face]):
        raise UsageError("The cover must be one of the person's own faces. Nothing was changed.")
