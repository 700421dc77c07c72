"""The command line as a program would use it, on an album of cartoon people that the pretend engine knows."""

from __future__ import annotations

import io
import json
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app import cli
from app.cli.session import MakeEngine
from app.vision.engine import FaceEngine
from app.vision.pretend import PretendEngine
from tests.pictures import draw_people, encode

ANNA, BEN, CLEO = 3, 17, 40


def pretend(_name: str | None, _device: str) -> FaceEngine:
    return PretendEngine()


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """Every line of stdout, each of which must be one JSON object."""
        records = [json.loads(line) for line in self.out.splitlines()]
        assert all(isinstance(record, dict) for record in records)
        return records

    @property
    def record(self) -> dict[str, Any]:
        (record,) = self.records
        return record


class CommandLine:
    """Runs commands on one library, with --json unless told otherwise. `album` is the folder it holds, if any."""

    def __init__(self, library: Path, album: Path, make_engine: MakeEngine | None = pretend) -> None:
        self.library = library
        self.album = album
        self._make_engine = make_engine

    def __call__(self, *argv: object, as_json: bool = True) -> Ended:
        options = ["--library", str(self.library), *(["--json"] if as_json else [])]
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = cli.main([*options, *map(str, argv)], make_engine=self._make_engine)
        return Ended(code, out.getvalue(), err.getvalue())

    def faces(self, *argv: object) -> list[dict[str, Any]]:
        ended = self("faces", *argv)
        assert ended.code == 0, ended.err
        return ended.records

    def cluster_of(self, photo: str) -> int:
        """The unnamed group of the only face of a photo."""
        (face,) = [face for face in self.faces() if face["photo"].endswith(photo)]
        assert isinstance(face["cluster"], int)
        return face["cluster"]


def write_photo(path: Path, *identities: int, seed: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode(draw_people(*identities, seed=seed).pixels))
    return path


def make_album(folder: Path) -> Path:
    """Anna on four photos, Ben on three (one of them with Anna), Cleo on one."""
    for number in (1, 2, 3):
        write_photo(folder / f"anna {number}.jpg", ANNA, seed=number)
    write_photo(folder / "both.jpg", ANNA, BEN, seed=4)
    for number in (5, 6):
        write_photo(folder / "ben" / f"{number}.jpg", BEN, seed=number)
    write_photo(folder / "cleo.jpg", CLEO, seed=7)
    return folder


@pytest.fixture
def album(tmp_path: Path) -> Path:
    return make_album(tmp_path / "album")


@pytest.fixture
def kinfolio(tmp_path: Path, home: Path) -> CommandLine:
    """The command line on a library that does not exist yet."""
    return CommandLine(tmp_path / "library", tmp_path / "album")


@pytest.fixture
def scanned(kinfolio: CommandLine, album: Path) -> CommandLine:
    """The command line on a library that holds the album, grouped, without names."""
    assert kinfolio("scan", album).code == 0
    return kinfolio


@pytest.fixture(scope="session")
def library_with_names(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    folder = tmp_path_factory.mktemp("named")
    kinfolio = CommandLine(folder / "library", make_album(folder / "album"))
    assert kinfolio("scan", kinfolio.album).code == 0
    for name, photo in (("Anna", "anna 1.jpg"), ("Ben", "5.jpg")):
        assert kinfolio("name", "--cluster", kinfolio.cluster_of(photo), name).code == 0
    return kinfolio


@pytest.fixture
def named(library_with_names: CommandLine, tmp_path: Path, home: Path) -> CommandLine:
    """A copy of a library in which Anna and Ben have names and Cleo is alone. The album must stay as it is."""
    library = shutil.copytree(library_with_names.library, tmp_path / "library")
    return CommandLine(library, library_with_names.album)
