"""The questions that wait for the user: who may be whom, found in the background when nothing has changed for a while.

Finding them takes seconds, and any change may make others of them; while changes keep coming the last ones stand.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from app.events import LibraryChanged
from app.library.library import Library
from app.library.records import Side, Suggestion
from app.ui.background import Background
from app.ui.bridge import EventBridge

log = logging.getLogger(__name__)

PAUSE_MS = 4000
# More than a review finds: each of the people and groups it looks at may be like some dozens.
MOST = 10_000


class Questions(QObject):
    """Main thread. `changed` says that there are others."""

    changed = Signal()

    def __init__(self, library: Library, bridge: EventBridge, background: Background) -> None:
        super().__init__()
        self._library, self._background = library, background
        self._found: tuple[Suggestion, ...] = ()
        self._waiting: Mapping[Side, int] = {}
        # Of the search that is under way.
        self._stop = threading.Event()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._find)
        bridge.library_changed.connect(self._library_changed)
        self._pause.start()

    def all(self) -> Sequence[Suggestion]:
        """Those to ask first come first."""
        return self._found

    def waiting(self) -> Mapping[Side, int]:
        """How many wait about each person: those that ask whether others are this one."""
        return self._waiting

    def close(self) -> None:
        """Nobody needs to know any more."""
        self._pause.stop()
        self._stop.set()

    def _library_changed(self, change: LibraryChanged) -> None:
        if change.everything or change.faces or change.people:
            self._stop.set()
            self._pause.start()

    def _find(self) -> None:
        self._stop = stop = threading.Event()

        def found(questions: list[Suggestion]) -> None:
            if not stop.is_set():
                self._found = tuple(questions)
                self._waiting = Counter(one.one for one in questions if one.one.person is not None)
                self.changed.emit()

        self._background.run(
            lambda: self._library.review(MOST, cancelled=stop.is_set),
            found,
            # Nobody has asked for them yet: who does, on the page of questions, is told there what is wrong.
            lambda error: log.warning("Questions could not be found: %s", error),
        )
