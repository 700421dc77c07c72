"""TF-Slim graphs with random weights, as their authors' programs write them: the other side of reading checkpoints.

Inception-ResNet-v1 is written down here from the paper (arXiv 1602.07261, figures 10 to 14) with FaceNet's numbers; the
other networks are those of `tf_slim.nets`. Nothing of facenet_core is used.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

Endpoints = dict[str, Any]
Build = Callable[[Any], tuple[Any, Endpoints]]
# Called inside of the graph: whatever a training program keeps beside the network.
Extras = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Written:
    """A checkpoint with what its graph made of `input`, and the values of all its variables."""

    prefix: Path
    input: NDArray[np.float32]
    output: NDArray[np.float32]
    endpoints: dict[str, NDArray[np.float32]]
    variables: dict[str, NDArray[np.generic]]
    graph: Any = field(repr=False)


def write(
    build: Build,
    size: int | tuple[int, int],
    prefix: Path,
    extras: Extras | None = None,
    pictures: int = 2,
    version: int = 2,
    seed: int = 0,
) -> Written:
    """Build a network for pictures of `size`, give all variables random values, run it and save all of them.

    `size` is a side, or height and width, `version` the checkpoint format. Values keep activations about as large from
    layer to layer, and no bias, beta or moving average is what it would be by default.
    """
    import tensorflow.compat.v1 as tf

    rng = np.random.default_rng(seed)
    height, width = size if isinstance(size, tuple) else (size, size)
    images = rng.uniform(-1, 1, (pictures, height, width, 3)).astype(np.float32)
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session:
        placeholder = tf.placeholder(tf.float32, (None, height, width, 3), name="input")
        with _slim_on_this_tensorflow():
            output, endpoints = build(placeholder)
        if extras is not None:
            extras()
        variables = {variable.op.name: variable for variable in tf.global_variables()}
        values = {name: _random(rng, name, variable) for name, variable in variables.items()}
        # All at once: each run of a session that was told something else prepares the whole graph again.
        starts = {variable.initializer.inputs[1]: values[name] for name, variable in variables.items()}
        session.run([variable.initializer for variable in variables.values()], starts)
        saver = tf.train.Saver(tf.global_variables(), write_version=version)
        saver.save(session, str(prefix), write_meta_graph=True)
        output, endpoints = session.run((output, endpoints), {placeholder: images})
        return Written(prefix, images, output, endpoints, values, graph.as_graph_def())


def frozen(written: Written, output: str = "embeddings") -> bytes:
    """The graph with its variables as constants, as FaceNet's freeze_graph writes it: a serialized GraphDef."""
    import tensorflow.compat.v1 as tf

    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session:
        tf.import_graph_def(written.graph, name="")
        assigns = {name: graph.get_operation_by_name(f"{name}/Assign") for name in written.variables}
        session.run(
            list(assigns.values()),
            {assign.inputs[1]: written.variables[name] for name, assign in assigns.items()},
        )
        return bytes(
            tf.graph_util.convert_variables_to_constants(session, graph.as_graph_def(), [output]).SerializeToString()
        )


@contextmanager
def _slim_on_this_tensorflow() -> Iterator[None]:
    """TF-Slim looks for the class of tensors where older TensorFlows had it, and calls layers in their old way."""
    import tensorflow as tf
    from tensorflow.python.framework import ops

    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.filterwarnings("ignore", message=".* is deprecated and will be removed in a future version")
        patch.setattr(ops, "Tensor", tf.Tensor, raising=False)
        yield


def _random(rng: np.random.Generator, name: str, variable: Any) -> NDArray[np.generic]:
    shape = tuple(variable.shape.as_list())
    kind = name.rpartition("/")[2]
    if variable.dtype.base_dtype.is_integer:
        return np.full(shape, 12345, variable.dtype.base_dtype.as_numpy_dtype)
    if kind == "moving_variance":
        return rng.uniform(0.5, 1.5, shape).astype(np.float32)
    if kind in ("weights", "depthwise_weights"):
        kernel_inputs = np.prod(shape[:-2] if kind == "depthwise_weights" else shape[:-1])
        return (rng.standard_normal(shape) * np.sqrt(2 / kernel_inputs)).astype(np.float32)
    return (0.3 * rng.standard_normal(shape) + (1.0 if kind == "gamma" else 0.0)).astype(np.float32)


def inception_v3(classes: int = 37, auxiliary: bool = True, depth_multiplier: float = 1.0) -> Build:
    def build(images: Any) -> tuple[Any, Endpoints]:
        from tf_slim import arg_scope
        from tf_slim.nets import inception

        # In-place updates: those by collection ask for layers of Keras 2, which are gone.
        with arg_scope(inception.inception_v3_arg_scope(updates_collections=None)):
            output, endpoints = inception.inception_v3(
                images, classes, is_training=False, create_aux_logits=auxiliary, depth_multiplier=depth_multiplier
            )
        return output, endpoints

    return build


def alexnet_v2(classes: int = 37) -> Build:
    def build(images: Any) -> tuple[Any, Endpoints]:
        from tf_slim import arg_scope
        from tf_slim.nets import alexnet

        with arg_scope(alexnet.alexnet_v2_arg_scope()):
            output, endpoints = alexnet.alexnet_v2(images, classes, is_training=False)
        return output, endpoints

    return build


def inception_resnet_v1(dimension: int = 128) -> Build:
    """FaceNet's Inception-ResNet-v1 with its bottleneck; the output is the L2-normalised embedding."""

    def build(images: Any) -> tuple[Any, Endpoints]:
        import tensorflow.compat.v1 as tf
        import tf_slim as slim

        norm = {
            "decay": 0.995,
            "epsilon": 0.001,
            "updates_collections": None,
            "variables_collections": [tf.GraphKeys.TRAINABLE_VARIABLES],
        }
        convolution = slim.arg_scope(
            [slim.conv2d, slim.fully_connected], normalizer_fn=slim.batch_norm, normalizer_params=norm
        )
        same = slim.arg_scope([slim.conv2d, slim.max_pool2d], stride=1, padding="SAME")
        fixed = slim.arg_scope([slim.batch_norm], is_training=False)
        with convolution, same, fixed, tf.variable_scope("InceptionResnetV1"):
            net, endpoints = _trunk(images)
            net = slim.fully_connected(net, dimension, activation_fn=None, scope="Bottleneck")
        return tf.nn.l2_normalize(net, 1, 1e-10, name="embeddings"), endpoints

    return build


def _trunk(net: Any) -> tuple[Any, Endpoints]:
    import tensorflow.compat.v1 as tf
    import tf_slim as slim

    ends: Endpoints = {}
    reduced = {"stride": 2, "padding": "VALID"}
    net = ends["Conv2d_1a_3x3"] = slim.conv2d(net, 32, 3, scope="Conv2d_1a_3x3", **reduced)
    net = ends["Conv2d_2a_3x3"] = slim.conv2d(net, 32, 3, padding="VALID", scope="Conv2d_2a_3x3")
    net = ends["Conv2d_2b_3x3"] = slim.conv2d(net, 64, 3, scope="Conv2d_2b_3x3")
    net = ends["MaxPool_3a_3x3"] = slim.max_pool2d(net, 3, scope="MaxPool_3a_3x3", **reduced)
    net = ends["Conv2d_3b_1x1"] = slim.conv2d(net, 80, 1, padding="VALID", scope="Conv2d_3b_1x1")
    net = ends["Conv2d_4a_3x3"] = slim.conv2d(net, 192, 3, padding="VALID", scope="Conv2d_4a_3x3")
    net = ends["Conv2d_4b_3x3"] = slim.conv2d(net, 256, 3, scope="Conv2d_4b_3x3", **reduced)
    net = ends["Mixed_5a"] = slim.repeat(net, 5, block35, scale=0.17)
    with tf.variable_scope("Mixed_6a"):
        with tf.variable_scope("Branch_0"):
            first = slim.conv2d(net, 384, 3, scope="Conv2d_1a_3x3", **reduced)
        with tf.variable_scope("Branch_1"):
            second = slim.conv2d(net, 192, 1, scope="Conv2d_0a_1x1")
            second = slim.conv2d(second, 192, 3, scope="Conv2d_0b_3x3")
            second = slim.conv2d(second, 256, 3, scope="Conv2d_1a_3x3", **reduced)
        with tf.variable_scope("Branch_2"):
            pooled = slim.max_pool2d(net, 3, scope="MaxPool_1a_3x3", **reduced)
        net = ends["Mixed_6a"] = tf.concat([first, second, pooled], 3)
    net = ends["Mixed_6b"] = slim.repeat(net, 10, block17, scale=0.10)
    with tf.variable_scope("Mixed_7a"):
        with tf.variable_scope("Branch_0"):
            first = slim.conv2d(net, 256, 1, scope="Conv2d_0a_1x1")
            first = slim.conv2d(first, 384, 3, scope="Conv2d_1a_3x3", **reduced)
        with tf.variable_scope("Branch_1"):
            second = slim.conv2d(net, 256, 1, scope="Conv2d_0a_1x1")
            second = slim.conv2d(second, 256, 3, scope="Conv2d_1a_3x3", **reduced)
        with tf.variable_scope("Branch_2"):
            third = slim.conv2d(net, 256, 1, scope="Conv2d_0a_1x1")
            third = slim.conv2d(third, 256, 3, scope="Conv2d_0b_3x3")
            third = slim.conv2d(third, 256, 3, scope="Conv2d_1a_3x3", **reduced)
        with tf.variable_scope("Branch_3"):
            pooled = slim.max_pool2d(net, 3, scope="MaxPool_1a_3x3", **reduced)
        net = ends["Mixed_7a"] = tf.concat([first, second, third, pooled], 3)
    net = ends["Mixed_8a"] = slim.repeat(net, 5, block8, scale=0.20)
    net = ends["Mixed_8b"] = block8(net, scale=1.0, activation=None)
    with tf.variable_scope("Logits"):
        ends["PrePool"] = net
        net = slim.avg_pool2d(net, net.shape.as_list()[1:3], padding="VALID", scope="AvgPool_1a_8x8")
        net = ends["PreLogitsFlatten"] = slim.flatten(net)
    return net, ends


def block35(net: Any, scale: float, scope: str | None = None) -> Any:
    import tensorflow.compat.v1 as tf
    import tf_slim as slim

    with tf.variable_scope(scope, "Block35"):
        with tf.variable_scope("Branch_0"):
            first = slim.conv2d(net, 32, 1, scope="Conv2d_1x1")
        with tf.variable_scope("Branch_1"):
            second = slim.conv2d(net, 32, 1, scope="Conv2d_0a_1x1")
            second = slim.conv2d(second, 32, 3, scope="Conv2d_0b_3x3")
        with tf.variable_scope("Branch_2"):
            third = slim.conv2d(net, 32, 1, scope="Conv2d_0a_1x1")
            third = slim.conv2d(third, 32, 3, scope="Conv2d_0b_3x3")
            third = slim.conv2d(third, 32, 3, scope="Conv2d_0c_3x3")
        return tf.nn.relu(net + scale * _up(tf.concat([first, second, third], 3), net))


def block17(net: Any, scale: float, scope: str | None = None) -> Any:
    import tensorflow.compat.v1 as tf
    import tf_slim as slim

    with tf.variable_scope(scope, "Block17"):
        with tf.variable_scope("Branch_0"):
            first = slim.conv2d(net, 128, 1, scope="Conv2d_1x1")
        with tf.variable_scope("Branch_1"):
            second = slim.conv2d(net, 128, 1, scope="Conv2d_0a_1x1")
            second = slim.conv2d(second, 128, [1, 7], scope="Conv2d_0b_1x7")
            second = slim.conv2d(second, 128, [7, 1], scope="Conv2d_0c_7x1")
        return tf.nn.relu(net + scale * _up(tf.concat([first, second], 3), net))


def block8(net: Any, scale: float, scope: str | None = None, activation: str | None = "relu") -> Any:
    import tensorflow.compat.v1 as tf
    import tf_slim as slim

    with tf.variable_scope(scope, "Block8"):
        with tf.variable_scope("Branch_0"):
            first = slim.conv2d(net, 192, 1, scope="Conv2d_1x1")
        with tf.variable_scope("Branch_1"):
            second = slim.conv2d(net, 192, 1, scope="Conv2d_0a_1x1")
            second = slim.conv2d(second, 192, [1, 3], scope="Conv2d_0b_1x3")
            second = slim.conv2d(second, 192, [3, 1], scope="Conv2d_0c_3x1")
        net += scale * _up(tf.concat([first, second], 3), net)
        return net if activation is None else tf.nn.relu(net)


def _up(mixed: Any, net: Any) -> Any:
    import tf_slim as slim

    return slim.conv2d(mixed, net.shape[3], 1, normalizer_fn=None, activation_fn=None, scope="Conv2d_1x1")


def mobilenet_v1(classes: int = 5, alpha: float = 0.25, squeeze: bool = True) -> Build:
    """MobileNet-v1 (arXiv 1704.04861, table 1) as TF-Slim's classifier: small enough to write many times."""

    def build(images: Any) -> tuple[Any, Endpoints]:
        import tensorflow.compat.v1 as tf
        import tf_slim as slim

        norm = {"decay": 0.9997, "epsilon": 0.001, "scale": True, "updates_collections": None, "is_training": False}
        scope = slim.arg_scope(
            [slim.conv2d, slim.separable_conv2d],
            activation_fn=tf.nn.relu6,
            normalizer_fn=slim.batch_norm,
            normalizer_params=norm,
        )
        ends: Endpoints = {}
        with scope, tf.variable_scope("MobilenetV1"):
            net = ends["Conv2d_0"] = slim.conv2d(images, int(32 * alpha), 3, stride=2, scope="Conv2d_0")
            widths = (64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
            for number, width in enumerate(widths, start=1):
                stride = 2 if number in (2, 4, 6, 12) else 1
                name = f"Conv2d_{number}_depthwise"
                net = ends[name] = slim.separable_conv2d(net, None, 3, 1, stride=stride, scope=name)
                name = f"Conv2d_{number}_pointwise"
                net = ends[name] = slim.conv2d(net, int(width * alpha), 1, scope=name)
            with tf.variable_scope("Logits"):
                window = [min(7, side) for side in net.shape.as_list()[1:3]]
                net = ends["AvgPool_1a"] = slim.avg_pool2d(net, window, padding="VALID", scope="AvgPool_1a")
                net = slim.conv2d(net, classes, 1, activation_fn=None, normalizer_fn=None, scope="Conv2d_1c_1x1")
                net = ends["Logits"] = tf.squeeze(net, [1, 2], name="SpatialSqueeze") if squeeze else net
            ends["Predictions"] = slim.softmax(net, scope="Predictions")
        return net, ends

    return build
