"""A full disk under the library: said in words, nothing lost, and a scan of the window waits for room."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlite_utils

from app.errors import FullDiskError
from app.events import JobProgress
from app.library.library import Library
from app.library.records import FaceId
from tests.work.conftest import Bench


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def fill_disk(library: Library, full: bool) -> None:
    """SQLite says the same when its file may not grow as when the disk has no room."""

    def limit(db: sqlite_utils.Database) -> None:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages if full else 2**30}")

    library._database.submit(limit, durable=False).result()


def test_a_patient_scan_waits_until_there_is_room_and_then_goes_on(bench: Bench, album: Path) -> None:
    fill_disk(bench.library, True)
    running = bench.start_scan(album, patient=True)
    wait_until(lambda: running.context.token.paused)
    told = [event for event in bench.events if isinstance(event, JobProgress) and event.held_by]
    assert "is full" in told[-1].held_by
    assert told[-1].paused
    running.resume()
    wait_until(lambda: running.context.token.paused)
    fill_disk(bench.library, False)
    running.resume()
    running.future.result(60)
    assert len(bench.contents()) == 8
    assert [event.held_by for event in bench.events if isinstance(event, JobProgress)][-1] == ""


def test_a_patient_scan_can_be_cancelled_while_it_waits(bench: Bench, album: Path) -> None:
    fill_disk(bench.library, True)
    running = bench.start_scan(album, patient=True)
    wait_until(lambda: running.context.token.paused)
    running.cancel()
    assert running.future.exception(60) is not None
    fill_disk(bench.library, False)
    assert bench.scan(album).photos == 8


def test_other_scans_and_edits_end_with_a_sentence_and_nothing_is_lost(bench: Bench, album: Path) -> None:
    bench.scan(album)
    before = bench.contents()
    fill_disk(bench.library, True)
    name = "Anna " * 100_000
    with pytest.raises(FullDiskError, match=r"full\. Nothing was changed\. Make room"):
        bench.library.name(name, faces=[FaceId(1)]).result()
    fill_disk(bench.library, False)
    assert bench.contents() == before
    bench.library.name("Berta", faces=[FaceId(1)]).result()
    assert bench.library.face(FaceId(1)).name == "Berta"
