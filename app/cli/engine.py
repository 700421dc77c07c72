"""The models as a command uses them: made for the library at hand, closed at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.cli.session import Session
from app.library.library import Library
from app.vision.devices import check_device
from app.vision.engine import FaceEngine
from app.vision.models import make_engine
from app.vision.threads import Vision

MODEL_SETTING = "model"


@contextmanager
def open_vision(session: Session, model: str | None) -> Iterator[Vision]:
    """`model` None stands for the one that ships with the program. Raises UsageError for a GPU that is not there."""
    if session.device.startswith("gpu"):
        check_device(session.device)  # here rather than at the first face, which may be an hour away
    vision = Vision(engine_of(session, model))
    try:
        yield vision
    finally:
        vision.close()


def engine_of(session: Session, model: str | None) -> FaceEngine:
    """Raises UsageError for a model that is not there, AppError for one whose file has changed."""
    return (session.make_engine or make_engine)(model, session.device)


def model_to_read_with(library: Library) -> str | None:
    """The model chosen for this library; None for the one that ships with the program."""
    return library.get_setting(MODEL_SETTING)


def model_to_compare_with(library: Library) -> str | None:
    """The model that described the faces of this library: another one's vectors cannot be compared with them."""
    return library.engine_name() or library.get_setting(MODEL_SETTING)
