"""Folders of photos are found by a part of their names, and their photos with all that lie below them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.library import folders as module
from app.library.library import Library
from app.library.records import Folder, PhotoFilter, ScannedPhoto
from app.library.soundness import flaws
from tests.library.conftest import Filler

PHOTOS = (
    "2014/Italy/Rome/a.jpg",
    "2014/Italy/Rome/b.jpg",
    "2014/Italy/c.jpg",
    "2014/Italy 2/d.jpg",
    "2015/italy again/e.jpg",
    "f.jpg",
)


@pytest.fixture
def travels(fill: Filler) -> Filler:
    for name in PHOTOS:
        fill.photo(name, [])
    return fill


def found(library: Library, text: str) -> dict[str, int]:
    (root,) = library.roots()
    return {str(one.path.relative_to(root.path)): one.photos for one in library.folders_called(text)}


def names(library: Library, folder: Folder) -> set[str]:
    which = PhotoFilter(root=folder.root, folder=folder.below)
    return {photo.path.name for photo in library.photos(library.photo_ids(which).tolist())}


def test_any_part_of_a_name_finds_a_folder_wherever_it_lies(travels: Filler) -> None:
    assert found(travels.library, "ital") == {"2014/Italy": 3, "2014/Italy 2": 1, "2015/italy again": 1}
    assert found(travels.library, "OME") == {"2014/Italy/Rome": 2}
    assert found(travels.library, "again") == {"2015/italy again": 1}
    assert found(travels.library, "20") == {"2014": 4, "2015": 1}, "also where all photos lie further below"
    assert found(travels.library, "nowhere") == {}
    assert found(travels.library, travels.root.path.name) == {".": 6}


def test_a_folder_has_the_photos_in_it_and_below_it_alone(travels: Filler) -> None:
    italy, second, _ = travels.library.folders_called("italy")
    assert names(travels.library, italy) == {"a.jpg", "b.jpg", "c.jpg"}
    assert names(travels.library, second) == {"d.jpg"}
    (whole,) = travels.library.folders_called(travels.root.path.name)
    assert len(names(travels.library, whole)) == len(PHOTOS)


def test_what_begins_with_the_text_comes_first_and_only_so_many(travels: Filler) -> None:
    travels.photo("All of Italy/g.jpg", [])
    listed = [one.path.name for one in travels.library.folders_called("italy")]
    assert listed == ["Italy", "Italy 2", "italy again", "All of Italy"]
    assert [one.path.name for one in travels.library.folders_called("italy", limit=1)] == ["Italy"]


def test_folders_that_fit_the_first_of_several_texts_come_first(travels: Filler) -> None:
    listed = [one.path.name for one in travels.library.folders_called("italy 2", "ital")]
    assert listed == ["Italy 2", "Italy", "italy again"]
    assert travels.library.folders_called() == []


def test_folders_without_a_photo_that_is_there_are_left_out(travels: Filler) -> None:
    library = travels.library
    seen = [photo.id for photo in library.photos(library.photo_ids().tolist()) if "Rome" not in str(photo.path)]
    travels.walk(seen)
    assert found(library, "rome") == {}
    assert found(library, "italy")["2014/Italy"] == 1
    library.forget(travels.root.path).result()
    assert library.folders_called("italy") == []


def test_names_that_are_no_text_are_found_by_what_of_them_is(fill: Filler) -> None:
    path = b"Caf\xe9 \xff/x.jpg"
    photo = ScannedPhoto(fill.root.id, path, 1, 1, b"content", width=40, height=30, faces=[], thumbnail=b"")
    fill.library.write_scanned([photo]).result()
    (folder,) = fill.library.folders_called("caf")
    assert names(fill.library, folder) == {"x.jpg"}


GBK = [b"\xd6\xd0/\xb0\xd6.jpg", b"\xd6\xd0/\xc2\xe8/\xcd\xde.jpg", b"\xd0/\xb0\xd6/\xb0\xd6.jpg"]


def folders_of(library: Library) -> set[bytes]:
    (root,) = library.roots()
    return set(module._all_below(library._read, root.id))


def written(fill: Filler, paths: list[bytes], content: bytes | None = None) -> None:
    fill.library.write_scanned(
        [ScannedPhoto(fill.root.id, path, 1, 1, content or path, width=40, height=30, faces=[]) for path in paths]
    ).result()


def test_folders_of_any_encoding_are_those_of_the_disk(fill: Filler) -> None:
    written(fill, GBK)
    assert folders_of(fill.library) == {b"", b"\xd6\xd0/", b"\xd6\xd0/\xc2\xe8/", b"\xd0/", b"\xd0/\xb0\xd6/"}


def on_disk(fill: Filler, path: bytes) -> None:
    file = fill.root.path / os.fsdecode(path)
    file.parent.mkdir(parents=True)
    file.write_bytes(b"1")


def test_folders_follow_their_photos_wherever_these_go(fill: Filler, tmp_path: Path) -> None:
    library, root = fill.library, fill.root.id
    written(fill, GBK)
    moved, copied, before = b"\xb0\xd6/x.jpg", b"\xc2\xe8/y.jpg", b"\x80/z.jpg"
    on_disk(fill, moved)
    library.claim_file(GBK[1], root, moved, size=1, mtime_ns=1)
    assert folders_of(library) == {b"", b"\xd6\xd0/", b"\xb0\xd6/", b"\xd0/", b"\xd0/\xb0\xd6/"}
    on_disk(fill, copied)
    library.claim_file(GBK[1], root, copied, size=1, mtime_ns=1)
    written(fill, [before], content=GBK[1])
    library.mark_missing(root, b"", {moved, copied, before}).result()
    assert folders_of(library) == {b"", b"\xb0\xd6/", b"\xc2\xe8/", b"\x80/"}
    (photo,) = library.photos(library.photo_ids().tolist())
    assert os.fsencode(photo.path.name) == b"z.jpg", "the rows of the photo have changed places"
    library.mark_missing(root, b"", {moved, before}).result()
    assert folders_of(library) == {b"", b"\xb0\xd6/", b"\x80/"}
    library.add_root(tmp_path)
    assert folders_of(library) == {b"", b"photos/", b"photos/\xb0\xd6/", b"photos/\x80/"}
    assert list(flaws(library._read)) == []


def test_the_photos_of_a_folder_are_passed_over_on_the_way_to_the_next(travels: Filler) -> None:
    rows = travels.library._read.execute(f"EXPLAIN QUERY PLAN {module._FOLDERS}", {"root": travels.root.id})
    read = [row[-1] for row in rows if "photos" in row[-1]]
    assert len(read) == 2
    assert all(step.startswith("SEARCH photos USING INDEX photos_by_folder") for step in read)


def test_the_folder_of_another_root_is_another_one(travels: Filler, tmp_path: Path) -> None:
    other = Filler(travels.library, tmp_path / "other")
    other.photo("2014/Italy/z.jpg", [])
    assert sum(one.path.name == "Italy" for one in travels.library.folders_called("italy")) == 2
    folder = next(one for one in travels.library.folders_called("italy") if one.root == other.root.id)
    assert names(travels.library, folder) == {"z.jpg"}
