"""Batches hold what each way of sampling promises, and are the same for the same seed and step."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from facenet_core.data.sampling import PK, Balanced, Natural, Sampler
from facenet_core.types import FacenetError

seeds = st.integers(0, 2**32)
steps = st.integers(0, 2**40)
# Each number is how many crops a person has; a last part has no person.
crowds = st.lists(st.integers(0, 9), min_size=1, max_size=12).filter(lambda counts: sum(count > 1 for count in counts))


def labels_of(counts: list[int], seed: int = 0, unknown: int = 3) -> NDArray[np.int64]:
    labels = np.concatenate([np.repeat(np.arange(len(counts)), counts), np.full(unknown, -1)])
    return np.random.default_rng(seed).permutation(labels)


@given(st.integers(1, 60), st.integers(1, 25), seeds)
def test_an_epoch_of_natural_sampling_holds_every_crop_once(count: int, batch: int, seed: int) -> None:
    sampler = Natural(count, batch, seed)
    drawn = np.concatenate([sampler.indices(step) for step in range(-(-3 * count // batch))])
    for epoch in range(3):
        assert sorted(drawn[epoch * count : (epoch + 1) * count]) == list(range(count))


def test_epochs_differ_in_their_order() -> None:
    sampler = Natural(1000, 1000, seed=1)
    assert not (sampler.indices(0) == sampler.indices(1)).all()


@given(crowds, st.integers(1, 20), seeds, steps)
def test_balanced_sampling_never_draws_a_crop_without_a_person(
    counts: list[int], batch: int, seed: int, step: int
) -> None:
    labels = labels_of(counts)
    drawn = Balanced(labels, batch, seed).indices(step)
    assert drawn.shape == (batch,)
    assert (labels[drawn] >= 0).all()


def test_balanced_sampling_draws_people_and_their_crops_equally() -> None:
    labels = labels_of([1, 10, 100])
    drawn = Balanced(labels, 30_000, seed=0).indices(0)
    people = Counter(labels[drawn].tolist())
    assert all(abs(people[person] - 10_000) < 400 for person in range(3))
    crops = np.bincount(drawn, minlength=len(labels))[labels == 1]
    assert abs(crops - 1000).max() < 150


@given(crowds, st.integers(1, 6), st.integers(1, 6), seeds, steps)
def test_a_batch_of_p_people_holds_k_crops_of_each(
    counts: list[int], people: int, pictures: int, seed: int, step: int
) -> None:
    usable = sum(count > 1 for count in counts)
    people = min(people, usable)
    labels = labels_of(counts)
    drawn = PK(labels, people, pictures, seed).indices(step).reshape(people, pictures)
    persons = labels[drawn]
    assert (persons == persons[:, :1]).all()
    assert len(set(persons[:, 0])) == people
    for row, person in zip(drawn, persons[:, 0], strict=True):
        assert counts[person] > 1
        assert len(set(row)) == min(pictures, counts[person]), "none is repeated before all were drawn"


@given(crowds, seeds, steps)
def test_the_same_seed_and_step_give_the_same_batch_whatever_came_before(
    counts: list[int], seed: int, step: int
) -> None:
    def samplers() -> list[Sampler]:
        labels = labels_of(counts)
        return [Natural(len(labels), 4, seed), Balanced(labels, 4, seed), PK(labels, 1, 4, seed)]

    for fresh, used in zip(samplers(), samplers(), strict=True):
        for earlier in (step + 7, 0, 3):
            used.indices(earlier)
        np.testing.assert_array_equal(fresh.indices(step), used.indices(step))
        assert fresh.indices(step).dtype == np.int64
        assert len(fresh.indices(step)) == fresh.batch


def test_another_seed_gives_another_batch() -> None:
    labels = labels_of([9] * 12)
    for kind in (lambda seed: Natural(108, 32, seed), lambda seed: Balanced(labels, 32, seed)):
        assert not (kind(0).indices(5) == kind(1).indices(5)).all()
    assert not (PK(labels, 4, 8, 0).indices(5) == PK(labels, 4, 8, 1).indices(5)).all()


def test_crops_that_cannot_fill_a_batch_are_refused() -> None:
    with pytest.raises(FacenetError, match="no crop"):
        Natural(0, 4, 0)
    with pytest.raises(FacenetError, match="batch must be at least 1"):
        Natural(4, 0, 0)
    with pytest.raises(FacenetError, match="a folder a person"):
        Balanced(np.array([-1, -1]), 4, 0)
    with pytest.raises(FacenetError, match="at least 2 crops"):
        PK(np.array([0, 1, 2]), 2, 2, 0)
    with pytest.raises(FacenetError, match=r"Batches of 3 people need as many .* there are 2"):
        PK(np.array([0, 0, 1, 1, 2]), 3, 2, 0)
    with pytest.raises(FacenetError, match="pictures must be at least 1"):
        PK(np.array([0, 0]), 1, 0, 0)
