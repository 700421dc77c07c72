"""Initial weights: from a weights file, another run or a preset, where a head may be missing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from facenet_core import presets, weights
from facenet_core.train.config import Config

if TYPE_CHECKING:
    import keras

HEAD = ("Bottleneck/", "BatchNorm_Bottleneck/")


def load(config: Config, embedder: keras.Model) -> list[str]:
    """Give `embedder` the weights that `config.start` names, float16 or float32. Returns what a reader should know.

    A head that is missing or of another size keeps its random weights, and that is told. Raises WeightsError where
    anything else does not fit, before anything is changed, and FacenetError where there is no such start.
    """
    if config.start is None:
        return []
    notes: list[str] = []
    path = Path(config.start)
    if not path.is_file():
        preset = presets.get(config.start)
        path = weights.find(preset.folder / preset.weights_file, preset.weights_sha256)
        notes += [
            f"{config.start} was trained with {name} {before}, this run has {now}."
            for name, before, now in (
                ("the preprocessing", preset.preprocessing, config.preprocessing),
                ("a crop margin of", preset.crop_margin, config.crop_margin),
            )
            if before != now
        ]
    arrays = {name: array for name, array in weights.read(path).items() if name not in weights.CHECK_ARRAYS}
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
            f"The weights in {path} do not fit the network {embedder.name}: {len(problems)} are missing, left over or "
            f"of another shape, as {', '.join(problems[:5])}."
        )
    for name, array in fitting.items():
        variables[name].assign(array.astype(np.float32))
    if unfit:
        notes.append(f"{path} lacks this head, which starts with random weights: {', '.join(unfit)}.")
    return notes
