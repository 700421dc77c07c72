"""What the grid asks of its models: a plain list of rows, each with a key that outlives its row number, in sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
# A list is enough for a few.
Rows = Sequence[int] | NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that stand together under a title; without one there is no heading."""

    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Look:
    """What a cell shows beside its picture, read at once: a view paints dozens of cells a frame.

    `detail` is a second line of text, `badge` a short text on the picture, `dimmed` tells that it is out of reach or
    left out, `waiting` how many questions wait about it.
    """

    text: str = ""
    detail: str = ""
    badge: str = ""
    dimmed: bool = False
    waiting: int = 0


class Role(IntEnum):
    """The parts of a `Look`; the id of the face to show, None where there is none, and those of several."""

    DETAIL = Qt.ItemDataRole.UserRole + 1
    BADGE = Qt.ItemDataRole.UserRole + 2
    DIMMED = Qt.ItemDataRole.UserRole + 3
    FACE = Qt.ItemDataRole.UserRole + 4
    WAITING = Qt.ItemDataRole.UserRole + 5
    FACES = Qt.ItemDataRole.UserRole + 6


class GridModel(QAbstractListModel):
    """Keys are unique, other than row numbers they stay with what they stand for when the model is filled anew.

    Where `headings_select` a click on a heading selects its section: months of photos, but not all who have no name.
    """

    headings_select = False

    def look(self, row: int) -> Look:
        raise NotImplementedError

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        part = _PARTS.get(role)
        if part is None or not index.isValid() or index.row() >= self.rowCount():
            return None
        return getattr(self.look(index.row()), part)

    def keys(self) -> NDArray[np.int64]:
        raise NotImplementedError

    def sections(self) -> list[Section]:
        return [Section("", self.rowCount())] if self.rowCount() else []

    def rows_of(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows where `keys` are, in ascending order; keys that are gone are left out."""
        return np.flatnonzero(np.isin(self.keys(), keys))

    def repaint(self) -> None:
        """Says that every row may look different."""
        if self.rowCount():
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))


_PARTS: dict[int, str] = {
    Qt.ItemDataRole.DisplayRole: "text",
    Role.DETAIL: "detail",
    Role.BADGE: "badge",
    Role.DIMMED: "dimmed",
    Role.WAITING: "waiting",
}
