"""Photos by their ids, which are held whole; what a photo is called is read in pages when it is shown."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QDate, QFileInfo, QLocale, QObject, Qt

from app.library.records import Photo, PhotoId
from app.ui.models.grid_model import GridModel, Index, Role

PAGE = 128
PAGES_KEPT = 64


class PhotosModel(GridModel):
    """`read` gives the rows of ids in their order and leaves out unknown ones (`Library.photos`)."""

    def __init__(self, read: Callable[[Sequence[int]], list[Photo]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._ids = np.empty(0, np.int64)
        self._pages: OrderedDict[int, dict[int, Photo]] = OrderedDict()

    def fill(self, ids: NDArray[np.int64]) -> None:
        """Shows these. What was read before is read again."""
        self._pages.clear()
        if np.array_equal(ids, self._ids):
            self.repaint()
            return
        self.beginResetModel()
        self._ids = ids
        self.endResetModel()

    def photo_id(self, row: int) -> PhotoId:
        return PhotoId(int(self._ids[row]))

    def photo(self, row: int) -> Photo | None:
        """None where the photo left the library a moment ago."""
        number = row // PAGE
        page = self._pages.get(number)
        if page is None:
            ids = self._ids[number * PAGE : (number + 1) * PAGE].tolist()
            page = self._pages[number] = {photo.id: photo for photo in self._read(ids)}
            if len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page.get(self.photo_id(row))

    def keys(self) -> NDArray[np.int64]:
        return self._ids

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        wanted = (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Role.BADGE,
            Role.DIMMED,
        )
        if role not in wanted or (photo := self.photo(index.row())) is None:
            return None
        if role == Role.BADGE:
            return self.tr("unreadable") if photo.problem else self.tr("not here") if photo.missing else None
        if role == Role.DIMMED:
            return photo.missing
        name = QFileInfo(photo.display).fileName()
        if role == Qt.ItemDataRole.DisplayRole:
            return name
        lines = [name]
        if photo.taken_at is not None:
            lines.append(long_date(photo.taken_at))
        lines.append(photo.problem or self.tr("%Ln face(s)", None, photo.faces))
        return ("\n" if role == Qt.ItemDataRole.ToolTipRole else ", ").join(lines)


def long_date(when: datetime) -> str:
    return QLocale().toString(QDate(when.year, when.month, when.day), QLocale.FormatType.LongFormat)
