"""What the type-ahead of names offers: people whose name begins like what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QObject, Qt

from app.library.records import Person
from app.ui.models.grid_model import Index, Role


class NamesModel(QAbstractListModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._people: tuple[Person, ...] = ()

    def fill(self, people: Sequence[Person]) -> None:
        if tuple(people) == self._people:
            return
        self.beginResetModel()
        self._people = tuple(people)
        self.endResetModel()

    def person(self, row: int) -> Person:
        return self._people[row]

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self._people)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._people):
            return None
        person = self._people[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return person.name
            case Role.DETAIL:
                return self.tr("%Ln photo(s)", None, person.photos)
            case Role.FACE:
                return person.cover
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{person.name}, {self.data(index, Role.DETAIL)}"
        return None
