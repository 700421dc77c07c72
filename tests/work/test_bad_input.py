"""Broken files, odd names and folders that go away: listed with a reason, and the scan goes on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.decode import Picture
from app.errors import AppError
from app.events import JobFinished
from app.library.records import FaceFilter
from app.work import photo_file
from tests.pictures import cmyk_jpeg, cut_off, draw_people, encode, palette_png, sixteen_bit
from tests.work.conftest import ALBUM, Bench, drawn, put_photo

PEOPLE = draw_people(3, 8, size=(480, 360))
JPEG = encode(PEOPLE.pixels)
# Compressed worse than a photo can be, so that half of it lacks half of the picture.
NOISE = encode(np.random.default_rng(0).integers(0, 255, (400, 600, 3), dtype=np.uint8))


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.jpg", b"", "This file is empty."),
        ("truncated.jpg", cut_off(NOISE), "This JPEG is cut off."),
        ("truncated.png", cut_off(encode(PEOPLE.pixels, "PNG")), "This PNG is cut off."),
        ("text.jpg", b"Dear diary, today I renamed a text.\n" * 40, "This is not a picture that Kinfolio can read."),
        ("zeros.png", bytes(5000), "This is not a picture that Kinfolio can read."),
    ],
)
def test_a_broken_file_is_listed_with_its_reason_at_every_scan(
    bench: Bench, album: Path, name: str, data: bytes, reason: str
) -> None:
    (album / name).write_bytes(data)
    for skipped in (0, len(ALBUM)):
        summary = bench.scan(album)
        assert (summary.photos, summary.skipped, summary.failed) == (len(ALBUM) + 1, skipped, 1)
        assert bench.problems() == {str(album / name): reason}
        assert [(photo.path, photo.problem) for photo in bench.library.problems()] == [(album / name, reason)]
    assert [(line.path.name, line.problem) for line in bench.lines if line.problem] == [(name, reason)] * 2


def test_a_file_that_was_mended_is_read(bench: Bench, album: Path) -> None:
    (album / "half.jpg").write_bytes(cut_off(NOISE))
    bench.scan(album)
    (album / "half.jpg").write_bytes(JPEG)
    summary = bench.scan(album)
    assert (summary.failed, summary.faces) == (0, 2)
    assert bench.library.problems() == []


def test_a_photo_that_broke_keeps_its_faces_and_names_for_when_it_is_mended(bench: Bench, album: Path) -> None:
    bench.scan(album)
    photo = bench.library.find_photo(album / "08.jpg")
    (face,) = bench.library.faces(FaceFilter(photo=photo.id))
    bench.library.name("Ana", faces=[face.id]).result(10)
    whole = (album / "08.jpg").read_bytes()
    (album / "08.jpg").write_bytes(cut_off(whole, 0.1))
    assert bench.scan(album).failed == 1
    (album / "08.jpg").write_bytes(whole)
    assert bench.scan(album).failed == 0
    (mended,) = bench.library.faces(FaceFilter(photo=photo.id))
    assert (mended.id, mended.name) == (face.id, "Ana")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("cmyk.jpg", cmyk_jpeg(PEOPLE.pixels)),
        ("deep.png", sixteen_bit(PEOPLE.pixels)),
        ("deep.tiff", sixteen_bit(PEOPLE.pixels, "TIFF")),
        ("palette.png", palette_png(PEOPLE.pixels)),
        ("transparent.png", palette_png(PEOPLE.pixels, transparent=True)),
        ("sideways.jpg", encode(PEOPLE.pixels, orientation=6)),
        ("photo.webp", encode(PEOPLE.pixels, "WEBP")),
        ("photo.bmp", encode(PEOPLE.pixels, "BMP")),
        ("jpeg by content.png", JPEG),
        ("UPPER.JPEG", JPEG),
    ],
)
def test_a_picture_of_an_odd_kind_is_read_like_any_other(bench: Bench, tmp_path: Path, name: str, data: bytes) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / name).write_bytes(data)
    summary = bench.scan(folder)
    assert (summary.photos, summary.failed, summary.faces) == (1, 0, 2)
    assert bench.contents() == {str(folder / name): [3, 8]}


@pytest.mark.parametrize(
    "name",
    [
        b"two\nlines.jpg",
        "\N{GRINNING FACE}.jpg".encode(),
        "照片/家人.jpg".encode(),
        b"\xff\xfe broken \xe9.jpg",
        b"caf\xe9/\xc3\x28.jpg",
        b" leading and trailing .jpg",
        b"-rf.jpg",
        b"%41 #1?.jpg",
        b"n" * 251 + b".jpg",
    ],
)
def test_a_photo_of_any_name_is_read_found_and_skipped(bench: Bench, tmp_path: Path, name: bytes) -> None:
    folder = tmp_path / "names"
    path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
    path.parent.mkdir(parents=True)
    path.write_bytes(JPEG)
    assert bench.scan(folder).faces == 2
    assert bench.scan(folder).skipped == 1
    photo = bench.library.find_photo(path)
    assert photo.path == path
    assert photo.path.read_bytes() == JPEG
    # The text for the eye can be printed and sent on.
    assert photo.display.encode("utf-8")
    assert "\n" not in photo.display


def test_a_problem_with_a_name_that_is_no_text_can_be_told(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "names"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.jpg")).write_bytes(b"")
    bench.scan(folder)
    ((subject, _),) = bench.problems().items()
    assert subject.encode("utf-8").endswith("\N{REPLACEMENT CHARACTER}.jpg".encode())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_the_right_to_read_it_is_listed(bench: Bench, album: Path) -> None:
    (album / "08.jpg").chmod(0)
    bench.scan(album)
    assert bench.problems() == {str(album / "08.jpg"): "You do not have the right to read this file."}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(13, "Permission denied"), "You do not have the right to read this file."),
        (OSError(5, "Input/output error"), "The file could not be read (Input/output error)."),
        (MemoryError(), "There is not enough memory to open this picture."),
    ],
)
def test_a_file_that_the_system_refuses_is_listed_and_stays_known(
    bench: Bench, album: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    bench.scan(album)
    os.utime(album / "08.jpg", (1, 1))
    real = open

    # Root may read everything, so the refusal of the system is put in its place.
    def refuse(path: bytes, *arguments: object, **options: object) -> object:
        if path == os.fsencode(album / "08.jpg"):
            raise error
        return real(path, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(photo_file, "open", refuse, raising=False)
    assert bench.scan(album).failed == 1
    assert bench.problems() == {str(album / "08.jpg"): reason}
    assert bench.contents() == drawn(album)


def test_what_is_no_ordinary_file_is_listed_and_never_waited_for(bench: Bench, album: Path) -> None:
    os.mkfifo(album / "pipe.jpg")
    (album / "nowhere.jpg").symlink_to(album / "gone.jpg")
    (album / "itself.jpg").symlink_to(album / "itself.jpg")
    summary = bench.scan(album)
    assert summary.failed == 3
    assert bench.problems() == {
        str(album / "pipe.jpg"): "This is not an ordinary file.",
        str(album / "nowhere.jpg"): "This link leads nowhere.",
        str(album / "itself.jpg"): "This link leads nowhere.",
    }


def test_a_file_too_large_to_be_a_photo_is_listed(bench: Bench, album: Path) -> None:
    with (album / "huge.tif").open("wb") as file:
        file.truncate(3 << 30)
    bench.scan(album)
    assert bench.problems() == {str(album / "huge.tif"): "The file has 3.2 GB; Kinfolio reads photos of up to 1 GB."}


def test_a_loop_of_links_ends_and_no_photo_is_met_twice(bench: Bench, album: Path) -> None:
    (album / "beach" / "up").symlink_to(album)
    (album / "again").symlink_to(album / "party")
    summary = bench.scan(album)
    assert (summary.photos, summary.failed) == (len(ALBUM), 0)
    assert bench.contents() == drawn(album)


def test_other_files_are_no_concern_of_a_scan(bench: Bench, album: Path) -> None:
    (album / "notes.txt").write_text("no picture")
    (album / "clip.mp4").write_bytes(b"")
    (album / ".hidden.jpg").write_bytes(b"")
    assert bench.scan(album).photos == len(ALBUM)


# Folders that are not there, or go away


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: None, "This folder does not exist"),
        (lambda path: path.write_text("x"), "This is a file"),
    ],
)
def test_a_scan_of_no_folder_is_refused_with_a_sentence(
    bench: Bench, tmp_path: Path, make: Callable[[Path], object], sentence: str
) -> None:
    make(tmp_path / "nothing")
    with pytest.raises(AppError, match=sentence):
        bench.scan(tmp_path / "nothing")
    assert bench.library.roots() == []


def test_a_missing_folder_does_not_stop_the_scan_of_another(bench: Bench, album: Path, tmp_path: Path) -> None:
    summary = bench.scan(tmp_path / "nothing", album)
    assert (summary.photos, summary.failed) == (len(ALBUM), 1)
    assert list(bench.problems()) == [str(tmp_path / "nothing")]


def slowly(bench: Bench, act: Callable[[], object]) -> None:
    """Lets the engine act once, after the first photo it sees."""
    acted: list[bool] = []

    def before(_: Picture) -> None:
        if not acted:
            acted.append(True)
            act()

    bench.engine.before = before


def test_a_folder_removed_while_it_is_scanned_ends_with_a_sentence_and_nothing_is_missing(
    bench: Bench, album: Path
) -> None:
    bench.scan(album)
    for number in range(60):
        put_photo(album / "new" / f"{number:02}.jpg", 1, seed=100 + number)
    slowly(bench, lambda: album.rename(album.with_name("unplugged")))
    summary = bench.scan(album)
    assert 0 < summary.photos < 60
    assert summary.failed == 1
    assert list(bench.problems()) == [str(album)]
    assert "went away during the scan" in bench.problems()[str(album)]
    contents = bench.contents()
    assert contents.items() >= drawn(album).items()
    # Plugged in again, the next scan takes up the rest.
    album.with_name("unplugged").rename(album)
    summary = bench.scan(album)
    assert summary.photos == len(ALBUM) + 60
    assert summary.skipped == len(contents)


def test_a_folder_below_that_is_removed_meanwhile_takes_only_its_own_photos_along(bench: Bench, album: Path) -> None:
    bench.scan(album)
    put_photo(album / "0.jpg", 7, seed=70)
    slowly(bench, lambda: shutil.rmtree(album / "party"))
    summary = bench.scan(album)
    assert summary.failed == 0
    assert {Path(path).name for path in bench.contents()} >= {"0.jpg", "07.jpg", "08.jpg", "01.jpg"}
    slowly(bench, lambda: None)
    bench.scan(album)
    assert not [path for path in bench.contents() if "/party/" in path]


def test_an_empty_folder_that_held_photos_is_taken_for_a_drive_that_is_not_connected(
    bench: Bench, album: Path, tmp_path: Path
) -> None:
    bench.scan(album)
    aside = album.rename(tmp_path / "drive")
    album.mkdir()
    with pytest.raises(AppError, match="Connect its drive"):
        bench.scan(album)
    assert len(bench.contents()) == len(ALBUM)
    album.rmdir()
    aside.rename(album)
    assert bench.scan(album).skipped == len(ALBUM)


def test_photos_in_a_folder_that_cannot_be_listed_are_not_missing(
    bench: Bench, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.scan(album)
    (album / "07.jpg").unlink()
    real = os.scandir

    def scandir(path: bytes) -> object:
        if path.endswith(b"party"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr("app.work.walk.os.scandir", scandir)
    summary = bench.scan(album)
    assert summary.failed == 1
    assert bench.problems() == {str(album / "party"): "You do not have the right to look into this folder."}
    expected = drawn(album)
    del expected[str(album / "07.jpg")]
    assert bench.contents() == expected


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> set[bytes]:
    """The names of folders that cannot be listed, and of files that cannot be asked."""
    locked = set[bytes]()

    def refusing(real: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
        def ask(path: bytes) -> Any:
            if os.path.basename(path) in locked:  # noqa: PTH119
                raise PermissionError(13, "Permission denied")
            return real(path)

        return ask

    monkeypatch.setattr("app.work.walk.os.scandir", refusing(os.scandir))
    monkeypatch.setattr("app.work.jobs.scan_folder.read_file", refusing(photo_file.read_file))
    monkeypatch.setattr("app.work.jobs.scan_folder.os.lstat", refusing(os.lstat))
    return locked


def told_now(bench: Bench) -> list[str]:
    """What the job that ended last met and none before it."""
    finished = [event for event in bench.events if isinstance(event, JobFinished)][-1]
    return sorted(Path(problem.subject).name for problem in finished.problems if not problem.known)


def test_what_lasts_from_scan_to_scan_is_told_once_until_it_ends(bench: Bench, album: Path, locked: set[bytes]) -> None:
    locked |= {b"party", b"08.jpg"}
    bench.scan(album)
    assert told_now(bench) == ["08.jpg", "party"]
    assert bench.scan(album).failed == 2
    assert told_now(bench) == []
    locked |= {b"beach"}
    bench.scan(album)
    assert told_now(bench) == ["beach"]
    locked -= {b"party", b"08.jpg"}
    assert bench.scan(album).failed == 1
    locked |= {b"party"}
    bench.scan(album)
    assert told_now(bench) == ["party"], "it was well in between"


def test_a_scan_of_another_folder_leaves_what_lasts_as_it_is(bench: Bench, album: Path, locked: set[bytes]) -> None:
    locked |= {b"party"}
    bench.scan(album)
    bench.scan(album / "beach")
    bench.scan(album)
    assert (bench.problems().keys(), told_now(bench)) == ({str(album / "party")}, [])


@pytest.mark.parametrize("by_itself", [False, True])
@pytest.mark.parametrize("changed", [False, True])
def test_an_error_of_a_moment_leaves_a_photo_as_it_was_and_is_over_with_the_next_scan(
    bench: Bench, album: Path, monkeypatch: pytest.MonkeyPatch, changed: bool, by_itself: bool
) -> None:
    bench.scan(album)
    if changed:
        os.utime(album / "08.jpg", (1, 1))

    def failing(real: Callable[..., Any]) -> Callable[..., Any]:
        def ask(path: Any, **options: Any) -> Any:
            if isinstance(path, bytes) and path.endswith(b"08.jpg"):
                raise OSError(5, "Input/output error")
            return real(path, **options)

        return ask

    with monkeypatch.context() as patch:
        name = "read_file" if changed else "os.stat"
        patch.setattr(f"app.work.jobs.scan_folder.{name}", failing(photo_file.read_file if changed else os.stat))
        summary = bench.scan(album, by_itself=by_itself)
    assert (summary.failed, summary.gone) == (1, 0)
    assert bench.problems() == {str(album / "08.jpg"): "The file could not be read (Input/output error)."}
    assert bench.contents() == drawn(album)
    assert bench.library.problems() == []
    assert bench.scan(album, by_itself=True).skipped == len(ALBUM)
    assert bench.problems() == {}


def test_a_photo_whose_link_leads_nowhere_is_listed_until_it_leads_there_again(bench: Bench, album: Path) -> None:
    target = (album / "08.jpg").rename(album.parent / "elsewhere.jpg")
    (album / "08.jpg").symlink_to(target)
    bench.scan(album)
    target.rename(target.with_name("away.jpg"))
    bench.scan(album)
    assert [photo.path for photo in bench.library.problems()] == [album / "08.jpg"]
    target.with_name("away.jpg").rename(target)
    bench.scan(album, by_itself=True)
    assert bench.library.problems() == []


@pytest.mark.parametrize("seconds", [12_000_000_000, -2_000_000_000, -1_000_000_000_000])
def test_files_of_any_date_are_read_once(bench: Bench, album: Path, seconds: int) -> None:
    (album / "broken.jpg").write_bytes(b"no picture")
    for name in ("08.jpg", "broken.jpg"):
        os.utime(album / name, (seconds, seconds))
    assert bench.scan(album).failed == 1
    assert bench.contents().items() >= drawn(album).items()
    photo = bench.library.find_photo(album / "08.jpg")
    assert bench.library.file_as_read(photo.id) == album / "08.jpg"
    assert bench.library.timeline().months[-1].photos == len(ALBUM) + 1
    bench.engine.pictures_read = 0
    assert bench.scan(album, by_itself=True).skipped == len(ALBUM) + 1
    assert bench.engine.pictures_read == 0


def test_a_file_that_vanishes_before_it_is_read_is_no_problem(
    bench: Bench, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = photo_file.read_file

    def vanish(path: bytes) -> photo_file.PhotoFile:
        if path.endswith(b"08.jpg"):
            os.unlink(path)  # noqa: PTH108
        return real(path)

    monkeypatch.setattr("app.work.jobs.scan_folder.read_file", vanish)
    summary = bench.scan(album)
    assert (summary.photos, summary.failed) == (len(ALBUM) - 1, 0)


def test_a_file_that_grows_while_it_is_read_is_read_again_by_the_next_scan(
    bench: Bench, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = photo_file.read_file
    whole = (album / "08.jpg").read_bytes()
    (album / "08.jpg").write_bytes(whole[:-4000])

    def grow(path: bytes) -> photo_file.PhotoFile:
        content = real(path)
        if path.endswith(b"08.jpg"):
            (album / "08.jpg").write_bytes(whole)
        return content

    monkeypatch.setattr("app.work.jobs.scan_folder.read_file", grow)
    bench.scan(album)
    monkeypatch.undo()
    summary = bench.scan(album)
    assert summary.failed == 0
    assert bench.contents() == drawn(album)
