"""What a run is trained on: its crops without the people it is verified on, and batches of them as network input."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facenet_core.data.augment import Augmentation
from facenet_core.data.batches import Batches
from facenet_core.data.crops import Crops, InMemory, open_crops
from facenet_core.data.sampling import PK, Balanced, Natural, Sampler
from facenet_core.preprocess import PREPROCESSING
from facenet_core.teacher import Teacher
from facenet_core.train.config import PEOPLE, PICTURES, Config
from facenet_core.train.objective import size
from facenet_core.train.validation import left_out
from facenet_core.types import FacenetError


def open_training_crops(config: Config) -> Crops:
    """The crops of a run. Raises FacenetError where its loss cannot be trained on them."""
    paths, without = [Path(path) for path in config.data], left_out(config)
    if config.by_people and without:
        everybody = set(open_crops(paths).people)
        if len(everybody - without) < 2 <= len(everybody):
            raise FacenetError(
                f"{len(everybody & without)} of {len(everybody)} people are in the chosen folds of the pairs and were "
                f"left out of training, which needs at least two by the loss {config.loss}: choose fewer --folds."
            )
    crops = open_crops(paths, without)
    if config.by_people and (crops.labels < 0).any():
        raise FacenetError(
            f"The loss {config.loss} needs to know who each crop shows, and {np.sum(crops.labels < 0):,} of "
            f"{len(crops):,} have no person, as those of packs: train on folders of people, or by --loss distill."
        )
    if config.by_people and len(crops.people) < 2:
        raise FacenetError(f"The loss {config.loss} needs crops of at least two people.")
    if config.loss == "distill" and config.teacher is None:
        if crops.teacher is None:
            raise FacenetError(
                "Distillation needs a teacher's embedding of every crop: train on packs that hold them, or name a "
                "teacher."
            )
        if crops.teacher.shape[1] != config.dimension:
            raise FacenetError(
                f"The teacher's embeddings have {crops.teacher.shape[1]} numbers, the network's {config.dimension}: "
                "they must be equal."
            )
    if config.batch_size > len(crops):
        raise FacenetError(f"A batch of {config.batch_size} is larger than all data, {len(crops)} crops.")
    return InMemory(crops) if config.in_memory else crops


def training_sampler(config: Config, crops: Crops) -> Sampler:
    if config.sampling == "people":
        return PK(crops.labels, config.people or PEOPLE, config.pictures or PICTURES, config.seed)
    if config.sampling == "balanced":
        return Balanced(crops.labels, config.batch_size, config.seed)
    return Natural(len(crops), config.batch_size, config.seed)


def training_batches(config: Config, crops: Crops, sampler: Sampler) -> Batches:
    return Batches(crops, sampler, config.augmentation, size(config), config.crop_margin, config.seed, config.workers)


def statistics_batches(config: Config, crops: Crops) -> Iterator[NDArray[np.float32]]:
    """The input that batch norm is measured on: the same clean crops each time, at most all of them once."""
    sampler = Natural(len(crops), config.batch_size, config.seed)
    batches = Batches(
        crops, sampler, Augmentation.none(), size(config), config.crop_margin, config.seed, config.workers
    )
    count = min(config.statistics, max(1, len(crops) // config.batch_size))
    with closing(prepared(config, batches)) as inputs:
        for _, (pixels, _) in zip(range(count), inputs, strict=False):
            yield pixels


def open_teacher(config: Config) -> Teacher | None:
    """The teacher of a run, if it has one at work. Raises FacenetError where it does not fit."""
    if config.teacher is None:
        return None
    teacher = Teacher(Path(config.teacher), config.workers or os.cpu_count() or 1, tuple(config.hints.values()))
    if (teacher.side, teacher.dimension) != (size(config), config.dimension):
        raise FacenetError(
            f"The teacher describes crops of {teacher.side} pixels by {teacher.dimension} numbers, and the network "
            f"those of {size(config)} by {config.dimension}: they must be equal."
        )
    return teacher


def prepared(
    config: Config, batches: Batches, first_step: int = 0, teacher: Teacher | None = None
) -> Generator[tuple[Any, Any], None, None]:
    """Each batch as network input and targets (see `objective.learner`), made while the one before is trained on."""
    preprocess = PREPROCESSING[config.preprocessing]
    iterator = batches.iterate(first_step)

    def following() -> tuple[Any, Any]:
        batch = next(iterator)
        pixels = preprocess(batch.images)
        if teacher is None:
            return pixels, batch.labels if config.by_people else batch.teacher
        vectors, *maps = teacher(batch.images)
        return [pixels, *maps] if config.stretches else pixels, [vectors, *maps] if maps else vectors

    with closing(iterator), ThreadPoolExecutor(1, thread_name_prefix="input") as pool:
        ahead = pool.submit(following)
        while True:
            ready = ahead.result()
            ahead = pool.submit(following)
            yield ready


def fingerprint(crops: Crops) -> str:
    """What tells these crops from others: who they show or how the teacher describes them, in which order."""
    digest = hashlib.sha256("\0".join(crops.people).encode("utf-8", "surrogateescape"))
    digest.update(crops.labels.tobytes())
    digest.update(b"" if crops.teacher is None else crops.teacher.tobytes())
    return digest.hexdigest()
