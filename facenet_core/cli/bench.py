"""Measure how fast networks run: bench."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from typing import TYPE_CHECKING

from facenet_core import bench, presets
from facenet_core.bench import EMBED, PREDICT, UNSTEADY, Speed
from facenet_core.cli.models import add_network, backbone, count
from facenet_core.cli.options import add_device

if TYPE_CHECKING:
    from facenet_core.cli.options import Commands

DESCRIPTION = """
Times the Embedder beside other engines that run the same network in float32, from uint8 crops to vectors. The engines
take turns; shown are medians, and as ratios how many times as fast as keras.Model.predict. The last line of each batch
size says how fast the best Embedder is beside the best other engine.
"""
LEGEND = f"""
columns: medians for one face; spread is the width of the middle half; x predict and by CPU: times as fast as {PREDICT}
rows: {EMBED}* is the Embedder as the preset is, or on a file of that kind; all others run the same network without it
"""


def add(commands: Commands) -> None:
    timing = commands.add_parser("bench", help="faces per second by engine and batch size", description=DESCRIPTION)
    add_network(timing)
    timing.add_argument("--batch", nargs="+", type=count, default=[1, 8, 32], metavar="N", help="default: 1 8 32")
    timing.add_argument("--threads", type=count, metavar="N", help="default: the cores, at most 4")
    timing.add_argument("--seconds", type=float, default=10.0, help="for each batch size (default: 10)")
    timing.add_argument("--json", action="store_true", help="print JSON")
    add_device(timing)
    timing.set_defaults(run=_bench)


def _bench(options: argparse.Namespace) -> int:
    wanted = backbone(options)
    if options.threads:
        bench.limit_threads(options.threads)
    with bench.random_preset(*wanted) if wanted else nullcontext(presets.get(options.preset)) as preset:
        print(f"Building the engines for {preset.name}: up to a minute.", file=sys.stderr)
        speeds: list[Speed] = []
        for speed in bench.measure(preset, options.batch, options.device, options.threads, options.seconds):
            if not options.json:
                if not speeds or speeds[-1].batch != speed.batch:
                    print(_heading(preset.name, speed.batch))
                print(_row(speed), flush=True)
            speeds.append(speed)
    if options.json:
        print(json.dumps([asdict(speed) | {"faces_a_second": speed.faces_a_second} for speed in speeds]))
        return 0
    print(LEGEND)
    for batch in options.batch:
        print(_verdict(batch, [speed for speed in speeds if speed.batch == batch]))
    worst = max(speeds, key=lambda speed: speed.spread)
    if worst.spread > UNSTEADY:
        print(
            f"Do not trust the ratios: times spread by up to {worst.spread:.0%} ({worst.engine}, {worst.batch} at a "
            "time). Measure again while the machine does nothing else, or for more --seconds."
        )
    return 0


def _heading(name: str, batch: int) -> str:
    return (
        f"\n{name}, {batch} at a time\n"
        f"{'engine':16}  {'faces/s':>8}  {'ms':>8}  {'spread':>6}  {'CPU ms':>8}  {'x predict':>9}  {'by CPU':>6}"
    )


def _row(speed: Speed) -> str:
    return (
        f"{speed.engine:16}  {speed.faces_a_second:8.1f}  {speed.wall:8.2f}  {speed.spread:6.0%}  {speed.cpu:8.2f}  "
        f"{speed.ratio:9.2f}  {speed.cpu_ratio:6.2f}"
    )


def _verdict(batch: int, speeds: Sequence[Speed]) -> str:
    """The best Embedder beside the best other engine, by the clock and by CPU time."""
    embedders = [speed for speed in speeds if speed.engine.startswith(EMBED)]
    others = [speed for speed in speeds if not speed.engine.startswith(EMBED) and speed.engine != PREDICT]
    if not others:
        return f"{batch} at a time: there is no other engine here"
    ours, best = (min(group, key=lambda speed: speed.wall) for group in (embedders, others))
    frugal, cheapest = (min(group, key=lambda speed: speed.cpu) for group in (embedders, others))
    return (
        f"{batch} at a time: {ours.engine} takes {ours.wall / best.wall:.3f} of the time of {best.engine}, "
        f"{frugal.engine} {frugal.cpu / cheapest.cpu:.3f} of the CPU time of {cheapest.engine}"
    )
