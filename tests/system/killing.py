"""Kills a process that writes into a library at any moment, and looks at what it leaves."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from app.library.library import Library

CHECKOUT = Path(__file__).resolve().parents[2]
# What people said, but not when.
SAID = (
    "SELECT face_id, kind, person_id, strength, origin FROM decisions ORDER BY id",
    "SELECT id, name, hidden, favourite, merged_into, born_on FROM people ORDER BY id",
    "SELECT relation_id, side, face_id, person_id FROM sides ORDER BY relation_id, side, face_id, person_id",
    "SELECT id, label, undone FROM history ORDER BY id",
)
# Only these change what was said.
EDITS = {"name", "reject", "merge", "undo", "redo", "again"}


@dataclass(frozen=True)
class Told:
    """What the process had begun last, and what had been said when something ended last; None before that."""

    begun: str
    ended: bool
    said: str | None


def said_in(library: Library) -> str:
    """What people have said, as a digest, and how many steps could be undone."""
    digest = hashlib.sha256()
    for query in SAID:
        digest.update(repr(library._read.execute(query).fetchall()).encode())
    steps = library._read.execute("SELECT count(*) FROM history WHERE NOT undone").fetchone()[0]
    return f"{digest.hexdigest()[:16]}:{steps}"


def work_and_kill(folder: Path, photos: Path, seed: int, chance: random.Random, *, most_lines: int) -> Told:
    """Lets a process work in the library in `folder` until it has told some lines, and a little longer.

    Counted from what it tells rather than from its start, so that a busy machine is hit at the same moments.
    """
    command = [sys.executable, "-m", "tests.system.busy_child", str(folder), str(photos), str(seed)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        output = b"".join(child.stdout.readline() for _ in range(chance.randint(1, most_lines)))
        time.sleep(chance.choice([chance.uniform(0, 0.004), chance.uniform(0, 0.08)]))
        child.kill()
        output += child.stdout.read()
    lines = [line.split() for line in output.decode().split("\n")[:-1]]
    begun = [line[1] for line in lines if line[0] == "begin"]
    ended = [line[2] for line in lines if line[0] == "end"]
    return Told(begun[-1], lines[-1][0] == "end", ended[-1] if ended else None)


def check(folder: Path, told: Told) -> str:
    """Asserts that the library is whole and holds what was told; gives what it holds."""
    library = Library.open(folder)
    try:
        assert library.restored is None
        assert list(library.flaws()) == []
        said = said_in(library)
    finally:
        library.close()
    if told.said is not None and said != told.said:
        # What had begun may have been written before the kill, and is there as a whole: one step more, or one less.
        assert not told.ended
        assert told.begun in EDITS, told.begun
        steps, before = (int(text.partition(":")[2]) for text in (said, told.said))
        assert abs(steps - before) == 1
    return said
