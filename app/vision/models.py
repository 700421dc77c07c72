"""Which engines there are: the embedders that ship inside or were added, each with the detectors at hand.

An added detector is a file in the user's models folder, an added embedder a folder there: a preset as those that ship.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from filelock import FileLock

from app import paths
from app.errors import AppError, UsageError
from app.vision.engine import FaceEngine
from app.vision.facenet import FaceNetEngine, uncalibrated
from app.vision.pretend import PretendEngine
from facenet_core import export, presets, published, weights
from facenet_core.detect import yunet
from facenet_core.detect.yunet import YuNetDetector
from facenet_core.devices import Device
from facenet_core.types import FacenetError, Preset

DEFAULT = f"{presets.DEFAULT}+yunet"
# Not listed: tests and screenshots choose it by name.
PRETEND = "pretend"

# Official YuNet files have a quarter of a megabyte; what is far larger is another network.
LARGEST_DETECTOR = 16_000_000
# What is still being made lies in folders of such names, by the one process that holds the lock beside them.
ADDING = "adding-"
LOCK = "models.lock"
# The false match rate at which people are told how right a model is.
TOLD_RATE = 1e-3
_FILE_NAME = re.compile(r"yunet-([0-9a-f]{64})\.onnx")


@dataclass(frozen=True, slots=True)
class Model:
    """An embedder with a detector, by the name under which a library remembers it.

    `file` is the detector and `folder` the embedder that the user added, None for what ships inside. What nobody
    `calibrated` can be listed, but not used.

    `size` is that of its files in bytes. Of pairs of one person a share `true_matches` is found where one in a thousand
    pairs of strangers is mistaken, and a face takes `milliseconds` on one thread of a CPU; None where nobody measured.
    """

    name: str
    embedder: str
    file: Path | None
    folder: Path | None
    calibrated: bool
    size: int
    true_matches: float | None
    milliseconds: float | None


def available_models() -> list[Model]:
    """The default first."""
    embedders = [*map(presets.get, presets.names()), *_added_embedders()]
    models = [_model(embedder) for embedder in embedders]
    for detector in _added_detectors():
        models += [_model(embedder, detector) for embedder in embedders]
    return models


def add_model(path: Path) -> Model:
    """Copies in what the user brings, after running it once, and returns the model it makes with what ships inside.

    An .onnx file is a YuNet detector; everything else an embedder as `facenet_core.published` reads them, or a preset.
    Raises AppError where it is neither. A file is data: it is parsed and its numbers are used, nothing is executed.
    """
    return _add_detector(path) if path.suffix.lower() == ".onnx" else _add_embedder(path)


def _add_embedder(path: Path) -> Model:
    try:
        found = published.load(path)
        with _temporary_folder() as temporary:
            making = temporary / "preset"
            making.mkdir()
            preset = published.write_preset(found, making)
            export.write(preset, "litert", making / "inference.tflite", float16=True)
            return _model(_moved_in(making, paths.models_folder() / preset.name))
    except FacenetError as error:
        raise AppError(f"{path} cannot be added as a model. {error}") from error
    except OSError as error:
        raise _not_kept(error) from error


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """An empty folder on the disk of the models, for one that is being made.

    One process at a time makes one, so what others left there was cut off and goes.
    """
    folder = paths.models_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(LOCK)):
        for left in folder.glob(f"{ADDING}*"):
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=ADDING) as temporary:
            yield Path(temporary)


def _moved_in(made: Path, target: Path) -> Preset:
    """The preset in `target`, which becomes the one just made, unless it is there whole: its calibration stays then."""
    preset = presets.read(made)
    try:
        known = presets.read(target)
        for file, sha256 in known.files():
            weights.find(file, sha256)
    except FacenetError:
        shutil.rmtree(target, ignore_errors=True)
        made.replace(target)
        return presets.read(target)
    if preset.calibration is not None:
        known = replace(known, calibration=preset.calibration)
        presets.write(known)
    return known


def _add_detector(path: Path) -> Model:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_DETECTOR + 1)
    except OSError as error:
        raise AppError(f"{path} cannot be read: {error.strerror}.") from error
    if len(content) > LARGEST_DETECTOR:
        raise _no_detector(path)
    digest = hashlib.sha256(content).hexdigest()
    target = paths.models_folder() / f"yunet-{digest}.onnx"
    try:
        with _temporary_folder() as temporary:
            copy = temporary / target.name
            with copy.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _try_detector(copy, path)
            copy.replace(target)
    except OSError as error:
        raise _not_kept(error) from error
    return _model(presets.get(), target)


def make_engine(name: str | None, device: str) -> FaceEngine:
    """The engine called `name`, by default the one that ships inside. Loads no network.

    Raises UsageError for a device that is not there, or a name, which a library may remember from another machine or
    an earlier version of the program; AppError where an added file has changed.
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
            f"There is no model {name!r} here. If it was added from a file, add that again: kinfolio model add FILE. "
            f"Else close the window, choose another and let every photo be read again, which keeps every name: "
            f"kinfolio model use {DEFAULT}, then kinfolio reembed. There are: {', '.join(models)}."
        )
    detector = YuNetDetector(None if model.file is None else _unchanged(model.file))
    return FaceNetEngine(model.name, detector, model.folder or model.embedder, device)


def why_unusable(model: Model) -> str | None:
    """One sentence for the user, or None where the model can be used."""
    if model.calibrated or model.folder is None:
        return None
    return uncalibrated(model.embedder, model.folder)


def check_weights() -> Iterator[tuple[str, str, str | None]]:
    """Each file of weights, shipped or added: its model, its name, and what is wrong with it, None where all is well.

    Reads the files whole.
    """
    for folder in _added_folders():
        try:
            presets.read(folder)
        except FacenetError as error:
            yield folder.name, presets.FILE, str(error)
    embedders = [*map(presets.get, presets.names()), *_added_embedders()]
    files = [(preset.name, path, sha256) for preset in embedders for path, sha256 in preset.files()]
    for name, path, sha256 in [("yunet", yunet.shipped(), yunet.SHA256), *files]:
        try:
            weights.find(path, sha256)
        except FacenetError as error:
            yield name, path.name, str(error)
        else:
            yield name, path.name, None


def _model(embedder: Preset, file: Path | None = None) -> Model:
    match = _FILE_NAME.fullmatch(file.name) if file is not None else None
    return Model(
        name=f"{embedder.name}+yunet" + (f"-{match[1][:8]}" if match else ""),
        embedder=embedder.name,
        file=file,
        folder=embedder.folder if embedder.folder.parent == paths.models_folder() else None,
        calibrated=embedder.calibration is not None,
        size=sum(part.stat().st_size for part in (*_run(embedder), file or yunet.shipped()) if part.exists()),
        true_matches=_true_matches(embedder),
        milliseconds=embedder.milliseconds,
    )


def _run(embedder: Preset) -> list[Path]:
    """The file that is run: the one made for it, or the weights."""
    return [embedder.folder / (embedder.inference_file or embedder.weights_file)]


def _true_matches(embedder: Preset) -> float | None:
    known = embedder.calibration
    points = () if known is None else zip(known.rates, known.true_matches, strict=False)
    return next((share for rate, share in points if rate == TOLD_RATE), None)


def _added_detectors() -> list[Path]:
    return [file for file in _added() if _FILE_NAME.fullmatch(file.name)]


def _added_embedders() -> list[Preset]:
    """By the names of their folders. One that cannot be read is left out here and told by `check_weights`."""
    found = []
    for folder in _added_folders():
        with suppress(FacenetError):
            found.append(replace(presets.read(folder), name=folder.name))
    return found


def _added_folders() -> list[Path]:
    taken = presets.names()
    folders = [file for file in _added() if (file / presets.FILE).is_file() and not file.name.startswith(ADDING)]
    return [folder for folder in folders if folder.name not in taken]


def _added() -> list[Path]:
    folder = paths.models_folder()
    return sorted(folder.iterdir()) if folder.is_dir() else []


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


def _not_kept(error: OSError) -> AppError:
    return AppError(f"The model cannot be kept in {paths.models_folder()}: {error.strerror}.")


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
