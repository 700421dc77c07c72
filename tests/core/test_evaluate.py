"""`evaluate pairs`, `evaluate gallery` and `compare`, from files to numbers, records and plots."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any

import cv2
import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

from facenet_core import presets
from facenet_core.cli import main
from facenet_core.cli.evaluate import _meaning
from facenet_core.data import pictures
from facenet_core.types import Calibration, Logistic
from tests.core.identities import write_pairs, write_people

ONE, OTHER = "Person_00/Person_00_0001", "Person_01/Person_01_0001"


def write(path: Path, picture: NDArray[np.uint8]) -> str:
    path.write_bytes(cv2.imencode(path.suffix, picture[..., ::-1])[1].tobytes())
    return str(path)


def result(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    """The last line that a command prints with --json."""
    assert main([*arguments, "--device", "cpu", "--json"]) == code
    record: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return record


@pytest.fixture(scope="module")
def crops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve made-up people with six crops each."""
    return write_people(tmp_path_factory.mktemp("evaluate") / "crops", people=12, pictures=6)


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pairs(tmp_path_factory.mktemp("pairs") / "pairs.txt", folds=6)


def test_pairs_are_told_by_the_protocol(
    tmp_path: Path, crops: Path, pairs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, plots = tmp_path / "new" / "pairs.json", tmp_path / "plots"
    command = ["evaluate", "pairs", "--pairs", str(pairs), "--images", str(crops)]
    record = result(capsys, *command, "--out", str(out), "--plots", str(plots))
    assert json.loads(out.read_text()) == record
    assert sorted(path.name for path in plots.iterdir()) == ["pairs-roc.png", "pairs-similarities.png"]
    assert all(np.ptp(pictures.read(path)) > 200 for path in plots.iterdir())
    assert (record["pairs"], record["pairs_without_face"], record["pictures"]) == (48, 0, 54)
    # The patterns are told apart well, though by a network for faces.
    assert 0.8 < record["accuracy"] <= 1
    assert record["sd"] == pytest.approx(np.std(record["accuracy_per_fold"]))
    assert record["auc"] > 0.85
    assert 0 <= record["eer"] < 0.2
    assert record["detector"] == "none"

    assert main([*command, "--device", "cpu"]) == 0
    table = capsys.readouterr().out
    assert f"{record['accuracy']:.2%} +- {100 * record['sd']:.2f} over 6 folds" in table


def test_folds_are_told_by_each_other_alone(crops: Path, pairs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["evaluate", "pairs", "--pairs", str(pairs), "--images", str(crops), "--folds"]
    assert result(capsys, *command, "2,5-6")["pairs"] == 24
    assert main([*command, "3", "--device", "cpu"]) == 1
    assert "two folds or more" in capsys.readouterr().err


def test_pairs_without_a_face_count_as_non_matches(
    tmp_path: Path, crops: Path, pairs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`align` writes no crop where it finds no face: of the first fold four genuine and one impostor pair lack one."""
    command = ["evaluate", "pairs", "--pairs", str(pairs), "--images"]
    before = result(capsys, *command, str(crops))
    holed = tmp_path / "crops"
    copytree(crops, holed)
    (holed / f"{ONE}.png").unlink()
    record = result(capsys, *command, str(holed))
    assert (record["pairs"], record["pairs_without_face"], record["pictures_without_face"]) == (48, 5, 1)
    assert before["pairs_without_face"] == 0
    # The four genuine pairs, half of the fold, are lost; the impostor pair is right.
    assert record["accuracy_per_fold"][0] <= 0.5
    assert record["eer"] > before["eer"]


def test_a_photo_that_is_missing_is_no_photo_without_a_face(
    tmp_path: Path, crops: Path, pairs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = tmp_path / "photos"
    copytree(crops, photos)
    (photos / "crops.json").unlink()
    (photos / f"{ONE}.png").unlink()
    assert main(["evaluate", "pairs", "--pairs", str(pairs), "--images", str(photos), "--device", "cpu"]) == 1
    assert f"line 2: {photos} has no picture {ONE} of any suffix" in capsys.readouterr().err


def test_a_picture_that_cannot_be_read_is_named_and_counts(
    tmp_path: Path, crops: Path, pairs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "crops"
    copytree(crops, broken)
    (broken / f"{OTHER}.png").write_bytes(b"no picture")
    assert main(["evaluate", "pairs", "--pairs", str(pairs), "--images", str(broken), "--device", "cpu"]) == 1
    captured = capsys.readouterr()
    assert f"{OTHER}.png cannot be read" in captured.err
    assert "0 without a face, 1 unreadable" in captured.out
    assert result(capsys, "evaluate", "gallery", "--images", str(broken), code=1)["pictures_unreadable"] == 1


def test_photos_in_which_no_face_is_found_give_no_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photos = tmp_path / "photos"
    (photos / "somebody").mkdir(parents=True)
    write(photos / "somebody" / "1.png", np.full((90, 80, 3), 128, np.uint8))
    (photos / "somebody" / "2.png").write_bytes(b"no picture")
    assert main(["evaluate", "gallery", "--images", str(photos), "--device", "cpu"]) == 1
    *_, unreadable, refusal = capsys.readouterr().err.splitlines()
    assert "2.png cannot be read" in unreadable
    assert "No face was found in any of the 2 pictures" in refusal


def test_a_gallery_is_measured_by_all_its_pairs(
    tmp_path: Path, crops: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, plots = tmp_path / "gallery.json", tmp_path / "plots"
    command = ["evaluate", "gallery", "--images", str(crops)]
    record = result(capsys, *command, "--out", str(out), "--plots", str(plots))
    assert json.loads(out.read_text()) == record
    assert sorted(path.name for path in plots.iterdir()) == ["gallery-roc.png", "gallery-similarities.png"]
    assert (record["people"], record["genuine_pairs"], record["impostor_pairs"]) == (12, 12 * 15, 66 * 36)
    assert record["tar_at_far_1e-2_low"] <= record["tar_at_far_1e-2"] <= record["tar_at_far_1e-2_high"]
    assert "tar_at_far_1e-3" not in record
    assert (record["confidence"], record["resamples"]) == (0.95, 1000)
    assert record["rank_1"] > 0.8
    assert 0.5 < record["mean_average_precision"] <= 1

    assert main([*command, "--device", "cpu"]) == 0
    table = capsys.readouterr().out
    assert f"TAR at FAR 1e-2         {record['tar_at_far_1e-2']:.2%}  95% interval" in table
    assert "left out                TAR at FAR 1e-3: 2,376 impostor pairs, 10,000 are needed" in table


def test_flip_averaging_changes_the_vectors(crops: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["evaluate", "gallery", "--images", str(crops)]
    plain, flipped = result(capsys, *command), result(capsys, *command, "--flip")
    assert (plain["flip"], flipped["flip"]) == (False, True)
    assert plain["tar_at_far_1e-2_threshold"] != flipped["tar_at_far_1e-2_threshold"]


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, str]:
    """A face; the same darker and mirrored; and the same beside a smaller, mirrored one."""
    folder = tmp_path_factory.mktemp("photos")
    face = skimage.data.astronaut()[:300, 60:360]
    two = np.full((300, 520, 3), 200, np.uint8)
    two[:, :300] = face
    two[:220, 300:] = np.asarray(cv2.resize(face[:, ::-1], (220, 220), interpolation=cv2.INTER_AREA))
    return (
        write(folder / "one.png", face),
        write(folder / "dark.png", (face[:, ::-1] * 0.6).astype(np.uint8)),
        write(folder / "two.png", two),
    )


def test_two_photos_of_one_person_are_compared(
    photos: tuple[str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    one, dark, _ = photos
    (pair,) = result(capsys, "compare", one, dark)["pairs"]
    calibration = presets.get().calibration
    assert calibration is not None
    assert pair["cosine"] > calibration.cosine_at(1e-3)
    assert 0 < pair["false_match_rate"] <= 1e-3
    assert pair["probability"] > 0.9

    (same,) = result(capsys, "compare", one, one)["pairs"]
    assert same["cosine"] == pytest.approx(1)
    assert same["false_match_rate"] == calibration.rates[-1]
    assert same["false_match_rate_bound"] == "at most"

    assert main(["compare", one, one, "--device", "cpu"]) == 0
    head, row, _ = capsys.readouterr().out.splitlines()
    assert head.split() == [
        "faces",
        "cosine",
        "false",
        "match",
        "rate",
        "probability",
        "of",
        "one",
        "person",
        "verdict",
    ]
    assert row.split()[:6] == ["A1", "B1", "1.0000", "at", "most", f"{calibration.rates[-1]:.1e}"]
    assert row.endswith("probably the same person")


def test_the_verdict_follows_the_calibrated_probability() -> None:
    calibration = Calibration((1e-1, 1e-2), (0.2, 0.3), "made up", Logistic(-4.0, 20.0))
    verdicts = [_meaning(cosine, calibration)["verdict"] for cosine in (0.04, 0.06, 0.34, 0.36)]
    assert verdicts == ["probably different people", "cannot tell", "cannot tell", "probably the same person"]


def test_every_face_is_compared_with_every_other(
    photos: tuple[str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    one, _, two = photos
    record = result(capsys, "compare", one, two)
    assert [len(record["boxes"][side]) for side in ("first", "second")] == [1, 2]
    assert {(pair["first"], pair["second"]) for pair in record["pairs"]} == {(0, 0), (0, 1)}
    assert record["pairs"][0]["second"] == 0
    assert record["pairs"][0]["cosine"] >= record["pairs"][1]["cosine"]
    assert main(["compare", one, two, "--device", "cpu"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["A1:", "B1:", "B2:", "faces", "A1", "A1", "The"]


def test_what_a_cosine_means_is_told_only_where_it_was_measured(
    tmp_path: Path, photos: tuple[str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    one, dark, _ = photos
    shipped = presets.get()
    assert shipped.calibration is not None
    copytree(shipped.folder, tmp_path / "preset")
    for calibration, sentence in (
        (None, "was not measured"),
        (replace(shipped.calibration, logistic=None), "for false match rates alone"),
    ):
        presets.write(replace(shipped, folder=tmp_path / "preset", calibration=calibration))
        preset = ("--preset", str(tmp_path / "preset"))
        (pair,) = result(capsys, "compare", one, dark, *preset)["pairs"]
        assert pair["probability"] is pair["verdict"] is None
        assert (pair["false_match_rate"] is None) == (calibration is None)
        assert main(["compare", one, dark, "--device", "cpu", *preset]) == 0
        assert sentence in capsys.readouterr().out


def test_a_photo_without_a_face_cannot_be_compared(
    tmp_path: Path, photos: tuple[str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    grey = write(tmp_path / "grey.png", np.full((90, 80, 3), 128, np.uint8))
    assert main(["compare", photos[0], grey, "--device", "cpu"]) == 1
    assert capsys.readouterr().err.strip().endswith(f"No face was found in {grey}.")


def test_help_tells_definitions_and_how_to_be_fast(capsys: pytest.CaptureFixture[str]) -> None:
    definitions = {
        "pairs": "their standard deviation (dividing by the number of folds)",
        "gallery": "95% of 1,000 bootstrap resamples of the people",
    }
    for protocol, definition in definitions.items():
        with pytest.raises(SystemExit) as exit_:
            main(["evaluate", protocol, "--help"])
        assert exit_.value.code == 0
        text = " ".join(capsys.readouterr().out.split())
        assert "A folder that `align` wrote needs no detector." in text
        assert definition in text


@pytest.mark.slow
def test_the_embedder_that_ships_tells_real_people_apart(
    tmp_path: Path, test_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    yunet = ("--yunet", str(test_data / "teacher" / "yunet.onnx"))
    pairs = ("--pairs", str(test_data / "lfw-dev-pairs.txt"), "--images", str(test_data / "lfw-dev"))
    record = result(capsys, "evaluate", "pairs", *pairs, "--folds", "8-10", *yunet)
    assert record["pairs"] == 900
    assert record["accuracy"] > 0.98
    assert record["auc"] > 0.995

    people = tmp_path / "people"
    people.mkdir()
    for person in sorted((test_data / "lfw-dev").iterdir())[:200]:
        (people / person.name).symlink_to(person)
    record = result(capsys, "evaluate", "gallery", "--images", str(people), *yunet)
    assert record["tar_at_far_1e-2"] > 0.97
    assert record["tar_at_far_1e-2_low"] <= record["tar_at_far_1e-2"] <= record["tar_at_far_1e-2_high"]


def test_the_record_names_the_embedder_that_was_measured(
    tmp_path: Path, crops: Path, pairs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = presets.get()
    copytree(shipped.folder, tmp_path / "preset")
    presets.write(replace(shipped, folder=tmp_path / "preset", name="another"))
    command = ["evaluate", "pairs", "--pairs", str(pairs), "--images", str(crops)]
    assert result(capsys, *command, "--preset", str(tmp_path / "preset"))["preset"] == "another"


def test_results_are_printed_even_where_they_cannot_be_kept(
    tmp_path: Path, crops: Path, pairs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pairs.json.part").mkdir()  # stands in the way of the file, also for root
    command = ["evaluate", "pairs", "--pairs", str(pairs), "--images", str(crops)]
    assert "accuracy" in result(capsys, *command, "--out", str(tmp_path / "pairs.json"), code=1)


@pytest.mark.parametrize("option", ["--out", "--plots"])
def test_a_folder_that_cannot_take_results_is_refused_before_the_work(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    for command in (["evaluate", "gallery"], ["calibrate"]):
        assert main([*command, "--images", "nowhere", option, str(tmp_path / "file" / "made" / "x")]) == 1
        assert "Nothing can be written into the folder" in capsys.readouterr().err
