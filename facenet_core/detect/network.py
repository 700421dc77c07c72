"""YuNet: a small network that finds faces with five landmarks (Wu et al. 2023, "YuNet: a tiny millisecond-level face
detector", Machine Intelligence Research 20, section 3), in Keras, and as an ONNX file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from facenet_core.folding import folded
from facenet_core.onnx_graph import TO_KERAS, Graph

if TYPE_CHECKING:
    import keras
    from keras import KerasTensor

# Each place of a map looks after a square of so many pixels of the picture, whose sides are multiples of the last.
STRIDES = (8, 16, 32)
# What a map tells of each place, in this order, and in how many numbers: whether a face is there and how well its box
# fits, both before the sigmoid; its box (dx, dy, dw, dh) and its landmarks (kx, ky five times), in strides: the box has
# its centre at (column + dx, row + dy) and the size exp(dw), exp(dh), a landmark lies at (column + kx, row + ky).
PARTS = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
CHANNELS = sum(PARTS.values())
# Filters of the stages, two units each but the first; between them, maps are halved by a pool where this says so.
STAGES = ((16, True), (64, False), (64, True), (64, True), (64, True), (64, False))
WIDTH = 64
# The picture that the file is written for. OpenCV and `session.py` give it another size as they need.
WRITTEN_SIZE = 640


def network(height: int | None = None, width: int | None = None, momentum: float = 0.97) -> keras.Model:
    """float32 [n, h, w, 3], BGR 0..255 -> one map [n, h / s, w / s, 16] for each of STRIDES, with random weights.

    Sides are multiples of 32, None for any. `momentum` is that of the batch norms. The layers whose outputs teachers
    are matched at are stage_0 ... stage_5, neck_8 ... neck_32 and head_8 ... head_32. Unlike its authors', each map has
    one convolution for its four parts, which computes the same as one for each.
    """
    import keras
    from keras import layers

    image = keras.Input((height, width, 3), name="input")
    x = layers.ZeroPadding2D(1, name="stem_padding")(image)
    x = layers.Conv2D(STAGES[0][0], 3, strides=2, use_bias=False, name="stem")(x)
    x = _activated(x, "stem", momentum)
    stages = []
    for number, (filters, halved) in enumerate(STAGES):
        if number:
            # The first unit of a stage keeps its width.
            x = _unit(x, x.shape[-1], f"stage_{number}_a", momentum)
        x = _unit(x, filters, f"stage_{number}", momentum)
        stages.append(x)
        if halved:
            x = layers.MaxPooling2D(2, name=f"pool_{number}")(x)
    maps: list[KerasTensor] = []
    for stride, x in reversed(list(zip(STRIDES, stages[-len(STRIDES) :], strict=True))):
        if maps:
            above = layers.UpSampling2D(2, name=f"enlarged_{stride}")(maps[-1])
            x = layers.Add(name=f"sum_{stride}")([x, above])
        maps.append(_unit(x, WIDTH, f"neck_{stride}", momentum))
    outputs = []
    for stride, x in zip(STRIDES, reversed(maps), strict=True):
        x = _unit(x, WIDTH, f"head_{stride}", momentum)
        outputs.append(_unit(x, CHANNELS, f"map_{stride}"))
    return keras.Model(image, outputs, name="yunet")


def onnx_file(model: keras.Model) -> bytes:
    """`model`, from `network`, as the file that `cv2.FaceDetectorYN` reads, with batch norms folded.

    Input `input` [1, 3, 640, 640], which may be given another size; outputs cls_8 ... kps_32, each
    [1, h / s x w / s, numbers] row by row, the cls and obj after the sigmoid.
    """
    model = folded(model)
    graph = Graph(float16=False)
    graph.tensors[id(model.input)] = "input"
    graph.add_layers(model)
    outputs = {}
    for stride, tensor in zip(STRIDES, model.outputs, strict=True):
        places = (WRITTEN_SIZE // stride) ** 2
        rows = graph.add("Transpose", [graph.tensors[id(tensor)]], f"map_{stride}/channels_last", perm=TO_KERAS)
        shape = graph.integers(f"map_{stride}/shape", [1, -1, CHANNELS])
        rows = graph.add("Reshape", [rows, shape], f"map_{stride}/rows")
        begin = 0
        for part, numbers in PARTS.items():
            name = f"{part}_{stride}"
            _add_part(graph, rows, name, begin, begin + numbers)
            outputs[name] = (1, places, numbers)
            begin += numbers
    ordered = [(f"{part}_{stride}", outputs[f"{part}_{stride}"]) for part in PARTS for stride in STRIDES]
    return graph.file(model.name, [("input", (1, 3, WRITTEN_SIZE, WRITTEN_SIZE))], ordered)


def _add_part(graph: Graph, rows: str, name: str, begin: int, end: int) -> None:
    bounds = [graph.integers(f"{name}/{bound}", [value]) for bound, value in (("begin", begin), ("end", end))]
    sliced = [rows, *bounds, graph.integers(f"{name}/axis", [2])]
    if name.startswith(("cls", "obj")):
        graph.add("Sigmoid", [graph.add("Slice", sliced, f"{name}/logit")], name)
    else:
        graph.add("Slice", sliced, name)


def _unit(x: KerasTensor, filters: int, name: str, momentum: float | None = None) -> KerasTensor:
    """1 x 1, then depthwise 3 x 3; with `momentum`, batch norm and ReLU after both, and its output is called `name`."""
    from keras import layers

    last = f"{name}_depthwise" if momentum else name
    x = layers.Conv2D(filters, 1, name=f"{name}_pointwise")(x)
    x = layers.DepthwiseConv2D(3, padding="same", use_bias=momentum is None, name=last)(x)
    return _activated(x, name, momentum) if momentum else x


def _activated(x: KerasTensor, name: str, momentum: float) -> KerasTensor:
    from keras import layers

    x = layers.BatchNormalization(momentum=momentum, name=f"{name}_norm")(x)
    return layers.ReLU(name=name if name != "stem" else "stem_relu")(x)
