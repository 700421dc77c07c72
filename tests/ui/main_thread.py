"""Notes what the main thread does, at the lowest level there is, without changing anything in the program.

Python tells of every call, also of those into extensions such as OpenCV; before the first call of a database connection
SQLite is asked to tell of every statement that it runs there.
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
    """Notes all calls on this thread, and all SQL of this thread and of those that are started from here on."""
    noted, here, over = Noted(), threading.get_ident(), False
    traced: list[sqlite3.Connection] = []

    def trace(connection: sqlite3.Connection) -> None:
        if not any(connection is known for known in traced):
            traced.append(connection)
            connection.set_trace_callback(lambda sql: noted.sql.append((threading.current_thread().name, sql)))

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if over:
            sys.setprofile(None)
        elif event == "c_call":
            owner = getattr(argument, "__self__", None)
            if isinstance(owner, sqlite3.Connection):
                trace(owner)
            elif isinstance(owner, sqlite3.Cursor):
                trace(owner.connection)
            if threading.get_ident() == here:
                module = getattr(argument, "__module__", None) or type(owner).__module__
                noted.calls.add(f"{module}.{argument.__qualname__}")
        elif event == "call" and threading.get_ident() == here:
            noted.calls.add(f"{frame.f_globals.get('__name__')}.{frame.f_code.co_qualname}")

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield noted
    finally:
        over = True
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]
