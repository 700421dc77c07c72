"""Whom the machine takes an undecided face for: one person whose decided faces it is like, and clearly nobody else.

Pure functions over arrays. Only what people decided counts as evidence, never another guess.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.library import likeness
from app.library.neighbours import Pairs

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]


class Guesses(NamedTuple):
    """Places of faces, ids of people, and how alike, 0..1; the most alike first."""

    face: Ints
    person: Ints
    likeness: NDArray[np.float64]


def assign(
    vectors: Floats,
    pairs: Pairs,
    *,
    free: Bools,
    person: Ints,
    vouches: Bools,
    firm: Bools,
    lowest: float,
    margin: float,
) -> Guesses:
    """Whom each `free` face is taken for, if anybody.

    `person` is whom a face was decided to be, -1 for nobody; those that `vouches` speak for their person, and where
    there are enough those that are `firm`. A guess is at least `lowest` alike, and `margin` more than to anybody else.
    """
    members = np.flatnonzero((person >= 0) & vouches)
    people, of = np.unique(person[members], return_inverse=True)
    if not len(people):
        return Guesses(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    row = np.full(len(person), -1)
    row[members] = of
    parts = []
    for one, other in ((pairs.a, pairs.b), (pairs.b, pairs.a)):
        useful = np.flatnonzero(free[one] & (row[other] >= 0))
        parts.append((one[useful].astype(np.int64), row[other[useful]], pairs.cosine[useful]))
    face, group, cosine = (np.concatenate(column) for column in zip(*parts, strict=True))
    face, group = likeness.candidates(face, group, cosine, np.bincount(of))
    table = likeness.witnesses(np.arange(len(people)), members, of, firm[members])
    alike = likeness.to_witnesses(vectors, face, table, group)
    by = np.lexsort((group, -alike, face))
    face, group, alike = face[by], group[by], alike[by]
    best = likeness.best_of_each(face, alike, unknown=0.0).at_least(lowest, margin)
    return Guesses(face[best], people[group[best]], alike[best])
