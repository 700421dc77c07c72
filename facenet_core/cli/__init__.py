"""The command line of facenet_core: one module for each group of commands.

Exit codes: 0 done; 1 it ran, but some input could not be used, or the work failed with a reason; 2 wrong use.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from facenet_core import devices
from facenet_core.cli import align, bench, calibrate, embed, evaluate, models, published, train
from facenet_core.types import FacenetError

# In the order in which --help lists them.
GROUPS = (embed, models, bench, published, align, train, evaluate, calibrate)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m facenet_core", description="Find and describe faces with FaceNet.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for group in GROUPS:
        group.add(commands)
    options = parser.parse_args(arguments)
    # TensorFlow reads this when it loads; here, in a process of our own, its chatter would hide our messages.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        return int(options.run(options))
    except (FacenetError, OSError) as error:
        print(f"facenet_core: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package != devices.backend():
            raise
        print(f"facenet_core: Keras runs on {package}, which is not installed: set KERAS_BACKEND.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
