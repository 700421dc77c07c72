"""Fold batch norms and fixed scales into the layers before them: the same network with less to compute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import keras


def folded(model: keras.Model) -> keras.Model:
    """The functional `model` for inference: the same input, output and names, without batch norms and dropout.

    A batch norm or a Rescaling that directly follows a convolution, a depthwise convolution or a dense layer without
    activation is multiplied into its kernel and bias (Jacob et al. 2018, arXiv 1712.05877, section 3.2), in float64.
    Any other stays. Only standard Keras layers come out of standard Keras layers. Its vectors differ from those of
    `model` by rounding alone.
    """
    import keras

    absorbed = _absorbed(model)
    linear = set(absorbed.values())
    gone = {*absorbed, *(layer.name for layer in model.layers if isinstance(layer, keras.layers.Dropout))}

    def cloned(layer: Any) -> Any:
        config = layer.get_config()
        return type(layer).from_config({**config, "use_bias": True} if layer.name in linear else config)

    def called(layer: Any, *arguments: Any, **options: Any) -> Any:
        return arguments[0] if layer.name in gone else layer(*arguments, **options)

    result = keras.models.clone_model(model, clone_function=cloned, call_function=called)
    for layer in result.layers:
        original = model.get_layer(layer.name)
        if layer.name in linear:
            norms = [model.get_layer(name) for name, base in absorbed.items() if base == layer.name]
            layer.set_weights(_with_norms(original, norms))
        else:
            layer.set_weights(original.get_weights())
    return result


def _absorbed(model: keras.Model) -> dict[str, str]:
    """The norms and scales that can be folded, by name and in order, with the layer that takes each in."""
    import keras
    from keras import layers

    makers = {
        id(output): operation for operation in model.operations for output in keras.tree.flatten(operation.output)
    }
    readers: dict[int, int] = {id(output): 1 for output in model.outputs}
    for operation in model.operations:
        for tensor in keras.tree.flatten(operation.input):
            readers[id(tensor)] = readers.get(id(tensor), 0) + 1
    found: dict[str, str] = {}
    for operation in model.operations:
        if not isinstance(operation, layers.BatchNormalization | layers.Rescaling) or readers[id(operation.input)] > 1:
            continue
        maker = makers[id(operation.input)]
        base = found.get(maker.name, maker.name)
        layer = model.get_layer(base)
        if (
            isinstance(layer, layers.Conv2D | layers.DepthwiseConv2D | layers.Dense)
            and layer.activation is keras.activations.linear
            and getattr(operation, "axis", -1) in (-1, len(operation.input.shape) - 1)
        ):
            found[operation.name] = base
    return found


def _with_norms(layer: Any, norms: list[Any]) -> list[NDArray[np.float32]]:
    """Kernel and bias of a linear layer once `norms` have been applied to what it gives."""
    from keras import layers

    kernel, *biases = (weight.astype(np.float64) for weight in layer.get_weights())
    # A depthwise kernel [h, w, c, m] gives c * m channels, every other kernel [..., c] gives c.
    channels = kernel.shape[2:] if isinstance(layer, layers.DepthwiseConv2D) else kernel.shape[-1:]
    bias = biases[0] if biases else np.zeros(int(np.prod(channels)))
    for norm in norms:
        scale, shift = _scale_and_shift(norm, bias.size)
        kernel *= scale.reshape(channels)
        bias = bias * scale + shift
    return [kernel.astype(np.float32), bias.astype(np.float32)]


def _scale_and_shift(norm: Any, channels: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What an inference step of a batch norm or a Rescaling multiplies by and then adds, one number a channel."""
    from keras import layers

    if isinstance(norm, layers.Rescaling):
        scale, shift = (np.broadcast_to(np.asarray(part, np.float64), channels) for part in (norm.scale, norm.offset))
        return scale, shift
    weights = {weight.name: weight.numpy().astype(np.float64) for weight in norm.weights}
    scale = weights.get("gamma", 1.0) / np.sqrt(weights["moving_variance"] + norm.epsilon)
    return scale, weights.get("beta", 0.0) - weights["moving_mean"] * scale
