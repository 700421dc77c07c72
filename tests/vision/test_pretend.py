"""The fake engine sees what was drawn, through everything that happens to a photo on its way."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.decode import Picture, decode, shrink
from app.vision.pretend import IDENTITIES, PretendEngine, identity_of
from tests.pictures import draw_people, encode
from tests.vision.test_engine_contract import overlap


@settings(max_examples=60, deadline=None)
@given(
    identities=st.lists(st.integers(0, IDENTITIES - 1), min_size=1, max_size=5, unique=True),
    seed=st.integers(0, 10_000),
    size=st.sampled_from([(320, 240), (640, 480), (900, 600), (480, 640), (1600, 1200)]),
    orientation=st.integers(1, 8),
)
def test_everybody_drawn_is_found_and_known(
    identities: list[int], seed: int, size: tuple[int, int], orientation: int
) -> None:
    drawn = draw_people(*identities, seed=seed, size=size)
    [faces] = PretendEngine().read([decode(encode(drawn.pixels, orientation=orientation))])
    faces.sort(key=lambda face: face.box[0])
    assert [identity_of(face.vector) for face in faces] == identities
    assert all(overlap(face.box, box) > 0.6 for face, box in zip(faces, drawn.boxes, strict=True))


def test_one_person_resembles_itself_and_nobody_else() -> None:
    engine = PretendEngine()
    people = list(range(IDENTITIES)) * 4
    drawn = [draw_people(person, seed=number, size=(200, 200)).pixels for number, person in enumerate(people)]
    vectors = np.stack([faces[0].vector for faces in engine.read([Picture(pixels, 200, 200) for pixels in drawn])])
    cosines = vectors @ vectors.T
    one_person = np.equal.outer(people, people)
    other_photo = ~np.eye(len(people), dtype=bool)
    assert cosines[one_person & other_photo].min() > 0.84
    assert cosines[one_person & other_photo].max() < 0.96
    assert np.abs(cosines[~one_person]).max() < min(engine.info.cosine_at.values())


def test_a_much_smaller_copy_shows_the_same_people() -> None:
    drawn = draw_people(5, 6, 7, size=(1600, 1200))
    small = shrink(drawn.pixels, 200)
    [faces] = PretendEngine().read([Picture(small, 1600, 1200)])
    assert sorted(identity_of(face.vector) for face in faces) == [5, 6, 7]


@pytest.mark.parametrize("colour", [(255, 0, 0), (0, 200, 0), (128, 128, 128)])
def test_a_plain_picture_shows_nobody(colour: tuple[int, int, int]) -> None:
    assert PretendEngine().read([Picture(np.full((480, 640, 3), colour, np.uint8), 640, 480)]) == [[]]


def test_a_picture_is_read_in_a_few_milliseconds() -> None:
    pictures = [Picture(draw_people(1, 2, 3, seed=seed).pixels, 640, 480) for seed in range(20)]
    engine = PretendEngine()
    began = time.thread_time()
    engine.read(pictures)
    assert (time.thread_time() - began) / len(pictures) < 0.02
