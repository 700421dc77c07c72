"""How many faces a second the Embedder and other engines describe, in ratios to `keras.Model.predict`.

Every engine starts from the same uint8 crops and ends with vectors in NumPy, so preprocessing and copying count. The
engines take turns, and ratios are taken within a turn, so that other work on the machine slows all of them alike.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from facenet_core import devices, export, networks, presets, weights
from facenet_core.embed import MOST_THREADS, Embedder
from facenet_core.engines import ENGINES
from facenet_core.export import Network
from facenet_core.folding import folded
from facenet_core.preprocess import PREPROCESSING
from facenet_core.types import FacenetError, Preset

if TYPE_CHECKING:
    import keras

log = logging.getLogger(__name__)

Run = Callable[[NDArray[np.uint8]], NDArray[np.float32]]

PREDICT = "keras predict"
# What the Embedder makes of a preset; other names are engines by themselves.
EMBED = "embed"
# What the engines of inference files are called, where they get all crops in one call.
_RUNTIMES = {".tflite": "LiteRT", ".onnx": "ONNX Runtime"}
# Turns at each batch size, at the least: a median that one disturbance does not move.
LEAST_TURNS = 5
# A spread over which ratios say more of what else the machine did.
UNSTEADY = 0.5


@dataclass(frozen=True, slots=True)
class Speed:
    """What one engine took for `batch` crops at once: medians over its turns.

    `wall` and `cpu` are milliseconds a face. CPU time is that of every thread of the process, also of those that spin
    while they wait for others. `spread` is the width of the middle half of the wall times, as a share of their median.
    `ratio` and `cpu_ratio` say how many times as fast as `keras.Model.predict`.
    """

    engine: str
    batch: int
    wall: float
    cpu: float
    spread: float
    ratio: float
    cpu_ratio: float

    @property
    def faces_a_second(self) -> float:
        return 1000 / self.wall


def measure(
    preset: Preset,
    batches: Iterable[int] = (1, 8, 32),
    device: str = "auto",
    threads: int | None = None,
    seconds: float = 10.0,
) -> Iterator[Speed]:
    """The speed of every engine that this process has, for each batch size in about `seconds`.

    The Embedder is compared, as the preset is and, on the CPU, with float32 files of both kinds that it can run, with
    `keras.Model.predict` and other ways to run the same network in float32 on the same device: compiled by the backend,
    with TensorFlow also as frozen graphs, before and after folding, and on the CPU LiteRT and ONNX Runtime with all
    crops in one call. `threads` bounds the engines that run files (default: the cores, at most 4); `limit_threads`
    bounds TensorFlow. Raises FacenetError for a device that is not there, or where an engine gives other vectors.
    """
    place = devices.resolve(device)
    if place.kind == "gpu":
        devices.grow_memory()
    import keras

    with tempfile.TemporaryDirectory() as folder, keras.device(str(place)):
        engines = _engines(preset, place, threads or min(MOST_THREADS, os.cpu_count() or 1), Path(folder))
        for batch in batches:
            yield from _compared(engines, export.random_crops(batch, preset.crop_size), seconds)


@contextmanager
def random_preset(backbone: str, size: int) -> Iterator[Preset]:
    """A preset of a network with random weights, in a folder that is there as long as the context.

    Its moving statistics are those of one batch: with a new network's, activations fade to numbers so small that
    processors are slow at them and all vectors are the same.
    """
    from keras import layers

    model = networks.embedder(backbone, size)
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.0
    model(PREPROCESSING["fixed_128"](export.random_crops(8, size)), training=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "weights.npz"
        weights.save(model, file)
        yield Preset(
            name=f"{backbone}-{size}, random weights",
            folder=Path(folder),
            backbone=backbone,
            dimension=model.output.shape[-1],
            crop_size=size,
            crop_margin=0.0,
            preprocessing="fixed_128",
            weights_file=file.name,
            weights_sha256=weights.digest(file),
        )


def limit_threads(threads: int) -> None:
    """Let TensorFlow, where it is the backend, compute with `threads` threads. JAX always takes every core.

    Raises FacenetError where TensorFlow has begun to compute.
    """
    if devices.backend() == "tensorflow":
        threading = devices.tensorflow().config.threading
        try:
            threading.set_intra_op_parallelism_threads(threads)
            threading.set_inter_op_parallelism_threads(1)
        except RuntimeError as error:
            raise FacenetError(f"The threads of TensorFlow cannot be limited any more: {error}") from error


def _engines(preset: Preset, place: devices.Device, threads: int, folder: Path) -> dict[str, Run]:
    import keras

    model = presets.load(preset)
    preprocess = PREPROCESSING[preset.preprocessing]

    def from_crops(network: Network) -> Run:
        return lambda crops: np.asarray(network(preprocess(crops)), np.float32)

    # predict takes 32 at a time by itself.
    engines = {PREDICT: from_crops(lambda pixels: model.predict(pixels, batch_size=len(pixels), verbose=0))}
    compiled = {"tensorflow": _tensorflow, "jax": _jax}.get(keras.backend.backend())
    if compiled is not None:
        engines |= {name: from_crops(network) for name, network in compiled(model).items()}
    engines[EMBED] = Embedder(preset, str(place), threads).embed
    if place.kind == "cpu":
        for suffix, content in _files(model).items():
            file = folder / f"inference{suffix}"
            file.write_bytes(content)
            served = replace(preset, folder=folder, inference_file=file.name, inference_sha256=weights.digest(file))
            engines[f"{EMBED} {suffix}"] = Embedder(served, "cpu", threads).embed
            engines[_RUNTIMES[suffix]] = from_crops(ENGINES[suffix](content, threads, None).run)
    else:
        engines[f"{EMBED} float16"] = Embedder(preset, str(place), float16=True).embed
    return engines


def _files(model: keras.Model) -> dict[str, bytes]:
    """The float32 inference files that can be written and run here, by suffix."""
    import keras

    files = {}
    if keras.backend.backend() == "tensorflow":
        files[".tflite"] = export.litert(model)
    else:
        log.warning("LiteRT is left out: its files are written by TensorFlow, and KERAS_BACKEND is another.")
    if importlib.util.find_spec("onnx") is None:
        log.warning("ONNX Runtime is left out: its files are written by the package onnx, which pip installs.")
    else:
        files[".onnx"] = export.onnx(model)
    return files


def _tensorflow(model: keras.Model) -> dict[str, Network]:
    """The model as one TensorFlow function, and as graphs with its weights for constants."""
    tf = devices.tensorflow()
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    signature = [tf.TensorSpec((None, *model.input.shape[1:]), tf.float32)]

    def function(network: keras.Model) -> Any:
        return tf.function(lambda pixels: network(pixels, training=False), input_signature=signature)

    def frozen(network: keras.Model) -> Network:
        graph = convert_variables_to_constants_v2(function(network).get_concrete_function())
        return lambda pixels: graph(tf.constant(pixels))[0]

    return {"tf.function": function(model), "frozen": frozen(model), "frozen, folded": frozen(folded(model))}


def _jax(model: keras.Model) -> dict[str, Network]:
    import jax

    # Copies, since `predict` gives the memory of the model's own away and makes new ones.
    trainable, fixed = (
        [jax.numpy.array(variable.value) for variable in variables]
        for variables in (model.trainable_variables, model.non_trainable_variables)
    )
    compiled = jax.jit(lambda *state_and_pixels: model.stateless_call(*state_and_pixels, training=False)[0])
    return {"jax.jit": lambda pixels: compiled(trainable, fixed, pixels)}


def _compared(engines: Mapping[str, Run], crops: NDArray[np.uint8], seconds: float) -> list[Speed]:
    expected = engines[PREDICT](crops)
    for name, run in engines.items():
        cosine = float((run(crops) * expected).sum(axis=1).min())
        if not cosine >= export.AGREEMENT:
            raise FacenetError(f"{name} gives other vectors than {PREDICT}: the least cosine is {cosine:.6f}.")
        run(crops)
    turns: list[dict[str, tuple[float, float]]] = []
    start = time.perf_counter()
    with tqdm(desc=f"{len(crops)} at a time", unit="turn", leave=False, disable=None) as progress:
        while len(turns) < LEAST_TURNS or time.perf_counter() < start + seconds:
            # Back and forth, so that no engine always follows the same other one.
            order = list(engines)[:: 1 if len(turns) % 2 else -1]
            turns.append({name: _timed(engines[name], crops) for name in order})
            progress.update()
    times = {name: np.array([turn[name] for turn in turns]) * 1000 / len(crops) for name in engines}
    return [_speed(name, len(crops), times[name], times[PREDICT]) for name in engines]


def _timed(run: Run, crops: NDArray[np.uint8]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    run(crops)
    return time.perf_counter() - wall, time.process_time() - cpu


def _speed(engine: str, batch: int, times: NDArray[np.float64], predict: NDArray[np.float64]) -> Speed:
    """From wall and CPU milliseconds a face, [turns, 2] each."""
    wall, cpu = np.median(times, axis=0)
    low, high = np.quantile(times[:, 0], (0.25, 0.75))
    ratio, cpu_ratio = np.median(predict / times, axis=0)
    return Speed(engine, batch, float(wall), float(cpu), float((high - low) / wall), float(ratio), float(cpu_ratio))
