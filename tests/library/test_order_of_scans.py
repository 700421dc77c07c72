"""What is found does not depend on the order in which photos were scanned."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.library.library import Library
from tests.library.conftest import Filler
from tests.library.portrayed import PICTURES, Portrayed


@settings(max_examples=15, deadline=None)
@given(pictures=st.lists(PICTURES, min_size=4, max_size=12), data=st.data())
def test_groups_do_not_depend_on_the_order_in_which_a_batch_was_scanned(
    pictures: list[list[Portrayed]], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(pictures))))
    found = []
    for numbers in (range(len(pictures)), order):
        with tempfile.TemporaryDirectory() as folder:
            library = Library.open(Path(folder) / "library")
            fill = Filler(library, Path(folder))
            for number in numbers:
                fill.photo(f"{number}.jpg", [], faces=[face.found(number, "first") for face in pictures[number]])
            library.group()
            groups = defaultdict(set)
            for face in library.faces():
                groups[face.cluster or -face.id].add((face.path.name, face.box))
            found.append(sorted(map(sorted, groups.values())))
            library.close()
    assert found[0] == found[1]
