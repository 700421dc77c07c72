"""The page of licences names everything that the program is installed with."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_licences_lists_every_package_of_the_lock_and_no_other() -> None:
    lock = (ROOT / "packaging" / "requirements.lock").read_text("utf-8")
    page = (ROOT / "resources" / "licences.md").read_text("utf-8")
    pinned = set(re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE))
    listed = re.findall(r"^\| \[([a-z0-9._-]+)\]\(https?://\S+\) \| \S.* \|$", page, re.MULTILINE)
    assert len(pinned) > 40
    assert sorted(listed) == sorted(pinned)


def test_both_locks_pin_the_same_versions_with_hashes_and_name_no_place() -> None:
    pins = []
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / "packaging" / name).read_text("utf-8")
        assert not re.search(r"^--|://|file:", text, re.MULTILINE), f"{name} names an index or a folder"
        entries = re.split(r"\n(?=[a-z0-9])", text)[1:]
        assert all("--hash=sha256:" in entry for entry in entries)
        pins.append({entry.split(" \\")[0] for entry in entries})
    assert pins[0] < pins[1]
