"""What a step of training lowers, and how far it goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from facenet_core.cli import main
from facenet_core.train import objective
from facenet_core.train.checkpoint import value
from tests.core.identities import small, write_people

PIXELS = np.random.default_rng(0).normal(size=(16, 32, 32, 3)).astype(np.float32)
LABELS = np.repeat(np.arange(4), 4)


def kernels(model: keras.Model) -> dict[str, NDArray[Any]]:
    return {variable.path: value(variable) for variable in model.trainable_variables}


def test_the_loss_is_the_weighted_sum_of_its_parts_and_a_clipped_step_is_as_long_as_allowed() -> None:
    settings = small(
        Path("crops"),
        loss="softmax+triplet",
        people=4,
        pictures=4,
        options={"alpha": 0.25, "weight_decay": 0.01},
        softmax_weight=0.5,
        triplet_weight=3.0,
        center_weight=0.25,
        optimizer="sgd",
        momentum=0.0,
        clip=0.125,
    )
    model = objective.learner(settings.settled(), classes=4)
    objective.inner(model).learning_rate = 1.0
    before = kernels(model)
    logs = model.train_on_batch(PIXELS, LABELS, return_dict=True)
    parts = 0.5 * logs["softmax"] + 3 * logs["triplet"] + 0.25 * logs["center"] + logs["regularization"]
    assert logs["loss"] == pytest.approx(parts, rel=1e-5)
    # L2 as TF-Slim has it: half the sum of squares, each kernel of backbone and head once, but no depthwise ones.
    names = {variable.path for variable in model.embedder.trainable_variables if variable.path.endswith("kernel")}
    regularized = [array for path, array in before.items() if path in names and not path.startswith("conv_dw")]
    assert logs["regularization"] == pytest.approx(
        0.005 * sum(float(np.square(array).sum()) for array in regularized), rel=1e-4
    )
    moved = np.sqrt(sum(np.square(array - before[path]).sum() for path, array in kernels(model).items()))
    assert moved == pytest.approx(0.125, rel=1e-3)
    assert value(objective.inner(model).gradient_norm) > 0.125, "the length before it was clipped"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--option", "alpha=0.001", "--option", "min_depth=0"], "cannot be built with"),
        (["--size", "32", "--start", __file__], "test_objective.py"),
    ],
)
def test_a_run_whose_network_cannot_be_built_leaves_its_folder_free(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    data = write_people(tmp_path / "crops", 3, 4)
    run = ["train", "--data", str(data), "--out", str(tmp_path / "run"), "--steps", "1", "--batch", "4"]
    for _ in range(2):
        assert main([*run, "--device", "cpu", *arguments]) == 1
        assert said in capsys.readouterr().err


@pytest.mark.parametrize("scale", [True, False])
def test_fused_batch_norms_train_as_those_of_keras_do(scale: bool) -> None:
    """Outputs, moving statistics, and the gradients of a loss that treats no two numbers alike."""
    import tensorflow as tf

    rng = np.random.default_rng(0)
    images, weights = (rng.normal(3, 2, (4, 5, 6, 7)).astype(np.float32) for _ in range(2))
    told: list[list[Any]] = []
    for fused in (True, False):
        norm = keras.layers.BatchNormalization(momentum=0.9, epsilon=0.001, scale=scale)
        inputs = keras.Input((5, 6, 7))
        model = keras.Model(inputs, norm(inputs))
        values = np.random.default_rng(1)
        for variable in norm.weights:
            variable.assign(values.uniform(0.5, 2, variable.shape))
        if fused:
            objective.fuse_batch_norms(model)
        source = tf.Variable(images)
        with tf.GradientTape() as tape:
            outputs = model(source, training=True)
            loss = tf.reduce_sum(outputs * weights)
        gradients = tape.gradient(loss, [source, *(variable.value for variable in norm.trainable_variables)])
        told.append([outputs, *gradients, norm.moving_mean, norm.moving_variance, model(images, training=False)])
        assert any("FusedBatchNorm" in name for name in _operations(model, images)) is fused
    for ours, theirs in zip(*told, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)


def _operations(model: keras.Model, images: NDArray[np.float32]) -> list[str]:
    import tensorflow as tf

    traced = tf.function(lambda pixels: model(pixels, training=True)).get_concrete_function(tf.constant(images))
    return [operation.type for operation in traced.graph.get_operations()]
