"""The one thread that owns the engine, and with it the networks and the GPU."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from app.decode import Picture
from app.vision.engine import EngineInfo, FaceEngine, Reading


class VisionThread:
    """Reads pictures one request after another; every call to the engine happens on its thread.

    Whatever the engine raises travels in the future. The engine imports heavy libraries at the first request.
    """

    def __init__(self, engine: FaceEngine) -> None:
        self.info: EngineInfo = engine.info
        self._engine = engine
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="vision")
        self._lock = threading.Lock()
        self._waiting: set[Future[list[list[Reading]]]] = set()
        self._closed = False

    def submit(self, pictures: Sequence[Picture]) -> Future[list[list[Reading]]]:
        """The faces of each picture. A request that has not begun can be cancelled."""
        with self._lock:
            if self._closed:
                raise RuntimeError("the vision thread is closed")
            future = self._executor.submit(self._engine.read, pictures)
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
        try:
            self._executor.submit(self._engine.close).result()
        finally:
            self._executor.shutdown()

    def _forget(self, future: Future[list[list[Reading]]]) -> None:
        with self._lock:
            self._waiting.discard(future)
