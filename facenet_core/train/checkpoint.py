"""Everything a run needs to go on, in one file that is always whole: arrays and a JSON record, nothing pickled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from facenet_core import weights
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    import keras

FILE = "checkpoint.npz"
RECORD = "record"


def value(variable: Any) -> NDArray[Any]:
    """What a Keras variable holds, on any backend: a copy, since JAX gives its memory away at the next step."""
    return np.array(np.asarray(variable.value))


def write(folder: Path, learner: keras.Model, record: Mapping[str, Any]) -> None:
    """Keep every variable of `learner` (weights, dropout's seeds, optimizer) and what `record` tells, as JSON.

    Raises FloatingPointError, and leaves the last one in place, where a variable is not finite.
    """
    arrays = {name: value(variable) for name, variable in _variables(learner).items()}
    broken = [name for name, array in arrays.items() if array.dtype.kind == "f" and not np.isfinite(array).all()]
    if broken:
        raise FloatingPointError(broken[0])
    weights.write(folder / FILE, {**arrays, RECORD: np.frombuffer(json.dumps(record).encode(), np.uint8)})


def read_record(folder: Path) -> dict[str, Any]:
    """What the checkpoint of a run tells. Raises FacenetError where there is none that can be read."""
    return _read(folder)[1]


def load(folder: Path, learner: keras.Model) -> None:
    """Give `learner`, built and compiled as the run's, the values of its checkpoint.

    Raises FacenetError, before anything is changed, where they belong to another network.
    """
    arrays, _ = _read(folder)
    variables = _variables(learner)
    shapes = {name: tuple(variable.shape) for name, variable in variables.items()}
    if shapes != {name: array.shape for name, array in arrays.items()}:
        raise FacenetError(f"The checkpoint in {folder} belongs to another network than its config.json describes.")
    for name, variable in variables.items():
        variable.assign(arrays[name])


def _read(folder: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    file = folder / FILE
    if not file.is_file():
        raise FacenetError(f"{folder} holds no checkpoint to go on from: start the run again in an empty folder.")
    arrays = weights.read(file)
    try:
        return arrays, json.loads(arrays.pop(RECORD).tobytes())
    except (KeyError, ValueError) as error:
        raise FacenetError(f"{file} is no checkpoint: {error}") from error


def _variables(learner: keras.Model) -> dict[str, Any]:
    """Weights by path; what Keras names differently in another process (dropout's seeds, the optimizer's) by number."""
    named = {f"weights/{variable.path}": variable for variable in learner.weights}
    passing = {id(variable) for variable in (*learner.weights, *learner.metrics_variables)}
    others = [variable for variable in learner.variables if id(variable) not in passing]
    return {
        **named,
        **{f"seed/{number:05d}": variable for number, variable in enumerate(others)},
        **{f"optimizer/{number:05d}": variable for number, variable in enumerate(learner.optimizer.variables)},
    }
