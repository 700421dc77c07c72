"""The method of grouping, on graphs; every `Grouper` must pass."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.library.grouping import Graph, Grouper, by_size, chinese_whispers

GROUPERS: list[Grouper] = [chinese_whispers]
each_grouper = pytest.mark.parametrize("grouper", GROUPERS)


def cliques(sizes: list[int], seed: int = 0) -> tuple[Graph, np.ndarray]:
    """Faces whose like ones are all linked and others never, and the truth."""
    truth = np.repeat(np.arange(len(sizes)), sizes)
    a, b = np.nonzero(truth[:, None] == truth[None, :])
    similarity = np.random.default_rng(seed).uniform(0.5, 0.9, len(a)).astype(np.float32)
    return Graph.from_neighbours(len(truth), a, b, similarity, 0.45), truth


def run(grouper: Grouper, graph: Graph, **given: np.ndarray) -> np.ndarray:
    defaults = {"seeds": np.full(graph.n, -1), "photos": np.arange(graph.n), "order": np.arange(graph.n)}
    return grouper(graph, **(defaults | given), cancelled=lambda: False)


def same_partition(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(((a[:, None] == a[None, :]) == (b[:, None] == b[None, :])).all())


@each_grouper
@settings(deadline=None, max_examples=60)
@given(sizes=st.lists(st.integers(1, 12), min_size=1, max_size=12), seed=st.integers(0, 10**6))
def test_faces_that_are_all_alike_form_one_group_and_strangers_never(
    grouper: Grouper, sizes: list[int], seed: int
) -> None:
    graph, truth = cliques(sizes, seed)
    assert same_partition(run(grouper, graph, order=np.random.default_rng(seed).permutation(graph.n)), truth)


@each_grouper
@settings(deadline=None, max_examples=40)
@given(data=st.data(), n=st.integers(2, 40), photos=st.integers(1, 10), seed=st.integers(0, 10**6))
def test_faces_of_one_photo_never_share_a_group_and_seeds_keep_theirs(
    grouper: Grouper, data: st.DataObject, n: int, photos: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, n, (2, 4 * n))
    graph = Graph.from_neighbours(n, a, b, rng.uniform(0, 1, 4 * n).astype(np.float32), 0.3)
    photo = rng.integers(0, photos, n)
    seeds = np.where(rng.uniform(size=n) < 0.2, np.arange(n), -1)
    labels = run(grouper, graph, seeds=seeds, photos=photo, order=rng.permutation(n))
    assert (labels[seeds >= 0] == seeds[seeds >= 0]).all()
    pairs = list(zip(photo.tolist(), labels.tolist(), strict=True))
    assert len(pairs) == len(set(pairs))


@each_grouper
@settings(deadline=None, max_examples=40)
@given(n=st.integers(2, 40), seed=st.integers(0, 10**6))
def test_the_groups_do_not_depend_on_how_the_faces_are_numbered(grouper: Grouper, n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, n, (2, 5 * n))
    similarity = rng.uniform(0, 1, 5 * n).astype(np.float32)
    order = rng.permutation(n)
    new_number = rng.permutation(n)
    photos = rng.integers(0, n, n)
    before = run(grouper, Graph.from_neighbours(n, a, b, similarity, 0.4), photos=photos, order=order)
    renumbered = Graph.from_neighbours(n, new_number[a], new_number[b], similarity, 0.4)
    moved_order, moved_photos = np.empty(n, np.int64), np.empty(n, np.int64)
    moved_order[new_number], moved_photos[new_number] = order, photos
    after = run(grouper, renumbered, photos=moved_photos, order=moved_order)
    assert same_partition(before, after[new_number])


@each_grouper
def test_free_faces_join_the_standing_group_they_are_like(grouper: Grouper) -> None:
    graph, truth = cliques([6, 6])
    seeds = np.full(12, -1)
    seeds[:3] = 70
    labels = run(grouper, graph, seeds=seeds)
    assert (labels[truth == 0] == 70).all()
    assert (labels[truth == 1] < 0).all()


@each_grouper
def test_two_standing_groups_are_never_joined(grouper: Grouper) -> None:
    graph, _ = cliques([8])
    seeds = np.array([1, 1, 1, 2, 2, 2, -1, -1])
    labels = run(grouper, graph, seeds=seeds)
    assert labels[:6].tolist() == [1, 1, 1, 2, 2, 2]


@each_grouper
def test_without_any_face_there_is_no_group(grouper: Grouper) -> None:
    empty = Graph.from_neighbours(0, *(np.empty(0, np.int64),) * 2, np.empty(0, np.float32), 0.5)
    assert run(grouper, empty).tolist() == []


def test_a_pair_found_from_both_sides_is_one_edge() -> None:
    graph = Graph.from_neighbours(2, np.array([0, 1]), np.array([1, 0]), np.array([0.8, 0.8], np.float32), 0.5)
    assert list(zip(graph.a.tolist(), graph.b.tolist(), strict=True)) == [(0, 1), (1, 0)]


def test_groups_come_by_size_and_small_ones_are_left_out() -> None:
    groups = by_size(np.array([-5, -5, 3, -7, -7, -7, -9]), smallest=2)
    assert [group.tolist() for group in groups] == [[3, 4, 5], [0, 1]]
