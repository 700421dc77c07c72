"""Commands about the installation: model list, add and use; doctor."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator

from app import doctor
from app.cli.engine import MODEL_SETTING, engine_of, model_to_read_with
from app.cli.session import Session
from app.doctor import Finding
from app.errors import AppError, UsageError
from app.vision.devices import gpus, why_no_gpu
from app.vision.models import DEFAULT, Model, add_model, available_models, check_weights, why_unusable


def model(arguments: Namespace, session: Session) -> int:
    match arguments.action:
        case "list":
            return _list(session)
        case "add":
            return _add(arguments, session)
        case _:
            return _use(arguments, session)


def examine(arguments: Namespace, session: Session) -> int:
    problems = []
    for finding in _findings(session, deep=arguments.deep):
        session.output.record(
            {"what": finding.name, "found": finding.value, "problem": finding.problem},
            f"{'ok' if finding.problem is None else '!!'}  {finding.name}: {finding.value}",
        )
        session.output.flush()
        if finding.problem is not None:
            problems.append(finding.problem)
    for problem in problems:
        session.output.say(problem)
    return 1 if problems else 0


COMMANDS = {"model": model, "doctor": examine}


def _list(session: Session) -> int:
    in_use = _in_use(session)
    for known in available_models():
        used = known.name == in_use
        text = f"{'*' if used else ' '} {known.name}{'' if known.calibrated else ' (not calibrated)'}"
        session.output.record(_record(known) | {"in_use": used}, text)
    return 0


def _in_use(session: Session) -> str:
    if not session.has_library:
        return DEFAULT
    with session.library() as library:
        return model_to_read_with(library) or DEFAULT


def _add(arguments: Namespace, session: Session) -> int:
    added = add_model(arguments.file)
    problem = why_unusable(added)
    then = "Measure it before it can be used." if problem else f"To use it: kinfolio model use {added.name}"
    session.output.record({"undo": None} | _record(added), f"Added {added.name}. {then}")
    if problem:
        session.output.say(problem)
    return 0


def _use(arguments: Namespace, session: Session) -> int:
    models = {known.name: known for known in available_models()}
    if arguments.name not in models:
        raise UsageError(f"There is no model {arguments.name!r}. There are: {', '.join(models)}.")
    if (problem := why_unusable(models[arguments.name])) is not None:
        raise AppError(problem)
    with session.library(writable=True, create=True) as library:
        library.set_setting(MODEL_SETTING, arguments.name).result()
        described_by = library.engine_name()
    session.output.record({"undo": None, "model": arguments.name}, f"This library uses {arguments.name}.")
    if described_by not in (None, arguments.name):
        session.output.say("Its photos were read with another model. Read them again with: kinfolio reembed")
    return 0


def _record(known: Model) -> dict[str, object]:
    return {
        "model": known.name,
        "embedder": known.embedder,
        "file": str(known.file) if known.file is not None else None,
        "folder": str(known.folder) if known.folder is not None else None,
        "calibrated": known.calibrated,
    }


def _findings(session: Session, *, deep: bool) -> Iterator[Finding]:
    yield from doctor.examine(session.folder)
    reason = why_no_gpu()
    yield Finding("gpu", ", ".join(gpus()) if reason is None else f"none is used: {reason}")
    for preset, file, problem in check_weights():
        yield Finding(f"model {preset}", file if problem else f"{file}, SHA-256 as it should be", problem)
    yield from _library(session)
    if deep:
        yield from _every_row(session)


def _every_row(session: Session) -> Iterator[Finding]:
    if not session.has_library:
        return
    try:
        with session.library() as library:
            # As in `doctor`, one more look tells damage from what somebody wrote meanwhile.
            flaws = list(library.flaws()) and list(library.flaws())
    except AppError as error:
        yield Finding("every row", "cannot be read", str(error))
        return
    problem = "The library is not whole. Keep a copy of its folder, and report what is said above." if flaws else None
    yield Finding("every row", "; ".join(flaws) or "whole", problem)


def _library(session: Session) -> Iterator[Finding]:
    """Can it be opened, and is the model it uses still there?"""
    if not session.has_library:
        return
    try:
        with session.library() as library:
            counts, model_name = library.counts(), model_to_read_with(library) or DEFAULT
    except AppError as error:
        yield Finding("content", "the library does not open", str(error))
        return
    yield Finding("content", f"{counts.photos} photos, {counts.faces} faces, {counts.people} people")
    try:
        _ = engine_of(session, model_name).info
    except AppError as error:
        yield Finding("model in use", model_name, str(error))
    else:
        yield Finding("model in use", model_name)
