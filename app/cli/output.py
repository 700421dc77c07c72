"""What a command prints: records on stdout, as JSON Lines or as text, and sentences on stderr."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TextIO

from app.errors import AppError

# Control characters, line and paragraph separators, and surrogates: a file name must not break a line of output, steer
# the terminal, or fail to be encoded.
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Output:
    """Safe on any thread: a scan prints its lines from the job's thread."""

    def __init__(self, stdout: TextIO, stderr: TextIO, *, json_lines: bool) -> None:
        for stream in (stdout, stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # a terminal without UTF-8 must not end the command
        self._stdout = stdout
        self._stderr = stderr
        self._lock = threading.Lock()
        self.json_lines = json_lines

    def record(self, record: Mapping[str, object], *lines: str) -> None:
        """The record on one line under --json, else these lines. Raises AppError when it cannot be written."""
        text = json.dumps(record, allow_nan=False) if self.json_lines else "\n".join(map(visible, lines))
        with self._printing():
            self._stdout.write(text + "\n")

    def say(self, sentence: str) -> None:
        """One line for the person at the terminal, never part of the result."""
        # A progress bar may stand on this line; it is drawn again below.
        clear = "\r\x1b[K" if self._stderr.isatty() else ""
        # Where nobody can be told, as on a full disk, the exit code still says how it ended.
        with self._lock, suppress(OSError):
            self._stderr.write(clear + visible(sentence) + "\n")
            self._stderr.flush()

    def flush(self) -> None:
        """What was recorded is seen at once, also through a pipe. Raises AppError when it cannot be written."""
        with self._printing():
            self._stdout.flush()

    @contextmanager
    def _printing(self) -> Iterator[None]:
        try:
            with self._lock:
                yield
        except BrokenPipeError:  # a reader who left is no error
            raise
        except OSError as error:
            raise AppError(f"The result could not be printed: {error.strerror}. Send it somewhere else.") from error

    @property
    def terminal(self) -> TextIO | None:
        """Where a progress bar may be drawn, if that is a terminal on which no records appear in between."""
        if not self._stderr.isatty() or (self.json_lines and self._stdout.isatty()):
            return None
        return self._stderr

    @property
    def bar_says_it(self) -> bool:
        """Whether a progress bar takes the place of a line an item."""
        return not self.json_lines and self.terminal is not None and self._stdout.isatty()


def counted(number: int, what: str) -> str:
    """ "1 face", "2 faces"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def visible(text: str) -> str:
    """The text on one line, with what cannot be printed written as escapes."""
    return UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)
