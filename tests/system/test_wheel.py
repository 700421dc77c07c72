"""A built wheel, installed where the checkout cannot be seen, finds all it needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the paths are those of POSIX")


def run(*command: str | Path, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    pip_wheel = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-index", "--no-build-isolation")
    run(*pip_wheel, "--wheel-dir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the wheel and sees the packages of this one, but not its editable install.

    A path file adds their folder to `sys.path`; path files inside that folder are then not read.
    """
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    (site_packages,) = folder.glob("lib/python*/site-packages")
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


def test_the_wheel_holds_the_packages_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} - {"app", "facenet_core", "resources"} == {"kinfolio-0.1.0.dist-info"}
    assert not [name for name in names if "test" in name or "__pycache__" in name]
    assert {"app/py.typed", "facenet_core/py.typed", "resources/icons/kinfolio.svg"} <= set(names)
    assert any(name.endswith("dist-info/licenses/resources/models/LICENSE.md") for name in names)


def test_every_resource_is_found_inside_the_installed_package(environment: Path, tmp_path: Path) -> None:
    in_checkout = [path for path in (ROOT / "resources").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    script = (
        "import json, app.paths, facenet_core, resources;"
        "print(json.dumps([app.__file__, facenet_core.__file__, str(app.paths.resource())]))"
    )
    places = json.loads(run(environment / "bin" / "python", "-c", script, cwd=tmp_path))
    assert all(Path(place).is_relative_to(environment) for place in places), places
    for path in in_checkout:
        assert (Path(places[2]) / path.relative_to(ROOT / "resources")).read_bytes() == path.read_bytes(), path


def test_faces_are_embedded_with_the_weights_of_the_wheel(environment: Path, tmp_path: Path) -> None:
    script = (
        "import numpy as np; from facenet_core.embed import Embedder;"
        "embedder = Embedder(device='cpu'); size = embedder.preset.crop_size;"
        "print(np.linalg.norm(embedder.embed(np.zeros((1, size, size, 3), np.uint8))))"
    )
    assert float(run(environment / "bin" / "python", "-c", script, cwd=tmp_path)) == pytest.approx(1.0, abs=1e-5)


def test_the_program_starts_from_another_folder(environment: Path, tmp_path: Path) -> None:
    assert "scan" in run(environment / "bin" / "kinfolio", "--help", cwd=tmp_path)
    assert "scan" in run(environment / "bin" / "python", "-m", "app", "--help", cwd=tmp_path)
    run(environment / "bin" / "python", "-m", "facenet_core", "--help", cwd=tmp_path)
