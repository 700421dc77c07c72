"""Crops for tests: smooth coloured patterns, each another one, in packs and folders as the library reads them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

LOSSLESS = 101


def pattern(seed: int, size: int = 128) -> NDArray[np.uint8]:
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), np.uint8)
    return np.asarray(cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC), np.uint8)


def encoded(crop: NDArray[np.uint8], suffix: str = ".webp") -> bytes:
    options = [cv2.IMWRITE_WEBP_QUALITY, LOSSLESS] if suffix == ".webp" else []
    return cv2.imencode(suffix, crop[..., ::-1], options)[1].tobytes()


def write_pack(path: Path, crops: Sequence[NDArray[np.uint8]], **arrays: NDArray[np.generic]) -> Path:
    files = [encoded(crop) for crop in crops]
    offsets = np.cumsum([0, *map(len, files)], dtype=np.int64)
    with path.open("wb") as file:
        np.savez(file, data=np.frombuffer(b"".join(files), np.uint8), offsets=offsets, **arrays)  # type: ignore[arg-type]
    return path


def write_folder(folder: Path, people: Mapping[str | bytes, int], size: int = 128, margin: float = 8.0) -> Path:
    """A folder as `align` writes it, with this many crops of each person."""
    folder.mkdir(parents=True)
    for number, (person, count) in enumerate(people.items()):
        name = os.fsdecode(person)
        (folder / name).mkdir()
        for picture in range(count):
            content = encoded(pattern(1000 * number + picture, size), ".png")
            (folder / name / f"{name}_{picture + 1:04d}.png").write_bytes(content)
    (folder / "crops.json").write_text(json.dumps({"size": size, "margin": margin, "detector": "none"}))
    return folder
