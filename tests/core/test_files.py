"""Files are replaced in one step. What a kill leaves of them is tested with the checkpoints of training."""

from __future__ import annotations

from pathlib import Path

import pytest

from facenet_core.files import replaced


def test_a_file_is_replaced_by_what_was_written(tmp_path: Path) -> None:
    for content in (b"one", b"two"):
        with replaced(tmp_path / "file") as file:
            file.write(content)
        assert [path.name for path in tmp_path.iterdir()] == ["file"]
        assert (tmp_path / "file").read_bytes() == content


def test_a_file_whose_writing_fails_is_as_it_was_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    def fail() -> None:
        with replaced(tmp_path / "file") as file:
            file.write(b"half of the new")
            raise OSError("disk full")

    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(OSError, match="disk full"):
        fail()
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"old"
