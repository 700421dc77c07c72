"""Crops lie where the analytic pattern says they do, to a fraction of a pixel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from facenet_core.align import TEMPLATE, align, similarity, template, warp

Points = NDArray[np.float64]
Pattern = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]


def transform(scale: float, angle: float, shift: tuple[float, float]) -> NDArray[np.float64]:
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    return np.array([[cos, -sin, shift[0]], [sin, cos, shift[1]]])


def apply(matrix: NDArray[np.float64], points: Points) -> Points:
    return points @ matrix[:, :2].T + matrix[:, 2]


def inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    turn = np.linalg.inv(matrix[:, :2])
    return np.column_stack([turn, -turn @ matrix[:, 2]])


def waves(period: float) -> Pattern:
    """A smooth pattern with a gradient of up to 20 grey values a pixel at a period of 28."""

    def value(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        return 127.5 + 45 * np.sin(2 * np.pi * x / period) + 45 * np.cos(2 * np.pi * y / period + 1)

    return value


def render(pattern: Pattern, height: int, width: int) -> NDArray[np.uint8]:
    y, x = np.mgrid[:height, :width].astype(np.float64)
    return np.repeat(np.rint(pattern(x, y)).astype(np.uint8)[..., None], 3, axis=2)


def expected_crop(pattern: Pattern, matrix: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """The pattern under the centre of each pixel of the crop."""
    v, u = np.mgrid[:size, :size].astype(np.float64)
    places = apply(inverse(matrix), np.stack([u.ravel(), v.ravel()], axis=1))
    return pattern(places[:, 0], places[:, 1]).reshape(size, size)


scales = st.floats(0.05, 20)
angles = st.floats(-np.pi, np.pi)
shifts = st.tuples(st.floats(-500, 500), st.floats(-500, 500))


@given(scales, angles, shifts)
def test_the_transform_between_two_patterns_is_recovered(
    scale: float, angle: float, shift: tuple[float, float]
) -> None:
    true = transform(scale, angle, shift)
    np.testing.assert_allclose(similarity(TEMPLATE, apply(true, TEMPLATE)), true, rtol=1e-9, atol=1e-7)


def test_noisy_landmarks_give_the_least_squares_transform() -> None:
    noise = np.random.default_rng(0).normal(0, 3, TEMPLATE.shape)
    target = apply(transform(1.7, 0.4, (20, -9)), TEMPLATE) + noise
    found = similarity(TEMPLATE, target)

    def error(matrix: NDArray[np.float64]) -> float:
        return float(((apply(matrix, TEMPLATE) - target) ** 2).sum())

    # The four free numbers of a similarity enter linearly, so numpy's solver gives the least error there is.
    x, y = TEMPLATE.T
    ones, zeros = np.ones(5), np.zeros(5)
    rows = np.concatenate([np.stack([x, -y, ones, zeros], 1), np.stack([y, x, zeros, ones], 1)])
    a, b, dx, dy = np.linalg.lstsq(rows, np.concatenate([target[:, 0], target[:, 1]]))[0]
    assert error(found) == pytest.approx(error(np.array([[a, -b, dx], [b, a, dy]])), rel=1e-9)


def test_mirrored_landmarks_are_never_mirrored_back() -> None:
    mirrored = TEMPLATE * (-1, 1)
    assert np.linalg.det(similarity(mirrored, TEMPLATE)[:, :2]) > 0


def test_a_margin_shows_more_around_the_same_face() -> None:
    np.testing.assert_allclose(template(), TEMPLATE)
    np.testing.assert_allclose(template(128, margin=8), TEMPLATE + 8)
    pixel_edges = (template(160) + 0.5) / 160
    np.testing.assert_allclose(pixel_edges, (TEMPLATE + 0.5) / 112)


@settings(max_examples=30, deadline=None)
@given(
    ratio=st.floats(0.5, 5),
    angle=angles,
    shift=st.tuples(st.floats(-1, 1), st.floats(-1, 1)),
    size=st.sampled_from([112, 160]),
)
def test_each_pixel_of_a_crop_shows_what_lies_under_its_centre(
    ratio: float, angle: float, shift: tuple[float, float], size: int
) -> None:
    """`ratio` picture pixels fall on one crop pixel; half a pixel amiss would show as ten grey values."""
    side = int(1.5 * size * ratio) + 40
    pattern = waves(28 * max(ratio, 1.0))
    turn = transform(1 / ratio, angle, (0, 0))
    middle = apply(turn, np.array([[side / 2 + shift[0], side / 2 + shift[1]]]))[0]
    matrix = np.column_stack([turn[:, :2], size / 2 - middle])
    crop = warp(render(pattern, side, side), matrix, size)
    error = crop[..., 0] - expected_crop(pattern, matrix, size)
    assert abs(error.mean()) < 0.3
    assert abs(error).max() < 3.5


@settings(max_examples=30, deadline=None)
@given(ratio=st.floats(0.8, 5), angle=st.floats(-1, 1), margin=st.sampled_from([0.0, 8.0]))
def test_a_moved_face_gives_the_same_crop(ratio: float, angle: float, margin: float) -> None:
    pattern = waves(30)
    landmarks = TEMPLATE + 60
    still = align(render(pattern, 240, 240), landmarks, 112, margin)
    move = transform(ratio, angle, (0, 0))
    corners = apply(move, np.array([[0, 0], [240, 0], [0, 240], [240, 240]], np.float64))
    move[:, 2] = -corners.min(axis=0)
    width, height = np.ceil(np.ptp(corners, axis=0)).astype(int)
    back = inverse(move)

    def moved_pattern(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        places = apply(back, np.stack([x.ravel(), y.ravel()], axis=1))
        return pattern(places[:, 0], places[:, 1]).reshape(x.shape)

    moved = align(render(moved_pattern, height, width), apply(move, landmarks), 112, margin)
    assert abs(moved.astype(int) - still).max() < 7
    assert abs(moved.astype(int) - still).mean() < 1.5


@pytest.mark.parametrize("ratio", [3.0, 4.4, 6.0, 11.7])
def test_detail_finer_than_the_crop_turns_grey_and_does_not_alias(ratio: float) -> None:
    side = int(112 * ratio) + 60
    chequered = np.where(np.indices((side, side)).sum(axis=0) % 2, 255, 0).astype(np.uint8)
    picture = np.repeat(chequered[..., None], 3, axis=2)
    crop = warp(picture, transform(1 / ratio, 0.1, (3, 0)), 112)
    inside = crop[16:100, 16:100].astype(float)
    assert abs(inside.mean() - 127.5) < 2
    assert inside.std() < 8


def test_only_the_region_around_the_face_is_touched() -> None:
    """A picture of 30 GB that occupies three bytes: copying it would fail."""
    huge = np.broadcast_to(np.array([10, 20, 30], np.uint8), (100_000, 100_000, 3))
    crop = align(huge, TEMPLATE * 3 + 50_000)
    assert (crop == (10, 20, 30)).all()


def test_what_lies_outside_the_picture_is_black() -> None:
    white = np.full((112, 112, 3), 255, np.uint8)
    crop = align(white, TEMPLATE - (56, 0))
    assert (crop[:, :55] == 0).all()
    assert (crop[:, 57:] == 255).all()
    assert not align(white, TEMPLATE + 5000).any()
    assert not align(white, TEMPLATE * 40 + 5000).any()


@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.05, 30), st.floats(-60, 60))
def test_no_picture_is_too_small_for_a_crop(height: int, width: int, scale: float, shift: float) -> None:
    picture = np.full((height, width, 3), 200, np.uint8)
    assert align(picture, TEMPLATE * scale + shift).shape == (112, 112, 3)


def test_a_view_with_reversed_channels_is_cut_like_a_copy() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (200, 200, 3), np.uint8)
    view = picture[..., ::-1]
    assert not view.flags.c_contiguous
    np.testing.assert_array_equal(align(view, TEMPLATE + 20), align(view.copy(), TEMPLATE + 20))


def test_landmarks_that_define_no_transform_are_refused() -> None:
    picture = np.zeros((50, 50, 3), np.uint8)
    with pytest.raises(ValueError, match="one point"):
        align(picture, np.full((5, 2), 7.0))
    with pytest.raises(ValueError, match="not a finite number"):
        align(picture, np.full((5, 2), np.nan))
    with pytest.raises(ValueError, match="two equal lists"):
        align(picture, np.zeros((4, 2)))
    with pytest.raises(ValueError, match="uint8"):
        align(picture.astype(np.float32), TEMPLATE)  # type: ignore[arg-type]


def test_unequal_sides_stretch_the_upright_face() -> None:
    pattern, size, margin = waves(28), 160, (-4.0, 5.0, -4.0, 23.0)
    placed = transform(1.3, 0.5, (90, 30))
    image = render(pattern, 300, 300)
    crop = align(image, apply(placed, TEMPLATE), size, margin)
    # The window of 104 x 140 template pixels fills the crop; edges lie half a pixel outside of the first centres.
    across, down = size / 104, size / 140
    window = np.array([[across, 0, (-4 + 0.5) * across - 0.5], [0, down, (5 + 0.5) * down - 0.5]])
    back = inverse(placed)
    both = np.column_stack([window[:, :2] @ back[:, :2], apply(window, back[:, 2])])
    assert np.abs(crop[..., 0] - expected_crop(pattern, both, size)).max() < 3
    np.testing.assert_allclose(template(size, margin), apply(window, TEMPLATE))


def test_the_same_margin_on_each_side_may_be_said_once() -> None:
    image = render(waves(28), 200, 200)
    landmarks = apply(transform(1.2, -0.3, (40, 60)), TEMPLATE)
    np.testing.assert_array_equal(align(image, landmarks, 112, (8, 8, 8, 8)), align(image, landmarks, 112, 8.0))
