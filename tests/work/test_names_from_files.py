"""A scan takes over the names that other programs left in photos and beside them."""

from __future__ import annotations

import codecs
import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import pytest

from app.decode.regions import MOST_FACES, Region
from app.events import JobProgress
from app.library.records import Box, Face, FaceFilter, PhotoId
from app.vision.pretend import identity_of
from app.work import sidecars
from app.work.jobs.draw_face import DescribeFace
from app.work.jobs.scan_folder import NAMES_FROM_FILES, NO_NAMES
from app.work.sidecars import LARGEST_NOTES, LARGEST_SIDECAR, Beside, Sidecars, UnreadBesideError, names_somebody
from tests.pictures import DrawnPhoto, blank, draw_people, encode
from tests.work.conftest import Bench, put_photo
from tests.xmp import digikam, lightroom, microsoft, stored, with_packet

SIZE = (480, 360)
# Where nobody is drawn.
CORNER = (0.01, 0.02, 0.06, 0.08)


def drawn(*people: int, seed: int = 0) -> DrawnPhoto:
    return draw_people(*people, size=SIZE, seed=seed)


def boxes(bench: Bench, photo: Path) -> dict[int, Box]:
    """Of the people found in a photo by an earlier scan."""
    return {identity_of(bench.library.vector(face.id)): face.box for face in faces_of(bench, photo)}


def faces_of(bench: Bench, photo: Path) -> list[Face]:
    shown = bench.library.photos(bench.library.photo_ids().tolist())
    (number,) = [one.id for one in shown if one.path == photo]
    return bench.library.faces(FaceFilter(photo=PhotoId(number)))


def names(bench: Bench, photo: Path) -> dict[int, str | None]:
    return {identity_of(bench.library.vector(face.id)): face.name for face in faces_of(bench, photo)}


@pytest.fixture
def photo(tmp_path: Path, bench: Bench) -> Path:
    """Of the people 1 and 2, and it has been scanned."""
    file = put_photo(tmp_path / "album" / "Summer.JPG", 1, 2)
    bench.scan(file.parent)
    return file


@pytest.fixture
def album(photo: Path) -> Path:
    return photo.parent


def picasa_rect(box: Box) -> str:
    edges = (box.x, box.y, box.x + box.width, box.y + box.height)
    return "".join(f"{round(edge * 65536):04x}" for edge in edges)


def anna(faces: Mapping[int, Box]) -> dict[str, Box]:
    return {"Anna": faces[1]}


def test_a_scan_says_that_it_takes_names_where_there_are_any(bench: Bench, photo: Path) -> None:
    def titles() -> set[str]:
        return {event.title for event in bench.events if isinstance(event, JobProgress)}

    assert "Taking names from photo files" not in titles()
    (photo.parent / "Summer.xmp").write_text(digikam(anna(boxes(bench, photo)), SIZE))
    bench.scan(photo.parent)
    assert "Taking names from photo files" in titles()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_names_in_a_photo_are_given_to_its_faces(bench: Bench, tmp_path: Path, orientation: int) -> None:
    pixels = drawn(1, 2).pixels
    file = tmp_path / "album" / "a.jpg"
    file.parent.mkdir()
    file.write_bytes(encode(pixels, orientation=orientation))
    bench.scan(file.parent)
    found = {"Anna": boxes(bench, file)[1], "Bert": boxes(bench, file)[2]}
    turned = {name: stored(box, orientation, SIZE) for name, box in found.items()}
    size = SIZE[::-1] if orientation > 4 else SIZE
    file.write_bytes(with_packet(pixels, lightroom(turned, size), orientation=orientation))
    summary = bench.scan(file.parent)
    assert (summary.named, names(bench, file)) == (2, {1: "Anna", 2: "Bert"})
    assert all(face.origin == "detector" for face in faces_of(bench, file))


@pytest.mark.parametrize("name", ["Summer.JPG.xmp", "summer.jpg.XMP", "Summer.xmp", "SUMMER.XMP"])
def test_a_sidecar_names_faces_though_nobody_looks_at_the_photo_again(bench: Bench, photo: Path, name: str) -> None:
    (photo.parent / name).write_text(digikam(anna(boxes(bench, photo)), SIZE))
    seen = bench.engine.pictures_read
    summary = bench.scan(photo.parent)
    assert (summary.named, summary.skipped, names(bench, photo)) == (1, 1, {1: "Anna", 2: None})
    assert bench.engine.pictures_read == seen
    summary = bench.scan(photo.parent)
    assert (summary.named, summary.skipped) == (0, 1)


def test_picasas_notes_name_faces(bench: Bench, photo: Path) -> None:
    found = boxes(bench, photo)
    (photo.parent / ".picasa.ini").write_text(
        "[Picasa]\nname=Summer\n[Contacts2]\n8e62398ebda8c1a5=Anna;;\n"
        f"[Summer.JPG]\nfaces=rect64({picasa_rect(found[1])}),8e62398ebda8c1a5;"
        f"rect64({picasa_rect(found[2])}),ffffffffffffffff\nbackuphash=1\n[other.jpg]\nfaces=rect64(1),1\n"
    )
    assert bench.scan(photo.parent).named == 1
    assert names(bench, photo) == {1: "Anna", 2: None}
    # What Picasa notes of another photo is no reason to read this one again.
    with (photo.parent / ".picasa.ini").open("a") as file:
        file.write("[third.jpg]\nfaces=rect64(1),8e62398ebda8c1a5\n")
    assert bench.scan(photo.parent).skipped == 1


@pytest.mark.parametrize(("rotate", "named"), [("rotate=rotate(0)\n", 1), ("rotate=rotate(1)\n", 0), ("", 1)])
def test_what_picasa_shows_turned_against_the_file_names_nobody(
    bench: Bench, photo: Path, rotate: str, named: int
) -> None:
    rect = picasa_rect(boxes(bench, photo)[1])
    (photo.parent / "Picasa.ini").write_text(f"[Summer.JPG]\nfaces=rect64({rect}),1\n{rotate}[Contacts2]\n1=Anna;;\n")
    assert bench.scan(photo.parent).named == named


def test_the_sidecar_comes_before_the_photo_and_both_before_picasa(bench: Bench, photo: Path) -> None:
    found = boxes(bench, photo)
    photo.write_bytes(with_packet(drawn(1, 2).pixels, microsoft({"Old": found[1], "Bert": found[2]})))
    (photo.parent / "Summer.xmp").write_text(digikam({"Older": found[1]}, SIZE))
    (photo.parent / "Summer.JPG.xmp").write_text(digikam(anna(found), SIZE))
    (photo.parent / "picasa.ini").write_text(
        f"[Contacts2]\n1=Oldest;;\n[Summer.JPG]\nfaces=rect64({picasa_rect(found[2])}),1\n"
    )
    bench.scan(photo.parent)
    assert names(bench, photo) == {1: "Anna", 2: "Bert"}


def test_a_face_that_no_detector_found_is_drawn_and_described(bench: Bench, photo: Path) -> None:
    (photo.parent / "Summer.JPG.xmp").write_text(digikam({"Carla": CORNER}, SIZE))
    assert bench.scan(photo.parent).named == 1
    (face,) = [face for face in faces_of(bench, photo) if face.origin == "file"]
    assert face.name == "Carla"
    assert face.box == pytest.approx(CORNER, abs=0.01)
    assert bench.library.portrait(face.id)
    assert bench.library.photo(face.photo).faces == 3
    # The same as somebody would have drawn there.
    described = bench.run(DescribeFace(bench.library, bench.vision, face.photo, face.box)).found
    assert bench.library.vector(face.id) @ described.vector > 0.99
    # A scan of the changed photo keeps it.
    photo.write_bytes(encode(drawn(1, 2).pixels, quality=95))
    bench.scan(photo.parent)
    assert bench.library.face(face.id).name == "Carla"


def test_a_photo_without_any_face_gets_the_one_that_is_named(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "album" / "a.jpg"
    file.parent.mkdir()
    file.write_bytes(with_packet(blank(SIZE), digikam({"Carla": CORNER}, SIZE)))
    summary = bench.scan(file.parent)
    assert (summary.faces, summary.named) == (0, 1)
    assert [face.name for face in faces_of(bench, file)] == ["Carla"]


def test_a_corrected_sidecar_is_followed_and_an_undone_step_is_not_repeated(bench: Bench, photo: Path) -> None:
    found, sidecar = boxes(bench, photo), photo.parent / "Summer.xmp"
    sidecar.write_text(digikam(anna(found), SIZE))
    bench.scan(photo.parent)
    bench.library.undo().result()
    os.utime(sidecar, ns=(1, 1))
    assert bench.scan(photo.parent).named == 0
    assert names(bench, photo) == {1: None, 2: None}
    sidecar.write_text(digikam({"Berta": found[1]}, SIZE))
    assert bench.scan(photo.parent).named == 1
    assert names(bench, photo) == {1: "Berta", 2: None}


def test_a_sidecar_that_names_the_same_is_read_without_looking_for_faces(bench: Bench, photo: Path) -> None:
    found, sidecar = boxes(bench, photo), photo.parent / "Summer.xmp"
    sidecar.write_text(digikam(anna(found), SIZE))
    bench.scan(photo.parent)
    seen = bench.engine.pictures_read
    os.utime(sidecar, ns=(1, 1))
    assert bench.scan(photo.parent).skipped == 1
    assert bench.engine.pictures_read == seen


def test_a_person_who_said_otherwise_is_right(bench: Bench, photo: Path) -> None:
    (face,) = [one.id for one in faces_of(bench, photo) if identity_of(bench.library.vector(one.id)) == 1]
    bench.library.name("Zoe", faces=[face]).result()
    (photo.parent / "Summer.xmp").write_text(digikam(anna(boxes(bench, photo)), SIZE))
    assert bench.scan(photo.parent).named == 0
    assert names(bench, photo) == {1: "Zoe", 2: None}


def test_names_are_not_read_where_nobody_wants_them_and_later_all_the_same(bench: Bench, photo: Path) -> None:
    (photo.parent / "Summer.xmp").write_text(digikam(anna(boxes(bench, photo)), SIZE))
    assert bench.scan(photo.parent, names=False).skipped == 1
    bench.library.set_setting(NAMES_FROM_FILES, NO_NAMES).result()
    assert bench.scan(photo.parent).skipped == 1
    assert names(bench, photo) == {1: None, 2: None}
    bench.library.set_setting(NAMES_FROM_FILES, "").result()
    assert bench.scan(photo.parent).named == 1


@pytest.mark.parametrize("beside", [True, False])
def test_names_in_a_photo_that_was_changed_while_nobody_wanted_them_are_read_later(
    bench: Bench, photo: Path, beside: bool
) -> None:
    found = boxes(bench, photo)
    if beside:
        (photo.parent / "Summer.xmp").write_text(digikam(anna(found), SIZE))
        bench.scan(photo.parent)
    photo.write_bytes(with_packet(drawn(1, 2).pixels, microsoft({"Bert": found[2]})))
    bench.scan(photo.parent, names=False)
    assert bench.scan(photo.parent).named == 1
    assert names(bench, photo) == {1: "Anna" if beside else None, 2: "Bert"}


def test_photos_that_were_scanned_before_names_were_read_are_asked_once_without_being_decoded(
    bench: Bench, tmp_path: Path
) -> None:
    found = {}
    for number in range(3):
        file = put_photo(tmp_path / "album" / f"{number}.jpg", 1, seed=number)
        bench.scan(file.parent)
        found[file] = boxes(bench, file)[1]
    for number, (file, box) in enumerate(found.items()):
        if number:
            file.write_bytes(with_packet(drawn(1, seed=number).pixels, digikam({"Anna": box}, SIZE)))
    bench.scan(tmp_path / "album", names=False)
    # As an earlier version left it.
    bench.library._database.submit(lambda db: db.execute("UPDATE photos SET sidecars = NULL"), durable=False).result()
    seen = bench.engine.pictures_read
    summary = bench.scan(tmp_path / "album")
    assert (summary.named, summary.skipped) == (2, 3)
    assert bench.engine.pictures_read == seen
    assert bench.scan(tmp_path / "album").skipped == 3


@pytest.mark.parametrize(
    "content", [b"", b"<", b"\xff\xfe\0" * 1000, b"<!DOCTYPE x [<!ENTITY a 'b'>]>" * 9, b"x" * 2_000_000]
)
def test_a_broken_sidecar_harms_nothing(bench: Bench, photo: Path, content: bytes) -> None:
    (photo.parent / "Summer.xmp").write_bytes(content)
    (photo.parent / ".picasa.ini").write_bytes(content)
    summary = bench.scan(photo.parent)
    assert (summary.failed, summary.named, len(faces_of(bench, photo))) == (0, 0, 2)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_that_is_called_like_a_sidecar_keeps_nobody_waiting(bench: Bench, photo: Path) -> None:
    os.mkfifo(photo.parent / "Summer.xmp")
    os.mkfifo(photo.parent / ".picasa.ini")
    assert bench.scan(photo.parent).failed == 0


@pytest.mark.parametrize("other", ["Winter.xmp", "Summer.JPG.xmp"])
def test_a_link_that_leads_nowhere_is_as_if_it_were_not_there(bench: Bench, photo: Path, other: str) -> None:
    (photo.parent / "Summer.xmp").write_text(digikam(anna(boxes(bench, photo)), SIZE))
    (photo.parent / other).symlink_to("nowhere.xmp")
    assert bench.scan(photo.parent).named == 1
    assert names(bench, photo) == {1: "Anna", 2: None}


def nobody_told(error: UnreadBesideError) -> NoReturn:
    raise error


def no_answer(_: bytes) -> NoReturn:
    raise OSError(errno.EIO, "no answer")


@pytest.mark.parametrize("name", ["Zdjęcie ł.JPG".encode(), "Zdjęcie ł.JPG".encode("latin2"), b"\xff\xfe.jpg"])
def test_picasas_notes_call_a_photo_by_the_bytes_of_its_name(tmp_path: Path, name: bytes) -> None:
    notes = b"[Contacts2]\n1=Gra\xc5\xbcyna;;\n[" + name + b"]\nfaces=rect64(4000400080008000),1\n"
    (tmp_path / ".picasa.ini").write_bytes(codecs.BOM_UTF8 + notes)
    beside = Sidecars(nobody_told).beside(os.fsencode(tmp_path) + b"/" + name)
    assert beside is not None
    (region,) = beside.picasa
    assert region == Region("Grażyna", (0.25, 0.25, 0.25, 0.25))


@pytest.mark.skipif(os.name != "posix", reason="elsewhere paths are UTF-8 whatever the language")
def test_picasas_notes_are_read_where_the_system_knows_ascii_only(tmp_path: Path) -> None:
    notes = "[Contacts2]\n1=Grażyna;;\n[Zdjęcie ł.jpg]\nfaces=rect64(4000400080008000),1\n"
    (tmp_path / ".picasa.ini").write_bytes(notes.encode())
    program = """
import os, sys
from app.work.sidecars import Sidecars
assert sys.getfilesystemencoding() == "ascii"
(region,) = Sidecars(None).beside(os.fsencode(sys.argv[1]) + b"/Zdj\\xc4\\x99cie \\xc5\\x82.jpg").picasa
print(ascii(region.name))
"""
    ascii_only = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], env=ascii_only, capture_output=True, text=True, check=True
    )
    assert done.stdout == "'Gra\\u017cyna'\n"


def test_picasas_notes_of_more_faces_than_anybody_names_tell_of_nobody_there(tmp_path: Path) -> None:
    def noted(name: str, faces: int) -> str:
        return f"[{name}]\nfaces=" + ";".join(f"rect64({place:04x}400080008000),1" for place in range(faces)) + "\n"

    (tmp_path / ".picasa.ini").write_text(
        "[Contacts2]\n1=Anna;;\n" + noted("many.jpg", MOST_FACES) + noted("more.jpg", MOST_FACES + 1)
    )
    sidecars = Sidecars(nobody_told)
    many, more = (sidecars.beside(os.fsencode(tmp_path / name)) for name in ("many.jpg", "more.jpg"))
    assert many is not None
    assert len(many.picasa) == MOST_FACES
    assert more == Beside()


def test_a_folder_that_cannot_be_listed_takes_no_names_away(
    bench: Bench, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = boxes(bench, photo)
    photo.write_bytes(with_packet(drawn(1, 2).pixels, microsoft({"Bert": found[2]})))
    (photo.parent / "Summer.xmp").write_text(digikam(anna(found), SIZE))
    bench.scan(photo.parent)
    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", no_answer)
        assert Sidecars(nobody_told).beside(os.fsencode(photo)) is None
    with monkeypatch.context() as patch:
        # The walk has an answer, and this has none.
        patch.setattr(sidecars, "_listed", lambda _: None)
        photo.write_bytes(photo.read_bytes() + b"more")
        bench.scan(photo.parent)
    assert names(bench, photo) == {1: "Anna", 2: "Bert"}
    (photo.parent / "Summer.xmp").write_text(digikam({"Berta": found[1]}, SIZE))
    assert bench.scan(photo.parent).named == 1


def test_a_sidecar_that_does_not_answer_is_there_all_the_same(photo: Path) -> None:
    sidecar = photo.parent / "Summer.xmp"
    # It may be listed, but no link in a circle can be followed.
    sidecar.symlink_to(sidecar)
    beside = Sidecars(nobody_told).beside(os.fsencode(photo))
    assert beside is not None
    assert beside.sidecars == (os.fsencode(sidecar),)


@pytest.mark.parametrize("name", ["Summer.xmp", ".picasa.ini"])
def test_what_beside_a_photo_cannot_be_read_is_told_and_read_as_soon_as_it_can(
    bench: Bench, photo: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    found, beside = boxes(bench, photo), photo.parent / name
    notes = f"[Contacts2]\n1=Anna;;\n[Summer.JPG]\nfaces=rect64({picasa_rect(found[1])}),1\n"
    beside.write_text(digikam(anna(found), SIZE) if name.endswith("xmp") else notes)
    other = put_photo(photo.parent / "another.jpg", 3)
    opened = os.open

    def refuse(path: bytes, flags: int, *rest: int) -> int:
        if os.fsencode(path) == os.fsencode(beside):
            raise PermissionError(errno.EACCES, "no")
        return opened(path, flags, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        summary = bench.scan(photo.parent)
    assert bench.problems() == {str(beside): "You do not have the right to read this file."}
    assert (summary.photos, summary.failed, summary.named) == (2, 1, 0)
    assert len(faces_of(bench, other)) == 1
    assert bench.scan(photo.parent).named == 1
    assert names(bench, photo) == {1: "Anna", 2: None}


@pytest.mark.parametrize(
    ("name", "largest"), [("Summer.xmp", LARGEST_SIDECAR), ("Picasa.ini", LARGEST_NOTES)], ids=["sidecar", "notes"]
)
def test_what_is_too_large_beside_a_photo_is_told(bench: Bench, photo: Path, name: str, largest: int) -> None:
    found, beside = boxes(bench, photo), photo.parent / name
    notes = f"[Contacts2]\n1=Anna;;\n[Summer.JPG]\nfaces=rect64({picasa_rect(found[1])}),1\n"
    text = digikam(anna(found), SIZE) if name.endswith("xmp") else notes
    beside.write_text(text.ljust(largest - 100))
    assert bench.scan(photo.parent).named == 1
    beside.write_text(text.ljust(largest + 100_000))
    summary = bench.scan(photo.parent)
    limit = f"{largest / 1e6 + 0.1:.1f} MB; Kinfolio reads names from files of up to {largest // 1_000_000} MB."
    assert bench.problems() == {str(beside): f"The file has {limit}"}
    assert summary.failed == 1
    assert names(bench, photo) == {1: "Anna", 2: None}


def test_a_photo_that_moved_with_its_sidecar_keeps_what_was_said(bench: Bench, photo: Path) -> None:
    (photo.parent / "Summer.xmp").write_text(digikam(anna(boxes(bench, photo)), SIZE))
    bench.scan(photo.parent)
    (face, *_) = [face.id for face in faces_of(bench, photo) if face.name == "Anna"]
    there = photo.parent / "there"
    there.mkdir()
    (photo.parent / "Summer.xmp").rename(there / "Winter.xmp")
    photo.rename(there / "Winter.JPG")
    summary = bench.scan(photo.parent)
    assert (summary.named, summary.skipped) == (0, 1)
    assert bench.library.face(face).name == "Anna"


@pytest.mark.parametrize("later", ["backup", "album"])
def test_sidecars_of_copies_take_no_names_away_from_each_other(bench: Bench, photo: Path, later: str) -> None:
    album = photo.parent
    copy = shutil.copy(photo, album / "backup.jpg")
    found = boxes(bench, photo)
    both = {"album": photo.with_suffix(".JPG.xmp"), "backup": copy.with_suffix(".jpg.xmp")}
    said = {"album": {"Anna": found[1], "Bob": found[2]}, "backup": {"Anna": found[1]}}
    for name in sorted(both, key=lambda name: name == later):
        both[name].write_text(digikam(said[name], SIZE))
        bench.scan(album)
    (shown,) = bench.library.photos(bench.library.photo_ids().tolist())
    assert len(shown.copies) == 1
    assert names(bench, shown.path) == {1: "Anna", 2: "Bob"}


def test_what_lies_beside_a_photo_is_the_same_wherever_its_drive_is(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    put_photo(here / "a.jpg", 1)
    (here / "a.xmp").write_text("<x/>")
    before = Sidecars(nobody_told).beside(os.fsencode(here / "a.jpg"))
    here.rename(there)
    after = Sidecars(nobody_told).beside(os.fsencode(there / "a.jpg"))
    assert before is not None
    assert after is not None
    assert before.stamp == after.stamp != ""
    assert after.sidecars == (os.fsencode(there / "a.xmp"),)


def test_each_folder_is_listed_once_and_only_sidecars_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        put_photo(tmp_path / f"{number}.jpg", 1)
    (tmp_path / "3.xmp").write_text("<x/>")
    calls = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: calls.append(path) or scandir(path))
    known = Sidecars(nobody_told)
    found = [known.beside(os.fsencode(tmp_path / f"{number}.jpg")) for number in range(20)]
    assert calls == [os.fsencode(tmp_path)]
    assert [number for number, beside in enumerate(found) if beside is not None and beside.stamp] == [3]


@pytest.mark.parametrize(
    ("name", "does"),
    [
        ("a.xmp", True),
        ("a.jpg.XMP", True),
        (".picasa.ini", True),
        ("Picasa.ini", True),
        ("a.ini", False),
        ("._a.xmp", False),
    ],
)
def test_the_files_that_may_name_somebody_are_known_by_their_names(name: str, does: bool) -> None:
    assert names_somebody(b"/photos/" + name.encode()) is does
