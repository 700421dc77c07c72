"""The steps of the history by their ids, which are held whole; what they are is read in pages when it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QObject, Qt

from app.library.records import FaceId, HistoryEntry
from app.ui.dates import moment
from app.ui.models.grid_model import Index, Role
from app.ui.phrases import said

PAGE = 100

# The entries of some steps, and the faces to show them with.
Found = tuple[Sequence[HistoryEntry], Mapping[int, Sequence[FaceId]]]
# Reads what there is of some ids and hands it over, on the main thread.
Read = Callable[[Sequence[int], Callable[[Found], None]], object]


class StepsModel(QAbstractListModel):
    """Newest first. A row is empty until its page has arrived."""

    def __init__(self, read: Read, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._ids = np.empty(0, np.int64)
        self._entries: dict[int, HistoryEntry] = {}
        self._faces: dict[int, Sequence[FaceId]] = {}
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
            self._read(ids, lambda found: self._arrived(found, first, len(ids)) if asked is self._asked else None)
        return self._entries.get(self.step(row))

    def _arrived(self, found: Found, first: int, count: int) -> None:
        entries, faces = found
        self._entries |= {entry.id: entry for entry in entries}
        self._faces |= faces
        self._repaint(first, count)

    def _repaint(self, first: int, count: int) -> None:
        last = min(first + count, len(self._ids)) - 1
        if first <= last:
            self.dataChanged.emit(self.index(first), self.index(last))

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        entry = self.entry(index.row())
        if entry is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return said(entry.label)
            case Role.DETAIL:
                return " · ".join((moment(entry.at), *self._state(entry)))
            case Role.FACES:
                return self._faces.get(entry.id, ())
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join((said(entry.label), *self._state(entry), moment(entry.at)))
        return None

    def is_without_effect(self, row: int) -> bool:
        """Whether it was undone or taken back."""
        entry = self._entries.get(self.step(row))
        return entry is not None and (entry.undone or entry.taken_back)

    def _state(self, entry: HistoryEntry) -> list[str]:
        return [self.tr("Undone")] if entry.undone else [self.tr("Taken back")] if entry.taken_back else []
