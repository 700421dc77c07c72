"""Embedder: aligned crops to unit vectors, on the CPU with an inference file, on a GPU with the Keras model itself.

One Embedder belongs to one thread. A crop's vector never depends on the crops beside it. From an inference file it is
the same in every bit, in any batch and with any number of threads. The Keras model runs in batches of fixed sizes, and
what compiles it may add up in another order for another size: cosines of the two are above 0.99999.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from facenet_core import devices, presets, weights
from facenet_core.align import align
from facenet_core.export import AGREEMENT, least_cosine
from facenet_core.folding import folded
from facenet_core.preprocess import PREPROCESSING
from facenet_core.types import Detection, FacenetError, Preset

if TYPE_CHECKING:
    import keras

# Engines gain little from more threads on crops this small, and photos are decoded beside it.
MOST_THREADS = 4
# Crops in one call: fewer read the kernels from memory more often, more push each other's features out of the cache.
LITERT_BATCH = 4
ONNX_BATCH = 8
# What the Keras model is compiled for. The largest that is full comes first; the last crops of a GPU are filled up.
CPU_BATCHES = (1, 8, 32)
GPU_BATCHES = (8, 16, 32, 64, 128)

log = logging.getLogger(__name__)


class _Network(Protocol):
    def run(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]: ...


class Embedder:
    """Describes faces with the network of a preset.

    On the CPU the inference file of the preset is run, a .tflite in LiteRT, an .onnx in ONNX Runtime; on a GPU, and
    where the preset has none, the Keras model on the backend of this process.

    `device` is auto, cpu, gpu or gpu:N; `threads` bounds the CPU threads of one call with an inference file (default:
    the cores, at most 4). `float16` lets a GPU multiply in float16, which a CPU is slow at. Loads the network at once.
    Raises weights.WeightsError for a missing or damaged file, FacenetError for a device that is not there, for float16
    on a CPU, and where float16 would change a vector by more than a cosine of 0.9999.
    """

    def __init__(
        self,
        preset: Preset | str | Path = presets.DEFAULT,
        device: str = "auto",
        threads: int | None = None,
        float16: bool = False,
    ) -> None:
        self.preset = preset if isinstance(preset, Preset) else presets.get(preset)
        self.device = devices.resolve(device)
        self._preprocess = PREPROCESSING[self.preset.preprocessing]
        self._network: _Network
        if float16 and self.device.kind == "cpu":
            raise FacenetError("A CPU computes in float32: float16 is for GPUs.")
        if self.device.kind == "cpu" and self.preset.inference_file is not None:
            engine = _engine(self.preset.inference_file)
            self._network = engine(self.preset, threads or min(MOST_THREADS, os.cpu_count() or 1))
        else:
            self._network = _KerasModel(self.preset, self.device, float16)

    def embed(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Unit vectors float32 [n, dimension] of RGB crops uint8 [n, crop_size, crop_size, 3], cut by `align`.

        Two vectors compare by their dot product, the cosine. Raises ValueError for another shape or type.
        """
        size = self.preset.crop_size
        if crops.dtype != np.uint8 or crops.ndim != 4 or crops.shape[1:] != (size, size, 3):
            raise ValueError(f"expected crops uint8 [n, {size}, {size}, 3], got {crops.dtype} {list(crops.shape)}")
        if len(crops) == 0:
            return np.empty((0, self.preset.dimension), np.float32)
        return self._network.run(self._preprocess(crops))

    def describe(self, image: NDArray[np.uint8], faces: Sequence[Detection]) -> NDArray[np.float32]:
        """Unit vectors float32 [n, dimension] of `faces` found in the RGB `image` uint8 [h, w, 3].

        Raises ValueError for landmarks that define no crop (see `align`).
        """
        size, margin = self.preset.crop_size, self.preset.crop_margin
        crops = [align(image, face.landmarks, size, margin) for face in faces]
        return self.embed(np.stack(crops) if crops else np.empty((0, size, size, 3), np.uint8))


class _LiteRT:
    """A .tflite file in LiteRT, a few crops at a time. Imports no TensorFlow."""

    def __init__(self, preset: Preset, threads: int) -> None:
        from ai_edge_litert.interpreter import Interpreter

        path = weights.find(*preset.files()[1])
        # By content: LiteRT opens paths through the C library, which does not know every Windows or broken name.
        self._interpreter = Interpreter(model_content=path.read_bytes(), num_threads=threads)
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]
        self._size = 0

    def run(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.concatenate([self._batch(part) for part in _parts(pixels, LITERT_BATCH)])

    def _batch(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        # Takes a tenth of a millisecond, once the interpreter has had the memory of the largest size.
        if len(pixels) != self._size:
            self._interpreter.resize_tensor_input(self._input, pixels.shape)
            self._interpreter.allocate_tensors()
            self._size = len(pixels)
        self._interpreter.set_tensor(self._input, pixels)
        self._interpreter.invoke()
        return np.asarray(self._interpreter.get_tensor(self._output))


class _OnnxRuntime:
    """An .onnx file in ONNX Runtime, a few crops at a time. Imports no TensorFlow."""

    def __init__(self, preset: Preset, threads: int) -> None:
        try:
            import onnxruntime
        except ImportError as error:
            raise FacenetError(
                f"The preset {preset.name} runs in ONNX Runtime, which is not installed: pip install onnxruntime, or "
                "export the preset as LiteRT."
            ) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        content = weights.find(*preset.files()[1]).read_bytes()
        self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name

    def run(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.concatenate([self._session.run(None, {self._input: part})[0] for part in _parts(pixels, ONNX_BATCH)])


# What runs an inference file on the CPU, by the suffix of its name.
_ENGINES: dict[str, Callable[[Preset, int], _Network]] = {".tflite": _LiteRT, ".onnx": _OnnxRuntime}


def _engine(file: str) -> Callable[[Preset, int], _Network]:
    suffix = Path(file).suffix
    if suffix not in _ENGINES:
        raise FacenetError(
            f"Nothing here runs the inference file {file}: its name must end in {' or '.join(_ENGINES)}."
        )
    return _ENGINES[suffix]


def _parts(pixels: NDArray[np.float32], most: int) -> Iterator[NDArray[np.float32]]:
    return (pixels[start : start + most] for start in range(0, len(pixels), most))


class _KerasModel:
    """The Keras model, folded, on one device, compiled by its backend for each of a few batch sizes."""

    def __init__(self, preset: Preset, device: devices.Device, float16: bool = False) -> None:
        if device.kind == "gpu":
            devices.grow_memory()
        import keras

        self._place = str(device)
        self._sizes: tuple[int, ...] = GPU_BATCHES if device.kind == "gpu" else CPU_BATCHES
        with keras.device(self._place):
            self._model = folded(presets.load(preset))
            if float16:
                self._model = _in_float16(preset, self._model)

    def run(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        done: list[NDArray[np.float32]] = []
        start = 0
        while start < len(pixels):
            rest = len(pixels) - start
            size = max((size for size in self._sizes if size <= rest), default=self._sizes[0])
            try:
                done.append(self._batch(pixels[start : start + size], size))
            except Exception as error:
                if not _out_of_memory(error):
                    raise
                if size == self._sizes[0]:
                    raise FacenetError(
                        f"{self._place} has no memory for {size} faces: close other programs that use it."
                    ) from error
                self._sizes = tuple(smaller for smaller in self._sizes if smaller < size)
                log.warning(
                    "%s has no memory for %d faces at once: %d from here on.", self._place, size, self._sizes[-1]
                )
                continue
            start += size
        return np.concatenate(done)

    def _batch(self, pixels: NDArray[np.float32], size: int) -> NDArray[np.float32]:
        import keras

        filled = np.zeros((size, *pixels.shape[1:]), np.float32)
        filled[: len(pixels)] = pixels
        with keras.device(self._place):
            vectors: Any = self._model.predict_on_batch(filled)
        return np.asarray(vectors, np.float32)[: len(pixels)]


def _in_float16(preset: Preset, model: keras.Model) -> keras.Model:
    """The folded `model` of a preset, computing in float16 from float32 weights."""
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        light = folded(presets.load(preset))
    finally:
        keras.config.set_dtype_policy(before)
    cosine = least_cosine(preset, model.predict_on_batch, light.predict_on_batch)
    if not cosine >= AGREEMENT:
        raise FacenetError(f"The preset {preset.name} needs float32: in float16 a cosine to it falls to {cosine:.6f}.")
    return light


def _out_of_memory(error: Exception) -> bool:
    """TensorFlow has a class for it, JAX only the words."""
    return type(error).__name__ == "ResourceExhaustedError" or "RESOURCE_EXHAUSTED" in str(error)
