"""Files that cameras, phones and programs named tell when their photos were taken."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.library.records import PhotoFilter
from app.work.file_names import taken_at
from tests.pictures import camera_exif, draw_people, encode
from tests.work.conftest import Bench

MOMENT = datetime(2023, 1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    "name",
    [
        "IMG_20230102_030405.jpg",
        "IMG_20230102_030405_1.heic",
        "IMG_20230102_030405~2.jpg",
        "IMG20230102030405.jpg",
        "MVIMG_20230102_030405.jpg",
        "20230102_030405.jpg",
        "20230102_030405(0).jpg",
        "2023-01-02 03.04.05.jpg",
        "2023-01-02 03.04.05-1.jpg",
        "2023-01-02T03:04:05.dng",
        "Screenshot_20230102-030405.png",
        "Screenshot_2023-01-02-03-04-05-678_com.example.png",
        "Screenshot from 2023-01-02 03-04-05.png",
        "Bildschirmfoto 2023-01-02 um 03.04.05.png",
        "WhatsApp Image 2023-01-02 at 03.04.05.jpeg",
        "signal-2023-01-02-03-04-05-678.jpg",
        "截图_20230102_030405.png",
    ],
)
def test_the_name_tells_the_moment(name: str) -> None:
    assert taken_at(name) == MOMENT


def test_pixel_phones_name_photos_by_universal_time() -> None:
    assert taken_at("PXL_20230102_030405678.MP.jpg") == MOMENT.replace(tzinfo=UTC)


def test_whatsapp_tells_the_day_alone() -> None:
    assert taken_at("IMG-20230102-WA0001.jpg") == datetime(2023, 1, 2, 12)


@pytest.mark.parametrize(
    "name",
    [
        "VID_20230102_030405.jpg",
        "VID-20230102-WA0001.jpg",
        "IMG_0001.JPG",
        "DSC01234.ARW",
        "20230102.jpg",
        "20230102030405678901.jpg",
        "IMG_20231302_030405.jpg",
        "IMG_20230230_030405.jpg",
        "IMG_20230102_250405.jpg",
        "IMG_20230102_0304056.jpg",
        "IMG_19700101_000000.jpg",
        pytest.param(f"IMG_{datetime.now() + timedelta(days=3):%Y%m%d_%H%M%S}.jpg", id="in three days"),
        "2023-01-02 Anna's birthday.jpg",
        "Screenshot 2023-01-02 at 03.04.05\u202fPM.png",
        "12345678_123456.jpg",
        "holiday in Rome 20230102_030405.jpg",
        "",
    ],
)
def test_other_names_tell_nothing(name: str) -> None:
    assert taken_at(name) is None


def test_a_photo_has_the_date_of_its_camera_else_of_its_name_else_none(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "dates"
    folder.mkdir()
    picture = draw_people(3).pixels
    (folder / "IMG_20230102_030405.jpg").write_bytes(encode(picture, exif=camera_exif("2019:07:14 16:20:05")))
    (folder / "IMG_20230102_030406.jpg").write_bytes(encode(picture, quality=80))
    (folder / "other.jpg").write_bytes(encode(picture, quality=81))
    os.utime(folder / "other.jpg", (1e9, 1e9))
    bench.scan(folder)
    rows = bench.library._read.execute("SELECT display, taken_at, date_source, shown_at FROM photos ORDER BY display")
    assert [row[:3] for row in rows] == [
        ("IMG_20230102_030405.jpg", "2019-07-14T16:20:05+08:00", "exif"),
        ("IMG_20230102_030406.jpg", "2023-01-02T03:04:06", "name"),
        ("other.jpg", None, None),
    ]
    # The file's own time only says where it stands among those without a date.
    timeline = bench.library.timeline(PhotoFilter())
    assert [(month.begins, month.photos) for month in timeline.months][-1] == (None, 1)
    assert bench.library.photos([int(timeline.ids[-1])])[0].path.name == "other.jpg"
