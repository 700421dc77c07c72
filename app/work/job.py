"""What a job is, and what it may say while it runs."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Protocol

from app.events import JobId, JobProgress, Problem, Publish
from app.work.cancel import CancelToken

# People read ten changes a second as motion; more only costs the window time.
SECONDS_BETWEEN_REPORTS = 0.1
# The rate is that of the recent past: long enough to be steady, short enough to follow a change of pace.
RATE_WINDOW_SECONDS = 10.0
# A rate measured for less than this would promise nonsense.
SHORTEST_RATE_SECONDS = 2.0
# Told at the end of the job; the rest is only counted, so that a drive of broken files needs no more memory.
PROBLEMS_KEPT = 1000


class Job(Protocol):
    """Long work. `run` returns its result, raises Cancelled when its token says so, AppError for the user."""

    @property
    def title(self) -> str: ...

    def run(self, context: JobContext) -> object: ...


class JobContext:
    """A job's way to the outside, for all of its threads: the token to watch, progress and problems to tell."""

    def __init__(self, job: JobId, title: str, publish: Publish, token: CancelToken | None = None) -> None:
        self.token = token or CancelToken()
        self._job = job
        self._title = title
        self._publish = publish
        self._lock = threading.RLock()
        self._done = 0
        self._total: int | None = None
        self._samples: deque[tuple[float, int]] = deque()
        self._reported_at = float("-inf")
        self._problems: list[Problem] = []
        self._known_problems: list[Problem] = []
        self._problem_count = 0
        self._held_by = ""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The first of them, at most PROBLEMS_KEPT; those that were known before come last."""
        with self._lock:
            return tuple([*self._problems, *self._known_problems][:PROBLEMS_KEPT])

    def progress(self, done: int, total: int | None) -> None:
        """Cheap enough to call for every item. `total` is None while it is unknown."""
        with self._lock:
            urgent = done == total or (total is None) != (self._total is None)
            self._done, self._total = done, total
            if not urgent and time.monotonic() < self._reported_at + SECONDS_BETWEEN_REPORTS:
                return
        self.report()

    def phase(self, title: str) -> None:
        """The job goes on to something else, counted from nothing again."""
        with self._lock:
            self._title, self._done, self._total = title, 0, None
            self._samples.clear()
        self.report()

    def problem(self, problem: Problem) -> None:
        with self._lock:
            self._problem_count += not problem.known
            kept = self._known_problems if problem.known else self._problems
            if len(kept) < PROBLEMS_KEPT:
                kept.append(problem)

    def hold(self, why: str) -> None:
        """Pauses the job by itself, until somebody lets it go on."""
        self._held_by = why
        self.token.pause()
        self.report()

    def report(self) -> None:
        """Publishes where the job stands, whatever was published a moment ago."""
        # Published with the lock held, so that an older report never arrives after a newer one.
        with self._lock:
            now = time.monotonic()
            self._reported_at = now
            rate, steady = self._rate(now)
            known = self._total is not None and steady and rate > 0 and not self.token.paused
            left = max(self._total - self._done, 0) / rate if known and self._total is not None else None
            paused = self.token.paused
            if not paused:
                self._held_by = ""
            self._publish(
                JobProgress(
                    self._job,
                    self._title,
                    self._done,
                    self._total,
                    rate,
                    left,
                    self._problem_count,
                    paused,
                    self._held_by,
                )
            )

    def _rate(self, now: float) -> tuple[float, bool]:
        if self.token.paused:
            self._samples.clear()
            return 0.0, False
        while len(self._samples) > 1 and self._samples[0][0] < now - RATE_WINDOW_SECONDS:
            self._samples.popleft()
        self._samples.append((now, self._done))
        since, done_then = self._samples[0]
        seconds = now - since
        return (self._done - done_then) / seconds if seconds > 0 else 0.0, seconds >= SHORTEST_RATE_SECONDS
