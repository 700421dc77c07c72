"""Distillation from a teacher at work, with the maps it makes on the way as hints."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from facenet_core import networks
from facenet_core.cli import main
from facenet_core.teacher import Teacher
from facenet_core.train import config, loop, objective, run
from facenet_core.types import FacenetError
from tests.core.identities import small, write_people

CHANNELS = 8


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """32 x 32 pictures -> maps 16 x 16 x 8, their ReLU, its means, 128 numbers of length 1."""
    return write_teacher(tmp_path_factory.mktemp("teacher") / "teacher.onnx")


def write_teacher(file: Path, output: str = "embedding") -> Path:
    rng = np.random.default_rng(0)
    kernel = rng.normal(size=(CHANNELS, 3, 3, 3))
    constants = {
        # Without a mean, so that the maps are spread around 0 as those behind a batch norm are.
        "kernel": (kernel - kernel.mean(axis=(1, 2, 3), keepdims=True)) / 300,
        "bias": rng.normal(size=CHANNELS) / 10,
        "dense": rng.normal(size=(CHANNELS, 128)),
    }
    nodes = [
        helper.make_node("Conv", ["image", "kernel", "bias"], ["map"], strides=[2, 2], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["map"], ["relu"]),
        helper.make_node("GlobalAveragePool", ["relu"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("MatMul", ["flat", "dense"], ["numbers"]),
        helper.make_node("ReduceL2", ["numbers"], ["length"], axes=[1]),
        helper.make_node("Div", ["numbers", "length"], [output]),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, 32, 32])
    embedding = helper.make_tensor_value_info(output, TensorProto.FLOAT, ["n", 128])
    weights = [numpy_helper.from_array(array.astype(np.float32), name) for name, array in constants.items()]
    graph = helper.make_graph(nodes, "teacher", [image], [embedding], weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), str(file))
    return file


def crops(count: int) -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, (count, 32, 32, 3), np.uint8)


def taught(people: Path, teacher: Path, **settings: Any) -> config.Config:
    return small(people, loss="distill", teacher=str(teacher), dropout=0.0, **settings)


def test_a_teacher_gives_unit_vectors_and_the_maps_it_is_asked_for(teacher: Path) -> None:
    at_work = Teacher(teacher, 1, ["relu", "map"])
    assert (at_work.side, at_work.dimension, at_work.shapes) == (32, 128, ((16, 16, CHANNELS), (16, 16, CHANNELS)))
    vectors, relu, before = at_work(crops(5))
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(relu, np.maximum(before, 0))
    np.testing.assert_allclose(at_work(crops(5)[3:])[1], relu[3:], atol=1e-5)


def test_files_that_are_no_teacher_are_refused(teacher: Path, tmp_path: Path) -> None:
    with pytest.raises(FacenetError, match=r"The teacher .*teacher\.onnx is no network .* it has no ear, nose"):
        Teacher(teacher, 1, ["relu", "nose", "ear"])
    (tmp_path / "text.onnx").write_text("no network")
    for file in (tmp_path / "text.onnx", write_teacher(tmp_path / "other.onnx", output="vector")):
        with pytest.raises(FacenetError, match=rf"The teacher .*{file.name} is no network from `image`"):
            Teacher(file, 1)
    with pytest.raises(FacenetError, match=r"The teacher .*nothing\.onnx cannot be read: No such file"):
        Teacher(tmp_path / "nothing.onnx", 1)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"size": 40}, "The teacher describes crops of 32 pixels by 128 numbers, and the network those of 40 by 128"),
        ({"dimension": 64}, "and the network those of 32 by 64"),
        ({"hints": {"Conv2d_99": "map"}}, "mobilenet_v1 has no endpoint 'Conv2d_99'; it has: Conv2d_0, "),
        ({"hints": {"Conv2d_13_pointwise": "map"}}, r"Conv2d_13_pointwise is 1 x 1 where the teacher's map is 16 x 16"),
    ],
)
def test_a_teacher_that_does_not_fit_the_network_is_refused(
    people: Path, teacher: Path, tmp_path: Path, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(FacenetError, match=message):
        loop.train(taught(people, teacher, **settings), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_stretches_one_after_the_other_are_the_whole_network() -> None:
    import keras

    network = networks.embedder("mobilefacenet", 48)
    shown = [networks.endpoints(network)[name] for name in ("Conv2d_1_depthwise", "expanded_conv_3", "GDConv")]
    pictures = np.random.default_rng(0).normal(size=(2, 48, 48, 3)).astype(np.float32)
    *maps, expected = keras.Model(network.input, [*shown, network.output]).predict_on_batch(pictures)
    stretches = objective.stretches(network.input, shown, [network.output])
    read = [pictures, *maps]
    for number, (stretch, wanted) in enumerate(zip(stretches, [*maps, expected], strict=True)):
        np.testing.assert_allclose(stretch.predict_on_batch(read[: number + 1]), wanted, atol=1e-5)
    with pytest.raises(FacenetError, match="in the order of the network"):
        objective.stretches(network.input, shown[::-1], [network.output])
    # Each goes on from the last map alone: what came before may be anything.
    noise = [np.ones_like(part) for part in read[:-1]]
    np.testing.assert_allclose(stretches[-1].predict_on_batch([*noise, read[-1]]), expected, atol=1e-5)


@pytest.mark.slow
def test_a_network_learns_in_stretches_what_comes_after_the_teachers_maps(
    people: Path, teacher: Path, tmp_path: Path
) -> None:
    learning = {"learning_rate": 0.02, "steps": 40, "hint_inputs": "teacher"}
    settings = taught(people, teacher, hints={"Conv2d_0": "relu"}, options={"alpha": 0.25}, **learning)
    loop.train(settings, tmp_path / "run")
    logs = run.read_log(tmp_path / "run" / run.METRICS)
    for part in ("cosine", "hints"):
        assert logs[-1][part] < 0.9 * logs[0][part], part
    with pytest.raises(FacenetError, match="Conv2d_0 has 16 channels where the teacher's relu has 8: no stretch"):
        loop.train(replace(settings, options={"alpha": 0.5}), tmp_path / "wider")


def test_stretches_need_hints(people: Path, teacher: Path) -> None:
    with pytest.raises(FacenetError, match="at hints only: name some"):
        taught(people, teacher, hint_inputs="teacher")


def test_hints_need_a_teacher_and_distillation() -> None:
    with pytest.raises(FacenetError, match="Hints are maps of a teacher: name its ONNX file"):
        small(Path("crops"), loss="distill", hints={"Conv2d_0": "map"})
    with pytest.raises(FacenetError, match="teacher is for distill, and would do nothing for the loss softmax"):
        small(Path("crops"), loss="softmax", hints={"Conv2d_0": "map"}, teacher="teacher.onnx")


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_people(tmp_path_factory.mktemp("people") / "crops", 4, 6)


@pytest.mark.slow
@pytest.mark.parametrize("alpha", [0.25, 0.5])
def test_hints_as_wide_as_the_network_are_matched_as_they_are_and_others_through_a_convolution(
    teacher: Path, alpha: float
) -> None:
    """The first layer of MobileNet has 32 alpha channels, the teacher's maps 8."""
    settings = taught(
        Path("crops"), teacher, hints={"Conv2d_0": "relu"}, options={"alpha": alpha}, learning_rate=0.02
    ).settled()
    at_work = Teacher(teacher, 1, ["relu"])
    model = objective.learner(settings, classes=0, maps=at_work.shapes)
    adapters = {variable.path for variable in model.weights if "Adapter" in variable.path}
    assert adapters == (set() if alpha == 0.25 else {"Adapter_Conv2d_0/kernel", "Adapter_Conv2d_0/bias"})
    assert not any("Adapter" in variable.path for variable in model.embedder.weights)
    images = crops(16)
    logs = [model.train_on_batch(images / np.float32(128) - 1, at_work(images), return_dict=True) for _ in range(40)]
    assert logs[0]["loss"] == pytest.approx(logs[0]["cosine"] + logs[0]["relational"] + logs[0]["hints"], rel=1e-5)
    assert logs[-1]["hints"] < 0.8 * logs[0]["hints"]


@pytest.mark.slow
def test_a_run_learns_from_a_teacher_at_work_and_goes_on_as_if_it_had_not_stopped(
    people: Path, teacher: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Folders of crops have no vectors of a teacher's: here it needs none."""
    arguments = ["--data", str(people), "--loss", "distill", "--teacher", str(teacher), "--size", "32", "--batch", "16"]
    arguments += ["--option", "alpha=0.25", "--hint", "Conv2d_0=relu", "--learning-rate", "0.02", "--steps", "40"]
    assert main(["train", *arguments, "--out", str(tmp_path / "run")]) == 0
    rows = run.read_log(tmp_path / "run" / run.METRICS)
    for part in ("cosine", "relational", "hints"):
        values = [row[part] for row in rows]
        assert np.mean(values[-5:]) < 0.8 * np.mean(values[:5]), part
    stopped = config.read(tmp_path / "run")
    stop = _AfterSteps(20)
    assert loop.train(stopped, tmp_path / "stopped", stop).interrupted  # type: ignore[arg-type]
    loop.resume(tmp_path / "stopped")
    again = run.read_log(tmp_path / "stopped" / run.METRICS)
    np.testing.assert_allclose([row["loss"] for row in again], [row["loss"] for row in rows], rtol=1e-4, atol=1e-4)


class _AfterSteps:
    """An event that is set after it has been asked for so many steps."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def is_set(self) -> bool:
        self.left -= 1
        return self.left < 0
