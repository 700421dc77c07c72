"""EXIF in which one value is whatever a broken or malicious program wrote there: it costs no other value."""

from __future__ import annotations

import io
from dataclasses import asdict
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from app.decode import read, read_metadata
from app.decode.pixels import upright
from tests.formats import Directory
from tests.pictures import draw_people

STORED = draw_people(3, size=(32, 20)).pixels
MODEL, ORIENTATION, DETAILS, PLACE = 272, 274, 34665, 34853
TAKEN_AT, OFFSET, SOUTH, LATITUDE, EAST, LONGITUDE = 36867, 36881, 1, 2, 3, 4

# What may suffer where a value is broken. Others than these say nothing that is read.
MEANS = {
    MODEL: {"camera"},
    ORIENTATION: {"orientation"},
    DETAILS: {"taken_at", "date_source"},
    PLACE: {"latitude", "longitude"},
    TAKEN_AT: {"taken_at", "date_source"},
    OFFSET: {"taken_at"},
    SOUTH: {"latitude", "longitude"},
    LATITUDE: {"latitude", "longitude"},
    EAST: {"latitude", "longitude"},
    LONGITUDE: {"latitude", "longitude"},
    315: set(),
    37500: set(),
    41486: set(),
    29: set(),
}
GOOD = {
    "taken_at": datetime(2019, 7, 14, 16, 20, 5, tzinfo=timezone(timedelta(hours=8))),
    "camera": "Kinfolio Box 1",
    "latitude": -33.5,
    "longitude": 151.25,
    "date_source": "exif",
    "regions": None,
    "orientation": 6,
}
# By the forms of TIFF 6.0 how many bytes each value has; 13 leads to a directory, and there is no 0.
SIZES = {0: 1, 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}


def jpeg(broken: int, form: int, value: bytes) -> bytes:
    image, details, place = Directory(), Directory(), Directory()
    image.text(MODEL, "Kinfolio Box 1")
    image.short(ORIENTATION, 6)
    details.text(TAKEN_AT, "2019:07:14 16:20:05")
    details.text(OFFSET, "+08:00")
    place.text(SOUTH, "S")
    place.fractions(LATITUDE, 33, 30, 0)
    place.text(EAST, "E")
    place.fractions(LONGITUDE, 151, 15, 0)
    image.inside(DETAILS, details)
    image.inside(PLACE, place)
    directory = place if broken < 100 else details if broken > 36000 else image
    directory.raw(broken, value, form, len(value) // SIZES[form])
    file = io.BytesIO()
    Image.fromarray(STORED).save(file, "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0" + image.bytes_at(8))
    return file.getvalue()


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=400, deadline=None)
@given(
    broken=st.sampled_from(sorted(MEANS)),
    form=st.sampled_from(sorted(SIZES)),
    value=st.binary(max_size=64) | st.from_regex(r"[+-]?[0-9]{1,30}:[0-9]{2,30}\0", fullmatch=True).map(str.encode),
)
@example(OFFSET, 2, b"+1000000000000:00\0")
@example(OFFSET, 2, b"-24:00\0")
@example(ORIENTATION, 12, np.array(np.inf, "<f8").tobytes())
@example(ORIENTATION, 5, np.array([13, 2], "<u4").tobytes())
@example(DETAILS, 9, np.array(-1, "<i4").tobytes())
@example(PLACE, 12, np.array(1e300, "<f8").tobytes())
@example(TAKEN_AT, 2, b"9999:99:99 99:99:99\0")
def test_a_broken_value_costs_no_other(broken: int, form: int, value: bytes) -> None:
    data = jpeg(broken, form, value[: len(value) // SIZES[form] * SIZES[form]])
    picture, told = read(data)
    kept = {name: value for name, value in asdict(told).items() if name not in MEANS[broken]}
    assert kept == {name: value for name, value in GOOD.items() if name in kept}
    if broken == OFFSET:
        assert told.taken_at is not None
        assert told.taken_at.replace(tzinfo=None) == datetime(2019, 7, 14, 16, 20, 5)
    assert read_metadata(data) == told
    # Boxes that the file tells of are turned by what is told, the picture by what it was decoded with.
    plain = read(jpeg(ORIENTATION, 3, b"\1\0"))[0].pixels
    assert np.array_equal(picture.pixels, upright(plain, told.orientation))
