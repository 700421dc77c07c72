"""Look at networks and turn them into files: inspect, export."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facenet_core import export, networks, presets, weights
from facenet_core.backbones import BACKBONES
from facenet_core.cli.options import add_preset
from facenet_core.types import FacenetError, Preset

if TYPE_CHECKING:
    import keras

    from facenet_core.cli.options import Commands


def add(commands: Commands) -> None:
    exporting = commands.add_parser("export", help="write a preset's network as a file for other engines")
    exporting.add_argument(
        "--format",
        required=True,
        choices=export.FORMATS,
        help="litert, onnx: what `embed` runs on the CPU; folded: a Keras model without batch norms; weights: .npz",
    )
    exporting.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="in the preset's own folder, the default for litert and onnx, it is used",
    )
    exporting.add_argument(
        "--float16", action="store_true", help="store kernels in half the bytes; computes in float32"
    )
    add_preset(exporting)
    exporting.set_defaults(run=_export)

    inspecting = commands.add_parser("inspect", help="list the layers, parameters and multiply-adds of a network")
    add_network(inspecting)
    inspecting.set_defaults(run=_inspect)


def add_network(command: argparse.ArgumentParser) -> None:
    """A preset, or a backbone with the embedding head and random weights."""
    add_preset(command)
    command.add_argument("--backbone", choices=BACKBONES, help="no preset, but this network as it is built")
    command.add_argument("--size", type=count, metavar="N", help="with --backbone: the side of its pictures in pixels")


def count(text: str) -> int:
    """A whole number from 1 up, for argparse."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no whole number from 1 up")
    return int(text)


def backbone(options: argparse.Namespace) -> tuple[str, int] | None:
    """What --backbone and --size ask for, None for a preset."""
    if options.backbone is None:
        if options.size is not None:
            raise FacenetError("--size goes with --backbone; a preset has a size of its own.")
        return None
    return options.backbone, options.size or networks.backbone_module(options.backbone).SIZE


def _export(options: argparse.Namespace) -> int:
    preset = presets.get(options.preset)
    out: Path = options.out or _default_file(preset, options.format)
    entered = export.write(preset, options.format, out, options.float16)
    print(f"{out}\nSHA-256 {weights.digest(out)}")
    if entered != preset:
        print(f"entered in {preset.folder / presets.FILE}")
    return 0


def _default_file(preset: Preset, kind: str) -> Path:
    form = export.FORMATS[kind]
    if form.entry != "inference":
        raise FacenetError(f"Say where to write the file with --out NAME{form.suffix}.")
    return preset.folder / f"inference{form.suffix}"


def _inspect(options: argparse.Namespace) -> int:
    wanted = backbone(options)
    print(_table(networks.embedder(*wanted) if wanted else presets.network(presets.get(options.preset))))
    return 0


def _table(model: keras.Model) -> str:
    """Layers in order, with what each gives for one picture, holds and computes."""
    rows = [("layer", "kind", "output", "trainable", "moving", "multiply-adds")]
    for layer in model.layers:
        numbers = (*_parameters(layer), networks.layer_multiply_adds(layer))
        shape = " x ".join(str(side) for side in layer.output.shape[1:])
        rows.append((layer.name, type(layer).__name__, shape, *(f"{number:,}" if number else "" for number in numbers)))
    totals = (*_parameters(model), networks.multiply_adds(model))
    rows.append((model.name, "", "", *(f"{number:,}" for number in totals)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) if number < 3 else cell.rjust(width) for number, (cell, width) in cells).rstrip()
        for cells in (enumerate(zip(row, widths, strict=True)) for row in rows)
    ]
    return "\n".join([*lines, f"{sum(totals[:2]):,} parameters, {totals[2]:,} multiply-adds for one picture"])


def _parameters(part: Any) -> tuple[int, int]:
    """Trainable numbers of a layer or model, and moving statistics."""
    trainable, moving = (
        sum(math.prod(weight.shape) for weight in weights_of_kind)
        for weights_of_kind in (part.trainable_weights, part.non_trainable_weights)
    )
    return trainable, moving
