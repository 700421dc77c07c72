"""All photos in the order of their dates, as arrays: what a grid of a million photos keeps of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from app.library import photos
from app.library.records import PhotoFilter

# So many ids travel as one text: a row for each photo would take three times as long, most of it in Python.
IN_ONE_TEXT_BITS = 12


class Month(NamedTuple):
    """So many photos of the month that begins on this day; None: they have no date."""

    begins: date | None
    photos: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Ids, newest first, those of photos without a date last; the months say how many belong together."""

    ids: NDArray[np.int64]
    months: tuple[Month, ...]


NOTHING = Timeline(np.empty(0, np.int64), ())


def timeline(db: sqlite_utils.Database, which: PhotoFilter) -> Timeline:
    """Photos that are present. Those without a date stand last, in the order in which their files were changed."""
    conditions, values = photos.conditions(which)
    where = " AND ".join(["roots.forgotten = 0", *conditions])
    texts = db.execute(
        "SELECT group_concat(photos.id), group_concat(CAST(shown_at AS INTEGER)), group_concat(taken_at IS NULL) "
        f"FROM photos JOIN roots ON roots.id = photos.root_id WHERE {where} "
        f"GROUP BY photos.id >> {IN_ONE_TEXT_BITS}",
        values,
    )
    parts = [[np.fromstring(text, np.int64, sep=",") for text in row] for row in texts]
    if not parts:
        return NOTHING
    ids, seconds, undated = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((-ids, -seconds, undated))
    dated = len(ids) - int(undated.sum())
    return Timeline(ids[order], _months(seconds[order][:dated], len(ids) - dated))


def _months(seconds: NDArray[np.int64], undated: int) -> tuple[Month, ...]:
    """`seconds` of wall-clock time, in descending order."""
    number = seconds.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    starts = np.flatnonzero(np.diff(number, prepend=number[:1] + 1))
    counts = np.diff(starts, append=len(number))
    months = [
        Month(date(1970 + month // 12, month % 12 + 1, 1), count)
        for month, count in zip(number[starts].tolist(), counts.tolist(), strict=True)
    ]
    return (*months, Month(None, undated)) if undated else tuple(months)
