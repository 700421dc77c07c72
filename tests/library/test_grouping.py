"""The method of grouping, on vectors and pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.library.grouping import Faces, Levels, by_size, group
from app.library.neighbours import Pairs, near_pairs

LEVELS = Levels(pair=0.5, joining=0.35)
DIMENSION = 64


def around(centre: np.ndarray, cosine: float, rng: np.random.Generator) -> np.ndarray:
    """A unit vector with that cosine to the unit vector `centre`."""
    noise = rng.normal(size=len(centre))
    noise -= (noise @ centre) * centre
    return cosine * centre + np.sqrt(1 - cosine**2) * noise / np.linalg.norm(noise)


def people(sizes: list[int], seed: int = 0, cosine: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Vectors around centres at right angles, and whose each one is."""
    rng = np.random.default_rng(seed)
    centres = np.linalg.qr(rng.normal(size=(DIMENSION, DIMENSION)))[0]
    truth = np.repeat(np.arange(len(sizes)), sizes)
    vectors = np.array([around(centres[person], cosine, rng) for person in truth]).reshape(-1, DIMENSION)
    return vectors.astype(np.float32), truth


def run(vectors: np.ndarray, levels: Levels = LEVELS, pairs: Pairs | None = None, **known: object) -> np.ndarray:
    n = len(vectors)
    standing = np.asarray(known.pop("standing", np.full(n, -1)))
    sizes = np.array([np.count_nonzero(standing == label) if label >= 0 else 0 for label in standing], np.int64)
    given: dict[str, object] = {
        "standing": standing,
        "sizes": sizes,
        "asked": np.ones(n, bool),
        "clear": np.ones(n, bool),
        "photos": np.full(n, -1),
    }
    if pairs is None:
        pairs = near_pairs(vectors, lowest=0.2, most=48)
    return group(pairs, Faces(vectors=vectors, **(given | known)), levels).labels  # type: ignore[arg-type]


def same_partition(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(((a[:, None] == a[None, :]) == (b[:, None] == b[None, :])).all())


@settings(deadline=None, max_examples=60)
@given(sizes=st.lists(st.integers(1, 12), min_size=1, max_size=12), seed=st.integers(0, 10**6))
def test_faces_that_are_all_alike_form_one_group_and_strangers_never(sizes: list[int], seed: int) -> None:
    vectors, truth = people(sizes, seed)
    assert same_partition(run(vectors), truth)


@settings(deadline=None, max_examples=60)
@given(n=st.integers(2, 40), photos=st.integers(1, 10), sides=st.integers(0, 4), seed=st.integers(0, 10**6))
def test_whatever_faces_are_like_photos_and_people_are_heeded(n: int, photos: int, sides: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors, _ = people([n], seed, cosine=0.8)
    photo = rng.integers(0, photos, n)
    standing = np.where(rng.uniform(size=n) < 0.2, np.arange(n), -1)
    free = np.flatnonzero(standing < 0)
    apart = []
    for _ in range(sides):
        split = rng.permutation(n)[: rng.integers(2, n + 1)]
        apart.append((split[: len(split) // 2], split[len(split) // 2 :]))
    labels = run(vectors, standing=standing, photos=photo, apart=apart)
    assert (labels[standing >= 0] == standing[standing >= 0]).all()
    assert (labels[free] < n).all()
    pairs = list(zip(photo.tolist(), labels.tolist(), strict=True))
    assert len(pairs) == len(set(pairs))
    for one, other in apart:
        assert not set(labels[one].tolist()) & set(labels[other].tolist())


@settings(deadline=None, max_examples=40)
@given(n=st.integers(2, 60), seed=st.integers(0, 10**6))
def test_the_order_of_the_pairs_makes_no_difference(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = np.triu_indices(n, 1)
    chosen = np.sort(rng.permutation(len(a))[: 3 * n])
    cosine = rng.choice([0.3, 0.4, 0.55, 0.6, 0.7], len(chosen)).astype(np.float32)
    vectors, _ = people([n], seed, cosine=0.6)
    pairs = Pairs(a[chosen], b[chosen], cosine)
    mixed = rng.permutation(len(chosen))
    again = Pairs(*(column[mixed] for column in pairs))
    assert run(vectors, pairs=pairs).tolist() == run(vectors, pairs=again).tolist()


def test_free_faces_join_the_standing_group_they_are_like() -> None:
    vectors, truth = people([6, 6])
    standing = np.full(12, -1)
    standing[:3] = 70
    labels = run(vectors, standing=standing)
    assert (labels[truth == 0] == 70).all()
    assert (labels[truth == 1] < 0).all()


def test_two_standing_groups_are_never_joined() -> None:
    vectors, _ = people([8])
    labels = run(vectors, standing=np.array([1, 1, 1, 2, 2, 2, -1, -1]))
    assert labels[:6].tolist() == [1, 1, 1, 2, 2, 2]


def test_a_face_below_the_strict_cosine_joins_a_large_group_that_alone_is_like_it() -> None:
    vectors, _ = people([6])
    centre = vectors.mean(axis=0) / np.linalg.norm(vectors.mean(axis=0))
    far = around(centre, 0.45, np.random.default_rng(5)).astype(np.float32)
    assert len(set(run(np.vstack([vectors, far])).tolist())) == 1


def test_a_face_below_the_strict_cosine_stays_alone_between_two_groups() -> None:
    vectors, truth = people([6, 6, 1])
    middle = vectors[truth < 2].mean(axis=0)
    between = 0.62 * middle / np.linalg.norm(middle) + 0.78 * vectors[truth == 2][0]
    vectors[truth == 2] = between / np.linalg.norm(between)
    labels = run(vectors)
    assert len(set(labels.tolist())) == 3
    assert np.count_nonzero(labels == labels[-1]) == 1


def test_nobody_joins_because_of_a_face_that_is_not_clear() -> None:
    vectors, _ = people([6], cosine=0.8)
    clear = np.zeros(6, bool)
    assert len(set(run(vectors, clear=clear).tolist())) == 6
    clear[:3] = True
    assert len(set(run(vectors, clear=clear).tolist())) == 1


def test_what_a_person_said_to_be_one_stays_together_however_unlike() -> None:
    vectors, truth = people([3, 3, 3])
    labels = run(vectors, together=[np.flatnonzero(truth != 2)])
    assert len(set(labels[truth != 2].tolist())) == 1
    assert labels[truth == 2][0] not in labels[truth != 2]


def test_what_was_split_off_stays_one_group_however_alike_the_rest_is() -> None:
    vectors, _ = people([9])
    labels = run(vectors, apart=[(np.arange(3), np.arange(3, 9))], together=[np.arange(3)])
    assert same_partition(labels, np.repeat([0, 1], [3, 6]))


def test_groups_of_which_fewer_faces_are_counted_than_are_there_stand_all_the_same() -> None:
    """Some were named while grouping was at work."""
    vectors, _ = people([12])
    standing = np.repeat([70, 71], 6)
    labels = run(vectors, standing=standing, sizes=np.zeros(12, np.int64))
    assert (labels == standing).all()


def test_without_any_face_there_is_no_group() -> None:
    assert run(np.empty((0, DIMENSION), np.float32)).tolist() == []


def test_groups_come_by_size_and_small_ones_are_left_out() -> None:
    groups = by_size(np.array([-5, -5, 3, -7, -7, -7, -9]), smallest=2)
    assert [group.tolist() for group in groups] == [[3, 4, 5], [0, 1]]


def exact(vectors: np.ndarray, lowest: float, most: int) -> set[tuple[int, int]]:
    cosines = vectors.astype(np.float64) @ vectors.T.astype(np.float64)
    np.fill_diagonal(cosines, -2)
    nearest = np.argsort(-cosines, axis=1)[:, :most]
    return {(min(a, b), max(a, b)) for a in range(len(vectors)) for b in nearest[a].tolist() if cosines[a, b] >= lowest}


@settings(deadline=None, max_examples=30)
@given(sizes=st.lists(st.integers(1, 20), min_size=1, max_size=8), most=st.integers(1, 30), seed=st.integers(0, 10**6))
def test_near_pairs_are_the_nearest_of_each_face_once(sizes: list[int], most: int, seed: int) -> None:
    vectors, _ = people(sizes, seed, cosine=0.8)
    pairs = near_pairs(vectors, lowest=0.3, most=most)
    assert set(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)) == exact(vectors, 0.3, most)
    assert np.abs(pairs.cosine - np.einsum("nd,nd->n", vectors[pairs.a], vectors[pairs.b])).max(initial=0) < 1e-5
    assert (np.diff(pairs.a * len(vectors) + pairs.b) > 0).all()


def test_of_many_faces_compared_in_lists_hardly_a_near_pair_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, _ = people([40] * 50, cosine=0.85)
    monkeypatch.setattr("app.library.neighbours.ALL_PAIRS", 500)
    monkeypatch.setattr("app.library.neighbours.PROBES", 12)
    # Small enough that faces take turns, and that the best of each are chosen many times on the way.
    monkeypatch.setattr("app.library.neighbours.AT_ONCE", 700)
    monkeypatch.setattr("app.library.neighbours.HELD", 2_000)
    pairs = near_pairs(vectors, lowest=0.4, most=10)
    found, true = set(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)), exact(vectors, 0.4, 10)
    assert len(found & true) > 0.99 * len(true)


def test_only_the_faces_asked_for_are_compared() -> None:
    vectors, _ = people([5, 5])
    pairs = near_pairs(vectors, lowest=0.4, most=20, probes=np.array([2]))
    assert sorted(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)) == [(0, 2), (1, 2), (2, 3), (2, 4)]
