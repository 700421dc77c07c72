"""The user of the measurements, who answers what the program asks."""

from __future__ import annotations

import numpy as np

from tests.bench.answers import answers_until, with_suggestions
from tests.bench.methods import Faces
from tests.library.conftest import vector


def test_a_user_stops_where_nothing_is_left_to_ask() -> None:
    people = np.repeat(["a", "b", ""], 6)
    vectors = np.stack([vector(place // 6, place) for place in range(len(people))])
    faces = Faces(np.arange(len(people)), people, np.full(len(people), 0.8, np.float32), vectors, "teacher")
    user = with_suggestions(faces, enough=13)
    assert user.curve[-1] == len(user.right) == 12
    assert answers_until(user.curve, 12) == 2
    assert answers_until(user.curve, 13) == np.inf
