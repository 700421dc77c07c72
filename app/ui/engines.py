"""What the window may ask about models and devices; filled in `app.main`, so that the window never reaches vision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model in figures: `app.vision.models.Model` says what they mean. `problem` is why it cannot be used, or None.

    One card is of the model that ships with the program and is used where no other was chosen.
    """

    name: str
    ships: bool
    true_matches: float | None
    milliseconds: float | None
    size: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class Engines:
    """All take their time: not on the main thread. `add` copies a model in; AppError where it is none."""

    models: Callable[[], Sequence[ModelCard]]
    add: Callable[[Path], ModelCard]
    why_no_gpu: Callable[[], str | None]
