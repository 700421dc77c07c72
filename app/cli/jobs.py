"""Runs one job to its end: a progress bar on a terminal, Ctrl+C to stop it."""

from __future__ import annotations

from concurrent.futures import wait
from contextlib import suppress
from typing import NoReturn, Protocol, TextIO, TypeVar, cast

from tqdm import tqdm

from app.cli.session import Session
from app.errors import Cancelled
from app.events import Event, JobFinished, JobProgress
from app.work.job import PROBLEMS_KEPT, JobContext
from app.work.runner import Runner, RunningJob

# Windows cannot interrupt a wait that has no end.
LOOK_FOR_CTRL_C_SECONDS = 0.25
STOPPED = "Stopped."
STOPPED_HALFWAY = "Stopped. What was finished is kept; run it again to go on."
NOTHING_WRITTEN = "Stopped. Nothing was written."

Result_co = TypeVar("Result_co", covariant=True)


class JobOf(Protocol[Result_co]):
    @property
    def title(self) -> str: ...

    def run(self, context: JobContext) -> Result_co: ...


def run_job(job: JobOf[Result_co], session: Session, stopped: str = STOPPED) -> tuple[Result_co, int]:
    """Returns the job's result and how many inputs it could not use, each of which is named on stderr.

    Raises Cancelled after Ctrl+C, once the job has ended; `stopped` says what became of its work.
    """
    bar = _Bar(session.output.terminal)
    runner = Runner(bar.show)
    try:
        running = runner.start(job)
        try:
            while not wait([running.future], LOOK_FOR_CTRL_C_SECONDS).done:
                pass
        except KeyboardInterrupt:
            _stop(running)
            raise Cancelled(stopped) from None
        result = cast(Result_co, running.future.result())
    except BrokenPipeError as error:  # the reader of the lines left, so nobody waits for the rest
        raise Cancelled(stopped) from error
    finally:
        runner.close()
        bar.close()
    problems = running.context.problems
    for problem in problems:
        session.output.say(f"{problem.subject}: {problem.reason}")
    if len(problems) == PROBLEMS_KEPT:
        session.output.say(f"These are the first {PROBLEMS_KEPT}; there may be more.")
    return result, len(problems)


def _stop(running: RunningJob) -> None:
    running.cancel()
    with suppress(Cancelled):
        running.future.result()


class _Bar:
    """A progress bar on a terminal, nothing anywhere else. Told on the job's threads, one call at a time."""

    def __init__(self, terminal: TextIO | None) -> None:
        self._terminal = terminal
        self._title = ""
        self._bar: tqdm[NoReturn] | None = None
        tqdm.monitor_interval = 0  # its thread would only redraw a bar that nothing moves

    def show(self, event: Event) -> None:
        if isinstance(event, JobFinished):
            self.close()
        if self._terminal is None or not isinstance(event, JobProgress):
            return
        if self._bar is None or self._title != event.title:
            self.close()
            self._title = event.title
            self._bar = tqdm(desc=event.title, file=self._terminal, unit="", mininterval=0, dynamic_ncols=True)
        self._bar.total = event.total
        self._bar.update(event.done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
