"""Read pictures from files and from folders of people."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from facenet_core.types import FacenetError

SUFFIXES = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})


def read(path: Path | str) -> NDArray[np.uint8]:
    """The picture in a file: RGB uint8 [h, w, 3], turned upright as its EXIF orientation says.

    Raises FacenetError where the file is missing or is no picture OpenCV can decode.
    """
    try:
        # Decoded from memory, since OpenCV opens no path that Windows or broken UTF-8 makes odd.
        content = np.fromfile(path, np.uint8)
        picture = cv2.imdecode(content, cv2.IMREAD_COLOR_RGB) if content.size else None
    except OSError as error:
        raise FacenetError(f"The picture {path} cannot be read: {error.strerror or error}.") from error
    except cv2.error:
        picture = None
    if picture is None:
        raise FacenetError(f"The picture {path} cannot be read: it is empty, damaged or of a format OpenCV lacks.")
    return np.asarray(picture, np.uint8)


def resized(picture: NDArray[np.uint8], longer_side: int) -> NDArray[np.uint8]:
    """A picture uint8 [h, w, 3], reduced or enlarged until its longer side has so many pixels."""
    height, width = picture.shape[:2]
    ratio = longer_side / max(height, width)
    shape = max(1, round(width * ratio)), max(1, round(height * ratio))
    interpolation = cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, shape, interpolation=interpolation), np.uint8)


def people(folder: Path) -> list[tuple[str, Path]]:
    """Every picture of a folder that holds one folder a person, as (person, path), sorted.

    Raises FacenetError where there is none.
    """
    found = [
        (person.name, path)
        for person in sorted(folder.iterdir() if folder.is_dir() else ())
        if person.is_dir()
        for path in sorted(person.iterdir())
        if path.suffix.lower() in SUFFIXES
    ]
    if not found:
        raise FacenetError(_why_nobody(folder))
    return found


def below(folder: Path) -> list[Path]:
    """Every picture in `folder` and the folders in it, at any depth, sorted; links to folders are not followed.

    Raises FacenetError where there is none, OSError for a folder that cannot be listed.
    """

    def fail(error: OSError) -> None:
        raise error

    found = [Path(place, name) for place, _, names in os.walk(folder, onerror=fail) for name in names]
    photos = sorted(path for path in found if path.suffix.lower() in SUFFIXES)
    if not photos:
        raise FacenetError(f"There are no pictures in {folder}.")
    return photos


def _why_nobody(folder: Path) -> str:
    if not folder.is_dir():
        return f"There is no folder {folder}."
    if any(path.suffix.lower() in SUFFIXES for path in folder.iterdir()):
        return f"The pictures lie in {folder} itself: each person needs a folder in there, with their pictures inside."
    return f"{folder} holds no pictures: expected one folder for each person, with pictures inside."
