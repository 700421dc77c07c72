"""A preset is kept beside its files and read back as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from facenet_core import presets
from facenet_core.train import checkpoint
from facenet_core.types import Calibration, FacenetError, Logistic


def test_a_preset_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    kept = replace(presets.get(), name="a", folder=tmp_path, calibration=None, options={"alpha": 0.5})
    assert presets.write(kept) == tmp_path / "preset.json"
    assert presets.get(tmp_path) == presets.get(str(tmp_path / "preset.json")) == kept
    assert [path.name for path in tmp_path.iterdir()] == ["preset.json"]


def test_a_calibration_is_kept_with_its_preset(tmp_path: Path) -> None:
    calibration = Calibration((1e-1, 1e-2), (0.2, 0.3), "made up", Logistic(-4.25, 18.5))
    presets.write(replace(presets.get(), folder=tmp_path, calibration=calibration))
    assert presets.get(tmp_path).calibration == calibration


def test_a_calibration_without_probabilities_is_still_read(tmp_path: Path) -> None:
    file = presets.write(replace(presets.get(), folder=tmp_path))
    record = json.loads(file.read_text())
    record["calibration"].pop("logistic")
    file.write_text(json.dumps(record))
    calibration = presets.get(tmp_path).calibration
    assert calibration is not None
    assert calibration.logistic is None
    assert calibration.cosine_at(1e-3) == presets.get().calibration.cosine_at(1e-3)


@pytest.mark.parametrize("name", presets.names())
def test_every_embedder_that_ships_gives_rates_and_probabilities(name: str) -> None:
    calibration = presets.get(name).calibration
    assert calibration is not None
    assert calibration.rates[-1] <= 1e-4
    assert calibration.probability(0.0) < 0.1
    assert calibration.probability(calibration.cosine_at(1e-4)) > 0.95


@pytest.mark.parametrize("logistic", [{"offset": 1}, {"offset": 0, "slope": -1}, [1, 2], "steep"])
def test_a_calibration_that_is_damaged_is_refused(tmp_path: Path, logistic: object) -> None:
    file = presets.write(replace(presets.get(), folder=tmp_path))
    record = json.loads(file.read_text())
    record["calibration"]["logistic"] = logistic
    file.write_text(json.dumps(record))
    with pytest.raises(FacenetError, match="describes no embedder"):
        presets.get(tmp_path)


def test_a_crop_may_show_more_on_one_side_than_on_another(tmp_path: Path) -> None:
    kept = replace(presets.get(), folder=tmp_path, crop_margin=(-4.0, 5.0, -4.0, 23.0))
    presets.write(kept)
    assert presets.get(tmp_path) == kept


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"name": "a", "surprise": 1}', "\x00", "[" * 100_000])
def test_a_file_that_describes_no_preset_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "preset.json").write_text(content)
    with pytest.raises(FacenetError, match="describes no embedder"):
        presets.get(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("crop_size", value) for value in ("112", 0, 1.5, 10**7)],
        *[("dimension", value) for value in ("128", -1, 10**9)],
        *[("options", value) for value in (None, [1], {"alpha": "1"}, {"alpha": float("nan")})],
        *[("crop_margin", value) for value in (None, "8", [1, 2], float("nan"), -56, [1e999, 0, 0, 0], [10**400] * 4)],
        *[("weights_file", value) for value in (5, "../weights.npz", "/weights.npz")],
        ("inference_file", "../inference.tflite"),
        *[("preprocessing", value) for value in ("whiten", ["fixed_128"])],
        ("backbone", ["mobilenet_v1"]),
        ("name", 3),
    ],
)
def test_a_preset_with_an_impossible_value_is_refused(tmp_path: Path, name: str, value: object) -> None:
    file = presets.write(replace(presets.get(), folder=tmp_path))
    file.write_text(json.dumps(json.loads(file.read_text()) | {name: value}))
    with pytest.raises(FacenetError, match="describes no embedder"):
        presets.get(tmp_path)


def test_a_folder_without_a_preset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FacenetError, match=r"has no preset\.json: it is no preset"):
        presets.get(tmp_path)


def test_a_run_that_has_not_ended_is_told_from_a_folder_of_something_else(tmp_path: Path) -> None:
    (tmp_path / checkpoint.FILE).touch()
    with pytest.raises(FacenetError, match=f"has not ended: go on with .* train --resume {tmp_path}"):
        presets.get(tmp_path)
