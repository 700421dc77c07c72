"""MobileNet-v1: depthwise separable convolutions (Howard et al. 2017, arXiv 1704.04861, table 1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from facenet_core.backbones import blocks
from facenet_core.backbones.blocks import Convolution
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    from keras import KerasTensor

SIZE = 160
SMALLEST = 32
DROPOUT = 0.6
ROOT = "MobilenetV1"

# Filters and stride of the 13 depthwise separable blocks, in the order of the paper's table 1.
BLOCKS = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1))
# TF-Slim thins no layer below this, unless told to.
MIN_DEPTH = 8

# TF-Slim's endpoint -> the layer whose output it is. Layers are named as in keras.applications. A head pools by a
# window or over everything: one of the two.
ENDPOINTS = {
    "Conv2d_0": "conv1_relu",
    **{
        f"Conv2d_{number}_{kind}wise": f"conv_{short}_{number}_relu"
        for number in range(1, len(BLOCKS) + 1)
        for kind, short in (("depth", "dw"), ("point", "pw"))
    },
    **{name: name for name in ("AvgPool_1a", "global_pool", "Logits", "Predictions")},
}


def build(
    inputs: KerasTensor,
    alpha: float = 1.0,
    depth_multiplier: int = 1,
    min_depth: int = MIN_DEPTH,
    weight_decay: float = 0.0,
    momentum: float = 0.99,
) -> KerasTensor:
    """Features [n, ceil(h / 32), ceil(w / 32), 1024 alpha] of `inputs` [n, h, w, 3]: 5 x 5 x 1024 at 160.

    `alpha` thins every layer (TF-Slim calls this depth_multiplier), but to no fewer filters than `min_depth`;
    `depth_multiplier` widens the depthwise ones.
    Padding is 'same' as TensorFlow does it: with stride 2 and an even size, one row and column more on the bottom and
    right. ReLU6 follows every batch norm (epsilon 0.001). `weight_decay` leaves the depthwise kernels out, as TF-Slim
    does (0.00004 there). Raises FacenetError below 32 pixels and for an `alpha` that is not above zero.
    """
    blocks.check_size(inputs, SMALLEST, "MobileNet-v1")
    if alpha <= 0:
        raise FacenetError(f"MobileNet-v1 cannot be thinned by an alpha of {alpha:g}: give one above 0.")
    conv = Convolution(
        momentum=momentum, scale=True, activation="relu6", weight_decay=weight_decay, suffixes=("_bn", "_relu")
    )
    x = conv(inputs, max(int(32 * alpha), min_depth), 3, "conv1", strides=2)
    for number, (filters, stride) in enumerate(BLOCKS, start=1):
        x = conv.depthwise(x, 3, f"conv_dw_{number}", strides=stride, multiplier=depth_multiplier)
        x = conv(x, max(int(filters * alpha), min_depth), 1, f"conv_pw_{number}", padding="valid")
    return x


def slim_scope(layer: str) -> str:
    """The TF-Slim scope below ROOT of a layer: "conv_dw_3_bn" -> "Conv2d_3_depthwise/BatchNorm"."""
    scope = re.sub(r"_bn$", "_BatchNorm", layer)
    scope = re.sub(r"^conv1(?=_|$)", "Conv2d_0", scope)
    scope = re.sub(r"^conv_dw_(\d+)", r"Conv2d_\1_depthwise", scope)
    scope = re.sub(r"^conv_pw_(\d+)", r"Conv2d_\1_pointwise", scope)
    return blocks.slim_scope(re.sub(r"^Logits_", "Logits/", scope))
