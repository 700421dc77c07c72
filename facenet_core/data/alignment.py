"""Photos of people to a folder of aligned crops, one from each photo: what `open_crops` reads.

While it works the folder's marker has another name, and each crop appears in one step, so that a kill at any moment
leaves a folder that is known to be unfinished and in which every crop is whole.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from facenet_core.align import align
from facenet_core.data import pictures
from facenet_core.data.crops import MARKER, PACK_MARGIN, PACK_SIZE, UNFINISHED_MARKER, Marker, parse_marker
from facenet_core.detect import Detector
from facenet_core.types import Detection, FacenetError

# The name of a file while a process writes it: no reader takes it for a picture, and nobody else's file is called so.
PARTIAL = "crops.{}.part"


class Outcome(Enum):
    """What became of a photo."""

    CUT = "cut"
    THERE_ALREADY = "there already"
    NO_FACE = "no face"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Aligned:
    """One photo, what became of it, and, where it gave no crop, a sentence that says why."""

    photo: Path
    outcome: Outcome
    problem: str = ""


def nearest_centre(faces: Sequence[Detection], height: int, width: int) -> Detection:
    """The face that a labelled picture of height x width pixels is about, as LFW defines it. `faces` is not empty."""
    return centre_first(faces, height, width)[0]


def centre_first(faces: Sequence[Detection], height: int, width: int) -> list[Detection]:
    """The faces of a picture of height x width pixels by how near they are to its centre."""
    centre = np.array([(width - 1) / 2, (height - 1) / 2])

    def distance(face: Detection) -> float:
        x, y, w, h = face.box
        return float(np.hypot(*(np.array([x + w / 2, y + h / 2]) - centre)))

    return sorted(faces, key=distance)


def cut(picture: NDArray[np.uint8], face: Detection, size: int, margin: float) -> NDArray[np.uint8] | None:
    """The crop of a face as `align` makes it, None where its landmarks fall in one point: nobody could cut that."""
    try:
        return align(picture, face.landmarks, size, margin)
    except ValueError:
        return None


def align_photos(
    photos: Sequence[tuple[str, Path]],
    folder: Path,
    detector: Detector,
    size: int = PACK_SIZE,
    margin: float = PACK_MARGIN,
) -> Iterator[Aligned]:
    """Cut the face nearest the centre of each photo, named by person, into FOLDER/PERSON/STEM.png; yields one result
    a photo, in order.

    `size` is the crop's side in pixels, `margin` what it shows around ArcFace's template, in its pixels. Photos whose
    crop is there already are not read again, so that an interrupted run goes on where it stopped. The folder is marked
    as whole once the last result was taken. Raises FacenetError for a folder that holds anything else, or crops that
    were cut otherwise, and where the detector cannot be loaded.
    """
    _begin(folder, Marker(size, margin, detector.fingerprint))
    for (_, photo), crop_file in zip(photos, crop_files(photos, folder), strict=True):
        if crop_file.exists():
            yield Aligned(photo, Outcome.THERE_ALREADY)
            continue
        try:
            picture = pictures.read(photo)
        except FacenetError as error:
            yield Aligned(photo, Outcome.UNREADABLE, str(error))
            continue
        faces = detector.detect(picture)
        crop = cut(picture, nearest_centre(faces, *picture.shape[:2]), size, margin) if faces else None
        if crop is None:
            yield Aligned(photo, Outcome.NO_FACE, f"No face was found in {photo}.")
            continue
        crop_file.parent.mkdir(exist_ok=True)
        _write(crop_file, cv2.imencode(".png", cv2.cvtColor(crop, cv2.COLOR_RGB2BGR))[1].tobytes(), folder)
        yield Aligned(photo, Outcome.CUT)
    (folder / UNFINISHED_MARKER).replace(folder / MARKER)


def crop_files(photos: Sequence[tuple[str, Path]], folder: Path) -> list[Path]:
    """Where the crop of each photo goes: under the photo's name without suffix, or, where another photo of the person
    has that name with or without suffix (a.jpg and a.png), under the whole name (a.jpg.png)."""
    # Compared without case, since some file systems do not know it.
    names = Counter((person, name.casefold()) for person, photo in photos for name in (photo.stem, photo.name))
    return [
        folder / person / f"{photo.stem if names[person, photo.stem.casefold()] == 1 else photo.name}.png"
        for person, photo in photos
    ]


def strays(photos: Sequence[tuple[str, Path]], folder: Path) -> list[Path]:
    """The crops in `folder` that none of these photos gives: their photos were removed, renamed, or got a namesake."""
    return sorted(set(folder.glob("*/*.png")) - set(crop_files(photos, folder)))


def _begin(folder: Path, marker: Marker) -> None:
    """Make sure that the folder holds nothing but such crops, and mark it as unfinished."""
    whole, unfinished = folder / MARKER, folder / UNFINISHED_MARKER
    folder.mkdir(parents=True, exist_ok=True)
    # A run that was killed may have left one.
    left = [path for path in folder.glob(PARTIAL.format("*")) if path.is_file()]
    found = parse_marker(unfinished) or parse_marker(whole)
    if found is None and set(folder.iterdir()) - set(left):
        raise FacenetError(f"{folder} holds other things than aligned crops: name an empty folder.")
    if found not in (None, marker):
        raise FacenetError(
            f"{folder} holds crops that were cut otherwise ({found}; now {marker}): name another folder."
        )
    # Only now, when the folder is known to be one of ours, is anything in it changed.
    for partial in left:
        partial.unlink()
    if found is None:
        _write(unfinished, json.dumps(asdict(marker)).encode(), folder)
    elif whole.exists():
        whole.replace(unfinished)


def _write(file: Path, content: bytes, folder: Path) -> None:
    # In the top folder, where a short name always fits; of this process, so that two runs never mix their bytes.
    partial = folder / PARTIAL.format(os.getpid())
    partial.write_bytes(content)
    partial.replace(file)
