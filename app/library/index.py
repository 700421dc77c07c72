"""The nearest-neighbour index over all vectors of one engine: a cache of SQLite in FAISS that may be thrown away.

Searched from any thread and changed by the library-writer only; a lock keeps the two apart, and long lists of probes
are searched in slices so that a change never waits long.
"""

from __future__ import annotations

import contextlib
import json
import threading
import zlib
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

# One slice of probes: under 50 ms against a million vectors on two cores.
PROBES_A_SLICE = 64
# Bytes of a file.
READ_AT_ONCE = 1 << 22
NOBODY = np.empty(0, np.int64)
MAGIC = b"KINFOLIO-INDEX-1\n"


def forget_unfinished(file: Path) -> None:
    """Removes what a program left that was killed while it saved the index; other versions gave that other names."""
    with contextlib.suppress(OSError):
        for part in (_part(file), *file.parent.glob(".index-????????")):
            part.unlink(missing_ok=True)


def _part(file: Path) -> Path:
    return file.with_name(f"{file.name}.part")


def _header(stamp: str, checksum: int) -> bytes:
    return MAGIC + json.dumps([stamp, checksum]).encode() + b"\n"


class VectorIndex(Protocol):
    """Vectors under integer ids, compared by cosine (inner product of unit vectors)."""

    def __len__(self) -> int: ...

    def search(
        self, probes: NDArray[np.float32], limit: int, *, without: NDArray[np.int64] = NOBODY
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The best `limit` for each probe [n, d] but for the ids `without`: cosines [n, k] falling, and ids [n, k].

        k <= limit; where fewer are left, the last ids are -1.
        """
        ...


class FaissIndex:
    """Exact search over half-precision vectors: 10 ms a probe at a million faces, recall 0.999 (DESIGN.md, 7)."""

    def __init__(self, dimension: int) -> None:
        import faiss

        self._lock = threading.Lock()
        # By id: a set of a million numbers would take a quarter of what their vectors take.
        self._known = np.zeros(0, np.bool_)
        flat = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        self._index: Any = faiss.IndexIDMap(flat)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Adds vectors float32 [n, d] under ids [n]; an id that is known is replaced."""
        if not len(ids):
            return
        self.remove(ids)
        with self._lock:
            self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.ascontiguousarray(ids, np.int64))
            self._know(ids)

    def remove(self, ids: NDArray[np.int64]) -> None:
        """Removes ids; those that are not known are no error."""
        # FAISS walks through all vectors to remove one, so it is asked only for what is there.
        with self._lock:
            ids = np.asarray(ids, np.int64)
            present = ids[ids < len(self._known)]
            present = present[self._known[present]]
            if len(present):
                self._index.remove_ids(present)
                self._known[present] = False

    def search(
        self, probes: NDArray[np.float32], limit: int, *, without: NDArray[np.int64] = NOBODY
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        import faiss

        limit = min(limit, len(self))
        similarities = np.empty((len(probes), limit), np.float32)
        found = np.empty((len(probes), limit), np.int64)
        if not limit:
            return similarities, found
        parameters = faiss.SearchParameters()
        # Held by a name: FAISS only points to them.
        left_out = faiss.IDSelectorBatch(np.ascontiguousarray(without, np.int64))
        kept = faiss.IDSelectorNot(left_out)
        if len(without):
            parameters.sel = kept
        for start in range(0, len(probes), PROBES_A_SLICE):
            part = slice(start, start + PROBES_A_SLICE)
            with self._lock:
                # A removal between two slices may leave fewer vectors than `limit`: FAISS fills up with id -1.
                similarities[part], found[part] = self._index.search(
                    np.ascontiguousarray(probes[part]), limit, params=parameters
                )
        return similarities, found

    def save(self, file: Path, *, stamp: str) -> None:
        """Writes the index with a stamp that tells which state of the library it holds; all or nothing."""
        import faiss

        with self._lock:
            content = faiss.serialize_index(self._index)
        # One program at a time saves.
        part = _part(file)
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        try:
            with part.open("wb") as out:
                out.write(_header(stamp, zlib.crc32(content.data)))
                out.write(content.data)
            part.replace(file)
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    @classmethod
    def load(cls, file: Path, *, stamp: str, dimension: int) -> FaissIndex | None:
        """The saved index, or None where there is none, it is of another state, or it is damaged."""
        import faiss

        try:
            with file.open("rb") as stream:
                head = stream.readline() + stream.readline()
                begin, checksum = stream.tell(), 0
                while part := stream.read(READ_AT_ONCE):
                    checksum = zlib.crc32(part, checksum)
                # With the right checksum it is what FAISS wrote, so it cannot stumble over it.
                if head != _header(stamp, checksum):
                    return None
                stream.seek(begin)
                # Read a second time rather than held in memory twice.
                reader = faiss.PyCallbackIOReader(stream.read, READ_AT_ONCE)  # type: ignore[attr-defined]
                index: Any = faiss.read_index(reader)
        except OSError:
            return None
        if index.d != dimension:
            return None
        loaded = cls(dimension)
        loaded._index = index
        loaded._know(faiss.vector_to_array(index.id_map))
        return loaded

    def _know(self, ids: NDArray[np.int64]) -> None:
        if len(ids):
            missing = int(ids.max()) + 1 - len(self._known)
            if missing > 0:
                # Twice as long each time, so that adding faces one after the other takes no longer the more there are.
                self._known = np.concatenate([self._known, np.zeros(max(missing, len(self._known)), np.bool_)])
            self._known[ids] = True
