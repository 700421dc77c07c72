"""Says in the message bar how work ended: what a job brought, what went wrong and what to do."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtWidgets import QWidget

from app.errors import AppError, Cancelled, DamagedLibraryError
from app.events import JobFinished, JobProgress, Problem
from app.library.records import Strictness
from app.library.regrouping import Regrouping
from app.library.roots import display_text
from app.ui.file_manager import open_elsewhere
from app.ui.phrases import said
from app.ui.session import Session
from app.ui.widgets.message_bar import MessageBar
from app.work.folders import absolute
from app.work.job import Job
from app.work.jobs.export_people import ExportSummary
from app.work.jobs.scan_folder import ScanFolders, ScanSummary


class Outcomes(QObject):
    """`broke` carries exceptions that are bugs, `planned` what grouping again would change, `untold` the JobFinished
    of a job that there is nothing to say about."""

    broke = Signal(object)
    planned = Signal(object)
    untold = Signal(object)

    def __init__(self, session: Session, messages: MessageBar, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._messages, self._window = session, messages, window
        self._progress: JobProgress | None = None
        session.bridge.job_progressed.connect(self._progressed)
        session.background.failed.connect(self.tell_error)
        session.background.broke.connect(self.broke)
        session.jobs.finished.connect(self._finished)

    def tell_error(self, error: AppError) -> None:
        if isinstance(error, DamagedLibraryError):
            self._messages.tell(said(str(error)), self.tr("Close Kinfolio"), self._close, stay=True)
        else:
            self._messages.tell_error(said(str(error)))

    def _close(self) -> None:
        self._window.close()

    def tell_bug(self, show: object) -> None:
        """`show` opens the report."""
        assert callable(show)
        self._messages.tell(
            self.tr("Something went wrong inside Kinfolio. Your photos and names are safe."),
            self.tr("Show the report"),
            lambda: show(),
            stay=True,
        )

    def _progressed(self, progress: JobProgress) -> None:
        if progress.held_by and (self._progress is None or not self._progress.held_by):
            self._messages.tell_error(said(progress.held_by))
        self._progress = progress

    def _finished(self, event: JobFinished, job: Job | None) -> None:
        if isinstance(event.error, AppError):
            self.tell_error(event.error)
        elif event.error is not None and not isinstance(event.error, Cancelled):
            self.broke.emit(event.error)
        elif event.error is not None and isinstance(job, ScanFolders):
            self._stopped(event, job.folders)
        elif isinstance(event.result, ScanSummary) and isinstance(job, ScanFolders):
            if event.result.read or event.result.named or event.result.left_out or not job.by_itself:
                self._tell_scan(event.result, job.folders, event.problems)
            else:
                self.untold.emit(event)
        elif event.error is None:
            self._tell_result(event)
        else:
            self.untold.emit(event)

    def _stopped(self, event: JobFinished, folders: Sequence[Path]) -> None:
        """Only the user cancels a job of an open window: such a scan is not taken up again by itself."""
        library, jobs = self._session.library, self._session.jobs
        library.set_unfinished([Path(os.fsdecode(absolute(folder))) for folder in folders], False)
        progress = self._progress
        if progress is None or progress.job != event.job or progress.title != event.title:
            # Before the first photo, or after the last one.
            self._messages.tell(self.tr("Stopped. What was read is kept; F5 goes on."))
            return
        jobs.start(jobs.make.grow_groups)
        if progress.total is None:
            read = self.tr("%Ln photo(s)", None, progress.done)
        else:
            photos = self.tr("%Ln photo(s)", None, progress.total)
            read = self.tr("%1 of %2").replace("%1", QLocale().toString(progress.done)).replace("%2", photos)
        text = self.tr("Stopped after %1. What was read is kept; F5 goes on.")
        self._messages.tell(text.replace("%1", read))

    def _tell_scan(self, result: ScanSummary, folders: Sequence[Path], problems: Sequence[Problem]) -> None:
        wanted = {display_text(absolute(folder)) for folder in folders}
        parts = [f"{problem.subject}: {said(problem.reason)}" for problem in problems if problem.subject in wanted]
        out_of_reach = bool(parts)
        if result.read:
            photos, faces = self.tr("%Ln photo(s)", None, result.read), self.tr("%Ln face(s)", None, result.faces)
            parts.insert(0, self.tr("Done: %1 read, %2 found.").replace("%1", photos).replace("%2", faces))
        elif not out_of_reach and not (result.named or result.gone or result.left_out):
            parts.append(self.tr("Done: there was nothing new."))
        if result.named:
            parts.append(self.tr("%Ln face(s) were named by the photos themselves.", None, result.named))
        if result.gone:
            parts.append(self.tr("%Ln photo(s) are no longer there; the Settings list them.", None, result.gone))
        if result.left_out:
            parts.append(
                self.tr(
                    "%Ln photo(s) are out of sight, as the Settings or a file “.nomedia” leave them out. Names are "
                    "kept.",
                    None,
                    result.left_out,
                )
            )
        self._messages.tell(" ".join(parts), stay=out_of_reach)

    def _tell_result(self, event: JobFinished) -> None:
        match result := event.result:
            case Regrouping():
                self._session.background.run(
                    self._session.library.strictness, lambda before: self._tell_plan(result, before)
                )
            case ExportSummary():
                photos = self.tr("%Ln photo(s)", None, result.written)
                text = self.tr("%1 copied.").replace("%1", photos)
                if result.unchanged:
                    text = self.tr("%1 copied, %2 there already.").replace("%1", photos)
                    text = text.replace("%2", QLocale().toString(result.unchanged))
                self._messages.tell(text, self.tr("Show them"), lambda: self._open(result.folder), stay=True)
            case Path():
                text = self.tr("The page is written.")
                self._messages.tell(text, self.tr("Open it"), lambda: self._open(result), stay=True)
            case _:
                self.untold.emit(event)

    def _tell_plan(self, found: Regrouping, before: Strictness) -> None:
        # How strictly groups grow from here on is a change as well.
        if found.plan or found.strictness != before:
            self.planned.emit(found)
        else:
            self._messages.tell(self.tr("Grouping again would change nothing."))

    def _open(self, path: Path) -> None:
        open_elsewhere(path, self._session.background)
