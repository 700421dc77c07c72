"""Trained embedders: which network, which pixels go in, which weights, and how far to trust the result.

A preset is a folder with a `preset.json`: those that ship inside lie in `resources/models`, others wherever a training
run or the user put them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facenet_core import networks, weights
from facenet_core.files import replaced
from facenet_core.networks import Size
from facenet_core.preprocess import PREPROCESSING
from facenet_core.types import Calibration, FacenetError, Logistic, Preset

if TYPE_CHECKING:
    import keras

DEFAULT = "mobilefacenet-112"
FILE = "preset.json"
# What a training run has in its folder before there is a preset (`train.checkpoint`, which needs this module).
_CHECKPOINT = "checkpoint.npz"

_NAMES = ("name", "backbone", "preprocessing", "weights_file", "weights_sha256")
# Far more than was ever useful. A file must not make us build what fills the memory.
_MOST = {"dimension": 100_000, "crop_size": 4096}
# From little of a face to little but its surroundings, in pixels of the 112 template.
_MARGINS = (-50, 500)


def names() -> list[str]:
    """The presets that ship inside, the default first."""
    found = sorted(file.parent.name for file in weights.models_folder().glob(f"*/{FILE}"))
    return sorted(found, key=lambda name: name != DEFAULT)


def get(name: str | Path = DEFAULT) -> Preset:
    """A preset that ships inside by its name, or any other by the path of its folder or `preset.json`.

    Reads no weights. Raises FacenetError where there is none, or where the file is damaged.
    """
    if str(name) in names():
        return read(weights.models_folder() / name)
    if Path(name).exists():
        return read(Path(name))
    raise FacenetError(f"There is no preset {str(name)!r}; there are: {', '.join(names())}, or name its folder.")


def read(path: Path) -> Preset:
    """The preset in a folder, or in a `preset.json`. Raises FacenetError for anything else."""
    file = path / FILE if path.is_dir() else path
    if not file.exists():
        raise FacenetError(_why_no_preset(file.parent))
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        calibration = record.pop("calibration", None)
        if calibration is not None:
            logistic = calibration.get("logistic")
            calibration = Calibration(
                rates=tuple(calibration["rates"]),
                cosines=tuple(calibration["cosines"]),
                source=str(calibration["source"]),
                logistic=None if logistic is None else Logistic(**logistic),
                true_matches=tuple(calibration.get("true_matches", ())),
            )
        if isinstance(record["crop_margin"], list):
            left, top, right, bottom = map(float, record["crop_margin"])
            record["crop_margin"] = (left, top, right, bottom)
        _check(record)
        return Preset(folder=file.parent.absolute(), calibration=calibration, **record)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError) as error:
        raise FacenetError(f"{file} describes no embedder that can be used: {error}") from error


def _why_no_preset(folder: Path) -> str:
    if (folder / _CHECKPOINT).is_file():
        return (
            f"The run {folder} has no {FILE} yet, since its training has not ended: "
            f"go on with `python -m facenet_core train --resume {folder}`."
        )
    return f"The folder {folder} has no {FILE}: it is no preset."


def write(preset: Preset) -> Path:
    """Keep a preset as `preset.json` in its folder, in one step. Returns the file."""
    record: dict[str, Any] = {name: getattr(preset, name) for name in _kept()}
    record["calibration"] = asdict(preset.calibration) if preset.calibration else None
    record["options"] = dict(preset.options)
    file = preset.folder / FILE
    content = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
    with replaced(file) as out:
        out.write(content.encode())
    return file


def _check(record: Mapping[str, Any]) -> None:
    """Raise ValueError, or KeyError, where a record of somebody else's is not what it should be."""
    kinds = {str: _NAMES, int: ("dimension", "crop_size"), float | int | tuple: ("crop_margin",)}
    wrong = [name for kind, names in kinds.items() for name in names if not isinstance(record[name], kind)]
    speed = record.get("milliseconds")
    if speed is not None and not (isinstance(speed, int | float) and 0 < speed < math.inf):
        wrong.append("milliseconds")
    wrong += [name for name, most in _MOST.items() if name not in wrong and not 0 < record[name] <= most]
    margin = record["crop_margin"]
    sides = margin if isinstance(margin, tuple) else (margin,)
    if "crop_margin" not in wrong and not all(_MARGINS[0] <= side <= _MARGINS[1] for side in sides):
        wrong.append("crop_margin")
    # Beside the preset, and nowhere else on this disk.
    files = {name: record.get(name) for name in ("weights_file", "inference_file")}
    wrong += [name for name, file in files.items() if file is not None and Path(file).name != file]
    options = record.get("options", {})
    if not isinstance(options, dict) or not all(
        isinstance(value, int | float) and abs(value) < math.inf for value in options.values()
    ):
        wrong.append("options")
    if record["preprocessing"] not in PREPROCESSING:
        wrong.append("preprocessing")
    if wrong:
        raise ValueError(", ".join(f"{name} cannot be {record[name]!r}" for name in dict.fromkeys(wrong)))


def _kept() -> list[str]:
    return [field.name for field in fields(Preset) if field.name != "folder"]


def network(preset: Preset, size: Size | None = None) -> keras.Model:
    """The preset's network with random weights: float32 [n, h, w, 3] -> unit vectors [n, dimension].

    Its pictures have the preset's `crop_size`, or another `size`.
    """
    return networks.embedder(preset.backbone, size or preset.crop_size, preset.dimension, options=preset.options)


def load(preset: Preset, size: Size | None = None) -> keras.Model:
    """The preset's `network` with its trained weights, checked against their SHA-256. Raises weights.WeightsError."""
    path = weights.find(preset.folder / preset.weights_file, preset.weights_sha256)
    model = network(preset, size)
    weights.load(model, path)
    return model
