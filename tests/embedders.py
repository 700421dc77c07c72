"""Embedders with random weights, small enough to make many: what a training run leaves, without the training."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from facenet_core import networks, presets, published
from facenet_core.published import Published
from facenet_core.types import Calibration

SIZE = 64
# Random weights give every face nearly the same vector.
CALIBRATION = Calibration((0.1, 0.01, 0.001, 0.0001, 0.00001), (0.9, 0.99, 0.999, 0.9999, 0.99999), "nothing measured")


def make_embedder(folder: Path, dimension: int = 128) -> Path:
    """A calibrated preset in `folder`, which is made."""
    import keras

    rng = np.random.default_rng(7)
    options = {"alpha": 0.25}
    network = networks.embedder("mobilenet_v1", SIZE, dimension, options=options)
    for layer in network.layers:
        if hasattr(layer, "kernel"):
            # So that activations stay as large from layer to layer: fresh ones fade to nothing without training.
            shape = tuple(layer.kernel.shape)
            depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
            inputs = np.prod(shape[:2] if depthwise else shape[:-1])
            layer.kernel.assign(rng.standard_normal(shape) * np.sqrt(2 / inputs))
    folder.mkdir()
    found = Published(network, "mobilenet_v1", "embedder", dimension, SIZE, "per_image", 4.0, options)
    presets.write(replace(published.write_preset(found, folder), calibration=CALIBRATION))
    return folder
