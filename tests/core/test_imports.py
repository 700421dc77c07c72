"""What is loaded when."""

from __future__ import annotations

import pytest

from tests.core.processes import output_of

HEAVY = {"tensorflow", "keras", "jax", "torch", "ai_edge_litert", "matplotlib", "sklearn", "cv2"}


def modules_after(code: str) -> set[str]:
    return set(output_of(f"import sys\n{code}\nprint(*sys.modules)").splitlines()[-1].split())


def test_importing_the_library_loads_nothing_heavy() -> None:
    assert not HEAVY & modules_after("import facenet_core")


@pytest.mark.parametrize("module", ["align", "cli", "detect.yunet", "devices", "embed", "presets"])
def test_importing_a_module_loads_no_framework(module: str) -> None:
    assert not (HEAVY - {"cv2"}) & modules_after(f"import facenet_core.{module}")


def test_embedding_on_the_cpu_loads_no_tensorflow() -> None:
    loaded = modules_after(
        "import numpy as np\n"
        "from facenet_core.embed import Embedder\n"
        "Embedder(device='cpu').embed(np.zeros((1, 112, 112, 3), np.uint8))"
    )
    assert "ai_edge_litert" in loaded
    assert not {"tensorflow", "keras", "jax"} & loaded


def test_asking_why_there_is_no_gpu_loads_no_framework_where_there_is_no_driver() -> None:
    code = "import os; os.environ['CUDA_VISIBLE_DEVICES'] = ''\nfrom facenet_core import devices; devices.why_no_gpu()"
    assert not {"tensorflow", "keras", "jax"} & modules_after(code)
