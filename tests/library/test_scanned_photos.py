"""What a scan writes: photos, faces that are known again, moved files, folders."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.decode import decode, encode_jpeg
from app.errors import UsageError
from app.library import faces
from app.library.library import Library
from app.library.records import Box, FaceFilter, PhotoFilter, ScannedPhoto
from tests.library.conftest import Filler, found


def test_a_photo_read_again_keeps_the_ids_and_names_of_its_faces(fill: Filler) -> None:
    photo = fill.photo("a.jpg", [1, 2])
    first, second = fill.faces_of(photo)
    fill.library.name("Anna", faces=[first]).result()
    nudged = [replace(found(1, 7), box=Box(0.06, 0.21, 0.2, 0.3)), found(2, 7, place=1)]
    fill.photo("a.jpg", [], faces=nudged)
    assert fill.faces_of(photo) == [first, second]
    assert fill.library.face(first).name == "Anna"
    assert fill.library.face(first).box.x == pytest.approx(0.06)


def test_a_face_that_is_missed_the_second_time_stays_only_if_somebody_spoke_of_it(fill: Filler) -> None:
    photo = fill.photo("a.jpg", [1, 2])
    first, _ = fill.faces_of(photo)
    fill.library.name("Anna", faces=[first]).result()
    fill.photo("a.jpg", [], content="a.jpg")
    assert fill.faces_of(photo) == [first]


def test_a_replaced_picture_hides_the_named_face_that_it_does_not_show(fill: Filler) -> None:
    photo = fill.photo("a.jpg", [1])
    (first,) = fill.faces_of(photo)
    fill.library.name("Anna", faces=[first]).result()
    fill.photo("a.jpg", [2], content="another picture")
    (now,) = fill.library.faces(FaceFilter(photo=photo))
    assert now.id != first
    assert now.person is None
    fill.photo("a.jpg", [1], content="the first again")
    assert fill.library.face(first).name == "Anna"


def test_a_replaced_picture_that_is_read_again_does_not_give_the_old_name_to_a_stranger(fill: Filler) -> None:
    photo = fill.photo("a.jpg", [1])
    (first,) = fill.faces_of(photo)
    fill.library.name("Anna", faces=[first]).result()
    fill.photo("a.jpg", [2], content="another picture")
    (stranger,) = fill.faces_of(photo)
    fill.photo("a.jpg", [2], content="another picture")
    assert fill.faces_of(photo) == [stranger]
    fill.use_engine("second")
    fill.photo("a.jpg", [2], content="another picture")
    assert fill.faces_of(photo) == [stranger]
    fill.use_engine("first")
    fill.photo("a.jpg", [1], content="the first again")
    assert fill.library.face(first).name == "Anna"


def test_a_face_that_comes_back_leaves_the_group_that_another_of_its_photo_has_joined(fill: Filler) -> None:
    library = fill.library
    photo = fill.photo("a.jpg", [1])
    (face,) = fill.faces_of(photo)
    for name in ("b.jpg", "c.jpg", "d.jpg"):
        fill.photo(name, [1])
    (stranger,) = fill.faces_of(fill.photo("e.jpg", [5]))
    library.group()
    group = library.face(face).cluster
    anna = library.name("Anna", faces=[stranger]).result().people[0]
    library.reject([face], anna).result()
    fill.photo("a.jpg", [9], content="another picture")
    fill.use_engine("second")
    for name in ("b.jpg", "c.jpg", "d.jpg"):
        fill.photo(name, [1])
    elsewhere = found(1, 50, place=2)
    fill.photo("a.jpg", [], content="a third picture", faces=[elsewhere])
    library.group()
    (joined,) = fill.faces_of(photo)
    assert library.face(joined).cluster == group
    # The engine has no vector of the face that was kept aside, so its place tells.
    fill.photo("a.jpg", [], content="the last picture", faces=[found(1, 60), elsewhere])
    assert (library.face(face).cluster, library.face(joined).cluster) == (None, group)


def test_an_unreadable_photo_is_kept_with_its_reason_and_its_names(fill: Filler) -> None:
    photo = fill.photo("a.jpg", [1])
    fill.library.name("Anna", faces=fill.faces_of(photo)).result()
    broken = ScannedPhoto(fill.root.id, b"a.jpg", 0, 2, None, problem="This file is empty.")
    assert [file.id for file in fill.library.write_scanned([broken]).result()] == [photo]
    assert [found.problem for found in fill.library.problems()] == ["This file is empty."]
    assert fill.library.people()[0].faces == 1
    fill.photo("a.jpg", [1])
    assert fill.library.problems() == []


def test_a_moved_file_keeps_its_faces_and_is_not_read_again(fill: Filler, photos: Path) -> None:
    photo = fill.photo("old.jpg", [1])
    (face,) = fill.faces_of(photo)
    (photos / "new").mkdir()
    (photos / "new" / os.fsdecode(b"\xffname.jpg")).write_bytes(b"content")
    moved = fill.library.claim_file(b"old.jpg", fill.root.id, b"new/\xffname.jpg", size=7, mtime_ns=3)
    assert moved is not None
    assert (moved.id, moved.scanned) == (photo, True)
    assert os.fsencode(fill.library.face(face).path) == os.fsencode(photos) + b"/new/\xffname.jpg"


def test_a_copy_is_not_mistaken_for_a_move(fill: Filler, photos: Path) -> None:
    fill.photo("original.jpg", [1])
    (photos / "original.jpg").write_bytes(b"the same size"[: len("original.jpg")])
    assert fill.library.claim_file(b"original.jpg", fill.root.id, b"copy.jpg", size=7, mtime_ns=3) is None


def test_the_first_of_two_copies_of_a_vanished_file_takes_its_faces_and_the_second_is_its_copy(fill: Filler) -> None:
    photo = fill.photo("gone.jpg", [1])
    for name in ("first.jpg", "second.jpg"):
        (fill.library.roots()[0].path / name).write_bytes(b"x")
    first = fill.library.claim_file(b"gone.jpg", fill.root.id, b"first.jpg", size=1, mtime_ns=1)
    second = fill.library.claim_file(b"gone.jpg", fill.root.id, b"second.jpg", size=1, mtime_ns=1)
    assert first is not None
    assert second is not None
    assert (first.id, fill.faces_of(second.id)) == (photo, [])
    assert fill.library.photo_ids().tolist() == [photo]


def test_a_copy_on_a_drive_that_was_pulled_does_not_take_the_faces_of_the_photo(fill: Filler, photos: Path) -> None:
    photo = fill.photo("original.jpg", [1])
    assert fill.library.claim_file(b"original.jpg", fill.root.id, b"copy.jpg", size=12, mtime_ns=3) is None
    assert fill.library.photo(photo).path == photos / "original.jpg"


def test_files_that_changed_names_keep_their_faces(fill: Filler, photos: Path) -> None:
    one, two = fill.photo("one.jpg", [1]), fill.photo("second.jpg", [2])
    (photos / "one.jpg").write_bytes(b"x" * len("second.jpg"))
    (photos / "second.jpg").write_bytes(b"x" * len("one.jpg"))
    moved = fill.library.claim_file(b"second.jpg", fill.root.id, b"one.jpg", size=10, mtime_ns=1)
    assert moved is not None
    assert moved.id == two
    stayed = fill.library.claim_file(b"one.jpg", fill.root.id, b"second.jpg", size=7, mtime_ns=1)
    assert stayed is not None
    assert stayed.id == one


def test_a_file_moved_over_another_keeps_its_faces(fill: Filler, photos: Path) -> None:
    over, moved = fill.photo("over.jpg", [1]), fill.photo("moved.jpg", [2])
    (photos / "over.jpg").write_bytes(b"x" * len("moved.jpg"))
    found = fill.library.claim_file(b"moved.jpg", fill.root.id, b"over.jpg", size=9, mtime_ns=1)
    assert found is not None
    assert found.id == moved
    assert fill.library.photo(over).path == photos / "moved.jpg"


def test_missing_photos_hide_with_their_faces_and_come_back_with_their_names(fill: Filler) -> None:
    photo = fill.photo("a/1.jpg", [1])
    other = fill.photo("ab/1.jpg", [1])
    fill.library.name("Anna", faces=fill.faces_of(photo)).result()
    assert fill.walk({other}, b"a") == 1
    assert fill.library.photo_ids().tolist() == [other]
    assert fill.library.people()[0].faces == 0
    assert fill.library.photo(photo).missing
    fill.walk({photo, other})
    assert fill.library.people()[0].faces == 1


def test_photos_below_a_folder_that_could_not_be_listed_are_not_called_missing(fill: Filler) -> None:
    fill.photo("locked/1.jpg", [1])
    fill.photo("open/1.jpg", [1])
    assert fill.walk((), unread=[b"locked"]) == 1
    assert len(fill.library.photo_ids()) == 1


def test_a_folder_inside_a_known_one_adds_nothing(fill: Filler, photos: Path) -> None:
    assert fill.library.add_root(photos / "2020") == fill.library.roots()[0]


def test_a_folder_around_a_known_one_takes_its_photos_over(fill: Filler, photos: Path) -> None:
    photo = fill.photo("a.jpg", [1])
    fill.library.name("Anna", faces=fill.faces_of(photo)).result()
    outer = fill.library.add_root(photos.parent)
    assert [root.path for root in fill.library.roots()] == [photos.parent]
    assert outer.photos == 1
    assert fill.library.photo(photo).path == photos / "a.jpg"
    assert fill.library.known_photo(outer.id, b"photos/a.jpg") is not None


def test_a_folder_whose_name_only_begins_alike_is_another_folder(fill: Filler, photos: Path) -> None:
    neighbour = photos.with_name("photos2")
    fill.library.add_root(neighbour)
    assert [root.path for root in fill.library.roots()] == [photos, neighbour]


def test_a_forgotten_folder_hides_everything_and_a_new_scan_or_undo_brings_it_back(fill: Filler, photos: Path) -> None:
    photo = fill.photo("a.jpg", [1])
    fill.library.name("Anna", faces=fill.faces_of(photo)).result()
    fill.library.forget(photos).result()
    assert (fill.library.roots(), len(fill.library.photo_ids()), fill.library.faces()) == ([], 0, [])
    fill.library.undo().result()
    assert fill.library.people()[0].faces == 1
    fill.library.forget(photos).result()
    fill.library.add_root(photos)
    assert fill.library.people()[0].faces == 1


@pytest.mark.parametrize("scanned", ["photos", "."])
def test_undo_goes_on_after_a_forgotten_folder_was_scanned_again(fill: Filler, photos: Path, scanned: str) -> None:
    face = fill.faces_of(fill.photo("a.jpg", [1]))[0]
    fill.library.name("Anna", faces=[face]).result()
    fill.library.forget(photos).result()
    fill.library.add_root(photos.parent / scanned)
    assert fill.library.undo().result().label.endswith("out of the library")
    assert fill.library.people()[0].faces == 1
    assert fill.library.undo().result().label == "Name Anna"
    assert fill.library.people() == []


def test_undoing_forget_takes_in_what_was_scanned_inside_meanwhile(fill: Filler, photos: Path) -> None:
    fill.photo("2020/a.jpg", [1])
    fill.library.forget(photos).result()
    fill.library.add_root(photos / "2020")
    fill.library.undo().result()
    assert [root.path for root in fill.library.roots()] == [photos]
    assert len(fill.library.photo_ids()) == 1


def test_a_step_about_a_face_that_is_gone_does_not_bar_the_way(fill: Filler) -> None:
    first = fill.faces_of(fill.photo("a.jpg", [1]))[0]
    second = fill.faces_of(fill.photo("b.jpg", [2]))[0]
    fill.library.name("Ben", faces=[second]).result()
    fill.library.name("Anna", faces=[first, second]).result()
    fill.library.undo().result()
    fill.photo("a.jpg", [5], content="another picture")
    fill.library.redo().result()
    assert [(person.name, person.faces) for person in fill.library.people()] == [("Anna", 1)]
    fill.library.undo().result()
    fill.library.undo().result()
    assert fill.library.people() == []


def test_a_picture_that_was_turned_keeps_the_names_of_its_faces(fill: Filler) -> None:
    photo = fill.photo("a.jpg", [1, 2])
    first, second = fill.faces_of(photo)
    fill.library.name("Anna", faces=[first]).result()
    turned = [replace(found(2, 5), box=Box(0.7, 0.7, 0.2, 0.2)), replace(found(1, 5), box=Box(0.4, 0.7, 0.2, 0.2))]
    fill.photo("a.jpg", [], faces=turned, content="turned")
    assert set(fill.faces_of(photo)) == {first, second}
    assert fill.library.face(first).box.x == pytest.approx(0.4)


def test_a_picture_that_was_tagged_keeps_its_names_under_another_model(fill: Filler) -> None:
    photo = fill.photo("a.jpg", [1])
    (face,) = fill.faces_of(photo)
    fill.library.name("Anna", faces=[face]).result()
    fill.use_engine("second")
    fill.photo("a.jpg", [1], content="tagged")
    assert fill.faces_of(photo) == [face]
    assert fill.library.face(face).name == "Anna"


@pytest.mark.parametrize("nothing", [0.0, np.nan, np.inf])
def test_a_face_of_which_no_vector_tells_keeps_its_name_when_the_picture_is_saved_again(
    fill: Filler, nothing: float
) -> None:
    blank = replace(found(1), vector=np.full_like(found(1).vector, nothing))
    photo = fill.photo("a.jpg", [], faces=[blank])
    (face,) = fill.faces_of(photo)
    fill.library.name("Anna", faces=[face]).result()
    fill.photo("a.jpg", [], faces=[blank], content="tagged")
    assert fill.faces_of(photo) == [face]
    assert fill.library.face(face).name == "Anna"


def test_an_old_index_is_not_taken_for_that_of_a_backup_put_back(fill: Filler, tmp_path: Path) -> None:
    fill.photo("a.jpg", [1])
    fill.library.close()
    backup = (fill.library.folder / "library.db").read_bytes()
    again = Library.open(fill.library.folder)
    late = Filler(again, tmp_path / "photos")
    late.photo("b.jpg", [2])
    again.similar(found(2).vector)
    again.close()
    (fill.library.folder / "library.db").write_bytes(backup)
    restored = Library.open(fill.library.folder)
    face = Filler(restored, tmp_path / "photos").photo("c.jpg", [3])
    (best, *_) = restored.similar(found(3).vector)
    assert best.face.photo == face
    assert best.similarity > 0.8
    restored.close()


def test_a_damaged_page_of_small_pictures_does_not_cost_a_photo(fill: Filler) -> None:
    for number in range(40):
        fill.photo(f"{number}.jpg", [1])
    file = fill.library.folder / "thumbnails.db"
    fill.library.close()
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    again = Library.open(fill.library.folder)
    late = Filler(again, fill.root.path)
    photo = late.photo("late.jpg", [1])
    assert len(again.photo_ids()) == 41
    assert again.thumbnail(photo) in {None, b"thumbnail"}
    again.close()


def test_photos_are_kept_while_there_can_be_no_file_for_small_pictures(fill: Filler) -> None:
    library, file = fill.library, fill.library.folder / "thumbnails.db"
    before = fill.photo("before.jpg", [1])
    # A folder of that name can neither be deleted nor be opened as a file.
    for path in library.folder.glob("thumbnails.db*"):
        path.unlink()
    file.mkdir()
    library._thumbnails._writer.close()  # type: ignore[union-attr]  # as if its disk had failed
    for number in range(3):
        fill.photo(f"{number}.jpg", [1])
    assert library.thumbnail(before) is None
    library.close()
    again = Library.open(library.folder)
    filler = Filler(again, fill.root.path)
    filler.photo("more.jpg", [1])
    file.rmdir()
    last = filler.photo("last.jpg", [1])
    assert len(again.photo_ids()) == 6
    assert again.thumbnail(last) == b"thumbnail"
    again.close()


def test_a_scan_may_go_on_in_a_folder_that_another_one_took_over(fill: Filler, photos: Path) -> None:
    fill.photo("2020/a.jpg", [1])
    fill.library.forget(photos).result()
    inner = fill.library.add_root(photos / "2020")
    fill.library.undo().result()
    scanned = ScannedPhoto(inner.id, b"b.jpg", 1, 1, b"hash b", faces=[found(2)])
    fill.library.write_scanned([scanned]).result()
    fill.library.add_root(photos.parent)
    assert sorted(photo.path.name for photo in fill.library.photos(fill.library.photo_ids().tolist())) == [
        "a.jpg",
        "b.jpg",
    ]


def test_a_file_in_a_folder_that_may_not_be_entered_is_not_called_gone(fill: Filler, photos: Path) -> None:
    photo = fill.photo("locked", [1])
    (photos / "locked").symlink_to(photos / "locked")
    (photos / "copy.jpg").write_bytes(b"locked")
    copy = fill.library.claim_file(b"locked", fill.root.id, b"copy.jpg", size=6, mtime_ns=1)
    assert copy is not None
    assert copy.id != photo
    assert fill.library.photo(photo).path == photos / "locked"


def test_a_face_split_off_by_hand_outlives_a_scan_that_misses_it(fill: Filler) -> None:
    photo = fill.photo("a.jpg", [1])
    fill.photo("b.jpg", [1])
    fill.library.group()
    (face,) = fill.faces_of(photo)
    fill.library.split([face]).result()
    fill.photo("a.jpg", [])
    assert fill.faces_of(photo) == [face]


def test_another_picture_of_another_shape_keeps_no_name_that_no_vector_supports(fill: Filler) -> None:
    photo = fill.photo("a.jpg", [1])
    (face,) = fill.faces_of(photo)
    fill.library.name("Anna", faces=[face]).result()
    fill.use_engine("second")
    other = ScannedPhoto(fill.root.id, b"a.jpg", 9, 9, b"other", 300, 400, faces=[found(2)])
    fill.library.write_scanned([other]).result()
    assert [shown.name for shown in fill.library.faces(FaceFilter(photo=photo))] == [None]


def test_photos_written_while_an_index_is_loaded_are_found(fill: Filler, monkeypatch: pytest.MonkeyPatch) -> None:
    fill.photo("a.jpg", [1])
    real = faces.vectors
    written = []

    def slow(*args: object, **named: object) -> object:
        result = real(*args, **named)  # type: ignore[arg-type]
        if not written:
            written.append(fill.photo("b.jpg", [2]))
        return result

    monkeypatch.setattr(faces, "vectors", slow)
    fill.library.similar(found(1).vector)
    assert fill.library.similar(found(2).vector)[0].face.photo == written[0]
    fill.photo("c.jpg", [3])
    assert fill.library.similar(found(3).vector)[0].similarity > 0.8


def test_similarity_is_the_exact_cosine(fill: Filler) -> None:
    one = fill.faces_of(fill.photo("a.jpg", [1]))[0]
    two = fill.faces_of(fill.photo("b.jpg", [1]))[0]
    probe = fill.library.vector(one)
    similarity = {match.face.id: match.similarity for match in fill.library.similar(probe)}
    assert similarity[two] == pytest.approx(float(probe @ fill.library.vector(two)), abs=1e-6)
    assert similarity[one] <= 1.0


def test_part_of_a_forgotten_folder_comes_back_with_its_names(fill: Filler, photos: Path) -> None:
    inner, outer = fill.photo("2020/a.jpg", [1]), fill.photo("2021/a.jpg", [1])
    fill.library.name("Anna", faces=[*fill.faces_of(inner), *fill.faces_of(outer)]).result()
    fill.library.forget(photos).result()
    root = fill.library.add_root(photos / "2020")
    assert fill.library.photo_ids(PhotoFilter(root=root.id)).tolist() == [inner]
    assert fill.library.people()[0].faces == 1


def test_forgetting_a_folder_forgets_those_below_it_in_one_step(fill: Filler, photos: Path) -> None:
    inner, outer = photos / "a" / "b", photos.with_name("photos too")
    fill.library.forget(photos).result()
    for folder in (photos / "c", inner, outer):
        fill.library.add_root(folder)
    fill.library.forget(photos).result()
    assert [root.path for root in fill.library.roots()] == [outer]
    fill.library.undo().result()
    assert {root.path for root in fill.library.roots()} == {inner, photos / "c", outer}


def test_forgetting_an_unknown_folder_lists_the_known_ones(fill: Filler, photos: Path) -> None:
    with pytest.raises(UsageError, match="Its folders are"):
        fill.library.forget(photos / "nothing").result()


@pytest.mark.parametrize("name", [b"line\nbreak.jpg", "新年.jpg".encode(), "🌻.jpg".encode(), b"caf\xe9.jpg"])
def test_file_names_of_any_bytes_are_found_again(fill: Filler, photos: Path, name: bytes) -> None:
    scanned = ScannedPhoto(fill.root.id, name, 1, 1, b"hash", faces=[found(1)])
    photo = fill.library.write_scanned([scanned]).result()[0].id
    kept = fill.library.photo(photo)
    assert os.fsencode(kept.path) == os.fsencode(photos) + b"/" + name
    assert kept.display.isprintable()
    kept.display.encode()
    assert fill.library.find_photo(kept.path).id == photo


def test_a_photo_is_found_by_path_or_id(fill: Filler, photos: Path) -> None:
    photo = fill.photo("a.jpg", [1])
    assert fill.library.find_photo(str(photo)).id == photo
    assert fill.library.find_photo(photos / "a.jpg").id == photo
    with pytest.raises(UsageError, match="no photo"):
        fill.library.find_photo(photos / "b.jpg")


def test_another_engine_keeps_names_and_never_mixes_vectors(fill: Filler) -> None:
    photo = fill.photo("a.jpg", [1])
    (face,) = fill.faces_of(photo)
    fill.library.name("Anna", faces=[face]).result()
    probe = fill.library.vector(face)
    fill.use_engine("second")
    assert fill.library.similar(probe) == []
    known = fill.library.known_photo(fill.root.id, b"a.jpg")
    assert known is not None
    assert not known.scanned
    with pytest.raises(UsageError, match="reembed"):
        fill.library.vector(face)
    fill.photo("a.jpg", [1])
    assert fill.library.face(face).name == "Anna"
    assert [match.face.id for match in fill.library.similar(probe)] == [face]


def test_search_gives_the_nearest_faces_first_and_keeps_up_with_scans(fill: Filler) -> None:
    one = fill.faces_of(fill.photo("a.jpg", [1]))[0]
    two = fill.faces_of(fill.photo("b.jpg", [2]))[0]
    probe = fill.library.vector(one)
    assert [match.face.id for match in fill.library.similar(probe)] == [one, two]
    three = fill.faces_of(fill.photo("c.jpg", [1]))[0]
    matches = fill.library.similar(probe, leave_out=one)
    assert [match.face.id for match in matches] == [three, two]
    assert matches[0].similarity == pytest.approx(float(probe @ fill.library.vector(three)), abs=2e-3)


def test_search_does_not_show_faces_of_hidden_photos_but_fills_up_with_others(fill: Filler, photos: Path) -> None:
    hidden = [fill.photo(f"hidden/{number}.jpg", [1]) for number in range(60)]
    shown = [fill.photo(f"shown/{number}.jpg", [1]) for number in range(5)]
    fill.walk((), b"hidden")
    probe = found(1).vector
    assert {match.face.photo for match in fill.library.similar(probe, limit=5)} == set(shown)
    assert len(hidden) == 60


def test_the_saved_index_is_used_only_for_the_state_it_was_saved_in(
    fill: Filler, open_library: Callable[..., Library]
) -> None:
    face = fill.faces_of(fill.photo("a.jpg", [1]))[0]
    fill.library.similar(fill.library.vector(face))
    fill.library.save_index()
    late = fill.faces_of(fill.photo("b.jpg", [1]))[0]
    reader = open_library(writable=False)
    assert {match.face.id for match in reader.similar(reader.vector(face))} == {face, late}


def test_a_damaged_index_or_thumbnail_file_costs_nothing_but_time(
    fill: Filler, open_library: Callable[..., Library]
) -> None:
    photo = fill.photo("a.jpg", [1])
    face = fill.faces_of(photo)[0]
    assert fill.library.thumbnail(photo) == b"thumbnail"
    assert fill.library.portrait(face) == b"portrait"
    fill.library.similar(fill.library.vector(face))
    fill.library.close()
    folder = fill.library.folder
    (folder / "index.faiss").write_bytes(b"KINFOLIO-INDEX-1\nrubbish")
    (folder / "thumbnails.db").write_bytes(b"rubbish" * 1000)
    again = open_library()
    assert [match.face.id for match in again.similar(again.vector(face))] == [face]
    assert again.thumbnail(photo) is None


def test_vectors_come_back_bit_for_bit(fill: Filler) -> None:
    face = fill.faces_of(fill.photo("a.jpg", [], faces=[found(5, 9)]))[0]
    np.testing.assert_array_equal(fill.library.vector(face), found(5, 9).vector)


def test_small_pictures_that_were_thrown_away_are_made_again_from_the_photo(fill: Filler, photos: Path) -> None:
    picture = np.zeros((600, 800, 3), np.uint8)
    picture[120:300, 40:200] = (250, 0, 0)
    (photos / "a.jpg").write_bytes(encode_jpeg(picture))
    photo = fill.photo("a.jpg", [1])
    (face,) = fill.faces_of(photo)
    fill.library.close()
    (fill.library.folder / "thumbnails.db").unlink()
    again = Library.open(fill.library.folder)
    portrait = again.portrait(face)
    thumbnail = again.thumbnail(photo)
    assert portrait is not None
    assert thumbnail is not None
    assert decode(thumbnail).pixels.shape == (240, 320, 3)
    assert decode(portrait).pixels[..., 0].max() > 200
    again.close()
    (photos / "a.jpg").unlink()
    once_more = Library.open(fill.library.folder)
    assert (once_more.portrait(face), once_more.thumbnail(photo)) == (portrait, thumbnail)
    once_more.close()
