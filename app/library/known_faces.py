"""The faces that grouping looks at, as columns, and their vectors."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from app.library import decisions, faces, thresholds
from app.library.clusters import OPEN
from app.library.engines import Engine

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

# A condition on `faces`; its parameter is the engine.
DESCRIBED = "EXISTS (SELECT 1 FROM embeddings WHERE face_id = faces.id AND engine_id = ?)"


@dataclass(frozen=True, slots=True)
class KnownFaces:
    """Columns about faces, ordered by what their photos hold, so that nothing depends on when they were scanned.

    -1 stands for none. `open`: nobody has decided; `present`: its photo can be seen at the moment; `telling`: says
    anything about who it is; `clear`: good enough to vouch for others.
    """

    id: Ints
    photo: Ints
    person: Ints
    cluster: Ints
    automatic: Ints
    open: Bools
    present: Bools
    telling: Bools
    clear: Bools
    confirmed: Bools
    _by_id: Ints

    def __len__(self) -> int:
        return len(self.id)

    def places(self, ids: Ints) -> Ints:
        """The place of each id, -1 where it is not among these faces."""
        if not len(self.id):
            return np.full(ids.shape, -1, np.int64)
        place = self._by_id[np.minimum(np.searchsorted(self.id, ids, sorter=self._by_id), len(self.id) - 1)]
        return np.where(self.id[place] == ids, place, -1)

    def marked(self, ids: Ints) -> Bools:
        places = self.places(ids)
        found = np.zeros(len(self), bool)
        found[places[places >= 0]] = True
        return found

    def was_in(self, taken: Bools) -> Ints:
        """The group that each counts for when ids carry over: of what was and is shown of it, where anything is.

        Who was or is `taken` for somebody is not shown with a group.
        """
        shown = self.present & self.open & (self.automatic < 0) & ~taken
        return np.where(shown | ~np.isin(self.cluster, self.cluster[shown]), self.cluster, -1)


def read(db: sqlite_utils.Database, engine: Engine, numbers: Collection[int] | None) -> KnownFaces:
    """All faces that the engine has described, or of these and all others of their photos.

    Those in photos on a drive that is away count as if it were there, and of a folder that was taken out of the library
    those that somebody decided on: who is who does not depend on what can be seen.
    """
    query = f"""
        SELECT faces.id, CASE WHEN repeats_allowed THEN -1 ELSE photo_id END, coalesce(faces.person_id, -1),
               coalesce(grouped.cluster_id, -1), coalesce(automatic.person_id, -1),
               {OPEN}, missing_since IS NULL AND NOT forgotten, faces.quality > 0,
               faces.quality >= {thresholds.QUALITY_TO_VOUCH}, coalesce(faces.strength = 'confirmed', 0)
        FROM faces JOIN photos ON photos.id = faces.photo_id JOIN roots ON roots.id = photos.root_id
        LEFT JOIN grouped ON grouped.face_id = faces.id
        LEFT JOIN automatic ON automatic.face_id = faces.id
        WHERE faces.found = 1 AND faces.kind = 'face' AND {DESCRIBED}
          AND (NOT forgotten OR faces.person_id IS NOT NULL)"""
    values: list[int | str] = [engine.id]
    if numbers is not None:
        query += """ AND faces.photo_id IN (
            SELECT photo_id FROM faces WHERE id IN (SELECT value FROM json_each(?)))"""
        values.append(decisions.ids(numbers))
    cursor = db.execute(query + " ORDER BY content_hash, photos.path, faces.x, faces.y", values)
    blocks = [np.empty((0, 10), np.int64)]
    while rows := cursor.fetchmany(10_000):
        blocks.append(np.array(rows, np.int64))
    table = np.concatenate(blocks)
    return KnownFaces(
        id=table[:, 0].copy(),
        photo=table[:, 1].copy(),
        person=table[:, 2].copy(),
        cluster=table[:, 3].copy(),
        automatic=table[:, 4].copy(),
        open=table[:, 5].astype(bool),
        present=table[:, 6].astype(bool),
        telling=table[:, 7].astype(bool),
        clear=table[:, 8].astype(bool),
        confirmed=table[:, 9].astype(bool),
        _by_id=np.argsort(table[:, 0]),
    )


def vectors(db: sqlite_utils.Database, engine: Engine, known: KnownFaces, *, every: bool) -> Floats:
    """By place."""
    table = np.zeros((len(known), engine.dimension), np.float32)
    for ids, found in faces.vector_blocks(db, engine.id, engine.dimension, None if every else known.id.tolist()):
        places = known.places(ids)
        table[places[places >= 0]] = found[places >= 0]
    return table
