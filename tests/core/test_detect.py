"""Ours and the file of others keep the same contract."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from facenet_core import export, networks, weights
from facenet_core.align import align
from facenet_core.detect import Detector, largest_first, yunet
from facenet_core.detect.session import YuNetSession, with_open_input
from facenet_core.detect.yunet import FILE, SHA256, SHARED, YuNetDetector, _tiles
from facenet_core.types import Detection, FacenetError


@pytest.fixture(scope="module")
def yunet_file(test_data: Path) -> Path:
    return test_data / "teacher" / "yunet.onnx"


@pytest.fixture(scope="module", params=["ours", "official"])
def detector(request: pytest.FixtureRequest) -> Detector:
    if request.param == "ours":
        return YuNetDetector()
    return YuNetDetector(request.getfixturevalue("yunet_file"))


@pytest.fixture(scope="module")
def astronaut() -> NDArray[np.uint8]:
    return np.asarray(skimage.data.astronaut(), np.uint8)


def two_astronauts(astronaut: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture, and beside it a smaller one."""
    small = astronaut[::2, ::2]
    canvas = np.zeros((512, 768, 3), np.uint8)
    canvas[:, 256:] = astronaut
    canvas[100:356, :256] = small
    return canvas


def test_the_face_is_found_where_it_is(detector: Detector, astronaut: NDArray[np.uint8]) -> None:
    (face,) = detector.detect(astronaut)
    x, y, width, height = face.box
    assert 165 < x < 195
    assert 50 < y < 80
    assert 70 < width < 105
    assert 90 < height < 130
    assert 0.6 < face.score <= 1
    assert face.landmarks.dtype == np.float32
    left_eye, right_eye, nose, left_mouth, right_mouth = face.landmarks
    np.testing.assert_allclose(left_eye, (204, 102), atol=4)
    np.testing.assert_allclose(right_eye, (246, 103), atol=4)
    np.testing.assert_allclose(nose, (224, 126), atol=4)
    np.testing.assert_allclose(left_mouth, (203, 141), atol=4)
    np.testing.assert_allclose(right_mouth, (243, 141), atol=4)


def test_landmarks_are_finer_than_pixels(detector: Detector, astronaut: NDArray[np.uint8]) -> None:
    (face,) = detector.detect(astronaut)
    assert (face.landmarks != np.rint(face.landmarks)).any()


def test_the_largest_face_comes_first(detector: Detector, astronaut: NDArray[np.uint8]) -> None:
    large, small = detector.detect(two_astronauts(astronaut))
    assert large.area > 3 * small.area
    assert large.box[0] > 256 > small.box[0]


def test_no_face_scores_less_than_the_detector_says(detector: Detector, astronaut: NDArray[np.uint8]) -> None:
    assert 0 < detector.score < 1
    assert all(detector.score <= face.score <= 1 for face in detector.detect(two_astronauts(astronaut)))


def test_a_lower_score_finds_weaker_faces_beside_the_same_ones(yunet_file: Path, astronaut: NDArray[np.uint8]) -> None:
    usual, weaker = YuNetDetector(yunet_file), YuNetDetector(yunet_file, score=0.05)
    found = weaker.detect(astronaut)
    assert 0.05 <= min(face.score for face in found) < usual.score
    assert [face.box for face in found if face.score >= usual.score] == [face.box for face in usual.detect(astronaut)]


def test_a_picture_without_a_face_gives_none(detector: Detector) -> None:
    assert detector.detect(np.full((240, 320, 3), 128, np.uint8)) == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 3))
def test_no_picture_is_too_small(detector: Detector, height: int, width: int, seed: int) -> None:
    picture = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    for face in detector.detect(picture):
        assert np.isfinite(face.box).all()
        assert align(picture, face.landmarks).shape == (112, 112, 3)


@pytest.mark.parametrize("shape", [(1, 2000), (2000, 1), (25, 3000)])
def test_no_picture_is_too_narrow(detector: Detector, shape: tuple[int, int]) -> None:
    assert detector.detect(np.full((*shape, 3), 90, np.uint8)) == []


def test_what_ships_is_known_by_name_and_content_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    detector = YuNetDetector()
    assert detector.name == "yunet"
    assert detector.fingerprint == YuNetDetector(weights.models_folder() / FILE).fingerprint
    monkeypatch.setattr(weights, "models_folder", lambda: tmp_path)
    assert YuNetDetector().fingerprint == detector.fingerprint


def test_what_ships_is_refused_where_it_was_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = (weights.models_folder() / FILE).read_bytes().replace(b"cls_8", b"cls_9")
    monkeypatch.setattr(weights, "models_folder", lambda: tmp_path)
    with pytest.raises(FacenetError, match="is missing"):
        YuNetDetector().load()
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_bytes(other)
    with pytest.raises(FacenetError, match=f"is damaged or another one.*expected {SHA256[:12]}"):
        YuNetDetector().load()


def test_a_large_face_is_found_in_a_reduced_picture(yunet_file: Path, astronaut: NDArray[np.uint8]) -> None:
    (small,) = YuNetDetector(yunet_file).detect(astronaut)
    enlarged = astronaut.repeat(5, axis=0).repeat(5, axis=1)
    (large,) = YuNetDetector(yunet_file, longest_side=512).detect(enlarged)
    # Pixel i became pixels 5 i to 5 i + 4, centred on 5 i + 2.
    np.testing.assert_allclose(large.landmarks, small.landmarks * 5 + 2, atol=0.1)
    np.testing.assert_allclose(large.box[2:], np.multiply(small.box[2:], 5), atol=0.1)


def crowd(astronaut: NDArray[np.uint8], columns: int, rows: int, pitch: int) -> NDArray[np.uint8]:
    """Heads in a grid, their faces a third of the pitch wide."""
    head = cv2.resize(astronaut[20:280, 90:350], (pitch, pitch), interpolation=cv2.INTER_AREA)
    return np.tile(np.asarray(head, np.uint8), (rows, columns, 1))


def places(faces: list[Detection], pitch: int) -> list[tuple[int, int]]:
    """In which heads of a crowd the faces lie."""
    middles = (np.array(face.box[:2]) + np.array(face.box[2:]) / 2 for face in faces)
    return sorted((int(x // pitch), int(y // pitch)) for x, y in middles)


def test_in_a_crowd_a_closer_look_finds_who_is_too_small_for_the_first(astronaut: NDArray[np.uint8]) -> None:
    """Faces of 32 pixels, and beside them faces of 13, in a photo that is reduced to half at first."""
    photo = np.full((1200, 1500, 3), 200, np.uint8)
    photo[:, :1200] = crowd(astronaut, 12, 12, 100)
    photo[:, 1260:1500] = crowd(astronaut, 6, 30, 40)
    once = YuNetDetector(longest_side=750).detect(cv2.resize(photo, (750, 600), interpolation=cv2.INTER_AREA))
    found = YuNetDetector(longest_side=750).detect(photo)
    large, small = ([face for face in found if (face.box[0] < 1210) == is_large] for is_large in (True, False))
    assert places(large, 100) == [(x, y) for x in range(12) for y in range(12)], "each once, also where tiles meet"
    assert len(small) > 150
    assert sum(face.box[0] > 605 for face in once) < 30


def test_no_face_is_found_twice_where_tiles_cut_it(astronaut: NDArray[np.uint8]) -> None:
    """A head before a crowd, at many places: a tile's border cuts pieces off it that look like faces themselves."""
    behind = crowd(astronaut, 11, 1, 90)
    detector = YuNetDetector(longest_side=512)
    for side in (500, 700):
        head = cv2.resize(astronaut[20:280, 90:350], (side, side), interpolation=cv2.INTER_AREA)
        for left in range(0, 1000 - side, 60):
            photo = np.full((1000, 990, 3), 200, np.uint8)
            photo[:90] = behind
            photo[200 : 200 + side, left : left + side] = head[:, : 990 - left]
            assert len(detector.detect(photo)) == 12, (side, left)


def test_what_is_found_at_a_threshold_is_among_what_is_found_at_a_lower_one(astronaut: NDArray[np.uint8]) -> None:
    photo = crowd(astronaut, 12, 9, 80)
    photo = np.random.default_rng(1).normal(photo, 30).clip(0, 255).astype(np.uint8)
    detectors = [YuNetDetector(score=score, longest_side=480) for score in (0.05, 0.6, 0.9)]
    lowest, usual, highest = ({face.box for face in detector.detect(photo)} for detector in detectors)
    assert lowest >= usual >= highest
    assert lowest > highest


def test_a_picture_of_a_few_is_looked_at_once(astronaut: NDArray[np.uint8]) -> None:
    """Two small faces are no crowd: what only a closer look would show is not looked for."""
    photo = np.full((1200, 1200, 3), 200, np.uint8)
    photo[100:200, 100:300] = crowd(astronaut, 2, 1, 100)
    photo[1000:1045, 1000:1045] = crowd(astronaut, 1, 1, 45)
    assert [len(YuNetDetector(longest_side=side).detect(photo)) for side in (600, 1200)] == [2, 3]


@given(st.integers(1, 5000), st.integers(32, 2000))
def test_tiles_cover_every_pixel_and_share_what_a_small_face_needs(length: int, most: int) -> None:
    tiles = _tiles(length, most)
    assert tiles[0].start == 0
    assert tiles[-1].stop == length
    assert len({tile.stop - tile.start for tile in tiles}) == 1
    assert all(before.stop - after.start >= SHARED - 1 for before, after in pairwise(tiles))
    assert tiles[0].stop <= most + SHARED


def test_what_is_no_yunet_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "yunet.onnx"
    missing = "yunet.onnx cannot be read: No such file or directory.$"
    with pytest.raises(FacenetError, match=missing):
        print(YuNetDetector(file).fingerprint)
    with pytest.raises(FacenetError, match=missing):
        YuNetDetector(file).load()
    for content in (b"", b"no network"):
        file.write_bytes(content)
        with pytest.raises(FacenetError, match="is no YuNet network") as refused:
            YuNetDetector(file).detect(np.zeros((64, 64, 3), np.uint8))
        assert "\n" not in str(refused.value)


def test_a_network_of_another_kind_is_no_yunet(tmp_path: Path) -> None:
    file = tmp_path / "embedder.onnx"
    file.write_bytes(export.onnx(networks.embedder("mobilenet_v1", 32, options={"alpha": 0.1})))
    with pytest.raises(FacenetError, match="is no YuNet network"):
        YuNetDetector(file).load()


def test_settings_and_content_change_the_fingerprint_of_yunet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = tmp_path / "one.onnx", tmp_path / "two.onnx"
    one.write_bytes(b"1")
    two.write_bytes(b"2")
    prints = {
        YuNetDetector(one).fingerprint,
        YuNetDetector(two).fingerprint,
        YuNetDetector(one, score=0.7).fingerprint,
        YuNetDetector(one, longest_side=640).fingerprint,
    }
    for setting in ("OVERLAP", "NEARLY", "CROWD", "CROWD_FACE", "SHARED"):
        with monkeypatch.context() as changed:
            changed.setattr(yunet, setting, 7)
            prints.add(YuNetDetector(one).fingerprint)
    assert len(prints) == 9


@pytest.mark.parametrize("shape", [(64, 64), (240, 330), (511, 97)])
def test_opencvs_own_detector_finds_the_same(shape: tuple[int, int], astronaut: NDArray[np.uint8]) -> None:
    content = (weights.models_folder() / FILE).read_bytes()
    picture = np.asarray(cv2.resize(astronaut[:300, 80:360], shape[::-1], interpolation=cv2.INTER_AREA), np.uint8)
    opencv = cv2.FaceDetectorYN.create(
        "onnx", np.frombuffer(content, np.uint8), np.empty(0, np.uint8), shape[::-1], 0.02, 1.0
    )
    _, expected = opencv.detect(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    rows = YuNetSession(content).rows(picture, 0.02)
    assert len(rows) == len(expected) > 1
    # Equal scores come in any order.
    expected, rows = (found[np.lexsort(np.round(found[:, [0, 1, 14]], 2).T)] for found in (expected, rows))
    np.testing.assert_allclose(rows, expected, atol=1e-3)


def test_a_fixed_input_shape_is_opened_without_moving_a_byte() -> None:
    # Dimensions of a tensor shape: field 1 of the shape, holding a name (field 2) or a number (field 1).
    fixed = b"..\x0a\x02\x08\x01\x0a\x02\x08\x03\x0a\x03\x08\x80\x05\x0a\x04\x08\x80\x80\x01.."
    opened = with_open_input(fixed)
    assert opened == b"..\x0a\x02\x08\x01\x0a\x02\x08\x03\x0a\x03\x12\x01h\x0a\x04\x12\x02ww.."
    assert with_open_input(opened) == opened


@given(st.lists(st.tuples(st.floats(1, 100), st.floats(1, 100), st.floats(0, 1)), max_size=8), st.randoms())
def test_the_order_of_faces_is_that_of_their_size(sizes: list[tuple[float, float, float]], random: object) -> None:
    faces = [Detection((i, 0.0, w, h), np.zeros((5, 2), np.float32), score) for i, (w, h, score) in enumerate(sizes)]
    shuffled = list(faces)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    ordered = largest_first(shuffled)
    assert ordered == largest_first(faces)
    assert [face.area for face in ordered] == sorted((face.area for face in faces), reverse=True)
