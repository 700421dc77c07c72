"""What the grid asks of its models: a plain list of rows, each with a key that outlives its row number, in sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

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


class Role(IntEnum):
    """`DETAIL` is a second line of text, `BADGE` a short text on the picture, `DIMMED` whether it is out of reach.

    `FACE` is the id of the face to show, None where there is none, `FACES` those of several. `WAITING` is how many
    questions wait about it.
    """

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
