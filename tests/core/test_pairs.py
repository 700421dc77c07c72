"""Pairs files of the LFW format are read as they were meant, or refused with the line that is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from facenet_core.data.pairs import Pair, parse_folds, people, read_pairs
from facenet_core.types import FacenetError

TWO_FOLDS = """2\t1
Anna\t1\t2
Anna\t2\tBen\t1
Cem\t1\t12
Cem\t12\tBen\t1
"""


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    for name in (
        "Anna/Anna_0001.jpg",
        "Anna/Anna_0002.JPG",
        "Ben/Ben_0001.png",
        "Cem/Cem_0001.jpg",
        "Cem/Cem_0012.webp",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def write(tmp_path: Path, content: str | bytes) -> Path:
    file = tmp_path / "pairs.txt"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def test_both_kinds_of_lines_are_read_and_pictures_found_whatever_their_suffix(tmp_path: Path, images: Path) -> None:
    assert read_pairs(write(tmp_path, TWO_FOLDS), images) == [
        Pair(images / "Anna/Anna_0001.jpg", images / "Anna/Anna_0002.JPG", True, 1),
        Pair(images / "Anna/Anna_0002.JPG", images / "Ben/Ben_0001.png", False, 1),
        Pair(images / "Cem/Cem_0001.jpg", images / "Cem/Cem_0012.webp", True, 2),
        Pair(images / "Cem/Cem_0012.webp", images / "Ben/Ben_0001.png", False, 2),
    ]


def test_single_folds_can_be_read(tmp_path: Path, images: Path) -> None:
    file = write(tmp_path, TWO_FOLDS)
    assert [pair.fold for pair in read_pairs(file, images, {2})] == [2, 2]
    assert people(file) == {"Anna", "Ben", "Cem"}
    assert people(file, {1}) == {"Anna", "Ben"}
    with pytest.raises(FacenetError, match="has folds 1 to 2, no 3, 10"):
        read_pairs(file, images, {2, 3, 10})
    with pytest.raises(FacenetError, match="has folds 1 to 2, no 0"):
        people(file, {0})


def test_a_file_of_one_fold_may_leave_their_number_out(tmp_path: Path, images: Path) -> None:
    pairs = read_pairs(write(tmp_path, "1\r\nAnna 1 2\r\nAnna 1 Ben 1\r\n\r\n"), images)
    assert [(pair.same, pair.fold) for pair in pairs] == [(True, 1), (False, 1)]


@pytest.mark.parametrize("name", ["王小明".encode(), "Jo von Ü".encode(), b"broken\xff"])
def test_people_may_have_any_name(tmp_path: Path, name: bytes) -> None:
    person = os.fsdecode(name)
    (tmp_path / "images" / person).mkdir(parents=True)
    for number in (1, 2, 10_000):
        (tmp_path / "images" / person / f"{person}_{number:04d}.jpg").touch()
    file = write(tmp_path, b"\xef\xbb\xbf1\t1\n%b\t1\t2\n%b\t2\t10000" % (name, name))
    pairs = read_pairs(file, tmp_path / "images")
    assert all(path.exists() for pair in pairs for path in (pair.first, pair.second))
    assert people(file) == {person}


def test_a_pair_without_its_picture_is_named_left_out_or_kept(tmp_path: Path, images: Path) -> None:
    (images / "Cem/Cem_0012.webp").unlink()
    file = write(tmp_path, TWO_FOLDS)
    with pytest.raises(FacenetError, match=r"pairs\.txt, line 4: .* has no picture Cem/Cem_0012 of any suffix"):
        read_pairs(file, images)
    assert [pair.fold for pair in read_pairs(file, images, missing="leave out")] == [1, 1]
    assert read_pairs(file, images, missing="keep")[2] == Pair(
        images / "Cem/Cem_0001.jpg", images / "Cem/Cem_0012", True, 2
    )
    with pytest.raises(FacenetError, match=r"There is no folder .*nowhere, where the pictures of .*pairs\.txt"):
        read_pairs(file, tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("Anna\t1\t2\n", "line 1: expected the number of folds"),
        ("1\t0\n", "line 1: expected the number of folds"),
        ("1\t1\nAnna\t1\t2\n", "promises 1 folds of 2 pairs, 2 in all; it has 1"),
        ("1\t1\nAnna\t1\t2\n\nAnna\t1\n", "line 4: expected NAME N1 N2 or NAME1 N1 NAME2 N2"),
        ("1\t1\nAnna\t1\t2\nAnna\t1\tBen\tone\n", "line 3: expected"),
        ("1\t1\nAnna\t1\t-2\nAnna\t1\tBen\t1\n", "line 2: expected"),
        ("1\t1\nAnna\t1\t²\nAnna\t1\tBen\t1\n", "line 2: expected"),
        ("1\t1\nAnna\t1\tBen\t1\t5\nAnna\t1\tBen\t1\n", "line 2: expected"),
    ],
)
def test_a_file_of_another_format_is_refused_by_line(tmp_path: Path, images: Path, content: str, message: str) -> None:
    with pytest.raises(FacenetError, match=message):
        read_pairs(write(tmp_path, content), images)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FacenetError, match="cannot be read"):
        people(tmp_path / "none.txt")


def test_folds_are_ranges_and_lists() -> None:
    assert parse_folds("8-10") == {8, 9, 10}
    assert parse_folds("1,3") == {1, 3}
    assert parse_folds(" 1, 3-5,4 ") == {1, 3, 4, 5}
    assert parse_folds("7") == {7}


@pytest.mark.parametrize("text", ["", "a", "1-", "-3", "0", "0-2", "5-3", "1,,2", "1.5", "1-2-3", "²"])
def test_what_names_no_folds_is_refused(text: str) -> None:
    with pytest.raises(FacenetError, match="does not name folds"):
        parse_folds(text)


def test_the_pairs_of_real_people_are_half_genuine_in_each_fold(test_data: Path) -> None:
    pairs = read_pairs(test_data / "lfw-dev-pairs.txt", test_data / "lfw-dev")
    assert len(pairs) == 3000
    for fold in range(1, 11):
        assert [pair.same for pair in pairs if pair.fold == fold] == [True] * 150 + [False] * 150
    named = [people(test_data / "lfw-dev-pairs.txt", {fold}) for fold in range(1, 11)]
    assert sum(map(len, named)) == len(set().union(*named)), "no person is in two folds"
