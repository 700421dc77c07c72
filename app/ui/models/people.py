"""The tiles of the People page: people first, then the unnamed groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt

from app.library.records import Cluster, FaceId, Person
from app.ui.models.grid_model import GridModel, Index, Role, Section


class PeopleModel(GridModel):
    """Filled whole: people and groups are counted in thousands where photos are counted in millions."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._people: tuple[Person, ...] = ()
        self._clusters: tuple[Cluster, ...] = ()

    def fill(self, people: Sequence[Person], clusters: Sequence[Cluster]) -> None:
        if (tuple(people), tuple(clusters)) == (self._people, self._clusters):
            return
        self.beginResetModel()
        self._people, self._clusters = tuple(people), tuple(clusters)
        self.endResetModel()

    def tile(self, row: int) -> Person | Cluster:
        return self._people[row] if row < len(self._people) else self._clusters[row - len(self._people)]

    def unnamed_after(self, named: Sequence[Cluster]) -> int | None:
        """The key of the unnamed group that comes after these, or else of the last one before; None after the last."""
        left = [cluster for cluster in self._clusters if cluster not in named]
        numbers = [number for number, cluster in enumerate(self._clusters) if cluster in named]
        if not left or not numbers:
            return None
        after = self._clusters[max(numbers) + 1 :]
        return -(after[0] if after else left[-1]).id

    def cover(self, row: int) -> FaceId | None:
        return self.tile(row).cover

    def keys(self) -> NDArray[np.int64]:
        # Ids are positive: groups are told from people by their sign.
        return np.array([person.id for person in self._people] + [-c.id for c in self._clusters], np.int64)

    def sections(self) -> list[Section]:
        return [Section(self.tr("People"), len(self._people)), Section(self.tr("Unnamed groups"), len(self._clusters))]

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self._people) + len(self._clusters)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        tile = self.tile(index.row())
        person = tile if isinstance(tile, Person) else None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return person.name if person else ""
            case Qt.ItemDataRole.EditRole:
                return person.name if person else ""
            case Role.DETAIL:
                return self.tr("%Ln photo(s)", None, tile.photos)
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                name = person.name if person else self.tr("Unnamed group")
                faces = self.tr("%Ln face(s)", None, tile.faces)
                return f"{name}, {faces}, {self.data(index, Role.DETAIL)}"
            case Role.DIMMED:
                return person is not None and person.hidden
            case Role.BADGE:
                return "★" if person is not None and person.favourite else None
        return None
