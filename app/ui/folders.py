"""The photo folders of the library with their counts, and which of them are out of reach. Main thread."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from app.events import LibraryChanged
from app.library.library import Library
from app.library.records import Root, RootId
from app.ui.background import Background
from app.ui.bridge import EventBridge
from app.ui.jobs import Jobs

# A scan commits several times a second; nobody needs counts that change more often than this.
PAUSE_MS = 1000


class Folders(QObject):
    """`changed` says that `roots`, which are None until they are read, or `away` are others."""

    changed = Signal()

    def __init__(
        self, library: Library, bridge: EventBridge, background: Background, files: Background, jobs: Jobs
    ) -> None:
        super().__init__()
        self._library, self._background, self._files = library, background, files
        self._reading: Future[list[Root]] | None = None
        self._looking: Future[_Looked] | None = None
        self._soon = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._soon.timeout.connect(self.read)
        self.roots: Sequence[Root] | None = None
        self.away: frozenset[RootId] = frozenset()
        bridge.library_changed.connect(self._library_changed)
        jobs.finished.connect(self.read)

    def read(self) -> None:
        """Their photos are counted, which takes a while where there are many: one count at a time."""
        if self._reading is not None and not self._reading.done():
            self._soon.start()
        else:
            self._reading = self._background.run(self._library.roots, self._arrived)

    def close(self) -> None:
        self._soon.stop()

    def _library_changed(self, change: LibraryChanged) -> None:
        if change.everything:
            self.read()
        elif change.photos and not self._soon.isActive():
            self._soon.start()

    def _arrived(self, roots: Sequence[Root]) -> None:
        self.roots = roots
        self.changed.emit()
        self._look(roots)

    def _look(self, roots: Sequence[Root]) -> None:
        """A drive that does not answer is not asked again: until it does, all count as they did before."""
        if self._looking is None or self._looking.done():
            self._looking = self._files.run(lambda: _Looked(roots, _away(roots)), self._looked)

    def _looked(self, looked: _Looked) -> None:
        if looked.away != self.away:
            self.away = looked.away
            self.changed.emit()
        if self.roots is not None and looked.roots is not self.roots:
            self._look(self.roots)


@dataclass(frozen=True, slots=True)
class _Looked:
    roots: Sequence[Root]
    away: frozenset[RootId]


def _away(roots: Sequence[Root]) -> frozenset[RootId]:
    # A drive that fails to answer counts as one that is not there.
    return frozenset(root.id for root in roots if not os.path.isdir(root.path))  # noqa: PTH112
