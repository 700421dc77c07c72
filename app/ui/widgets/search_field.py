"""The search field of the window: names, folders and years, or a picture that is pasted or dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.errors import AppError
from app.library.records import Folder, Person
from app.ui.conditions import Conditions
from app.ui.models.offers import Offer, Year, folders, name_of, people_and_years
from app.ui.places import PersonPlace, PhotosPlace
from app.ui.session import Session
from app.ui.widgets.dropping import Held, look_into, may_hold_files
from app.ui.widgets.search_line import look_like_a_search
from app.ui.widgets.type_ahead import TypeAhead

# What stands between several names.
COMMA = re.compile(r"[,，、]")


class SearchField(TypeAhead):
    """`go` carries the place of the one person or folder that is meant, `photos` the Conditions where it is a year or
    several things, `picture` a file or pixels to search by."""

    go = Signal(object)
    photos = Signal(object)
    picture = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, self._look_for_last, self._look_for_folders, parent)
        self._library, self._hidden, self._files = session.library, session.hidden, session.files
        # What was taken from the list for a part of the text: two people may have one name.
        self._meant: dict[str, Offer] = {}
        self.setPlaceholderText(self.tr("Search"))
        self.setAccessibleName(self.tr("Search for names, folders or years"))
        self.setToolTip(
            self.tr("A name, several names with commas between them, a folder or a year; or paste a picture here")
        )
        look_like_a_search(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.unknown.connect(self._tell_unknown)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(self.fontMetrics().averageCharWidth() * 38, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(self.fontMetrics().averageCharWidth() * 16, super().minimumSizeHint().height())

    def start(self) -> None:
        """Puts the keyboard here, wherever it was."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def forget(self) -> None:
        super().forget()
        self._meant.clear()

    def take(self, offer: Offer) -> None:
        before = COMMA.split(self.text())[:-1]
        if name_of(offer).casefold().startswith(self.text().strip().casefold()):
            # A name may hold a comma itself.
            before = []
        wanted = [part.strip() for part in before if part.strip()]
        known = dict(self._meant)
        self._background.run(
            lambda: [known.get(part) or self._first(part) for part in wanted], lambda found: self._show([*found, offer])
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        pasted = QGuiApplication.clipboard().mimeData() if event.matches(QKeySequence.StandardKey.Paste) else None
        if pasted is not None and (may_hold_files(pasted) or pasted.hasImage()):
            look_into(pasted, self._files, self._search_for)
        elif COMMA.fullmatch(event.text()) and self._fresh and (offer := self.highlighted()) is not None:
            self._complete(offer)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Pictures and folders are for the window, which takes them wherever they fall; text is for the field."""
        if may_hold_files(event.mimeData()) or event.mimeData().hasImage():
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def _search_for(self, pasted: Held) -> None:
        if pasted.picture is None:
            # The names of folders.
            self.paste()
        else:
            self.forget()
            self.picture.emit(pasted.picture)

    def _look_for_last(self, text: str) -> Sequence[Offer]:
        """A name may hold a comma itself, so that all of the text comes before what stands behind the last one."""
        found: list[Offer] = []
        for part in _all_and_last(text):
            found += [offer for offer in self._people_and_years(part) if offer not in found]
        return found

    def _look_for_folders(self, text: str) -> Sequence[Offer]:
        return folders(self._library, *_all_and_last(text))

    def _people_and_years(self, text: str) -> Sequence[Offer]:
        return people_and_years(self._library, text, hidden=self._hidden.shown)

    def _first(self, part: str) -> Offer:
        for offer in self._people_and_years(part) or folders(self._library, part):
            return offer
        raise self._unknown(part)

    def _complete(self, offer: Offer) -> None:
        """Writes out what was begun, and waits for the next name."""
        start = max((found.end() for found in COMMA.finditer(self.text())), default=0)
        front = f"{self.text()[:start]} ".lstrip()
        self.suggestions.hide()
        self._meant[name_of(offer)] = offer
        self.setText(f"{front}{name_of(offer)}, ")
        self._fresh = False

    def _show(self, meant: Sequence[Offer]) -> None:
        self.forget()
        match meant:
            case [Person() as person]:
                self.go.emit(PersonPlace(person.id))
            case [Folder() as folder]:
                self.go.emit(PhotosPlace(folder.root, folder.below))
            case _:
                years = [offer for offer in meant if isinstance(offer, Year)]
                self.photos.emit(
                    Conditions(
                        all_of=tuple(dict.fromkeys(offer for offer in meant if isinstance(offer, Person))),
                        folder=next((offer for offer in meant if isinstance(offer, Folder)), None),
                        taken_from=min((year.first_day() for year in years), default=None),
                        taken_to=max((year.last_day() for year in years), default=None),
                    )
                )

    def _unknown(self, text: str) -> AppError:
        """Not on the main thread."""
        nobody = self.tr("Nobody is called “%1”, and no folder and no year of a photo is either.")
        return AppError(self._hidden.explain(self._library, text) or nobody.replace("%1", text))

    def _tell_unknown(self, text: str) -> None:
        last = COMMA.split(text)[-1].strip() or text
        self._background.run(lambda: self._unknown(last), self._background.failed.emit)


def _all_and_last(text: str) -> list[str]:
    """The text, and what stands behind its last comma, if there is any."""
    last = COMMA.split(text)[-1]
    return [text, last] if last != text and last.strip() else [text]
