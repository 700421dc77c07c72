"""Says in the message bar how work ended: what a job brought, what went wrong and what to do."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from app.errors import AppError, Cancelled
from app.events import JobFinished
from app.ui.session import Session
from app.ui.widgets.message_bar import MessageBar
from app.work.jobs.export_people import ExportSummary
from app.work.jobs.scan_folder import ScanSummary


class Outcomes(QObject):
    """`broke` carries exceptions that are bugs."""

    broke = Signal(object)

    def __init__(self, session: Session, messages: MessageBar, parent: QObject) -> None:
        super().__init__(parent)
        self._messages = messages
        session.background.failed.connect(self.tell_error)
        session.background.broke.connect(self.broke)
        session.jobs.finished.connect(self._finished)

    def tell_error(self, error: AppError) -> None:
        self._messages.tell(str(error), stay=True)

    def tell_bug(self, show: object) -> None:
        """`show` opens the report."""
        assert callable(show)
        self._messages.tell(
            self.tr("Something went wrong inside Kinfolio. Your photos and names are safe."),
            self.tr("Show the report"),
            lambda: show(),
            stay=True,
        )

    def _finished(self, event: JobFinished) -> None:
        if isinstance(event.error, AppError):
            self.tell_error(event.error)
        elif event.error is not None and not isinstance(event.error, Cancelled):
            self.broke.emit(event.error)
        elif event.error is None:
            self._tell_result(event.result)

    def _tell_result(self, result: object) -> None:
        match result:
            case ScanSummary():
                read = result.photos - result.skipped - result.failed
                if read > 0:
                    photos, faces = self.tr("%Ln photo(s)", None, read), self.tr("%Ln face(s)", None, result.faces)
                    text = self.tr("Done: %1 read, %2 found.").replace("%1", photos).replace("%2", faces)
                else:
                    text = self.tr("Done: there was nothing new.")
                self._messages.tell(text)
            case ExportSummary():
                photos = self.tr("%Ln photo(s)", None, result.written)
                text = self.tr("%1 copied.").replace("%1", photos)
                self._messages.tell(text, self.tr("Show them"), lambda: _open(result.folder), stay=True)
            case Path():
                text = self.tr("The page is written.")
                self._messages.tell(text, self.tr("Open it"), lambda: _open(result), stay=True)


def _open(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
