"""Faces are degraded as the table says, alike in every run, and the loss in verification is that of the degradation."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

from facenet_core.align import TEMPLATE, align
from facenet_core.cli import main
from facenet_core.data import pictures
from facenet_core.data.alignment import align_photos
from facenet_core.data.crops import Marker, read_marker
from facenet_core.data.pairs import read_pairs
from facenet_core.detect.yunet import YuNetDetector
from facenet_core.embed import Embedder
from facenet_core.evaluate.faces import Describer
from facenet_core.evaluate.robustness import CLEAN, DEGRADATIONS, Loss, Robustness, degrade, measure, misaligned
from facenet_core.types import FacenetError
from tests.core.identities import write_pairs, write_people
from tests.core.made_crops import encoded, pattern
from tests.core.test_teacher import write_teacher

MARGIN = 8.0
ANNA = Path("Anna/Anna_0001.png")
# Those of which the picture's name decides.
MOVED = ("landmarks off by 3 px", "shifted by 3 px", "rotated by 10 degrees")
RANDOM = (*MOVED, "one eye covered", "square of 28 px covered")


@pytest.fixture(scope="module")
def face() -> NDArray[np.uint8]:
    photo = skimage.data.astronaut()[20:220, 124:324]
    return np.asarray(cv2.resize(photo, (128, 128), interpolation=cv2.INTER_AREA), np.uint8)


@pytest.fixture(scope="module")
def places() -> NDArray[np.uint8]:
    """A crop that tells by its red and green twice where each pixel is: column and row."""
    row, column = np.indices((128, 128))
    return np.stack([2 * column, 2 * row, np.zeros_like(row)], axis=2).astype(np.uint8)


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_a_degraded_face_is_another_picture_and_the_same_one_in_every_run(name: str, face: NDArray[np.uint8]) -> None:
    before = face.copy()
    once = degrade(name, face, MARGIN, Path("here") / ANNA)
    again = degrade(name, face, MARGIN, Path("there") / ANNA.with_suffix(".jpg"))
    np.testing.assert_array_equal(face, before)
    np.testing.assert_array_equal(once, again)
    assert (once.shape, once.dtype) == (face.shape, np.uint8)
    assert abs(once.astype(int) - face).mean() > 1
    others = [degrade(name, face, MARGIN, ANNA.with_stem(f"Anna_{number}")) for number in range(9)]
    assert any((other != once).any() for other in others) == (name in RANDOM)


@pytest.mark.parametrize(
    "off",
    [np.array([3.0, 0]), np.array([-2.0, 2.2]), np.random.default_rng(0).normal(0, 3, (5, 2))],
    ids=["right", "down and left", "each landmark elsewhere"],
)
def test_a_misaligned_crop_shows_what_the_photo_would_have_given(off: NDArray[np.float64]) -> None:
    photo = cv2.GaussianBlur(pattern(5, 400), (0, 0), 5)
    crop = align(photo, TEMPLATE * 1.6 + 90, 128, MARGIN)
    expected = align(photo, (TEMPLATE + off) * 1.6 + 90, 128, MARGIN)
    difference = abs(misaligned(crop, MARGIN, TEMPLATE + off).astype(int) - expected)[12:-12, 12:-12]
    assert difference.mean() < 0.6
    assert difference.max() <= 4


def test_a_shifted_crop_is_three_pixels_off_in_any_direction(places: NDArray[np.uint8]) -> None:
    shifts = []
    for number in range(12):
        moved = degrade("shifted by 3 px", places, MARGIN, ANNA.with_stem(str(number)))
        shifts.append((moved[64, 64, :2].astype(float) - places[64, 64, :2]) / 2)
    np.testing.assert_allclose(np.linalg.norm(shifts, axis=1), 3, atol=0.5)
    assert len({(x > 0, y > 0) for x, y in shifts}) == 4


def test_a_rotated_crop_is_turned_by_ten_degrees_to_either_side(places: NDArray[np.uint8]) -> None:
    angles = set()
    for number in range(8):
        moved = degrade("rotated by 10 degrees", places, MARGIN, ANNA.with_stem(str(number))).astype(float)
        along = moved[64, 96, :2] - moved[64, 32, :2]
        angles.add(round(float(np.degrees(np.arctan2(along[1], along[0])))))
        np.testing.assert_allclose(moved[63:65, 63:65, :2].mean(axis=(0, 1)), [127, 127], atol=1)
    assert angles == {-10, 10}


def test_light_colour_and_detail_change_by_the_numbers_of_their_names(face: NDArray[np.uint8]) -> None:
    grey = np.full((128, 128, 3), (200, 100, 0), np.uint8)
    assert degrade("brightness x 1.4", grey, MARGIN, ANNA)[0, 0].tolist() == [255, 140, 0]
    assert degrade("brightness x 0.6", grey, MARGIN, ANNA)[0, 0].tolist() == [120, 60, 0]
    # Luma is 0.299 red + 0.587 green + 0.114 blue.
    assert degrade("grey", grey, MARGIN, ANNA)[5, 5].tolist() == [118, 118, 118]
    np.testing.assert_array_equal(degrade("mirrored", face, MARGIN, ANNA), face[:, ::-1])
    compressed = cv2.imencode(".jpg", face[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 30])[1]
    np.testing.assert_array_equal(
        degrade("JPEG quality 30", face, MARGIN, ANNA), cv2.imdecode(compressed, cv2.IMREAD_COLOR_RGB)
    )


def test_half_resolution_loses_single_pixels_and_a_blur_of_two_pixels_pairs_of_them() -> None:
    fine, coarse = (
        np.repeat(np.where((np.indices((128, 128)) // wide).sum(axis=0) % 2, 255, 0)[..., None], 3, axis=2).astype(
            np.uint8
        )
        for wide in (1, 4)
    )
    assert np.ptp(degrade("half resolution", fine, MARGIN, ANNA)) <= 1
    assert np.ptp(degrade("half resolution", coarse, MARGIN, ANNA)) > 100
    line = np.zeros((128, 128, 3), np.uint8)
    line[:, 64] = 255
    profile = degrade("blurred by 2 px", line, MARGIN, ANNA)[64, :, 0].astype(float)
    spread = np.sqrt(np.sum(profile * (np.arange(128) - 64) ** 2) / profile.sum())
    assert spread == pytest.approx(2, abs=0.2)


def test_what_is_covered_is_an_eye_or_nose_and_mouth_or_a_square() -> None:
    grey = np.full((128, 128, 3), 128, np.uint8)
    landmarks = np.rint(TEMPLATE + MARGIN).astype(int)

    def covered(name: str, number: int) -> NDArray[np.bool_]:
        return (degrade(name, grey, MARGIN, ANNA.with_stem(str(number))) != 128).any(axis=2)

    eyes = {tuple(covered("one eye covered", number)[y, x] for x, y in landmarks) for number in range(9)}
    assert eyes == {(True, False, False, False, False), (False, True, False, False, False)}
    mask = covered("lower half covered", 0)
    assert [bool(mask[y, x]) for x, y in landmarks] == [False, False, True, True, True]
    corners = set()
    for number in range(9):
        square = covered("square of 28 px covered", number)
        (rows,), (columns,) = np.nonzero(square.any(axis=1)), np.nonzero(square.any(axis=0))
        assert (len(rows), len(columns), square.sum()) == (28, 28, 28 * 28)
        assert min(rows[0], columns[0]) >= MARGIN
        assert max(rows[-1], columns[-1]) < 128 - MARGIN
        corners.add((rows[0], columns[0]))
    assert len(corners) > 5


def _halves(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The mean colours of the left and of the right half, unit vectors [n, 6] to ten bits, so that sums are exact."""
    middle = crops.shape[2] // 2
    means = np.concatenate([crops[:, :, :middle].mean(axis=(1, 2)), crops[:, :, middle:].mean(axis=(1, 2))], axis=1)
    return np.rint(1024 * means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32) / 1024


HALVES = Describer("halves", 112, 0.0, 6, _halves)
MARKER = Marker(128, MARGIN, "none")
COLOURS = {"Person_00": (250, 0, 0), "Person_01": (0, 250, 0), "Person_02": (0, 0, 250), "Person_03": (250, 0, 0)}


@pytest.fixture
def colours(tmp_path: Path) -> Path:
    """Four people, seven crops each: their colour in the left half, black in the right."""
    folder = tmp_path / "colours"
    folder.mkdir()
    (folder / "crops.json").write_text(json.dumps({"size": 128, "margin": MARGIN, "detector": "none"}))
    for name, colour in COLOURS.items():
        (folder / name).mkdir()
        crop = np.zeros((128, 128, 3), np.uint8)
        crop[:, :64] = colour
        for number in range(1, 8):
            (folder / name / f"{name}_{number:04d}.png").write_bytes(encoded(crop, ".png"))
    return folder


def by_name(measured: Robustness) -> dict[str, Loss]:
    return {loss.name: loss for loss in measured.losses}


def test_losses_are_those_worked_by_hand(tmp_path: Path, colours: Path) -> None:
    """Each fold: six pairs of one person, six of the same person with another, whose colour has nothing in common."""
    pairs = read_pairs(write_pairs(tmp_path / "pairs.txt", folds=2, of_fold=6), colours)
    measured = measure(pairs, MARKER, HALVES)
    assert (measured.pairs, measured.pairs_without_face, measured.far) == (24, 0, pytest.approx(10 / 12))
    losses = by_name(measured)
    assert list(losses) == [CLEAN, *DEGRADATIONS]
    assert losses[CLEAN][1:] == (1, 0, 0, 1, pytest.approx(1))
    # A darker colour has the same direction.
    assert losses["brightness x 0.6"][1:] == (1, 0, 0, 1, pytest.approx(1))
    # A grey one has the same cosine, 1 / sqrt(3), with all colours: half of the pairs are told rightly by accepting all
    # of them, and a false accept rate below 1 accepts none.
    assert losses["grey"][1:] == (0.5, -0.5, 0, 0, pytest.approx(1 / np.sqrt(3), abs=1e-3))
    # 2 to 7 of the first person of a fold, 1 to 6 of the second.
    assert measured.pictures == 24
    # What is black and what is coloured have nothing in common.
    assert losses["mirrored"][1:4] == (0.5, -0.5, 0)
    assert losses["mirrored"].cosine == 0


def test_with_both_degraded_what_both_lose_is_no_difference(tmp_path: Path, colours: Path) -> None:
    pairs = read_pairs(write_pairs(tmp_path / "pairs.txt", folds=2, of_fold=6), colours)
    measured = measure(pairs, MARKER, HALVES, both=True)
    assert measured.pictures == 26
    mirrored = by_name(measured)["mirrored"]
    assert (mirrored.accuracy, mirrored.difference, mirrored.cosine) == (1, 0, 0)


def test_pairs_of_which_a_crop_is_missing_count_as_non_matches(tmp_path: Path, colours: Path) -> None:
    file = write_pairs(tmp_path / "pairs.txt", folds=2, of_fold=2)
    (colours / "Person_00" / "Person_00_0003.png").unlink()
    measured = measure(read_pairs(file, colours, missing="keep"), MARKER, HALVES)
    assert (measured.pairs, measured.pairs_without_face, measured.pictures, measured.far) == (8, 1, 7, None)
    assert by_name(measured)[CLEAN].accuracy == (3 / 4 + 1) / 2
    assert by_name(measured)[CLEAN].tar is None
    for crop in colours.glob("*/*.png"):
        crop.unlink()
    with pytest.raises(FacenetError, match="No pair has both its crops"):
        measure(read_pairs(file, colours, missing="keep"), MARKER, HALVES)


def test_crops_that_show_too_little_or_are_broken_are_refused(tmp_path: Path, colours: Path) -> None:
    pairs = read_pairs(write_pairs(tmp_path / "pairs.txt", folds=2, of_fold=2), colours)
    with pytest.raises(FacenetError, match=r"must show a margin of 8 .* these show 4: .* --margin 8 or more"):
        measure(pairs, Marker(128, 4.0, "none"), HALVES)
    wide = Describer("wide", 112, (4.0, 2.5, 4.0, 2.5), 6, _halves)
    with pytest.raises(FacenetError, match=r"the crops of wide must show a margin of 12 .* --margin 12 or more"):
        measure(pairs, MARKER, wide)
    with pytest.raises(FacenetError, match=r"Person_00_0001\.png is 128 x 128 pixels, expected 100 x 100"):
        measure(pairs, Marker(100, MARGIN, "none"), HALVES)
    (colours / "Person_00" / "Person_00_0001.png").write_bytes(b"no picture")
    with pytest.raises(FacenetError, match=r"Person_00_0001\.png cannot be read"):
        measure(pairs, MARKER, HALVES)


def result(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main([*arguments, "--device", "cpu", "--json"]) == 0
    record: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return record


def test_the_command_measures_the_embedder_that_ships(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    crops = write_people(tmp_path / "crops", people=4, pictures=3)
    pairs, out, plots = write_pairs(tmp_path / "pairs.txt", folds=2, of_fold=2), tmp_path / "r.json", tmp_path / "plots"
    command = ["evaluate", "robustness", "--pairs", str(pairs), "--images", str(crops)]
    record = result(capsys, *command, "--out", str(out), "--plots", str(plots))
    assert json.loads(out.read_text()) == record
    (plot,) = plots.iterdir()
    assert (plot.name, np.ptp(pictures.read(plot)) > 200) == ("robustness.png", True)
    assert (record["preset"], record["both"], record["pictures"], record["pairs"]) == ("mobilefacenet-112", False, 8, 8)
    clean, *degraded = record["losses"]
    assert (clean["name"], clean["difference"], clean["cosine"]) == (CLEAN, 0, pytest.approx(1))
    assert [loss["name"] for loss in degraded] == list(DEGRADATIONS)
    for loss in degraded:
        assert loss["difference"] == pytest.approx(loss["accuracy"] - clean["accuracy"])
        assert 0 < loss["cosine"] < 0.9999

    assert main([*command, "--device", "cpu"]) == 0
    heading, _, first, *rows = capsys.readouterr().out.splitlines()
    assert heading == "mobilefacenet-112: the second picture of 8 pairs degraded; 0 pairs without a face"
    assert first.split() == ["clean", f"{clean['accuracy']:.2%}", "-", "1.0000"]
    assert [row.split("  ")[0].rstrip() for row in rows] == list(DEGRADATIONS)


def test_the_command_measures_a_teacher(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    crops = write_people(tmp_path / "crops", people=6, pictures=7)
    pairs, teacher = write_pairs(tmp_path / "pairs.txt", folds=3, of_fold=6), write_teacher(tmp_path / "teacher.onnx")
    command = ["evaluate", "robustness", "--pairs", str(pairs), "--images", str(crops), "--teacher", str(teacher)]
    record = result(capsys, *command, "--folds", "1,3", "--both")
    assert "preset" not in record
    assert (record["teacher"], record["both"], record["pairs"], record["pictures"]) == ("teacher", True, 24, 26)
    assert record["far"] == pytest.approx(10 / 12)
    assert all(0 <= loss["tar"] <= 1 for loss in record["losses"])
    with pytest.raises(SystemExit) as exit_:
        main([*command, "--preset", "mobilefacenet-112"])
    assert exit_.value.code == 2


def test_the_command_refuses_photos_and_a_single_fold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    crops, pairs = write_people(tmp_path / "crops", people=4, pictures=3), tmp_path / "pairs.txt"
    write_pairs(pairs, folds=2, of_fold=2)
    command = ["evaluate", "robustness", "--pairs", str(pairs), "--images", str(crops), "--device", "cpu"]
    assert main([*command, "--folds", "2"]) == 1
    assert "needs two folds or more" in capsys.readouterr().err
    (crops / "crops.json").unlink()
    assert main(command) == 1
    assert "holds no aligned crops: run `python -m facenet_core align` on the photos first" in capsys.readouterr().err


@pytest.mark.slow
def test_the_embedder_that_ships_knows_degraded_real_faces_again(tmp_path: Path, test_data: Path) -> None:
    """The first 25 pairs of each kind of two folds, whose photos are aligned here."""
    kept = [
        pair
        for number, pair in enumerate(read_pairs(test_data / "lfw-dev-pairs.txt", test_data / "lfw-dev", {1, 2}))
        if number % 150 < 25
    ]
    photos = sorted({(photo.parent.name, photo) for pair in kept for photo in (pair.first, pair.second)})
    detector = YuNetDetector(test_data / "teacher" / "yunet.onnx")
    assert all(not aligned.problem for aligned in align_photos(photos, tmp_path / "crops", detector))
    pairs = [
        replace(pair, **{side: crop_of(getattr(pair, side), tmp_path / "crops") for side in ("first", "second")})
        for pair in kept
    ]
    marker = read_marker(tmp_path / "crops")
    assert marker is not None
    losses = by_name(measure(pairs, marker, Describer.of_preset(Embedder(device="cpu"))))
    assert losses[CLEAN].accuracy > 0.93
    # Of strangers the cosine is 0.1 on average.
    assert all(loss.cosine > 0.4 for loss in losses.values())
    hidden = losses["lower half covered"]
    assert hidden.difference < 0
    assert all(hidden.cosine < loss.cosine for name, loss in losses.items() if name != hidden.name)


def crop_of(photo: Path, folder: Path) -> Path:
    return folder / photo.parent.name / f"{photo.stem}.png"
