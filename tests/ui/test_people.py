"""What the People page says while it shows nobody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.pictures import blank, draw_people, encode
from tests.ui.program import Program


def test_nobody_is_said_to_be_found_only_where_no_face_was(start: Callable[..., Program], tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "sky.jpg").write_bytes(encode(blank()))
    program = start(tmp_path / "library", scan=[folder])
    empty = program.window.people._empty
    program.wait(lambda: empty._title.text() == "Nobody found" and empty.isVisible())
    (folder / "anna.jpg").write_bytes(encode(draw_people(0, seed=1).pixels))
    program.window.scan_again()
    program.wait(lambda: empty._title.text() == "No groups of faces" and empty.isVisible())
    # As a scan leaves it that did not come to its end.
    program.library.set_unfinished([folder], True).result()
    program.window.people.refresh()
    program.wait(lambda: empty._title.text() == "Not all photos are read yet")
