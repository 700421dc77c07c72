"""`evaluate detection`, from files to numbers, records and plots."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

from facenet_core.cli import main
from facenet_core.cli.detection import LOWEST_SCORE
from facenet_core.data import pictures
from facenet_core.data.boxes import read_boxes
from facenet_core.detect.yunet import SCORE, SHA256, YuNetDetector
from facenet_core.types import FacenetError

# Where the astronaut's face is, in pixels of 512 x 512.
FACE = (178, 68, 90, 108)


def write(path: Path, picture: NDArray[np.uint8]) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(cv2.imencode(path.suffix, picture[..., ::-1])[1].tobytes())
    return path


def result(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    assert main(["evaluate", "detection", *map(str, arguments), "--json"]) == 0
    record: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return record


@pytest.fixture(scope="module")
def yunet(test_data: Path) -> Path:
    return test_data / "teacher" / "yunet.onnx"


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo with one face, and its half, whose face is told at another place than where it is."""
    folder = tmp_path_factory.mktemp("detection")
    astronaut = np.asarray(skimage.data.astronaut(), np.uint8)
    write(folder / "marked" / "right.png", astronaut)
    write(folder / "marked" / "wrong.png", astronaut[::2, ::2])
    right = [side / 512 for side in FACE]
    entries = [{"photo": "right.png", "boxes": [right]}, {"photo": "wrong.png", "boxes": [[0.7, 0.7, *right[2:]]]}]
    file = folder / "marked.json"
    file.write_text(json.dumps(entries))
    return file


@pytest.fixture(scope="module")
def negatives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One picture of nothing, and, a folder deeper, one that does show a face."""
    folder = tmp_path_factory.mktemp("negatives")
    write(folder / "grey.png", np.full((120, 160, 3), 127, np.uint8))
    write(folder / "deeper" / "face.png", np.asarray(skimage.data.astronaut(), np.uint8))
    return folder


def test_a_face_found_and_one_missed_are_counted(
    truth: Path, negatives: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what ships: what it found elsewhere is a false positive of another size."""
    out, plots = tmp_path / "new" / "detection.json", tmp_path / "plots"
    record = result(capsys, "--truth", truth, "--negatives", negatives, "--out", out, "--plots", plots)
    assert json.loads(out.read_text()) == record
    assert sorted(path.name for path in plots.iterdir()) == [
        "detection-precision-recall.png",
        "detection-thresholds.png",
    ]
    assert all(np.ptp(pictures.read(path)) > 200 for path in plots.iterdir())
    assert record["detector"].startswith(f"yunet-{SHA256[:12]}-")
    assert (record["photos"], record["faces"], record["false_positives"]) == (2, 2, 1)
    assert record["precision"] == record["recall"] == 0.5
    # The right one comes first or second: precision 1 or 1/2 at a recall of 1/2.
    assert record["average_precision"] in (0.5, 0.25)
    assert [band["recall"] for band in record["sizes"]] == [None, None, 0, 1]
    assert record["negatives"] == {"pictures": 2, "share": 0.5, "detections": 0.5}
    assert (record["threshold"], record["lowest_score"]) == (SCORE, LOWEST_SCORE)
    assert record["curve"][0]["threshold"] == LOWEST_SCORE
    assert record["curve"][-1]["threshold"] == 1
    assert record["landmarks"] is record["speed"] is None


def test_weak_detections_count_for_the_curve_and_not_at_the_threshold(
    truth: Path, yunet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = result(capsys, "--truth", truth, "--yunet", yunet)
    assert (record["threshold"], record["lowest_score"]) == (0.6, 0.05)
    assert [point["threshold"] for point in record["curve"]] == pytest.approx(np.arange(5, 101) / 100)
    assert (record["precision"], record["recall"]) == (0.5, 0.5)
    stricter = result(capsys, "--truth", truth, "--yunet", yunet, "--score", "1", "--lowest-score", "0.3")
    assert (stricter["threshold"], stricter["lowest_score"], stricter["recall"]) == (1, 0.3, 0)
    assert stricter["average_precision"] == record["average_precision"]
    (at_default,) = (point for point in stricter["curve"] if point["threshold"] == 0.6)
    assert (at_default["precision"], at_default["recall"]) == (0.5, 0.5)
    raised = result(capsys, "--truth", truth, "--yunet", yunet, "--score", "0.2", "--lowest-score", "0.9")
    assert raised["lowest_score"] == 0.2, "what reaches the threshold is measured in any case"


def test_marked_photos_are_measured_as_the_detector_finds_them(
    tmp_path: Path, test_data: Path, yunet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On photos of groups, detections of a detector at its own threshold are those that were cut out of all."""
    few = sorted(json.loads((test_data / "boxed.json").read_text()), key=lambda entry: -len(entry["boxes"]))[10:13]
    file = tmp_path / "few.json"
    file.write_text(json.dumps(few))
    record = result(capsys, "--truth", file, "--images", test_data / "boxed", "--yunet", yunet)
    assert (
        record["faces"] == sum(len(entry["boxes"]) for entry in few) == sum(band["faces"] for band in record["sizes"])
    )
    assert 0.1 < record["recall"] < 1
    found = sum(len(YuNetDetector(yunet).detect(pictures.read(test_data / "boxed" / one["photo"]))) for one in few)
    right = record["recall"] * record["faces"]
    assert right + record["false_positives"] == pytest.approx(found)
    assert record["precision"] == pytest.approx(right / found)
    larger = result(
        capsys, "--truth", file, "--images", test_data / "boxed", "--yunet", yunet, "--working-size", "1024"
    )
    assert larger["faces_from_16"] > record["faces_from_16"] == sum(band["faces"] for band in record["sizes"][1:])
    assert larger["recall"] > record["recall"]
    assert [band["faces"] for band in larger["sizes"]] == [band["faces"] for band in record["sizes"]]
    assert "side1024" in larger["detector"]


def test_a_detector_agrees_with_itself_on_landmarks_and_in_time(
    truth: Path, negatives: Path, yunet: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facenet_core.cli.detection.SECONDS", 0.1)
    threads = cv2.getNumThreads()
    command = ["--truth", truth, "--yunet", yunet, "--reference", yunet, "--reference-images", negatives, "--time"]
    record = result(capsys, *command)
    assert record["landmarks"]["faces"] == 1
    assert record["landmarks"]["p95"] == max(record["landmarks"]["by_landmark"].values()) == 0
    assert record["reference"] == record["detector"]
    assert record["speed"]["milliseconds"] > 0
    assert 0.5 < record["speed"]["ratio"] < 2
    assert cv2.getNumThreads() == threads
    assert main(["evaluate", "detection", *map(str, command), "--limit", "1"]) == 0
    table = capsys.readouterr().out
    assert "median 0.00%" in table
    assert "ms for 640 x 480" in table
    assert f"{'96 and more':<23} {1:>7}" in table


@pytest.mark.slow
def test_ours_and_the_official_yunet_put_landmarks_at_about_the_same_places(
    truth: Path, yunet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = truth.with_suffix("")
    landmarks = result(capsys, "--truth", truth, "--reference", yunet, "--reference-images", folder)["landmarks"]
    assert landmarks["faces"] == 2
    assert 0.001 < landmarks["median"] < 0.1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is no JSON"),
        ("[1, 2", "is no JSON"),
        ("{}", "must hold a list"),
        ("[]", "must hold a list"),
        ('["a.png"]', 'entry 1 names no "photo"'),
        ('[{"boxes": []}]', 'entry 1 names no "photo"'),
        ('[{"photo": "right.png"}]', 'the "boxes" of right.png must be a list of four numbers each'),
        ('[{"photo": "right.png", "boxes": [[0, 0, 1]]}]', "four numbers each"),
        ('[{"photo": "right.png", "boxes": [0, 0, 1, 1]}]', "four numbers each"),
        ('[{"photo": "right.png", "boxes": [[0, 0, 1, 1], [0, 0]]}]', "four numbers each"),
        ('[{"photo": "right.png", "boxes": [[0, 0, NaN, 1]]}]', "four numbers each"),
        ('[{"photo": "right.png", "boxes": [[0, 0, "x", 1]]}]', "four numbers each"),
        ('[{"photo": "right.png", "boxes": [[0, 0, 0, 1]]}]', "has no width or no height"),
        ('[{"photo": "right.png", "boxes": [[178, 68, 90, 108]]}]', "are shares of its sides"),
        ('[{"photo": "right.png", "boxes": []}, {"photo": "right.png", "boxes": []}]', "listed a second time"),
        (
            '[{"photo": "right.png", "boxes": []}, {"photo": "gone.png", "boxes": []}]',
            "gone.png: name the right folder",
        ),
        ('[{"photo": "right.png", "boxes": []}]', "no faces to find"),
    ],
)
def test_what_is_wrong_with_the_truth_is_said(
    truth: Path, tmp_path: Path, content: str, message: str, yunet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "damaged.json"
    file.write_text(content)
    command = ["--truth", str(file), "--images", str(truth.with_suffix("")), "--yunet", str(yunet)]
    assert main(["evaluate", "detection", *command]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error


def test_a_photo_may_have_no_box_and_names_may_be_folders_deep(tmp_path: Path) -> None:
    photo = write(tmp_path / "deep" / "none.png", np.zeros((8, 8, 3), np.uint8))
    file = tmp_path / "truth.json"
    file.write_text('[{"photo": "deep/none.png", "boxes": []}]')
    assert {path: boxes.shape for path, boxes in read_boxes(file, tmp_path).items()} == {photo: (0, 4)}
    with pytest.raises(FacenetError, match=r"missing.json cannot be read: No such file"):
        read_boxes(tmp_path / "missing.json", tmp_path)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--reference-images", "."], "--reference-images needs a detector"),
        (["--reference", "yunet.onnx"], "name one"),
    ],
)
def test_options_that_need_others_say_so(
    truth: Path, options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "detection", "--truth", str(truth), *options]) == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("score", ["1.5", "nan", "high", "-0.1"])
def test_a_score_is_a_number_from_0_to_1(truth: Path, score: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["evaluate", "detection", "--truth", str(truth), f"--score={score}"])
    assert refused.value.code == 2
    assert "is no number from 0 to 1" in capsys.readouterr().err
