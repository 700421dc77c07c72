"""Weights are the ones meant, fit the network by name, and are never unpickled."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from facenet_core import presets, weights
from facenet_core.types import FacenetError
from facenet_core.weights import WeightsError
from tests.core.processes import output_of

PRESET = presets.get()

NPY = (
    b"\x93NUMPY\x01\x00"
    + b"F\x00"
    + b"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}".ljust(69)
    + b"\n"
    + b"\0" * 4
)


@pytest.fixture(scope="module")
def weights_file() -> Path:
    return weights.find(*PRESET.files()[0])


@pytest.mark.parametrize("name", presets.names())
def test_the_files_of_every_preset_are_those_it_names(name: str) -> None:
    files = presets.get(name).files()
    assert len(files) == 2
    for file, sha256 in files:
        assert weights.find(file, sha256) == file


def test_a_damaged_or_missing_file_is_refused(tmp_path: Path, weights_file: Path) -> None:
    damaged = tmp_path / "weights.npz"
    damaged.write_bytes(weights_file.read_bytes()[:-1] + b"x")
    with pytest.raises(WeightsError, match="damaged or another one"):
        weights.find(damaged, PRESET.weights_sha256)
    with pytest.raises(WeightsError, match="missing"):
        weights.find(tmp_path / "none.npz", PRESET.weights_sha256)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"\x80\x04K\x01.", b"\x93NUMPY", NPY])
def test_what_is_no_weights_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "weights.npz"
    file.write_bytes(content)
    with pytest.raises(WeightsError, match="cannot be read"):
        weights.read(file)


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4,",
        "  a\n b",
        f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({10**30},)}}",
    ],
)
def test_an_array_whose_header_is_damaged_is_refused(tmp_path: Path, header: str) -> None:
    text = header.encode().ljust(117) + b"\n"
    with zipfile.ZipFile(tmp_path / "weights.npz", "w") as archive:
        archive.writestr("a.npy", b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + bytes(16))
    with pytest.raises(WeightsError, match="cannot be read"):
        weights.read(tmp_path / "weights.npz")


class Trap:
    """Unpickling this makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder),)


def test_a_weights_file_never_runs_code(tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    file = tmp_path / "weights.npz"
    np.savez(file, **{"conv1/kernel": np.array([Trap(sprung)], object)})  # type: ignore[arg-type]
    with pytest.raises(WeightsError, match="cannot be read"):
        weights.read(file)
    assert not sprung.exists()


def test_weights_that_do_not_fit_are_listed_and_change_nothing(tmp_path: Path, weights_file: Path) -> None:
    arrays = weights.read(weights_file)
    arrays["conv2/kernel"] = arrays.pop("Conv2d_0/kernel")
    arrays["Bottleneck/kernel"] = np.zeros((1024, 128), np.float16)
    file = tmp_path / "weights.npz"
    np.savez(file, **arrays)  # type: ignore[arg-type]
    model = presets.network(PRESET)
    before = model.get_layer("Conv2d_2").kernel.numpy()
    with pytest.raises(WeightsError) as raised:
        weights.load(model, file)
    message = str(raised.value)
    assert "missing: Conv2d_0/kernel;" in message
    assert "left over: conv2/kernel;" in message
    assert "of another shape: Bottleneck/kernel (1024, 128) instead of (512, 128)" in message
    np.testing.assert_array_equal(model.get_layer("Conv2d_2").kernel.numpy(), before)


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_the_network_computes_on_each_backend_what_its_makers_measured(backend: str) -> None:
    code = (
        "import keras, numpy as np\n"
        "from facenet_core import presets, preprocess, weights\n"
        "preset = presets.get()\n"
        "arrays = weights.read(weights.find(*preset.files()[0]))\n"
        "output = presets.load(preset).predict_on_batch(preprocess.fixed_128(arrays['check_input']))\n"
        "error = abs(np.asarray(output) - arrays['check_output']).max()\n"
        "print(keras.backend.backend(), error)"
    )
    name, error = output_of(code, KERAS_BACKEND=backend).split()
    assert name == backend
    assert float(error) < 1e-5


@pytest.mark.parametrize("name", presets.names())
def test_the_network_has_as_many_parameters_as_its_card_says(name: str) -> None:
    preset = presets.get(name)
    card = " ".join((preset.folder / "README.md").read_text(encoding="utf-8").split())
    assert f" {presets.network(preset).count_params():,} parameters" in card


def test_an_unknown_preset_is_named_with_those_there_are() -> None:
    with pytest.raises(FacenetError, match="no preset 'x'; there are: mobilefacenet-112"):
        presets.get("x")


def test_kernels_are_halved_and_statistics_and_numbers_beyond_float16_are_not() -> None:
    arrays = {"a/kernel": np.full((3, 2), 0.1, np.float32), "b/kernel": np.full((3, 2), 1e5, np.float32)}
    arrays |= {"norm/moving_variance": np.full(2, 1e-9, np.float32), "c/kernel": np.empty((0, 2), np.float32)}
    halved = weights.halved(arrays)
    assert {name: array.dtype.name for name, array in halved.items()} == {
        "a/kernel": "float16",
        "b/kernel": "float32",
        "norm/moving_variance": "float32",
        "c/kernel": "float16",
    }
    np.testing.assert_allclose(halved["a/kernel"], arrays["a/kernel"], rtol=1e-3)
