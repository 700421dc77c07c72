"""What the program and the process that decodes for it agree on: each sends a line of JSON, then bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.decode.records import Metadata

READY = b"ready\n"

# Fifty times what a photo of 12 megapixels takes.
SECONDS = 10

# How the process ends itself then; `faulthandler` leaves no choice.
TOOK_TOO_LONG = 1

# How it ends of a bug of its own. Python would end it like the other.
BROKE = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """`shape` is that of the pixels that follow, uint8, if any do; `size` that of the whole photo.

    `trace` is the traceback of the error that `problem` tells of, where nobody knows what that error means.
    """

    metadata: dict[str, Any] = field(default_factory=dict)
    size: tuple[int, int] = (0, 0)
    shape: tuple[int, ...] = (0,)
    problem: str | None = None
    trace: str | None = None
    out_of_memory: bool = False


def metadata_as_json(found: Metadata) -> dict[str, Any]:
    taken_at = None if found.taken_at is None else found.taken_at.isoformat()
    return {
        "taken_at": taken_at,
        "camera": found.camera,
        "latitude": found.latitude,
        "longitude": found.longitude,
        "date_source": found.date_source,
        # One character for each byte.
        "regions": None if found.regions is None else found.regions.decode("latin-1"),
        "orientation": found.orientation,
    }


def metadata_from_json(told: dict[str, Any]) -> Metadata:
    taken_at, regions = told["taken_at"], told["regions"]
    return Metadata(
        **told
        | {
            "taken_at": None if taken_at is None else datetime.fromisoformat(taken_at),
            "regions": None if regions is None else regions.encode("latin-1"),
        }
    )
