"""A full disk under the library: said in words, nothing lost, and a scan of the window waits for room."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from app.errors import FullDiskError
from app.events import JobProgress
from app.library.library import Library
from app.library.records import FaceFilter, FaceId, RootId
from app.work import drives, folders
from app.work.jobs import scan_folder
from app.work.jobs.scan_folder import ScanSummary
from tests.work.conftest import Bench, put_photo
from tests.xmp import digikam


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


@pytest.mark.parametrize(
    "verb",
    [
        "add_root",
        "use_engine",
        "set_unfinished",
        "claim_file",
        "touch_photo",
        "names_read",
        "write_scanned",
        "set_setting",
        "set_volume",
        "set_drives_in",
        "mark_missing",
        "take_names_from_files",
        "group",
    ],
)
def test_a_patient_scan_waits_whatever_it_writes(
    bench: Bench, album: Path, monkeypatch: pytest.MonkeyPatch, volumes: dict[Path, str], verb: str
) -> None:
    """Refused by hand, since some of it fits into the pages that the file has."""
    bench.scan(album)
    for number in range(8):
        put_photo(album / "new" / f"{number}.jpg", 6, seed=60 + number)
    (face,) = bench.library.faces(FaceFilter(photo=bench.library.find_photo(album / "08.jpg").id))
    (album / "08.xmp").write_text(digikam({"Dora": face.box}, (480, 360)))
    (album / "07.jpg").rename(album / "moved.jpg")
    (album / "party" / "06.jpg").unlink()
    os.utime(album / "beach" / "01.jpg", (1, 1))
    volumes[album] = "one"
    for module in (drives, folders):
        monkeypatch.setattr(module, "holds_drive", lambda path: True)
    monkeypatch.setattr(scan_folder, "ENOUGH_TO_TELL_PACE", 0)
    real, refused = getattr(bench.library, verb), list[str]()

    def refuse(*arguments: Any, **options: Any) -> Any:
        if not refused:
            refused.append(verb)
            raise FullDiskError("The disk is full.")
        return real(*arguments, **options)

    monkeypatch.setattr(bench.library, verb, refuse)
    running = bench.start_scan(album, patient=True)
    wait_until(lambda: running.context.token.paused or running.future.done())
    assert running.context.token.paused
    running.resume()
    summary = running.future.result(60)
    assert isinstance(summary, ScanSummary)
    assert (summary.photos, summary.failed, refused) == (15, 0, [verb])


@pytest.mark.parametrize("refused", [1, 2])
def test_a_patient_scan_knows_after_its_wait_which_folders_it_found_on_a_drive_of_another_name(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: int
) -> None:
    before, after = tmp_path / "DISK", tmp_path / "DISK1"
    for number in (1, 2):
        put_photo(before / str(number) / "a.jpg", number)
    bench.scan(before / "1", before / "2")
    before.rename(after)
    monkeypatch.setattr("os.path.ismount", lambda path: Path(path) == after)
    real, asked = bench.library.move_root, list[Path]()

    def refuse(root: RootId, folder: Path) -> None:
        asked.append(folder)
        if len(asked) == refused:
            raise FullDiskError("The disk is full.")
        real(root, folder)

    monkeypatch.setattr(bench.library, "move_root", refuse)
    running = bench.start_scan(before / "1", before / "2", patient=True)
    wait_until(lambda: running.context.token.paused or running.future.done())
    running.resume()
    assert running.future.result(60).skipped == 2
    assert len(asked) == 3
    assert bench.problems() == {}
    assert bench.contents().keys() == {str(after / "1" / "a.jpg"), str(after / "2" / "a.jpg")}


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
