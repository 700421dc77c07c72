"""Which processors there are to run networks on, for the parts of the program that only ask."""

from __future__ import annotations

from app.errors import UsageError
from facenet_core.devices import gpus, resolve, why_no_gpu
from facenet_core.types import FacenetError

__all__ = ["check_device", "gpus", "why_no_gpu"]


def check_device(device: str) -> None:
    """Raises UsageError for a GPU that is not there. Loads the Keras backend where there is a GPU driver."""
    try:
        resolve(device)
    except FacenetError as error:
        raise UsageError(str(error)) from error
