"""Fixtures every test may use."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest

# How long an example takes says how busy the machine is, and whether a library was imported on the way.
hypothesis.settings.register_profile("kinfolio", deadline=None)
hypothesis.settings.load_profile("kinfolio")

# Before anything imports them: Qt must not look for a screen, TensorFlow must not fill the logs that tests check.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """The workers of pytest-xdist send reports as UTF-8, which knows no broken file names."""
    report = yield
    report.sections = [(title, text.encode(errors="backslashreplace").decode()) for title, text in report.sections]
    return report


def shared_folder() -> Path:
    beside_the_checkout = Path(__file__).resolve().parents[2] / "shared"
    return Path(os.environ.get("KINFOLIO_TEST_DATA", beside_the_checkout))


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of faces and photos for tests; what needs it is skipped where it is absent."""
    folder = shared_folder() / "data"
    if not folder.is_dir():
        pytest.skip(f"no test data in {folder}: set KINFOLIO_TEST_DATA to the folder that holds `data`")
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home: the program under test keeps its library, settings and models in there."""
    folder = tmp_path / "home"
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(folder / name.lower()))
    monkeypatch.setenv("HOME", str(folder))
    folder.mkdir()
    return folder
