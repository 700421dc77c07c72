"""Where errors inside decoders come from. Most are of damaged files and tell nothing; a few may be bugs of the program.

Nobody can tell which, so each way to an error is logged once: thousands of damaged files do not fill the log.
"""

from __future__ import annotations

import logging
import threading

log = logging.getLogger(__name__)

_lock = threading.Lock()
_known: set[str] = set()


def note(kind: str | None, trace: str) -> None:
    """`trace` is a traceback as Python prints it."""
    way, _, _ = trace.rstrip().rpartition("\n")
    with _lock:
        if way in _known:
            return
        _known.add(way)
    log.info("A %s could not be decoded:\n%s", kind or "file", trace.rstrip())
