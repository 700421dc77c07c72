"""The process that decodes what may crash, hang or take all memory. `elsewhere.py` starts it.

It answers one request after the other until its input ends, as it does when the program is killed. A request is a line
of JSON and the file; an answer is a line of JSON and the pixels.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import traceback
from dataclasses import asdict
from typing import BinaryIO

from app.decode.protocol import BROKE, READY, SECONDS, Answer, metadata_as_json
from app.decode.rare import open_rare
from app.decode.records import UnreadablePhoto

# Three times what the largest photos need that are commonly stored.
MOST_MEMORY = 1 << 30


def main() -> None:
    try:
        _serve()
    # Without the program there is nobody to tell.
    except BrokenPipeError:
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(BROKE)


def _serve() -> None:
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Decoders print what they think of a file, some of them to the standard output.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _limit_memory()
    answers.write(READY)
    answers.flush()
    while line := requests.readline():
        request = json.loads(line)
        data = requests.read(request["bytes"])
        # A thread of its own ends this process then, whatever the decoder is busy with.
        faulthandler.dump_traceback_later(SECONDS, exit=True, file=sys.stderr)
        answer, pixels = _answer(request["kind"], data, request["at_most"])
        faulthandler.cancel_dump_traceback_later()
        del data
        _write(answers, answer, pixels)
        del pixels


def _answer(kind: str, data: bytes, at_most: int | None) -> tuple[Answer, bytes | memoryview]:
    try:
        opened = open_rare(kind, data)
        metadata = metadata_as_json(opened.metadata)
        if at_most is None:
            return Answer(metadata), b""
        picture = opened.picture(at_most)
        return Answer(metadata, (picture.width, picture.height), picture.pixels.shape), picture.pixels.data
    except UnreadablePhoto as error:
        return Answer(problem=str(error)), b""
    except MemoryError:
        return Answer(out_of_memory=True), b""
    # Decoders raise almost anything on bad data.
    except Exception:
        return Answer(problem=f"This {kind} is damaged.", trace=traceback.format_exc()), b""


def _write(answers: BinaryIO, answer: Answer, pixels: bytes | memoryview) -> None:
    answers.write(json.dumps(asdict(answer)).encode() + b"\n")
    answers.write(pixels)
    answers.flush()


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = MOST_MEMORY if hard == resource.RLIM_INFINITY else min(MOST_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
    # A crash is told by the photo; nobody wants gigabytes of its memory on the disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
