"""`align` turns photos of people into a folder of crops, whole or known to be unfinished at every moment."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from facenet_core.align import align
from facenet_core.cli import main
from facenet_core.data import pictures
from facenet_core.data.alignment import align_photos, crop_files, nearest_centre
from facenet_core.data.crops import Marker, open_crops, read_marker
from facenet_core.detect.yunet import YuNetDetector
from facenet_core.types import FacenetError
from tests.core.processes import ROOT


@pytest.fixture
def yunet(test_data: Path) -> Path:
    return test_data / "teacher" / "yunet.onnx"


@pytest.fixture
def photos(tmp_path: Path, test_data: Path) -> Path:
    """Eight photos of real people, a folder each."""
    folder = tmp_path / "photos"
    for person in sorted((test_data / "lfw-dev").iterdir())[:8]:
        (folder / person.name).mkdir(parents=True)
        shutil.copy(min(person.iterdir()), folder / person.name)
    return folder


def run(photos: Path, out: Path, yunet: Path, *more: str) -> int:
    return main(["align", "--images", str(photos), "--out", str(out), "--yunet", str(yunet), *more])


def test_each_photo_gives_the_face_nearest_its_centre(
    tmp_path: Path, photos: Path, yunet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(photos, tmp_path / "crops", yunet) == 0
    assert "8 photos of 8 people" in capsys.readouterr().out
    detector = YuNetDetector(yunet)
    assert read_marker(tmp_path / "crops") == Marker(128, 8.0, detector.fingerprint)
    crops = open_crops([tmp_path / "crops"])
    assert (len(crops), crops.size, crops.margin, len(crops.people)) == (8, 128, 8.0, 8)
    for index, (person, path) in enumerate(pictures.people(photos)):
        photo = pictures.read(path)
        face = nearest_centre(detector.detect(photo), *photo.shape[:2])
        np.testing.assert_array_equal(crops.crop(index), align(photo, face.landmarks, 128, 8.0))
        assert crops.people[crops.labels[index]] == person
        assert (tmp_path / "crops" / person / f"{path.stem}.png").is_file()


def test_photos_without_a_face_and_broken_ones_are_named(
    tmp_path: Path, photos: Path, yunet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    somebody = min(photos.iterdir())
    nothing = somebody / "nothing.png"
    nothing.write_bytes(cv2.imencode(".png", np.full((200, 300, 3), 127, np.uint8))[1].tobytes())
    assert run(photos, tmp_path / "crops", yunet) == 0, "a photo without a face is no failure"
    said = capsys.readouterr()
    assert said.out.count(str(nothing)) == 1
    assert str(nothing) not in said.err, "nobody wants thousands of these twice"
    broken = somebody / os.fsdecode(b"broken\xff\n.jpg")
    broken.write_bytes(b"no picture")
    assert run(photos, tmp_path / "more", yunet) == 1
    said = capsys.readouterr()
    assert r"broken\udcff\n.jpg cannot be read" in said.err
    assert r"broken\udcff\n.jpg" in said.out
    assert "1 unreadable" in said.out
    assert len(open_crops([tmp_path / "more"])) == 8, "what could be read is there"


def test_people_of_any_name_and_sideways_photos_are_cut(tmp_path: Path, photos: Path, yunet: Path) -> None:
    names = [b"\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e", b"broken\xff", b"crops.12.part"]
    for name, person in zip(names, sorted(photos.iterdir()), strict=False):
        person.rename(photos / os.fsdecode(name))
    upright = min(min(photos.iterdir()).iterdir())
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(upright) as picture:
        turned = picture.transpose(Image.Transpose.ROTATE_90)
    turned.save(upright.with_name("sideways.png"), exif=exif)
    (upright.parent / "upright.png").write_bytes(cv2.imencode(".png", cv2.imread(str(upright)))[1].tobytes())
    for _ in range(2):
        assert run(photos, tmp_path / "crops", yunet) == 0
    crops = open_crops([tmp_path / "crops"])
    assert {"王小明", os.fsdecode(b"broken\xff"), "crops.12.part"} < set(crops.people)
    crop_folder = tmp_path / "crops" / upright.parent.name
    np.testing.assert_array_equal(
        pictures.read(crop_folder / "sideways.png"), pictures.read(crop_folder / "upright.png")
    )


def test_photos_of_one_name_but_for_the_suffix_give_a_crop_each() -> None:
    photos = [("Anna", Path("Anna/a.jpg")), ("Anna", Path("Anna/A.png")), ("Anna", Path("Anna/b.jpg"))]
    photos += [("Anna", Path("Anna/a.jpg.jpg")), ("Ben", Path("Ben/a.jpg"))]
    names = [str(path) for path in crop_files(photos, Path("out"))]
    assert names == [str(Path("out", *parts)) for parts in (
        ("Anna", "a.jpg.png"), ("Anna", "A.png.png"), ("Anna", "b.png"), ("Anna", "a.jpg.jpg.png"), ("Ben", "a.png")
    )]  # fmt: skip


def test_size_and_margin_are_those_asked_for(tmp_path: Path, photos: Path, yunet: Path) -> None:
    assert run(photos, tmp_path / "crops", yunet, "--size", "160", "--margin", "12.5") == 0
    crops = open_crops([tmp_path / "crops"])
    assert (crops.size, crops.margin, crops.crop(0).shape) == (160, 12.5, (160, 160, 3))


def test_later_photos_are_added_and_earlier_crops_kept(
    tmp_path: Path, photos: Path, yunet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = sorted(photos.iterdir())[2]
    later.rename(tmp_path / "later")
    assert run(photos, tmp_path / "crops", yunet) == 0
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "crops").rglob("*.png")}
    assert len(times) == 7
    (tmp_path / "later").rename(later)
    capsys.readouterr()
    assert run(photos, tmp_path / "crops", yunet) == 0
    said = capsys.readouterr().out
    assert "1 cut" in said
    assert "7 there already" in said
    assert len(open_crops([tmp_path / "crops"])) == 8
    assert times == {path: path.stat().st_mtime_ns for path in times}


def test_crops_of_photos_that_are_gone_are_named(
    tmp_path: Path, photos: Path, yunet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(photos, tmp_path / "crops", yunet) == 0
    gone = sorted(photos.rglob("*.jpg"))[0]
    gone.unlink()
    capsys.readouterr()
    assert run(photos, tmp_path / "crops", yunet) == 1
    said = capsys.readouterr().out
    crop = tmp_path / "crops" / gone.parent.name / f"{gone.stem}.png"
    assert (
        f"1 crops here are of none of these photos. Delete them, or they are trained on as well:\n{'':9} {crop}" in said
    )
    assert crop.exists()


def test_a_folder_is_unfinished_until_the_last_photo(tmp_path: Path, photos: Path, yunet: Path) -> None:
    crops = tmp_path / "crops"
    aligning = align_photos(pictures.people(photos), crops, YuNetDetector(yunet))
    for _ in range(8):
        next(aligning)
        with pytest.raises(FacenetError, match="Not all crops"):
            open_crops([crops])
    assert next(aligning, None) is None
    assert len(open_crops([crops])) == 8
    again = align_photos(pictures.people(photos), crops, YuNetDetector(yunet))
    next(again)
    with pytest.raises(FacenetError, match="Not all crops"):
        open_crops([crops])


def test_crops_cut_in_two_ways_never_share_a_folder(
    tmp_path: Path, photos: Path, yunet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(photos, tmp_path / "crops", yunet) == 0
    assert run(photos, tmp_path / "crops", yunet, "--size", "112") == 1
    assert "cut otherwise (128 pixels, margin 8, detector yunet" in capsys.readouterr().err
    assert len(open_crops([tmp_path / "crops"])) == 8, "the crops there stay usable"


def test_folders_that_cannot_take_crops_are_refused(
    tmp_path: Path, photos: Path, yunet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "full").mkdir()
    kept = ["crops.7.part", "film.part", "thesis.txt"]
    for name in kept:
        (tmp_path / "full" / name).touch()
    for out, message in (
        (tmp_path / "full", "holds other things than aligned crops"),
        (photos, "would be taken for photos"),
        (photos / "crops", "would be taken for photos"),
    ):
        assert run(photos, out, yunet) == 1
        assert message in capsys.readouterr().err
    assert sorted(path.name for path in (tmp_path / "full").iterdir()) == kept
    for images, message in (
        (tmp_path / "none", "There is no folder"),
        (min(photos.iterdir()), "each person needs a folder"),
    ):
        assert run(images, tmp_path / "crops", yunet) == 1
        assert message in capsys.readouterr().err
    assert run(photos, tmp_path / "crops", tmp_path / "none.onnx") == 1
    assert "none.onnx cannot be read" in capsys.readouterr().err
    assert run(photos, tmp_path / "crops", yunet, "--margin", "nan") == 1
    assert "margin of 0 to 112" in capsys.readouterr().err


def test_an_interrupted_run_tells_that_it_can_go_on(tmp_path: Path, test_data: Path, yunet: Path) -> None:
    crops, images = tmp_path / "crops", test_data / "lfw-dev"
    command = [sys.executable, "-m", "facenet_core", "align", "--images", images, "--out", crops, "--yunet", yunet]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while not list(crops.glob("*/*.png")) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate()
    assert process.returncode == 130
    assert told.splitlines()[-2:] == [
        "Crops that were cut are kept: the same command goes on where this one stopped.",
        "facenet_core: interrupted.",
    ]


def test_a_killed_run_leaves_whole_crops_and_the_next_goes_on(
    tmp_path: Path, photos: Path, test_data: Path, yunet: Path
) -> None:
    for person in sorted((test_data / "lfw-dev").iterdir())[8:40]:
        (photos / person.name).symlink_to(person)
    crops = tmp_path / "crops"
    command = [sys.executable, "-m", "facenet_core", "align", "--images", photos, "--out", crops, "--yunet", yunet]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while len(list(crops.glob("*/*.png"))) < 4 and process.poll() is None:
            time.sleep(0.002)
    finally:
        process.kill()
    assert process.wait() == -signal.SIGKILL, "it was still at work"
    with pytest.raises(FacenetError, match=r"Not all crops .* are cut yet"):
        open_crops([crops])
    left = {path: path.stat().st_mtime_ns for path in crops.glob("*/*.png")}
    assert {pictures.read(path).shape for path in left} == {(128, 128, 3)}
    # What a kill in the middle of a write leaves behind.
    (crops / "crops.12345.part").write_bytes(b"half a pic")
    assert run(photos, crops, yunet) == 0
    assert run(photos, tmp_path / "unbroken", yunet) == 0
    assert left.items() <= {path: path.stat().st_mtime_ns for path in crops.glob("*/*.png")}.items()
    both = [
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (crops, tmp_path / "unbroken")
    ]
    assert both[0] == both[1]
    assert len(open_crops([crops])) == len(pictures.people(photos))
