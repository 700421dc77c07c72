"""What the program tells its screens: small frozen records, published from any thread.

Nothing here knows Qt; `app.ui.bridge` carries the records to the main thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NewType

from app.errors import AppError

JobId = NewType("JobId", int)


@dataclass(frozen=True, slots=True)
class LibraryChanged:
    """A commit changed the library. Ids name what to repaint; empty sets with `everything` mean "read again".

    `undo_step` is the step of the history that undo would take back.
    """

    photos: frozenset[int] = frozenset()
    faces: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()
    everything: bool = False
    undo_step: int | None = None
    undo_label: str | None = None
    redo_label: str | None = None


@dataclass(frozen=True, slots=True)
class LibraryDamaged:
    """Its file was found to be damaged; `error` says what to do."""

    error: AppError


@dataclass(frozen=True, slots=True)
class Problem:
    """One input that could not be used, and why. A result of a job, not a failure of it.

    A `known` one was met by an earlier job, so that nobody needs to hear of it once more.
    """

    subject: str
    reason: str
    known: bool = False


@dataclass(frozen=True, slots=True)
class JobStarted:
    job: JobId
    title: str


@dataclass(frozen=True, slots=True)
class JobProgress:
    """`total` is None while it is unknown; `rate` is items a second over the recent past; `paused` while waiting.

    `held_by` says why it waits, where nobody paused it. `problems` counts those that were not known before.
    """

    job: JobId
    title: str
    done: int
    total: int | None
    rate: float
    seconds_left: float | None
    problems: int
    paused: bool = False
    held_by: str = ""


@dataclass(frozen=True, slots=True)
class JobFinished:
    """Exactly one of `result` and `error` says how it ended; `error` is the exception itself (perhaps Cancelled)."""

    job: JobId
    title: str
    result: object | None = None
    error: BaseException | None = None
    problems: tuple[Problem, ...] = ()


Event = LibraryChanged | LibraryDamaged | JobStarted | JobProgress | JobFinished
Publish = Callable[[Event], None]
