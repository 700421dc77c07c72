"""The tiles of the People page: favourites, other people, then the unnamed groups; or those that are hidden."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt

from app.library.crowd import NOBODY, Crowd
from app.library.records import Cluster, ClusterId, Person, PersonId
from app.ui.models.grid_model import GridModel, Index, Look, Rows, Section


@dataclass(frozen=True, slots=True)
class Picked:
    """Tiles that something is to be done with. `favourites` tells that all the people among them are some."""

    people: Sequence[PersonId]
    groups: Sequence[ClusterId]
    favourites: bool


class PeopleModel(GridModel):
    """Holds columns; the record of a tile is made when somebody asks for it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._crowd = NOBODY
        self._filter = ""
        # Places in the crowd, by row.
        self._shown: NDArray[np.int64] = np.empty(0, np.int64)
        self._waiting: Mapping[PersonId, int] = {}
        # Who was named since the crowd was read, by key.
        self._named: dict[int, Person] = {}

    def fill(self, crowd: Crowd) -> None:
        if crowd.same(self._crowd) and not self._named:
            return
        self._named.clear()
        shown, before = self._fitting(crowd), (self.keys(), self._favourites(), self._crowd.hidden)
        after = (crowd.keys[shown], int(np.count_nonzero(crowd.favourite[shown])), crowd.hidden)
        if np.array_equal(before[0], after[0]) and before[1:] == after[1:]:
            self._crowd, self._shown = crowd, shown
            self.repaint()
            return
        self.beginResetModel()
        self._crowd, self._shown = crowd, shown
        self.endResetModel()

    def filter(self, text: str) -> None:
        """Shows only the people whose names hold every word of it, in any case and with any accents; "": everybody."""
        self._filter = text.strip()
        shown = self._fitting(self._crowd)
        if not np.array_equal(shown, self._shown):
            self.beginResetModel()
            self._shown = shown
            self.endResetModel()

    def show_waiting(self, waiting: Mapping[PersonId, int]) -> None:
        """How many questions wait about each."""
        if waiting != self._waiting:
            self._waiting = waiting
            self.repaint()

    def show_named(self, tiles: Collection[Person | Cluster], person: Person) -> None:
        """Whose these tiles are, until the crowd is read anew."""
        keys = [tile.id if isinstance(tile, Person) else -tile.id for tile in tiles]
        # Tiles of groups that are this person's may be named once more.
        keys += [key for key, shown in self._named.items() if shown.id == person.id]
        self._named |= dict.fromkeys(keys, person)
        self.repaint()

    def tile(self, row: int) -> Person | Cluster:
        place = int(self._shown[row])
        named = self._named.get(int(self._crowd.keys[place])) if self._named else None
        return named or self._crowd.record(place)

    def waiting(self, row: int) -> int:
        """How many questions wait about somebody; groups without a name wait themselves."""
        return self._waiting.get(PersonId(int(self._crowd.keys[self._shown[row]])), 0)

    def picked(self, rows: Rows) -> Picked:
        places = self._shown[np.asarray(rows, np.int64)]
        keys = self._crowd.keys[places]
        return Picked(
            [PersonId(key) for key in keys[keys > 0].tolist()],
            [ClusterId(-key) for key in keys[keys < 0].tolist()],
            bool(self._crowd.favourite[places[keys > 0]].all()),
        )

    def shows_hidden(self) -> bool:
        return self._crowd.hidden

    def is_ignored(self, row: int) -> bool:
        return self._crowd.hidden and bool(self._crowd.keys[self._shown[row]] < 0)

    def unnamed_after(self, named: Collection[Cluster]) -> int | None:
        """The key of the unnamed group that comes after these, or else of the last one before; None after the last."""
        keys = self.keys()
        groups = keys[keys < 0]
        here = np.flatnonzero(np.isin(groups, [-group.id for group in named]))
        left = np.setdiff1d(np.arange(len(groups)), here)
        if not len(here) or not len(left):
            return None
        return int(groups[here[-1] + 1] if here[-1] + 1 < len(groups) else groups[left[-1]])

    def keys(self) -> NDArray[np.int64]:
        return self._crowd.keys[self._shown]

    def sections(self) -> list[Section]:
        people = int(np.count_nonzero(self.keys() > 0))
        groups = len(self._shown) - people
        if self._crowd.hidden:
            return [Section(self.tr("Hidden people"), people), Section(self.tr("Ignored faces"), groups)]
        favourites = self._favourites()
        return [
            Section(self.tr("Favourites"), favourites),
            Section(self.tr("People"), people - favourites),
            Section(self.tr("Unnamed groups"), groups),
        ]

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if not index.isValid():
            return flags
        # What is ignored has nobody left to name, and nobody is merged who is out of sight.
        if not self.is_ignored(index.row()):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags if self._crowd.hidden else flags | Qt.ItemFlag.ItemIsDragEnabled

    def look(self, row: int) -> Look:
        tile = self.tile(row)
        photos = self.tr("%Ln photo(s)", None, tile.photos)
        if isinstance(tile, Cluster):
            return Look(self.tr("Ignored") if self._crowd.hidden else "", photos)
        badge = "★" if tile.favourite else ""
        return Look(tile.name, photos, badge, dimmed=tile.hidden, waiting=self.waiting(row))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        match role:
            case Qt.ItemDataRole.EditRole:
                tile = self.tile(index.row())
                return tile.name if isinstance(tile, Person) else ""
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                told = self._told(index.row())
                return ("\n" if role == Qt.ItemDataRole.ToolTipRole else ", ").join(told)
        return super().data(index, role)

    def _told(self, row: int) -> list[str]:
        tile, waiting = self.tile(row), self.waiting(row)
        if isinstance(tile, Person):
            told = [tile.name, self.tr("Favourite")] if tile.favourite else [tile.name]
        else:
            told = [self.tr("Ignored faces") if self._crowd.hidden else self.tr("Unnamed group")]
        told += [self.tr("%Ln face(s)", None, tile.faces), self.tr("%Ln photo(s)", None, tile.photos)]
        return [*told, self.tr("%Ln suggestion(s) to review", None, waiting)] if waiting else told

    def _favourites(self) -> int:
        return int(np.count_nonzero(self._crowd.favourite[self._shown]))

    def _fitting(self, crowd: Crowd) -> NDArray[np.int64]:
        """The places in a crowd that the filter leaves."""
        return crowd.places_called(self._filter) if self._filter else np.arange(len(crowd))
