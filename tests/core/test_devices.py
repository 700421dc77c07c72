"""Devices are chosen by argument, and a missing GPU is explained."""

from __future__ import annotations

import pytest

from facenet_core import devices
from facenet_core.devices import Device
from facenet_core.types import FacenetError


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")


@pytest.mark.parametrize(
    ("text", "device"),
    [
        ("auto", Device("auto")),
        ("cpu", Device("cpu")),
        ("GPU", Device("gpu", 0)),
        ("gpu:3", Device("gpu", 3)),
    ],
)
def test_a_device_is_read_from_text(text: str, device: Device) -> None:
    assert Device.parse(text) == device


@pytest.mark.parametrize("text", ["", "tpu", "gpu:", "gpu:-1", "gpu:x", "cpu:1", "auto:0"])
def test_an_unknown_device_is_refused(text: str) -> None:
    with pytest.raises(FacenetError, match="There is no device"):
        Device.parse(text)


@pytest.mark.usefixtures("no_gpu")
def test_without_a_gpu_auto_is_the_cpu() -> None:
    assert devices.resolve("auto") == Device("cpu")
    assert devices.gpus() == []


@pytest.mark.usefixtures("no_gpu")
def test_asking_for_a_gpu_that_is_not_there_says_why() -> None:
    with pytest.raises(FacenetError, match="No GPU can be used: CUDA_VISIBLE_DEVICES hides every GPU"):
        devices.resolve("gpu")


def test_the_reason_for_having_no_gpu_fits_the_gpus_found() -> None:
    reason = devices.why_no_gpu()
    assert (reason is None) == bool(devices.gpus())
    if reason is not None:
        assert reason.endswith(".")
