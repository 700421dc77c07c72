"""The threads of one job: they end together, and the first error of any of them is the job's."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from app.errors import Cancelled
from app.priority import lower_priority, lowered
from app.work.cancel import CancelToken
from app.work.channel import Channel


class Stages:
    """`with Stages(token) as stages:` starts stages inside the block; its end waits for all and raises what went wrong.

    A stage that fails cancels the token, which ends every wait of the others.
    """

    def __init__(self, token: CancelToken) -> None:
        self._token = token
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._error: BaseException | None = None
        self.cpu_seconds: dict[str, float] = {}

    def start(
        self, name: str, work: Callable[[], object], *, threads: int = 1, output: Channel[Any] | None = None
    ) -> None:
        """Runs `work` on so many threads; `output` is closed when the last of them has ended."""
        left, priority = threads, lowered()

        def run() -> None:
            nonlocal left
            lower_priority(priority)
            started = time.thread_time()
            try:
                work()
            except BaseException as error:
                self._fail(error)
            with self._lock:
                self.cpu_seconds[name] = self.cpu_seconds.get(name, 0.0) + time.thread_time() - started
                left -= 1
                last = left == 0
            if last and output is not None:
                output.close()

        for number in range(threads):
            thread = threading.Thread(target=run, name=f"{name}-{number}")
            thread.start()
            self._threads.append(thread)

    def __enter__(self) -> Stages:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is not None:
            self._fail(error)
        for thread in self._threads:
            thread.join()
        if self._error is not None and self._error is not error:
            raise self._error

    def _fail(self, error: BaseException) -> None:
        with self._lock:
            # Once a stage has failed the others end by Cancelled, which is no news; a failure after a cancel is.
            if self._error is None or isinstance(self._error, Cancelled):
                self._error = error
        self._token.cancel()
