"""Pictures that tests draw: cartoon people whom the pretend engine knows, and files of every awkward kind."""

from __future__ import annotations

import io
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from app.vision.pretend import LANDMARKS, colour_of

Pixels = NDArray[np.uint8]
PixelBox = tuple[int, int, int, int]

_HAIR = ((52, 44, 40), (96, 82, 72), (150, 142, 134), (206, 196, 178), (70, 66, 74), (120, 104, 92))
_CLOTHES = ((132, 146, 158), (156, 140, 132), (120, 134, 122), (148, 136, 154), (176, 168, 150), (104, 112, 128))
_GROUNDS = ((232, 226, 212), (212, 226, 232), (220, 232, 214), (234, 218, 222), (226, 222, 236))
_INK = (44, 40, 42)


@dataclass(frozen=True)
class DrawnPhoto:
    """`boxes` are x, y, width, height in 0..1 of the faces of `identities`, in the same order."""

    pixels: Pixels
    identities: tuple[int, ...]
    boxes: tuple[tuple[float, float, float, float], ...]


def draw_people(*identities: int, size: tuple[int, int] = (640, 480), seed: int = 0) -> DrawnPhoto:
    """People side by side on a pastel ground, `size` is (width, height); each `seed` is another photo of them."""
    width, height = size
    random = np.random.default_rng(seed)
    canvas = blank(size, seed)
    share = width / max(1, len(identities))
    boxes = []
    for place, identity in enumerate(identities):
        down = int(min(share * 0.62, height * 0.5) * random.uniform(0.85, 1.0))
        across = int(down * 0.8)
        x = int(share * (place + 0.5) - across / 2 + random.uniform(-0.05, 0.05) * share)
        y = int(height * random.uniform(0.22, 0.3))
        draw_person(canvas, identity, (x, y, across, down))
        boxes.append((x / width, y / height, across / width, down / height))
    grain = random.integers(-3, 4, canvas.shape)
    pixels = np.clip(canvas.astype(np.int16) + grain, 0, 255).astype(np.uint8)
    return DrawnPhoto(pixels, identities, tuple(boxes))


def blank(size: tuple[int, int] = (640, 480), seed: int = 0) -> Pixels:
    """A pastel ground that darkens downwards, without anybody; `size` is (width, height)."""
    width, height = size
    shade = np.linspace(1.0, 0.88, height)[:, None, None]
    ground = np.array(_GROUNDS[seed % len(_GROUNDS)])[None, None, :] * shade
    return np.repeat(ground, width, axis=1).round().astype(np.uint8)


def draw_person(canvas: Pixels, identity: int, box: PixelBox) -> None:
    """Draws a person whose face fills `box` (x, y, width, height in pixels); hair and clothes reach beyond it."""
    x, y, across, down = box
    centre = (x + across / 2, y + down / 2)
    hair, clothes = _HAIR[identity % len(_HAIR)], _CLOTHES[identity % len(_CLOTHES)]
    bottom = y + down
    waist = bottom + down * 0.62
    _ellipse(canvas, (centre[0], waist), (across * 0.95, down * 0.66), clothes)
    canvas[max(0, round(waist)) :, max(0, round(centre[0] - across * 0.95)) : round(centre[0] + across * 0.95)] = (
        clothes
    )
    _ellipse(canvas, (centre[0], bottom + down * 0.06), (across * 0.24, down * 0.14), _darker(clothes))
    if identity % 3 == 1:
        _ellipse(canvas, (centre[0], y - down * 0.14), (across * 0.22, across * 0.22), hair)
    if identity % 3 == 2:
        _ellipse(canvas, (centre[0], centre[1] + down * 0.14), (across * 0.66, down * 0.6), hair)
    _ellipse(canvas, (centre[0], centre[1] - down * 0.08), (across * 0.58, down * 0.56), hair)
    _ellipse(canvas, centre, (across / 2, down / 2), colour_of(identity))
    left_eye, right_eye, nose, left_mouth, right_mouth = ((x + u * across, y + v * down) for u, v in LANDMARKS)
    for eye in (left_eye, right_eye):
        _ellipse(canvas, eye, (across * 0.085, down * 0.065), (250, 250, 248))
        _ellipse(canvas, eye, (across * 0.04, down * 0.042), _INK)
        brow = (eye[0], eye[1] - down * 0.07)
        _ellipse(canvas, brow, (across * 0.1, down * 0.045), _darker(hair), arc=(200, 340), thickness=across * 0.03)
    _ellipse(canvas, nose, (across * 0.035, down * 0.03), _INK, arc=(0, 180), thickness=across * 0.02)
    smile = ((left_mouth[0] + right_mouth[0]) / 2, left_mouth[1] - down * 0.03)
    _ellipse(
        canvas, smile, ((right_mouth[0] - left_mouth[0]) / 2, down * 0.09), _INK, arc=(10, 170), thickness=across * 0.03
    )


def _darker(colour: tuple[int, int, int]) -> tuple[int, int, int]:
    return (colour[0] * 3 // 4, colour[1] * 3 // 4, colour[2] * 3 // 4)


def _ellipse(
    canvas: Pixels,
    centre: tuple[float, float],
    radii: tuple[float, float],
    colour: tuple[int, int, int],
    arc: tuple[int, int] = (0, 360),
    thickness: float | None = None,
) -> None:
    # OpenCV takes sixteenths of a pixel here, so that small faces keep their shape.
    at, size = [(round(u * 16 - 8), round(v * 16 - 8)) for u, v in (centre, (radii[0] + 0.5, radii[1] + 0.5))]
    width = -1 if thickness is None else max(1, round(thickness))
    cv2.ellipse(canvas, at, size, 0, *arc, color=colour, thickness=width, lineType=cv2.LINE_AA, shift=4)


def sideways(pixels: Pixels, orientation: int) -> Pixels:
    """The pixels that a file with this EXIF orientation (1 to 8) stores, so that it shows `pixels` upright."""
    match orientation:
        case 2:
            pixels = pixels[:, ::-1]
        case 3:
            pixels = pixels[::-1, ::-1]
        case 4:
            pixels = pixels[::-1]
        case 5:
            pixels = pixels.transpose(1, 0, 2)
        case 6:
            pixels = np.rot90(pixels)
        case 7:
            pixels = np.rot90(pixels.transpose(1, 0, 2), 2)
        case 8:
            pixels = np.rot90(pixels, -1)
    return np.ascontiguousarray(pixels)


def encode(
    pixels: Pixels, kind: str = "JPEG", *, orientation: int = 1, exif: Image.Exif | None = None, **options: object
) -> bytes:
    """A file of `kind` (JPEG, PNG, WEBP, TIFF, BMP) that shows `pixels` upright; `options` are Pillow's."""
    exif = Image.Exif() if exif is None else exif
    if orientation != 1:
        exif[ExifTags.Base.Orientation] = orientation
    if kind in ("JPEG", "WEBP"):
        options = {"quality": 85} | options
    file = io.BytesIO()
    image = Image.fromarray(sideways(pixels, orientation))
    if len(exif):
        # As bytes: Pillow leaves the camera's part out of a TIFF when given the object.
        options["exif"] = exif.tobytes()
    image.save(file, kind, **options)
    return file.getvalue()


def camera_exif(
    taken_at: str = "2019:07:14 16:20:05",
    offset: str | None = "+08:00",
    camera: str = "Kinfolio Box 1",
    place: tuple[float, float] | None = (31.2304, 121.4737),
) -> Image.Exif:
    """What a camera writes; `place` is latitude and longitude in degrees."""
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = camera
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = taken_at
    if offset is not None:
        details[ExifTags.Base.OffsetTimeOriginal] = offset
    if place is not None:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        latitude, longitude = place
        gps[ExifTags.GPS.GPSLatitudeRef] = "N" if latitude >= 0 else "S"
        gps[ExifTags.GPS.GPSLatitude] = _angle(latitude)
        gps[ExifTags.GPS.GPSLongitudeRef] = "E" if longitude >= 0 else "W"
        gps[ExifTags.GPS.GPSLongitude] = _angle(longitude)
    return exif


def _angle(degrees: float) -> tuple[float, float, float]:
    degrees = abs(degrees)
    minutes = degrees % 1 * 60
    return (float(int(degrees)), float(int(minutes)), round(minutes % 1 * 60, 4))


def cmyk_jpeg(pixels: Pixels) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).convert("CMYK").save(file, "JPEG", quality=95)
    return file.getvalue()


def palette_png(pixels: Pixels, *, transparent: bool = False) -> bytes:
    """256 colours; with `transparent` the commonest colour is see-through."""
    image = Image.fromarray(pixels).quantize(256)
    file = io.BytesIO()
    if transparent:
        counts = image.getcolors()
        assert counts is not None
        image.save(file, "PNG", transparency=max(counts)[1])
    else:
        image.save(file, "PNG")
    return file.getvalue()


def sixteen_bit(pixels: Pixels, kind: str = "PNG") -> bytes:
    """The same picture with 16 bits a channel, as PNG or TIFF; grey where `pixels` is [h, w]."""
    deep = pixels.astype(np.uint16) * 257
    if deep.ndim == 3:
        deep = deep[:, :, ::-1]
    done, encoded = cv2.imencode("." + kind.lower(), np.ascontiguousarray(deep))
    assert done
    return bytes(encoded)


def cut_off(data: bytes, share: float = 0.5) -> bytes:
    """The first part of a file, as an interrupted copy leaves it."""
    return data[: int(len(data) * share)]
