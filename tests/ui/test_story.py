"""Whole afternoons with the program, from the first folder to the next start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.ui import appearance
from app.work.jobs import scan_folder
from tests.ui import story
from tests.ui.program import Program
from tests.ui.story import Story
from tests.ui.story_albums import Album, Paced, drawn_album, real_album


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses that spare the machine are shorter; what happens after them is the same."""
    monkeypatch.setattr(scan_folder, "FIRST_GROUPING_SECONDS", 0.2)
    monkeypatch.setattr(scan_folder, "PICTURES_ON_THE_ROAD", 4)
    monkeypatch.setattr("app.ui.questions.PAUSE_MS", 200)
    monkeypatch.setattr("app.ui.edits.PAUSE_MS", 100)


@pytest.fixture(params=["drawn", pytest.param("real", marks=pytest.mark.slow)])
def album(request: pytest.FixtureRequest, tmp_path: Path) -> Album:
    if request.param == "drawn":
        return drawn_album(tmp_path / "photos")
    return real_album(tmp_path / "photos", request.getfixturevalue("test_data"))


def test_a_family_is_named_and_everything_is_there_after_a_restart(
    start: Callable[..., Program], qapp: QApplication, tmp_path: Path, album: Album
) -> None:
    engine = Paced(album.engine())
    program = start(tmp_path / "library", engine)
    now = Story(program, album)
    import time

    t = time.time()

    def tick(name):
        nonlocal t
        print(name, round(time.time() - t, 2))
        t = time.time()

    program.window.watching.begin()
    try:
        story.add_a_folder(program, album, engine)
        tick("add")
        story.name_three(program)
        tick("name")
        story.merge_two(program)
        tick("merge")
        story.reject_a_wrong_face(now)
        tick("reject")
        story.answer_by_keys(now)
        tick("answer")
        story.nothing_is_asked_twice(now)
        tick("twice")
        story.search_by_a_pasted_picture(program, album)
        tick("paste")
        story.search_by_names(program)
        tick("names")
        story.draw_a_missed_face(program)
        tick("draw")
        story.look_at_statistics(program)
        tick("stat")
        story.export_a_person(program, tmp_path / "copies")
        tick("exp")
        story.choose_how_it_looks(program, qapp)
        tick("looks")
        known = story.Known.of(program)
        story.quit_in_the_middle_of_a_scan(program, album, engine)
        tick("quit")
        again = start(tmp_path / "library", Paced(album.engine()))
        again.window.watching.begin()
        story.everything_is_there(again, known, album)
        tick("there")
        story.nothing_is_asked_twice(Story(again, album, now.decided))
        tick("twice")
        story.assert_looks_as_chosen(again)
        assert again.crashes.pending() is None
    finally:
        appearance.choose(qapp, "system")
