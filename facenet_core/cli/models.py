"""Look at networks and turn them into files: presets, inspect, export."""

from __future__ import annotations

import argparse
import difflib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facenet_core import export, networks, presets, weights
from facenet_core.backbones import BACKBONES
from facenet_core.cli.options import Help, add_preset, out_file
from facenet_core.types import FacenetError, Preset

if TYPE_CHECKING:
    import keras

    from facenet_core.cli.options import Commands


EXAMPLES = """
examples:
  %(prog)s --format onnx --out network.onnx
  %(prog)s --format litert --float16 --preset RUN
"""


def add(commands: Commands) -> None:
    listing = commands.add_parser("presets", help="list the embedders that ship inside")
    listing.set_defaults(run=_presets)

    exporting = commands.add_parser(
        "export",
        help="write a preset's network as a file for other engines",
        description="The file is run beside Keras on random crops, and kept only where both give the same vectors.",
        epilog=EXAMPLES,
        formatter_class=Help,
    )
    exporting.add_argument(
        "--format",
        required=True,
        choices=export.FORMATS,
        help="litert, onnx: what `embed` runs on the CPU; folded: a Keras model without batch norms; weights: .npz",
    )
    exporting.add_argument(
        "--out",
        type=out_file(),
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
    either = command.add_mutually_exclusive_group()
    add_preset(either)
    either.add_argument(
        "--backbone",
        type=_backbone,
        metavar="NAME",
        help=f"no preset, but this network as it is built: {', '.join(BACKBONES)}",
    )
    command.add_argument("--size", type=count, metavar="N", help="with --backbone: the side of its pictures in pixels")


def count(text: str) -> int:
    """A whole number from 1 up, for argparse."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no whole number from 1 up")
    return int(text)


def _backbone(text: str) -> str:
    if text not in BACKBONES:
        near = difflib.get_close_matches(text, BACKBONES, n=1)
        meant = f"did you mean {near[0]}?" if near else f"there are: {', '.join(BACKBONES)}"
        raise argparse.ArgumentTypeError(f"there is no network {text!r}; {meant}")
    return text


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
    entered, cosine = export.write(preset, options.format, out, options.float16)
    print(f"{out}\nSHA-256 {weights.digest(out)}")
    print(f"checked: beside Keras's vectors of {export.CHECKED} random crops the least cosine is {cosine:.6f}")
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
    print(_layers(networks.embedder(*wanted) if wanted else presets.network(presets.get(options.preset))))
    return 0


def _presets(options: argparse.Namespace) -> int:
    rows = [("preset", "network", "size", "engine file", "calibrated")]
    for preset in map(presets.get, presets.names()):
        engine_file, calibrated = preset.inference_file or "none", "yes" if preset.calibration else "no"
        rows.append((preset.name, preset.backbone, str(preset.crop_size), engine_file, calibrated))
    print("\n".join(_columns(rows)))
    print("Any other is named by its folder: --preset DIR.")
    return 0


def _layers(model: keras.Model) -> str:
    """Layers in order, with what each gives for one picture, holds and computes."""
    rows = [("layer", "kind", "output", "trainable", "moving", "multiply-adds")]
    for layer in model.layers:
        numbers = (*_parameters(layer), networks.layer_multiply_adds(layer))
        shape = " x ".join(str(side) for side in layer.output.shape[1:])
        rows.append((layer.name, type(layer).__name__, shape, *(f"{number:,}" if number else "" for number in numbers)))
    totals = (*_parameters(model), networks.multiply_adds(model))
    rows.append((model.name, "", "", *(f"{number:,}" for number in totals)))
    summary = f"{sum(totals[:2]):,} parameters, {totals[2]:,} multiply-adds for one picture"
    return "\n".join([*_columns(rows, words=3), summary])


def _columns(rows: Sequence[Sequence[str]], words: int | None = None) -> list[str]:
    """The rows as lines of equal columns: `words` on the left, or all, are set left, numbers after them right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if words is None or number < words else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _parameters(part: Any) -> tuple[int, int]:
    """Trainable numbers of a layer or model, and moving statistics."""
    trainable, moving = (
        sum(math.prod(weight.shape) for weight in weights_of_kind)
        for weights_of_kind in (part.trainable_weights, part.non_trainable_weights)
    )
    return trainable, moving
