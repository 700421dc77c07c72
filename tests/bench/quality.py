"""How the weights of `facenet_core.quality` come about: `python -m tests.bench.quality --images data/lfw-dev`.

Photos of people (a folder each) are described as they are and spoilt: made small, blurred, shaken, dark, bright, noisy,
cut by an edge. A pair of one person is accepted at FMR 1e-3 with a probability of the product of both qualities: each
weight is told that maximises the likelihood of the accepted and rejected pairs of two thirds of the people, then what
comes true of the qualities of the others. `SURE` is the score that nine of ten portraits of the two thirds exceed.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from tqdm import tqdm

from facenet_core import presets, quality
from facenet_core.align import align
from facenet_core.data import pictures
from facenet_core.data.alignment import nearest_centre
from facenet_core.detect.yunet import YuNetDetector
from facenet_core.embed import Embedder
from facenet_core.quality import Quality
from facenet_core.types import Detection

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]

FMR = 1e-3
# So many people are fitted on, of three.
FITTED = 2
# How many of a person's photos are spoilt, and what the pairs of these weigh: most photos are good.
SPOILT, SPOILT_WEIGHT = 6, 0.05
# A face in a spoilt photo is that of the photo where both overlap so far (intersection over union).
OVERLAP = 0.3
# Keeps a weight small where nothing speaks for it.
RIDGE = 1e-4
# What cannot be fitted: of poses there are too few.
FIXED = ("pose",)
PRESENT = {
    "sharpness": quality.SHARPNESS,
    "size": quality.SIZE,
    "pose": 1.0,
    "exposure": quality.OVEREXPOSURE,
    "score": quality.SCORE,
}
BANDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)


class Face(NamedTuple):
    person: int
    photo: int
    spoilt: bool
    score: float
    qualities: Quality
    crop: Pixels


class Pairs(NamedTuple):
    """Pairs of one person: numbers of their faces [n], whether they are accepted, what they weigh."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    accepted: NDArray[np.bool_]
    weight: Floats

    def where(self, chosen: NDArray[np.bool_]) -> Pairs:
        return Pairs(self.first[chosen], self.second[chosen], self.accepted[chosen], self.weight[chosen])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True, help="one folder of photos for each person")
    parser.add_argument("--yunet", type=Path, help="a detector other than the one inside")
    arguments = parser.parse_args()
    faces = collected(arguments.images, YuNetDetector(arguments.yunet))
    embedder = Embedder(presets.DEFAULT, "cpu")
    vectors = np.concatenate([embedder.embed(np.stack([face.crop])) for face in tqdm(faces, unit="face", disable=None)])
    good = np.array([not face.spoilt for face in faces])
    fit = np.array([face.person % 3 < FITTED for face in faces])
    scores = np.array([face.score for face in faces])
    sure = float(np.quantile(scores[good & fit], 0.1))
    print(f"{good.sum():,} faces in photos, {(~good).sum():,} in spoilt ones; SURE {sure:.3f} (is {quality.SURE:g})")
    calibration = embedder.preset.calibration
    assert calibration is not None, "what ships is calibrated"
    pairs = pairs_of_one(faces, vectors, calibration.cosines[calibration.rates.index(FMR)])
    flaws = np.array([[-np.log(max(part, 1e-9)) for part in face.qualities] for face in faces])
    flaws[:, Quality._fields.index("score")] = quality.SCORE * np.log(sure / scores.clip(1e-3, sure))
    base, factors = fitted(flaws, pairs.where(fit[pairs.first]))
    print(f"a pair without a flaw is accepted with {np.exp(-base):.4f}")
    for name, factor in zip(Quality._fields, factors, strict=True):
        print(f"{name:<10} {PRESENT[name] * factor:>8.4g} (is {PRESENT[name]:g})")
    values = np.exp(-flaws @ factors)
    held = pairs.where(~fit[pairs.first])
    held = held.where(~good[held.second] & (values[held.first] > 0.9))
    print("spoilt faces of people not fitted on, compared with good ones; each face weighs the same")
    print(f"{'quality':>12} {'faces':>7} {'accepted':>9}")
    for low, high in pairwise(BANDS):
        among = held.where((values[held.second] >= low) & (values[held.second] < high))
        number = len(np.unique(among.second))
        share = f"{np.average(among.accepted, weights=among.weight):>9.1%}" if number else f"{'-':>9}"
        print(f"{low:>6.1f}-{min(high, 1):.1f}  {number:>7,} {share}")


def collected(folder: Path, detector: YuNetDetector) -> list[Face]:
    """The face nearest the centre of each photo of people with two or more, and of spoilt copies of some."""
    photos = defaultdict(list)
    for name, path in pictures.people(folder):
        photos[name].append(path)
    rng = np.random.default_rng(1)
    found = []
    several = [paths for _, paths in sorted(photos.items()) if len(paths) > 1]
    for person, paths in enumerate(tqdm(several, unit="person", disable=None)):
        for number, path in enumerate(paths):
            photo = pictures.read(path)
            detections = detector.detect(photo)
            if not detections:
                continue
            face = nearest_centre(detections, *photo.shape[:2])
            found.append(measured(photo, face, person, number, spoilt=False))
            if number < SPOILT:
                spoilt, scale, shift = spoil(photo, rng)
                # Anybody else who comes to stand there is another person.
                same = [one for one in detector.detect(spoilt) if overlaps(one, face, scale, shift)]
                found += [measured(spoilt, one, person, number, spoilt=True) for one in same[:1]]
    return found


def measured(photo: Pixels, face: Detection, person: int, number: int, spoilt: bool) -> Face:
    crop = align(photo, face.landmarks)
    return Face(person, number, spoilt, face.score, quality.measure(photo, face.landmarks, face.score, crop), crop)


def overlaps(found: Detection, face: Detection, scale: float, shift: Floats) -> bool:
    """Whether it is the face of a photo that was scaled and shifted."""
    start, size = np.array(face.box[:2]) * scale + shift, np.array(face.box[2:]) * scale
    place, own = np.array(found.box[:2]), np.array(found.box[2:])
    shared = np.minimum(start + size, place + own) - np.maximum(start, place)
    return bool(shared.min() > 0 and shared.prod() > OVERLAP * (size.prod() + own.prod() - shared.prod()))


def spoil(photo: Pixels, rng: np.random.Generator) -> tuple[Pixels, float, Floats]:
    """The photo spoilt in a way and as far as chance wants, by what it is scaled, and how far then shifted."""
    height, width = photo.shape[:2]
    still = np.zeros(2)
    kind = rng.choice(["small", "blurred", "shaken", "light", "edge"], p=[0.4, 0.2, 0.1, 0.15, 0.15])
    if kind == "small":
        ratio = 2 ** -rng.uniform(0.3, 3.2)
        small = cv2.resize(photo, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
        if rng.random() < 0.5:
            kept = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(50, 95))])[1]
            small = cv2.imdecode(kept, cv2.IMREAD_COLOR)
        return np.asarray(small, np.uint8), ratio, still
    if kind == "blurred":
        return np.asarray(cv2.GaussianBlur(photo, (0, 0), rng.uniform(0.5, 5)), np.uint8), 1, still
    if kind == "shaken":
        path, angle = np.zeros((21, 21), np.float32), rng.uniform(0, np.pi)
        for way in np.linspace(-0.5, 0.5, 60) * rng.uniform(3, 18):
            path[round(10 + way * np.sin(angle)), round(10 + way * np.cos(angle))] = 1
        return np.asarray(cv2.filter2D(photo, -1, path / path.sum()), np.uint8), 1, still
    if kind == "light":
        light = rng.choice([rng.uniform(0.05, 0.5), rng.uniform(1.5, 4)])
        noisy = photo * light + rng.normal(0, rng.uniform(2, 8), photo.shape)
        return np.asarray(np.clip(noisy, 0, 255), np.uint8), 1, still
    # The face stands in the middle of LFW's photos and is about two fifths as wide.
    cut = rng.uniform(0.25, 0.55)
    x, y = round(cut * width), round(cut * height)
    # What is left of it, and where that begins.
    parts = ((photo[:, x:], x, 0), (photo[:, : width - x], 0, 0), (photo[y:], 0, y), (photo[: height - y], 0, 0))
    part, left, top = parts[int(rng.integers(4))]
    return np.array(part), 1, np.array([-left, -top])


def pairs_of_one(faces: list[Face], vectors: NDArray[np.float32], threshold: float) -> Pairs:
    """All pairs of two photos of one person of which the first is not spoilt; all faces of a kind weigh alike."""
    of_person = defaultdict(list)
    for number, face in enumerate(faces):
        of_person[face.person].append(number)
    first, second, weight = [], [], []
    for numbers in of_person.values():
        for spoilt, share in ((False, 1 - SPOILT_WEIGHT), (True, SPOILT_WEIGHT)):
            both = [
                (one, other)
                for one in numbers
                for other in numbers
                if not faces[one].spoilt and faces[other].spoilt == spoilt and faces[one].photo != faces[other].photo
            ]
            first += [one for one, _ in both]
            second += [other for _, other in both]
            others = sum(not faces[number].spoilt for number in numbers) - 1
            weight += [share / max(1, others)] * len(both)
    i, j = np.array(first), np.array(second)
    spoilt_second = np.array([faces[number].spoilt for number in second])
    weights = np.array(weight)
    for kind, share in ((spoilt_second, SPOILT_WEIGHT), (~spoilt_second, 1 - SPOILT_WEIGHT)):
        weights[kind] *= share / weights[kind].sum()
    return Pairs(i, j, np.einsum("nd,nd->n", vectors[i], vectors[j]) >= threshold, weights)


def fitted(flaws: Floats, pairs: Pairs) -> tuple[float, Floats]:
    """What a pair without a flaw loses (negative logarithm), and by what each flaw is to be multiplied."""
    both = flaws[pairs.first] + flaws[pairs.second]
    weight = pairs.weight / pairs.weight.sum()

    def loss(values: Floats) -> tuple[float, Floats]:
        cost = np.maximum(both @ values[1:] + values[0], 1e-6)
        likelihood = np.where(pairs.accepted, cost, -np.log(-np.expm1(-cost)))
        slope = np.where(pairs.accepted, 1.0, -1 / np.expm1(cost)) * weight
        gradient = np.concatenate([[slope.sum()], both.T @ slope + 2 * RIDGE * values[1:]])
        return float((likelihood * weight).sum() + RIDGE * (values[1:] ** 2).sum()), gradient

    bounds = [(1e-4, None), *((1, 1) if name in FIXED else (0, None) for name in Quality._fields)]
    start = np.array([0.02] + [1.0] * len(Quality._fields))
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    return float(found[0]), found[1:]


if __name__ == "__main__":
    main()
