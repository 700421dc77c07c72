"""How much verification loses where the same faces are degraded: cut amiss, compressed, small, dark, covered."""

from __future__ import annotations

import math
import os
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray
from tqdm import tqdm

from facenet_core.align import TEMPLATE, TEMPLATE_SIZE, sides, similarity, template, window
from facenet_core.data import pictures
from facenet_core.data.augment import DRAWS, Augmentation, changed
from facenet_core.data.crops import Marker, redraw
from facenet_core.data.pairs import Pair
from facenet_core.evaluate.faces import BATCH, NO_FACE, Describer, check_size
from facenet_core.evaluate.verification import FEWEST_ERRORS, Accuracy, accuracy, tar_at_far
from facenet_core.types import FacenetError

# From an RGB crop uint8 [s, s, 3], which is not to be written to, its margin and a generator to a crop like it.
Degradation = Callable[[NDArray[np.uint8], float, np.random.Generator], NDArray[np.uint8]]

CLEAN = "clean"
# In pixels of the 112 template, and degrees.
SHIFT, ROTATION, BLUR = 3.0, 10.0, 2.0
# What crops must show around what the network sees, in template pixels: a corner moves by 9 where a face is turned.
REACH = 8.0
SQUARE = 0.25 * TEMPLATE_SIZE
HALF_EYE = np.array([14.0, 11.0])
# A surgical mask goes from the nose down over the chin, and is of this colour.
MASK, MASK_COLOUR = (8.0, 68.0, 104.0, 120.0), (170, 200, 215)
DARK = (25, 25, 25)
CENTRE = (TEMPLATE_SIZE - 1) / 2


def misaligned(crop: NDArray[np.uint8], margin: float, landmarks: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The RGB crop uint8 [s, s, 3] that a detector would have given which sees `landmarks` [5, 2], in pixels of the 112
    template, where `crop` has TEMPLATE. What lies outside the crop mirrors its rim. May return a view."""
    scale, shift = window(len(crop), margin)
    # Half a pixel is between the coordinates of `align` and those of `redraw`.
    moved = similarity(landmarks * scale + shift + 0.5, template(len(crop), margin) + 0.5)
    return redraw(crop, moved, len(crop))


def _with_noise(crop: NDArray[np.uint8], margin: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    return misaligned(crop, margin, TEMPLATE + rng.normal(0, SHIFT, TEMPLATE.shape))


def _shifted(crop: NDArray[np.uint8], margin: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    angle = rng.uniform(0, 2 * np.pi)
    return misaligned(crop, margin, TEMPLATE + SHIFT * np.array([np.cos(angle), np.sin(angle)]))


def _turned(crop: NDArray[np.uint8], margin: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    angle = np.radians(ROTATION) * rng.choice([-1, 1])
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return misaligned(crop, margin, (TEMPLATE - CENTRE) @ turn + CENTRE)


def _changed(settings: Augmentation) -> Degradation:
    """A change of training's, always and as strong as it gets: where all that is drawn is 0, whatever may happen does,
    and sizes and qualities are the lowest."""
    return lambda crop, margin, _: changed(crop, len(crop), margin, margin, np.zeros(DRAWS), settings)


def _brighter(factor: float) -> Degradation:
    return lambda crop, margin, _: np.asarray(cv2.convertScaleAbs(crop, alpha=factor), np.uint8)


def _blurred(crop: NDArray[np.uint8], margin: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), BLUR * _pixel(crop, margin)), np.uint8)


def _covered(crop: NDArray[np.uint8], margin: float, box: ArrayLike, colour: ArrayLike) -> NDArray[np.uint8]:
    """With the box left, top, right, bottom, in pixels of the template from its edge, in one colour."""
    edges = np.rint((np.asarray(box) + margin) * _pixel(crop, margin)).astype(int)
    left, top, right, bottom = np.clip(edges, 0, len(crop)).tolist()
    covered = crop.copy()
    covered[top:bottom, left:right] = colour
    return covered


def _eye_covered(crop: NDArray[np.uint8], margin: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    eye = TEMPLATE[rng.integers(2)]
    return _covered(crop, margin, [*(eye - HALF_EYE), *(eye + HALF_EYE)], DARK)


def _masked(crop: NDArray[np.uint8], margin: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    return _covered(crop, margin, MASK, MASK_COLOUR)


def _square_covered(crop: NDArray[np.uint8], margin: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    corner = rng.uniform(0, TEMPLATE_SIZE - SQUARE, 2)
    return _covered(crop, margin, [*corner, *(corner + SQUARE)], rng.integers(0, 256, 3))


def _pixel(crop: NDArray[np.uint8], margin: float) -> float:
    """How many pixels of the crop are one of the template."""
    return len(crop) / (TEMPLATE_SIZE + 2 * margin)


# What happens to faces in albums, by what a table calls it. Pixels are those of the 112 template.
DEGRADATIONS: Mapping[str, Degradation] = {
    # Each landmark off by normal noise with this standard deviation on both axes.
    "landmarks off by 3 px": _with_noise,
    # The crop as a whole, in any direction.
    "shifted by 3 px": _shifted,
    "rotated by 10 degrees": _turned,
    "JPEG quality 30": _changed(Augmentation(jpeg=1, jpeg_quality=30)),
    "half resolution": _changed(Augmentation(low_resolution=1, lowest_resolution=0.5)),
    "blurred by 2 px": _blurred,
    "brightness x 1.4": _brighter(1.4),
    "brightness x 0.6": _brighter(0.6),
    "grey": _changed(Augmentation(grey=1)),
    "one eye covered": _eye_covered,
    # As by a mask.
    "lower half covered": _masked,
    # A quarter of the side, anywhere, of any colour.
    "square of 28 px covered": _square_covered,
    "mirrored": _changed(Augmentation(flip=1)),
}


class Loss(NamedTuple):
    """Verification of pairs of which pictures are degraded by `name`, in shares of 1.

    `difference` is that of `accuracy` to the clean run, negative where it is lower, and `standard_error` that of this
    difference, over the folds. `tar` is the true accept rate at Robustness.far, None where that is. `cosine` is the
    mean between the clean and the degraded vector of the same picture.
    """

    name: str
    accuracy: float
    difference: float
    standard_error: float
    tar: float | None
    cosine: float


@dataclass(frozen=True, slots=True)
class Robustness:
    """`losses` of CLEAN and then of each of DEGRADATIONS. `far` is the strictest false accept rate that the pairs can
    measure, which ten of the impostor pairs decide; None where there are fewer of these.

    `pictures` were degraded; in `pairs_without_face` of the pairs a crop is missing.
    """

    pictures: int
    pairs: int
    pairs_without_face: int
    far: float | None
    losses: tuple[Loss, ...]


def degrade(name: str, crop: NDArray[np.uint8], margin: float, picture: Path) -> NDArray[np.uint8]:
    """An RGB crop uint8 [s, s, 3] that shows `margin`, degraded by one of DEGRADATIONS.

    The file's name and that of its folder, as PERSON/NAME, alone decide what is drawn at random, so that each run and
    each network sees the same. What a moved face shows from outside the crop mirrors its rim. May return a view.
    """
    seed = zlib.crc32(os.fsencode(f"{picture.parent.name}/{picture.stem}"))
    return DEGRADATIONS[name](crop, margin, np.random.default_rng(seed))


def measure(pairs: Sequence[Pair], marker: Marker, describer: Describer, both: bool = False) -> Robustness:
    """Verify pairs of crops that `align` wrote, in two folds or more, by the LFW protocol, clean and degraded.

    The second picture of each pair is degraded and the first is clean, as a poor photo in an album meets good ones of
    the same person; with `both`, each is. Thresholds are chosen anew for each degradation, as the protocol has it.
    Pairs of which a crop is missing, since `align` found no face, score NO_FACE. With a progress bar on a terminal.

    Raises FacenetError for crops that cannot be read, or show less than REACH around what the network sees.
    """
    _check_reach(marker.margin, describer)
    paths = sorted({path for pair in pairs for path in (pair.first, pair.second)})
    there = np.array([path.exists() for path in paths])
    place = {path: number for number, path in enumerate(paths)}
    first = np.array([place[pair.first] for pair in pairs])
    second = np.array([place[pair.second] for pair in pairs])
    same, fold = np.array([pair.same for pair in pairs]), np.array([pair.fold for pair in pairs])
    seen = there[first] & there[second]
    if not seen.any():
        raise FacenetError("No pair has both its crops: are they those of these pairs?")
    worse = np.zeros(len(paths), bool)
    worse[second] = True
    worse |= both
    clean = _vectors(paths, there, marker, describer, [CLEAN])[CLEAN]
    impostors = int(np.sum(~same))
    far = FEWEST_ERRORS / impostors if impostors > FEWEST_ERRORS else None
    told: dict[str, Accuracy] = {}
    losses = []
    degraded = _vectors(paths, there & worse, marker, describer, DEGRADATIONS)
    for name, vectors in {CLEAN: clean, **degraded}.items():
        of_first = vectors if both else clean
        scores = np.where(seen, np.sum(of_first[first] * vectors[second], axis=1), NO_FACE)
        told[name] = accuracy(scores, same, fold)
        change = told[name].per_fold - told[CLEAN].per_fold
        losses.append(
            Loss(
                name,
                told[name].mean,
                float(change.mean()),
                float(change.std() / math.sqrt(len(change) - 1)),
                tar_at_far(scores[same], scores[~same], far)[0] if far and same.any() else None,
                float(np.mean(np.sum(clean * vectors, axis=1)[there & worse])),
            )
        )
    return Robustness(int(np.sum(there & worse)), len(pairs), int(np.sum(~seen)), far, tuple(losses))


def table(measured: Robustness) -> str:
    """For a reader: a line for each degradation, in per cent and points."""
    far = "TAR" if measured.far is None else f"TAR at {measured.far:.2%}"
    lines = [f"{'':<24} {'accuracy':>8}  {'points':>6} {'+-':>5}  {far:>12}  {'cosine':>7}"]
    for loss in measured.losses:
        tar = "-" if loss.tar is None else f"{loss.tar:.2%}"
        points = f"{100 * loss.difference:>+6.2f} {100 * loss.standard_error:>5.2f}" if loss.name != CLEAN else ""
        lines.append(f"{loss.name:<24} {loss.accuracy:>8.2%}  {points:>12}  {tar:>12}  {loss.cosine:>7.4f}")
    return "\n".join(lines)


def _check_reach(margin: float, describer: Describer) -> None:
    needed = max(sides(describer.margin)) + REACH
    if margin < needed:
        raise FacenetError(
            f"Faces are moved and turned here, for which the crops of {describer.name} must show a margin of "
            f"{needed:g} around the face; these show {margin:g}: align the photos with --margin {needed:g} or more."
        )


def _vectors(
    paths: Sequence[Path],
    wanted: NDArray[np.bool_],
    marker: Marker,
    describer: Describer,
    names: Iterable[str],
) -> dict[str, NDArray[np.float32]]:
    """By name, the vectors [n, d] of the crops that are `wanted` (bool [n]), clean or degraded; zero for others."""
    vectors = {name: np.zeros((len(paths), describer.dimension), np.float32) for name in names}
    rows = np.flatnonzero(wanted)
    with tqdm(total=len(rows) * len(vectors), unit="crop", disable=None) as bar:
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            files = [paths[row] for row in batch]
            crops = [_read(file, marker) for file in files]
            for name, found in vectors.items():
                shown = crops
                if name != CLEAN:
                    shown = [
                        degrade(name, *one) for one in zip(crops, [marker.margin] * len(files), files, strict=True)
                    ]
                found[batch] = describer(shown, marker.margin)
                bar.update(len(batch))
    return vectors


def _read(file: Path, marker: Marker) -> NDArray[np.uint8]:
    crop = pictures.read(file)
    check_size(crop, file, marker)
    return crop
