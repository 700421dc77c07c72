"""Which processor runs a network: the CPU, or a GPU that the Keras backend at hand can use.

Nothing here changes the process on import. TensorFlow or JAX is loaded only where a GPU driver is present.
"""

from __future__ import annotations

import ctypes.util
import logging
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facenet_core.types import FacenetError

log = logging.getLogger(__name__)

# What Keras runs on here.
BACKENDS = ("tensorflow", "jax")


@dataclass(frozen=True, slots=True)
class Device:
    """`kind` is auto, cpu or gpu; `index` counts the GPUs from 0."""

    kind: str
    index: int = 0

    @classmethod
    def parse(cls, text: str) -> Device:
        """`auto`, `cpu`, `gpu` or `gpu:N`. Raises FacenetError for anything else."""
        match = re.fullmatch(r"(auto|cpu|gpu)(?::(\d+))?", text.strip().lower())
        if match is None or (match[2] and match[1] != "gpu"):
            raise FacenetError(f"There is no device {text!r}: write auto, cpu, gpu or gpu:N.")
        return cls(match[1], int(match[2] or 0))

    def __str__(self) -> str:
        return f"gpu:{self.index}" if self.kind == "gpu" else self.kind


def resolve(device: str) -> Device:
    """What `device` means on this machine: `auto` is the first GPU, or the CPU where there is none.

    Raises FacenetError where a GPU is asked for and there is none, or not as many.
    """
    wanted = Device.parse(device)
    if wanted.kind == "cpu" or (wanted.kind == "auto" and why_no_gpu() is not None):
        return Device("cpu")
    reason = why_no_gpu()
    if reason is not None:
        raise FacenetError(f"No GPU can be used: {reason}")
    count = len(gpus())
    if wanted.index >= count:
        raise FacenetError(f"There is no GPU {wanted.index}: this machine has {count}, counted from 0.")
    return Device("gpu", wanted.index)


def gpus() -> list[str]:
    """The names of the GPUs that the Keras backend can use; empty where there is no driver, without loading it."""
    if _missing_driver() is not None:
        return []
    return [str(getattr(gpu, "name", gpu)) for gpu in _backend_gpus()]


def why_no_gpu() -> str | None:
    """One sentence that says why networks run on the CPU, or None where a GPU can be used. Never raises."""
    missing = _missing_driver()
    if missing is not None:
        return missing
    try:
        found = _backend_gpus()
    except Exception as error:  # a broken driver raises whatever it likes, and the reader needs that text
        return f"the {backend()} backend could not start on the GPU ({error})."
    if found:
        return None
    return (
        f"an NVIDIA driver is installed, but {backend()} finds no GPU it can use: "
        "install the program with its `gpu` extra (pip install 'kinfolio[gpu]')."
    )


def backend() -> str:
    """The Keras backend this process uses or would use: tensorflow, jax or torch."""
    if "keras" in sys.modules:
        import keras

        return str(keras.backend.backend())
    return os.environ.get("KERAS_BACKEND", "tensorflow")


def _missing_driver() -> str | None:
    if os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1"):
        return "CUDA_VISIBLE_DEVICES hides every GPU."
    if sys.platform == "darwin":
        return "GPUs of Macs are not supported; the CPU is used."
    if sys.platform == "win32":
        if ctypes.util.find_library("nvcuda") is None:
            return "no NVIDIA driver is installed."
        if backend() == "tensorflow":
            return "TensorFlow uses no GPU on Windows; the CPU is used."
        return None
    if Path("/proc/driver/nvidia/version").exists() or Path("/dev/dxg").exists():  # dxg: a GPU lent to WSL
        return None
    return "no NVIDIA driver is installed, or no NVIDIA GPU is in this machine."


def _backend_gpus() -> list[Any]:
    name = backend()
    if name == "tensorflow":
        return list(tensorflow().config.list_physical_devices("GPU"))
    if name == "jax":
        import jax

        return [device for device in jax.devices() if device.platform == "gpu"]
    raise FacenetError(f"GPUs are used through TensorFlow or JAX, and the Keras backend is {name}.")


def tensorflow() -> Any:
    """The tensorflow package, imported without most of what it prints at start."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    return tf


def grow_memory() -> None:
    """Let TensorFlow take GPU memory as it needs it, not all at once. Without effect once it has used a GPU.

    JAX reads XLA_PYTHON_CLIENT_PREALLOCATE from the environment when it starts, so there it is the caller's to set.
    """
    if backend() != "tensorflow":
        return
    tf = tensorflow()
    for gpu in tf.config.list_physical_devices("GPU"):
        try:
            tf.config.experimental.set_memory_growth(gpu, True)
        except RuntimeError as error:  # TensorFlow says so when a GPU is already in use
            log.info("GPU memory is not shared with other programs: %s", error)
