"""Where things lie on this machine: the default library, settings, logs, and the files that ship inside."""

from __future__ import annotations

import os
import urllib.parse
from importlib import resources
from pathlib import Path

import platformdirs

APP_NAME = "kinfolio"


def default_library() -> Path:
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)) / "library"


def settings_file() -> Path:
    return Path(platformdirs.user_config_dir(APP_NAME, appauthor=False)) / "settings.json"


def logs_folder() -> Path:
    return Path(platformdirs.user_log_dir(APP_NAME, appauthor=False))


def models_folder() -> Path:
    """Where models that the user added lie; those that ship inside are in `resources/models`."""
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)) / "models"


def resource(*parts: str) -> Path:
    """A file of the `resources` package. The package is always installed unzipped, so this is a real path."""
    return Path(str(resources.files("resources").joinpath(*parts)))


# Kinds of file systems that other computers hold, as psutil calls them on Linux and macOS.
_SHARES = (
    "nfs",
    "cifs",
    "smb",
    "afp",
    "webdav",
    "davfs",
    "ceph",
    "fuse.sshfs",
    "fuse.davfs",
    "fuse.rclone",
    "fuse.gvfsd-fuse",
)


def network_share(folder: Path) -> str | None:
    """The kind of network share that a folder lies on; None for a disk of this computer."""
    import psutil

    folder = folder.resolve()
    if str(folder).startswith(r"\\"):
        return folder.drive
    mounted = [disk for disk in psutil.disk_partitions(all=True) if folder.is_relative_to(disk.mountpoint)]
    if not mounted:
        return None
    # The last one mounted at the longest path is what is seen there.
    disk = max(reversed(mounted), key=lambda disk: len(disk.mountpoint))
    is_share = disk.fstype.startswith(_SHARES) or "remote" in disk.opts.split(",")
    return disk.fstype if is_share else None


def is_there(path: Path) -> bool:
    """False as well where nobody can tell: `Path.exists` raises what a drive or a lost right makes of it."""
    return os.path.exists(path)  # noqa: PTH110


def is_folder(path: Path) -> bool:
    """As `is_there`."""
    return os.path.isdir(path)  # noqa: PTH112


# Ends the address of a file that SQLite reads as one that nobody writes to.
IMMUTABLE = "&immutable=1"


def sqlite_uri(file: Path, mode: str) -> str:
    """What SQLite opens a file by; `mode` is "ro", "rw" or "rwc"."""
    # Percent-encoded bytes, since a folder's name need not be valid text.
    address = f"file:{urllib.parse.quote(os.fsencode(file))}?mode={mode}"
    # To read a file SQLite writes beside it. Where it cannot, and there is no log, hardly anybody else writes; whoever
    # has more rights may begin to (`sqlite_state`).
    if mode == "ro" and not os.access(file.parent, os.W_OK) and not file.with_name(f"{file.name}-wal").exists():
        address += IMMUTABLE
    return address


def sqlite_state(file: Path) -> tuple[int, int, int, bool] | None:
    """Another one once somebody writes to the file, or puts another in its place; None where nobody can tell."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, is_there(file.with_name(f"{file.name}-wal"))
