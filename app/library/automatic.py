"""Whom the machine takes an undecided face for: one person whose decided faces it is like, and clearly nobody else.

Pure functions over arrays. Only what people decided counts as evidence, never another guess. Unnamed groups are people
as well, of whom nobody said who they are: a face is not taken for somebody where such a group is nearly as much like
it, unless that group is, in the mean of its faces, like that somebody too.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.library import likeness
from app.library.neighbours import Pairs

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Guesses(NamedTuple):
    """Places of faces, ids of people, and how alike, 0..1; the most alike first."""

    face: Ints
    person: Ints
    likeness: Doubles


class _Owners(NamedTuple):
    """People or groups: their ids, the row of each face that speaks for one or -1, the places of those that speak."""

    id: Ints
    row: Ints
    table: Ints

    @classmethod
    def of(cls, owner: Ints, speaks: Bools, firm: Bools) -> _Owners:
        members = np.flatnonzero((owner >= 0) & speaks)
        ids, place = np.unique(owner[members], return_inverse=True)
        row = np.full(len(owner), -1)
        row[members] = place
        return cls(ids, row, likeness.witnesses(np.arange(len(ids)), members, place, firm[members]))

    def rows(self, ids: Ints) -> Ints:
        """The row of each id, -1 for ids that are not among these."""
        if not len(self.id):
            return np.full(len(ids), -1)
        row = np.minimum(np.searchsorted(self.id, ids), len(self.id) - 1)
        return np.where(self.id[row] == ids, row, -1)


def assign(
    vectors: Floats,
    pairs: Pairs,
    *,
    free: Bools,
    person: Ints,
    group: Ints,
    clear: Bools,
    firm: Bools,
    lowest: float,
    margin: float,
) -> Guesses:
    """Whom each `free` face is taken for, if anybody.

    `person` is whom a face was decided to be, `group` the unnamed group of an undecided one, -1 for none. Those that
    are `clear` speak for them, and for people where there are enough those that are `firm` as well. A guess is at least
    `lowest` alike, and `margin` more than to anybody else.
    """
    people = _Owners.of(person, clear, firm)
    groups = _Owners.of(group, clear, clear)
    face, row, alike = _alike(vectors, pairs, free, people)
    best = likeness.best_of_each(face, alike, unknown=0.0)
    face, row, alike = face[best.place], row[best.place], alike[best.place]
    # The best rival of each among the groups that are not the same person.
    taken_for = np.full(len(free), -1)
    taken_for[face] = row
    own = groups.rows(group)
    other, unnamed, as_alike = _alike(vectors, pairs, free & (taken_for >= 0), groups)
    apart = (unnamed != own[other]) & ~_are(vectors, groups, unnamed, people, taken_for[other], lowest)
    rival = np.zeros(len(free))
    np.maximum.at(rival, other[apart], as_alike[apart])
    fits = (alike >= lowest) & (best.lead >= margin) & (alike - rival[face] >= margin)
    fits &= (own[face] < 0) | _are(vectors, groups, own[face], people, row, lowest)
    chosen = np.flatnonzero(fits)
    chosen = chosen[np.lexsort((face[chosen], -alike[chosen]))]
    return Guesses(face[chosen], people.id[row[chosen]], alike[chosen])


def _alike(vectors: Floats, pairs: Pairs, free: Bools, owners: _Owners) -> tuple[Ints, Ints, Doubles]:
    """How much free faces are like those that they are linked to most: face, row of the owner, likeness; by face, the
    most alike first."""
    parts = []
    for one, other in ((pairs.a, pairs.b), (pairs.b, pairs.a)):
        useful = np.flatnonzero(free[one] & (owners.row[other] >= 0))
        parts.append((one[useful].astype(np.int64), owners.row[other[useful]], pairs.cosine[useful]))
    face, row, cosine = (np.concatenate(column) for column in zip(*parts, strict=True))
    face, row = likeness.candidates(face, row, cosine, np.bincount(owners.row[owners.row >= 0]))
    alike = likeness.to_witnesses(vectors, face, owners.table, row)
    by = np.lexsort((row, -alike, face))
    return face[by], row[by], alike[by]


def _are(vectors: Floats, groups: _Owners, group: Ints, people: _Owners, person: Ints, lowest: float) -> Bools:
    """Whether each group is, in the mean of its faces, so much like the person beside it: rows, -1 for no group."""
    width = max(1, len(people.id))
    keys, place = np.unique(group * width + person, return_inverse=True)
    rows, whose = np.divmod(keys, width)
    faces = np.where(rows[:, None] >= 0, groups.table[rows], -1) if len(groups.id) else np.full((len(rows), 1), -1)
    pair, column = np.nonzero(faces >= 0)
    alike = likeness.to_witnesses(vectors, faces[pair, column], people.table, whose[pair])
    count = np.bincount(pair, minlength=len(keys))
    mean = np.bincount(pair, alike, minlength=len(keys)) / np.maximum(count, 1)
    found: Bools = ((mean >= lowest) & (count > 0))[place]
    return found
