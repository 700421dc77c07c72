"""What every command is given: which library, which device, where to print."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.output import Output
from app.errors import LibraryError
from app.library import backups
from app.library.files import FILE_NAME
from app.library.library import Library

if TYPE_CHECKING:
    from app.vision.engine import FaceEngine  # brings OpenCV, which commands that only list must not wait for

# Damage, a full disk, a file system that fails: anything else that SQLite says is a bug of ours.
UNUSABLE = {
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
}

MakeEngine = Callable[[str | None, str], "FaceEngine"]


@dataclass(frozen=True, slots=True)
class Session:
    """`make_engine` takes a model's name and a device; None stands for `app.vision.models.make_engine`."""

    folder: Path
    device: str
    output: Output
    make_engine: MakeEngine | None

    @property
    def has_library(self) -> bool:
        """Raises LibraryError where nobody can tell."""
        try:
            return (self.folder / FILE_NAME).exists()
        except OSError as error:
            raise LibraryError(
                f"The library in {self.folder} cannot be read ({error.strerror}). Connect its drive, or give yourself "
                "the right to look into its folder."
            ) from error

    @contextmanager
    def library(self, *, writable: bool = False, create: bool = False) -> Iterator[Library]:
        """Opens the library and closes it at the end. Only what reads photos in may create one."""
        if not create and not self.has_library:
            if backups.copies(self.folder):
                raise LibraryError(
                    f"The library file in {self.folder} is gone. Its newest backup takes its place with: "
                    "kinfolio scan FOLDER"
                )
            raise LibraryError(f"There is no library in {self.folder} yet. Make one with: kinfolio scan FOLDER")
        try:
            library = Library.open(self.folder, writable=writable, origin="command line")
            try:
                if library.restored is not None:
                    if writable and not create:
                        # What was asked for may mean another step, or another face, in the copy.
                        raise LibraryError(
                            f"{library.restored} Nothing else was done: look at what the library holds, then run this "
                            "command again if it still fits."
                        )
                    self.output.say(library.restored)
                if writable and (warning := library.share_warning()) is not None:
                    self.output.say(warning)
                yield library
            except sqlite3.DatabaseError as error:
                if (explained := library.explain(error)) is None:
                    raise
                raise explained from error
            finally:
                library.close()
        except sqlite3.DatabaseError as error:
            if backups.kind_of(error) not in UNUSABLE:
                raise
            raise LibraryError(
                f"The library in {self.folder} cannot be used ({error}). See what is wrong with: kinfolio doctor"
            ) from error
