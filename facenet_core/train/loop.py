"""The training loop: `train` a config into a run folder, or `resume` a run that was ended before its end."""

from __future__ import annotations

import logging
import math
import os
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facenet_core import devices, presets, weights
from facenet_core.train import checkpoint, config, objective, run, schedules, start, validation
from facenet_core.train.config import CHECKPOINT_MINUTES, Config
from facenet_core.train.input import (
    fingerprint,
    open_teacher,
    open_training_crops,
    prepared,
    statistics_batches,
    training_batches,
    training_sampler,
)
from facenet_core.train.meter import Meter
from facenet_core.train.statistics import Recomputation
from facenet_core.train.validation import Validation
from facenet_core.types import FacenetError, Preset

log = logging.getLogger(__name__)

WEIGHTS = "weights.npz"
# The weights that validated best, by their step: a checkpoint and the weights that it speaks of are then never of
# different futures, whenever a run is killed.
BEST = "best-{}.npz"
# Different people this alike for so many steps: the network gives every face the same vector.
COLLAPSED, COLLAPSED_STEPS = 0.99, 20
# float16 halves the scale of its loss at each step whose gradient overflows, and has nothing left to halve by then.
MOST_SKIPPED = 50


class TrainingError(FacenetError):
    """Training that cannot go on: the numbers overflowed, or the embedding collapsed."""


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended. `preset` is None where it was `interrupted`; `scores` are those of the weights it keeps.

    `loss` is that of the last step.
    """

    folder: Path
    steps: int
    seconds: float
    loss: float
    scores: dict[str, float]
    interrupted: bool
    preset: Preset | None


@dataclass
class Progress:
    """What a run remembers beside its variables. `total` is the number of its steps, None before it is fitted."""

    data: str
    total: int | None
    step: int = 0
    seconds: float = 0.0
    loss: float = math.nan
    plan: list[tuple[int, int]] = field(default_factory=list)
    scores: dict[str, float] = field(default_factory=dict)
    validated: int = -1
    best: dict[str, float] = field(default_factory=dict)
    best_step: int = -1
    worse: int = 0


def train(settings: Config, folder: Path, stop: threading.Event | None = None) -> Result:
    """Train into `folder`, which must be new or empty. Setting `stop` ends the run after its step, with a checkpoint.

    Leaves `weights.npz` and `preset.json` for every command that takes a preset, `config.json`, `environment.json`,
    `metrics.csv`, `validation.csv`, `checkpoint.npz` and plots. On the CPU equal configs give equal runs but for the
    order of sums, except that `minutes` fits the number of steps to the speed it measures; these fits are kept in the
    checkpoint. Raises FacenetError for data that do not fit the config, TrainingError where training breaks down.
    """
    if settings.start is not None:
        start.check(settings.start)
    with run.created(folder):
        return _Training(settings.settled(), folder, stop or threading.Event(), None).run()


def resume(
    folder: Path, device: str | None = None, workers: int | None = None, stop: threading.Event | None = None
) -> Result:
    """Go on with the run in `folder` from its last checkpoint, as if it had never ended. Raises as `train` does."""
    if (folder / presets.FILE).exists():
        raise FacenetError(f"The run in {folder} has come to its end: start another from it with --start {folder}.")
    settings = config.read(folder)
    changed: dict[str, Any] = {"device": device or settings.device, "workers": workers or settings.workers}
    try:
        progress = Progress(**checkpoint.read_record(folder))
    except TypeError as error:
        raise FacenetError(f"The checkpoint in {folder} is of another version of facenet_core: {error}") from error
    return _Training(replace(settings, **changed), folder, stop or threading.Event(), progress).run()


class _Training:
    """One session of a run."""

    def __init__(self, settings: Config, folder: Path, stop: threading.Event, progress: Progress | None) -> None:
        self.config, self.folder, self.stop = settings, folder, stop
        self.device = devices.resolve(settings.device)
        if self.device.kind == "gpu":
            devices.grow_memory()
        self.crops = open_training_crops(settings)
        self.sampler = training_sampler(settings, self.crops)
        self.batches = training_batches(settings, self.crops, self.sampler)
        self.teacher = open_teacher(settings)
        self.validation = Validation(settings)
        if settings.validate_every and not self.validation:
            raise FacenetError(
                "There is nothing to validate on: give pairs, or distill on a pack with held-back crops."
            )
        self.steps_per_epoch = len(self.crops) / self.sampler.batch
        data = fingerprint(self.crops)
        if progress is not None and progress.data != data:
            raise FacenetError("The crops are not those that the run began with: put them back, or start a new run.")
        self.resumed = progress is not None
        self.progress = progress or Progress(data, schedules.steps_of(settings, self.steps_per_epoch))
        self.alike = self.skipped = 0
        self.last_checkpoint = self.progress.step if self.resumed else None
        self.checkpoint_due = time.perf_counter() + CHECKPOINT_MINUTES * 60
        self.validation_seconds = 0.0
        self.pace = schedules.Pace(settings.minutes, self.progress.step, self.progress.seconds, time.perf_counter)

    def run(self) -> Result:
        import keras

        with ExitStack() as open_files, keras.device(str(self.device)):
            self._build()
            self._open_logs(open_files)
            # Only what can begin leaves something: until then the folder is free for another try.
            if not self.resumed:
                self.config.write(self.folder)
            run.note_environment(self.folder, self.device, self.progress.step)
            try:
                interrupted = self._train()
            finally:
                self.metrics.sync()
                run.draw(self.folder, self.config)
            preset = None if interrupted else self._finish()
        progress = self.progress
        scores = progress.best if self.config.patience else progress.scores
        return Result(self.folder, progress.step, self.pace.seconds, progress.loss, scores, interrupted, preset)

    def _build(self) -> None:
        maps = self.teacher.shapes if self.teacher else ()
        self.model = objective.learner(self.config, len(self.crops.people), maps)
        self.served = objective.served(self.config)
        self.recomputation = Recomputation(self.served)
        if self.resumed:
            checkpoint.load(self.folder, self.model)
        else:
            for note in start.load(self.config, self.model.embedder):
                log.info(note)
        log.info(
            "%s: %s parameters, %s crops%s on %s; %s",
            self.config.backbone,
            f"{self.served.count_params():,}",
            f"{len(self.crops):,}",
            f" of {len(self.crops.people):,} people" if self.crops.people else "",
            self.device,
            self.validation,
        )

    def _open_logs(self, open_files: ExitStack) -> None:
        self.board = None
        if self.config.tensorboard:
            self.board = open_files.enter_context(closing(run.TensorBoard(self.folder / "tensorboard")))
        done = self.progress.step
        columns = ("step", "loss", *(tracker.name for tracker in self.model.trackers.values()))
        columns += ("gradient_norm", "learning_rate", "images_per_second")
        self.metrics = open_files.enter_context(closing(run.Log(self.folder / run.METRICS, columns, done)))
        scores = run.Log(self.folder / run.VALIDATION, validation.COLUMNS, self.progress.validated)
        self.scores = open_files.enter_context(closing(scores))

    def _train(self) -> bool:
        """Train to the end of the run; True where `stop` came first."""
        progress = self.progress
        if self.validation and progress.validated < 0 and not self.stop.is_set():
            self._validate()
        meter = Meter(progress.step, progress.total, self.sampler.batch)
        with meter, closing(prepared(self.config, self.batches, progress.step, self.teacher)) as inputs:
            while not self._ended():
                if self.stop.is_set():
                    self._checkpoint()
                    return True
                row = self._step(*next(inputs))
                self._check(row)
                self._fit()
                meter.tell(progress.step, progress.total, progress.loss)
                if _due(self.config.validate_every, progress.step) and self.validation:
                    self._validate()
                due = _due(self.config.checkpoint_every, progress.step) or time.perf_counter() > self.checkpoint_due
                if due and not self.alike:
                    self._checkpoint()
        self._checkpoint()
        return False

    def _step(self, inputs: Any, targets: Any) -> dict[str, float]:
        begun, progress = time.perf_counter(), self.progress
        rate = schedules.learning_rate(self.config, progress.step, progress.total, self.steps_per_epoch)
        optimizer = objective.inner(self.model)
        optimizer.learning_rate = rate
        updates = int(optimizer.iterations)
        logs = self.model.train_on_batch(inputs, targets, return_dict=True)
        progress.step += 1
        # In float16 a step whose gradient overflowed changes nothing, and has no gradient to tell of.
        self.skipped = self.skipped + 1 if int(optimizer.iterations) == updates else 0
        length = np.nan if self.skipped else float(checkpoint.value(optimizer.gradient_norm))
        row = {
            "step": progress.step,
            **{name: float(value) for name, value in logs.items()},
            "gradient_norm": length,
            "learning_rate": rate,
            "images_per_second": self.sampler.batch / (time.perf_counter() - begun),
        }
        progress.loss = row["loss"]
        self.metrics.add(row)
        if self.board is not None:
            self.board.add("train", progress.step, row)
        return row

    def _check(self, row: dict[str, float]) -> None:
        """Raises TrainingError for numbers that overflowed, and for an embedding that has collapsed."""
        if not np.isfinite(row["loss"]):
            raise self._overflowed("loss")
        if not (np.isfinite(row["gradient_norm"]) or 0 < self.skipped < MOST_SKIPPED):
            raise self._overflowed("gradient")
        self.alike = self.alike + 1 if row["similarity"] > COLLAPSED else 0
        if self.alike >= COLLAPSED_STEPS:
            raise TrainingError(
                f"The embedding has collapsed: for {self.alike} steps the mean cosine of different faces was above "
                f"{COLLAPSED}, {row['similarity']:.4f} at step {self.progress.step}. Try a lower learning rate, a "
                f"warm-up, semi-hard mining, or a softmax beside the triplets. {self._kept()}"
            )

    def _overflowed(self, what: str) -> TrainingError:
        return TrainingError(
            f"The {what} is no longer a finite number at step {self.progress.step}. Try a lower learning rate, a "
            f"warm-up, clipped gradients, or float32. {self._kept()}"
        )

    def _kept(self) -> str:
        if self.last_checkpoint is None:
            return "There is no checkpoint yet."
        return f"The checkpoint of step {self.last_checkpoint} is kept."

    def _ended(self) -> bool:
        progress, patience = self.progress, self.config.patience
        if patience and progress.worse >= patience:
            return True
        return progress.total is not None and progress.step >= progress.total

    def _fit(self) -> None:
        progress = self.progress
        total = self.pace.fitted(progress.step, self.validation_seconds)
        if total is not None and total != progress.total:
            progress.total = total
            progress.plan.append((progress.step, total))

    def _validate(self) -> None:
        begun, progress, patience = time.perf_counter(), self.progress, self.config.patience
        self._serve()
        progress.scores = self.validation(self.served)
        progress.validated = progress.step
        row = {"step": progress.step, **progress.scores}
        self.scores.add(row)
        self.scores.sync()
        if self.board is not None:
            self.board.add("validation", progress.step, row)
        log.info("step %d: %s", progress.step, ", ".join(f"{k} {v:.4f}" for k, v in progress.scores.items()))
        deciding = self.validation.deciding
        if not progress.best or progress.scores[deciding] > progress.best[deciding]:
            progress.best, progress.best_step, progress.worse = progress.scores, progress.step, 0
            if patience:
                weights.write(self._best(), self._weights())
        else:
            progress.worse += 1
        self.validation_seconds = time.perf_counter() - begun

    def _serve(self) -> None:
        """Bring the network that will be used up to date with the one that is trained."""
        # Of steps whose gradients overflow in float16 there is no average.
        updates = int(checkpoint.value(objective.inner(self.model).iterations))
        objective.hand_over(self.model, self.served, averaged=bool(self.config.ema and updates))
        if self.config.statistics:
            self.recomputation.run(statistics_batches(self.config, self.crops))

    def _weights(self) -> dict[str, NDArray[np.float32]]:
        return {variable.path: checkpoint.value(variable) for variable in self.served.weights}

    def _checkpoint(self) -> None:
        self.metrics.sync()
        self.progress.seconds = self.pace.seconds
        try:
            checkpoint.write(self.folder, self.model, asdict(self.progress))
        except FloatingPointError as variable:
            raise self._overflowed(f"variable {variable}") from variable
        self.last_checkpoint = self.progress.step
        self.checkpoint_due = time.perf_counter() + CHECKPOINT_MINUTES * 60
        for file in self.folder.glob(BEST.format("*")):
            if file != self._best():
                file.unlink()

    def _best(self) -> Path:
        return self.folder / BEST.format(self.progress.best_step)

    def _finish(self) -> Preset:
        """Keep the final weights as a preset: the last ones, or with patience those that validated best."""
        progress = self.progress
        if self.validation and progress.validated != progress.step:
            self._validate()
            self._checkpoint()
        elif not self.validation:
            self._serve()
        run.draw(self.folder, self.config)
        kept = dict(weights.read(self._best())) if self.config.patience else self._weights()
        return _write_preset(self.config, self.folder, kept)


def _write_preset(settings: Config, folder: Path, arrays: Mapping[str, NDArray[Any]]) -> Preset:
    if settings.float16:
        arrays = weights.halved(arrays)
    weights.write(folder / WEIGHTS, arrays)
    preset = Preset(
        name=os.fsencode(folder.absolute().name).decode("utf-8", "replace"),
        folder=folder.absolute(),
        backbone=settings.backbone,
        dimension=settings.dimension,
        crop_size=objective.size(settings),
        crop_margin=settings.crop_margin,
        preprocessing=settings.preprocessing,
        weights_file=WEIGHTS,
        weights_sha256=weights.digest(folder / WEIGHTS),
        options={name: value for name, value in settings.options.items() if name != "weight_decay"},
    )
    presets.write(preset)
    return preset


def _due(every: int, step: int) -> bool:
    return every > 0 and step % every == 0
