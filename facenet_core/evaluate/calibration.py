"""What the cosines of a network mean: false match rates, and the probability that two faces show one person.

The people are halved by a hash of their name; everything is fitted on one half and checked on the other, so that the
reported numbers are those of people the calibration has never seen.

Rates count all pairs of strangers alike. The log likelihood ratio is a straight line over the cosine, fitted by
logistic regression (Platt 1999, "Probabilistic outputs for support vector machines"; van Leeuwen and Bruemmer 2007, "An
introduction to application-independent evaluation of speaker recognition systems", LNAI 4343). Isotonic regression,
beta calibration and straight lines between 4 to 16 knots did no better on people they were not fitted on.

For the likelihood ratio each face counts alike, however many others its person has: the genuine pairs of a face share
one weight. Pair by pair, a person with 144 pictures would outweigh two hundred with ten.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facenet_core.evaluate.all_pairs import BINS, CENTRES, EDGES, Pairs, count, labels_of, reaching
from facenet_core.evaluate.verification import FEWEST_ERRORS, allowed, decided, power_of_ten
from facenet_core.types import Calibration, FacenetError, Logistic

RATES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
# The share of genuine pairs in fitting. The line fits best where pairs are doubtful at this prior: beside 0.5, this one
# lost nothing at 0.5 and gained 1 to 4 % of the log loss at 0.001, where searches in an album take place.
FITTING_PRIOR = 0.1
PRIOR = 0.5
RELIABILITY_BINS = 15


@dataclass(frozen=True, slots=True)
class Point:
    """One threshold: the rate it was fitted to, and on the other half of the people its false and true match rates.

    `measured_rate` is None where these are too few pairs of strangers to measure `rate`.
    """

    cosine: float
    rate: float
    measured_rate: float | None
    true_match_rate: float
    probability: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs that were given about the same probability: its mean, the share that is genuine, and how many they are."""

    predicted: float
    observed: float
    pairs: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """How true probabilities are where a share `prior` of the pairs is genuine.

    `log_loss` in bits, at a prior of 0.5 the Cllr of van Leeuwen and Bruemmer (section 5); `brier` is the mean squared
    error (Brier 1950); `calibration_error` the mean distance of predicted and observed in RELIABILITY_BINS bins
    (Naeini, Cooper, Hauskrecht 2015). Who knows nothing and says 0.5 at a prior of 0.5 has 1, 0.25 and 0.
    """

    prior: float
    log_loss: float
    brier: float
    calibration_error: float
    bins: tuple[Bin, ...]

    def curve(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
        """Predicted, observed and how many pairs, each [bins]: what a reliability diagram shows."""
        predicted, observed, pairs = zip(*((one.predicted, one.observed, one.pairs) for one in self.bins), strict=True)
        return np.array(predicted), np.array(observed), np.array(pairs)


@dataclass(frozen=True, slots=True)
class Report:
    """How a calibration does on the pairs of people it was not fitted on."""

    calibration: Calibration
    points: tuple[Point, ...]
    reliability: Reliability
    genuine_pairs: int
    impostor_pairs: int


def in_fitting_half(person: str) -> bool:
    """Whether this person's pictures fit the calibration (else they check it). The same on every machine."""
    return hashlib.sha256(person.encode("utf-8", "surrogateescape")).digest()[0] % 2 == 0


def halves(vectors: NDArray[np.float32], people: Sequence[str]) -> tuple[Pairs, Pairs]:
    """All pairs of vectors [n, d] (unit length) of one half of the people and of the other; `people` [n] names them.

    The first half is to be fitted on, the second to check with. Raises FacenetError where a half lacks a kind of pairs.
    """
    fitting = np.array([in_fitting_half(person) for person in people], bool)
    labels = labels_of(people)
    fitted, checked = (count(vectors[half], labels[half]) for half in (fitting, ~fitting))
    for pairs, purpose in ((fitted, "to fit on"), (checked, "to check with")):
        if not pairs.impostors.any() or not pairs.genuine.any():
            raise FacenetError(
                f"Too few pictures to calibrate with: {pairs.impostors.sum():,} pairs of strangers and "
                f"{pairs.genuine.sum():,} of one person {purpose}."
            )
    return fitted, checked


def fit(pairs: Pairs, source: str) -> Calibration:
    """Calibrate on pairs of either kind; `source` says which they are. Rates below 10 / pairs are left out, and
    those that the cosine of a higher rate keeps already, as where pictures are listed under two names.

    Raises FacenetError for too few pairs, and for a network that tells nobody apart.
    """
    impostors = int(pairs.impostors.sum())
    rates = tuple(rate for rate in RATES if decided(rate, impostors))
    if len(rates) < 2:
        raise FacenetError(
            f"Too few pictures to calibrate with: {impostors:,} pairs of strangers to fit on, "
            f"{FEWEST_ERRORS / RATES[1]:,.0f} are needed."
        )
    # The threshold of a rate is the bin of its k-th most similar pair of strangers.
    bins = [np.flatnonzero(reaching(pairs.impostors) >= allowed(rate, impostors))[-1] for rate in rates]
    rising = [place for place in range(len(bins)) if place == 0 or bins[place] > bins[place - 1]]
    cosines = tuple(round(float(EDGES[bins[place]]), 4) for place in rising)
    try:
        calibrated = Calibration(tuple(rates[place] for place in rising), cosines, source)
        return replace(calibrated, logistic=_logistic(pairs))
    except ValueError as error:
        raise FacenetError(f"This network tells nobody apart, so there is nothing to calibrate: {error}.") from error


def _logistic(pairs: Pairs) -> Logistic:
    """The logistic regression of pairs on their cosine. Platt's targets keep it finite where no pair is mistaken."""
    from sklearn.linear_model import LogisticRegression

    genuine, impostors = _shares(pairs, FITTING_PRIOR)
    number = int(pairs.genuine.sum()), int(pairs.impostors.sum())
    sure, unsure = (number[0] + 1) / (number[0] + 2), 1 / (number[1] + 2)
    yes = genuine * sure + impostors * unsure
    no = genuine * (1 - sure) + impostors * (1 - unsure)
    filled = genuine + impostors > 0
    cosines = np.tile(CENTRES[filled], 2)[:, None]
    answers = np.repeat((1, 0), filled.sum())
    model = LogisticRegression(C=np.inf, tol=1e-8, max_iter=1000)
    model.fit(cosines, answers, sample_weight=np.concatenate((yes[filled], no[filled])))
    offset = float(model.intercept_[0]) - math.log(FITTING_PRIOR / (1 - FITTING_PRIOR))
    return Logistic(round(offset, 4), round(float(model.coef_[0, 0]), 4))


def check(calibration: Calibration, pairs: Pairs) -> Report:
    """How well `calibration` holds for `pairs` that it was not fitted on."""
    far, tar = pairs.roc()
    genuine, impostors = int(pairs.genuine.sum()), int(pairs.impostors.sum())
    places = [BINS - int(np.searchsorted(EDGES, cosine - 1e-9)) for cosine in calibration.cosines]
    points = tuple(
        Point(
            cosine,
            rate,
            float(far[place]) if decided(rate, impostors) else None,
            float(tar[place]),
            float(calibration.probability(cosine)),
        )
        for rate, cosine, place in zip(calibration.rates, calibration.cosines, places, strict=True)
    )
    return Report(calibration, points, reliability(calibration, pairs), genuine, impostors)


def reliability(calibration: Calibration, pairs: Pairs, prior: float = PRIOR) -> Reliability:
    """How well the probabilities of `calibration` hold for `pairs` of which a share `prior` is taken to be genuine."""
    genuine, impostors = _shares(pairs, prior)
    probability = calibration.probability(CENTRES, prior)
    odds = calibration.log_likelihood_ratio(CENTRES) + math.log(prior / (1 - prior))
    number = np.minimum((probability * RELIABILITY_BINS).astype(np.int64), RELIABILITY_BINS - 1)

    def binned(values: NDArray[Any]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(number, values, RELIABILITY_BINS), np.float64)

    weight, true = binned(genuine + impostors), binned(genuine)
    predicted, how_many = binned(probability * (genuine + impostors)), binned(pairs.genuine + pairs.impostors)
    return Reliability(
        prior=prior,
        log_loss=float(genuine @ np.logaddexp(0, -odds) + impostors @ np.logaddexp(0, odds)) / math.log(2),
        brier=float(genuine @ (1 - probability) ** 2 + impostors @ probability**2),
        calibration_error=float(np.abs(predicted - true).sum()),
        bins=tuple(
            Bin(float(predicted[i] / weight[i]), float(true[i] / weight[i]), int(how_many[i]))
            for i in np.flatnonzero(weight)
        ),
    )


def _shares(pairs: Pairs, prior: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How the pairs spread where a share `prior` is genuine: genuine and impostors [BINS], in all 1."""
    return prior * pairs.weighted / pairs.weighted.sum(), (1 - prior) * pairs.impostors / pairs.impostors.sum()


def table(report: Report) -> str:
    """The report for a reader."""
    lines = [f"{'false match rate':>16} {'cosine':>8} {'probability':>12} {'measured':>10} {'true matches':>13}"]
    for point in report.points:
        measured = "too few" if point.measured_rate is None else f"{point.measured_rate:.2e}"
        lines.append(
            f"{power_of_ten(point.rate):>16} {point.cosine:>8.4f} {point.probability:>12.4f} {measured:>10} "
            f"{point.true_match_rate:>13.4f}"
        )
    trust = report.reliability
    lines += ["", f"{'probability':>16} {'came true':>12} {'pairs':>12}"]
    lines += [f"{one.predicted:>16.3f} {one.observed:>12.3f} {one.pairs:>12,}" for one in trust.bins]
    lines += [
        f"where a share of {trust.prior:g} is genuine: calibration error {trust.calibration_error:.4f}, "
        f"Brier score {trust.brier:.4f}, log loss {trust.log_loss:.4f} bits",
        f"fitted on {report.calibration.source}",
        f"checked on {report.impostor_pairs:,} pairs of strangers and {report.genuine_pairs:,} of one person, "
        "the other half of the people",
    ]
    return "\n".join(lines)
