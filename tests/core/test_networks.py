"""What every network promises, on the backend of this process: run again on JAX in a process of its own, at the end."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from facenet_core import heads, networks
from facenet_core.backbones import BACKBONES
from facenet_core.types import FacenetError
from tests.core.networks_by_hand import DIMENSION, PARAMETERS, SHAPES
from tests.core.processes import ROOT, run_python

# Keras hands its variables to NumPy as NumPy 1 wanted it.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")

BACKEND = os.environ.get("KERAS_BACKEND", "tensorflow")
ON_JAX = BACKEND == "jax"


def backbones(*slow: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "backbone", [pytest.param(name, marks=pytest.mark.slow if name in slow else ()) for name in BACKBONES]
    )


# JAX compiles for long: of what is quick on TensorFlow, the smallest network alone is quick there.
LARGE = ("inception_resnet_v1", "inception_v3", "alexnet_v2")
BUILT = backbones(*((*LARGE, "mobilefacenet") if ON_JAX else ()))
RUN = backbones(*LARGE, *(["mobilefacenet"] if ON_JAX else []))
RUN_OFTEN = backbones(*(BACKBONES if ON_JAX else LARGE))
ON_ONE_BACKEND = pytest.mark.skipif(ON_JAX, reason="no backend changes what is asked here")

# Side in pixels and options with which a network is quick to run.
SMALL: dict[str, tuple[int, dict[str, Any]]] = {
    "inception_resnet_v1": (75, {}),
    "mobilenet_v1": (32, {"alpha": 0.25}),
    "inception_v3": (75, {"depth_multiplier": 0.25}),
    "alexnet_v2": (67, {"dropout": 0.0}),
    "mobilefacenet": (32, {}),
}


@lru_cache
def standard(backbone: str) -> Any:
    """The embedder as the paper has it."""
    return networks.embedder(backbone, networks.backbone_module(backbone).SIZE)


def small(backbone: str, dropout: float = 0.0) -> Any:
    """An embedder that is quick to run. Its random weights keep signals about as large from layer to layer.

    The last batch norm takes off what `pictures` have in common, so that vectors tell what they have not.
    """
    import keras

    size, options = SMALL[backbone]
    model = networks.embedder(backbone, size, DIMENSION, dropout, options)
    rng = np.random.default_rng(0)
    for layer in model.layers:
        for variable in layer.weights:
            variable.assign(_random(rng, variable.path, variable.shape))
    common = run(keras.Model(model.input, model.get_layer("Bottleneck").output), pictures(backbone)).mean(axis=0)
    norm = model.get_layer("BatchNorm_Bottleneck")
    norm.moving_mean.assign(common)
    norm.beta.assign(np.zeros(DIMENSION))
    return model


def _random(rng: np.random.Generator, path: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """A kernel as He et al. 2015 start it, a variance or gamma near 1, anything else near 0."""
    if path.endswith("kernel"):
        fan_in = np.prod(shape[:2] if "_dw_" in path or "depthwise" in path or "GDConv" in path else shape[:-1])
        return rng.normal(0, np.sqrt(2 / fan_in), shape)
    return rng.uniform(0.8, 1.2, shape) if path.endswith(("variance", "gamma")) else rng.normal(0, 0.1, shape)


@lru_cache
def ready(backbone: str) -> Any:
    """A `small` one for tests that leave it as it is: calls with training=True move its statistics."""
    return small(backbone)


def pictures(backbone: str, count: int = 8, seed: int = 1) -> NDArray[np.float32]:
    """Patches of colour: unlike noise, they differ in what is left of them after many layers."""
    side = SMALL[backbone][0]
    patches = np.random.default_rng(seed).uniform(-1, 1, (count, 4, 4, 3)).astype(np.float32)
    return patches.repeat(side // 4 + 1, axis=1).repeat(side // 4 + 1, axis=2)[:, :side, :side]


def run(model: Any, images: NDArray[np.float32], training: bool = False) -> NDArray[np.float32]:
    import keras

    return np.asarray(keras.ops.convert_to_numpy(model(images, training=training)))


@contextmanager
def policy(name: str) -> Iterator[None]:
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def test_this_process_runs_the_backend_that_it_was_asked_for() -> None:
    import keras

    assert keras.backend.backend() == BACKEND


@BUILT
def test_every_endpoint_has_the_shape_of_the_paper(backbone: str) -> None:
    model = standard(backbone)
    shapes = {name: tensor.shape for name, tensor in networks.endpoints(model).items()}
    assert list(shapes) == list(SHAPES[backbone])
    assert shapes == {name: (None, *shape) for name, shape in SHAPES[backbone].items()}
    assert model.output.shape == (None, DIMENSION)
    assert (model.name, model.input.dtype, model.output.dtype) == (backbone, "float32", "float32")


@BUILT
def test_the_parameters_are_as_many_as_worked_out(backbone: str) -> None:
    worked_out, trainable, moving = PARAMETERS[backbone]
    assert worked_out() == (trainable, moving)
    model = standard(backbone)
    assert sum(np.prod(weight.shape) for weight in model.trainable_weights) == trainable
    assert sum(np.prod(weight.shape) for weight in model.non_trainable_weights) == moving
    assert model.count_params() == trainable + moving
    if backbone == "inception_resnet_v1":
        assert trainable + moving == 22_808_144


@BUILT
def test_tf_slim_has_one_name_for_every_variable(backbone: str) -> None:
    scope = networks.backbone_module(backbone).slim_scope
    names = [f"{scope(layer.name)}/{weight.name}" for layer in standard(backbone).layers for weight in layer.weights]
    assert len(set(names)) == len(names) == len(standard(backbone).weights)
    part = r"[A-Za-z0-9_]+"
    assert all(re.fullmatch(rf"{part}(/{part})*", name) for name in names)
    assert not [name for name in names if re.search(r"_(BatchNorm|Branch|bn)|Activation|Block(35|17|8_)", name)]
    assert {"Bottleneck/kernel", "Bottleneck/BatchNorm/beta", "Bottleneck/BatchNorm/moving_variance"} <= set(names)


@ON_ONE_BACKEND
@pytest.mark.parametrize(
    ("backbone", "layer", "scope"),
    [
        ("inception_resnet_v1", "Conv2d_4b_3x3_BatchNorm", "Conv2d_4b_3x3/BatchNorm"),
        ("inception_resnet_v1", "Block35_1_Branch_0_Conv2d_1x1", "Repeat/block35_1/Branch_0/Conv2d_1x1"),
        ("inception_resnet_v1", "Block17_10_Conv2d_1x1", "Repeat_1/block17_10/Conv2d_1x1"),
        ("inception_resnet_v1", "Block8_5_Branch_1_Conv2d_0c_3x1", "Repeat_2/block8_5/Branch_1/Conv2d_0c_3x1"),
        ("inception_resnet_v1", "Block8_6_Branch_1_Conv2d_0c_3x1", "Block8/Branch_1/Conv2d_0c_3x1"),
        ("inception_resnet_v1", "Block8_6_Conv2d_1x1", "Block8/Conv2d_1x1"),
        ("inception_resnet_v1", "Mixed_7a_Branch_2_Conv2d_1a_3x3", "Mixed_7a/Branch_2/Conv2d_1a_3x3"),
        ("mobilenet_v1", "conv1", "Conv2d_0"),
        ("mobilenet_v1", "conv1_bn", "Conv2d_0/BatchNorm"),
        ("mobilenet_v1", "conv_dw_12_bn", "Conv2d_12_depthwise/BatchNorm"),
        ("mobilenet_v1", "conv_pw_1", "Conv2d_1_pointwise"),
        ("mobilenet_v1", "Logits_Conv2d_1c_1x1", "Logits/Conv2d_1c_1x1"),
        ("mobilefacenet", "Conv2d_1_depthwise_BatchNorm", "Conv2d_1_depthwise/BatchNorm"),
        ("mobilefacenet", "expanded_conv_14_project_BatchNorm", "expanded_conv_14/project/BatchNorm"),
    ],
)
def test_a_layer_has_the_scope_of_the_reference(backbone: str, layer: str, scope: str) -> None:
    assert networks.backbone_module(backbone).slim_scope(layer) == scope


@RUN
def test_a_vector_has_unit_length_and_never_depends_on_the_faces_beside_it(backbone: str) -> None:
    model, images = ready(backbone), pictures(backbone)
    vectors = run(model, images)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(run(model, images), vectors)
    assert np.abs(vectors @ vectors.T - np.eye(len(images))).max() < 0.99  # it tells them apart
    others = np.concatenate([images[:3], pictures(backbone, 5, seed=9) * 100])
    np.testing.assert_allclose(run(model, others)[:3], vectors[:3], rtol=0, atol=1e-6)
    # Another number of faces may be summed up in another order.
    np.testing.assert_allclose(run(model, images[:1]), vectors[:1], rtol=0, atol=2e-5)


@RUN_OFTEN
def test_dropout_acts_only_while_training(backbone: str) -> None:
    model, images = small(backbone, dropout=0.3), pictures(backbone)
    assert model.get_layer("Dropout").rate == 0.3
    assert np.abs(run(model, images, training=True) - run(model, images, training=True)).max() > 0.01
    np.testing.assert_array_equal(run(model, images), run(model, images))


@ON_ONE_BACKEND
@backbones()
def test_the_head_drops_what_the_paper_drops(backbone: str) -> None:
    rates = {layer.name: layer.rate for layer in standard(backbone).layers if hasattr(layer, "rate")}
    assert (
        rates.get("Dropout", 0.0)
        == {
            "inception_resnet_v1": 0.2,
            "mobilenet_v1": 0.6,
            "inception_v3": 0.2,
            "alexnet_v2": 0.5,
            "mobilefacenet": 0.0,
        }[backbone]
    )


@RUN
def test_one_gradient_step_lowers_the_loss(backbone: str) -> None:
    import keras

    model, images = small(backbone), pictures(backbone)
    targets = np.roll(run(model, images), 1, axis=0)
    model.compile(
        keras.optimizers.SGD(0.01),
        loss=lambda wanted, found: 1 - keras.ops.sum(wanted * found, axis=-1),
        run_eagerly=not ON_JAX,
        jit_compile=ON_JAX,
    )
    before, after = (float(model.train_on_batch(images, targets)) for _ in range(2))
    assert 0 < after < before - 0.001


@RUN_OFTEN
def test_a_saved_network_is_loaded_as_it_was(backbone: str, tmp_path: Path) -> None:
    import keras

    model, images, file = ready(backbone), pictures(backbone), tmp_path / "model.keras"
    model.save(file)
    loaded = keras.saving.load_model(file)
    assert [weight.path for weight in loaded.weights] == [weight.path for weight in model.weights]
    assert list(networks.endpoints(loaded)) == list(networks.endpoints(model))
    np.testing.assert_array_equal(run(loaded, images), run(model, images))


@RUN_OFTEN
@pytest.mark.parametrize(
    ("name", "least"),
    # Least cosines, where those of different pictures are 0.3 to 0.7. float16 keeps eleven bits, bfloat16 eight.
    [("mixed_float16", 0.99), ("float16", 0.99), ("mixed_bfloat16", 0.85), ("bfloat16", 0.85)],
)
def test_half_precision_gives_nearly_the_same_vectors(backbone: str, name: str, least: float) -> None:
    import keras

    whole, images = ready(backbone), pictures(backbone)
    with policy(name):
        size, options = SMALL[backbone]
        half = networks.embedder(backbone, size, DIMENSION, options=options)
    half.set_weights(whole.get_weights())
    bottleneck = half.get_layer("Bottleneck")
    assert bottleneck.compute_dtype == name.removeprefix("mixed_")
    assert keras.backend.standardize_dtype(bottleneck.kernel.dtype) == ("float32" if "mixed" in name else name)
    vectors = run(half, images)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert float((vectors * run(whole, images)).sum(1).min()) > least


@ON_ONE_BACKEND
@backbones()
def test_pictures_are_taken_from_the_smallest_size_up(backbone: str) -> None:
    module = networks.backbone_module(backbone)
    with pytest.raises(FacenetError, match=f"from {module.SMALLEST} x {module.SMALLEST} pixels up"):
        networks.embedder(backbone, module.SMALLEST - 1)
    assert SMALL[backbone][0] == module.SMALLEST  # so every test above runs the smallest


@ON_ONE_BACKEND
def test_what_cannot_be_built_is_refused_with_a_sentence() -> None:
    import keras

    with pytest.raises(FacenetError, match="no backbone 'x'; there are: inception_resnet_v1, mobilenet_v1"):
        networks.embedder("x", 160)
    with pytest.raises(FacenetError, match=r"mobilefacenet cannot be built with .*'alpha'"):
        networks.embedder("mobilefacenet", 112, options={"alpha": 0.5})
    for options in ({"alpha": float("nan")}, {"depth_multiplier": 1.5}):
        with pytest.raises(FacenetError, match="mobilenet_v1 cannot be built with"):
            networks.embedder("mobilenet_v1", 112, options=options)
    with pytest.raises(FacenetError, match="alpha of 0"):
        networks.embedder("mobilenet_v1", 112, options={"alpha": 0})
    with pytest.raises(FacenetError, match="no classifier on 'mobilefacenet'"):
        networks.classifier("mobilefacenet", 112, 37)
    with pytest.raises(FacenetError, match="only inception_v3"):
        networks.classifier("mobilenet_v1", 32, 37, {"alpha": 0.25}, auxiliary=True)
    with pytest.raises(FacenetError, match="one size"):
        networks.backbone_module("mobilefacenet").build(keras.Input((None, None, 3)))


@ON_ONE_BACKEND
@pytest.mark.parametrize(
    ("backbone", "size", "options", "kernels", "head"),
    [
        # As the docstring of TF-Slim's mobilenet_v1.py counts them.
        pytest.param("mobilenet_v1", 224, {}, 567_716_352, 1024 * DIMENSION, marks=pytest.mark.slow),
        ("mobilenet_v1", 128, {"alpha": 0.75}, 106_002_432, 768 * DIMENSION),
        # The paper's 221 million hold the last convolution.
        ("mobilefacenet", 112, {}, 220_965_376 - 512 * DIMENSION, 512 * DIMENSION),
    ],
)
def test_multiply_adds_are_those_published(
    backbone: str, size: int, options: dict[str, Any], kernels: int, head: int
) -> None:
    assert networks.multiply_adds(networks.embedder(backbone, size, options=options)) == kernels + head


@ON_ONE_BACKEND
def test_multiply_adds_need_a_picture_of_known_size() -> None:
    import keras

    model = keras.Sequential([keras.Input((None, None, 3)), keras.layers.Conv2D(2, 3)])
    with pytest.raises(FacenetError, match="size of the picture"):
        networks.multiply_adds(model)


@ON_ONE_BACKEND
def test_weight_decay_counts_every_kernel_but_the_depthwise_ones() -> None:
    import keras

    model = networks.embedder("mobilenet_v1", 32, options={"alpha": 0.25, "weight_decay": 0.01, "momentum": 0.9})
    kernels = [layer.kernel for layer in model.layers if isinstance(layer, keras.layers.Conv2D | keras.layers.Dense)]
    assert len(kernels) == 1 + 13 + 1
    squares = sum(float(np.square(kernel.numpy()).sum()) for kernel in kernels)
    assert float(sum(model.losses)) == pytest.approx(0.01 / 2 * squares, rel=1e-4)
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert {norm.momentum for norm in norms} == {0.9}


@ON_ONE_BACKEND
def test_mobilenet_is_thinned_and_widened_as_asked() -> None:
    """TF-Slim cuts 0.3 * 32 = 9.6 off to 9, and 0.3 * 64 = 19.2 to 19, and keeps 8 of 0.1 * 32."""
    thin = networks.endpoints(networks.embedder("mobilenet_v1", 32, options={"alpha": 0.3, "depth_multiplier": 2}))
    assert [thin[f"Conv2d_{name}"].shape[-1] for name in ("0", "1_depthwise", "1_pointwise")] == [9, 2 * 9, 19]
    thinnest = networks.endpoints(networks.embedder("mobilenet_v1", 32, options={"alpha": 0.1}))
    assert [thinnest[f"Conv2d_{name}"].shape[-1] for name in ("0", "1_pointwise", "2_pointwise")] == [8, 8, 12]


@ON_ONE_BACKEND
def test_mobilenet_is_thinned_to_the_depth_that_is_asked_for() -> None:
    thinnest = networks.endpoints(networks.embedder("mobilenet_v1", 32, options={"alpha": 0.1, "min_depth": 4}))
    assert [thinnest[f"Conv2d_{name}"].shape[-1] for name in ("0", "1_pointwise", "2_pointwise")] == [4, 6, 12]


@ON_ONE_BACKEND
def test_a_classifier_of_mobilenet_pools_by_a_window_or_over_everything() -> None:
    import keras

    inputs = keras.Input((288, 256, 3))
    features = networks.backbone_module("mobilenet_v1").build(inputs, alpha=0.25)
    for global_pool, pool, places in ((False, "AvgPool_1a", (2, 1)), (True, "global_pool", (1, 1))):
        outputs = heads.classifier(features, "mobilenet_v1", 5, global_pool=global_pool, spatial_squeeze=False)
        named = networks.endpoints(keras.Model(inputs, outputs, name="mobilenet_v1"))
        assert list(named)[-3:] == [pool, "Logits", "Predictions"]
        assert [named[name].shape for name in (pool, "Logits")] == [(None, *places, 256), (None, *places, 5)]
    assert networks.classifier("mobilenet_v1", (288, 256), 5, {"alpha": 0.25}, spatial_squeeze=False).output[
        "Logits"
    ].shape == (None, 2, 1, 5)


@ON_ONE_BACKEND
def test_residuals_and_norms_of_inception_resnet_are_those_of_facenet() -> None:
    import keras

    layers = standard("inception_resnet_v1").layers
    scales = [layer.scale for layer in layers if isinstance(layer, keras.layers.Rescaling)]
    assert scales == [0.17] * 5 + [0.10] * 10 + [0.20] * 5 + [1.0]
    norms = [layer for layer in layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert {(norm.momentum, norm.epsilon, norm.scale) for norm in norms} == {(0.995, 0.001, False)}


@pytest.mark.slow
def test_what_is_pooled_is_the_last_sum_of_inception_resnet_before_any_relu() -> None:
    import keras

    small_one = ready("inception_resnet_v1")
    found = keras.Model(small_one.input, networks.endpoints(small_one))(pictures("inception_resnet_v1"))
    arrays = {name: keras.ops.convert_to_numpy(tensor) for name, tensor in found.items()}
    assert arrays["Mixed_8a"].min() == 0
    assert arrays["PrePool"].min() < 0
    np.testing.assert_array_equal(arrays["Mixed_8b"], arrays["PrePool"])
    np.testing.assert_allclose(arrays["PreLogitsFlatten"], arrays["PrePool"].mean((1, 2)), rtol=1e-5, atol=1e-6)


@ON_ONE_BACKEND
def test_kernels_of_inception_resnet_start_truncated_normal_and_each_on_its_own() -> None:
    model = standard("inception_resnet_v1")
    first, second = (model.get_layer(f"Block17_{number}_Branch_0_Conv2d_1x1").kernel.numpy() for number in (1, 2))
    # Cut off at two deviations, a normal distribution keeps 0.8796 of its own.
    assert np.abs(first).max() <= 0.2
    assert first.std() == pytest.approx(0.1 * 0.8796, rel=0.02)
    assert np.abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.02


@ON_ONE_BACKEND
@pytest.mark.parametrize(
    ("backbone", "size", "auxiliary", "trainable", "total"),
    [
        # The numbers of TF-Slim's own graphs.
        pytest.param("inception_v3", 299, True, 24_429_418, 24_465_642, marks=pytest.mark.slow),
        pytest.param("alexnet_v2", 224, False, 46_358_501, 46_358_501, marks=pytest.mark.slow),
        ("mobilenet_v1", 224, False, 3_206_976 + 1024 * 37 + 37, 3_228_864 + 1024 * 37 + 37),
    ],
)
def test_the_classifiers_of_tf_slim_have_its_endpoints_and_parameters(
    backbone: str, size: int, auxiliary: bool, trainable: int, total: int
) -> None:
    model = networks.classifier(backbone, size, 37, auxiliary=auxiliary)
    assert sum(np.prod(weight.shape) for weight in model.trainable_weights) == trainable
    assert model.count_params() == total
    outputs = ["Logits", "Predictions", *(["AuxLogits"] if auxiliary else [])]
    assert {name: tensor.shape for name, tensor in model.output.items()} == dict.fromkeys(outputs, (None, 37))
    last = {
        "inception_v3": ["AuxLogits", "AvgPool_1a", "PreLogits", "Logits", "Predictions"],
        "alexnet_v2": ["alexnet_v2/fc7", "alexnet_v2/fc8"],
        "mobilenet_v1": ["Conv2d_13_pointwise", "AvgPool_1a", "Logits", "Predictions"],
    }[backbone]
    assert list(networks.endpoints(model))[-len(last) :] == last


@pytest.mark.slow
@ON_ONE_BACKEND
def test_the_example_of_the_readme_runs() -> None:
    text = (ROOT / "facenet_core" / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"## The networks[^#]*?```python\n(.*?)```", text, re.DOTALL)
    child = run_python("-c", example + "\nprint(model.output.shape, features.shape)")
    assert child.returncode == 0, child.stderr
    assert child.stdout.strip() == "(None, 128) (None, 8, 8, 896)"


def on_jax(selection: str) -> None:
    """This file on JAX. Its compiler is told to hurry, not to make fast code."""
    arguments = ("-m", "pytest", "-p", "no:cacheprovider", "-m", selection, "tests/core/test_networks.py")
    child = run_python(*arguments, KERAS_BACKEND="jax", JAX_DISABLE_MOST_OPTIMIZATIONS="1")
    assert child.returncode == 0, child.stdout
    assert " passed" in child.stdout


@pytest.mark.slow
@pytest.mark.skipif(ON_JAX, reason="this is JAX")
@pytest.mark.timeout(1800)
def test_the_smallest_network_keeps_the_contract_on_jax() -> None:
    on_jax("not slow")


@pytest.mark.slow
@pytest.mark.skipif(ON_JAX, reason="this is JAX")
@pytest.mark.timeout(7200)
def test_every_network_keeps_the_contract_on_jax() -> None:
    on_jax("slow")
