"""A YuNet network in ONNX Runtime: from a picture to boxes, landmarks and scores. It takes a third of OpenCV's time."""

from __future__ import annotations

import re
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

# The maps of a YuNet, each with a row for every place, at these strides.
STRIDES = (8, 16, 32)
PARTS = ("cls", "obj", "bbox", "kps")
# Batch 1 and three channels, then height and width as numbers: four dimensions of a tensor's shape in protobuf.
_FIXED_INPUT = re.compile(
    rb"(\x0a\x02\x08\x01\x0a\x02\x08\x03)(\x0a.)\x08([\x80-\xff]+.)(\x0a.)\x08([\x80-\xff]+.)", re.S
)


class YuNetSession:
    """From the bytes of an .onnx file. Raises ValueError for one that is no YuNet, and what ONNX Runtime raises.

    A picture takes one thread, and several threads may look at one each: that uses the cores better than all of them
    on one picture.
    """

    def __init__(self, content: bytes) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        # Pictures have many shapes: a plan of the memory of each would be kept.
        options.enable_mem_pattern = False
        # It would warn of each picture that has not the shape that the file names.
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(
            with_open_input(content), options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name
        self._outputs = [f"{part}_{stride}" for stride in STRIDES for part in PARTS]
        if not set(self._outputs) <= {output.name for output in self._session.get_outputs()}:
            raise ValueError("the network has not the outputs of YuNet")

    def rows(self, picture: NDArray[np.uint8], least: float) -> NDArray[np.float32]:
        """What scores at least so much in an RGB picture uint8 [h, w, 3]: float32 [n, 15], the best first.

        Each row is x, y, width, height, five landmarks and the score, in pixels of the picture.
        """
        height, width = picture.shape[:2]
        # Not np.zeros, which asks the system for small pages: of each picture, which takes longer than filling them.
        filled = np.empty((1, 3, height + -height % STRIDES[-1], width + -width % STRIDES[-1]), np.float32)
        filled[..., height:, :] = filled[..., width:] = 0
        # As OpenCV reads pictures: blue first, 0 to 255.
        for plane, colour in zip(filled[0], reversed(cv2.split(picture)), strict=True):
            plane[:height, :width] = colour
        maps = [found[0] for found in self._session.run(self._outputs, {self._input: filled})]
        parts = [maps[start : start + len(PARTS)] for start in range(0, len(maps), len(PARTS))]
        rows = np.concatenate(
            [_rows(part, filled.shape[3], stride, least) for stride, part in zip(STRIDES, parts, strict=True)]
        )
        return rows[np.argsort(-rows[:, 14], kind="stable")]


def with_open_input(onnx: bytes) -> bytes:
    """`onnx` with names in place of the height and width that most published YuNet files fix, for any picture.

    A dimension is a protobuf field with a name (tag 0x12, length) or a number (tag 0x08, varint); the name is as long
    as the number, so that no length changes.
    """

    def named(found: re.Match[bytes]) -> bytes:
        shape, height, rows, width, columns = found.groups()
        return shape + b"".join(
            tag + bytes([0x12, len(number) - 1]) + letter * (len(number) - 1)
            for tag, number, letter in ((height, rows, b"h"), (width, columns, b"w"))
        )

    return _FIXED_INPUT.sub(named, onnx, count=1)


def _rows(maps: Sequence[NDArray[np.float32]], width: int, stride: int, least: float) -> NDArray[np.float32]:
    """Of one stride's maps: places are counted row by row, and lengths in strides, those of boxes as logarithms."""
    cls, obj, bbox, kps = maps
    scores = np.sqrt(np.clip(cls[:, 0], 0, 1) * np.clip(obj[:, 0], 0, 1))
    (places,) = np.nonzero(scores >= least)
    places_xy = np.stack([places % (width // stride), places // (width // stride)], axis=1).astype(np.float32)
    size = np.exp(bbox[places, 2:]) * stride
    start = (places_xy + bbox[places, :2]) * stride - size / 2
    landmarks = (np.tile(places_xy, 5) + kps[places]) * stride
    return np.concatenate([start, size, landmarks, scores[places, None]], axis=1)
