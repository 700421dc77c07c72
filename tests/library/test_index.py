"""The vector index, against plain NumPy."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.library.index import FaissIndex
from app.library.library import Library


def unit(seed: int, n: int, dimension: int = 16) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(n, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@settings(deadline=None, max_examples=50)
@given(
    steps=st.lists(
        st.tuples(st.booleans(), st.lists(st.integers(1, 30), min_size=0, max_size=8, unique=True)), max_size=12
    )
)
def test_after_any_additions_and_removals_it_finds_what_numpy_finds(steps: list[tuple[bool, list[int]]]) -> None:
    index = FaissIndex(16)
    kept: dict[int, np.ndarray] = {}
    for turn, (add, ids) in enumerate(steps):
        numbers = np.array(ids, np.int64)
        if add:
            vectors = unit(turn, len(ids))
            index.add(numbers, vectors)
            kept.update(zip(ids, vectors, strict=True))
        else:
            index.remove(numbers)
            for number in ids:
                kept.pop(number, None)
    assert len(index) == len(kept)
    probe = unit(99, 1)
    similarities, found = index.search(probe, 5)
    expected = sorted((float(vector @ probe[0]) for vector in kept.values()), reverse=True)[:5]
    np.testing.assert_allclose(similarities[0], expected, atol=2e-3)
    assert set(found[0].tolist()) <= set(kept)


def test_a_saved_index_comes_back_whole_and_only_for_its_own_state(tmp_path: Path) -> None:
    index = FaissIndex(16)
    index.add(np.arange(100), unit(1, 100))
    file = tmp_path / "index.faiss"
    index.save(file, stamp="1:7")
    assert FaissIndex.load(file, stamp="1:8", dimension=16) is None
    assert FaissIndex.load(file, stamp="1:7", dimension=32) is None
    loaded = FaissIndex.load(file, stamp="1:7", dimension=16)
    assert loaded is not None
    np.testing.assert_array_equal(loaded.search(unit(2, 3), 10)[1], index.search(unit(2, 3), 10)[1])
    loaded.remove(np.array([5]))
    assert len(loaded) == 99
    assert [entry.name for entry in tmp_path.iterdir()] == ["index.faiss"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
def test_kills_while_an_index_is_saved_leave_one_file_until_the_library_is_opened(library: Library) -> None:
    library.close()
    child = textwrap.dedent(
        """
        import os, signal, sys
        from pathlib import Path
        import numpy as np
        from app.library.index import FaissIndex
        index = FaissIndex(16)
        index.add(np.arange(1), np.eye(16, dtype=np.float32)[:1])
        Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        index.save(Path(sys.argv[1]) / "index.faiss", stamp="1:7")
        """
    )
    before = set(library.folder.iterdir())
    for _ in range(3):
        ended = subprocess.run([sys.executable, "-c", child, str(library.folder)], check=False)
        assert ended.returncode == -signal.SIGKILL
    (left,) = set(library.folder.iterdir()) - before
    assert stat.S_IMODE(left.stat().st_mode) == 0o600
    (library.folder / ".index-ab_1cd2z").write_bytes(b"as it was called once")
    Library.open(library.folder).close()
    assert set(library.folder.iterdir()) == before


def test_many_probes_are_searched_like_single_ones() -> None:
    index = FaissIndex(16)
    index.add(np.arange(500), unit(1, 500))
    probes = unit(2, 200)
    _, together = index.search(probes, 3)
    singly = np.concatenate([index.search(probe[None, :], 3)[1] for probe in probes])
    np.testing.assert_array_equal(together, singly)
