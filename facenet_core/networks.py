"""Whole networks: a backbone with a head on it, its endpoints, and what it costs."""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

from facenet_core.backbones import BACKBONES
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    import keras
    from keras import KerasTensor

# The side of square pictures in pixels, or their height and width.
Size = int | tuple[int, int]

# Options of a backbone that its head shares.
_OF_THE_HEAD_TOO = ("momentum", "weight_decay")


def backbone_module(backbone: str) -> ModuleType:
    """The module of a name of BACKBONES. Raises FacenetError for a name that is not there."""
    if backbone not in BACKBONES:
        raise FacenetError(f"There is no backbone {backbone!r}; there are: {', '.join(BACKBONES)}.")
    return importlib.import_module(BACKBONES[backbone])


def embedder(
    backbone: str,
    size: Size,
    dimension: int = 128,
    dropout: float | None = None,
    options: Mapping[str, Any] | None = None,
) -> keras.Model:
    """float32 [n, h, w, 3] of this size -> float32 unit vectors [n, dimension], with random weights.

    `backbone` is a name of BACKBONES and `options` go to its `build`; a weight decay and a momentum among them are the
    head's too. `dropout` is the head's, None for that of the paper. Under a dtype policy of Keras the layers compute in
    its type, and still take and give float32. Raises FacenetError for a name that is not there, an option that the
    backbone has not or cannot be built with, and a size that is too small for it.
    """
    module = backbone_module(backbone)
    import keras

    from facenet_core import heads

    inputs = _image(size)
    features = _built(module, inputs, options)
    shared = {name: value for name, value in (options or {}).items() if name in _OF_THE_HEAD_TOO}
    share = module.DROPOUT if dropout is None else dropout
    return keras.Model(inputs, heads.embedding(features, dimension, share, **shared), name=backbone)


def classifier(
    backbone: str,
    size: Size,
    classes: int,
    options: Mapping[str, Any] | None = None,
    auxiliary: bool = False,
    spatial_squeeze: bool = True,
) -> keras.Model:
    """TF-Slim's classifier: float32 [n, h, w, 3] of this size -> {"Logits", "Predictions"}, both float32 [n, classes].

    `backbone` is a name of heads.CLASSIFIERS and `options` are as for `embedder`. With `auxiliary`, Inception-v3 gives
    its "AuxLogits" too. Without `spatial_squeeze`, all are [n, h', w', classes], for pictures of which there are logits
    at several places. Raises FacenetError as `embedder` does, where there is no such head, and where several places
    should be squeezed.
    """
    module = backbone_module(backbone)
    import keras

    from facenet_core import heads

    inputs = _image(size)
    features = _built(module, inputs, options)
    decay = (options or {}).get("weight_decay", 0.0)
    outputs = heads.classifier(features, backbone, classes, weight_decay=decay, spatial_squeeze=spatial_squeeze)
    if auxiliary:
        if backbone != "inception_v3":
            raise FacenetError(f"{backbone} has no auxiliary classifier: only inception_v3 has one.")
        mixed_6e = keras.Model(inputs, features).get_layer("Mixed_6e").output
        outputs["AuxLogits"] = heads.auxiliary(mixed_6e, classes, spatial_squeeze=spatial_squeeze, **(options or {}))
    return keras.Model(inputs, outputs, name=backbone)


def endpoints(model: keras.Model) -> dict[str, KerasTensor]:
    """The reference's endpoints that `model` has, first to last: name -> symbolic output of a layer.

    `keras.Model(model.input, endpoints(model))` computes them. `model` is one made here: its name tells the backbone.
    """
    layers = {layer.name: layer for layer in model.layers}
    named = backbone_module(model.name).ENDPOINTS
    return {name: layers[layer].output for name, layer in named.items() if layer in layers}


def multiply_adds(model: keras.Model) -> int:
    """The multiplications and additions, counted as pairs, of all kernels for one picture; biases and norms left out.

    Raises FacenetError for a model whose input has no fixed size.
    """
    if None in model.input_shape[1:]:
        raise FacenetError(f"How much {model.name} computes depends on the size of the picture: fix it first.")
    return sum(layer_multiply_adds(layer) for layer in model.layers)


def layer_multiply_adds(layer: keras.layers.Layer) -> int:
    """The part of one layer in `multiply_adds`: 0 for a layer without a kernel."""
    if getattr(layer, "kernel", None) is None:
        return 0
    return int(math.prod(layer.output.shape[1:-1]) * math.prod(layer.kernel.shape))


def _image(size: Size) -> KerasTensor:
    import keras

    return keras.Input((*(size if isinstance(size, tuple) else (size, size)), 3), name="image", dtype="float32")


def _built(module: ModuleType, inputs: KerasTensor, options: Mapping[str, Any] | None) -> KerasTensor:
    try:
        return module.build(inputs, **(options or {}))
    except (TypeError, ValueError) as error:
        if not options:
            raise
        raise FacenetError(f"{module.__name__.rpartition('.')[2]} cannot be built with {options}: {error}") from error
