"""Names that photo files carry become decisions: matched to faces, undoable, and never against a person's word."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from app.errors import AppError
from app.library import regions, thresholds
from app.library.library import Library
from app.library.records import Box, Face, FaceFilter, FaceId, FaceKind, FoundFace, NamedRegion, PhotoId, ScannedPhoto
from app.library.regions import distinct, met
from app.library.soundness import flaws
from tests.library.conftest import Filler, content, found

# As `found` puts them: side by side.
PLACES = [found(0, place=place).box for place in range(3)]
NOWHERE = Box(0.05, 0.7, 0.1, 0.15)


def around(box: Box, times: float = 1.5) -> Box:
    """A larger box with the same centre, as other programs draw it."""
    width, height = box.width * times, box.height * times
    return Box(box.centre[0] - width / 2, box.centre[1] - height / 2, width, height)


class Files:
    """Photos that say who is in them."""

    def __init__(self, fill: Filler) -> None:
        self.fill, self.library = fill, fill.library

    def photo(self, name: str, identities: list[int], *regions: NamedRegion, content: str | None = None) -> PhotoId:
        faces = [found(identity, place=place) for place, identity in enumerate(identities)]
        # Those that scans drew are described again.
        for face, box in self.library.drawn_in(self.fill.root.id, name.encode()):
            faces.append(drawn_at(box, face))
        scanned = ScannedPhoto(
            self.fill.root.id,
            name.encode(),
            1,
            1,
            (content or name).encode(),
            400,
            300,
            faces=faces,
            regions=regions,
            sidecars="some",
        )
        return self.library.write_scanned([scanned]).result()[0].id

    def told(self) -> list[FaceId]:
        return list(self.library.take_names_from_files().result().faces)

    def faces(self, photo: PhotoId) -> list[Face]:
        return self.library.faces(FaceFilter(photo=photo))

    def names(self, photo: PhotoId) -> list[str | None]:
        return [face.name for face in self.faces(photo)]


def drawn_at(box: Box, face: FaceId | None = None) -> FoundFace:
    one = found(9)
    return FoundFace(box, one.landmarks, 0.0, 0.2, one.vector, one.portrait, face)


def anna(place: int = 0) -> NamedRegion:
    return NamedRegion("Anna", around(PLACES[place]))


def steps(library: Library) -> list[str]:
    return [entry.label for entry in library.history()]


@pytest.fixture
def files(fill: Filler) -> Files:
    return Files(fill)


def test_each_region_meets_one_face_and_the_nearest_first() -> None:
    near = Box(PLACES[0].x + 0.02, PLACES[0].y, PLACES[0].width, PLACES[0].height)
    assert met([near, PLACES[0]], [PLACES[0]]) == {1: 0}
    assert met([around(PLACES[1], 2.2)], PLACES) == {0: 1}
    # A large box somewhere near, and a small one inside, are about something else.
    assert met([around(PLACES[1], 3)], PLACES) == {}
    beside = Box(PLACES[0].x + PLACES[0].width * 0.6, PLACES[0].y, PLACES[0].width, PLACES[0].height)
    assert met([beside], PLACES[:1]) == {}


def test_a_region_and_a_face_each_hold_the_centre_of_the_other() -> None:
    whole = Box(0.2, 0.2, 0.2, 0.2)
    # It lies in the other one, but not in the middle.
    half = Box(0.2, 0.2, 0.098, 0.2)
    assert whole.overlap(half) > thresholds.REGION_OVERLAP
    assert met([half], [whole]) == {}
    assert met([whole], [half]) == {}
    middle = Box(0.251, 0.2, 0.098, 0.2)
    assert met([middle], [whole]) == met([whole], [middle]) == {0: 0}


def test_of_two_regions_at_one_place_the_first_counts() -> None:
    other = NamedRegion("Berta", around(PLACES[0], 1.6))
    assert distinct([anna(), other, anna(1)]) == (anna(), anna(1))


def test_named_regions_name_the_faces_they_meet(files: Files) -> None:
    photo = files.photo("a.jpg", [1, 2], anna(1), NamedRegion("小明", around(PLACES[0])))
    assert files.names(photo) == [None, None]
    assert len(files.told()) == 2
    assert files.names(photo) == ["小明", "Anna"]
    assert {person.name for person in files.library.people()} == {"Anna", "小明"}
    rows = files.library._read.execute("SELECT kind, strength, origin FROM decisions").fetchall()
    assert rows == [("person", "confirmed", "file")] * 2


def test_the_names_of_a_few_photos_are_one_step_that_can_be_undone(files: Files) -> None:
    photos = [files.photo(name, [1], anna()) for name in ("a.jpg", "b.jpg")]
    before = content(files.library)
    del before["regions"]
    files.told()
    assert steps(files.library) == ["Take the names of 2 faces from photo files"]
    files.library.undo().result()
    after = content(files.library)
    del after["regions"]
    assert after == before
    files.library.redo().result()
    assert [files.names(photo) for photo in photos] == [["Anna"], ["Anna"]]


def test_many_names_are_taken_in_several_steps_each_of_which_can_be_undone(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regions, "NAMES_A_STEP", 3)
    photos = [files.photo(f"{number}.jpg", [1, 2], anna(), bob()) for number in range(4)]
    left = [files.library.names_to_take()]
    while left[-1]:
        # Whatever is decided meanwhile comes between two of them.
        (other,) = files.fill.faces_of(files.fill.photo(f"other {len(left)}.jpg", [5]))
        files.library.name("Clara", faces=[other]).result()
        assert len(files.told()) == left[-1] - files.library.names_to_take()
        left.append(files.library.names_to_take())
    assert left == [8, 4, 0], "all names of a photo are in one step"
    assert [files.names(photo) for photo in photos] == [["Anna", "Bob"]] * 4
    assert {person.name for person in files.library.people()} == {"Anna", "Bob", "Clara"}
    files.library.undo().result()
    assert [files.names(photo) for photo in photos] == [["Anna", "Bob"]] * 2 + [[None, None]] * 2
    files.library.redo().result()
    # What is no longer said goes in steps as well.
    for number in range(4):
        files.photo(f"{number}.jpg", [1, 2], bob())
    before = len(steps(files.library))
    while files.library.names_to_take():
        files.told()
    assert len(steps(files.library)) == before + 2
    assert [files.names(photo) for photo in photos] == [[None, "Bob"]] * 4


def test_the_same_photos_once_more_say_nothing_new(files: Files) -> None:
    photo = files.photo("a.jpg", [1], anna())
    files.told()
    before = content(files.library)
    files.photo("a.jpg", [1], anna())
    assert files.told() == []
    assert content(files.library) == before
    # Neither does a picture that was saved again.
    files.photo("a.jpg", [1], anna(), content="other bytes")
    assert files.told() == []
    assert files.names(photo) == ["Anna"]
    assert len(steps(files.library)) == 1


def test_what_was_undone_stays_so_until_the_file_says_another_name(files: Files) -> None:
    photo = files.photo("a.jpg", [1], anna())
    files.told()
    files.library.undo().result()
    files.photo("a.jpg", [1], anna())
    files.told()
    assert files.names(photo) == [None]
    files.photo("a.jpg", [1], NamedRegion("Berta", anna().box))
    files.told()
    assert files.names(photo) == ["Berta"]


def test_what_was_undone_stays_so_also_where_the_face_was_missed_in_between(files: Files) -> None:
    photo = files.photo("a.jpg", [1], anna())
    files.told()
    files.library.undo().result()
    files.photo("a.jpg", [], anna())
    files.photo("a.jpg", [1], anna())
    assert files.told() == []
    assert files.names(photo) == [None]


def test_a_person_is_known_by_case_and_accents_or_not(files: Files) -> None:
    (face,) = files.fill.faces_of(files.fill.photo("known.jpg", [5]))
    (person, *_) = files.library.name("Zoë Müller", faces=[face]).result().people
    for number, name in enumerate(("Zoë Müller", "zoe muller", "ZOË MÜLLER", " Zoë  Müller ")):
        files.photo(f"{number}.jpg", [1], NamedRegion(name, around(PLACES[0])))
    files.told()
    assert [one.id for one in files.library.people()] == [person]


def test_a_name_goes_to_whom_it_was_merged_into_or_renamed_to(files: Files) -> None:
    files.photo("a.jpg", [1], anna())
    files.photo("b.jpg", [2], NamedRegion("Berta", around(PLACES[0])))
    files.told()
    people = {person.name: person.id for person in files.library.people()}
    files.library.rename(people["Anna"], "Anna Smith").result()
    files.library.merge([people["Anna"], people["Berta"]]).result()
    photos = [
        files.photo("c.jpg", [1], anna()),
        files.photo("d.jpg", [2], NamedRegion("Berta", around(PLACES[0]))),
    ]
    files.told()
    assert [files.names(photo) for photo in photos] == [["Anna Smith"], ["Anna Smith"]]


@pytest.mark.parametrize(
    ("one", "other"),
    [("しょうこ", "しょうご"), ("กิ่ง", "กิง"), ("Jörg", "Jorg"), ("Nuño", "Nuno"), ("Weiß", "Weiss"), ("Bob", "bob")],
)
@pytest.mark.parametrize("known", [None, 0, 1])
def test_two_faces_of_a_photo_are_two_people_however_alike_their_names_are(
    files: Files, one: str, other: str, known: int | None
) -> None:
    if known is not None:
        (face,) = files.fill.faces_of(files.fill.photo("known.jpg", [5]))
        files.library.name((one, other)[known], faces=[face]).result()
    both = [NamedRegion(name, around(place)) for name, place in zip((one, other), PLACES, strict=False)]
    photos = [files.photo(f"{number}.jpg", [1, 2], *both) for number in range(2)]
    files.told()
    assert [files.names(photo) for photo in photos] == [[one, other]] * 2
    assert sorted(person.name for person in files.library.people()) == sorted((one, other))


def test_who_was_taken_for_somebody_spelled_alike_is_another_one_beside_them(files: Files) -> None:
    files.photo("a.jpg", [1], NamedRegion("José", around(PLACES[0])))
    files.told()
    files.photo("b.jpg", [1], NamedRegion("Jose", around(PLACES[0])))
    files.told()
    assert [person.name for person in files.library.people()] == ["José"]
    both = [NamedRegion(name, around(place)) for name, place in zip(("José", "Jose"), PLACES, strict=False)]
    photo = files.photo("c.jpg", [1, 2], *both)
    files.told()
    assert files.names(photo) == ["José", "Jose"]


def test_marks_that_make_another_letter_make_another_name(files: Files) -> None:
    for number, name in enumerate(("はは", "ばば")):
        files.photo(f"{number}.jpg", [number], NamedRegion(name, around(PLACES[0])))
    files.told()
    assert sorted(person.name for person in files.library.people()) == ["はは", "ばば"]


def test_a_name_that_is_new_makes_one_person(files: Files) -> None:
    for number, name in enumerate(("Zoë", "Zoë", "zoe")):
        files.photo(f"{number}.jpg", [1], NamedRegion(name, around(PLACES[0])))
    files.told()
    assert [(person.name, person.faces) for person in files.library.people()] == [("Zoë", 3)]


def test_a_name_that_two_people_have_is_left_to_the_user(files: Files) -> None:
    for name in ("a.jpg", "b.jpg"):
        (face,) = files.fill.faces_of(files.fill.photo(name, [1]))
        files.library.name("Anna", faces=[face], new_person=True).result()
    photo = files.photo("c.jpg", [1], anna())
    assert files.told() == []
    assert files.names(photo) == [None]


@pytest.mark.parametrize("name", ["2019", "   "])
def test_what_cannot_be_a_name_names_nobody(files: Files, name: str) -> None:
    photo = files.photo("a.jpg", [1], NamedRegion(name, around(PLACES[0])))
    assert files.told() == []
    assert files.names(photo) == [None]


def said_to_be_berta(library: Library, face: FaceId) -> None:
    library.name("Berta", faces=[face]).result()


def said_not_to_be_anna(library: Library, face: FaceId) -> None:
    person = library.name("Anna", faces=[face]).result().people[0]
    library.reject([face], person).result()


def said_to_be_no_face(library: Library, face: FaceId) -> None:
    library.set_kind([face], FaceKind.NOT_A_FACE).result()


def ignored(library: Library, face: FaceId) -> None:
    library.set_kind([face], FaceKind.IGNORED).result()


def another_is_anna(library: Library, face: FaceId) -> None:
    (other,) = [one.id for one in library.faces(FaceFilter(photo=library.face(face).photo)) if one.id != face]
    library.name("Anna", faces=[other]).result()


SAYINGS = [said_to_be_berta, said_not_to_be_anna, said_to_be_no_face, ignored, another_is_anna]


@pytest.mark.parametrize("say", SAYINGS)
def test_a_file_never_overrules_a_person(files: Files, say: Callable[[Library, FaceId], None]) -> None:
    photo = files.photo("a.jpg", [1, 2])
    face = files.faces(photo)[0].id
    say(files.library, face)
    before = files.library.face(face)
    files.photo("a.jpg", [1, 2], anna())
    assert files.told() == []
    assert files.library.face(face) == before
    assert files.library.history()[0].label != "Take the name of a face from its file"


@pytest.mark.parametrize("say", SAYINGS[:4])
def test_what_a_person_says_afterwards_stays_when_the_file_says_another_name(
    files: Files, say: Callable[[Library, FaceId], None]
) -> None:
    photo = files.photo("a.jpg", [1, 2], anna())
    files.told()
    face = files.faces(photo)[0].id
    say(files.library, face)
    before = files.library.face(face)
    files.photo("a.jpg", [1, 2], anna())
    files.told()
    assert files.library.face(face) == before
    files.photo("a.jpg", [1, 2], NamedRegion("Clara", anna().box))
    files.told()
    # That it is not Anna is no word against Clara.
    expected = "Clara" if say is said_not_to_be_anna else before.name
    assert (files.library.face(face).name, files.library.face(face).kind) == (expected, before.kind)


def test_a_name_that_was_corrected_in_the_file_is_followed(files: Files) -> None:
    photo = files.photo("a.jpg", [1, 2], anna(), NamedRegion("Berta", around(PLACES[1])))
    files.told()
    files.photo("a.jpg", [1, 2], NamedRegion("Clara", anna().box), NamedRegion("Berta", around(PLACES[1])))
    assert len(files.told()) == 1
    assert files.names(photo) == ["Clara", "Berta"]
    files.library.undo().result()
    assert files.names(photo) == ["Anna", "Berta"]


def test_a_name_that_the_file_no_longer_says_is_taken_back(files: Files) -> None:
    photo = files.photo("a.jpg", [1, 2], anna(), NamedRegion("Berta", around(PLACES[1])))
    files.told()
    files.photo("a.jpg", [1, 2], NamedRegion("Berta", around(PLACES[1])))
    assert files.told() == []
    assert files.names(photo) == [None, "Berta"]
    assert steps(files.library)[0] == "Take back the name of a face that its file no longer says"


def test_names_that_files_no_longer_say_are_not_counted_as_given(files: Files) -> None:
    regions = [anna(), NamedRegion("Berta", around(PLACES[1])), NamedRegion("Clara", around(PLACES[2]))]
    photo = files.photo("a.jpg", [1, 2, 3], *regions)
    files.told()
    files.photo("a.jpg", [1, 2, 3], regions[2])
    assert files.told() == []
    assert steps(files.library)[0] == "Take back the names of 2 faces that photo files no longer say"
    # Where one is given another one may go in the same step.
    files.photo("a.jpg", [1, 2, 3], regions[0])
    assert files.told() == [files.faces(photo)[0].id]
    assert files.names(photo) == ["Anna", None, None]
    assert steps(files.library)[0] == "Take the name of a face from its file"


def test_a_file_that_lost_all_its_notes_takes_nothing_back(files: Files) -> None:
    photo = files.photo("a.jpg", [1, 2], anna())
    files.told()
    files.photo("a.jpg", [1, 2], content="saved by a careless program")
    files.told()
    assert files.names(photo) == ["Anna", None]


def bob() -> NamedRegion:
    return NamedRegion("Bob", around(PLACES[1]))


def read_in_order(files: Files, said: dict[str, list[NamedRegion]], order: list[str], *, one_scan: bool) -> PhotoId:
    """Files of the same content that say different names; the photo that they are."""
    for name in order:
        files.photo(name, [1, 2], *said[name], content="the same")
        if not one_scan or name == order[-1]:
            seen = {path for (path,) in files.library._read.execute("SELECT path FROM photos")}
            files.library.mark_missing(files.fill.root.id, b"", seen).result()
            files.told()
    (photo,) = files.library.photo_ids().tolist()
    return PhotoId(photo)


ORDERS = [["backup/a.jpg", "main/a.jpg"], ["main/a.jpg", "backup/a.jpg"]]


@pytest.mark.parametrize("one_scan", [True, False])
@pytest.mark.parametrize("order", ORDERS)
def test_a_copy_that_says_less_takes_no_name_of_another_file_away(
    files: Files, order: list[str], one_scan: bool
) -> None:
    said = {"backup/a.jpg": [anna()], "main/a.jpg": [anna(), bob()]}
    photo = read_in_order(files, said, order, one_scan=one_scan)
    assert files.names(photo) == ["Anna", "Bob"]
    rows = files.library._read.execute("SELECT count(*) FROM decisions").fetchone()
    assert rows == (2,), "one for each face"
    # And once more, in the other order.
    read_in_order(files, said, order[::-1], one_scan=one_scan)
    assert files.names(photo) == ["Anna", "Bob"]
    assert not any("Take back" in label for label in steps(files.library))
    assert list(flaws(files.library._read)) == []


@pytest.mark.parametrize("order", ORDERS)
def test_a_name_is_taken_back_by_the_last_file_that_said_it(files: Files, order: list[str]) -> None:
    said = {name: [anna(), bob()] for name in order}
    photo = read_in_order(files, said, order, one_scan=False)
    read_in_order(files, said | {order[0]: [bob()]}, order[:1], one_scan=False)
    assert files.names(photo) == ["Anna", "Bob"]
    read_in_order(files, said | {order[1]: [bob()]}, order[1:], one_scan=False)
    assert files.names(photo) == [None, "Bob"]


def test_a_file_that_is_gone_no_longer_stands_up_for_a_name(files: Files) -> None:
    said = {name: [anna(), bob()] for name in ORDERS[0]}
    photo = read_in_order(files, said, ORDERS[0], one_scan=False)
    files.library.mark_missing(files.fill.root.id, b"", {b"main/a.jpg"}).result()
    files.photo("main/a.jpg", [1, 2], bob(), content="the same")
    files.told()
    assert files.names(photo) == [None, "Bob"]


def test_what_a_file_said_stays_its_own_when_the_photo_is_shown_under_another_one(files: Files) -> None:
    said = {"b.jpg": [anna()], "a.jpg": [anna(), bob()]}
    photo = read_in_order(files, said, ["b.jpg"], one_scan=False)
    files.photo("a.jpg", [1, 2], *said["a.jpg"], content="the same")
    files.library.mark_missing(files.fill.root.id, b"", {b"a.jpg", b"b.jpg"}).result()
    files.told()
    assert files.library.photo(photo).path.name == "a.jpg"
    known = {name: files.library.known_photo(files.fill.root.id, name.encode()) for name in said}
    assert {name: len(files.library.regions_in(file.id)) for name, file in known.items() if file} == {
        "a.jpg": 2,
        "b.jpg": 1,
    }
    files.photo("b.jpg", [1, 2], anna(), content="the same")
    files.told()
    assert files.names(photo) == ["Anna", "Bob"]
    # A file that was edited is another photo, and says nothing of this one any more.
    files.photo("a.jpg", [1, 2], anna(), content="another")
    files.photo("b.jpg", [1, 2], NamedRegion("Clara", anna().box), content="the same")
    files.told()
    assert files.names(photo) == ["Clara", "Bob"]
    assert list(flaws(files.library._read)) == []


@pytest.mark.parametrize("after", [["Hannah", "Bob"], ["Bob"]])
def test_where_a_file_no_longer_says_a_name_that_of_another_file_counts(files: Files, after: list[str]) -> None:
    hannah = NamedRegion("Hannah", anna().box)
    said = {"main/a.jpg": [anna(), bob()], "backup/a.jpg": [hannah, bob()]}
    photo = read_in_order(files, said, list(said), one_scan=False)
    assert files.names(photo) == ["Anna", "Bob"]
    files.photo("main/a.jpg", [1, 2], *[one for one in (hannah, bob()) if one.name in after], content="the same")
    files.told()
    assert files.names(photo) == ["Hannah", "Bob"]


@pytest.mark.parametrize("one_scan", [True, False])
@pytest.mark.parametrize("order", ORDERS)
def test_of_files_that_say_different_names_one_counts_until_one_is_changed(
    files: Files, order: list[str], one_scan: bool
) -> None:
    said = {"backup/a.jpg": [anna()], "main/a.jpg": [NamedRegion("Berta", anna().box), bob()]}
    photo = read_in_order(files, said, order, one_scan=one_scan)
    # Of one scan the first by its path, whatever was read first.
    first = "backup/a.jpg" if one_scan else order[0]
    assert files.names(photo) == [said[first][0].name, "Bob"]
    read_in_order(files, said, order, one_scan=one_scan)
    assert files.names(photo) == [said[first][0].name, "Bob"]
    for name in order:
        corrected = NamedRegion(f"Clara of {name.partition('/')[0]}", anna().box)
        files.photo(name, [1, 2], corrected, content="the same")
        files.told()
        assert files.names(photo)[0] == corrected.name


def test_where_no_face_was_found_one_is_drawn(files: Files) -> None:
    region = NamedRegion("Anna", NOWHERE, drawn_at(NOWHERE))
    photo = files.photo("a.jpg", [1], region)
    assert files.names(photo) == [None]
    files.told()
    (_, face) = files.faces(photo)
    assert (face.name, face.origin, face.box) == ("Anna", "file", NOWHERE)
    assert files.library.portrait(face.id) == b"portrait"
    assert files.library.photo(photo).faces == 2
    # With the step it goes and comes back.
    files.library.undo().result()
    assert files.names(photo) == [None]
    files.photo("a.jpg", [1], region)
    files.told()
    assert files.names(photo) == [None]
    files.library.redo().result()
    assert files.names(photo) == [None, "Anna"]
    files.library.remove_drawn(face.id).result()
    files.photo("a.jpg", [1], region)
    files.told()
    assert files.names(photo) == [None]


def test_a_drawn_face_that_is_found_later_is_the_same_and_keeps_its_box(files: Files) -> None:
    photo = files.photo("a.jpg", [], NamedRegion("Anna", NOWHERE, drawn_at(NOWHERE)))
    files.told()
    (face,) = files.faces(photo)
    smaller = drawn_at(around(NOWHERE, 0.6))
    files.fill.photo("a.jpg", [], faces=[smaller, drawn_at(NOWHERE, face.id)])
    (after,) = files.faces(photo)
    assert (after.id, after.name, after.box) == (face.id, "Anna", NOWHERE)


def test_the_names_of_a_scan_that_was_killed_are_told_by_the_next_one(
    files: Files, open_library: Callable[..., Library]
) -> None:
    photo = files.photo("a.jpg", [1], anna())
    files.library.close()
    library = open_library()
    library.take_names_from_files().result()
    assert [face.name for face in library.faces(FaceFilter(photo=photo))] == ["Anna"]


def test_a_group_gives_way_to_the_names_of_files(files: Files) -> None:
    photos = [files.photo(f"{number}.jpg", [1]) for number in range(3)]
    files.library.group()
    files.photo("0.jpg", [1], anna())
    files.told()
    assert files.names(photos[0]) == ["Anna"]
    files.library.group()
    assert [face.automatic_name for photo in photos[1:] for face in files.faces(photo)] == ["Anna", "Anna"]


def settled(library: Library) -> dict[int, tuple[object, ...]]:
    """The faces about which a person has said something that holds, and what that is."""
    rows = library._read.execute(
        "SELECT id, kind, person_id FROM faces WHERE EXISTS (SELECT 1 FROM decisions WHERE face_id = faces.id "
        "AND origin != 'file' AND (faces.kind != 'face' AND decisions.kind = faces.kind OR faces.person_id IS NOT NULL "
        "AND id = (SELECT max(id) FROM decisions WHERE face_id = faces.id AND kind = 'person')))"
    )
    return {face: tuple(said) for face, *said in rows}


@pytest.mark.parametrize("seed", range(12))
def test_whatever_files_and_people_say_in_whatever_order_the_library_is_whole(files: Files, seed: int) -> None:
    chance, library = random.Random(seed), files.library
    names = [f"{number}.jpg" for number in range(4)]
    for _ in range(60):
        shown = library.faces()
        face = chance.choice(shown).id if shown else None
        try:
            match chance.randrange(10):
                case 0 | 1 | 2:
                    regions = [
                        NamedRegion(chance.choice(["Anna", "Berta", "Clara", "anna"]), around(place))
                        for place in PLACES
                        if chance.random() < 0.6
                    ]
                    if chance.random() < 0.4:
                        regions.append(NamedRegion("Doris", NOWHERE, drawn_at(NOWHERE)))
                    name, people = chance.choice(names), chance.sample(range(4), chance.randrange(1, 4))
                    files.photo(name, people, *regions, content=chance.choice(["", "another"]) + name)
                case 3 | 4:
                    before = settled(library)
                    files.told()
                    assert settled(library).items() >= before.items()
                    assert files.told() == []
                case 5 if face is not None:
                    library.name(chance.choice(["Anna", "Berta"]), faces=[face]).result()
                case 6 if face is not None and (person := library.face(face).person) is not None:
                    library.reject([face], person).result()
                case 7 if face is not None:
                    library.set_kind([face], chance.choice(list(FaceKind))).result()
                case 8:
                    chance.choice([library.undo, library.redo])().result()
                case 9 if steps_made := library.history():
                    library.revert(chance.choice(steps_made).id).result()
        except AppError:
            continue
        assert list(flaws(library._read)) == []
    library.group()
    assert list(flaws(library._read)) == []


def test_a_face_that_a_file_drew_is_described_by_the_next_model_too(files: Files) -> None:
    files.photo("a.jpg", [1], NamedRegion("Anna", NOWHERE, drawn_at(NOWHERE)))
    files.told()
    (face,) = [one for one in files.library.faces() if one.origin == "file"]
    files.fill.use_engine("second")
    files.photo("a.jpg", [1], NamedRegion("Anna", NOWHERE))
    files.told()
    assert files.library.face(face.id) == face
    assert files.library.vector(face.id).shape == found(1).vector.shape
