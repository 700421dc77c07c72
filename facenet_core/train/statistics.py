"""Batch norm's moving statistics, measured anew: short runs never fill their slow averages.

With Keras's momentum of 0.99 or 0.995 the averages need thousands of steps, and always lag behind the weights; a
network that learned well then verifies by chance. Wu and Johnson 2021, "Rethinking 'batch' in BatchNorm", arXiv
2105.07576, section 3, measure them anew on some batches ("PreciseBN"), as done here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from facenet_core.train.objective import compiled_by_xla

if TYPE_CHECKING:
    import keras
    import numpy as np


class Recomputation:
    """Measures the statistics of one embedder; compiled once, however often it is used."""

    def __init__(self, embedder: keras.Model) -> None:
        import keras

        self._norms = [layer for layer in embedder.layers if isinstance(layer, keras.layers.BatchNormalization)]

        # `predict_on_batch` is what every backend compiles without an optimizer; it asks for inference.
        class Training(keras.Model):  # type: ignore[misc]
            def __init__(self) -> None:
                super().__init__()
                self.embedder = embedder

            def call(self, images: Any) -> Any:
                return self.embedder(images, training=True)

        self._training = Training()
        self._training.compile(jit_compile=compiled_by_xla())

    def run(self, batches: Iterable[NDArray[np.float32]]) -> None:
        """Set every moving mean and variance to the averages over `batches`, float32 [n, size, size, 3] each.

        The layers' own rule is used: from 0, after k batches with momentum m, their averages are too small by the
        factor 1 - m^k. Later batches so weigh a little more.
        """
        for norm in self._norms:
            norm.moving_mean.assign(norm.moving_mean * 0)
            norm.moving_variance.assign(norm.moving_variance * 0)
        count = 0
        for batch in batches:
            self._training.predict_on_batch(batch)
            count += 1
        for norm in self._norms:
            share = 1 - norm.momentum**count
            norm.moving_mean.assign(norm.moving_mean / share)
            norm.moving_variance.assign(norm.moving_variance / share)
