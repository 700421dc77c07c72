"""Files that cameras, phones and programs named tell when their photos were taken."""

from __future__ import annotations

import os
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import ExifTags, Image

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
        "Screen Shot 2023-01-02 at 3.04.05 AM.png",
        "Screenshot 2023-01-02 at 03.04.05\u202fAM.png",
        "Screenshot 2023-01-02 at 3.04.05 AM copy.png",
        "Capture d’écran 2023-01-02 à 03.04.05.png",
        "Capture d’écran 2023-01-02 a\u0300 03.04.05 (2).png",
        "Captura de pantalla 2023-01-02 a la(s) 3.04.05\u202fa.\u00a0m..png",
        "Captura de pantalla de 2023-01-02 03-04-05.png",
        "Skærmbillede 2023-01-02 kl. 03.04.05.png",
        "スクリーンショット 2023-01-02 3.04.05.png",
        "截屏2023-01-02 上午3.04.05.png",
        "00000IMG_00000_BURST20230102030405678_COVER.jpg",
        "c360_2023-01-02-03-04-05-678.jpg",
    ],
)
def test_the_name_tells_the_moment(name: str) -> None:
    assert taken_at(name) == MOMENT


@pytest.mark.parametrize(
    "name",
    [
        "Screen Shot 2023-01-02 at 3.04.05 PM.png",
        "Screenshot 2023-01-02 at 03.04.05\u202fPM.png",
        "WhatsApp Image 2023-01-02 at 3.04.05 PM.jpeg",
        "Captura de pantalla 2023-01-02 a la(s) 3.04.05 p.m..png",
        "截屏2023-01-02 下午3.04.05.png",
        "截屏2023-01-02 下午 03.04.05.png",
        "スクリーンショット 2023-01-02 午後3.04.05.png",
        "스크린샷 2023-01-02 오후 3.04.05.png",
        unicodedata.normalize("NFD", "스크린샷 2023-01-02 오후 3.04.05.png"),
        "Ekran Resmi 2023-01-02 ÖS 3.04.05.png",
    ],
)
def test_the_name_tells_the_second_half_of_the_day(name: str) -> None:
    assert taken_at(name) == MOMENT.replace(hour=15)


def test_noon_and_midnight_are_told_apart() -> None:
    noon, midnight = (taken_at(f"Screen Shot 2023-01-02 at 12.04.05 {half}.png") for half in ("PM", "AM"))
    assert (noon and noon.hour, midnight and midnight.hour) == (12, 0)


def test_facebook_names_photos_by_the_milliseconds_since_1970() -> None:
    assert taken_at("FB_IMG_1672628645678.jpg") == MOMENT.replace(tzinfo=UTC)


@pytest.mark.parametrize("name", ["2023-01-02.jpg", "20230102.jpg", "IMG_20230102.jpg", "2023_01_02.png", "20230102"])
def test_the_name_may_be_a_day_alone(name: str) -> None:
    assert taken_at(name) == datetime(2023, 1, 2, 12)


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
        "20231302.jpg",
        "12345678.jpg",
        "202301020.jpg",
        "IMG_20230102_1.jpg",
        "VID_20230102.jpg",
        "invoice-20230102.jpg",
        "41570281_20230102.jpg",
        "20230102030405678901.jpg",
        "VID_2023-01-02-03-04-05.jpg",
        "Screen Shot 2023-01-02 at 13.04.05 PM.png",
        "Screen Shot 2023-01-02 at 3.04.05 of something.png",
        "FB_IMG_1672628645.jpg",
        "FB_IMG_9999999999999.jpg",
        "1672628645678.jpg",
        pytest.param(f"{datetime.now() + timedelta(days=3):%Y%m%d}.jpg", id="a day to come"),
        "IMG_20231302_030405.jpg",
        "IMG_20230230_030405.jpg",
        "IMG_20230102_250405.jpg",
        "IMG_20230102_0304056.jpg",
        "IMG_19700101_000000.jpg",
        pytest.param(f"IMG_{datetime.now() + timedelta(days=3):%Y%m%d_%H%M%S}.jpg", id="in three days"),
        "2023-01-02 Anna's birthday.jpg",
        "12345678_123456.jpg",
        "holiday in Rome 20230102_030405.jpg",
        "",
    ],
)
def test_other_names_tell_nothing(name: str) -> None:
    assert taken_at(name) is None


def test_when_a_photo_was_changed_counts_where_nothing_else_tells_when_it_was_taken(
    bench: Bench, tmp_path: Path
) -> None:
    folder = tmp_path / "changed"
    folder.mkdir()
    picture = draw_people(3).pixels
    exif = Image.Exif()
    exif[ExifTags.Base.DateTime] = "2021:05:06 07:08:09"
    (folder / "IMG_20230102_030406.jpg").write_bytes(encode(picture, quality=80, exif=exif))
    (folder / "other.jpg").write_bytes(encode(picture, quality=81, exif=exif))
    (folder / "twice.jpg").write_bytes(encode(picture, quality=82, exif=exif))
    bench.scan(folder)
    (folder / "IMG_20230102_030407.jpg").write_bytes(encode(picture, quality=82, exif=exif))
    bench.scan(folder)
    rows = bench.library._read.execute("SELECT taken_at, date_source FROM photos WHERE copy_of IS NULL ORDER BY id")
    assert sorted(rows) == [
        ("2021-05-06T07:08:09", "changed"),
        ("2023-01-02T03:04:06", "name"),
        ("2023-01-02T03:04:07", "name"),
    ]


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
