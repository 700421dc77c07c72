"""Search by example: the faces of the library that are most like one face."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from app.cli.engine import model_to_compare_with, open_vision
from app.cli.jobs import run_job
from app.cli.looking import box_text
from app.cli.session import Session
from app.errors import AppError
from app.library.library import Library
from app.library.records import FaceId, Match, Strictness
from app.work.jobs.find_person import FindFaces, Probe


def search(arguments: Namespace, session: Session) -> int:
    strictness = Strictness(arguments.strictness) if arguments.strictness is not None else None
    with session.library() as library:
        if arguments.face is not None:
            face = FaceId(arguments.face)
            vector = library.vector(face)
        else:
            face = None
            probe = _choose(arguments, _faces_of_image(arguments, session, library), session)
            vector = probe.vector
        for match in library.similar(
            vector, limit=arguments.limit, strictness=strictness, leave_out=face, hidden=arguments.hidden
        ):
            _show(match, session)
    return 0


COMMANDS = {"search": search}


def _faces_of_image(arguments: Namespace, session: Session, library: Library) -> list[Probe]:
    with open_vision(session, model_to_compare_with(library)) as vision:
        found, _ = run_job(FindFaces(library, vision, arguments.image), session)
    return found.probes


def _choose(arguments: Namespace, probes: list[Probe], session: Session) -> Probe:
    image: Path = arguments.image
    which: int | None = arguments.which
    if not probes:
        raise AppError(f"There is no face in {image}. Choose a picture that shows one.")
    if which is None and len(probes) == 1:
        return probes[0]
    if which is not None and which <= len(probes):
        return probes[which - 1]
    for number, probe in enumerate(probes, 1):
        session.output.say(f"  --which {number}: at {box_text(probe.box)} (x, y, width, height)")
    if which is None:
        raise AppError(f"There are {len(probes)} faces in {image}. Choose one of the above with --which.")
    raise AppError(f"There is no face {which} in {image}; it has {len(probes)}.")


def _show(match: Match, session: Session) -> None:
    face = match.face
    session.output.record(
        {
            "face": face.id,
            "photo": str(face.path),
            "box": list(face.box),
            "similarity": match.similarity,
            "person": face.person,
            "name": face.name,
        },
        f"{match.similarity:6.3f}  {face.id:>7}  {face.name or face.automatic_name or 'no name'}  {face.display}",
    )
