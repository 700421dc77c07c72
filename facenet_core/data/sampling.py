"""Which crops make up a batch: pure functions of (seed, step), so that a run can go on anywhere."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from facenet_core.types import FacenetError


class Sampler(Protocol):
    """Picks the crops of each batch. `batch` is their number; the same step gives the same crops every time."""

    @property
    def batch(self) -> int: ...

    def indices(self, step: int) -> NDArray[np.int64]:
        """The crops int64 [batch] of the batch number `step`, counted from 0."""
        ...


class Natural:
    """Every crop once an epoch, each time in another order. Batches are full: one may reach into the next epoch."""

    def __init__(self, count: int, batch: int, seed: int) -> None:
        if count < 1:
            raise FacenetError("There is no crop to train on.")
        self.batch = _positive("batch", batch)
        # Two epochs are enough for the batch between them; only batches larger than an epoch need more.
        self._order = lru_cache(maxsize=2)(lambda epoch: _generator(seed, epoch).permutation(count))
        self._count = count

    def indices(self, step: int) -> NDArray[np.int64]:
        epochs, rows = np.divmod(np.arange(step * self.batch, (step + 1) * self.batch), self._count)
        return np.concatenate([self._order(int(epoch))[rows[epochs == epoch]] for epoch in np.unique(epochs)])


class Balanced:
    """Every person equally likely, then every crop of the person. Crops without a person (-1) are never drawn."""

    def __init__(self, labels: NDArray[np.int64], batch: int, seed: int) -> None:
        self.batch = _positive("batch", batch)
        self._seed = seed
        pictures = _by_person(labels, fewest=1)
        self._counts = np.array([len(crops) for crops in pictures])
        self._starts = np.cumsum(self._counts) - self._counts
        self._pictures = np.concatenate(pictures)

    def indices(self, step: int) -> NDArray[np.int64]:
        generator = _generator(self._seed, step)
        people = generator.integers(len(self._counts), size=self.batch)
        return np.asarray(self._pictures[self._starts[people] + generator.integers(self._counts[people])], np.int64)


class PK:
    """`people` different people, `pictures` crops of each side by side (Hermans et al. 2017, arXiv 1703.07737, sec. 2).

    People of a single crop are never drawn: they have no positive. A person of fewer than `pictures` crops gives all of
    them and repeats some; nobody else is repeated. Raises FacenetError where there are fewer than `people` such people.
    """

    def __init__(self, labels: NDArray[np.int64], people: int, pictures: int, seed: int) -> None:
        self.people = _positive("people", people)
        self.pictures = _positive("pictures", pictures)
        self.batch = people * pictures
        self._seed = seed
        self._pictures = _by_person(labels, fewest=2)
        if len(self._pictures) < people:
            raise FacenetError(
                f"Batches of {people} people need as many with at least two crops; there are {len(self._pictures)}."
            )

    def indices(self, step: int) -> NDArray[np.int64]:
        generator = _generator(self._seed, step)
        people = generator.choice(len(self._pictures), self.people, replace=False)
        # A shuffled hand of crops, dealt from its start again where it is shorter than the number wanted.
        hands = [np.resize(generator.permutation(self._pictures[person]), self.pictures) for person in people]
        return np.concatenate(hands).astype(np.int64)


def _by_person(labels: NDArray[np.int64], fewest: int) -> list[NDArray[np.int64]]:
    """The indices of each person's crops, for people with at least `fewest`."""
    order = np.argsort(labels, kind="stable")
    order = order[labels[order] >= 0]
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
    found = [crops for crops in np.split(order, starts[1:]) if len(crops) >= fewest]
    if not found:
        raise FacenetError(f"No crop has a person with at least {fewest} crops: this sampling needs a folder a person.")
    return found


def _generator(seed: int, step: int) -> np.random.Generator:
    return np.random.default_rng([seed, step])


def _positive(name: str, number: int) -> int:
    if number < 1:
        raise FacenetError(f"The number of {name} must be at least 1, not {number}.")
    return number
