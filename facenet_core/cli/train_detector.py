"""Train a detector: train-detector."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from facenet_core.cli.train import add_training, named, stopped_by_signals, told
from facenet_core.train import detector
from facenet_core.train.detector import Config

if TYPE_CHECKING:
    from facenet_core.cli.options import Commands

DESCRIPTION = """\
Train a detector of the YuNet design on what a teacher of this design says, into a folder whose detector.onnx every
command takes as --yunet. A run needs --data, --teacher, --steps and --out. Ctrl+C ends it early, --resume goes on.
"""
EXAMPLES = """\
examples:
  python -m facenet_core train-detector --data PHOTOS --teacher yunet.onnx --steps 2000 --out runs/first \\
      --stretches --hint stage_2=232 --hint stage_4=250 --hint neck_8=283
  python -m facenet_core train-detector --data PHOTOS --empty ANIMALS --teacher yunet.onnx --steps 9000 \\
      --start runs/first/weights.npz --out runs/second
"""


def add(commands: Commands) -> None:
    summary = "train a detector, into a folder with its ONNX file"
    training = add_training(commands, "train-detector", summary, DESCRIPTION, EXAMPLES, Config)
    training.set_defaults(run=_train, parser=training)


def _train(options: argparse.Namespace) -> int:
    given = {name: value for name, value in vars(options).items() if name not in ("run", "parser")}
    out, resumed = given.pop("out", None), given.pop("resume", None)
    with told() as log, stopped_by_signals() as stop:
        if resumed is not None:
            if given or out:
                options.parser.error("--resume goes on as the run began; it takes nothing else")
            done = detector.resume(resumed, stop)
        else:
            missing = [f"--{name}" for name in ("data", "teacher", "steps") if name not in given]
            missing += [] if out else ["--out"]
            if missing:
                options.parser.error(f"a new run needs {' and '.join(missing)}; an earlier one goes on with --resume")
            if "hints" in given:
                given["hints"] = named("hint", given["hints"])
            done = detector.train(Config(**given), out, stop)
        folder = resumed or out
        if not done:
            log.info("Interrupted: go on with --resume %s", folder)
            return 128 + stop.number
    print(folder / detector.DETECTOR)
    return 0
