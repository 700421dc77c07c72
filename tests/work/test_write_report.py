"""The contact sheet: one file that holds everything."""

from __future__ import annotations

import base64
import re
import sqlite3
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.decode import decode
from app.errors import AppError
from app.work.jobs import write_report
from app.work.jobs.write_report import PORTRAIT_SIDE, WriteReport
from tests.work.conftest import ALBUM, Bench, put_photo
from tests.work.test_jobs import name_person

VOID = {"meta", "img"}


class Page(HTMLParser):
    """Collects what a reader would see, and fails on tags that do not match."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.headings: list[str] = []
        self.sources: list[str] = []
        self.feed(file.read_text(encoding="utf-8"))
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not [value for name, value in attrs if name in ("href", "link")], "the page needs nothing else"
        self.sources += [value or "" for name, value in attrs if name == "src"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and "style" not in self.open:
            self.texts.append(data.strip())
            if "h3" in self.open:
                self.headings.append(data.strip())


def test_the_page_shows_people_then_groups_with_their_portraits(bench: Bench, album: Path, tmp_path: Path) -> None:
    bench.scan(album)
    name_person(bench, 1, 'Ana "<b>&amp;" Müller')
    name_person(bench, 3, "张伟")
    out = tmp_path / "out"
    out.mkdir()
    file = bench.run(WriteReport(bench.library, out / "people.html"))
    assert file == out / "people.html"
    page = Page(file)
    assert page.headings == ['Ana "<b>&amp;" Müller', "张伟"]
    assert "3 photos, 3 faces" in page.texts
    assert any(text.startswith("8 photos · 12 faces · 2 named people · 3 groups without a name") for text in page.texts)
    faces_in_groups = sum(len(people) for people in ALBUM.values())
    assert len(page.sources) == faces_in_groups
    for source in page.sources:
        pixels = decode(base64.b64decode(source.removeprefix("data:image/jpeg;base64,"))).pixels
        assert max(pixels.shape[:2]) <= PORTRAIT_SIDE
    assert not re.search(r"https?:|url\(|@import", file.read_text(encoding="utf-8"))
    assert [other.name for other in out.iterdir()] == ["people.html"]


def test_hidden_people_are_left_out(bench: Bench, album: Path, tmp_path: Path) -> None:
    bench.scan(album)
    ana = name_person(bench, 1, "Ana")
    bench.library.set_hidden(ana, True).result(10)
    assert Page(bench.run(WriteReport(bench.library, tmp_path / "people.html"))).headings == []


def test_only_so_many_portraits_and_groups_are_shown_and_the_rest_counted(
    bench: Bench, album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_report, "PORTRAITS_A_GROUP", 2)
    monkeypatch.setattr(write_report, "GROUPS_SHOWN", 3)
    bench.scan(album)
    page = Page(bench.run(WriteReport(bench.library, tmp_path / "people.html")))
    assert page.texts.count("+1") == 2
    assert "and 2 smaller groups" in page.texts
    assert len(page.sources) == 6


def test_a_library_without_people_gives_a_page_that_says_so(bench: Bench, tmp_path: Path) -> None:
    page = Page(bench.run(WriteReport(bench.library, tmp_path / "people.html")))
    assert any("There are no people here yet" in text for text in page.texts)


def test_a_page_without_people_says_what_there_is(bench: Bench, tmp_path: Path) -> None:
    def told() -> str:
        return Page(bench.run(WriteReport(bench.library, tmp_path / "people.html"))).texts[-2]

    put_photo(tmp_path / "photos" / "view.jpg")
    bench.scan(tmp_path / "photos")
    assert told() == "No face was found in these photos."
    put_photo(tmp_path / "photos" / "ana.jpg", 1)
    bench.scan(tmp_path / "photos")
    assert told() == "1 face was found, and nobody was recognised twice yet."
    put_photo(tmp_path / "photos" / "ben and eva.jpg", 2, 3)
    bench.scan(tmp_path / "photos")
    assert told() == "3 faces were found, and nobody was recognised twice yet."
    for face in bench.library.faces():
        ana = bench.library.name("Ana", faces=[face.id]).result(10).people[0]
    bench.library.set_hidden(ana, True).result(10)
    assert told() == "Everyone who has a name here is hidden."


def test_portraits_that_were_thrown_away_are_made_from_the_photos(bench: Bench, album: Path, tmp_path: Path) -> None:
    bench.scan(album)
    before = Page(bench.run(WriteReport(bench.library, tmp_path / "before.html"))).sources
    with closing(sqlite3.connect(bench.library.folder / "thumbnails.db")) as thumbnails, thumbnails:
        thumbnails.execute("DELETE FROM faces")
    (album / "08.jpg").unlink()
    after = Page(bench.run(WriteReport(bench.library, tmp_path / "after.html"))).sources
    assert len(after) == len(before) - 1


def test_a_portrait_that_was_damaged_costs_the_page_no_more_than_itself(
    bench: Bench, album: Path, tmp_path: Path
) -> None:
    bench.scan(album)
    before = Page(bench.run(WriteReport(bench.library, tmp_path / "before.html")))
    with closing(sqlite3.connect(bench.library.folder / "thumbnails.db")) as thumbnails, thumbnails:
        thumbnails.execute("UPDATE faces SET jpeg = x'ffd8ff00' WHERE rowid = (SELECT min(rowid) FROM faces)")
    after = Page(bench.run(WriteReport(bench.library, tmp_path / "after.html")))
    assert len(after.sources) == len(before.sources) - 1
    assert after.texts == before.texts


def test_a_place_that_cannot_be_written_is_told(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "people.html").mkdir()
    with pytest.raises(AppError, match="could not be written"):
        bench.run(WriteReport(bench.library, tmp_path / "people.html"))
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []
