"""Starts jobs from the window and knows those that are under way. Which jobs there are is said by `app.main`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.errors import AppError
from app.events import JobFinished, JobId
from app.library.records import Box, PersonId, PhotoId, Strictness
from app.library.regrouping import Regrouping
from app.ui.background import Background
from app.ui.bridge import EventBridge
from app.work.job import Job
from app.work.runner import Runner, RunningJob


@dataclass(frozen=True, slots=True)
class JobFactory:
    """The jobs a window can start. Made in `app.main`, so that the window never reaches vision."""

    scan: Callable[[Sequence[Path]], Job]
    scan_by_itself: Callable[[Sequence[Path]], Job]
    scan_every_file: Callable[[Sequence[Path]], Job]
    grow_groups: Callable[[], Job]
    plan_groups: Callable[[Strictness], Job]
    group_again: Callable[[Regrouping], Job]
    describe_face: Callable[[PhotoId, Box], Job]
    find_faces: Callable[[Path | bytes | NDArray[np.uint8]], Job]
    export: Callable[[PersonId, Path], Job]
    export_photos: Callable[[NDArray[np.int64], Path], Job]
    report: Callable[[Path], Job]


class Jobs(QObject):
    """Long jobs run one after another and are shown in the job bar. Searches have a runner of their own, so that
    looking for a face does not wait until a scan of a million photos is done.

    `finished` carries the JobFinished and the job itself.
    """

    finished = Signal(object, object)

    def __init__(
        self, make: JobFactory, runner: Runner, searches: Runner, background: Background, bridge: EventBridge
    ) -> None:
        super().__init__()
        self.make = make
        self._runner, self._searches, self._background = runner, searches, background
        self._running: dict[JobId, RunningJob] = {}
        bridge.job_finished.connect(self._finished)

    def start(self, make: Callable[[], Job]) -> RunningJob | None:
        """Makes a job and starts it, or says why there can be none (a model or a graphics card that is not there)."""
        try:
            running = self._runner.start(make())
        except AppError as error:
            self._background.failed.emit(error)
            return None
        self._running[running.id] = running
        return running

    def search(
        self, make: Callable[[], Job], then: Callable[[Any], None], otherwise: Callable[[AppError], None]
    ) -> None:
        """A short job that somebody waits for; its result arrives on the main thread."""
        try:
            running = self._searches.start(make())
        except AppError as error:
            otherwise(error)
            return
        self._background.deliver(running.future, then, otherwise)

    def running(self) -> list[RunningJob]:
        """Those under way and those that wait, in their order."""
        return list(self._running.values())

    def find(self, job: JobId) -> RunningJob | None:
        return self._running.get(job)

    def _finished(self, event: JobFinished) -> None:
        running = self._running.pop(event.job, None)
        self.finished.emit(event, None if running is None else running.job)
