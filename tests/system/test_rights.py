"""What cannot be read or written: one sentence and an exit code, and nothing is concluded from it."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.library.library import Library
from tests.library.conftest import Filler
from tests.pictures import draw_people, encode

# Root may do anything but for these.
WITHOUT = "-dac_override,-dac_read_search"


def kinfolio(*arguments: str | Path, largest_file: int | None = None) -> tuple[int, str]:
    """What a command of somebody ends with who has no other rights than files say, and all that it prints."""

    def limit() -> None:
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    command = [sys.executable, "-m", "app", *map(str, arguments)]
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root may read and write everything")
        command = ["setpriv", f"--bounding-set={WITHOUT}", f"--inh-caps={WITHOUT}", *command]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        preexec_fn=limit,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Given back to its owner at the end, so that it can be removed."""
    folder = tmp_path / "there"
    folder.mkdir()
    yield folder
    folder.chmod(0o755)
    for path in sorted(folder.rglob("*")):
        path.chmod(0o755)


@pytest.fixture
def library(folder: Path) -> Path:
    with_anna = Library.open(folder / "library")
    Filler(with_anna, folder / "photos").photo("one.jpg", [1])
    with_anna.name("Anna", faces=[with_anna.faces()[0].id]).result()
    with_anna.close()
    return folder / "library"


def read_only(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)


def test_a_library_that_may_only_be_read_is_shown_and_not_changed(home: Path, library: Path) -> None:
    read_only(library)
    before = {path.name for path in library.iterdir()}
    assert kinfolio("people", "--library", library) == (0, "     1  Anna  (1 face in 1 photo)\n")
    assert "sound" in kinfolio("doctor", "--library", library)[1]
    code, said = kinfolio("undo", "--library", library)
    assert (code, said.count("\n")) == (3, 1)
    assert "cannot be written (Permission denied)" in said
    assert {path.name for path in library.iterdir()} == before


def rename_and_die(library: Path) -> None:
    """Anna is Berta, and the log beside the library is left as it is."""
    writes = """if True:
        import os, sys
        from pathlib import Path
        from app.library.library import Library
        library = Library.open(Path(sys.argv[1]))
        library.rename(library.people()[0].id, "Berta").result()
        os._exit(0)
    """
    subprocess.run([sys.executable, "-c", writes, library], check=True)


def test_a_log_that_another_program_left_is_read_where_nothing_may_be_written(home: Path, library: Path) -> None:
    rename_and_die(library)
    read_only(library)
    assert "Berta" in kinfolio("people", "--library", library)[1]
    library.chmod(0o755)
    (library / "library.db-shm").unlink()
    library.chmod(0o555)
    code, said = kinfolio("people", "--library", library)
    assert (code, said.count("\n")) == (3, 1)
    assert "Give yourself the right to write in its folder" in said


@pytest.mark.parametrize("mark", ["library.unchecked", "library.damaged"])
def test_a_library_whose_folder_takes_no_marks_is_used_as_far_as_it_goes(home: Path, library: Path, mark: str) -> None:
    rename_and_die(library)
    if mark == "library.damaged":
        (library / mark).touch()
    library.chmod(0o555)
    assert kinfolio("undo", "--library", library) == (0, "Undone: Rename Anna to Berta\n")
    assert "Anna" in kinfolio("people", "--library", library)[1]
    library.chmod(0o755)
    (library / "library.db-shm").unlink()
    library.chmod(0o555)
    code, said = kinfolio("undo", "--library", library)
    assert (code, said.count("\n")) == (3, 1)
    assert "Give yourself the right to write in its folder" in said


def test_a_library_that_may_not_be_looked_into_is_told(home: Path, library: Path) -> None:
    library.chmod(0)
    for command in ("people", "doctor"):
        code, said = kinfolio(command, "--library", library)
        assert code != 0
        assert "cannot be read (Permission denied)" in said


def test_no_photo_is_taken_for_gone_where_nobody_may_look(home: Path, folder: Path) -> None:
    photos = folder / "photos"
    (photos / "inside").mkdir(parents=True)
    for name in ("one.jpg", "inside/two.jpg"):
        (photos / name).write_bytes(encode(draw_people(size=(320, 240), seed=len(name)).pixels))
    read_only(photos)
    options = ("--library", folder / "library")
    assert kinfolio("scan", photos, *options)[0] == 0
    for place, mode in ((photos, 0o444), (photos, 0), (photos / "inside", 0o444), (photos / "inside", 0o111)):
        place.chmod(mode)
        code, said = kinfolio("scan", photos, *options)
        assert (code, "You do not have the right to" in said) == (1, True), (place, mode)
        assert "No photo is gone" in kinfolio("gone", *options)[1]
        assert kinfolio("photos", *options)[1].count("jpg\n") == 2
        place.chmod(0o555)
    assert {path.name for path in photos.rglob("*")} == {"one.jpg", "inside", "two.jpg"}


@pytest.mark.parametrize("room", [0, 30_000, 60_000])
def test_a_disk_that_takes_no_more_is_told_and_takes_nothing_from_the_library(
    home: Path, library: Path, folder: Path, room: int
) -> None:
    photos = folder / "album"
    photos.mkdir()
    for number in range(3):
        (photos / f"{number}.jpg").write_bytes(encode(draw_people(size=(320, 240), seed=number).pixels))
    code, said = kinfolio("scan", photos, "--library", library, largest_file=room)
    assert (code, "The disk that holds the library" in said) == (3, True), said
    assert "Anna" in kinfolio("people", "--library", library)[1]
    assert "\n3 photos (" in kinfolio("scan", photos, "--library", library)[1]


@pytest.mark.parametrize("room", [0, 30_000, 100_000])
def test_a_library_that_no_disk_has_room_for_is_made_once_there_is_room(home: Path, folder: Path, room: int) -> None:
    (folder / "album").mkdir()
    arguments = ("scan", folder / "album", "--library", folder / "library")
    assert kinfolio(*arguments, largest_file=room)[0] == 3
    assert kinfolio(*arguments)[0] == 0
