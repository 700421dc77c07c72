"""Every kind of file people have, and every way a file can be broken."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import threading
import time
import zlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, PngImagePlugin

from app.decode import (
    MAX_PIXELS,
    Metadata,
    UnreadablePhoto,
    decode,
    encode_jpeg,
    glance,
    ordinary,
    read_metadata,
    shrink,
    whole,
)
from app.decode.records import GLANCE_PIXELS
from tests.pictures import (
    Pixels,
    blank,
    camera_exif,
    cmyk_jpeg,
    cut_off,
    draw_people,
    encode,
    palette_png,
    sixteen_bit,
)

PEOPLE = draw_people(3, 40, size=(320, 200)).pixels
KINDS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP")


def difference(one: Pixels, other: Pixels) -> float:
    """The mean difference of two pictures, 0..255."""
    assert one.shape == other.shape
    return float(np.abs(one.astype(np.int16) - other.astype(np.int16)).mean())


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_shows_its_pixels(kind: str) -> None:
    picture = decode(encode(PEOPLE, kind))
    assert (picture.width, picture.height) == (320, 200)
    assert picture.pixels.dtype == np.uint8
    assert difference(picture.pixels, PEOPLE) < (4 if kind in ("JPEG", "WEBP") else 0.01)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_sideways_photo_comes_out_upright(kind: str, orientation: int) -> None:
    picture = decode(encode(PEOPLE, kind, orientation=orientation))
    assert (picture.width, picture.height) == (320, 200)
    assert difference(picture.pixels, PEOPLE) < 4


def test_a_png_with_its_orientation_behind_the_pixels_comes_out_upright() -> None:
    data = encode(np.ascontiguousarray(np.rot90(PEOPLE)), "PNG")
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    body = b"eXIf" + exif.tobytes().removeprefix(b"Exif\0\0")
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    end = data.rindex(b"IEND") - 4
    picture = decode(data[:end] + chunk + data[end:])
    assert difference(picture.pixels, PEOPLE) < 0.01


def test_the_colours_of_a_cmyk_photo_are_right() -> None:
    assert difference(decode(cmyk_jpeg(PEOPLE)).pixels, PEOPLE) < 4


def test_a_grey_photo_has_three_equal_channels() -> None:
    grey = np.asarray(Image.fromarray(PEOPLE).convert("L"))
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "JPEG", quality=95)
    pixels = decode(file.getvalue()).pixels
    assert pixels.shape == (200, 320, 3)
    assert (pixels[..., 0] == pixels[..., 1]).all()
    assert (pixels[..., 0] == pixels[..., 2]).all()
    assert difference(pixels, np.dstack([grey] * 3)) < 4


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("channels", ["colour", "grey"])
def test_sixteen_bits_a_channel_are_scaled_not_clipped(kind: str, channels: str) -> None:
    pixels = PEOPLE if channels == "colour" else np.asarray(Image.fromarray(PEOPLE).convert("L"))
    expected = PEOPLE if channels == "colour" else np.dstack([pixels] * 3)
    assert difference(decode(sixteen_bit(pixels, kind)).pixels, expected) < 1


def test_a_floating_point_tiff_shows_from_black_to_white() -> None:
    values = np.linspace(-3.0, 7.0, 60, dtype=np.float32).reshape(6, 10)
    file = io.BytesIO()
    Image.fromarray(values).save(file, "TIFF")
    pixels = decode(file.getvalue()).pixels
    assert (pixels.min(), pixels.max()) == (0, 255)


def test_a_palette_picture_keeps_its_colours() -> None:
    assert difference(decode(palette_png(PEOPLE)).pixels, PEOPLE) < 6


def test_what_is_see_through_becomes_white() -> None:
    pixels = decode(palette_png(np.zeros((8, 8, 3), np.uint8), transparent=True)).pixels
    assert (pixels == 255).all()
    layer = Image.new("RGBA", (4, 4), (200, 0, 0, 128))
    for kind in ("PNG", "WEBP", "TIFF"):
        file = io.BytesIO()
        layer.save(file, kind, lossless=True)
        assert abs(decode(file.getvalue()).pixels.astype(int) - (227, 127, 127)).max() <= 1


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_deflate", "packbits", "jpeg"])
def test_a_tiff_may_be_compressed(compression: str) -> None:
    assert difference(decode(encode(PEOPLE, "TIFF", compression=compression)).pixels, PEOPLE) < 4


def test_of_several_pictures_in_a_file_the_first_is_the_photo() -> None:
    file = io.BytesIO()
    Image.fromarray(PEOPLE).save(file, "MPO", save_all=True, append_images=[Image.fromarray(blank())], quality=90)
    assert difference(decode(file.getvalue()).pixels, PEOPLE) < 4
    file = io.BytesIO()
    Image.fromarray(PEOPLE).save(file, "TIFF", save_all=True, append_images=[Image.fromarray(blank())])
    assert difference(decode(file.getvalue()).pixels, PEOPLE) < 0.01


def test_of_a_gif_the_first_picture_is_the_photo() -> None:
    file = io.BytesIO()
    Image.fromarray(PEOPLE).save(file, "GIF", save_all=True, append_images=[Image.fromarray(blank((320, 200)))])
    picture = decode(file.getvalue())
    assert (picture.width, picture.height) == (320, 200)
    assert difference(picture.pixels, PEOPLE) < 8


def test_a_moving_photo_is_its_still() -> None:
    film = b"\0\0\0\x18ftypmp42" + np.random.default_rng(0).bytes(50_000)
    assert difference(decode(encode(PEOPLE, exif=camera_exif()) + film).pixels, PEOPLE) < 4


def test_what_follows_the_photo_in_its_file_does_no_harm() -> None:
    assert difference(decode(encode(PEOPLE) + b"a short film" * 1000).pixels, PEOPLE) < 4


@pytest.mark.parametrize(
    ("at_most", "step"), [(64_000, 1), (63_999, 2), (16_000, 2), (4_000, 4), (3_999, 8), (900, 16)]
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_large_photo_is_reduced_while_it_is_decoded(kind: str, at_most: int, step: int) -> None:
    picture = decode(encode(PEOPLE, kind, orientation=6), at_most=at_most)
    height, width = picture.pixels.shape[:2]
    assert at_most / 5 < height * width <= at_most
    assert (picture.width, picture.height) == (320, 200)
    if kind == "JPEG":
        assert (width, height) == (320 // step, 200 // step)
    smaller = np.asarray(Image.fromarray(PEOPLE).resize((width, height), Image.Resampling.BOX))
    assert difference(picture.pixels, smaller) < 8


def test_phones_photos_stay_whole_and_larger_ones_are_halved() -> None:
    whole = decode(encode(np.full((4000, 6000, 3), 90, np.uint8)))
    assert whole.pixels.shape == (4000, 6000, 3)
    halved = decode(encode(np.full((4000, 6016, 3), 90, np.uint8)))
    assert halved.pixels.shape == (2000, 3008, 3)
    assert (halved.width, halved.height) == (6016, 4000)
    assert halved.pixels.shape[0] * halved.pixels.shape[1] <= MAX_PIXELS


def test_of_a_glance_at_a_large_jpeg_the_whole_picture_can_be_had() -> None:
    data = encode(np.full((2200, 3000, 3), 90, np.uint8), orientation=6)
    picture, _ = glance(data)
    assert picture.pixels.shape == (1100, 1500, 3)
    assert (picture.width, picture.height) == (3000, 2200)
    assert np.array_equal(whole(picture).pixels, decode(data).pixels)
    assert picture.nbytes == 3 * 1100 * 1500 + len(data)


@pytest.mark.parametrize(("kind", "height"), [("JPEG", GLANCE_PIXELS // 3100), ("PNG", 2200), ("BMP", 2200)])
def test_a_small_jpeg_or_another_format_is_whole_at_once(kind: str, height: int) -> None:
    picture, _ = glance(encode(np.full((height, 3100, 3), 90, np.uint8), kind))
    assert picture.pixels.shape == (height, 3100, 3)
    assert whole(picture) is picture
    assert picture.nbytes == 3 * height * 3100


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def test_a_picture_that_claims_too_many_pixels_is_refused_before_any_is_decoded() -> None:
    with pytest.raises(UnreadablePhoto, match=r"^The picture has 312 megapixels; Kinfolio reads up to 250\.$"):
        decode(png_that_claims(24_000, 13_000))
    bomb = bytearray(encode(blank((16, 16))))
    frame = bomb.index(b"\xff\xc0")
    bomb[frame + 5 : frame + 9] = struct.pack(">HH", 65_535, 65_535)
    began = time.perf_counter()
    with pytest.raises(UnreadablePhoto, match="4295 megapixels"):
        decode(bytes(bomb))
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "This file is empty."),
        (b"Dear diary, this is not a photo.\n" * 40, "This is not a picture that Kinfolio can read."),
        (bytes(5000), "This is not a picture that Kinfolio can read."),
        (b"RIFF\x10\0\0\0WAVEfmt no picture", "This is not a picture that Kinfolio can read."),
        (encode(PEOPLE)[:2], "This is not a picture that Kinfolio can read."),
        (encode(PEOPLE)[:100], "This JPEG is cut off."),
        (encode(PEOPLE)[:300], "This JPEG is cut off."),
        (cut_off(encode(PEOPLE)), "This JPEG is cut off."),
        (encode(PEOPLE)[:-3], "This JPEG is cut off."),
        (encode(PEOPLE)[:-3] + b"\xff", "This JPEG is cut off."),
        (encode(PEOPLE, progressive=True)[:-3], "This JPEG is cut off."),
        (cut_off(encode(PEOPLE)) + bytes(9000), "This JPEG is cut off."),
        (cut_off(encode(PEOPLE, progressive=True), 0.9), "This JPEG is cut off."),
        (cut_off(cmyk_jpeg(PEOPLE)), "This JPEG is cut off."),
        (cut_off(encode(PEOPLE, "PNG")), "This PNG is cut off."),
        (cut_off(encode(PEOPLE, "WEBP")), "This WebP is cut off."),
        (encode(PEOPLE, "WEBP")[:20] + bytes(len(encode(PEOPLE, "WEBP"))), "This WebP is damaged."),
        (cut_off(encode(PEOPLE, "TIFF"), 0.99), "This TIFF is cut off."),
        (cut_off(encode(PEOPLE, "BMP")), "This BMP is cut off."),
        (encode(PEOPLE, "PNG")[:12] + bytes(500), "This PNG is damaged."),
    ],
)
def test_a_file_that_cannot_be_shown_says_why_in_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(UnreadablePhoto) as caught:
        decode(data)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("missing", [1, 2])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_that_lacks_only_its_end_marker_is_read(progressive: bool, missing: int) -> None:
    data = encode(PEOPLE, progressive=progressive)
    assert np.array_equal(decode(data[:-missing]).pixels, decode(data).pixels)


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=300, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    end=st.floats(0, 1),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=4),
)
def test_no_damage_does_worse_than_make_a_photo_unreadable(
    kind: str, end: float, flips: list[tuple[float, int]]
) -> None:
    data = bytearray(encode(PEOPLE[::4, ::4].copy(), kind, exif=camera_exif()))
    for place, value in flips:
        data[int(place * len(data))] = value
    damaged = bytes(data[: round(len(data) * end)])
    with suppress(UnreadablePhoto):
        assert decode(damaged).pixels.shape[2] == 3
    with suppress(UnreadablePhoto):
        assert isinstance(read_metadata(damaged), Metadata)


def test_a_broken_file_prints_nothing() -> None:
    program = """
import sys
from app.decode import UnreadablePhoto, decode, read_metadata
from tests.pictures import blank, camera_exif, cut_off, encode
whole = encode(blank(), exif=camera_exif())
broken = whole.replace(b"Exif\\0\\0MM\\0*\\0\\0\\0\\x08", b"Exif\\0\\0MM\\0*\\0\\0\\0\\xff")
assert broken != whole
for data in (cut_off(whole), cut_off(encode(blank(), "PNG")), cut_off(encode(blank(), "TIFF")), broken):
    try:
        read_metadata(data)
        decode(data)
    except UnreadablePhoto as error:
        print(error, file=sys.stdout)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    assert done.stdout == "This JPEG is cut off.\nThis PNG is cut off.\nThis TIFF is cut off.\n"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_camera_the_time_and_the_place_are_read(kind: str) -> None:
    found = read_metadata(encode(PEOPLE, kind, exif=camera_exif(place=(-33.8568, 151.2153))))
    assert found.taken_at == datetime(2019, 7, 14, 16, 20, 5, tzinfo=timezone(timedelta(hours=8)))
    assert found.camera == "Kinfolio Box 1"
    assert found.latitude == pytest.approx(-33.8568, abs=1e-5)
    assert found.longitude == pytest.approx(151.2153, abs=1e-5)


XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description {}/></rdf:RDF></x:xmpmeta>"""


def with_xmp(packet: str, kind: str = "JPEG", exif: Image.Exif | None = None) -> bytes:
    if kind == "PNG":
        chunk = PngImagePlugin.PngInfo()
        chunk.add_itxt("XML:com.adobe.xmp", packet)
        return encode(PEOPLE, kind, exif=exif, pnginfo=chunk)
    if kind == "TIFF":
        return encode(PEOPLE, kind, exif=exif, tiffinfo={700: packet.encode()})
    return encode(PEOPLE, kind, exif=exif, xmp=packet.encode())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_where_exif_tells_no_time_xmp_does(kind: str) -> None:
    packet = XMP.format('exif:DateTimeOriginal="2003-05-17T11:30:00.25+02:00" xmp:CreateDate="2020-01-01T00:00:00"')
    found = read_metadata(with_xmp(packet, kind))
    assert found.taken_at == datetime(2003, 5, 17, 11, 30, 0, 250_000, tzinfo=timezone(timedelta(hours=2)))
    assert found.date_source == "xmp"


def test_of_the_times_in_xmp_the_one_of_the_picture_comes_first() -> None:
    dates = ['xmp:CreateDate="2020-01-01T08:00:00"', 'photoshop:DateCreated="1998-02-03"']
    assert read_metadata(with_xmp(XMP.format(" ".join(dates[:1])))).taken_at == datetime(2020, 1, 1, 8)
    # Of a photo that was scanned the day alone is known.
    assert read_metadata(with_xmp(XMP.format(" ".join(dates)))).taken_at == datetime(1998, 2, 3, 12)
    element = XMP.format("><exif:DateTimeOriginal>\n1997-01-02T03:04:05Z</exif:DateTimeOriginal><rdf:li")
    assert read_metadata(with_xmp(element)).taken_at == datetime(1997, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_exif_comes_before_xmp() -> None:
    found = read_metadata(with_xmp(XMP.format('exif:DateTimeOriginal="2003-05-17T11:30:00"'), exif=camera_exif()))
    assert (found.taken_at and found.taken_at.year, found.date_source) == (2019, "exif")


@pytest.mark.parametrize("date", ["2003", "2003-05", "2003-02-30T10:00:00", "0001-01-01T00:00:00", "soon", ""])
def test_an_impossible_time_in_xmp_is_no_time(date: str) -> None:
    assert read_metadata(with_xmp(XMP.format(f'exif:DateTimeOriginal="{date}"'))) == Metadata()


def test_a_time_without_offset_stays_the_wall_clock() -> None:
    assert read_metadata(encode(PEOPLE, exif=camera_exif(offset=None))).taken_at == datetime(2019, 7, 14, 16, 20, 5)
    assert read_metadata(encode(PEOPLE, exif=camera_exif(offset="nonsense"))).taken_at == datetime(
        2019, 7, 14, 16, 20, 5
    )


@pytest.mark.parametrize(
    "taken_at", ["0000:00:00 00:00:00", "    :  :     :  :  ", "2019:02:31 10:00:00", "", "yesterday"]
)
def test_an_impossible_time_is_no_time(taken_at: str) -> None:
    found = read_metadata(encode(PEOPLE, exif=camera_exif(taken_at)))
    assert found.taken_at is None
    assert found.camera == "Kinfolio Box 1"


def test_an_impossible_place_is_no_place() -> None:
    found = read_metadata(encode(PEOPLE, exif=camera_exif(place=(95.0, 20.0))))
    assert (found.latitude, found.longitude) == (None, None)


def test_padding_and_control_characters_are_no_part_of_a_cameras_name() -> None:
    assert read_metadata(encode(PEOPLE, exif=camera_exif(camera=" COOLPIX\x07 P7 \0junk"))).camera == "COOLPIX P7"
    assert read_metadata(encode(PEOPLE, exif=camera_exif(camera=" \0"))).camera is None


def test_a_photo_without_exif_has_no_metadata() -> None:
    for kind in KINDS:
        assert read_metadata(encode(PEOPLE, kind)) == Metadata()


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_broken_exif_never_makes_a_photo_unreadable(kind: str) -> None:
    for exif in (
        b"Exif\0\0MM\0*\xff\xff\xff\xff",
        b"Exif\0\0II",
        b"Exif\0\0" + bytes(400),
        b"Exif\0\0MM\0*\0\0\0\x08\xff\xff",
    ):
        file = io.BytesIO()
        Image.fromarray(PEOPLE).save(file, kind, exif=exif, quality=85)
        assert difference(decode(file.getvalue()).pixels, PEOPLE) < 4
        assert read_metadata(file.getvalue()) == Metadata()


def test_metadata_of_a_png_costs_no_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encode(PEOPLE, "PNG")

    def never(image: PngImagePlugin.PngImageFile) -> None:
        raise AssertionError("the pixels were decoded")

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", never)
    assert read_metadata(data) == Metadata()
    with pytest.raises(UnreadablePhoto):
        decode(data)


def test_many_threads_decode_the_same_pixels_at_once() -> None:
    files = [encode(PEOPLE, kind, orientation=6) for kind in ("JPEG", "PNG", "WEBP", "TIFF")] * 8
    expected = [decode(data).pixels for data in files[:4]]
    wrong: list[int] = []

    def work(part: int) -> None:
        places = range(part, len(files), 4)
        wrong.extend(p for p in places if not np.array_equal(decode(files[p]).pixels, expected[p % 4]))

    threads = [threading.Thread(target=work, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_thumbnail_is_small_and_never_enlarged() -> None:
    thumbnail = shrink(PEOPLE, 160)
    assert thumbnail.shape == (100, 160, 3)
    assert shrink(PEOPLE, 400) is PEOPLE
    assert shrink(np.zeros((1, 5000, 3), np.uint8), 320).shape == (1, 320, 3)
    data = encode_jpeg(thumbnail)
    assert len(data) < 12_000
    assert difference(decode(data).pixels, thumbnail) < 4


def test_a_bug_while_decoding_is_logged_with_the_way_to_it_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    monkeypatch.setattr(ordinary, "_decode_jpeg", lambda *_: [].of_no_list)  # type: ignore[attr-defined]
    for _ in range(3):
        with pytest.raises(UnreadablePhoto, match=r"^This JPEG is damaged\.$"):
            decode(encode(PEOPLE))
    assert caplog.text.count("AttributeError: 'list' object has no attribute 'of_no_list'") == 1


def test_a_jpeg_with_stray_bytes_is_read_like_any_other_and_in_half_its_size() -> None:
    pixels = draw_people(1, 2, size=(4000, 3000)).pixels
    sound = encode(pixels)
    stray = sound[:-2] + bytes(range(1, 17)) + sound[-2:]
    seen, whole = glance(stray)[0], decode(stray)
    assert (seen.width, seen.height) == (4000, 3000)
    assert seen.pixels.shape == (1500, 2000, 3)
    assert whole.pixels.shape == (3000, 4000, 3)
    for found, expected in ((seen.pixels, glance(sound)[0].pixels), (whole.pixels, decode(sound).pixels)):
        difference = np.abs(found.astype(int) - expected)
        assert difference.mean() < 3
