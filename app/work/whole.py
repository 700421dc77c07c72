"""Reading a file whole, with no more memory than it has bytes."""

from __future__ import annotations

import errno
from typing import BinaryIO


def read_whole(file: BinaryIO, size: int) -> bytes:
    """The content of a buffered file of this size: a share may hand out less at a time than it is asked for. Raises
    OSError where it ends before."""
    content = file.read(size)
    if len(content) < size:
        raise OSError(errno.EIO, "it ended too early")
    return content
