"""Watched photo folders in the real window: what changes in them is met by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.library.library import Library
from app.library.records import PhotoFilter
from app.vision.pretend import PretendEngine
from app.vision.threads import Vision
from app.work import watch
from app.work.jobs.scan_folder import NAMES_FROM_FILES, NO_NAMES, ScanFolders
from app.work.runner import Runner
from tests.pictures import draw_people, encode
from tests.ui.program import Program


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "QUIET_SECONDS", 0.3)
    monkeypatch.setattr(watch, "SECONDS_BETWEEN_LOOKS", 0.1)


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Two photos, one of them in a folder of its own, and one that is broken."""
    folder = tmp_path / "album"
    (folder / "beach").mkdir(parents=True)
    (folder / "a.jpg").write_bytes(encode(draw_people(1, seed=1).pixels))
    (folder / "beach" / "b.jpg").write_bytes(encode(draw_people(1, seed=2).pixels))
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no more")
    return folder


@pytest.fixture
def scanned_album(album: Path, tmp_path: Path) -> Path:
    library, vision, runner = (
        Library.open(tmp_path / "library"),
        Vision(PretendEngine()),
        Runner(lambda event: None),
    )
    runner.start(ScanFolders(library, vision, [album])).future.result(60)
    runner.close()
    vision.close()
    library.close()
    return tmp_path / "library"


@pytest.fixture
def program(start: Callable[..., Program], scanned_album: Path) -> Program:
    """With the folders watched as after a start; the first scan has ended."""
    program = start(scanned_album)
    ended: list[object] = []
    program.window.session.jobs.finished.connect(lambda event, job: ended.append(job))
    program.window.watching.begin()
    program.wait(lambda: bool(ended))
    return program


@pytest.fixture
def other(album: Path) -> Iterator[Other]:
    other = Other(album)
    yield other
    other.close()


class Other:
    """Another program that watches the same folder: what it was told of, this one would have been told of as well."""

    def __init__(self, album: Path) -> None:
        self.told: list[list[Path]] = []
        self.album = album
        self._watch = watch.FolderWatch(self.told.append, lambda _: None)
        self._watch.watch([album])
        self.close = self._watch.close

    def is_watching(self) -> bool:
        return self.album in self._watch._watched

    def wait(self, program: Program) -> None:
        """Until it was told of what happened, and of something that happened in another folder after that."""
        program.wait(lambda: bool(self.told))
        self.told.clear()
        (self.album / "beach" / "notes.jpg").write_bytes(b"no picture")
        program.wait(lambda: bool(self.told))
        program.hear()
        program.idle()


def names(program: Program) -> list[str]:
    library = program.library
    return sorted(photo.path.name for photo in library.photos(library.photo_ids().tolist()))


def test_photos_that_come_change_and_go_are_met_by_themselves(program: Program, album: Path) -> None:
    new = album / "beach" / "new.jpg"
    new.write_bytes(encode(draw_people(2, 3, seed=5).pixels))
    program.wait(lambda: names(program) == ["a.jpg", "b.jpg", "broken.jpg", "new.jpg"])
    photo = program.library.find_photo(new)
    program.wait(lambda: program.library.photo(photo.id).faces == 2)
    new.write_bytes(encode(draw_people(4, seed=6).pixels))
    program.wait(lambda: program.library.photo(photo.id).faces == 1)
    new.rename(album / "moved.jpg")
    program.wait(lambda: program.library.photo(photo.id).path == album / "moved.jpg")
    (album / "moved.jpg").unlink()
    program.wait(lambda: program.library.photo(photo.id).missing)
    program.idle()
    assert names(program) == ["a.jpg", "b.jpg", "broken.jpg"]


def test_what_changed_before_the_start_is_met_at_the_start(
    start: Callable[..., Program], scanned_album: Path, album: Path
) -> None:
    (album / "a.jpg").unlink()
    program = start(scanned_album)
    program.window.watching.begin()
    program.wait(lambda: names(program) == ["b.jpg", "broken.jpg"])
    program.idle()


def test_a_start_without_news_says_nothing(program: Program) -> None:
    program.idle()
    assert not program.window.messages.isVisible()
    assert not program.window.job_bar.isVisible(), "what could not be read long ago is no news"
    assert len(program.library.problems()) == 1


def test_nothing_is_written_into_photo_folders_and_a_scan_does_not_wake_itself(program: Program, album: Path) -> None:
    before = sorted(album.rglob("*"))
    scans: list[ScanFolders] = []
    program.window.session.jobs.finished.connect(lambda event, job: scans.append(job))
    program.window.scan_again()
    program.wait(lambda: bool(scans))
    assert sorted(album.rglob("*")) == before
    # What happened in the album would be told of together with this, or before it.
    (album / "beach" / "new.jpg").write_bytes(encode(draw_people(2, seed=5).pixels))
    program.wait(lambda: len(scans) > 1)
    assert [scan.folders for scan in scans[1:]] == [[album / "beach"]]


def test_a_sidecar_wakes_no_scan_where_names_are_not_read(program: Program, album: Path) -> None:
    scans: list[ScanFolders] = []
    program.window.session.jobs.finished.connect(lambda event, job: scans.append(job))
    program.library.set_setting(NAMES_FROM_FILES, NO_NAMES).result()
    (album / "b.xmp").write_bytes(b"<x/>")
    (album / "beach" / "new.jpg").write_bytes(encode(draw_people(2, seed=5).pixels))
    program.wait(lambda: bool(scans))
    assert [scan.folders for scan in scans] == [[album / "beach"]]
    program.library.set_setting(NAMES_FROM_FILES, "").result()
    (album / "b.xmp").write_bytes(b"<y/>")
    program.wait(lambda: len(scans) > 1)
    assert scans[1].folders == [album]


def test_switched_off_nothing_is_looked_for_and_switched_on_what_was_missed_is_met(
    program: Program, album: Path, other: Other
) -> None:
    program.window.watching.set_on(False)
    program.wait(other.is_watching)
    (album / "beach" / "b.jpg").unlink()
    other.wait(program)
    assert names(program) == ["a.jpg", "b.jpg", "broken.jpg"]
    program.window.watching.set_on(True)
    program.wait(lambda: names(program) == ["a.jpg", "broken.jpg", "notes.jpg"])
    program.idle()


def test_a_folder_that_was_taken_out_is_not_scanned_and_does_not_come_back(
    program: Program, album: Path, other: Other
) -> None:
    program.library.forget(album).result()
    program.wait(other.is_watching)
    (album / "beach" / "new.jpg").write_bytes(encode(draw_people(2, seed=5).pixels))
    other.wait(program)
    assert program.library.roots() == []


def test_a_scan_that_began_before_its_folder_was_taken_out_does_not_add_it_again(program: Program, album: Path) -> None:
    jobs, library = program.window.session.jobs, program.library
    library.forget(album).result()
    running = jobs.start(lambda: jobs.make.scan_by_itself([album / "beach"]))
    assert running is not None
    running.future.result(30)
    assert library.roots() == []


def test_folders_that_cannot_be_watched_are_named_in_the_settings(
    start: Callable[..., Program], scanned_album: Path, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_most_folders", lambda: 1)
    program = start(scanned_album)
    window = program.window
    window.actions_.settings.trigger()
    window.watching.begin()
    program.wait(lambda: str(album) in window.settings.watch_note.text())
    assert "next start" in window.settings.watch_note.text()
    program.idle()


def test_a_folder_that_is_added_is_watched_from_then_on(program: Program, tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    (more / "another.jpg").write_bytes(encode(draw_people(1, seed=9).pixels))
    program.window.scan([more])
    program.wait(lambda: "another.jpg" in names(program))
    program.idle()
    program.wait(lambda: more in program.window.watching._watch._places)  # type: ignore[union-attr]
    (more / "later.jpg").write_bytes(encode(draw_people(3, seed=9).pixels))
    program.wait(lambda: "later.jpg" in names(program))
    program.idle()
    assert len(program.library.photo_ids(PhotoFilter(unreadable=True))) == 1


def test_a_drive_that_comes_back_under_another_name_is_known_by_its_photos(
    program: Program, album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    renamed = album.with_name("album 1")
    monkeypatch.setattr("os.path.ismount", lambda path: Path(path) == renamed)
    before = program.library.find_photo(album / "a.jpg").id
    album.rename(renamed)
    program.wait(lambda: [root.path for root in program.library.roots()] == [renamed])
    assert program.library.photo(before).path == renamed / "a.jpg"
    (renamed / "beach" / "b.jpg").rename(renamed / "c.jpg")
    program.wait(lambda: names(program) == ["a.jpg", "broken.jpg", "c.jpg"])
    program.idle()
