"""HEIC, AVIF and camera raw, decoded by a process that may die of them."""

from __future__ import annotations

import io
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import numpy as np
import psutil
import pytest
from PIL import ExifTags, Image, ImageCms

from app.decode import Metadata, UnreadablePhoto, decode, elsewhere, rare, read, read_metadata
from app.decode.elsewhere import Children, command
from app.decode.kinds import kind_of
from tests.formats import TURNS, Directory, dng, heic
from tests.pictures import Pixels, camera_exif, cut_off, draw_people, encode, sideways
from tests.profiles import DISPLAY_P3, SRGB_CURVE, profile

PEOPLE = draw_people(3, 40, size=(320, 200)).pixels
P3 = profile(DISPLAY_P3, SRGB_CURVE)
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description exif:DateTimeOriginal="2003-05-17T11:30:00"/></x:xmpmeta>'
POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals and limits")


def difference(one: Pixels, other: Pixels) -> float:
    assert one.shape == other.shape
    return float(np.abs(one.astype(np.int16) - other.astype(np.int16)).mean())


def avif(pixels: Pixels, **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "AVIF", quality=90, **options)
    return file.getvalue()


def oriented(orientation: int) -> Image.Exif:
    exif = camera_exif()
    exif[274] = orientation
    return exif


# What they show


@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
def test_a_heic_shows_its_pixels(brand: bytes) -> None:
    picture = decode(heic(PEOPLE, brand=brand))
    assert (picture.width, picture.height) == (320, 200)
    assert difference(picture.pixels, PEOPLE) < 3


def test_an_avif_shows_its_pixels() -> None:
    picture = decode(avif(PEOPLE))
    assert (picture.width, picture.height) == (320, 200)
    assert difference(picture.pixels, PEOPLE) < 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_heic_is_turned_once_whatever_its_exif_says_as_well(orientation: int) -> None:
    stored = sideways(PEOPLE, orientation)
    for exif in (None, oriented(orientation).tobytes(), oriented(3).tobytes()):
        picture = decode(heic(stored, turned=TURNS[orientation], exif=exif))
        assert (picture.width, picture.height) == (320, 200)
        assert difference(picture.pixels, PEOPLE) < 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_heic_or_avif_that_says_nothing_is_turned_as_its_exif_says(orientation: int) -> None:
    stored = sideways(PEOPLE, orientation)
    # Pillow would have the container say it, so the tag has another number until it is written.
    exif = camera_exif()
    exif[275] = orientation
    coded = avif(stored, exif=exif.tobytes())
    assert coded.count(b"\x01\x13\0\x03") == 1
    for data in (
        heic(stored, exif=oriented(orientation).tobytes()),
        coded.replace(b"\x01\x13\0\x03", b"\x01\x12\0\x03"),
    ):
        picture, found = read(data)
        assert (picture.width, picture.height) == (320, 200)
        assert difference(picture.pixels, PEOPLE) < 3
        assert found.orientation == read_metadata(data).orientation == orientation


def test_a_grey_heic_shows_its_pixels() -> None:
    grey = np.asarray(Image.fromarray(PEOPLE).convert("L"))
    assert difference(decode(heic(grey)).pixels, np.dstack([grey] * 3)) < 1


@pytest.mark.parametrize("shape", ["colour", "grey"])
def test_what_is_see_through_in_a_heic_becomes_white(shape: str) -> None:
    pixels = PEOPLE if shape == "colour" else np.asarray(Image.fromarray(PEOPLE).convert("L"))
    alpha = np.full((200, 320), 255, np.uint8)
    alpha[:, :160] = 0
    shown = decode(heic(pixels, alpha=alpha)).pixels
    assert (shown[:, :160] == 255).all()
    expected = pixels if shape == "colour" else np.dstack([pixels] * 3)
    assert difference(shown[:, 160:], expected[:, 160:]) < 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_avif_is_turned_once(orientation: int) -> None:
    # Pillow takes the orientation out of the EXIF and has the container say it.
    picture = decode(avif(sideways(PEOPLE, orientation), exif=oriented(orientation).tobytes()))
    assert (picture.width, picture.height) == (320, 200)
    assert difference(picture.pixels, PEOPLE) < 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_raw_photo_comes_out_upright_with_and_without_a_preview(orientation: int) -> None:
    stored = sideways(draw_people(3, 40, size=(640, 400)).pixels, orientation)
    halved = np.asarray(Image.fromarray(draw_people(3, 40, size=(640, 400)).pixels).resize((320, 200)))
    developed = decode(dng(stored, orientation=orientation))
    assert (developed.width, developed.height) == (640, 400)
    # LibRaw stretches the brightness.
    assert difference(developed.pixels, halved) < 12
    small = encode(sideways(PEOPLE, orientation))
    for preview in (small, encode(PEOPLE, orientation=orientation)):
        picture = decode(dng(stored, orientation=orientation, preview=preview))
        assert (picture.width, picture.height) == (320, 200)
        assert difference(picture.pixels, PEOPLE) < 4


def test_a_small_preview_of_a_raw_photo_is_not_used() -> None:
    large = draw_people(3, 40, size=(960, 600)).pixels
    picture = decode(dng(large, preview=encode(np.zeros((200, 320, 3), np.uint8))))
    assert picture.pixels.shape == (300, 480, 3)
    assert (picture.width, picture.height) == (960, 600)
    assert picture.pixels.mean() > 60


@pytest.mark.parametrize("make", [heic, avif])
def test_colour_profiles_are_heeded(make: object) -> None:
    target = ImageCms.ImageCmsProfile(io.BytesIO(P3))
    stored = ImageCms.profileToProfile(Image.fromarray(PEOPLE), ImageCms.createProfile("sRGB"), target)
    assert stored is not None
    data = heic(np.asarray(stored), profile=P3) if make is heic else avif(np.asarray(stored), icc_profile=P3)
    wide = decode(data).pixels
    assert difference(wide, PEOPLE) < difference(np.asarray(stored), PEOPLE) / 1.5


def test_large_ones_are_reduced_where_they_are_decoded() -> None:
    picture = decode(heic(PEOPLE), at_most=16_000)
    assert picture.pixels.shape == (100, 160, 3)
    assert (picture.width, picture.height) == (320, 200)


# What their camera wrote


@pytest.mark.parametrize("make", [heic, avif])
def test_the_camera_the_time_and_the_place_are_read(make: object) -> None:
    exif = camera_exif(place=(-33.8568, 151.2153)).tobytes()
    data = heic(PEOPLE, exif=exif) if make is heic else avif(PEOPLE, exif=exif)
    found = read_metadata(data)
    assert read(data)[1] == found
    assert found.taken_at == datetime(2019, 7, 14, 16, 20, 5, tzinfo=timezone(timedelta(hours=8)))
    assert (found.camera, found.date_source) == ("Kinfolio Box 1", "exif")
    assert (found.latitude, found.longitude) == pytest.approx((-33.8568, 151.2153), abs=1e-5)


def test_xmp_is_read_where_exif_tells_no_time() -> None:
    for data in (heic(PEOPLE, xmp=XMP), avif(PEOPLE, xmp=XMP), dng(PEOPLE, xmp=XMP)):
        found = read_metadata(data)
        assert (found.taken_at, found.date_source) == (datetime(2003, 5, 17, 11, 30), "xmp")


def canon_boxes() -> bytes:
    """The boxes of a CR3 that tell of the picture: a directory in each."""
    exif = camera_exif(offset=None, camera="Kinfolio Raw 1")
    boxes = b"\0\0\0\x18ftypcrx \0\0\0\1crx isom"
    for name, tags in (
        (b"CMT1", {272: "Kinfolio Raw 1"}),
        (b"CMT2", exif.get_ifd(ExifTags.IFD.Exif)),
        (b"CMT4", exif.get_ifd(ExifTags.IFD.GPSInfo)),
    ):
        directory = Image.Exif()
        directory.update(tags)
        body = directory.tobytes().removeprefix(b"Exif\0\0")
        boxes += struct.pack(">I4s", len(body) + 8, name) + body
    return boxes


@pytest.mark.parametrize(
    "data", [b"", b"II", b"II*\0", b"FUJI", b"\0\0\0\x18ftypcrx CMT1", canon_boxes()[:50], bytes(99)]
)
def test_what_is_broken_in_a_raw_file_tells_nothing(data: bytes) -> None:
    assert rare._metadata_of_raw(data) == Metadata()


def test_raw_photos_of_each_family_tell_time_and_camera() -> None:
    whole = dng(PEOPLE, taken_at="2019:07:14 16:20:05")
    assert read_metadata(whole).taken_at == datetime(2019, 7, 14, 16, 20, 5)
    assert read_metadata(whole).camera == "Kinfolio Raw 1"
    # Files that LibRaw does not take for its own; only what is written about them can be made up here.
    expected = (datetime(2019, 7, 14, 16, 20, 5), "Kinfolio Raw 1")
    for header in (b"IIRO", b"IIU\0"):
        found = rare._metadata_of_raw(header + whole[4:])
        assert (found.taken_at, found.camera) == expected
    jpeg = encode(PEOPLE, exif=camera_exif(offset=None, camera="Kinfolio Raw 1"))
    fuji = b"FUJIFILMCCD-RAW ".ljust(84, b"\0") + struct.pack(">II", 100, len(jpeg)) + bytes(8) + jpeg
    found = rare._metadata_of_raw(fuji)
    assert (found.taken_at, found.camera) == expected
    found = rare._metadata_of_raw(canon_boxes())
    assert (found.taken_at, found.camera) == expected
    assert (found.latitude, found.longitude) == pytest.approx((31.2304, 121.4737), abs=1e-4)


@pytest.mark.parametrize("exif", [b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0II", b"Exif\0\0" + bytes(400), b""])
def test_broken_exif_never_makes_a_photo_unreadable(exif: bytes) -> None:
    picture, found = read(heic(PEOPLE, exif=exif))
    assert difference(picture.pixels, PEOPLE) < 3
    assert found == Metadata()


# What is what


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (heic(PEOPLE), "HEIC"),
        (avif(PEOPLE), "AVIF"),
        (dng(PEOPLE), "RAW"),
        (encode(PEOPLE, "TIFF"), "TIFF"),
        (encode(PEOPLE, "TIFF", exif=camera_exif()), "TIFF"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "RAW"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0avifmif1", "AVIF"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", None),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", None),
        (b"FUJIFILMCCD-RAW 0201", "RAW"),
        (b"IIRO\x08\0\0\0", "RAW"),
        (b"IIU\0\x18\0\0\0", "RAW"),
        (b"II*\0\x10\0\0\0CR\2\0", "RAW"),
        (b"RIFF\x10\0\0\0WAVEfmt ", None),
    ],
)
def test_a_file_is_known_by_its_content(data: bytes, kind: str | None) -> None:
    assert kind_of(data) == kind


def test_a_tiff_of_a_camera_with_smaller_copies_inside_is_read_all_the_same() -> None:
    whole, small = Directory(), Directory()
    for directory, pixels in ((whole, PEOPLE), (small, np.ascontiguousarray(PEOPLE[::4, ::4]))):
        directory.long(256, pixels.shape[1])
        directory.long(257, pixels.shape[0])
        directory.short(258, 8, 8, 8)
        directory.short(259, 1)
        directory.short(262, 2)
        directory.strip(pixels.tobytes())
        directory.short(277, 3)
        directory.long(278, pixels.shape[0])
    whole.text(271, "Kinfolio")
    whole.inside(330, small)
    data = b"II*\0" + struct.pack("<I", 8) + whole.bytes_at(8)
    assert kind_of(data) == "RAW"
    assert difference(decode(data).pixels, PEOPLE) < 0.01


def test_a_nikon_raw_is_not_taken_for_the_small_picture_in_front_of_it() -> None:
    entries = [(254, 4, 1), (256, 4, 160), (259, 3, 1), (271, 2, 200), (330, 4, 300)]
    table = b"".join(struct.pack("<HHII", tag, form, 1, value) for tag, form, value in entries)
    assert kind_of(b"II*\0" + struct.pack("<IH", 8, len(entries)) + table + bytes(400)) == "RAW"


# What goes wrong


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (cut_off(heic(PEOPLE)), "This HEIC is damaged."),
        (heic(PEOPLE)[:100], "This HEIC is damaged."),
        (cut_off(avif(PEOPLE)), "This AVIF is damaged."),
        (cut_off(dng(PEOPLE), 0.02), "This RAW is damaged."),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(500), "This is not a picture that Kinfolio can read."),
    ],
)
def test_a_file_that_cannot_be_shown_says_why_in_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(UnreadablePhoto) as caught:
        decode(data)
    assert str(caught.value) == sentence


def child_that(does: str) -> list[str]:
    """A child whose HEIC decoder does something else with its `data`."""
    program = command()[-1].replace(
        "main()",
        f"""
import os, sys, time
from app.decode import rare
real = rare.open_rare
def instead(kind, data):
    {does}
    return real(kind, data)
import app.decode.child
app.decode.child.open_rare = instead
main()""",
    )
    return [sys.executable, "-c", program]


@pytest.fixture
def children(request: pytest.FixtureRequest) -> Iterator[Children]:
    made = Children(child_that(request.param))
    yield made
    made.close()


GOOD, BAD = heic(PEOPLE), heic(PEOPLE[:64, :64].copy())
BAD_SIZE = len(BAD)
ON_BAD = f"if len(data) == {BAD_SIZE}: "


@POSIX
@pytest.mark.parametrize("children", [ON_BAD + "os.kill(os.getpid(), 11)"], indirect=True)
def test_a_decoder_that_crashes_takes_only_its_photo_along(children: Children) -> None:
    for _ in range(2):
        with pytest.raises(UnreadablePhoto, match=r"^This HEIC is damaged\.$"):
            children.read("HEIC", BAD, 10**6)
        assert children.read("HEIC", GOOD, 10**6)[0].pixels.shape == PEOPLE.shape


@pytest.mark.parametrize("children", [ON_BAD + "time.sleep(3600)"], indirect=True)
def test_a_decoder_that_hangs_is_ended(children: Children) -> None:
    with pytest.raises(UnreadablePhoto, match=r"^This HEIC took longer than 10 seconds to read\.$"):
        children.read("HEIC", BAD, 10**6)
    assert children.read("HEIC", GOOD, 10**6)[0].pixels.shape == PEOPLE.shape


@POSIX
@pytest.mark.parametrize("children", [ON_BAD + "bytearray(2 << 30)"], indirect=True)
def test_a_decoder_that_wants_too_much_memory_gets_none(children: Children) -> None:
    with pytest.raises(MemoryError):
        children.read("HEIC", BAD, 10**6)
    assert children.read("HEIC", GOOD, 10**6)[0].pixels.shape == PEOPLE.shape


@pytest.mark.parametrize("children", ["os.write(1, b'what a strange file' * 9999); print('indeed')"], indirect=True)
def test_what_a_decoder_prints_is_no_part_of_the_answer(children: Children) -> None:
    assert difference(children.read("HEIC", GOOD, 10**6)[0].pixels, PEOPLE) < 3


@pytest.mark.parametrize("children", ["sys.modules['pi_heif'] = None; sys.modules['rawpy'] = None"], indirect=True)
def test_a_decoder_that_is_not_installed_is_named(children: Children) -> None:
    with pytest.raises(UnreadablePhoto, match=r"^Reading HEIC needs the package pi-heif, which is not installed\.$"):
        children.read("HEIC", GOOD, 10**6)
    with pytest.raises(UnreadablePhoto, match=r"^Reading RAW needs the package rawpy, which is not installed\.$"):
        children.read("RAW", dng(PEOPLE), 10**6)


def test_a_child_that_cannot_start_is_told() -> None:
    with pytest.raises(UnreadablePhoto, match=r"^The part of Kinfolio that reads HEIC could not be started\.$"):
        Children([sys.executable, "-c", "raise SystemExit(3)"]).read("HEIC", GOOD, 10**6)


def test_a_child_that_hangs_while_it_starts_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elsewhere, "SECONDS_TO_START", 0.5)
    with pytest.raises(UnreadablePhoto, match=r"^The part of Kinfolio that reads HEIC could not be started\.$"):
        Children([sys.executable, "-c", "import time; time.sleep(3600)"]).read("HEIC", GOOD, 10**6)


@pytest.mark.parametrize("children", [ON_BAD + "app.decode.child._write = None"], indirect=True)
def test_a_child_that_breaks_of_a_bug_is_not_said_to_be_slow(
    children: Children, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UnreadablePhoto, match=r"^This HEIC is damaged\.$"):
        children.read("HEIC", BAD, 10**6)
    assert "ended by an error of its own" in caplog.text
    assert "TypeError: 'NoneType' object is not callable" in capfd.readouterr().err
    assert children.read("HEIC", GOOD, 10**6)[0].pixels.shape == PEOPLE.shape


@pytest.mark.parametrize("children", [ON_BAD + "return data.of_no_bytes"], indirect=True)
def test_an_error_nobody_knows_is_logged_with_the_way_to_it_once(
    children: Children, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    for _ in range(3):
        with pytest.raises(UnreadablePhoto, match=r"^This HEIC is damaged\.$"):
            children.read("HEIC", BAD, 10**6)
    assert caplog.text.count("AttributeError: 'bytes' object has no attribute 'of_no_bytes'") == 1
    assert "in instead" in caplog.text


@pytest.mark.parametrize("children", ["pass"], indirect=True)
def test_a_child_stays_for_the_next_photo_and_one_that_was_killed_is_replaced(children: Children) -> None:
    def pids() -> set[int]:
        return {child.pid for child in psutil.Process().children()}

    before = pids()
    children.read("HEIC", GOOD, 10**6)
    (first,) = pids() - before
    children.read("HEIC", GOOD, 10**6)
    assert pids() - before == {first}
    process = psutil.Process(first)
    process.kill()
    process.wait(60)
    assert children.read("HEIC", GOOD, 10**6)[0].pixels.shape == PEOPLE.shape
    assert first not in pids()


def test_a_packaged_program_starts_itself_as_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    executable, argument = command()
    assert executable == sys.executable
    # What the bootloader of a packaged program does.
    program = f"import sys; sys.frozen = True; sys.argv[1:] = [{argument!r}]; from app.__main__ import main; main()"
    packaged = Children([sys.executable, "-c", program])
    try:
        assert packaged.read("HEIC", GOOD, 10**6)[0].pixels.shape == PEOPLE.shape
    finally:
        packaged.close()


def test_many_threads_decode_at_once() -> None:
    files = [heic(PEOPLE), avif(PEOPLE), dng(PEOPLE, preview=encode(PEOPLE))]
    expected = [decode(data).pixels for data in files]
    right: list[bool] = []

    def work(part: int) -> None:
        for turn in range(6):
            number = (part + turn) % 3
            right.append(np.array_equal(decode(files[number]).pixels, expected[number]))

    threads = [threading.Thread(target=work, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert right == [True] * 24
    assert len(elsewhere.children._idle) <= elsewhere.MOST_IDLE


@POSIX
@pytest.mark.parametrize("hanging", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_child_does_not_outlive_the_program(hanging: bool) -> None:
    does = "time.sleep(3600)" if hanging else "pass"
    program = f"""
import sys, psutil, threading, time
from app.decode.elsewhere import Children
from tests.formats import heic
from tests.pictures import draw_people
made = Children({child_that(does)!r})
data = heic(draw_people(3, 40, size=(320, 200)).pixels)
threading.Thread(target=made.read, args=("HEIC", data, 10**6), daemon=True).start()
while not psutil.Process().children():
    time.sleep(0.01)
time.sleep(1)
print(psutil.Process().children()[0].pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = psutil.Process(int(process.stdout.readline()))
        process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 60
    while child.is_running() and child.status() != "zombie" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not child.is_running() or child.status() == "zombie"


def test_the_child_loads_neither_qt_nor_the_models() -> None:
    program = "import sys, json, app.decode.child; from app.decode import rare; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(run.stdout)}
    assert not loaded & {
        "PySide6",
        "tensorflow",
        "keras",
        "faiss",
        "sklearn",
        "sqlite3",
        "facenet_core",
        "rawpy",
        "pi_heif",
    }
