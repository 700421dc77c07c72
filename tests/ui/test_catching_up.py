"""What an edit tells about other faces is found out after a pause, in the background, and never holds up the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

import pytest
from pytestqt.qtbot import QtBot

from app.library.records import Done, FaceFilter, Strictness
from app.ui.background import Background
from app.ui.bridge import EventBridge
from app.ui.edits import Edits
from tests.ui.program import WAIT_MS, Program


@pytest.fixture
def short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.ui.edits.PAUSE_MS", 100)


def test_what_was_named_during_a_grouping_is_caught_up_with_after_it(short_pause: None, program: Program) -> None:
    library = program.library
    faces = [face.id for face in library.faces(FaceFilter(cluster=library.clusters()[0].id))]
    planning, go_on = threading.Event(), threading.Event()

    def cancelled() -> bool:
        planning.set()
        go_on.wait()
        return False

    grouping = threading.Thread(target=lambda: library.plan_groups(Strictness.NORMAL, cancelled=cancelled))
    grouping.start()
    planning.wait()
    program.window.session.edits.run(lambda: library.name("Anna", faces=faces[:1]))
    # Longer than the pause after an edit.
    program.bot.wait(400)
    assert all(library.face(face).automatic is None for face in faces)
    go_on.set()
    grouping.join()
    program.wait(lambda: all(library.face(face).automatic_name == "Anna" for face in faces[1:]))


def test_the_end_of_the_program_does_not_wait_for_catching_up(short_pause: None, qtbot: QtBot) -> None:
    bridge = EventBridge()
    background = Background(bridge)
    begun, ended = threading.Event(), threading.Event()

    def catch_up(cancelled: Callable[[], bool]) -> bool:
        begun.set()
        while not cancelled():
            time.sleep(0.01)
        ended.set()
        return False

    edits = Edits(background, catch_up)
    done: Future[Done] = Future()
    done.set_result(Done("Name Anna"))
    edits.run(lambda: done)
    qtbot.waitUntil(begun.is_set, timeout=WAIT_MS)
    edits.close()
    background.close()
    assert ended.is_set()
    bridge.close()
