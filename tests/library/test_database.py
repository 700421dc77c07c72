"""The library file: who may open it, and what a crash leaves behind."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils

from app.errors import LibraryError
from app.library.backups import MARKER, is_damage
from app.library.database import Database, Readers
from app.library.index import FaissIndex
from app.library.library import Library
from app.library.migrations import CURRENT_VERSION
from tests.library.conftest import Filler, vector
from tests.library.test_migrations import old_library


def test_a_library_is_for_its_owner_only(library: Library, tmp_path: Path) -> None:
    assert stat.S_IMODE(library.folder.stat().st_mode) == 0o700
    for name in ("library.db", "thumbnails.db", "library.lock"):
        assert stat.S_IMODE((library.folder / name).stat().st_mode) == 0o600, name
    old = old_library(tmp_path / "old").parent
    Library.open(old).close()
    files = [file for file in old.iterdir() if file.is_file()]
    assert "library.db.format-1.backup" in [file.name for file in files]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_second_writer_is_refused_while_readers_are_welcome(library: Library) -> None:
    with pytest.raises(LibraryError, match="Another Kinfolio is using the library"):
        Library.open(library.folder)
    reader = Library.open(library.folder, writable=False)
    assert reader.people() == []
    reader.close()


def test_the_lock_goes_with_the_library_that_held_it(library: Library) -> None:
    library.close()
    Library.open(library.folder).close()


def test_reading_a_library_that_is_not_there_makes_none(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="There is no library in"):
        Library.open(tmp_path / "nothing", writable=False)
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("writable", [True, False])
def test_a_library_from_a_newer_version_is_refused_and_left_as_it_is(library: Library, writable: bool) -> None:
    library.close()
    file = library.folder / "library.db"
    with sqlite3.connect(file) as connection:
        connection.execute(f"PRAGMA user_version = {CURRENT_VERSION + 1}")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(LibraryError, match=r"made by a newer Kinfolio .* Install the newest"):
        Library.open(library.folder, writable=writable)
    assert file.read_bytes() == before


@pytest.mark.parametrize("writable", [True, False])
def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path: Path, writable: bool) -> None:
    (tmp_path / "library.db").write_bytes(b"this is not a database" * 500)
    with pytest.raises(LibraryError, match="cannot be used"):
        Library.open(tmp_path, writable=writable)


def test_a_library_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "图书馆 ? # % \udcff'"
    library = Library.open(folder)
    library.close()
    assert (folder / "library.db").is_file()


@pytest.mark.parametrize("writable", [True, False])
@pytest.mark.parametrize("sql", [None, "CREATE TABLE x (a)"])
def test_an_emptied_or_foreign_library_file_is_not_taken_for_a_new_library(
    family: Filler, writable: bool, sql: str | None
) -> None:
    library = family.library
    library.close()
    file = library.folder / "library.db"
    file.write_bytes(b"")
    if sql is not None:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(sql)
    with pytest.raises(LibraryError, match="Put a backup of it in its place"):
        Library.open(library.folder, writable=writable)


def test_a_copy_of_the_library_file_alone_is_the_whole_library(family: Filler, tmp_path: Path) -> None:
    library = family.library
    library.name("Anna", clusters=[library.clusters()[0].id]).result()
    reading = threading.Thread(target=library.people)
    reading.start()
    # A library is closed once nobody reads any more.
    reading.join()
    people, groups = library.people(), library.clusters()
    library.close()
    (tmp_path / "copy").mkdir()
    shutil.copy(library.folder / "library.db", tmp_path / "copy")
    copy = Library.open(tmp_path / "copy")
    assert (copy.people(), copy.clusters()) == (people, groups)
    copy.close()


def test_a_folder_that_was_there_before_keeps_its_rights(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    Library.open(tmp_path).close()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_change_is_done_even_if_whoever_should_hear_of_it_fails(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    listening = False

    def deaf(event: object) -> None:
        if listening:
            raise RuntimeError("deaf")

    library = Library.open(tmp_path / "library", publish=deaf)
    filler = Filler(library, tmp_path)
    listening = True
    filler.photo("a.jpg", [1])
    library.name("Anna", faces=[library.faces()[0].id]).result()
    assert [person.name for person in library.people()] == ["Anna"]
    assert "what follows it failed" in caplog.text
    library.close()


def test_an_index_that_cannot_be_saved_does_not_keep_the_library_open(
    family: Filler, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*args: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FaissIndex, "save", full)
    family.library.similar(vector(1))
    family.library.close()
    assert "could not be saved" in caplog.text
    Library.open(family.library.folder).close()


def test_a_change_that_fails_halfway_leaves_nothing(library: Library) -> None:
    def change(db: sqlite_utils.Database) -> None:
        db.execute("INSERT INTO people (name, created_at) VALUES ('half', '')")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        library._database.submit(change, durable=True).result()
    assert library.people() == []


def test_a_change_that_python_does_not_even_hand_to_sqlite_fails_alone(library: Library) -> None:
    failed = library._database.submit(lambda db: db.execute("SELECT ?", []), durable=True)
    with pytest.raises(sqlite3.ProgrammingError, match="Incorrect number of bindings"):
        failed.result(10)
    assert library._database.submit(lambda db: "done", durable=True).result(10) == "done"


def test_a_change_fails_alone_where_nobody_can_say_what_its_error_means(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unanswered(readers: Readers) -> bool:
        raise OSError(5, "Input/output error")

    damaged = sqlite3.DatabaseError("database disk image is malformed")
    damaged.sqlite_errorcode = sqlite3.SQLITE_CORRUPT

    def change(db: sqlite_utils.Database) -> None:
        raise damaged

    monkeypatch.setattr(Readers, "misled", unanswered)
    assert library._database.submit(change, durable=True).exception(10) is damaged
    assert "could not be explained" in caplog.text
    assert library._database.submit(lambda db: "done", durable=True).result(10) == "done"


def test_changes_happen_on_the_writer_thread_only_and_in_order(tmp_path: Path) -> None:
    database = Database(tmp_path, writable=True)
    threads: list[str] = []
    order: list[int] = []
    for number in range(20):
        database.submit(lambda db: threads.append(threading.current_thread().name), durable=False)
        database.submit(lambda db, number=number: order.append(number), durable=False)
    database.close()
    assert set(threads) == {"library-writer"}
    assert order == list(range(20))
    with pytest.raises(LibraryError, match="closed"):
        database.submit(lambda db: None, durable=False)


def test_a_persons_decisions_wait_for_the_disk_and_a_scan_does_not(library: Library) -> None:
    def level(db: sqlite_utils.Database) -> int:
        return int(db.execute("PRAGMA synchronous").fetchone()[0])

    assert library._database.submit(level, durable=True).result() == 2
    assert library._database.submit(level, durable=False).result() == 1


def test_connections_of_ended_threads_are_closed(library: Library) -> None:
    for _ in range(5):
        thread = threading.Thread(target=library.people)
        thread.start()
        thread.join()
    assert len(library._database._readers._all) <= 2


@pytest.fixture
def onlooker(family: Filler, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """Reads the closed library in a folder that it may not write, which others may."""
    family.library.close()
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
        onlooker = Library.open(family.library.folder, writable=False)
        assert onlooker.people() == []
    yield onlooker
    onlooker.close()


def rewrite(folder: Path) -> None:
    """Another program writes so much that the pages of the file change places."""
    library = Library.open(folder)
    filler = Filler(library, folder.parent / "more")
    for number in range(60):
        filler.photo(f"{number}.jpg", [number % 7])
    library.name("Anna", faces=[library.faces()[0].id]).result()
    for photo in library.photo_ids()[::2].tolist():
        library.set_setting(f"{photo}", "x" * 5000).result()
    library.close()
    with closing(sqlite3.connect(folder / "library.db")) as connection:
        connection.execute("VACUUM")


def test_who_may_only_read_sees_what_another_program_wrote(onlooker: Library) -> None:
    begun = onlooker._database.reader().execute("SELECT id FROM faces")
    assert begun.fetchone() is not None
    rewrite(onlooker.folder)
    assert [person.name for person in onlooker.people()] == ["Anna"]
    assert len(onlooker.photo_ids()) > 60
    assert begun.connection.total_changes == 0, "what was begun is not cut off"


@pytest.mark.parametrize("asked_before", [True, False])
def test_what_another_program_writes_meanwhile_is_not_told_as_damage(onlooker: Library, asked_before: bool) -> None:
    before = onlooker._database.reader()
    before.execute("PRAGMA cache_size = 0")
    rewrite(onlooker.folder)
    with pytest.raises(sqlite3.DatabaseError) as misled:
        before.execute("SELECT (SELECT count(landmarks) FROM faces), (SELECT count(path) FROM photos)").fetchall()
    assert is_damage(misled.value)
    if asked_before:
        onlooker.people()
    said = onlooker.explain(misled.value)
    assert str(said) == f"Another program changed the library in {onlooker.folder} while it was read. Try again."
    assert not (onlooker.folder / MARKER).exists()
    assert [person.name for person in onlooker.people()] == ["Anna"]


def test_an_edit_killed_between_two_statements_leaves_the_library_as_before(
    family: Filler, open_library: Callable[..., Library]
) -> None:
    library = family.library
    groups = library.clusters()
    library.close()
    child = textwrap.dedent(
        """
        import os, signal, sys
        from pathlib import Path
        from app.library.library import Library
        statements = int(sys.argv[2])
        def counted(statement):
            global statements
            if statement.startswith(("INSERT", "UPDATE", "DELETE")):
                statements -= 1
                if statements < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        library = Library.open(Path(os.fsdecode(sys.argv[1])))
        library._database._connection.set_trace_callback(counted)
        library.name("Anna", clusters=[library.clusters()[0].id]).result()
        """
    )
    for statements in (0, 1, 2, 5, 10, 15):
        ended = subprocess.run([sys.executable, "-c", child, str(library.folder), str(statements)], check=False)
        assert ended.returncode == -9
        again = Library.open(library.folder)
        assert (again.people(), again.clusters(), again.undo_label()) == ([], groups, None)
        assert again._read.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        again.close()
