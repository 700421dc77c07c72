"""Look at networks and turn them into files: inspect, export."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from facenet_core import export, presets, weights
from facenet_core.cli.options import add_preset
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    from facenet_core.cli.options import Commands


def add(commands: Commands) -> None:
    exporting = commands.add_parser("export", help="write the inference file of a preset from its weights")
    exporting.add_argument("--litert", action="store_true", required=True, help="as a LiteRT file")
    exporting.add_argument("--out", type=Path, metavar="FILE", help="default: where the preset expects it")
    exporting.set_defaults(run=_export)

    inspecting = commands.add_parser("inspect", help="list the layers and parameters of a preset's network")
    inspecting.set_defaults(run=_inspect)

    for command in (exporting, inspecting):
        add_preset(command)


def _export(options: argparse.Namespace) -> int:
    preset = presets.get(options.preset)
    out: Path | None = options.out
    if out is None:
        if preset.inference_file is None:
            raise FacenetError(f"The preset {preset.name} names no inference file: say where to write it with --out.")
        out = preset.folder / preset.inference_file
    out.write_bytes(export.litert(preset))
    print(f"{out}\nSHA-256 {weights.digest(out)}")
    return 0


def _inspect(options: argparse.Namespace) -> int:
    presets.network(presets.get(options.preset)).summary()
    return 0
