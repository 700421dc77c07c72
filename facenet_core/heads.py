"""What stands on a backbone's features: the embedding of a face, or the classifiers of TF-Slim."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from facenet_core.backbones import inception_v3
from facenet_core.backbones.blocks import Convolution, window
from facenet_core.types import FacenetError

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
    x = layers.Dropout(dropout, name="Dropout")(x)
    decay = regularizers.L2(weight_decay / 2) if weight_decay else None
    x = layers.Dense(dimension, use_bias=False, kernel_regularizer=decay, name="Bottleneck")(x)
    x = layers.BatchNormalization(momentum=momentum, epsilon=0.001, scale=False, name="BatchNorm_Bottleneck")(x)
    # In float32 also where the layers before compute in half of it: cosines of 0.999 would be rounded to 1.
    return layers.UnitNormalization(name="embedding", dtype="float32")(x)


def _truncated_normal(deviation: float) -> dict[str, Any]:
    return {"class_name": "TruncatedNormal", "config": {"stddev": deviation}}


@dataclass(frozen=True, slots=True)
class Classifier:
    """How TF-Slim ends a network that tells classes apart.

    `pooled` is the side of the window of its average pool, None for no pool, `dropout` the share set to zero while
    training, `dropped` and `projection` name the layers that drop and that make logits.
    """

    pooled: int | None
    dropout: float
    dropped: str
    projection: str
    initializer: str | dict[str, Any]


CLASSIFIERS = {
    "inception_v3": Classifier(8, 0.2, "PreLogits", "Logits_Conv2d_1c_1x1", "he_normal"),
    "mobilenet_v1": Classifier(7, 0.001, "Dropout_1b", "Logits_Conv2d_1c_1x1", _truncated_normal(0.09)),
    "alexnet_v2": Classifier(None, 0.5, "dropout7", "fc8", _truncated_normal(0.005)),
}


def classifier(
    features: KerasTensor,
    backbone: str,
    classes: int,
    dropout: float | None = None,
    weight_decay: float = 0.0,
    global_pool: bool = False,
    spatial_squeeze: bool = True,
) -> dict[str, KerasTensor]:
    """What TF-Slim's classifier on `backbone` makes of its `features` [n, h, w, c]: "Logits" and "Predictions".

    Both are float32 [n, classes] and outputs of layers of these names. An average pool over a window as large as the
    features of the size that the network was made for, or smaller where there are fewer (layer "AvgPool_1a"), with
    `global_pool` over everything instead (layer "global_pool"); dropout, None for TF-Slim's; a 1 x 1 convolution with
    biases; softmax. Larger pictures have logits at several places: [n, h', w', classes] without `spatial_squeeze`.
    Raises FacenetError where these should be squeezed, and for a backbone that TF-Slim has no classifier of.
    """
    from keras import layers

    if backbone not in CLASSIFIERS:
        raise FacenetError(f"There is no classifier on {backbone!r}; there are: {', '.join(CLASSIFIERS)}.")
    head = CLASSIFIERS[backbone]
    x = features
    if global_pool:
        x = layers.GlobalAveragePooling2D(keepdims=True, name="global_pool")(x)
    elif head.pooled:
        # Where there are more places than the window has, TF-Slim moves it by 2, the default that it sets nowhere.
        x = layers.AveragePooling2D(window(x, head.pooled), strides=2, name="AvgPool_1a")(x)
    x = layers.Dropout(head.dropout if dropout is None else dropout, name=head.dropped)(x)
    project = Convolution(norm=False, activation=None, weight_decay=weight_decay, initializer=head.initializer)
    logits = _logits(project(x, classes, 1, head.projection), "Logits", spatial_squeeze)
    return {"Logits": logits, "Predictions": layers.Softmax(dtype="float32", name="Predictions")(logits)}


def auxiliary(
    mixed_6e: KerasTensor,
    classes: int,
    depth_multiplier: float = 1.0,
    min_depth: int = inception_v3.MIN_DEPTH,
    weight_decay: float = 0.0,
    momentum: float = 0.9997,
    spatial_squeeze: bool = True,
) -> KerasTensor:
    """Logits float32 [n, classes] of Inception-v3's layer "Mixed_6e" [n, h, w, c]: the layer "AuxLogits".

    A second classifier half-way up, for the gradient (Szegedy et al. 2015, "Rethinking the Inception architecture",
    section 4); TF-Slim counts its loss 0.4 times. The options are those of the backbone and must be the same. Raises
    FacenetError where Mixed_6e is smaller than 5 x 5 (pictures under 107 x 107), and where there are logits at several
    places to squeeze (pictures from 347 x 347 up).
    """
    from keras import layers

    if any(side is not None and side < 5 for side in mixed_6e.shape[1:3]):
        raise FacenetError("The auxiliary head of Inception-v3 takes pictures from 107 x 107 pixels up.")
    network = inception_v3.parts(depth_multiplier, min_depth, weight_decay, momentum)
    x = layers.AveragePooling2D(5, strides=3, name="AuxLogits_AvgPool_1a_5x5")(mixed_6e)
    x = network.add(x, "AuxLogits_Conv2d_1b_1x1", 128)
    height, width = window(x, 5)
    narrow = replace(network.convolution, initializer=_truncated_normal(0.01))
    x = narrow(x, network.depth(768), (height, width), f"AuxLogits_Conv2d_2a_{height}x{width}", padding="valid")
    project = replace(narrow, norm=False, activation=None, initializer=_truncated_normal(0.001))
    return _logits(project(x, classes, 1, "AuxLogits_Conv2d_2b_1x1"), "AuxLogits", spatial_squeeze)


def _logits(x: KerasTensor, name: str, spatial_squeeze: bool) -> KerasTensor:
    """`x` [n, 1, 1, classes] without its two sides, in float32 whatever the network computes in."""
    from keras import layers

    if not spatial_squeeze:
        return layers.Activation("linear", dtype="float32", name=name)(x)
    _, height, width, classes = x.shape
    if {height, width} - {1, None}:
        raise FacenetError(
            f"There are {name} at {height} x {width} places and not at one: pool globally, give smaller pictures, or "
            "do not squeeze."
        )
    return layers.Reshape((classes,), dtype="float32", name=name)(x)
