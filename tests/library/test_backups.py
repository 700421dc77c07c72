"""A library that is damaged comes back as its newest sound backup, and damage never drives a sound backup away."""

from __future__ import annotations

import os
import queue
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.errors import LibraryError
from app.events import Event, LibraryDamaged
from app.library import backups
from app.library.library import Library
from app.library.records import FaceId
from tests.library.conftest import Filler

HOUR, DAY = 3600, 24 * 3600


def names(library: Library) -> list[str]:
    return [person.name for person in library.people()]


def name_a_group(library: Library, name: str) -> None:
    library.name(name, clusters=[library.clusters()[0].id]).result()


def damage(file: Path) -> None:
    """Overwrites all but the header, whose page alone says what kind of file it is."""
    size = file.stat().st_size
    with file.open("rb+") as stream:
        stream.seek(4096)
        stream.write(os.urandom(size - 4096))


def damage_the_end(file: Path) -> None:
    """Overwrites pages that nothing reads which only opens the library."""
    size = file.stat().st_size
    with file.open("rb+") as stream:
        stream.seek(size - 2 * 4096)
        stream.write(os.urandom(2 * 4096))


def kill_while_open(folder: Path) -> None:
    """Kills a program that has just written to the library."""
    killed = """if True:
        import os, signal, sys
        from pathlib import Path
        from app.library.library import Library
        library = Library.open(Path(sys.argv[1]))
        library.set_setting("a", "b").result()
        os.kill(os.getpid(), signal.SIGKILL)
    """
    subprocess.run([sys.executable, "-c", killed, str(folder)], check=False)
    assert (folder / "library.db-wal").stat().st_size


def age(folder: Path, seconds: float) -> None:
    """The copies of the library are that much older."""
    for path in backups.copies(folder):
        then = path.stat().st_mtime - seconds
        os.utime(path, (then, then))


@pytest.fixture
def folder(family: Filler) -> Path:
    """A closed library with a backup from before Berta was named."""
    library = family.library
    name_a_group(library, "Anna")
    backups.make(library.folder)
    name_a_group(library, "Berta")
    library.close()
    return library.folder


def test_a_library_damaged_in_the_middle_is_told_and_restored_when_it_is_opened_next(folder: Path) -> None:
    damage(folder / "library.db")
    library = Library.open(folder, writable=False)
    with pytest.raises(sqlite3.DatabaseError) as damaged:
        library.people()
    sentence = library.explain(damaged.value)
    assert isinstance(sentence, LibraryError)
    assert "is damaged. Open it with the window or with `kinfolio scan`" in str(sentence)
    library.close()
    bad = (folder / "library.db").read_bytes()
    again = Library.open(folder)
    assert names(again) == ["Anna"]
    made = datetime.fromtimestamp(backups.copies(folder)[0].stat().st_mtime)
    assert again.restored is not None
    assert f"{made:%Y-%m-%d %H:%M}" in again.restored
    assert (folder / "library.db.damaged-1").read_bytes() == bad
    name_a_group(again, "Berta")
    again.close()
    third = Library.open(folder)
    assert (third.restored, names(third)) == (None, ["Anna", "Berta"])
    third.close()


def test_damage_that_a_write_meets_is_told_and_restored(folder: Path) -> None:
    library = Library.open(folder)
    damage(folder / "library.db")
    with pytest.raises(LibraryError, match=r"is damaged\. Close Kinfolio and open it again"):
        library.name("Clara", faces=[FaceId(1)]).result()
    library.close()
    again = Library.open(folder)
    assert names(again) == ["Anna"]
    again.close()


@pytest.mark.parametrize("content", [None, b"", b"no database at all" * 500])
def test_a_file_that_is_gone_empty_or_overwritten_is_restored_at_once(folder: Path, content: bytes | None) -> None:
    file = folder / "library.db"
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    library = Library.open(folder)
    assert names(library) == ["Anna"]
    became = "gone" if content is None else "damaged"
    assert str(library.restored).startswith(f"The library file was {became}. Its backup of ")
    library.close()


def test_what_was_not_closed_and_cannot_be_opened_is_restored_at_once(folder: Path) -> None:
    kill_while_open(folder)
    whole = folder.with_name("whole")
    shutil.copytree(folder, whole)
    library = Library.open(whole)
    assert (library.restored, names(library)) == (None, ["Anna", "Berta"])
    library.close()
    damage(folder / "library.db")
    library = Library.open(folder)
    assert names(library) == ["Anna"]
    library.close()


def test_what_was_not_closed_is_looked_at_behind_the_window(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "CHECKED_AFTER_S", 0.0)
    told: queue.SimpleQueue[Event] = queue.SimpleQueue()
    kill_while_open(folder)
    damage_the_end(folder / "library.db")
    library = Library.open(folder, publish=told.put)
    assert (library.restored, names(library)) == (None, ["Anna", "Berta"])
    event = told.get(timeout=20)
    assert isinstance(event, LibraryDamaged)
    library.close()
    again = Library.open(folder)
    assert names(again) == ["Anna"]
    assert again.restored is not None
    again.close()


def test_what_was_not_closed_is_looked_at_until_it_was_found_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: queue.SimpleQueue[Path] = queue.SimpleQueue()
    is_sound = backups.is_sound

    def ask(path: Path, closing: threading.Event | None = None) -> bool:
        asked.put(path)
        return is_sound(path, closing)

    monkeypatch.setattr(backups, "is_sound", ask)
    kill_while_open(folder)
    # Closed before it was its turn.
    monkeypatch.setattr(backups, "CHECKED_AFTER_S", 3600.0)
    Library.open(folder).close()
    assert asked.empty()
    monkeypatch.setattr(backups, "CHECKED_AFTER_S", 0.0)
    library = Library.open(folder)
    assert asked.get(timeout=20) == folder / "library.db"
    library.close()
    Library.open(folder).close()
    assert asked.empty()


def test_small_pictures_and_the_index_of_the_damaged_library_go(folder: Path) -> None:
    (folder / "index.faiss").write_bytes(b"of another state")
    (folder / "library.db").unlink()
    library = Library.open(folder)
    assert not (folder / "index.faiss").exists()
    assert library.portrait(1) is None
    assert library.clusters()
    library.close()


def test_where_the_newest_backup_is_damaged_too_the_one_before_is_taken(folder: Path) -> None:
    library = Library.open(folder)
    backups.make(folder)
    library.close()
    newest, older = backups.copies(folder)
    damage(newest)
    (folder / "library.db").unlink()
    library = Library.open(folder)
    assert names(library) == ["Anna"]
    library.close()
    assert older.exists()


def test_of_damaged_files_the_newest_three_are_kept(folder: Path) -> None:
    for content in (b"first", b"second", b"third", b"fourth", b"fifth"):
        (folder / "library.db").write_bytes(content * 100)
        (folder / "library.db-wal").write_bytes(content)
        Library.open(folder).close()
    kept = sorted(path.name for path in folder.glob("library.db.damaged-*") if "wal" not in path.name)
    assert kept == [f"library.db.damaged-{number}" for number in (3, 4, 5)]
    assert (folder / kept[-1]).read_bytes().startswith(b"fifth")
    assert not list(folder.glob("library.db.damaged-[12]*"))


def test_damage_without_a_backup_is_refused_and_nothing_is_changed(folder: Path) -> None:
    shutil.rmtree(folder / "backups")
    damage(folder / "library.db")
    backups.mark_damaged(folder)
    before = (folder / "library.db").read_bytes()
    for _ in range(2):
        with pytest.raises(LibraryError, match="has no sound backup"):
            Library.open(folder)
    assert (folder / "library.db").read_bytes() == before


def test_a_damaged_library_is_not_backed_up_and_is_restored_when_it_is_opened_next(folder: Path) -> None:
    before = backups.copies(folder)
    damage(folder / "library.db")
    with closing(sqlite3.connect(folder / "library.db")) as connection, pytest.raises(sqlite3.DatabaseError):
        connection.execute("SELECT * FROM faces").fetchall()
    assert backups.make(folder) is None
    assert backups.copies(folder) == before
    library = Library.open(folder)
    assert library.restored is not None
    library.close()


def test_damage_that_a_backup_meets_is_told_at_once_and_looked_for_no_more(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    age(folder, 2 * DAY)
    monkeypatch.setattr(backups, "LOOKS_EVERY_S", 0.01)
    told: queue.SimpleQueue[Event] = queue.SimpleQueue()
    tried: list[Path] = []
    make = backups.make
    monkeypatch.setattr(backups, "make", lambda *arguments: tried.append(folder) or make(*arguments))
    damage_the_end(folder / "library.db")
    library = Library.open(folder, publish=told.put)
    event = told.get(timeout=20)
    assert isinstance(event, LibraryDamaged)
    assert "Close Kinfolio and open it again" in str(event.error)
    library.close()
    assert len(tried) == 1
    again = Library.open(folder)
    assert names(again) == ["Anna"]
    again.close()


def test_a_large_copy_is_given_up_where_the_library_is_closed(folder: Path) -> None:
    closing = threading.Event()
    closing.set()
    with pytest.raises(backups.Closing):
        backups.make(folder, closing)
    assert [path.name for path in (folder / "backups").iterdir()] == ["library-000001.db"]


def test_no_room_for_the_backup_is_told_and_nothing_is_changed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damage(folder / "library.db")
    backups.mark_damaged(folder)
    before = (folder / "library.db").read_bytes()

    def full(source: Path, target: Path) -> None:
        target.write_bytes(b"some of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(LibraryError, match=r"No space left on device.*Make room on the disk"):
        Library.open(folder)
    assert (folder / "library.db").read_bytes() == before
    assert not (folder / "library.db.part").exists()


def test_a_backup_is_the_whole_library_while_it_is_being_written(family: Filler) -> None:
    library = family.library
    name_a_group(library, "Anna")
    copy = backups.make(library.folder)
    assert copy is not None
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT name FROM people").fetchall() == [("Anna",)]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert {path.name for path in copy.parent.iterdir()} == {copy.name}


def test_of_many_backups_the_newest_three_stay_and_one_of_each_of_seven_days_before(folder: Path) -> None:
    noon = datetime.now().replace(hour=12).timestamp()
    # Five a day for nine days.
    for number in range(45):
        made = backups.make(folder)
        assert made is not None
        then = noon - (8 - number // 5) * DAY + number % 5 * HOUR
        os.utime(made, (then, then))
    backups.make(folder)
    stay = [path.stem for path in backups.copies(folder)]
    of_days = [44, 41, 36, 31, 26, 21, 16]
    assert stay == [f"library-{number:06}" for number in (47, 46, 45, *of_days)]


def test_the_newest_backup_is_known_and_they_stay_few_whatever_the_clock_says(folder: Path) -> None:
    for days in (*range(4000, 4020), 0, -400, *range(-20, 20)):
        made = backups.make(folder)
        assert made is not None
        os.utime(made, (time.time() - days * DAY,) * 2)
    newest = backups.copies(folder)
    assert [path.stem for path in newest[:3]] == ["library-000063", "library-000062", "library-000061"]
    assert len(newest) == 10


def test_backups_take_a_tenth_of_the_room_on_the_disk_but_for_the_newest_three(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = (folder / "library.db").stat().st_size
    # A tenth of it, and of what the copies take, is room for five.
    free = 48 * size
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    for days in range(20, 13, -1):
        made = backups.make(folder)
        assert made is not None
        os.utime(made, (time.time() - days * DAY,) * 2)
    assert len(backups.copies(folder)) == 5
    age(folder, DAY)
    free = size
    library = Library.open(folder)
    name_a_group(library, "Clara")
    library.close()
    assert [path.stem for path in backups.copies(folder)] == [f"library-{number:06}" for number in (8, 7, 6)]


def test_the_first_decision_is_copied_when_the_library_is_closed(family: Filler) -> None:
    folder = family.library.folder
    name_a_group(family.library, "Anna")
    family.library.close()
    assert len(backups.copies(folder)) == 1
    damage(folder / "library.db")
    backups.mark_damaged(folder)
    library = Library.open(folder)
    assert names(library) == ["Anna"]
    library.close()


@pytest.mark.parametrize(("size", "seconds"), [(2_000_000, 60), (30_000_000, 300), (2_000_000_000, 3600)])
def test_a_small_library_is_copied_more_often_than_a_large_one(folder: Path, size: int, seconds: int) -> None:
    os.truncate(folder / "library.db", size)
    age(folder, seconds - 10)
    assert not backups.is_due(folder)
    age(folder, 20)
    assert backups.is_due(folder)


def test_a_copy_is_made_for_an_hour_in_which_somebody_decided_something(folder: Path) -> None:
    assert not backups.is_due(folder), "the last one is not an hour old"
    age(folder, 2 * HOUR)
    library = Library.open(folder)
    assert backups.is_due(folder), "Berta was named since"
    library.undo().result()
    library.close()
    newest = backups.copies(folder)
    assert [path.stem for path in newest] == ["library-000002", "library-000001"], "made when the library was closed"
    age(folder, 2 * HOUR)
    assert not backups.is_due(folder), "nothing was decided since"
    library = Library.open(folder)
    library.redo().result()
    assert backups.is_due(folder), "to do something again is to decide it"
    library.close()


def test_what_a_scan_wrote_is_copied_once_a_day(folder: Path) -> None:
    backups.make(folder)
    age(folder, 20 * HOUR)
    library = Library.open(folder)
    library.set_setting("a", "b").result()
    assert not backups.is_due(folder), "nobody decided anything"
    age(folder, 5 * HOUR)
    assert backups.is_due(folder)
    library.close()
    age(folder, 25 * HOUR)
    assert not backups.is_due(folder), "nothing was written since"


@pytest.mark.parametrize("years", [-30, 30])
def test_a_clock_that_was_set_wrong_puts_no_backup_off(folder: Path, years: int) -> None:
    age(folder, years * 365 * DAY)
    assert backups.is_due(folder), "Berta was named since"
    Library.open(folder).close()
    assert len(backups.copies(folder)) == 2
    assert not backups.is_due(folder)


def test_a_backup_that_cannot_be_read_counts_for_none(folder: Path) -> None:
    backups.make(folder)
    damage(backups.copies(folder)[0])
    age(folder, 2 * HOUR)
    assert backups.is_due(folder)


def test_where_nothing_was_decided_the_first_copy_is_made_an_hour_after_the_first_folder_was_added(
    family: Filler,
) -> None:
    library = family.library
    library.close()
    assert not backups.is_due(library.folder)
    with closing(sqlite3.connect(library.folder / "library.db")) as connection:
        connection.execute("UPDATE roots SET added_at = '2020-01-01T00:00:00+00:00'")
        connection.commit()
    Library.open(library.folder).close()
    assert len(backups.copies(library.folder)) == 1


def test_a_full_disk_costs_the_backup_and_nothing_else(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    age(folder, 2 * DAY)

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "_to_disk", full)
    library = Library.open(folder)
    name_a_group(library, "Clara")
    library.close()
    assert [path.name for path in (folder / "backups").iterdir()] == ["library-000001.db"]
    library = Library.open(folder)
    assert names(library) == ["Anna", "Berta", "Clara"]
    library.close()
