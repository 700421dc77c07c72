"""Batches of augmented crops, made ahead of time by several threads."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from facenet_core.data.augment import DRAWS, Augmentation, changed
from facenet_core.data.crops import Crops, check_margin
from facenet_core.data.sampling import Sampler

# Batches that are ready or being made while one is trained on.
AHEAD = 3
# Crops of one task: large enough that handing it over costs nothing, small enough that all threads share a batch.
TASK = 16
# Sets these numbers apart from a sampler's of the same seed and step, which would tie a person to a way of changing.
STREAM = 1


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """`images` RGB uint8 [n, size, size, 3], `labels` int64 [n] (-1 unknown), `teacher` float32 [n, d] or None, and
    `indices` int64 [n], where the crops lie in their `Crops`."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    teacher: NDArray[np.float32] | None
    indices: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _Started:
    """A batch to be: which crops, the numbers that change them, and where they go."""

    indices: NDArray[np.int64]
    draws: NDArray[np.float64]
    images: NDArray[np.uint8]


class Batches:
    """Batches of `crops` as `sampler` picks them, cut to `size` pixels with `margin` and augmented.

    A batch depends on (seed, step) alone, never on `workers`, the number of threads (default: the cores). `seed` is
    that of the augmentation. Raises FacenetError where the crops show less margin than the network wants.
    """

    def __init__(
        self,
        crops: Crops,
        sampler: Sampler,
        augmentation: Augmentation,
        size: int,
        margin: float,
        seed: int = 0,
        workers: int | None = None,
    ) -> None:
        check_margin(crops.margin, margin)
        self.crops, self.sampler, self.augmentation = crops, sampler, augmentation
        self.size, self.margin, self.seed = size, margin, seed
        self.workers = workers or os.cpu_count() or 1

    def batch(self, step: int) -> Batch:
        """The batch number `step`, counted from 0, made by the calling thread."""
        started = self._start(step)
        self._fill(started, slice(None))
        return self._finished(started)

    def iterate(self, first_step: int = 0) -> Generator[Batch, None, None]:
        """The batches from `first_step` on, without end and in order; closing it ends the threads.

        Raises FacenetError at the batch that has a damaged crop.
        """
        waiting: deque[tuple[_Started, list[Future[None]]]] = deque()
        pool = ThreadPoolExecutor(self.workers, thread_name_prefix="batches")
        try:
            for step in count(first_step):
                started = self._start(step)
                parts = [slice(start, start + TASK) for start in range(0, len(started.indices), TASK)]
                waiting.append((started, [pool.submit(self._fill, started, part) for part in parts]))
                if len(waiting) > AHEAD:
                    oldest, tasks = waiting.popleft()
                    for task in tasks:
                        task.result()
                    yield self._finished(oldest)
        finally:
            pool.shutdown(cancel_futures=True)

    def _start(self, step: int) -> _Started:
        indices = self.sampler.indices(step)
        # Row by row, so that a crop's numbers depend on its place in the batch and on nothing behind it.
        draws = np.random.default_rng([self.seed, step, STREAM]).random((len(indices), DRAWS))
        return _Started(indices, draws, np.empty((len(indices), self.size, self.size, 3), np.uint8))

    def _fill(self, started: _Started, part: slice) -> None:
        places = zip(started.indices[part].tolist(), started.draws[part], started.images[part], strict=True)
        for index, draws, image in places:
            crop = self.crops.crop(index)
            image[:] = changed(crop, self.size, self.crops.margin, self.margin, draws, self.augmentation)

    def _finished(self, started: _Started) -> Batch:
        indices, teacher = started.indices, self.crops.teacher
        return Batch(started.images, self.crops.labels[indices], None if teacher is None else teacher[indices], indices)
