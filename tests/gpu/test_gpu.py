"""The GPU path: the Keras model on TensorFlow or JAX, whichever backend this process runs on."""

from __future__ import annotations

import time

import numpy as np
import pytest

from facenet_core import devices, presets
from facenet_core.embed import GPU_BATCHES, Embedder

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def gpu() -> Embedder:
    reason = devices.why_no_gpu()
    if reason is not None:
        pytest.skip(f"no GPU: {reason}")
    return Embedder(presets.DEFAULT, device="gpu")


def crops(count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Soft random patterns: smooth as faces are, and all different."""
    import cv2

    rng = np.random.default_rng(count)
    return np.stack([cv2.resize(rng.integers(0, 256, (9, 9, 3), np.uint8), (112, 112)) for _ in range(count)])


def test_the_gpu_agrees_with_the_cpu(gpu: Embedder) -> None:
    for count in (1, 7, 8, 9, 200):
        batch = crops(count)
        cpu = Embedder(presets.DEFAULT, device="cpu").embed(batch)
        assert (gpu.embed(batch) * cpu).sum(axis=1).min() >= 0.9999


def test_a_vector_does_not_depend_on_its_batch(gpu: Embedder) -> None:
    batch = crops(max(GPU_BATCHES) + 5)
    together = gpu.embed(batch)
    alone = np.concatenate([gpu.embed(batch[i : i + 1]) for i in range(0, len(batch), 10)])
    assert (together[::10] * alone).sum(axis=1).min() >= 0.9999


def test_float16_agrees_with_the_cpu(gpu: Embedder) -> None:
    batch = crops(40)
    light = Embedder(presets.DEFAULT, device="gpu", float16=True)
    assert (light.embed(batch) * Embedder(presets.DEFAULT, device="cpu").embed(batch)).sum(axis=1).min() >= 0.9999


def test_the_gpu_describes_more_faces_a_second_than_the_cpu(gpu: Embedder) -> None:
    batch = crops(1024)
    rates = {}
    for name, embedder in (("gpu", gpu), ("cpu", Embedder(presets.DEFAULT, device="cpu"))):
        embedder.embed(batch)
        start = time.perf_counter()
        embedder.embed(batch)
        rates[name] = len(batch) / (time.perf_counter() - start)
    print(f"\n{devices.backend()}: {rates['gpu']:.0f} faces/s on the GPU, {rates['cpu']:.0f} on the CPU")
    assert rates["gpu"] > rates["cpu"]
