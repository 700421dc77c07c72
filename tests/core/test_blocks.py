"""What the networks are built of."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from facenet_core.backbones import blocks


@pytest.mark.parametrize("scale", [True, False])
def test_the_batch_norm_trains_as_that_of_keras_does(scale: bool) -> None:
    """Outputs, moving statistics, and the gradients of a loss that treats no two numbers alike."""
    import tensorflow as tf

    rng = np.random.default_rng(0)
    images, weights = (rng.normal(3, 2, (4, 5, 6, 7)).astype(np.float32) for _ in range(2))
    told = []
    for kind in (blocks.batch_normalization(), keras.layers.BatchNormalization):
        norm = kind(momentum=0.9, epsilon=0.001, scale=scale)
        norm.build(images.shape)
        values = np.random.default_rng(1)
        for variable in norm.weights:
            variable.assign(values.uniform(0.5, 2, variable.shape))
        source = tf.Variable(images)
        with tf.GradientTape() as tape:
            outputs = norm(source, training=True)
            loss = tf.reduce_sum(outputs * weights)
        gradients = tape.gradient(loss, [source, *(variable.value for variable in norm.trainable_variables)])
        told.append([outputs, *gradients, norm.moving_mean, norm.moving_variance, norm(images, training=False)])
    for ours, theirs in zip(*told, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)


def test_a_frozen_batch_norm_stays_as_it_is() -> None:
    norm = blocks.batch_normalization()()
    images = np.random.default_rng(0).normal(3, 2, (4, 5, 6, 7)).astype(np.float32)
    norm.build(images.shape)
    norm.trainable = False
    np.testing.assert_allclose(norm(images, training=True), images / np.sqrt(1.001), rtol=1e-5)
    assert not np.asarray(norm.moving_mean).any()
