"""Which engines there are, and what a user may add."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import skimage.data

from app import paths
from app.decode import Picture
from app.errors import AppError, UsageError
from app.vision.models import DEFAULT, LARGEST_DETECTOR, add_model, available_models, check_weights, make_engine
from facenet_core import presets, weights

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def yunet(test_data: Path) -> Path:
    return test_data / "teacher" / "yunet.onnx"


def test_what_ships_inside_is_always_there() -> None:
    assert [model.name for model in available_models()] == ["mobilenet_v1-112+mtcnn"]
    assert make_engine(None, "cpu").info == make_engine(DEFAULT, "auto").info


def test_weights_that_are_damaged_or_missing_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {problem for _, _, problem in check_weights()} == {None}
    preset = presets.get()
    monkeypatch.setattr(weights, "models_folder", lambda: tmp_path)
    folder = tmp_path / preset.name
    folder.mkdir()
    presets.write(replace(preset, folder=folder))
    (folder / preset.weights_file).write_bytes(b"not the weights")
    wrong = {file: problem or "" for name, file, problem in check_weights() if name == preset.name}
    assert "is damaged" in wrong[preset.weights_file]
    assert preset.inference_file
    assert "is missing" in wrong[preset.inference_file]


def test_an_added_detector_is_listed_and_finds_faces(yunet: Path) -> None:
    model = add_model(yunet)
    digest = hashlib.sha256(yunet.read_bytes()).hexdigest()
    assert model.name == f"mobilenet_v1-112+yunet-{digest[:8]}"
    assert [known.name for known in available_models()] == [DEFAULT, model.name]
    assert model.file == paths.models_folder() / f"yunet-{digest}.onnx"
    engine = make_engine(model.name, "cpu")
    assert engine.info.name == model.name
    assert engine.info.fingerprint != make_engine(None, "cpu").info.fingerprint
    [faces] = engine.read([Picture(skimage.data.astronaut(), 512, 512)])
    assert len(faces) == 1


def test_adding_a_detector_again_changes_nothing(yunet: Path, tmp_path: Path) -> None:
    copy = tmp_path / "面部 检测.onnx"
    copy.write_bytes(yunet.read_bytes())
    assert add_model(yunet) == add_model(copy)
    assert len(list(paths.models_folder().iterdir())) == 1


def test_a_home_with_a_chinese_name_holds_models(yunet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "数据"))
    engine = make_engine(add_model(yunet).name, "cpu")
    assert len(engine.read([Picture(skimage.data.astronaut(), 512, 512)])[0]) == 1


@pytest.mark.parametrize("content", [b"", b"no network\n" * 100, bytes(LARGEST_DETECTOR + 1)])
def test_a_file_that_is_no_detector_is_refused_and_leaves_nothing(
    content: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "model.onnx"
    file.write_bytes(content)
    with pytest.raises(AppError, match="is no YuNet face detector"):
        add_model(file)
    assert [known.name for known in available_models()] == [DEFAULT]
    assert not paths.models_folder().exists() or list(paths.models_folder().iterdir()) == []
    assert capfd.readouterr().err == ""


def test_another_network_or_half_a_detector_is_refused(
    test_data: Path, yunet: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    half = tmp_path / "half.onnx"
    half.write_bytes(yunet.read_bytes()[: yunet.stat().st_size // 2])
    for file in (test_data / "teacher" / "teacher.onnx", half):
        with pytest.raises(AppError, match="is no YuNet face detector"):
            add_model(file)
    assert list(paths.models_folder().iterdir()) == []
    assert capfd.readouterr().err == ""


def test_a_file_that_cannot_be_read_is_an_error_for_the_user(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="cannot be read"):
        add_model(tmp_path / "missing.onnx")
    with pytest.raises(AppError, match="cannot be read"):
        add_model(tmp_path)


def test_a_model_that_cannot_be_kept_is_an_error_for_the_user(yunet: Path) -> None:
    paths.models_folder().parent.mkdir(parents=True)
    paths.models_folder().write_text("a file where the folder should be")
    with pytest.raises(AppError, match="cannot be kept"):
        add_model(yunet)


def test_an_added_file_that_has_changed_is_not_used(yunet: Path) -> None:
    model = add_model(yunet)
    assert model.file is not None
    model.file.write_bytes(model.file.read_bytes()[:-1] + b"\0")
    with pytest.raises(AppError, match="has changed since it was added"):
        make_engine(model.name, "cpu")


def test_an_unknown_model_or_device_is_wrong_use() -> None:
    with pytest.raises(UsageError, match=r"no model 'better'.*mobilenet_v1-112\+mtcnn"):
        make_engine("better", "cpu")
    with pytest.raises(UsageError, match="device 'tpu'"):
        make_engine(None, "tpu")


def test_the_pretend_engine_is_had_by_name_only() -> None:
    assert make_engine("pretend", "cpu").info.name == "pretend"
    assert "pretend" not in {model.name for model in available_models()}
