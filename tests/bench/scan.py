"""How fast a folder is scanned: python -m tests.bench.scan --photos DIR [--model NAME] [--device cpu] [--decoders N]

Scans into a library that is thrown away, and prints photos a second, CPU time by stage, how full the channels were
and the peak memory of the process.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
from pathlib import Path

from app.library.library import Library
from app.vision.models import make_engine
from app.vision.thread import VisionThread
from app.work.jobs.scan_folder import ScanFolders, ScanSummary
from app.work.runner import Runner


def peak_memory_mb() -> float:
    """Of this process since it was started; ru_maxrss would include the one that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def scan(photos: Path, model: str | None, device: str, decoders: int | None) -> tuple[ScanSummary, dict[str, float]]:
    """What the scan says, and the mean fill of the channel before each stage."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Path(folder) / "library")
        vision = VisionThread(make_engine(model, device))
        runner = Runner(lambda event: None)
        try:
            job = ScanFolders(library, vision, [photos], decoders=decoders)
            summary = runner.start(job).future.result()
        finally:
            runner.close()
            vision.close()
            library.close()
    assert isinstance(summary, ScanSummary)
    return summary, job.mean_fill


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--model", help="`pretend` shows what the pipeline itself costs; without it, the default model")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--decoders", type=int)
    arguments = parser.parse_args()
    summary, fill = scan(arguments.photos, arguments.model, arguments.device, arguments.decoders)
    read = max(1, summary.photos)
    print(f"{summary.photos} photos ({summary.failed} not read), {summary.faces} faces, {os.cpu_count()} cores")
    print(f"{read / summary.seconds:.1f} photos/s, {1000 * summary.seconds / read:.1f} ms a photo")
    stages = {name: 1000 * seconds / read for name, seconds in summary.stages.items()}
    print(
        "CPU ms a photo: "
        + ", ".join(f"{name} {ms:.2f}" for name, ms in stages.items())
        + f", all {sum(stages.values()):.1f}"
    )
    print("waiting before a stage, on average: " + ", ".join(f"{name} {items:.1f}" for name, items in fill.items()))
    print(f"peak memory {peak_memory_mb():.0f} MB")


if __name__ == "__main__":
    main()
