"""A library on a disk of another computer is warned of; photos may lie there."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from app.library.library import Library
from app.paths import network_share


def mount(monkeypatch: pytest.MonkeyPatch, *disks: tuple[Path | str, str, str]) -> None:
    """There is no server here to mount from: the system lists these disks beside its own."""
    listed = psutil.disk_partitions(all=True)
    listed += [SimpleNamespace(mountpoint=str(at), fstype=kind, opts=options) for at, kind, options in disks]
    monkeypatch.setattr(psutil, "disk_partitions", lambda **options: listed)


def test_no_disk_of_this_computer_is_a_share(tmp_path: Path) -> None:
    assert network_share(tmp_path) is None
    assert network_share(tmp_path / "not" / "there") is None


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs"])
def test_shares_are_known_by_their_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    mount(monkeypatch, (tmp_path, kind, "rw"))
    assert network_share(tmp_path / "library") == kind
    assert network_share(tmp_path.parent) is None
    assert network_share(Path(f"{tmp_path}-beside")) is None


def test_a_link_to_a_share_leads_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share, link = tmp_path / "share", tmp_path / "link"
    share.mkdir()
    link.symlink_to(share)
    mount(monkeypatch, (share, "nfs", "rw"))
    assert network_share(link / "library") == "nfs"


def test_what_is_mounted_last_and_deepest_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = tmp_path / "inner"
    mount(monkeypatch, (tmp_path, "nfs", "rw"), (inner, "nfs", "rw"), (inner, "ext4", "rw"))
    assert network_share(inner) is None
    assert network_share(tmp_path / "other") == "nfs"


def test_a_remote_drive_of_windows_is_a_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mount(monkeypatch, (tmp_path, "NTFS", "rw,remote"))
    assert network_share(tmp_path) == "NTFS"


def test_a_library_there_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library.open(tmp_path / "library")
    assert library.share_warning() is None
    mount(monkeypatch, (tmp_path, "cifs", "rw"))
    assert f"{tmp_path / 'library'} lies on a network share (cifs)" in str(library.share_warning())
    library.close()
