"""Five hundred files that were damaged at random; tests/bench/fuzz.py tries ten thousand."""

from __future__ import annotations

import re

import pytest

from tests.bench.fuzz import damaged, originals, outcome

TOLD = re.compile(
    r"read|not enough memory|This \w+ is (damaged|cut off)\.|This file is empty\.|"
    r"It names nobody\.|This is not a picture that Kinfolio can read\.|"
    r"The picture has \d+ megapixels; Kinfolio reads up to 250\."
)


@pytest.mark.parametrize("kind", originals())
def test_the_undamaged_files_are_read(kind: str) -> None:
    assert [outcome(kind, data) for data in originals()[kind]] == ["read"] * len(originals()[kind])


@pytest.mark.parametrize("part", range(10))
def test_each_damaged_file_is_read_or_told(part: int) -> None:
    results = {number: outcome(*damaged(number)) for number in range(part * 50, part * 50 + 50)}
    assert {number: told for number, told in results.items() if not TOLD.fullmatch(told)} == {}
    # Else the damage is so large that nobody looks at what is behind the first bytes.
    assert 3 < list(results.values()).count("read") < 47
