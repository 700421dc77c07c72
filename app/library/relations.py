"""Relations: which faces and people were said to be one person, or different ones. Decisions on single faces win.

Later statements win over earlier ones: what was joined and then told apart is apart, and the other way round. People
count as whom they stand for after all merges, so a merge ends what was said of a difference between the two.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import sqlite_utils

SAME = "same"
DIFFERENT = "different"

AMONG = "WHERE relation_id IN (SELECT value FROM json_each(:chosen))"
# Of a group from which many faces were split off one by one, each split has told of all the others: what matters of
# the side on which a chosen face is, is that face alone.
ABOUT_FACES = """
WHERE relation_id IN (SELECT relation_id FROM sides WHERE face_id IN (SELECT value FROM json_each(:chosen)))
  AND (kind = 'same' OR face_id IN (SELECT value FROM json_each(:chosen)) OR (relation_id, 1 - side) IN (
    SELECT relation_id, side FROM sides WHERE face_id IN (SELECT value FROM json_each(:chosen))))"""

People = frozenset[int]
Faces = frozenset[int]


@dataclass(frozen=True, slots=True)
class _Side:
    faces: Faces = frozenset()
    people: People = frozenset()

    def __bool__(self) -> bool:
        return bool(self.faces or self.people)


@dataclass(frozen=True, slots=True)
class _Relation:
    """A 'same' relation has its faces and people on side 0."""

    id: int
    kind: str
    sides: tuple[_Side, _Side]


def together(db: sqlite_utils.Database) -> list[list[int]]:
    """Sets of at least two undecided faces that were said to be one person, and not said to differ since."""
    relations = _read(db)
    undecided = _undecided(db, _named(relations))
    crossing = _by_face(relation for relation in relations if relation.kind == DIFFERENT)
    found = []
    for same in (relation for relation in relations if relation.kind == SAME):
        faces = same.sides[0].faces & undecided
        later = _touching(crossing, faces, after=same.id)
        cuts = [[side.faces for side in cut.sides] for cut in later if all(side.faces & faces for side in cut.sides)]
        pieces: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for face in sorted(faces):
            pieces[tuple((face in one) - (face in other) for one, other in cuts)].append(face)
        found += [piece for piece in pieces.values() if len(piece) >= 2]
    return found


def apart(db: sqlite_utils.Database, faces: Collection[int] | None = None) -> list[tuple[list[int], list[int]]]:
    """The undecided faces of two sides that were said to be different people, and not said to be the same since.

    A side without faces is a person: who may not be taken for whom, `refused` tells. Where no side has an undecided
    face, or a side has neither faces nor people left, there is nothing to tell. Of `faces`, where they are given, it
    tells all from whom they differ, and of no others.
    """
    relations = _read(db) if faces is None else _read(db, ABOUT_FACES, _undecided(db, faces))
    undecided = _undecided(db, _named(relations))
    found = []
    for one, other in _differing(relations):
        both = sorted(one.faces & undecided), sorted(other.faces & undecided)
        if any(both) and (both[0] or one.people) and (both[1] or other.people):
            found.append(both)
    return found


def sides(db: sqlite_utils.Database, faces: Collection[int] | None = None) -> dict[int, set[int]]:
    """For each face that `apart` tells of the sides it is on: those of side n differ from those of side n ^ 1."""
    found: dict[int, set[int]] = defaultdict(set)
    for number, pair in enumerate(apart(db, faces)):
        for side, members in enumerate(pair):
            for face in members:
                found[face].add(2 * number + side)
    return dict(found)


def refused(db: sqlite_utils.Database, faces: Collection[int] | None = None) -> set[tuple[int, int]]:
    """All pairs (face, person) that are forbidden by what was said of differences. None asks about every face.

    The people of a side are those named on it, and whom more than half of its faces are decided to be. Its faces, and
    the decided faces of its people, are not the people of the other side. Whom a face was decided to be, it is.
    """
    relations = _read(db) if faces is None else _read(db, AMONG, _concerning(db, faces))
    decided = _decided(db, _named(relations))
    pairs: set[tuple[int, int]] = set()
    forbidden: dict[int, set[int]] = defaultdict(set)
    for sides in _differing(relations):
        people = [side.people | _majority(side.faces, decided) for side in sides]
        for place, side in enumerate(sides):
            own, others = people[place], people[1 - place]
            # Whoever is on both sides was merged, or named as one, since.
            strangers = others - own
            pairs |= {(face, person) for face in side.faces for person in strangers if decided.get(face) != person}
            for person in own - others:
                forbidden[person] |= strangers
    rows = db.execute(
        "SELECT id, person_id FROM faces WHERE person_id IN (SELECT value FROM json_each(?))", [_ids(forbidden)]
    )
    pairs |= {(face, stranger) for face, person in rows for stranger in forbidden[person]}
    if faces is None:
        return pairs
    asked = set(faces)
    return {pair for pair in pairs if pair[0] in asked}


def told_apart(
    db: sqlite_utils.Database,
    one: tuple[Collection[int], Collection[int]],
    other: tuple[Collection[int], Collection[int]],
) -> bool:
    """Whether one word said that all of the one differ from all of the other, and none since that they are the same.

    Each is faces and people.
    """
    first, second = (_Side(frozenset(faces), frozenset(people)) for faces, people in (one, other))
    chosen = first.faces | second.faces
    if chosen:
        relations = _read(db, ABOUT_FACES, chosen)
    else:
        of_people = db.execute("SELECT DISTINCT relation_id FROM sides WHERE person_id IS NOT NULL")
        relations = _read(db, AMONG, [number for (number,) in of_people])
    return any(
        first.faces <= here.faces
        and first.people <= here.people
        and second.faces <= there.faces
        and second.people <= there.people
        for sides in _differing(relations)
        for here, there in (sides, sides[::-1])
    )


def beside(db: sqlite_utils.Database, faces: Collection[int]) -> set[int]:
    """The faces of all relations that mention one of these: what is decided of one may tell of the others."""
    rows = db.execute(
        "SELECT DISTINCT face_id FROM sides WHERE face_id IS NOT NULL AND relation_id IN "
        "(SELECT relation_id FROM sides WHERE face_id IN (SELECT value FROM json_each(?)))",
        [_ids(faces)],
    )
    return {face for (face,) in rows}


def _ids(values: Iterable[int]) -> str:
    return json.dumps(list(values))


def _read(db: sqlite_utils.Database, where: str = "", chosen: Collection[int] = ()) -> list[_Relation]:
    """Relations with people as whom they stand for, in the order in which they were said."""
    rows = db.execute(
        "SELECT relation_id, kind, side, face_id, stands_for.person_id FROM sides JOIN relations "
        "ON relations.id = relation_id LEFT JOIN stands_for ON stands_for.id = sides.person_id "
        f"{where} ORDER BY relation_id",
        {"chosen": _ids(chosen)} if where else {},
    )
    kinds: dict[int, str] = {}
    found: dict[int, tuple[tuple[set[int], set[int]], ...]] = {}
    for number, kind, side, face, person in rows:
        kinds[number] = kind
        faces, people = found.setdefault(number, ((set(), set()), (set(), set())))[side]
        if face is None:
            people.add(person)
        else:
            faces.add(face)
    return [_Relation(number, kinds[number], (_frozen(sides[0]), _frozen(sides[1]))) for number, sides in found.items()]


def _frozen(side: tuple[set[int], set[int]]) -> _Side:
    return _Side(frozenset(side[0]), frozenset(side[1]))


def _named(relations: Iterable[_Relation]) -> set[int]:
    return {face for relation in relations for side in relation.sides for face in side.faces}


def _concerning(db: sqlite_utils.Database, faces: Collection[int]) -> set[int]:
    """The 'different' relations that mention these faces or whom they are decided to be, and what may end those."""
    rows = db.execute(
        """
        WITH asked AS (SELECT value AS id FROM json_each(?)),
        people AS (SELECT DISTINCT person_id AS id FROM faces WHERE id IN asked AND person_id IS NOT NULL),
        found AS (
            SELECT relation_id FROM sides WHERE face_id IN asked
            UNION SELECT relation_id FROM sides WHERE person_id IN (
                SELECT stands_for.id FROM stands_for WHERE person_id IN people)
            UNION SELECT relation_id FROM sides WHERE face_id IN (SELECT id FROM faces WHERE person_id IN people))
        SELECT relation_id FROM found
        UNION SELECT relation_id FROM sides WHERE face_id IN (
            SELECT face_id FROM sides WHERE relation_id IN found AND face_id IS NOT NULL)
        """,
        [_ids(faces)],
    )
    return {number for (number,) in rows}


def _by_face(relations: Iterable[_Relation]) -> dict[int, list[_Relation]]:
    found: dict[int, list[_Relation]] = defaultdict(list)
    for relation in relations:
        for side in relation.sides:
            for face in side.faces:
                found[face].append(relation)
    return found


def _touching(by_face: dict[int, list[_Relation]], faces: Iterable[int], *, after: int) -> list[_Relation]:
    """The relations said after that one which mention one of the faces, in order."""
    found = {relation.id: relation for face in faces for relation in by_face.get(face, ()) if relation.id > after}
    return [found[number] for number in sorted(found)]


def _differing(relations: Sequence[_Relation]) -> list[tuple[_Side, _Side]]:
    """What is left of the 'different' relations after faces of both sides were said to be the same."""
    joins = _by_face(relation for relation in relations if relation.kind == SAME)
    found: list[tuple[_Side, _Side]] = []
    for relation in (relation for relation in relations if relation.kind == DIFFERENT):
        pieces = [relation.sides]
        for join in _touching(joins, relation.sides[0].faces, after=relation.id):
            pieces = [left for piece in pieces for left in _without(*piece, join.sides[0].faces)]
        found += pieces
    return found


def _without(one: _Side, other: _Side, same: Faces) -> list[tuple[_Side, _Side]]:
    if not (one.faces & same and other.faces & same):
        return [(one, other)]
    pieces = [
        (replace(one, faces=one.faces - same), other),
        (_Side(one.faces & same), replace(other, faces=other.faces - same)),
    ]
    return [piece for piece in pieces if all(piece)]


def _undecided(db: sqlite_utils.Database, faces: Collection[int]) -> Faces:
    rows = db.execute(
        "SELECT id FROM faces WHERE found = 1 AND kind = 'face' AND person_id IS NULL "
        "AND id IN (SELECT value FROM json_each(?))",
        [_ids(faces)],
    )
    return frozenset(face for (face,) in rows)


def _decided(db: sqlite_utils.Database, faces: Collection[int]) -> dict[int, int]:
    rows = db.execute(
        "SELECT id, person_id FROM faces WHERE person_id IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
        [_ids(faces)],
    )
    return dict(rows.fetchall())


def _majority(faces: Faces, decided: dict[int, int]) -> People:
    votes = Counter(decided[face] for face in faces if face in decided)
    return frozenset(person for person, count in votes.items() if 2 * count > len(faces))
