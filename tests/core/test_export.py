"""The inference file that ships is the one its weights give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from facenet_core import export, presets, weights

# The TensorFlow that made the committed file: with it a rebuild gives the same bytes, with another the same vectors.
BUILT_WITH = "2.21.0"
PRESET = presets.get()


def run(content: bytes, image: NDArray[np.float32]) -> NDArray[np.float32]:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=content)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], image)
    interpreter.invoke()
    return np.asarray(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]))


@pytest.mark.slow
def test_the_inference_file_is_rebuilt_from_its_weights(tmp_path: Path) -> None:
    import tensorflow as tf

    committed = weights.find(*PRESET.files()[1]).read_bytes()
    rebuilt = export.litert(PRESET)
    if tf.__version__ == BUILT_WITH:
        assert rebuilt == committed
    for seed in range(3):
        image = np.random.default_rng(seed).uniform(-1, 1, (1, 112, 112, 3)).astype(np.float32)
        assert float((run(rebuilt, image) * run(committed, image)).sum()) > 0.99999
