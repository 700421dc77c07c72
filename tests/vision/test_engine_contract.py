"""What every FaceEngine must do, asked of all of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

from app.decode import Picture, decode
from app.vision.engine import FaceEngine, Reading
from app.vision.facenet import FaceNetEngine
from app.vision.models import make_engine
from app.vision.pretend import PretendEngine
from facenet_core.detect.yunet import YuNetDetector
from tests.pictures import blank, draw_people, encode

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Subject:
    """An engine, and a picture of one face with the face's rough box (relative)."""

    engine: FaceEngine
    pixels: Pixels
    box: tuple[float, float, float, float]


@pytest.fixture(scope="module", params=["pretend", "facenet", "official yunet"])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "pretend":
        drawn = draw_people(11, size=(512, 512), seed=4)
        subject = Subject(PretendEngine(), drawn.pixels, drawn.boxes[0])
    else:
        engine = make_engine(None, "cpu")
        if request.param == "official yunet":
            data: Path = request.getfixturevalue("test_data")
            engine = FaceNetEngine("yunet", YuNetDetector(data / "teacher" / "yunet.onnx"), device="cpu")
        head_and_shoulders = np.ascontiguousarray(skimage.data.astronaut()[:320, 70:390])
        subject = Subject(engine, head_and_shoulders, (0.34, 0.21, 0.27, 0.336))
    yield subject
    subject.engine.close()


def picture(pixels: Pixels) -> Picture:
    return Picture(pixels, pixels.shape[1], pixels.shape[0])


def overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(across, 0) * max(down, 0)
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


def same(one: Reading, other: Reading) -> bool:
    facts = (one.box, one.landmarks, one.score, one.quality) == (other.box, other.landmarks, other.score, other.quality)
    return facts and np.array_equal(one.vector, other.vector) and np.array_equal(one.portrait, other.portrait)


def assert_well_formed(reading: Reading, dimension: int) -> None:
    x, y, width, height = reading.box
    assert 0 <= x < x + width <= 1 + 1e-9
    assert 0 <= y < y + height <= 1 + 1e-9
    assert all(type(value) is float for value in reading.box)
    assert len(reading.landmarks) == 5
    assert all(0 <= u <= 1 and 0 <= v <= 1 for u, v in reading.landmarks)
    assert 0 <= reading.score <= 1
    assert 0 <= reading.quality <= 1
    assert reading.vector.dtype == np.float32
    assert reading.vector.shape == (dimension,)
    assert np.linalg.norm(reading.vector) == pytest.approx(1, abs=1e-5)
    side = reading.portrait.shape[0]
    assert reading.portrait.shape == (side, side, 3)
    assert reading.portrait.dtype == np.uint8
    assert 0 < side <= 256


def test_pictures_that_several_threads_ask_for_are_read_like_one_alone(subject: Subject) -> None:
    pixels = [subject.pixels, np.ascontiguousarray(subject.pixels[:, ::-1]), blank((320, 240))]
    alone = [subject.engine.read([picture(part)])[0] for part in pixels]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda n: subject.engine.read([picture(pixels[n % 3])])[0], range(12)))
    assert len(alone[0]) == 1
    for number, readings in enumerate(together):
        assert len(readings) == len(alone[number % 3])
        assert all(map(same, readings, alone[number % 3]))


def test_a_face_is_found_where_it_is(subject: Subject) -> None:
    [[face]] = subject.engine.read([picture(subject.pixels)])
    assert_well_formed(face, subject.engine.info.dimension)
    assert overlap(face.box, subject.box) > 0.6
    left_eye, right_eye, nose, left_mouth, right_mouth = face.landmarks
    assert left_eye[0] < nose[0] < right_eye[0]
    assert left_mouth[0] < right_mouth[0]
    assert max(left_eye[1], right_eye[1]) < nose[1] < min(left_mouth[1], right_mouth[1])


def test_the_same_picture_gives_the_same_reading(subject: Subject) -> None:
    [[one]] = subject.engine.read([picture(subject.pixels)])
    [[other]] = subject.engine.read([picture(subject.pixels)])
    assert same(one, other)


def test_the_pictures_beside_it_change_nothing(subject: Subject) -> None:
    [[alone]] = subject.engine.read([picture(subject.pixels)])
    mirrored = np.ascontiguousarray(subject.pixels[:, ::-1])
    crowd = [picture(mirrored), picture(blank()), picture(subject.pixels), picture(mirrored)]
    found = subject.engine.read(crowd)
    assert [len(faces) for faces in found] == [1, 0, 1, 1]
    assert same(found[2][0], alone)
    assert same(found[0][0], found[3][0])


def test_the_largest_face_comes_first(subject: Subject) -> None:
    height, width = subject.pixels.shape[:2]
    half = cv2.resize(subject.pixels, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    both = np.full((height, width * 3 // 2, 3), 128, np.uint8)
    both[: half.shape[0], : half.shape[1]] = half
    both[:, half.shape[1] :] = subject.pixels
    [faces] = subject.engine.read([picture(both)])
    areas = [face.box[2] * face.box[3] for face in faces]
    assert len(areas) == 2
    assert areas == sorted(areas, reverse=True)
    assert areas[0] > 3 * areas[1]


def test_nobody_is_seen_where_nobody_is(subject: Subject) -> None:
    empty = [
        blank(),
        np.zeros((1, 1, 3), np.uint8),
        np.full((3, 900, 3), 200, np.uint8),
        np.full((30, 1, 3), 9, np.uint8),
    ]
    assert subject.engine.read([picture(pixels) for pixels in empty]) == [[], [], [], []]
    assert subject.engine.read([]) == []


def test_a_face_at_the_edge_stays_inside_the_picture(subject: Subject) -> None:
    height, width = subject.pixels.shape[:2]
    cut = np.ascontiguousarray(subject.pixels[round((subject.box[1] + subject.box[3] * 0.2) * height) :])
    cut = np.ascontiguousarray(cut[:, round(subject.box[0] * width) :])
    for face in subject.engine.read([picture(cut)])[0]:
        assert_well_formed(face, subject.engine.info.dimension)


def test_a_reading_does_not_keep_the_photo_in_memory(subject: Subject) -> None:
    [[face]] = subject.engine.read([picture(subject.pixels)])
    assert face.portrait.base is None
    assert face.vector.base is None or face.vector.base.nbytes <= 4096


def test_a_face_is_the_same_person_in_every_orientation(subject: Subject) -> None:
    [[upright]] = subject.engine.read([picture(subject.pixels)])
    pictures = [decode(encode(subject.pixels, quality=92, orientation=orientation)) for orientation in range(1, 9)]
    for [face] in subject.engine.read(pictures):
        assert overlap(face.box, upright.box) > 0.9
        assert face.vector @ upright.vector > 0.8


def test_a_reduced_picture_keeps_its_boxes(subject: Subject) -> None:
    height, width = subject.pixels.shape[:2]
    large = cv2.resize(subject.pixels, (width * 5 + 3, height * 5 + 1), interpolation=cv2.INTER_CUBIC)
    [[small_face], [face]] = subject.engine.read([picture(subject.pixels), picture(large)])
    assert overlap(face.box, small_face.box) > 0.85
    assert face.vector @ small_face.vector > 0.8
    assert face.portrait.shape == (256, 256, 3)


def test_who_made_a_vector_is_known_and_calibrated(subject: Subject) -> None:
    info = subject.engine.info
    assert info == subject.engine.info
    assert len(info.fingerprint) == 64
    assert info.dimension == 128
    rates = sorted(info.cosine_at, reverse=True)
    assert len(rates) >= 3
    cosines = [info.cosine_at[rate] for rate in rates]
    assert cosines == sorted(cosines)
    assert -1 < cosines[0] < cosines[-1] < 1


def test_engines_that_differ_have_other_fingerprints(test_data: Path) -> None:
    yunet = test_data / "teacher" / "yunet.onnx"
    engines = [
        PretendEngine(),
        make_engine(None, "cpu"),
        FaceNetEngine("a", YuNetDetector(yunet)),
        FaceNetEngine("a", YuNetDetector(yunet, score=0.7)),
    ]
    assert len({engine.info.fingerprint for engine in engines}) == 4


def test_an_engine_tells_about_itself_without_loading_a_network() -> None:
    program = """
import sys
from app.vision.models import available_models, make_engine
assert available_models()
info = make_engine(None, "auto").info
heavy = {"tensorflow", "keras", "ai_edge_litert", "jax", "PySide6", "faiss", "sklearn"}
print(info.fingerprint, sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"{make_engine(None, 'cpu').info.fingerprint} []\n"
    assert done.stderr == ""


def test_a_photo_is_read_on_the_processor_without_tensorflow() -> None:
    program = """
import sys
import skimage.data
from app.decode import Picture
from app.vision.models import make_engine
[[face]] = make_engine(None, "cpu").read([Picture(skimage.data.astronaut(), 512, 512)])
print(len(face.vector), sorted({"tensorflow", "keras", "jax"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "128 []\n"


def test_a_face_is_described_at_the_box_that_a_person_drew(subject: Subject) -> None:
    [[seen]] = subject.engine.read([picture(subject.pixels)])
    loose = (seen.box[0] - 0.02, seen.box[1] - 0.03, seen.box[2] + 0.05, seen.box[3] + 0.04)
    [drawn] = subject.engine.describe(picture(subject.pixels), [loose])
    assert_well_formed(drawn, subject.engine.info.dimension)
    assert drawn.box == loose
    assert drawn.score > 0.5, "its landmarks are those of the face that shows there"
    assert seen.vector @ drawn.vector > 0.8


def test_a_box_around_nothing_is_described_and_not_trusted(subject: Subject) -> None:
    empty = picture(np.asarray(blank((400, 300)), np.uint8))
    boxes = [(0.1, 0.1, 0.2, 0.3), (0.0, 0.0, 1.0, 1.0), (0.98, 0.98, 0.02, 0.02)]
    described = subject.engine.describe(empty, boxes)
    assert [reading.box for reading in described] == boxes
    for reading in described:
        assert_well_formed(reading, subject.engine.info.dimension)
        assert reading.score == 0
        assert reading.quality < 0.05
    assert subject.engine.describe(empty, []) == []


def test_a_face_too_small_to_be_found_is_described_where_it_was_drawn(subject: Subject) -> None:
    """A group in the distance: what is a speck for the detector is a face from close by."""
    scene = blank((4000, 3000))
    small = cv2.resize(subject.pixels, (90, 90), interpolation=cv2.INTER_AREA)
    scene[1500:1590, 2000:2090] = small
    across, down = 90 / 4000, 90 / 3000
    x, y, width, height = subject.box
    box = (0.5 + x * across, 0.5 + y * down, width * across, height * down)
    [drawn] = subject.engine.describe(picture(scene), [box])
    assert_well_formed(drawn, subject.engine.info.dimension)
    assert drawn.score > 0.5
    [[large]] = subject.engine.read([picture(subject.pixels)])
    assert large.vector @ drawn.vector > 0.3
