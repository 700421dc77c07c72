"""`evaluate quality`: what the error-versus-reject curve counts, from vectors and from a folder of photos."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from facenet_core.cli import main
from facenet_core.data import pictures
from facenet_core.detect.yunet import YuNetDetector
from facenet_core.embed import Embedder
from facenet_core.evaluate import faces, quality
from facenet_core.types import FacenetError
from tests.core.identities import write_people

BAD = 30


@pytest.fixture(scope="module")
def crowd() -> tuple[NDArray[np.float32], list[str], NDArray[np.bool_]]:
    """Unit vectors of 100 people with 6 faces each, and which faces are bad: those point anywhere."""
    rng = np.random.default_rng(1)
    people = np.repeat(rng.normal(size=(100, 64)), 6, axis=0)
    bad = np.zeros(600, bool)
    bad[rng.choice(600, BAD, replace=False)] = True
    vectors = np.where(bad[:, None], rng.normal(size=(600, 64)), people + 0.3 * rng.normal(size=(600, 64)))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), [f"{face // 6:03d}" for face in range(600)], bad


def test_dropping_the_bad_faces_removes_every_false_reject(
    crowd: tuple[NDArray[np.float32], list[str], NDArray[np.bool_]],
) -> None:
    vectors, people, bad = crowd
    measured = quality.measure(vectors, people, np.where(bad, 0.1, 0.9), (0, 0.01, 0.05))
    assert (measured.faces, measured.people, measured.genuine_pairs) == (600, 100, 1500)
    none, some, all_bad = measured.curve
    assert none.removed == none.random == none.oracle_removed == 0
    assert none.fnmr == none.oracle_fnmr == measured.false_rejects / 1500 > 0.05
    assert 0 < some.fnmr < none.fnmr
    # 30 of 600 faces are 5 %.
    assert all_bad.fnmr == all_bad.by_face == all_bad.oracle_fnmr == 0
    assert all_bad.removed == all_bad.oracle_removed == 1
    line = f"5% {0:>9.3%} {0:>9.3%} {0:>9.3%}   {1:>9.1%} {all_bad.random:>9.1%} {1:>9.1%}"
    assert measured.table().endswith(line)
    # A pair is left where neither of its faces is among the 30.
    assert all_bad.random == pytest.approx(1 - 570 * 569 / (600 * 599))


def test_a_quality_that_says_nothing_removes_what_chance_removes_and_the_oracle_is_never_beaten(
    crowd: tuple[NDArray[np.float32], list[str], NDArray[np.bool_]],
) -> None:
    vectors, people, _ = crowd
    noise = [quality.measure(vectors, people, np.random.default_rng(seed).random(600)).curve for seed in range(8)]
    for points in zip(*noise, strict=True):
        assert np.mean([point.removed for point in points]) == pytest.approx(points[0].random, abs=0.06)
        assert np.mean([point.fnmr for point in points]) == pytest.approx(noise[0][0].fnmr, abs=0.015)
        assert all(point.oracle_removed >= point.removed - 1e-12 for point in points)


def test_faces_of_equal_quality_are_dropped_by_chance_and_not_by_their_names(
    crowd: tuple[NDArray[np.float32], list[str], NDArray[np.bool_]],
) -> None:
    vectors, people, bad = crowd
    bad_first = np.argsort(~bad, kind="stable")
    names = [people[place] for place in bad_first]
    point = quality.measure(vectors[bad_first], names, np.ones(600), (0.05,)).curve[0]
    assert point.removed < 0.5


def test_each_face_weighs_the_same_where_one_person_has_most_photos() -> None:
    """One person with 20 faces, of which one matches nobody, and 80 people with two that do match."""
    rng = np.random.default_rng(2)
    people = ["many"] * 20 + [f"{pair // 2:02d}" for pair in range(160)]
    centres = {name: rng.normal(size=64) for name in dict.fromkeys(people)}
    vectors = np.stack([centres[name] + 0.2 * rng.normal(size=64) for name in people])
    vectors[0] = rng.normal(size=64)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    # Nine of that person's good faces are dropped first.
    worst = np.isin(np.arange(180), range(1, 10))
    whole, left = quality.measure(vectors.astype(np.float32), people, np.where(worst, 0.1, 1.0), (0, 0.05)).curve
    assert whole.fnmr == pytest.approx(19 / (190 + 80))
    # Of the bad face every pair is lost, of its person's 19 others one in 19: two faces of 180.
    assert whole.by_face == pytest.approx(2 / 180)
    # So it is among the 11 that are left of that person.
    assert left.fnmr == pytest.approx(10 / (55 + 80))
    assert left.by_face == pytest.approx(2 / 171)


def test_too_few_people_and_no_errors_are_refused() -> None:
    rng = np.random.default_rng(3)
    vectors = np.linalg.qr(rng.normal(size=(200, 200)))[0].astype(np.float32)
    people = [f"{face // 2:03d}" for face in range(200)]
    with pytest.raises(FacenetError, match="takes 10,000 pairs of two people"):
        quality.measure(vectors[:20], people[:20], np.ones(20))
    with pytest.raises(FacenetError, match="nothing that quality could foretell"):
        quality.measure(np.repeat(vectors[::2], 2, axis=0), people, np.ones(200))
    with pytest.raises(ValueError, match=r"0 to 0\.3"):
        quality.measure(vectors, people, np.ones(200), (0.5,))


def test_aligned_crops_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    crops = write_people(tmp_path / "crops", people=2, pictures=2)
    assert main(["evaluate", "quality", "--images", str(crops)]) == 1
    assert "holds aligned crops, of which no quality is known: name the photos." in capsys.readouterr().err


def test_a_described_photo_has_the_quality_of_its_face_and_a_crop_has_none(test_data: Path, tmp_path: Path) -> None:
    photo = pictures.read(test_data / "photos" / "001085.jpg")
    folder = tmp_path / "one"
    folder.mkdir()
    cv2.imwrite(str(folder / "sharp.png"), photo[..., ::-1])
    cv2.imwrite(str(folder / "soft.png"), cv2.GaussianBlur(photo, (0, 0), 5)[..., ::-1])
    cv2.imwrite(str(folder / "none.png"), np.full((99, 99, 3), 90, np.uint8))
    paths = [folder / name for name in ("sharp.png", "soft.png", "none.png")]
    embedder = Embedder(device="cpu")
    described = faces.describe(paths, embedder, YuNetDetector(test_data / "teacher" / "yunet.onnx"))
    assert described.found.tolist() == [True, True, False]
    assert 0 < described.qualities[1] < described.qualities[0] <= 1
    assert np.isnan(described.qualities[2])
    crops = write_people(tmp_path / "crops", people=1, pictures=1)
    crop = faces.describe([crops / "Person_00" / "Person_00_0001.png"], embedder, YuNetDetector(tmp_path / "unused"))
    assert crop.found.all()
    assert np.isnan(crop.qualities).all()


@pytest.mark.slow
def test_photos_of_people_give_a_table_a_record_and_a_curve(
    test_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = (test_data / "photos-identities.csv").read_text().splitlines()[1:]
    for photo, person in (row.split(",") for row in rows[:160]):
        (tmp_path / "people" / person).mkdir(parents=True, exist_ok=True)
        (tmp_path / "people" / person / photo).symlink_to(test_data / "photos" / photo)
    command = ["evaluate", "quality", "--images", str(tmp_path / "people"), "--device", "cpu"]
    command += ["--yunet", str(test_data / "teacher" / "yunet.onnx")]
    out, plots = tmp_path / "quality.json", tmp_path / "plots"
    assert main([*command, "--json", "--out", str(out), "--plots", str(plots)]) == 0
    record = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert json.loads(out.read_text()) == record
    assert [path.name for path in plots.iterdir()] == ["quality-reject.png"]
    assert np.ptp(pictures.read(plots / "quality-reject.png")) > 200
    assert (record["people"], record["pictures"], record["fmr"]) == (20, 160, 1e-3)
    assert record["genuine_pairs"] > 500
    curve = {point["dropped"]: point for point in record["curve"]}
    assert curve[0.3]["oracle_fnmr"] < curve[0.3]["fnmr"] < curve[0]["fnmr"]
    assert curve[0.3]["removed"] > curve[0.3]["random"]
