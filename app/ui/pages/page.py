"""What every page is: it shows one kind of place, reads anew when the library changes, and says where to go next."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShowEvent
from PySide6.QtWidgets import QWidget

from app.errors import AppError
from app.events import LibraryChanged
from app.library.records import PhotoId, RootId
from app.ui.places import PhotoPlace
from app.ui.session import Session

Result = TypeVar("Result")

# A scan commits several times a second; nobody needs a grid that changes more often than this.
SECONDS_BETWEEN_REFRESHES = 1
# What takes long to read is read at longer intervals: most of the time is the scan's.
PAUSE_AFTER_READING = 3


class Page(QWidget):
    """`go` carries a place, `search_for` the face to look for, `back` asks for where the user was before.

    `instead` carries the place that stands for this one, which is no more. `titled` says that the title is another.

    Hidden pages read anew when they are shown again.
    """

    go = Signal(object)
    instead = Signal(object)
    search_for = Signal(object)
    back = Signal()
    titled = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._stale = True
        self._asked = 0
        self._opened: tuple[PhotoPlace, int] | None = None
        self._refreshed_at = 0.0
        self._interval = float(SECONDS_BETWEEN_REFRESHES)
        self._under_way: Future[Any] | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._refresh_if_possible)
        session.bridge.library_changed.connect(self._library_changed)

    def refresh(self) -> None:
        """Reads what is shown."""
        raise NotImplementedError

    def show_place(self, place: Any) -> None:
        """Shows this place, where the page is for more than one."""

    def title(self) -> str:
        raise NotImplementedError

    def keys(self) -> list[tuple[str, str]]:
        """Keys that work on this page only, each with what it does, for the list of keys."""
        return []

    def focus(self) -> None:
        """Puts the keyboard where it is wanted first."""
        self.setFocus()

    def may_refresh(self) -> bool:
        """False while the user is in the middle of something that a refresh would end, such as typing a name."""
        return True

    def concerns(self, change: LibraryChanged) -> bool:
        return True

    def open_photo(self, place: PhotoPlace) -> None:
        """Goes to the viewer; who comes back meets the photo that was seen last."""
        self._opened = place, place.row
        self.go.emit(place)

    def seen_last(self, photo: PhotoId) -> None:
        """The viewer was left at another photo than the one opened here: selects it."""

    def read(
        self,
        function: Callable[[], Result],
        then: Callable[[Result], None],
        otherwise: Callable[[AppError], None] | None = None,
        root: RootId | None = None,
    ) -> Future[Result]:
        """Calls `function` on another thread and `then` with what it gave, unless something else was asked for since.

        What arrives in the middle of typing is dropped, and read again afterwards. What reads files of a `root` holds
        up nothing else.
        """
        show, fail = self.newest(then, otherwise or self.session.background.failed.emit)
        started = time.monotonic()

        def arrived(result: Result) -> None:
            self._interval = max(SECONDS_BETWEEN_REFRESHES, PAUSE_AFTER_READING * (time.monotonic() - started))
            if self.may_refresh():
                show(result)
            else:
                self._stale = True
            self._catch_up()

        def failed(error: AppError) -> None:
            fail(error)
            self._catch_up()

        background = self.session.background if root is None else self.session.files
        self._under_way = future = background.run(function, arrived, failed, root)
        return future

    def _catch_up(self) -> None:
        """What changed during the reading is read next."""
        if self._stale:
            self.refresh_soon()

    def newest(self, *calls: Callable[[Any], None]) -> list[Callable[[Any], None]]:
        """These calls, which do nothing any more once something else was asked for."""
        self._asked += 1
        asked = self._asked
        return [lambda result, call=call: call(result) if asked == self._asked else None for call in calls]  # type: ignore[misc]

    def refresh_soon(self) -> None:
        """At once, unless it was done a moment ago."""
        self._stale = True
        if self.isVisible() and not self._timer.isActive():
            wait = self._refreshed_at + self._interval - time.monotonic()
            self._timer.start(max(0, round(wait * 1000)))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        opened, self._opened = self._opened, None
        if opened is not None and opened[0].row != opened[1]:
            self.seen_last(PhotoId(int(opened[0].photos[opened[0].row])))
        if self._stale:
            self._refresh_if_possible()

    def _library_changed(self, change: LibraryChanged) -> None:
        if self.concerns(change):
            # What a person does shows at once, whatever is being read; only the stream of a scan is slowed down.
            if not change.photos and not change.everything:
                self._refreshed_at = 0.0
                self._under_way = None
                self._timer.stop()
            self.refresh_soon()

    def _refresh_if_possible(self) -> None:
        # To ask anew before the answer is there would mean never to show one while a scan goes on.
        if self._under_way is not None and not self._under_way.done():
            return
        if self._stale and self.isVisible() and self.may_refresh():
            self._stale = False
            self._refreshed_at = time.monotonic()
            self.refresh()


def written(*keys: Qt.Key | QKeySequence.StandardKey) -> str:
    """Keys as this system writes them."""
    return ", ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys)
