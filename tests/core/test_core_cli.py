"""`python -m facenet_core` and the example of the README do what they say."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from facenet_core import weights
from facenet_core.cli import main
from tests.core.processes import ROOT, run_python


@pytest.fixture
def astronaut(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(cv2.imencode(".jpg", skimage.data.astronaut()[..., ::-1])[1].tobytes())
    return path


def test_embed_describes_every_face_and_names_what_it_could_not_read(
    tmp_path: Path, astronaut: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    out = tmp_path / "faces.npz"
    assert main(["embed", str(broken), str(astronaut), "--device", "cpu", "--out", str(out)]) == 1
    assert f"The picture {broken} cannot be read" in capsys.readouterr().err
    with np.load(out) as faces:
        assert faces["vectors"].shape == (1, 128)
        assert faces["vectors"].dtype == np.float32
        assert faces["photo"].tolist() == [str(astronaut)]
        assert faces["score"][0] > 0.9
        np.testing.assert_allclose(faces["box"][0] * 512, (182, 64, 83, 107), atol=3)


def test_pictures_without_faces_give_an_empty_file(tmp_path: Path) -> None:
    picture, out = tmp_path / "grey.png", tmp_path / "faces.npz"
    picture.write_bytes(cv2.imencode(".png", np.full((80, 90, 3), 128, np.uint8))[1].tobytes())
    assert main(["embed", str(picture), "--device", "cpu", "--out", str(out)]) == 0
    with np.load(out) as faces:
        assert faces["vectors"].shape == (0, 128)
        assert faces["box"].shape == (0, 4)


def test_a_file_that_cannot_be_written_is_refused_before_any_picture_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for out in (tmp_path / "none" / "faces.npz", tmp_path):
        assert main(["embed", str(tmp_path / "photo.jpg"), "--device", "cpu", "--out", str(out)]) == 1
        assert capsys.readouterr().err == f"facenet_core: {out} is no file that can be written.\n"


def test_wrong_use_exits_with_2() -> None:
    for arguments in ([], ["embed"], ["embed", "photo.jpg"], ["export"], ["nonsense"]):
        with pytest.raises(SystemExit) as exit_:
            main(arguments)
        assert exit_.value.code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["inspect", "--preset", "none"], "There is no preset 'none'"),
        (["embed", "photo.jpg", "--out", "x.npz", "--device", "npu"], "There is no device 'npu'"),
        (["calibrate", "--images", "nowhere"], "nowhere holds no pictures"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error


def test_inspect_counts_the_parameters(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect"]) == 0
    text = capsys.readouterr().out
    assert "Bottleneck" in text
    assert "3,360,320" in text


@pytest.mark.slow
def test_export_writes_the_file_that_ships(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "inference.tflite"
    assert main(["export", "--format", "litert", "--float16", "--out", str(out)]) == 0
    assert weights.digest(out) in capsys.readouterr().out


def test_the_example_of_the_readme_runs(astronaut: Path) -> None:
    text = (ROOT / "facenet_core" / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"## Embed[^#]*?```python\n(.*?)```", text, re.DOTALL)
    assert len(example.strip().splitlines()) <= 10
    run = run_python("-c", example + "\nprint(vectors.shape, same.tolist())", folder=astronaut.parent)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "(1, 128) [[True]]"


def test_a_backend_that_is_not_installed_is_told_in_a_sentence() -> None:
    code = (
        "import sys\n"
        "sys.modules['tensorflow'] = None\n"
        "from facenet_core.cli import main\n"
        "sys.exit(main(['inspect', '--backbone', 'mobilefacenet']))"
    )
    run = run_python("-c", code, KERAS_BACKEND="tensorflow")
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1] == (
        "facenet_core: Keras runs on tensorflow, which is not installed: set KERAS_BACKEND."
    )
