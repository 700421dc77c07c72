"""The bar at the bottom: what is running, how far it is, how long it will take, and what could not be used."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QToolButton, QWidget

from app.errors import Cancelled
from app.events import JobFinished, JobId, JobProgress, JobStarted, Problem
from app.ui.bridge import EventBridge
from app.ui.jobs import Jobs
from app.ui.phrases import said
from app.ui.widgets.announcing import announce
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.icons import set_symbol
from app.ui.widgets.status_strip import StripPart


class JobBar(StripPart):
    """Shows the job that runs. When none does, how the latest one ended that met problems, until the bar is closed.
    What a job brought is a message (`app.ui.outcomes`).

    Problems that were known before are not told again. `problems_wanted` carries the others of the job that is shown.
    """

    problems_wanted = Signal(object)

    def __init__(self, jobs: Jobs, bridge: EventBridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._shown: JobProgress | None = None
        self._ended: JobFinished | None = None
        self._stopping: JobId | None = None
        self._what = ElidedLabel(textFormat=Qt.TextFormat.PlainText)
        self._bar = QProgressBar(textVisible=False)
        self._bar.setFixedHeight(max(6, self.fontMetrics().height() // 2))
        self._bar.setMinimumWidth(self.fontMetrics().averageCharWidth() * 8)
        self._bar.hide()
        self._numbers = ElidedLabel(textFormat=Qt.TextFormat.PlainText)
        self._trouble = QPushButton(flat=True)
        set_symbol(self._trouble, "warning")
        self._trouble.clicked.connect(self._show_list)
        self._trouble.hide()
        self._pause = self._tool("pause", self.tr("Pause"))
        self._pause.clicked.connect(self._toggle_pause)
        self._cancel = self._tool("cancel", self.tr("Cancel"))
        self._cancel.clicked.connect(self._cancel_or_close)
        # The buttons stay where they are when the job ends.
        policy = self._pause.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._pause.setSizePolicy(policy)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(14, 3, 8, 3)
        row.setSpacing(10)
        row.addWidget(self._what)
        row.addWidget(self._bar, 1)
        row.addWidget(self._numbers)
        # Fills the bar's place while there is none.
        row.addStretch()
        for button in (self._trouble, self._pause, self._cancel):
            # A click leaves the keyboard on the page.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        bridge.job_started.connect(self._started)
        bridge.job_progressed.connect(self._progressed)
        bridge.job_finished.connect(self._finished)

    def buttons_width(self) -> int:
        """Of those that are there from the start on."""
        buttons = (self._pause, self._cancel)
        inside = sum(button.sizeHint().width() for button in buttons) + self._row.spacing()
        return inside + self._row.contentsMargins().right()

    def make_room(self, wanted: bool) -> None:
        """Leaves out, beside a message, what can be read once it is gone."""
        for label in (self._what, self._numbers):
            label.setVisible(not wanted)

    def _tool(self, symbol: str, text: str) -> QToolButton:
        button = QToolButton(autoRaise=True)
        set_symbol(button, symbol)
        button.setToolTip(text)
        button.setAccessibleName(text)
        return button

    def _started(self, event: JobStarted) -> None:
        self._progressed(JobProgress(event.job, event.title, 0, None, 0.0, None, 0))

    def _progressed(self, progress: JobProgress) -> None:
        if self._jobs.find(progress.job) is None:
            return
        if self._shown is None or self._shown.paused != progress.paused:
            set_symbol(self._pause, "resume" if progress.paused else "pause")
            self._label(self._pause, self.tr("Go on") if progress.paused else self.tr("Pause"))
        self._shown = progress
        stopping, title = progress.job == self._stopping, said(progress.title)
        text = self.tr("Stopping…") if stopping else title
        if self._what.text() != text or self.isHidden():
            announce(self, text)
        self._what.setText(text)
        self._bar.setAccessibleName(title)
        self._trouble.setToolTip(title)
        self._bar.setVisible(True)
        self._bar.setRange(0, progress.total or 0)
        self._bar.setValue(progress.done)
        self._numbers.setText(self._numbers_of(progress))
        self._bar.setToolTip(f"{title}\n{self._numbers.text()}")
        self._show_problems(progress.problems)
        self._pause.setVisible(True)
        self._label(self._cancel, self.tr("Cancel"))
        if stopping and self._cancel.hasFocus():
            self.left.emit()
        # Beside a message that hides the text it is all that shows that the job is about to stop.
        self._cancel.setEnabled(not stopping)
        self.show()

    def _numbers_of(self, progress: JobProgress) -> str:
        number = QLocale().toString
        if progress.total is None:
            parts = [number(progress.done)] if progress.done else []
        else:
            parts = [self.tr("%1 of %2").replace("%1", number(progress.done)).replace("%2", number(progress.total))]
        if progress.paused:
            parts.append(self.tr("paused"))
        else:
            if progress.rate > 0:
                rate = QLocale().toString(progress.rate, "f", 1 if progress.rate < 10 else 0)
                parts.append(self.tr("%1 a second").replace("%1", rate))
            if progress.seconds_left is not None:
                parts.append(self.time_left(progress.seconds_left))
        return "  ·  ".join(parts)

    def time_left(self, seconds: float) -> str:
        """In the unit that a person would use; nobody needs seconds of an hour."""
        if seconds < 60:
            return self.tr("less than a minute left")
        minutes = round(seconds / 60)
        if minutes < 90:
            return self.tr("%Ln minute(s) left", None, minutes)
        return self.tr("%Ln hour(s) left", None, round(minutes / 60))

    def _finished(self, event: JobFinished) -> None:
        if self._shown is None or self._shown.job != event.job:
            return
        if _unknown(event.problems):
            self._ended = event
        running = self._jobs.running()
        if running and not all(job.id == event.job for job in running):
            return
        self._shown = None
        if self._ended is None:
            self.hide()
        else:
            self._show_end(self._ended)

    def announce_end(self, event: JobFinished) -> None:
        """For a job whose end no message tells."""
        if _unknown(event.problems):
            announce(self, self._end_of(event))

    def _end_of(self, event: JobFinished) -> str:
        if event.error is None:
            text = self.tr("%1: done")
        elif isinstance(event.error, Cancelled):
            text = self.tr("%1: cancelled")
        else:
            text = self.tr("%1: stopped")
        return text.replace("%1", said(event.title))

    def _show_end(self, event: JobFinished) -> None:
        self._what.setText(self._end_of(event))
        self._trouble.setToolTip(said(event.title))
        self._bar.hide()
        self._numbers.clear()
        self._show_problems(len(_unknown(event.problems)))
        self._pause.hide()
        self._label(self._cancel, self.tr("Close"))
        self._cancel.setEnabled(True)

    def _show_problems(self, count: int) -> None:
        self._trouble.setVisible(count > 0)
        self._trouble.setText(self.tr("%Ln problem(s)…", None, count))

    def _show_list(self) -> None:
        problems: tuple[Problem, ...] = ()
        if self._shown is None:
            problems = self._ended.problems if self._ended is not None else ()
        elif (running := self._jobs.find(self._shown.job)) is not None:
            problems = running.context.problems
        self.problems_wanted.emit(_unknown(problems))

    def _toggle_pause(self) -> None:
        running = None if self._shown is None else self._jobs.find(self._shown.job)
        if running is not None and self._shown is not None:
            (running.resume if self._shown.paused else running.pause)()

    def _cancel_or_close(self) -> None:
        if self._shown is None:
            self._ended = None
            self.hide()
        elif (running := self._jobs.find(self._shown.job)) is not None:
            self._stopping = self._shown.job
            running.cancel()
            self._progressed(self._shown)

    @staticmethod
    def _label(button: QToolButton, text: str) -> None:
        button.setToolTip(text)
        button.setAccessibleName(text)


def _unknown(problems: Sequence[Problem]) -> list[Problem]:
    return [problem for problem in problems if not problem.known]
