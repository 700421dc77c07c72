"""A pytest plugin: the packages named in BLOCKED_PACKAGES cannot be imported, as if they were not installed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class Blocker(MetaPathFinder):
    """Asked before every other finder."""

    def __init__(self, packages: frozenset[str]) -> None:
        self._packages = packages

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in self._packages:
            raise ModuleNotFoundError(f"{fullname} is blocked in this run", name=fullname)
        return None


sys.meta_path.insert(0, Blocker(frozenset(os.environ["BLOCKED_PACKAGES"].split())))
