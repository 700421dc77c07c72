"""Parses, runs one command, and turns its end into an exit code."""

from __future__ import annotations

import contextlib
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from app import paths
from app.cli.output import Output
from app.cli.parser import parse
from app.errors import AppError, Cancelled

if TYPE_CHECKING:
    from app.cli.session import MakeEngine, Session

    Command = Callable[[Namespace, Session], int]

DONE = 0
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None, *, make_engine: MakeEngine | None = None) -> int:
    """Runs one command and returns its exit code. Tests give another `make_engine` to do without real models."""
    try:
        arguments = parse(argv)
    except SystemExit as end:  # argparse has said why
        return end.code if isinstance(end.code, int) else AppError.exit_code
    return execute(arguments, make_engine=make_engine)


def execute(arguments: Namespace, *, make_engine: MakeEngine | None = None) -> int:
    stdout = sys.stdout
    if stdout is None:  # `>&-`; the next file to be opened would get its number, and what libraries print
        print("Standard output is closed, so nothing could be printed. Send it to a file instead.", file=sys.stderr)
        return AppError.exit_code
    output = Output(stdout, sys.stderr, json_lines=arguments.json)
    try:
        # What a library of somebody else prints would end up between the records.
        with contextlib.redirect_stdout(sys.stderr):
            code = _run(arguments, output, make_engine)
        output.flush()
        return code
    except AppError as error:
        output.say(str(error))
        return error.exit_code
    except (KeyboardInterrupt, Cancelled) as end:
        output.say(str(end) or "Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:  # `| head` has seen enough
        return DONE
    finally:
        for stream in (stdout, sys.stderr):
            _finish(stream)


def _run(arguments: Namespace, output: Output, make_engine: MakeEngine | None) -> int:
    from app.cli.session import Session

    folder: Path = arguments.library or paths.default_library()
    session = Session(folder.absolute(), arguments.device, output, make_engine)
    return _commands(arguments.topic)[arguments.command](arguments, session)


def _commands(topic: str) -> Mapping[str, Command]:
    """Imports a topic only when it is asked for: NumPy, SQLite and OpenCV take longer than many a command."""
    match topic:
        case "looking":
            from app.cli import looking

            return looking.COMMANDS
        case "deciding":
            from app.cli import deciding

            return deciding.COMMANDS
        case "scanning":
            from app.cli import scanning

            return scanning.COMMANDS
        case "searching":
            from app.cli import searching

            return searching.COMMANDS
        case "embedding":
            from app.cli import embedding

            return embedding.COMMANDS
        case "exporting":
            from app.cli import exporting

            return exporting.COMMANDS
        case "gone":
            from app.cli import gone

            return gone.COMMANDS
        case "machine":
            from app.cli import machine

            return machine.COMMANDS
    raise ValueError(topic)


def _finish(stream: TextIO) -> None:
    """Flushes; a reader who left or a full disk must not become a message at exit, nor another exit code."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
