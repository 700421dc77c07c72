"""The networks compute what graphs of TF-Slim compute, from variables of the same names."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from facenet_core import heads, networks
from facenet_core.backbones import alexnet_v2, inception_resnet_v1, inception_v3
from facenet_core.types import FacenetError
from tests.core import slim_graphs
from tests.core.processes import output_of

Arrays = dict[str, NDArray[np.float32]]
Build = Callable[[Any], tuple[Any, dict[str, Any]]]

CLASSES = 37
KINDS = {"kernel": "weights", "bias": "biases"}


@dataclass(frozen=True, slots=True)
class Slim:
    """What a graph of TF-Slim made of random pictures with random variables."""

    images: NDArray[np.float32]
    variables: Arrays
    output: NDArray[np.float32]
    endpoints: Arrays
    fresh: Arrays
    weight_decay: float


def run_slim(build: Build, height: int, width: int) -> Slim:
    import tensorflow.compat.v1 as tf
    from tensorflow.python.framework import ops

    rng = np.random.default_rng(height + width)
    images = rng.uniform(-1, 1, (2, height, width, 3)).astype(np.float32)
    with tf.Graph().as_default(), tf.Session() as session, pytest.MonkeyPatch.context() as patch:
        # TF-Slim looks for the class where older TensorFlows had it, and calls layers in their old way.
        patch.setattr(ops, "Tensor", tf.Tensor, raising=False)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".* is deprecated and will be removed in a future version")
            output, endpoints = build(tf.constant(images))
        variables = {variable.op.name: variable for variable in tf.global_variables()}
        initial = {name: variable.initializer.inputs[1] for name, variable in variables.items()}
        fresh = session.run(initial)
        values = {name: random_value(rng, name, array.shape) for name, array in fresh.items()}
        initializers = [variable.initializer for variable in variables.values()]
        session.run(initializers, {initial[name]: value for name, value in values.items()})
        output, endpoints, decay = session.run((output, endpoints, tf.losses.get_regularization_loss()))
        return Slim(images, values, output, endpoints, fresh, float(decay))


def random_value(rng: np.random.Generator, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Activations stay about as large from layer to layer, and nothing has the value that it would have by default."""
    if name.endswith("weights"):
        spread = np.float32(np.sqrt(2 / np.prod(shape[:-1])))
        return rng.standard_normal(shape, np.float32) * spread
    if name.endswith("moving_variance"):
        return rng.uniform(0.5, 1.5, shape).astype(np.float32)
    return rng.normal(0, 0.3, shape).astype(np.float32)


@lru_cache(maxsize=3)
def slim_inception(
    height: int, width: int, depth_multiplier: float = 1.0, min_depth: int = 16, aux: bool = True, squeeze: bool = True
) -> Slim:
    def build(images: Any) -> tuple[Any, dict[str, Any]]:
        from tf_slim import arg_scope
        from tf_slim.nets import inception

        # In-place updates: those by collection ask for layers of Keras 2, which are gone.
        with arg_scope(inception.inception_v3_arg_scope(weight_decay=0.002, updates_collections=None)):
            return inception.inception_v3(  # type: ignore[no-any-return]
                images,
                CLASSES,
                is_training=False,
                depth_multiplier=depth_multiplier,
                min_depth=min_depth,
                create_aux_logits=aux,
                spatial_squeeze=squeeze,
            )

    return run_slim(build, height, width)


@lru_cache(maxsize=1)
def slim_alexnet(height: int, width: int, squeeze: bool = True) -> Slim:
    def build(images: Any) -> tuple[Any, dict[str, Any]]:
        from tf_slim import arg_scope
        from tf_slim.nets import alexnet

        with arg_scope(alexnet.alexnet_v2_arg_scope(weight_decay=0.002)):
            return alexnet.alexnet_v2(  # type: ignore[no-any-return]
                images, CLASSES, is_training=False, spatial_squeeze=squeeze
            )

    return run_slim(build, height, width)


def our_inception(
    height: int | None,
    width: int | None,
    depth_multiplier: float = 1.0,
    min_depth: int = 16,
    aux: bool = True,
    squeeze: bool = True,
    global_pool: bool = False,
) -> Any:
    import keras

    options: dict[str, Any] = {"depth_multiplier": depth_multiplier, "min_depth": min_depth, "weight_decay": 0.002}
    inputs = keras.Input((height, width, 3))
    features = inception_v3.build(inputs, **options)
    outputs = heads.classifier(
        features, "inception_v3", CLASSES, weight_decay=0.002, global_pool=global_pool, spatial_squeeze=squeeze
    )
    if aux:
        mixed_6e = keras.Model(inputs, features).get_layer("Mixed_6e").output
        outputs["AuxLogits"] = heads.auxiliary(mixed_6e, CLASSES, spatial_squeeze=squeeze, **options)
    return keras.Model(inputs, outputs, name="inception_v3")


def our_alexnet(height: int | None, width: int | None, squeeze: bool = True, global_pool: bool = False) -> Any:
    import keras

    inputs = keras.Input((height, width, 3))
    features = alexnet_v2.build(inputs, weight_decay=0.002)
    outputs = heads.classifier(
        features, "alexnet_v2", CLASSES, weight_decay=0.002, global_pool=global_pool, spatial_squeeze=squeeze
    )
    return keras.Model(inputs, outputs, name="alexnet_v2")


def slim_names(model: Any) -> dict[str, Any]:
    """The variables of one of our networks by TF-Slim's names."""
    module = networks.backbone_module(model.name)
    return {
        f"{module.ROOT}/{module.slim_scope(layer.name)}/{KINDS.get(variable.name, variable.name)}": variable
        for layer in model.layers
        for variable in layer.weights
    }


def our_endpoints(model: Any, images: NDArray[np.float32]) -> Arrays:
    import keras

    found = keras.Model(model.input, networks.endpoints(model))(images, training=False)
    return {name: keras.ops.convert_to_numpy(array) for name, array in found.items()}


def carry_over(variables: Mapping[str, NDArray[np.float32]], model: Any) -> None:
    named = slim_names(model)
    assert named.keys() == variables.keys()
    for name, variable in named.items():
        variable.assign(variables[name])


def largest_error(ours: Arrays, theirs: Mapping[str, NDArray[np.float32]]) -> float:
    """Over all endpoints, the largest difference relative to the mean size of that endpoint."""
    assert ours.keys() >= theirs.keys()
    for name, array in theirs.items():
        assert ours[name].shape == array.shape, name
        assert np.std(array) > 0, name
    return max(float(np.abs(ours[name] - array).max() / np.abs(array).mean()) for name, array in theirs.items())


INCEPTIONS: list[Any] = [
    # Windows that are reduced to other heights than widths: Conv2d_2a_2x1, AvgPool_1a_4x2.
    (171, 107, {"depth_multiplier": 0.25, "min_depth": 20}),
    pytest.param(112, 112, {"depth_multiplier": 0.5}, marks=pytest.mark.slow),
    # More than one place for logits, neither squeezed: Mixed_7c of 11 x 10, of which the pool makes 2 x 2.
    pytest.param(395, 363, {"depth_multiplier": 0.1, "squeeze": False}, marks=pytest.mark.slow),
    # Mixed_7c of 9 x 9, of which the pool looks at 8 x 8.
    pytest.param(331, 331, {"depth_multiplier": 0.1}, marks=pytest.mark.slow),
    pytest.param(75, 90, {"depth_multiplier": 0.5, "aux": False}, marks=pytest.mark.slow),
    pytest.param(107, 107, {"depth_multiplier": 1.3}, marks=pytest.mark.slow),
    pytest.param(160, 160, {}, marks=pytest.mark.slow),
    pytest.param(224, 224, {}, marks=pytest.mark.slow),
    pytest.param(299, 299, {}, marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("height", "width", "options"), INCEPTIONS)
def test_every_endpoint_of_inception_v3_is_that_of_tf_slim(height: int, width: int, options: dict[str, Any]) -> None:
    slim, model = slim_inception(height, width, **options), our_inception(height, width, **options)
    carry_over(slim.variables, model)
    assert largest_error(our_endpoints(model, slim.images), slim.endpoints) < 1e-4
    assert float(sum(model.losses)) == pytest.approx(slim.weight_decay, rel=1e-4)


@pytest.mark.parametrize(
    ("height", "width", "squeeze"),
    [
        (224, 224, True),
        pytest.param(195, 300, False, marks=pytest.mark.slow),
        pytest.param(300, 227, False, marks=pytest.mark.slow),
    ],
)
def test_every_endpoint_of_alexnet_v2_is_that_of_tf_slim(height: int, width: int, squeeze: bool) -> None:
    slim, model = slim_alexnet(height, width, squeeze), our_alexnet(height, width, squeeze)
    carry_over(slim.variables, model)
    assert largest_error(our_endpoints(model, slim.images), slim.endpoints) < 1e-4
    assert float(sum(model.losses)) == pytest.approx(slim.weight_decay, rel=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize(("height", "width"), [(75, 91), (160, 160)])
def test_every_endpoint_of_inception_resnet_v1_is_that_of_a_tf_slim_graph(height: int, width: int) -> None:
    import keras

    slim = run_slim(slim_graphs.inception_resnet_v1(), height, width)
    inputs = keras.Input((height, width, 3))
    embedding = heads.embedding(inception_resnet_v1.build(inputs))
    model = keras.Model(inputs, embedding, name="inception_resnet_v1")
    carry_over(slim.variables, model)
    assert largest_error(our_endpoints(model, slim.images), slim.endpoints) < 1e-4
    assert largest_error({"embedding": np.asarray(model(slim.images))}, {"embedding": slim.output}) < 1e-4


@pytest.mark.parametrize("network", ["inception_v3", "alexnet_v2"])
def test_fresh_kernels_are_spread_as_in_tf_slim(network: str) -> None:
    if network == "inception_v3":
        fresh = slim_inception(171, 107, depth_multiplier=0.25, min_depth=20).fresh
        model = our_inception(171, 107, 0.25, 20)
    else:
        fresh, model = slim_alexnet(224, 224, True).fresh, our_alexnet(224, 224)
    for name, variable in slim_names(model).items():
        ours, theirs = np.asarray(variable).ravel()[:50_000], fresh[name].ravel()[:50_000]
        if name.endswith("weights"):
            assert np.std(ours) == pytest.approx(np.std(theirs), rel=8 / np.sqrt(ours.size)), name
        else:
            np.testing.assert_array_equal(ours, theirs, name)


@pytest.mark.slow
def test_the_networks_compute_the_same_on_jax(tmp_path: Path) -> None:
    inception, alexnet = slim_inception(171, 107, depth_multiplier=0.25, min_depth=20), slim_alexnet(224, 224, True)
    for name, slim in (("inception", inception), ("alexnet", alexnet)):
        for kind, arrays in (("variables", slim.variables), ("endpoints", {"images": slim.images, **slim.endpoints})):
            kept: dict[str, Any] = dict(arrays)
            np.savez(tmp_path / f"{name}-{kind}.npz", **kept)
    code = (
        "import sys; from pathlib import Path; import keras, numpy as np\n"
        "from tests.core.test_slim_networks import carry_over, largest_error, our_endpoints\n"
        "from tests.core.test_slim_networks import our_alexnet, our_inception\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "models = {'inception': our_inception(171, 107, 0.25, 20), 'alexnet': our_alexnet(224, 224)}\n"
        "for name, model in models.items():\n"
        "    theirs = dict(np.load(folder / f'{name}-endpoints.npz'))\n"
        "    images = theirs.pop('images')\n"
        "    carry_over(dict(np.load(folder / f'{name}-variables.npz')), model)\n"
        "    print(largest_error(our_endpoints(model, images), theirs))\n"
        "assert keras.backend.backend() == 'jax' and 'tensorflow' not in sys.modules\n"
    )
    errors = [float(line) for line in output_of(code, KERAS_BACKEND="jax").splitlines()]
    assert len(errors) == 2
    assert max(errors) < 1e-4


@pytest.mark.parametrize(
    ("network", "before", "dropout", "share"),
    [
        ("inception_v3", "AvgPool_1a", "PreLogits", 0.2),
        ("alexnet_v2", "fc6_Activation", "dropout6", 0.5),
        ("alexnet_v2", "fc7_Activation", "dropout7", 0.5),
    ],
)
def test_dropout_acts_only_while_training(network: str, before: str, dropout: str, share: float) -> None:
    import keras

    model = our_inception(75, 75, aux=False) if network == "inception_v3" else our_alexnet(67, 67)
    both = keras.Model(model.input, [model.get_layer(before).output, model.get_layer(dropout).output])
    image = pictures(*model.input_shape[1:3])
    kept, same = (np.asarray(array) for array in both(image, training=False))
    np.testing.assert_array_equal(kept, same)
    kept, dropped = (np.asarray(array) for array in both(image, training=True))
    alive, gone = kept != 0, (kept != 0) & (dropped == 0)
    assert gone.sum() / alive.sum() == pytest.approx(share, abs=0.06)
    np.testing.assert_allclose(dropped[alive & ~gone], kept[alive & ~gone] / (1 - share), rtol=1e-5)


def test_logits_of_larger_pictures_have_several_places_or_one_global_pool() -> None:
    """`global_pool` is of later versions of TF-Slim than the published package: worked out from the endpoints here."""
    model = our_inception(347, 331, depth_multiplier=0.05, min_depth=4, aux=False, global_pool=True)
    ours = our_endpoints(model, pictures(347, 331))
    mean = ours["Mixed_7c"].mean((1, 2))
    assert ours["Mixed_7c"].shape[1:3] == (9, 9)
    assert "AvgPool_1a" not in ours
    np.testing.assert_allclose(ours["global_pool"][:, 0, 0], mean, rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(ours["PreLogits"], ours["global_pool"])
    kernel, bias = (np.asarray(array) for array in model.get_layer("Logits_Conv2d_1c_1x1").get_weights())
    np.testing.assert_allclose(ours["Logits"], mean @ kernel[0, 0] + bias, rtol=1e-4, atol=1e-6)


def test_alexnet_looks_at_larger_pictures_place_by_place() -> None:
    import keras

    model = our_alexnet(None, None, squeeze=False)
    large = pictures(256, 288)
    pooled = our_alexnet(256, 288, global_pool=True)
    pooled.set_weights(model.get_weights())
    ours, whole = our_endpoints(model, large), our_endpoints(pooled, large)
    assert ours["alexnet_v2/fc8"].shape == (2, 2, 3, CLASSES)
    np.testing.assert_allclose(whole["global_pool"][:, 0, 0], ours["alexnet_v2/fc7"].mean((1, 2)), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(
        whole["alexnet_v2/fc8"],
        ours["alexnet_v2/fc8"].mean((1, 2)),
        rtol=1e-3,
        atol=1e-4 * np.abs(ours["alexnet_v2/fc8"]).mean(),
    )
    assert keras.ops.shape(model(pictures(224, 224))["Logits"]) == (2, 1, 1, CLASSES)


def test_logits_at_several_places_are_not_squeezed() -> None:
    with pytest.raises(FacenetError, match="Logits at 2 x 1 places"):
        our_inception(363, 299, depth_multiplier=0.05, min_depth=1, aux=False)
    with pytest.raises(FacenetError, match="AuxLogits at 2 x 2 places"):
        our_inception(347, 347, depth_multiplier=0.05, min_depth=1, global_pool=True)
    with pytest.raises(FacenetError, match="Logits at 1 x 2 places"):
        our_alexnet(226, 227)


def test_what_a_network_cannot_be_is_refused() -> None:
    import keras

    with pytest.raises(FacenetError, match="75 x 75"):
        our_inception(75, 74)
    with pytest.raises(FacenetError, match="67 x 67"):
        our_alexnet(66, 100)
    with pytest.raises(FacenetError, match="107 x 107"):
        our_inception(107, 106, depth_multiplier=0.05, min_depth=1)
    with pytest.raises(FacenetError, match="above 0"):
        our_inception(107, 107, depth_multiplier=0.0)
    with pytest.raises(FacenetError, match="no classifier on 'mobilefacenet'"):
        heads.classifier(keras.Input((7, 7, 512)), "mobilefacenet", CLASSES)


def test_the_smallest_pictures_still_give_features_of_one_place() -> None:
    import keras

    # Branches of 320, 4 x 384 and 192 filters, thinned to a twentieth but never below 16.
    features = inception_v3.build(keras.Input((75, 75, 3)), depth_multiplier=0.05)
    assert features.shape == (None, 1, 1, 16 + 4 * 19 + 16)
    assert alexnet_v2.build(keras.Input((67, 67, 3))).shape == (None, 1, 1, 4096)


def pictures(height: int, width: int) -> NDArray[np.float32]:
    return np.random.default_rng(1).uniform(-1, 1, (2, height, width, 3)).astype(np.float32)
