"""The nearest-neighbour index of the current engine: loaded when first asked, taught by each scan, saved now and then.

Asked on any thread. The library-writer teaches it after each commit and never waits for it to be loaded.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from app.library import engines, faces
from app.library.index import FaissIndex
from app.library.records import FaceId, FaceKind, Match

log = logging.getLogger(__name__)

FILE_NAME = "index.faiss"
# A search asks for more than it shows, since some faces found may be of photos that are hidden.
SURPLUS = 32
# Where hardly any photo is shown (a drive is away), a search ends here rather than look through the whole library.
MOST_ASKED = 20_000


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a commit changed about the vectors; `before` and `after` are the states it lies between."""

    before: str
    after: str
    added: Sequence[tuple[int, NDArray[np.float32]]]
    removed: Sequence[int]


class NearestFaces:
    def __init__(self, folder: Path, read: Callable[[], sqlite_utils.Database]) -> None:
        self._file = folder / FILE_NAME
        self._read = read
        self._lock = threading.Lock()
        self._index: FaissIndex | None = None
        self._state = ""
        self._saved_state = ""
        # One thread loads at a time; meanwhile the writer's lessons are kept for it.
        self._loading = threading.Lock()
        self._missed: list[Lesson] | None = None

    def index(self) -> FaissIndex:
        """The index of the present state. Raises LibraryError before the first scan."""
        with self._loading:
            with self._lock:
                engine, state = engines.state_of_vectors(self._read())
                if self._index is not None and state == self._state:
                    return self._index
                self._missed = []
            # Without the lock: the writer must not wait until a large index is built.
            index = FaissIndex.load(self._file, stamp=state, dimension=engine.dimension)
            saved = index is not None
            if index is None:
                index = FaissIndex(engine.dimension)
                index.add(*faces.vectors(self._read(), engine.id, engine.dimension))
            with self._lock:
                self._index, self._state, self._saved_state = index, state, state if saved else ""
                missed, self._missed = self._missed, None
                for lesson in missed:
                    self._learn(lesson)
                return index

    def teach(self, lesson: Lesson) -> None:
        with self._lock:
            if self._missed is not None:
                self._missed.append(lesson)
            self._learn(lesson)

    def _learn(self, lesson: Lesson) -> None:
        """Brings a loaded index from the state before a commit to the one after it; in any other state it stays."""
        if self._index is None or self._state != lesson.before:
            return
        self._index.remove(np.array(lesson.removed, np.int64))
        if lesson.added:
            ids = np.array([face for face, _ in lesson.added], np.int64)
            vectors = np.stack([vector for _, vector in lesson.added])
            sound = faces.unit_length(vectors)
            self._index.remove(ids[~sound])
            self._index.add(ids[sound], vectors[sound])
        self._state = lesson.after

    def save(self) -> None:
        """Saves the index if it is loaded, holds the present state, and was not saved in it. It can be made again."""
        with self._lock:
            if self._index is None or self._saved_state == self._state:
                return
            if engines.state_of_vectors(self._read())[1] != self._state:
                return
            try:
                self._index.save(self._file, stamp=self._state)
                self._saved_state = self._state
            except OSError as error:
                log.warning("The index could not be saved: %s", error)

    def search(
        self, vector: NDArray[np.float32], *, limit: int, lowest: float, leave_out: FaceId | None, hidden: bool
    ) -> list[Match]:
        """The faces that are shown and most like a unit vector, best first, down to the cosine `lowest`; with `hidden`
        also those that are ignored or of hidden people."""
        index = self.index()
        probe = np.asarray(vector, np.float32)
        asked = limit + SURPLUS
        while True:
            similarities, found = index.search(probe[None, :], asked)
            hits = self._cosines(probe, [int(face) for face in found[0] if face >= 0 and face != leave_out])
            near = sorted((face for face in hits if hits[face] >= lowest), key=lambda face: (-hits[face], face))
            shown = [face for face in faces.by_ids(self._read(), near) if face.kind is not FaceKind.NOT_A_FACE]
            unseen = set() if hidden else faces.out_of_sight(self._read(), [face.id for face in shown])
            matches = [Match(face, hits[face.id]) for face in shown if face.id not in unseen][:limit]
            exhausted = asked >= min(len(index), MOST_ASKED) or (found.shape[1] and similarities[0, -1] < lowest)
            if len(matches) == limit or exhausted:
                return matches
            asked *= 4

    def _cosines(self, probe: NDArray[np.float32], numbers: Sequence[int]) -> dict[int, float]:
        """Exact, since the index keeps half of the precision."""
        engine = engines.needed(self._read())
        known, vectors = faces.vectors(self._read(), engine.id, engine.dimension, numbers)
        cosines = np.clip(vectors @ probe, -1.0, 1.0)
        return dict(zip(known.tolist(), cosines.tolist(), strict=True))
