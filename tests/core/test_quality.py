"""The quality of a face: in 0..1, lower for each flaw, and blind to what is no flaw."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest
import skimage.data
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from facenet_core import quality
from facenet_core.align import TEMPLATE, align

Pixels = NDArray[np.uint8]
Points = NDArray[np.float64]

PHOTO = np.asarray(skimage.data.astronaut(), np.uint8)
# The astronaut's eyes, nose and corners of the mouth, to a pixel.
FACE = np.array([[203.4, 103.6], [247.5, 104.4], [224.1, 127.7], [204.0, 143.1], [242.9, 143.7]])
SCORE = 0.95


def resized(ratio: float) -> tuple[Pixels, Points]:
    small = cv2.resize(PHOTO, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA if ratio < 1 else cv2.INTER_CUBIC)
    return np.asarray(small, np.uint8), (FACE + 0.5) * ratio - 0.5


def value(image: Pixels, landmarks: Points = FACE, score: float = SCORE) -> float:
    return quality.measure(image, landmarks, score).value


def test_a_good_face_has_no_flaw() -> None:
    assert all(share > 0.98 for share in quality.measure(PHOTO, FACE, SCORE))


@given(
    arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3))),
    arrays(np.float64, (5, 2), elements=st.floats(-60, 90)),
    st.floats(0, 1),
)
def test_the_value_and_its_shares_lie_between_0_and_1(image: Pixels, landmarks: Points, score: float) -> None:
    try:
        found = quality.measure(image, landmarks, score)
    except ValueError:
        # Landmarks that define no crop.
        return
    assert all(0 <= share <= 1 for share in found)
    assert 0 <= found.value <= min(found)


@given(st.integers(0, 4))
def test_blur_lowers_it(step: int) -> None:
    sigmas = [0.5, 1, 2, 4, 8, 16]
    sharp, blurred = (np.asarray(cv2.GaussianBlur(PHOTO, (0, 0), sigma), np.uint8) for sigma in sigmas[step : step + 2])
    assert value(blurred) < value(sharp) < value(PHOTO)


@given(st.floats(0.06, 0.7))
def test_a_smaller_face_has_less(ratio: float) -> None:
    assert value(*resized(ratio)) < value(*resized(ratio * 1.2))


@pytest.mark.parametrize("ratio", [1.5, 2.0, 3.0])
def test_a_larger_photo_of_the_same_face_is_as_good(ratio: float) -> None:
    assert value(*resized(ratio)) == pytest.approx(value(PHOTO), abs=0.02)


def turned(degrees: float, up: float = 0.0) -> Points:
    """The template's face in three dimensions, turned to a side and then upwards, drawn into the photo."""
    depth = np.array([0.0, 0.0, 20.0, 3.0, 3.0])
    face = np.column_stack([TEMPLATE - TEMPLATE.mean(axis=0), depth])
    yaw, pitch = np.radians(degrees), np.radians(up)
    around = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    over = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    landmarks: Points = (face @ around.T @ over.T)[:, :2] + FACE.mean(axis=0)
    return landmarks


@pytest.mark.parametrize("side", [-1, 1])
def test_the_further_a_face_turns_to_a_side_the_less_it_has(side: int) -> None:
    shares = [quality.measure(PHOTO, turned(side * degrees), SCORE).pose for degrees in (0, 30, 45, 60, 75)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.99 > shares[2] > shares[4] + 0.05


def test_looking_up_lowers_it_and_a_slight_tilt_does_not() -> None:
    shares = [quality.measure(PHOTO, turned(0, up), SCORE).pose for up in (0, 10, 30, 45)]
    assert shares[1] > 0.97
    assert shares[2] < 0.96
    assert shares[3] < shares[2]


@given(st.floats(-180, 180))
def test_a_face_on_its_side_is_as_good(degrees: float) -> None:
    middle = FACE.mean(axis=0)
    turn = cv2.getRotationMatrix2D((float(middle[0]), float(middle[1])), degrees, 1)
    image = np.asarray(cv2.warpAffine(PHOTO, turn, PHOTO.shape[1::-1], borderMode=cv2.BORDER_REFLECT), np.uint8)
    rolled = FACE @ turn[:, :2].T + turn[:, 2]
    assert quality.measure(image, rolled, SCORE).pose == pytest.approx(quality.measure(PHOTO, FACE, SCORE).pose)
    assert value(image, rolled) == pytest.approx(value(PHOTO), abs=0.05)


@given(st.floats(-70, 70))
def test_a_mirror_image_is_equal(degrees: float) -> None:
    landmarks = turned(degrees)
    mirrored = (landmarks * (-1, 1) + (PHOTO.shape[1] - 1, 0))[[1, 0, 2, 4, 3]]
    image = np.ascontiguousarray(PHOTO[:, ::-1])
    assert quality.measure(image, mirrored, SCORE) == pytest.approx(quality.measure(PHOTO, landmarks, SCORE), abs=0.01)


def test_burnt_out_skin_lowers_it() -> None:
    bright = np.asarray(cv2.convertScaleAbs(PHOTO, alpha=2.5), np.uint8)
    assert quality.measure(bright, FACE, SCORE).exposure < quality.measure(PHOTO, FACE, SCORE).exposure - 0.005


@given(st.floats(0, 0.9), st.floats(0, 1))
def test_a_detector_s_doubt_lowers_it(low: float, high: float) -> None:
    low, high = sorted((low, high))
    assert value(PHOTO, score=low) <= value(PHOTO, score=high)
    assert value(PHOTO, score=0.6) < 0.2 < value(PHOTO, score=0.9)


def test_nothing_but_one_colour_is_worth_nothing() -> None:
    assert value(np.full_like(PHOTO, 128)) == 0


def test_a_crop_that_is_there_already_is_not_cut_again() -> None:
    assert quality.measure(PHOTO, FACE, SCORE, align(PHOTO, FACE)) == quality.measure(PHOTO, FACE, SCORE)


def test_landmarks_in_one_point_are_refused() -> None:
    with pytest.raises(ValueError, match="one point"):
        quality.measure(PHOTO, np.full((5, 2), 40.0), SCORE)


def test_a_face_costs_less_than_a_millisecond() -> None:
    crop = align(PHOTO, FACE)
    times = []
    for _ in range(50):
        # Of this thread alone, so that a busy machine does not count.
        before = time.thread_time()
        quality.measure(PHOTO, FACE, SCORE, crop)
        times.append(time.thread_time() - before)
    assert np.median(times) < 1e-3
