"""All photos in the order of their dates, as arrays: what a grid of a million photos keeps of each."""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from app.library import photos, roots
from app.library.records import PhotoFilter

# So many ids travel as one text: a row for each photo would take three times as long, most of it in Python.
IN_ONE_TEXT_BITS = 12
# In a file's name; what is longer is no number that anybody counts with.
LONGEST_NUMBER = 20
# 16,384 names are sorted within 20 ms.
RUN = 1 << 14

_DIGITS = re.compile(rb"\d+")


class Month(NamedTuple):
    """So many photos of the month that begins on this day; None: they have no date."""

    begins: date | None
    photos: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Ids, newest first, those of photos without a date last, by their folders and names; the months say how many
    belong together."""

    ids: NDArray[np.int64]
    months: tuple[Month, ...]


NOTHING = Timeline(np.empty(0, np.int64), ())


def timeline(db: sqlite_utils.Database, which: PhotoFilter) -> Timeline:
    """Photos that are present."""
    conditions, values = photos.conditions(which)
    where = " AND ".join(["roots.forgotten = 0", *conditions])
    rows = db.execute(
        "SELECT group_concat(photos.id), group_concat(CAST(shown_at AS INTEGER)), group_concat(taken_at IS NULL), "
        "group_concat(CASE WHEN taken_at IS NULL THEN root_id || ' ' || hex(photos.path) END) "
        f"FROM photos JOIN roots ON roots.id = photos.root_id WHERE {where} "
        f"GROUP BY photos.id >> {IN_ONE_TEXT_BITS}",
        values,
    ).fetchall()
    if not rows:
        return NOTHING
    parts = [[np.fromstring(text, np.int64, sep=",") for text in row[:3]] for row in rows]
    ids, seconds, undated = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((-ids, -seconds, undated))
    by_name = _by_name(db, ids[undated == 1].tolist(), (file for *_, text in rows if text for file in text.split(",")))
    dated = len(ids) - len(by_name)
    return Timeline(
        np.concatenate([ids[order][:dated], np.array(by_name, np.int64)]),
        _months(seconds[order][:dated], len(by_name)),
    )


def _by_name(db: sqlite_utils.Database, numbers: Iterable[int], files: Iterable[str]) -> list[int]:
    """Photos by the folders and names of their files: the root of each, and its path in hexadecimal digits.

    Folder by folder and in short runs, since whatever sorts a million at once holds up all other threads.
    """
    paths: dict[str, bytes] = {str(number): path for number, path in db.execute("SELECT id, path FROM roots")}
    folders = defaultdict[tuple[str, bytes], list[tuple[bytes, int]]](list)
    for number, file in zip(numbers, files, strict=True):
        root, _, path = file.partition(" ")
        folder, _, name = bytes.fromhex(path).rpartition(roots.SEPARATOR)
        folders[root, folder].append((_as_counted(name), number))
    in_order = sorted(folders, key=lambda folder: (_as_counted(paths[folder[0]]), _as_counted(folder[1])))
    return [number for folder in in_order for _, number in _sorted_in_runs(folders[folder])]


def _sorted_in_runs(names: list[tuple[bytes, int]]) -> Iterable[tuple[bytes, int]]:
    return heapq.merge(*(sorted(names[first : first + RUN]) for first in range(0, len(names), RUN)))


def _as_counted(name: bytes) -> bytes:
    """Sorts as people count: 2 before 10, `a` like `A`, and what is in a folder right after it."""
    text = name.decode(errors="surrogateescape").lower().encode(errors="surrogateescape")
    counted = _DIGITS.sub(lambda digits: digits[0].rjust(LONGEST_NUMBER, b"0"), text)
    return counted.replace(roots.SEPARATOR, b"\0")


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
