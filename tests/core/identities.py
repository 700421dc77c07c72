"""Made-up people for training tests: a coloured pattern each, with noise, other light and a shift in every picture."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from facenet_core.data.augment import Augmentation
from facenet_core.train.config import Config
from tests.core.made_crops import write_pack

SIZE, MARGIN = 128, 8.0


def picture(person: int, number: int) -> NDArray[np.uint8]:
    pattern = np.random.default_rng(person).integers(0, 256, (5, 5, 3)).astype(np.float32)
    rng = np.random.default_rng([person, number])
    large = cv2.resize(pattern, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
    moved = np.roll(large, rng.integers(-4, 5, 2), (0, 1))
    return np.clip(moved * rng.uniform(0.7, 1.2) + rng.normal(0, 10, moved.shape), 0, 255).astype(np.uint8)


def write_people(folder: Path, people: int, pictures: int) -> Path:
    """A folder of crops as `align` writes it: people `Person_00`, ... with as many pictures each."""
    folder.mkdir(parents=True)
    for person in range(people):
        name = f"Person_{person:02d}"
        (folder / name).mkdir()
        for number in range(1, pictures + 1):
            content = cv2.imencode(".png", picture(person, number)[..., ::-1])[1].tobytes()
            (folder / name / f"{name}_{number:04d}.png").write_bytes(content)
    (folder / "crops.json").write_text(json.dumps({"size": SIZE, "margin": MARGIN, "detector": "none"}))
    return folder


def write_pairs(file: Path, folds: int, of_fold: int = 4) -> Path:
    """A pairs file whose fold k, counted from 0, is about the people 2 k and 2 k + 1."""
    lines = [f"{folds}\t{of_fold}"]
    for fold in range(folds):
        one, other = f"Person_{2 * fold:02d}", f"Person_{2 * fold + 1:02d}"
        lines += [f"{one}\t1\t{number}" for number in range(2, 2 + of_fold)]
        lines += [f"{one}\t{number}\t{other}\t{number}" for number in range(1, 1 + of_fold)]
    file.write_text("\n".join(lines) + "\n")
    return file


def write_taught(file: Path, people: int, pictures: int, dimension: int = 128) -> Path:
    """A pack whose teacher has a vector for each person."""
    vectors = np.random.default_rng(0).normal(size=(people, dimension))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    shown = [(person, number) for person in range(people) for number in range(pictures)]
    teacher = vectors[[person for person, _ in shown]].astype(np.float16)
    return write_pack(file, [picture(*one) for one in shown], teacher=teacher)


def small(data: Path, **settings: Any) -> Config:
    """The smallest run that learns: a thin MobileNet at 32 pixels, without augmentation unless it is asked for."""
    usual: dict[str, Any] = {
        "options": {"alpha": 0.25},
        "size": 32,
        "steps": 30,
        "batch": None if "people" in settings else 16,
        "dropout": 0.0,
        "augmentation": Augmentation.none(),
        "learning_rate": 3e-3,
        "statistics": 8,
        "device": "cpu",
        "workers": 2,
    }
    return Config(data=(str(data),), **{**usual, **settings})
