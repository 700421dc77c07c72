"""Photos by their ids, which are held whole; what a photo is called is read in pages when it is shown."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QDate, QFileInfo, QLocale, QObject, Qt

from app.library.records import Photo, PhotoId, RootId
from app.library.timeline import NOTHING, Timeline
from app.ui import dates
from app.ui.background import Background
from app.ui.models.grid_model import GridModel, Index, Look, Section
from app.ui.phrases import said

PAGE = 128
PAGES_KEPT = 64


@dataclass(slots=True)
class _Page:
    """Rows that are read together. What they were before is shown until they are there."""

    future: Future[list[Photo]] | None = None
    photos: dict[int, Photo] | None = None


class PhotosModel(GridModel):
    """`read` gives the rows of ids and leaves out unknown ones (`Library.photos`). It is called on another thread:
    a row that was never shown has no text at first, and `dataChanged` says when it has.
    """

    headings_select = True

    def __init__(
        self,
        read: Callable[[Sequence[int]], list[Photo]],
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._read, self._background = read, background
        self._timeline = NOTHING
        self._sections: list[Section] = []
        self._pages: OrderedDict[int, _Page] = OrderedDict()
        self._before: dict[int, Photo] = {}
        self._away: Collection[RootId] = ()

    def fill(self, timeline: Timeline) -> None:
        """Shows these. What was read before is read again."""
        self._before |= {
            number: photo for page in self._pages.values() for number, photo in (page.photos or {}).items()
        }
        while len(self._before) > PAGE * PAGES_KEPT:
            self._before.pop(next(iter(self._before)))
        for page in self._pages.values():
            if page.future is not None:
                page.future.cancel()
        self._pages.clear()
        if timeline.months == self._timeline.months and np.array_equal(timeline.ids, self._timeline.ids):
            self.repaint()
            return
        self.beginResetModel()
        self._timeline = timeline
        self._sections = [Section(self._heading(month.begins), month.photos) for month in timeline.months]
        self.endResetModel()

    def show_away(self, roots: Collection[RootId]) -> None:
        """The photos of these folders are out of reach, such as on a drive that is not connected."""
        if set(roots) != set(self._away):
            self._away = roots
            self.repaint()

    def photo_id(self, row: int) -> PhotoId:
        return PhotoId(int(self._timeline.ids[row]))

    def photo(self, row: int) -> Photo | None:
        """None where it is not read yet, and where the photo left the library a moment ago."""
        number = row // PAGE
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = _Page()
            self._ask(number, page)
            if len(self._pages) > PAGES_KEPT:
                _, dropped = self._pages.popitem(last=False)
                if dropped.future is not None:
                    dropped.future.cancel()
        else:
            self._pages.move_to_end(number)
        return (self._before if page.photos is None else page.photos).get(self.photo_id(row))

    def _ask(self, number: int, page: _Page) -> None:
        first = number * PAGE
        ids: list[int] = self._timeline.ids[first : first + PAGE].tolist()

        def arrived(photos: list[Photo]) -> None:
            page.photos = {photo.id: photo for photo in photos}
            if self._pages.get(number) is page:
                self.dataChanged.emit(self.index(first), self.index(first + len(ids) - 1))

        page.future = self._background.run(lambda: self._read(ids), arrived)

    def keys(self) -> NDArray[np.int64]:
        return self._timeline.ids

    def sections(self) -> list[Section]:
        return self._sections

    def timeline(self) -> Timeline:
        return self._timeline

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self._timeline.ids)

    def look(self, row: int) -> Look:
        photo = self.photo(row)
        if photo is None:
            return Look()
        files = f"{len(photo.copies) + 1} ×" if photo.copies else ""
        badge = self.tr("unreadable") if photo.problem else self.tr("not here") if photo.missing else files
        dimmed = photo.missing or photo.root in self._away
        return Look(QFileInfo(photo.display).fileName(), said(photo.problem or ""), badge, dimmed)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return super().data(index, role)
        photo = self.photo(index.row()) if index.isValid() and index.row() < self.rowCount() else None
        if photo is None:
            return None
        lines = [QFileInfo(photo.display).fileName()]
        if photo.taken_at is not None:
            lines.append(long_date(photo.taken_at))
        lines.append(said(photo.problem) if photo.problem else self.tr("%Ln face(s)", None, photo.faces))
        if photo.copies:
            lines.append(self.tr("%Ln file(s) of the same content", None, len(photo.copies) + 1))
        if photo.root in self._away:
            lines.append(self.tr("Its folder is out of reach at the moment. What is known of it stays."))
        return ("\n" if role == Qt.ItemDataRole.ToolTipRole else ", ").join(lines)

    def _heading(self, month: date | None) -> str:
        if month is None:
            return self.tr("Without a date")
        return dates.month_of(month)


def long_date(when: datetime) -> str:
    return QLocale().toString(QDate(when.year, when.month, when.day), QLocale.FormatType.LongFormat)
