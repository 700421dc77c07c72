"""Networks from weights files that others published, recognised by the names of their variables.

Read are TF1 checkpoints of TF-Slim graphs (Inception-ResNet-v1 as FaceNet, Inception-v3, AlexNet-v2, MobileNet-v1),
FaceNet's frozen graphs, and Keras weights in HDF5 with the layer names under which FaceNet was re-published. What a
file cannot tell, the pictures' size and preprocessing, has a default that the caller may replace.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from facenet_core import heads, networks, presets, tensors, weights
from facenet_core.backbones import inception_v3, mobilenet_v1
from facenet_core.networks import Size
from facenet_core.preprocess import PREPROCESSING
from facenet_core.tensors import Tensors, WeightsError
from facenet_core.types import Calibration, FacenetError, Margin, Preset

if TYPE_CHECKING:
    import keras

# The backbones of which TF-Slim has graphs.
SLIM = ("inception_resnet_v1", "inception_v3", "alexnet_v2", "mobilenet_v1")
# Wider than any embedding or number of classes that was published. A file must not make us build what fills the memory.
MOST_OUTPUTS = 100_000
WIDEST = 4.0
# FaceNet's weights of 2017 (128-d) were trained on pictures standardised one by one, those of 2018 (512-d) with
# --use_fixed_image_standardization. Names do not tell: by dimension.
FACENET_PREPROCESSING = {128: "per_image", 512: "fixed_128"}
# FaceNet was trained on boxes of faces, drawn into squares, and evaluated on MTCNN's box with 16 pixels more on each
# side of LFW's 250. This is the mean of such crops: it puts the landmarks of 150 people of LFW at their mean places to
# 0.7 of 160 pixels (3.3 without the stretch), and does so with any detector's landmarks.
FACENET_MARGIN = (-4.0, 5.0, -4.0, 23.0)

# TF-Slim's name of each variable of a Keras layer.
_SLIM_VARIABLES = {"kernel": "weights", "bias": "biases"}
# What freezing makes constants of; the other constants of a graph are no weights.
_VARIABLE_KINDS = ("weights", "depthwise_weights", "biases", "beta", "gamma", "moving_mean", "moving_variance")
# State of a training that belongs to no layer: counters (FaceNet's own has no name, so TensorFlow says Variable), the
# powers that Adam keeps, moving averages (also of losses), and FaceNet's class centres.
_TRAINING = re.compile(
    r"(.*/)?(global_step|Variable(_\d+)?|beta[12]_power(_\d+)?|learning_rate|centers)"
    r"|.*/(avg|ExponentialMovingAverage)(/.*)?"
)


@dataclass(frozen=True, slots=True)
class _Thinning:
    """How the layers of a network are thinned: by an option, and none below its option min_depth, usually `least`.

    `filters` names a layer of each width, without the kernel at the end: one of them depends on the pictures' size.
    """

    option: str
    least: int
    filters: Mapping[str, int]


_THINNED = {
    "inception_v3": _Thinning(
        "depth_multiplier",
        inception_v3.MIN_DEPTH,
        {
            "Conv2d_1a": 32,
            "Mixed_5b/Branch_1/Conv2d_0a": 48,
            "Conv2d_2b": 64,
            "Conv2d_3b": 80,
            "Mixed_5b/Branch_2/Conv2d_0b": 96,
            "Mixed_6b/Branch_1/Conv2d_0a": 128,
            "Mixed_6c/Branch_1/Conv2d_0a": 160,
            "Conv2d_4a": 192,
            "Mixed_7a/Branch_0/Conv2d_1a": 320,
            "Mixed_6a/Branch_0/Conv2d_1a": 384,
            "Mixed_7b/Branch_2/Conv2d_0a": 448,
            "AuxLogits/Conv2d_2a": 768,
        },
    ),
    "mobilenet_v1": _Thinning(
        "alpha",
        mobilenet_v1.MIN_DEPTH,
        {
            "Conv2d_0": 32,
            **{f"Conv2d_{block}_pointwise": mobilenet_v1.BLOCKS[block - 1][0] for block in (1, 2, 4, 6, 13)},
        },
    ),
}


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """A network with its weights, and how it is used.

    `outputs` is the dimension of an embedder's unit vectors, or the number of a classifier's classes. `size` is the
    side of its square pictures, or their height and width. `preprocessing` is a name of `preprocess.PREPROCESSING`,
    None where pictures are expected as the network receives them (classifiers), and `crop_margin` is as in a Preset,
    `calibration` what one of ours knows. `options` are those of the backbone's `build`.
    """

    network: keras.Model
    backbone: str
    kind: Literal["embedder", "classifier"]
    outputs: int
    size: Size
    preprocessing: str | None
    crop_margin: Margin
    options: Mapping[str, Any] = field(default_factory=dict)
    calibration: Calibration | None = None


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the names of a file tell: the network, how its variables are called there, what else may be in there."""

    backbone: str
    kind: Literal["embedder", "classifier"]
    outputs: int
    name_of: Callable[[keras.Layer, keras.Variable], str]
    options: Mapping[str, Any] = field(default_factory=dict)
    auxiliary: bool = False


def load(
    path: Path,
    size: Size | None = None,
    preprocessing: str | None = None,
    options: Mapping[str, Any] | None = None,
    spatial_squeeze: bool = True,
) -> Published:
    """The network of a weights file: recognised by its variables' names, built, and given their values.

    `path` is a TF1 checkpoint (its prefix or any of its files, V1 or V2), a frozen .pb graph, HDF5, or a preset of ours
    (its folder or a file in there). `size` replaces the side of the network's pictures (160 for FaceNet, 224, 299),
    `preprocessing` the default for the embedding's dimension (FACENET_PREPROCESSING, else fixed_128), `options` those
    of the backbone that the file tells. A preset tells its own preprocessing and options, and where it is given another
    size its calibration is left out. `spatial_squeeze` is that of `networks.classifier`.

    Training leaves more in a checkpoint than the network: step counters, optimizer slots, averages of losses, FaceNet's
    `Logits` and `centers`, and exponential moving averages of variables. All of it is left aside. The averages too:
    FaceNet's freeze_graph and its evaluation use the variables themselves.

    Raises WeightsError where the file cannot be read or is of no network known here, and with every name that is
    missing, left over or of another shape, FacenetError for a size or preprocessing that is not there, and for what a
    preset tells itself.
    """
    if preprocessing is not None and preprocessing not in PREPROCESSING:
        raise FacenetError(f"There is no preprocessing {preprocessing!r}; there are: {', '.join(PREPROCESSING)}.")
    if (folder := preset_folder(path)) is not None:
        if preprocessing is not None or options:
            raise FacenetError(f"{folder} is a preset: it has a preprocessing and options of its own.")
        return _ours(folder, size)
    with tensors.opened(path) as found:
        layout = _recognised(found, path)
        side = size or _usual_size(layout)
        built = {**layout.options, **(options or {})}
        model = _network(layout, side, built, spatial_squeeze)
        names = {layout.name_of(layer, variable): variable for layer in model.layers for variable in layer.weights}
        kept = {name: tensor for name, tensor in found.items() if not _left_aside(name, names, layout)}
        if path.suffix.lower() == ".pb":
            kept = {name: tensor for name, tensor in kept.items() if name.rpartition("/")[2] in _VARIABLE_KINDS}
        weights.assign(names, kept, f"{path} does not fit {layout.backbone}")
    if layout.kind == "embedder" and preprocessing is None:
        preprocessing = FACENET_PREPROCESSING.get(layout.outputs, "fixed_128")
    margin = FACENET_MARGIN if layout.backbone == "inception_resnet_v1" else 0.0
    return Published(model, layout.backbone, layout.kind, layout.outputs, side, preprocessing, margin, built)


def preset_folder(path: Path) -> Path | None:
    """The folder of the preset that `path` names: itself, its preset.json or its weights. None where it names none."""
    if (path / presets.FILE).is_file():
        return path
    if path.name == presets.FILE and path.is_file():
        return path.parent
    if path.suffix == ".npz" and (path.parent / presets.FILE).is_file():
        return path.parent
    return None


def write_preset(found: Published, folder: Path) -> Preset:
    """Keep an embedder as a preset in `folder`, which is there: weights.npz and preset.json.

    Its name tells the backbone, the size and, by a few digits, everything that its vectors depend on: the same embedder
    has the same name wherever it is kept. Raises FacenetError for a classifier, and for pictures that are no squares.
    """
    if found.kind != "embedder" or found.preprocessing is None:
        raise FacenetError(f"A classifier of {found.outputs} classes ({found.backbone}) describes no faces.")
    if isinstance(found.size, tuple):
        raise FacenetError(f"The crops of a preset are squares, not {found.size[0]} x {found.size[1]}.")
    file = folder / "weights.npz"
    weights.save(found.network, file)
    sha256 = weights.digest(file)
    described = json.dumps([sha256, found.size, found.crop_margin, found.preprocessing, dict(found.options)])
    preset = Preset(
        name=f"{found.backbone}-{found.size}-{hashlib.sha256(described.encode()).hexdigest()[:8]}",
        folder=folder,
        backbone=found.backbone,
        dimension=found.outputs,
        crop_size=found.size,
        crop_margin=found.crop_margin,
        preprocessing=found.preprocessing,
        weights_file=file.name,
        weights_sha256=sha256,
        calibration=found.calibration,
        options=found.options,
    )
    presets.write(preset)
    return preset


def thinned_by(widths: Mapping[int, int], least: int) -> float | None:
    """The number of fewest decimals by which `widths` are thinned: usual filters -> filters, none under `least`.

    Rounded down, many numbers give the same filters. The one that somebody chose is short. None where there is none.
    """
    lowest = max((width / full for full, width in widths.items() if width > least), default=0.0)
    for decimals in range(17):
        parts = 10.0**decimals
        share = max(1, math.ceil(lowest * parts)) / parts
        if all(max(int(full * share), least) == width for full, width in widths.items()):
            return share
    return None


def _ours(folder: Path, size: Size | None) -> Published:
    preset = presets.read(folder)
    side = size or preset.crop_size
    try:
        network = presets.load(preset, side)
    except WeightsError:
        # Weights that are damaged do not fit their own size either.
        presets.load(preset)
        wanted = f"{preset.crop_size} x {preset.crop_size}"
        raise FacenetError(f"The network of {folder} takes pictures of {wanted} pixels alone: give it such.") from None
    return Published(
        network=network,
        backbone=preset.backbone,
        kind="embedder",
        outputs=preset.dimension,
        size=side,
        preprocessing=preset.preprocessing,
        crop_margin=preset.crop_margin,
        options=preset.options,
        calibration=preset.calibration if side == preset.crop_size else None,
    )


def _recognised(found: Tensors, path: Path) -> _Layout:
    for backbone in SLIM:
        root = networks.backbone_module(backbone).ROOT
        if any(name.startswith(f"{root}/") for name in found):
            return _slim(found, backbone, root, path)
    if "Conv2d_1a_3x3/kernel" in found and "Bottleneck/kernel" in found:
        dimension = _width(found, "Bottleneck/kernel", path)
        return _Layout("inception_resnet_v1", "embedder", dimension, _republished_name)
    some = ", ".join(sorted(found)[:5]) or "none"
    raise WeightsError(
        f"The weights file {path} is of no network known here ({', '.join(SLIM)} of TF-Slim, FaceNet of Keras). "
        f"Its variables begin with: {some}."
    )


def _slim(found: Tensors, backbone: str, root: str, path: Path) -> _Layout:
    scope = networks.backbone_module(backbone).slim_scope

    def name_of(layer: keras.Layer, variable: keras.Variable) -> str:
        kind = _SLIM_VARIABLES.get(variable.name, variable.name)
        if kind == "weights" and type(layer).__name__ == "DepthwiseConv2D":
            kind = "depthwise_weights"
        return f"{root}/{scope(layer.name)}/{kind}"

    options: dict[str, Any] = {}
    if backbone in _THINNED:
        options = _thinned(_THINNED[backbone], found, root, path)
    if backbone not in heads.CLASSIFIERS or f"{root}/Bottleneck/weights" in found:
        dimension = _width(found, f"{root}/Bottleneck/weights", path)
        return _Layout(backbone, "embedder", dimension, name_of, options)
    classes = _width(found, f"{root}/{scope(heads.CLASSIFIERS[backbone].projection)}/weights", path)
    auxiliary = any(name.startswith(f"{root}/AuxLogits/") for name in found)
    return _Layout(backbone, "classifier", classes, name_of, options, auxiliary)


def _republished_name(layer: keras.Layer, variable: keras.Variable) -> str:
    """Keras files name the layers as we do, but for one."""
    name = "Bottleneck_BatchNorm" if layer.name == "BatchNorm_Bottleneck" else layer.name
    return f"{name}/{variable.name}"


def _width(found: Tensors, name: str, path: Path) -> int:
    """The last side of a kernel: how many numbers come out."""
    if name not in found:
        raise WeightsError(f"The weights file {path} lacks {name}, which tells how many numbers the network gives.")
    width = (found[name].shape or (0,))[-1]
    if not 0 < width <= MOST_OUTPUTS:
        raise WeightsError(f"The weights file {path} says that {name} has {width} outputs: it is damaged.")
    return width


def _thinned(thinning: _Thinning, found: Tensors, root: str, path: Path) -> dict[str, Any]:
    """The options that make the layers of the file as wide as they are there."""
    widths = {
        full: _width(found, name, path)
        for name in found
        if (match := re.fullmatch(rf"{root}/(.+)/weights", name))
        and (full := thinning.filters.get(re.sub(r"_[1-5]x[1-5]$", "", match[1])))
    }
    if not widths:
        return {}
    # A min_depth that somebody set is seen where it acts, as the narrowest layer.
    for least in (thinning.least, min(widths.values())):
        share = thinned_by(widths, least)
        if share is not None:
            break
    else:
        raise WeightsError(f"No {thinning.option} makes layers as wide as in the weights file {path}: it is damaged.")
    if share > WIDEST:
        raise WeightsError(f"The weights file {path} has layers {share:g} times as wide as usual: it is damaged.")
    options = {thinning.option: (share, 1), "min_depth": (least, thinning.least)}
    return {option: value for option, (value, usual) in options.items() if value != usual}


def _usual_size(layout: _Layout) -> int:
    """What the network was published for. As a classifier MobileNet-v1 saw larger pictures than faces have."""
    if (layout.backbone, layout.kind) == ("mobilenet_v1", "classifier"):
        return 224
    return int(networks.backbone_module(layout.backbone).SIZE)


def _network(layout: _Layout, size: Size, options: Mapping[str, Any], spatial_squeeze: bool) -> keras.Model:
    if layout.kind == "embedder":
        return networks.embedder(layout.backbone, size, layout.outputs, options=options)
    return networks.classifier(layout.backbone, size, layout.outputs, options, layout.auxiliary, spatial_squeeze)


def _left_aside(name: str, known: Collection[str], layout: _Layout) -> bool:
    """Whether a variable is known to belong to a training and not to the network."""
    if name in known:
        return False
    if _TRAINING.fullmatch(name) or (layout.kind == "embedder" and name.startswith("Logits/")):
        return True
    # Slots of optimizers and moving averages lie below the variable that they go with.
    parts = name.split("/")
    inner = range(1, len(parts))
    return any("/".join(parts[start:end]) in known for end in inner for start in range(end))
