"""`python -m facenet_core` and the example of the README do what they say."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from facenet_core import presets, weights
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
        np.testing.assert_allclose(faces["box"][0] * 512, (179, 67, 89, 108), atol=4)


def test_pictures_without_faces_give_an_empty_file(tmp_path: Path) -> None:
    picture, out = tmp_path / "grey.png", tmp_path / "faces.npz"
    picture.write_bytes(cv2.imencode(".png", np.full((80, 90, 3), 128, np.uint8))[1].tobytes())
    assert main(["embed", str(picture), "--device", "cpu", "--out", str(out)]) == 0
    with np.load(out) as faces:
        assert faces["vectors"].shape == (0, 128)
        assert faces["box"].shape == (0, 4)


def test_where_nothing_can_be_read_the_file_from_before_stays(
    tmp_path: Path, astronaut: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, no_network = tmp_path / "faces.npz", tmp_path / "yunet.onnx"
    out.write_bytes(b"hours of work")
    no_network.write_bytes(b"no network")
    for arguments, message in (
        ([str(tmp_path / "nothere.jpg")], "nothere.jpg cannot be read: No such file or directory.\n"),
        ([str(tmp_path)], f"{tmp_path} cannot be read: Is a directory.\n"),
        ([str(astronaut), "--yunet", str(no_network)], "yunet.onnx is no YuNet network"),
    ):
        assert main(["embed", *arguments, "--device", "cpu", "--out", str(out)]) == 1
        assert message in capsys.readouterr().err
        assert out.read_bytes() == b"hours of work"


@pytest.mark.parametrize(
    "command",
    [
        ["embed", "photo.jpg", "--out", "{}.npz"],
        ["endpoints", "--weights", "w", "--input", "in.npz", "--out", "{}.npz"],
        ["export", "--format", "onnx", "--out", "{}.onnx"],
    ],
)
def test_a_file_that_cannot_be_written_is_refused_before_the_work(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([part.format(tmp_path / "none" / "out") for part in command]) == 1
    assert capsys.readouterr().err == (
        f"facenet_core: Nothing can be written into the folder {tmp_path / 'none'}: No such file or directory.\n"
    )
    (tmp_path / f"out.{command[-1].rpartition('.')[2]}").mkdir()
    assert main([part.format(tmp_path / "out") for part in command]) == 1
    assert "is a folder: name a file" in capsys.readouterr().err


def test_arrays_are_written_under_a_name_that_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["embed", "photo.jpg"], ["endpoints", "--weights", "w", "--input", "in.npz"]):
        assert main([*command, "--out", str(tmp_path / "x.csv")]) == 1
        assert capsys.readouterr().err == f"facenet_core: {tmp_path / 'x.csv'} must end in .npz.\n"
    assert not list(tmp_path.iterdir())


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
        (["calibrate", "--images", "nowhere"], "There is no folder nowhere."),
        (["calibrate", "--images", "nowhere", "--write"], "name the one to change with --preset"),
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
    assert "1,022,592" in text


def test_a_network_is_a_preset_or_a_backbone_and_a_mistyped_one_is_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, message in (
        (["--preset", "mobilefacenet-112", "--backbone", "mobilenet_v1"], "not allowed with argument --preset"),
        (["--backbone", "mobilfacenet"], "did you mean mobilefacenet?"),
        (["--backbone", "yolo"], "there are: inception_resnet_v1, "),
    ):
        with pytest.raises(SystemExit) as exit_:
            main(["inspect", *arguments])
        assert exit_.value.code == 2
        assert message in capsys.readouterr().err


def test_the_presets_that_ship_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    for name in presets.names():
        preset = presets.get(name)
        assert [name, preset.backbone, str(preset.crop_size), preset.inference_file, "yes"] in lines


def test_help_shows_examples_as_they_are_typed(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("embed", "evaluate", "calibrate", "export", "endpoints"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        assert f"\nexamples:\n  python -m facenet_core {command} " in capsys.readouterr().out


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    # Without the variable, which tests set so that they see what libraries print.
    command = f"env -u TF_CPP_MIN_LOG_LEVEL {shlex.quote(sys.executable)} -m facenet_core inspect | head -n 1"
    run = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.startswith("layer")
    assert run.stderr == ""


def test_a_python_without_the_packages_is_told_what_to_do() -> None:
    run = run_python("-S", "-m", "facenet_core", "--help")
    assert run.returncode == 1
    (line,) = run.stderr.splitlines()
    assert f"{sys.executable} lacks the package " in line
    assert "make setup" in line


def test_only_our_own_messages_are_seen_unless_the_user_asks_for_more(astronaut: Path, tmp_path: Path) -> None:
    code = (
        "import runpy, sys\n"
        f"sys.argv = ['facenet_core', 'embed', {str(astronaut)!r}, '--device', 'cpu', '--out', 'x.npz']\n"
        "{}"
        "runpy.run_module('facenet_core', run_name='__main__')"
    )
    quiet = run_python("-c", code.format("import os; del os.environ['TF_CPP_MIN_LOG_LEVEL']\n"), folder=tmp_path)
    told = run_python("-c", code.format(""), folder=tmp_path, TF_CPP_MIN_LOG_LEVEL="0")
    assert quiet.stderr == "1 face in 1 picture: x.npz\n"
    assert "XNNPACK" in told.stderr
    assert told.stderr.endswith(quiet.stderr)


@pytest.mark.slow
def test_export_writes_the_file_that_ships(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "inference.tflite"
    assert main(["export", "--format", "litert", "--float16", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert weights.digest(out) in printed
    assert re.search(r"checked: .* least cosine is (0\.9999|1\.0000)", printed)


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
