"""What is measured on a folder of people agrees with scikit-learn, with brute force and with cases worked by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from facenet_core.evaluate import all_pairs, gallery
from facenet_core.evaluate.calibration import in_fitting_half
from facenet_core.evaluate.verification import tar_at_far
from facenet_core.types import FacenetError

Crowd = tuple[NDArray[np.float32], list[str]]

KNOWN = [name for name in (f"person {i}" for i in range(100)) if not in_fitting_half(name)]
STRANGERS = [name for name in (f"person {i}" for i in range(100)) if in_fitting_half(name)]


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def crowd(sizes: Sequence[int], spread: float = 1.0, seed: int = 7, dimension: int = 12) -> Crowd:
    """People with so many pictures each, about a centre of their own, some more alike than others."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(len(sizes), dimension))
    spreads = spread * rng.uniform(0.4, 1.6, len(sizes))
    who = np.repeat(np.arange(len(sizes)), sizes)
    noise = rng.normal(size=(len(who), dimension)) * spreads[who, None]
    return unit(centres[who] + noise), [f"person {i}" for i in who]


def all_scores(vectors: NDArray[np.float32], people: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    first, second = np.triu_indices(len(vectors), 1)
    names = np.array(people)
    return (vectors @ vectors.T)[first, second], names[first] == names[second]


def rates(vectors: NDArray[np.float32], people: Sequence[str], resamples: int = 50) -> list[gallery.Rate]:
    labels = all_pairs.labels_of(people)
    return gallery.true_accept_rates(vectors, labels, all_pairs.count(vectors, labels), resamples=resamples)


@pytest.mark.parametrize("cells", [3000, all_pairs.CELLS])
def test_true_accept_rates_are_those_of_all_pairs_at_once(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(all_pairs, "CELLS", cells)
    vectors, people = crowd([1, 2, 3, 4, 5] * 30)
    scores, same = all_scores(vectors, people)
    found = rates(vectors, people)
    assert [rate.far for rate in found] == [1e-2, 1e-3, 1e-4]
    for rate in found:
        tar, threshold = tar_at_far(scores[same], scores[~same], rate.far)
        assert rate.tar == tar
        assert rate.threshold == pytest.approx(threshold, abs=1e-6)
        assert rate.low is not None
        assert rate.high is not None
        assert rate.low <= rate.tar <= rate.high
        assert rate.low < rate.high


def test_a_draw_of_people_counts_as_if_each_were_there_so_many_times() -> None:
    """Checked against the drawn gallery spelt out, in which a person and a copy of that person are never compared."""
    vectors, people = crowd([3, 5, 2, 4, 6, 3, 4, 5, 2, 6, 4, 3])
    labels = all_pairs.labels_of(people)
    tail = gallery.tail_of(vectors, labels, all_pairs.count(vectors, labels), 1.0)
    for seed in range(5):
        drawn_people = np.random.default_rng(seed).integers(12, size=12)
        rows = np.concatenate([np.flatnonzero(labels == person) for person in drawn_people])
        copy = np.repeat(np.arange(12), [np.sum(labels == person) for person in drawn_people])
        first, second = np.triu_indices(len(rows), 1)
        scores = (vectors @ vectors.T)[rows[first], rows[second]]
        genuine = copy[first] == copy[second]
        impostors = ~genuine & (labels[rows[first]] != labels[rows[second]])
        expected, threshold = tar_at_far(scores[genuine], scores[impostors], 0.05)
        ((tar, found),) = tail.rates(np.bincount(drawn_people, minlength=12), [0.05]) or [(0, 0)]
        assert tar == pytest.approx(expected)
        assert found == pytest.approx(threshold, abs=1e-6)


def test_few_people_are_drawn_from_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The most similar pairs of three people are of one couple; draws without it need the others."""
    monkeypatch.setattr(gallery, "FEWEST_PEOPLE", 3)
    vectors, people = crowd([20, 20, 20])
    labels = all_pairs.labels_of(people)
    counted = all_pairs.count(vectors, labels)
    (short,) = gallery.true_accept_rates(vectors, labels, counted, [1e-2], resamples=40)
    every = gallery.tail_of(vectors, labels, counted, 1.0)
    rng = np.random.default_rng(0)
    draws = [np.bincount(rng.integers(3, size=3), minlength=3) for _ in range(40)]
    tars = [found[0][0] for drawn in draws if (found := every.rates(drawn, [1e-2]))]
    assert 0 < len(tars) < 40  # some draws are of one person alone, who has no strangers
    assert (short.low, short.high) == pytest.approx(tuple(np.quantile(tars, (0.025, 0.975))))


def test_the_interval_holds_the_rate_of_the_people_it_was_drawn_from() -> None:
    """Fifty of 500 people, twenty times: the rate of the 500 lies in about 95 % of the intervals."""
    vectors, people = crowd([4] * 500, dimension=24)
    scores, same = all_scores(vectors, people)
    truth, _ = tar_at_far(scores[same], scores[~same], 1e-2)
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(20):
        rows = (4 * rng.choice(500, 50, replace=False)[:, None] + np.arange(4)).ravel()
        rate = rates(vectors[rows], [people[row] for row in rows], resamples=100)[0]
        assert rate.low is not None
        assert rate.high is not None
        held += rate.low <= truth <= rate.high
        assert rate.high - rate.low < 0.4
    assert held >= 17


def test_nine_people_give_no_interval() -> None:
    """Draws of two people who look alike would give one of no width."""
    vectors, people = crowd([8] * 9)
    report = gallery.measure(vectors, people)
    assert [rate.far for rate in report.rates] == [1e-2]
    assert (report.rates[0].low, report.rates[0].high) == (None, None)
    assert "no interval, for fewer than 10 people" in dict(report.rows())["TAR at FAR 1e-2"]
    assert report.record()["tar_at_far_1e-2_low"] is None


def test_rates_that_too_few_pairs_decide_are_left_out_with_a_reason() -> None:
    vectors, people = crowd([2] * 40)
    report = gallery.measure(vectors, people, resamples=20)
    impostors = 80 * 79 // 2 - 40
    assert [rate.far for rate in report.rates] == [1e-2]
    assert report.left_out()[:2] == [
        f"TAR at FAR 1e-3: {impostors:,} impostor pairs, 10,000 are needed",
        f"TAR at FAR 1e-4: {impostors:,} impostor pairs, 100,000 are needed",
    ]
    assert report.left_out()[2].startswith("TPIR at FPIR 1e-2:")
    record = report.record()
    assert "tar_at_far_1e-2" in record
    assert "tar_at_far_1e-3" not in record
    assert record["tpir_at_fpir_1e-2"] is None


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=30))
def test_average_precision_is_that_of_scikit_learn(found: list[tuple[int, bool]]) -> None:
    scores = np.array([score for score, _ in found]) / 8
    same = np.array([is_same for _, is_same in found])
    same[0] = True
    right, precision = gallery.retrieval(scores, same)
    assert precision == pytest.approx(sklearn.metrics.average_precision_score(same, scores))
    assert right == (scores[same].max() > np.max(scores[~same], initial=-1))


def test_the_average_precision_of_a_hand_worked_case() -> None:
    """Right at ranks 2 and 4: (1 / 2 + 2 / 4) / 2; a stranger comes first."""
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    assert gallery.retrieval(scores, np.array([False, True, False, True, False])) == (False, 0.5)
    assert gallery.retrieval(scores, np.array([True, False, False, False, True])) == (True, 0.7)


def test_each_picture_with_a_mate_is_searched_for_among_all_others() -> None:
    vectors, people = crowd([1, 2, 3, 1, 4, 2])
    similar = vectors @ vectors.T
    names = np.array(people)
    precisions, firsts = [], []
    for probe in range(len(people)):
        others = np.arange(len(people)) != probe
        mates = names[others] == names[probe]
        if mates.any():
            precisions.append(sklearn.metrics.average_precision_score(mates, similar[probe, others]))
            firsts.append(mates[np.argmax(similar[probe, others])])
    search = gallery.search(vectors, people)
    assert search.probes == len(precisions) == 11
    assert search.rank_1 == np.mean(firsts)
    assert search.mean_average_precision == pytest.approx(np.mean(precisions))


def test_the_known_half_is_searched_by_its_first_pictures() -> None:
    """Directions on a circle in degrees: the second picture of A is nearest to A, the third nearest to B."""
    a, b, stranger = KNOWN[0], KNOWN[1], STRANGERS[0]
    degrees = [(a, 0), (a, 10), (a, 80), (b, 90), (b, 95), (stranger, 30), (stranger, 200)]
    angles = np.deg2rad([angle for _, angle in degrees])
    vectors = np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)
    mated, non_mated, enrolled = gallery.open_set(vectors, [name for name, _ in degrees])
    assert enrolled == 2
    np.testing.assert_allclose(mated, [np.cos(np.deg2rad(10)), -2, np.cos(np.deg2rad(5))], atol=1e-6)
    np.testing.assert_allclose(non_mated, [np.cos(np.deg2rad(30)), np.cos(np.deg2rad(110))], atol=1e-6)


def test_one_of_a_hundred_searches_for_strangers_may_find_somebody() -> None:
    """1,000 strangers at cosines 0 ... .999 of a gallery of one: the threshold lies over the eleventh highest, .989."""
    cosines = np.append([1, 0.9895, 0.989, 0.5], np.arange(1000) / 1000)
    vectors = np.column_stack([cosines, np.sqrt(1 - cosines**2)]).astype(np.float32)
    people = [KNOWN[0]] * 4 + [STRANGERS[i % len(STRANGERS)] for i in range(1000)]
    search = gallery.search(vectors, people)
    assert search.tpir == pytest.approx(1 / 3)
    assert search.tpir_threshold == pytest.approx(0.989, abs=1e-5)
    assert (search.enrolled, search.mated, search.non_mated) == (1, 3, 1000)
    assert gallery.search(vectors[:-1], people[:-1]).tpir is None


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000))
def test_neither_the_order_of_the_pictures_nor_a_turn_of_the_space_changes_anything(seed: int) -> None:
    vectors, people = crowd([4, 2, 6, 3, 5, 1, 7, 2, 6, 4, 5, 3])
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(people))
    turn = np.linalg.qr(rng.normal(size=(12, 12)))[0]
    turned = unit(vectors[order] @ turn)
    shuffled = [people[i] for i in order]
    (before,), (after,) = rates(vectors, people), rates(turned, shuffled)
    np.testing.assert_allclose(before, after, atol=1e-5)
    first, second = gallery.search(vectors, people), gallery.search(turned, shuffled)
    assert first.rank_1 == second.rank_1
    assert first.mean_average_precision == pytest.approx(second.mean_average_precision)


def test_a_gallery_without_both_kinds_of_pairs_is_refused() -> None:
    for people in (["Anna", "Anna"], ["Anna", "Ben"]):
        with pytest.raises(FacenetError, match="A gallery needs two people"):
            gallery.measure(unit(np.ones((2, 3))), people)
