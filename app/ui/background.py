"""Work that would hold up the main thread, and what becomes of its result.

Results arrive on the main thread through the bridge. What fails with an `AppError` is shown as its sentence, anything
else is a bug and is reported.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from app.errors import AppError, Cancelled
from app.priority import Priority, lower_priority
from app.ui.bridge import EventBridge

Result = TypeVar("Result")
Queue = SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None]

# One slow search must not keep the next photo of the viewer waiting.
THREADS = 2
# For the photo in sight, those beside it and a closer look.
FILE_THREADS = 4
# A drive that does not answer keeps nobody from closing the program.
CLOSING_SECONDS = 2.0


class Background(QObject):
    """`failed` carries the AppError that nobody handled, `broke` any other exception."""

    failed = Signal(object)
    broke = Signal(object)

    def __init__(
        self,
        bridge: EventBridge,
        name: str = "kinfolio-reading",
        threads: int = THREADS,
        closing_seconds: float | None = None,
    ) -> None:
        """`threads` are those of each queue. `close` waits until all has ended, or for so many seconds."""
        super().__init__()
        self._bridge, self._closing_seconds = bridge, closing_seconds
        self._name, self._threads_each = name, threads
        self._queues: dict[Hashable, Queue] = {}
        self._threads: list[threading.Thread] = []

    def run(
        self,
        function: Callable[[], Result],
        then: Callable[[Result], None],
        otherwise: Callable[[AppError], None] | None = None,
        queue: Hashable = None,
    ) -> Future[Result]:
        """Calls `function` on another thread. Cancelling the future before it started drops it silently.

        However long the work of one queue takes, that of others goes on.
        """
        future = Future[Result]()
        if queue not in self._queues:
            self._queues[queue] = self._open()
        self._queues[queue].put((future, function))
        self.deliver(future, then, otherwise)
        return future

    def deliver(
        self,
        future: Future[Result],
        then: Callable[[Result], None] | None = None,
        otherwise: Callable[[AppError], None] | None = None,
        at_last: Callable[[], None] = lambda: None,
    ) -> None:
        """Hands the result of a future to `then` on the main thread, an AppError to `otherwise` or to `failed`.

        `at_last` is called after that, however the future ended.
        """

        def settle() -> None:
            try:
                error = None if future.cancelled() else future.exception()
                if isinstance(error, AppError):
                    (otherwise or self.failed.emit)(error)
                elif error is not None and not isinstance(error, Cancelled):
                    self.broke.emit(error)
                elif error is None and then is not None and not future.cancelled():
                    then(future.result())
            finally:
                at_last()

        future.add_done_callback(lambda _: self._bridge.call(settle))

    def close(self) -> None:
        """Ends the threads; what was not begun is dropped."""
        for queue in self._queues.values():
            with suppress(Empty):
                while (waiting := queue.get_nowait()) is not None:
                    waiting[0].cancel()
            for _ in range(self._threads_each):
                queue.put(None)
        end = None if self._closing_seconds is None else time.monotonic() + self._closing_seconds
        for thread in self._threads:
            thread.join(None if end is None else max(0.0, end - time.monotonic()))

    def _open(self) -> Queue:
        """A queue with threads that take from it."""
        queue = Queue()
        for _ in range(self._threads_each):
            name = f"{self._name}_{len(self._threads)}"
            # At the end of the program the threads of an executor are waited for, whatever they do.
            self._threads.append(threading.Thread(target=_work, args=(queue,), name=name, daemon=True))
            self._threads[-1].start()
        return queue


def _work(waiting: Queue) -> None:
    lower_priority(Priority.SOON)
    while (begun := waiting.get()) is not None:
        future, function = begun
        if future.set_running_or_notify_cancel():
            try:
                future.set_result(function())
            except BaseException as error:
                future.set_exception(error)
        # Whatever they hold must not live on until there is something else to do.
        del begun, future, function
