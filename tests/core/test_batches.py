"""Batches depend on seed and step alone, come in order, and leave no thread behind."""

from __future__ import annotations

import threading
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from facenet_core.data.augment import Augmentation
from facenet_core.data.batches import AHEAD, Batch, Batches
from facenet_core.data.crops import Crops, open_crops
from facenet_core.data.sampling import PK, Natural, Sampler
from facenet_core.types import FacenetError
from tests.core.made_crops import pattern, write_folder, write_pack
from tests.core.processes import output_of


@pytest.fixture
def crops(tmp_path: Path) -> Crops:
    return open_crops([write_folder(tmp_path / "crops", {"Anna": 20, "Ben": 15, "Cem": 5})])


def batches(crops: Crops, sampler: Sampler | None = None, workers: int = 2, seed: int = 0) -> Batches:
    sampler = sampler or Natural(len(crops), 50, seed=3)
    return Batches(crops, sampler, Augmentation.standard(), 112, 0.0, seed, workers)


def assert_equal(first: Batch, second: Batch) -> None:
    np.testing.assert_array_equal(first.images, second.images)
    np.testing.assert_array_equal(first.labels, second.labels)
    np.testing.assert_array_equal(first.indices, second.indices)


def test_a_batch_is_the_same_whoever_makes_it(crops: Crops) -> None:
    alone = [batches(crops).batch(step) for step in range(4)]
    for workers in (1, 3, 8):
        for one, other in zip(alone, batches(crops, workers=workers).iterate(), strict=False):
            assert_equal(one, other)


def test_a_run_that_starts_later_gets_the_batches_it_would_have_got(crops: Crops) -> None:
    unbroken = list(islice(batches(crops).iterate(), 7))
    resumed = list(islice(batches(crops).iterate(5), 2))
    assert_equal(unbroken[5], resumed[0])
    assert_equal(unbroken[6], resumed[1])


def test_seed_step_and_place_in_the_batch_change_the_augmentation(crops: Crops) -> None:
    class Always:
        """Draws the first crop again and again."""

        batch = 40

        def indices(self, step: int) -> NDArray[np.int64]:
            return np.zeros(40, np.int64)

    made = [batches(crops, Always(), seed=seed).batch(step) for seed in (0, 1) for step in (0, 1)]
    assert len({image.tobytes() for batch in made for image in batch.images}) == 160


def test_a_batch_holds_what_the_crops_say(tmp_path: Path) -> None:
    teacher = np.random.default_rng(0).normal(size=(30, 6)).astype(np.float16)
    crops = open_crops([write_pack(tmp_path / "a.npz", [pattern(i) for i in range(30)], teacher=teacher)])
    plain = Batches(crops, Natural(30, 20, seed=0), Augmentation.none(), 112, 0.0)
    batch = plain.batch(0)
    assert (batch.images.dtype, batch.images.shape) == (np.uint8, (20, 112, 112, 3))
    assert batch.labels.tolist() == [-1] * 20
    assert batch.teacher is not None
    np.testing.assert_array_equal(batch.teacher, teacher[batch.indices].astype(np.float32))
    for image, index in zip(batch.images, batch.indices.tolist(), strict=True):
        np.testing.assert_array_equal(image, pattern(index)[8:120, 8:120])


def test_people_stay_together_in_a_batch_for_triplets(crops: Crops) -> None:
    batch = batches(crops, PK(crops.labels, 3, 8, seed=1)).batch(9)
    assert sorted(batch.labels.reshape(3, 8).tolist()) == [[0] * 8, [1] * 8, [2] * 8]
    assert batch.teacher is None


def test_no_more_batches_are_begun_than_will_be_wanted_soon(crops: Crops) -> None:
    begun: list[int] = []

    class Watched(Natural):
        def indices(self, step: int) -> NDArray[np.int64]:
            begun.append(step)
            return super().indices(step)

    iterator = batches(crops, Watched(len(crops), 10, 0)).iterate()
    for taken in range(1, 6):
        next(iterator)
        assert begun == list(range(taken + AHEAD))
    iterator.close()


def test_closing_ends_the_threads(crops: Crops) -> None:
    iterator = batches(crops, workers=4).iterate()
    next(iterator)
    assert any(thread.name.startswith("batches") for thread in threading.enumerate())
    iterator.close()
    assert not any(thread.name.startswith("batches") for thread in threading.enumerate())


def test_a_damaged_crop_stops_at_its_batch_by_name(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "crops", {"Anna": 30})
    (folder / "Anna" / "Anna_0026.png").write_bytes(b"cut off")

    class InOrder:
        batch = 10

        def indices(self, step: int) -> NDArray[np.int64]:
            return np.arange(step * 10, step * 10 + 10) % 30

    iterator = batches(open_crops([folder]), InOrder()).iterate()
    assert [len(next(iterator).images) for _ in range(2)] == [10, 10]
    with pytest.raises(FacenetError, match=r"Anna_0026\.png cannot be read"):
        next(iterator)
    assert not any(thread.name.startswith("batches") for thread in threading.enumerate())


def test_a_network_that_wants_to_see_more_than_the_crops_show_is_refused(crops: Crops) -> None:
    with pytest.raises(
        FacenetError, match=r"wants a margin of 16 .* the crops show 8: align the photos with --margin 16"
    ):
        Batches(crops, Natural(40, 8, 0), Augmentation.none(), 160, 16.0)


def test_making_batches_loads_no_framework() -> None:
    modules = output_of(
        "import sys\n"
        "from facenet_core.data import alignment, augment, batches, crops, pairs, sampling\n"
        "print(*sys.modules)"
    ).split()
    assert "cv2" in modules
    assert not {"tensorflow", "keras", "jax", "sklearn", "matplotlib"} & set(modules)
