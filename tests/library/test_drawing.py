"""Faces that no detector found and a person drew: kept through everything, and taken back like every other step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from app.errors import AppError, UsageError
from app.library.library import Library
from app.library.records import Box, Face, FaceFilter, FaceId, FaceKind, FoundFace, PhotoId
from tests.library.conftest import Filler, content, found, vector

BOX = Box(0.6, 0.6, 0.2, 0.3)


def drawn(identity: int, variant: int = 1, box: Box = BOX) -> FoundFace:
    return replace(found(identity, variant), box=box, score=0.0, portrait=b"drawn")


def draw(fill: Filler, photo: PhotoId, identity: int = 7, engine: str = "first", box: Box = BOX) -> FaceId:
    return fill.library.draw_face(photo, drawn(identity, box=box), engine).result().faces[0]


def described(fill: Filler, name: str, identity: int, variant: int = 1) -> list[FoundFace]:
    """What a scan finds at the boxes that were drawn in this photo."""
    boxes = fill.library.drawn_in(fill.root.id, name.encode())
    return [replace(drawn(identity, variant), box=box, drawn=face) for face, box in boxes]


def by_hand(fill: Filler, photo: PhotoId) -> list[Face]:
    return [face for face in fill.library.faces(FaceFilter(photo=photo)) if face.origin == "user"]


def test_a_drawn_face_is_a_face_like_any_other(family: Filler) -> None:
    library = family.library
    photo = library.face(FaceId(1)).photo
    face = draw(family, photo, identity=0)
    shown = library.face(face)
    assert (shown.origin, shown.kind, shown.photo) == ("user", FaceKind.FACE, photo)
    assert shown.box == pytest.approx(BOX, abs=1e-6)
    assert library.portrait(face) == b"drawn"
    assert library.photo(photo).faces == 3
    assert library.similar(vector(0, 1), limit=1)[0].face.id == face
    anna = library.name("Anna", faces=[face]).result().people[0]
    assert {one.id for one in library.faces(FaceFilter(person=anna))} >= {face}


def test_who_was_drawn_joins_the_group_of_the_same_person(family: Filler) -> None:
    library = family.library
    # Person 0 is on the first photo, not on the second.
    group = library.face(family.faces_of(PhotoId(1))[0]).cluster
    assert group is not None
    face = draw(family, PhotoId(2), identity=0)
    library.group()
    assert library.face(face).cluster == group


def test_undo_removes_a_drawn_face_and_redo_brings_it_back(family: Filler) -> None:
    library, photo = family.library, PhotoId(1)
    before = content(library)
    face = draw(family, photo)
    with_it = content(library)
    assert library.undo_label() == "Draw a face"
    library.undo().result()
    assert content(library) == before
    assert library.faces_by_id([face]) == []
    assert all(match.face.id != face for match in library.similar(vector(7, 1)))
    library.redo().result()
    assert content(library) == with_it
    assert library.face(face).kind is FaceKind.FACE


def test_deleting_a_drawn_face_takes_its_name_along_and_undo_brings_both_back(family: Filler) -> None:
    library = family.library
    face = draw(family, PhotoId(1))
    library.name("Anna", faces=[face]).result()
    library.remove_drawn(face).result()
    assert library.faces_by_id([face]) == []
    assert all(person.faces == 0 for person in library.people(hidden=True))
    assert library.undo_label() == "Delete a drawn face"
    library.undo().result()
    assert library.face(face).name == "Anna"


def test_only_drawn_faces_can_be_deleted(family: Filler) -> None:
    with pytest.raises(UsageError, match="neither drawn by hand nor marked by a photo file"):
        family.library.remove_drawn(FaceId(1)).result()
    assert family.library.face(FaceId(1)).kind is FaceKind.FACE


def test_no_face_is_drawn_over_another(family: Filler) -> None:
    library = family.library
    there = library.face(FaceId(1))
    before = content(library)
    with pytest.raises(UsageError, match="already"):
        draw(family, there.photo, box=there.box)
    assert content(library) == before


@pytest.mark.parametrize("kind", [FaceKind.NOT_A_FACE, FaceKind.IGNORED])
def test_drawing_over_a_face_that_was_struck_out_shows_that_one_again(family: Filler, kind: FaceKind) -> None:
    library = family.library
    there = library.face(FaceId(1))
    library.set_kind([there.id], kind).result()
    assert draw(family, there.photo, box=there.box) == there.id
    assert library.face(there.id).kind is FaceKind.FACE
    assert library.face(there.id).origin == "detector"
    library.undo().result()
    assert library.face(there.id).kind is kind


def test_a_face_that_was_deleted_can_be_drawn_once_more(family: Filler) -> None:
    face = draw(family, PhotoId(1))
    family.library.remove_drawn(face).result()
    again = draw(family, PhotoId(1))
    assert again != face
    assert [one.id for one in by_hand(family, PhotoId(1))] == [again]


def test_a_scan_that_does_not_find_it_keeps_a_drawn_face(family: Filler) -> None:
    face = draw(family, PhotoId(1))
    for _ in range(2):
        family.photo("00.jpg", [0, 2])
        assert [one.id for one in by_hand(family, PhotoId(1))] == [face]
    # Nor where the scan looks at it and finds nobody like it.
    faces = [found(0, 1), *described(family, "00.jpg", identity=30)]
    family.photo("00.jpg", [], faces=faces)
    assert [one.id for one in by_hand(family, PhotoId(1))] == [face]


def test_a_detector_that_finds_it_later_meets_the_face_that_was_drawn(family: Filler) -> None:
    library = family.library
    face = draw(family, PhotoId(1))
    library.name("Anna", faces=[face]).result()
    closer = Box(0.63, 0.66, 0.14, 0.2)
    assert closer.overlap(BOX) < 0.5, "people draw more than a detector does"
    seen = [found(0, 1), found(2, 1, 1), replace(found(7, 2), box=closer), *described(family, "00.jpg", 7)]
    family.photo("00.jpg", [], faces=seen)
    shown = library.faces(FaceFilter(photo=PhotoId(1)))
    assert len(shown) == 3
    assert library.face(face).name == "Anna"
    assert library.face(face).score == pytest.approx(0.9), "what the detector says of it is noted"
    assert library.face(face).box == pytest.approx(BOX, abs=1e-6), "the box stays as it was drawn"


def test_another_model_describes_drawn_faces_as_well(family: Filler) -> None:
    library = family.library
    face = draw(family, PhotoId(1))
    library.name("Anna", faces=[face]).result()
    family.use_engine("second")
    with pytest.raises(UsageError):
        library.vector(face)
    family.photo("00.jpg", [], faces=[found(0, 1), found(2, 1, 1), *described(family, "00.jpg", 7, variant=5)])
    np.testing.assert_allclose(library.vector(face), vector(7, 5), atol=1e-6)
    assert library.face(face).name == "Anna"
    assert len(library.faces(FaceFilter(photo=PhotoId(1)))) == 3


def test_in_a_photo_that_was_tagged_the_drawn_face_stays_and_in_another_picture_it_waits(family: Filler) -> None:
    library = family.library
    face = draw(family, PhotoId(1))
    family.photo("00.jpg", [], content="tagged", faces=[found(0, 1), *described(family, "00.jpg", 7)])
    assert [one.id for one in by_hand(family, PhotoId(1))] == [face]
    family.photo("00.jpg", [], content="other", faces=[found(9, 1), *described(family, "00.jpg", 31)])
    assert by_hand(family, PhotoId(1)) == []
    assert len(library.faces(FaceFilter(photo=PhotoId(1)))) == 1, "what is at the box by chance is no face"
    family.photo("00.jpg", [], content="tagged", faces=[found(0, 1), *described(family, "00.jpg", 7)])
    assert [one.id for one in by_hand(family, PhotoId(1))] == [face]


def test_a_drawing_that_was_undone_stays_undone_and_can_be_done_again_after_scans(family: Filler) -> None:
    library = family.library
    face = draw(family, PhotoId(1))
    library.undo().result()
    family.use_engine("second")
    # A detector that finds somebody there finds a face of its own.
    seen = [found(0, 1), found(2, 1, 1), replace(found(8, 2), box=BOX), *described(family, "00.jpg", 7, variant=5)]
    family.photo("00.jpg", [], faces=seen)
    shown = library.faces(FaceFilter(photo=PhotoId(1)))
    assert len(shown) == 3
    assert {one.origin for one in shown} == {"detector"}
    library.redo().result()
    assert [one.id for one in by_hand(family, PhotoId(1))] == [face]
    np.testing.assert_allclose(library.vector(face), vector(7, 5), atol=1e-6)


def test_a_face_is_not_described_by_a_model_that_was_changed_meanwhile(family: Filler) -> None:
    before = content(family.library)
    with pytest.raises(AppError, match="model"):
        draw(family, PhotoId(1), engine="second")
    assert content(family.library) == before


def test_drawn_faces_outlast_a_restart(family: Filler, open_library: Callable[..., Library]) -> None:
    face = draw(family, PhotoId(1), identity=0)
    family.library.close()
    again = open_library()
    assert again.face(face).origin == "user"
    assert again.similar(vector(0, 1), limit=1)[0].face.id == face
    again.undo().result()
    assert again.faces_by_id([face]) == []
