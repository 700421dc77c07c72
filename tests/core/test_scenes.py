"""Scenes are made of the pictures they are given, equal seeds give equal ones, and what shows no face is marked."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from facenet_core.data.scenes import KEPT_SIDE, LEAST_EMPTY, Scenes, read_pictures, thumbnail
from facenet_core.types import FacenetError

RED, BLUE = (200, 0, 0), (0, 0, 200)


def plain(colour: tuple[int, int, int], height: int = 60, width: int = 80) -> NDArray[np.uint8]:
    return np.full((height, width, 3), colour, np.uint8)


def test_a_scene_shows_both_kinds_and_marks_every_pixel_of_what_shows_no_face() -> None:
    scenes = Scenes([plain(RED)], [plain(BLUE)], 160, 0.5)
    for seed in range(20):
        scene = scenes.draw(np.random.default_rng(seed))
        assert scene.image.shape == (160, 160, 3)
        # BGR, as the network reads it.
        np.testing.assert_array_equal(scene.empty, scene.image[:, :, 0] > 100)
        # An opening leaves tiles of the square's side and more.
        marked, square = scene.empty.astype(np.uint8), np.ones((LEAST_EMPTY - 1, LEAST_EMPTY - 1))
        np.testing.assert_array_equal(cv2.morphologyEx(marked, cv2.MORPH_OPEN, square), marked)
    shares = [scenes.draw(np.random.default_rng(seed)).empty.mean() for seed in range(200)]
    assert min(shares) == 0
    assert max(shares) > 0.9
    assert 0.25 < np.mean(shares) < 0.5


def test_equal_generators_give_equal_scenes_and_others_others() -> None:
    noise = [np.random.default_rng(n).integers(0, 256, (90, 70, 3), np.uint8) for n in range(3)]
    scenes = Scenes(noise, [], 96, 0.3)
    one, same, other = (scenes.draw(np.random.default_rng(seed)).image for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()
    assert not scenes.draw(np.random.default_rng(1)).empty.any()


def test_pictures_are_reduced_and_those_of_an_evaluation_left_out_at_any_size_and_quality(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    rng = np.random.default_rng(0)
    for number in range(3):
        picture = cv2.resize(rng.integers(0, 256, (9, 12, 3), np.uint8), (400, 300), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(tmp_path / f"{number}.png"), picture)
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    assert [picture.shape for picture in read_pictures([tmp_path])] == [(KEPT_SIDE * 3 // 4, KEPT_SIDE, 3)] * 3
    known = cv2.cvtColor(cv2.imread(str(tmp_path / "1.png")), cv2.COLOR_BGR2RGB)
    small = cv2.resize(known, (130, 98), interpolation=cv2.INTER_AREA)
    compressed = cv2.imdecode(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 50])[1], cv2.IMREAD_COLOR)
    left = read_pictures([tmp_path], [thumbnail(np.asarray(compressed, np.uint8))])
    assert len(left) == 2
    assert caplog.messages[-2:] == ["left out: 1 that are to be kept out", "left out: 1 that cannot be read"]
    with pytest.raises(FacenetError, match="no picture to learn from"):
        read_pictures([tmp_path], [thumbnail(picture) for picture in read_pictures([tmp_path])])
