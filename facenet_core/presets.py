"""The embedders that ship inside: which network, which pixels go in, which weights, and how far to trust the result."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from facenet_core import weights
from facenet_core.backbones import BACKBONES
from facenet_core.types import Calibration, FacenetError, Preset

if TYPE_CHECKING:
    import keras

DEFAULT = "mobilenet_v1-112"

PRESETS: dict[str, Preset] = {
    "mobilenet_v1-112": Preset(
        name="mobilenet_v1-112",
        backbone="mobilenet_v1",
        dimension=128,
        crop_size=112,
        crop_margin=0.0,
        preprocessing="fixed_128",
        weights_file="mobilenet_v1-112/weights.npz",
        weights_sha256="5c89f6b5e01b11a60f7e6a8a12de27920f9c0e18884586ac63373f5641a65d21",
        inference_file="mobilenet_v1-112/inference.tflite",
        inference_sha256="e260ae531afe5eabf6054125bab3e6d11c5c8d69fec364682ce33f868abeb459",
        # `python -m facenet_core calibrate`; how it did on the other half of the people is in the model card.
        calibration=Calibration(
            rates=(1e-1, 1e-2, 1e-3, 1e-4, 1e-5),
            cosines=(0.1799, 0.3472, 0.4793, 0.5855, 0.6866),
            source="1,967,781 pairs of strangers: half the people of a third of LFW, found by mtcnn 1.0.0",
        ),
    ),
}


def get(name: str = DEFAULT) -> Preset:
    """The preset called `name`. Loads nothing. Raises FacenetError for a name that is not there."""
    try:
        return PRESETS[name]
    except KeyError:
        raise FacenetError(f"There is no preset {name!r}; there are: {', '.join(PRESETS)}.") from None


def network(preset: Preset) -> keras.Model:
    """The preset's network with random weights: float32 [n, crop_size, crop_size, 3] -> unit vectors [n, dimension]."""
    import keras

    from facenet_core import heads

    backbone = importlib.import_module(BACKBONES[preset.backbone])
    inputs = keras.Input((preset.crop_size, preset.crop_size, 3), name="image")
    return keras.Model(inputs, heads.embedding(backbone.build(inputs), preset.dimension), name=preset.backbone)


def load(preset: Preset) -> keras.Model:
    """The preset's network with its trained weights, checked against their SHA-256. Raises weights.WeightsError."""
    path = weights.find(preset.weights_file, preset.weights_sha256)
    model = network(preset)
    weights.load(model, path)
    return model
