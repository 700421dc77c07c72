"""All pairs of faces that are alike, for grouping from nothing: many small matrix products instead of many searches.

Pure functions over arrays. Vectors are sorted into lists around centres (k-means), and each is compared with those in
the lists nearest to it: at a million faces a hundredth of all pairs, of which hardly any that matter is missed
(tests/bench/README.md). FAISS searches such lists vector by vector, which takes ten times as long.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

Ints = NDArray[np.int64]
Faces = NDArray[np.int32]
Floats = NDArray[np.float32]
Keys = NDArray[np.uint64]

# Up to here every pair is compared: it takes a second.
ALL_PAIRS = 20_000
# Lists for n faces: so many times the root of n; and how many of them each face is compared with.
LISTS_PER_ROOT = 2.0
PROBES = 48
# Cosines of one product: they stay in the processor's cache.
PRODUCT = 1 << 20
# Faces whose nearest are looked for together, and the candidates, 8 bytes each and more than of one product, that are
# added before the best of each face are chosen.
AT_ONCE = 1 << 17
HELD = 8_000_000

# A candidate is one integer, so that sorting is fast: a face, how unlike, the other face.
FACE_BITS, COSINE_BITS = 22, 20
# Keys that are looked at together, so that what is made of them takes little memory.
AT_A_TIME = 1 << 22
# Two steps of such a cosine.
SLACK = 4 / (1 << COSINE_BITS)
_FACES, _COSINES = np.uint64((1 << FACE_BITS) - 1), np.uint64((1 << COSINE_BITS) - 1)
_FACE, _COSINE = np.uint64(FACE_BITS), np.uint64(COSINE_BITS)
NONE = np.empty(0, np.uint64)


class Pairs(NamedTuple):
    """Faces `a` < `b` int32 [n] and their cosine float32 [n]; each pair once, sorted."""

    a: Faces
    b: Faces
    cosine: Floats

    def where(self, chosen: NDArray[np.bool_]) -> Pairs:
        return self if chosen.all() else Pairs(self.a[chosen], self.b[chosen], self.cosine[chosen])


def near_pairs(
    vectors: Floats,
    *,
    lowest: float,
    most: int,
    probes: Ints | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Pairs:
    """Of each of the unit vectors float32 [n, d], or of those among `probes`, its `most` nearest of at least `lowest`.

    The same for the same vectors in the same order. Cosines are right to 2e-6. Raises ValueError for 4 million faces.
    """
    n = len(vectors)
    if n >= 1 << FACE_BITS:
        raise ValueError(f"{n} faces are more than {1 << FACE_BITS}")
    probes = np.arange(n) if probes is None else probes
    centres = _centres(vectors)
    # Memory is taken up only where something is written.
    best, count = np.empty(len(probes) * most, np.uint64), 0
    # Each thread makes whole products. BLAS would share out each of them, but nothing of what is done with them.
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(os.cpu_count()) as pool:
        search = _Search(vectors, centres, lowest, most, pool)
        for start in range(0, len(probes), AT_ONCE):
            some = probes[start : start + AT_ONCE]
            for done, keys in search.nearest(some):
                if cancelled():
                    return _as_pairs(best[:0])
                best[count : count + len(keys)] = keys
                count += len(keys)
                progress(start + done, len(probes))
    return _as_pairs(best[:count])


class _Search:
    """Sorts all faces into lists, then compares some at a time with the lists around the centres nearest to them."""

    def __init__(self, vectors: Floats, centres: Floats, lowest: float, most: int, pool: ThreadPoolExecutor) -> None:
        self._vectors, self._centres, self._most, self._pool = vectors, centres, most, pool
        # What a face has to be like by to be among the nearest of those that were found so far.
        self._needed = np.full(len(vectors), lowest, np.float32)
        home = self._near_centres(np.arange(len(vectors)), 1)[:, 0]
        by = np.argsort(home, kind="stable")
        self._lists = np.split(by, np.searchsorted(home[by], np.arange(1, len(centres))))

    def nearest(self, probes: Ints) -> Iterator[tuple[int, Keys]]:
        """How many of the probes' share of the work is done, and with the last of it the nearest of each, else none."""
        held, count = np.empty(len(probes) * self._most + HELD, np.uint64), 0
        meetings = list(self._meetings(probes))
        for number, keys in enumerate(self._pool.map(self._candidates, meetings)):
            if count + len(keys) > len(held):
                best = _nearest(held[:count], self._most)
                count = len(best)
                held[:count] = best
                last = best[self._most - 1 :][_alike(best, self._most - 1, _FACE + _COSINE)]
                self._needed[_face(last)] = _cosine(last) - SLACK
            held[count : count + len(keys)] = keys
            count += len(keys)
            yield len(probes) * number // len(meetings), NONE
        yield len(probes), _nearest(held[:count], self._most)

    def _meetings(self, probes: Ints) -> Iterator[tuple[Ints, Ints]]:
        """Which probes to compare with which others, so that all near ones meet."""
        near = self._near_centres(probes, PROBES)
        by = np.argsort(near, axis=None, kind="stable")
        visitors = probes[by // near.shape[1]]
        visits = np.split(visitors, np.searchsorted(near.ravel()[by], np.arange(1, len(self._centres))))
        for some, gallery in zip(visits, self._lists, strict=True):
            rows = PRODUCT // max(1, len(gallery)) + 1
            for start in range(0, len(some) if len(gallery) else 0, rows):
                yield some[start : start + rows], gallery

    def _near_centres(self, faces: Ints, count: int) -> NDArray[np.uint16]:
        """The numbers of the nearest centres [n, count] of each face, in any order."""
        count = min(count, len(self._centres))
        near = np.empty((len(faces), count), np.uint16)
        rows = PRODUCT // len(self._centres)

        def find(start: int) -> None:
            part = slice(start, start + rows)
            cosines = self._vectors[faces[part]] @ self._centres.T
            near[part] = np.argpartition(cosines, -count, axis=1)[:, -count:]

        for _ in self._pool.map(find, range(0, len(faces), rows)):
            pass
        return near

    def _candidates(self, meeting: tuple[Ints, Ints]) -> Keys:
        probes, gallery = meeting
        cosines = self._vectors[probes] @ self._vectors[gallery].T
        needed = self._needed[probes]
        hits = np.flatnonzero(cosines >= needed[:, None])
        row, column = np.divmod(hits, len(gallery))
        crowded = np.flatnonzero(np.bincount(row, minlength=len(probes)) > self._most + 1)
        if len(crowded):
            # One more than wanted, since a face is its own nearest.
            needed[crowded] = np.partition(cosines[crowded], -self._most - 1, axis=1)[:, -self._most - 1]
            # Of other lists only what is more alike need be held. Where two threads write, one may undo what the other
            # wrote: then more is held, with the same outcome.
            self._needed[probes[crowded]] = np.maximum(self._needed[probes[crowded]], needed[crowded] - SLACK)
        cosine = cosines.ravel()[hits]
        a, b = probes[row], gallery[column]
        chosen = (cosine >= needed[row]) & (a != b)
        a, b = a[chosen].astype(np.uint64), b[chosen].astype(np.uint64)
        share = (1.0 - np.clip(cosine[chosen], -1.0, 1.0)) / 2
        unlike = np.rint(share * np.float64(_COSINES)).astype(np.uint64)
        keys: Keys = (a << (_FACE + _COSINE)) | (unlike << _FACE) | b
        return keys


def _centres(vectors: Floats) -> Floats:
    """Those around which the lists are; one, wherever it is, where all are to be compared."""
    import faiss

    n, dimension = vectors.shape
    if n <= ALL_PAIRS:
        return np.zeros((1, dimension), np.float32)
    lists = round(LISTS_PER_ROOT * math.sqrt(n))
    means: Any = faiss.Kmeans(
        dimension, lists, niter=5, spherical=True, min_points_per_centroid=1, max_points_per_centroid=48, seed=1
    )
    means.train(vectors)
    return np.asarray(means.centroids, np.float32)


def _face(keys: Keys) -> Ints:
    return (keys >> (_FACE + _COSINE)).astype(np.int64)


def _cosine(keys: Keys) -> Floats:
    unlike = ((keys >> _FACE) & _COSINES).astype(np.float64) / float(_COSINES)
    return (1.0 - 2.0 * unlike).astype(np.float32)


def _alike(keys: Keys, distance: int, bits: np.uint64) -> NDArray[np.bool_]:
    """Whether each key from place `distance` on and the one so far before it are the same but for the last `bits`."""
    same = np.empty(max(0, len(keys) - distance), bool)
    for start in range(0, len(same), AT_A_TIME):
        part = slice(start, start + AT_A_TIME)
        same[part] = ((keys[distance:][part] ^ keys[: len(same)][part]) >> bits) == 0
    return same


def _nearest(keys: Keys, most: int) -> Keys:
    """The `most` nearest of each face, sorted, as the keys are from here on."""
    keys.sort()
    kept = np.ones(len(keys), bool)
    # Whoever comes so far behind a key of the same face is one too many.
    kept[most:] = ~_alike(keys, most, _FACE + _COSINE)
    nearest: Keys = keys[kept]
    return nearest


def _as_pairs(keys: Keys) -> Pairs:
    for start in range(0, len(keys), AT_A_TIME):
        part = keys[start : start + AT_A_TIME]
        a, unlike, b = part >> (_FACE + _COSINE), (part >> _FACE) & _COSINES, part & _FACES
        part[:] = (np.minimum(a, b) << (_FACE + _COSINE)) | (np.maximum(a, b) << _COSINE) | unlike
    keys.sort()
    once = np.ones(len(keys), bool)
    # Found from both sides, a pair comes twice, and rounding may make the two differ by one: the more alike stays.
    once[1:] = ~_alike(keys, 1, _COSINE)
    n, count = np.count_nonzero(once), 0
    pairs = Pairs(np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.float32))
    for start in range(0, len(keys), AT_A_TIME):
        part = keys[start : start + AT_A_TIME][once[start : start + AT_A_TIME]]
        chunk = slice(count, count + len(part))
        count += len(part)
        pairs.a[chunk] = part >> (_FACE + _COSINE)
        pairs.b[chunk] = (part >> _COSINE) & _FACES
        pairs.cosine[chunk] = _cosine(part << _FACE)
    return pairs
