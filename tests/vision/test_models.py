"""Which engines there are, and what a user may add."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from filelock import FileLock

from app import paths
from app.decode import Picture
from app.errors import AppError, UsageError
from app.vision.models import (
    DEFAULT,
    LARGEST_DETECTOR,
    add_model,
    available_models,
    check_weights,
    make_engine,
    why_unusable,
)
from facenet_core import presets, published, weights
from facenet_core.embed import Embedder
from facenet_core.types import Calibration
from tests.core import slim_graphs
from tests.core.processes import run_python
from tests.embedders import CALIBRATION, make_embedder

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def yunet(test_data: Path) -> Path:
    return test_data / "teacher" / "yunet.onnx"


def test_what_ships_inside_is_always_there() -> None:
    assert [model.name for model in available_models()] == ["mobilefacenet-112+yunet"]
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
    assert model.name == f"mobilefacenet-112+yunet-{digest[:8]}"
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
    with pytest.raises(UsageError, match=r"no model 'better'.*mobilefacenet-112\+yunet"):
        make_engine("better", "cpu")
    with pytest.raises(UsageError, match="device 'tpu'"):
        make_engine(None, "tpu")


def test_the_pretend_engine_is_had_by_name_only() -> None:
    assert make_engine("pretend", "cpu").info.name == "pretend"
    assert "pretend" not in {model.name for model in available_models()}


@pytest.fixture
def embedder(tmp_path: Path) -> Path:
    return make_embedder(tmp_path / "训练 7", dimension=512)


def test_an_added_embedder_is_listed_beside_the_others_and_describes_faces(embedder: Path, yunet: Path) -> None:
    model = add_model(embedder)
    detector = add_model(yunet)
    name = model.embedder
    assert name.startswith("mobilenet_v1-64-")
    assert model.name == f"{name}+yunet"
    assert model.folder == paths.models_folder() / name
    assert [known.name for known in available_models()] == [
        DEFAULT,
        model.name,
        detector.name,
        f"{name}+{detector.name.partition('+')[2]}",
    ]
    engine = make_engine(model.name, "cpu")
    assert engine.info.dimension == 512
    assert engine.info.cosine_at == dict(zip(CALIBRATION.rates, CALIBRATION.cosines, strict=True))
    picture = skimage.data.astronaut()
    [[face]] = engine.read([Picture(picture, 512, 512)])
    assert face.vector.shape == (512,)
    # What was added runs in LiteRT, and gives what Keras gives with the weights that were brought.
    assert presets.get(model.folder).inference_file == "inference.tflite"
    crop = np.random.default_rng(1).integers(0, 256, (1, 64, 64, 3), np.uint8)
    [added], [brought] = Embedder(model.folder, "cpu").embed(crop), Embedder(embedder, "cpu").embed(crop)
    assert float(added @ brought) > 0.9999


@pytest.mark.slow
def test_adding_an_embedder_again_keeps_its_calibration_and_mends_it(embedder: Path) -> None:
    without = replace(presets.get(embedder), calibration=None)
    presets.write(without)
    model = add_model(embedder)
    assert model.folder
    assert not model.calibrated
    measured = Calibration((0.1, 0.01), (0.5, 0.6), "here")
    presets.write(replace(presets.get(model.folder), calibration=measured))
    assert add_model(embedder / "weights.npz").calibrated
    presets.write(replace(without, calibration=CALIBRATION))
    assert add_model(embedder / "preset.json") == replace(model, calibrated=True)
    assert presets.get(model.folder).calibration == CALIBRATION
    (model.folder / "inference.tflite").write_bytes(b"half of it")
    assert [problem for _, file, problem in check_weights() if file == "inference.tflite"][1:] != [None]
    add_model(embedder)
    assert {problem for _, _, problem in check_weights()} == {None}
    assert [file.name for file in paths.models_folder().iterdir()] == [model.embedder]


def test_an_embedder_that_nobody_calibrated_says_how_to_do_it(embedder: Path) -> None:
    presets.write(replace(presets.get(embedder), calibration=None))
    model = add_model(embedder)
    problem = why_unusable(model)
    assert problem is not None
    assert f"calibrate --preset {model.folder} --images DIR --write" in problem
    with pytest.raises(AppError, match="Nobody has measured"):
        _ = make_engine(model.name, "cpu").info
    assert why_unusable(available_models()[0]) is None


def test_a_damaged_added_embedder_is_told_and_hides_no_other(embedder: Path) -> None:
    folder = add_model(embedder).folder
    assert folder is not None
    (folder / "preset.json").write_text("{}")
    assert [known.name for known in available_models()] == [DEFAULT]
    assert [file for name, file, problem in check_weights() if problem] == ["preset.json"]
    add_model(embedder)
    assert len(available_models()) == 2


def test_what_is_no_embedder_is_refused_and_leaves_nothing(embedder: Path, tmp_path: Path) -> None:
    letter = tmp_path / "letter.h5"
    letter.write_text("Dear Anna,")
    record = presets.get(embedder)
    presets.write(replace(record, weights_sha256="0" * 64))
    for path in (letter, tmp_path, embedder, tmp_path / "absent.pb"):
        with pytest.raises(AppError, match="cannot be added as a model"):
            add_model(path)
    presets.write(replace(record, weights_file="../../weights.npz"))
    with pytest.raises(AppError, match="cannot be added as a model"):
        add_model(embedder)
    assert not paths.models_folder().exists() or list(paths.models_folder().iterdir()) == []


def test_what_a_killed_process_left_is_removed_by_the_next(yunet: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from app.vision import models\n"
        "models.YuNetDetector = lambda _: os._exit(9)\n"
        "models.add_model(Path(sys.argv[1]))"
    )
    assert run_python("-c", code, str(yunet)).returncode == 9
    [left] = paths.models_folder().iterdir()
    assert [file.read_bytes() for file in left.iterdir()] == [yunet.read_bytes()]
    assert [known.name for known in available_models()] == [DEFAULT]
    model = add_model(yunet)
    assert list(paths.models_folder().iterdir()) == [model.file]


def test_what_another_process_is_making_is_left_to_it(yunet: Path) -> None:
    paths.models_folder().mkdir(parents=True)
    (paths.models_folder() / "adding-1").mkdir()
    with ThreadPoolExecutor() as threads, FileLock(paths.models_folder().with_name("models.lock")):
        adding = threads.submit(add_model, yunet)
        with pytest.raises(TimeoutError):
            adding.result(timeout=0.5)
        assert [made.name for made in paths.models_folder().iterdir()] == ["adding-1"]
    assert adding.result(timeout=30).name == available_models()[1].name


@pytest.mark.slow
def test_a_classifier_describes_no_faces(tmp_path: Path) -> None:
    written = slim_graphs.write(slim_graphs.mobilenet_v1(), 224, tmp_path / "model")
    with pytest.raises(AppError, match="A classifier of 5 classes"):
        add_model(written.prefix)
    assert list(paths.models_folder().iterdir()) == []


@pytest.mark.slow
def test_published_facenet_weights_are_added_from_their_checkpoint(tmp_path: Path) -> None:
    written = slim_graphs.write(slim_graphs.inception_resnet_v1(512), 160, tmp_path / "20180402.ckpt-275")
    model = add_model(written.prefix.with_name(written.prefix.name + ".index"))
    preset = presets.get(model.folder or "")
    assert (preset.dimension, preset.crop_size, preset.preprocessing) == (512, 160, "fixed_128")
    assert preset.crop_margin == published.FACENET_MARGIN
    crops = np.random.default_rng(2).integers(0, 256, (2, 160, 160, 3), np.uint8)
    network = published.load(written.prefix).network
    expected = np.asarray(network((crops.astype(np.float32) - 127.5) / 128))
    assert (Embedder(preset, "cpu").embed(crops) * expected).sum(axis=1).min() > 0.9999
