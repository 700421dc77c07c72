"""Watching photo folders, with real files: what is told, when, and what is not."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.work import watch
from app.work.watch import FolderWatch

SECONDS = 10


class Heard:
    """What a FolderWatch told, in order."""

    def __init__(self) -> None:
        self.changed: queue.Queue[list[Path]] = queue.Queue()
        self.unwatched: queue.Queue[list[Path]] = queue.Queue()

    def next(self) -> list[Path]:
        return self.changed.get(timeout=SECONDS)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "QUIET_SECONDS", 0.3)
    monkeypatch.setattr(watch, "SECONDS_BETWEEN_LOOKS", 0.1)


@pytest.fixture
def album(tmp_path: Path) -> Path:
    for name in ("beach", "home/kitchen"):
        (tmp_path / "album" / name).mkdir(parents=True)
    (tmp_path / "album" / "beach" / "old.jpg").write_bytes(b"an old one")
    return tmp_path / "album"


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def watching(heard: Heard) -> Iterator[Callable[..., FolderWatch]]:
    """Watches folders; returns when that has begun."""
    open_ones: list[FolderWatch] = []

    def begin(*roots: Path, most_folders: int | None = None, names: bool = True) -> FolderWatch:
        found = FolderWatch(heard.changed.put, heard.unwatched.put, most_folders, names=lambda: names)
        open_ones.append(found)
        found.watch(roots, scan=True)
        assert heard.next() == sorted(roots), "all are scanned once, after they are watched"
        return found

    yield begin
    for one in open_ones:
        one.close()


def test_a_new_photo_is_told_by_its_folder_once_it_is_quiet(
    watching: Callable[..., FolderWatch], heard: Heard, album: Path
) -> None:
    watching(album)
    for number in range(5):
        (album / "beach" / f"{number}.jpg").write_bytes(b"new")
        time.sleep(0.1)
        assert heard.changed.empty(), "while photos are copied nothing is told"
    assert heard.next() == [album / "beach"]


@pytest.mark.parametrize("how", ["written over", "replaced", "deleted", "renamed"])
def test_whatever_becomes_of_a_photo_is_told(
    watching: Callable[..., FolderWatch], heard: Heard, album: Path, how: str
) -> None:
    old = album / "beach" / "old.jpg"
    watching(album)
    match how:
        case "written over":
            with old.open("r+b") as file:
                file.write(b"another")
        case "replaced":
            (album / ".old.tmp").write_bytes(b"another")
            (album / ".old.tmp").replace(old)
        case "deleted":
            old.unlink()
        case "renamed":
            old.rename(old.with_name("older.jpg"))
    assert heard.next() == [album / "beach"]


def test_a_photo_that_is_moved_concerns_both_folders(
    watching: Callable[..., FolderWatch], heard: Heard, album: Path
) -> None:
    watching(album)
    (album / "beach" / "old.jpg").rename(album / "home" / "kitchen" / "old.jpg")
    assert heard.next() == [album / "beach", album / "home" / "kitchen"]


def test_photos_in_a_folder_that_comes_whole_or_grows_later_are_told(
    watching: Callable[..., FolderWatch], heard: Heard, album: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    (tmp_path / "elsewhere" / "deep" / "a.jpg").write_bytes(b"a")
    watching(album)
    (tmp_path / "elsewhere").rename(album / "came")
    assert heard.next() == [album], "the folder that holds it"
    (album / "came" / "deep" / "b.jpg").write_bytes(b"b")
    assert heard.next() == [album / "came" / "deep"]


def test_a_folder_that_goes_is_told_by_the_one_that_held_it(
    watching: Callable[..., FolderWatch], heard: Heard, album: Path, tmp_path: Path
) -> None:
    watching(album)
    (album / "beach").rename(tmp_path / "away")
    assert heard.next() == [album]


def test_what_is_no_photo_and_what_only_reads_is_not_told(
    watching: Callable[..., FolderWatch], heard: Heard, album: Path
) -> None:
    watching(album)
    (album / "beach" / "old.jpg").read_bytes()
    list(os.scandir(album / "beach"))
    (album / "notes.txt").write_text("no photo")
    (album / ".hidden").mkdir()
    (album / ".hidden" / "a.jpg").write_bytes(b"a")
    (album / "beach" / "._old.jpg").write_bytes(b"a shadow")
    with pytest.raises(queue.Empty):
        heard.changed.get(timeout=1.5)


def test_after_a_burst_the_whole_folder_is_scanned(
    watching: Callable[..., FolderWatch], heard: Heard, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "BURST_EVENTS", 20)
    watching(album)
    for number in range(30):
        (album / "beach" / f"{number}.jpg").write_bytes(b"new")
    assert heard.next() == [album]


def test_long_copying_is_told_before_it_ends(
    watching: Callable[..., FolderWatch], heard: Heard, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LONGEST_SECONDS", 0.5)
    monkeypatch.setattr(watch, "QUIET_SECONDS", 60.0)
    watching(album)
    (album / "beach" / "new.jpg").write_bytes(b"new")
    assert heard.next() == [album / "beach"]


def test_a_drive_that_comes_back_is_scanned_and_watched_again(
    watching: Callable[..., FolderWatch], heard: Heard, album: Path, tmp_path: Path
) -> None:
    watching(album)
    album.rename(tmp_path / "unplugged")
    time.sleep(0.5)
    (tmp_path / "unplugged" / "home" / "new.jpg").write_bytes(b"new")
    with pytest.raises(queue.Empty):
        heard.changed.get(timeout=0.7)
    (tmp_path / "unplugged").rename(album)
    assert heard.next() == [album]
    (album / "home" / "newer.jpg").write_bytes(b"new")
    assert heard.next() == [album / "home"]


def test_a_folder_with_more_folders_than_may_be_watched_is_scanned_and_named(
    watching: Callable[..., FolderWatch], heard: Heard, album: Path, tmp_path: Path
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    watching(small, album, most_folders=3)
    assert heard.unwatched.get(timeout=SECONDS) == [album]
    (small / "new.jpg").write_bytes(b"new")
    assert heard.next() == [small]


def test_a_folder_known_by_a_link_is_told_as_it_is_known(
    watching: Callable[..., FolderWatch], heard: Heard, album: Path, tmp_path: Path
) -> None:
    known = tmp_path / "known"
    known.symlink_to(album)
    watching(known)
    (known / "new.jpg").write_bytes(b"new")
    assert heard.next() == [known]
    (album / "beach" / "new.jpg").write_bytes(b"new")
    assert heard.next() == [known / "beach"]


def test_what_is_not_watched_any_more_is_not_told(
    watching: Callable[..., FolderWatch], heard: Heard, album: Path
) -> None:
    found = watching(album)
    found.watch(())
    time.sleep(0.5)
    (album / "beach" / "new.jpg").write_bytes(b"new")
    with pytest.raises(queue.Empty):
        heard.changed.get(timeout=1.0)


def test_no_thread_is_left_behind(watching: Callable[..., FolderWatch], album: Path) -> None:
    before = set(threading.enumerate())
    found = watching(album)
    found.close()
    assert set(threading.enumerate()) <= before


def test_a_drive_that_comes_back_under_another_name_is_told_once_by_the_name_it_had(
    watching: Callable[..., FolderWatch], heard: Heard, album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive, renamed = tmp_path / "media" / "DISK", tmp_path / "media" / "DISK1"
    monkeypatch.setattr("os.path.ismount", lambda path: Path(path) == renamed)
    (drive / "photos").mkdir(parents=True)
    (tmp_path / "media" / "no drive" / "photos").mkdir(parents=True)
    watching(album, drive / "photos")
    drive.rename(tmp_path / "unplugged")
    with pytest.raises(queue.Empty):
        heard.changed.get(timeout=0.7)
    (tmp_path / "unplugged").rename(renamed)
    assert heard.next() == [drive / "photos"]
    with pytest.raises(queue.Empty):
        heard.changed.get(timeout=0.7)


@pytest.mark.parametrize("name", ["old.xmp", "old.jpg.xmp", ".picasa.ini"])
def test_what_names_people_beside_a_photo_is_told(
    watching: Callable[..., FolderWatch], heard: Heard, album: Path, name: str
) -> None:
    watching(album)
    (album / "beach" / name).write_bytes(b"<x/>")
    assert heard.next() == [album / "beach"]
    (album / name).write_bytes(b"<x/>")
    assert heard.next() == [album]


@pytest.mark.parametrize("name", ["old.xmp", ".picasa.ini"])
def test_what_names_people_beside_a_photo_is_not_told_where_names_are_not_read(
    watching: Callable[..., FolderWatch], heard: Heard, album: Path, name: str
) -> None:
    watching(album, names=False)
    (album / "home" / name).write_bytes(b"<x/>")
    (album / "beach" / "new.jpg").write_bytes(b"new")
    assert heard.next() == [album / "beach"]


def test_what_lies_in_hidden_folders_is_not_told(
    watching: Callable[..., FolderWatch], heard: Heard, album: Path
) -> None:
    (album / ".thumbnails").mkdir()
    watching(album)
    (album / ".thumbnails" / "old.xmp").write_bytes(b"<x/>")
    (album / "beach" / "new.jpg").write_bytes(b"new")
    assert heard.next() == [album / "beach"]


@pytest.fixture
def linked(album: Path, tmp_path: Path) -> Path:
    """The same folder by another path, and one inside it by a third."""
    (tmp_path / "linked").symlink_to(album)
    (tmp_path / "inside").symlink_to(album / "beach")
    return tmp_path / "linked"


def test_folders_that_are_one_place_are_all_told(
    watching: Callable[..., FolderWatch], heard: Heard, album: Path, linked: Path
) -> None:
    inside = linked.with_name("inside")
    watching(album, linked, inside)
    (album / "home" / "new.jpg").write_bytes(b"new")
    assert heard.next() == [album / "home", linked / "home"]
    (inside / "new.jpg").write_bytes(b"new")
    assert heard.next() == [album / "beach", inside, linked / "beach"]


@pytest.mark.parametrize("by_the_link", [False, True])
def test_the_others_stay_watched_where_folders_that_are_one_place_are_taken_out(
    watching: Callable[..., FolderWatch], heard: Heard, album: Path, linked: Path, tmp_path: Path, by_the_link: bool
) -> None:
    (tmp_path / "third").mkdir()
    found = watching(album, linked, tmp_path / "third", most_folders=5)
    stays = linked if by_the_link else album
    found.watch([stays, tmp_path / "third"], scan=True)
    assert heard.next() == [stays, tmp_path / "third"]
    (album / "home" / "new.jpg").write_bytes(b"new")
    assert heard.next() == [stays / "home"]
    found.watch([tmp_path / "third"], scan=True)
    assert heard.next() == [tmp_path / "third"]
    (album / "home" / "newer.jpg").write_bytes(b"new")
    (tmp_path / "third" / "new.jpg").write_bytes(b"new")
    assert heard.next() == [tmp_path / "third"]
    found.watch([album, tmp_path / "third"], scan=True)
    assert heard.next() == [album, tmp_path / "third"]
    (album / "home" / "newest.jpg").write_bytes(b"new")
    assert heard.next() == [album / "home"]
    assert heard.unwatched.empty()
