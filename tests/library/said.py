"""What was said, replayed from the rules alone: whatever else happens, the library must come to the same."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Statement(NamedTuple):
    """Of one face: it is this `person`, it is "not person", or it is of another kind."""

    face: int
    kind: str
    person: int | None = None
    strength: str = "confirmed"


class Of(NamedTuple):
    """One side of a relation."""

    faces: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()


class Relation(NamedTuple):
    """The faces of one side are one person, or nobody of one side is anybody of the other."""

    one: Of
    other: Of | None = None


@dataclass(eq=False)
class Step:
    statements: list[Statement] = field(default_factory=list)
    merges: dict[int, int] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    repeats: dict[int, bool] = field(default_factory=dict)
    groups: frozenset[int] = frozenset()  # made by this step
    takes_back: Step | None = None
    undone: bool = False
    number: int = 0
    before: Any = field(default=None, repr=False)
    after: Any = field(default=None, repr=False)
    # How often the machine had changed something when `before` and `after` were true.
    at: int = 0


class Said:
    """The steps in order, those that are undone last."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        # Faces only while somebody says so.
        self.drawn: set[int] = set()

    def counting(self) -> list[Step]:
        """The steps that are neither undone nor taken back."""
        found, gone = [], set()
        for step in reversed(self.steps):
            if not step.undone and step not in gone:
                found.append(step)
                gone.add(step.takes_back)
        return found[::-1]

    def statements(self) -> dict[int, list[Statement]]:
        by_face: dict[int, list[Statement]] = defaultdict(list)
        for step in self.counting():
            for statement in step.statements:
                by_face[statement.face].append(statement)
        return by_face

    def merges(self) -> dict[int, int]:
        return {gone: into for step in self.counting() for gone, into in step.merges.items()}

    def stands_for(self, person: int) -> int:
        into = self.merges()
        while person in into:
            person = into[person]
        return person

    def state(self) -> dict[int, tuple[str, int | None, str | None]]:
        """Kind, person and strength of each face of which something was said: the last word counts."""
        found: dict[int, tuple[str, int | None, str | None]] = {}
        for face, statements in ({face: [] for face in self.drawn} | self.statements()).items():
            now: tuple[str, int | None, str | None] = ("not a face" if face in self.drawn else "face", None, None)
            for said in statements:
                if said.kind == "person":
                    now = ("face", said.person, said.strength)
                elif said.kind == "not person":
                    now = (now[0], None, None) if said.person == now[1] else now
                elif said.kind == now[0] == "face":
                    now = ("face", None, None)
                else:
                    # Also for one who is hidden for a while the name is kept.
                    now = (said.kind, *now[1:])
            kind, person, strength = now
            named = kind == "face" and person is not None
            found[face] = (kind, self.stands_for(person), strength) if named else (kind, None, None)
        return found

    def not_person(self, faces: Iterable[int], person: int) -> list[Statement]:
        """What rejecting says: not that person, nor whom the face was named as before they were merged into them."""
        statements = self.statements()
        found = []
        for face in faces:
            named = [said.person for said in statements.get(face, []) if said.person and said.kind == "person"][-1:]
            meant = [person, *(name for name in named if name != person and self.stands_for(name) == person)]
            found += [Statement(face, "not person", name) for name in meant]
        return found

    def refused(self) -> set[tuple[int, int]]:
        """(face, person) that must never be guessed or suggested."""
        found = set()
        for said in itertools.chain.from_iterable(self.statements().values()):
            if said.person is not None:
                pair = (said.face, self.stands_for(said.person))
                (found.add if said.kind == "not person" else found.discard)(pair)
        state = self.state()
        for relation in (relation for step in self.counting() for relation in step.relations):
            if relation.other is None:
                continue
            for side, against in ((relation.one, relation.other), (relation.other, relation.one)):
                own = {self.stands_for(person) for person in side.people}
                # A side most of whose faces were named as one person since is that person.
                named = Counter(state[face][1] for face in side.faces if face in state)
                own |= {person for person, count in named.items() if 2 * count > len(side.faces) and person is not None}
                strangers = {self.stands_for(person) for person in against.people} - own
                found |= set(itertools.product(side.faces, strangers))
        # Whom a side was named as since, it is.
        return {(face, person) for face, person in found if state.get(face, ("", None))[1] != person}

    def apart(self) -> set[frozenset[int]]:
        """Pairs of faces of which it was said last that they are two people."""
        found: set[frozenset[int]] = set()
        for relation in (relation for step in self.counting() for relation in step.relations):
            if relation.other is None:
                found -= _pairs(relation.one.faces, relation.one.faces)
            else:
                found |= _pairs(relation.one.faces, relation.other.faces)
        return found

    def repeats(self) -> dict[int, bool]:
        """The photos of which it was said whether they may show one person twice."""
        return {photo: allowed for step in self.counting() for photo, allowed in step.repeats.items()}

    def groups(self) -> set[int]:
        """The groups that were made by steps that count."""
        return {group for step in self.counting() for group in step.groups}

    def forget(self, known: Collection[int]) -> None:
        """Leaves out what was said of faces that are gone; that can only be what does not count at present."""
        counting = set(self.counting())
        for step in self.steps:
            if step in counting:
                assert {said.face for said in step.statements} <= set(known)
                assert {face for relation in step.relations for face in _faces(relation)} <= set(known)
            else:
                step.statements = [said for said in step.statements if said.face in known]


def _faces(relation: Relation) -> frozenset[int]:
    return relation.one.faces | (frozenset() if relation.other is None else relation.other.faces)


def _pairs(one: Iterable[int], other: Iterable[int]) -> set[frozenset[int]]:
    return {frozenset((a, b)) for a, b in itertools.product(one, other) if a != b}


def split(
    said: Said,
    faces: list[int],
    person: int | None,
    taken_for: Mapping[int, int],
    groups: Mapping[int, frozenset[int]],
    *,
    together: bool,
) -> Step:
    """Faces are not whom they were taken for, nor the rest of their groups; but one new person, or `together`."""
    step = Step()
    for face in sorted(set(faces) & taken_for.keys()):
        step.statements += said.not_person([face], taken_for[face])
    for members in groups.values():
        off = members & set(faces)
        if off and members - off:
            step.relations.append(Relation(Of(off), Of(members - off)))
    if person is not None:
        step.statements += [Statement(face, "person", person) for face in faces]
    elif together:
        step.relations.append(Relation(Of(frozenset(faces))))
    return step
