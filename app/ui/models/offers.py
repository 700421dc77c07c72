"""What the type-ahead of a search offers: people, folders and years."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QObject, Qt

from app.library.library import Library
from app.library.records import Folder, Person, PhotoFilter
from app.ui.conditions import folder_name
from app.ui.models.grid_model import Index, Role
from app.ui.widgets.icons import symbol
from app.ui.widgets.text import printable

# Folders offered beside the people.
MOST_FOLDERS = 6


@dataclass(frozen=True, slots=True)
class Year:
    number: int
    photos: int

    def first_day(self) -> date:
        return date(self.number, 1, 1)

    def last_day(self) -> date:
        return date(self.number, 12, 31)


Offer = Person | Folder | Year


def people_and_years(library: Library, text: str, *, hidden: bool) -> list[Offer]:
    """Who or which year may be meant, the likeliest first; for no text the people named last. Not on the main thread.

    Folders, which are looked for longer, come after them.
    """
    found: list[Offer] = [*library.suggest_names(text, hidden=hidden)]
    if re.fullmatch(r"\s*\d{4}\s*", text) and MINYEAR <= int(text) <= MAXYEAR:
        empty = Year(int(text), 0)
        which = PhotoFilter(taken_from=empty.first_day(), taken_to=empty.last_day())
        if photos := len(library.photo_ids(which)):
            found.insert(0, Year(int(text), photos))
    return found


def folders(library: Library, *texts: str) -> list[Offer]:
    """Which folders may be meant, by the first of these texts rather than the next. Not on the main thread."""
    wanted = [part for text in texts if (part := text.strip())]
    return [*library.folders_called(*wanted, limit=MOST_FOLDERS)] if wanted else []


def name_of(offer: Offer) -> str:
    match offer:
        case Person():
            return offer.name
        case Folder():
            return folder_name(offer)
        case Year():
            return str(offer.number)


class OffersModel(QAbstractListModel):
    """Offers, or one line which says that there are none and cannot be chosen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._offers: tuple[Offer, ...] = ()
        self.found_nothing = False

    def fill(self, offers: Sequence[Offer], *, found_nothing: bool = False) -> None:
        if (tuple(offers), found_nothing) != (self._offers, self.found_nothing):
            self.beginResetModel()
            self._offers, self.found_nothing = tuple(offers), found_nothing
            self.endResetModel()

    def offer(self, row: int) -> Offer | None:
        return None if self.found_nothing else self._offers[row]

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self._offers) + self.found_nothing

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.NoItemFlags if self.found_nothing else super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.found_nothing:
            return self.tr("Nothing found") if role == Qt.ItemDataRole.DisplayRole else None
        if not index.isValid() or index.row() >= len(self._offers):
            return None
        offer = self._offers[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return name_of(offer)
            case Role.DETAIL:
                photos = self.tr("%Ln photo(s)", None, offer.photos)
                # Many a folder is called like others.
                if isinstance(offer, Folder) and offer.below:
                    return f"{printable(Path(offer.path.parent.name))} · {photos}"
                return photos
            case Role.FACE:
                return offer.cover if isinstance(offer, Person) else None
            case Qt.ItemDataRole.DecorationRole if not isinstance(offer, Person):
                return symbol("folder" if isinstance(offer, Folder) else "photos")
            case Qt.ItemDataRole.AccessibleTextRole:
                kinds = {Person: "%1, %2", Folder: self.tr("Folder %1, %2"), Year: self.tr("Year %1, %2")}
                text = kinds[type(offer)].replace("%2", self.data(index, Role.DETAIL))
                return text.replace("%1", name_of(offer))
        return None
