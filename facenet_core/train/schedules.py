"""How long a run is, and which learning rate each of its steps has."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from facenet_core.train.config import Config
from facenet_core.types import FacenetError

# The first steps of a session compile; so many are timed before the rest is planned.
COMPILING, MEASURED = 2, 10
Rates = tuple[tuple[float, float | None], ...]


def learning_rate(config: Config, step: int, total: int | None, steps_per_epoch: float) -> float:
    """The learning rate of the step number `step`, counted from 0, of a run of `total` steps (None: not known yet).

    It rises linearly through the warm-up. A cosine then falls to 0 at the end (Loshchilov and Hutter 2017, arXiv
    1608.03983, without restarts); a file of rates holds each from its epoch on.
    """
    height = config.learning_rate
    if config.rates:
        height = rate_of_epoch(config.rates, step / steps_per_epoch) or 0.0
    if step < config.warmup:
        return height * (step + 1) / config.warmup
    if config.rates or config.schedule == "constant" or total is None:
        return height
    progress = (step - config.warmup) / max(1, total - config.warmup)
    return height * (1 + math.cos(math.pi * min(progress, 1.0))) / 2


def rate_of_epoch(rates: Rates, epoch: float) -> float | None:
    """The rate of the last line whose epoch has begun; None where the run has ended."""
    return next((rate for begins, rate in reversed(rates) if begins <= epoch), rates[0][1])


def read_rates(file: Path) -> Rates:
    """The lines `epoch: rate` of a file as FaceNet implementations keep them; `#` begins a comment, the rate `-` ends.

    Epochs rise and may be fractions. Raises FacenetError, naming the line, for anything else.
    """
    rates: list[tuple[float, float | None]] = []
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        raise FacenetError(f"The learning rates in {file} cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        content = line.partition("#")[0].strip()
        if not content:
            continue
        epoch, _, rate = content.partition(":")
        try:
            entry = (float(epoch), None if rate.strip() == "-" else float(rate))
        except ValueError as error:
            raise FacenetError(f"{file}, line {number}: expected `epoch: rate`, got {content!r}.") from error
        ended = bool(rates) and rates[-1][1] is None
        if ended or not _usable(*entry) or (rates and entry[0] <= rates[-1][0]):
            raise FacenetError(f"{file}, line {number}: epochs must rise, rates be above 0, and `-` be the last.")
        rates.append(entry)
    if not rates or rates[0][1] is None:
        raise FacenetError(f"{file} holds no learning rate.")
    return tuple(rates)


def _usable(epoch: float, rate: float | None) -> bool:
    return 0 <= epoch < math.inf and (rate is None or 0 < rate < math.inf)


def steps_of(config: Config, steps_per_epoch: float) -> int | None:
    """How many steps the run has; None where minutes limit it. Its last batch may reach beyond its last epoch."""
    if config.steps is not None:
        return config.steps
    epochs = config.rates[-1][0] if config.ends_by_its_rates else config.epochs
    return None if epochs is None else max(1, math.ceil(round(epochs * steps_per_epoch, 6)))


class Pace:
    """How long a run has taken, and how many steps fit in the minutes it may take.

    The number is fitted after the first steps, and again each time a quarter of the rest is done, to the mean time of
    this session's steps with all validations and checkpoints between them. Fits are what makes a run of minutes differ
    from another; given their numbers, its schedule follows.
    """

    def __init__(self, minutes: float | None, step: int, seconds: float, now: Callable[[], float]) -> None:
        self._limit = None if minutes is None else minutes * 60
        self._first, self._before, self._now = step, seconds, now
        self._begun = self._compiled = now()
        self._due = step + MEASURED

    @property
    def seconds(self) -> float:
        """What the run has taken, in all its sessions."""
        return self._before + self._now() - self._begun

    def fitted(self, step: int, reserve: float) -> int | None:
        """After `step` steps: the total that leaves `reserve` seconds for the end; None where it stays as it is."""
        if self._limit is None:
            return None
        if step == self._first + COMPILING:
            self._compiled = self._now()
        left = self._limit - self.seconds - reserve
        if left <= 0:
            return step
        if step < self._due:
            return None
        each = (self._now() - self._compiled) / (step - self._first - COMPILING)
        total = step + math.floor(left / each)
        self._due = step + max(MEASURED, (total - step) // 4)
        return total
