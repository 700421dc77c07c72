"""A preset is kept beside its files and read back as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from facenet_core import presets
from facenet_core.types import FacenetError


def test_a_preset_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    kept = replace(presets.get(), name="a", folder=tmp_path, calibration=None, options={"alpha": 0.5})
    assert presets.write(kept) == tmp_path / "preset.json"
    assert presets.get(tmp_path) == presets.get(str(tmp_path / "preset.json")) == kept
    assert [path.name for path in tmp_path.iterdir()] == ["preset.json"]


def test_a_calibration_is_kept_with_its_preset(tmp_path: Path) -> None:
    kept = replace(presets.get(), folder=tmp_path)
    presets.write(kept)
    assert presets.get(tmp_path).calibration == kept.calibration
    assert kept.calibration is not None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"name": "a", "surprise": 1}', "\x00"])
def test_a_file_that_describes_no_preset_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "preset.json").write_text(content)
    with pytest.raises(FacenetError, match="describes no embedder"):
        presets.get(tmp_path)


def test_a_folder_without_a_preset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FacenetError, match="describes no embedder"):
        presets.get(tmp_path)
