"""Thresholds keep their promised false match rate on people they were not fitted on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from facenet_core.evaluate import calibration
from facenet_core.types import Detection, FacenetError


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def crowd(people: int, photos: int, spread: float) -> tuple[NDArray[np.float32], list[str]]:
    """Random people in 16 dimensions, each with photos around a centre."""
    rng = np.random.default_rng(7)
    centres = unit(rng.normal(size=(people, 16)))
    vectors = np.repeat(centres, photos, axis=0) + rng.normal(0, spread, (people * photos, 16))
    return unit(vectors), [f"person {i // photos}" for i in range(people * photos)]


def test_thresholds_keep_their_rate_on_the_other_half() -> None:
    vectors, people = crowd(people=900, photos=2, spread=0.1)
    report = calibration.fit(vectors, people, "made up")
    assert [point.rate for point in report.points] == [1e-1, 1e-2, 1e-3, 1e-4]
    for point in report.points[:3]:
        assert point.measured_rate == pytest.approx(point.rate, rel=0.35)
    assert report.points[2].true_match_rate > 0.95
    assert report.calibration.cosine_at(1e-2) == pytest.approx(report.points[1].cosine, abs=1e-4)


def test_random_strangers_meet_the_known_distribution_of_cosines() -> None:
    """In 3 dimensions the cosine of random directions is uniform in -1..1, so a rate of r is reached at 1 - 2 r."""
    vectors = unit(np.random.default_rng(3).normal(size=(1500, 3)))
    report = calibration.fit(vectors, [f"person {i // 2}" for i in range(1500)], "made up")
    assert report.calibration.cosine_at(1e-1) == pytest.approx(0.8, abs=0.01)
    assert report.calibration.cosine_at(1e-2) == pytest.approx(0.98, abs=0.002)


def test_rates_that_too_few_pairs_decide_are_left_out() -> None:
    vectors, people = crowd(people=300, photos=2, spread=0.1)
    report = calibration.fit(vectors, people, "made up")
    smallest = report.calibration.rates[-1]
    assert smallest * report.fitted_pairs >= calibration.FEWEST_ERRORS
    assert smallest / 10 * report.fitted_pairs < calibration.FEWEST_ERRORS


def test_too_few_people_are_refused() -> None:
    vectors, people = crowd(people=8, photos=2, spread=0.1)
    with pytest.raises(FacenetError, match="Too few"):
        calibration.fit(vectors, people, "made up")


@given(st.lists(st.sampled_from("abc"), max_size=12), st.integers(1, 5))
def test_every_pair_is_counted_once(people: list[str], block: int) -> None:
    vectors = unit(np.random.default_rng(len(people)).normal(size=(len(people), 4)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibration, "BLOCK", block)
        strangers, genuine = calibration.similarities(vectors, np.array(people, np.str_))
    pairs = [(i, j) for i in range(len(people)) for j in range(i + 1, len(people))]
    for found, same in ((strangers, False), (genuine, True)):
        expected = [vectors[i] @ vectors[j] for i, j in pairs if (people[i] == people[j]) == same]
        np.testing.assert_allclose(np.sort(found), np.sort(np.array(expected, np.float32)), atol=1e-6)


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


def test_a_picture_is_about_the_face_nearest_its_centre() -> None:
    landmarks = np.zeros((5, 2), np.float32)
    large_beside = Detection((0, 0, 90, 90), landmarks, 1.0)
    small_amid = Detection((110, 105, 30, 30), landmarks, 0.7)
    assert calibration.nearest_centre([large_beside, small_amid], 250, 250) is small_amid


def test_the_table_names_every_rate_and_the_pairs() -> None:
    vectors, people = crowd(people=300, photos=2, spread=0.1)
    report = calibration.fit(vectors, people, "made up")
    text = calibration.table(report)
    assert all(f"{rate:.0e}" in text for rate in report.calibration.rates)
    assert f"{report.fitted_pairs:,} pairs of strangers" in text
