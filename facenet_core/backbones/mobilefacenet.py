"""MobileFaceNet: a small face embedder of inverted residuals (Chen et al. 2018, arXiv 1804.07573, table 1)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from facenet_core.backbones import blocks
from facenet_core.backbones.blocks import Convolution
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    from keras import KerasTensor

SIZE = 112
SMALLEST = 32
DROPOUT = 0.0
ROOT = "MobileFaceNet"

# Expansion t, filters c, how many n, stride s of the first: the bottlenecks of table 1.
BOTTLENECKS = ((2, 64, 5, 2), (4, 128, 1, 2), (2, 128, 6, 1), (4, 128, 1, 2), (2, 128, 2, 1))

ENDPOINTS = {
    "Conv2d_0": "Conv2d_0_Activation",
    "Conv2d_1_depthwise": "Conv2d_1_depthwise_Activation",
    **{
        f"expanded_conv_{number}": f"expanded_conv_{number}_{last}"
        for number, last in enumerate(
            "Add" if repeat or stride == 1 else "project_BatchNorm"
            for _, _, repeats, stride in BOTTLENECKS
            for repeat in range(repeats)
        )
    },
    "Conv2d_2": "Conv2d_2_Activation",
    "GDConv": "GDConv_BatchNorm",
}


def build(inputs: KerasTensor, weight_decay: float = 0.0, momentum: float = 0.995) -> KerasTensor:
    """Features [n, 1, 1, 512] of `inputs` [n, h, w, 3]; the head's dense layer is the paper's last, linear convolution.

    PReLU follows every batch norm but those of the linear layers. Where the stride is 2, one pixel is added on all four
    sides, as its authors' framework does it, and not at the bottom and right alone, as TensorFlow's "same" would. The
    kernel of the global depthwise convolution is as large as what it gets: 7 x 7 at 112. The paper has no dropout and
    trains with a `weight_decay` of 4e-5. Raises FacenetError below 32 pixels and where the input's size is not known.
    """
    if None in inputs.shape[1:3]:
        raise FacenetError("MobileFaceNet needs pictures of one size: its global depthwise convolution is as large.")
    blocks.check_size(inputs, SMALLEST, "MobileFaceNet")
    conv = Convolution(momentum=momentum, scale=True, activation="prelu", weight_decay=weight_decay)
    x = conv(_framed(inputs, "Conv2d_0"), 64, 3, "Conv2d_0", strides=2, padding="valid")
    x = conv.depthwise(x, 3, "Conv2d_1_depthwise")
    number = 0
    for expansion, filters, repeats, stride in BOTTLENECKS:
        for repeat in range(repeats):
            x = _bottleneck(x, filters, expansion, 1 if repeat else stride, f"expanded_conv_{number}", conv)
            number += 1
    x = conv(x, 512, 1, "Conv2d_2")
    return replace(conv, activation=None).depthwise(x, x.shape[1:3], "GDConv", padding="valid")


def slim_scope(layer: str) -> str:
    """The scope of a layer below ROOT: "expanded_conv_3_project_BatchNorm" -> "expanded_conv_3/project/BatchNorm".

    TF-Slim has no MobileFaceNet: these are the names that its MobileNet-v2 would have.
    """
    scope = re.sub(r"^(expanded_conv_\d+)_", r"\1/", blocks.slim_scope(layer))
    return scope.removesuffix("_Activation")


def _bottleneck(x: KerasTensor, filters: int, expansion: int, stride: int, name: str, conv: Convolution) -> KerasTensor:
    """1 x 1 up to `expansion` times the channels, depthwise 3 x 3, linear 1 x 1; a sum where the shape stays."""
    from keras import layers

    inner = conv(x, expansion * x.shape[-1], 1, f"{name}_expand")
    if stride == 1:
        inner = conv.depthwise(inner, 3, f"{name}_depthwise")
    else:
        framed = _framed(inner, f"{name}_depthwise")
        inner = conv.depthwise(framed, 3, f"{name}_depthwise", strides=stride, padding="valid")
    inner = replace(conv, activation=None)(inner, filters, 1, f"{name}_project")
    if stride == 1 and x.shape[-1] == filters:
        return layers.Add(name=f"{name}_Add")([x, inner])
    return inner


def _framed(x: KerasTensor, name: str) -> KerasTensor:
    from keras import layers

    return layers.ZeroPadding2D(1, name=f"{name}_Padding")(x)
