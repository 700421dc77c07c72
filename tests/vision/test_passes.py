"""JPEGs that are stored in several passes over the picture: progressive ones, and some with more than any has."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
import simplejpeg
from PIL import Image, JpegImagePlugin

from app.decode import UnreadablePhoto, decode
from app.decode.ordinary import MOST_PASSES
from tests.pictures import Pixels, cmyk_jpeg, draw_people, encode

PEOPLE = draw_people(3, size=(320, 200)).pixels
END = b"\xff\xd9"


def progressive(more: int) -> bytes:
    """With the last pass repeated so many times."""
    data = encode(PEOPLE, progressive=True)
    last = data[data.rindex(b"\xff\xda") : -len(END)]
    return data[: -len(END)] + last * more + END


def of_planes(more: int) -> bytes:
    """Not progressive, but with a pass for each of the three components, of which the first is repeated."""
    data = encode(PEOPLE, subsampling=0)
    head = data[: data.index(b"\xff\xda")]
    passes = [
        b"\xff\xda" + struct.pack(">HBBBBBB", 8, 1, component, table, 0, 63, 0)
        for component, table in ((1, 0), (2, 0x11), (3, 0x11))
    ]
    return head + b"".join(passes) + passes[0] * more + END


@pytest.mark.parametrize("make", [progressive, of_planes])
def test_a_jpeg_of_more_passes_than_anybody_writes_is_refused_before_it_is_decoded(
    make: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> Pixels:
        raise AssertionError("the pixels were decoded")

    monkeypatch.setattr(simplejpeg, "decode_jpeg", never)
    monkeypatch.setattr(JpegImagePlugin.JpegImageFile, "load", never)
    data = progressive(2000) if make is progressive else of_planes(2000)
    passes = 2000 + (10 if make is progressive else 3)
    with pytest.raises(
        UnreadablePhoto, match=rf"^This JPEG is stored in {passes} passes; Kinfolio reads up to {MOST_PASSES}\.$"
    ):
        decode(data)


def test_a_jpeg_of_as_many_passes_as_are_allowed_is_read() -> None:
    assert decode(progressive(MOST_PASSES - 10)).pixels.shape == PEOPLE.shape
    assert decode(of_planes(MOST_PASSES - 3)).pixels.shape == PEOPLE.shape


@pytest.mark.parametrize("data", [encode(PEOPLE, progressive=True), encode(PEOPLE), cmyk_jpeg(PEOPLE)])
def test_what_looks_like_a_pass_in_what_follows_a_jpeg_is_none(data: bytes) -> None:
    film = (b"\xff\xda" + struct.pack(">H", 2)) * 2000
    assert np.array_equal(decode(data + film).pixels, decode(data).pixels)


def test_what_looks_like_a_pass_in_what_programs_wrote_is_none() -> None:
    file = io.BytesIO()
    note = b"\xff\xda" * 2000
    Image.fromarray(PEOPLE).save(file, "JPEG", quality=85, progressive=True, comment=note, exif=b"Exif\0\0" + note)
    assert np.array_equal(decode(file.getvalue()).pixels, decode(encode(PEOPLE, progressive=True)).pixels)
