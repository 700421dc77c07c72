"""AlexNet-v2: one tower, no response normalisation (Krizhevsky 2014, arXiv 1404.5997), after TF-Slim."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from facenet_core.backbones import blocks

if TYPE_CHECKING:
    from keras import KerasTensor

SIZE = 224
SMALLEST = 67  # pool5 leaves one place of it
DROPOUT = 0.5
ROOT = "alexnet_v2"

NARROW: dict[str, Any] = {"class_name": "TruncatedNormal", "config": {"stddev": 0.005}}

# TF-Slim's endpoint -> the layer whose output it is.
ENDPOINTS: dict[str, str] = {
    "alexnet_v2/conv1": "conv1_Activation",
    "alexnet_v2/pool1": "pool1",
    "alexnet_v2/conv2": "conv2_Activation",
    "alexnet_v2/pool2": "pool2",
    "alexnet_v2/conv3": "conv3_Activation",
    "alexnet_v2/conv4": "conv4_Activation",
    "alexnet_v2/conv5": "conv5_Activation",
    "alexnet_v2/pool5": "pool5",
    "alexnet_v2/fc6": "fc6_Activation",
    "alexnet_v2/fc7": "fc7_Activation",
    "global_pool": "global_pool",
    "alexnet_v2/fc8": "Logits",
}


def slim_scope(layer: str) -> str:
    """The scope below ROOT that TF-Slim gives to what a layer of this network or its heads holds."""
    return blocks.slim_scope(layer)


def build(inputs: KerasTensor, dropout: float = 0.5, weight_decay: float = 0.0) -> KerasTensor:
    """Features [n, h', w', 4096] (fc7) of `inputs` [n, h, w, 3]: 1 x 1 up to 226 x 226, one more for every 32 pixels.

    fc6 and fc7 are convolutions, fc6 of 5 x 5: all that pool5 leaves of 224 x 224. TF-Slim refuses pictures under 195;
    here fc6 becomes as small as what is left of them, so that 112 x 112 works too, with an fc6 of its own. `dropout`
    is the share of fc6 that is set to zero while training; heads drop from fc7. `weight_decay` is that of TF-Slim
    (0.0005 there). Raises FacenetError for a side under 67.
    """
    from keras import layers

    blocks.check_size(inputs, SMALLEST, "AlexNet-v2")
    convolution = blocks.Convolution(norm=False, bias=0.1, weight_decay=weight_decay)
    connected = replace(convolution, initializer=NARROW)
    x = convolution(inputs, 64, 11, "conv1", strides=4, padding="valid")
    x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)
    x = convolution(x, 192, 5, "conv2")
    x = layers.MaxPooling2D(3, strides=2, name="pool2")(x)
    x = convolution(x, 384, 3, "conv3")
    x = convolution(x, 384, 3, "conv4")
    x = convolution(x, 256, 3, "conv5")
    x = layers.MaxPooling2D(3, strides=2, name="pool5")(x)
    x = connected(x, 4096, blocks.window(x, 5), "fc6", padding="valid")
    x = layers.Dropout(dropout, name="dropout6")(x)
    return connected(x, 4096, 1, "fc7")
