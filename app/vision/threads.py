"""The threads that use the engine, and with it the networks and the GPU."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from app.decode import Picture
from app.priority import Priority, lower_priority
from app.vision.engine import Box, EngineInfo, FaceEngine, Reading

Result = TypeVar("Result")

# While faces of one request are described, those of another are looked for, so that no core waits.
LANES = 2


class Vision:
    """Reads pictures, LANES requests at a time; every call to the engine happens on its threads, but for the closing.

    Whatever the engine raises travels in the future. The engine imports heavy libraries at the first request.
    """

    def __init__(self, engine: FaceEngine, priority: Priority | None = None) -> None:
        self.info: EngineInfo = engine.info
        self._engine = engine
        self._executor = ThreadPoolExecutor(LANES, "vision", lower_priority, (priority,))
        self._lock = threading.Lock()
        self._waiting: set[Future[Any]] = set()
        self._closed = False

    def submit(self, pictures: Sequence[Picture]) -> Future[list[list[Reading]]]:
        """The faces of each picture. A request that has not begun can be cancelled."""
        return self._submit(lambda: self._engine.read(pictures))

    def describe(self, picture: Picture, boxes: Sequence[Box]) -> Future[list[Reading]]:
        """One reading for each of these boxes, which a person drew."""
        return self._submit(lambda: self._engine.describe(picture, boxes))

    def _submit(self, call: Callable[[], Result]) -> Future[Result]:
        with self._lock:
            if self._closed:
                raise RuntimeError("the engine is closed")
            future = self._executor.submit(call)
            self._waiting.add(future)
        future.add_done_callback(self._forget)
        return future

    def close(self) -> None:
        """Cancels what has not begun, waits for what has, and closes the engine. May be called again."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            waiting = tuple(self._waiting)
        for future in waiting:
            future.cancel()
        self._executor.shutdown()
        self._engine.close()

    def _forget(self, future: Future[Any]) -> None:
        with self._lock:
            self._waiting.discard(future)
