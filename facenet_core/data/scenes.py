"""Scenes to train a detector on: pictures of faces, and of none, laid beside each other at every size and angle."""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from facenet_core.data import pictures
from facenet_core.data.crops import FINEST
from facenet_core.types import FacenetError

log = logging.getLogger(__name__)

# Pictures are kept with at most this longer side, 190 kB each: more is not seen in a scene.
KEPT_SIDE = 256
# The longer side of a tile, at most, in pixels: drawn for each scene, evenly on a logarithmic scale up to the scene's.
LEAST_TILE = 24
# In a tile of a shorter side no network could tell a cat's face from a man's: it shows no picture without faces.
LEAST_EMPTY = 48
# How far a tile is zoomed into its picture; 1 shows as much of it as fills the tile.
ZOOM = (0.85, 2.0)
# Degrees that a picture is turned by, at most: of most tiles, and of every fourth.
TURNED, TURNED_FAR, FAR_SHARE = 12.0, 45.0, 0.25
# Pictures are compared by grey thumbnails of this side; from this correlation on, they are the same one.
THUMBNAIL, SAME_PICTURE = 16, 0.97


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """`image` BGR uint8 [size, size, 3]; `empty` bool [size, size], where what is shown is known to be no face."""

    image: NDArray[np.uint8]
    empty: NDArray[np.bool_]


class Scenes:
    """Scenes of `size` pixels out of RGB pictures uint8 [h, w, 3], of which those in `empty` show no face.

    A share of `empty_share` of the tiles from LEAST_EMPTY up shows one of these: of some scenes few, of some most. A
    scene depends on the generator alone.
    """

    def __init__(
        self,
        faces: Sequence[NDArray[np.uint8]],
        empty: Sequence[NDArray[np.uint8]],
        size: int,
        empty_share: float,
    ) -> None:
        self._faces, self._empty, self._size = faces, empty, size
        self._empty_share = empty_share if empty else 0.0

    def draw(self, rng: np.random.Generator) -> Scene:
        size = self._size
        image, without = np.empty((size, size, 3), np.uint8), np.zeros((size, size), bool)
        largest = LEAST_TILE * (size / LEAST_TILE) ** rng.random()
        share = self._empty_share * 2 * rng.random()
        for x, y, width, height in _tiles((0, 0, size, size), largest, rng):
            empty = min(width, height) >= LEAST_EMPTY and rng.random() < share
            chosen = self._empty if empty else self._faces
            picture = chosen[int(rng.integers(len(chosen)))]
            image[y : y + height, x : x + width] = _placed(picture, width, height, rng)
            without[y : y + height, x : x + width] = empty
        return Scene(image[:, :, ::-1], without)


def read_pictures(folders: Sequence[Path], unlike: Sequence[NDArray[np.float32]] = ()) -> list[NDArray[np.uint8]]:
    """All pictures below the folders as RGB, reduced to KEPT_SIDE, but those that look like a thumbnail in `unlike`.

    Pictures that cannot be read are left out too; how many were is logged. Raises FacenetError where none is left.
    """
    refused = np.stack(unlike) if len(unlike) else np.zeros((1, THUMBNAIL**2), np.float32)

    def read(path: Path) -> NDArray[np.uint8] | str:
        """The picture, or why it is left out."""
        try:
            picture = pictures.read(path)
        except FacenetError:
            return "cannot be read"
        if (refused @ thumbnail(picture)).max() >= SAME_PICTURE:
            return "are to be kept out"
        return _reduced(picture, KEPT_SIDE)

    paths = [path for folder in folders for path in pictures.below(folder)]
    with ThreadPoolExecutor(thread_name_prefix="pictures") as pool:
        read_all = tqdm(pool.map(read, paths), total=len(paths), unit="picture", disable=None)
        answers = list(read_all)
    found = [answer for answer in answers if not isinstance(answer, str)]
    for reason, number in Counter(answer for answer in answers if isinstance(answer, str)).items():
        log.info("left out: %s that %s", f"{number:,}", reason)
    if not found:
        raise FacenetError(f"There is no picture to learn from in {', '.join(map(str, folders))}.")
    return found


def thumbnail(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What tells a picture from others, whatever its size and quality: float32 [THUMBNAIL ** 2] of length 1 or 0."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
    small -= small.mean()
    return np.asarray(small / max(float(np.linalg.norm(small)), 1.0), np.float32)


Rectangle = tuple[int, int, int, int]


def _tiles(whole: Rectangle, largest: float, rng: np.random.Generator) -> list[Rectangle]:
    """`whole` (x, y, width, height) cut across its longer side, again and again, until no side is over `largest`."""
    x, y, width, height = whole
    longer = max(width, height)
    if longer <= largest * rng.uniform(0.7, 1.4) or longer < 2 * LEAST_TILE / 3:
        return [whole]
    first = round(longer * rng.uniform(0.35, 0.65))
    if width >= height:
        parts = [(x, y, first, height), (x + first, y, width - first, height)]
    else:
        parts = [(x, y, width, first), (x, y + first, width, height - first)]
    return [tile for part in parts for tile in _tiles(part, largest, rng)]


def _placed(picture: NDArray[np.uint8], width: int, height: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A tile uint8 [height, width, 3] of the picture: zoomed, turned, perhaps mirrored, its middle shifted."""
    scale = max(width / picture.shape[1], height / picture.shape[0]) * math.exp(rng.uniform(*np.log(ZOOM)))
    if scale < FINEST:
        # The linear interpolation below would skip pixels: their means are taken first.
        picture = _reduced(picture, max(2, round(max(picture.shape[:2]) * scale)))
        scale = 1.0
    most = TURNED_FAR if rng.random() < FAR_SHARE else TURNED
    angle = math.radians(rng.uniform(-most, most))
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)
    turn = np.array([[cos, -sin], [sin, cos]])
    if rng.random() < 0.5:
        turn[:, 0] *= -1
    high, wide = picture.shape[:2]
    # What a zoomed picture has beside the tile may be shifted into it.
    spare = np.maximum(np.array([wide, high]) * scale - (width, height), 0) / 2
    middle = np.array([width, height]) / 2 + spare * rng.uniform(-1, 1, 2)
    shift = middle - turn @ (np.array([wide, high]) / 2)
    transform = np.column_stack([turn, shift])
    drawn = cv2.warpAffine(picture, transform, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(drawn, np.uint8)


def _reduced(picture: NDArray[np.uint8], longer: int) -> NDArray[np.uint8]:
    return pictures.resized(picture, longer) if max(picture.shape[:2]) > longer else picture
