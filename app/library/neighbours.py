"""All pairs of faces that are alike, for grouping from nothing: many small matrix products instead of many searches.

Pure functions over arrays. Vectors are sorted into lists around centres (k-means), and each is compared with those in
the lists nearest to it: at a million faces a hundredth of all pairs, of which hardly any that matter is missed
(tests/bench/README.md). FAISS searches such lists vector by vector, which takes ten times as long.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Faces = NDArray[np.int32]
Floats = NDArray[np.float32]
Keys = NDArray[np.uint64]

# Up to here every pair is compared: it takes a second.
ALL_PAIRS = 20_000
# Lists for n faces: so many times the root of n; and how many of them each face is compared with.
LISTS_PER_ROOT = 2.0
PROBES = 48
# Rows of one product; with a list of a few hundred columns it stays in the processor's cache.
ROWS = 2048
# Candidates that are added before the best of each face are chosen, 8 bytes each.
HELD = 12_000_000

# A candidate is one integer, so that sorting is fast: a face, how unlike, the other face.
FACE_BITS, COSINE_BITS = 22, 20
# Keys that are looked at together, so that what is made of them takes little memory.
AT_A_TIME = 1 << 22
# Two steps of such a cosine.
SLACK = 4 / (1 << COSINE_BITS)
_FACES, _COSINES = np.uint64((1 << FACE_BITS) - 1), np.uint64((1 << COSINE_BITS) - 1)
_FACE, _COSINE = np.uint64(FACE_BITS), np.uint64(COSINE_BITS)


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
    held: list[Keys] = []
    count, bound = 0, HELD
    # What a face has to be like by to be among the nearest of those that were held so far.
    needed = np.full(n, lowest, np.float32)
    for done, some, gallery in _blocks(vectors, np.arange(n) if probes is None else probes):
        if cancelled():
            break
        keys = _candidates(vectors, some, gallery, needed[some], most)
        held.append(keys)
        count += len(keys)
        if count > bound:
            held = [_nearest(np.concatenate(held), most)]
            count = len(held[0])
            bound = count + HELD
            # The last one of a face lies `most` - 1 behind the first only where it has that many.
            last = held[0][most - 1 :]
            full = _face(last) == _face(held[0][: len(last)])
            needed[_face(last[full])] = _cosine(last[full]) - SLACK
        progress(done, n)
    best = _nearest(np.concatenate(held), most) if held else np.empty(0, np.uint64)
    del held
    return _as_pairs(best)


def _blocks(vectors: Floats, probes: Ints) -> Iterator[tuple[int, Ints, Ints]]:
    """How many faces are done with, and which to compare with which, so that all near ones meet: probes, gallery."""
    n = len(vectors)
    if n <= ALL_PAIRS:
        for start in range(0, len(probes), ROWS):
            yield start, probes[start : start + ROWS], np.arange(n)
        return
    centres = _centres(vectors)
    home = _nearest_centres(vectors, centres, 1)[:, 0]
    near = _nearest_centres(vectors[probes] if len(probes) < n else vectors, centres, PROBES)
    lists = np.arange(len(centres) + 1)
    members = np.argsort(home, kind="stable")
    first_member = np.searchsorted(home[members], lists)
    visits = near.ravel()
    visitors = np.argsort(visits, kind="stable")
    first_visitor = np.searchsorted(visits[visitors], lists)
    visitors //= near.shape[1]
    for number in lists[:-1]:
        gallery = members[first_member[number] : first_member[number + 1]]
        some = probes[visitors[first_visitor[number] : first_visitor[number + 1]]]
        for start in range(0, len(some) if len(gallery) else 0, ROWS):
            yield int(first_member[number]), some[start : start + ROWS], gallery


def _centres(vectors: Floats) -> Floats:
    import faiss

    lists = round(LISTS_PER_ROOT * math.sqrt(len(vectors)))
    means: Any = faiss.Kmeans(
        vectors.shape[1], lists, niter=5, spherical=True, min_points_per_centroid=1, max_points_per_centroid=48, seed=1
    )
    means.train(vectors)
    return np.asarray(means.centroids, np.float32)


def _nearest_centres(vectors: Floats, centres: Floats, count: int) -> NDArray[np.int32]:
    """The numbers of the nearest centres [n, count] of each vector, the nearest first."""
    import faiss

    index: Any = faiss.IndexFlatIP(centres.shape[1])
    index.add(centres)
    near = np.empty((len(vectors), min(count, len(centres))), np.int32)
    for start in range(0, len(vectors), ALL_PAIRS):
        part = slice(start, start + ALL_PAIRS)
        near[part] = index.search(vectors[part], near.shape[1])[1]
    return near


def _candidates(vectors: Floats, probes: Ints, gallery: Ints, needed: Floats, most: int) -> Keys:
    cosines = vectors[probes] @ vectors[gallery].T
    like = cosines >= needed[:, None]
    crowded = np.flatnonzero(np.count_nonzero(like, axis=1) > most + 1)
    if len(crowded):
        # One more than wanted, since a face is its own nearest.
        rows = cosines[crowded]
        like[crowded] &= rows >= np.partition(rows, -most - 1, axis=1)[:, -most - 1, None]
    hits = np.flatnonzero(like)
    row, column = np.divmod(hits, len(gallery))
    a, b = probes[row].astype(np.uint64), gallery[column].astype(np.uint64)
    other = a != b
    share = (1.0 - np.clip(cosines.ravel()[hits[other]], -1.0, 1.0)) / 2
    unlike = np.rint(share * np.float64(_COSINES)).astype(np.uint64)
    keys: Keys = (a[other] << (_FACE + _COSINE)) | (unlike << _FACE) | b[other]
    return keys


def _face(keys: Keys) -> Ints:
    return (keys >> (_FACE + _COSINE)).astype(np.int64)


def _cosine(keys: Keys) -> Floats:
    unlike = ((keys >> _FACE) & _COSINES).astype(np.float64) / float(_COSINES)
    return (1.0 - 2.0 * unlike).astype(np.float32)


def _nearest(keys: Keys, most: int) -> Keys:
    """The `most` nearest of each face."""
    keys.sort()
    kept = np.ones(len(keys), bool)
    for start in range(most, len(keys), AT_A_TIME):
        end = min(start + AT_A_TIME, len(keys))
        # Whoever comes so far behind a key of the same face is one too many.
        kept[start:end] = ((keys[start:end] ^ keys[start - most : end - most]) >> (_FACE + _COSINE)) != 0
    nearest: Keys = keys[kept]
    return nearest


def _as_pairs(keys: Keys) -> Pairs:
    for start in range(0, len(keys), AT_A_TIME):
        part = keys[start : start + AT_A_TIME]
        a, unlike, b = part >> (_FACE + _COSINE), (part >> _FACE) & _COSINES, part & _FACES
        part[:] = (np.minimum(a, b) << (_FACE + _COSINE)) | (np.maximum(a, b) << _COSINE) | unlike
    keys.sort()
    once = np.ones(len(keys), bool)
    for start in range(1, len(keys), AT_A_TIME):
        end = min(start + AT_A_TIME, len(keys))
        # Found from both sides, a pair comes twice, and rounding may make the two differ by one: the more alike stays.
        once[start:end] = ((keys[start:end] ^ keys[start - 1 : end - 1]) >> _COSINE) != 0
    keys = keys[once]
    pairs = Pairs(np.empty(len(keys), np.int32), np.empty(len(keys), np.int32), np.empty(len(keys), np.float32))
    for start in range(0, len(keys), AT_A_TIME):
        chunk = slice(start, start + AT_A_TIME)
        part = keys[chunk]
        pairs.a[chunk] = part >> (_FACE + _COSINE)
        pairs.b[chunk] = (part >> _COSINE) & _FACES
        pairs.cosine[chunk] = _cosine(part << _FACE)
    return pairs
