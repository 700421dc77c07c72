"""What is dragged, dropped or pasted: told without the disk while it hovers, and searched by its pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage

from app.ui.widgets import dropping
from app.ui.widgets.dropping import files_in, folders_in, may_hold_files, picture_in, pixels


def urls(*addresses: QUrl) -> QMimeData:
    data = QMimeData()
    data.setUrls(list(addresses))
    return data


def test_what_hovers_is_told_without_asking_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(path: Path) -> bool:
        raise AssertionError("a drive may take seconds to answer")

    monkeypatch.setattr(Path, "is_dir", asked)
    assert may_hold_files(urls(QUrl("https://example.org/a.jpg"), QUrl.fromLocalFile(str(tmp_path))))
    assert not may_hold_files(urls(QUrl("https://example.org/a.jpg")))
    assert not may_hold_files(QMimeData())


def test_folders_and_files_are_told_apart_when_they_are_dropped(tmp_path: Path) -> None:
    picture = tmp_path / "家.jpg"
    picture.touch()
    data = urls(QUrl.fromLocalFile(str(tmp_path)), QUrl.fromLocalFile(str(picture)))
    assert files_in(data) == [tmp_path, picture]
    assert folders_in(data) == [tmp_path]
    assert picture_in(data) == picture


@pytest.mark.parametrize(
    "kind", [QImage.Format.Format_RGB32, QImage.Format.Format_ARGB32_Premultiplied, QImage.Format.Format_RGB888]
)
def test_a_copied_picture_keeps_its_pixels_where_they_are(kind: QImage.Format) -> None:
    # A width whose lines do not end at a multiple of four bytes.
    image = QImage(5, 3, kind)
    image.fill(QColor(10, 20, 30))
    image.setPixelColor(4, 2, QColor(200, 100, 50))
    data = QMimeData()
    data.setImageData(image)
    found = picture_in(data)
    assert isinstance(found, np.ndarray)
    assert found.shape == (3, 5, 3)
    assert found.dtype == np.uint8
    assert found[2, 4].tolist() == [200, 100, 50]
    assert (found.reshape(-1, 3)[:-1] == [10, 20, 30]).all()


def test_transparent_pixels_become_white_as_in_a_file() -> None:
    image = QImage(2, 1, QImage.Format.Format_ARGB32)
    image.fill(QColor(0, 0, 0, 0))
    image.setPixelColor(1, 0, QColor(255, 0, 0, 255))
    assert pixels(image).tolist() == [[[255, 255, 255], [255, 0, 0]]]


def test_a_huge_picture_is_made_smaller_in_its_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dropping, "MAX_PIXELS", 5000)
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    image.fill(QColor(10, 20, 30))
    assert pixels(image).shape == (50, 100, 3)
