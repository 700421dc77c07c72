"""Pretend engines that count, dawdle and fail."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from app.decode import Picture
from app.vision.engine import Box, EngineInfo, Reading
from app.vision.pretend import PretendEngine


class WatchedEngine:
    """A PretendEngine that takes `seconds` a picture, counts what it read, and calls `before` with each picture.

    So many threads are `reading` at present.
    """

    def __init__(self, seconds: float = 0.0, before: Callable[[Picture], None] = lambda picture: None) -> None:
        self.seconds = seconds
        self.before = before
        self.pictures_read = 0
        self.largest_batch = 0
        self.reading = 0
        self._lock = threading.Lock()
        self.info: EngineInfo = PretendEngine().info
        self._engine = PretendEngine()

    def read(self, pictures: Sequence[Picture]) -> list[list[Reading]]:
        with self._lock:
            self.reading += 1
        try:
            for picture in pictures:
                self.before(picture)
                time.sleep(self.seconds)
            readings = self._engine.read(pictures)
            with self._lock:
                self.pictures_read += len(pictures)
                self.largest_batch = max(self.largest_batch, len(pictures))
        finally:
            with self._lock:
                self.reading -= 1
        return readings

    def describe(self, picture: Picture, boxes: Sequence[Box]) -> list[Reading]:
        return self._engine.describe(picture, boxes)

    def close(self) -> None:
        self._engine.close()
