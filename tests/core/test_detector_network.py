"""The detector's network is YuNet, and OpenCV computes from its ONNX file what Keras computes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from facenet_core.detect.network import CHANNELS, PARTS, STRIDES, network, onnx_file

# What the paper counts, with batch norms' statistics left out, is 75,856.
PARAMETERS = (74_000, 78_000)


@pytest.fixture(scope="module")
def made() -> tuple[object, bytes]:
    """A network whose outputs spread as those of a trained one, and its file."""
    import keras

    keras.utils.set_random_seed(3)
    model = network(momentum=0.5)
    rng = np.random.default_rng(3)
    for variable in model.weights:
        if variable.path.endswith(("gamma", "beta", "moving_variance")):
            variable.assign(rng.uniform(0.8, 1.6, variable.shape))
    # Norms that have seen a picture keep numbers within what a trained network has.
    for _ in range(12):
        model(picture(64, 64)[None].astype(np.float32), training=True)
    return model, onnx_file(model)


def picture(height: int, width: int) -> NDArray[np.uint8]:
    coarse = np.random.default_rng(height + width).integers(0, 256, (height // 16, width // 16, 3), np.uint8)
    return np.asarray(cv2.resize(coarse, (width, height)), np.uint8)


def test_the_network_is_as_small_as_the_paper_says() -> None:
    model = network()
    counted = sum(int(np.prod(variable.shape)) for variable in model.trainable_variables)
    assert PARAMETERS[0] < counted < PARAMETERS[1]


def test_a_map_has_a_place_for_every_square_of_its_stride() -> None:
    shapes = [output.shape for output in network(96, 160).outputs]
    assert shapes == [(None, 96 // stride, 160 // stride, CHANNELS) for stride in STRIDES]


@pytest.mark.parametrize(("height", "width"), [(320, 320), (640, 640), (768, 1024)])
def test_opencv_computes_what_keras_computes_at_any_size(made: tuple[object, bytes], height: int, width: int) -> None:
    model, content = made
    image = picture(height, width)
    maps = model.predict_on_batch(image[None].astype(np.float32))  # type: ignore[attr-defined]
    opened = cv2.dnn.readNetFromONNX(np.frombuffer(content, np.uint8))
    opened.setInput(cv2.dnn.blobFromImage(image))
    names = [f"{part}_{stride}" for stride in STRIDES for part in PARTS]
    outputs = dict(zip(names, opened.forward(names), strict=True))
    for stride, found in zip(STRIDES, maps, strict=True):
        rows = np.asarray(found).reshape(1, -1, CHANNELS)
        rows = np.concatenate([1 / (1 + np.exp(-rows[..., :2])), rows[..., 2:]], axis=-1)
        assert rows.std() > 0.05, "a network of zeros would agree with anything"
        ours = np.concatenate([outputs[f"{part}_{stride}"] for part in PARTS], axis=-1)
        np.testing.assert_allclose(ours, rows, atol=2e-4)


def test_opencvs_detector_reads_the_file_and_finds_a_box_where_the_map_says(made: tuple[object, bytes]) -> None:
    model, content = made
    image = picture(320, 320)
    detector = cv2.FaceDetectorYN.create(
        "onnx", np.frombuffer(content, np.uint8), np.empty(0, np.uint8), (320, 320), 0.0, 1.0, top_k=10_000
    )
    _, rows = detector.detect(image)
    assert rows is not None
    best = rows[np.argmax(rows[:, -1])]
    candidates = []
    for stride, found in zip(STRIDES, model.predict_on_batch(image[None].astype(np.float32)), strict=True):  # type: ignore[attr-defined]
        score = np.sqrt(np.prod(1 / (1 + np.exp(-found[0, :, :, :2].astype(np.float64))), axis=-1))
        row, column = np.unravel_index(np.argmax(score), score.shape)
        dx, dy, dw, dh, *points = found[0, row, column, 2:]
        size = np.exp([dw, dh]) * stride
        corner = np.array([column + dx, row + dy]) * stride - size / 2
        landmarks = (np.reshape(points, (5, 2)) + np.array([column, row])) * stride
        candidates.append([*corner, *size, *landmarks.ravel(), score[row, column]])
    expected = max(candidates, key=lambda candidate: candidate[-1])
    np.testing.assert_allclose(best, expected, rtol=1e-3, atol=0.05)
