"""A calibration turns rates into cosines and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facenet_core.types import Calibration

CALIBRATION = Calibration((1e-1, 1e-2, 1e-4), (0.2, 0.3, 0.6), "made up")


@given(st.floats(-4, -1))
def test_rate_and_cosine_are_each_others_inverse(exponent: float) -> None:
    rate = 10.0**exponent
    rate = min(max(rate, 1e-4), 1e-1)
    assert CALIBRATION.rate_at(CALIBRATION.cosine_at(rate)) == pytest.approx(rate, rel=1e-9)


def test_the_cosine_is_linear_in_the_logarithm_of_the_rate() -> None:
    assert CALIBRATION.cosine_at(1e-2) == pytest.approx(0.3)
    assert CALIBRATION.cosine_at(1e-3) == pytest.approx(0.45)


def test_a_rate_that_was_never_measured_is_refused() -> None:
    for rate in (0.2, 9e-5, 0.0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="outside"):
            CALIBRATION.cosine_at(rate)


def test_the_rate_of_any_cosine_stays_within_what_was_measured() -> None:
    assert CALIBRATION.rate_at(1.0) == 1e-4
    assert CALIBRATION.rate_at(-1.0) == 1e-1


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
def test_a_calibration_that_cannot_be_read_both_ways_is_refused(
    rates: tuple[float, ...], cosines: tuple[float, ...]
) -> None:
    with pytest.raises(ValueError):
        Calibration(rates, cosines, "made up")
