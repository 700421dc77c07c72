"""What stands on a backbone's features: the embedding of a face."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keras import KerasTensor


def embedding(
    features: KerasTensor,
    dimension: int = 128,
    dropout: float = 0.0,
    weight_decay: float = 0.0,
    momentum: float = 0.995,
) -> KerasTensor:
    """Unit vectors float32 [n, dimension] of a backbone's `features` [n, h, w, c].

    Global average pool, dropout, a dense layer without bias, batch norm without scale (epsilon 0.001), L2
    normalisation (Schroff et al. 2015, "FaceNet", section 3). `dropout` is the share set to zero while training,
    `weight_decay` is that of `blocks.Convolution`.
    """
    from keras import layers, regularizers

    x = layers.GlobalAveragePooling2D(name="AvgPool")(features)
    if dropout:
        x = layers.Dropout(dropout, name="Dropout")(x)
    decay = regularizers.L2(weight_decay / 2) if weight_decay else None
    x = layers.Dense(dimension, use_bias=False, kernel_regularizer=decay, name="Bottleneck")(x)
    x = layers.BatchNormalization(momentum=momentum, epsilon=0.001, scale=False, name="BatchNorm_Bottleneck")(x)
    # In float32 also where the layers before compute in half of it: cosines of 0.999 would be rounded to 1.
    return layers.UnitNormalization(name="embedding", dtype="float32")(x)
