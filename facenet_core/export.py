"""Write a preset's network as a file for other engines: LiteRT, ONNX, a folded Keras model, or its weights alone."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from facenet_core import devices, presets, weights
from facenet_core.engines import LiteRT
from facenet_core.folding import folded
from facenet_core.onnx_graph import onnx_model
from facenet_core.preprocess import PREPROCESSING
from facenet_core.types import FacenetError, Preset

if TYPE_CHECKING:
    import keras

# The least cosine between a vector of a written file and Keras's own.
AGREEMENT = 0.9999
# So many random crops are compared.
CHECKED = 8

Network = Callable[[NDArray[np.float32]], Any]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: what is written for a network, and the vectors [n, d] that a written file gives for pixels.

    `entry` is what the names of the file and its SHA-256 in a preset begin with, where a preset uses such a file.
    """

    suffix: str
    content: Callable[[keras.Model, bool], bytes]
    run: Callable[[Preset, Path, NDArray[np.float32]], NDArray[np.float32]]
    entry: str | None = None


def write(preset: Preset, kind: str, out: Path, float16: bool = False) -> tuple[Preset, float]:
    """Write the preset's network to `out` as a `kind` of FORMATS.

    Returns the preset as it is then, and the least cosine between a vector of the file and Keras's own.

    - litert: computes float32 [n, size, size, 3] -> unit vectors [n, dimension], batch norms folded; n is 1 until the
      input is resized. Written by TensorFlow.
    - onnx: the same for any n (see `onnx_graph`), on any Keras backend.
    - folded: the same as a `.keras` file of standard layers, which Keras alone reads, on any backend.
    - weights: the .npz that `weights.load` reads.

    `float16` stores the kernels in half the bytes; a runtime widens them once, when it loads the file, so that it
    computes in float32. Folded models have one type for both and are refused.

    What was written is run on random crops before it takes the place of `out`, and refused with a FacenetError where
    a cosine to Keras's vectors is under 0.9999. A LiteRT or ONNX file in the preset's own folder becomes its inference
    file, a weights file its weights: both are entered in its preset.json.
    """
    if _same(out, preset.folder / preset.weights_file):
        raise FacenetError(f"{out} holds the weights that are exported: give another name.")
    form = FORMATS[kind]
    if out.suffix != form.suffix:
        raise FacenetError(f"What runs a file of this kind knows it by its name: {out} must end in {form.suffix}.")
    model = presets.load(preset)
    part = out.with_name(f"{out.name}.part{form.suffix}")
    try:
        with part.open("wb") as file:
            file.write(form.content(model, float16))
            file.flush()
            os.fsync(file.fileno())
        cosine = _checked(preset, model, form, part)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    if form.entry is None or not _same(out.parent, preset.folder):
        return preset, cosine
    entry: dict[str, Any] = {f"{form.entry}_file": out.name, f"{form.entry}_sha256": weights.digest(out)}
    # Read again: an export takes long enough for a calibration to end meanwhile.
    entered = replace(presets.read(preset.folder), **entry)
    presets.write(entered)
    return entered, cosine


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def random_crops(count: int, size: int) -> NDArray[np.uint8]:
    """uint8 [count, size, size, 3], the same in every call: patterns from coarse to fine, enlarged to `size`."""
    rng = np.random.default_rng(0)
    patterns = [rng.integers(0, 256, (2 + number % 32, 2 + number % 32, 3), np.uint8) for number in range(count)]
    return np.stack([cv2.resize(pattern, (size, size)) for pattern in patterns]).astype(np.uint8)


def least_cosine(preset: Preset, one: Network, other: Network) -> float:
    """How alike two networks of a preset describe random crops: the cosine of the vectors that differ most."""
    pixels = PREPROCESSING[preset.preprocessing](random_crops(CHECKED, preset.crop_size))
    return float((np.asarray(one(pixels), np.float32) * np.asarray(other(pixels), np.float32)).sum(axis=1).min())


def _checked(preset: Preset, model: keras.Model, form: Format, file: Path) -> float:
    def exported(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        try:
            return form.run(preset, file, pixels)
        except RuntimeError as error:  # as LiteRT says of Inception-ResNet-v1 at 80 x 80
            raise FacenetError(f"What was exported cannot be run, so choose another format: {error}") from error

    cosine = least_cosine(preset, model.predict_on_batch, exported)
    if not cosine >= AGREEMENT:
        raise FacenetError(
            f"The exported network gives other vectors than Keras, with a cosine of {cosine:.6f} where {AGREEMENT} is "
            "the least: nothing was written."
        )
    return cosine


def litert(model: keras.Model, float16: bool = False) -> bytes:
    """The functional `model` as a LiteRT file for one picture, with its batch norms folded.

    The same weights and the same TensorFlow give the same bytes. Raises FacenetError where Keras runs on another
    backend.
    """
    if devices.backend() != "tensorflow":
        raise FacenetError("LiteRT files are written by TensorFlow: set KERAS_BACKEND=tensorflow.")
    tf = devices.tensorflow()
    model = folded(model)
    # As constants, not variables: the file then needs no start-up state.
    trainable = [tf.constant(variable.numpy()) for variable in model.trainable_variables]
    fixed = [tf.constant(variable.numpy()) for variable in model.non_trainable_variables]

    def embed(image: Any) -> Any:
        return model.stateless_call(trainable, fixed, image, training=False)[0]

    signature = tf.TensorSpec((1, *model.input.shape[1:]), tf.float32, name="image")
    graph = tf.function(embed, input_signature=[signature])
    converter = tf.lite.TFLiteConverter.from_concrete_functions([graph.get_concrete_function()])
    if float16:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
    return bytes(converter.convert())


def _run_litert(preset: Preset, file: Path, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    return LiteRT(file.read_bytes(), threads=1).run(pixels)


def onnx(model: keras.Model, float16: bool = False) -> bytes:
    """The functional `model` as an ONNX file, with its batch norms folded (see `onnx_graph`)."""
    return onnx_model(folded(model), float16)


def _run_onnx(preset: Preset, file: Path, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    # OpenCV reads ONNX too, and is here in any case.
    network = cv2.dnn.readNetFromONNX(np.fromfile(file, np.uint8))
    network.setInput(pixels)
    return np.asarray(network.forward(), np.float32)


def _keras(model: keras.Model, float16: bool) -> bytes:
    if float16:
        raise FacenetError("A folded Keras model computes in the type it is stored in: write it without float16.")
    with tempfile.TemporaryDirectory() as folder:  # Keras writes models to paths alone
        file = Path(folder) / "model.keras"
        folded(model).save(file)
        return file.read_bytes()


def _run_keras(preset: Preset, file: Path, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    import keras

    return np.asarray(keras.saving.load_model(file, compile=False).predict_on_batch(pixels), np.float32)


def _weights(model: keras.Model, float16: bool) -> bytes:
    arrays = {variable.path: variable.numpy().astype(np.float32) for variable in model.weights}
    content = io.BytesIO()
    np.savez(content, **(weights.halved(arrays) if float16 else arrays))
    return content.getvalue()


def _run_weights(preset: Preset, file: Path, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    model = presets.network(preset)
    weights.load(model, file)
    return np.asarray(model.predict_on_batch(pixels), np.float32)


FORMATS = {
    "litert": Format(".tflite", litert, _run_litert, entry="inference"),
    "onnx": Format(".onnx", onnx, _run_onnx, entry="inference"),
    "folded": Format(".keras", _keras, _run_keras),
    "weights": Format(".npz", _weights, _run_weights, entry="weights"),
}
