"""What several networks share: convolution, batch norm and activation in one place, and TF-Slim's names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from facenet_core.types import FacenetError

if TYPE_CHECKING:
    from keras import KerasTensor

# The initializer of TF-Slim's Inception networks. A dict, since Keras makes a new one of it for every layer: an
# initializer object shared by layers would give equal kernels to those of equal shape.
TRUNCATED_NORMAL: dict[str, Any] = {"class_name": "TruncatedNormal", "config": {"stddev": 0.1}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Convolution:
    """What the convolutions of a network have in common (TF-Slim's arg_scope). Calling it adds one to the graph.

    With `norm`, a batch norm (`momentum` is TF-Slim's decay, `scale` its gamma) takes the place of the biases, which
    otherwise start at `bias`. `activation` is a name of Keras's, or prelu: one slope a channel, starting at 0.25.
    `weight_decay` w adds w / 2 times the sum of the squared kernel to `model.losses`, as TF-Slim does (Keras's own L2
    has no half), so the gradient gets w times the kernel; depthwise kernels are left out, as in TF-Slim's MobileNet.
    `initializer` is a name or a configuration of Keras's. `suffixes` make the names of the batch norm and the
    activation out of that of the convolution. Use `dataclasses.replace` for a convolution that differs.
    """

    norm: bool = True
    momentum: float = 0.995
    epsilon: float = 0.001
    scale: bool = False
    bias: float = 0.0
    activation: str | None = "relu"
    weight_decay: float = 0.0
    initializer: str | dict[str, Any] = "glorot_uniform"
    suffixes: tuple[str, str] = ("_BatchNorm", "_Activation")

    def __call__(
        self,
        x: KerasTensor,
        filters: int,
        kernel: int | tuple[int, int],
        name: str,
        strides: int = 1,
        padding: str = "same",
    ) -> KerasTensor:
        """[n, h', w', filters] of `x` [n, h, w, c]; `kernel` is a side, or height and width."""
        from keras import initializers, layers, regularizers

        x = layers.Conv2D(
            filters,
            kernel,
            strides=strides,
            padding=padding,
            use_bias=not self.norm,
            kernel_initializer=self.initializer,
            bias_initializer=initializers.Constant(self.bias),
            kernel_regularizer=regularizers.L2(self.weight_decay / 2) if self.weight_decay else None,
            name=name,
        )(x)
        return self._finished(x, name)

    def depthwise(
        self,
        x: KerasTensor,
        kernel: int | tuple[int, int],
        name: str,
        strides: int = 1,
        padding: str = "same",
        multiplier: int = 1,
    ) -> KerasTensor:
        """[n, h', w', c * multiplier] of `x` [n, h, w, c]: every channel is convolved alone."""
        from keras import initializers, layers

        x = layers.DepthwiseConv2D(
            kernel,
            strides=strides,
            padding=padding,
            depth_multiplier=multiplier,
            use_bias=not self.norm,
            depthwise_initializer=self.initializer,
            bias_initializer=initializers.Constant(self.bias),
            name=name,
        )(x)
        return self._finished(x, name)

    def _finished(self, x: KerasTensor, name: str) -> KerasTensor:
        from keras import initializers, layers

        norm, activation = (name + suffix for suffix in self.suffixes)
        if self.norm:
            x = layers.BatchNormalization(momentum=self.momentum, epsilon=self.epsilon, scale=self.scale, name=norm)(x)
        if self.activation == "prelu":
            return layers.PReLU(alpha_initializer=initializers.Constant(0.25), shared_axes=[1, 2], name=activation)(x)
        return layers.Activation(self.activation, name=activation)(x) if self.activation else x


def check_size(inputs: KerasTensor, smallest: int, network: str) -> None:
    """Raise FacenetError where `inputs` [n, h, w, c] have a known side under `smallest` pixels."""
    sides = [side for side in inputs.shape[1:3] if side is not None]
    if sides and min(sides) < smallest:
        raise FacenetError(
            f"{network} takes pictures from {smallest} x {smallest} pixels up, not {' x '.join(map(str, sides))}."
        )


def window(x: KerasTensor, side: int) -> tuple[int, int]:
    """A kernel of `side` x `side`, but no larger than `x` [n, h, w, c], as TF-Slim reduces it for small inputs."""
    height, width = (side if known is None else min(side, known) for known in x.shape[1:3])
    return height, width


def slim_scope(layer: str) -> str:
    """The TF-Slim scope of an Inception layer: "Mixed_5b_Branch_0_Conv2d_0a_1x1" -> "Mixed_5b/Branch_0/Conv2d_0a_1x1".

    Knows branches and batch norms, and the embedding head: "BatchNorm_Bottleneck" -> "Bottleneck/BatchNorm".
    """
    if layer == "BatchNorm_Bottleneck":
        return "Bottleneck/BatchNorm"
    return re.sub(r"_BatchNorm$", "/BatchNorm", re.sub(r"_Branch_(\d)_", r"/Branch_\1/", layer))
