"""Agreement with a teacher and matches of strangers, by band, against numbers worked by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from facenet_core import presets
from facenet_core.cli import main
from facenet_core.data.crops import open_crops
from facenet_core.data.pictures import read
from facenet_core.embed import Embedder
from facenet_core.evaluate.agreement import Matches, described, masks, measure, reached, stored, table
from facenet_core.evaluate.faces import Describer
from facenet_core.types import FacenetError
from tests.core.made_crops import pattern, write_folder, write_pack
from tests.core.test_teacher import write_teacher

COUNT = 20
AGES = np.array([0, 2, 3, 5, 6, 12, 13, 17, 18, 29, 30, 49, 50, 69, 70, 116, -1, 40, 40, 40], np.int16)


def units(count: int, seed: int = 0, dimension: int = 128) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def pack(folder: Path, **arrays: NDArray[np.generic]) -> Path:
    """A pack of which every fifth crop is held back, by a name that says so: four of twenty."""
    return write_pack(folder / "faces-3.npz", [pattern(seed) for seed in range(COUNT)], **arrays)


def test_bands_are_measured_as_by_hand() -> None:
    """The cosines are 1, 0.8, 0.6 and 0.6: mean 0.75, and 1, 0.8 of one half, 0.6, 0.6 of the other."""
    teacher = np.array([[1, 0]] * 4, np.float32)
    student = np.array([[1, 0], [0.8, 0.6], [0.6, 0.8], [0.6, -0.8]], np.float32)
    again = np.array([[1, 0], [1, 0], [0.8, 0.6], [1, 0]], np.float32)
    first, one = np.array([True, True, False, False]), np.array([False, True, False, False])
    measured = measure(
        student, teacher, {("group", "Black"): first, ("group", "White"): ~first, ("age", "3-5"): one}, again
    )
    everybody, black, white, child = measured.bands
    assert (everybody.by, everybody.name, everybody.faces, everybody.difference) == ("", "all", 4, 0)
    assert everybody.cosine == pytest.approx(0.75)
    assert everybody.standard_error == pytest.approx(np.sqrt((0.25**2 + 0.05**2 + 2 * 0.15**2) / 3 / 4))
    assert everybody.low == pytest.approx(0.6)
    assert black.low == pytest.approx(0.8 + 0.05 * 0.2)
    assert (black.cosine, black.difference, black.again) == tuple(pytest.approx(x) for x in (0.9, 0.15, 1.0))
    assert (white.cosine, white.difference, white.again) == tuple(pytest.approx(x) for x in (0.6, -0.15, 0.9))
    assert (child.faces, child.standard_error) == (1, None)
    assert child.cosine == pytest.approx(0.8)
    # Six pairs decide no rate of one in a thousand.
    assert measured.thresholds == (None, None)
    assert all(band.student is None and band.teacher is None for band in measured.bands)
    assert [band.name for band in measured.lowest()] == ["White", "3-5"]


def clustered(alike: int) -> NDArray[np.float32]:
    """150 faces that have nothing in common, but for the first few, which are all the same."""
    vectors = np.eye(150, dtype=np.float32)
    vectors[:alike] = vectors[0]
    return vectors


def test_strangers_match_at_the_cosine_that_one_in_a_thousand_of_all_pairs_reaches() -> None:
    """Of 11,175 pairs eleven may match; five equal faces are ten pairs, four six."""
    front = np.arange(150) < 5
    measured = measure(clustered(5), clustered(4), {("group", "Asian"): front, ("group", "White"): ~front})
    everybody, asian, white = measured.bands
    assert measured.thresholds == (pytest.approx(1e-4), pytest.approx(1e-4))
    assert (everybody.student, everybody.teacher) == (Matches(10, 11_175), Matches(6, 11_175))
    assert (asian.student, asian.teacher) == (Matches(10, 10), Matches(6, 10))
    assert (white.student, white.teacher) == (Matches(0, 145 * 144 // 2), Matches(0, 145 * 144 // 2))
    assert Matches(0, 0).rate is None
    # Rates that fewer than ten matches decide are in brackets.
    rows = table(measured).splitlines()
    assert [row.split()[-2:] for row in rows[1:4]] == [
        ["8.9e-04", "(5.4e-04)"],
        ["1.0e+00", "(6.0e-01)"],
        ["(0.0e+00)", "(0.0e+00)"],
    ]


@given(st.integers(0, 1000), st.floats(-0.9, 0.9))
def test_matches_are_all_pairs_at_or_above_a_cosine(seed: int, cosine: float) -> None:
    vectors = units(12, seed, 3)
    cosines = (vectors @ vectors.T)[np.triu_indices(12, 1)]
    matches, pairs = reached(vectors, cosine)
    assert pairs == 66
    # They are counted in bins of 1e-4.
    assert np.sum(cosines >= cosine + 1.1e-4) <= matches <= np.sum(cosines >= cosine - 1.1e-4)


def test_faces_fall_into_bands_by_what_packs_tell_of_them(tmp_path: Path) -> None:
    path = write_pack(
        tmp_path / "a.npz",
        [pattern(seed, 16) for seed in range(COUNT)],
        age=AGES,
        group=np.array([0, 1, 2, 3, 4, 5, *[-1] * 14], np.int8),
        gender=np.array([0, 1, *[-1] * 18], np.int8),
        source=np.array(["web", *["utkface"] * 18, ""]),
    )
    found = {band: np.flatnonzero(mask).tolist() for band, mask in masks(open_crops([path])).items()}
    ages = ["0-2", "3-5", "6-12", "13-17", "18-29", "30-49", "50-69", "70+"]
    assert {name: found["age", name] for name in ages} == {
        name: [2 * place, 2 * place + 1, *([17, 18, 19] if name == "30-49" else [])] for place, name in enumerate(ages)
    }
    assert found["age", "unknown"] == [16]
    assert [found["group", name] for name in ("White", "Black", "Asian", "Indian", "other")] == [
        [0],
        [1],
        [2],
        [3],
        [4],
    ]
    assert found["group", "unknown"] == list(range(5, 20))
    assert (found["gender", "male"], found["gender", "female"]) == ([0], [1])
    assert (found["source", "web"], found["source", "unknown"]) == ([0], [19])
    # Bands without faces are left out.
    assert set(masks(open_crops([write_pack(tmp_path / "b.npz", [pattern(0, 16)])]))) == {
        (by, "unknown") for by in ("age", "group", "gender", "source")
    }


def test_crops_are_described_as_they_would_be_one_by_one(tmp_path: Path) -> None:
    crops = open_crops([pack(tmp_path)])
    embedder, teacher = Embedder(device="cpu"), Describer.of_teacher(write_teacher(tmp_path / "teacher.onnx"))
    by_student, by_teacher = described(crops, [Describer.of_preset(embedder), teacher])
    assert by_student.shape == by_teacher.shape == (16, 128)
    for index in (0, 15):
        np.testing.assert_array_equal(by_student[index], embedder.embed(crops.crop(index)[None, 8:120, 8:120])[0])
        np.testing.assert_allclose(by_teacher[index], teacher([crops.crop(index)], 8.0)[0], atol=1e-5)


def result(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["evaluate", "agreement", *arguments, "--device", "cpu", "--json"]) == 0
    record: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return record


def test_the_command_compares_the_embedder_that_ships_on_the_crops_held_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The teacher's vectors of the pack are its own of these very crops, which WebP keeps whole here."""
    teacher = Describer.of_teacher(write_teacher(tmp_path / "teacher.onnx"))
    crops = [pattern(seed) for seed in range(COUNT)]
    vectors = teacher(crops, 8.0)
    pack(tmp_path, teacher=vectors.astype(np.float16), age=AGES, source=np.array(["web", "dfdc"] * 10))
    out, plots = tmp_path / "agreement.json", tmp_path / "plots"
    arguments = ["--data", str(tmp_path), "--teacher", str(tmp_path / "teacher.onnx")]
    record = result(capsys, *arguments, "--out", str(out), "--plots", str(plots))
    assert json.loads(out.read_text()) == record
    (plot,) = plots.iterdir()
    assert (plot.name, np.ptp(read(plot)) > 200) == ("agreement.png", True)

    student = Embedder(device="cpu").embed(np.stack(crops[::5])[:, 8:120, 8:120])
    cosines = np.sum(student * vectors[::5], axis=1)
    everybody, *bands = record["bands"]
    assert (everybody["faces"], everybody["student"]) == (4, None)
    assert everybody["cosine"] == pytest.approx(cosines.mean(), abs=1e-3)
    assert everybody["again"] == pytest.approx(1, abs=1e-4)
    # Crops 0, 5, 10 and 15, which are 0, 12, 30 and 116 years old.
    named = {(band["by"], band["name"]): band for band in bands}
    for number, name in enumerate(("0-2", "6-12", "30-49", "70+")):
        assert named["age", name]["cosine"] == pytest.approx(cosines[number], abs=1e-3)
    assert named["source", "dfdc"]["cosine"] == pytest.approx(cosines[1::2].mean(), abs=1e-3)
    assert named["group", "unknown"]["faces"] == 4
    lowest = {band["by"]: band["name"] for band in record["lowest"]}
    assert lowest["age"] == ("0-2", "6-12", "30-49", "70+")[int(np.argmin(cosines))]
    assert set(lowest) == {"age", "source"}
    assert record["calibrated_fmr"] == pytest.approx(reached(student, record["calibrated_threshold"]).matches / 6)

    assert main(["evaluate", "agreement", *arguments, "--device", "cpu"]) == 0
    heading, _, everybody_row, *_, worst, calibrated = capsys.readouterr().out.splitlines()
    assert heading == "mobilefacenet-112 on 4 crops held back"
    assert everybody_row.split()[:3] == ["all", "4", f"{everybody['cosine']:.4f}"]
    assert worst.startswith("lowest: ")
    known = presets.get().calibration
    assert known is not None
    assert calibrated.startswith(f"its calibrated cosine for FMR 1e-3, {known.cosine_at(1e-3):.3f}, matches ")


def test_packs_without_a_teacher_like_it_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(FacenetError, match="have no vectors of a teacher, or not all of one"):
        stored(open_crops([write_folder(tmp_path / "crops", {"Anna": 1})]), 128)
    data = pack(tmp_path, teacher=units(COUNT, dimension=64).astype(np.float16))
    assert main(["evaluate", "agreement", "--data", str(data), "--device", "cpu"]) == 1
    assert "The teacher's vectors have 64 numbers, the network's 128." in capsys.readouterr().err
    other = data.rename(tmp_path / "other.npz")
    assert main(["evaluate", "agreement", "--data", str(other), "--device", "cpu"]) == 1
    assert "No held-back crop is left in" in capsys.readouterr().err


@pytest.mark.slow
def test_the_embedder_that_ships_agrees_with_its_teacher_on_real_faces(
    test_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    teacher = ("--teacher", str(test_data / "teacher" / "teacher.onnx"))
    record = result(capsys, "--data", str(test_data / "train"), *teacher)
    everybody, *bands = record["bands"]
    assert everybody["faces"] == 1996
    assert everybody["cosine"] > 0.6
    assert everybody["again"] > 0.95
    assert everybody["student"]["fmr"] == pytest.approx(1e-3, rel=0.1)
    for by in ("age", "group", "gender", "source"):
        assert sum(band["faces"] for band in bands if band["by"] == by) == 1996
    # Babies look alike to networks that were trained on celebrities.
    named = {(band["by"], band["name"]): band for band in bands}
    assert named["age", "0-2"]["teacher"]["fmr"] > 10 * named["age", "30-49"]["teacher"]["fmr"]
