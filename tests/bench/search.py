"""How fast the index of a large library opens and answers: python -m tests.bench.search [--faces 1000000]

Writes an index of random unit vectors (what is in them does not matter to exact search), and opens it in a process of
its own: seconds until it is ready, milliseconds of a lookup of the best 50, and the memory that all this takes.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from app.library.index import FaissIndex
from tests.bench.scan import peak_memory_mb

DIMENSION = 128
AT_ONCE = 100_000
LOOKUPS = 50
STAMP = "bench"


def make(file: Path, faces: int) -> None:
    index, random = FaissIndex(DIMENSION), np.random.default_rng(0)
    for start in range(0, faces, AT_ONCE):
        vectors = random.normal(size=(min(AT_ONCE, faces - start), DIMENSION)).astype(np.float32)
        index.add(np.arange(start, start + len(vectors)), vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    index.save(file, stamp=STAMP)


def measure(file: Path) -> None:
    import faiss

    before = peak_memory_mb()
    faiss.omp_get_max_threads()
    began = time.perf_counter()
    index = FaissIndex.load(file, stamp=STAMP, dimension=DIMENSION)
    ready = time.perf_counter() - began
    assert index is not None
    probes = np.random.default_rng(1).normal(size=(LOOKUPS, 1, DIMENSION)).astype(np.float32)
    probes /= np.linalg.norm(probes, axis=2, keepdims=True)
    seconds = []
    for probe in probes:
        began = time.perf_counter()
        index.search(probe, 50)
        seconds.append(time.perf_counter() - began)
    print(f"{len(index)} faces: ready in {ready:.2f} s, file {file.stat().st_size / 1e6:.0f} MB")
    print(f"lookup: first {1000 * seconds[0]:.1f} ms, median {1000 * statistics.median(seconds[1:]):.1f} ms")
    print(f"peak memory: {peak_memory_mb():.0f} MB, of which {before:.0f} before the index")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faces", type=int, default=1_000_000)
    parser.add_argument("--open", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.open is not None:
        measure(arguments.open)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "index.faiss"
        make(file, arguments.faces)
        subprocess.run([sys.executable, "-m", "tests.bench.search", "--open", str(file)], check=True)


if __name__ == "__main__":
    main()
