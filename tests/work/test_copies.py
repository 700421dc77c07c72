"""Files of the same content are one photo, whatever becomes of them and in whatever order they are met."""

from __future__ import annotations

import os
import random
import shutil
import time
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from app.library.records import FaceFilter, Photo, PhotoFilter
from app.vision.threads import Vision
from tests.pictures import draw_people, encode
from tests.work.conftest import Bench, put_photo
from tests.work.engines import WatchedEngine
from tests.work.test_scan_folder import named_photo, names_in


def shown(bench: Bench) -> list[Photo]:
    return bench.library.photos(bench.library.photo_ids().tolist())


@pytest.mark.parametrize("decoders", [1, 4])
def test_copies_are_shown_once_under_the_first_path_and_count_once(bench: Bench, tmp_path: Path, decoders: int) -> None:
    album = tmp_path / "album"
    for number in range(3):
        put_photo(album / f"b {number}.jpg", 1, seed=number)
        for folder in ("c", "a"):
            (album / folder).mkdir(exist_ok=True)
            shutil.copy(album / f"b {number}.jpg", album / folder / f"{number}.jpg")
    assert bench.scan(album, decoders=decoders).faces == 3
    assert [photo.path for photo in sorted(shown(bench), key=lambda photo: photo.path)] == [
        album / "a" / f"{number}.jpg" for number in range(3)
    ]
    copy = bench.library.known_photo(bench.library.roots()[0].id, b"c/0.jpg")
    assert copy is not None
    assert bench.library.find_photo(str(copy.id)).path == album / "a" / "0.jpg"
    assert {photo.copies for photo in shown(bench)} == {
        (album / f"b {number}.jpg", album / "c" / f"{number}.jpg") for number in range(3)
    }
    (group,) = bench.library.clusters()
    assert (group.faces, group.photos, bench.library.counts().photos, bench.library.counts().faces) == (3, 3, 3, 3)
    anna = bench.library.name("Anna", clusters=[group.id]).result(10).people[0]
    assert bench.library.person(anna).photos == 3
    assert bench.library.roots()[0].photos == 3
    read = bench.engine.pictures_read
    assert bench.scan(album).skipped == 9
    assert bench.engine.pictures_read == read


@pytest.mark.parametrize("one_by_one", [False, True])
def test_the_earliest_date_that_a_name_has_counts_whichever_file_is_met_first(
    bench: Bench, tmp_path: Path, one_by_one: bool
) -> None:
    names = ["a.jpg", "IMG_20210102_030405.jpg", "z IMG_20200102_030405.jpg", "IMG_20220102_030405.jpg"]
    for name in names:
        put_photo(tmp_path / "album" / name, 1, seed=3)
        if one_by_one:
            bench.scan(tmp_path / "album")
    bench.scan(tmp_path / "album")
    (photo,) = shown(bench)
    assert (photo.taken_at, len(photo.copies)) == (datetime(2020, 1, 2, 3, 4, 5), 3)


@pytest.mark.parametrize("changed_on", [None, "2021:05:06 07:08:09"])
def test_a_date_by_the_name_of_a_copy_stays_when_the_photo_is_read_again(
    bench: Bench, tmp_path: Path, changed_on: str | None
) -> None:
    album, copied = tmp_path / "album", tmp_path / "copied"
    for folder in (album, copied):
        folder.mkdir()
    exif = Image.Exif()
    if changed_on:
        exif[ExifTags.Base.DateTime] = changed_on
    (album / "a.jpg").write_bytes(encode(draw_people(1).pixels, exif=exif))
    bench.scan(album)
    shutil.copy(album / "a.jpg", copied / "IMG_20210102_030405.jpg")
    bench.scan(album, copied)
    (before,) = shown(bench)
    other = WatchedEngine()
    other.info = replace(other.info, name="other", fingerprint="f" * 64)
    bench.vision = Vision(other)
    # A scan with another model reads all folders of the library.
    bench.library.forget(copied).result(10)
    bench.scan(album)
    bench.scan(album, copied)
    bench.vision.close()
    assert other.pictures_read == 1
    (after,) = shown(bench)
    assert before.taken_at == after.taken_at == datetime(2021, 1, 2, 3, 4, 5)
    assert (before.id, before.path) == (after.id, after.path)


def test_a_date_by_a_name_goes_with_the_picture_it_was_of(bench: Bench, tmp_path: Path) -> None:
    album = tmp_path / "album"
    put_photo(album / "a.jpg", 1, seed=1)
    shutil.copy(album / "a.jpg", album / "IMG_20210102_030405.jpg")
    bench.scan(album)
    (album / "IMG_20210102_030405.jpg").unlink()
    put_photo(album / "a.jpg", 1, seed=2)
    bench.scan(album)
    (photo,) = shown(bench)
    assert photo.taken_at is None


def test_a_copy_that_came_before_the_file_went_has_its_names(bench: Bench, tmp_path: Path) -> None:
    """As when a program is stopped halfway through a move between drives."""
    album = tmp_path / "album"
    old = named_photo(bench, album / "old.jpg", 1, "Ana")
    before = bench.library.find_photo(old)
    shutil.copy(old, album / "z new.jpg")
    bench.scan(album)
    old.unlink()
    bench.engine.pictures_read = 0
    bench.scan(album)
    assert bench.engine.pictures_read == 0
    assert names_in(bench, album) == {"z new.jpg": {1: "Ana"}}
    (after,) = shown(bench)
    assert (after.id, after.copies) == (before.id, ())


def test_which_of_two_new_files_is_the_moved_one_does_not_depend_on_the_order(bench: Bench, tmp_path: Path) -> None:
    album = tmp_path / "album"
    old = named_photo(bench, album / "old.jpg", 1, "Ana")
    before = bench.library.find_photo(old).id
    shutil.copy(old, album / "y.jpg")
    old.rename(album / "x.jpg")
    bench.scan(album)
    (after,) = shown(bench)
    assert (after.id, after.path, after.copies) == (before, album / "x.jpg", (album / "y.jpg",))
    assert names_in(bench, album) == {"x.jpg": {1: "Ana"}}


@pytest.mark.parametrize("edited", ["1.jpg", "2.jpg"])
def test_a_copy_that_is_changed_is_a_photo_of_its_own_and_the_other_keeps_the_names(
    bench: Bench, tmp_path: Path, edited: str
) -> None:
    album = tmp_path / "album"
    one = named_photo(bench, album / "1.jpg", 1, "Ana")
    before = bench.library.find_photo(one).id
    shutil.copy(one, album / "2.jpg")
    bench.scan(album)
    put_photo(album / edited, 2, seed=9)
    bench.scan(album, group=False)
    (other,) = {"1.jpg", "2.jpg"} - {edited}
    assert names_in(bench, album) == {other: {1: "Ana"}, edited: {2: None}}
    assert bench.library.find_photo(album / other).id == before


def test_copies_that_are_changed_alike_keep_their_names(bench: Bench, tmp_path: Path) -> None:
    album = tmp_path / "album"
    one = named_photo(bench, album / "1.jpg", 1, "Ana")
    shutil.copy(one, album / "2.jpg")
    bench.scan(album)
    for name in ("1.jpg", "2.jpg"):
        (album / name).write_bytes((album / name).read_bytes() + b"a tag")
    bench.scan(album, group=False)
    assert names_in(bench, album) == {"1.jpg": {1: "Ana"}}
    assert shown(bench)[0].copies == (album / "2.jpg",)


def test_a_copy_laid_over_a_named_photo_gives_the_name_back_with_the_photo(bench: Bench, tmp_path: Path) -> None:
    album = tmp_path / "album"
    one, two = named_photo(bench, album / "1.jpg", 1, "Ana"), named_photo(bench, album / "2.jpg", 2, "Ben")
    content = one.read_bytes()
    shutil.copy(two, one)
    bench.scan(album, group=False)
    assert names_in(bench, album) == {"1.jpg": {2: "Ben"}}
    one.write_bytes(content)
    bench.scan(album, group=False)
    assert names_in(bench, album) == {"1.jpg": {1: "Ana"}, "2.jpg": {2: "Ben"}}


def test_a_copy_is_shown_while_the_folder_of_the_other_is_out_of_the_library(bench: Bench, tmp_path: Path) -> None:
    album, backup = tmp_path / "album", tmp_path / "backup"
    one = named_photo(bench, album / "1.jpg", 1, "Ana")
    put_photo(backup / "other.jpg", 3, seed=3)
    shutil.copy(one, backup / "2.jpg")
    bench.scan(backup)
    assert {root.path: root.photos for root in bench.library.roots()} == {album: 1, backup: 2}
    in_backup = bench.library.photo_ids(PhotoFilter(root=bench.library.roots()[1].id))
    assert bench.library.find_photo(one).id in in_backup
    bench.library.forget(album).result(10)
    assert names_in(bench, backup) == {"2.jpg": {1: "Ana"}, "other.jpg": {3: None}}
    bench.library.undo().result(10)
    assert bench.library.find_photo(backup / "2.jpg").path == one


def test_a_copy_of_a_photo_in_a_folder_that_was_taken_out_has_its_names(bench: Bench, tmp_path: Path) -> None:
    album, backup = tmp_path / "album", tmp_path / "backup"
    one = named_photo(bench, album / "1.jpg", 1, "Ana")
    bench.library.forget(album).result(10)
    backup.mkdir()
    shutil.copy(one, backup / "2.jpg")
    bench.scan(backup)
    assert names_in(bench, backup) == {"2.jpg": {1: "Ana"}}


def test_another_model_reads_a_photo_through_its_copy(bench: Bench, tmp_path: Path) -> None:
    album = tmp_path / "album"
    one = named_photo(bench, album / "1.jpg", 1, "Ana")
    shutil.copy(one, album / "2.jpg")
    bench.scan(album)
    bench.library.use_engine(name="other", fingerprint="other", dimension=128, cosine_at={1e-3: 0.4})
    bench.scan(album)
    assert names_in(bench, album) == {"1.jpg": {1: "Ana"}}
    (face,) = bench.library.faces(FaceFilter())
    assert bench.library.vector(face.id).shape == (128,)


def test_a_photo_that_is_reached_by_two_ways_counts_once(bench: Bench, tmp_path: Path) -> None:
    album, beside = tmp_path / "album", tmp_path / "beside"
    put_photo(album / "a" / "1.jpg", 1)
    (album / "link.jpg").symlink_to(album / "a" / "1.jpg")
    os.link(album / "a" / "1.jpg", album / "hard.jpg")
    (album / "a" / "loop").symlink_to(album)
    beside.symlink_to(album)
    bench.scan(album, beside)
    (photo,) = shown(bench)
    assert photo.path == album / "a" / "1.jpg"
    assert bench.library.counts().faces == 1


@pytest.mark.parametrize("seed", range(4))
def test_whatever_becomes_of_files_each_content_is_one_photo_with_its_name(
    bench: Bench, tmp_path: Path, seed: int
) -> None:
    """Every content has a file somewhere at any time, and its name was said once."""
    chance, folders = random.Random(seed), [tmp_path / "one", tmp_path / "two"]
    safe = tmp_path / "one" / "safe"
    contents = [named_photo(bench, safe / f"{who}.jpg", who, f"Number {who}").read_bytes() for who in range(1, 5)]
    (tmp_path / "two").mkdir()
    # Else it is taken for a drive that is away once it is empty.
    (tmp_path / "two" / "notes.txt").touch()
    places = [folder / name for folder in folders for name in ("a.jpg", "b.jpg", "z.jpg")]
    for _ in range(12):
        for _ in range(chance.randint(1, 4)):
            there = [place for place in places if place.exists()]
            place, source = chance.choice(places), chance.choice(there) if there else None
            match chance.choice(("write", "delete", "move", "swap the safe one")):
                case "write":
                    place.write_bytes(chance.choice(contents))
                case "delete":
                    place.unlink(missing_ok=True)
                case "move" if source is not None:
                    source.replace(place)
                case "swap the safe one":
                    kept = chance.choice(list(safe.iterdir()))
                    kept.rename(kept.with_name(f"{kept.stem}{chance.choice('abc')}.jpg"))
        bench.scan(*folders, group=False, decoders=chance.choice((1, 3)))
        files = sorted((place for place in [*places, *safe.iterdir()] if place.exists()), key=os.fsencode)
        expected = {}
        for content in contents:
            first, *others = [file for file in files if file.read_bytes() == content]
            expected[first] = (f"Number {contents.index(content) + 1}", tuple(others))
        assert expected == {
            photo.path: (bench.library.faces(FaceFilter(photo=photo.id))[0].name, photo.copies)
            for photo in shown(bench)
        }
        assert bench.library.counts().faces == len(contents)
        assert list(bench.library.flaws()) == []


def test_names_in_a_file_are_told_once_though_it_has_copies(bench: Bench, tmp_path: Path) -> None:
    album = tmp_path / "album"
    put_photo(album / "1.jpg", 1, seed=1)
    shutil.copy(album / "1.jpg", album / "2.jpg")
    bench.scan(album, group=False)
    (photo,) = shown(bench)
    (face,) = bench.library.faces(FaceFilter(photo=photo.id))
    box = face.box
    (album / "2.jpg.xmp").write_text(
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/" '
        'xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#"><mwg-rs:Regions rdf:parseType="Resource">'
        '<mwg-rs:RegionList><rdf:Bag><rdf:li rdf:parseType="Resource">'
        "<mwg-rs:Name>Ana</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type>"
        f'<mwg-rs:Area stArea:x="{box.x + box.width / 2}" stArea:y="{box.y + box.height / 2}" '
        f'stArea:w="{box.width}" stArea:h="{box.height}" stArea:unit="normalized"/>'
        "</rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    bench.scan(album, group=False)
    assert names_in(bench, album) == {"1.jpg": {1: "Ana"}}
    read = bench.engine.pictures_read
    bench.scan(album, group=False)
    assert bench.engine.pictures_read == read
    (album / "1.jpg").unlink()
    bench.scan(album, group=False)
    assert names_in(bench, album) == {"2.jpg": {1: "Ana"}}
    assert bench.engine.pictures_read == read


def test_a_photo_that_cannot_be_read_at_present_stays_in_its_month(bench: Bench, tmp_path: Path) -> None:
    album = tmp_path / "album"
    photo = put_photo(album / "IMG_20010203_040506.jpg", 1)
    shutil.copy(photo, album / "other.jpg")
    whole = photo.read_bytes()
    bench.scan(album)
    photo.write_bytes(b"no picture")
    for _ in range(2):
        bench.scan(album)
        assert [month.begins for month in bench.library.timeline().months] == [date(2001, 2, 1)]
        assert len(bench.library.photo_ids(PhotoFilter(taken_to=date(2001, 2, 28)))) == 1
        photo.write_bytes(whole)


def test_a_photo_without_a_date_is_found_by_the_day_its_file_has_here(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        new_year = datetime(2023, 1, 1, 3).timestamp()
        os.utime(put_photo(tmp_path / "album" / "a.jpg", 1), (new_year, new_year))
        bench.scan(tmp_path / "album")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert len(bench.library.photo_ids(PhotoFilter(taken_from=date(2023, 1, 1)))) == 1
    assert len(bench.library.photo_ids(PhotoFilter(taken_to=date(2022, 12, 31)))) == 0
