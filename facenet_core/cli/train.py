"""Train an embedder: train."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import threading
import types
import typing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import MISSING, Field, asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm.contrib.logging import logging_redirect_tqdm

from facenet_core.data.augment import NAMED, Augmentation
from facenet_core.train import loop, run
from facenet_core.train.config import Config
from facenet_core.train.schedules import read_rates
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    from facenet_core.cli.options import Commands

DESCRIPTION = """\
Train an embedder, into a folder that is then a preset. A run needs --data, --out and its length: --steps, --epochs,
--minutes, or --rates that end. Ctrl+C ends it early, --resume goes on with it.
"""
EXAMPLES = """\
examples:
  python -m facenet_core train --data crops --out runs/first --epochs 40 --loss softmax+triplet --people 30 --pictures 4
  python -m facenet_core train --data faces-*.npz --out runs/second --start runs/first --loss distill --minutes 60
"""
# The settings of a run that a session which goes on with it may change.
OF_A_SESSION = ("device", "workers")
PATHS = ("data", "empty", "unlike")
NAMED_VALUES = {"options": "NAME=VALUE", "hints": "ENDPOINT=TENSOR", "augmentation": "NAME|NAME=VALUE"}


def add(commands: Commands) -> None:
    summary = "train an embedder, into a folder that is then a preset"
    training = add_training(commands, "train", summary, DESCRIPTION, EXAMPLES, Config)
    training.add_argument("--json", action="store_true", help="print the result as JSON")
    training.set_defaults(run=_train, parser=training)


def add_training(
    commands: Commands, name: str, summary: str, description: str, examples: str, settings: type[Any]
) -> argparse.ArgumentParser:
    """A command that trains into --out or goes on with --resume, with an option for each field of `settings`."""
    training = commands.add_parser(
        name,
        help=summary,
        description=description,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        # What is not given is not in the namespace, so that the defaults stand in the settings alone.
        argument_default=argparse.SUPPRESS,
    )
    training.add_argument("--out", type=Path, metavar="RUN", help="a new folder for the run")
    training.add_argument("--resume", type=Path, metavar="RUN", help="go on with a run that was ended early")
    hints = typing.get_type_hints(settings)
    for field in fields(settings):
        _add(training, field, hints[field.name])
    return training


def _add(training: argparse.ArgumentParser, field: Field[Any], hint: Any) -> None:
    """The option of one setting; its kind follows from the setting's type."""
    name = "--" + field.name.replace("_", "-").removesuffix("s" if field.name in ("options", "hints") else "")
    meaning = field.metadata["help"].replace("%", "%%")
    if "default" not in meaning and field.name != "data":
        without = field.default in (MISSING, None, (), "")
        default = "none" if without else "off" if field.default is False else field.default
        meaning += f" (default: {default})"
    if hint is bool:
        training.add_argument(name, action="store_true", help=meaning)
    elif field.name in PATHS:
        training.add_argument(name, nargs="+", metavar="PATH", help=meaning)
    elif field.name == "rates":
        training.add_argument(name, type=Path, metavar="FILE", help=meaning)
    elif field.name in NAMED_VALUES:
        metavar = NAMED_VALUES[field.name]
        training.add_argument(name, dest=field.name, action="append", metavar=metavar, help=meaning)
    else:
        training.add_argument(
            name, type=_kind(hint), choices=field.metadata["choices"], metavar=_metavar(field, hint), help=meaning
        )


def _kind(hint: Any) -> type:
    """int of `int | None`, str of a Literal."""
    if isinstance(hint, types.UnionType):
        hint = next(kind for kind in typing.get_args(hint) if kind is not types.NoneType)
    return hint if isinstance(hint, type) else str


def _metavar(field: Field[Any], hint: Any) -> str | None:
    if field.metadata["choices"]:
        return None
    paths = {
        "teacher": "FILE.onnx",
        "pairs": "FILE",
        "pair_images": "DIR",
        "start": "WEIGHTS|RUN|PRESET",
        "folds": "8-10",
        "device": "DEVICE",
    }
    return paths.get(field.name, "N" if _kind(hint) is int else "X")


def _train(options: argparse.Namespace) -> int:
    given = {name: value for name, value in vars(options).items() if name not in ("run", "parser", "json")}
    out, resumed = given.pop("out", None), given.pop("resume", None)
    with told() as log, stopped_by_signals() as stop:
        if resumed is not None:
            refused = sorted(set(given) - set(OF_A_SESSION)) + (["out"] if out else [])
            if refused:
                options.parser.error(f"--resume goes on as the run began; it takes no {', '.join(refused)}")
            result = loop.resume(resumed, stop=stop, **given)
        else:
            missing = [f"--{name}" for name, value in (("data", given.get("data")), ("out", out)) if not value]
            if missing:
                options.parser.error(f"a new run needs {' and '.join(missing)}; an earlier one goes on with --resume")
            result = loop.train(_config(given), out, stop=stop)
        if result.interrupted:
            # In the log, which may be a terminal that has been closed.
            log.info("Interrupted after step %s: go on with --resume %s", result.steps, result.folder)
            return 128 + stop.number
    _print(result, getattr(options, "json", False))
    return 0


def _config(given: dict[str, Any]) -> Config:
    if "rates" in given:
        given["rates"] = read_rates(given["rates"])
    if "options" in given:
        given["options"] = _settings("option", given["options"])
    if "hints" in given:
        given["hints"] = named("hint", given["hints"])
    if "augmentation" in given:
        given["augmentation"] = _augmentation(given["augmentation"])
    return Config(**given)


def _augmentation(given: Sequence[str]) -> Augmentation:
    named = [text for text in given if text in NAMED]
    record = asdict(Augmentation.parse(named[-1] if named else "standard"))
    return Augmentation.parse(record | _settings("augmentation", [text for text in given if text not in NAMED]))


def named(option: str, given: Sequence[str]) -> dict[str, str]:
    """["alpha=0.5"] as {"alpha": "0.5"}. Raises FacenetError for anything without a name and a value."""
    values = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise FacenetError(f"--{option} {text}: expected NAME=VALUE.")
        values[name] = value
    return values


def _settings(option: str, given: Sequence[str]) -> dict[str, Any]:
    """["alpha=0.5"] as {"alpha": 0.5}; what is no number stays a text."""
    values: dict[str, Any] = dict(named(option, given))
    for name, text in values.items():
        with suppress(ValueError):
            values[name] = json.loads(text)
    return values


def _print(result: loop.Result, as_json: bool) -> None:
    record = {
        "run": os.fsencode(result.folder).decode("utf-8", "replace"),
        "steps": result.steps,
        "seconds": round(result.seconds, 1),
        "loss": result.loss,
        **result.scores,
    }
    if as_json:
        print(json.dumps(record))
        return
    for name, value in record.items():
        print(f"{name:>16}  {value:.4f}" if isinstance(value, float) else f"{name:>16}  {value}")
    print(f"{'plots':>16}  {Path(str(record['run'])) / run.PLOTS}")
    print(f"Use it by --preset {record['run']}: evaluate it, calibrate it (--write), export it, then embed with it.")


@contextmanager
def told() -> Iterator[logging.Logger]:
    """What training has to tell goes to stderr, above its progress bar."""
    logger = logging.getLogger("facenet_core.train")
    handler, level = logging.StreamHandler(sys.stderr), logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        with logging_redirect_tqdm([logger]):
            yield logger
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


class _Stop(threading.Event):
    """Set by the signal of this number."""

    number: int = signal.SIGINT


@contextmanager
def stopped_by_signals() -> Iterator[_Stop]:
    """The first Ctrl+C, SIGTERM (batch systems) or SIGHUP (closed terminals) ends the run after its step.

    A second one ends it at once. Outside the main thread there are no signals.
    """
    stop = _Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def end(number: int, frame: types.FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.number = number
        stop.set()

    ending = [signal.SIGINT, signal.SIGTERM]
    # Windows has no SIGHUP, and nohup ignores it so that the run outlives its terminal.
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        ending.append(signal.SIGHUP)
    before = {number: signal.signal(number, end) for number in ending}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
