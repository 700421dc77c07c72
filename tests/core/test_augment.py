"""Augmentation does what its settings say, no more, and the same for the same generator."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from facenet_core.data.augment import Augmentation, augment
from facenet_core.types import FacenetError
from tests.core.made_crops import pattern

CROP = pattern(1)
PLAIN = CROP[8:120, 8:120]


def changed(seed: int = 0, crop: NDArray[np.uint8] = CROP, size: int = 112, **strengths: float) -> NDArray[np.uint8]:
    return augment(crop, size, 8.0, 0.0, np.random.default_rng(seed), Augmentation(**strengths))


def luma(image: NDArray[np.uint8]) -> NDArray[np.float64]:
    return np.asarray(image @ np.array([0.299, 0.587, 0.114]))


def detail(image: NDArray[np.uint8]) -> float:
    return float(abs(np.diff(image.astype(float), axis=1)).mean())


def blob(x: float, y: float) -> NDArray[np.uint8]:
    """A crop of 128, dark but for a round spot around (x, y)."""
    v, u = np.mgrid[:128, :128]
    spot = 200 * np.exp(-((u - x) ** 2 + (v - y) ** 2) / 18)
    return np.repeat(spot.astype(np.uint8)[..., None], 3, axis=2)


def centroid(image: NDArray[np.uint8]) -> NDArray[np.float64]:
    weight = image[..., 0].astype(float)
    v, u = np.mgrid[: len(image), : len(image)]
    return np.array([(u * weight).sum(), (v * weight).sum()]) / weight.sum()


def test_none_is_the_standard_crop() -> None:
    np.testing.assert_array_equal(augment(CROP, 112, 8, 0, np.random.default_rng(0), Augmentation.none()), PLAIN)


def test_equal_generators_give_equal_crops_and_others_do_not() -> None:
    def standard(seed: int) -> NDArray[np.uint8]:
        return augment(CROP, 112, 8, 0, np.random.default_rng(seed), Augmentation.standard())

    np.testing.assert_array_equal(standard(5), standard(5))
    assert len({standard(seed).tobytes() for seed in range(20)}) == 20


def test_a_flip_is_a_mirror() -> None:
    np.testing.assert_array_equal(changed(flip=1.0), PLAIN[:, ::-1])
    flips = sum(not np.array_equal(changed(seed, flip=0.3), PLAIN) for seed in range(2000))
    assert abs(flips - 600) < 4 * np.sqrt(2000 * 0.3 * 0.7)


@pytest.mark.parametrize("size", [112, 224])
def test_shifts_reach_to_either_side_and_no_further_than_they_are_allowed(size: int) -> None:
    pixel = size / 112
    still = centroid(changed(crop=blob(64, 70), size=size))
    moves = np.array([centroid(changed(seed, blob(64, 70), size, shift=5)) - still for seed in range(200)]) / pixel
    assert abs(moves).max() < 5.05
    assert (moves.min(axis=0) < -4.5).all()
    assert (moves.max(axis=0) > 4.5).all()


def test_scale_and_rotation_keep_the_middle_of_the_crop() -> None:
    middle = [centroid(changed(seed, blob(63.5, 63.5), scale=0.2, rotation=30)) for seed in range(50)]
    np.testing.assert_allclose(middle, 55.5, atol=0.1)
    right = np.array([centroid(changed(seed, blob(63.5 + 24, 63.5), scale=0.2, rotation=30)) for seed in range(200)])
    arms = (right - 55.5) @ (1, 1j)
    assert 0.79 * 24 < abs(arms).min() < 0.85 * 24
    assert 1.15 * 24 < abs(arms).max() < 1.21 * 24
    angles = np.degrees(np.angle(arms))
    assert -30.5 < angles.min() < -27
    assert 27 < angles.max() < 30.5


def test_grey_keeps_the_luma() -> None:
    grey = changed(grey=1.0)
    assert np.ptp(grey.astype(int), axis=2).max() <= 1
    np.testing.assert_allclose(luma(grey), luma(PLAIN), atol=1)


def test_hue_and_saturation_change_colours_and_keep_the_luma() -> None:
    # Away from black and white, where colours would be cut off.
    calm = (CROP // 4 + 96).astype(np.uint8)
    for strengths in ({"hue": 40.0}, {"saturation": 0.6}):
        images = [changed(seed, calm, colour=1.0, **strengths) for seed in range(10)]
        assert max(abs(image.astype(int) - calm[8:120, 8:120]).max() for image in images) > 15
        for image in images:
            np.testing.assert_allclose(luma(image), luma(calm[8:120, 8:120]), atol=1)


def test_brightness_contrast_and_gamma_go_both_ways() -> None:
    def over(measure: Any, **strengths: float) -> tuple[float, float]:
        values = [measure(luma(changed(seed, colour=1.0, **strengths))) / measure(luma(PLAIN)) for seed in range(100)]
        return min(values), max(values)

    for measure, strengths in ((np.mean, {"brightness": 0.2}), (np.std, {"contrast": 0.4}), (np.mean, {"gamma": 0.5})):
        least, most = over(measure, **strengths)
        assert least < 0.85
        assert most > 1.15
    np.testing.assert_array_equal(changed(colour=0.0, brightness=1, contrast=1, saturation=1, hue=90, gamma=1), PLAIN)


@pytest.mark.parametrize(
    "strengths", [{"blur": 1.0, "blur_sigma": 5.0}, {"low_resolution": 1.0, "lowest_resolution": 0.1}]
)
def test_blur_and_low_resolution_take_detail_and_move_nothing(strengths: dict[str, float]) -> None:
    fine = np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8)
    taken = [detail(changed(seed, fine, **strengths)) / detail(fine[8:120, 8:120]) for seed in range(40)]
    assert min(taken) < 0.2
    assert max(taken) > 0.35
    np.testing.assert_allclose(centroid(changed(2, blob(60, 70), **strengths)), (52, 62), atol=0.15)


def test_jpeg_damages_more_the_lower_its_quality() -> None:
    fine = np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8)

    def error(quality: float) -> float:
        image = changed(0, fine, jpeg=1.0, jpeg_quality=quality)
        return float(abs(image.astype(int) - fine[8:120, 8:120]).mean())

    assert error(5) > error(60) > error(95) > 0
    red = np.zeros((128, 128, 3), np.uint8)
    red[..., 0] = 200
    np.testing.assert_allclose(changed(0, red, jpeg=1.0, jpeg_quality=90)[5, 5], (200, 0, 0), atol=4)


def test_a_cutout_is_one_rectangle_of_one_colour() -> None:
    colours, sides = set(), []
    for seed in range(60):
        hidden = (changed(seed, cutout=1.0, cutout_share=0.5) != PLAIN).any(axis=2)
        rows, columns = np.flatnonzero(hidden.any(axis=1)), np.flatnonzero(hidden.any(axis=0))
        inside = changed(seed, cutout=1.0, cutout_share=0.5)[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        assert (inside == inside[0, 0]).all()
        colours.add(tuple(inside[0, 0]))
        sides += inside.shape[:2]
    assert len(colours) == 60
    assert 40 < max(sides) <= 57


def test_switching_one_change_off_leaves_the_others_as_they_were() -> None:
    standard = Augmentation.standard()
    for seed in range(30):
        moved = augment(
            CROP, 112, 8, 0, np.random.default_rng(seed), Augmentation(flip=0.5, shift=3, scale=0.06, rotation=6)
        )
        without = dataclasses.replace(standard, blur=0, low_resolution=0, colour=0, grey=0, jpeg=0, cutout=0)
        np.testing.assert_array_equal(augment(CROP, 112, 8, 0, np.random.default_rng(seed), without), moved)


def test_the_crop_itself_is_never_changed() -> None:
    crop = CROP.copy()
    crop.flags.writeable = False
    everything = dataclasses.replace(Augmentation.standard(), shift=0, scale=0, rotation=0, flip=0, cutout=1.0, jpeg=0)
    for seed in range(50):
        augment(crop, 112, 8, 0, np.random.default_rng(seed), everything)
    np.testing.assert_array_equal(crop, CROP)


share = st.floats(0, 1)


@settings(max_examples=60, deadline=None)
@given(
    shape=st.tuples(st.integers(1, 200), st.integers(1, 200)),
    margins=st.tuples(st.floats(0, 20), st.floats(0, 20)),
    seed=st.integers(0, 2**40),
    likely=st.lists(share, min_size=7, max_size=7),
    scale=st.floats(0, 0.5),
)
def test_any_setting_gives_a_crop_of_the_size_asked_for(
    shape: tuple[int, int], margins: tuple[float, float], seed: int, likely: list[float], scale: float
) -> None:
    names = ("flip", "colour", "grey", "blur", "jpeg", "cutout", "low_resolution")
    strengths = dict(zip(names, likely, strict=True))
    drawn = Augmentation(**strengths, shift=30, scale=scale, rotation=180, brightness=1, contrast=1, gamma=2, hue=180)
    image = augment(pattern(seed, shape[0]), shape[1], max(margins), min(margins), np.random.default_rng(seed), drawn)
    assert image.dtype == np.uint8
    assert image.shape == (shape[1], shape[1], 3)


def test_settings_come_by_name_or_as_json() -> None:
    assert Augmentation.parse("none") == Augmentation.none() == Augmentation()
    assert Augmentation.parse("standard") == Augmentation.standard()
    assert Augmentation.parse(json.loads('{"flip": 0.5, "shift": 2}')) == Augmentation(flip=0.5, shift=2)
    kept = json.dumps(dataclasses.asdict(Augmentation.standard()))
    assert Augmentation.parse(json.loads(kept)) == Augmentation.standard()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("strong", "no augmentation 'strong'; there are: none, standard"),
        ({"flp": 0.5}, "no flp"),
        ({"flip": 1.5}, "flip must be a number from 0 to 1, not 1.5"),
        ({"flip": True}, "flip must be a number"),
        ({"flip": "0.5"}, "flip must be a number"),
        ({"flip": None}, "flip must be a number"),
        ({"shift": float("nan")}, "shift must be a number from 0 to 30"),
        ({"jpeg_quality": 0}, "jpeg_quality must be a number from 1 to 95"),
    ],
)
def test_settings_that_cannot_be_are_refused(value: str | dict[str, Any], message: str) -> None:
    with pytest.raises(FacenetError, match=message):
        Augmentation.parse(value)
