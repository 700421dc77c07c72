"""Files are read to their end, with no more memory than they have bytes."""

from __future__ import annotations

import io
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.work import photo_file, sidecars
from app.work.photo_file import read_file, reason
from app.work.sidecars import UnreadBesideError

BYTES = os.urandom(300_000)


class Share(io.FileIO):
    """Hands out so many bytes at a time, and none from `end` on."""

    end = len(BYTES)

    def readinto(self, buffer: Any) -> int:
        return super().readinto(memoryview(buffer)[: self._room(len(buffer))]) or 0

    def read(self, size: int | None = -1) -> bytes:
        return super().read(self._room(self.end if size is None or size < 0 else size)) or b""

    def _room(self, size: int) -> int:
        return max(min(size, 100_000, self.end - self.tell()), 0)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    def open_there(path: bytes | int, mode: str, buffering: int = -1) -> object:
        raw = Share(path, mode)
        return raw if buffering == 0 else io.BufferedReader(raw)

    for module in (photo_file, sidecars):
        monkeypatch.setattr(module, "open", open_there, raising=False)
    (tmp_path / "file").write_bytes(BYTES)
    return os.fsencode(tmp_path / "file")


READERS = [lambda path: read_file(path).data, lambda path: sidecars._content(path, 1_000_000)]


@pytest.mark.parametrize("read", READERS)
def test_a_file_is_read_whole_from_a_share_that_hands_out_less_than_it_is_asked_for(
    file: bytes, read: Callable[[bytes], bytes]
) -> None:
    assert read(file) == BYTES


@pytest.mark.parametrize("read", READERS)
def test_a_file_that_ends_before_its_size_is_not_taken_for_a_whole_one(
    file: bytes, monkeypatch: pytest.MonkeyPatch, read: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr(Share, "end", 200_000)
    with pytest.raises((OSError, UnreadBesideError)) as told:
        read(file)
    why = told.value.why if isinstance(told.value, UnreadBesideError) else told.value
    assert reason(why).startswith("Only a part of this file could be read.")


@pytest.mark.parametrize("read", READERS)
def test_reading_takes_no_more_memory_than_the_file_has_bytes(tmp_path: Path, read: Callable[[bytes], bytes]) -> None:
    (tmp_path / "file").write_bytes(BYTES)
    tracemalloc.start()
    try:
        read(os.fsencode(tmp_path / "file"))
        assert tracemalloc.get_traced_memory()[1] < 2 * len(BYTES)
    finally:
        tracemalloc.stop()
