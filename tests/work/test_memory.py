"""Memory stays flat however many photos a scan reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.memory import draw, measure


@pytest.mark.slow
def test_ten_times_the_photos_take_no_more_memory(tmp_path: Path) -> None:
    peaks = []
    # Enough to fill the channels between the stages, and ten times as many.
    for photos in (60, 600):
        folder = tmp_path / str(photos)
        folder.mkdir()
        draw(folder, photos, megapixels=3)
        peaks.append(measure(folder, "pretend"))
    # One run differs from the next by 6 %, and what grouping knows of a thousand faces takes some MB; the pixels of
    # 540 photos would take 5,000 MB.
    assert peaks[1] < 1.25 * peaks[0]
