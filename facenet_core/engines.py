"""What runs an inference file on the CPU without TensorFlow: LiteRT a .tflite, ONNX Runtime an .onnx."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from facenet_core.types import FacenetError


class Network(Protocol):
    def run(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        """Unit vectors float32 [n, dimension] of `pixels` float32 [n, h, w, 3], at least one."""
        ...


class LiteRT:
    """A .tflite file, from its bytes. `most` bounds the pictures of one call; without it there is one call for all."""

    def __init__(self, content: bytes, threads: int, most: int | None = None) -> None:
        from ai_edge_litert.interpreter import Interpreter

        # By content: LiteRT opens paths through the C library, which does not know every Windows or broken name.
        self._interpreter = Interpreter(model_content=content, num_threads=threads)
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]
        self._most, self._size = most, 0

    def run(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.concatenate([self._batch(part) for part in _parts(pixels, self._most)])

    def _batch(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        # Takes a tenth of a millisecond, once the interpreter has had the memory of the largest size.
        if len(pixels) != self._size:
            self._interpreter.resize_tensor_input(self._input, pixels.shape)
            self._interpreter.allocate_tensors()
            self._size = len(pixels)
        self._interpreter.set_tensor(self._input, pixels)
        self._interpreter.invoke()
        return np.asarray(self._interpreter.get_tensor(self._output))


class OnnxRuntime:
    """An .onnx file, from its bytes. `most` is that of LiteRT."""

    def __init__(self, content: bytes, threads: int, most: int | None = None) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        self._input, self._most = self._session.get_inputs()[0].name, most

    def run(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.concatenate([self._session.run(None, {self._input: part})[0] for part in _parts(pixels, self._most)])


# By the suffix of the file's name.
ENGINES: dict[str, Callable[[bytes, int, int | None], Network]] = {".tflite": LiteRT, ".onnx": OnnxRuntime}
# Pictures in one call: fewer read the kernels from memory more often, more push each other's features out of the cache.
BATCHES = {".tflite": 4, ".onnx": 8}


def serving(file: str) -> Callable[[bytes, int], Network]:
    """What serves an inference file of this name, given its bytes and threads. FacenetError where nothing does."""
    suffix = Path(file).suffix
    if suffix not in ENGINES:
        raise FacenetError(f"Nothing here runs the inference file {file}: its name must end in {' or '.join(ENGINES)}.")
    return lambda content, threads: ENGINES[suffix](content, threads, BATCHES[suffix])


def _parts(pixels: NDArray[np.float32], most: int | None) -> Iterator[NDArray[np.float32]]:
    return (pixels[start : start + (most or len(pixels))] for start in range(0, len(pixels), most or len(pixels)))
