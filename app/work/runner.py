"""Runs jobs one after another on one thread, and publishes how they start, go and end."""

from __future__ import annotations

import itertools
import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor

from app.events import JobFinished, JobId, JobStarted, Publish
from app.memory import give_back, give_back_large_blocks
from app.priority import Priority, lower_priority
from app.work.job import Job, JobContext

log = logging.getLogger(__name__)


class RunningJob:
    """A job that runs, waits for its turn, or has ended. `future` ends after JobFinished is published."""

    def __init__(self, number: JobId, job: Job, title: str, context: JobContext) -> None:
        self.id = number
        self.job = job
        self.title = title
        self.context = context
        self.future: Future[object] = Future()

    def cancel(self) -> None:
        """The future raises Cancelled soon, or gives the result if the job ended first."""
        self.context.token.cancel()

    def pause(self) -> None:
        self.context.token.pause()
        self.context.report()

    def resume(self) -> None:
        self.context.token.resume()
        self.context.report()


class Runner:
    """Owns the thread of the jobs. Events are published on the threads of the job.

    With a `priority` these go after others; without one they are like any of another program.
    """

    def __init__(self, publish: Publish, priority: Priority | None = None) -> None:
        give_back_large_blocks()
        self._publish = publish
        self._numbers = itertools.count(1)
        self._executor = ThreadPoolExecutor(1, "jobs", lower_priority, (priority,))
        self._lock = threading.Lock()
        self._unfinished: set[RunningJob] = set()

    def start(self, job: Job) -> RunningJob:
        """Queues the job behind those that were started before."""
        number = JobId(next(self._numbers))
        title = job.title
        running = RunningJob(number, job, title, JobContext(number, title, self._publish))
        with self._lock:
            self._executor.submit(self._run, running)
            self._unfinished.add(running)
        return running

    def close(self) -> None:
        """Cancels what runs and what waits, and returns when all of it has ended."""
        with self._lock:
            for running in self._unfinished:
                running.cancel()
        self._executor.shutdown()

    def _run(self, running: RunningJob) -> None:
        title, context = running.title, running.context
        try:
            self._publish(JobStarted(running.id, title))
            context.token.check()
            result = running.job.run(context)
            end = JobFinished(running.id, title, result=result, problems=context.problems)
        except BaseException as error:
            end = JobFinished(running.id, title, error=error, problems=context.problems)
        give_back()
        try:
            self._publish(end)
        except Exception:
            log.exception("a listener failed on the end of: %s", title)
        finally:
            # Whoever waits for the job must not wait for ever because of somebody else who listens to it.
            if end.error is not None:
                running.future.set_exception(end.error)
            else:
                running.future.set_result(end.result)
            with self._lock:
                self._unfinished.discard(running)
