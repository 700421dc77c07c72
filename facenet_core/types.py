"""The records of facenet_core: NumPy only, no framework, cheap to import."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

# What a crop shows around ArcFace's template of 112 x 112, in its pixels: the same on each side, or left, top, right
# and bottom. Sides that make it no square stretch the crop.
Margin = float | tuple[float, float, float, float]


class FacenetError(Exception):
    """What the caller can act on: a damaged weights file, a device that is not there, a picture that cannot be read."""


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """One face as a detector saw it, in pixels of the image it was given.

    A coordinate of 0 is the centre of the first pixel, as in OpenCV. `box` is x, y, width, height and may reach over
    the image's edge. `landmarks` is float32 [5, 2]: the eye on the left of the image, the eye on the right, nose, left
    and right mouth corner. `score` is the detector's own confidence, 0..1.
    """

    box: tuple[float, float, float, float]
    landmarks: NDArray[np.float32]
    score: float

    @property
    def area(self) -> float:
        return self.box[2] * self.box[3]


@dataclass(frozen=True, slots=True)
class Logistic:
    """A log likelihood ratio (natural logarithm) that is linear in the cosine: offset + slope * cosine, slope > 0."""

    offset: float
    slope: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.offset) and 0 < self.slope < math.inf):
            raise ValueError("the log likelihood ratio must rise with the cosine")


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a cosine of a network means: how often strangers reach it, and how likely it is one person's.

    `rates` are false match rates that fall (1e-2, 1e-3, ...), and `cosines`, where each is reached, rise with them.
    Between two points the cosine is linear in log10(rate), which fits the tail of impostor scores well. `source` says
    on which pairs it was measured. `true_matches` is the share of one person's pairs that reach each cosine, of people
    it was not fitted on; empty where nobody measured that.

    `logistic` turns cosines into probabilities (see `evaluate.calibration`); None where only rates were measured.
    """

    rates: tuple[float, ...]
    cosines: tuple[float, ...]
    source: str
    logistic: Logistic | None = None
    true_matches: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.true_matches and len(self.true_matches) != len(self.rates):
            raise ValueError("true matches are told for each rate or for none")
        if len(self.rates) < 2 or len(self.rates) != len(self.cosines):
            raise ValueError("a calibration needs at least two rates and as many cosines")
        if not all(0 < rate <= 1 for rate in self.rates) or not all(-1 <= cosine <= 1 for cosine in self.cosines):
            raise ValueError("rates lie in 0..1, cosines in -1..1")
        if not all(0 <= share <= 1 for share in self.true_matches):
            raise ValueError("shares lie in 0..1")
        if any(a <= b for a, b in pairwise(self.rates)) or any(a >= b for a, b in pairwise(self.cosines)):
            raise ValueError("rates must fall and cosines rise")

    def cosine_at(self, rate: float) -> float:
        """The cosine at or above which strangers are matched at `rate`.

        Raises ValueError outside the calibrated rates: a threshold that was never measured is a guess.
        """
        if not self.rates[-1] <= rate <= self.rates[0]:
            raise ValueError(f"false match rate {rate:g} is outside {self.rates[-1]:g}..{self.rates[0]:g}")
        return float(np.interp(-math.log10(rate), [-math.log10(known) for known in self.rates], self.cosines))

    def rate_at(self, cosine: float) -> float:
        """The rate at which strangers reach `cosine` or more: the inverse of `cosine_at`.

        Raises ValueError outside the calibrated cosines.
        """
        if not self.cosines[0] <= cosine <= self.cosines[-1]:
            raise ValueError(f"cosine {cosine:g} is outside {self.cosines[0]:g}..{self.cosines[-1]:g}")
        return float(10 ** np.interp(cosine, self.cosines, [math.log10(known) for known in self.rates]))

    def log_likelihood_ratio(self, cosine: ArrayLike) -> NDArray[np.float64]:
        """How much more likely one person has this cosine than two people do, as a natural logarithm, of any shape.

        It rises with the cosine and is 0 where the cosine says nothing. Raises FacenetError without `logistic`.
        """
        if self.logistic is None:
            raise FacenetError("This embedder was calibrated for false match rates alone: calibrate it again.")
        return self.logistic.offset + self.logistic.slope * np.asarray(cosine, np.float64)

    def probability(self, cosine: ArrayLike, prior: float = 0.5) -> NDArray[np.float64]:
        """The probability, 0..1, that two faces with this cosine show one person, for cosines of any shape.

        `prior` is what the probability was before looking: 0.5 where nothing is known, about 1 / people for two faces
        taken at random from an album. Raises ValueError for a prior outside 0..1 or at its ends, FacenetError without
        `logistic`.
        """
        if not 0 < prior < 1:
            raise ValueError(f"a prior probability lies between 0 and 1, not at {prior:g}")
        odds = self.log_likelihood_ratio(cosine) + math.log(prior / (1 - prior))
        return np.asarray((1 + np.tanh(odds / 2)) / 2)


@dataclass(frozen=True, slots=True)
class Preset:
    """A trained embedder: everything needed to turn a face into a vector, and to trust the result.

    It is kept as `preset.json` in `folder`, beside its files. `options` are those of the backbone's `build`.
    `crop_size` is the side of a crop in pixels and `crop_margin` what it shows around ArcFace's template (see `align`).
    `preprocessing` is a name of `preprocess.PREPROCESSING`. Without an `inference_file` the Keras model itself is run.
    `calibration` is None until somebody measured it, as is `milliseconds`: what a face takes on one thread of a CPU.
    """

    name: str
    folder: Path
    backbone: str
    dimension: int
    crop_size: int
    crop_margin: Margin
    preprocessing: str
    weights_file: str
    weights_sha256: str
    inference_file: str | None = None
    inference_sha256: str | None = None
    calibration: Calibration | None = None
    milliseconds: float | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def files(self) -> list[tuple[Path, str]]:
        """Each of its files with the SHA-256 it must have."""
        named = ((self.weights_file, self.weights_sha256), (self.inference_file, self.inference_sha256))
        return [(self.folder / file, sha256) for file, sha256 in named if file and sha256]
