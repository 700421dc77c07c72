"""Whole networks: a backbone with a head on it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from facenet_core.backbones import BACKBONES
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    import keras


def embedder(
    backbone: str, size: int, dimension: int = 128, dropout: float = 0.0, options: Mapping[str, Any] | None = None
) -> keras.Model:
    """float32 [n, size, size, 3] -> unit vectors [n, dimension], with random weights.

    `backbone` is a name of BACKBONES and `options` go to its `build`; `dropout` is the head's. Raises FacenetError for
    a name that is not there.
    """
    if backbone not in BACKBONES:
        raise FacenetError(f"There is no backbone {backbone!r}; there are: {', '.join(BACKBONES)}.")
    import keras

    from facenet_core import heads

    inputs = keras.Input((size, size, 3), name="image")
    features = importlib.import_module(BACKBONES[backbone]).build(inputs, **(options or {}))
    return keras.Model(inputs, heads.embedding(features, dimension, dropout), name=backbone)
