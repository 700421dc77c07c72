"""Every detector keeps the same contract, and none reads what a photo folder holds."""

from __future__ import annotations

import os
from pathlib import Path

import joblib
import numpy as np
import pytest
import skimage.data
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from facenet_core import export, networks
from facenet_core.detect import Detector, largest_first
from facenet_core.detect.mtcnn import MtcnnDetector
from facenet_core.detect.yunet import YuNetDetector, _with_fixed_input
from facenet_core.types import Detection, FacenetError
from tests.core.processes import output_of


@pytest.fixture(scope="module")
def yunet_file(test_data: Path) -> Path:
    return test_data / "teacher" / "yunet.onnx"


@pytest.fixture(scope="module", params=["mtcnn", "yunet"])
def detector(request: pytest.FixtureRequest) -> Detector:
    if request.param == "mtcnn":
        return MtcnnDetector()
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
        assert np.isfinite(face.landmarks).all()


@pytest.mark.parametrize("shape", [(1, 2000), (2000, 1), (25, 3000)])
def test_no_picture_is_too_narrow(detector: Detector, shape: tuple[int, int]) -> None:
    assert detector.detect(np.full((*shape, 3), 90, np.uint8)) == []


def test_names_and_fingerprints_are_known_before_anything_is_loaded() -> None:
    loaded = output_of(
        "import sys\n"
        "from facenet_core.detect.mtcnn import MtcnnDetector\n"
        "detector = MtcnnDetector()\n"
        "print(detector.name, detector.fingerprint, 'tensorflow' in sys.modules, 'mtcnn' in sys.modules)"
    ).split()
    assert loaded[0] == "mtcnn"
    assert loaded[1].startswith("mtcnn-1.")
    assert loaded[2:] == ["False", "False"]


class Trap:
    """Unpickling this makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder),)


def test_mtcnn_reads_no_weights_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, astronaut: NDArray[np.uint8]
) -> None:
    sprung = tmp_path / "sprung"
    for name in ("pnet.lz4", "rnet.lz4", "onet.lz4"):
        joblib.dump(Trap(sprung), tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert len(MtcnnDetector().detect(astronaut)) == 1
    assert not sprung.exists()


def test_mtcnn_refuses_to_run_on_another_backend() -> None:
    code = (
        "import numpy as np\n"
        "from facenet_core.detect.mtcnn import MtcnnDetector\n"
        "from facenet_core.types import FacenetError\n"
        "try: MtcnnDetector().detect(np.zeros((99, 99, 3), np.uint8))\n"
        "except FacenetError as error: print(error)"
    )
    assert "needs Keras on TensorFlow" in output_of(code, KERAS_BACKEND="jax")


def test_a_large_face_is_found_in_a_reduced_picture(yunet_file: Path, astronaut: NDArray[np.uint8]) -> None:
    (small,) = YuNetDetector(yunet_file).detect(astronaut)
    enlarged = astronaut.repeat(5, axis=0).repeat(5, axis=1)
    (large,) = YuNetDetector(yunet_file, longest_side=512).detect(enlarged)
    # Pixel i became pixels 5 i to 5 i + 4, centred on 5 i + 2.
    np.testing.assert_allclose(large.landmarks, small.landmarks * 5 + 2, atol=0.1)
    np.testing.assert_allclose(large.box[2:], np.multiply(small.box[2:], 5), atol=0.1)


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


def test_settings_and_content_change_the_fingerprint_of_yunet(tmp_path: Path) -> None:
    one, two = tmp_path / "one.onnx", tmp_path / "two.onnx"
    one.write_bytes(b"1")
    two.write_bytes(b"2")
    prints = {
        YuNetDetector(one).fingerprint,
        YuNetDetector(two).fingerprint,
        YuNetDetector(one, score=0.7).fingerprint,
        YuNetDetector(one, longest_side=640).fingerprint,
    }
    assert len(prints) == 4


def test_an_open_input_shape_is_closed_without_moving_a_byte() -> None:
    # Dimensions of a tensor shape: field 1 of the shape, holding a name (field 2) or a number (field 1).
    shape = b"\x0a\x07\x12\x05batch\x0a\x02\x08\x03\x0a\x08\x12\x06height\x0a\x07\x12\x05width"
    closed = _with_fixed_input(shape)
    assert len(closed) == len(shape)
    assert closed == (
        b"\x0a\x07\x08\x81\x80\x80\x80\x80\x00\x0a\x02\x08\x03"
        b"\x0a\x08\x08\x80\x85\x80\x80\x80\x80\x00\x0a\x07\x08\x80\x85\x80\x80\x80\x00"
    )


@given(st.lists(st.tuples(st.floats(1, 100), st.floats(1, 100), st.floats(0, 1)), max_size=8), st.randoms())
def test_the_order_of_faces_is_that_of_their_size(sizes: list[tuple[float, float, float]], random: object) -> None:
    faces = [Detection((i, 0.0, w, h), np.zeros((5, 2), np.float32), score) for i, (w, h, score) in enumerate(sizes)]
    shuffled = list(faces)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    ordered = largest_first(shuffled)
    assert ordered == largest_first(faces)
    assert [face.area for face in ordered] == sorted((face.area for face in faces), reverse=True)
