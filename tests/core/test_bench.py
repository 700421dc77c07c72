"""Engines are timed in turns and compared by medians."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest
from numpy.typing import NDArray

from facenet_core import bench, export
from facenet_core.bench import PREDICT, Run
from facenet_core.cli import main
from facenet_core.types import FacenetError
from tests.core.processes import run_python

CROPS = export.random_crops(4, 16)


def sleeping(seconds: float, sign: float = 1.0) -> Run:
    """An engine that takes this long and describes every crop by the same vector."""

    def run(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        time.sleep(seconds)
        return np.full((len(crops), 4), sign / 2, np.float32)

    return run


def test_an_engine_that_takes_half_as_long_is_twice_as_fast() -> None:
    engines = {PREDICT: sleeping(0.1), "quick": sleeping(0.05)}
    slow, quick = bench._compared(engines, CROPS, seconds=0.0)
    assert (slow.engine, quick.engine) == (PREDICT, "quick")
    assert slow.ratio == slow.cpu_ratio == 1
    assert quick.ratio == pytest.approx(2, rel=0.4)
    assert quick.wall == pytest.approx(50 / 4, rel=0.4)
    assert quick.faces_a_second == pytest.approx(1000 / quick.wall)
    assert quick.cpu < quick.wall / 2, "sleeping takes no processor"


def test_an_engine_that_gives_other_vectors_is_not_timed() -> None:
    with pytest.raises(FacenetError, match="odd gives other vectors than keras predict"):
        bench._compared({PREDICT: sleeping(0), "odd": sleeping(0, sign=-1)}, CROPS, seconds=0.0)


def test_a_speed_is_the_median_of_its_turns() -> None:
    turns = np.array([[2.0, 1.0], [4.0, 1.0], [3.0, 1.0], [100.0, 1.0], [3.0, 1.0]])
    speed = bench._speed("engine", 8, turns, turns * [[2, 4]])
    assert (speed.wall, speed.cpu, speed.ratio, speed.cpu_ratio) == (3, 1, 2, 4)
    assert speed.spread == pytest.approx((4 - 3) / 3)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--size", "160"], 1, "--size goes with --backbone"),
        (["--device", "npu"], 1, "There is no device"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(
    arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", *arguments]) == code
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "-5", "2.5", "x"])
@pytest.mark.parametrize(
    "arguments", [["bench", "--batch"], ["bench", "--threads"], ["inspect", "--backbone", "mobilenet_v1", "--size"]]
)
def test_what_cannot_be_counted_is_wrong_use(
    arguments: list[str], number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*arguments, number])
    assert stopped.value.code == 2
    assert f"{number} is no whole number from 1 up" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("backend", "others"),
    [
        ("tensorflow", {"tf.function", "frozen", "frozen, folded", "LiteRT", "embed .tflite"}),
        ("jax", {"jax.jit"}),
    ],
)
def test_bench_times_every_engine_of_this_machine(backend: str, others: set[str]) -> None:
    arguments = [
        "--backbone",
        "mobilefacenet",
        "--size",
        "32",
        "--batch",
        "1",
        "3",
        "--threads",
        "1",
        "--seconds",
        "0.1",
    ]
    run = run_python("-m", "facenet_core", "bench", *arguments, "--device", "cpu", "--json", KERAS_BACKEND=backend)
    assert run.returncode == 0, run.stderr
    assert ("LiteRT is left out" in run.stderr) == (backend == "jax")
    speeds = json.loads(run.stdout)
    for batch in (1, 3):
        found = {speed["engine"]: speed for speed in speeds if speed["batch"] == batch}
        assert set(found) == {PREDICT, "embed", "embed .onnx", "ONNX Runtime", *others}
        assert found[PREDICT]["ratio"] == 1
        assert min(speed[key] for speed in found.values() for key in ("wall", "cpu", "ratio", "faces_a_second")) > 0


@pytest.mark.slow
def test_bench_prints_a_table_and_the_embedder_beside_the_best_engine() -> None:
    run = run_python("-m", "facenet_core", "bench", "--batch", "2", "--seconds", "0.1", "--device", "cpu")
    assert run.returncode == 0, run.stderr
    lines = run.stdout.strip().splitlines()
    assert lines[0] == "mobilefacenet-112, 2 at a time"
    assert lines[2].startswith(PREDICT)
    assert [line for line in lines if line.startswith("2 at a time: embed")]
    assert {"columns:", "rows:"} <= {line.split()[0] for line in lines if line}


@pytest.mark.parametrize(("spread", "trusted"), [(0.4, True), (0.9, False)])
def test_ratios_of_unsteady_times_are_not_to_be_trusted(
    spread: float, trusted: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    speeds = [bench.Speed(name, 1, 2.0, 2.0, spread, 1.0, 1.0) for name in (PREDICT, "embed", "frozen")]
    monkeypatch.setattr(bench, "measure", lambda *_: iter(speeds))
    assert main(["bench", "--batch", "1"]) == 0
    assert ("Do not trust the ratios" in capsys.readouterr().out) == (not trusted)
