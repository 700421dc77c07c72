"""Events cross to the main thread in order, the newest progress only, and never after the end."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.errors import AppError, Cancelled
from app.events import JobFinished, JobId, JobProgress, JobStarted, LibraryChanged
from app.ui.background import Background
from app.ui.bridge import EventBridge


def progress(job: int, done: int) -> JobProgress:
    return JobProgress(JobId(job), "Scanning", done, 1000, 1.0, None, 0)


@pytest.fixture
def bridge(qapp: QApplication) -> Iterator[EventBridge]:
    bridge = EventBridge()
    yield bridge
    bridge.close()


def test_only_the_newest_progress_of_each_job_arrives(qtbot: QtBot, bridge: EventBridge) -> None:
    seen: list[JobProgress] = []
    bridge.job_progressed.connect(seen.append)

    def work() -> None:
        for done in range(1000):
            bridge.publish(progress(1, done))
            bridge.publish(progress(2, done))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(seen) >= 2)
    assert [(event.job, event.done) for event in seen] == [(1, 999), (2, 999)]


def test_everything_arrives_on_the_main_thread_in_its_order(qtbot: QtBot, bridge: EventBridge) -> None:
    seen: list[str] = []
    threads: set[QThread] = set()

    def started(event: JobStarted) -> None:
        seen.append(event.title)
        threads.add(QThread.currentThread())

    bridge.job_started.connect(started)

    def work() -> None:
        for number in range(200):
            bridge.publish(JobStarted(JobId(number), str(number)))
            bridge.call(partial(seen.append, f"call {number}"))

    thread = threading.Thread(target=work)
    thread.start()
    qtbot.waitUntil(lambda: len(seen) == 400)
    thread.join()
    assert seen == [text for number in range(200) for text in (str(number), f"call {number}")]
    assert threads == {bridge.thread()}


def test_changes_that_wait_together_arrive_as_one(qtbot: QtBot, bridge: EventBridge) -> None:
    seen: list[LibraryChanged] = []
    bridge.library_changed.connect(seen.append)
    bridge.publish(LibraryChanged(photos=frozenset({1}), undo_label="Name Anna"))
    bridge.publish(LibraryChanged(faces=frozenset({2}), undo_label="Name Bert", redo_label="Hide Cara"))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [
        LibraryChanged(frozenset({1}), frozenset({2}), undo_label="Name Bert", redo_label="Hide Cara"),
    ]


def test_after_closing_nothing_arrives_and_publishing_stays_harmless(qtbot: QtBot, bridge: EventBridge) -> None:
    seen: list[object] = []
    bridge.job_started.connect(seen.append)
    bridge.publish(JobStarted(JobId(1), "early"))
    bridge.close()
    bridge.publish(JobStarted(JobId(2), "late"))
    qtbot.wait(30)
    assert seen == []


def test_one_bug_does_not_swallow_what_waits_behind_it(
    qtbot: QtBot, bridge: EventBridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught: list[BaseException] = []
    seen: list[int] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: caught.append(error))
    bridge.call(lambda: seen.append(1 // 0))
    bridge.call(lambda: seen.append(1))
    qtbot.waitUntil(lambda: seen == [1])
    assert isinstance(caught[0], ZeroDivisionError)


def test_an_interrupt_does_not_swallow_what_waits_behind_it(bridge: EventBridge) -> None:
    seen: list[object] = []
    bridge.job_finished.connect(seen.append)

    def interrupt() -> None:
        raise KeyboardInterrupt

    finished = JobFinished(JobId(1), "Scanning", result=1)
    bridge.call(interrupt)
    bridge.publish(finished)
    with pytest.raises(KeyboardInterrupt):
        bridge._deliver()
    QApplication.processEvents()
    assert seen == [finished]


def test_what_waits_for_something_behind_it_gets_it(qtbot: QtBot, bridge: EventBridge) -> None:
    seen: list[str] = []

    def wait() -> None:
        qtbot.waitUntil(lambda: "behind" in seen)
        seen.append("waited")

    bridge.call(wait)
    bridge.call(lambda: seen.append("behind"))
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen == ["behind", "waited"]


def test_a_thread_that_never_stops_telling_leaves_room_for_the_user(qtbot: QtBot, bridge: EventBridge) -> None:
    told: list[int] = []
    pressed: list[int] = []

    def tell() -> None:
        told.append(1)
        if not pressed and len(told) < 10_000:
            bridge.call(tell)

    bridge.call(tell)
    QTimer.singleShot(0, lambda: pressed.append(len(told)))
    qtbot.waitUntil(lambda: bool(pressed))
    assert pressed[0] < 10_000


def test_a_result_is_handed_over_and_errors_go_where_they_belong(qtbot: QtBot, bridge: EventBridge) -> None:
    background = Background(bridge)
    results: list[int] = []
    told: list[AppError] = []
    broken: list[BaseException] = []
    handled: list[AppError] = []
    background.failed.connect(told.append)
    background.broke.connect(broken.append)

    def fail(error: BaseException) -> int:
        raise error

    background.run(lambda: 7, results.append)
    background.run(lambda: fail(AppError("The drive is full.")), results.append)
    background.run(lambda: fail(AppError("Not there.")), results.append, handled.append)
    background.run(lambda: fail(RuntimeError("bug")), results.append)
    background.run(lambda: fail(Cancelled()), results.append)
    qtbot.waitUntil(lambda: len(results) + len(told) + len(broken) + len(handled) == 4)
    background.close()
    assert results == [7]
    assert [str(error) for error in told + handled] == ["The drive is full.", "Not there."]
    assert isinstance(broken[0], RuntimeError)
