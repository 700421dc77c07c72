"""Notes what the main thread does, at the lowest level there is, without changing anything in the program.

Python tells of every call on this thread, also of those into extensions such as OpenCV; of each connection that is made
SQLite is asked to tell of every statement that it runs there. What a test itself asks is left out.
"""

from __future__ import annotations

import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import pytest

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "BEGIN", "COMMIT")


@dataclass
class Noted:
    """`sql` is (name of the thread, statement); `calls` are "module.function" of the thread that watches."""

    sql: list[tuple[str, str]] = field(default_factory=list)
    calls: set[str] = field(default_factory=set)

    def of_thread(self, thread: str) -> list[str]:
        return [sql.strip() for name, sql in self.sql if name == thread]

    def writes(self, thread: str) -> list[str]:
        return [sql for sql in self.of_thread(thread) if sql.upper().startswith(WRITES)]

    def called(self, *modules: str) -> list[str]:
        """What was called in these modules and those below them."""
        return sorted(call for call in self.calls if call.startswith(tuple(f"{module}." for module in modules)))


@contextmanager
def watched() -> Iterator[Noted]:
    """Notes all calls on this thread, and all SQL of this thread and of others on connections made from here on."""
    noted, here, over = Noted(), threading.get_ident(), False
    connect = sqlite3.connect

    def traced(*arguments: Any, **named: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **named)
        connection.set_trace_callback(trace)
        return connection

    def trace(sql: str) -> None:
        if threading.get_ident() != here or not by_a_test(sys._getframe()):
            noted.sql.append((threading.current_thread().name, sql))

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if over:
            sys.setprofile(None)
            return
        if event == "c_call":
            owner = getattr(argument, "__self__", None)
            call = f"{getattr(argument, '__module__', None) or type(owner).__module__}.{argument.__qualname__}"
        elif event == "call":
            call = f"{frame.f_globals.get('__name__')}.{frame.f_code.co_qualname}"
        else:
            return
        if call not in noted.calls and not by_a_test(frame):
            noted.calls.add(call)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", traced)
        sys.setprofile(note)
        try:
            yield noted
        finally:
            over = True
            sys.setprofile(None)


def by_a_test(frame: FrameType | None) -> bool:
    """Whether it is a test that wants this, and neither the window nor a part of it that a test set going."""
    while frame is not None:
        module = str(frame.f_globals.get("__name__"))
        if module.startswith(("app.ui.", "app.main")):
            return False
        if module.startswith("tests.") and module != __name__:
            return True
        frame = frame.f_back
    return False
