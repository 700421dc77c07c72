"""What every page is: it shows one kind of place, reads anew when the library changes, and says where to go next."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.events import LibraryChanged
from app.ui.session import Session

# A scan commits several times a second; nobody needs a grid that changes more often than this.
SECONDS_BETWEEN_REFRESHES = 1.0


class Page(QWidget):
    """`go` carries a place, `search_for` the face to look for, `back` asks for where the user was before.

    `titled` says that the title is another.

    Hidden pages read anew when they are shown again.
    """

    go = Signal(object)
    search_for = Signal(object)
    back = Signal()
    titled = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._stale = True
        self._refreshed_at = 0.0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._refresh_if_possible)
        session.bridge.library_changed.connect(self._library_changed)

    def refresh(self) -> None:
        """Reads what is shown."""
        raise NotImplementedError

    def title(self) -> str:
        raise NotImplementedError

    def focus(self) -> None:
        """Puts the keyboard where it is wanted first."""
        self.setFocus()

    def may_refresh(self) -> bool:
        """False while the user is in the middle of something that a refresh would end, such as typing a name."""
        return True

    def concerns(self, change: LibraryChanged) -> bool:
        return True

    def refresh_soon(self) -> None:
        """At once, unless it was done a moment ago."""
        self._stale = True
        if self.isVisible() and not self._timer.isActive():
            wait = self._refreshed_at + SECONDS_BETWEEN_REFRESHES - time.monotonic()
            self._timer.start(max(0, round(wait * 1000)))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        if self._stale:
            self._refresh_if_possible()

    def _library_changed(self, change: LibraryChanged) -> None:
        if self.concerns(change):
            # What a person does shows at once; only the stream of a scan is slowed down.
            if not change.photos and not change.everything:
                self._refreshed_at = 0.0
                self._timer.stop()
            self.refresh_soon()

    def _refresh_if_possible(self) -> None:
        if self._stale and self.isVisible() and self.may_refresh():
            self._stale = False
            self._refreshed_at = time.monotonic()
            self.refresh()
