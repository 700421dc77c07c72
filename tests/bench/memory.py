"""Whether memory is flat: python -m tests.bench.memory [--photos 200 2000] [--model NAME] [--megapixels 12]

Draws the photos, scans each number of them in a process of its own, and prints the peak memory of each and their ratio.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.scan import peak_memory_mb, scan
from tests.pictures import draw_people, encode

DISTINCT = 24


def draw(folder: Path, photos: int, megapixels: float) -> None:
    """Photos of one to three people; each file has its own content, and the pictures repeat after DISTINCT."""
    width = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    size = (width, round(width * 3 / 4))
    for seed in range(min(DISTINCT, photos)):
        people = [(seed * 5 + place * 3) % 20 for place in range(1 + seed % 3)]
        data = encode(draw_people(*people, size=size, seed=seed).pixels)
        for number in range(seed, photos, DISTINCT):
            # Behind the end of a JPEG anything may follow.
            (folder / f"{number:06}.jpg").write_bytes(data + number.to_bytes(4, "little"))


def measure(folder: Path, model: str) -> float:
    """The peak memory of a scan in a fresh process, in MB."""
    command = [sys.executable, "-m", "tests.bench.memory", "--scan", str(folder), "--model", model]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, nargs="+", default=[200, 2000])
    parser.add_argument("--model", default="pretend")
    parser.add_argument("--megapixels", type=float, default=12)
    parser.add_argument("--scan", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.scan is not None:
        scan(arguments.scan, arguments.model, "auto", None)
        print(peak_memory_mb())
        return
    peaks = []
    for photos in arguments.photos:
        with tempfile.TemporaryDirectory() as folder:
            draw(Path(folder), photos, arguments.megapixels)
            peaks.append(measure(Path(folder), arguments.model))
        print(f"{photos} photos of {arguments.megapixels:g} megapixels, {arguments.model}: peak {peaks[-1]:.0f} MB")
    print(f"ratio {peaks[-1] / peaks[0]:.3f}")


if __name__ == "__main__":
    main()
