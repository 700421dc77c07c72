"""Every file that is exported gives the vectors of the Keras model it was made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from facenet_core import bench, export, networks, presets, weights
from facenet_core.backbones import BACKBONES
from facenet_core.embed import Embedder
from facenet_core.folding import folded
from facenet_core.onnx_graph import onnx_model
from facenet_core.preprocess import fixed_128
from facenet_core.types import FacenetError, Preset
from tests.core.processes import output_of

# The TensorFlow that made the committed file: with it a rebuild gives the same bytes, with another the same vectors.
BUILT_WITH = "2.21.0"
SHIPPED = presets.get()


@pytest.fixture(scope="module")
def small() -> Iterator[Preset]:
    """The smallest of the networks, with PReLU and residual sums, and random weights that tell pictures apart."""
    with bench.random_preset("mobilefacenet", 48) as preset:
        yield preset


@pytest.fixture
def preset(small: Preset, tmp_path: Path) -> Preset:
    """`small` in a folder that a test may change."""
    (tmp_path / small.weights_file).write_bytes((small.folder / small.weights_file).read_bytes())
    copy = replace(small, folder=tmp_path)
    presets.write(copy)
    return copy


def onnx_runtime(content: bytes, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    import onnxruntime

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {session.get_inputs()[0].name: pixels})[0])


@pytest.mark.parametrize(
    "backbone", [pytest.param(name, marks=[pytest.mark.slow] * name.startswith("inception")) for name in BACKBONES]
)
def test_a_folded_network_and_its_onnx_file_give_the_vectors_of_the_network(backbone: str) -> None:
    import keras

    size = networks.backbone_module(backbone).SMALLEST + 5
    with bench.random_preset(backbone, size) as preset:
        model = presets.load(preset)
    light = folded(model)
    crops = fixed_128(export.random_crops(5, size))
    expected = np.asarray(model(crops, training=False))
    # A network without training tells pictures apart by little: rounding must be far less than that.
    rounding = 0.02 * np.ptp(expected, axis=0).max()
    assert not any(isinstance(layer, keras.layers.BatchNormalization | keras.layers.Dropout) for layer in light.layers)
    np.testing.assert_allclose(np.asarray(light(crops)), expected, rtol=0, atol=rounding)
    content = export.onnx(model)
    np.testing.assert_allclose(onnx_runtime(content, crops), expected, rtol=0, atol=rounding)
    np.testing.assert_array_equal(onnx_runtime(content, crops[1:2]), onnx_runtime(content, crops)[1:2])


@settings(max_examples=15, deadline=None)
@given(
    size=st.tuples(st.integers(7, 12), st.integers(7, 12)),
    kernel=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    stride=st.integers(1, 3),
    padding=st.sampled_from(["same", "valid"]),
    kind=st.sampled_from(["convolution", "depthwise", "maximum", "average"]),
)
def test_onnx_windows_slide_as_those_of_keras(
    size: tuple[int, int], kernel: tuple[int, int], stride: int, padding: str, kind: str
) -> None:
    import keras
    from keras import layers

    window: Any = {
        "convolution": lambda: layers.Conv2D(3, kernel, stride, padding, name="window"),
        "depthwise": lambda: layers.DepthwiseConv2D(kernel, stride, padding, depth_multiplier=2, name="window"),
        "maximum": lambda: layers.MaxPooling2D(kernel, stride, padding, name="window"),
        "average": lambda: layers.AveragePooling2D(kernel, stride, padding, name="window"),
    }[kind]()
    image = keras.Input((*size, 2), name="image")
    # Flat, since the network's vectors come out as [n, d]; this also checks the order of what is flattened.
    model = keras.Model(image, layers.Flatten(name="flat")(window(image)))
    pixels = np.random.default_rng(0).normal(size=(2, *size, 2)).astype(np.float32)
    np.testing.assert_allclose(onnx_runtime(onnx_model(model), pixels), np.asarray(model(pixels)), atol=1e-5)


def every_layer() -> Any:
    """Norms that follow no convolution, a norm between two scales, two readers of one convolution, and the rest."""
    import keras
    from keras import layers

    def norm(name: str) -> Any:
        return layers.BatchNormalization(
            beta_initializer="random_normal",
            gamma_initializer=keras.initializers.RandomUniform(0.5, 2),
            moving_mean_initializer="random_normal",
            moving_variance_initializer=keras.initializers.RandomUniform(0.5, 2),
            name=name,
        )

    image = keras.Input((9, 8, 3), name="image")
    first = layers.Conv2D(4, 3, strides=2, padding="same", dilation_rate=1, name="first")(norm("alone")(image))
    kept = layers.PReLU(alpha_initializer="random_normal", shared_axes=[1, 2], name="slopes")(first)
    scaled = layers.Rescaling(0.5, 0.25, name="scale")(norm("twice_read")(first))
    wide = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2, use_bias=False, name="wide")(kept)
    wide = layers.Rescaling([0.5, 2.0] * 4, name="last")(norm("taken")(layers.Rescaling(3.0, 1.0, name="before")(wide)))
    both = layers.Concatenate(name="both")([layers.Add(name="sum")([kept, scaled]), layers.ReLU(6.0, name="six")(wide)])
    both = layers.Conv2D(5, 1, dilation_rate=1, activation="relu", name="mixed")(layers.Dropout(0.5, name="drop")(both))
    pooled = layers.AveragePooling2D(3, 1, padding="same", name="average")(layers.MaxPooling2D(2, 2, name="most")(both))
    flat = layers.Reshape((pooled.shape[1] * pooled.shape[2] * 5,), name="flat")(pooled)
    dense = layers.Dense(6, activation="relu6", name="dense")(flat)
    means = layers.GlobalAveragePooling2D(name="means")(layers.Activation("relu", name="half")(both))
    vector = norm("bottom")(layers.Dense(7, use_bias=False, name="narrow")(means))
    joined = layers.Concatenate(name="joined")([vector, dense])
    return keras.Model(image, layers.UnitNormalization(name="embedding")(joined), name="every_layer")


def test_what_cannot_be_folded_stays_and_every_layer_has_a_counterpart_in_onnx() -> None:
    import keras

    keras.utils.set_random_seed(1)
    model = every_layer()
    light = folded(model)
    pixels = np.random.default_rng(0).normal(size=(4, 9, 8, 3)).astype(np.float32)
    expected = np.asarray(model(pixels, training=False))
    kept = {layer.name for layer in light.layers}
    assert {"alone", "twice_read", "scale"} <= kept
    assert not {"before", "taken", "last", "bottom", "drop"} & kept
    for network in (model, light):
        np.testing.assert_allclose(np.asarray(network(pixels, training=False)), expected, atol=1e-5)
        np.testing.assert_allclose(onnx_runtime(onnx_model(network), pixels), expected, atol=1e-5)


def test_a_layer_without_counterpart_in_onnx_is_refused_by_name() -> None:
    import keras
    from keras import layers

    image = keras.Input((4, 4, 3))
    for layer in (
        layers.LayerNormalization(name="odd"),
        layers.Activation("gelu", name="odd"),
        layers.Dense(2, name="odd"),
    ):
        with pytest.raises(FacenetError, match=r"The layer odd .*ONNX export"):
            onnx_model(keras.Model(image, layer(image)))


@pytest.mark.parametrize("kind", ["onnx", "litert"])
def test_an_inference_file_beside_its_preset_is_entered_and_used(preset: Preset, kind: str) -> None:
    out = preset.folder / f"inference{export.FORMATS[kind].suffix}"
    entered, cosine = export.write(preset, kind, out)
    assert export.AGREEMENT <= cosine < 1.0001
    assert entered == presets.get(preset.folder)
    assert (entered.inference_file, entered.inference_sha256) == (out.name, weights.digest(out))
    assert sorted(path.name for path in preset.folder.iterdir()) == [out.name, "preset.json", "weights.npz"]
    crops = export.random_crops(6, preset.crop_size)
    served, plain = Embedder(entered, "cpu").embed(crops), Embedder(preset, "cpu").embed(crops)
    np.testing.assert_allclose(served, plain, atol=1e-5)


def test_a_file_elsewhere_leaves_the_preset_as_it_is(preset: Preset, tmp_path: Path) -> None:
    folder = tmp_path / "照片"
    folder.mkdir()
    assert export.write(preset, "onnx", folder / "network.onnx")[0] == presets.get(preset.folder) == preset
    assert [path.name for path in folder.iterdir()] == ["network.onnx"]


# Keras's own writer of HDF5 files, with NumPy 2.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_folded_model_is_read_by_keras_alone(preset: Preset) -> None:
    import keras

    out = preset.folder / "network.keras"
    export.write(preset, "folded", out)
    pixels = fixed_128(export.random_crops(3, preset.crop_size))
    read = keras.saving.load_model(out)
    expected = np.asarray(presets.load(preset)(pixels, training=False))
    np.testing.assert_allclose(np.asarray(read(pixels)), expected, atol=1e-5)


def test_weights_in_half_the_bytes_are_entered_and_give_the_same_vectors(tmp_path: Path) -> None:
    full = replace(SHIPPED, folder=tmp_path, inference_file=None, inference_sha256=None)
    weights.save(presets.load(SHIPPED), tmp_path / "full.npz")
    full = replace(full, weights_file="full.npz", weights_sha256=weights.digest(tmp_path / "full.npz"))
    presets.write(full)
    half, _ = export.write(full, "weights", tmp_path / "half.npz", float16=True)
    assert half.weights_file == presets.get(tmp_path).weights_file == "half.npz"
    assert (tmp_path / "half.npz").stat().st_size < 0.6 * (tmp_path / "full.npz").stat().st_size
    pixels = fixed_128(export.random_crops(3, 112))
    cosines = np.sum(np.asarray(presets.load(half)(pixels)) * np.asarray(presets.load(full)(pixels)), axis=1)
    assert cosines.min() >= 0.9999


def test_an_onnx_file_with_half_the_bytes_computes_in_float32() -> None:
    model = presets.load(SHIPPED)
    full, half = export.onnx(model), export.onnx(model, float16=True)
    assert len(half) < 0.52 * len(full)
    pixels = fixed_128(export.random_crops(3, 112))
    vectors = onnx_runtime(half, pixels)
    assert vectors.dtype == np.float32
    assert (vectors * np.asarray(model(pixels, training=False))).sum(axis=1).min() >= 0.9999


def test_a_file_that_disagrees_with_keras_is_never_written(preset: Preset) -> None:
    """A kernel beyond the range of float16, of which only the direction counts."""
    model = presets.load(preset)
    bottleneck, norm = model.get_layer("Bottleneck"), model.get_layer("BatchNorm_Bottleneck")
    bottleneck.kernel.assign(bottleneck.kernel * 1e6)
    norm.moving_mean.assign(norm.moving_mean * 1e6)
    norm.beta.assign(norm.beta * 1e6)
    weights.save(model, preset.folder / "large.npz")
    digest = weights.digest(preset.folder / "large.npz")
    large = replace(preset, weights_file="large.npz", weights_sha256=digest)
    presets.write(large)
    before = sorted(preset.folder.iterdir())
    with pytest.raises(FacenetError, match="other vectors than Keras"):
        export.write(large, "onnx", preset.folder / "inference.onnx", float16=True)
    assert sorted(preset.folder.iterdir()) == before
    assert presets.get(preset.folder) == large


def test_the_weights_that_are_exported_are_never_overwritten(preset: Preset) -> None:
    content = (preset.folder / preset.weights_file).read_bytes()
    for kind in export.FORMATS:
        with pytest.raises(FacenetError, match="give another name"):
            export.write(preset, kind, preset.folder / "." / preset.weights_file)
    assert (preset.folder / preset.weights_file).read_bytes() == content


def test_a_file_whose_name_would_hide_its_kind_is_refused(preset: Preset) -> None:
    for kind, form in export.FORMATS.items():
        with pytest.raises(FacenetError, match=f"must end in {form.suffix}"):
            export.write(preset, kind, preset.folder / "network.bin")
    assert presets.get(preset.folder) == preset


def test_a_folded_model_in_float16_is_refused(preset: Preset) -> None:
    with pytest.raises(FacenetError, match="without float16"):
        export.write(preset, "folded", preset.folder / "network.keras", float16=True)
    assert not list(preset.folder.glob("network*"))


@pytest.mark.slow
def test_without_tensorflow_everything_but_litert_is_written(preset: Preset) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from facenet_core import export, presets\n"
        "from facenet_core.types import FacenetError\n"
        "sys.modules['tensorflow'] = None\n"
        f"preset = presets.get({str(preset.folder)!r})\n"
        "for kind in ('onnx', 'folded', 'weights'):\n"
        "    export.write(preset, kind, preset.folder / f'network{export.FORMATS[kind].suffix}')\n"
        "try:\n"
        "    export.write(preset, 'litert', preset.folder / 'network.tflite')\n"
        "except FacenetError as error:\n"
        "    print(error)\n"
    )
    assert "KERAS_BACKEND=tensorflow" in output_of(code, KERAS_BACKEND="jax")
    crops = export.random_crops(6, preset.crop_size)
    served = Embedder(presets.get(preset.folder), "cpu").embed(crops)
    np.testing.assert_allclose(served, Embedder(preset, "cpu").embed(crops), atol=1e-5)


@pytest.mark.slow
def test_the_inference_file_is_rebuilt_from_its_weights() -> None:
    import tensorflow as tf
    from ai_edge_litert.interpreter import Interpreter

    committed = weights.find(*SHIPPED.files()[1]).read_bytes()
    rebuilt = export.litert(presets.load(SHIPPED))
    if tf.__version__ == BUILT_WITH:
        assert rebuilt == committed
    vectors = []
    for content in (rebuilt, committed):
        interpreter = Interpreter(model_content=content)
        interpreter.allocate_tensors()
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], fixed_128(export.random_crops(1, 112)))
        interpreter.invoke()
        vectors.append(interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0])
    assert vectors[0] @ vectors[1] > 0.99999


@pytest.mark.slow
def test_a_network_that_the_format_cannot_run_is_refused(tmp_path: Path) -> None:
    """LiteRT fails to make room for several pictures of Inception-ResNet-v1 at 80 x 80."""
    with (
        bench.random_preset("inception_resnet_v1", 80) as preset,
        pytest.raises(FacenetError, match="What was exported cannot be run, so choose another format"),
    ):
        export.write(preset, "litert", tmp_path / "network.tflite")
    assert list(tmp_path.iterdir()) == []
