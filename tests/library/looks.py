"""Faces of people who look different at times, so that a person has several groups."""

from __future__ import annotations

import numpy as np

from app.library.records import Box, FoundFace
from tests.library.conftest import DIMENSION, LANDMARKS

# Two looks of one person have about this cosine: below that of a group, far above that of strangers.
ALIKE = 0.5


def unit(seed: int) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=DIMENSION)
    return drawn / np.linalg.norm(drawn)


def look(identity: int, variant: int, *, other: int = 0, place: int = 0, alike: float = ALIKE) -> FoundFace:
    """A face of another look of somebody, which is `alike` to those of `found`; its variants are like each other."""
    centre = unit(identity) * (alike / 0.9)
    away = unit(1000 + 100 * identity + other)
    away -= (away @ unit(identity)) * unit(identity)
    centre += away / np.linalg.norm(away) * np.sqrt(1 - centre @ centre)
    vector = centre + unit(5000 + variant) / 3
    box = Box(0.05 + 0.3 * place, 0.2, 0.2, 0.3)
    unit_vector = (vector / np.linalg.norm(vector)).astype(np.float32)
    return FoundFace(box, LANDMARKS, 0.9, 0.8, unit_vector, b"portrait")
