"""The Embedder agrees with the Keras model it was exported from, and gives each crop its own vector."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from facenet_core import align, export, preprocess, presets, weights
from facenet_core.devices import Device
from facenet_core.embed import Embedder, _KerasModel
from facenet_core.types import Detection, FacenetError, Preset
from tests.core.processes import output_of

PRESET = presets.get()
# Where the astronaut's eyes, nose and mouth corners are, read off the picture.
ASTRONAUT = np.array([[204, 101], [246, 102], [224, 126], [202, 139], [244, 140]], np.float32)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder(PRESET, device="cpu")


@pytest.fixture(scope="module")
def crops() -> NDArray[np.uint8]:
    """40 crops: a face that is turned, shifted, darkened, noisy, and no face at all."""
    rng = np.random.default_rng(0)
    photo = skimage.data.astronaut()
    faces = [align.align(photo, ASTRONAUT + rng.normal(0, 4, (5, 2))) for _ in range(20)]
    dark = [(crop * factor).astype(np.uint8) for crop, factor in zip(faces[:5], np.linspace(0.1, 0.9, 5), strict=True)]
    soft = [cv2.resize(rng.integers(0, 256, (n, n, 3), np.uint8), (112, 112)) for n in range(2, 13)]
    plain = [np.full((112, 112, 3), value, np.uint8) for value in (0, 127, 200, 255)]
    return np.stack([*faces, *dark, *soft, *plain]).astype(np.uint8)


def test_the_vectors_are_those_of_the_keras_model(embedder: Embedder, crops: NDArray[np.uint8]) -> None:
    model = presets.load(PRESET)
    expected = model.predict_on_batch(preprocess.fixed_128(crops))
    assert (embedder.embed(crops) * expected).sum(axis=1).min() >= 0.9999


def test_the_vectors_are_those_the_weights_came_with(embedder: Embedder) -> None:
    arrays = weights.read(weights.find(*PRESET.files()[0]))
    vectors = embedder.embed(arrays["check_input"].astype(np.uint8))
    np.testing.assert_allclose(vectors, arrays["check_output"], atol=1e-3)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 39), min_size=1, max_size=9))
def test_a_vector_never_depends_on_the_crops_beside_it(
    embedder: Embedder, crops: NDArray[np.uint8], chosen: list[int]
) -> None:
    alone = np.concatenate([embedder.embed(crops[i : i + 1]) for i in chosen])
    np.testing.assert_array_equal(embedder.embed(crops[chosen]), alone)


def test_the_number_of_threads_changes_no_vector(crops: NDArray[np.uint8]) -> None:
    one, two = (Embedder(PRESET, "cpu", threads=n).embed(crops[:8]) for n in (1, 2))
    np.testing.assert_array_equal(one, two)


def test_vectors_have_unit_length(embedder: Embedder, crops: NDArray[np.uint8]) -> None:
    vectors = embedder.embed(crops)
    assert vectors.dtype == np.float32
    assert vectors.shape == (40, 128)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_crops_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed(np.empty((0, 112, 112, 3), np.uint8)).shape == (0, 128)
    assert embedder.describe(skimage.data.astronaut(), []).shape == (0, 128)


@pytest.mark.parametrize("shape", [(112, 112, 3), (1, 160, 160, 3), (1, 112, 112, 1)])
def test_crops_of_another_shape_are_refused(embedder: Embedder, shape: Sequence[int]) -> None:
    with pytest.raises(ValueError, match="expected crops uint8"):
        embedder.embed(np.zeros(shape, np.uint8))
    with pytest.raises(ValueError, match="got float32"):
        embedder.embed(np.zeros((1, 112, 112, 3), np.float32))  # type: ignore[arg-type]


def test_a_face_is_cut_and_described_in_one_go(embedder: Embedder) -> None:
    photo = skimage.data.astronaut()
    face = Detection((182, 64, 83, 107), ASTRONAUT, 0.99)
    crop = align.align(photo, ASTRONAUT, PRESET.crop_size, PRESET.crop_margin)
    np.testing.assert_array_equal(embedder.describe(photo, [face, face])[1], embedder.embed(crop[None])[0])


def test_a_face_is_nearer_to_itself_turned_than_to_what_is_no_face(
    embedder: Embedder, crops: NDArray[np.uint8]
) -> None:
    turned, no_faces = embedder.embed(crops[:10]), embedder.embed(crops[25:])
    assert (turned @ turned.T).min() > (turned @ no_faces.T).max()


@pytest.fixture(scope="module")
def onnx_preset(tmp_path_factory: pytest.TempPathFactory) -> Preset:
    """The preset that ships, with an ONNX inference file."""
    folder = tmp_path_factory.mktemp("preset")
    shutil.copy(PRESET.files()[0][0], folder)
    presets.write(replace(PRESET, folder=folder, inference_file=None, inference_sha256=None))
    return export.write(presets.get(folder), "onnx", folder / "inference.onnx")[0]


def test_onnx_runtime_gives_the_same_vectors_in_any_batch_with_any_number_of_threads(
    embedder: Embedder, crops: NDArray[np.uint8], onnx_preset: Preset
) -> None:
    one, two = (Embedder(onnx_preset, "cpu", threads=n) for n in (1, 2))
    alone = np.concatenate([one.embed(crops[i : i + 1]) for i in range(len(crops))])
    for vectors in (one.embed(crops), two.embed(crops), one.embed(crops[:11]), two.embed(crops[:3])):
        np.testing.assert_array_equal(vectors, alone[: len(vectors)])
    assert (alone * embedder.embed(crops)).sum(axis=1).min() >= 0.9999


def test_an_inference_file_of_another_kind_is_refused() -> None:
    with pytest.raises(FacenetError, match=r"must end in \.tflite or \.onnx"):
        Embedder(replace(PRESET, inference_file="inference.pb"), "cpu")


def test_batches_that_find_no_memory_are_made_smaller(
    crops: NDArray[np.uint8], embedder: Embedder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import tensorflow as tf

    plain = Embedder(replace(PRESET, inference_file=None, inference_sha256=None), "cpu")
    network = plain._network
    assert isinstance(network, _KerasModel)
    served = network._model.predict_on_batch
    sizes = []

    def short_of_memory(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        sizes.append(len(pixels))
        if len(pixels) > 8:
            raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating")
        return np.asarray(served(pixels))

    monkeypatch.setattr(network._model, "predict_on_batch", short_of_memory)
    for _ in range(2):
        assert (plain.embed(crops[:34]) * embedder.embed(crops[:34])).sum(axis=1).min() >= 0.9999
    assert sizes == [32, *([8] * 4 + [1] * 2) * 2]
    # TensorFlow may add that it compiled one network for several batches.
    told = [record.message for record in caplog.records if record.name == "facenet_core.embed"]
    assert told == ["cpu has no memory for 32 faces at once: 8 from here on."]


@pytest.mark.parametrize(
    ("message", "kind", "told"),
    [
        ("RESOURCE_EXHAUSTED: out of memory", FacenetError, "no memory for 1 faces"),
        ("INTERNAL: a broken driver", RuntimeError, "a broken driver"),
    ],
)
def test_other_failures_and_no_memory_for_a_single_face_are_told(
    crops: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch, message: str, kind: type[Exception], told: str
) -> None:
    plain = Embedder(replace(PRESET, inference_file=None, inference_sha256=None), "cpu")
    assert isinstance(plain._network, _KerasModel)

    def broken(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        raise RuntimeError(message)

    monkeypatch.setattr(plain._network._model, "predict_on_batch", broken)
    with pytest.raises(kind, match=told):
        plain.embed(crops[:9])


def test_float16_gives_the_same_vectors_and_leaves_the_policy_of_keras_as_it_was(
    embedder: Embedder, crops: NDArray[np.uint8]
) -> None:
    """The GPU's code, run on the CPU."""
    import keras

    served = _KerasModel(PRESET, Device("cpu"), float16=True)
    assert served._model.get_layer("Conv2d_2").compute_dtype == "float16"
    vectors = served.run(preprocess.fixed_128(crops[:9]))
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (vectors * embedder.embed(crops[:9])).sum(axis=1).min() >= 0.9999
    assert keras.config.dtype_policy().name == "float32"


def test_float16_is_refused_on_a_cpu_and_where_it_changes_vectors(tmp_path: Path) -> None:
    with pytest.raises(FacenetError, match="float16 is for GPUs"):
        Embedder(PRESET, "cpu", float16=True)
    model = presets.load(PRESET)
    # A map that holds more than float16 does, which the next norm brings back to what it was.
    one, next_one = (model.get_layer(f"{name}_BatchNorm") for name in ("Conv2d_2", "GDConv"))
    grown = ((one.gamma, 1e6), (one.beta, 1e6), (next_one.moving_mean, 1e6), (next_one.moving_variance, 1e12))
    for variable, scale in grown:
        variable.assign(variable * scale)
    weights.save(model, tmp_path / "large.npz")
    large = replace(
        PRESET, folder=tmp_path, weights_file="large.npz", weights_sha256=weights.digest(tmp_path / "large.npz")
    )
    with pytest.raises(FacenetError, match="needs float32"):
        _KerasModel(large, Device("cpu"), float16=True)


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_what_serves_a_gpu_gives_the_same_vectors_in_batches_of_any_size(backend: str) -> None:
    """The GPU's code and batches, run on the CPU: 137 crops are a batch of 128, one of 8, and one of 8 filled up."""
    code = (
        "import numpy as np\n"
        "from facenet_core import presets, preprocess\n"
        "from facenet_core.devices import Device, backend\n"
        "from facenet_core.embed import GPU_BATCHES, Embedder, _KerasModel\n"
        "crops = np.random.default_rng(0).integers(0, 256, (137, 112, 112, 3), np.uint8)\n"
        "served = _KerasModel(presets.get(), Device('cpu'))\n"
        "served._sizes = GPU_BATCHES\n"
        "expected = Embedder(device='cpu').embed(crops)\n"
        "sizes = (1, 8, 9, 41, 137)\n"
        "found = [served.run(preprocess.fixed_128(crops[:n])) for n in sizes]\n"
        "assert [len(vectors) for vectors in found] == list(sizes)\n"
        "assert min((v * found[-1][:len(v)]).sum(axis=1).min() for v in found) >= 0.99999\n"
        "print(backend(), min((v * expected[:len(v)]).sum(axis=1).min() for v in found))"
    )
    name, cosine = output_of(code, KERAS_BACKEND=backend).split()
    assert name == backend
    assert float(cosine) >= 0.9999


def test_a_device_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with pytest.raises(FacenetError, match="No GPU can be used"):
        Embedder(PRESET, device="gpu")
    with pytest.raises(FacenetError, match="There is no device"):
        Embedder(PRESET, device="npu")
    assert Embedder(PRESET, device="auto").device.kind == "cpu"
