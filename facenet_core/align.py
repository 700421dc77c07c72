"""Five landmarks to an upright, equally sized crop of the face.

Coordinates follow OpenCV: the centre of the first pixel is (0, 0), so a pixel covers -0.5..0.5.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from facenet_core.types import Margin

TEMPLATE_SIZE = 112

# Where ArcFace puts the five landmarks in a crop of 112 x 112: left eye, right eye, nose, left and right mouth corner
# as seen in the picture. Published with Deng et al. 2019, "ArcFace", arXiv 1801.07698 (insightface, face_align.py); the
# same numbers, less 8 in x, go back to the 96 x 112 crops of Wen et al. 2016 and Liu et al. 2017 (SphereFace).
TEMPLATE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]], np.float64
)


def sides(margin: Margin) -> tuple[float, float, float, float]:
    """A margin on the left, top, right and bottom."""
    return margin if isinstance(margin, tuple) else (margin,) * 4


def window(size: int, margin: Margin) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scale [2] and shift [2] from the template's pixels to those of a crop of size x size with `margin` around it."""
    left, top, right, bottom = sides(margin)
    scale = size / (TEMPLATE_SIZE + np.array([left + right, top + bottom]))
    return scale, (np.array([left, top]) + 0.5) * scale - 0.5


def template(size: int = TEMPLATE_SIZE, margin: Margin = 0.0) -> NDArray[np.float64]:
    """The landmarks' places [5, 2] in a crop of `size` pixels that shows `margin` template pixels more on each side."""
    scale, shift = window(size, margin)
    places: NDArray[np.float64] = TEMPLATE * scale + shift
    return places


def similarity(source: ArrayLike, target: ArrayLike) -> NDArray[np.float64]:
    """The rotation, scale and shift [2, 3] that brings `source` nearest to `target` (both [n, 2], n >= 2).

    Least squares after Umeyama 1991, "Least-squares estimation of transformation parameters between two point
    patterns". In the plane, with points as complex numbers, his solution is one division. Raises ValueError where all
    source points fall together or are not finite.
    """
    start, end = np.asarray(source, np.float64), np.asarray(target, np.float64)
    if start.shape != end.shape or start.ndim != 2 or start.shape[1] != 2 or len(start) < 2:
        raise ValueError(f"expected two equal lists of points [n, 2], got {start.shape} and {end.shape}")
    if not (np.isfinite(start).all() and np.isfinite(end).all()):
        raise ValueError("a landmark is not a finite number")
    z, w = start @ (1, 1j), end @ (1, 1j)
    spread = z - z.mean()
    power = np.vdot(spread, spread).real
    if power <= 1e-12:
        raise ValueError("the landmarks fall together in one point")
    turn = np.vdot(spread, w - w.mean()) / power
    shift = w.mean() - turn * z.mean()
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])


def align(
    image: NDArray[np.uint8], landmarks: ArrayLike, size: int = TEMPLATE_SIZE, margin: Margin = 0.0
) -> NDArray[np.uint8]:
    """Cut the face with these five landmarks out of `image`, turned upright.

    `image` is uint8 [h, w, 3], `landmarks` [5, 2] in its pixels; the crop is uint8 [size, size, 3] in the same channel
    order. What lies outside the image is black. Where the sides of `margin` do not add up to a square, the face is
    turned and moved like any other and then stretched. Raises ValueError for landmarks that define no transform.
    """
    scale, shift = window(size, margin)
    upright = similarity(landmarks, TEMPLATE)
    return warp(image, np.column_stack([scale[:, None] * upright[:, :2], scale * upright[:, 2] + shift]), size)


def warp(image: NDArray[np.uint8], transform: NDArray[np.float64], size: int) -> NDArray[np.uint8]:
    """Draw `image` through `transform` [2, 3] (image to crop pixels, without shear) into a crop of size x size.

    Only the pixels under the crop are touched. A face larger than the crop is first reduced by the whole number nearest
    to the ratio, averaging full blocks of pixels, so that fine detail does not alias.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
        raise ValueError(f"expected an image uint8 [h, w, 3], got {image.dtype} {image.shape}")
    turn, shift = transform[:, :2], transform[:, 2]
    edge = size - 0.5
    corners = np.linalg.solve(
        turn, np.array([[-0.5, -0.5], [edge, -0.5], [-0.5, edge], [edge, edge]]).T - shift[:, None]
    )
    block = max(1, round(1 / math.sqrt(abs(np.linalg.det(turn)))))
    # One block more on each side feeds the interpolation at the rim.
    limits = np.array(image.shape[1::-1])
    left, top = np.clip(np.floor(corners.min(axis=1)) - block, 0, limits).astype(int)
    right, bottom = np.clip(np.ceil(corners.max(axis=1)) + block + 1, 0, limits).astype(int)
    if left >= right or top >= bottom:
        return np.zeros((size, size, 3), np.uint8)
    region = np.ascontiguousarray(image[top:bottom, left:right])
    if block > 1:
        region = _reduce(region, block)
    # Pixel j of the reduced region is centred on image pixel left + block * j + (block - 1) / 2.
    start = np.array([left, top]) + (block - 1) / 2
    local = np.column_stack([turn * block, turn @ start + shift])
    crop = cv2.warpAffine(region, local, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(crop, np.uint8)


def _reduce(region: NDArray[np.uint8], block: int) -> NDArray[np.uint8]:
    """The mean of each block x block pixels; a last incomplete block counts the black outside the image."""
    height, width = region.shape[:2]
    below, beside = -height % block, -width % block
    if below or beside:
        region = np.asarray(cv2.copyMakeBorder(region, 0, below, 0, beside, cv2.BORDER_CONSTANT), np.uint8)
    shape = (region.shape[1] // block, region.shape[0] // block)
    return np.asarray(cv2.resize(region, shape, interpolation=cv2.INTER_AREA), np.uint8)
