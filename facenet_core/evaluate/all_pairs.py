"""All pairs of some faces, block by block and counted by their cosine, so that memory never grows with the pairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

# Cosines are counted in bins of 1e-4, the precision with which thresholds are kept.
BINS = 20_000
EDGES = np.linspace(-1, 1, BINS + 1)
CENTRES = (EDGES[1:] + EDGES[:-1]) / 2
# Cells of the matrix of cosines that are in memory together, of about 16 bytes each.
CELLS = 2**23


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """All pairs of some faces, counted by cosine in BINS equal bins over -1..1.

    `genuine` (of one person) and `impostors` (of two) are counts int64 [BINS]; `weighted` float64 [BINS] are the
    genuine ones with every face that has any weighing 1.
    """

    genuine: NDArray[np.int64]
    impostors: NDArray[np.int64]
    weighted: NDArray[np.float64]

    def roc(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """False and true accept rates [BINS + 1], rising: those of the thresholds EDGES from the last to the first."""
        far, tar = (reaching(counts)[::-1] / counts.sum() for counts in (self.impostors, self.genuine))
        return far, tar

    def coarse(self, bins: int = 80) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
        """The edges [bins + 1] and the counts of both kinds [bins] of a histogram to look at. `bins` divides BINS."""
        return np.linspace(-1, 1, bins + 1), *(
            counts.reshape(bins, -1).sum(axis=1) for counts in (self.genuine, self.impostors)
        )


class Block(NamedTuple):
    """Some rows of the matrix of cosines, float32 [rows, columns], from the column of the first row on: those of the
    faces `start`, `start` + 1, ... Each pair is in one of the masks `genuine` and `impostors`, once."""

    start: int
    cosines: NDArray[np.float32]
    bins: NDArray[np.int32]
    genuine: NDArray[np.bool_]
    impostors: NDArray[np.bool_]


def labels_of(people: Sequence[str]) -> NDArray[np.int64]:
    """The names [n] as numbers from 0, in the order of the alphabet, so that the order of the pictures is no matter."""
    numbers = {name: number for number, name in enumerate(sorted(set(people)))}
    return np.array([numbers[name] for name in people], np.int64)


def count(vectors: NDArray[np.float32], labels: NDArray[np.int64]) -> Pairs:
    """Count all pairs of unit vectors [n, d] of the people `labels` [n]."""
    genuine, impostors, weighted = np.zeros(BINS, np.int64), np.zeros(BINS, np.int64), np.zeros(BINS)
    others = np.bincount(labels)[labels] - 1
    for block in blocks(vectors, labels):
        impostors += np.bincount(block.bins[block.impostors], minlength=BINS)
        places = block.bins[block.genuine]
        genuine += np.bincount(places, minlength=BINS)
        rows = block.start + np.nonzero(block.genuine)[0]
        weighted += np.bincount(places, 2 / others[rows], minlength=BINS)
    return Pairs(genuine, impostors, weighted)


def blocks(vectors: NDArray[np.float32], labels: NDArray[np.int64]) -> Iterator[Block]:
    """All pairs of unit vectors [n, d] of the people `labels` [n], with a progress bar on a terminal."""
    for rows in row_blocks(len(vectors), len(vectors), "pairs"):
        cosines = vectors[rows] @ vectors[rows.start :].T
        bins = np.clip((cosines + 1) * np.float32(BINS / 2), 0, BINS - 1).astype(np.int32)
        once = ~np.tri(*cosines.shape, dtype=np.bool_)
        same = labels[rows, None] == labels[rows.start :]
        yield Block(rows.start, cosines, bins, once & same, once & ~same)


def row_blocks(rows: int, columns: int, name: str) -> Iterable[slice]:
    """The rows of a matrix in slices of at most CELLS cells, or of one row, with a progress bar on a terminal."""
    step = max(1, CELLS // max(1, columns))
    slices = [slice(start, min(start + step, rows)) for start in range(0, rows, step)]
    bar: Iterable[slice] = tqdm(slices, desc=name, unit="block", disable=None, leave=False)
    return bar


def reaching(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many of `counts` [BINS] lie at or above each of EDGES, [BINS + 1], falling."""
    return np.append(np.cumsum(counts[::-1])[::-1], 0)
