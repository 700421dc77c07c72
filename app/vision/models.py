"""Which engines there are: the embedders that ship inside, each with the detectors at hand, and how one is added."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from app import paths
from app.errors import AppError, UsageError
from app.vision.engine import FaceEngine
from app.vision.facenet import FaceNetEngine
from app.vision.pretend import PretendEngine
from facenet_core import presets, weights
from facenet_core.detect import Detector
from facenet_core.detect.mtcnn import MtcnnDetector
from facenet_core.detect.yunet import YuNetDetector
from facenet_core.devices import Device
from facenet_core.types import FacenetError

DEFAULT = f"{presets.DEFAULT}+mtcnn"
# Not listed: tests and screenshots choose it by name.
PRETEND = "pretend"

# Official YuNet files have a quarter of a megabyte; what is far larger is another network.
LARGEST_DETECTOR = 16_000_000
_FILE_NAME = re.compile(r"yunet-([0-9a-f]{64})\.onnx")


@dataclass(frozen=True, slots=True)
class Model:
    """An embedder with a detector, by the name under which a library remembers it.

    `file` is the detector that the user added, None for what ships inside.
    """

    name: str
    embedder: str
    detector: str
    file: Path | None


def available_models() -> list[Model]:
    """The default first."""
    models = [Model(f"{preset}+mtcnn", preset, "mtcnn", None) for preset in presets.names()]
    for file, digest in _added():
        models += [_model(preset, file, digest) for preset in presets.names()]
    return models


def add_model(path: Path) -> Model:
    """Copies a YuNet detector file in after running it once, and returns the model it makes with the default embedder.

    Raises AppError where the file is anything else. The file is data: it is parsed and run by OpenCV, never executed.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_DETECTOR + 1)
    except OSError as error:
        raise AppError(f"{path} cannot be read: {error.strerror}.") from error
    if len(content) > LARGEST_DETECTOR:
        raise _no_detector(path)
    digest = hashlib.sha256(content).hexdigest()
    folder = paths.models_folder()
    target = folder / f"yunet-{digest}.onnx"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix="adding-") as temporary:
            copy = Path(temporary) / target.name
            with copy.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _try_detector(copy, path)
            copy.replace(target)
    except OSError as error:
        raise AppError(f"The model cannot be kept in {folder}: {error.strerror}.") from error
    return _model(presets.DEFAULT, target, digest)


def make_engine(name: str | None, device: str) -> FaceEngine:
    """The engine called `name`, by default the one that ships inside. Loads no network.

    Raises UsageError for a name or device that is not there, AppError where an added file has changed.
    """
    try:
        Device.parse(device)
    except FacenetError as error:
        raise UsageError(str(error)) from error
    if name == PRETEND:
        return PretendEngine()
    models = {model.name: model for model in available_models()}
    model = models.get(name or DEFAULT)
    if model is None:
        raise UsageError(
            f"There is no model {name!r}. There are: {', '.join(models)}. Others: kinfolio model add FILE."
        )
    detector: Detector = MtcnnDetector() if model.file is None else YuNetDetector(_unchanged(model.file))
    return FaceNetEngine(model.name, detector, model.embedder, device)


def check_weights() -> Iterator[tuple[str, str, str | None]]:
    """Each file of weights that ships inside: its preset, its name, and what is wrong with it, None where all is well.

    Reads the files whole.
    """
    for preset in map(presets.get, presets.names()):
        for path, sha256 in preset.files():
            try:
                weights.find(path, sha256)
            except FacenetError as error:
                yield preset.name, path.name, str(error)
            else:
                yield preset.name, path.name, None


def _model(preset: str, file: Path, digest: str) -> Model:
    return Model(f"{preset}+yunet-{digest[:8]}", preset, "yunet", file)


def _added() -> list[tuple[Path, str]]:
    folder = paths.models_folder()
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    return [(file, match[1]) for file in files if (match := _FILE_NAME.fullmatch(file.name))]


def _unchanged(file: Path) -> Path:
    match = _FILE_NAME.fullmatch(file.name)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise AppError(f"The model {file} cannot be read: {error.strerror}. Add it again.") from error
    if match is None or hashlib.sha256(content).hexdigest() != match[1]:
        raise AppError(f"The model {file} has changed since it was added. Add it again.")
    return file


def _try_detector(copy: Path, origin: Path) -> None:
    try:
        with _silent_opencv():
            YuNetDetector(copy).detect(np.zeros((320, 320, 3), np.uint8))
    # A network with other inputs or outputs fails in OpenCV or in taking its result apart.
    except (FacenetError, cv2.error, LookupError, ValueError) as error:
        raise _no_detector(origin) from error


def _no_detector(origin: Path) -> AppError:
    return AppError(
        f"{origin} is no YuNet face detector that OpenCV can run. "
        "Choose a file face_detection_yunet_….onnx from the OpenCV Zoo."
    )


@contextmanager
def _silent_opencv() -> Iterator[None]:
    """OpenCV describes a failing network on stderr; the user gets one sentence instead."""
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(level)
