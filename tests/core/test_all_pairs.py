"""Every pair of faces is counted once, in blocks that stay small however many faces there are."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from facenet_core.evaluate import all_pairs


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@settings(deadline=None)
@given(st.lists(st.sampled_from("abc"), max_size=12), st.integers(1, 60))
def test_every_pair_is_counted_once(people: list[str], cells: int) -> None:
    vectors = unit(np.random.default_rng(len(people)).normal(size=(len(people), 4)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(all_pairs, "CELLS", cells)
        counted = all_pairs.count(vectors, all_pairs.labels_of(people))
    each = [(i, j) for i in range(len(people)) for j in range(i + 1, len(people))]
    for found, same in ((counted.impostors, False), (counted.genuine, True)):
        expected = [vectors[i] @ vectors[j] for i, j in each if (people[i] == people[j]) == same]
        np.testing.assert_allclose(
            np.repeat(all_pairs.CENTRES, found), np.sort(np.array(expected, np.float64)), atol=1e-4
        )


@settings(deadline=None)
@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 300))
def test_blocks_hold_every_row_once_and_no_more_cells_than_allowed(rows: int, columns: int, cells: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(all_pairs, "CELLS", cells)
        found = list(all_pairs.row_blocks(rows, columns, "rows"))
    assert [row for block in found for row in range(rows)[block]] == list(range(rows))
    assert all(block.stop - block.start == 1 or (block.stop - block.start) * columns <= cells for block in found)


def test_counted_pairs_give_the_roc_and_the_histogram_of_all_scores() -> None:
    rng = np.random.default_rng(4)
    names = [f"person {i // 3}" for i in range(120)]
    vectors = unit(np.repeat(rng.normal(size=(40, 12)), 3, axis=0) + rng.normal(size=(120, 12)))
    first, second = np.triu_indices(120, 1)
    scores, same = (vectors @ vectors.T)[first, second], first // 3 == second // 3
    counted = all_pairs.count(vectors, all_pairs.labels_of(names))
    far, tar = counted.roc()
    assert np.trapezoid(tar, far) == pytest.approx(sklearn.metrics.roc_auc_score(same, scores), abs=1e-4)
    assert (far[0], far[-1]) == (0, 1)
    edges, genuine, impostors = counted.coarse(10)
    np.testing.assert_array_equal(genuine, np.histogram(scores[same], edges)[0])
    np.testing.assert_array_equal(impostors, np.histogram(scores[~same], edges)[0])
    np.testing.assert_array_equal(all_pairs.reaching(counted.genuine)[[0, all_pairs.BINS]], [120, 0])


def test_names_are_numbered_whatever_order_they_come_in() -> None:
    assert all_pairs.labels_of(["王", "b\udcff", "王", "a"]).tolist() == [2, 1, 2, 0]
    assert all_pairs.labels_of([]).dtype == np.int64
