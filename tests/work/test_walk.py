"""Which files of a folder are taken for photos."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.errors import UsageError
from app.work.walk import Excluded, check_patterns, is_met, pictures


def found(folder: Path, under: bytes = b"", exclude: Sequence[str] = ()) -> list[bytes]:
    unlisted: list[bytes] = []
    paths = list(pictures(os.fsencode(folder), under, lambda at, _: unlisted.append(at), Excluded(exclude)))
    assert unlisted == []
    return paths


def touch(*files: Path) -> None:
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()


def test_pictures_are_found_by_their_suffix_in_a_steady_order(tmp_path: Path) -> None:
    names = ["b.JPG", "a.jpeg", "c.png", "d.WebP", "e.tif", "f.TIFF", "g.bmp", "h.txt", "i.mp4", "README", "jpg"]
    touch(*(tmp_path / name for name in names), tmp_path / "a" / "z.jpg", tmp_path / "0" / "y.jpg")
    assert found(tmp_path) == [
        b"a.jpeg",
        b"b.JPG",
        b"c.png",
        b"d.WebP",
        b"e.tif",
        b"f.TIFF",
        b"g.bmp",
        b"0/y.jpg",
        b"a/z.jpg",
    ]


def test_hidden_things_and_the_previews_of_other_programs_are_left_out(tmp_path: Path) -> None:
    touch(tmp_path / ".thumbs" / "a.jpg", tmp_path / "._b.jpg", tmp_path / "@eaDir" / "c.jpg", tmp_path / "d.jpg")
    assert found(tmp_path) == [b"d.jpg"]


def test_what_systems_and_programs_keep_for_themselves_is_left_out(tmp_path: Path) -> None:
    kept = ["#recycle", "@Recycle", "#snapshot/2020", "Catalog Previews.lrdata/0", "Catalog Smart Previews.LRDATA"]
    touch(*(tmp_path / folder / "a.jpg" for folder in kept), tmp_path / "recycle" / "b.jpg")
    assert found(tmp_path) == [b"recycle/b.jpg"]
    assert not any(is_met(f"{folder}/a.jpg".encode(), folder=False) for folder in kept)


def test_of_a_library_of_apple_photos_only_the_originals_are_met(tmp_path: Path) -> None:
    library = tmp_path / "Photos Library.photoslibrary"
    folders = ["originals/0", "Masters/2019", "resources/derivatives", "Thumbnails", "originals/0/resources"]
    touch(*(library / folder / "a.jpg" for folder in folders), library / "b.jpg")
    originals = [b"Masters/2019/a.jpg", b"originals/0/a.jpg", b"originals/0/resources/a.jpg"]
    inside = [os.fsencode(library.name) + b"/" + path for path in originals]
    assert found(tmp_path) == inside
    assert [path for path in inside if is_met(path, folder=False)] == inside
    for folder in ("resources/derivatives", "Thumbnails"):
        assert not is_met(os.fsencode(f"{library.name}/{folder}/a.jpg"), folder=False)
    # Also where it is the photo folder.
    assert found(library) == originals


def test_a_folder_below_gives_paths_relative_to_the_root(tmp_path: Path) -> None:
    touch(tmp_path / "2019" / "june" / "a.jpg", tmp_path / "2020" / "b.jpg")
    assert found(tmp_path, b"2019") == [b"2019/june/a.jpg"]


def test_a_folder_with_the_name_of_a_picture_is_a_folder(tmp_path: Path) -> None:
    touch(tmp_path / "album.jpg" / "a.jpg")
    assert found(tmp_path) == [b"album.jpg/a.jpg"]


def test_names_that_are_no_text_are_found(tmp_path: Path) -> None:
    names = [b"\xff\xfe.jpg", "照片.jpg".encode(), "😀.jpg".encode(), b"two\nlines.jpg", b"bad-\xe9/caf\xe9.jpg"]
    for name in names:
        path = os.path.join(os.fsencode(tmp_path), name)  # noqa: PTH118
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        open(path, "w").close()  # noqa: PTH123
    assert sorted(found(tmp_path)) == sorted(names)


def test_linked_folders_are_followed_after_real_ones_and_loops_end(tmp_path: Path) -> None:
    album = tmp_path / "album"
    touch(album / "b" / "1.jpg", tmp_path / "outside" / "2.jpg")
    (album / "a-link-to-b").symlink_to(album / "b")
    (album / "b" / "up").symlink_to(album)
    (album / "c").symlink_to(tmp_path / "outside")
    (tmp_path / "outside" / "back").symlink_to(album)
    (album / "itself").symlink_to(album / "itself")
    assert found(album) == [b"b/1.jpg", b"c/2.jpg"]


def test_links_that_lead_nowhere_are_named_like_any_picture(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").symlink_to(tmp_path / "gone.jpg")
    (tmp_path / "b.jpg").symlink_to(tmp_path / "b.jpg")
    (tmp_path / "c").symlink_to(tmp_path / "gone")
    assert found(tmp_path) == [b"a.jpg", b"b.jpg"]


def test_very_deep_folders_are_walked(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 500)
    touch(deep / "a.jpg")
    assert len(found(tmp_path)) == 1


def test_a_folder_that_cannot_be_listed_is_told_and_the_rest_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path / "closed" / "a.jpg", tmp_path / "open" / "b.jpg")
    real = os.scandir

    # Root may list everything, so the refusal of the system is put in its place.
    def scandir(path: bytes) -> object:
        if path.endswith(b"closed"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr("app.work.walk.os.scandir", scandir)
    unlisted: list[tuple[bytes, OSError]] = []
    paths = list(pictures(os.fsencode(tmp_path), b"", lambda at, error: unlisted.append((at, error))))
    assert paths == [b"open/b.jpg"]
    assert [at for at, _ in unlisted] == [b"closed"]


def test_phones_and_cameras_own_formats_are_met(tmp_path: Path) -> None:
    names = ["a.HEIC", "b.heif", "c.avif", "d.gif", "e.CR2", "f.cr3", "g.NEF", "h.arw", "i.dng", "j.raf", "k.orf"]
    touch(*(tmp_path / name for name in names))
    assert found(tmp_path) == [name.encode() for name in names]


def test_of_a_moving_photo_the_still_is_met_and_its_clip_is_not(tmp_path: Path) -> None:
    touch(*(tmp_path / name for name in ("IMG_1.HEIC", "IMG_1.MOV", "IMG_2.JPG", "IMG_2.mp4", "clip.avi", "clip.AAE")))
    assert found(tmp_path) == [b"IMG_1.HEIC", b"IMG_2.JPG"]


def test_of_a_raw_photo_and_its_jpeg_only_the_jpeg_is_met(tmp_path: Path) -> None:
    touch(*(tmp_path / name for name in ("IMG_1.CR2", "img_1.jpg", "IMG_2.CR2", "IMG_3.NEF", "IMG_3.png")))
    # The one in another folder may be another photo: cameras begin anew at 0001.
    touch(tmp_path / "jpeg" / "IMG_2.JPG")
    assert found(tmp_path) == [b"IMG_2.CR2", b"IMG_3.NEF", b"IMG_3.png", b"img_1.jpg", b"jpeg/IMG_2.JPG"]


def test_a_folder_that_asks_for_it_is_left_out_with_all_below_it(tmp_path: Path) -> None:
    touch(
        tmp_path / "a" / ".nomedia", tmp_path / "a" / "1.jpg", tmp_path / "a" / "b" / "c" / "2.jpg", tmp_path / "3.jpg"
    )
    assert found(tmp_path) == [b"3.jpg"]
    assert found(tmp_path, b"a") == found(tmp_path, b"a/b") == found(tmp_path, b"a/b/c") == []
    (tmp_path / "a" / ".nomedia").rename(tmp_path / ".nomedia")
    assert found(tmp_path) == [b"3.jpg", b"a/1.jpg", b"a/b/c/2.jpg"], "somebody added this folder"


def test_a_folder_begins_or_ends_to_ask_for_it_where_a_watch_sees_it() -> None:
    assert is_met(b"a/.nomedia", folder=False)
    assert not is_met(b".hidden/.nomedia", folder=False)


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        (["Screenshots"], ["2020/a_edited.jpg", "2020/raw/b.png", "caf\u00e9.jpg"]),
        (["screenSHOTS/"], ["2020/a_edited.jpg", "2020/raw/b.png", "caf\u00e9.jpg"]),
        (["*_edited.*", "*.png"], ["2020/Screenshots/c.jpg", "caf\u00e9.jpg"]),
        (["2020/raw"], ["2020/Screenshots/c.jpg", "2020/a_edited.jpg", "caf\u00e9.jpg"]),
        (["/2020/*"], ["caf\u00e9.jpg"]),
        (["cafe\u0301.jpg", "\udcff*"], ["2020/Screenshots/c.jpg", "2020/a_edited.jpg", "2020/raw/b.png"]),
        (["raw/b.png", "[x", ""], ["2020/Screenshots/c.jpg", "2020/a_edited.jpg", "2020/raw/b.png", "caf\u00e9.jpg"]),
    ],
)
def test_what_fits_a_pattern_is_left_out(tmp_path: Path, patterns: list[str], left: list[str]) -> None:
    names = ["2020/Screenshots/c.jpg", "2020/a_edited.jpg", "2020/raw/b.png", "caf\u00e9.jpg"]
    touch(*(tmp_path / name for name in names))
    assert sorted(found(tmp_path, exclude=patterns)) == sorted(os.fsencode(name) for name in left)
    below = [os.fsencode(name) for name in left if name.startswith("2020/raw/")]
    assert found(tmp_path, b"2020/raw", patterns) == below


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("/home/me/Pictures/2020", "begins in its photo folder"),
        ("/2020", "begins in its photo folder"),
        ("~/Pictures/2020", "begins in its photo folder"),
        ("./2020", "begins in its photo folder"),
        ("../2020/*", "begins in its photo folder"),
        ("C:/Pictures", "begins in its photo folder"),
        ("[a", "nothing fits its brackets"),
        ("2020/[!]", "nothing fits its brackets"),
        ("[]", "nothing fits its brackets"),
        ("[z-a]*", "nothing fits its brackets"),
    ],
)
def test_a_pattern_that_nothing_can_fit_is_refused(pattern: str, why: str) -> None:
    with pytest.raises(UsageError, match=f'^"{re.escape(pattern)}" is not left out: .*{why}'):
        check_patterns(["*.png", pattern])


def test_a_pattern_that_something_may_fit_is_none_to_refuse() -> None:
    check_patterns(
        ["2020", "2020/", "2020/*", "...", "[[]old]", "[]a]", "[!]]", "[!a-c]?", "a]", "caf\u00e9", "a:b", "~*"]
    )


def test_bytes_that_are_no_text_fit_patterns_as_well(tmp_path: Path) -> None:
    touch(tmp_path / os.fsdecode(b"\xff\xfe.jpg"), tmp_path / "\u7167\u7247.jpg", tmp_path / "a.jpg")
    assert found(tmp_path, exclude=["\u7167*", os.fsdecode(b"\xff?.jpg")]) == [b"a.jpg"]
