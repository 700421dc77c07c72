"""The program as a process: Ctrl+C, pipes that close, exit codes as a shell sees them, and one run with real models."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.library.library import Library
from app.vision.models import PRETEND
from tests.cli.conftest import ANNA, BEN, CommandLine, write_photo
from tests.terminal import open_terminal


def command(library: Path, *argv: object) -> list[str]:
    return [sys.executable, "-m", "app", "--library", str(library), "--json", *map(str, argv)]


def run(library: Path, *argv: object, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(library, *argv), capture_output=True, text=True, check=False, **options)


def records(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def pretending(tmp_path: Path, home: Path) -> Path:
    """A library that another process will scan with the pretend engine."""
    library = Library.open(tmp_path / "library")
    library.set_setting("model", PRETEND).result()
    library.close()
    return library.folder


PHOTOS = 200


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """More photos than are read before the first line is seen; no two files are equal."""
    folder = tmp_path / "many"
    drawn = [write_photo(folder / "0.jpg", identity, seed=identity).read_bytes() for identity in (ANNA, BEN)]
    for number in range(PHOTOS):
        (folder / f"{number}.jpg").write_bytes(drawn[number % 2] + f"{number}".encode())
    return folder


def test_ctrl_c_ends_a_scan_with_130_and_keeps_what_was_read(pretending: Path, many: Path) -> None:
    process = subprocess.Popen(
        command(pretending, "scan", many), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    asked = time.monotonic()
    rest, said = process.communicate(timeout=60)
    seconds = time.monotonic() - asked
    lines = records(first + rest)
    assert process.returncode == 130, said
    assert seconds < 5
    assert "kept" in said
    assert "Traceback" not in said
    assert 0 < len(lines) < PHOTOS
    kept = {face["photo"] for face in records(run(pretending, "faces").stdout)}
    assert {line["photo"] for line in lines} <= kept
    again = run(pretending, "scan", many)
    assert again.returncode == 0
    summary = records(again.stdout)[-1]
    assert (summary["photos"], summary["skipped"]) == (PHOTOS, len(kept))
    assert len(records(run(pretending, "faces").stdout)) == PHOTOS


INTERRUPTED_IMPORT = """
import os, signal, sys
class Interrupt:
    def find_spec(self, name, *_):
        if name == sys.argv[1]:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupt())
from app.__main__ import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that a process can send itself")
@pytest.mark.parametrize(
    ("module", "argv"),
    [
        ("app.cli", ["faces"]),
        ("argparse", ["faces"]),
        ("app.library.library", ["faces"]),
        ("numpy", ["faces"]),
        ("app.main", []),
    ],
)
def test_ctrl_c_while_the_program_starts_ends_it_with_130_and_no_traceback(
    named: CommandLine, module: str, argv: list[str]
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_IMPORT, module, "--library", str(named.library), *argv],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ, QT_QPA_PLATFORM="xcb"),  # a display, as far as the start can tell
    )
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr in ("", "Interrupted.\n")


def test_a_reader_who_leaves_is_not_an_error(named: CommandLine) -> None:
    for argv in (["people"], ["faces"], ["photos"], ["doctor"]):
        read, write = os.pipe()
        os.close(read)
        ended = subprocess.run(command(named.library, *argv), stdout=write, stderr=subprocess.PIPE, check=False)
        os.close(write)
        assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_result_that_cannot_be_written_is_said(named: CommandLine, pretending: Path, many: Path) -> None:
    for library, argv in ((named.library, ["faces"]), (named.library, ["hide", "Anna"]), (pretending, ["scan", many])):
        with open("/dev/full", "w") as full:  # noqa: PTH123
            ended = subprocess.run(
                command(library, *argv), stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60
            )
        assert ended.returncode == 1
        assert ended.stderr == "The result could not be printed: No space left on device. Send it somewhere else.\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_messages_that_cannot_be_written_change_neither_result_nor_exit_code(named: CommandLine) -> None:
    for argv, code in ((["people"], 0), (["hide", "Nobody"], 2)):
        with open("/dev/full", "w") as full:  # noqa: PTH123
            ended = subprocess.run(command(named.library, *argv), stdout=subprocess.PIPE, stderr=full, check=False)
        assert ended.returncode == code
        assert len(ended.stdout.splitlines()) == (2 if code == 0 else 0)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
def test_closed_output_is_said_and_closed_messages_are_none(named: CommandLine) -> None:
    def shell(redirection: str, *argv: str) -> subprocess.CompletedProcess[str]:
        line = f"{shlex.join(command(named.library, *argv))} {redirection}"
        return subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)

    for argv in (["people"], ["hide", "Anna"], ["doctor"]):
        ended = shell(">&-", *argv)
        assert (ended.returncode, ended.stdout) == (1, "")
        assert ended.stderr.startswith("Standard output is closed")
        assert len(ended.stderr.splitlines()) == 1
    ended = shell("2>&-", "people")
    assert (ended.returncode, len(records(ended.stdout))) == (0, 2)
    assert shell("2>&-", "hide", "Nobody").returncode == 2
    assert shell(">&- 2>&-", "people").returncode == 1


def test_a_scan_whose_reader_leaves_stops(pretending: Path, many: Path) -> None:
    process = subprocess.Popen(
        command(pretending, "scan", many), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 130
    assert "Traceback" not in said


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_a_bar_takes_the_place_of_the_lines(pretending: Path, album: Path) -> None:
    import fcntl
    import struct
    import termios

    (album / "letter.jpg").write_text("Dear Anna,")
    terminal, inner = open_terminal()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
    argv = [part for part in command(pretending, "scan", album) if part != "--json"]
    process = subprocess.Popen(argv, stdout=inner, stderr=inner)
    os.close(inner)
    shown = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(terminal)
    assert process.wait(60) == 1
    text = shown.decode()
    assert "8/8" in text
    assert "anna 1.jpg" not in text
    assert "letter.jpg: This is not a picture" in text
    assert "8 photos (0 unchanged, 1 not read), 8 faces found" in text


def test_the_exit_code_reaches_the_shell(named: CommandLine, tmp_path: Path) -> None:
    assert run(named.library, "people").returncode == 0
    assert run(named.library, "redo").returncode == 1
    assert run(named.library, "hide", "Nobody").returncode == 2
    assert run(named.library, "nonsense").returncode == 2
    assert run(tmp_path / "nowhere", "people").returncode == 3


def test_without_a_display_there_is_no_window_but_a_sentence(home: Path) -> None:
    ended = subprocess.run([sys.executable, "-m", "app"], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "display" in ended.stderr


def test_start_without_a_display_writes_the_page(pretending: Path, album: Path, tmp_path: Path) -> None:
    page = tmp_path / "everyone.html"
    ended = run(pretending, "start", "--photos", album, "--report", page)
    assert ended.returncode == 0, ended.stderr
    assert records(ended.stdout)[-1] == {"report": str(page)}
    assert page.stat().st_size > 10_000
    again = run(pretending, "start", cwd=tmp_path)
    assert records(again.stdout) == [{"report": str(tmp_path / "people.html")}]


@pytest.mark.skipif(sys.platform != "linux", reason="only X11 has displays that do not answer")
def test_start_goes_on_without_a_display_that_does_not_answer(pretending: Path, album: Path, tmp_path: Path) -> None:
    environment = {
        name: value for name, value in os.environ.items() if name not in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")
    }
    ended = run(pretending, "start", "--photos", album, cwd=tmp_path, env=environment | {"DISPLAY": ":7777"})
    assert ended.returncode == 0, ended.stderr
    assert "The window cannot open" in ended.stderr
    assert (tmp_path / "people.html").exists()


@pytest.mark.parametrize("module", ["PySide6", "re"])
def test_doctor_runs_no_module_that_lies_in_the_current_folder(home: Path, tmp_path: Path, module: str) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / f"{module}.py").write_text("open('harmed', 'w').close()")
    kinfolio = Path(sys.executable).with_name("kinfolio")
    ended = subprocess.run([kinfolio, "--json", "doctor"], capture_output=True, text=True, check=False, cwd=photos)
    found = {record["what"]: record for record in records(ended.stdout)}
    assert found["window"]["problem"] is None
    assert [path.name for path in photos.iterdir()] == [f"{module}.py"]


def test_listing_commands_load_nothing_heavy(named: CommandLine) -> None:
    program = (
        "import sys\n"
        "from app import cli\n"
        "code = cli.main(sys.argv[1:])\n"
        "heavy = {'tensorflow', 'keras', 'sklearn', 'faiss', 'cv2', 'PySide6', 'ai_edge_litert'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
        "sys.exit(code)"
    )
    for argv in (["people"], ["clusters"], ["faces"], ["photos"], ["history"]):
        options = [sys.executable, "-c", program, "--library", str(named.library), *argv]
        ended = subprocess.run(options, capture_output=True, text=True, check=False)
        assert (ended.returncode, ended.stderr.splitlines()[-1]) == (0, "[]")


def test_file_names_are_printed_whatever_the_terminal_speaks(pretending: Path, tmp_path: Path) -> None:
    photo = write_photo(tmp_path / "photos" / "安娜.jpg", ANNA, seed=1)
    assert run(pretending, "scan", photo.parent).returncode == 0
    environment = dict(os.environ, PYTHONIOENCODING="ascii")
    for options in ([], ["--json"]):
        ended = subprocess.run(
            [sys.executable, "-m", "app", "--library", str(pretending), *options, "photos"],
            capture_output=True,
            env=environment,
            check=False,
        )
        assert ended.returncode == 0
        assert b"\\u5b89\\u5a1c.jpg" in ended.stdout


def test_a_gpu_that_is_not_there_is_said_before_any_work(pretending: Path, album: Path) -> None:
    environment = dict(os.environ, CUDA_VISIBLE_DEVICES="")
    ended = run(pretending, "--device", "gpu", "scan", album, env=environment)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "GPU" in ended.stderr


@pytest.mark.slow
def test_a_real_face_is_found_named_and_found_again(tmp_path: Path, home: Path) -> None:
    data = pytest.importorskip("skimage.data")
    photos, library = tmp_path / "photos", tmp_path / "library"
    photos.mkdir()
    astronaut = Image.fromarray(data.astronaut())
    astronaut.save(photos / "whole.png")
    astronaut.crop((90, 0, 400, 300)).resize((620, 600)).save(photos / "portrait.jpg", quality=92)
    scan = run(library, "scan", ".", cwd=photos, env=dict(os.environ, PYTHONPATH=str(Path.cwd())))
    assert scan.returncode == 0, scan.stderr
    *lines, summary = records(scan.stdout)
    assert {Path(line["photo"]).name: line["faces"] for line in lines} == {"whole.png": 1, "portrait.jpg": 1}
    assert (summary["photos"], summary["faces"]) == (2, 2)
    (cluster,) = records(run(library, "clusters").stdout)
    assert cluster["faces"] == 2
    assert run(library, "name", "--cluster", cluster["cluster"], "Eileen").returncode == 0
    found = records(run(library, "search", photos / "whole.png").stdout)
    assert [match["name"] for match in found] == ["Eileen", "Eileen"]
    assert found[0]["similarity"] > 0.99
    out = tmp_path / "faces.npz"
    embedded = run(library, "embed", photos / "whole.png", "--out", out)
    assert embedded.returncode == 0, embedded.stderr
    with np.load(out) as arrays:
        assert arrays["vectors"].shape == (1, 128)
        assert np.isclose(np.linalg.norm(arrays["vectors"]), 1, atol=1e-5)
