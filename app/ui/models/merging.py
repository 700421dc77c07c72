"""Who may become one person with somebody: the most alike first, each ticked or left out, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt

from app.library.comparing import Comparison
from app.library.records import Cluster, Person
from app.ui.models.grid_model import GridModel, Index, Look

Tile = Person | Cluster


class MergingModel(GridModel):
    """What was said or photographed against somebody leaves them out until the user ticks them all the same. Some the
    library would refuse: two groups of undecided faces that a photo shows side by side, or a group whose photos all
    show the person already.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._target: Tile | None = None
        self._tiles: tuple[Tile, ...] = ()
        self._likeness: NDArray[np.float64] = np.empty(0)
        # Two by two, with the target before all others.
        self._together: NDArray[np.int64] = np.empty((0, 0), np.int64)
        self._differ: NDArray[np.bool_] = np.empty((0, 0), np.bool_)
        # What the user said by key, and what comes of it by row.
        self._wishes: dict[int, bool] = {}
        self._ticked: list[bool] = []

    def fill(self, tiles: Sequence[Tile], comparison: Comparison) -> None:
        """The first of the tiles is the one that stays."""
        order = np.argsort(-np.nan_to_num(comparison.likeness[1:], nan=-1.0), kind="stable") + 1
        every = np.concatenate([np.zeros(min(1, len(tiles)), np.int64), order])
        self.beginResetModel()
        self._target = tiles[0] if tiles else None
        self._tiles = tuple(tiles[place] for place in order)
        self._likeness = comparison.likeness[order]
        self._together = comparison.together[np.ix_(every, every)]
        self._differ = comparison.differ[np.ix_(every, every)]
        self._settle()
        self.endResetModel()

    def forget(self) -> None:
        """Others are to come: what the user said of these is no matter then."""
        self._wishes.clear()
        self.fill([], Comparison(np.empty(0), np.empty((0, 0), np.int64), np.empty((0, 0), np.bool_)))

    def tile(self, row: int) -> Tile:
        return self._tiles[row]

    def target(self) -> Tile | None:
        return self._target

    def joining(self) -> list[Tile]:
        return [tile for tile, ticked in zip(self._tiles, self._ticked, strict=True) if ticked]

    def tick(self, rows: Sequence[int]) -> None:
        """Takes these along, as soon as they can come, or where all that can do so already, leaves them out."""
        possible = [row for row in rows if self.possible(row)]
        on = not possible or not all(self._ticked[row] for row in possible)
        self._wishes |= {tile_key(self._tiles[row]): on for row in rows}
        self._settle()
        self.repaint()

    def may_stay(self, row: int) -> bool:
        """Whether it can be the one that stays: a name must not get lost."""
        return isinstance(self._tiles[row], Person) or isinstance(self._target, Cluster)

    def possible(self, row: int) -> bool:
        photos = self._photos_together(row)
        tile = self._tiles[row]
        if self._rival(row) is not None:
            return False
        if isinstance(tile, Person) or not photos:
            return True
        return isinstance(self._target, Person) and photos < tile.photos

    def against(self, row: int) -> str:
        """What speaks against it, in few words; "" where nothing does."""
        if photos := self._photos_together(row):
            return self.tr("In %Ln photo(s) together", None, photos)
        if self._differ[0, row + 1]:
            return self.tr("Said to be another")
        return self.tr("Beside another one") if self._rival(row) is not None else ""

    def explanation(self, row: int) -> str:
        """The same as sentences, with what can be done; "" where nothing speaks against it."""
        if photos := self._photos_together(row):
            told = self.tr("%Ln photo(s) show both side by side, so they are two people.", None, photos)
            if self.possible(row):
                return told + " " + self.tr("Tick it only where that is a mirror, a collage or a mistake.")
            return told + " " + self.tr("If that is a mirror or a collage, say so in the photo first.")
        if self._differ[0, row + 1]:
            return self.tr("You said before that these are two people. Tick it if they are one all the same.")
        if (rival := self._rival(row)) is not None:
            name = self.name(self._tiles[rival])
            return self.tr("A photo shows it side by side with another one that is ticked: %1.").replace("%1", name)
        return ""

    def name(self, tile: Tile) -> str:
        return tile.name if isinstance(tile, Person) else self.tr("Unnamed group")

    def keys(self) -> NDArray[np.int64]:
        return np.array([tile_key(tile) for tile in self._tiles], np.int64)

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self._tiles)

    def look(self, row: int) -> Look:
        detail = self.against(row) or self._alike(row)
        return Look(self.name(self._tiles[row]), detail, dimmed=not self._ticked[row])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = index.row()
        if not index.isValid() or row >= len(self._tiles):
            return None
        tile = self._tiles[row]
        match role:
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if self._ticked[row] else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                joins = self.tr("ticked") if self._ticked[row] else self.tr("left out")
                photos = self.tr("%Ln photo(s)", None, tile.photos)
                parts = (self.name(tile), joins, photos, self._alike(row), self.explanation(row))
                return ("\n" if role == Qt.ItemDataRole.ToolTipRole else ", ").join(part for part in parts if part)
        return super().data(index, role)

    def _alike(self, row: int) -> str:
        if np.isnan(self._likeness[row]):
            return ""
        return self.tr("%1 % alike").replace("%1", str(round(max(0.0, float(self._likeness[row])) * 100)))

    def _photos_together(self, row: int) -> int:
        return int(self._together[0, row + 1])

    def _rival(self, row: int) -> int | None:
        """The first ticked group above that cannot come along with this one."""
        if isinstance(self._tiles[row], Person):
            return None
        for other in np.flatnonzero(self._together[row + 1, 1 : row + 1]).tolist():
            if self._ticked[other] and isinstance(self._tiles[other], Cluster):
                return int(other)
        return None

    def _settle(self) -> None:
        self._ticked = [False] * len(self._tiles)
        for row, tile in enumerate(self._tiles):
            wished = self._wishes.get(tile_key(tile), not self.against(row))
            self._ticked[row] = wished and self.possible(row)


def tile_key(tile: Tile) -> int:
    """Groups are told from people by their sign, for both count their ids from one."""
    return tile.id if isinstance(tile, Person) else -tile.id
