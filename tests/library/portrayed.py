"""Pictures of a few people, some of them alike, as a scan would describe their faces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from app.library.records import Box, FoundFace
from tests.library.conftest import DIMENSION, LANDMARKS

ENGINES = ["first", "second"]
IDENTITIES = 4
# How far a face is from the middle of its person, and its quality.
LOOKS = {"clear": (0.3, 0.8), "unlike": (0.7, 0.7), "blurred": (1.0, 0.2)}


def unit(vector: np.ndarray) -> np.ndarray:
    return np.asarray(vector / np.linalg.norm(vector))


def centre(identity: int, engine: str) -> np.ndarray:
    """The middle of a person's faces; 0 and 1, 2 and 3, ... are siblings, with a cosine of about 0.4."""
    own = unit(np.random.default_rng([identity, ENGINES.index(engine)]).normal(size=DIMENSION))
    return unit(0.44 * centre(identity - 1, engine) + own) if identity % 2 else own


class Portrayed(NamedTuple):
    """A face in a picture."""

    identity: int
    look: str
    place: int
    variant: int = 0

    def found(self, variant: int, engine: str, shift: float = 0.0) -> FoundFace:
        noise, quality = LOOKS[self.look]
        by_chance = np.random.default_rng([self.identity, variant, self.variant, ENGINES.index(engine)])
        vector = unit(centre(self.identity, engine) + noise * unit(by_chance.normal(size=DIMENSION)))
        box = Box(0.02 + 0.22 * self.place + shift, 0.2, 0.18, 0.3)
        return FoundFace(box, LANDMARKS, 0.9, quality, vector.astype(np.float32), b"portrait")


PORTRAYED = st.tuples(st.integers(0, IDENTITIES - 1), st.sampled_from([*LOOKS, "clear", "clear"])).map(
    lambda face: Portrayed(*face, place=0)
)
PICTURES = st.lists(PORTRAYED, min_size=1, max_size=4).map(
    lambda faces: [face._replace(place=place) for place, face in enumerate(faces)]
)


class Picture(NamedTuple):
    number: int
    faces: list[Portrayed]
    shift: float = 0.0

    @property
    def content(self) -> str:
        return f"picture {self.number}"


@dataclass
class File:
    """A photo's file: its name and what it has shown so far, the present picture last."""

    name: str
    pictures: list[Picture]
