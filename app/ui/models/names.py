"""What the type-ahead of names offers: people who may be meant and, last, a new person of what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QObject, Qt

from app.library.records import Named, Person, PersonId
from app.ui.models.grid_model import Index, Role


class NamesModel(QAbstractListModel):
    """Names are there at once; portraits and counts are shown when `describe` has told of the people."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._people: tuple[Named, ...] = ()
        self._new = ""
        self._described: dict[PersonId, Person] = {}

    def fill(self, people: Sequence[Named], new: str = "") -> None:
        """`new` is the name that the last line offers to somebody who is not known; "" without such a line."""
        if (tuple(people), new) != (self._people, self._new):
            self.beginResetModel()
            self._people, self._new = tuple(people), new
            self.endResetModel()

    def describe(self, people: Iterable[Person]) -> None:
        self._described |= {person.id: person for person in people}
        if self._people:
            self.dataChanged.emit(self.index(0), self.index(len(self._people) - 1))

    def undescribed(self) -> list[PersonId]:
        """Those of whom nothing but the name can be shown yet."""
        return [one.id for one in self._people if one.id not in self._described]

    def person(self, row: int) -> Named | None:
        """None for the line of a new person."""
        return self._people[row] if row < len(self._people) else None

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self._people) + bool(self._new)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        one = self.person(index.row())
        if one is None:
            texts = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
            return self.tr("New person “%1”").replace("%1", self._new) if role in texts else None
        person = self._described.get(one.id)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return one.name
            case Role.DETAIL:
                told = [self.tr("hidden")] if one.hidden else []
                return "  ·  ".join(told + ([self.tr("%Ln photo(s)", None, person.photos)] if person else []))
            case Role.FACE:
                return person.cover if person else None
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(part for part in (one.name, self.data(index, Role.DETAIL)) if part)
        return None
