"""The way from stage to stage: bounded, in order, closed when its writers have ended."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Cancelled
from app.work.cancel import CancelToken
from app.work.channel import Channel


@settings(deadline=None, max_examples=40)
@given(
    weights=st.lists(st.integers(0, 50), max_size=60),
    items=st.integers(1, 5),
    weight=st.integers(1, 60),
    at_most=st.integers(1, 4),
)
def test_everything_arrives_in_order_and_the_bounds_hold(
    weights: list[int], items: int, weight: int, at_most: int
) -> None:
    channel: Channel[tuple[int, int]] = Channel(CancelToken(), items=items, weight=weight, weigh=lambda item: item[1])

    def produce() -> None:
        for item in enumerate(weights):
            channel.put(item)
        channel.close()

    thread = threading.Thread(target=produce)
    thread.start()
    arrived = []
    while batch := channel.take(at_most):
        assert len(batch) <= min(items, at_most)
        assert len(batch) == 1 or sum(load for _, load in batch) <= weight
        arrived += batch
    thread.join()
    assert arrived == list(enumerate(weights))


def test_putting_waits_while_the_items_are_too_heavy() -> None:
    channel: Channel[int] = Channel(CancelToken(), items=100, weight=10, weigh=lambda item: item)
    channel.put(6)
    channel.put(4)
    thread = threading.Thread(target=channel.put, args=(1,))
    thread.start()
    thread.join(0.05)
    assert thread.is_alive()
    assert channel.take() == [6]
    thread.join(5)
    assert not thread.is_alive()
    assert channel.take(9) == [4, 1]


def test_an_item_heavier_than_the_bound_travels_alone() -> None:
    channel: Channel[int] = Channel(CancelToken(), items=100, weight=10, weigh=lambda item: item)
    channel.put(1000)
    assert channel.take(5) == [1000]


def test_a_closed_channel_still_gives_what_is_in_it() -> None:
    channel: Channel[int] = Channel(CancelToken(), items=3)
    for number in range(3):
        channel.put(number)
    channel.close()
    assert list(channel) == [0, 1, 2]
    assert channel.take() == []
    with pytest.raises(RuntimeError, match="closed"):
        channel.put(4)


def test_what_is_in_the_channel_can_be_saved_after_a_cancel() -> None:
    token = CancelToken()
    channel: Channel[int] = Channel(token, items=3)
    channel.put(1)
    channel.put(2)
    token.cancel()
    with pytest.raises(Cancelled):
        channel.take()
    assert channel.drain() == [1, 2]
    assert channel.drain() == []


def test_many_writers_and_readers_lose_nothing_and_double_nothing() -> None:
    channel: Channel[int] = Channel(CancelToken(), items=4)
    arrived: list[int] = []
    writers = [threading.Thread(target=lambda n=n: [channel.put(n * 500 + i) for i in range(500)]) for n in range(4)]
    readers = [threading.Thread(target=lambda: arrived.extend(channel)) for _ in range(3)]
    for thread in writers + readers:
        thread.start()
    for thread in writers:
        thread.join(30)
    channel.close()
    for thread in readers:
        thread.join(30)
    assert sorted(arrived) == list(range(2000))


def test_the_mean_fill_is_over_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(monotonic=lambda: now)
    monkeypatch.setattr("app.work.channel.time", clock)
    now = 100.0
    channel: Channel[int] = Channel(CancelToken(), items=4)
    channel.put(1)
    channel.put(2)
    now = 101.0
    assert channel.mean_fill == 2
    channel.take(2)
    now = 104.0
    assert channel.mean_fill == 0.5
