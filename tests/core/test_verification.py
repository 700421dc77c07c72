"""The verification metrics agree with hand-worked cases and with scikit-learn."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from facenet_core.evaluate import verification
from facenet_core.types import FacenetError

Pairs = tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]


@st.composite
def scored_pairs(draw: st.DrawFn) -> Pairs:
    """A few pairs of both kinds in two to four folds, with many equal scores."""
    n = draw(st.integers(4, 40))
    scores = draw(st.lists(st.integers(-8, 8), min_size=n, max_size=n))
    same = [True, False, *draw(st.lists(st.booleans(), min_size=n - 2, max_size=n - 2))]
    folds = [1, 2, *draw(st.lists(st.integers(1, 4), min_size=n - 2, max_size=n - 2))]
    return np.array(scores) / 8, np.array(same), np.array(folds)


def crowd(n: int = 4000) -> Pairs:
    """Half of the pairs genuine, with scores about 1.5 deviations higher, rounded so that some are equal."""
    rng = np.random.default_rng(5)
    same = np.arange(n) % 2 == 0
    return np.round(rng.normal(size=n) + 1.5 * same, 2), same, np.arange(n) % 10 + 1


def test_each_fold_is_told_by_the_threshold_of_the_others() -> None:
    """Fold 1 alone would cut at .5 and be all right; fold 2, which has to choose for it, wants .8."""
    scores = np.array([0.9, 0.5, 0.4, 0.1, 0.95, 0.8, 0.7, 0.6])
    same = np.array([True, True, False, False, True, True, False, False])
    folds = np.array([1, 1, 1, 1, 2, 2, 2, 2])
    result = verification.accuracy(scores, same, folds)
    assert verification.best_threshold(scores[:4], same[:4]) == 0.5
    assert verification.best_threshold(scores[4:], same[4:]) == 0.8
    # Fold 1 at .8 rejects its genuine .5; fold 2 at .5 accepts its impostors .7 and .6.
    assert result.per_fold.tolist() == [0.75, 0.5]
    assert result.mean == 0.625
    assert result.sd == 0.125
    assert result.standard_error == pytest.approx(np.std([0.75, 0.5], ddof=1) / math.sqrt(2))


def test_of_equally_good_thresholds_the_lowest_is_taken() -> None:
    scores, same = np.array([0.9, 0.7, 0.5, 0.3]), np.array([True, False, True, False])
    assert verification.best_threshold(scores, same) == 0.5


def test_where_every_pair_is_of_strangers_nothing_is_accepted() -> None:
    assert verification.best_threshold(np.array([0.9, 0.1]), np.array([False, False])) == np.inf


@settings(deadline=None)
@given(scored_pairs())
def test_the_best_threshold_is_as_good_as_any_that_is_tried(pairs: Pairs) -> None:
    scores, same, _ = pairs
    best = np.mean((scores >= verification.best_threshold(scores, same)) == same)
    assert best == max(np.mean((scores >= threshold) == same) for threshold in [*scores, np.inf])


@settings(deadline=None)
@given(scored_pairs())
def test_roc_auc_and_equal_error_rate_are_those_of_scikit_learn(pairs: Pairs) -> None:
    scores, same, _ = pairs
    far, tar, thresholds = sklearn.metrics.roc_curve(same, scores, drop_intermediate=False)
    curve = verification.roc(scores, same)
    np.testing.assert_allclose(curve.far, far)
    np.testing.assert_allclose(curve.tar, tar)
    np.testing.assert_array_equal(curve.thresholds, thresholds)
    assert verification.auc(scores, same) == pytest.approx(sklearn.metrics.roc_auc_score(same, scores))
    # The diagonal far = 1 - tar crosses the curve where the curve, as a line through its points, says so.
    eer = verification.equal_error_rate(scores, same)
    along = np.linspace(0, 1, 20001)
    place = np.arange(len(far)) / (len(far) - 1)
    gap = np.abs(np.interp(along, place, far) - 1 + np.interp(along, place, tar))
    assert eer == pytest.approx(np.interp(along[np.argmin(gap)], place, far), abs=1e-3)


@settings(deadline=None)
@given(scored_pairs(), st.randoms(use_true_random=False))
def test_neither_a_rising_function_of_the_scores_nor_the_order_of_pairs_changes_anything(
    pairs: Pairs, shuffler: random.Random
) -> None:
    scores, same, folds = pairs
    order = list(range(len(scores)))
    shuffler.shuffle(order)
    other = np.exp(3 * scores) - 7
    before = verification.accuracy(scores, same, folds)
    after = verification.accuracy(other[order], same[order], folds[order])
    np.testing.assert_array_equal(before.per_fold, after.per_fold)
    assert verification.auc(scores, same) == pytest.approx(verification.auc(other[order], same[order]))
    assert verification.equal_error_rate(scores, same) == pytest.approx(
        verification.equal_error_rate(other[order], same[order])
    )


def test_the_equal_error_rate_of_a_hand_worked_case() -> None:
    """Of five each, one impostor lies above two of the genuine ones: accepting four genuine takes one impostor."""
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.3, 0.65, 0.2, 0.15, 0.1, 0.05])
    same = np.array([True] * 5 + [False] * 5)
    assert verification.equal_error_rate(scores, same) == pytest.approx(0.2)
    assert verification.auc(scores, same) == pytest.approx(23 / 25)


def test_a_perfect_network_is_scored_as_such() -> None:
    scores, same, folds = np.array([0.9, 0.1, 0.9, 0.1]), np.array([True, False, True, False]), np.array([1, 1, 2, 2])
    assert verification.accuracy(scores, same, folds)[:2] == (1, 0)
    assert verification.auc(scores, same) == 1
    assert verification.equal_error_rate(scores, same) == 0


@pytest.mark.parametrize("far", [5e-3, 1e-2, 1e-1, 0.3])
def test_true_accepts_are_the_most_that_scikit_learn_finds_within_the_rate(far: float) -> None:
    scores, same, _ = crowd()
    rates, tar, _ = sklearn.metrics.roc_curve(same, scores, drop_intermediate=False)
    found, threshold = verification.tar_at_far(scores[same], scores[~same], far)
    assert found == tar[rates <= far].max()
    assert np.mean(scores[same] >= threshold) == found
    assert np.mean(scores[~same] >= threshold) <= far


def test_the_true_accepts_of_a_hand_worked_case() -> None:
    """Of 1,000 impostors at 0, .001, ... .999, ten may pass: .990 and above; so what is over .989 is accepted."""
    impostors = (np.arange(1000) / 1000).astype(np.float32)
    genuine = np.array([0.9, 0.989, 0.9895, 0.99, 1], np.float32)
    tar, threshold = verification.tar_at_far(genuine, impostors, 1e-2)
    assert tar == 0.6
    assert np.sum(impostors >= np.float32(threshold)) == 10


def test_a_rate_that_too_few_pairs_decide_is_refused() -> None:
    genuine, impostors = np.zeros(5), np.linspace(0, 1, 999)
    with pytest.raises(FacenetError, match=r"0\.01 cannot be measured on 999 impostor pairs: it takes 1,000"):
        verification.tar_at_far(genuine, impostors, 1e-2)
    assert not verification.decided(1e-2, 999)
    assert all(verification.decided(far, round(10 / far)) for far in (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6))


def test_what_cannot_be_measured_is_refused() -> None:
    one_kind = np.array([True, True])
    with pytest.raises(FacenetError, match="both kinds"):
        verification.auc(np.array([0.1, 0.2]), one_kind)
    with pytest.raises(FacenetError, match="two folds"):
        verification.accuracy(np.array([0.1, 0.2]), one_kind, np.array([3, 3]))
    with pytest.raises(FacenetError, match="pairs of one person"):
        verification.tar_at_far(np.empty(0), np.zeros(1000), 1e-2)
    with pytest.raises(ValueError, match="between 0 and 1"):
        verification.tar_at_far(np.zeros(3), np.zeros(1000), 1.0)
    with pytest.raises(ValueError, match="not a finite number"):
        verification.roc(np.array([0.1, np.nan]), np.array([True, False]))
    with pytest.raises(ValueError, match="a score and a truth for each pair"):
        verification.roc(np.array([0.1, 0.2, 0.3]), np.array([True, False]))


def test_rates_are_named_as_papers_write_them() -> None:
    assert [verification.power_of_ten(rate) for rate in (1e-2, 1e-3, 1e-4, 0.1)] == ["1e-2", "1e-3", "1e-4", "1e-1"]
