"""Find weights, check that they are the ones meant, load and save them by name. Nothing here unpickles."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from facenet_core import tensors
from facenet_core.files import replaced
from facenet_core.tensors import Tensors
from facenet_core.tensors import WeightsError as WeightsError

if TYPE_CHECKING:
    import keras

    from facenet_core.published import Published

# Arrays of a weights file that test a loader and belong to no layer.
CHECK_ARRAYS = frozenset({"check_input", "check_output"})


def models_folder() -> Path:
    """The models that ship inside. The package is always installed unzipped, so this is a real path."""
    return Path(str(resources.files("resources").joinpath("models")))


def find(path: Path, sha256: str) -> Path:
    """`path`, once its file is there with this SHA-256. Raises WeightsError where it is missing or differs."""
    if not path.is_file():
        raise WeightsError(f"The weights file {path} is missing: install the program, or add the model, again.")
    found = digest(path)
    if found != sha256:
        raise WeightsError(
            f"The weights file {path} is damaged or another one (SHA-256 {found[:12]}..., expected {sha256[:12]}...): "
            "install the program, or add the model, again."
        )
    return path


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(path: Path) -> dict[str, NDArray[np.generic]]:
    """Every array of a weights file by its name. Raises WeightsError where it cannot be read without unpickling."""
    with tensors.opened(path) as found:
        return {name: tensor.read() for name, tensor in found.items()}


def load(model: keras.Model, path: Path) -> None:
    """Give `model` the arrays of `path`, named LAYER/VARIABLE ("conv1/kernel") in Keras's layouts, any float type.

    Raises WeightsError, with every name that is missing, left over or of another shape, before anything is changed.
    """
    with tensors.opened(path) as found:
        kept = {name: tensor for name, tensor in found.items() if name not in CHECK_ARRAYS}
        assign({variable.path: variable for variable in model.weights}, kept, f"{path} does not fit {model.name}")


def load_published(path: Path, **options: Any) -> Published:
    """The network of a weights file that others published, recognised by its names: see `published.load`."""
    # Here, since what it needs needs this module.
    from facenet_core import published

    return published.load(path, **options)


def save(model: keras.Model, path: Path) -> None:
    """Write the weights of `model` as `load` reads them, in one step as `write` does."""
    write(path, {variable.path: variable.numpy() for variable in model.weights})


def write(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write an .npz in one step (see `files.replaced`)."""
    with replaced(path) as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]


def halved(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """`arrays` with their kernels in float16. Vectors stay: they are small, and statistics range too widely for it.

    So does a kernel with a number that float16 cannot hold.
    """
    most = np.finfo(np.float16).max
    return {
        name: array.astype(np.float16) if array.ndim > 1 and np.abs(array).max(initial=0) <= most else array
        for name, array in arrays.items()
    }


def assign(variables: Mapping[str, keras.Variable], found: Tensors, what: str) -> None:
    """Give each of `variables` the float tensor of its name in `found`, which must be open.

    Raises WeightsError, beginning with `what`, with every name that is missing, left over, of another shape or no
    number, before anything is changed.
    """
    shared = [name for name in variables if name in found]
    problems = {
        "missing": [name for name in variables if name not in found],
        "left over": [name for name in found if name not in variables],
        "of another shape": [
            f"{name} {found[name].shape} instead of {tuple(variables[name].shape)}"
            for name in shared
            if found[name].shape != tuple(variables[name].shape)
        ],
        "no floats": [name for name in shared if not tensors.is_float(found[name].dtype)],
    }
    _refuse(problems, what)
    arrays = {name: found[name].read().astype(np.float32) for name in shared}
    _refuse({"not finite": [name for name, array in arrays.items() if not np.isfinite(array).all()]}, what)
    for name, array in arrays.items():
        variables[name].assign(array)


def _refuse(problems: Mapping[str, list[str]], what: str) -> None:
    listed = "; ".join(f"{problem}: {', '.join(names)}" for problem, names in problems.items() if names)
    if listed:
        raise WeightsError(f"The weights file {what}: {listed}")
