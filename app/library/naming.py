"""The edits by which people say who faces and groups are: names, and merging."""

from __future__ import annotations

from collections.abc import Sequence

import sqlite_utils

from app.errors import AppError, UsageError
from app.library import decisions, edits, faces, relations
from app.library.deciding import check_photos, decide, members_of, relate, some
from app.library.decisions import BY_GROUP, PERSON, ids
from app.library.edits import Edit, NewIds, RowChange
from app.library.history import timestamp
from app.library.people import called, find, folded, one, resolve, tidy
from app.library.records import Person


class NameTakenError(AppError):
    """Somebody of that name is known: only the user can say whether it is the same person."""

    def __init__(self, people: Sequence[Person]) -> None:
        super().__init__(f"{people[0].name} is known already. Is this the same person? Nothing was changed.")
        self.people = tuple(people)


def clean_name(name: str) -> str:
    """A name as it is kept: one line, no space around it. Raises UsageError when nothing is left."""
    kept = tidy(name)
    if not kept:
        raise UsageError("A name needs at least one letter. Nothing was changed.")
    if decisions.as_id(kept) is not None:
        raise UsageError(f"{kept} alone cannot be a name: it would be taken for an id. Add a letter.")
    return kept


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
    elif ask and not new_person and (known := called_alike(db, text)):
        raise NameTakenError(known)
    elif new_person or not called(db, text):
        target, change = add_person(new_ids, text)
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


def add_person(new_ids: NewIds, name: str) -> tuple[int, RowChange]:
    number = new_ids.take("people")
    row = {"name": name, "cover_face_id": None, "hidden": 0, "favourite": 0, "merged_into": None, "born_on": None}
    return number, edits.insert("people", number, row | {"created_at": timestamp()})


def called_alike(db: sqlite_utils.Database, text: str) -> list[Person]:
    """Everybody whose name is this one but for case and accents, also who is hidden."""
    wanted = folded(text)
    rows = db.execute("SELECT id, name FROM people WHERE merged_into IS NULL ORDER BY id")
    return [one(db, number) for number, name in rows.fetchall() if folded(name) == wanted]


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
    if len(left_out) == 1:
        return changes, ", except a face in a photo that shows {} already"
    return changes, f", except {len(left_out)} faces in photos that show {{}} already"


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
