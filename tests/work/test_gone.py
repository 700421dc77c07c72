"""Photos whose files are gone: which are offered to be taken out of the library, and what that leaves."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.errors import AppError
from app.library.records import FaceFilter, FaceId
from app.vision.pretend import identity_of
from app.work.folders import PhotoFolder
from app.work.gone import gone
from app.work.jobs import scan_folder
from tests.work.conftest import Bench, put_photo
from tests.work.test_scan_folder import named_photo, names_in

AWAY = "The drive that was here is away. Connect it and scan again. If it never comes back, take the photo folder out"


def names_of(bench: Bench) -> list[str]:
    return [photo.path.name for photo in gone(bench.library)]


@pytest.fixture
def album(bench: Bench, tmp_path: Path) -> Path:
    """Of two photos one is gone, on which one of two people has a name."""
    folder = tmp_path / "album"
    named_photo(bench, folder / "a.jpg", 1, "Ana")
    put_photo(folder / "gone.jpg", 2, 3, seed=9)
    bench.scan(folder)
    ben = face_of(bench, folder / "gone.jpg", 2)
    bench.library.name("Ben", faces=[ben]).result(10)
    shutil.copy(folder / "gone.jpg", tmp_path / "kept elsewhere.jpg")
    (folder / "gone.jpg").unlink()
    bench.scan(folder)
    return folder


def face_of(bench: Bench, file: Path, identity: int) -> FaceId:
    faces = bench.library.faces(FaceFilter(photo=bench.library.find_photo(file).id))
    (found,) = [face.id for face in faces if identity_of(np.asarray(bench.library.vector(face.id))) == identity]
    return found


def rows(bench: Bench, table: str) -> int:
    return int(bench.library._read.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_a_photo_that_is_gone_is_offered_and_leaves_with_what_nobody_said(bench: Bench, album: Path) -> None:
    assert names_of(bench) == ["gone.jpg"]
    (photo,) = gone(bench.library)
    assert bench.library.remove_gone([photo.id]).result(10) == 1
    assert names_of(bench) == []
    assert (rows(bench, "faces"), rows(bench, "decisions")) == (2, 2), "nobody said anything of the third one"
    assert [(person.name, person.photos) for person in bench.library.people()] == [("Ana", 1), ("Ben", 0)]
    assert bench.library._thumbnails.photo(photo.id) is None
    assert len(bench.library._nearest.index()) == 2
    assert bench.library.remove_gone([photo.id]).result(10) == 0


@pytest.mark.parametrize("name", ["gone.jpg", "another name.jpg"])
def test_a_photo_that_comes_back_after_it_was_taken_out_is_read_again_and_has_its_names(
    bench: Bench, album: Path, tmp_path: Path, name: str
) -> None:
    bench.library.remove_gone([photo.id for photo in gone(bench.library)]).result(10)
    (tmp_path / "kept elsewhere.jpg").rename(album / name)
    bench.scan(album, group=False)
    assert names_in(bench, album) == {"a.jpg": {1: "Ana"}, name: {2: "Ben", 3: None}}
    assert gone(bench.library) == []


def test_what_was_done_on_a_photo_that_was_taken_out_can_be_undone_and_redone(bench: Bench, album: Path) -> None:
    (photo,) = gone(bench.library)
    bench.library.allow_repeats(photo.id, True).result(10)
    bench.library.undo().result(10)
    bench.library.remove_gone([photo.id]).result(10)
    bench.library.redo().result(10)
    for _ in range(3):
        bench.library.undo().result(10)
    assert bench.library.people() == []
    for _ in range(3):
        bench.library.redo().result(10)
    assert [person.name for person in bench.library.people()] == ["Ana", "Ben"]


def test_a_photo_without_any_name_leaves_without_a_trace(bench: Bench, tmp_path: Path) -> None:
    album = tmp_path / "album"
    put_photo(album / "stays.jpg", 1)
    for name in ("1.jpg", "2.jpg"):
        put_photo(album / name, 2, seed=7)
    bench.scan(album)
    number = bench.library.find_photo(album / "1.jpg").id
    for name in ("1.jpg", "2.jpg"):
        (album / name).unlink()
    bench.scan(album)
    assert names_of(bench) == ["1.jpg"]
    bench.library.allow_repeats(number, True).result(10)
    bench.library.undo().result(10)
    bench.library.remove_gone([number]).result(10)
    assert (rows(bench, "photos"), rows(bench, "faces")) == (1, 1)
    bench.library.redo().result(10)


def test_a_photo_that_is_there_is_never_offered_nor_taken_out(bench: Bench, album: Path, tmp_path: Path) -> None:
    put_photo(album / "private" / "left out.jpg", 4, seed=20)
    bench.scan(album)
    bench.library.set_excluded(["private"]).result(10)
    bench.scan(album)
    assert names_of(bench) == ["gone.jpg"]
    there = bench.library.find_photo(album / "a.jpg").id
    assert bench.library.remove_gone([there]).result(10) == 0


@pytest.mark.parametrize("leaves_a_folder", [False, True])
def test_nothing_is_offered_of_a_folder_that_is_away(
    bench: Bench, album: Path, tmp_path: Path, leaves_a_folder: bool
) -> None:
    album.rename(tmp_path / "elsewhere")
    if leaves_a_folder:
        album.mkdir()
    assert gone(bench.library) == []


def test_a_drive_that_is_pulled_while_it_is_scanned_hides_nothing_and_offers_nothing(
    bench: Bench, tmp_path: Path
) -> None:
    album = tmp_path / "album"
    for number in range(4):
        put_photo(album / f"{number}.jpg", 1, seed=number)
    bench.scan(album)
    for number in range(4):
        put_photo(album / f"{number}.jpg", 2, seed=10 + number)
    bench.engine.before = lambda _: album.exists() and os.rename(album, tmp_path / "pulled")  # noqa: PTH104
    bench.scan(album, decoders=1)
    assert bench.library.counts().photos == 4
    assert gone(bench.library) == []


@pytest.fixture
def drive() -> Iterator[Path]:
    """A folder on another drive."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == Path(tempfile.gettempdir()).stat().st_dev:
        pytest.skip("there is no other drive")
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder) / "photos"


@pytest.mark.parametrize("left", ["a link that leads nowhere", "an empty folder", "nothing"])
def test_photos_of_a_drive_inside_a_photo_folder_are_not_gone_while_it_is_away(
    bench: Bench, tmp_path: Path, drive: Path, left: str
) -> None:
    album, place = tmp_path / "album", tmp_path / "album" / "drive"
    put_photo(album / "here.jpg", 1)
    put_photo(drive / "inside" / "there.jpg", 2)
    place.symlink_to(drive)
    assert bench.scan(album).photos == 2
    away = drive.with_name("away")
    drive.rename(away)
    if left != "a link that leads nowhere":
        place.unlink()
    if left == "an empty folder":
        place.mkdir()
    for folder in (album, album, place):
        with contextlib.suppress(AppError):
            summary = bench.scan(folder)
            assert (summary.gone, summary.failed) == (0, 1)
        assert gone(bench.library) == []
        assert len(bench.library.photo_ids()) == 2
    if left == "an empty folder":
        place.rmdir()
    if left != "a link that leads nowhere":
        place.symlink_to(drive)
    away.rename(drive)
    assert bench.scan(album).skipped == 2
    (drive / "inside" / "there.jpg").unlink()
    assert bench.scan(album).gone == 1, "the drive is there"


def with_drive(bench: Bench, tmp_path: Path, drive: Path) -> Path:
    """An album of one photo, with three more on a drive inside it."""
    album = tmp_path / "album"
    put_photo(album / "here.jpg", 1)
    for number in range(3):
        put_photo(drive / f"{number}.jpg", 2, seed=number)
    (album / "drive").symlink_to(drive)
    bench.scan(album)
    return album


def pull(album: Path, drive: Path) -> None:
    """Leaves the empty folder that the drive was mounted on."""
    drive.rename(drive.with_name("away"))
    (album / "drive").unlink()
    (album / "drive").mkdir()


def test_photos_of_a_drive_are_not_gone_where_it_is_pulled_while_they_are_met(
    bench: Bench, tmp_path: Path, drive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    album, meet = with_drive(bench, tmp_path, drive), scan_folder._Scan._meet

    def pull_after_the_first(scan: scan_folder._Scan, folder: PhotoFolder, path: bytes) -> None:
        meet(scan, folder, path)
        if path == b"drive/0.jpg":
            pull(album, drive)

    monkeypatch.setattr(scan_folder._Scan, "_meet", pull_after_the_first)
    for _ in range(2):
        assert bench.scan(album, decoders=1).gone == 0
        ((subject, reason),) = bench.problems().items()
        assert (subject, reason.startswith(AWAY)) == (str(album / "drive"), True)
        assert gone(bench.library) == []
        assert len(bench.library.photo_ids()) == 4


@pytest.mark.parametrize("scanned", ["", "drive/inside"])
def test_photos_of_a_drive_are_not_gone_where_others_lie_in_the_folder_it_was_mounted_on(
    bench: Bench, tmp_path: Path, drive: Path, scanned: str
) -> None:
    put_photo(drive / "inside" / "there.jpg", 5)
    album = with_drive(bench, tmp_path, drive)
    pull(album, drive)
    put_photo(album / "drive" / "inside" / "put here.jpg", 3)
    for _ in range(2):
        assert bench.scan(album / scanned).gone == 0
        assert gone(bench.library) == []
        assert len(bench.library.photo_ids()) == 6


@pytest.mark.parametrize("left_out", ["1*", "drive"])
def test_photos_of_a_drive_that_were_left_out_are_not_offered_while_it_is_away(
    bench: Bench, tmp_path: Path, drive: Path, left_out: str
) -> None:
    album = with_drive(bench, tmp_path, drive)
    bench.library.set_excluded([left_out]).result(10)
    assert bench.scan(album).left_out > 0
    (album / "drive").unlink()
    assert gone(bench.library) == []
    bench.scan(album)
    assert gone(bench.library) == []
    (album / "drive").symlink_to(drive)
    (drive / "1.jpg").unlink()
    assert names_of(bench) == ["1.jpg"], "the drive is there"


def test_photos_of_a_drive_that_never_comes_back_are_gone_once_their_photo_folder_was_added_again(
    bench: Bench, tmp_path: Path, drive: Path
) -> None:
    album = with_drive(bench, tmp_path, drive)
    bench.library.name("Ben", faces=[face_of(bench, album / "drive" / "1.jpg", 2)]).result(10)
    (album / "drive").unlink()
    assert (bench.scan(album).gone, len(bench.library.photo_ids())) == (0, 4)
    bench.library.forget(album).result(10)
    assert bench.scan(album).gone == 3
    assert names_of(bench) == ["0.jpg", "1.jpg", "2.jpg"]
    bench.library.remove_gone([photo.id for photo in gone(bench.library)]).result(10)
    (album / "drive").symlink_to(drive)
    bench.scan(album, group=False)
    names = names_in(bench, album)
    assert (len(names), names["drive/1.jpg"]) == (4, {2: "Ben"})


def test_nobody_waits_for_a_drive_whose_photos_moved_to_another_folder(
    bench: Bench, tmp_path: Path, drive: Path
) -> None:
    album = with_drive(bench, tmp_path, drive)
    (album / "drive").unlink()
    shutil.copytree(drive, album / "copied")
    assert bench.scan(album).failed == 0
    assert len(bench.library.photo_ids()) == 4


@pytest.mark.parametrize("added", [".", "album/inside"])
def test_a_drive_stays_known_where_another_folder_takes_its_photos_over(
    bench: Bench, tmp_path: Path, drive: Path, added: str
) -> None:
    home, inside = tmp_path / "home", tmp_path / "home" / "album" / "inside"
    put_photo(home / "here.jpg", 4)
    put_photo(inside / "here.jpg", 1)
    put_photo(drive / "there.jpg", 2)
    (inside / "drive").symlink_to(drive)
    bench.scan(home / "album")
    if added != ".":
        bench.library.forget(home / "album").result(10)
    (inside / "drive").unlink()
    assert (bench.scan(home / added).gone, bench.problems().keys()) == (0, {str(inside / "drive")})
    assert gone(bench.library) == []


# A photo folder that is a drive itself


@pytest.fixture
def stick(bench: Bench, tmp_path: Path, drive: Path) -> Path:
    """A photo folder of four photos that is a drive itself, with one name."""
    folder = tmp_path / "stick"
    for number in range(4):
        put_photo(drive / "some" / f"{number}.jpg", 1, seed=number)
    folder.symlink_to(drive)
    bench.scan(folder)
    bench.library.name("Ana", faces=[face_of(bench, folder / "some" / "1.jpg", 1)]).result(10)
    return folder


def pull_stick(stick: Path) -> None:
    """Leaves the folder that the drive was mounted on, with what lay in it or what others have put there since."""
    stick.unlink()
    (stick / ".Trash-1000").mkdir(parents=True)


@pytest.mark.parametrize("by_itself", [False, True])
def test_photos_of_a_drive_are_not_gone_where_anything_lies_in_the_folder_it_was_mounted_on(
    bench: Bench, stick: Path, drive: Path, by_itself: bool
) -> None:
    pull_stick(stick)
    put_photo(stick / "put here.jpg", 2, seed=9)
    (stick / "some").mkdir()
    for folder in (stick, stick, stick / "some"):
        summary = bench.scan(folder, by_itself=by_itself)
        assert (summary.gone, summary.failed) == (0, 1)
        assert [(path, why.startswith(AWAY)) for path, why in bench.problems().items()] == [(str(stick), True)]
        assert gone(bench.library) == []
        assert len(bench.library.photo_ids()) == 5
    shutil.rmtree(stick)
    stick.symlink_to(drive)
    (drive / "some" / "0.jpg").unlink()
    summary = bench.scan(stick)
    assert (summary.skipped, summary.gone, summary.failed) == (3, 2, 0), "the drive is there"
    assert names_of(bench) == ["put here.jpg", "0.jpg"]


def test_a_drive_is_looked_for_beside_where_it_was_though_something_lies_there(
    bench: Bench, stick: Path, drive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull_stick(stick)
    renamed = stick.with_name("stick1")
    renamed.symlink_to(drive)
    monkeypatch.setattr("os.path.ismount", lambda path: Path(path) == renamed)
    assert bench.scan(stick, by_itself=True).skipped == 4
    assert [root.path for root in bench.library.roots()] == [renamed]


def test_photos_of_a_drive_that_never_comes_back_are_gone_once_it_was_added_again_as_a_folder(
    bench: Bench, stick: Path
) -> None:
    pull_stick(stick)
    assert bench.scan(stick).gone == 0
    bench.library.forget(stick).result(10)
    assert bench.scan(stick).gone == 4
    assert len(gone(bench.library)) == 4


def test_nobody_waits_for_a_drive_whose_photos_were_all_copied_to_where_it_was(
    bench: Bench, stick: Path, drive: Path
) -> None:
    stick.unlink()
    shutil.copytree(drive, stick)
    assert bench.scan(stick).failed == 0
    (stick / "some" / "0.jpg").unlink()
    assert (bench.scan(stick).gone, names_of(bench)) == (1, ["0.jpg"])


def test_a_drive_stays_known_where_it_becomes_part_of_another_photo_folder_or_one_of_its_own(
    bench: Bench, stick: Path
) -> None:
    bench.scan(stick.parent)
    assert [root.path for root in bench.library.roots()] == [stick.parent]
    pull_stick(stick)
    assert bench.scan(stick.parent).gone == 0
    assert bench.problems().keys() == {str(stick)}
    bench.library.forget(stick.parent).result(10)
    assert bench.scan(stick).gone == 0
    assert bench.problems().keys() == {str(stick)}
    assert gone(bench.library) == []


def test_a_drive_whose_folder_is_found_inside_a_larger_one_is_not_waited_for(
    bench: Bench, stick: Path, tmp_path: Path, drive: Path
) -> None:
    stick.unlink()
    copied = tmp_path / "elsewhere" / "copied"
    shutil.copytree(drive, copied)
    (copied / "some" / "0.jpg").unlink()
    assert (bench.scan(copied).gone, names_of(bench)) == (1, ["0.jpg"])
    assert [root.path for root in bench.library.roots()] == [copied]


@pytest.fixture
def on_volume_one(bench: Bench, tmp_path: Path, volumes: dict[Path, str]) -> Path:
    folder = tmp_path / "media" / "photos"
    for number in range(4):
        put_photo(folder / f"{number}.jpg", 1, seed=number)
    volumes[folder] = "one"
    bench.scan(folder)
    return folder


def test_nothing_is_gone_where_another_volume_has_the_place_of_the_known_one(
    bench: Bench, on_volume_one: Path, volumes: dict[Path, str]
) -> None:
    volumes[on_volume_one] = "two"
    (on_volume_one / "0.jpg").unlink()
    for _ in range(2):
        assert bench.scan(on_volume_one).gone == 0
        assert "is on another drive than before" in bench.problems()[str(on_volume_one)]
        assert (gone(bench.library), len(bench.library.photo_ids())) == ([], 4)
    bench.library.forget(on_volume_one).result(10)
    assert bench.scan(on_volume_one).gone == 1
    assert names_of(bench) == ["0.jpg"]


def test_another_volume_is_taken_for_the_known_one_where_no_photo_is_missing_on_it(
    bench: Bench, on_volume_one: Path, volumes: dict[Path, str]
) -> None:
    bench.library.set_excluded(["3.jpg"]).result(10)
    bench.scan(on_volume_one)
    volumes[on_volume_one] = "two"
    assert bench.scan(on_volume_one).failed == 0
    (on_volume_one / "0.jpg").unlink()
    assert (bench.scan(on_volume_one).gone, names_of(bench)) == (1, ["0.jpg"])


def test_another_volume_is_taken_for_the_known_one_though_photos_were_gone_long_before(
    bench: Bench, on_volume_one: Path, volumes: dict[Path, str]
) -> None:
    (on_volume_one / "0.jpg").unlink()
    assert bench.scan(on_volume_one).gone == 1
    volumes[on_volume_one] = "two"
    assert bench.scan(on_volume_one).failed == 0
    (on_volume_one / "1.jpg").unlink()
    assert (bench.scan(on_volume_one).gone, names_of(bench)) == (1, ["0.jpg", "1.jpg"])


def test_another_volume_is_not_the_known_one_where_a_photo_that_is_left_out_is_missing_on_it(
    bench: Bench, on_volume_one: Path, volumes: dict[Path, str]
) -> None:
    bench.library.set_excluded(["3.jpg"]).result(10)
    bench.scan(on_volume_one)
    volumes[on_volume_one] = "two"
    (on_volume_one / "3.jpg").unlink()
    bench.scan(on_volume_one)
    assert "is on another drive than before" in bench.problems()[str(on_volume_one)]
    assert gone(bench.library) == []


def test_a_volume_that_the_system_does_not_tell_at_present_stays_known(
    bench: Bench, on_volume_one: Path, volumes: dict[Path, str]
) -> None:
    del volumes[on_volume_one]
    assert bench.scan(on_volume_one).failed == 0
    volumes[on_volume_one] = "two"
    (on_volume_one / "0.jpg").unlink()
    assert bench.scan(on_volume_one).gone == 0
