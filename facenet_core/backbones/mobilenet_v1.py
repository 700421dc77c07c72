"""MobileNet-v1: depthwise separable convolutions (Howard et al. 2017, arXiv 1704.04861, table 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keras import KerasTensor

# Filters and stride of the 13 depthwise separable blocks, in the order of the paper's table 1.
BLOCKS = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1))
EPSILON = 0.001


def build(inputs: KerasTensor, alpha: float = 1.0, depth_multiplier: int = 1) -> KerasTensor:
    """Features [n, ceil(h / 32), ceil(w / 32), 1024 alpha] of `inputs` [n, h, w, 3], as `preprocess` made them.

    `alpha` thins every layer, `depth_multiplier` widens the depthwise ones. Padding is 'same' as Keras does it: with
    stride 2 and an even size, one row and column more on the bottom and right. ReLU6 follows every batch norm.
    """
    x = _convolution(inputs, round(32 * alpha))
    for number, (filters, stride) in enumerate(BLOCKS, start=1):
        x = _separable(x, number, round(filters * alpha), stride, depth_multiplier)
    return x


def _convolution(x: KerasTensor, filters: int) -> KerasTensor:
    from keras import layers

    x = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, name="conv1")(x)
    return _norm_relu6(x, "conv1")


def _separable(x: KerasTensor, number: int, filters: int, stride: int, depth_multiplier: int) -> KerasTensor:
    from keras import layers

    depthwise, pointwise = f"conv_dw_{number}", f"conv_pw_{number}"
    x = layers.DepthwiseConv2D(
        3, strides=stride, padding="same", depth_multiplier=depth_multiplier, use_bias=False, name=depthwise
    )(x)
    x = _norm_relu6(x, depthwise)
    x = layers.Conv2D(filters, 1, use_bias=False, name=pointwise)(x)
    return _norm_relu6(x, pointwise)


def _norm_relu6(x: KerasTensor, name: str) -> KerasTensor:
    from keras import layers

    x = layers.BatchNormalization(epsilon=EPSILON, name=f"{name}_bn")(x)
    return layers.ReLU(6.0, name=f"{name}_relu")(x)
