"""`calibrate` measures on a folder of people and keeps what it found in the preset."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from facenet_core import presets
from facenet_core.cli import main


def make_crops(folder: Path, people: int = 70) -> Path:
    """Aligned crops of `people` that are smooth random patterns: two each, which differ by a little noise."""
    rng = np.random.default_rng(11)
    for number in range(people):
        pattern = cv2.resize(rng.uniform(0, 255, (6, 6, 3)), (128, 128), interpolation=cv2.INTER_CUBIC)
        person = folder / f"人 {number}"
        person.mkdir(parents=True)
        for picture in range(2):
            pixels = np.clip(pattern + rng.normal(0, 25, pattern.shape), 0, 255).astype(np.uint8)
            (person / f"{picture}.png").write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    (folder / "crops.json").write_text(json.dumps({"size": 128, "margin": 8.0, "detector": "drawn"}))
    return folder


@pytest.fixture(scope="module")
def crops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_crops(tmp_path_factory.mktemp("crops") / "drawn people")


@pytest.fixture
def preset(tmp_path: Path) -> Path:
    """A copy of the embedder that ships, as one of the user's own, calibrated by an older version."""
    folder = tmp_path / "preset"
    shutil.copytree(presets.get().folder, folder)
    record = json.loads((folder / "preset.json").read_text())
    record["calibration"].pop("logistic", None)
    (folder / "preset.json").write_text(json.dumps(record))
    return folder


@pytest.fixture
def calibrate(crops: Path, preset: Path) -> Callable[..., int]:
    return lambda *options: main(
        ["calibrate", "--images", str(crops), "--preset", str(preset), "--device", "cpu", *options]
    )


def test_the_calibration_is_kept_in_the_preset(
    calibrate: Callable[..., int], preset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, plots = tmp_path / "report.json", tmp_path / "plots"
    before = (preset / "preset.json").read_bytes()
    assert calibrate("--write", "--json", "--out", str(out), "--plots", str(plots), "--name", "drawings") == 0
    text, told = capsys.readouterr()
    printed = json.loads(text)
    assert printed == json.loads(out.read_text())
    kept = presets.get(preset).calibration
    assert kept is not None
    assert kept.logistic is not None
    assert list(kept.cosines) == printed["calibration"]["cosines"]
    assert kept.logistic.slope == printed["calibration"]["logistic"]["slope"]
    assert list(kept.true_matches) == pytest.approx([one["true_match_rate"] for one in printed["points"]], abs=1e-4)
    assert "half of 70 people of drawings, found by drawn" in kept.source
    assert (preset / "preset.json.old").read_bytes() == before
    replaced, by = (line for line in told.splitlines() if "pairs of strangers" in line)
    assert json.loads(before)["calibration"]["source"] in replaced
    assert kept.source in by
    assert "Only 70 people" in told
    assert kept.probability(kept.cosines[-1]) > kept.probability(kept.cosines[0])
    for name in ("reliability", "roc", "similarities"):
        assert cv2.imread(str(plots / f"calibration-{name}.png")) is not None
    assert sum(one["pairs"] for one in printed["reliability"]["bins"]) == (
        printed["impostor_pairs"] + printed["genuine_pairs"]
    )


def test_without_write_the_preset_stays_as_it_is(
    calibrate: Callable[..., int], preset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (preset / "preset.json").read_bytes()
    assert calibrate() == 0
    assert "calibration error" in capsys.readouterr().out
    assert (preset / "preset.json").read_bytes() == before
    assert not (preset / "preset.json.old").exists()


def test_a_preset_that_cannot_be_written_is_refused_before_measuring(
    calibrate: Callable[..., int], preset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (preset / "preset.json").read_bytes()
    (preset / "preset.json.part").mkdir()  # stands in the way of the new file, also for root
    assert calibrate("--write") == 1
    printed = capsys.readouterr()
    assert f"The calibration cannot be kept in {preset}" in printed.err
    assert printed.out == ""
    assert (preset / "preset.json").read_bytes() == before


def test_pictures_that_cannot_be_read_are_named_and_the_others_measured(
    preset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crops = make_crops(tmp_path / "crops")
    (crops / "人 3" / "1.png").write_bytes(b"no picture")
    arguments = ["--images", str(crops), "--preset", str(preset), "--device", "cpu"]
    assert main(["calibrate", *arguments]) == 1
    printed = capsys.readouterr()
    assert "1.png cannot be read" in printed.err
    assert "false match rate" in printed.out


@pytest.mark.slow
def test_real_people_are_calibrated_as_the_preset_that_ships(
    tmp_path: Path, test_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = sorted((test_data / "lfw-dev").iterdir())[:150]
    for person in people:
        (tmp_path / person.name).symlink_to(person)
    yunet = str(test_data / "teacher" / "yunet.onnx")
    assert main(["calibrate", "--images", str(tmp_path), "--yunet", yunet, "--device", "cpu", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    shipped = presets.get().calibration
    assert shipped is not None
    cosine = dict(zip(report["calibration"]["rates"], report["calibration"]["cosines"], strict=True))
    assert cosine[1e-2] == pytest.approx(shipped.cosine_at(1e-2), abs=0.05)
    assert report["reliability"]["calibration_error"] < 0.1
