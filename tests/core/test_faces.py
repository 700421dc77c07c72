"""Labelled pictures become vectors alike, whether they are photos or crops that `align` wrote."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

from facenet_core import presets, weights
from facenet_core.align import align
from facenet_core.data import pictures
from facenet_core.data.alignment import align_photos
from facenet_core.data.crops import MARKER, UNFINISHED_MARKER
from facenet_core.detect.yunet import YuNetDetector
from facenet_core.embed import Embedder
from facenet_core.evaluate import faces
from facenet_core.types import FacenetError
from tests.core.made_crops import write_folder
from tests.embedders import make_embedder


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder(device="cpu")


@pytest.fixture(scope="module")
def detector() -> YuNetDetector:
    return YuNetDetector()


@pytest.fixture
def no_detector(tmp_path: Path) -> YuNetDetector:
    """A detector that fails as soon as it is used."""
    detector = YuNetDetector(tmp_path / "missing.onnx")
    with pytest.raises(FacenetError, match=r"cannot be read|no YuNet"):
        detector.detect(np.zeros((90, 90, 3), np.uint8))
    return detector


def write(path: Path, picture: NDArray[np.uint8]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(path.suffix, picture[..., ::-1])[1].tobytes())
    return path


def test_a_photo_is_described_by_its_face_and_others_are_named(
    tmp_path: Path, embedder: Embedder, detector: YuNetDetector
) -> None:
    photo = skimage.data.astronaut()
    good = write(tmp_path / "Eileen" / "1.png", photo)
    grey = write(tmp_path / "nobody" / "1.png", np.full((200, 200, 3), 128, np.uint8))
    broken = tmp_path / "nobody" / "2.png"
    broken.write_bytes(b"no picture")
    described = faces.describe([grey, good, broken, good], embedder, detector)
    assert described.found.tolist() == [False, True, False, True]
    (sentence,) = described.unreadable
    assert str(broken) in sentence
    (face,) = detector.detect(photo)
    np.testing.assert_allclose(described.vectors[1], embedder.describe(photo, [face])[0], atol=1e-6)
    np.testing.assert_array_equal(described.vectors[1], described.vectors[3])
    assert not described.vectors[[0, 2]].any()


def test_crops_that_align_wrote_give_the_vectors_of_their_photos(
    tmp_path: Path, embedder: Embedder, detector: YuNetDetector, no_detector: YuNetDetector
) -> None:
    photo = write(tmp_path / "photos" / "王 小明" / "王 小明_0001.png", skimage.data.astronaut())
    assert [done.problem for done in align_photos([("王 小明", photo)], tmp_path / "crops", detector)] == [""]
    (crop,) = (path for _, path in pictures.people(tmp_path / "crops"))
    missing = crop.with_name("王 小明_0002")
    of_crops = faces.describe([crop, missing], embedder, no_detector)
    of_photos = faces.describe([photo], embedder, detector)
    assert of_crops.found.tolist() == [True, False]
    assert of_crops.unreadable == ()
    # The crop of 128 with a margin of 8 has the pixels of one of 112 in its middle.
    assert of_crops.vectors[0] @ of_photos.vectors[0] > 0.999


def test_a_face_and_its_mirror_image_are_one_with_flip_averaging(
    tmp_path: Path, embedder: Embedder, no_detector: YuNetDetector
) -> None:
    folder = write_folder(tmp_path / "crops", {"Anna": 1}, size=112, margin=0)
    (crop,) = (path for _, path in pictures.people(folder))
    mirrored = write(folder / "Anna" / "mirrored.png", pictures.read(crop)[:, ::-1])
    plain = faces.describe([crop, mirrored], embedder, no_detector).vectors
    flipped = faces.describe([crop, mirrored], embedder, no_detector, flip=True).vectors
    assert plain[0] @ plain[1] < 0.99
    np.testing.assert_allclose(flipped[0], flipped[1], atol=1e-6)
    np.testing.assert_allclose(flipped[0], plain.sum(axis=0) / np.linalg.norm(plain.sum(axis=0)), atol=1e-6)


def test_more_pictures_than_are_embedded_together_keep_their_places(
    tmp_path: Path, embedder: Embedder, no_detector: YuNetDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [path for _, path in pictures.people(write_folder(tmp_path / "crops", {"Anna": 4, "Ben": 3}))]
    together = faces.describe(paths, embedder, no_detector)
    monkeypatch.setattr(faces, "BATCH", 2)
    in_twos = faces.describe(paths, embedder, no_detector)
    np.testing.assert_array_equal(together.vectors, in_twos.vectors)
    assert in_twos.found.all()


def test_crops_of_another_size_than_their_folder_says_are_refused(
    tmp_path: Path, embedder: Embedder, no_detector: YuNetDetector
) -> None:
    folder = write_folder(tmp_path / "crops", {"Anna": 1})
    odd = write(folder / "Anna" / "odd.png", np.zeros((100, 128, 3), np.uint8))
    with pytest.raises(FacenetError, match=r"odd\.png is 128 x 100 pixels, expected 128 x 128"):
        faces.describe([odd], embedder, no_detector)


def test_crops_that_show_less_than_the_preset_wants_are_refused(
    tmp_path: Path, embedder: Embedder, no_detector: YuNetDetector
) -> None:
    wider = Embedder(replace(embedder.preset, crop_margin=12.0), "cpu")
    (crop,) = (path for _, path in pictures.people(write_folder(tmp_path / "crops", {"Anna": 1}, margin=8)))
    with pytest.raises(FacenetError, match="wants a margin of 12 around the face, the crops show 8"):
        faces.describe([crop], wider, no_detector)


def test_crops_of_an_interrupted_alignment_are_refused(
    tmp_path: Path, embedder: Embedder, no_detector: YuNetDetector
) -> None:
    folder = write_folder(tmp_path / "crops", {"Anna": 1})
    (crop,) = (path for _, path in pictures.people(folder))
    (folder / MARKER).rename(folder / UNFINISHED_MARKER)
    with pytest.raises(FacenetError, match="Not all crops of"):
        faces.describe([crop], embedder, no_detector)


@pytest.mark.parametrize("size", [0, 1e38])
def test_a_network_whose_vectors_have_no_direction_is_refused(
    tmp_path: Path, no_detector: YuNetDetector, size: float
) -> None:
    """Weights of zero, or so large that their sums are no numbers."""
    preset = presets.get(make_embedder(tmp_path / "preset"))
    file = preset.folder / preset.weights_file
    with np.load(file) as arrays:
        changed = {name: size * np.sign(arrays[name]) if "kernel" in name else arrays[name] for name in arrays}
    weights.write(file, changed)
    overflowing = Embedder(replace(preset, weights_sha256=weights.digest(file)), "cpu")
    (crop,) = (path for _, path in pictures.people(write_folder(tmp_path / "crops", {"Anna": 1})))
    with pytest.raises(FacenetError, match="vectors without a direction"):
        faces.describe([crop], overflowing, no_detector)


def test_the_face_nearest_the_centre_is_taken(tmp_path: Path, embedder: Embedder, detector: YuNetDetector) -> None:
    """A smaller face in the middle, beside a larger one at the rim."""
    face = skimage.data.astronaut()[20:280, 90:350]
    scene = np.full((520, 900, 3), 200, np.uint8)
    scene[240:500, 630:890] = face
    small = cv2.resize(face, (156, 156), interpolation=cv2.INTER_AREA)
    scene[180:336, 370:526] = np.asarray(small)[:, ::-1]
    found = detector.detect(scene)
    assert [round(detection.box[0] / 300) for detection in found] == [2, 1]
    described = faces.describe([write(tmp_path / "x" / "scene.png", scene)], embedder, detector)
    preset = embedder.preset
    expected = embedder.embed(align(scene, found[1].landmarks, preset.crop_size, preset.crop_margin)[None])
    np.testing.assert_allclose(described.vectors, expected, atol=1e-6)
