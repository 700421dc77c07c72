"""Vectors for other programs: the faces of some pictures, written to one .npz file. Needs no library."""

from __future__ import annotations

import os
import tempfile
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.cli.engine import open_vision
from app.cli.exporting import file_to_write
from app.cli.jobs import NOTHING_WRITTEN, run_job
from app.cli.output import counted
from app.cli.session import Session
from app.decode import UnreadablePhoto, decode
from app.errors import UsageError
from app.events import Problem
from app.vision.engine import Reading
from app.vision.threads import Vision
from app.work.job import JobContext
from app.work.photo_file import read_file, reason


class EmbedPictures:
    """A job. Its result is every face found, with its picture; pictures that give none are its problems."""

    title = "Describing faces"

    def __init__(self, vision: Vision, pictures: Sequence[Path]) -> None:
        self._vision = vision
        self._pictures = pictures

    def run(self, context: JobContext) -> list[tuple[Path, Reading]]:
        found = []
        for number, path in enumerate(self._pictures):
            context.progress(number, len(self._pictures))
            try:
                readings = self._read(path, context)
            except FileNotFoundError:
                context.problem(Problem(str(path), "There is no such file."))
            except (OSError, UnreadablePhoto, MemoryError) as error:
                context.problem(Problem(str(path), reason(error)))
            else:
                found += [(path, reading) for reading in readings]
                if not readings:
                    context.problem(Problem(str(path), "There is no face in it."))
        context.progress(len(self._pictures), len(self._pictures))
        return found

    def _read(self, path: Path, context: JobContext) -> list[Reading]:
        context.token.check()
        picture = decode(read_file(os.fsencode(path)).data)
        (readings,) = context.token.result_of(self._vision.submit([picture]))
        return readings


def embed(arguments: Namespace, session: Session) -> int:
    out = file_to_write(arguments.out)
    with open_vision(session, None) as vision:
        found, problems = run_job(EmbedPictures(vision, arguments.images), session, NOTHING_WRITTEN)
        _write(out, found, vision.info.dimension)
    session.output.record(
        {"out": str(out), "faces": len(found), "photos": len({path for path, _ in found})},
        f"{counted(len(found), 'face')} in {arguments.out}",
    )
    return 1 if problems else 0


COMMANDS = {"embed": embed}


def _write(out: Path, found: Sequence[tuple[Path, Reading]], dimension: int) -> None:
    """Replaces the file in one step, so that no reader ever sees half of it."""
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as folder:
            whole = Path(folder) / "embedded.npz"
            np.savez(
                whole,
                vectors=np.array([reading.vector for _, reading in found], np.float32).reshape(-1, dimension),
                photo=np.array([str(path) for path, _ in found], np.str_),
                box=np.array([reading.box for _, reading in found], np.float64).reshape(-1, 4),
                score=np.array([reading.score for _, reading in found], np.float64),
            )
            whole.replace(out)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}.") from error
