"""Photo folders whose drive comes back under another path."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from app.errors import AppError
from app.library.library import Library
from app.work import drives, returned
from tests.work.conftest import Bench, put_photo
from tests.work.test_scan_folder import named_photo, names_in


@pytest.fixture
def drive(bench: Bench, tmp_path: Path) -> Path:
    """A folder on a drive, with one name in it."""
    folder = tmp_path / "media" / "DISK" / "photos"
    for number in range(20):
        put_photo(folder / "some" / f"{number}.jpg", 2, seed=number)
    put_photo(folder / os.fsdecode(b"\xff\xfe.jpg"), 3, seed=50)
    named_photo(bench, folder / "1.jpg", 1, "Ana")
    return folder


def count_files_read(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    read: list[bytes] = []
    read_file = returned.read_file
    monkeypatch.setattr("app.work.jobs.scan_folder.read_file", lambda path: read.append(path) or read_file(path))
    return read


def roots(library: Library) -> list[Path]:
    return [root.path for root in library.roots()]


def test_a_folder_that_is_added_is_the_one_that_was_away_and_nothing_is_read_again(
    bench: Bench, drive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere" / "drive"
    elsewhere.parent.mkdir()
    drive.rename(elsewhere)
    read = count_files_read(monkeypatch)
    summary = bench.scan(elsewhere)
    assert (summary.photos, summary.skipped, read) == (22, 22, [])
    assert roots(bench.library) == [elsewhere]
    assert names_in(bench, elsewhere)["1.jpg"] == {1: "Ana"}


def test_a_whole_drive_that_is_added_brings_the_folder_on_it(bench: Bench, drive: Path, tmp_path: Path) -> None:
    (tmp_path / "media" / "DISK").rename(tmp_path / "whole")
    bench.engine.pictures_read = 0
    bench.scan(tmp_path / "whole")
    assert bench.engine.pictures_read == 0
    assert roots(bench.library) == [tmp_path / "whole"]
    assert names_in(bench, tmp_path / "whole")["photos/1.jpg"] == {1: "Ana"}


@pytest.fixture
def mounts(monkeypatch: pytest.MonkeyPatch) -> set[Path]:
    """What is a drive of its own."""
    found: set[Path] = set()
    monkeypatch.setattr("os.path.ismount", lambda path: Path(path) in found)
    return found


@pytest.mark.parametrize("leaves_a_folder", [False, True])
def test_a_drive_that_has_another_name_is_found_beside_where_it_was(
    bench: Bench,
    drive: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mounts: set[Path],
    leaves_a_folder: bool,
) -> None:
    renamed, again = tmp_path / "media" / "DISK1", tmp_path / "media" / "DISK 2"
    mounts |= {renamed, again, tmp_path / "media" / "ANOTHER"}
    (tmp_path / "media" / "DISK").rename(renamed)
    if leaves_a_folder:
        (tmp_path / "media" / "DISK").mkdir()
    (tmp_path / "media" / "ANOTHER" / "photos").mkdir(parents=True)
    read = count_files_read(monkeypatch)
    assert bench.scan(drive, by_itself=True).skipped == 22
    assert (roots(bench.library), read) == ([renamed / "photos"], [])
    renamed.rename(again)
    bench.scan(renamed / "photos")
    assert roots(bench.library) == [again / "photos"]


def test_a_backup_on_another_volume_does_not_take_the_place_of_a_drive_that_is_away(
    bench: Bench, drive: Path, tmp_path: Path, mounts: set[Path], volumes: dict[Path, str]
) -> None:
    disk, backup, unplugged = tmp_path / "media" / "DISK", tmp_path / "media" / "BACKUP", tmp_path / "unplugged"
    volumes |= {disk: "one", backup: "two"}
    mounts.add(backup)
    bench.scan(drive)
    shutil.copytree(disk, backup)
    disk.rename(unplugged)
    with pytest.raises(AppError, match="does not exist"):
        bench.scan(drive)
    bench.scan(backup / "photos")
    assert roots(bench.library) == [backup / "photos", drive]
    unplugged.rename(disk)
    bench.scan(drive)
    assert bench.library.find_photo(drive / "1.jpg").copies == (backup / "photos" / "1.jpg",)
    disk.rename(tmp_path / "media" / "DISK1")
    volumes[tmp_path / "media" / "DISK1"] = "one"
    mounts.add(tmp_path / "media" / "DISK1")
    bench.scan(drive)
    assert roots(bench.library) == [backup / "photos", tmp_path / "media" / "DISK1" / "photos"]


def test_the_volume_of_a_folder_is_told_where_the_system_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, named = tmp_path / "photos", tmp_path / "named"
    folder.mkdir()
    monkeypatch.setattr(drives, "VOLUMES", named)
    assert drives.volume(folder) is None
    named.mkdir()
    try:
        os.mknod(named / "another", stat.S_IFBLK, os.makedev(250, 99))
        os.mknod(named / "1B2C", stat.S_IFBLK, folder.stat().st_dev)
    except OSError:
        pytest.skip("only root may make what names a device")
    assert drives.volume(folder) == "1B2C"
    assert drives.volume(tmp_path / "not there") is None


def test_another_folder_of_that_name_and_a_copy_beside_one_that_is_there_are_folders_of_their_own(
    bench: Bench, drive: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "media" / "BACKUP" / "photos"
    shutil.copytree(drive, backup)
    bench.scan(backup)
    assert roots(bench.library) == [backup, drive]
    shutil.rmtree(drive)
    other = tmp_path / "media" / "OTHER" / "photos"
    put_photo(other / "1.jpg", 5, seed=90)
    bench.scan(other)
    assert roots(bench.library) == [backup, drive, other]


def test_a_drive_that_takes_the_place_of_a_folder_that_was_taken_out_keeps_its_names(
    bench: Bench, drive: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    put_photo(elsewhere / "other.jpg", 5, seed=91)
    bench.scan(elsewhere)
    bench.library.forget(elsewhere).result(10)
    shutil.rmtree(elsewhere)
    drive.rename(elsewhere)
    bench.scan(elsewhere)
    assert roots(bench.library) == [elsewhere]
    assert names_in(bench, elsewhere)["1.jpg"] == {1: "Ana"}
    assert "other.jpg" not in names_in(bench, elsewhere)
