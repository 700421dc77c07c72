"""How far the embedding of a face can be trusted, from its picture, landmarks and score alone. OpenCV and NumPy.

A face whose crop is there costs a third of a millisecond.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from facenet_core.align import TEMPLATE, align, similarity

# Rises with every change of what a value means, so that whoever keeps values can measure them again.
VERSION = 2

# How fast each flaw costs trust. The weights maximise the likelihood of the acceptances and rejections of genuine pairs
# at FMR 1e-3, a pair being accepted with the product of both qualities (tests/bench/quality.py): of people of a third
# of LFW, found and described by what ships, and of their pictures made small, blurred, shaken, dark, bright, noisy and
# cut by the edge, of which the part that lies beyond tells nothing that the detector's score does not. Of pose there
# were too few examples: its weights are the least that keep a sure detector from passing profiles.
SHARPNESS, HALF_SHARP = 0.051, 10.0
SIZE = 0.097
PROFILE, FORESHORTENING, LOOKING_UP = 0.05, 0.08, 2.0
OVEREXPOSURE = 0.175
# The detector gives nine of ten portraits more than SURE.
SCORE, SURE = 6.66, 0.93

# The part of the crop that shows skin rather than hair and background, and the brightness from which it shows nothing.
FACE = (slice(24, 104), slice(20, 92))
WHITE = 240
# Eyes to mouth over eye to eye, in the template 1.16: turned faces have more.
FRONTAL_RATIO = 1.15
# Where the nose lies between eyes (0) and mouth (1).
NOSE = float((TEMPLATE[2, 1] - TEMPLATE[:2, 1].mean()) / (TEMPLATE[3:, 1].mean() - TEMPLATE[:2, 1].mean()))
EYE_DISTANCE = float(TEMPLATE[1, 0] - TEMPLATE[0, 0])


class Quality(NamedTuple):
    """What trust in a face each of its flaws leaves, 0..1, 1 where it has none of that flaw. `value` is their product.

    `sharpness` falls with the detail in the crop (variance of the Laplacian: Pech-Pacheco et al. 2000), `size` with the
    pixels that the photo has for the crop, `pose` as the face turns to a side or looks up, `exposure` with the pixels
    that are burnt out, `score` with the detector's doubt.
    """

    sharpness: float
    size: float
    pose: float
    exposure: float
    score: float

    @property
    def value(self) -> float:
        """How likely, 0..1, a comparison with a good picture of the same person is to be accepted at FMR 1e-3.

        Of spoilt faces of people it was not fitted on, compared with good ones, 91 % were accepted from a value of 0.9
        on, 73 % from 0.7, 64 % from 0.5, 36 % from 0.4 and 16 % below. That holds for the embedder and the detector
        that ship.
        """
        return math.prod(self)


def measure(
    image: NDArray[np.uint8], landmarks: ArrayLike, score: float, crop: NDArray[np.uint8] | None = None
) -> Quality:
    """The quality of the face in the RGB `image` uint8 [h, w, 3] with five `landmarks` [5, 2] in its pixels.

    `image` is the photo at full size, and `score` (0..1) the detector's. `crop` uint8 [112, 112, 3] is what `align`
    cuts by default, for those who have it already. Raises ValueError for landmarks that define no crop (see `align`).
    """
    points = np.asarray(landmarks, np.float64)
    upright = similarity(points, TEMPLATE)
    grey = cv2.cvtColor(align(image, points) if crop is None else crop, cv2.COLOR_RGB2GRAY)
    variance = float(cv2.Laplacian(grey, cv2.CV_32F).var())
    # Octaves that the photo is enlarged by.
    missing = max(0.0, math.log2(math.hypot(*upright[:, 0])))
    white = float(np.mean(grey[FACE] > WHITE))
    return Quality(
        sharpness=(variance / (variance + HALF_SHARP)) ** SHARPNESS,
        size=math.exp(-SIZE * missing**2),
        pose=_pose(points @ upright[:, :2].T + upright[:, 2]),
        exposure=math.exp(-OVEREXPOSURE * white),
        score=min(1.0, max(0.0, score) / SURE) ** SCORE,
    )


def _pose(points: NDArray[np.float64]) -> float:
    """The share that pose leaves, of landmarks in the pixels of the template. Looking down costs nothing measurable."""
    eyes, mouth, nose = points[:2].mean(axis=0), points[3:].mean(axis=0), points[2]
    apart, height = float(np.linalg.norm(points[1] - points[0])), float(np.linalg.norm(mouth - eyes))
    if min(apart, mouth[1] - eyes[1]) < 1:
        return 0.0
    aside = 2 * abs(float(nose[0] - (eyes[0] + mouth[0]) / 2)) / EYE_DISTANCE
    narrowed = max(0.0, height / apart - FRONTAL_RATIO)
    raised = max(0.0, NOSE - float((nose[1] - eyes[1]) / (mouth[1] - eyes[1])))
    return math.exp(-(PROFILE * aside**4 + FORESHORTENING * narrowed + LOOKING_UP * raised**2))
