"""What is found does not depend on the order in which the photos of a batch were scanned."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import UsageError
from app.library.library import Library
from app.library.records import Box, Face
from tests.library.conftest import Filler
from tests.library.portrayed import PICTURES, Portrayed

Place = tuple[str, Box]
# Whom faces are shown with: their name, whether that is a guess, and all faces that are.
Shown = list[tuple[str | None, bool, list[Place]]]
NAMES = st.lists(st.tuples(st.integers(0, 50), st.sampled_from("ABC"), st.booleans()), max_size=4)


def place(face: Face) -> Place:
    return face.path.name, face.box


def shown(library: Library) -> Shown:
    together = defaultdict(list)
    for face in library.faces():
        number = face.cluster or (0 if face.name or face.automatic_name else -face.id)
        together[face.name or face.automatic_name, face.automatic is not None, number].append(place(face))
    return sorted(
        ((name, guessed, sorted(faces)) for (name, guessed, _), faces in together.items()),
        key=lambda one: (one[2], str(one[0])),
    )


def say(library: Library, names: Sequence[tuple[int, str, bool]]) -> None:
    """Names faces, which are chosen by where they are, or their groups; then guesses are made."""
    for chosen, name, whole in names:
        faces = sorted(library.faces(), key=place)
        face = faces[chosen % len(faces)]
        clusters = [face.cluster] if whole and face.cluster is not None else []
        # All photos of a group may show the person beside it; then it cannot have the name.
        with suppress(UsageError):
            library.name(name, faces=[] if clusters else [face.id], clusters=clusters).result()
    library.catch_up()


@settings(max_examples=25, deadline=None)
@given(
    batches=st.lists(st.lists(PICTURES, min_size=3, max_size=10), min_size=2, max_size=3),
    names=NAMES,
    data=st.data(),
)
def test_groups_names_and_guesses_do_not_depend_on_the_order_in_which_a_batch_was_scanned(
    batches: list[list[list[Portrayed]]], names: list[tuple[int, str, bool]], data: st.DataObject
) -> None:
    orders = [data.draw(st.permutations(range(len(pictures)))) for pictures in batches]
    found = []
    for shuffled in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            library = Library.open(Path(folder) / "library")
            fill = Filler(library, Path(folder))
            found.append(list[Shown]())
            for batch, (pictures, order) in enumerate(zip(batches, orders, strict=True)):
                for number in order if shuffled else range(len(pictures)):
                    faces = [face.found(100 * batch + number, "first") for face in pictures[number]]
                    fill.photo(f"{batch}-{number}.jpg", [], faces=faces)
                library.group()
                found[-1].append(shown(library))
                if not batch:
                    say(library, names)
                    found[-1].append(shown(library))
            library.close()
    assert found[0] == found[1]
