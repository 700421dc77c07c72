"""Has rare formats decoded by child processes, which may die of a file without taking the program along.

Each thread that decodes at the same time as others has a child of its own. They are started when they are needed, stay
for the next photo, and one that died is replaced.
"""

from __future__ import annotations

import atexit
import json
import logging
import math
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from io import BufferedReader
from typing import cast

import numpy as np

from app.decode import traces
from app.decode.protocol import BROKE, READY, SECONDS, TOOK_TOO_LONG, Answer, metadata_from_json
from app.decode.records import Metadata, Picture, UnreadablePhoto

log = logging.getLogger(__name__)

# A packaged program starts itself again, with this as its only argument.
CHILD_ARGUMENT = "decode-rare-formats"

# Each has about 60 MB.
MOST_IDLE = 4

SECONDS_TO_END = 1
# Many times what it takes from a slow disk.
SECONDS_TO_START = 60

# More leaves no room for the picture in the memory that a child may take. No camera writes such files.
LARGEST_FILE = 400_000_000


def command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, CHILD_ARGUMENT]
    # The same packages from the same places, however this program was started.
    start = f"import sys; sys.path[:] = {sys.path!a}; from app.decode.child import main; main()"
    return [sys.executable, "-c", start]


class Children:
    """Safe on any thread."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._lock = threading.Lock()
        self._idle: list[_Child] = []

    def read(self, kind: str, data: bytes, at_most: int) -> tuple[Picture, Metadata]:
        """Raises UnreadablePhoto and MemoryError."""
        answer, pixels = self._ask(kind, data, at_most)
        picture = Picture(np.frombuffer(pixels, np.uint8).reshape(answer.shape), *answer.size)
        return picture, metadata_from_json(answer.metadata)

    def read_metadata(self, kind: str, data: bytes) -> Metadata:
        """Raises UnreadablePhoto and MemoryError."""
        return metadata_from_json(self._ask(kind, data, None)[0].metadata)

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.close()

    def _ask(self, kind: str, data: bytes, at_most: int | None) -> tuple[Answer, bytearray]:
        if len(data) > LARGEST_FILE:
            raise MemoryError
        child = self._take() or _Child(self._command, kind)
        try:
            answer, pixels = child.ask(kind, data, at_most)
        # BaseException: whatever stops this thread, the child is in the middle of an answer.
        except BaseException as error:
            ended = child.close()
            if not isinstance(error, EOFError | OSError):
                raise
            if ended == TOOK_TOO_LONG:
                raise UnreadablePhoto(f"This {kind} took longer than {SECONDS} seconds to read.") from error
            if ended == BROKE:
                log.error("The process that decodes %s ended by an error of its own; native.log has it", kind)
            raise UnreadablePhoto(f"This {kind} is damaged.") from error
        self._give_back(child)
        if answer.trace is not None:
            traces.note(kind, answer.trace)
        if answer.out_of_memory:
            raise MemoryError
        if answer.problem is not None:
            raise UnreadablePhoto(answer.problem)
        return answer, pixels

    def _take(self) -> _Child | None:
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.is_alive():
                    return child
                child.close()
        return None

    def _give_back(self, child: _Child) -> None:
        with self._lock:
            if len(self._idle) < MOST_IDLE:
                self._idle.append(child)
                return
        child.close()


class _Child:
    def __init__(self, command: Sequence[str], kind: str) -> None:
        # What is multiplied with itself here is small; OpenBLAS would reserve memory for each processor.
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # What decoders print, and how one that broke says so, stands in `native.log`.
            stderr=None,
            env=environment,
            # Ctrl+C is for the program: a child that ends of it would look like one that died of its photo.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0)
            | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._answers = self._process.stdin, cast(BufferedReader, self._process.stdout)
        deadline = threading.Timer(SECONDS_TO_START, self._process.kill)
        deadline.daemon = True
        deadline.start()
        try:
            ready = self._answers.read(len(READY))
        finally:
            deadline.cancel()
        if ready != READY:
            self.close()
            raise UnreadablePhoto(f"The part of Kinfolio that reads {kind} could not be started.")

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, kind: str, data: bytes, at_most: int | None) -> tuple[Answer, bytearray]:
        """Raises EOFError or OSError where it died of the question."""
        request = {"kind": kind, "bytes": len(data), "at_most": at_most}
        self._requests.write(json.dumps(request).encode() + b"\n")
        self._requests.write(data)
        self._requests.flush()
        line = self._answers.readline()
        if not line:
            raise EOFError
        answer = Answer(**json.loads(line))
        pixels = bytearray(math.prod(answer.shape))
        if self._answers.readinto(pixels) != len(pixels):
            raise EOFError
        return answer, pixels

    def close(self) -> int:
        """Ends it; how it ended."""
        for pipe in (self._requests, self._answers):
            try:
                pipe.close()
            except OSError:
                # What it never read is of no concern any more.
                continue
        try:
            # It ends by itself without its pipes, unless it is busy, and then nobody waits for what it does.
            return self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


children = Children(command())
atexit.register(children.close)
