"""Initial weights: from a weights file, another run or a preset, where a head may be missing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from facenet_core import presets, tensors, weights
from facenet_core.train.checkpoint import value
from facenet_core.train.config import Config
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    import keras

HEAD = ("Bottleneck/", "BatchNorm_Bottleneck/")


def check(start: str) -> None:
    """Raises FacenetError where there is no such start, which takes no framework to see."""
    path = Path(start)
    if start in presets.names() or path.is_dir():
        presets.get(start)
    elif not path.is_file() and tensors.checkpoint_prefix(path) is None:
        raise FacenetError(
            f"There is nothing to start from at {start}: name a weights file, the folder of a run or preset, or one of "
            f"{', '.join(presets.names())}."
        )


def load(config: Config, embedder: keras.Model) -> list[str]:
    """Give `embedder` the weights that `config.start` names, of any float type. Returns what a reader should know.

    The start is a preset, the folder of a run, a weights file of ours, or one that others published. A head that is
    missing or of another size keeps its random weights, and that is told. Raises WeightsError where anything else does
    not fit, before anything is changed, and FacenetError where there is no such start.
    """
    if config.start is None:
        return []
    arrays, notes = _read(config.start, config)
    variables = {variable.path: variable for variable in embedder.weights}
    fitting = {
        name: array
        for name, array in arrays.items()
        if name in variables and array.shape == tuple(variables[name].shape)
    }
    unfit = [name for name in variables if name not in fitting]
    left_over = [name for name in arrays if name not in variables]
    problems = [name for name in (*unfit, *left_over) if not name.startswith(HEAD)]
    if problems:
        raise weights.WeightsError(
            f"The weights of {config.start} do not fit the network {embedder.name}: {len(problems)} are missing, left "
            f"over or of another shape, as {', '.join(problems[:5])}."
        )
    for name, array in fitting.items():
        variables[name].assign(array.astype(np.float32))
    if unfit:
        notes.append(f"{config.start} lacks this head, which starts with random weights: {', '.join(unfit)}.")
    return notes


def _read(start: str, config: Config) -> tuple[dict[str, NDArray[Any]], list[str]]:
    path = Path(start)
    if path.is_file() and path.suffix == ".npz":
        return _arrays(path), []
    if start in presets.names() or path.is_dir():
        preset = presets.get(start)
        file = weights.find(preset.folder / preset.weights_file, preset.weights_sha256)
        return _arrays(file), _differences(start, config, preset.preprocessing, preset.crop_margin)
    found = weights.load_published(path)
    arrays = {variable.path: value(variable) for variable in found.network.weights}
    return arrays, _differences(start, config, found.preprocessing, found.crop_margin)


def _arrays(file: Path) -> dict[str, NDArray[Any]]:
    return {name: array for name, array in weights.read(file).items() if name not in weights.CHECK_ARRAYS}


def _differences(start: str, config: Config, preprocessing: str | None, margin: object) -> list[str]:
    """What the weights were trained with and this run is not."""
    compared = (("preprocessing", preprocessing, config.preprocessing), ("crop margin", margin, config.crop_margin))
    return [
        f"{start} was trained with another {what}: {before}, not {now}."
        for what, before, now in compared
        if before != now
    ]
