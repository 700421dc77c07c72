"""How far a run is: a bar on a terminal, elsewhere a line now and then."""

from __future__ import annotations

import logging
import time
from collections import deque
from types import TracebackType

from tqdm import tqdm

from facenet_core.train.schedules import COMPILING

log = logging.getLogger(__name__)

# Seconds between two lines; steps whose speed is told.
EVERY, RECENT = 30.0, 100


class Meter:
    """Counts the steps of one session from `step` on, each of `batch` images; a `total` of None is not known yet."""

    def __init__(self, step: int, total: int | None, batch: int) -> None:
        self._first, self._batch = step, batch
        self._ends: deque[float] = deque(maxlen=RECENT + 1)
        self._told = time.perf_counter()
        self._bar = tqdm(total=total, initial=step, unit="step", desc="compiling", dynamic_ncols=True, disable=None)
        if self._bar.disable:
            log.info("Compiling the network, which may take a minute.")

    def __enter__(self) -> Meter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bar.close()

    def tell(self, step: int, total: int | None, loss: float) -> None:
        """After each step. The first ones compile, and their time says nothing of the others'."""
        now, compiling = time.perf_counter(), step <= self._first + COMPILING
        if compiling:
            self._ends.clear()
            self._bar.unpause()
        else:
            self._bar.set_description_str(refresh=False)
        self._ends.append(now)
        speed = (len(self._ends) - 1) / (now - self._ends[0]) if len(self._ends) > 1 else None
        images = f", {speed * self._batch:,.0f} images/s" if speed else ""
        self._bar.total = total
        self._bar.set_postfix_str(f"loss {loss:.4g}{images}", refresh=False)
        self._bar.update()
        if compiling:
            self._bar.last_print_n = self._bar.n
        if self._bar.disable and now - self._told >= EVERY:
            self._told = now
            left = f", {tqdm.format_interval((total - step) / speed)} left" if speed and total else ""
            of = "" if total is None else f" of {total:,}"
            log.info("step %s%s: loss %.4g%s%s", f"{step:,}", of, loss, images, left)
