"""The arrays of a weights file by name, whatever its format: .npz, HDF5, TensorFlow checkpoint or frozen graph.

Nothing in a file is run, unpickled or followed to another file. Names and shapes come first and cost next to nothing;
an array is read only when it is asked for, so a file that claims absurd sizes is refused by its shapes.
"""

from __future__ import annotations

import os
import re
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from facenet_core import devices
from facenet_core.types import FacenetError

# The last bytes of a table of TensorFlow: an .index file, or a whole checkpoint of the first format.
_TABLE = (0xDB4775248B80FB57).to_bytes(8, "little")
_ZIP, _HDF5 = b"PK\x03\x04", b"\x89HDF\r\n\x1a\n"
_PARTS = re.compile(r"\.(index|meta|data-\d{5}-of-\d{5})$")
# FaceNet's graph has a tenth of this; protocol buffers hold no more than twice of it.
LARGEST_GRAPH = 1 << 30
# Layers lie two groups deep, those of a model inside of a model four.
DEEPEST_GROUP = 8


class WeightsError(FacenetError):
    """A weights file that is missing, damaged, not the one meant, or made for another network."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """An array that lies in a file: its shape and type, and how it is read."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    read: Callable[[], NDArray[np.generic]]


Tensors = Mapping[str, Tensor]

# What zip, NumPy, HDF5 and protocol buffers raise for broken files; a lack of memory is a size nobody has.
BROKEN = (
    OSError, ValueError, TypeError, LookupError, EOFError, RuntimeError, MemoryError, ArithmeticError, SyntaxError,
    tokenize.TokenError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def is_float(dtype: np.dtype[Any]) -> bool:
    """Whether these are numbers of a network: any floats, those of TensorFlow that NumPy lacks (bfloat16) too."""
    return dtype.kind == "f" or dtype.name == "bfloat16"


@contextmanager
def opened(path: Path) -> Iterator[Tensors]:
    """The tensors of the file at `path`, readable inside of the `with`, recognised by its content.

    A checkpoint is named by its prefix or by any of its files. Raises WeightsError, also from within the `with`, for
    what is missing, damaged or nothing of the kind.
    """
    try:
        prefix = checkpoint_prefix(path)
        with _checkpoint(prefix) if prefix is not None else _file(path) as tensors:
            yield tensors
    except WeightsError:
        raise
    except BROKEN as error:
        reason = str(error) or type(error).__name__
        raise WeightsError(f"The weights file {path} cannot be read: {reason}") from error


def checkpoint_prefix(path: Path) -> Path | None:
    """The prefix of the TensorFlow checkpoint that `path` names, None where it names none.

    FaceNet's .meta files have names of their own (model-1.meta beside model-1.ckpt-275.index); of several checkpoints
    beside one the furthest trained is meant.
    """
    stem = path.with_name(_PARTS.sub("", path.name) or path.name)
    if stem == path and path.is_file():
        return path if _ends_as_table(path) else None
    if stem.with_name(stem.name + ".index").is_file():
        return stem
    if path.name.endswith(".meta") and path.parent.is_dir():
        pattern = re.compile(re.escape(stem.name) + r"\.ckpt-(\d+)\.index")
        steps = {int(match[1]): file for file in path.parent.iterdir() if (match := pattern.fullmatch(file.name))}
        if steps:
            return steps[max(steps)].with_suffix("")
    return None


def _ends_as_table(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - len(_TABLE)))
        return file.read() == _TABLE


@contextmanager
def _file(path: Path) -> Iterator[Tensors]:
    with path.open("rb") as file:
        start = file.read(8)
        file.seek(0)
        if start.startswith(_ZIP):
            with zipfile.ZipFile(file) as archive:
                yield _arrays(archive)
        elif start == _HDF5:
            with _hdf5(path) as tensors:
                yield tensors
        elif path.suffix.lower() == ".pb":
            yield _constants(file, path)
        else:
            raise WeightsError(
                f"The weights file {path} cannot be read: it is no .npz, HDF5 or .pb file and no TensorFlow checkpoint."
            )


def _arrays(archive: zipfile.ZipFile) -> Tensors:
    return {name.removesuffix(".npy"): _array(archive, name) for name in archive.namelist() if not name.endswith("/")}


def _array(archive: zipfile.ZipFile, name: str) -> Tensor:
    with archive.open(name) as file:
        version = np.lib.format.read_magic(file)
        header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
        if version not in header:
            raise ValueError(f"{name} is of NumPy's format {version}")
        shape, _, dtype = header[version](file)
    if dtype.hasobject:
        raise ValueError(f"{name} holds Python objects, which are never loaded")

    def read() -> NDArray[np.generic]:
        with archive.open(name) as file:
            array: NDArray[np.generic] = np.lib.format.read_array(file, allow_pickle=False)
            return array

    return Tensor(shape, dtype, read)


@contextmanager
def _hdf5(path: Path) -> Iterator[Tensors]:
    """LAYER/VARIABLE of Keras's weights in HDF5, alone or in a whole model, whose configuration is not read."""
    import h5py

    with h5py.File(path, "r") as file:
        top = file.get("model_weights", getlink=True)
        root = file["model_weights"] if isinstance(top, h5py.HardLink) else file
        tensors: dict[str, Tensor] = {}
        for place, dataset in _datasets(root, ()):
            name = f"{place[0]}/{place[-1].partition(':')[0]}"
            if name in tensors:
                raise ValueError(f"it has two arrays {name}")
            tensors[name] = Tensor(dataset.shape, dataset.dtype, partial(dataset.__getitem__, ()))
        yield tensors


def _datasets(group: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    import h5py

    if len(place) > DEEPEST_GROUP:
        raise ValueError(f"its groups are nested too deep at {'/'.join(place)}")
    for name in group:
        here = (*place, name)
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise ValueError(f"{'/'.join(here)} is a link, perhaps to another file, and is not followed")
        item = group[name]
        if isinstance(item, h5py.Group):
            yield from _datasets(item, here)
        # Keras writes none of these, and each makes HDF5 open files or load code that the user did not name.
        elif not isinstance(item, h5py.Dataset) or item.is_virtual or item.external or _filters(item):
            raise ValueError(f"{'/'.join(here)} is stored in another file or compressed; copy it with h5repack -f NONE")
        elif item.shape is not None:
            yield here, item


def _filters(dataset: Any) -> int:
    return int(dataset.id.get_create_plist().get_nfilters())


def _constants(file: IO[bytes], path: Path) -> Tensors:
    """The constants of a frozen graph: variables, as freezing leaves them, and whatever else is constant in it."""
    if path.stat().st_size > LARGEST_GRAPH:
        raise ValueError("it is larger than any frozen graph")
    tf = devices.tensorflow()
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    graph = tf.compat.v1.GraphDef()
    try:
        graph.ParseFromString(file.read())
    except DecodeError as error:
        raise ValueError("it is no TensorFlow graph, or cut off") from error
    return {node.name: _constant(tf, node.attr["value"].tensor) for node in graph.node if node.op == "Const"}


def _constant(tf: Any, value: Any) -> Tensor:
    shape = tuple(int(side.size) for side in value.tensor_shape.dim)
    return Tensor(shape, _numpy_type(tf.dtypes.as_dtype(value.dtype)), partial(tf.make_ndarray, value))


def _numpy_type(dtype: Any) -> np.dtype[Any]:
    """As which NumPy has a TensorFlow type; that of an object where it has none."""
    return np.dtype(dtype.as_numpy_dtype or object)


@contextmanager
def _checkpoint(prefix: Path) -> Iterator[Tensors]:
    if any(letter in str(prefix) for letter in "*?["):
        raise WeightsError(f"TensorFlow opens no checkpoint with *, ? or [ in its path: rename or move {prefix}.")
    tf = devices.tensorflow()
    try:
        reader = tf.compat.v1.train.NewCheckpointReader(os.fsencode(prefix))
        shapes, types = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
        yield {
            name: Tensor(tuple(shape), _numpy_type(types[name]), partial(reader.get_tensor, name))
            for name, shape in shapes.items()
        }
    except tf.errors.OpError as error:
        raise WeightsError(f"The checkpoint {prefix} cannot be read: {error.message}") from error
