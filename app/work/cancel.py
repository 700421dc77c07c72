"""Stopping and pausing a job: one token, which every thread of the job looks at and every wait of it watches."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from app.errors import Cancelled

T = TypeVar("T")


class CancelToken:
    """Set from any thread. All waits of a job share the token's condition, so that a cancel wakes them at once."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._cancelled = False
        self._paused = False

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    @property
    def paused(self) -> bool:
        return self._paused and not self._cancelled

    def cancel(self) -> None:
        """Ends the job, also a paused one. There is no way back."""
        with self.changing():
            self._cancelled = True

    def pause(self) -> None:
        with self.changing():
            self._paused = True

    def resume(self) -> None:
        with self.changing():
            self._paused = False

    def check(self) -> None:
        """Between two items of work: waits while paused, raises Cancelled once cancelled."""
        self.wait_for(lambda: not self._paused)

    def wait_for(self, ready: Callable[[], bool], timeout: float | None = None) -> bool:
        """Waits until `ready()`; False when `timeout` seconds ended first. Raises Cancelled.

        `ready` is asked with the token's lock held, and again after each `changing` block.
        """
        with self._changed:
            in_time = self._changed.wait_for(lambda: self._cancelled or ready(), timeout)
            if self._cancelled:
                raise Cancelled
            return in_time

    def result_of(self, future: Future[T]) -> T:
        """The future's result or error. A cancel ends the wait, not the work behind the future."""
        future.add_done_callback(lambda _: self._wake())
        self.wait_for(future.done)
        return future.result()

    def changing(self) -> _Changing:
        """A block that changes what some `ready` looks at: the token's lock is held, then every wait looks again."""
        return _Changing(self._changed)

    def _wake(self) -> None:
        with self.changing():
            pass


class _Changing:
    """Not a generator of contextlib: a channel passes here twice an item."""

    __slots__ = ("_changed",)

    def __init__(self, changed: threading.Condition) -> None:
        self._changed = changed

    def __enter__(self) -> None:
        self._changed.acquire()

    def __exit__(self, *_: object) -> None:
        self._changed.notify_all()
        self._changed.release()
