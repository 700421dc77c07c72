"""How much a face is like a group or a person: by many of their faces, never by a mean of them.

Pure functions over arrays. A person looks different over the years, so a face is compared with faces spread over all of
them, and the half that is more like it counts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

# Faces of a group that speak for it, and how many groups a face is compared with: those it is linked to most.
WITNESSES = 16
CANDIDATES = 4
# Comparisons at a time: 32 MB of vectors.
COMPARED = 4096


def candidates(a: Ints, group: Ints, cosine: Floats, sizes: Ints) -> tuple[Ints, Ints]:
    """For each of `a` the groups it is linked to most, from links to their members; `sizes` by group.

    Sorted by `a`, the most linked first.
    """
    width = len(sizes)
    keys, place = np.unique(a * width + group, return_inverse=True)
    a, group = np.divmod(keys, max(1, width))
    # Large groups have more faces to be linked to.
    strength = np.bincount(place, cosine, minlength=len(keys)) / np.minimum(sizes[group], WITNESSES)
    by = np.lexsort((group, -strength, a))
    a, group = a[by], group[by]
    rank = rank_in_run(a)
    return a[rank < CANDIDATES], group[rank < CANDIDATES]


def witnesses(groups: Ints, members: Ints, group: Ints, firm: NDArray[np.bool_] | None = None) -> Ints:
    """The places of the faces that speak for each of `groups`, int64 [n, WITNESSES], -1 where there are fewer.

    `members` are places and `group` their groups; they are spread evenly, those that are `firm` before all others.
    """
    table = np.full((len(groups), WITNESSES), -1)
    by = np.argsort(group, kind="stable")
    members, group = members[by], group[by]
    firm = None if firm is None else firm[by]
    starts, ends = np.searchsorted(group, groups), np.searchsorted(group, groups, side="right")
    for row, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        first = np.ones(end - start, bool) if firm is None else firm[start:end]
        chosen = _evenly(members[start:end][first], WITNESSES)
        others = _evenly(members[start:end][~first], WITNESSES - len(chosen))
        table[row, : len(chosen) + len(others)] = np.concatenate([chosen, others])
    return table


def _evenly(places: Ints, most: int) -> Ints:
    if len(places) <= most:
        return places
    return places[np.linspace(0, len(places) - 1, most).round().astype(np.int64)]


def to_witnesses(vectors: Floats, faces: Ints, table: Ints, row: Ints) -> Doubles:
    """The mean cosine of each of `faces` to the half of the witnesses in `row` of the `table` that are most like it."""
    half = ((table >= 0).sum(axis=1) + 1) // 2
    found = np.empty(len(faces))
    for begin in range(0, len(faces), COMPARED):
        part = slice(begin, begin + COMPARED)
        who = table[row[part]]
        cosines = np.einsum("nd,nwd->nw", vectors[faces[part]], vectors[who])
        cosines[who < 0] = -1.0
        cosines = -np.sort(-cosines, axis=1)
        counted = half[row[part], None]
        cosines[np.arange(WITNESSES) >= counted] = 0.0
        found[part] = cosines.sum(axis=1, dtype=np.float64) / counted[:, 0]
    return found


class Best(NamedTuple):
    """The most alike of each: its place among the entries, how alike, and how much less so the next one is."""

    place: Ints
    likeness: Doubles
    lead: Doubles

    def at_least(self, lowest: float, lead: float) -> Ints:
        """The places of those that are so much alike and so far ahead, the most alike first."""
        chosen = np.flatnonzero((self.likeness >= lowest) & (self.lead >= lead))
        falling: Ints = self.place[chosen[np.lexsort((self.place[chosen], -self.likeness[chosen]))]]
        return falling


def best_of_each(a: Ints, likeness: Doubles, unknown: float) -> Best:
    """From entries sorted by `a` and then by falling likeness. A next one is taken to be `unknown` alike, or more."""
    first = first_of_runs(a)
    following = np.append(likeness, unknown)[first + 1]
    following[np.append(a, -1)[first + 1] != a[first]] = unknown
    return Best(first, likeness[first], likeness[first] - np.maximum(following, unknown))


def trusted_lead(best: Best, lowest: float, scale: float, wrong: float) -> float:
    """The least lead at which hardly more than the share `wrong` of the best are strangers; infinite if there is none.

    The lead of a stranger's best over their next best falls off exponentially, by `scale`. How many strangers there
    are the library itself tells: in an album nearly everybody belongs to somebody, among passers-by nearly nobody
    does (Benjamini, Hochberg 1995, "Controlling the false discovery rate").
    """
    chance = np.exp(-best.lead / scale)
    chance[best.likeness < lowest] = 1.0
    rising = np.sort(chance)
    fits = np.flatnonzero(rising <= wrong * np.arange(1, len(rising) + 1) / max(1, len(rising)))
    return float(-scale * np.log(rising[fits[-1]])) if len(fits) else float("inf")


def first_of_runs(values: Ints | NDArray[np.int32]) -> Ints:
    """Where each run of equal values begins."""
    begins = np.ones(len(values), bool)
    begins[1:] = values[1:] != values[:-1]
    return np.flatnonzero(begins)


def rank_in_run(values: Ints | NDArray[np.int32]) -> Ints:
    """The place of each value in its run of equal ones, from 0."""
    start = first_of_runs(values)
    return np.arange(len(values)) - np.repeat(start, np.diff(np.append(start, len(values))))
