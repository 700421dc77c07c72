"""Inception-v3: factorised convolutions in parallel branches (Szegedy et al. 2015, arXiv 1512.00567), after TF-Slim."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from facenet_core.backbones import blocks
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    from keras import KerasTensor

SIZE = 299
SMALLEST = 75  # the last reduction leaves one place of it
DROPOUT = 0.2
ROOT = "InceptionV3"
# TF-Slim thins no layer below this, unless told to.
MIN_DEPTH = 16

_STEM = ("Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "MaxPool_3a_3x3", "Conv2d_3b_1x1", "Conv2d_4a_3x3")
_MIXED = tuple(f"Mixed_{block}" for block in ("5b", "5c", "5d", "6a", "6b", "6c", "6d", "6e", "7a", "7b", "7c"))

# TF-Slim's endpoint -> the layer whose output it is. A head pools by a window or over everything: one of the two.
ENDPOINTS: dict[str, str] = {
    **{name: f"{name}_Activation" if name.startswith("Conv2d") else name for name in (*_STEM, "MaxPool_5a_3x3")},
    **{name: name for name in _MIXED},
    **{name: name for name in ("AuxLogits", "AvgPool_1a", "global_pool", "PreLogits", "Logits", "Predictions")},
}


def slim_scope(layer: str) -> str:
    """The scope below ROOT that TF-Slim gives to what a layer of this network or its heads holds."""
    return blocks.slim_scope(re.sub(r"^(AuxLogits|Logits)_", r"\1/", layer))


def build(
    inputs: KerasTensor,
    depth_multiplier: float = 1.0,
    min_depth: int = MIN_DEPTH,
    weight_decay: float = 0.0,
    momentum: float = 0.9997,
) -> KerasTensor:
    """Features [n, h', w', 2048] (Mixed_7c) of `inputs` [n, h, w, 3]: 8 x 8 of 299 x 299, 3 x 3 of 160 x 160.

    Every convolution has `depth_multiplier` times its filters, but no fewer than `min_depth`, and is followed by batch
    norm without scale (epsilon 0.001) and ReLU. TF-Slim's `momentum` is that of millions of steps: after a thousand
    the moving averages are still three parts in four what they started as, so shorter trainings need less.
    `weight_decay` is that of TF-Slim (0.00004 there). Raises FacenetError for a side under 75 and for a multiplier
    that is not above zero.
    """
    blocks.check_size(inputs, SMALLEST, "Inception-v3")
    network = parts(depth_multiplier, min_depth, weight_decay, momentum)
    x = network.stem(inputs)
    x = network.mixed_5(x, "Mixed_5b", pooled=32)
    # TF-Slim names two convolutions of this block as it does nowhere else, and so do its checkpoints.
    x = network.mixed_5(x, "Mixed_5c", pooled=64, reduction="Conv2d_0b_1x1", wide="Conv_1_0c_5x5")
    x = network.mixed_5(x, "Mixed_5d", pooled=64)
    x = network.mixed_6a(x)
    for name, filters in (("Mixed_6b", 128), ("Mixed_6c", 160), ("Mixed_6d", 160), ("Mixed_6e", 192)):
        x = network.mixed_6(x, name, filters)
    x = network.mixed_7a(x)
    x = network.mixed_7(x, "Mixed_7b", column="Conv2d_0b_3x1")
    return network.mixed_7(x, "Mixed_7c", column="Conv2d_0c_3x1")


def parts(depth_multiplier: float, min_depth: int, weight_decay: float, momentum: float) -> Network:
    """What `build` and the auxiliary head put a network of these options together from."""
    if depth_multiplier <= 0:
        raise FacenetError(f"A network with {depth_multiplier} times the filters has none: give a multiplier above 0.")
    # He's initializer is TF-Slim's variance_scaling_initializer().
    convolution = blocks.Convolution(momentum=momentum, weight_decay=weight_decay, initializer="he_normal")
    return Network(depth_multiplier, min_depth, convolution)


@dataclass(frozen=True, slots=True)
class Network:
    """The parts of one Inception-v3, in the order of the paper's table 1."""

    depth_multiplier: float
    min_depth: int
    convolution: blocks.Convolution

    def stem(self, x: KerasTensor) -> KerasTensor:
        from keras import layers

        x = self.halved(x, "Conv2d_1a_3x3", 32)
        x = self.add(x, "Conv2d_2a_3x3", 32, padding="valid")
        x = self.add(x, "Conv2d_2b_3x3", 64)
        x = layers.MaxPooling2D(3, strides=2, name="MaxPool_3a_3x3")(x)
        x = self.add(x, "Conv2d_3b_1x1", 80)
        x = self.add(x, "Conv2d_4a_3x3", 192, padding="valid")
        return layers.MaxPooling2D(3, strides=2, name="MaxPool_5a_3x3")(x)

    def mixed_5(
        self, x: KerasTensor, block: str, pooled: int, reduction: str = "Conv2d_0a_1x1", wide: str = "Conv2d_0b_5x5"
    ) -> KerasTensor:
        """35 x 35: figure 5 of the paper, with one convolution of 5 x 5 left whole."""
        from keras import layers

        branches = [
            self.branch(x, f"{block}_Branch_0", Conv2d_0a_1x1=64),
            self.branch(x, f"{block}_Branch_1", **{reduction: 48, wide: 64}),
            self.branch(x, f"{block}_Branch_2", Conv2d_0a_1x1=64, Conv2d_0b_3x3=96, Conv2d_0c_3x3=96),
            self.pooled(x, f"{block}_Branch_3", pooled),
        ]
        return layers.Concatenate(name=block)(branches)

    def mixed_6a(self, x: KerasTensor) -> KerasTensor:
        """35 x 35 to 17 x 17: figure 10. What TF-Slim calls 1x1 in the last place are convolutions of 3 x 3."""
        from keras import layers

        double = self.branch(x, "Mixed_6a_Branch_1", Conv2d_0a_1x1=64, Conv2d_0b_3x3=96)
        branches = [
            self.halved(x, "Mixed_6a_Branch_0_Conv2d_1a_1x1", 384),
            self.halved(double, "Mixed_6a_Branch_1_Conv2d_1a_1x1", 96),
            layers.MaxPooling2D(3, strides=2, name="Mixed_6a_Branch_2_MaxPool_1a_3x3")(x),
        ]
        return layers.Concatenate(name="Mixed_6a")(branches)

    def mixed_6(self, x: KerasTensor, block: str, n: int) -> KerasTensor:
        """17 x 17: figure 6, convolutions of 7 x 7 taken apart into 1 x 7 and 7 x 1 of `n` filters."""
        from keras import layers

        single = {"Conv2d_0a_1x1": n, "Conv2d_0b_1x7": n, "Conv2d_0c_7x1": 192}
        double = {"Conv2d_0a_1x1": n, "Conv2d_0b_7x1": n, "Conv2d_0c_1x7": n, "Conv2d_0d_7x1": n, "Conv2d_0e_1x7": 192}
        branches = [
            self.branch(x, f"{block}_Branch_0", Conv2d_0a_1x1=192),
            self.branch(x, f"{block}_Branch_1", **single),
            self.branch(x, f"{block}_Branch_2", **double),
            self.pooled(x, f"{block}_Branch_3", 192),
        ]
        return layers.Concatenate(name=block)(branches)

    def mixed_7a(self, x: KerasTensor) -> KerasTensor:
        """17 x 17 to 8 x 8."""
        from keras import layers

        one = self.branch(x, "Mixed_7a_Branch_0", Conv2d_0a_1x1=192)
        seven = self.branch(x, "Mixed_7a_Branch_1", Conv2d_0a_1x1=192, Conv2d_0b_1x7=192, Conv2d_0c_7x1=192)
        branches = [
            self.halved(one, "Mixed_7a_Branch_0_Conv2d_1a_3x3", 320),
            self.halved(seven, "Mixed_7a_Branch_1_Conv2d_1a_3x3", 192),
            layers.MaxPooling2D(3, strides=2, name="Mixed_7a_Branch_2_MaxPool_1a_3x3")(x),
        ]
        return layers.Concatenate(name="Mixed_7a")(branches)

    def mixed_7(self, x: KerasTensor, block: str, column: str) -> KerasTensor:
        """8 x 8: figure 7, 1 x 3 and 3 x 1 side by side. `column` is TF-Slim's name of the first 3 x 1."""
        from keras import layers

        single = self.branch(x, f"{block}_Branch_1", Conv2d_0a_1x1=384)
        double = self.branch(x, f"{block}_Branch_2", Conv2d_0a_1x1=448, Conv2d_0b_3x3=384)
        branches = [
            self.branch(x, f"{block}_Branch_0", Conv2d_0a_1x1=320),
            self.branch(single, f"{block}_Branch_1", Conv2d_0b_1x3=384),
            self.branch(single, f"{block}_Branch_1", **{column: 384}),
            self.branch(double, f"{block}_Branch_2", Conv2d_0c_1x3=384),
            self.branch(double, f"{block}_Branch_2", Conv2d_0d_3x1=384),
            self.pooled(x, f"{block}_Branch_3", 192),
        ]
        return layers.Concatenate(name=block)(branches)

    def branch(self, x: KerasTensor, scope: str, **convolutions: int) -> KerasTensor:
        """Convolutions one after the other: their names, which say the kernel, and their filters."""
        for name, filters in convolutions.items():
            x = self.add(x, f"{scope}_{name}", filters)
        return x

    def pooled(self, x: KerasTensor, scope: str, filters: int) -> KerasTensor:
        """The mean of 3 x 3 neighbours, of which at the border only those inside count, then a 1 x 1 convolution."""
        from keras import layers

        x = layers.AveragePooling2D(3, strides=1, padding="same", name=f"{scope}_AvgPool_0a_3x3")(x)
        return self.branch(x, scope, Conv2d_0b_1x1=filters)

    def halved(self, x: KerasTensor, name: str, filters: int) -> KerasTensor:
        """A convolution of 3 x 3 at every second pixel."""
        return self.convolution(x, self.depth(filters), 3, name, strides=2, padding="valid")

    def add(self, x: KerasTensor, name: str, filters: int, padding: str = "same") -> KerasTensor:
        """A convolution with the kernel that its name ends with."""
        height, width = map(int, name.rpartition("_")[2].split("x"))
        return self.convolution(x, self.depth(filters), (height, width), name, padding=padding)

    def depth(self, filters: int) -> int:
        return max(int(filters * self.depth_multiplier), self.min_depth)
