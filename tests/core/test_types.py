"""A calibration turns rates into cosines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facenet_core.types import Calibration

CALIBRATION = Calibration((1e-1, 1e-2, 1e-4), (0.2, 0.3, 0.6), "made up")


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
