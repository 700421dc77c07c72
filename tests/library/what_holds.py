"""What holds in a library at any moment: nothing that was said is lost, overridden or gone against."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from typing import NamedTuple

import numpy as np
from hypothesis.stateful import RuleBasedStateMachine, invariant

from app.library import ages
from app.library.library import Library
from app.library.records import Side, Suggestion
from tests.library.conftest import Content, content
from tests.library.said import Said, Statement

OF_PEOPLE = ("people", "decisions", "relations", "sides", "photo_decisions", "roots")


class Seen(NamedTuple):
    """What the machine found out, of undecided faces, those of photos that are away as well."""

    groups: dict[int, frozenset[int]]
    automatic: dict[int, int]
    photo: dict[int, int]  # of all faces that are found
    person: dict[int, int]  # decided

    def group_of(self) -> dict[int, int]:
        return {face: group for group, members in self.groups.items() for face in members}


class WhatHolds(RuleBasedStateMachine):
    """Checks its `library` after each step against what was `said`."""

    library: Library
    said: Said
    engine: str

    @invariant()
    def what_was_said_is_true(self) -> None:
        db = self.library._read
        known = {face for (face,) in db.execute("SELECT id FROM faces")}
        self.said.forget(known)
        kept = defaultdict(list)
        for row in db.execute("SELECT face_id, kind, person_id, strength FROM decisions ORDER BY id"):
            kept[row[0]].append(Statement(*row))
        assert kept == self.said.statements()
        rows = db.execute("SELECT id, kind, person_id, strength FROM faces").fetchall()
        state = self.said.state()
        assert {face: of for face, *of in rows} == {face: [*state.get(face, ("face", None, None))] for face in known}
        merged = dict(db.execute("SELECT id, merged_into FROM people WHERE merged_into IS NOT NULL").fetchall())
        assert merged == self.said.merges()
        collages = {photo for (photo,) in db.execute("SELECT id FROM photos WHERE repeats_allowed")}
        assert collages == {photo for photo, allowed in self.said.repeats().items() if allowed}

    @invariant()
    def nothing_impossible_is_guessed_or_suggested(self) -> None:
        seen, refused, apart = self.look(), self.said.refused(), self.said.apart()
        assert not refused & set(seen.automatic.items())
        assert not ages.unborn(self.library._read, seen.automatic.keys()) & set(seen.automatic.items())
        assert not seen.automatic.keys() & seen.person.keys()
        collages = {photo for photo, allowed in self.said.repeats().items() if allowed}
        photos: Counter[tuple[int, int]] = Counter(
            (seen.photo[face], group) for face, group in seen.group_of().items() if seen.photo[face] not in collages
        )
        photos.update(
            (seen.photo[face], -person) for face, person in seen.automatic.items() if seen.photo[face] not in collages
        )
        assert photos.total() == len(photos), photos.most_common(1)
        of_person = {(seen.photo[face], -person) for face, person in seen.person.items()}
        assert not of_person & photos.keys()
        taken_for = defaultdict(set)
        for face, person in seen.automatic.items():
            taken_for[person].add(face)
        for members in [*seen.groups.values(), *taken_for.values()]:
            assert not any(frozenset(pair) in apart for pair in itertools.combinations(members, 2))
        sides = [Side(person=person.id) for person in self.library.people(hidden=True)]
        sides += [Side(cluster=group.id) for group in self.library.clusters()]
        for suggestion in itertools.chain.from_iterable(map(self.library.suggestions, sides)):
            self.is_possible(suggestion, seen, refused, apart)

    def is_possible(
        self, suggestion: Suggestion, seen: Seen, refused: set[tuple[int, int]], apart: set[frozenset[int]]
    ) -> None:
        ends: list[frozenset[int]] = []
        for side, other in ((suggestion.one, suggestion.other), (suggestion.other, suggestion.one)):
            if side.person is not None:
                ends.append(frozenset(face for face, person in seen.person.items() if person == side.person))
                faces = seen.groups[other.cluster] if other.cluster is not None else frozenset(other.faces)
                assert not refused & {(face, side.person) for face in faces}
                assert not faces & seen.person.keys()
            else:
                ends.append(seen.groups[side.cluster] if side.cluster is not None else frozenset(side.faces))
        for pair in itertools.product(*ends):
            photo, beside = (seen.photo[face] for face in pair)
            assert photo != beside or self.said.repeats().get(photo)
            assert frozenset(pair) not in apart or set(pair) & seen.person.keys()

    @invariant()
    def index_and_file_agree(self) -> None:
        index = self.library._nearest.index()
        rows = self.library._read.execute(
            "SELECT face_id, vector FROM embeddings JOIN engines ON engines.id = engine_id WHERE name = ?",
            [self.engine],
        ).fetchall()
        assert len(index) == len(rows)
        if rows:
            faces = np.array([face for face, _ in rows])
            vectors = np.stack([np.frombuffer(blob, "<f4") for _, blob in rows])
            cosines, found = index.search(vectors, len(rows))
            assert (np.sort(found, axis=1) == np.sort(faces)).all()
            places = np.searchsorted(np.sort(faces), found)
            exact = (vectors @ vectors[np.argsort(faces)].T)[np.arange(len(rows))[:, None], places]
            assert np.abs(cosines - exact).max() < 2e-3

    @invariant()
    def nobody_is_in_a_group_that_was_replaced(self) -> None:
        rows = self.library._read.execute(
            "SELECT face_id FROM members LEFT JOIN clusters ON clusters.id = cluster_id "
            "WHERE clusters.id IS NULL OR replaced_by IS NOT NULL"
        )
        assert rows.fetchall() == []

    def look(self) -> Seen:
        db = self.library._read
        groups = defaultdict(set)
        for face, group in db.execute(
            "SELECT face_id, cluster_id FROM grouped JOIN faces ON faces.id = face_id WHERE found AND kind = 'face' "
            "AND person_id IS NULL AND face_id NOT IN (SELECT face_id FROM automatic)"
        ):
            groups[group].add(face)
        return Seen(
            {group: frozenset(members) for group, members in groups.items()},
            dict(
                db.execute(
                    "SELECT face_id, automatic.person_id FROM automatic JOIN faces ON faces.id = face_id WHERE found"
                ).fetchall()
            ),
            dict(db.execute("SELECT id, photo_id FROM faces WHERE found").fetchall()),
            dict(db.execute("SELECT id, person_id FROM faces WHERE found AND person_id IS NOT NULL").fetchall()),
        )

    def ids_lead_to_what_is_left(self, before: Seen, after: Seen) -> None:
        """An id stands for a group that has some of its faces, where any of them are in a group."""
        now = after.group_of()
        for group, members in before.groups.items():
            kept = {now[face] for face in members if face in now}
            assert not kept or self.library.cluster_id(group) in kept

    def is_restored(self, rows: Content, *, exactly: bool) -> None:
        """All of it; or what people said, where the machine has gone on since."""
        present = content(self.library)
        for table in rows if exactly else OF_PEOPLE:
            assert present[table] == rows[table], table
