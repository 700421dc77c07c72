"""Jobs run one after another; the world learns how they start, go and end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from app.errors import AppError, Cancelled
from app.events import Event, JobFinished, JobId, JobProgress, JobStarted, Problem
from app.work.job import PROBLEMS_KEPT, JobContext
from app.work.runner import Runner


class Work:
    """A job made of a function."""

    def __init__(self, work: Callable[[JobContext], object], title: str = "Working") -> None:
        self.work = work
        self.title = title

    def run(self, context: JobContext) -> object:
        return self.work(context)


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def runner(events: list[Event]) -> Iterator[Runner]:
    runner = Runner(events.append)
    yield runner
    runner.close()


def progress_in(events: list[Event]) -> list[JobProgress]:
    return [event for event in events if isinstance(event, JobProgress)]


def test_a_job_starts_and_finishes_with_its_result(runner: Runner, events: list[Event]) -> None:
    running = runner.start(Work(lambda _: 42, title="Counting"))
    assert running.future.result(5) == 42
    assert events == [JobStarted(running.id, "Counting"), JobFinished(running.id, "Counting", result=42)]


def test_the_exception_itself_travels(runner: Runner, events: list[Event]) -> None:
    error = AppError("The folder is gone. Choose another.")

    def fail(_: JobContext) -> None:
        raise error

    running = runner.start(Work(fail))
    assert running.future.exception(5) is error
    assert isinstance(events[-1], JobFinished)
    assert events[-1].error is error


@pytest.mark.parametrize("deaf_to", [JobStarted, JobFinished])
def test_a_listener_that_fails_keeps_nobody_waiting_for_the_job(
    deaf_to: type[Event], caplog: pytest.LogCaptureFixture
) -> None:
    def listen(event: Event) -> None:
        if isinstance(event, deaf_to):
            raise OSError("the terminal is gone")

    runner = Runner(listen)
    running = runner.start(Work(lambda _: 42, title="Counting"))
    if deaf_to is JobStarted:
        with pytest.raises(OSError, match="the terminal is gone"):
            running.future.result(5)
    else:
        assert running.future.result(5) == 42
        assert "Counting" in caplog.text
        assert "the terminal is gone" in caplog.text
    runner.close()


def test_jobs_run_one_after_another(runner: Runner) -> None:
    order: list[str] = []

    def slow(_: JobContext) -> None:
        order.append("first starts")
        time.sleep(0.05)
        order.append("first ends")

    runner.start(Work(slow))
    runner.start(Work(lambda _: order.append("second"))).future.result(5)
    assert order == ["first starts", "first ends", "second"]


def test_a_job_that_waits_for_its_turn_can_be_cancelled(runner: Runner) -> None:
    let_go = threading.Event()
    first = runner.start(Work(lambda _: let_go.wait(5)))
    second = runner.start(Work(lambda _: pytest.fail("it was cancelled before its turn")))
    second.cancel()
    let_go.set()
    assert isinstance(second.future.exception(5), Cancelled)
    assert first.future.result(5) is True


def test_closing_cancels_what_runs_and_what_waits(events: list[Event]) -> None:
    runner = Runner(events.append)
    first = runner.start(Work(lambda context: context.token.wait_for(lambda: False)))
    second = runner.start(Work(lambda context: context.token.wait_for(lambda: False)))
    runner.close()
    assert isinstance(first.future.exception(0), Cancelled)
    assert isinstance(second.future.exception(0), Cancelled)
    assert sum(isinstance(event, JobFinished) for event in events) == 2


def test_free_memory_is_given_back_after_each_job_however_it_ended_and_before_that_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, JobFinished):
            order.append(event.title)

    def fail(_: JobContext) -> None:
        raise AppError("The folder is gone. Choose another.")

    def cancel(context: JobContext) -> None:
        context.token.cancel()
        context.token.check()

    monkeypatch.setattr("app.work.runner.give_back", lambda: order.append("given back"))
    runner = Runner(listen)
    for title, work in {"ends": str, "fails": fail, "is cancelled": cancel}.items():
        runner.start(Work(work, title)).future.exception(5)
    runner.close()
    assert order == ["given back", "ends", "given back", "fails", "given back", "is cancelled"]


def test_progress_is_told_about_ten_times_a_second_and_its_end_always(runner: Runner, events: list[Event]) -> None:
    def work(context: JobContext) -> None:
        until = time.monotonic() + 0.55
        done = 0
        while time.monotonic() < until:
            done += 1
            context.progress(done, 1_000_000)
        context.progress(1_000_000, 1_000_000)

    runner.start(Work(work)).future.result(5)
    told = progress_in(events)
    assert 4 <= len(told) <= 10
    assert told[-1].done == told[-1].total == 1_000_000


def test_the_time_left_is_unknown_at_first_and_then_what_the_rate_says(
    events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("app.work.job.time.monotonic", lambda: clock[0])
    context = JobContext(JobId(1), "Scanning", events.append)
    for second in range(31):
        # Fifty a second that need no reading, then ten a second that do.
        done = min(second, 10) * 50 + max(second - 10, 0) * 10
        context.progress(done, None if second < 3 else 1000)
        clock[0] += 1.0
    told = progress_in(events)
    assert [progress.seconds_left for progress in told[:3]] == [None, None, None]
    assert told[5].rate == pytest.approx(50)
    assert told[5].seconds_left == pytest.approx((1000 - 250) / 50)
    assert told[-1].rate == pytest.approx(10)
    assert told[-1].seconds_left == pytest.approx((1000 - 700) / 10)


def test_a_pause_is_told_at_once_and_does_not_spoil_the_rate(runner: Runner, events: list[Event]) -> None:
    started, go_on = threading.Event(), threading.Event()

    def work(context: JobContext) -> None:
        context.progress(1, 10)
        started.set()
        go_on.wait(5)
        context.token.check()
        context.progress(10, 10)

    running = runner.start(Work(work))
    started.wait(5)
    running.pause()
    assert progress_in(events)[-1].paused
    assert progress_in(events)[-1].seconds_left is None
    go_on.set()
    time.sleep(0.05)
    assert not running.future.done()
    running.resume()
    running.future.result(5)
    assert not progress_in(events)[-1].paused
    assert progress_in(events)[-1].done == 10


def test_a_subscriber_may_act_on_progress(events: list[Event]) -> None:
    runner = Runner(lambda event: events.append(event) or (running[0].pause() if is_first(event) else None))  # type: ignore[func-returns-value]
    running: list = []  # type: ignore[type-arg]
    ready = threading.Event()

    def is_first(event: Event) -> bool:
        return isinstance(event, JobProgress) and not event.paused and event.done == 1

    running.append(
        runner.start(Work(lambda context: (ready.wait(5), context.progress(1, None), context.token.check())))
    )
    ready.set()
    time.sleep(0.1)
    assert progress_in(events)[-1].paused
    running[0].cancel()
    with pytest.raises(Cancelled):
        running[0].future.result(5)
    runner.close()


def test_problems_are_counted_and_the_first_of_them_told_at_the_end(runner: Runner, events: list[Event]) -> None:
    def work(context: JobContext) -> None:
        for number in range(PROBLEMS_KEPT + 5):
            context.problem(Problem(f"{number}.jpg", "This file is empty."))
        context.progress(1, 1)

    runner.start(Work(work)).future.result(5)
    assert progress_in(events)[-1].problems == PROBLEMS_KEPT + 5
    assert isinstance(events[-1], JobFinished)
    assert len(events[-1].problems) == PROBLEMS_KEPT
    assert events[-1].problems[0] == Problem("0.jpg", "This file is empty.")


def test_problems_that_were_known_before_are_not_counted_and_keep_no_other_from_being_told(
    runner: Runner, events: list[Event]
) -> None:
    def work(context: JobContext) -> None:
        for number in range(PROBLEMS_KEPT):
            context.problem(Problem(f"{number}.jpg", "This file is empty.", known=True))
        context.problem(Problem("late.jpg", "This file is empty."))
        context.progress(1, 1)

    runner.start(Work(work)).future.result(5)
    assert progress_in(events)[-1].problems == 1
    assert isinstance(events[-1], JobFinished)
    assert [problem.known for problem in events[-1].problems] == [False, *[True] * (PROBLEMS_KEPT - 1)]


def test_a_phase_counts_from_nothing_again(events: list[Event]) -> None:
    context = JobContext(JobId(1), "Scanning", events.append)
    context.progress(5, 5)
    context.phase("Grouping faces")
    last = progress_in(events)[-1]
    assert (last.title, last.done, last.total) == ("Grouping faces", 0, None)
