"""Memory stays flat however many photos a scan reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.memory import draw, measure


@pytest.mark.slow
def test_ten_times_the_photos_take_no_more_memory(tmp_path: Path) -> None:
    peaks = []
    for photos in (30, 300):
        folder = tmp_path / str(photos)
        folder.mkdir()
        draw(folder, photos, megapixels=3)
        peaks.append(measure(folder, "pretend"))
    assert peaks[1] < 1.10 * peaks[0]
