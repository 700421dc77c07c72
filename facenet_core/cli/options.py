"""Options that several commands share, and what they stand for."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tqdm import tqdm

from facenet_core import presets
from facenet_core.detect.yunet import LONGEST_SIDE, SCORE, YuNetDetector
from facenet_core.evaluate import report
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

T = TypeVar("T")


class Help(argparse.HelpFormatter):
    """Fills paragraphs but those with indented lines, which are examples."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        fill = super()._fill_text
        parts = text.strip().split("\n\n")
        return "\n\n".join(part if "\n  " in part else fill(part, width, indent) for part in parts)


def add_preset(command: argparse._ActionsContainer) -> None:
    command.add_argument(
        "--preset",
        default=presets.DEFAULT,
        metavar="NAME|DIR",
        help=f"an embedder that ships inside, or the folder of another (default: {presets.DEFAULT})",
    )


def add_device(command: argparse.ArgumentParser) -> None:
    command.add_argument("--device", default="auto", help="auto, cpu, gpu or gpu:N (default: auto)")


def add_detector(command: argparse.ArgumentParser) -> None:
    command.add_argument("--yunet", type=Path, metavar="FILE.onnx", help="detect with this YuNet (default: ours)")


def add_results(command: argparse.ArgumentParser, plots: str) -> None:
    """What `give_results` does with results; `plots` says what is drawn."""
    command.add_argument("--json", action="store_true", help="print JSON, in one line")
    out = out_file(makes_folder=True)
    command.add_argument("--out", type=out, metavar="FILE.json", help="also keep the results in this file")
    command.add_argument("--plots", type=_plots_folder, metavar="DIR", help=f"draw {plots} in this folder")


def out_file(suffix: str = "", makes_folder: bool = False) -> Callable[[str], Path]:
    """For argparse: a path that can be written, checked at once since the work may take hours.

    A folder that is missing is refused, or, where the command `makes_folder`, looked for further up.
    """

    def checked(text: str) -> Path:
        path = Path(text)
        if not path.name.endswith(suffix):
            raise FacenetError(f"{path} must end in {suffix}.")
        if path.is_dir():
            raise FacenetError(f"{path} is a folder: name a file.")
        _check_folder(path.parent, makes_folder)
        return path

    return checked


def _plots_folder(text: str) -> Path:
    _check_folder(Path(text), is_made=True)
    return Path(text)


def _check_folder(folder: Path, is_made: bool) -> None:
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists()) if is_made else folder
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        raise FacenetError(f"Nothing can be written into the folder {folder}: {error.strerror or error}.") from error


def give_results(
    options: argparse.Namespace,
    record: Mapping[str, Any],
    table: str,
    figures: Callable[[], Mapping[str, Figure]],
) -> None:
    """Print the results, and only then keep them, so that a full disk costs nobody an hour of measuring."""
    print(json.dumps(record) if options.json else table)
    if options.out:
        report.write_json(options.out, record)
    if options.plots:
        report.save_plots(options.plots, figures())


def detector(file: Path | None, score: float | None = None, longest_side: int | None = None) -> YuNetDetector:
    """The detector of `add_detector`, or of another such file, with its own settings where none are given."""
    found = YuNetDetector(file, SCORE if score is None else score, longest_side or LONGEST_SIDE)
    # Before any work: a file is soon mistaken for another.
    found.load()
    return found


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def printable(text: str) -> str:
    """Names may hold line breaks and bytes that no terminal takes: such characters are escaped."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def progress(items: Sequence[T], unit: str = "photo") -> Iterable[T]:
    """`items`, with a progress bar on a terminal."""
    bar: Iterable[T] = tqdm(items, unit=unit, disable=None)
    return bar
