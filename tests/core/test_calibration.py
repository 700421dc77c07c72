"""Thresholds keep their promised rate, and probabilities come true, for people they were not fitted on."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from facenet_core.evaluate import calibration
from facenet_core.evaluate.all_pairs import BINS, CENTRES, Pairs, count
from facenet_core.evaluate.calibration import Report
from facenet_core.evaluate.verification import power_of_ten
from facenet_core.types import Calibration, FacenetError, Logistic


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def crowd(people: int, photos: int, spread: float) -> tuple[NDArray[np.float32], list[str]]:
    """Random people in 16 dimensions, each with photos around a centre."""
    rng = np.random.default_rng(7)
    centres = unit(rng.normal(size=(people, 16)))
    vectors = np.repeat(centres, photos, axis=0) + rng.normal(0, spread, (people * photos, 16))
    return unit(vectors), [f"person {i // photos}" for i in range(people * photos)]


def measured(vectors: NDArray[np.float32], people: list[str]) -> Report:
    fitted, checked = calibration.halves(vectors, people)
    return calibration.check(calibration.fit(fitted, "made up"), checked)


def drawn(llr: Logistic, genuine: int, strangers: int) -> Pairs:
    """Pairs whose cosines truly have the log likelihood ratio `llr`: normal ones of equal spread do.

    Of N(m, s) against N(-m, s), shifted by t, it is 2 m / s^2 * (cosine - t).
    """
    rng = np.random.default_rng(5)
    spread, middle = 0.12, -llr.offset / llr.slope
    shift = llr.slope * spread**2 / 2
    counts = [
        np.histogram(rng.normal(middle + side * shift, spread, number), BINS, (-1, 1))[0]
        for side, number in ((-1, strangers), (1, genuine))
    ]
    return Pairs(counts[1], counts[0], counts[1].astype(np.float64))


def test_thresholds_keep_their_rate_on_the_other_half() -> None:
    report = measured(*crowd(people=900, photos=2, spread=0.1))
    assert [point.rate for point in report.points] == [1e-1, 1e-2, 1e-3, 1e-4]
    for point in report.points[:3]:
        assert point.measured_rate == pytest.approx(point.rate, rel=0.35)
    assert report.points[2].true_match_rate > 0.95
    assert report.calibration.cosine_at(1e-2) == report.points[1].cosine


def test_random_strangers_meet_the_known_distribution_of_cosines() -> None:
    """In 3 dimensions the cosine of random directions is uniform in -1..1, so a rate of r is reached at 1 - 2 r."""
    rng = np.random.default_rng(3)
    vectors = unit(np.repeat(rng.normal(size=(1500, 3)), 2, axis=0))
    pairs = count(vectors, np.repeat(np.arange(1500), 2))
    fitted = calibration.fit(pairs, "made up")
    assert fitted.cosine_at(1e-1) == pytest.approx(0.8, abs=0.01)
    assert fitted.cosine_at(1e-2) == pytest.approx(0.98, abs=0.002)


def test_rates_that_too_few_pairs_decide_are_left_out() -> None:
    fitted, _ = calibration.halves(*crowd(people=300, photos=2, spread=0.1))
    smallest = calibration.fit(fitted, "made up").rates[-1]
    assert smallest * fitted.impostors.sum() >= 10
    assert smallest / 10 * fitted.impostors.sum() < 10


def test_pictures_under_two_names_cost_the_lowest_rates_and_not_the_calibration() -> None:
    """Of ten million pairs of strangers 300 show the same picture: 1e-4 lies below them, 1e-5 and 1e-6 among them."""
    pairs = drawn(Logistic(-4.0, 20.0), 10_000, 10_000_000)
    pairs.impostors[-1] += 300
    fitted = calibration.fit(pairs, "made up")
    assert fitted.rates == (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)
    assert fitted.cosines[-1] == pytest.approx(0.9999)


def test_no_rate_is_measured_that_too_few_pairs_decide() -> None:
    """The other half may have fewer pairs: 50,000 decide a rate of 1e-3, but no rate of 1e-4."""
    pairs = drawn(Logistic(-4.0, 20.0), 100, 50_000)
    report = calibration.check(Calibration((1e-3, 1e-4), (0.1, 0.4), "", Logistic(-4.0, 20.0)), pairs)
    enough, too_few = report.points
    at = np.flatnonzero(CENTRES > 0.1)[0]
    assert pairs.impostors[at - 1] > 0 < pairs.impostors[at], "a bin more or less would show"
    assert enough.measured_rate == pairs.impostors[at:].sum() / 50_000
    assert too_few.measured_rate is None
    assert too_few.true_match_rate == pairs.genuine[CENTRES > 0.4].sum() / 100
    assert "too few" in calibration.table(report)


def test_the_logistic_finds_the_likelihood_ratio_that_pairs_have() -> None:
    """Whatever share of the pairs is genuine: a likelihood ratio does not depend on it."""
    for genuine, strangers in ((200_000, 200_000), (20_000, 2_000_000)):
        fitted = calibration.fit(drawn(Logistic(-4.0, 20.0), genuine, strangers), "made up").logistic
        assert fitted is not None
        assert fitted.offset == pytest.approx(-4.0, abs=0.1)
        assert fitted.slope == pytest.approx(20.0, abs=0.4)


@pytest.mark.parametrize("prior", [0.5, 0.01])
def test_true_probabilities_come_true_and_false_ones_do_not(prior: float) -> None:
    pairs = drawn(Logistic(-4.0, 20.0), 200_000, 4_000_000)
    true, sure, timid = (
        calibration.reliability(Calibration((0.1, 0.01), (0.2, 0.3), "", logistic), pairs, prior)
        for logistic in (Logistic(-4.0, 20.0), Logistic(-8.0, 40.0), Logistic(-1.0, 5.0))
    )
    assert true.calibration_error < 0.003
    for trust in true.bins:
        if trust.pairs > 10_000:
            assert trust.predicted == pytest.approx(trust.observed, abs=0.05)
    for false in (sure, timid):
        assert false.calibration_error > 10 * true.calibration_error
        assert false.log_loss > true.log_loss
        assert false.brier > true.brier


def test_reliability_of_a_case_worked_by_hand() -> None:
    """Odds of 3 to 1 at one cosine, which 3 of 5 genuine pairs have, and 1 to 3 at another, as 4 of 5 others do."""
    high, low = np.zeros(BINS, np.int64), np.zeros(BINS, np.int64)
    high[15_000] = low[5_000] = 1
    slope = math.log(3) / CENTRES[15_000]
    calibrated = Calibration((0.1, 0.01), (0.2, 0.3), "", Logistic(0.0, slope))
    pairs = Pairs(genuine=3 * high + 2 * low, impostors=high + 4 * low, weighted=3.0 * high + 2.0 * low)
    trust = calibration.reliability(calibrated, pairs)
    assert [(one.predicted, one.observed, one.pairs) for one in trust.bins] == [
        (pytest.approx(0.25, abs=1e-3), pytest.approx(1 / 3), 6),
        (pytest.approx(0.75, abs=1e-3), pytest.approx(3 / 4), 4),
    ]
    # 0.6 of all pairs lie in the low bin, where 1/4 was said and 1/3 is true.
    assert trust.calibration_error == pytest.approx(0.6 / 12, abs=1e-3)
    # Right with 3/4 for (3 + 4) / 10 of the pairs, with 1/4 for the others.
    assert trust.brier == pytest.approx(0.7 / 16 + 0.3 * 9 / 16, abs=1e-3)
    assert trust.log_loss == pytest.approx(0.7 * math.log2(4 / 3) + 0.3 * 2, abs=1e-3)


def test_probabilities_come_true_for_the_other_half_of_the_people() -> None:
    report = measured(*crowd(people=900, photos=3, spread=0.22))
    assert report.reliability.calibration_error < 0.03
    assert report.reliability.log_loss < 0.7
    assert [point.probability for point in report.points] == sorted(point.probability for point in report.points)


def test_a_person_with_many_pictures_does_not_outweigh_the_others() -> None:
    """300 people whose pictures are alike, and one with 120 pictures that are not: 7,140 of the 7,440 genuine pairs."""
    vectors, people = crowd(people=300, photos=2, spread=0.02)
    several = unit(np.random.default_rng(1).normal(size=(120, 16)))
    labels = np.unique([*people, *["celebrity"] * 120], return_inverse=True)[1]
    pairs = count(np.concatenate([vectors, several]), labels)
    assert pairs.genuine.sum() == 300 + 120 * 119 // 2
    assert pairs.weighted.sum() == pytest.approx(720)
    assert pairs.weighted[CENTRES > 0.9].sum() == pytest.approx(600, abs=1)


def test_networks_that_make_no_mistake_still_get_a_finite_slope() -> None:
    fitted = measured(*crowd(people=200, photos=2, spread=0.001)).calibration
    assert 0.99 < fitted.probability(0.999) < 1
    assert 0 < fitted.probability(0.0) < 0.001


def test_a_network_that_tells_nobody_apart_is_refused() -> None:
    """One gives every face the same vector, the other opposite vectors to pictures of one person."""
    directions = unit(np.random.default_rng(2).normal(size=(100, 16)))
    for vectors in (np.tile(directions[:1], (200, 1)), np.stack([directions, -directions], axis=1).reshape(200, 16)):
        with pytest.raises(FacenetError, match="tells nobody apart"):
            calibration.fit(count(vectors, np.repeat(np.arange(100), 2)), "made up")


def test_too_few_people_are_refused() -> None:
    for people, photos in ((8, 2), (100, 1)):
        with pytest.raises(FacenetError, match="Too few"):
            measured(*crowd(people, photos, spread=0.1))


def test_nobody_is_refused() -> None:
    with pytest.raises(FacenetError, match="Too few"):
        calibration.halves(np.empty((0, 16), np.float32), [])


def test_each_half_holds_the_pairs_of_its_own_people_alone() -> None:
    """Those who are fitted on have two pictures each, those who are checked with three."""
    people = [f"person {i}" for i in range(60) for _ in range(2 if calibration.in_fitting_half(f"person {i}") else 3)]
    fitted, checked = calibration.halves(unit(np.random.default_rng(0).normal(size=(len(people), 16))), people)
    first = sum(calibration.in_fitting_half(f"person {i}") for i in range(60))
    for pairs, number, pictures in ((fitted, first, 2), (checked, 60 - first, 3)):
        assert pairs.genuine.sum() == number * math.comb(pictures, 2)
        assert pairs.impostors.sum() == math.comb(number, 2) * pictures**2


def test_the_halves_are_even_and_always_the_same() -> None:
    share = np.mean([calibration.in_fitting_half(f"person {i}") for i in range(2000)])
    assert 0.45 < share < 0.55
    assert calibration.in_fitting_half("Anna") == calibration.in_fitting_half("Anna")
    assert [calibration.in_fitting_half(name) for name in ("Anna", "Ben", "王", "\udcff")] == [
        False,
        False,
        False,
        True,
    ]


def test_the_table_names_every_rate_and_the_pairs() -> None:
    report = measured(*crowd(people=300, photos=2, spread=0.1))
    text = calibration.table(report)
    assert all(power_of_ten(rate) in text for rate in report.calibration.rates)
    assert f"{report.impostor_pairs:,} pairs of strangers" in text
    assert f"calibration error {report.reliability.calibration_error:.4f}" in text
