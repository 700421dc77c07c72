"""The window goes first, then what fills it, then long work."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from queue import Queue

import pytest

from app.library.database import Database
from app.library.records import FaceId
from app.priority import Priority
from app.ui.background import Background
from app.ui.bridge import EventBridge
from app.ui.models.images import Images, Shape, Source
from app.vision.pretend import PretendEngine
from app.vision.threads import Vision
from app.work.job import JobContext
from app.work.runner import Runner
from app.work.stages import Stages

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the priority of a thread")


def niceness() -> int:
    """Of the calling thread, above that of the main thread."""
    main = os.getpriority(os.PRIO_PROCESS, os.getpid())
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) - main


class Ask:
    title = "Asking"

    def run(self, context: JobContext) -> list[int]:
        found = [niceness()]
        with Stages(context.token) as stages:
            stages.start("stage", lambda: found.append(niceness()))
        return found


def test_jobs_their_stages_and_the_networks_go_after_what_the_window_waits_for(qapp: object, tmp_path: Path) -> None:
    runner = Runner(lambda event: None, Priority.LATER)
    job, stage = runner.start(Ask()).future.result()  # type: ignore[misc]
    runner.close()
    background = Background(EventBridge())
    reading = background.run(niceness, lambda _: None).result()
    background.close()
    vision = Vision(PretendEngine(), Priority.LATER)
    seeing = vision._submit(niceness).result()
    vision.close()
    database = Database(tmp_path, writable=True)
    writing = database.submit(lambda _: niceness(), durable=False).result()
    database.close()
    bridge, drawing = EventBridge(), Queue[int]()
    nothing = Source(lambda face: None, lambda photo: None)
    images = Images(Source(lambda face: drawing.put(niceness()), lambda photo: None), nothing, bridge)
    images.portrait(FaceId(1), 64, Shape.CIRCLE)
    assert niceness() == 0 < reading == writing == drawing.get(timeout=10) < job == stage == seeing
    images.close()


def test_a_command_goes_like_any_other_program() -> None:
    runner = Runner(lambda event: None)
    assert runner.start(Ask()).future.result() == [0, 0]
    runner.close()


def test_where_priorities_are_refused_all_works_as_it_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", refuse)
    database = Database(tmp_path, writable=True)
    assert database.submit(lambda _: 1, durable=False).result() == 1
    database.close()
    runner = Runner(lambda event: None, Priority.LATER)
    assert runner.start(Ask()).future.result() == [0, 0]
    runner.close()
