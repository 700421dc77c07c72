"""`pack` makes a training pack out of real photos: the faces it should, described by the real teacher, none twice."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from facenet_core.cli import main
from facenet_core.data import pictures
from facenet_core.data.alignment import centre_first, cut, nearest_centre
from facenet_core.data.crops import open_crops
from facenet_core.data.packing import BATCH, ROWS, Vectors, describe, find, spread, traits_in_name
from facenet_core.detect.yunet import YuNetDetector
from facenet_core.teacher import Teacher
from tests.core.made_crops import pattern, write_pack

UNKNOWN = (-1, -1, -1)


@pytest.fixture
def yunet(test_data: Path) -> Path:
    return test_data / "teacher" / "yunet.onnx"


@pytest.fixture
def teacher(test_data: Path) -> Path:
    return test_data / "teacher" / "teacher.onnx"


@pytest.fixture
def photos(tmp_path: Path, test_data: Path) -> Path:
    """Six photos of real people, at two depths."""
    folder = tmp_path / "album"
    people = sorted((test_data / "lfw-dev").iterdir())[:6]
    for number, person in enumerate(people):
        place = folder / ("deep/er" if number % 2 else ".")
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(min(person.iterdir()), place)
    return folder


def run(photos: Path, out: Path, yunet: Path, teacher: Path, *more: str | Path) -> int:
    command = ["pack", "--images", photos, "--out", out, "--yunet", yunet, "--teacher", teacher, "--threads", "1"]
    return main([str(part) for part in (*command, *more)])


def arrays(pack: Path) -> dict[str, NDArray[np.generic]]:
    with np.load(pack) as file:
        return {name: file[name] for name in file.files}


def save(path: Path, picture: NDArray[np.uint8]) -> None:
    path.write_bytes(cv2.imencode(path.suffix, picture[..., ::-1])[1].tobytes())


def test_a_pack_holds_each_photo_as_align_cuts_it_and_the_teacher_sees_it(
    tmp_path: Path, photos: Path, yunet: Path, teacher: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "pack.npz"
    assert run(photos, out, yunet, teacher) == 0
    assert "6 pictures\n" in (said := capsys.readouterr().out)
    assert "6 kept" in said
    crops, held = open_crops([out]), arrays(out)
    assert (len(crops), crops.size, crops.margin) == (6, 128, 8.0)
    assert {name: array.dtype.str for name, array in held.items() if name != "source"} == {
        "data": "|u1", "offsets": "<i8", "teacher": "<f2", "age": "<i2", "gender": "|i1", "group": "|i1"
    }  # fmt: skip
    assert held["source"].tolist() == ["album"] * 6
    assert (held["age"] == -1).all()
    detector = YuNetDetector(yunet)
    for index, path in enumerate(pictures.below(photos)):
        photo = pictures.read(path)
        crop = cut(photo, nearest_centre(detector.detect(photo), *photo.shape[:2]), 128, 8.0)
        assert crop is not None
        assert np.abs(crops.crop(index).astype(int) - crop).mean() < 6, "only WebP is between them"
        expected = describe(Teacher(teacher, threads=1), crop[None])[0]
        assert crops.teacher is not None
        np.testing.assert_allclose(crops.teacher[index], expected, atol=1e-3)


def test_people_who_are_kept_out_and_pictures_that_are_there_already_are_left_out(
    tmp_path: Path, photos: Path, yunet: Path, teacher: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(photos, tmp_path / "all.npz", yunet, teacher) == 0
    held = arrays(tmp_path / "all.npz")["teacher"]
    np.savez(tmp_path / "exclude.npz", vectors=held[:2])
    write_pack(tmp_path / "like.npz", [pattern(0)], teacher=held[2:3])
    names = [path.name for path in pictures.below(photos)]
    again = photos / "again" / names[3]
    again.parent.mkdir()
    save(again.with_suffix(".png"), cv2.resize(pictures.read(next(photos.rglob(names[3]))), None, fx=0.9, fy=0.9))
    capsys.readouterr()
    exclude, like = ("--exclude", tmp_path / "exclude.npz"), ("--like", tmp_path / "like.npz")
    assert run(photos, tmp_path / "pack.npz", yunet, teacher, *exclude, *like) == 0
    said = capsys.readouterr().out
    for line in ("7 pictures", "2 excluded", "2 duplicates", "3 kept"):
        assert f"{line}\n" in said
    kept = arrays(tmp_path / "pack.npz")["teacher"]
    assert (kept.astype(np.float32) @ held[:3].astype(np.float32).T < 0.5).all()
    assert run(photos, tmp_path / "none.npz", yunet, teacher, "--like", tmp_path / "all.npz") == 1
    assert "No face was kept" in capsys.readouterr().err
    assert not (tmp_path / "none.npz").exists()


def test_two_photos_of_one_person_are_no_duplicates(
    tmp_path: Path, test_data: Path, yunet: Path, teacher: Path
) -> None:
    person = next(person for person in sorted((test_data / "lfw-dev").iterdir()) if len(list(person.iterdir())) > 8)
    photos = shutil.copytree(person, tmp_path / "person")
    assert run(photos, tmp_path / "pack.npz", yunet, teacher) == 0
    assert len(open_crops([tmp_path / "pack.npz"])) == len(list(person.iterdir()))


def test_file_names_of_utkface_tell_age_gender_and_group() -> None:
    assert traits_in_name("100_1_2_20170112213500903.jpg.chip.jpg") == (100, 1, 2)
    for name in ("39_1_20170116174525125.jpg", "1000_0_1_2017.jpg", "7_2_0_2017.jpg", "7_0_5_2017.jpg", "a_7_0_1_.jpg"):
        assert traits_in_name(name) == UNKNOWN


def test_what_a_name_tells_belongs_to_the_face_nearest_the_centre(
    tmp_path: Path, photos: Path, yunet: Path, teacher: Path
) -> None:
    one, other, third = (pictures.read(path) for path in pictures.below(photos)[:3])
    together = tmp_path / "together"
    together.mkdir()
    save(together / "31_1_0_20170101.png", np.hstack([one, other, third]))
    assert run(together, tmp_path / "one.npz", yunet, teacher, "--source", "group") == 0
    held = arrays(tmp_path / "one.npz")
    assert [held[name].tolist() for name in ("age", "gender", "group", "source")] == [[31], [1], [0], ["group"]]
    assert run(together, tmp_path / "all.npz", yunet, teacher, "--all-faces") == 0
    held = arrays(tmp_path / "all.npz")
    # These photos show bystanders, too.
    assert held["age"].tolist() == [31] + [-1] * (len(held["age"]) - 1)
    assert run(photos, tmp_path / "album.npz", yunet, teacher) == 0
    album = arrays(tmp_path / "album.npz")["teacher"].astype(np.float32)
    cosines = held["teacher"].astype(np.float32) @ album[:3].T
    assert cosines[0].argmax() == 1, "the one in the middle"
    assert (cosines.max(axis=0) > 0.9).all(), "and the others"


def test_broken_small_and_empty_pictures_are_told_apart_and_broken_ones_named(
    tmp_path: Path, photos: Path, yunet: Path, teacher: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    somebody = pictures.read(pictures.below(photos)[0])
    save(photos / "small.png", cv2.resize(somebody, None, fx=0.3, fy=0.3, interpolation=cv2.INTER_AREA))
    save(photos / "nothing.png", np.full((200, 300, 3), 127, np.uint8))
    (photos / os.fsdecode(b"broken\xff\n.jpg")).write_bytes(b"no picture")
    assert run(photos, tmp_path / "pack.npz", yunet, teacher) == 1
    said = capsys.readouterr().out
    for line in ("9 pictures", "1 unreadable", "1 without a face", "1 too small", "6 kept"):
        assert f"{line}\n" in said
    assert r"broken\udcff\n.jpg cannot be read" in said
    assert "nothing.png" not in said
    assert len(open_crops([tmp_path / "pack.npz"])) == 6, "what could be read is there"


def test_a_face_that_fills_its_picture_is_found(test_data: Path, yunet: Path) -> None:
    detector = YuNetDetector(yunet)
    found: list[float] = []
    for person in sorted((test_data / "lfw-dev").iterdir())[:40]:
        photo = pictures.read(min(person.iterdir()))
        # Nothing but the middle of the face, enlarged to fill a picture of 600 pixels.
        tight = np.asarray(cv2.resize(photo[95:160, 95:160], (600, 600)), np.uint8)
        if detector.detect(tight):
            continue
        for face in find(tight, detector)[:1]:
            whole = centre_first(detector.detect(photo), *photo.shape[:2])[0]
            landmarks = (face.landmarks + 0.5) * 65 / 600 - 0.5 + 95
            eyes = np.hypot(*(whole.landmarks[1] - whole.landmarks[0]))
            found.append(float(np.hypot(*(landmarks - whole.landmarks).T).mean() / eyes))
    assert len(found) >= 5, "the first look misses many of these"
    assert np.median(found) < 0.15, "the landmarks lie where they do in the whole photo"


@given(st.integers(1, 300), st.integers(1, 300))
def test_a_limit_is_spread_evenly_from_the_first_photo_on(count: int, limit: int) -> None:
    photos = [Path(str(number)) for number in range(count)]
    chosen = [int(path.name) for path in spread(photos, limit)]
    assert len(chosen) == min(count, limit)
    assert chosen[0] == 0
    gaps = np.diff([*chosen, count])
    assert gaps.min() >= 1
    assert gaps.max() - gaps.min() <= 1


def test_the_nearest_vector_is_found_among_any_number() -> None:
    random = np.random.default_rng(5)
    held = random.normal(size=(ROWS + 3000, 8)).astype(np.float32)
    held /= np.linalg.norm(held, axis=1, keepdims=True)
    probes = held[random.integers(len(held), size=BATCH)] + random.normal(0, 0.3, (BATCH, 8)).astype(np.float32)
    vectors = Vectors([held[:100], held[100 : ROWS - 5]], 8)
    for vector in held[ROWS - 5 :]:
        vectors.add(vector)
    np.testing.assert_allclose(vectors.nearest(probes), (probes @ held.T).max(axis=1), atol=1e-5)
    assert (Vectors([], 8).nearest(probes) == -1).all()


def test_files_that_cannot_be_used_are_refused_in_a_sentence(
    tmp_path: Path, photos: Path, yunet: Path, teacher: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "pack.npz"
    (tmp_path / "text.npz").write_text("no archive")
    np.savez(tmp_path / "wide.npz", vectors=np.eye(4, dtype=np.float16), teacher=np.eye(4, dtype=np.float16))
    np.savez(tmp_path / "zero.npz", vectors=np.zeros((4, 128), np.float16))
    (tmp_path / "empty").mkdir()
    for command, message in (
        ((photos, out, yunet, tmp_path / "none.onnx"), "none.onnx cannot be read: No such file"),
        ((photos, out, yunet, yunet), "is no network from `image`"),
        ((photos, out, yunet, photos), "Is a directory"),
        ((photos, out, teacher, teacher), "is no YuNet network"),
        ((tmp_path / "empty", out, yunet, teacher), f"There are no pictures in {tmp_path / 'empty'}."),
        ((tmp_path / "missing", out, yunet, teacher), "No such file"),
        ((photos, tmp_path / "pack", yunet, teacher), "must end in .npz"),
        (
            (photos, out, yunet, teacher, "--exclude", tmp_path / "text.npz"),
            "text.npz cannot be read: it is no .npz file",
        ),
        ((photos, out, yunet, teacher, "--exclude", tmp_path / "wide.npz"), "is [4, 4], the teacher gives [n, 128]"),
        ((photos, out, yunet, teacher, "--exclude", tmp_path / "zero.npz"), "are no unit vectors"),
        ((photos, out, yunet, teacher, "--like", tmp_path / "zero.npz"), "it has no array `teacher`"),
        ((photos, out, yunet, teacher, "--least-face", "nan"), "--least-face is at least 0 pixels"),
        ((photos, out, yunet, teacher, "--duplicate", "0"), "--duplicate a cosine above 0"),
        ((photos, out, yunet, teacher, "--like", out), "is among the packs of --like"),
    ):
        assert run(*command) == 1
        said = capsys.readouterr().err
        assert message in said
        assert said.count("\n") == 1
    assert not out.exists()
