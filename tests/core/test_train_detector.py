"""A detector learns from a teacher's file, goes on where it was stopped, and leaves a file that OpenCV runs."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import skimage.data

from facenet_core import weights
from facenet_core.cli import main
from facenet_core.detect.yunet import YuNetDetector
from facenet_core.train import detector, run
from facenet_core.types import FacenetError

HINTS = {"stage_2": "232", "stage_4": "250", "neck_16": "273"}


@pytest.fixture(scope="module")
def config(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> detector.Config:
    """Two pictures of faces, two of none, a few small steps."""
    folder = tmp_path_factory.mktemp("pictures")
    shown = {"faces/astronaut": "astronaut", "faces/camera": "camera", "empty/cat": "chelsea", "empty/cup": "coffee"}
    for name, picture in shown.items():
        file = folder / f"{name}.png"
        file.parent.mkdir(exist_ok=True)
        pixels = np.asarray(getattr(skimage.data, picture)())
        cv2.imwrite(str(file), pixels if pixels.ndim == 2 else pixels[:, :, ::-1])
    return detector.Config(
        data=(str(folder / "faces"),),
        empty=(str(folder / "empty"),),
        teacher=str(test_data / "teacher" / "yunet.onnx"),
        steps=6,
        size=64,
        batch=2,
        warmup=2,
        learning_rate=5e-3,
    )


def losses(folder: Path, name: str = "loss") -> list[float]:
    return [row[name] for row in run.read_log(folder / run.METRICS)]


@pytest.mark.parametrize("stretches", [pytest.param(False, marks=pytest.mark.slow), True])
def test_training_comes_nearer_to_the_teacher_with_and_without_its_maps(
    config: detector.Config, stretches: bool, tmp_path: Path
) -> None:
    settings = replace(
        config, steps=40, hints=HINTS if stretches else {}, stretches=stretches, degraded_share=0, empty=()
    )
    assert detector.train(settings, tmp_path / "run")
    for part in ("obj", "bbox", *(["hints"] if stretches else [])):
        found = losses(tmp_path / "run", part)
        assert np.mean(found[-8:]) < 0.8 * np.mean(found[:8]), part


@pytest.mark.slow
def test_a_stopped_run_goes_on_as_if_it_had_not_been_stopped(config: detector.Config, tmp_path: Path) -> None:
    assert detector.train(config, tmp_path / "whole")

    class AfterThree(threading.Event):
        asked = 0

        def is_set(self) -> bool:
            self.asked += 1
            return self.asked > 3

    assert not detector.train(config, tmp_path / "stopped", AfterThree())
    assert len(losses(tmp_path / "stopped")) == 3
    assert not (tmp_path / "stopped" / detector.DETECTOR).exists()
    assert detector.resume(tmp_path / "stopped")
    np.testing.assert_allclose(losses(tmp_path / "stopped"), losses(tmp_path / "whole"), rtol=1e-3)


@pytest.mark.slow
def test_the_command_leaves_a_detector_and_weights_to_start_another_run_from(
    config: detector.Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--data", *config.data, "--empty", *config.empty, "--teacher", config.teacher, "--steps", "2"]
    given += ["--size", "64", "--batch", "1", "--workers", "1"]
    assert main(["train-detector", *given, "--hint", "neck_8=283", "--out", str(tmp_path / "one")]) == 0
    written = Path(capsys.readouterr().out.strip())
    assert written == tmp_path / "one" / detector.DETECTOR
    assert isinstance(YuNetDetector(written).detect(np.asarray(skimage.data.astronaut(), np.uint8)), list)
    first = str(tmp_path / "one" / detector.WEIGHTS)
    arguments = [*given, "--start", first, "--learning-rate", "1e-9", "--out", str(tmp_path / "two")]
    assert main(["train-detector", *arguments]) == 0
    one, two = (weights.read(tmp_path / name / detector.WEIGHTS) for name in ("one", "two"))
    for name, array in one.items():
        if name.endswith("kernel"):
            np.testing.assert_allclose(two[name], array, atol=1e-6, err_msg=name)


@pytest.mark.slow
def test_statistics_can_be_kept_while_weights_are_trained(config: detector.Config, tmp_path: Path) -> None:
    assert detector.train(replace(config, steps=2), tmp_path / "one")
    start = tmp_path / "one" / detector.WEIGHTS
    settings = replace(config, steps=2, start=str(start), keep_statistics=True)
    assert detector.train(settings, tmp_path / "two")
    before, after = weights.read(start), weights.read(tmp_path / "two" / detector.WEIGHTS)
    same = {name for name, array in before.items() if np.array_equal(array, after[name])}
    assert same == {name for name in before if "moving" in name}


@pytest.mark.slow
def test_a_share_of_the_initial_weights_is_kept(config: detector.Config, tmp_path: Path) -> None:
    assert detector.train(replace(config, steps=2), tmp_path / "one")
    start = tmp_path / "one" / detector.WEIGHTS
    settings = replace(config, steps=2, start=str(start))
    found = {}
    for share in (0.0, 0.25, 1.0):
        assert detector.train(replace(settings, start_share=share), tmp_path / str(share))
        found[share] = weights.read(tmp_path / str(share) / detector.WEIGHTS)
    for name, first in weights.read(start).items():
        np.testing.assert_array_equal(found[1.0][name], first)
        np.testing.assert_allclose(found[0.25][name], 0.25 * first + 0.75 * found[0.0][name], atol=1e-6, rtol=1e-4)


def test_what_shows_no_face_is_taught_as_such_whatever_the_teacher_says(config: detector.Config) -> None:
    # The teacher is shown faces that are said to be none.
    settings = replace(config, data=config.empty, empty=config.data, empty_share=0.5, degraded_share=0, size=128)
    inputs = detector.open_inputs(settings)
    drawn = [inputs.batch(step) for step in range(6)]
    told = np.concatenate([targets[0][..., :2].reshape(-1, 2) for _, targets in drawn])
    without_any = replace(settings, empty=(), data=(*config.data, *config.empty))
    seen = np.concatenate([detector.open_inputs(without_any).batch(step)[1][0][..., 1].ravel() for step in range(6)])
    assert seen.max() > 0.5
    empty = told[:, 1] < 0
    assert 0.2 < np.mean(empty) < 0.8
    assert (told[empty, 0] == 0).all()
    assert (told[~empty, 0] > 0).all()
    assert told[empty, 1].min() < -0.5, "how much the teacher is mistaken is told"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"size": 100}, "multiple of 32"),
        ({"steps": 0}, "steps must be above 0"),
        ({"start_share": 0.5}, "name them as start"),
        ({"stretches": True}, "Stretches end at hints"),
        ({"hints": {"neck_8": "nothing"}}, "is no YuNet network: it has no nothing"),
        ({"hints": {"nose": "283"}}, "The network has no layer nose; it has: input"),
        ({"hints": {"neck_8": "263"}}, r"neck_8=263 joins maps of shapes \(8, 8, 64\) and \(2, 2, 64\)"),
        ({"data": ("missing",)}, "missing"),
        ({"teacher": "missing.onnx"}, "missing.onnx"),
        ({"start": "missing.npz"}, "missing.npz"),
    ],
)
def test_what_cannot_be_trained_is_refused_and_leaves_no_folder(
    config: detector.Config, change: dict[str, Any], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises((FacenetError, OSError), match=sentence):
        detector.train(replace(config, **change), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FacenetError, match="no run of a detector"):
        detector.resume(tmp_path)
