"""The steps of the history by their ids, which are held whole; what they are is read in pages when it is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QObject, Qt

from app.library.records import HistoryEntry
from app.ui.dates import moment
from app.ui.models.grid_model import Index
from app.ui.phrases import said

PAGE = 100

# Reads the entries of some ids and hands them over, on the main thread.
Read = Callable[[Sequence[int], Callable[[list[HistoryEntry]], None]], object]


class Column(IntEnum):
    WHEN = 0
    WHAT = 1
    STATE = 2
    ORIGIN = 3


class StepsModel(QAbstractTableModel):
    """Newest first. A row is empty until its page has arrived."""

    def __init__(self, read: Read, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._ids = np.empty(0, np.int64)
        self._entries: dict[int, HistoryEntry] = {}
        self._asked: set[int] = set()

    def fill(self, ids: NDArray[np.int64]) -> None:
        """Shows these. Steps come and go at the top; what was read before is shown until it is read again."""
        old = self._ids
        kept = len(np.intersect1d(old, ids, assume_unique=True))
        if not np.array_equal(old[len(old) - kept :], ids[len(ids) - kept :]):
            self.beginResetModel()
            self._ids, self._asked = ids, set()
            self.endResetModel()
            return
        if len(old) > kept:
            self.beginRemoveRows(self.index(-1, -1), 0, len(old) - kept - 1)
            self._ids = old[len(old) - kept :]
            self.endRemoveRows()
        if len(ids) > kept:
            self.beginInsertRows(self.index(-1, -1), 0, len(ids) - kept - 1)
            self._ids = ids
            self.endInsertRows()
        self._asked = set()
        self._repaint(0, len(ids))

    def step(self, row: int) -> int:
        return int(self._ids[row])

    def entry(self, row: int) -> HistoryEntry | None:
        """None until it has arrived."""
        number = row // PAGE
        if number not in self._asked:
            self._asked.add(number)
            first, ids = number * PAGE, self._ids[number * PAGE : (number + 1) * PAGE].tolist()
            asked = self._asked
            self._read(ids, lambda entries: self._arrived(entries, first, len(ids)) if asked is self._asked else None)
        return self._entries.get(self.step(row))

    def _arrived(self, entries: list[HistoryEntry], first: int, count: int) -> None:
        self._entries |= {entry.id: entry for entry in entries}
        self._repaint(first, count)

    def _repaint(self, first: int, count: int) -> None:
        last = min(first + count, len(self._ids)) - 1
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(Column)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("When"), self.tr("What"), self.tr("State"), self.tr("From"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        entry = self.entry(index.row())
        if entry is None:
            return None
        column = Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(entry, column)
            case Qt.ItemDataRole.ToolTipRole if column is Column.WHAT:
                return said(entry.label)
            case Qt.ItemDataRole.AccessibleTextRole if column is Column.WHAT:
                return ", ".join(text for text in (self._text(entry, each) for each in Column) if text)
        return None

    def longest(self, column: Column) -> list[str]:
        """Texts of a column that none will be much longer than."""
        match column:
            case Column.WHEN:
                return [moment(datetime(2028, 12, 28, 22, 58))]
            case Column.STATE:
                return [self.tr("Undone"), self.tr("Taken back")]
            case Column.ORIGIN:
                return list(self._origins().values())
            case Column.WHAT:
                return []

    def is_without_effect(self, row: int) -> bool:
        """Whether it was undone or taken back."""
        entry = self._entries.get(self.step(row))
        return entry is not None and (entry.undone or entry.taken_back)

    def _text(self, entry: HistoryEntry, column: Column) -> str:
        match column:
            case Column.WHEN:
                return moment(entry.at)
            case Column.WHAT:
                return said(entry.label)
            case Column.STATE:
                return self.tr("Undone") if entry.undone else self.tr("Taken back") if entry.taken_back else ""
            case Column.ORIGIN:
                return self._origins().get(entry.origin or "", "")

    def _origins(self) -> dict[str, str]:
        return {"user": self.tr("Window"), "command line": self.tr("Command line"), "file": self.tr("File")}
