"""What a training run is told, how its steps are planned, and what it keeps on the disk. Loads no framework."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from facenet_core import weights
from facenet_core.cli import main, train
from facenet_core.data.augment import Augmentation
from facenet_core.devices import Device
from facenet_core.train import checkpoint, config, loop, run, schedules
from facenet_core.train.config import Config
from facenet_core.train.input import fingerprint, open_training_crops, training_batches, training_sampler
from facenet_core.train.meter import Meter
from facenet_core.types import FacenetError
from tests.core.identities import small, write_pairs, write_people, write_taught
from tests.core.processes import ROOT, output_of, run_python

if sys.platform != "win32":
    import termios

PLAIN: dict[str, Any] = {"data": ("crops",), "steps": 100}


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"data": ()}, "nothing to train on"),
        ({"steps": None}, "how long to train"),
        ({"epochs": 3.0}, "how long to train"),
        ({"rates": ((0.0, 0.1), (9.0, None))}, "how long to train"),
        ({"loss": "hinge"}, "no loss 'hinge'"),
        ({"backbone": "vgg"}, "no backbone 'vgg'"),
        ({"pairs": "pairs.txt"}, "both the file of the pairs and"),
        ({"sampling": "people", "batch": 8}, "people x pictures"),
        ({"sampling": "natural", "people": 8}, "not for natural"),
        ({"loss": "triplet", "center_weight": 0.1}, "center_weight is for softmax"),
        (
            {"loss": "softmax", "mining": "batch-hard"},
            "mining is for triplet, and would do nothing for the loss softmax",
        ),
        ({"loss": "softmax", "center_rate": 0.1}, "center_rate is for center"),
        ({"optimizer": "adam", "momentum": 0.5}, "momentum is for sgd or rmsprop"),
        ({"size": 20}, "at least 32 pixels, not 20"),
        ({"options": {"width": 1}}, "no option 'width'; it has: alpha, depth_multiplier"),
        ({"learning_rate": 0.0}, "learning_rate must be above 0"),
        ({"learning_rate": float("nan")}, "learning_rate must be above 0"),
        ({"ema": 1.0}, "ema must be at least 0 and below 1"),
        ({"center_rate": 1.5}, "center_rate lies in"),
        ({"weight_decay": -1.0}, "weight_decay must not be below 0"),
        ({"folds": "1-2"}, "there are no pairs"),
        ({"patience": 3}, "Patience counts validations"),
        ({"options": {"alpha": "half"}}, "is a number: alpha cannot be 'half'"),
        ({"options": {"alpha": None}}, "is a number: alpha cannot be None"),
        ({"folds": "10-8", "pairs": "pairs.txt", "pair_images": "crops"}, "folds"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused_with_a_sentence(wanted: dict[str, Any], said: str) -> None:
    with pytest.raises(FacenetError, match=said):
        Config(**{**PLAIN, **wanted})


def test_a_config_comes_back_from_its_file_whatever_the_paths(tmp_path: Path) -> None:
    written = Config(
        data=("照片/crops", os.fsdecode(b"/broken-\xff")),
        rates=((0.0, 0.1), (3.5, None)),
        options={"alpha": 0.5},
        augmentation=Augmentation(flip=0.5, hue=4),
    )
    written.write(tmp_path)
    assert config.read(tmp_path) == written


def test_a_folder_that_holds_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FacenetError, match="no training run"):
        config.read(tmp_path)


def test_triplets_are_drawn_by_people_and_the_rest_naturally_unless_told_otherwise() -> None:
    assert Config(**PLAIN, loss="triplet").settled().batch_size == 64
    assert Config(**PLAIN, loss="softmax+triplet").settled().sampling == "people"
    assert Config(**PLAIN, loss="softmax").settled().sampling == "natural"
    assert Config(**PLAIN, loss="softmax", people=3, pictures=2).settled().batch_size == 6
    assert Config(**PLAIN, loss="triplet", batch=48).settled().sampling == "natural"
    assert Config(**PLAIN, backbone="inception_resnet_v1").settled().size == 160


def test_the_learning_rate_rises_through_the_warm_up_and_falls_as_a_cosine_to_zero() -> None:
    plan = Config(data=("crops",), steps=110, learning_rate=0.2, warmup=10)
    rates = [schedules.learning_rate(plan, step, 110, 20) for step in range(110)]
    np.testing.assert_allclose(rates[:10], np.arange(1, 11) * 0.02)
    assert rates[10] == pytest.approx(0.2)
    assert rates[60] == pytest.approx(0.1)
    assert rates[109] == pytest.approx(0.2 * (1 + np.cos(np.pi * 0.99)) / 2)
    assert schedules.learning_rate(plan, 60, None, 20) == pytest.approx(0.2)


def test_a_file_of_rates_holds_each_from_its_epoch_and_ends_the_run(tmp_path: Path) -> None:
    file = tmp_path / "rates.txt"
    file.write_text("# epoch: rate\n0: 0.1\n\n2: 0.01  # finer\n2.5:0.001\n4: -\n")
    plan = Config(data=("crops",), rates=schedules.read_rates(file), warmup=2)
    assert schedules.steps_of(plan, 10) == 40
    rates = [schedules.learning_rate(plan, step, 40, 10) for step in (0, 1, 19, 20, 24, 25, 39)]
    assert rates == pytest.approx([0.05, 0.1, 0.1, 0.01, 0.01, 0.001, 0.001])


@pytest.mark.parametrize("text", ["", "0 0.1", "0: x", "1: 0.1\n1: 0.2", "0: -", "0: 0.1\n1: -\n2: 0.1", "0: -0.1"])
def test_a_damaged_file_of_rates_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "rates.txt"
    file.write_text(text)
    with pytest.raises(FacenetError, match=r"rates\.txt"):
        schedules.read_rates(file)


def test_epochs_and_steps_say_how_long_a_run_is() -> None:
    assert schedules.steps_of(Config(data=("crops",), epochs=2.5), 10) == 25
    assert schedules.steps_of(Config(data=("crops",), epochs=0.01), 10) == 1
    assert schedules.steps_of(Config(data=("crops",), minutes=2), 10) is None


def test_an_epoch_that_is_no_whole_number_of_batches_is_not_rounded_up_to_one() -> None:
    """100 crops in batches of 64: 40 epochs are 4000 crops, which 63 batches hold."""
    assert schedules.steps_of(Config(data=("crops",), epochs=40), 100 / 64) == 63
    assert schedules.steps_of(Config(data=("crops",), epochs=3), 10 / 3) == 10
    falling = Config(data=("crops",), steps=10, rates=((0.0, 0.1), (2.0, 0.01)))
    rates = [schedules.learning_rate(falling, step, 10, 100 / 64) for step in (3, 4)]
    assert rates == pytest.approx([0.1, 0.01])


@settings(deadline=None, max_examples=60)
@given(each=st.floats(0.05, 3), compiling=st.floats(0, 30), reserve=st.floats(0, 20), slower=st.floats(0.5, 2))
def test_a_run_of_minutes_ends_in_time_also_where_its_speed_changes(
    each: float, compiling: float, reserve: float, slower: float
) -> None:
    clock = [0.0]
    pace = schedules.Pace(1.0, step=0, seconds=0.0, now=lambda: clock[0])
    total: int | None = None
    step = 0
    while total is None or step < total:
        clock[0] += each * (slower if step > 20 else 1) + (compiling if step == 0 else 0)
        step += 1
        total = pace.fitted(step, reserve) or total
    longest = each * max(1.0, slower)
    assert clock[0] + reserve <= max(60 + longest, each * (schedules.MEASURED + 1) + compiling + reserve)
    if compiling + reserve + longest * schedules.MEASURED < 30:
        assert clock[0] + reserve >= 60 - longest * (schedules.MEASURED + 1)


def test_a_resumed_run_of_minutes_counts_the_time_it_has_had() -> None:
    clock = [100.0]
    pace = schedules.Pace(1.0, step=500, seconds=59.0, now=lambda: clock[0])
    clock[0] += 2
    assert pace.seconds == 61
    assert pace.fitted(501, 0.0) == 501


def test_a_log_goes_on_after_the_checkpoint_and_has_no_step_twice(tmp_path: Path) -> None:
    file = tmp_path / "metrics.csv"
    log = run.Log(file, ("step", "loss"), 0)
    for step in range(1, 6):
        log.add({"step": step, "loss": step / 3})
        assert run.read_log(file)[-1]["step"] == step, "a kill would cost rows"
    log.close()
    with file.open("a") as out:
        out.write("6,0.1")  # cut off within the number
    log = run.Log(file, ("step", "loss"), 3)
    log.add({"step": 4, "loss": float("nan")})
    log.close()
    rows = run.read_log(file)
    assert [row["step"] for row in rows] == [1, 2, 3, 4]
    assert rows[2]["loss"] == pytest.approx(1.0)
    assert np.isnan(rows[3]["loss"])


def test_what_was_validated_before_the_first_step_stays_in_the_log_of_a_run_that_goes_on(tmp_path: Path) -> None:
    for step in (0, 5):
        log = run.Log(tmp_path / "validation.csv", ("step", "accuracy"), 0)
        log.add({"step": step, "accuracy": 0.5})
        log.close()
    assert [row["step"] for row in run.read_log(tmp_path / "validation.csv")] == [0, 5]


def test_a_folder_that_is_not_empty_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.npz").touch()
    with pytest.raises(FacenetError, match="not empty"):
        _written_into(tmp_path)


def test_the_folder_of_a_run_goes_away_where_nothing_was_written(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "new" / "run", tmp_path / "empty"):
        _written_into(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]
    _written_into(tmp_path / "new" / "run", "metrics.csv")
    assert (tmp_path / "new" / "run" / "metrics.csv").exists()


def _written_into(folder: Path, *names: str) -> None:
    with run.created(folder):
        for name in names:
            (folder / name).touch()


def test_the_environment_of_each_session_is_noted_with_the_revision_of_this_code(tmp_path: Path) -> None:
    for step in (0, 40):
        run.note_environment(tmp_path, Device("cpu"), step)
    sessions = json.loads((tmp_path / run.ENVIRONMENT).read_text())["sessions"]
    assert [session["from_step"] for session in sessions] == [0, 40]
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    tracked = subprocess.run(
        ["git", "ls-files", "facenet_core/train/run.py"], cwd=ROOT, capture_output=True, check=False
    )
    assert sessions[0]["git_revision"] == (head.stdout.strip() if tracked.stdout else None)
    assert sessions[0]["versions"]["numpy"] == np.__version__


def test_a_damaged_note_of_the_environment_is_refused_with_a_sentence(tmp_path: Path) -> None:
    run.note_environment(tmp_path, Device("cpu"), 0)
    whole = (tmp_path / run.ENVIRONMENT).read_bytes()
    for content in (whole[:40], b"[]", b"\xff"):
        (tmp_path / run.ENVIRONMENT).write_bytes(content)
        with pytest.raises(FacenetError, match=r"is damaged .* delete it to go on"):
            run.note_environment(tmp_path, Device("cpu"), 40)


def test_each_plot_says_what_it_shows_and_the_loss_is_smoothed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, Figure] = {}
    monkeypatch.setattr(run, "save_plots", lambda folder, figures: kept.update(figures))
    names = ("step", "loss", "softmax", "triplet", "cosine", "relational", "learning_rate", "similarity")
    log = run.Log(tmp_path / run.METRICS, names, 0)
    for step in range(1, 401):
        log.add(dict.fromkeys(names, 1.0 + step % 2) | {"step": step})
    log.close()
    for loss, shown in (("softmax+triplet", "different people"), ("distill", "different crops")):
        run.draw(tmp_path, Config(**PLAIN, loss=loss))
        assert shown in kept["similarity"].get_suptitle()
        assert all(figure.get_suptitle() for figure in kept.values())
        for axes in kept["loss"].axes:
            raw, smooth = (np.asarray(line.get_ydata()) for line in axes.get_lines())
            assert np.ptp(smooth) < np.ptp(raw) / 10
            assert smooth.mean() == pytest.approx(raw.mean(), abs=0.02)


def test_without_a_terminal_a_line_is_logged_now_and_then(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])
    caplog.set_level("INFO")
    with Meter(100, 1120, 10) as meter:
        for step in range(101, 164):
            clock[0] += 40 if step == 101 else 1
            meter.tell(step, 1120, 0.25)
    told = [record.message for record in caplog.records]
    assert told == [
        "Compiling the network, which may take a minute.",
        "step 101 of 1,120: loss 0.25",
        "step 131 of 1,120: loss 0.25, 10 images/s, 16:29 left",
        "step 161 of 1,120: loss 0.25, 10 images/s, 15:59 left",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no terminals of this kind")
def test_on_a_terminal_a_bar_counts_steps_and_leaves_the_compiling_out_of_the_time() -> None:
    master, slave = os.openpty()
    termios.tcsetwinsize(slave, (24, 100))
    code = (
        "import time\n"
        "from facenet_core.train.meter import Meter\n"
        "with Meter(0, 40, 10) as meter:\n"
        "    for step in range(1, 21):\n"
        "        time.sleep(2 if step == 1 else 0.05)\n"
        "        meter.tell(step, 40, 0.25)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=slave) as process:
        os.close(slave)
        told = b""
        with suppress(OSError):  # what the end of a terminal is on Linux
            while part := os.read(master, 1 << 16):
                told += part
    os.close(master)
    assert process.returncode == 0
    assert b"compiling:   0%" in told
    last = told.decode().strip().rpartition("\r")[2]
    # Of steps of a twentieth of a second: with the first one's two, 20 would have taken three.
    assert re.search(r"20/40 \[00:0[01]<00:0[01], ", last), last
    assert "loss 0.25, 1" in last
    assert "compiling" not in last


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_a_batch_system_and_a_closed_terminal_end_a_run_after_its_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with train.stopped_by_signals() as stop:
            signal.raise_signal(number)
            assert (stop.is_set(), stop.number) == (True, number)
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(number)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with train.stopped_by_signals() as stop:
            signal.raise_signal(signal.SIGHUP)
            assert not stop.is_set(), "nohup was overruled"
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_kill_while_a_checkpoint_is_written_leaves_a_whole_one(tmp_path: Path) -> None:
    file = tmp_path / checkpoint.FILE
    code = f"""
import itertools, pathlib, numpy as np
from facenet_core.weights import write
for number in itertools.count():
    write(pathlib.Path({str(file)!r}), {{"a": np.full(1_000_000, number), "b": np.full(1_000_000, number)}})
    print(number, flush=True)
"""
    for wait in (0.0, 0.006, 0.015):
        process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        last = [int(process.stdout.readline()) for _ in range(2)][-1]
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        with np.load(file) as arrays:
            a, b = arrays["a"], arrays["b"]
        assert a[0] >= last
        assert (a == a[0]).all()
        assert (b == a[0]).all()


def test_a_damaged_or_missing_checkpoint_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FacenetError, match="no checkpoint to go on from"):
        checkpoint.read_record(tmp_path)
    weights.write(tmp_path / checkpoint.FILE, {"weights/a": np.zeros(3)})
    with pytest.raises(FacenetError, match="is no checkpoint"):
        checkpoint.read_record(tmp_path)
    (tmp_path / checkpoint.FILE).write_bytes(b"PK")
    with pytest.raises(FacenetError, match="cannot be read"):
        checkpoint.read_record(tmp_path)


def test_a_checkpoint_with_another_record_than_ours_is_refused(tmp_path: Path) -> None:
    small(tmp_path / "crops").write(tmp_path)
    weights.write(tmp_path / checkpoint.FILE, {checkpoint.RECORD: np.frombuffer(b'{"epoch": 3}', np.uint8)})
    with pytest.raises(FacenetError, match="of another version"):
        loop.resume(tmp_path)


def test_the_people_of_the_validation_folds_are_in_no_batch(tmp_path: Path) -> None:
    data = write_people(tmp_path / "crops", 8, 5)
    pairs = write_pairs(tmp_path / "pairs.txt", folds=3)
    settings = small(data, pairs=str(pairs), pair_images=str(data), folds="1,3").settled()
    crops = open_training_crops(settings)
    assert set(crops.people) == {"Person_02", "Person_03", "Person_06", "Person_07"}
    batches = training_batches(settings, crops, training_sampler(settings, crops))
    drawn = {crops.people[label] for step in range(10) for label in batches.batch(step).labels}
    assert drawn == set(crops.people)


@pytest.mark.parametrize(("folds", "left_out"), [("1-3", 6), ("1-4", 7)])
def test_folds_that_leave_nobody_to_train_on_are_refused_by_their_people(
    tmp_path: Path, folds: str, left_out: int
) -> None:
    data = write_people(tmp_path / "crops", 7, 5)
    pairs = write_pairs(tmp_path / "pairs.txt", folds=4)
    wanted = small(data, pairs=str(pairs), pair_images=str(data), folds=folds)
    with pytest.raises(FacenetError, match=f"^{left_out} of 7 people are in the chosen folds .* fewer --folds"):
        open_training_crops(wanted)


def test_other_crops_have_another_fingerprint(tmp_path: Path) -> None:
    one, more = write_people(tmp_path / "one", 3, 6), write_people(tmp_path / "more", 3, 7)
    prints = [fingerprint(open_training_crops(small(data, batch=4))) for data in (one, more, one)]
    assert prints[0] == prints[2] != prints[1]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"batch": 64}, "larger than all data, 12 crops"),
        ({"people": 5, "pictures": 2}, "people need as many"),
        ({"loss": "distill"}, "needs a teacher"),
    ],
)
def test_crops_that_do_not_fit_the_loss_are_refused(tmp_path: Path, wanted: dict[str, Any], said: str) -> None:
    data = write_people(tmp_path / "crops", 3, 4)
    with pytest.raises(FacenetError, match=said):
        _opened(small(data, **wanted).settled())


def _opened(wanted: Config) -> None:
    training_sampler(wanted, open_training_crops(wanted))


def test_packs_that_name_nobody_are_refused_by_losses_that_need_people(tmp_path: Path) -> None:
    pack = write_taught(tmp_path / "faces.npz", 4, 4, dimension=64)
    with pytest.raises(FacenetError, match="needs to know who"):
        open_training_crops(small(pack, loss="softmax"))
    with pytest.raises(FacenetError, match="have 64 numbers"):
        open_training_crops(small(pack, loss="distill"))


def test_wrong_use_of_the_command_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = write_people(tmp_path / "crops", 3, 4)
    out = tmp_path / "run"
    for arguments, said in (
        (["--data", str(data)], "--out"),
        (["--out", str(out)], "--data"),
        (["--data", str(data), "--out", str(out), "--backbone", "vgg"], "invalid choice: 'vgg'"),
        (["--resume", str(out), "--steps", "5"], "takes no steps"),
        (["--resume", str(out), "--out", str(out)], "takes no out"),
    ):
        with pytest.raises(SystemExit) as exit_code:
            main(["train", *arguments])
        assert exit_code.value.code == 2
        assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "how long to train"),
        (["--steps", "5"], "larger than all data"),
        (["--steps", "5", "--batch", "4", "--option", "alpha"], "expected NAME=VALUE"),
        (["--steps", "5", "--batch", "4", "--augmentation", "flap=1"], "no flap"),
        (["--steps", "5", "--batch", "4", "--crop-margin", "20"], "margin of 20"),
        (["--steps", "5", "--batch", "4", "--device", "tpu"], "no device 'tpu'"),
        (["--steps", "5", "--batch", "4", "--start", "nowhere"], "nothing to start from at nowhere"),
        (["--steps", "5", "--batch", "4", "--patience", "2", "--validate-every", "1"], "nothing to validate on"),
    ],
)
def test_runs_that_cannot_be_end_with_a_sentence_and_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    data = write_people(tmp_path / "crops", 3, 4)
    # Twice, since a run that could not begin leaves its folder free.
    for _ in range(2):
        assert main(["train", "--data", str(data), "--out", str(tmp_path / "run"), *arguments]) == 1
        assert said in capsys.readouterr().err
        assert not (tmp_path / "run").exists()


def test_wrong_inputs_are_found_before_keras_is_loaded(tmp_path: Path) -> None:
    data = write_people(tmp_path / "crops", 3, 4)
    code = f"""
import sys
sys.modules["keras"] = None
from facenet_core.cli import main
common = ["train", "--data", {str(data)!r}, "--out", {str(tmp_path / "run")!r}, "--steps", "1", "--batch", "4"]
for wrong in (["--option", "width=1"], ["--size", "20"], ["--start", "nowhere"], ["--start", {str(data)!r}]):
    print(main([*common, *wrong]))
"""
    assert output_of(code).split() == ["1"] * 4


def test_a_backend_that_is_none_is_told_with_those_that_are(tmp_path: Path) -> None:
    data = write_people(tmp_path / "crops", 3, 4)
    arguments = ["--data", str(data), "--out", str(tmp_path / "run"), "--steps", "1", "--batch", "4"]
    told = run_python("-m", "facenet_core", "train", *arguments, "--device", "cpu", KERAS_BACKEND="foo")
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith("facenet_core: Set KERAS_BACKEND to tensorflow or jax, not to foo")
    assert len(told.stderr.splitlines()) == 1
    assert not (tmp_path / "run").exists()


def test_no_data_and_a_full_folder_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = str(tmp_path / "nowhere")
    assert main(["train", "--data", nowhere, "--out", str(tmp_path / "run"), "--steps", "5"]) == 1
    assert "no crops at" in capsys.readouterr().err
    assert main(["train", "--data", nowhere, "--out", str(tmp_path.parent), "--steps", "5"]) == 1
    assert "is not empty" in capsys.readouterr().err
    assert main(["train", "--resume", nowhere]) == 1
    assert "no training run" in capsys.readouterr().err


def test_every_setting_is_an_option_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_code:
        main(["train", "--help"])
    assert exit_code.value.code == 0
    told = capsys.readouterr().out
    for field in dataclasses.fields(Config):
        plural = "s" if field.name in ("options", "hints") else ""
        assert f"--{field.name.replace('_', '-').removesuffix(plural)} " in told
    assert told.count("default") == len(dataclasses.fields(Config)) - 1, "all but the data have one"
    for setting in dataclasses.fields(Augmentation):
        assert f"{setting.name}=" in told
    assert told.count("python -m facenet_core train --data") == 2
