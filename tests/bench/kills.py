"""Kills a process that scans, groups, names, merges, undoes and saves: python -m tests.bench.kills [--kills 200]

Opens the library after each kill, checks every row of it and that nothing that had been told as written is lost; a
tenth of the kills hit a library of the first format that is being brought up to date. Stops at the first that is not
whole, and says with which --seed.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from app.library.library import Library
from tests.library.test_migrations import old_library
from tests.system.killing import Told, check, work_and_kill
from tests.system.test_kill import draw_albums

# So many kills meet the same library, one after the other.
EACH = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    chance, hit, started = random.Random(arguments.seed), Counter[str](), time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        draw_albums(home / "photos")
        said = None
        for number in range(arguments.kills):
            folder = home / f"library-{number // EACH}"
            if number % 10 == 9:
                folder = home / f"old-{number}"
                old_library(folder)
            most = 1 if folder.name.startswith("old") else 40
            told = work_and_kill(folder, home / "photos", arguments.seed * 10_000 + number, chance, most_lines=most)
            if told.said is None and number % EACH and number % 10 != 9:
                told = Told(told.begun, ended=False, said=said)
            left = check(folder, told)
            if number % 10 != 9:
                said = left
            hit[told.begun if not told.ended else "nothing"] += 1
            if (number + 1) % 20 == 0:
                print(
                    f"{number + 1} kills, {time.monotonic() - started:.0f} s, hit: {dict(hit.most_common())}",
                    flush=True,
                )
        for folder in sorted(home.glob("library-*")):
            library = Library.open(folder)
            print(f"{folder.name}: {len(library.faces())} faces, {len(library.people())} people, whole")
            library.close()


if __name__ == "__main__":
    main()
