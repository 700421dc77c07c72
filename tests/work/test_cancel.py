"""Stopping and pausing: every wait of a job watches its token."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

import pytest

from app.errors import Cancelled
from app.work.cancel import CancelToken
from app.work.channel import Channel

# A job stops within 0.25 s; twice that on a busy test machine.
SOON = 0.5


def full_channel(token: CancelToken) -> Channel[int]:
    channel: Channel[int] = Channel(token, items=1)
    channel.put(1)
    return channel


WAITS: dict[str, Callable[[CancelToken], object]] = {
    "taking from an empty channel": lambda token: Channel[int](token, items=1).take(),
    "putting into a full channel": lambda token: full_channel(token).put(2),
    "waiting for a future": lambda token: token.result_of(Future[int]()),
    "waiting for a condition": lambda token: token.wait_for(lambda: False, timeout=60),
}


@pytest.mark.parametrize("wait", WAITS.values(), ids=WAITS.keys())
def test_a_cancel_ends_every_wait_at_once(wait: Callable[[CancelToken], object]) -> None:
    token = CancelToken()
    ended: list[float] = []

    def work() -> None:
        with pytest.raises(Cancelled):
            wait(token)
        ended.append(time.monotonic())

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.05)
    assert not ended
    cancelled_at = time.monotonic()
    token.cancel()
    thread.join(timeout=5)
    assert ended[0] - cancelled_at < SOON


def test_a_paused_job_waits_until_it_is_resumed() -> None:
    token = CancelToken()
    token.pause()
    passed = threading.Event()

    def work() -> None:
        token.check()
        passed.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert token.paused
    assert not passed.wait(0.05)
    token.resume()
    assert passed.wait(5)
    thread.join()


def test_a_paused_job_can_be_cancelled() -> None:
    token = CancelToken()
    token.pause()
    threading.Timer(0.05, token.cancel).start()
    with pytest.raises(Cancelled):
        token.check()
    assert not token.paused


def test_a_wait_with_a_timeout_tells_whether_it_was_in_time() -> None:
    token = CancelToken()
    assert not token.wait_for(lambda: False, timeout=0.01)
    assert token.wait_for(lambda: True, timeout=0)


def test_the_result_of_a_future_is_its_value_or_its_error() -> None:
    token = CancelToken()
    future: Future[int] = Future()
    threading.Timer(0.02, lambda: future.set_result(7)).start()
    assert token.result_of(future) == 7
    failed: Future[int] = Future()
    failed.set_exception(ValueError("broken"))
    with pytest.raises(ValueError, match="broken"):
        token.result_of(failed)
