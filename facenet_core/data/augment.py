"""Random changes to a crop while training: what cameras, files and detectors do to faces, drawn anew each time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from facenet_core.align import TEMPLATE_SIZE
from facenet_core.data.crops import redraw, view
from facenet_core.types import FacenetError

# From RGB to luma and two chroma axes (YIQ, as NTSC defined it), in which colours turn and fade without their luma.
YIQ = np.array([[0.299, 0.587, 0.114], [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]])
# RGB to RGB: only the luma; only the chroma; the chroma turned by a quarter.
LUMA = np.linalg.inv(YIQ) @ np.diag([1, 0, 0]) @ YIQ
CHROMA = np.eye(3) - LUMA
TURNED = np.linalg.inv(YIQ) @ np.array([[0, 0, 0], [0, 0, -1], [0, 1, 0]]) @ YIQ
GREYS = np.arange(256) / 255
# Each crop takes this many numbers, used or not, so that switching one change off leaves the others as they were.
DRAWS = 24
BEST_JPEG = 95
SMALLEST_CUTOUT = 0.1


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Which changes, how likely and how strong. All zero (the default, `none`) changes nothing.

    Likely, 0..1: `flip` (mirror), `colour` (the five of brightness ... gamma together), `grey`, `blur`, `jpeg`,
    `cutout`, `low_resolution`. Strong, drawn evenly from -x..x: `shift` (pixels of the 112 template), `scale` (share),
    `rotation` (degrees), `brightness` (share of white), `contrast` and `saturation` (share), `hue` (degrees), `gamma`
    (exponent e^x). One-sided: `blur_sigma` (template pixels, at most), `jpeg_quality` (at least, up to 95),
    `cutout_share` (of the side, at most; a rectangle of one colour), `lowest_resolution` (share of the side, at least).
    Raises ValueError for a number outside its range.
    """

    flip: float = 0.0
    shift: float = 0.0
    scale: float = 0.0
    rotation: float = 0.0
    low_resolution: float = 0.0
    lowest_resolution: float = 0.25
    blur: float = 0.0
    blur_sigma: float = 2.0
    colour: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    hue: float = 0.0
    gamma: float = 0.0
    grey: float = 0.0
    jpeg: float = 0.0
    jpeg_quality: float = 25.0
    cutout: float = 0.0
    cutout_share: float = 0.4

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            low, high = _RANGES.get(field.name, (0, 1))
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                raise ValueError(f"{field.name} must be a number from {low:g} to {high:g}, not {value!r}")

    @staticmethod
    def none() -> Augmentation:
        return Augmentation()

    @staticmethod
    def standard() -> Augmentation:
        """For training on aligned crops: as much as detectors, cameras, web sites, masks and hands really do."""
        return Augmentation(
            flip=0.5,
            shift=3,
            scale=0.06,
            rotation=6,
            low_resolution=0.2,
            blur=0.15,
            colour=0.8,
            brightness=0.12,
            contrast=0.25,
            saturation=0.3,
            hue=8,
            gamma=0.25,
            grey=0.1,
            jpeg=0.25,
            cutout=0.15,
        )

    @staticmethod
    def parse(value: str | Mapping[str, Any]) -> Augmentation:
        """ "none", "standard", or a record of some of the fields as JSON has it, the rest as in `none`.

        Raises FacenetError for an unknown name or field and for a number outside its range.
        """
        if isinstance(value, str):
            if value not in NAMED:
                raise FacenetError(f"There is no augmentation {value!r}; there are: {', '.join(NAMED)}.")
            return NAMED[value]
        unknown = sorted(set(value) - {field.name for field in fields(Augmentation)})
        if unknown:
            raise FacenetError(f"An augmentation has no {', '.join(unknown)}.")
        try:
            return Augmentation(**value)
        except ValueError as error:
            raise FacenetError(f"This augmentation cannot be: {error}.") from error


# Those that are no share or likelihood.
_RANGES = {
    "shift": (0, 30),
    "scale": (0, 0.5),
    "rotation": (0, 180),
    "lowest_resolution": (0.05, 1),
    "blur_sigma": (0, 10),
    "hue": (0, 180),
    "gamma": (0, 2),
    "jpeg_quality": (1, BEST_JPEG),
    "cutout_share": (SMALLEST_CUTOUT, 1),
}
NAMED = {"none": Augmentation.none(), "standard": Augmentation.standard()}


def augment(
    crop: NDArray[np.uint8],
    size: int,
    margin_of_crop: float,
    margin_wanted: float,
    rng: np.random.Generator,
    settings: Augmentation,
) -> NDArray[np.uint8]:
    """The network's input [size, size, 3] with `margin_wanted` from an RGB `crop` uint8 [s, s, 3] with its margin.

    Mirror, jitter of the alignment and the cut to the network's input are one affine transform; what lies outside the
    crop mirrors its rim. Then come low resolution, blur, colour, JPEG and cut-out. Margins are in pixels of the 112
    template. May return a view of `crop`; never changes it. Equal generators give equal results.
    """
    return changed(crop, size, margin_of_crop, margin_wanted, rng.random(DRAWS), settings)


def changed(
    crop: NDArray[np.uint8],
    size: int,
    margin_of_crop: float,
    margin_wanted: float,
    draws: NDArray[np.float64],
    settings: Augmentation,
) -> NDArray[np.uint8]:
    """As `augment`, with numbers [DRAWS] already drawn evenly from 0..1."""
    numbers: list[float] = draws.tolist()
    image = _moved(crop, size, margin_of_crop, margin_wanted, numbers[:5], settings)
    image = _softened(image, size / (TEMPLATE_SIZE + 2 * margin_wanted), numbers[5:9], settings)
    image = _coloured(image, numbers[9:16], settings)
    return _damaged(image, numbers[16:], settings)


def _moved(
    crop: NDArray[np.uint8], size: int, margin: float, wanted: float, draws: list[float], settings: Augmentation
) -> NDArray[np.uint8]:
    flipped, right, down, larger, turned = draws
    # In coordinates that count from the picture's edge: crop to network input, then jitter about its middle.
    zoom, start = view(len(crop), margin, size, wanted)
    length = 1 + _around_zero(larger, settings.scale)
    angle = math.radians(_around_zero(turned, settings.rotation))
    cos, sin = length * math.cos(angle), length * math.sin(angle)
    pixel = size / (TEMPLATE_SIZE + 2 * wanted)
    middle, off = size / 2, start - size / 2
    x = cos * off - sin * off + middle + pixel * _around_zero(right, settings.shift)
    y = sin * off + cos * off + middle + pixel * _around_zero(down, settings.shift)
    rows = [[cos * zoom, -sin * zoom, x], [sin * zoom, cos * zoom, y]]
    if flipped < settings.flip:
        rows[0] = [-cos * zoom, sin * zoom, size - x]
    return redraw(crop, np.array(rows), size)


def _softened(image: NDArray[np.uint8], pixel: float, draws: list[float], settings: Augmentation) -> NDArray[np.uint8]:
    small, resolution, blurred, sigma = draws
    size = len(image)
    if small < settings.low_resolution:
        side = max(1, round(size * _between(resolution, settings.lowest_resolution, 1)))
        reduced = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
        image = np.asarray(cv2.resize(reduced, (size, size), interpolation=cv2.INTER_LINEAR), np.uint8)
    width = sigma * settings.blur_sigma * pixel
    # Narrower than this, a Gaussian changes no pixel by half a grey value.
    if blurred < settings.blur and width > 0.15:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), width), np.uint8)
    return image


def _coloured(image: NDArray[np.uint8], draws: list[float], settings: Augmentation) -> NDArray[np.uint8]:
    coloured, brighter, contrast, saturation, hue, gamma, grey = draws
    drawn = coloured < settings.colour
    chroma = 1 + _around_zero(saturation, settings.saturation) if drawn else 1.0
    if grey < settings.grey:
        chroma = 0.0
    elif not drawn:
        return image
    angle = math.radians(_around_zero(hue, settings.hue)) if drawn else 0.0
    gain = 1 + _around_zero(contrast, settings.contrast) if drawn else 1.0
    offset = 127.5 * (1 - gain) + (255 * _around_zero(brighter, settings.brightness) if drawn else 0.0)
    cos, sin = chroma * math.cos(angle), chroma * math.sin(angle)
    matrix = np.full((3, 4), offset)
    matrix[:, :3] = gain * (LUMA + cos * CHROMA + sin * TURNED)
    image = np.asarray(cv2.transform(image, matrix), np.uint8)
    if drawn and settings.gamma:
        curve = GREYS ** math.exp(_around_zero(gamma, settings.gamma))
        image = np.asarray(cv2.LUT(image, (curve * 255 + 0.5).astype(np.uint8)), np.uint8)
    return image


def _damaged(image: NDArray[np.uint8], draws: list[float], settings: Augmentation) -> NDArray[np.uint8]:
    compressed, quality, cut, width, height, x, y, colour = draws
    if compressed < settings.jpeg:
        level = round(_between(quality, settings.jpeg_quality, BEST_JPEG))
        bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
        _, content = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, level])
        image = np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR_RGB), np.uint8)
    if cut < settings.cutout:
        size = len(image)
        half_x, half_y = (
            size * _between(share, SMALLEST_CUTOUT, settings.cutout_share) / 2 for share in (width, height)
        )
        left, right = (max(0, round(x * size + half)) for half in (-half_x, half_x))
        top, bottom = (max(0, round(y * size + half)) for half in (-half_y, half_y))
        image = image.copy()
        # One number makes the colour: its bits are taken apart.
        image[top:bottom, left:right] = np.frombuffer(int(colour * 2**24).to_bytes(3, "little"), np.uint8)
    return image


def _around_zero(draw: float, strength: float) -> float:
    return (2 * draw - 1) * strength


def _between(draw: float, low: float, high: float) -> float:
    return low + draw * (high - low)
