"""The command line of facenet_core: one module for each group of commands.

Exit codes: 0 done; 1 it ran, but some input could not be used, or the work failed with a reason; 2 wrong use.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import metadata

from facenet_core import devices
from facenet_core.cli import align, bench, calibrate, embed, evaluate, models, pack, published, train, train_detector
from facenet_core.cli.options import Help
from facenet_core.types import FacenetError

# In the order in which --help lists them.
GROUPS = (embed, models, bench, published, align, pack, train, train_detector, evaluate, calibrate)
# What a shell reports of a program that was ended by Ctrl+C, or by a reader that wants no more.
INTERRUPTED, BROKEN_PIPE = 130, 141

EXAMPLES = """
examples:
  %(prog)s embed photo.jpg --out faces.npz
  %(prog)s compare one.jpg other.jpg
  %(prog)s align --images PHOTOS --out CROPS
  %(prog)s evaluate gallery --images CROPS
  %(prog)s embed --help
"""


def _version() -> str:
    try:
        return f"kinfolio {metadata.version('kinfolio')}"
    except metadata.PackageNotFoundError:
        return "kinfolio, a version that is not installed"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m facenet_core",
        description="Find and describe faces with FaceNet.",
        epilog=EXAMPLES,
        formatter_class=Help,
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for group in GROUPS:
        group.add(commands)
    try:
        options = parser.parse_args(arguments)
        code = int(options.run(options))
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # `| head` has seen enough. What is left goes nowhere, or Python would complain of it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except (FacenetError, OSError) as error:
        reason = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else error
        print(f"facenet_core: {reason}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package != devices.backend():
            raise
        print(f"facenet_core: Keras runs on {package}, which is not installed: set KERAS_BACKEND.", file=sys.stderr)
        return 1
    except ValueError as error:
        if devices.backend() in devices.BACKENDS:
            raise
        works = " or ".join(devices.BACKENDS)
        print(f"facenet_core: Set KERAS_BACKEND to {works}, not to {devices.backend()} ({error}).", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("facenet_core: interrupted.", file=sys.stderr)
        return INTERRUPTED
