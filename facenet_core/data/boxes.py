"""Read where the faces of photos are: JSON files of [{"photo": NAME, "boxes": [[x, y, width, height], ...]}, ...]."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facenet_core.types import FacenetError

# How far a box may reach over the photo's edge, as a share of its side: rounding, and faces that are cut off.
OUTSIDE = 0.5


def read_boxes(file: Path, images: Path) -> dict[Path, NDArray[np.float64]]:
    """The photos in the folder `images` that the file names, and for each its boxes float64 [n, 4].

    Boxes are x, y, width, height as shares of the photo's sides; a photo may have none. Raises FacenetError, with the
    photo, for a file that is not as said, and for photos that are not there.
    """
    try:
        entries = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FacenetError(f"The file {file} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise FacenetError(f"{file} is no JSON: {error}.") from error
    if not isinstance(entries, list) or not entries:
        raise FacenetError(f'{file} must hold a list of {{"photo": NAME, "boxes": [[x, y, width, height], ...]}}.')
    boxes: dict[Path, NDArray[np.float64]] = {}
    for number, entry in enumerate(entries, 1):
        name = entry.get("photo") if isinstance(entry, dict) else None
        if not isinstance(name, str) or not name:
            raise FacenetError(f'{file}: entry {number} names no "photo".')
        path = images / name
        if path in boxes:
            raise FacenetError(f"{file}: {name} is listed a second time.")
        boxes[path] = _boxes(file, name, entry.get("boxes"))
    missing = [path for path in boxes if not path.is_file()]
    if missing:
        raise FacenetError(
            f"{file} names {len(boxes):,} photos of which {len(missing):,} are not in {images}, such as "
            f"{missing[0].name}: name the right folder with --images."
        )
    return boxes


def _boxes(file: Path, name: str, listed: Any) -> NDArray[np.float64]:
    try:
        boxes = np.array(listed if listed != [] else np.zeros((0, 4)), np.float64)
    except (TypeError, ValueError):
        boxes = np.zeros(0)
    if boxes.ndim != 2 or boxes.shape[1] != 4 or not np.isfinite(boxes).all():
        raise FacenetError(f'{file}: the "boxes" of {name} must be a list of four numbers each: x, y, width, height.')
    if (boxes[:, 2:] <= 0).any():
        raise FacenetError(f"{file}: a box of {name} has no width or no height.")
    if (boxes[:, :2] < -OUTSIDE).any() or (boxes[:, :2] + boxes[:, 2:] > 1 + OUTSIDE).any():
        raise FacenetError(
            f"{file}: a box of {name} lies outside the photo: x, y, width and height are shares of its sides, 0..1."
        )
    return boxes
