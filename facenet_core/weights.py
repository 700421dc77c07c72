"""Find weights, check that they are the ones meant, and load them by name. Nothing here unpickles."""

from __future__ import annotations

import hashlib
import zipfile
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from facenet_core.types import FacenetError

if TYPE_CHECKING:
    import keras

# Arrays of a weights file that test a loader and belong to no layer.
CHECK_ARRAYS = frozenset({"check_input", "check_output"})


class WeightsError(FacenetError):
    """A weights file that is missing, damaged, not the one meant, or made for another network."""


def models_folder() -> Path:
    """The models that ship inside. The package is always installed unzipped, so this is a real path."""
    return Path(str(resources.files("resources").joinpath("models")))


def find(path: Path, sha256: str) -> Path:
    """`path`, once its file is there with this SHA-256. Raises WeightsError where it is missing or differs."""
    if not path.is_file():
        raise WeightsError(f"The weights file {path} is missing: install the program again.")
    found = digest(path)
    if found != sha256:
        raise WeightsError(
            f"The weights file {path} is damaged or another one (SHA-256 {found[:12]}..., expected {sha256[:12]}...): "
            "install the program again."
        )
    return path


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(path: Path) -> dict[str, NDArray[np.generic]]:
    """Every array of an .npz file by its name. Raises WeightsError where it cannot be read without unpickling."""
    try:
        # Opened here, since np.load leaves the file open where it is no archive.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, EOFError, TypeError, zipfile.BadZipFile) as error:
        raise WeightsError(f"The weights file {path} cannot be read: {error}") from error


def load(model: keras.Model, path: Path) -> None:
    """Give `model` the arrays of `path`, named LAYER/VARIABLE ("conv1/kernel") in Keras's layouts, any float type.

    Raises WeightsError, with every name that is missing, left over or of another shape, before anything is changed.
    """
    arrays = {name: array for name, array in read(path).items() if name not in CHECK_ARRAYS}
    variables = {variable.path: variable for variable in model.weights}
    shared = [name for name in variables if name in arrays]
    problems = {
        "missing": [name for name in variables if name not in arrays],
        "left over": [name for name in arrays if name not in variables],
        "of another shape": [
            f"{name} {arrays[name].shape} instead of {tuple(variables[name].shape)}"
            for name in shared
            if arrays[name].shape != tuple(variables[name].shape)
        ],
    }
    if any(problems.values()):
        listed = "; ".join(f"{what}: {', '.join(names)}" for what, names in problems.items() if names)
        raise WeightsError(f"The weights file {path} does not fit the network {model.name}: {listed}")
    for name in shared:
        variables[name].assign(arrays[name].astype(np.float32))
