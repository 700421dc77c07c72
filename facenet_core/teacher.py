"""A teacher: an embedder in an ONNX file that describes crops, and shows the maps it makes on the way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from facenet_core.types import FacenetError

# What the input and the output of the network are called.
IMAGE, EMBEDDING = "image", "embedding"


class Teacher:
    """The network of `file` on the CPU: `image` float32 [n, 3, side, side], RGB 0 to 255, -> unit `embedding` [n, d].

    `maps` names tensors inside of it, features [n, c, h, w], which `__call__` gives too. Raises FacenetError for a file
    that is missing, damaged or no such network, or has no such tensors.
    """

    def __init__(self, file: Path, threads: int, maps: Sequence[str] = ()) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise FacenetError(f"The teacher {file} cannot be read: {error.strerror or error}.") from error
        try:
            import onnxruntime

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            content = _showing(content, maps) if maps else content
            self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
            self._outputs = [EMBEDDING, *maps]
            self.side = int(self._session.get_inputs()[0].shape[2])
            vectors, *features = self(np.full((2, self.side, self.side, 3), 127, np.uint8))
            if vectors.ndim != 2 or not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=0.01):
                raise ValueError(f"it gives no unit vectors, but {list(vectors.shape)}")
        except ImportError as error:
            raise FacenetError(f"A teacher needs the package {error.name}: pip install {error.name}.") from error
        # The errors of ONNX Runtime have no class of their own.
        except Exception as error:
            raise FacenetError(
                f"The teacher {file} is no network from `image` [n, 3, side, side] to unit vectors `embedding`: "
                f"{' '.join(str(error).split())}"
            ) from error
        self.dimension = vectors.shape[1]
        self.shapes = tuple(part.shape[1:] for part in features)

    def __call__(self, crops: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """The unit vectors [n, dimension] of RGB crops uint8 [n, side, side, 3], and then each map, [n, h, w, c]."""
        pixels = np.ascontiguousarray(crops.transpose(0, 3, 1, 2), np.float32)
        vectors, *features = self._session.run(self._outputs, {IMAGE: pixels})
        return [vectors, *(part.transpose(0, 2, 3, 1) for part in features)]


def _showing(content: bytes, maps: Sequence[str]) -> bytes:
    """The network with these tensors among its outputs."""
    import onnx

    network = onnx.load_from_string(content)
    missing = set(maps) - {name for node in network.graph.node for name in node.output}
    if missing:
        raise ValueError(f"it has no {', '.join(sorted(missing))}")
    known = {output.name for output in network.graph.output}
    shown = [name for name in dict.fromkeys(maps) if name not in known]
    network.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in shown)
    return bytes(network.SerializeToString())
