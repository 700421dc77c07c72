"""The command line as a program would use it, on an album of cartoon people that the pretend engine knows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app import cli
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
    """Runs commands on one library; with --json unless told otherwise."""

    def __init__(self, library: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.library = library
        self._capsys = capsys

    def __call__(self, *argv: object, as_json: bool = True) -> Ended:
        self._capsys.readouterr()
        options = ["--library", str(self.library), *(["--json"] if as_json else [])]
        code = cli.main([*options, *map(str, argv)], make_engine=pretend)
        printed = self._capsys.readouterr()
        return Ended(code, printed.out, printed.err)

    def faces(self, *argv: object) -> list[dict[str, Any]]:
        ended = self("faces", *argv)
        assert ended.code == 0, ended.err
        return ended.records


@pytest.fixture
def kinfolio(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line on a library that does not exist yet."""
    return CommandLine(tmp_path / "library", capsys)


def write_photo(path: Path, *identities: int, seed: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode(draw_people(*identities, seed=seed).pixels))
    return path


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Anna on four photos, Ben on three (one of them with Anna), Cleo on one."""
    folder = tmp_path / "album"
    for number in (1, 2, 3):
        write_photo(folder / f"anna {number}.jpg", ANNA, seed=number)
    write_photo(folder / "both.jpg", ANNA, BEN, seed=4)
    for number in (5, 6):
        write_photo(folder / "ben" / f"{number}.jpg", BEN, seed=number)
    write_photo(folder / "cleo.jpg", CLEO, seed=7)
    return folder


@pytest.fixture
def scanned(kinfolio: CommandLine, album: Path) -> CommandLine:
    """The command line on a library that holds the album, grouped, without names."""
    assert kinfolio("scan", album).code == 0
    return kinfolio
