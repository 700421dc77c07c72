"""Packs and folders of crops are read as they were written, or refused with a sentence."""

from __future__ import annotations

import os
import pickle
import time
import tracemalloc
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from facenet_core.align import TEMPLATE, align
from facenet_core.data.crops import InMemory, open_crops, read_marker, recut
from facenet_core.types import FacenetError, Margin
from tests.core.made_crops import encoded, pattern, write_folder, write_pack


def test_a_pack_gives_back_its_crops_teacher_and_what_is_known_of_the_faces(tmp_path: Path) -> None:
    teacher = np.random.default_rng(0).normal(size=(3, 8)).astype(np.float16)
    pack = write_pack(
        tmp_path / "a.npz", [pattern(i) for i in range(3)], teacher=teacher, age=np.array([30, -1, 4], np.int16)
    )
    crops = open_crops([pack])
    assert (len(crops), crops.size, crops.margin, crops.people) == (3, 128, 8.0, ())
    assert crops.labels.tolist() == [-1, -1, -1]
    assert crops.teacher is not None
    assert crops.teacher.dtype == np.float32
    np.testing.assert_array_equal(crops.teacher, teacher.astype(np.float32))
    assert crops.traits["age"].tolist() == [30, -1, 4]
    assert crops.traits["gender"].tolist() == [-1, -1, -1]
    assert crops.source.tolist() == ["", "", ""]
    for index in range(3):
        np.testing.assert_array_equal(crops.crop(index), pattern(index))


def test_a_folder_gives_back_its_crops_and_people(tmp_path: Path) -> None:
    crops = open_crops([write_folder(tmp_path / "crops", {"Ben": 2, "Anna": 1}, size=64, margin=4)])
    assert (crops.size, crops.margin, crops.people) == (64, 4.0, ("Anna", "Ben"))
    assert crops.labels.tolist() == [0, 1, 1]
    assert crops.teacher is None
    np.testing.assert_array_equal(crops.crop(1), pattern(0, 64))


@pytest.mark.parametrize(
    "name", ["王小明".encode(), "Ünal Öz".encode(), b"\xff\xfe broken", "אבגד".encode(), b"line\nbreak"]
)
def test_people_may_have_any_name(tmp_path: Path, name: bytes) -> None:
    crops = open_crops([write_folder(tmp_path / "crops", {name: 2, "Anna": 1})])
    label = crops.people.index(os.fsdecode(name))
    assert (crops.labels == label).sum() == 2
    for index in range(3):
        assert crops.crop(index).shape == (128, 128, 3)


def test_packs_and_folders_are_one_after_the_other(tmp_path: Path) -> None:
    teacher = np.ones((2, 4), np.float16)
    pack = write_pack(tmp_path / "a.npz", [pattern(7), pattern(8)], teacher=teacher)
    first = write_folder(tmp_path / "first", {"Ben": 1, "Anna": 1})
    second = write_folder(tmp_path / "second", {"Ben": 2})
    crops = open_crops([first, pack, second])
    assert crops.people == ("Anna", "Ben")
    assert crops.labels.tolist() == [0, 1, -1, -1, 1, 1]
    assert crops.teacher is None, "not all crops have a teacher's vector"
    np.testing.assert_array_equal(crops.crop(3), pattern(8))
    np.testing.assert_array_equal(crops.crop(5), pattern(1))


def test_a_folder_of_packs_is_all_of_them(tmp_path: Path) -> None:
    for number in range(3):
        write_pack(tmp_path / f"{number}.npz", [pattern(number)])
    crops = open_crops([tmp_path])
    assert len(crops) == 3
    np.testing.assert_array_equal(crops.crop(2), pattern(2))


def test_people_who_are_left_out_leave_no_gap_in_the_labels(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "crops", {"Anna": 2, "Ben": 1, "Cem": 3})
    crops = open_crops([folder], without_people={"Ben", "somebody else"})
    assert crops.people == ("Anna", "Cem")
    assert crops.labels.tolist() == [0, 0, 1, 1, 1]
    np.testing.assert_array_equal(crops.crop(2), pattern(2000))
    with pytest.raises(FacenetError, match="No crop is left"):
        open_crops([folder], without_people=["Anna", "Ben", "Cem"])


def test_every_fifth_crop_of_the_last_pack_is_never_trained_on(tmp_path: Path) -> None:
    ages = np.arange(11, dtype=np.int16)
    for name in ("faces-2.npz", "faces-3.npz"):
        write_pack(
            tmp_path / name, [pattern(i) for i in range(11)], age=ages, source=np.array([f"set {i}" for i in ages])
        )
    training, held_back = open_crops([tmp_path]), open_crops([tmp_path], held_back=True)
    assert training.traits["age"].tolist() == [*range(11), 1, 2, 3, 4, 6, 7, 8, 9]
    assert held_back.traits["age"].tolist() == [0, 5, 10]
    assert held_back.source.tolist() == ["set 0", "set 5", "set 10"]
    np.testing.assert_array_equal(held_back.crop(1), pattern(5))
    with pytest.raises(FacenetError, match="No held-back crop is left"):
        open_crops([tmp_path / "faces-2.npz"], held_back=True)


def test_crops_that_are_cut_differently_are_not_mixed(tmp_path: Path) -> None:
    pack = write_pack(tmp_path / "a.npz", [pattern(0)])
    folder = write_folder(tmp_path / "crops", {"Anna": 1}, size=112, margin=0)
    with pytest.raises(FacenetError, match="112 pixels with a margin of 0 and 128 pixels with a margin of 8"):
        open_crops([pack, folder])


def test_a_folder_that_align_did_not_write_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "crops", {"Anna": 1})
    (folder / "crops.json").rename(folder / "crops.unfinished.json")
    for reading in (lambda: read_marker(folder), lambda: open_crops([folder])):
        with pytest.raises(FacenetError, match=r"Not all crops .* run `python -m facenet_core align` again"):
            reading()
    (folder / "crops.unfinished.json").unlink()
    assert read_marker(folder) is None
    with pytest.raises(FacenetError, match="run `python -m facenet_core align` on the photos first"):
        open_crops([folder])
    with pytest.raises(FacenetError, match="There are no crops at"):
        open_crops([tmp_path / "nowhere"])
    with pytest.raises(FacenetError, match="no folder at all"):
        open_crops([])


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[1]", b'{"size": 128}', b'{"size": 0, "margin": 8, "detector": ""}', b'{"size": 9e999}']
    + [b'{"size": 128, "margin": %s, "detector": "x"}' % margin for margin in (b"NaN", b"-1", b"null", b"Infinity")],
)
def test_a_damaged_marker_is_refused(tmp_path: Path, content: bytes) -> None:
    folder = write_folder(tmp_path / "crops", {"Anna": 1})
    (folder / "crops.json").write_bytes(content)
    with pytest.raises(FacenetError, match=r"crops\.json tell.*align the photos again|crops\.json does not tell"):
        open_crops([folder])


def test_a_crop_of_another_size_is_refused_by_name(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "crops", {"Anna": 2})
    odd = folder / "Anna" / "Anna_0002.png"
    odd.write_bytes(encoded(pattern(0)[:100], ".png"))
    crops = open_crops([folder])
    assert crops.crop(0).shape == (128, 128, 3)
    with pytest.raises(FacenetError, match=r"Anna_0002\.png is 128 x 100 pixels, expected 128 x 128"):
        crops.crop(1)
    odd.write_bytes(b"")
    with pytest.raises(FacenetError, match=r"Anna_0002\.png cannot be read"):
        crops.crop(1)


def test_a_damaged_crop_of_a_pack_is_refused_by_number(tmp_path: Path) -> None:
    good = np.frombuffer(encoded(pattern(0)), np.uint8)
    with (tmp_path / "a.npz").open("wb") as file:
        data = np.concatenate([good, np.zeros(50, np.uint8), good])
        np.savez(file, data=data, offsets=np.array([0, len(good), len(good) + 50, len(data)], np.int64))
    crops = open_crops([tmp_path / "a.npz"])
    np.testing.assert_array_equal(crops.crop(2), pattern(0))
    with pytest.raises(FacenetError, match=r"Crop 1 of the pack .*a\.npz is damaged"):
        crops.crop(1)


PACK = {"data": np.arange(9, dtype=np.uint8), "offsets": np.array([0, 4, 9], np.int64)}


@pytest.mark.parametrize(
    "arrays",
    [
        {"data": PACK["data"]},
        PACK | {"data": PACK["data"].astype(np.float32)},
        PACK | {"offsets": np.array([0, 4, 8])},
        PACK | {"offsets": np.array([0, 12, 9])},
        PACK | {"offsets": np.array([-4, 4, 9])},
        PACK | {"offsets": np.array([0])},
        PACK | {"offsets": np.array([0, 4.5, 9])},
        PACK | {"teacher": np.ones((3, 128), np.float16)},
        PACK | {"teacher": np.full((2, 128), np.nan, np.float16)},
        PACK | {"teacher": np.array(["a", "b"])},
        PACK | {"age": np.array([1, 2, 3])},
        PACK | {"group": np.array([0.5, 1])},
        PACK | {"source": np.array([1, 2])},
        PACK | {"source": np.array(["web"])},
    ],
)
def test_a_pack_whose_arrays_do_not_fit_is_refused(tmp_path: Path, arrays: dict[str, NDArray[np.generic]]) -> None:
    with (tmp_path / "a.npz").open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
    with pytest.raises(FacenetError, match=r"The pack .*a\.npz cannot be read"):
        open_crops([tmp_path / "a.npz"])


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe0 a picture", b"\x93NUMPY", b"words"])
def test_what_is_no_pack_is_refused_without_advice_to_unpickle_it(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "text.jpg"
    file.write_bytes(content)
    with pytest.raises(FacenetError, match=r"text\.jpg cannot be read: it is no \.npz file") as refused:
        open_crops([file])
    assert "pickle" not in str(refused.value)


class Trap:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, int]]:
        return os.mkdir, (str(self.path), 0o700)


def test_a_pack_is_never_unpickled(tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    pickled = tmp_path / "a.npz"
    pickled.write_bytes(pickle.dumps(Trap(trap)))
    with pytest.raises(FacenetError, match="cannot be read"):
        open_crops([pickled])
    with pickled.open("wb") as file:
        np.savez(file, data=np.array([Trap(trap)], object), offsets=np.array([0, 1]))
    with pytest.raises(FacenetError, match="cannot be read"):
        open_crops([pickled])
    assert not trap.exists()


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_pack_opens_or_is_refused_with_a_sentence(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / "damaged"
    folder.mkdir(exist_ok=True)
    whole = folder / "whole.npz"
    if not whole.exists():
        write_pack(whole, [pattern(0, 16)], teacher=np.ones((1, 4), np.float16), age=np.ones(1, np.int16))
    content = bytearray(whole.read_bytes())
    for _ in range(data.draw(st.integers(0, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    damaged = folder / "damaged.npz"
    damaged.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        open_crops([damaged])
    except FacenetError as error:
        assert "damaged.npz" in str(error)  # noqa: PT017 (either way is right)


def test_crops_in_memory_are_decoded_once(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "crops", {"Anna": 2, "Ben": 1})
    crops = InMemory(open_crops([folder]))
    assert (len(crops), crops.size, crops.people, crops.labels.tolist()) == (3, 128, ("Anna", "Ben"), [0, 0, 1])
    first = crops.crop(0).copy()
    for file in folder.rglob("*.png"):
        file.unlink()
    np.testing.assert_array_equal(crops.crop(0), first)
    np.testing.assert_array_equal(first, pattern(0))
    with pytest.raises(FacenetError, match="cannot be read"):
        crops.crop(1)


def test_the_standard_crop_is_cut_from_the_middle_without_change() -> None:
    crop = pattern(3)
    np.testing.assert_array_equal(recut(crop, 8, 112, 0), crop[8:120, 8:120])
    np.testing.assert_array_equal(recut(crop, 8, 128, 8), crop)
    with pytest.raises(FacenetError, match="--margin 9"):
        recut(crop, 8, 112, 9)


@pytest.mark.parametrize(
    ("size", "margin"), [(160, 0.0), (160, 7.5), (112, 4.0), (96, 0.0), (60, 2.0), (160, (-4.0, 5.0, -3.0, 7.0))]
)
def test_a_recut_crop_shows_what_the_photo_would_have_given(size: int, margin: Margin) -> None:
    """Half a pixel amiss would show as several grey values."""
    photo = cv2.GaussianBlur(pattern(5, 400), (0, 0), 5)
    landmarks = TEMPLATE * 1.6 + 90
    got = recut(align(photo, landmarks, 128, 8.0), 8.0, size, margin)
    expected = align(photo, landmarks, size, margin)
    assert got.shape == (size, size, 3)
    difference = abs(got.astype(int) - expected)[2:-2, 2:-2]
    assert difference.mean() < 0.6
    assert difference.max() <= 4


def test_a_crop_cut_much_smaller_does_not_alias() -> None:
    chequered = np.where(np.indices((128, 128)).sum(axis=0) % 2, 255, 0).astype(np.uint8)
    small = recut(np.repeat(chequered[..., None], 3, axis=2), 8, 48, 0)
    assert abs(small.astype(float).mean() - 127.5) < 2
    assert small.std() < 25


def test_forty_thousand_real_crops_open_at_once_and_stay_encoded(test_data: Path) -> None:
    tracemalloc.start()
    start = time.process_time()
    crops = open_crops([test_data / "train"])
    seconds = time.process_time() - start
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    held_back = open_crops([test_data / "train"], held_back=True)
    assert len(crops) + len(held_back) > 39_000
    assert seconds < 2
    assert held < 200e6, "decoded they would take 1.9 GB"
    assert crops.teacher is not None
    np.testing.assert_allclose(np.linalg.norm(crops.teacher, axis=1), 1, atol=2e-3)
    assert set(np.unique(crops.traits["group"])) == {-1, 0, 1, 2, 3, 4}
    assert {crops.crop(index).shape for index in range(0, len(crops), 997)} == {(128, 128, 3)}
