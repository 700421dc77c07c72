"""Inception-ResNet-v1 (Szegedy et al. 2016, arXiv 1602.07261), the variant of D. Sandberg's FaceNet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from facenet_core.backbones import blocks
from facenet_core.backbones.blocks import TRUNCATED_NORMAL, Convolution

if TYPE_CHECKING:
    from keras import KerasTensor

SIZE = 160
SMALLEST = 75
DROPOUT = 0.2
ROOT = "InceptionResnetV1"

ENDPOINTS = {
    "Conv2d_1a_3x3": "Conv2d_1a_3x3_Activation",
    "Conv2d_2a_3x3": "Conv2d_2a_3x3_Activation",
    "Conv2d_2b_3x3": "Conv2d_2b_3x3_Activation",
    "MaxPool_3a_3x3": "MaxPool_3a_3x3",
    "Conv2d_3b_1x1": "Conv2d_3b_1x1_Activation",
    "Conv2d_4a_3x3": "Conv2d_4a_3x3_Activation",
    "Conv2d_4b_3x3": "Conv2d_4b_3x3_Activation",
    "Mixed_5a": "Block35_5_Activation",
    "Mixed_6a": "Mixed_6a",
    "Mixed_6b": "Block17_10_Activation",
    "Mixed_7a": "Mixed_7a",
    "Mixed_8a": "Block8_5_Activation",
    "Mixed_8b": "Block8_6_Add",
    "PrePool": "Block8_6_Add",
    "PreLogitsFlatten": "Dropout",
}

# Filters, kernel, stride and name of the convolutions of one branch, one after the other. Stride 2 is unpadded.
Branch = Sequence[tuple[int, int | tuple[int, int], int, str]]

# Figures 10, 12 and 13 of the paper, with the filters of Inception-ResNet-v1.
BLOCK35: Sequence[Branch] = (
    ((32, 1, 1, "Conv2d_1x1"),),
    ((32, 1, 1, "Conv2d_0a_1x1"), (32, 3, 1, "Conv2d_0b_3x3")),
    ((32, 1, 1, "Conv2d_0a_1x1"), (32, 3, 1, "Conv2d_0b_3x3"), (32, 3, 1, "Conv2d_0c_3x3")),
)
BLOCK17: Sequence[Branch] = (
    ((128, 1, 1, "Conv2d_1x1"),),
    ((128, 1, 1, "Conv2d_0a_1x1"), (128, (1, 7), 1, "Conv2d_0b_1x7"), (128, (7, 1), 1, "Conv2d_0c_7x1")),
)
BLOCK8: Sequence[Branch] = (
    ((192, 1, 1, "Conv2d_1x1"),),
    ((192, 1, 1, "Conv2d_0a_1x1"), (192, (1, 3), 1, "Conv2d_0b_1x3"), (192, (3, 1), 1, "Conv2d_0c_3x1")),
)
# Figure 7 with k, l, m, n = 192, 192, 256, 384, and the second reduction.
REDUCTION_A: Sequence[Branch] = (
    ((384, 3, 2, "Conv2d_1a_3x3"),),
    ((192, 1, 1, "Conv2d_0a_1x1"), (192, 3, 1, "Conv2d_0b_3x3"), (256, 3, 2, "Conv2d_1a_3x3")),
)
REDUCTION_B: Sequence[Branch] = (
    ((256, 1, 1, "Conv2d_0a_1x1"), (384, 3, 2, "Conv2d_1a_3x3")),
    ((256, 1, 1, "Conv2d_0a_1x1"), (256, 3, 2, "Conv2d_1a_3x3")),
    ((256, 1, 1, "Conv2d_0a_1x1"), (256, 3, 1, "Conv2d_0b_3x3"), (256, 3, 2, "Conv2d_1a_3x3")),
)


def build(inputs: KerasTensor, weight_decay: float = 0.0, momentum: float = 0.995) -> KerasTensor:
    """Features [n, h', w', 1792] of `inputs` [n, h, w, 3], before the average pool: 3 x 3 at 160, 1 x 1 at 75.

    ReLU follows every batch norm (epsilon 0.001, no gamma) and every residual sum but the last.
    Sandberg trains with a `weight_decay` of 0.0005. Raises FacenetError below 75 pixels.
    """
    from keras import layers

    blocks.check_size(inputs, SMALLEST, "Inception-ResNet-v1")
    conv = Convolution(momentum=momentum, weight_decay=weight_decay, initializer=TRUNCATED_NORMAL)
    x = conv(inputs, 32, 3, "Conv2d_1a_3x3", strides=2, padding="valid")
    x = conv(x, 32, 3, "Conv2d_2a_3x3", padding="valid")
    x = conv(x, 64, 3, "Conv2d_2b_3x3")
    x = layers.MaxPooling2D(3, 2, name="MaxPool_3a_3x3")(x)
    x = conv(x, 80, 1, "Conv2d_3b_1x1", padding="valid")
    x = conv(x, 192, 3, "Conv2d_4a_3x3", padding="valid")
    x = conv(x, 256, 3, "Conv2d_4b_3x3", strides=2, padding="valid")
    for number in range(1, 6):
        x = _residual(x, BLOCK35, f"Block35_{number}", 0.17, conv)
    x = _reduction(x, REDUCTION_A, "Mixed_6a", conv)
    for number in range(1, 11):
        x = _residual(x, BLOCK17, f"Block17_{number}", 0.10, conv)
    x = _reduction(x, REDUCTION_B, "Mixed_7a", conv)
    for number in range(1, 6):
        x = _residual(x, BLOCK8, f"Block8_{number}", 0.20, conv)
    return _residual(x, BLOCK8, "Block8_6", 1.0, conv, activation=None)


def slim_scope(layer: str) -> str:
    """The TF-Slim scope below ROOT: "Block35_1_Branch_0_Conv2d_1x1" -> "Repeat/block35_1/Branch_0/Conv2d_1x1"."""
    scope = re.sub(r"^Block8_6[_/]", "Block8/", blocks.slim_scope(layer))
    for repeat, block in (("Repeat", "35"), ("Repeat_1", "17"), ("Repeat_2", "8")):
        scope = re.sub(rf"^Block{block}_(\d+)[_/]", rf"{repeat}/block{block}_\1/", scope)
    return scope


def _residual(
    x: KerasTensor,
    branches: Sequence[Branch],
    name: str,
    scale: float,
    conv: Convolution,
    activation: str | None = "relu",
) -> KerasTensor:
    """x + scale * up(branches(x)): `up` has biases and neither norm nor activation."""
    from keras import layers

    mixed = layers.Concatenate(name=f"{name}_Concatenate")(_branches(x, branches, name, conv))
    up = replace(conv, norm=False, activation=None)(mixed, x.shape[-1], 1, f"{name}_Conv2d_1x1")
    x = layers.Add(name=f"{name}_Add")([x, layers.Rescaling(scale, name=f"{name}_Scale")(up)])
    return layers.Activation(activation, name=f"{name}_Activation")(x) if activation else x


def _reduction(x: KerasTensor, branches: Sequence[Branch], name: str, conv: Convolution) -> KerasTensor:
    from keras import layers

    pool = layers.MaxPooling2D(3, 2, name=f"{name}_Branch_{len(branches)}_MaxPool_1a_3x3")(x)
    return layers.Concatenate(name=name)([*_branches(x, branches, name, conv), pool])


def _branches(x: KerasTensor, branches: Sequence[Branch], name: str, conv: Convolution) -> list[KerasTensor]:
    ends = []
    for number, branch in enumerate(branches):
        end = x
        for filters, kernel, stride, convolution in branch:
            scope, padding = f"{name}_Branch_{number}_{convolution}", "same" if stride == 1 else "valid"
            end = conv(end, filters, kernel, scope, strides=stride, padding=padding)
        ends.append(end)
    return ends
