"""Write a Keras network as an ONNX graph, layer by layer. Knows the layers of our backbones and refuses others."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from facenet_core.types import FacenetError

if TYPE_CHECKING:
    import keras

# Every operator here has its final meaning since opset 13, which ONNX Runtime reads from 1.7 on and OpenCV from 4.5.
OPSET = 13
IR_VERSION = 8
# ONNX pictures are [n, c, h, w], Keras ones [n, h, w, c].
TO_ONNX, TO_KERAS = (0, 3, 1, 2), (0, 2, 3, 1)
# A tensor by its name and shape, of which a named side is free.
Described = tuple[str, Sequence[int | str]]


def onnx_model(model: keras.Model, float16: bool = False) -> bytes:
    """The functional `model` as an ONNX file: float32 [n, h, w, c] -> its output, both named as in Keras; opset 13.

    n is free, so any number of pictures can be given at once. They are transposed once, on the way in.
    With `float16` the kernels are stored as float16 and widened to float32 by a Cast, which a runtime does once when it
    loads the file: half the size, the same speed. Raises FacenetError for a layer that is not known.
    """

    graph = Graph(float16)
    image = graph.add("Transpose", [model.input.name], f"{model.input.name}/channels_first", perm=TO_ONNX)
    graph.tensors[id(model.input)] = image
    graph.add_layers(model)
    described = [(model.input.name, model.input), (graph.tensors[id(model.output)], model.output)]
    picture, vector = ((name, ("n", *tensor.shape[1:])) for name, tensor in described)
    return graph.file(model.name, [picture], [vector])


class Graph:
    """The nodes and constants so far. `tensors` names what each Keras tensor, known by its id, became.

    With `float16`, kernels are stored in half precision.
    """

    def __init__(self, float16: bool) -> None:
        if importlib.util.find_spec("onnx") is None:
            raise FacenetError("Export to ONNX needs the package onnx: pip install onnx.")
        self.float16 = float16
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.tensors: dict[int, str] = {}

    def add_layers(self, model: keras.Model) -> None:
        """Append all layers of the functional `model`, whose inputs `tensors` must name already."""
        import keras

        for operation in model.operations:
            if not isinstance(operation, keras.layers.InputLayer):
                inputs = [self.tensors[id(tensor)] for tensor in keras.tree.flatten(operation.input)]
                self.tensors[id(operation.output)] = _writer(operation)(self, operation, inputs)

    def file(self, name: str, inputs: Sequence[Described], outputs: Sequence[Described]) -> bytes:
        """The ONNX file of all that was added, from these float32 tensors to those, each a name and a shape."""
        import onnx

        given, gives = (
            [onnx.helper.make_tensor_value_info(tensor, onnx.TensorProto.FLOAT, shape) for tensor, shape in tensors]
            for tensors in (inputs, outputs)
        )
        proto = onnx.helper.make_model(
            onnx.helper.make_graph(self.nodes, name, given, gives, self.constants),
            producer_name="facenet_core",
            opset_imports=[onnx.helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
        )
        onnx.checker.check_model(proto, full_check=True)
        return bytes(proto.SerializeToString())

    def add(self, operator: str, inputs: list[str], name: str, **attributes: Any) -> str:
        """Append a node that computes `name`, and return that name."""
        import onnx

        self.nodes.append(onnx.helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def constant(self, name: str, values: Any) -> str:
        """A float32 constant."""
        return self._store(name, np.asarray(values, np.float32))

    def integers(self, name: str, values: Any) -> str:
        """An int64 constant."""
        return self._store(name, np.asarray(values, np.int64))

    def kernel(self, name: str, values: NDArray[np.float32]) -> str:
        """A constant that is stored as float16 where that is asked for. A number beyond its range becomes infinite."""
        if not self.float16:
            return self.constant(name, values)
        import onnx

        with np.errstate(over="ignore"):
            stored = self._store(f"{name}/float16", values.astype(np.float16))
        return self.add("Cast", [stored], name, to=onnx.TensorProto.FLOAT)

    def _store(self, name: str, array: NDArray[Any]) -> str:
        import onnx

        self.constants.append(onnx.numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name


_Writer = Callable[[Graph, Any, list[str]], str]


def _writer(operation: Any) -> _Writer:
    name = type(operation).__name__
    if name not in WRITERS:
        raise FacenetError(f"The layer {operation.name} is a {name}, which has no counterpart in our ONNX export.")
    return WRITERS[name]


def _convolution(graph: Graph, layer: Any, inputs: list[str]) -> str:
    kernel = np.asarray(layer.get_weights()[0])
    _plain(layer, groups=1, data_format="channels_last")
    return _convolved(graph, layer, inputs, kernel.transpose(3, 2, 0, 1), groups=1)


def _depthwise(graph: Graph, layer: Any, inputs: list[str]) -> str:
    # Keras's channel c * m + j is ONNX's filter j of group c.
    kernel = np.asarray(layer.get_weights()[0]).transpose(2, 3, 0, 1)
    _plain(layer, data_format="channels_last")
    return _convolved(graph, layer, inputs, kernel.reshape(-1, 1, *kernel.shape[2:]), groups=len(kernel))


def _convolved(graph: Graph, layer: Any, inputs: list[str], kernel: NDArray[Any], groups: int) -> str:
    inputs = [*inputs, graph.kernel(f"{layer.name}/kernel", kernel)]
    if layer.use_bias:
        inputs.append(graph.constant(f"{layer.name}/bias", layer.get_weights()[1]))
    window = _window(layer, layer.kernel_size, layer.dilation_rate)
    name = graph.add(
        "Conv", inputs, f"{layer.name}/linear", dilations=list(layer.dilation_rate), group=groups, **window
    )
    return _activated(graph, layer, name)


def _window(layer: Any, size: tuple[int, int], dilation: tuple[int, int] = (1, 1)) -> dict[str, Any]:
    """Kernel, strides and the explicit padding of a layer whose window slides over a picture.

    Keras's 'same' splits what is missing in two and puts an odd row or column at the bottom and right.
    """
    before, after = [], []
    for side, kernel, stride, step in zip(layer.input.shape[1:3], size, layer.strides, dilation, strict=True):
        reach, missing = (kernel - 1) * step + 1, 0
        if layer.padding == "same" and stride == 1:
            missing = reach - 1
        elif layer.padding == "same":
            if side is None:
                raise FacenetError(f"The layer {layer.name} has no fixed input size, which our ONNX export needs.")
            missing = max((math.ceil(side / stride) - 1) * stride + reach - side, 0)
        before.append(missing // 2)
        after.append(missing - missing // 2)
    return {"kernel_shape": list(size), "strides": list(layer.strides), "pads": before + after}


def _max_pool(graph: Graph, layer: Any, inputs: list[str]) -> str:
    return graph.add("MaxPool", inputs, layer.name, **_window(layer, layer.pool_size))


def _average_pool(graph: Graph, layer: Any, inputs: list[str]) -> str:
    # As in Keras, only what lies inside the picture counts at its border.
    return graph.add("AveragePool", inputs, layer.name, count_include_pad=0, **_window(layer, layer.pool_size))


def _global_average(graph: Graph, layer: Any, inputs: list[str]) -> str:
    name = graph.add("GlobalAveragePool", inputs, f"{layer.name}/mean")
    return name if layer.keepdims else graph.add("Flatten", [name], layer.name)


def _dense(graph: Graph, layer: Any, inputs: list[str]) -> str:
    if len(layer.input.shape) != 2:
        raise FacenetError(
            f"The layer {layer.name} is dense on a picture, which has no counterpart in our ONNX export."
        )
    kernel, *biases = layer.get_weights()
    inputs = [*inputs, graph.kernel(f"{layer.name}/kernel", kernel)]
    inputs += [graph.constant(f"{layer.name}/bias", bias) for bias in biases]
    return _activated(graph, layer, graph.add("Gemm", inputs, f"{layer.name}/linear"))


def _batch_norm(graph: Graph, layer: Any, inputs: list[str]) -> str:
    weights = {weight.name: weight.numpy() for weight in layer.weights}
    size = weights["moving_mean"].size
    parts = [
        weights.get("gamma", np.ones(size)),
        weights.get("beta", np.zeros(size)),
        weights["moving_mean"],
        weights["moving_variance"],
    ]
    names = [f"{layer.name}/{part}" for part in ("gamma", "beta", "moving_mean", "moving_variance")]
    constants = [graph.constant(name, values) for name, values in zip(names, parts, strict=True)]
    return graph.add("BatchNormalization", [*inputs, *constants], layer.name, epsilon=layer.epsilon)


def _relu(graph: Graph, layer: Any, inputs: list[str]) -> str:
    _plain(layer, negative_slope=0, threshold=0)
    if layer.max_value is None:
        return graph.add("Relu", inputs, layer.name)
    return _clipped(graph, inputs, layer.name, float(layer.max_value))


def _clipped(graph: Graph, inputs: list[str], name: str, most: float) -> str:
    bounds = [graph.constant(f"{name}/least", 0.0), graph.constant(f"{name}/most", most)]
    return graph.add("Clip", [*inputs, *bounds], name)


def _activated(graph: Graph, layer: Any, name: str) -> str:
    """What the activation named in a layer makes of `name`."""
    activation = layer.activation.__name__
    if activation == "linear":
        return name
    if activation == "relu":
        return graph.add("Relu", [name], layer.name)
    if activation == "relu6":
        return _clipped(graph, [name], layer.name, 6.0)
    raise FacenetError(f"The layer {layer.name} has the activation {activation}, which our ONNX export does not know.")


def _prelu(graph: Graph, layer: Any, inputs: list[str]) -> str:
    # One slope for each channel: [1, 1, c] in Keras, [c, 1, 1] in ONNX.
    slopes = np.asarray(layer.get_weights()[0]).transpose(2, 0, 1)
    return graph.add("PRelu", [*inputs, graph.constant(f"{layer.name}/alpha", slopes)], layer.name)


def _rescaling(graph: Graph, layer: Any, inputs: list[str]) -> str:
    # One number, or one for each channel: [c, 1, 1] of a picture.
    shape = (-1, *[1] * (len(layer.input.shape) - 2))
    scale, offset = (
        graph.constant(f"{layer.name}/{part}", np.reshape(getattr(layer, part), shape)) for part in ("scale", "offset")
    )
    return graph.add("Add", [graph.add("Mul", [*inputs, scale], f"{layer.name}/scaled"), offset], layer.name)


def _concatenate(graph: Graph, layer: Any, inputs: list[str]) -> str:
    _plain(layer, axis=-1)
    return graph.add("Concat", inputs, layer.name, axis=1)


def _flatten(graph: Graph, layer: Any, inputs: list[str]) -> str:
    """Row by row, as Keras flattens: back to [n, h, w, c] before, unless there is a single pixel."""
    shape = layer.input.shape
    if len(shape) == 4 and shape[1:3] != (1, 1):
        inputs = [graph.add("Transpose", inputs, f"{layer.name}/pixels", perm=TO_KERAS)]
    return graph.add("Flatten", inputs, layer.name)


def _reshape(graph: Graph, layer: Any, inputs: list[str]) -> str:
    if len(layer.output.shape) != 2:
        raise FacenetError(f"The layer {layer.name} reshapes to a picture, which our ONNX export does not know.")
    return _flatten(graph, layer, inputs)


def _unit(graph: Graph, layer: Any, inputs: list[str]) -> str:
    """x / max(|x|, 1e-12), as Keras does it."""
    if len(layer.input.shape) != 2:
        raise FacenetError(f"The layer {layer.name} normalises pictures, which our ONNX export does not know.")
    length = graph.add("ReduceL2", inputs, f"{layer.name}/length", axes=[1])
    least = graph.constant(f"{layer.name}/least", 1e-12)
    return graph.add("Div", [*inputs, graph.add("Max", [length, least], f"{layer.name}/divisor")], layer.name)


def _plain(layer: Any, **expected: Any) -> None:
    """Refuse a layer with settings that would be lost."""
    for name, value in expected.items():
        found = getattr(layer, name)
        if found != value:
            raise FacenetError(f"The layer {layer.name} has {name} {found}, which our ONNX export does not know.")


def _zero_padding(graph: Graph, layer: Any, inputs: list[str]) -> str:
    (top, bottom), (left, right) = layer.padding
    pads = graph.integers(f"{layer.name}/pads", [0, 0, top, left, 0, 0, bottom, right])
    return graph.add("Pad", [*inputs, pads], layer.name)


def _enlarged(graph: Graph, layer: Any, inputs: list[str]) -> str:
    """Each pixel becomes a block of equal ones."""
    _plain(layer, interpolation="nearest", data_format="channels_last")
    scales = graph.constant(f"{layer.name}/scales", [1, 1, *layer.size])
    # What OpenCV and ONNX Runtime know as repeating, also where a scale is no whole number.
    how = {"mode": "nearest", "nearest_mode": "floor", "coordinate_transformation_mode": "asymmetric"}
    return graph.add("Resize", [*inputs, "", scales], layer.name, **how)


WRITERS: dict[str, _Writer] = {
    "Activation": lambda graph, layer, inputs: _activated(graph, layer, inputs[0]),
    "Add": lambda graph, layer, inputs: graph.add("Sum", inputs, layer.name),
    "AveragePooling2D": _average_pool,
    "BatchNormalization": _batch_norm,
    "Concatenate": _concatenate,
    "Conv2D": _convolution,
    "Dense": _dense,
    "DepthwiseConv2D": _depthwise,
    "Dropout": lambda graph, layer, inputs: inputs[0],
    "Flatten": _flatten,
    "GlobalAveragePooling2D": _global_average,
    "MaxPooling2D": _max_pool,
    "PReLU": _prelu,
    "ReLU": _relu,
    "Rescaling": _rescaling,
    "Reshape": _reshape,
    "UnitNormalization": _unit,
    "UpSampling2D": _enlarged,
    "ZeroPadding2D": _zero_padding,
}
