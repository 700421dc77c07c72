"""Work that would hold up the main thread, and what becomes of its result.

Results arrive on the main thread through the bridge. What fails with an `AppError` is shown as its sentence, anything
else is a bug and is reported.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.errors import AppError, Cancelled
from app.priority import Priority, lower_priority
from app.ui.bridge import EventBridge

Result = TypeVar("Result")

# One slow search must not keep the next photo of the viewer waiting.
THREADS = 2
# Of a drive that does not answer each reading holds one up for as long as it likes.
FILE_THREADS = 4


class Background(QObject):
    """`failed` carries the AppError that nobody handled, `broke` any other exception."""

    failed = Signal(object)
    broke = Signal(object)

    def __init__(self, bridge: EventBridge, name: str = "kinfolio-reading", threads: int = THREADS) -> None:
        super().__init__()
        self._bridge = bridge
        self._pool = ThreadPoolExecutor(threads, name, lower_priority, (Priority.SOON,))

    def run(
        self,
        function: Callable[[], Result],
        then: Callable[[Result], None],
        otherwise: Callable[[AppError], None] | None = None,
    ) -> Future[Result]:
        """Calls `function` on a thread of its own. Cancelling the future before it started drops it silently."""
        future = self._pool.submit(function)
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
        self._pool.shutdown(wait=True, cancel_futures=True)
