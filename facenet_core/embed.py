"""Embedder: aligned crops to unit vectors, on the CPU with LiteRT or on a GPU with the Keras model itself.

One Embedder belongs to one thread. A crop's vector never depends on the crops beside it: on the CPU each runs alone
(measured: batches of 8 to 32 change no bit of the result and gain under 6 %), on a GPU in batches of fixed sizes.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from facenet_core import devices, presets, weights
from facenet_core.align import align
from facenet_core.preprocess import PREPROCESSING
from facenet_core.types import Detection, Preset

# LiteRT gains little from more threads on crops this small, and photos are decoded beside it.
MOST_THREADS = 4
# Each size is compiled once; a rest is filled up with black crops to the smallest size that holds it.
GPU_BATCHES = (8, 32, 128)


class _Network(Protocol):
    def run(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]: ...


class Embedder:
    """Describes faces with the network of a preset.

    `device` is auto, cpu, gpu or gpu:N; `threads` bounds the CPU threads of one call (default: the cores, at most 4).
    Loads the network at once. Raises weights.WeightsError for a missing or damaged file, FacenetError for a device that
    is not there.
    """

    def __init__(
        self, preset: Preset | str | Path = presets.DEFAULT, device: str = "auto", threads: int | None = None
    ) -> None:
        self.preset = preset if isinstance(preset, Preset) else presets.get(preset)
        self.device = devices.resolve(device)
        self._preprocess = PREPROCESSING[self.preset.preprocessing]
        self._network: _Network
        if self.device.kind == "cpu" and self.preset.inference_file is not None:
            self._network = _LiteRT(self.preset, threads or min(MOST_THREADS, os.cpu_count() or 1))
        else:
            self._network = _KerasModel(self.preset, self.device)

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
    """The exported network in LiteRT, one crop at a time. Imports no TensorFlow."""

    def __init__(self, preset: Preset, threads: int) -> None:
        from ai_edge_litert.interpreter import Interpreter

        path = weights.find(*preset.files()[1])
        # By content: LiteRT opens paths through the C library, which does not know every Windows or broken name.
        self._interpreter = Interpreter(model_content=path.read_bytes(), num_threads=threads)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]

    def run(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.concatenate([self._one(pixels[i : i + 1]) for i in range(len(pixels))])

    def _one(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        self._interpreter.set_tensor(self._input, pixels)
        self._interpreter.invoke()
        return np.asarray(self._interpreter.get_tensor(self._output))


class _KerasModel:
    """The Keras model on one device, compiled by its backend for each of GPU_BATCHES."""

    def __init__(self, preset: Preset, device: devices.Device) -> None:
        if device.kind == "gpu":
            devices.grow_memory()
        import keras

        self._place = str(device)
        with keras.device(self._place):
            self._model = presets.load(preset)

    def run(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        done: list[NDArray[np.float32]] = []
        start = 0
        while start < len(pixels):
            rest = len(pixels) - start
            size = next((batch for batch in GPU_BATCHES if batch >= rest), GPU_BATCHES[-1])
            done.append(self._batch(pixels[start : start + size], size))
            start += size
        return np.concatenate(done)

    def _batch(self, pixels: NDArray[np.float32], size: int) -> NDArray[np.float32]:
        import keras

        filled = np.zeros((size, *pixels.shape[1:]), np.float32)
        filled[: len(pixels)] = pixels
        with keras.device(self._place):
            vectors: Any = self._model.predict_on_batch(filled)
        return np.asarray(vectors, np.float32)[: len(pixels)]
