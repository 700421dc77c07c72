"""The losses give the numbers worked by hand, on either backend, and have gradients wherever training can take them."""

from __future__ import annotations

import doctest
import math

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from facenet_core import losses
from tests.core.processes import run_python


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def batch(seed: int, people: int = 4, pictures: int = 3, dimension: int = 8) -> tuple[NDArray[np.float32], list[int]]:
    rng = np.random.default_rng(seed)
    return unit(rng.normal(size=(people * pictures, dimension))), np.repeat(np.arange(people), pictures).tolist()


def triplets_by_hand(vectors: NDArray[np.float32], labels: list[int], margin: float, mining: losses.Mining) -> float:
    """The definitions of the docstring, triplet by triplet."""
    d = ((vectors[:, None].astype(np.float64) - vectors[None]) ** 2).sum(-1)
    found: list[float] = []
    everyone = range(len(labels))
    for anchor in everyone:
        positives = [d[anchor, i] for i in everyone if i != anchor and labels[i] == labels[anchor]]
        negatives = [d[anchor, i] for i in everyone if labels[i] != labels[anchor]]
        if not positives or not negatives:
            continue
        if mining == "batch-hard":
            found.append(max(0.0, max(positives) - min(negatives) + margin))
        elif mining == "batch-all":
            found += [loss for p in positives for n in negatives if (loss := p - n + margin) > 0]
        else:
            for p in positives:
                chosen = min((n for n in negatives if n > p), default=max(negatives))
                found.append(max(0.0, p - chosen + margin))
    return float(np.mean(found)) if found else 0.0


def test_the_worked_numbers_of_the_docstrings_are_right() -> None:
    assert doctest.testmod(losses).failed == 0
    assert doctest.testmod(losses).attempted >= 8


def test_the_worked_numbers_are_the_same_on_jax() -> None:
    code = "import doctest, keras, facenet_core.losses as ours\nprint(keras.backend.backend(), doctest.testmod(ours))"
    run = run_python("-c", code, KERAS_BACKEND="jax")
    assert run.stdout.startswith("jax TestResults(failed=0"), run.stdout + run.stderr


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(losses.MININGS), st.floats(0.05, 1.0))
def test_mining_finds_the_triplets_of_its_definition(seed: int, mining: losses.Mining, margin: float) -> None:
    vectors, labels = batch(seed)
    found = float(losses.triplet(vectors, labels, margin, mining))
    assert found == pytest.approx(triplets_by_hand(vectors, labels, margin, mining), abs=1e-5)


@pytest.mark.parametrize("mining", losses.MININGS)
@pytest.mark.parametrize("labels", [[0, 0, 0], [0, 1, 2]])
def test_a_batch_without_triplets_loses_nothing(mining: losses.Mining, labels: list[int]) -> None:
    vectors = unit(np.random.default_rng(1).normal(size=(3, 4)))
    assert float(losses.triplet(vectors, labels, 0.2, mining)) == 0


def test_people_that_are_far_apart_lose_nothing() -> None:
    vectors, labels = np.repeat(np.eye(4, dtype=np.float32), 3, axis=0), np.repeat(np.arange(4), 3)
    for mining in losses.MININGS:
        assert float(losses.triplet(vectors, labels, 0.2, mining)) == 0


def test_an_unknown_mining_is_refused() -> None:
    with pytest.raises(ValueError, match="no mining 'easy'; there are: semi-hard, batch-hard, batch-all"):
        losses.triplet([[1.0, 0.0]], [0], mining="easy")  # type: ignore[arg-type]


def test_softmax_cross_entropy_agrees_with_keras() -> None:
    rng = np.random.default_rng(2)
    logits, labels = rng.normal(size=(16, 5)).astype(np.float32), rng.integers(0, 5, 16)
    theirs = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    expected = float(theirs(keras.ops.one_hot(labels, 5), logits))
    assert float(losses.softmax_cross_entropy(logits, labels, 0.1)) == pytest.approx(expected, rel=1e-5)


@settings(max_examples=40, deadline=None)
@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(0.1, 1.0))
def test_a_worse_angle_never_gets_a_better_logit(one: float, other: float, margin: float) -> None:
    low, high = sorted((one, other))
    logits = np.asarray(losses.margin_logits(np.array([[low, 0.0], [high, 0.0]], np.float32), [0, 0], margin, 1.0))
    assert logits[0, 0] <= logits[1, 0] + 1e-6
    assert logits[1, 0] <= high + 1e-6


def test_the_margin_is_an_angle() -> None:
    angles = np.linspace(0.01, math.pi - 0.51, 20)
    logits = np.asarray(losses.margin_logits(np.cos(angles)[:, None].astype(np.float32), [0] * 20, 0.5, 64.0))
    np.testing.assert_allclose(logits[:, 0], 64 * np.cos(angles + 0.5), atol=64 * 1e-4)


def test_a_perfect_match_has_finite_gradients() -> None:
    tf = pytest.importorskip("tensorflow")
    same = tf.Variable(np.repeat(np.eye(2, dtype=np.float32), 2, axis=0))
    labels = [0, 0, 1, 1]
    weights = np.eye(2, dtype=np.float32)
    parts = {
        **{mining: lambda mining=mining: losses.triplet(same, labels, 3.0, mining) for mining in losses.MININGS},
        "margin": lambda: losses.softmax_cross_entropy(losses.margin_logits(same @ weights, labels), labels),
        "center": lambda: losses.center_loss(same, labels, weights),
        "cosine": lambda: losses.distill_cosine(same, same),
        "relational": lambda: losses.distill_relational(same, same),
    }
    for name, loss in parts.items():
        with tf.GradientTape() as tape:
            value = loss()
        assert np.isfinite(tape.gradient(value, same).numpy()).all(), name


def test_centers_settle_at_the_means_of_their_people() -> None:
    vectors, labels = batch(3)
    centers = np.zeros((4, 8), np.float32)
    for _ in range(100):
        centers = np.asarray(losses.updated_centers(centers, vectors, labels, rate=0.5))
    np.testing.assert_allclose(centers, vectors.reshape(4, 3, 8).mean(1), atol=1e-4)


@pytest.mark.parametrize("precision", ["float16", "bfloat16"])
def test_losses_are_computed_in_float32_whatever_the_network_computes_in(precision: str) -> None:
    vectors, labels = batch(4)
    half = keras.ops.cast(vectors, precision)
    for mining in losses.MININGS:
        loss = losses.triplet(half, labels, 0.2, mining)
        assert loss.dtype.name == "float32"
        assert float(loss) == pytest.approx(float(losses.triplet(vectors, labels, 0.2, mining)), abs=0.03)


def test_a_student_that_only_turned_the_teachers_space_is_relationally_perfect() -> None:
    vectors, _ = batch(5)
    turn = np.linalg.qr(np.random.default_rng(6).normal(size=(8, 8)))[0].astype(np.float32)
    assert float(losses.distill_relational(vectors @ turn, vectors)) == pytest.approx(0, abs=1e-6)
    assert float(losses.distill_cosine(vectors @ turn, vectors)) > 0.1
