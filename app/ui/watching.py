"""Scans photo folders by itself where something changed in them, as long as the user wants it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.events import JobId
from app.library.records import Root
from app.ui.session import Session
from app.work.jobs.scan_folder import NAMES_FROM_FILES, NO_NAMES
from app.work.watch import FolderWatch


class Watching(QObject):
    """`changed` says that other folders than before are `unwatched`: the system watches no more."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._watch: FolderWatch | None = None
        self._roots: list[Path] | None = None
        self._begun = self._scanned = False
        self._touched: set[Path] = set()
        self._scan: JobId | None = None
        self.unwatched: list[Path] = []
        session.jobs.finished.connect(lambda _: self._go_on())

    def begin(self) -> None:
        """From here on, if the user wants it: scans every folder once, and after that what changes."""
        self._begun = True
        self._follow()

    def set_on(self, on: bool) -> None:
        self._session.settings.change(watch=on)
        self._scanned = self._scanned and on
        self.begin()

    def show_roots(self, roots: Sequence[Root]) -> None:
        paths = [root.path for root in roots]
        if paths != self._roots:
            self._roots = paths
            self._follow()

    def close(self) -> None:
        if self._watch is not None:
            self._watch.close()

    def _follow(self) -> None:
        if not self._begun or self._roots is None:
            return
        on = self._session.settings.current.watch
        if self._watch is None and on:
            call, library = self._session.bridge.call, self._session.library
            self._watch = FolderWatch(
                lambda folders: call(lambda: self._folders_changed(folders)),
                lambda roots: call(lambda: self._show_unwatched(roots)),
                names=lambda: library.get_setting(NAMES_FROM_FILES) != NO_NAMES,
            )
        if self._watch is not None:
            self._watch.watch(self._roots if on else (), scan=on and not self._scanned)
            self._scanned = on

    def _folders_changed(self, folders: Sequence[Path]) -> None:
        self._touched.update(folders)
        self._go_on()

    def _go_on(self) -> None:
        """One such scan at a time: what changes meanwhile is for the next one."""
        jobs = self._session.jobs
        waiting = self._scan is not None and jobs.find(self._scan) is not None
        if waiting or not self._touched or not self._session.settings.current.watch:
            return
        folders, self._touched = sorted(self._touched), set()
        started = jobs.start(lambda: jobs.make.scan_by_itself(folders))
        self._scan = None if started is None else started.id

    def _show_unwatched(self, roots: list[Path]) -> None:
        self.unwatched = roots
        self.changed.emit()
