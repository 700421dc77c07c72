"""How somebody looked through the years: one face a month, under the year, with the age where it can be told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QDate, QLocale, QObject, Qt

from app.library.life import Moment
from app.library.records import PhotoId
from app.ui.models.grid_model import GridModel, Index, Look, Section
from app.ui.models.photos import long_date


class YearsModel(GridModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._moments: tuple[Moment, ...] = ()
        self._born: date | None = None

    def fill(self, moments: Sequence[Moment], born: date | None) -> None:
        """`moments` in the order of time."""
        if (tuple(moments), born) == (self._moments, self._born):
            return
        self.beginResetModel()
        self._moments, self._born = tuple(moments), born
        self.endResetModel()

    def moment(self, row: int) -> Moment:
        return self._moments[row]

    def photos(self) -> NDArray[np.int64]:
        return np.array([moment.photo for moment in self._moments], np.int64)

    def tells_ages(self) -> bool:
        return self._born is not None

    def face_on(self, photo: PhotoId) -> int | None:
        """The key of the face of a photo."""
        return next((moment.face for moment in self._moments if moment.photo == photo), None)

    def keys(self) -> NDArray[np.int64]:
        return np.array([moment.face for moment in self._moments], np.int64)

    def sections(self) -> list[Section]:
        years = groupby(self._moments, key=lambda moment: moment.taken_at.year)
        return [Section(QLocale().toString(QDate(year, 1, 1), "yyyy"), len(list(of))) for year, of in years]

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self._moments)

    def look(self, row: int) -> Look:
        taken_at = self._moments[row].taken_at
        return Look(QLocale().standaloneMonthName(taken_at.month), self._age(taken_at.date()))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._moments):
            return None
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            taken_at = self._moments[index.row()].taken_at
            parts = (long_date(taken_at), self._age(taken_at.date()))
            return ("\n" if role == Qt.ItemDataRole.ToolTipRole else ", ").join(part for part in parts if part)
        return super().data(index, role)

    def _age(self, day: date) -> str:
        """At that day; nothing where nobody knows, or where it was before the birth."""
        if self._born is None or day < self._born:
            return ""
        months = (day.year - self._born.year) * 12 + day.month - self._born.month - (day.day < self._born.day)
        if months < 12:
            return self.tr("%Ln month(s) old", None, months)
        return self.tr("age %1").replace("%1", QLocale().toString(months // 12))
