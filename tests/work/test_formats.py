"""Every format that people have goes through a scan: found, upright, dated, or told."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from app.library.records import FaceFilter, PhotoFilter
from app.work import walk
from tests.formats import TURNS, dng, heic
from tests.pictures import Pixels, camera_exif, draw_people, encode, sideways
from tests.work.conftest import Bench, put_photo

PEOPLE = draw_people(3, 40, size=(640, 400))


def gif(pixels: Pixels) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "GIF")
    return file.getvalue()


def every_format() -> dict[str, bytes]:
    exif = camera_exif().tobytes()
    turned = sideways(PEOPLE.pixels, 6)
    return {
        "a.heic": heic(turned, turned=TURNS[6], exif=exif),
        "b.avif": encode(PEOPLE.pixels, "AVIF", exif=camera_exif(), orientation=6),
        "c.dng": dng(turned, orientation=6, preview=encode(turned), taken_at="2019:07:14 16:20:05"),
        "d.jpg": encode(PEOPLE.pixels, exif=camera_exif(), orientation=6),
        # By content, not by name.
        "e.jpg": heic(PEOPLE.pixels, exif=exif),
        "f.gif": gif(PEOPLE.pixels),
    }


def test_the_same_people_are_found_in_every_format(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "formats"
    folder.mkdir()
    for name, data in every_format().items():
        (folder / name).write_bytes(data)
    summary = bench.scan(folder)
    assert (summary.photos, summary.failed) == (6, 0)
    for number in bench.library.photo_ids():
        (photo,) = bench.library.photos([int(number)])
        assert (photo.width, photo.height) == (640, 400)
        if photo.path.suffix != ".gif":
            assert photo.taken_at is not None
            assert photo.taken_at.replace(tzinfo=None) == datetime(2019, 7, 14, 16, 20, 5)
        centres = sorted(face.box.x + face.box.width / 2 for face in bench.library.faces(FaceFilter(photo=photo.id)))
        expected = sorted(x + w / 2 for x, _, w, _ in PEOPLE.boxes)
        assert len(centres) == 2
        assert max(abs(one - other) for one, other in zip(centres, expected, strict=True)) < 0.03


def test_a_library_meets_photos_of_formats_that_were_not_read_before(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    put_photo(folder / "known.jpg", 1)
    before, walk.PICTURE_SUFFIXES = walk.PICTURE_SUFFIXES, frozenset({b".jpg"})
    (folder / "a.heic").write_bytes(every_format()["a.heic"])
    try:
        assert bench.scan(folder).photos == 1
    finally:
        walk.PICTURE_SUFFIXES = before
    summary = bench.scan(folder)
    assert (summary.photos, summary.skipped) == (2, 1)
    assert len(bench.library.photo_ids(PhotoFilter())) == 2


def test_the_still_of_a_live_photo_is_read_and_its_clip_is_no_problem(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "live"
    folder.mkdir()
    (folder / "IMG_1.HEIC").write_bytes(every_format()["a.heic"])
    (folder / "IMG_1.MOV").write_bytes(b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(4000))
    summary = bench.scan(folder)
    assert (summary.photos, summary.failed, bench.problems()) == (1, 0, {})


def test_a_jpeg_of_several_pictures_is_read_under_its_own_suffix(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "stereo"
    folder.mkdir()
    one, other = (Image.fromarray(draw_people(*people, size=(640, 400)).pixels) for people in ((3, 40), (5,)))
    one.save(folder / "DSCF0001.MPO", "MPO", save_all=True, append_images=[other], quality=90)
    summary = bench.scan(folder)
    assert (summary.photos, summary.faces, bench.problems()) == (1, 2, {})


@pytest.mark.parametrize(
    ("signature", "kind", "name"),
    [
        (b"\xff\x0a", "JPEG XL", "a.jxl"),
        (b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl ", "JPEG XL", "b.jpg"),
        (b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 ", "JPEG 2000", "c.jp2"),
        (b"\xff\x4f\xff\x51", "JPEG 2000", "d.J2K"),
        (b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjpx ", "JPEG 2000", "e.jpx"),
    ],
)
def test_a_format_that_is_not_read_is_told_by_its_name(
    bench: Bench, tmp_path: Path, signature: bytes, kind: str, name: str
) -> None:
    folder = tmp_path / "others"
    folder.mkdir()
    (folder / name).write_bytes(signature + bytes(4000))
    assert bench.scan(folder).failed == 1
    assert bench.problems() == {str(folder / name): f"This is {kind}, which Kinfolio does not read."}


def test_a_film_with_the_name_of_a_photo_is_told(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "film"
    folder.mkdir()
    (folder / "IMG_1.HEIC").write_bytes(b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(4000))
    bench.scan(folder)
    assert list(bench.problems().values()) == ["This is not a picture that Kinfolio can read."]
