"""From the bytes of a photo to upright RGB, no larger than needed, and to what its camera wrote; says why it could not.

Safe on any thread; the decoders let other threads run meanwhile.
"""

from __future__ import annotations

import io
import math
import struct
import threading
import warnings
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import BmpImagePlugin, ExifTags, Image, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

from app.errors import AppError

# Photos of 24 megapixels, the most that phones commonly store, stay whole; larger ones keep at least 6 after halving,
# and a face of 40 pixels in the halved photo is still worth embedding.
MAX_PIXELS = 24_000_000

# Stitched panoramas and medium format reach 200 megapixels; what claims more is a bomb or a map.
LARGEST_PHOTO = 250_000_000

# Above this a decoder may hold over 150 MB (a progressive JPEG its coefficients as well), so they take turns.
TAKES_TURNS_ABOVE = 50_000_000

JPEG_QUALITY = 85

# Importing the plugins registers them; naming them keeps Pillow from importing all its hundred others.
_FORMATS = [
    plugin.format
    for plugin in (
        JpegImagePlugin.JpegImageFile,
        PngImagePlugin.PngImageFile,
        WebPImagePlugin.WebPImageFile,
        TiffImagePlugin.TiffImageFile,
        BmpImagePlugin.BmpImageFile,
    )
]
_SIGNATURES = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"RIFF": "WebP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"BM": "BMP",
}

# Sizes are checked below with a sentence for the user; Pillow's own check would warn on stderr.
Image.MAX_IMAGE_PIXELS = None
# Pillow prints a warning for broken EXIF and odd headers; a photo is judged by its pixels here.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")

_turn = threading.Lock()


class UnreadablePhoto(AppError):
    """The photo cannot be shown; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class Picture:
    """`pixels` is uint8 [h, w, 3], RGB, upright, perhaps reduced; `width` and `height` the whole upright photo's."""

    pixels: NDArray[np.uint8]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Metadata:
    """`taken_at` is the camera's wall clock, with its offset where the camera wrote one. Degrees are WGS 84."""

    taken_at: datetime | None = None
    camera: str | None = None
    latitude: float | None = None
    longitude: float | None = None


def decode(data: bytes, *, at_most: int = MAX_PIXELS) -> Picture:
    """The upright picture in a file's bytes, reduced until it has no more than `at_most` pixels."""
    image = _open(data)
    name = _name(image)
    width, height = image.size
    if width * height > LARGEST_PHOTO:
        raise UnreadablePhoto(
            f"The picture has {round(width * height / 1e6)} megapixels; Kinfolio reads up to {LARGEST_PHOTO // 10**6}."
        )
    with _turn if width * height > TAKES_TURNS_ABOVE else nullcontext():
        try:
            pixels = _decode_jpeg(data, image, at_most) if name == "JPEG" else None
            if pixels is None:
                image.load()
                pixels = _rgb(image)
        except MemoryError:
            raise
        # Decoders raise almost anything on bad data.
        except Exception as error:
            raise UnreadablePhoto(_damage(name, data, error)) from error
        pixels = _at_most(pixels, at_most)
    # After loading: Pillow turns a TIFF upright itself and drops the tag, and the EXIF of a PNG may follow its pixels.
    orientation = _orientation(image)
    width, height = image.size
    if orientation > 4:
        width, height = height, width
    return Picture(_upright(pixels, orientation), width, height)


def read_metadata(data: bytes) -> Metadata:
    """What the camera wrote. Anything missing, broken or impossible is None; only a file that is no picture raises."""
    image = _open(data)
    try:
        exif = _exif(image, data)
        details = exif.get_ifd(ExifTags.IFD.Exif)
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    # EXIF is written by thousands of programs; Pillow raises almost anything on what some of them wrote.
    except Exception:
        return Metadata()
    latitude = _degrees(gps, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S", 90)
    longitude = _degrees(gps, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W", 180)
    if latitude is None or longitude is None:
        latitude = longitude = None
    return Metadata(_taken_at(details), _text(exif.get(ExifTags.Base.Model)), latitude, longitude)


def shrink(pixels: NDArray[np.uint8], longest: int) -> NDArray[np.uint8]:
    """The same picture with its longest side at most `longest`; never enlarged."""
    height, width = pixels.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def encode_jpeg(pixels: NDArray[np.uint8], quality: int = JPEG_QUALITY) -> bytes:
    """JPEG bytes of an RGB picture uint8 [h, w, 3], the same for the same pixels."""
    done, encoded = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError(f"cannot encode pixels of shape {pixels.shape} as JPEG")
    return bytes(encoded)


def _open(data: bytes) -> Image.Image:
    """Reads the header only."""
    if not data:
        raise UnreadablePhoto("This file is empty.")
    try:
        return Image.open(io.BytesIO(data), formats=_FORMATS)
    except Exception as error:
        for signature, name in _SIGNATURES.items():
            if data.startswith(signature):
                raise UnreadablePhoto(_damage(name, data, error)) from error
        raise UnreadablePhoto("This is not a picture that Kinfolio can read.") from error


def _name(image: Image.Image) -> str:
    # A JPEG followed by previews or depth maps is an MPO to Pillow; its first picture is the photo.
    return {"MPO": "JPEG", "WEBP": "WebP"}.get(str(image.format), str(image.format))


def _damage(name: str, data: bytes, error: Exception) -> str:
    cut_off = "truncated" in str(error).lower()
    if name == "WebP":
        cut_off = len(data) < 8 + int.from_bytes(data[4:8], "little")
    return f"This {name} is cut off." if cut_off else f"This {name} is damaged."


def _decode_jpeg(data: bytes, image: Image.Image, at_most: int) -> NDArray[np.uint8] | None:
    """Twice as fast as Pillow; None where OpenCV gives up (Pillow says why) or has the colours wrong (CMYK)."""
    if image.mode not in ("RGB", "L"):
        return None
    pixel_count = image.width * image.height
    # libjpeg leaves out the frequencies that a smaller picture does not show, which costs less than decoding them.
    reduced = next((flag for scale, flag in _REDUCED if pixel_count <= at_most * scale**2), _REDUCED[-1][1])
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), reduced | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        return None
    return None if pixels is None else np.asarray(pixels, dtype=np.uint8)


_REDUCED = (
    (1, cv2.IMREAD_COLOR_RGB),
    (2, cv2.IMREAD_REDUCED_GRAYSCALE_2 | cv2.IMREAD_COLOR_RGB),
    (4, cv2.IMREAD_REDUCED_GRAYSCALE_4 | cv2.IMREAD_COLOR_RGB),
    (8, cv2.IMREAD_REDUCED_GRAYSCALE_8 | cv2.IMREAD_COLOR_RGB),
)


def _rgb(image: Image.Image) -> NDArray[np.uint8]:
    """The loaded pixels as 8-bit RGB: deep ones scaled (Pillow would clip them), transparent ones on white."""
    if image.mode.startswith("I;16"):
        return _from_grey(np.asarray(image) >> 8)
    if image.mode in ("I", "F"):
        # Nothing says what white is here, so the picture's own brightest value is taken for it.
        values = np.nan_to_num(np.asarray(image, dtype=np.float64))
        low, high = float(values.min()), float(values.max())
        return _from_grey((values - low) * (255 / max(high - low, 1e-9)))
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"), dtype=np.uint8)


def _from_grey(values: NDArray[Any]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(values.astype(np.uint8), cv2.COLOR_GRAY2RGB), dtype=np.uint8)


def _at_most(pixels: NDArray[np.uint8], at_most: int) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    # A whole number keeps INTER_AREA exact and four times faster.
    step = math.ceil(math.sqrt(width * height / at_most))
    if step <= 1:
        return pixels
    size = (max(1, width // step), max(1, height // step))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _orientation(image: Image.Image) -> int:
    """1 to 8 (Exif 2.32, tag 0x0112); 1 where it is missing or broken."""
    try:
        value = int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:
        return 1
    return value if 1 <= value <= 8 else 1


def _upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    match orientation:
        case 2:
            pixels = cv2.flip(pixels, 1)
        case 3:
            pixels = cv2.rotate(pixels, cv2.ROTATE_180)
        case 4:
            pixels = cv2.flip(pixels, 0)
        case 5:
            pixels = cv2.transpose(pixels)
        case 6:
            pixels = cv2.rotate(pixels, cv2.ROTATE_90_CLOCKWISE)
        case 7:
            pixels = cv2.rotate(cv2.transpose(pixels), cv2.ROTATE_180)
        case 8:
            pixels = cv2.rotate(pixels, cv2.ROTATE_90_COUNTERCLOCKWISE)
    return pixels


def _exif(image: Image.Image, data: bytes) -> Image.Exif:
    # Pillow decodes a whole PNG in search of EXIF behind the pixels.
    if image.format == "PNG" and "exif" not in image.info and b"eXIf" not in data:
        return Image.Exif()
    return image.getexif()


def _taken_at(details: dict[int, Any]) -> datetime | None:
    for when, offset in (
        (ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal),
        (ExifTags.Base.DateTimeDigitized, ExifTags.Base.OffsetTimeDigitized),
    ):
        try:
            taken_at = datetime.strptime(str(_text(details.get(when)))[:19], "%Y:%m:%d %H:%M:%S")
        except ValueError:
            continue
        # Cameras with an unset clock write the year 1 or so; no photograph is older than this.
        if taken_at.year < 1826:
            continue
        return taken_at.replace(tzinfo=_offset(_text(details.get(offset))))
    return None


def _offset(text: str | None) -> timezone | None:
    """From "+08:00"."""
    try:
        hours, minutes = str(text)[1:].split(":")
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-offset if str(text)[0] == "-" else offset)
    except ValueError:
        return None


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    # Cameras pad with NUL and blanks.
    return "".join(character for character in value.split("\0")[0] if character.isprintable()).strip() or None


def _degrees(gps: dict[int, Any], value: int, reference: int, negative: str, limit: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in gps[value])
        angle = degrees + minutes / 60 + seconds / 3600
        letter = _text(gps[reference])
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError, struct.error):
        return None
    if letter is None or not 0 <= angle <= limit:
        return None
    return -angle if letter.upper() == negative else angle
