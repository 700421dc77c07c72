"""What stands on a backbone's features: the embedding of a face."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keras import KerasTensor


def embedding(features: KerasTensor, dimension: int = 128, dropout: float = 0.0) -> KerasTensor:
    """Unit vectors [n, dimension] of a backbone's `features` [n, h, w, c].

    Global average pool, dropout, a dense layer without bias, batch norm without scale (momentum 0.995, epsilon 0.001),
    L2 normalisation (Schroff et al. 2015, "FaceNet", section 3). `dropout` is the share set to zero while training.
    """
    from keras import layers

    x = layers.GlobalAveragePooling2D(name="AvgPool")(features)
    if dropout:
        x = layers.Dropout(dropout, name="Dropout")(x)
    x = layers.Dense(dimension, use_bias=False, name="Bottleneck")(x)
    x = layers.BatchNormalization(momentum=0.995, epsilon=0.001, scale=False, name="BatchNorm_Bottleneck")(x)
    return layers.UnitNormalization(name="embedding")(x)
