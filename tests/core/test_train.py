"""Training learns, goes on as if it had never stopped, and stops where going on makes no sense."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from facenet_core import networks, presets, weights
from facenet_core.cli import main
from facenet_core.data.augment import Augmentation
from facenet_core.data.crops import recut
from facenet_core.embed import Embedder
from facenet_core.evaluate import verification
from facenet_core.train import checkpoint, config, loop, objective, run
from facenet_core.train.statistics import Recomputation
from facenet_core.types import FacenetError
from tests.core.identities import MARGIN, picture, small, write_pairs, write_people, write_taught
from tests.core.processes import ROOT, output_of, run_python

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

EVERYTHING: dict[str, Any] = {
    "loss": "softmax+triplet",
    "people": 4,
    "pictures": 4,
    "dropout": 0.4,
    "augmentation": Augmentation.standard(),
    "ema": 0.9,
    "warmup": 5,
    "clip": 10.0,
    "weight_decay": 0.01,
}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_people(tmp_path_factory.mktemp("people") / "crops", 8, 8)


@pytest.fixture(scope="module")
def unbroken(people: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with everything random in it, from its first step to its last in one session."""
    folder = tmp_path_factory.mktemp("unbroken") / "run"
    loop.train(small(people, **EVERYTHING, steps=44), folder)
    return folder


def losses_of(folder: Path) -> NDArray[np.float64]:
    rows = run.read_log(folder / run.METRICS)
    assert [row["step"] for row in rows] == list(range(1, len(rows) + 1))
    return np.array([[row[name] for name in row if name not in ("step", "images_per_second")] for row in rows])


def column(folder: Path, name: str) -> list[float]:
    return [row[name] for row in run.read_log(folder / run.METRICS)]


def separation(folder: Path) -> float:
    """How often two pictures of one person are more alike than two of two, on the pictures of training."""
    preset = presets.get(folder)
    crops = [picture(person, number) for person in range(8) for number in range(1, 5)]
    vectors = Embedder(preset, "cpu").embed(np.stack([recut(crop, MARGIN, preset.crop_size, 0.0) for crop in crops]))
    labels, (first, second) = np.repeat(np.arange(8), 4), np.triu_indices(32, 1)
    return verification.auc(np.sum(vectors[first] * vectors[second], axis=1), labels[first] == labels[second])


@pytest.mark.parametrize(
    ("loss", "settings"),
    [
        ("softmax", {"optimizer": "sgd", "learning_rate": 0.05, "smoothing": 0.1}),
        ("softmax", {"center_weight": 0.01, "precision": "mixed_bfloat16"}),
        ("triplet", {"people": 8, "pictures": 4, "mining": "batch-hard"}),
        ("softmax+triplet", {"people": 8, "pictures": 4, "precision": "mixed_float16"}),
        ("margin", {"angular_scale": 16.0, "optimizer": "adamw", "weight_decay": 0.05}),
        ("margin", {"angular_margin": 0.1, "sampling": "balanced", "optimizer": "rmsprop", "learning_rate": 0.003}),
    ],
)
def test_each_loss_falls_and_tells_its_people_apart(
    people: Path, tmp_path: Path, loss: str, settings: dict[str, Any]
) -> None:
    batch = {} if "people" in settings else {"batch": 32}
    wanted = small(people, loss=loss, steps=60, size=48, **batch, **settings)
    result = loop.train(wanted, tmp_path / "run")
    for part in ("loss", *(part for part in wanted.parts if part != "center")):
        values = column(result.folder, part)
        assert np.mean(values[-5:]) < 0.6 * np.mean(values[:5]), part
    assert separation(result.folder) > 0.9


def test_distillation_brings_the_network_to_the_teacher(tmp_path: Path) -> None:
    pack = write_taught(tmp_path / "faces-3.npz", 8, 8)
    result = loop.train(small(pack, loss="distill", steps=60, in_memory=True), tmp_path / "run")
    for part in ("cosine", "relational"):
        values = column(result.folder, part)
        assert np.mean(values[-5:]) < 0.8 * np.mean(values[:5])
    before, after = (row["teacher_cosine"] for row in run.read_log(result.folder / run.VALIDATION))
    assert after > before + 0.3
    assert result.scores["teacher_cosine"] == pytest.approx(after, abs=1e-6)


def test_a_run_leaves_all_that_tells_what_it_was(unbroken: Path) -> None:
    kept = {path.relative_to(unbroken).as_posix() for path in unbroken.rglob("*") if path.is_file()}
    assert kept >= {
        "config.json",
        "environment.json",
        "metrics.csv",
        "validation.csv",
        "checkpoint.npz",
        "weights.npz",
        "preset.json",
        "plots/loss.png",
        "plots/learning_rate.png",
    }
    assert config.read(unbroken).people == 4
    assert set(run.read_log(unbroken / run.METRICS)[0]) == {
        "step",
        "loss",
        "softmax",
        "triplet",
        "similarity",
        "gradient_norm",
        "learning_rate",
        "images_per_second",
    }


def test_a_run_that_is_ended_by_ctrl_c_goes_on_as_if_it_had_not_been(
    unbroken: Path, people: Path, tmp_path: Path
) -> None:
    folder = _ended_by(signal.SIGINT, unbroken, tmp_path, code=130)
    done = checkpoint.read_record(folder)["step"]
    assert 0 < done < 24, "stopped too late to compare 20 losses"
    assert (folder / "plots" / "loss.png").exists()
    assert not (folder / "preset.json").exists()
    result = loop.resume(folder)
    assert not result.interrupted
    np.testing.assert_allclose(losses_of(folder), losses_of(unbroken), rtol=1e-4, atol=1e-4)
    ours, theirs = weights.read(folder / loop.WEIGHTS), weights.read(unbroken / loop.WEIGHTS)
    for name in theirs:
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-3, atol=1e-3, err_msg=name)
    with pytest.raises(FacenetError, match="has come to its end"):
        loop.resume(folder)


def test_a_run_that_is_killed_goes_on_from_its_last_checkpoint(unbroken: Path, people: Path, tmp_path: Path) -> None:
    folder = _ended_by(signal.SIGKILL, unbroken, tmp_path, code=-signal.SIGKILL)
    assert 0 < checkpoint.read_record(folder)["step"] < 44
    assert main(["train", "--resume", str(folder), "--workers", "1"]) == 0
    np.testing.assert_allclose(losses_of(folder), losses_of(unbroken), rtol=1e-4, atol=1e-4)


def test_a_checkpoint_is_written_at_the_latest_after_some_minutes(
    people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    kept = checkpoint.write

    def write(*given: Any) -> None:
        kept(*given)
        written.append(given[2]["step"])

    monkeypatch.setattr(checkpoint, "write", write)
    loop.train(small(people, steps=3, checkpoint_every=0), tmp_path / "quick")
    assert written == [3]
    written.clear()
    monkeypatch.setattr(loop, "CHECKPOINT_MINUTES", 0)
    loop.train(small(people, steps=3, checkpoint_every=0), tmp_path / "slow")
    assert sorted(set(written)) == [1, 2, 3]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(("closed", "code"), [(False, 128 + signal.SIGTERM), (True, 129)])
def test_a_batch_system_or_a_closed_terminal_costs_nothing_that_was_learned(
    people: Path, tmp_path: Path, closed: bool, code: int
) -> None:
    folder = tmp_path / "run"
    arguments = ["--data", str(people), "--out", str(folder), "--steps", "100000", "--checkpoint-every", "0"]
    arguments += ["--batch", "8", "--size", "32", "--option", "alpha=0.25", "--device", "cpu", "--workers", "1"]
    master, slave = os.openpty()
    # The first terminal that the leader of a session opens is its own.
    start = (
        "import os, sys\n"
        f"terminal = os.open({os.ttyname(slave)!r}, os.O_RDWR)\n"
        "for stream in range(3):\n"
        "    os.dup2(terminal, stream)\n"
        "from facenet_core.cli import main\n"
        f"sys.exit(main(['train', *{arguments!r}]))\n"
    )
    with subprocess.Popen([sys.executable, "-c", start], cwd=ROOT, start_new_session=True) as process:
        os.set_blocking(master, False)
        while not (folder / run.METRICS).exists() or not run.read_log(folder / run.METRICS):
            assert process.poll() is None
            with suppress(BlockingIOError):  # read, or the terminal would be full some time
                os.read(master, 1 << 16)
            time.sleep(0.1)
        os.close(slave)
        if closed:
            os.close(master)
        else:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=120) == code
    if not closed:
        os.close(master)
    assert checkpoint.read_record(folder)["step"] == len(losses_of(folder)) > 0
    assert (folder / run.PLOTS / "loss.png").exists()


def _ended_by(ending: signal.Signals, unbroken: Path, tmp_path: Path, code: int) -> Path:
    """The run of `unbroken` in a process of its own, which is ended soon after its first checkpoint."""
    folder = tmp_path / "run"
    start = (
        "import sys, pathlib, dataclasses\n"
        "from facenet_core.train import config\n"
        "from facenet_core.cli import main, train\n"
        f"wanted = dataclasses.replace(config.read(pathlib.Path({str(unbroken)!r})), checkpoint_every=1)\n"
        "train._config = lambda given: wanted\n"
        f"sys.exit(main(['train', '--data', 'x', '--out', {str(folder)!r}]))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", start], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    while not (folder / checkpoint.FILE).exists():
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.01)
    process.send_signal(ending)
    _, told = process.communicate(timeout=120)
    assert process.returncode == code, told
    return folder


def test_a_run_that_is_stopped_before_its_first_step_is_validated_when_it_goes_on(people: Path, tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path / "pairs.txt", folds=2)
    stop = threading.Event()
    stop.set()
    wanted = small(people, steps=1, batch=8, pairs=str(pairs), pair_images=str(people), folds="1-2")
    assert loop.train(wanted, tmp_path / "run", stop).interrupted
    assert run.read_log(tmp_path / "run" / run.VALIDATION) == []
    assert loop.resume(tmp_path / "run").steps == 1
    assert [row["step"] for row in run.read_log(tmp_path / "run" / run.VALIDATION)] == [0, 1]


def test_a_run_that_is_killed_between_its_last_validation_and_its_checkpoint_logs_it_once(
    people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs, folder = write_pairs(tmp_path / "pairs.txt", folds=2), tmp_path / "run"
    written = []

    def write(*given: Any) -> None:
        written.append(given)
        if len(written) == 2:
            raise KeyboardInterrupt
        kept(*given)

    kept = checkpoint.write
    monkeypatch.setattr(checkpoint, "write", write)
    with pytest.raises(KeyboardInterrupt):
        loop.train(small(people, steps=1, batch=8, pairs=str(pairs), pair_images=str(people), folds="1-2"), folder)
    assert [row["step"] for row in run.read_log(folder / run.VALIDATION)] == [0, 1]
    loop.resume(folder)
    assert [row["step"] for row in run.read_log(folder / run.VALIDATION)] == [0, 1]


def test_equal_seeds_give_equal_runs_and_others_do_not(people: Path, tmp_path: Path) -> None:
    again = small(people, **EVERYTHING, steps=8, schedule="constant", workers=1)
    loop.train(again, tmp_path / "again")
    loop.train(replace(again, workers=3), tmp_path / "threads")
    loop.train(replace(again, seed=1), tmp_path / "other")
    first = losses_of(tmp_path / "again")
    np.testing.assert_allclose(losses_of(tmp_path / "threads"), first, rtol=1e-5, atol=1e-5)
    assert np.abs(losses_of(tmp_path / "other") - first)[0].max() > 1e-3


def test_numbers_that_overflow_stop_the_run_and_leave_the_last_good_checkpoint(people: Path, tmp_path: Path) -> None:
    # 64 crops in batches of 16: the second epoch begins after 4 steps.
    wanted = small(people, optimizer="sgd", rates=((0.0, 0.01), (1.0, 1e38)), checkpoint_every=1)
    with pytest.raises(loop.TrainingError, match="no longer a finite number at step") as stopped:
        loop.train(wanted, tmp_path / "run")
    assert "lower learning rate" in str(stopped.value)
    folder = tmp_path / "run"
    assert not (folder / "preset.json").exists()
    assert (folder / "plots" / "loss.png").exists()
    assert "The checkpoint of step 4 is kept." in str(stopped.value)
    assert checkpoint.read_record(folder)["step"] == 4
    for name, array in weights.read(folder / checkpoint.FILE).items():
        assert np.isfinite(array).all(), name


def test_a_collapsed_embedding_stops_the_run(people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = small(people, loss="triplet", people=4, pictures=4)
    model = networks.embedder(wanted.backbone, 32, 128, 0.0, wanted.options)
    arrays = {variable.path: np.asarray(variable.value) for variable in model.weights}
    # A dead bottleneck: every face is mapped to the offset of the norm behind it.
    arrays["Bottleneck/kernel"] = np.zeros_like(arrays["Bottleneck/kernel"])
    arrays["BatchNorm_Bottleneck/beta"] = np.ones_like(arrays["BatchNorm_Bottleneck/beta"])
    weights.write(tmp_path / "dead.npz", arrays)
    arguments = ["--data", str(people), "--out", str(tmp_path / "run"), "--start", str(tmp_path / "dead.npz")]
    arguments += ["--loss", "triplet", "--people", "4", "--pictures", "4", "--option", "alpha=0.25", "--size", "32"]
    assert main(["train", *arguments, "--steps", "100", "--checkpoint-every", "5"]) == 1
    assert "The embedding has collapsed: for 20 steps" in capsys.readouterr().err
    assert len(losses_of(tmp_path / "run")) == loop.COLLAPSED_STEPS
    assert not (tmp_path / "run" / checkpoint.FILE).exists()


def test_validation_chooses_the_weights_that_patience_keeps(people: Path, tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path / "pairs.txt", folds=3)
    wanted = small(
        people, steps=400, pairs=str(pairs), pair_images=str(people), folds="1-2", validate_every=5, patience=2
    )
    result = loop.train(replace(wanted, learning_rate=1e-12), tmp_path / "run")
    # A network that learns nothing is never better than it was before its first step, or by chance once.
    assert result.steps < 100
    validated = run.read_log(result.folder / run.VALIDATION)
    assert [row["step"] for row in validated] == list(range(0, result.steps + 1, 5))
    assert result.scores["accuracy"] == pytest.approx(max(row["accuracy"] for row in validated))
    [file] = result.folder.glob(loop.BEST.format("*"))
    best, kept = weights.read(file), weights.read(result.folder / loop.WEIGHTS)
    assert all(np.array_equal(best[name], kept[name]) for name in best)


def test_a_run_starts_from_half_precision_weights_of_another_with_or_without_its_head(
    people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = small(people, steps=2, float16=True)
    loop.train(first, tmp_path / "first")
    half = weights.read(tmp_path / "first" / loop.WEIGHTS)
    assert {array.dtype for array in half.values() if array.ndim > 1} == {np.dtype(np.float16)}
    second = replace(first, start=str(tmp_path / "first"), learning_rate=1e-12, statistics=0, float16=False)
    loop.train(second, tmp_path / "second")
    same = weights.read(tmp_path / "second" / loop.WEIGHTS)
    np.testing.assert_allclose(same["conv_pw_13/kernel"], half["conv_pw_13/kernel"], atol=1e-6)
    common = ["--data", str(people), "--steps", "1", "--batch", "8", "--size", "32", "--start", str(tmp_path / "first")]
    arguments = [*common, "--out", str(tmp_path / "wide"), "--option", "alpha=0.25", "--dimension", "64"]
    assert main(["train", *arguments]) == 0
    told = capsys.readouterr()
    assert "lacks this head, which starts with random weights: Bottleneck/kernel" in told.err
    assert "; not validated\n" in told.err
    assert re.search(r"loss  \d", told.out)
    assert str(tmp_path / "wide" / "plots") in told.out
    assert f"--preset {tmp_path / 'wide'}" in told.out
    assert main(["train", *common, "--out", str(tmp_path / "other"), "--option", "alpha=0.5"]) == 1
    assert "do not fit the network mobilenet_v1" in capsys.readouterr().err


def test_recomputed_statistics_are_those_of_the_batches() -> None:
    settings = small(Path("crops")).settled()
    model = objective.served(settings)
    batches = [np.random.default_rng(seed).normal(size=(64, 32, 32, 3)).astype(np.float32) for seed in range(3)]
    Recomputation(model).run(batches)
    import keras

    inside = keras.Model(model.input, model.get_layer("conv1").output)
    outputs = np.concatenate([inside.predict_on_batch(batch) for batch in batches])
    norm = model.get_layer("conv1_bn")
    np.testing.assert_allclose(norm.moving_mean.value, outputs.mean(axis=(0, 1, 2)), atol=2e-3)
    np.testing.assert_allclose(norm.moving_variance.value, outputs.var(axis=(0, 1, 2)), rtol=2e-2)


def test_the_average_of_the_weights_forgets_the_start(people: Path) -> None:
    wanted = small(people, loss="triplet", people=4, pictures=4, ema=0.99).settled()
    model, served = objective.learner(wanted, classes=8), objective.served(wanted)
    rng = np.random.default_rng(0)
    seen = []
    for _ in range(3):
        model.train_on_batch(rng.normal(size=(16, 32, 32, 3)).astype(np.float32), np.repeat(np.arange(4), 4))
        seen.append(checkpoint.value(model.embedder.get_layer("Bottleneck").kernel))
    objective.hand_over(model, served, averaged=True)
    expected = seen[0]
    for done, kernel in ((2, seen[1]), (3, seen[2])):
        momentum = (done - 1) / (done + 8)
        expected = momentum * expected + (1 - momentum) * kernel
    np.testing.assert_allclose(checkpoint.value(served.get_layer("Bottleneck").kernel), expected, rtol=1e-5)


def test_a_run_whose_gradients_all_overflowed_keeps_the_weights_that_it_began_with(
    people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scale that Keras gives the first loss, 2^15, is more than float16 holds of this network's gradients."""
    wanted = small(people, steps=1, ema=0.9, precision="mixed_float16")
    result = loop.train(wanted, tmp_path / "run")
    assert np.isnan(column(result.folder, "gradient_norm")).tolist() == [True]
    assert np.abs(weights.read(result.folder / loop.WEIGHTS)["Bottleneck/kernel"]).max() > 0
    monkeypatch.setattr(loop, "MOST_SKIPPED", 2)
    with pytest.raises(loop.TrainingError, match="The gradient is no longer a finite number at step 2"):
        loop.train(replace(wanted, steps=20), tmp_path / "hopeless")


def test_a_run_of_minutes_ends_in_time_with_its_schedule_at_its_end(people: Path, tmp_path: Path) -> None:
    result = loop.train(small(people, steps=None, minutes=0.5), tmp_path / "run")
    assert result.seconds < 40
    rates = column(result.folder, "learning_rate")
    assert rates[0] == pytest.approx(3e-3)
    assert rates[-1] < 3e-4
    plan = checkpoint.read_record(result.folder)["plan"]
    assert plan[-1][1] == result.steps == len(rates)


def test_jax_trains_without_tensorflow_and_goes_on_as_if_it_had_not_stopped(people: Path, tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path / "pairs.txt", folds=2)
    code = f"""
import sys, threading, pathlib, numpy
sys.modules["tensorflow"] = None
from facenet_core.train import loop, run
from tests.core.identities import small
people, folder = pathlib.Path({str(people)!r}), pathlib.Path({str(tmp_path / "run")!r})
wanted = small(
    people, loss="softmax+triplet", people=3, pictures=4, steps=30, dropout=0.2, ema=0.9, checkpoint_every=10,
    pairs={str(pairs)!r}, pair_images=str(people), folds="1,2",
)
stop = threading.Event()
written = loop.checkpoint.write
loop.checkpoint.write = lambda *given: (written(*given), stop.set())
assert loop.train(wanted, folder, stop).interrupted
loop.checkpoint.write = written
result = loop.resume(folder)
losses = [row["loss"] for row in run.read_log(folder / "metrics.csv")]
assert len(losses) == 30, losses
assert sum(losses[-5:]) < 0.8 * sum(losses[:5]), losses
loop.train(wanted, folder.with_name("unbroken"))
unbroken = [row["loss"] for row in run.read_log(folder.with_name("unbroken") / "metrics.csv")]
numpy.testing.assert_allclose(losses, unbroken, rtol=1e-4, atol=1e-4)
print(result.scores["accuracy"])
"""
    cache = {"JAX_COMPILATION_CACHE_DIR": str(tmp_path / "xla"), "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
    assert 0 <= float(output_of(code, KERAS_BACKEND="jax", **cache).splitlines()[-1]) <= 1


def test_tensorboard_logs_are_written_where_tensorflow_is(people: Path, tmp_path: Path) -> None:
    loop.train(small(people, steps=2, tensorboard=True), tmp_path / "run")
    [file] = (tmp_path / "run" / "tensorboard").iterdir()
    content = file.read_bytes()
    assert b"train/softmax" in content
    code = (
        "import sys; sys.modules['tensorflow'] = None\n"
        "from facenet_core.cli import main\n"
        f"sys.exit(main(['train', '--data', {str(people)!r}, '--out', {str(tmp_path / 'other')!r}, '--steps', '1',"
        " '--batch', '4', '--size', '32', '--option', 'alpha=0.25', '--tensorboard']))"
    )
    without = run_python("-c", code, KERAS_BACKEND="jax")
    assert without.returncode == 1
    assert "TensorFlow, which is not installed" in without.stderr


def test_the_command_trains_by_a_file_of_rates_whatever_the_folders_are_called(tmp_path: Path) -> None:
    data, out = write_people(tmp_path / "照片", 8, 8), tmp_path / os.fsdecode(b"run-\xff")
    (tmp_path / "rates.txt").write_text("0: 0.01\n1: 0.001\n2: -\n")
    arguments = ["--data", data.name, "--out", out.name, "--batch", "16", "--size", "32", "--option", "alpha=0.25"]
    arguments += ["--rates", "rates.txt", "--augmentation", "none", "--augmentation", "flip=1", "--json"]
    told = run_python("-m", "facenet_core", "train", *arguments, folder=tmp_path)
    assert told.returncode == 0, told.stderr
    result = json.loads(told.stdout)
    assert result["steps"] == 8
    assert result["loss"] == pytest.approx(column(out, "loss")[-1])
    assert column(out, "learning_rate") == pytest.approx([0.01] * 4 + [0.001] * 4)
    assert config.read(out).augmentation == Augmentation(flip=1)
    assert config.read(out).data == (str(data),)
    assert presets.get(out).name == "run-\N{REPLACEMENT CHARACTER}"
    again = run_python("-m", "facenet_core", "train", *arguments, folder=tmp_path)
    assert again.returncode == 1
    assert "is not empty" in again.stderr
