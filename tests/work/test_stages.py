"""The threads of a job end together, and the first error is the job's."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future

import pytest

from app.errors import Cancelled
from app.work.cancel import CancelToken
from app.work.channel import Channel
from app.work.stages import Stages


def test_stages_hand_over_until_the_last_thread_of_each_has_ended() -> None:
    token = CancelToken()
    numbers: Channel[int] = Channel(token, items=2)
    squares: Channel[int] = Channel(token, items=2)
    found: list[int] = []

    def produce() -> None:
        for number in range(50):
            numbers.put(number)

    def square() -> None:
        for number in numbers:
            squares.put(number * number)

    with Stages(token) as stages:
        stages.start("produce", produce, output=numbers)
        stages.start("square", square, threads=3, output=squares)
        stages.start("collect", lambda: found.extend(squares))
    assert sorted(found) == [number * number for number in range(50)]
    assert set(stages.cpu_seconds) == {"produce", "square", "collect"}


def test_the_error_of_a_stage_stops_the_others_and_is_raised() -> None:
    token = CancelToken()
    channel: Channel[int] = Channel(token, items=1)

    def produce_forever() -> None:
        while True:
            channel.put(1)

    def fail() -> None:
        channel.take()
        raise ValueError("the disk is full")

    def run() -> None:
        with Stages(token) as stages:
            stages.start("produce", produce_forever, output=channel)
            stages.start("fail", fail)

    with pytest.raises(ValueError, match="the disk is full"):
        run()
    assert token.cancelled


def test_a_failure_while_a_cancel_ends_the_job_is_told() -> None:
    token = CancelToken()

    def save() -> None:
        try:
            token.wait_for(lambda: False)
        finally:
            raise OSError("cannot save")

    def run() -> None:
        with Stages(token) as stages:
            stages.start("wait", lambda: token.result_of(Future()))
            stages.start("save", save)

    threading.Timer(0.05, token.cancel).start()
    with pytest.raises(OSError, match="cannot save"):
        run()


def test_a_cancelled_job_raises_cancelled_when_all_threads_have_ended() -> None:
    token = CancelToken()
    before = threading.active_count()
    threading.Timer(0.05, token.cancel).start()
    with pytest.raises(Cancelled), Stages(token) as stages:
        stages.start("wait", lambda: token.wait_for(lambda: False), threads=4)
    time.sleep(0.05)
    assert threading.active_count() <= before


def test_an_error_between_the_starts_stops_what_was_started() -> None:
    token = CancelToken()

    def run() -> None:
        with Stages(token) as stages:
            stages.start("wait", lambda: token.wait_for(lambda: False))
            raise KeyError("x")

    with pytest.raises(KeyError):
        run()
    assert token.cancelled
