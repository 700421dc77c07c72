"""`python -m facenet_core`."""

import logging
import os
import sys


def _silence_libraries() -> None:
    """Keep what TensorFlow and LiteRT print at their start from the terminal. Who sets the variable sees all of it.

    They write it past Python to file descriptor 2, much of it before any setting is read; `sys.stderr` stays as it is.
    """
    if "TF_CPP_MIN_LOG_LEVEL" in os.environ or sys.stderr is None:
        return
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    logging.getLogger("absl").setLevel(logging.ERROR)
    sys.stderr.flush()
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, encoding=sys.stderr.encoding, errors="backslashreplace")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


try:
    from facenet_core.cli import main
except ModuleNotFoundError as error:
    if error.name is None or error.name.startswith("facenet_core"):
        raise
    sys.exit(
        f"facenet_core: {sys.executable} lacks the package {error.name}. Run `make setup` where the Makefile is and "
        "use .venv/bin/python, or install it there: pip install FOLDER."
    )

_silence_libraries()
sys.exit(main())
