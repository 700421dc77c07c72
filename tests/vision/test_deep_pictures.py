"""Pictures with more, fewer or other numbers for each pixel than three of 8 bits, and what they cost."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.decode import UnreadablePhoto, decode
from tests.formats import Directory
from tests.pictures import Pixels, draw_people

PEOPLE = draw_people(3, size=(320, 200)).pixels
GREY = np.asarray(cv2.cvtColor(PEOPLE, cv2.COLOR_RGB2GRAY), np.uint8)
WHITE_IS_ZERO, BLACK_IS_ZERO, COLOURS = 0, 1, 2
UNSIGNED, FRACTIONS = 1, 3


def tiff(values: NDArray[np.generic], bits: int, meaning: int, form: int = UNSIGNED) -> bytes:
    """An uncompressed TIFF 6.0 with these samples, `values` [h, w] or [h, w, 3]."""
    height, width, *more = values.shape
    samples = more[0] if more else 1
    directory = Directory()
    directory.long(256, width)
    directory.long(257, height)
    directory.short(258, *[bits] * samples)
    directory.short(259, 1)
    directory.short(262, meaning)
    directory.strip(packed(values) if bits == 12 else values.tobytes())
    directory.short(277, samples)
    directory.long(278, height)
    directory.short(339, *[form] * samples)
    return b"II*\0\x08\0\0\0" + directory.bytes_at(8)


def packed(values: NDArray[np.generic]) -> bytes:
    """Two samples of 12 bits in three bytes."""
    pairs = values.reshape(-1, 2).astype(np.uint32)
    both = pairs[:, 0] << 12 | pairs[:, 1]
    return np.stack([both >> 16, both >> 8, both], axis=1).astype(np.uint8).tobytes()


def difference(one: Pixels, other: Pixels) -> float:
    assert one.shape == other.shape
    return float(np.abs(one.astype(np.int16) - other.astype(np.int16)).mean())


@pytest.mark.parametrize(
    ("data", "white_is_zero"),
    [
        (tiff(GREY, 8, BLACK_IS_ZERO), False),
        (tiff(GREY, 8, WHITE_IS_ZERO), True),
        (tiff(GREY.astype(np.uint16) * 16, 12, BLACK_IS_ZERO), False),
        (tiff(GREY.astype("<u2") * 257, 16, BLACK_IS_ZERO), False),
        (tiff(GREY.astype("<u2") * 257, 16, WHITE_IS_ZERO), True),
    ],
    ids=["8 bits", "8 bits, white is 0", "12 bits", "16 bits", "16 bits, white is 0"],
)
def test_a_grey_tiff_of_any_depth_shows_its_pixels(data: bytes, white_is_zero: bool) -> None:
    shown = decode(data).pixels
    assert difference(shown, np.dstack([255 - GREY if white_is_zero else GREY] * 3)) < 1


@pytest.mark.parametrize("meaning", [BLACK_IS_ZERO, WHITE_IS_ZERO])
def test_a_tiff_of_fractions_shows_from_its_darkest_to_its_brightest(meaning: int) -> None:
    shown = decode(tiff(GREY.astype("<f4") / 7 - 3, 32, meaning, FRACTIONS)).pixels
    stretched = (GREY - float(GREY.min())) * (255 / np.ptp(GREY))
    expected = np.dstack([stretched.astype(np.uint8)] * 3)
    assert difference(shown, 255 - expected if meaning == WHITE_IS_ZERO else expected) < 1


@pytest.mark.parametrize(
    "data",
    [
        tiff(PEOPLE.astype("<f4") / 255, 32, COLOURS, FRACTIONS),
        tiff(PEOPLE.astype("<u4"), 32, COLOURS),
        tiff(GREY.astype("<f2"), 16, BLACK_IS_ZERO, FRACTIONS),
    ],
    ids=["fractions", "32 bits", "half precision"],
)
def test_a_tiff_that_nobody_here_can_read_is_not_called_damaged(data: bytes) -> None:
    with pytest.raises(UnreadablePhoto, match=r"^Kinfolio cannot read this kind of TIFF\.$"):
        decode(data)


@pytest.mark.parametrize("size", [(320, 200), (321, 203), (3, 40_001), (40_001, 3), (1, 1)])
@pytest.mark.parametrize("mode", ["RGBA", "LA", "L", "RGB", "F", "I;16", "P", "1"])
def test_a_picture_that_is_reduced_shows_the_mean_of_its_pixels(mode: str, size: tuple[int, int]) -> None:
    whole = np.linspace(0, 250, size[0] * size[1]).reshape(size[1], size[0]).astype(np.uint8)
    image = Image.fromarray(whole)
    file = io.BytesIO()
    (Image.fromarray(whole.astype(np.uint16) * 256) if mode == "I;16" else image.convert(mode)).save(file, "TIFF")
    everything = decode(file.getvalue()).pixels
    assert everything.shape == (size[1], size[0], 3)
    for step in (2, 3):
        across, down = max(1, size[0] // step), max(1, size[1] // step)
        blocks = np.ascontiguousarray(everything[: down * step, : across * step])
        reduced = decode(file.getvalue(), at_most=-(-size[0] * size[1] // step**2)).pixels
        assert difference(reduced, np.asarray(cv2.resize(blocks, (across, down), interpolation=cv2.INTER_AREA))) < 1


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is asked of Linux")
@pytest.mark.parametrize(("mode", "kind"), [("RGBA", "PNG"), ("F", "TIFF")])
def test_a_small_file_of_many_pixels_takes_little_more_memory_than_these(tmp_path: Path, mode: str, kind: str) -> None:
    file, size = tmp_path / "photo", (6000, 4200)
    options = {"compression": "tiff_deflate"} if kind == "TIFF" else {}
    Image.new(mode, size).save(file, kind, **options)
    program = """
import sys
from pathlib import Path
from app.decode import decode
from tests.bench.scan import peak_memory_mb
from tests.pictures import blank, encode
data = Path(sys.argv[1]).read_bytes()
decode(encode(blank(), "PNG"))
before = peak_memory_mb()
decode(data)
print(peak_memory_mb() - before)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)], capture_output=True, text=True, timeout=120, check=True
    )
    # Pillow takes 4 bytes for each pixel, what comes of four of them takes 3.
    assert float(done.stdout) * 2**20 < 6 * size[0] * size[1]
