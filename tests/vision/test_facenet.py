"""Geometry and errors of the real engine that the contract does not ask for."""

from __future__ import annotations

import gc
import weakref

import cv2
import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

from app.decode import Glance, Picture, decode, glance
from app.errors import AppError
from app.vision.facenet import AROUND, CLOSE_UP, MOST_ENLARGED, SMALLEST_FACE, FaceNetEngine
from facenet_core.align import template
from facenet_core.detect.yunet import YuNetDetector
from facenet_core.types import Detection
from tests.pictures import encode

Pixels = NDArray[np.uint8]


class DotDetector:
    """Takes five white dots on black for a face, so that a test knows the truth to a fraction of a pixel."""

    name = "dots"
    fingerprint = "dots"
    score = 0.5

    def detect(self, image: Pixels) -> list[Detection]:
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        _, labels = cv2.connectedComponents(np.asarray(cv2.compare(grey, 8, cv2.CMP_GT)))
        if labels.max() < 5:
            return []
        centres = []
        for label in range(1, labels.max() + 1):
            weights = np.where(labels == label, grey, 0).astype(np.float64)
            y, x = np.indices(grey.shape)
            centres.append((float((x * weights).sum() / weights.sum()), float((y * weights).sum() / weights.sum())))
        centres.sort(key=lambda centre: centre[1])
        landmarks = np.array([*sorted(centres[:2]), centres[2], *sorted(centres[3:])], np.float32)
        low, high = landmarks.min(axis=0), landmarks.max(axis=0)
        return [Detection((low[0], low[1], high[0] - low[0], high[1] - low[1]), landmarks, 0.9)]


def dots(places: NDArray[np.float64], size: tuple[int, int], radius: int) -> Pixels:
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    for x, y in places:
        centre = (round(x * 16), round(y * 16))
        cv2.circle(pixels, centre, radius * 16, (255, 255, 255), -1, cv2.LINE_AA, shift=4)
    return pixels


@pytest.mark.parametrize("size", [(1000, 700), (3001, 2003), (1537, 4001)])
def test_landmarks_are_right_to_a_fraction_of_a_pixel(size: tuple[int, int]) -> None:
    places = template(112) * 4 + np.array([411.3, 207.8])
    [[face]] = FaceNetEngine("dots", DotDetector(), device="cpu").read([Picture(dots(places, size, 14), *size)])
    found = np.array(face.landmarks) * size - 0.5
    assert np.abs(found - places).max() < 0.15
    # Five dots are no face, and that is what the embedder sees.
    assert face.quality == 0
    assert np.array(face.box) * (*size, *size) == pytest.approx(
        [*places.min(axis=0) + 0.5, *np.ptp(places, axis=0)], abs=0.6
    )


def test_a_face_is_cut_from_the_full_resolution() -> None:
    places = template(112) + np.array([1500.0, 1000.0])
    pixels = dots(places, (4096, 3072), 5)
    stripes = pixels[1050:1060, 1555:1565]
    # Dark enough to be no sixth dot.
    stripes[:, ::2] = 7
    [[face]] = FaceNetEngine("dots", DotDetector(), device="cpu").read([Picture(pixels, 4096, 3072)])
    steps = np.abs(np.diff(face.portrait[..., 0].astype(int), axis=1))
    assert np.count_nonzero(steps == 7) >= 100


def test_faces_too_small_to_tell_apart_are_left_out() -> None:
    def faces(width: float) -> int:
        places = (template(112) - template(112).mean(axis=0)) * (width / np.ptp(template(112)[:, 1])) + 150
        return len(
            FaceNetEngine("dots", DotDetector(), device="cpu").read([Picture(dots(places, (300, 300), 1), 300, 300)])[0]
        )

    assert faces(SMALLEST_FACE - 2) == 0
    assert faces(SMALLEST_FACE + 2) == 1


class BadDetector:
    """Claims faces that cannot be: landmarks all in one point, a box outside the picture."""

    name = "bad"
    fingerprint = "bad"
    score = 0.5

    def detect(self, image: Pixels) -> list[Detection]:
        face = template(112).astype(np.float32)
        return [
            Detection((10, 10, 80, 90), np.full((5, 2), 40, np.float32), 0.9),
            Detection((900, 900, 80, 90), face, 0.9),
            Detection((-30, -20, 100, 100), face, 0.9),
        ]


def test_impossible_detections_are_dropped_and_the_rest_clipped() -> None:
    pixels = np.asarray(skimage.data.astronaut())
    [[face]] = FaceNetEngine("bad", BadDetector(), device="cpu").read([Picture(pixels, 512, 512)])
    assert face.box == pytest.approx((0, 0, 70.5 / 512, 80.5 / 512))


class KnownFace:
    """Knows where the face of the astronaut is, and finds it in a wall as well."""

    fingerprint = "known"
    score = 0.5

    def __init__(self) -> None:
        picture = np.ascontiguousarray(skimage.data.astronaut())
        [self._face] = YuNetDetector().detect(picture)

    def detect(self, image: Pixels) -> list[Detection]:
        return [self._face]


def test_only_a_face_that_looks_like_somebody_can_be_trusted() -> None:
    face = np.ascontiguousarray(skimage.data.astronaut())
    wall = cv2.GaussianBlur(np.ascontiguousarray(skimage.data.brick()), (0, 0), 40)
    wall = cv2.cvtColor(wall, cv2.COLOR_GRAY2RGB)
    engine = FaceNetEngine("known", KnownFace(), device="cpu")
    [[somebody], [nobody]] = engine.read([Picture(face, 512, 512), Picture(wall, 512, 512)])
    assert somebody.quality > 0.8
    assert nobody.quality == 0


def test_an_engine_that_cannot_work_says_so_to_the_user() -> None:
    pixels = np.asarray(skimage.data.astronaut())
    with pytest.raises(AppError, match="GPU"):
        FaceNetEngine("dots", BadDetector(), device="gpu:7").read([Picture(pixels, 512, 512)])


def photo_with_a_face_of(side: int) -> bytes:
    """A JPEG of 12 megapixels in which the astronaut's face is so many pixels high."""
    astronaut = np.ascontiguousarray(skimage.data.astronaut())
    [face] = YuNetDetector().detect(astronaut)
    scale = side / face.box[3]
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    photo = np.full((3000, 4000, 3), 120, np.uint8)
    person = np.asarray(cv2.resize(astronaut, None, fx=scale, fy=scale, interpolation=method), np.uint8)
    photo[100 : 100 + person.shape[0], 100 : 100 + person.shape[1]] = person
    return encode(photo, quality=92)


def photo_with_a_crowd_of(side: int) -> bytes:
    """The same with four of these faces."""
    pixels = decode(photo_with_a_face_of(side)).pixels.copy()
    for column in range(1, 4):
        pixels[:400, 400 * column : 400 * (column + 1)] = pixels[:400, :400]
    return encode(pixels, quality=92)


class Onlooker(YuNetDetector):
    """Remembers the widths of the pictures in which it looked for faces."""

    def __init__(self) -> None:
        super().__init__()
        self.widths: list[int] = []

    def detect(self, image: Pixels) -> list[Detection]:
        self.widths.append(image.shape[1])
        return super().detect(image)


def test_a_small_face_of_a_large_photo_is_described_with_all_its_pixels() -> None:
    data, detector = photo_with_a_face_of(60), Onlooker()
    seen, whole = glance(data)[0], decode(data)
    reduced = Picture(seen.pixels, seen.width, seen.height)
    [[face], [best], [worse]] = FaceNetEngine("yunet", detector, device="cpu").read([seen, whole, reduced])
    # Looked for once, by whichever thread came first: its landmarks are good enough for all the pixels.
    assert sorted(detector.widths) == [2000, 2000, 4000]
    assert face.vector @ best.vector > 0.999
    assert worse.vector @ best.vector < 0.999


@pytest.mark.parametrize(("side", "closely"), [(44, True), (60, False)])
def test_only_where_a_glance_shows_a_crowd_is_the_whole_photo_looked_at_again(side: int, closely: bool) -> None:
    detector = Onlooker()
    [faces] = FaceNetEngine("yunet", detector, device="cpu").read([glance(photo_with_a_crowd_of(side))[0]])
    assert len(faces) == 4
    assert detector.widths == [2000, 4000] if closely else [2000]


def test_a_photo_whose_faces_are_large_is_not_looked_at_closely() -> None:
    detector = Onlooker()
    [[face]] = FaceNetEngine("yunet", detector, device="cpu").read([glance(photo_with_a_face_of(400))[0]])
    assert detector.widths == [2000]
    assert face.quality > 0.5


def test_nothing_of_a_photo_that_was_looked_at_closely_is_kept_with_the_glance() -> None:
    seen, kept = glance(photo_with_a_crowd_of(44))[0], []

    class Keeper(YuNetDetector):
        def detect(self, image: Pixels) -> list[Detection]:
            kept.append(weakref.ref(image))
            return super().detect(image)

    [faces] = FaceNetEngine("yunet", Keeper(), device="cpu").read([seen])
    gc.collect()
    assert len(faces) == 4
    assert [reference() is None for reference in kept] == [False, True]


@pytest.mark.parametrize("side", [1e-4, 3e-6, 1e-9, 0.0])
def test_a_box_of_almost_no_size_is_never_looked_at_from_closer_than_a_detector_can_use(side: float) -> None:
    detector = Onlooker()
    engine = FaceNetEngine("yunet", detector, device="cpu")
    (face,) = engine.describe(Picture(np.full((3000, 4000, 3), 120, np.uint8), 4000, 3000), [(0.5, 0.5, side, side)])
    assert max(detector.widths) <= AROUND * CLOSE_UP + MOST_ENLARGED
    assert face.quality == 0


def test_a_face_is_described_from_a_glance_where_the_whole_photo_cannot_be_read() -> None:
    seen = Glance(np.ascontiguousarray(skimage.data.astronaut()), 5120, 5120, b"\xff\xd8\xff cut off")
    (face,) = FaceNetEngine("yunet", YuNetDetector(), device="cpu").describe(seen, [(0.33, 0.1, 0.22, 0.3)])
    assert face.quality > 0.5
