"""A device is asked for before anything is read with it."""

from __future__ import annotations

import pytest

from app.errors import UsageError
from app.vision.devices import check_device


@pytest.mark.parametrize("device", ["auto", "cpu"])
def test_some_processor_is_always_there(device: str) -> None:
    check_device(device)


@pytest.mark.parametrize("device", ["gpu:99", "tpu"])
def test_a_processor_that_is_not_there_is_a_wrong_use(device: str) -> None:
    with pytest.raises(UsageError, match=r"GPU|no device 'tpu'"):
        check_device(device)
