"""Two threads use the engine; what happens to requests when it fails or ends."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError

import pytest

from app.decode import Picture
from app.errors import AppError
from app.vision.engine import Reading
from app.vision.pretend import PretendEngine, identity_of
from app.vision.threads import LANES, Vision
from tests.pictures import draw_people


class WatchedEngine(PretendEngine):
    """Notes on which threads it is used, and waits for `go` before it reads."""

    def __init__(self) -> None:
        self.threads: list[str] = []
        self.began = threading.Semaphore(0)
        self.go = threading.Event()
        self.go.set()
        self.closed = 0

    def read(self, pictures: Sequence[Picture]) -> list[list[Reading]]:
        self.threads.append(threading.current_thread().name)
        self.began.release()
        assert self.go.wait(10)
        if not pictures:
            raise AppError("Nothing to read.")
        return super().read(pictures)

    def close(self) -> None:
        self.threads.append(threading.current_thread().name)
        self.closed += 1


def photo(identity: int) -> Picture:
    return Picture(draw_people(identity).pixels, 640, 480)


def test_every_call_to_the_engine_happens_on_two_threads_and_the_closing_after_them() -> None:
    engine = WatchedEngine()
    vision = Vision(engine)
    assert vision.info == engine.info
    assert engine.threads == []
    found: list[int] = []

    def ask(identity: int) -> None:
        [[face]] = vision.submit([photo(identity)]).result(10)
        found.append(identity_of(face.vector))

    askers = [threading.Thread(target=ask, args=(identity,)) for identity in range(6)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    vision.close()
    assert sorted(found) == list(range(6))
    assert len(engine.threads) == 7
    assert set(engine.threads[:-1]) <= {"vision_0", "vision_1"}
    assert engine.threads[-1] == threading.current_thread().name
    assert not any(thread.name.startswith("vision") for thread in threading.enumerate())


def test_what_the_engine_raises_travels_in_the_future_and_the_thread_lives_on() -> None:
    vision = Vision(WatchedEngine())
    with pytest.raises(AppError, match=r"Nothing to read\."):
        vision.submit([]).result(10)
    assert len(vision.submit([photo(1)]).result(10)) == 1
    vision.close()


def test_closing_finishes_what_has_begun_and_cancels_the_rest() -> None:
    engine = WatchedEngine()
    engine.go.clear()
    vision = Vision(engine)
    begun = [vision.submit([photo(1)]) for _ in range(LANES)]
    waiting = [vision.submit([photo(2)]) for _ in range(3)]
    for _ in begun:
        assert engine.began.acquire(timeout=10)
    closer = threading.Thread(target=vision.close)
    closer.start()
    for future in waiting:
        with pytest.raises(CancelledError):
            future.result(10)
    engine.go.set()
    closer.join(10)
    assert [len(future.result(0)) for future in begun] == [1, 1]
    assert len(engine.threads) == LANES + 1
    assert engine.closed == 1
    vision.close()
    assert engine.closed == 1
    with pytest.raises(RuntimeError):
        vision.submit([photo(3)])


def test_a_request_that_has_not_begun_can_be_cancelled() -> None:
    engine = WatchedEngine()
    engine.go.clear()
    vision = Vision(engine)
    for _ in range(LANES):
        vision.submit([photo(1)])
    last = vision.submit([photo(2)])
    assert engine.began.acquire(timeout=10)
    assert last.cancel()
    engine.go.set()
    vision.close()
    assert len(engine.threads) == LANES + 1


def test_a_request_does_not_wait_for_the_one_before() -> None:
    engine = WatchedEngine()
    engine.go.clear()
    vision = Vision(engine)
    slow = vision.submit([photo(1)])
    assert engine.began.acquire(timeout=10)
    [reading] = vision.describe(photo(2), [(0.4, 0.3, 0.2, 0.3)]).result(10)
    assert not slow.done()
    assert reading.box == (0.4, 0.3, 0.2, 0.3)
    engine.go.set()
    vision.close()
