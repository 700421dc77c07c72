"""How a library file came to its present shape: one frozen step a module, which imports nothing of ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from app.library.migrations import (
    m0001_initial,
    m0002_relations,
    m0003_grouping,
    m0004_taking_back,
    m0005_whole_rows,
    m0006_groupings,
    m0007_evidence,
    m0008_date_source,
    m0009_folders,
    m0010_regions,
    m0011_copies,
    m0012_files,
)

# Step n brings a file from version n to n + 1. A step is never edited after a release that carries it.
STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    m0001_initial.migrate,
    m0002_relations.migrate,
    m0003_grouping.migrate,
    m0004_taking_back.migrate,
    m0005_whole_rows.migrate,
    m0006_groupings.migrate,
    m0007_evidence.migrate,
    m0008_date_source.migrate,
    m0009_folders.migrate,
    m0010_regions.migrate,
    m0011_copies.migrate,
    m0012_files.migrate,
)
CURRENT_VERSION = len(STEPS)
