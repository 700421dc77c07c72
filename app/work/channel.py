"""A bounded way from one stage of a job to the next: few items and few bytes on the road, however long the job."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from app.work.cancel import CancelToken

T = TypeVar("T")


class Channel(Generic[T]):
    """Any number of threads put and take; every wait watches the job's token and raises Cancelled.

    Holds at most `items` items that together weigh at most `weight`; an item heavier than that travels alone.
    """

    def __init__(
        self, token: CancelToken, *, items: int, weight: int = 0, weigh: Callable[[T], int] = lambda _: 0
    ) -> None:
        self._token = token
        self._most_items = items
        self._most_weight = weight
        self._weigh = weigh
        self._waiting: deque[tuple[T, int]] = deque()
        self._weight = 0
        self._closed = False
        self._since = self._changed_at = time.monotonic()
        self._item_seconds = 0.0

    def put(self, item: T) -> None:
        """Waits for room."""
        weight = self._weigh(item)
        self._token.check()
        with self._token.changing():
            self._token.wait_for(lambda: self._has_room(weight))
            if self._closed:
                raise RuntimeError("put into a closed channel")
            self._count_time()
            self._waiting.append((item, weight))
            self._weight += weight

    def take(self, at_most: int = 1) -> list[T]:
        """Waits for an item, then takes what is there; nothing only when the channel is closed and empty."""
        self._token.check()
        with self._token.changing():
            self._token.wait_for(lambda: bool(self._waiting) or self._closed)
            return self._take(at_most)

    def drain(self) -> list[T]:
        """What is there, without a wait and also after a cancel."""
        with self._token.changing():
            return self._take(len(self._waiting))

    def __iter__(self) -> Iterator[T]:
        """Each item until the channel is closed and empty."""
        while items := self.take():
            yield items.pop()

    def close(self) -> None:
        """No more will be put; what is there can still be taken."""
        with self._token.changing():
            self._closed = True

    @property
    def mean_fill(self) -> float:
        """How many items were waiting, on average over the channel's life: full means that what follows is slower."""
        with self._token.changing():
            self._count_time()
            return self._item_seconds / max(self._changed_at - self._since, 1e-9)

    def _has_room(self, weight: int) -> bool:
        if not self._waiting:
            return True
        return len(self._waiting) < self._most_items and self._weight + weight <= self._most_weight

    def _take(self, at_most: int) -> list[T]:
        self._count_time()
        taken = [self._waiting.popleft() for _ in range(min(at_most, len(self._waiting)))]
        self._weight -= sum(weight for _, weight in taken)
        return [item for item, _ in taken]

    def _count_time(self) -> None:
        now = time.monotonic()
        self._item_seconds += len(self._waiting) * (now - self._changed_at)
        self._changed_at = now
