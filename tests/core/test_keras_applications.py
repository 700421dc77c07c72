"""Inception-v3 and MobileNet-v1 compute, layer by layer, what those of `keras.applications` compute.

Both come from TF-Slim's graphs, with what differs told where it matters below. In training they differ more: Keras has
no auxiliary head, no weight decay, other initializers, and moving averages of momentum 0.99 where TF-Slim's are 0.9997.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from facenet_core import heads
from facenet_core.backbones import inception_v3, mobilenet_v1

Arrays = dict[str, NDArray[np.float32]]

CLASSES = 11


def randomise(model: Any) -> None:
    """Random values for everything, moving averages too; activations stay about as large from layer to layer."""
    rng = np.random.default_rng(0)
    for variable in model.weights:
        shape = tuple(variable.shape)
        if variable.name == "kernel":
            depthwise = variable.path.split("/")[-2].startswith("conv_dw")
            inputs = np.prod(shape[:2] if depthwise else shape[:-1])
            variable.assign(rng.standard_normal(shape, np.float32) * np.sqrt(2 / inputs))
        elif variable.name in ("moving_variance", "gamma"):
            variable.assign(rng.uniform(0.5, 1.5, shape))
        else:
            variable.assign(rng.normal(0, 0.3, shape))


def outputs(model: Any, names: list[str], images: NDArray[np.float32]) -> Arrays:
    import keras

    found = keras.Model(model.input, {name: model.get_layer(name).output for name in names})(images, training=False)
    return {name: keras.ops.convert_to_numpy(array) for name, array in found.items()}


def pictures(size: int) -> NDArray[np.float32]:
    return np.random.default_rng(size).uniform(-1, 1, (2, size, size, 3)).astype(np.float32)


def assert_same(ours: NDArray[np.float32], theirs: NDArray[np.float32], name: str) -> None:
    assert ours.shape == theirs.shape, name
    assert np.std(theirs) > 0, name
    assert np.abs(ours - theirs).max() < 1e-4 * np.abs(theirs).mean(), name


def numbered(model: Any, kind: str) -> list[Any]:
    """The layers "kind", "kind_1" ... of Keras's Inception-v3 in the order they were made in, from whatever number."""
    found = [layer for layer in model.layers if re.fullmatch(rf"{kind}(_\d+)?", layer.name)]
    return sorted(found, key=lambda layer: int(layer.name.removeprefix(kind).strip("_") or 0))


@pytest.mark.parametrize("size", [75, pytest.param(299, marks=pytest.mark.slow)])
def test_inception_v3_is_that_of_keras_layer_by_layer(size: int) -> None:
    import keras

    theirs = keras.applications.InceptionV3(
        weights=None, input_shape=(size, size, 3), classes=CLASSES, classifier_activation=None
    )
    randomise(theirs)
    inputs = keras.Input((size, size, 3))
    logits = heads.classifier(inception_v3.build(inputs), "inception_v3", CLASSES)["Logits"]
    ours = keras.Model(inputs, logits)

    # Keras numbers its convolutions through, in the order of TF-Slim's branches; within a branch TF-Slim's letters are
    # in order, also where they are odd: the 1 x 3 and 3 x 1 that stand side by side are 0b and 0b in Mixed_7b, but 0b
    # and 0c in Mixed_7c. They are the same two convolutions there, and Keras joins them in the same order.
    names = sorted(
        layer.name
        for layer in ours.layers
        if layer.name.startswith(("Conv2d", "Mixed")) and "kernel" in variables(layer)
    )
    convolutions, norms, activations = (
        numbered(theirs, kind) for kind in ("conv2d", "batch_normalization", "activation")
    )
    assert len(names) == len(convolutions) == len(norms) == len(activations) == 94
    for name, convolution, norm in zip(names, convolutions, norms, strict=True):
        ours.get_layer(name).set_weights(convolution.get_weights())
        ours.get_layer(f"{name}_BatchNorm").set_weights(norm.get_weights())
    # TF-Slim's last layer is a 1 x 1 convolution, Keras's is dense.
    kernel, bias = theirs.get_layer("predictions").get_weights()
    ours.get_layer("Logits_Conv2d_1c_1x1").set_weights([kernel[None, None], bias])

    pairs = {activation.name: f"{name}_Activation" for activation, name in zip(activations, names, strict=True)}
    mixed = [name for name in inception_v3.ENDPOINTS if name.startswith("Mixed")]
    pairs |= {f"mixed{number}": name for number, name in enumerate(mixed)}
    pools = [layer.name for layer in numbered(theirs, "max_pooling2d")[:2]]
    pairs |= dict(zip(pools, ("MaxPool_3a_3x3", "MaxPool_5a_3x3"), strict=True))
    # Up to 330 x 330, TF-Slim's window of at most 8 x 8 covers all that Keras's global pool does.
    pairs |= {"predictions": "Logits"}
    images = pictures(size)
    computed, expected = outputs(ours, list(pairs.values()), images), outputs(theirs, list(pairs), images)
    for their_name, our_name in pairs.items():
        assert_same(computed[our_name], expected[their_name], our_name)


def variables(layer: Any) -> set[str]:
    return {variable.name for variable in layer.weights}


MOBILE = ["conv1_relu", *(f"conv_{kind}_{number}_relu" for number in range(1, 14) for kind in ("dw", "pw"))]


def mobile_networks(size: int, alpha: float, depth_multiplier: int) -> tuple[Any, Any]:
    """Keras's MobileNet-v1 with random values, and ours with the same: the layers have the same names."""
    import keras

    theirs = keras.applications.MobileNet(
        input_shape=(size, size, 3),
        alpha=alpha,
        depth_multiplier=depth_multiplier,
        weights=None,
        classes=CLASSES,
        classifier_activation=None,
    )
    randomise(theirs)
    inputs = keras.Input((size, size, 3))
    features = mobilenet_v1.build(inputs, alpha, depth_multiplier)
    ours = keras.Model(inputs, heads.classifier(features, "mobilenet_v1", CLASSES)["Logits"])
    names = {"conv_preds": "Logits_Conv2d_1c_1x1"}
    for layer in theirs.layers:
        if layer.weights:
            ours.get_layer(names.get(layer.name, layer.name)).set_weights(layer.get_weights())
    assert ours.count_params() == theirs.count_params()
    return ours, theirs


@pytest.mark.parametrize(
    ("size", "alpha", "depth_multiplier"),
    [(96, 1.0, 1), (64, 0.25, 2), (32, 0.35, 1), pytest.param(160, 1.0, 1, marks=pytest.mark.slow)],
)
def test_mobilenet_v1_is_that_of_keras_layer_by_layer(size: int, alpha: float, depth_multiplier: int) -> None:
    ours, theirs = mobile_networks(size, alpha, depth_multiplier)
    images = pictures(size)
    computed, expected = outputs(ours, [*MOBILE, "Logits"], images), outputs(theirs, [*MOBILE, "reshape_2"], images)
    for name in MOBILE:
        assert_same(computed[name], expected[name], name)
    assert_same(computed["Logits"], expected["reshape_2"], "Logits")


def test_mobilenet_v1_pads_odd_sides_as_tf_slim_and_not_as_keras() -> None:
    """Before a depthwise convolution of stride 2, Keras always adds one row and column at the bottom and right.

    That is TensorFlow's `same` for an even side. An odd one gets a row on both ends by TensorFlow's `same`, which
    TF-Slim and we use. At 112 x 112 the first odd side is the last: 7, of which we make 4 and Keras makes 3.
    """
    ours, theirs = mobile_networks(112, 0.25, 1)
    images = pictures(112)
    computed, expected = outputs(ours, MOBILE, images), outputs(theirs, MOBILE, images)
    last = MOBILE.index("conv_dw_12_relu")
    for name in MOBILE[:last]:
        assert_same(computed[name], expected[name], name)
    assert computed[MOBILE[last]].shape[1:3] == (4, 4)
    assert expected[MOBILE[last]].shape[1:3] == (3, 3)
