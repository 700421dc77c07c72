"""How fast a folder is scanned: python -m tests.bench.scan [--photos DIR] [--model NAME] [--device cpu] [--decoders N]

Without --photos it makes 12 megapixel JPEGs of three faces each, out of small photos of people (`--faces DIR`, default
`photos` of the test data). First each stage works alone on some photos. All stages work on several threads, so what
bounds a scan is that all cores together have to give the CPU time of all stages. Then the folder is scanned into a
library that is thrown away. Prints photos a second against that bound, CPU time by stage, how full the channels were
and the peak memory of the process.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.library.library import Library
from app.library.records import RootId
from app.memory import keeping_pictures
from app.vision.models import make_engine
from app.vision.threads import Vision
from app.work.jobs.scan_folder import PICTURES_ON_THE_ROAD, ScanFolders, ScanSummary
from app.work.photo_file import describe, read_file
from app.work.runner import Runner
from tests.conftest import shared_folder

# Four to three, as phones take them.
SIZE = (4000, 3000)
FACES_EACH = 3
# The longer side of each small photo where it is pasted.
PASTED = (900, 1300)
# How many photos each stage works on alone, after some to warm up.
ALONE = 5 * PICTURES_ON_THE_ROAD


def make_photos(folder: Path, faces: Path, count: int) -> None:
    """Coarse clouds with grain, and photos of people upon them, the same each time."""
    random = np.random.default_rng(0)
    people = sorted(faces.glob("*.jpg"))
    third = SIZE[0] // FACES_EACH
    for number in range(count):
        clouds = random.integers(40, 215, (60, 80, 3), dtype=np.uint8)
        grain = random.normal(0, 6, (SIZE[1] // 2, SIZE[0] // 2)).astype(np.float32)
        photo = np.asarray(cv2.resize(clouds, SIZE, interpolation=cv2.INTER_CUBIC), np.float32)
        photo = np.clip(photo + cv2.resize(grain, SIZE)[..., None], 0, 255).astype(np.uint8)
        for place in range(FACES_EACH):
            person = _read(people[random.integers(len(people))])
            scale = random.uniform(*PASTED) / max(person.shape[:2])
            person = cv2.resize(person, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)[:, :third]
            height, width = person.shape[:2]
            left, top = place * third + random.integers(third - width + 1), random.integers(SIZE[1] - height + 1)
            photo[top : top + height, left : left + width] = person
        cv2.imwrite(str(folder / f"{number:04}.jpg"), photo, [cv2.IMWRITE_JPEG_QUALITY, 90])


def alone(photos: Path, model: str | None, device: str) -> tuple[float, float]:
    """CPU ms a photo of decoding, and of seeing what is on it."""
    files = [os.fsencode(path) for path in sorted(photos.rglob("*.jpg"))[: ALONE + PICTURES_ON_THE_ROAD]]
    engine = make_engine(model, device)
    decoding = seeing = 0.0
    for start in range(0, len(files), PICTURES_ON_THE_ROAD):
        part = files[start : start + PICTURES_ON_THE_ROAD]
        began = time.process_time()
        pictures = [describe(read_file(file), RootId(1), file)[1] for file in part]
        decoded = time.process_time()
        engine.read(pictures)
        if start:
            decoding += decoded - began
            seeing += time.process_time() - decoded
    engine.close()
    return 1000 * decoding / (len(files) - PICTURES_ON_THE_ROAD), 1000 * seeing / (len(files) - PICTURES_ON_THE_ROAD)


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
        vision = Vision(make_engine(model, device))
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
    parser.add_argument("--photos", type=Path, help="a folder to scan; without it, photos are made")
    parser.add_argument("--faces", type=Path, default=shared_folder() / "data" / "photos")
    parser.add_argument("--count", type=int, default=200, help="how many photos are made")
    parser.add_argument("--model", help="`pretend` shows what the pipeline itself costs; without it, the default model")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--decoders", type=int)
    arguments = parser.parse_args()
    with _photos(arguments.photos, arguments.faces, arguments.count) as photos:
        with keeping_pictures():
            decoding, seeing = alone(photos, arguments.model, arguments.device)
        before = peak_memory_mb()
        summary, fill = scan(photos, arguments.model, arguments.device, arguments.decoders)
    read = max(1, summary.photos)
    stages = {name: 1000 * seconds / read for name, seconds in summary.stages.items()}
    cores = os.cpu_count() or 1
    rest = sum(stages.values()) - stages["decode"] - stages["see"]
    bound = 1000 * cores / (decoding + seeing + rest)
    rate = read / summary.seconds
    print(f"{summary.photos} photos ({summary.failed} not read), {summary.faces} faces, {cores} cores")
    print(f"alone, CPU ms a photo: decode {decoding:.1f}, see {seeing:.1f}")
    print(f"{rate:.1f} photos/s, {100 * rate / bound:.0f} % of the bound of {bound:.1f}, {1000 / rate:.1f} ms a photo")
    print(
        "CPU ms a photo: "
        + ", ".join(f"{name} {ms:.2f}" for name, ms in stages.items())
        + f", all {sum(stages.values()):.1f}"
    )
    print("waiting before a stage, on average: " + ", ".join(f"{name} {items:.1f}" for name, items in fill.items()))
    print(f"peak memory {peak_memory_mb():.0f} MB ({before:.0f} before the scan)")


@contextmanager
def _photos(given: Path | None, faces: Path, count: int) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory() as folder:
        make_photos(Path(folder), faces, count)
        yield Path(folder)


def _read(path: Path) -> NDArray[np.uint8]:
    return np.asarray(cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR), np.uint8)


if __name__ == "__main__":
    main()
