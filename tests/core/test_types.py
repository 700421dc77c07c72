"""A calibration turns rates into cosines, and cosines into rates and probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facenet_core.types import Calibration, FacenetError, Logistic

CALIBRATION = Calibration((1e-1, 1e-2, 1e-4), (0.2, 0.3, 0.6), "made up", Logistic(offset=-4, slope=20))


@given(st.floats(-4, -1), st.floats(-4, -1))
def test_a_lower_rate_asks_for_a_cosine_at_least_as_high(one: float, other: float) -> None:
    low, high = sorted(min(max(10.0**exponent, 1e-4), 1e-1) for exponent in (one, other))
    rounding = 1e-12
    assert 0.6 + rounding >= CALIBRATION.cosine_at(low) >= CALIBRATION.cosine_at(high) - rounding
    assert CALIBRATION.cosine_at(high) >= 0.2 - rounding


def test_the_cosine_is_linear_in_the_logarithm_of_the_rate() -> None:
    assert CALIBRATION.cosine_at(1e-2) == pytest.approx(0.3)
    assert CALIBRATION.cosine_at(1e-3) == pytest.approx(0.45)


def test_a_rate_that_was_never_measured_is_refused() -> None:
    for rate in (0.2, 9e-5, 0.0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="outside"):
            CALIBRATION.cosine_at(rate)


@given(st.floats(0.2, 0.6))
def test_the_rate_of_a_cosine_is_the_inverse_of_the_cosine_of_a_rate(cosine: float) -> None:
    rate = min(max(CALIBRATION.rate_at(cosine), 1e-4), 1e-1)
    assert CALIBRATION.cosine_at(rate) == pytest.approx(cosine)


def test_a_cosine_beyond_the_measured_rates_is_refused() -> None:
    assert CALIBRATION.rate_at(0.45) == pytest.approx(1e-3)
    for cosine in (0.19, 0.61, float("nan")):
        with pytest.raises(ValueError, match="outside"):
            CALIBRATION.rate_at(cosine)


def test_the_probability_follows_bayes() -> None:
    """At a cosine of 0.3 the likelihood ratio is e^2: 7.389 to 1 even odds, 0.0821 where one pair in 90 is genuine."""
    assert CALIBRATION.probability(0.2) == pytest.approx(0.5)
    assert CALIBRATION.probability(0.3) == pytest.approx(7.389 / 8.389, abs=1e-4)
    assert CALIBRATION.probability(0.3, prior=1 / 91) == pytest.approx(7.389 / (7.389 + 90), abs=1e-4)


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(1e-9, 1 - 1e-9))
def test_a_higher_cosine_is_never_less_likely_one_person(one: float, other: float, prior: float) -> None:
    low, high = CALIBRATION.probability(sorted((one, other)), prior)
    assert 0 <= low <= high <= 1


def test_probabilities_come_in_the_shape_of_their_cosines() -> None:
    assert CALIBRATION.probability(np.zeros((2, 3), np.float32)).shape == (2, 3)
    assert CALIBRATION.probability(0.5).shape == ()


def test_what_was_not_measured_gives_no_probability() -> None:
    with pytest.raises(FacenetError, match="calibrate it again"):
        Calibration((1e-1, 1e-2), (0.2, 0.3), "made up").probability(0.5)
    for prior in (0.0, 1.0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="prior"):
            CALIBRATION.probability(0.5, prior)
    for offset, slope in ((0.0, 0.0), (0.0, -1.0), (0.0, float("inf")), (float("nan"), 1.0)):
        with pytest.raises(ValueError, match="rise"):
            Logistic(offset, slope)


@pytest.mark.parametrize(
    ("rates", "cosines"),
    [
        ((1e-2,), (0.3,)),
        ((1e-2, 1e-3), (0.3,)),
        ((1e-3, 1e-2), (0.3, 0.4)),
        ((1e-2, 1e-3), (0.4, 0.3)),
        ((1e-2, 0.0), (0.3, 0.4)),
        ((1e-2, 1e-3), (0.3, 1.4)),
    ],
)
def test_a_calibration_whose_cosines_do_not_rise_as_its_rates_fall_is_refused(
    rates: tuple[float, ...], cosines: tuple[float, ...]
) -> None:
    with pytest.raises(ValueError):
        Calibration(rates, cosines, "made up")
