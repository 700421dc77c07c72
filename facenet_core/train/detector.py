"""Train a detector: distil a YuNet file into our network, on scenes of which some parts are known to be no faces.

The teacher sees each scene as it is, the network sees it dark, blurred or compressed; where nothing is a face, the
network is told so whatever the teacher says. Trained in stretches, it sees what the teacher sees, and is told what the
teacher says.
"""

from __future__ import annotations

import json
import logging
import math
import os
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from facenet_core import devices, weights
from facenet_core.data import pictures
from facenet_core.data.augment import DRAWS, Augmentation, changed
from facenet_core.data.scenes import Scenes, read_pictures, thumbnail
from facenet_core.detect.network import CHANNELS, PARTS, STRIDES, network, onnx_file
from facenet_core.devices import backend
from facenet_core.evaluate.report import save_plots
from facenet_core.files import replaced
from facenet_core.train import checkpoint, run
from facenet_core.train.config import CHECKPOINT_MINUTES, option
from facenet_core.train.meter import Meter
from facenet_core.train.objective import compiled_by_xla, fuse_batch_norms, stretches
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    import keras

log = logging.getLogger(__name__)

FILE, WEIGHTS, DETECTOR = "config.json", "weights.npz", "detector.onnx"
OUTPUTS = [f"{part}_{stride}" for stride in STRIDES for part in PARTS]
# How scenes look to the network, in pixels of a template of 112 that is as large as the scene.
DEGRADED = Augmentation(
    low_resolution=0.15,
    lowest_resolution=0.5,
    blur=0.2,
    blur_sigma=0.6,
    colour=0.8,
    brightness=0.25,
    contrast=0.4,
    saturation=0.4,
    hue=10,
    gamma=0.6,
    grey=0.1,
    jpeg=0.3,
    jpeg_quality=30,
)
PARTS_OF_LOSS = ("cls", "obj", "bbox", "kps", "hints")
# A place counts in the loss of boxes and landmarks as much as the teacher sees a face there; below this, not at all.
LEAST_SCORE = 0.05
# What its `cls` counts where it sees none.
LEAST_CLS = 0.1
AHEAD = 3


@dataclass(frozen=True, kw_only=True)
class Config:
    """The settings of a run; raises FacenetError for numbers that cannot be. Each field's meaning is its help."""

    data: tuple[str, ...] = option((), "folders of pictures that show faces")
    empty: tuple[str, ...] = option((), "folders of pictures that show none")
    unlike: tuple[str, ...] = option((), "folders of pictures that are kept out, as those of an evaluation")
    teacher: str = option("", "YuNet-n as libfacedetection.train exports it, an ONNX file")
    steps: int = option(0, "how many batches to train on (no default)")
    size: int = option(320, "side of a scene in pixels, a multiple of 32")
    batch: int = option(16, "scenes in a batch")
    empty_share: float = option(0.3, "share of the larger parts of scenes that show no face")
    degraded_share: float = option(0.25, "share of the scenes that the network sees dark, blurred or compressed")
    hints: Mapping[str, str] = option(dict, "a layer and the teacher's tensor to match, as neck_8=283")
    stretches: bool = option(False, "train from hint to hint, each stretch on the teacher's maps")
    hint_weight: float = option(1.0, "weight of the teacher's inner maps in the loss")
    keep_statistics: bool = option(False, "batch norm goes by the statistics that the weights came with")
    learning_rate: float = option(1e-3, "the highest one")
    warmup: int = option(100, "steps in which the learning rate rises to its height")
    weight_decay: float = option(0.0, "decoupled")
    start: str | None = option(None, "initial weights: weights.npz of another run")
    start_share: float = option(0.0, "share of these in the weights that are kept")
    seed: int = option(0, "of weights and scenes")
    workers: int | None = option(None, "threads that prepare scenes (default: the cores)")

    def __post_init__(self) -> None:
        if not (self.data and self.teacher):
            raise FacenetError("A detector learns from pictures and a teacher: name both.")
        for name in ("steps", "batch", "learning_rate", "size"):
            if not 0 < getattr(self, name) < math.inf:
                raise FacenetError(f"{name} must be above 0, not {getattr(self, name)}.")
        for name in ("hint_weight", "weight_decay", "warmup", "seed"):
            if not 0 <= getattr(self, name) < math.inf:
                raise FacenetError(f"{name} must not be below 0, it is {getattr(self, name)}.")
        if self.size % STRIDES[-1]:
            raise FacenetError(f"A scene's side is a multiple of {STRIDES[-1]}, not {self.size}.")
        if self.stretches and not self.hints:
            raise FacenetError("Stretches end at hints: name some.")
        for name, most in (("empty_share", 0.5), ("degraded_share", 1.0), ("start_share", 1.0)):
            if not 0 <= getattr(self, name) <= most:
                raise FacenetError(f"{name} lies in 0..{most:g}, not at {getattr(self, name)}.")
        if self.start_share and self.start is None:
            raise FacenetError("A share of the initial weights takes some: name them as start.")


class Teacher:
    """The network of a YuNet file: what it tells of BGR scenes uint8 [n, h, w, 3], with its maps on the way.

    `hints` names tensors inside of it. Raises FacenetError for a file that is no such network or has no such tensors.
    """

    def __init__(self, file: Path, threads: int, hints: Sequence[str]) -> None:
        import onnxruntime

        try:
            import onnx
        except ImportError as error:
            raise FacenetError("A teacher needs the package onnx: pip install onnx.") from error
        try:
            model = onnx.load(str(file))
            known = {output.name for output in model.graph.output}
            made = {name for node in model.graph.node for name in node.output}
            if missing := sorted((set(OUTPUTS) - known) | (set(hints) - made)):
                raise ValueError(f"it has no {', '.join(missing)}")
            model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in hints)
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            self._session = onnxruntime.InferenceSession(
                model.SerializeToString(), options, providers=["CPUExecutionProvider"]
            )
        # The errors of ONNX and its runtime have no class of their own.
        except Exception as error:
            raise FacenetError(f"The teacher {file} is no YuNet network: {' '.join(str(error).split())}") from error
        self._hints = list(hints)

    def __call__(self, scenes: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """One map [n, h / s, w / s, 16] for each of STRIDES, its first two numbers in 0..1, then each hint's map."""
        height, width = scenes.shape[1:3]
        pixels = np.ascontiguousarray(scenes.transpose(0, 3, 1, 2), np.float32)
        found = self._session.run([*OUTPUTS, *self._hints], {"input": pixels})
        outputs, hints = found[: len(OUTPUTS)], found[len(OUTPUTS) :]
        maps = [
            np.concatenate(outputs[start : start + len(PARTS)], axis=-1).reshape(
                len(scenes), height // stride, width // stride, CHANNELS
            )
            for start, stride in zip(range(0, len(outputs), len(PARTS)), STRIDES, strict=True)
        ]
        return [*maps, *(np.ascontiguousarray(hint.transpose(0, 2, 3, 1)) for hint in hints)]


def learner(config: Config) -> keras.Model:
    """The compiled model that a run trains: the network is its attribute `detector`.

    `train_on_batch(scenes, targets, return_dict=True)` takes float32 [n, size, size, 3] and what `Teacher` gives, in
    stretches a list of the scenes and the teacher's hints; gives "loss" and its PARTS_OF_LOSS.
    """
    import keras

    keras.utils.set_random_seed(config.seed)
    detector = network(config.size, config.size)
    if backend() == "tensorflow":
        fuse_batch_norms(detector)
    layers = {layer.name: layer.output for layer in detector.layers}
    if unknown := [name for name in config.hints if name not in layers]:
        raise FacenetError(f"The network has no layer {unknown[0]}; it has: {', '.join(layers)}.")
    hints = [layers[name] for name in config.hints]
    if config.stretches:
        parts = stretches(detector.input, hints, detector.outputs)
    else:
        whole = keras.Model(detector.input, [*detector.outputs, *hints])

    class Learner(keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(name="learner")
            self.detector = detector
            self.trackers = {name: keras.metrics.Mean(name) for name in PARTS_OF_LOSS}
            self.built = True

        def call(self, scenes: Any, training: bool = False) -> list[Any]:
            if not config.stretches:
                return list(whole(scenes, training=training and not config.keep_statistics))
            *shown, maps = [part(scenes[: number + 1], training=training) for number, part in enumerate(parts)]
            return [*maps, *shown]

        def compute_loss(
            self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
        ) -> Any:
            found = _losses(y_pred, y)
            for name, loss in found.items():
                self.trackers[name].update_state(loss)
            return sum(loss * (config.hint_weight if name == "hints" else 1.0) for name, loss in found.items())

    model = Learner()
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, config.steps - config.warmup), warmup_target=config.learning_rate, warmup_steps=config.warmup
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=config.weight_decay)
    model.compile(optimizer=optimizer, jit_compile=compiled_by_xla())
    model.optimizer.build(model.trainable_variables)
    return model


def _losses(outputs: Sequence[Any], targets: Sequence[Any]) -> dict[str, Any]:
    """Each part of the loss: scores as a sum over all places divided by how much face there is, boxes and landmarks as
    that of each scene, for else the many small faces of some would outweigh the few large ones of others.
    """
    from keras import ops

    from facenet_core import losses

    count = len(STRIDES)
    own, wanted = (
        ops.concatenate([ops.reshape(part, (ops.shape(part)[0], -1, CHANNELS)) for part in maps[:count]], axis=1)
        for maps in (outputs, targets)
    )
    score = ops.sqrt(wanted[..., 0] * ops.maximum(wanted[..., 1], 0))
    weight = ops.where(score > LEAST_SCORE, score, 0.0)
    whole = ops.maximum(ops.sum(weight), 1.0)
    of_scene = weight / ops.maximum(ops.sum(weight, axis=1, keepdims=True), 1.0)
    logits, told = own[..., :2], ops.maximum(wanted[..., :2], 0)
    entropies = ops.maximum(logits, 0) - logits * told + ops.log1p(ops.exp(-ops.abs(logits)))
    # Boxes and landmarks are off by a share of the face, whatever its size.
    side = ops.exp(ops.mean(wanted[..., 4:6], axis=-1, keepdims=True))
    off = ops.concatenate([own[..., 2:4] - wanted[..., 2:4], own[..., 6:] - wanted[..., 6:]], axis=-1) / side
    box = ops.concatenate([off[..., :2], own[..., 4:6] - wanted[..., 4:6]], axis=-1)
    hints = [losses.hint(one, other) for one, other in zip(outputs[count:], targets[count:], strict=True)]
    return {
        # A teacher of this kind learned `cls` at faces alone: elsewhere it means little, but where it is mistaken.
        "cls": ops.sum(ops.maximum(ops.abs(wanted[..., 1]), LEAST_CLS) * entropies[..., 0]) / whole,
        "obj": ops.sum(entropies[..., 1]) / whole,
        "bbox": 5 * ops.mean(ops.sum(of_scene * ops.mean(_huber(box), axis=-1), axis=1)),
        "kps": 5 * ops.mean(ops.sum(of_scene * ops.mean(_huber(off[..., 2:]), axis=-1), axis=1)),
        "hints": sum(hints) / max(1, len(hints)),
    }


def _huber(errors: Any, bend: float = 0.02) -> Any:
    from keras import ops

    length = ops.abs(errors)
    return ops.where(length < bend, ops.square(errors) / (2 * bend), length - bend / 2)


class Inputs:
    """Batches of scenes with their targets; each depends on the seed and its step alone."""

    def __init__(self, config: Config, scenes: Scenes, teacher: Teacher) -> None:
        self._config, self._scenes, self._teacher = config, scenes, teacher

    def batch(self, step: int) -> tuple[Any, list[NDArray[np.float32]]]:
        config = self._config
        rng = np.random.default_rng([config.seed, step])
        drawn = [self._scenes.draw(rng) for _ in range(config.batch)]
        clean = np.stack([scene.image for scene in drawn])
        targets = self._teacher(clean)
        if config.stretches:
            # Of maps that show a face no stretch could learn that there is none.
            return [clean.astype(np.float32), *targets[len(STRIDES) :]], targets
        empty = np.stack([scene.empty for scene in drawn])
        for stride, target in zip(STRIDES, targets, strict=False):
            # What lies in the middle of a place decides. A negative `obj` tells how much the teacher is mistaken.
            mistaken = empty[:, stride // 2 :: stride, stride // 2 :: stride]
            target[..., 0][mistaken] = 0
            target[..., 1][mistaken] *= -1
        seen = clean.astype(np.float32)
        for number in np.flatnonzero(rng.random(config.batch) < config.degraded_share):
            # `changed` knows RGB.
            rgb = clean[number, :, :, ::-1]
            seen[number] = changed(rgb, config.size, 0, 0, rng.random(DRAWS), DEGRADED)[:, :, ::-1]
        return seen, targets

    def iterate(self, first_step: int, workers: int) -> Generator[tuple[Any, list[NDArray[np.float32]]], None, None]:
        with ThreadPoolExecutor(workers, thread_name_prefix="scenes") as pool:
            waiting = [pool.submit(self.batch, first_step + number) for number in range(AHEAD)]
            step = first_step + AHEAD
            try:
                while True:
                    ready = waiting.pop(0).result()
                    waiting.append(pool.submit(self.batch, step))
                    step += 1
                    yield ready
            finally:
                pool.shutdown(cancel_futures=True)


def train(config: Config, folder: Path, stop: threading.Event | None = None) -> bool:
    """Train into `folder`, which must be new or empty; False where `stop` ended it early, with a checkpoint.

    Leaves `detector.onnx` for OpenCV, `weights.npz`, `config.json`, `environment.json`, `metrics.csv`, plots and
    `checkpoint.npz`. Raises FacenetError for what cannot be read, and where the loss overflows.
    """
    with run.created(folder):
        inputs, model = _opened(config)
        if config.start is not None:
            weights.load(model.detector, Path(config.start))
        (folder / FILE).write_text(json.dumps(asdict(config), indent=2) + "\n", encoding="ascii")
        return _train(config, folder, inputs, model, 0, stop or threading.Event())


def resume(folder: Path, stop: threading.Event | None = None) -> bool:
    """Go on with a run from its last checkpoint, as `train` does. Raises FacenetError where there is none."""
    try:
        record = json.loads((folder / FILE).read_text(encoding="utf-8"))
        paths: dict[str, Any] = {name: tuple(record[name]) for name in ("data", "empty", "unlike")}
        config = Config(**record | paths)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise FacenetError(f"{folder} is no run of a detector: {error}") from error
    step = int(checkpoint.read_record(folder)["step"])
    inputs, model = _opened(config)
    checkpoint.load(folder, model)
    return _train(config, folder, inputs, model, step, stop or threading.Event())


def open_inputs(config: Config) -> Inputs:
    """The batches of a run. Raises FacenetError for pictures and teachers that cannot be read."""
    teacher = Teacher(Path(config.teacher), 1, list(config.hints.values()))
    unlike = [thumbnail(pictures.read(path)) for folder in config.unlike for path in pictures.below(Path(folder))]
    faces = read_pictures([Path(path) for path in config.data], unlike)
    empty = read_pictures([Path(path) for path in config.empty], unlike) if config.empty else []
    log.info("%s pictures of faces, %s of none", f"{len(faces):,}", f"{len(empty):,}")
    return Inputs(config, Scenes(faces, empty, config.size, config.empty_share), teacher)


def _opened(config: Config) -> tuple[Inputs, Any]:
    """The batches and the model. Raises FacenetError where a hint's two maps cannot be compared."""
    model, inputs = learner(config), open_inputs(config)
    if not config.hints:
        return inputs, model
    _, targets = inputs.batch(0)
    layers = {layer.name: layer.output for layer in model.detector.layers}
    for (name, tensor), target in zip(config.hints.items(), targets[len(STRIDES) :], strict=True):
        if (own := tuple(layers[name].shape[1:])) != target.shape[1:]:
            raise FacenetError(f"The hint {name}={tensor} joins maps of shapes {own} and {target.shape[1:]}.")
    return inputs, model


def _train(config: Config, folder: Path, inputs: Inputs, model: Any, step: int, stop: threading.Event) -> bool:
    first = _initial(config)
    run.note_environment(folder, devices.resolve("auto"), step)
    columns = ("step", "loss", *PARTS_OF_LOSS, "images_per_second")
    due = time.perf_counter() + CHECKPOINT_MINUTES * 60
    with (
        closing(run.Log(folder / run.METRICS, columns, step)) as metrics,
        Meter(step, config.steps, config.batch) as meter,
        closing(inputs.iterate(step, config.workers or os.cpu_count() or 1)) as batches,
    ):
        while step < config.steps and not stop.is_set():
            begun = time.perf_counter()
            losses = {
                name: float(value) for name, value in model.train_on_batch(*next(batches), return_dict=True).items()
            }
            step += 1
            if not np.isfinite(losses["loss"]):
                raise FacenetError(f"The loss is no longer a finite number at step {step}: try a lower learning rate.")
            speed = config.batch / (time.perf_counter() - begun)
            metrics.add({"step": step, **losses, "images_per_second": speed})
            meter.tell(step, config.steps, losses["loss"])
            if time.perf_counter() > due:
                _keep(folder, model, metrics, step)
                due = time.perf_counter() + CHECKPOINT_MINUTES * 60
        _keep(folder, model, metrics, step)
    rows = run.read_log(folder / run.METRICS)
    save_plots(folder / run.PLOTS, {"loss": run.loss_plot(rows, ("loss", *PARTS_OF_LOSS))})
    if step < config.steps:
        return False
    # Of any size, which the one that was trained is not.
    detector = network()
    # Wortsman et al. 2022, "Robust fine-tuning of zero-shot models" (arXiv 2109.01903), section 3: what a run forgot of
    # photos unlike its own comes back, and little goes of what it learned.
    share, last = config.start_share, model.detector.get_weights()
    detector.set_weights([share * a + (1 - share) * b for a, b in zip(first, last, strict=True)] if share else last)
    weights.save(detector, folder / WEIGHTS)
    with replaced(folder / DETECTOR) as file:
        file.write(onnx_file(detector))
    return True


def _initial(config: Config) -> list[NDArray[np.float32]]:
    """The initial weights in the order of the network's own, none where no share of them is kept."""
    if config.start is None or not config.start_share:
        return []
    detector = network()
    weights.load(detector, Path(config.start))
    found: list[NDArray[np.float32]] = detector.get_weights()
    return found


def _keep(folder: Path, model: Any, metrics: run.Log, step: int) -> None:
    metrics.sync()
    try:
        checkpoint.write(folder, model, {"step": step})
    except FloatingPointError as variable:
        raise FacenetError(f"{variable} is no longer finite at step {step}: try a lower learning rate.") from variable
