"""Pictures are read upright, in RGB, or refused with a reason."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facenet_core.data import pictures
from facenet_core.types import FacenetError


def save(path: Path, orientation: int = 1) -> None:
    """A picture of 40 x 20, red on its left half and blue on its right, as stored."""
    picture = Image.new("RGB", (40, 20), (255, 0, 0))
    picture.paste((0, 0, 255), (20, 0, 40, 20))
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture.save(path, exif=exif, quality=95)


def test_colours_come_in_the_order_red_green_blue(tmp_path: Path) -> None:
    save(tmp_path / "photo.jpg")
    picture = pictures.read(tmp_path / "photo.jpg")
    assert picture.dtype == np.uint8
    assert picture.shape == (20, 40, 3)
    np.testing.assert_allclose(picture[10, 5], (255, 0, 0), atol=6)
    np.testing.assert_allclose(picture[10, 35], (0, 0, 255), atol=6)


def test_a_sideways_picture_is_turned_upright(tmp_path: Path) -> None:
    save(tmp_path / "photo.jpg", orientation=6)  # to be turned clockwise by a quarter
    picture = pictures.read(tmp_path / "photo.jpg")
    assert picture.shape == (40, 20, 3)
    np.testing.assert_allclose(picture[5, 10], (255, 0, 0), atol=6)


@pytest.mark.parametrize("name", [b"\xe5\xae\xb6\xe5\xba\xad.jpg", b"line\nbreak.jpg", b"invalid\xff.jpg"])
def test_any_file_name_is_read(tmp_path: Path, name: bytes) -> None:
    save(tmp_path / "photo.jpg")
    path = tmp_path / os.fsdecode(name)
    (tmp_path / "photo.jpg").rename(path)
    assert pictures.read(path).shape == (20, 40, 3)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff\xe0cut off"])
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    with pytest.raises(FacenetError, match="cannot be read"):
        pictures.read(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FacenetError, match="cannot be read"):
        pictures.read(tmp_path / "none.jpg")
    with pytest.raises(FacenetError, match="cannot be read"):
        pictures.read(tmp_path)


@pytest.mark.parametrize(("side", "shape"), [(30, (20, 30, 3)), (120, (80, 120, 3)), (1, (1, 1, 3))])
def test_a_picture_is_brought_to_a_longer_side(side: int, shape: tuple[int, ...]) -> None:
    picture = np.zeros((40, 60, 3), np.uint8)
    picture[:, 30:] = 200
    resized = pictures.resized(picture, side)
    assert (resized.shape, resized.dtype) == (shape, np.uint8)
    assert resized.mean() == pytest.approx(100, abs=2)


def test_people_are_the_folders_of_a_folder(tmp_path: Path) -> None:
    for name in ("Ben/2.JPG", "Ben/1.png", "Anna/x.webp", "Anna/notes.txt", "beside.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [(person, path.name) for person, path in pictures.people(tmp_path)]
    assert found == [("Anna", "x.webp"), ("Ben", "1.png"), ("Ben", "2.JPG")]


def test_a_folder_without_people_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(FacenetError, match="one folder for each person"):
        pictures.people(tmp_path)
    (tmp_path / "flat.jpg").touch()
    with pytest.raises(FacenetError, match="each person needs a folder in there"):
        pictures.people(tmp_path)
    with pytest.raises(FacenetError, match="There is no folder"):
        pictures.people(tmp_path / "none")
