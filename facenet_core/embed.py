"""Embedder: aligned crops to unit vectors, on the CPU with an inference file, on a GPU with the Keras model itself.

One Embedder is called by one thread at a time. A crop's vector never depends on the crops beside it. From an inference
file it is the same in every bit, in any batch and with any number of threads. The Keras model runs in batches of fixed
sizes, and what compiles it may add up in another order for another size: cosines of the two are above 0.99999.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from facenet_core import devices, engines, presets, weights
from facenet_core.align import align
from facenet_core.export import AGREEMENT, least_cosine
from facenet_core.folding import folded
from facenet_core.preprocess import PREPROCESSING
from facenet_core.types import Detection, FacenetError, Preset

if TYPE_CHECKING:
    import keras

# Engines gain little from more threads on crops this small, and photos are decoded beside it.
MOST_THREADS = 4
# What the Keras model is compiled for. The largest that is full comes first; the last crops of a GPU are filled up.
CPU_BATCHES = (1, 8, 32)
GPU_BATCHES = (8, 16, 32, 64, 128)

log = logging.getLogger(__name__)


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
        self._network: engines.Network
        if float16 and self.device.kind == "cpu":
            raise FacenetError("A CPU computes in float32: float16 is for GPUs.")
        if self.device.kind == "cpu" and self.preset.inference_file is not None:
            serve = engines.serving(self.preset.inference_file)
            content = weights.find(*self.preset.files()[1]).read_bytes()
            self._network = serve(content, threads or min(MOST_THREADS, os.cpu_count() or 1))
        else:
            self._network = _KerasModel(self.preset, self.device, float16)

    def embed(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Unit vectors float32 [n, dimension] of RGB crops uint8 [n, crop_size, crop_size, 3], cut by `align`.

        Two vectors compare by their dot product, the cosine. Raises ValueError for another shape or type, FacenetError
        for a network whose vectors are zero or no numbers.
        """
        size = self.preset.crop_size
        if crops.dtype != np.uint8 or crops.ndim != 4 or crops.shape[1:] != (size, size, 3):
            raise ValueError(f"expected crops uint8 [n, {size}, {size}, 3], got {crops.dtype} {list(crops.shape)}")
        if len(crops) == 0:
            return np.empty((0, self.preset.dimension), np.float32)
        vectors = self._network.run(self._preprocess(crops))
        if not (np.linalg.norm(vectors, axis=1) > 0.99).all():
            raise FacenetError(
                f"{self.preset.name} gives vectors without a direction: its weights are of no use, or damaged."
            )
        return vectors

    def describe(self, image: NDArray[np.uint8], faces: Sequence[Detection]) -> NDArray[np.float32]:
        """Unit vectors float32 [n, dimension] of `faces` found in the RGB `image` uint8 [h, w, 3].

        Raises ValueError for landmarks that define no crop (see `align`).
        """
        size, margin = self.preset.crop_size, self.preset.crop_margin
        crops = [align(image, face.landmarks, size, margin) for face in faces]
        return self.embed(np.stack(crops) if crops else np.empty((0, size, size, 3), np.uint8))


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
