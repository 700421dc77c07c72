"""Where messages go that are not the program's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CHILD = """
import os, sys
from pathlib import Path
from app import logs
logs.keep_native_messages(Path(sys.argv[1]))
os.write(2, b"from a library")
print("from the program", file=sys.stderr)
"""


def run(folder: Path) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder)], capture_output=True, text=True, check=True, timeout=60
    )
    return ended.stderr


def test_what_libraries_print_behind_python_goes_to_a_file_and_our_own_messages_to_the_terminal(tmp_path: Path) -> None:
    assert run(tmp_path / "logs") == "from the program\n"
    assert (tmp_path / "logs" / "native.log").read_text() == "from a library"


def test_a_log_folder_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file in its place")
    assert "from a library" in run(tmp_path / "logs")


def test_the_file_holds_only_the_latest_run(tmp_path: Path) -> None:
    run(tmp_path)
    run(tmp_path)
    assert (tmp_path / "native.log").read_text() == "from a library"


SAYING = """
import logging, sys
from app import logs
logs.say_plainly()
for error, level in ((OSError("no room"), "ERROR"), (KeyError("a bug"), "ERROR"), (ValueError("a photo"), "WARNING")):
    try:
        raise error
    except Exception:
        logging.getLogger("app").log(getattr(logging, level), "It failed", exc_info=True)
"""


def test_what_goes_wrong_on_a_command_is_a_sentence_and_a_bug_tells_where_it_is() -> None:
    said = subprocess.run([sys.executable, "-c", SAYING], capture_output=True, text=True, check=True, timeout=60).stderr
    lines = said.splitlines()
    assert lines[:3] == ["It failed (no room)", "It failed", "Traceback (most recent call last):"]
    assert lines[-2:] == ["KeyError: 'a bug'", "It failed (a photo)"]
