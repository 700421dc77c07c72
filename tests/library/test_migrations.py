"""Libraries of earlier formats are brought up to date, with what was done in them."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import textwrap
import zlib
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from app.library import migrations, relations
from app.library.edits import ConflictError
from app.library.library import Library
from app.library.migrations import m0001_initial
from app.library.records import ClusterId, FaceFilter, PersonId, PhotoId


def old_library(folder: Path) -> Path:
    """A library of the first format: four faces in one photo each, of which two and two were split off by hand."""
    folder.mkdir()
    file = folder / "library.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        m0001_initial.migrate(connection)
        connection.execute("PRAGMA user_version = 1")
        connection.execute("INSERT INTO roots (path, added_at) VALUES (x'2f70', '2026-01-01T00:00:00+00:00')")
        for number in range(1, 5):
            connection.execute(
                "INSERT INTO photos (root_id, path, display, size, mtime_ns, shown_at) VALUES (1, ?, ?, 1, 1, ?)",
                [b"%d.jpg" % number, f"{number}.jpg", number],
            )
            connection.execute(
                "INSERT INTO faces (photo_id, x, y, w, h, landmarks, score, quality, origin) "
                "VALUES (?, 0.1, 0.1, 0.2, 0.2, ?, 0.9, 0.8, 'detector')",
                [number, bytes(40)],
            )
        connection.execute("INSERT INTO people (name, created_at) VALUES ('Anna', '2026-01-01T00:00:00+00:00')")
        row = {"engine_id": None, "by_user": 1, "named_as": None, "replaced_by": None}
        for group, faces, undone in ((1, (1, 2), 0), (2, (3, 4), 1)):
            changes: list[list[object]] = [["clusters", group, None, row]]
            changes += [["members", face, None, {"cluster_id": group}] for face in faces]
            blob = zlib.compress(json.dumps({"format": 1, "changes": changes}).encode())
            connection.execute(
                "INSERT INTO history (at, label, edit, undone) VALUES (?, 'Split off 2 faces', ?, ?)",
                ["2026-01-01T00:00:00+00:00", blob, undone],
            )
            if not undone:
                connection.execute("INSERT INTO clusters (id, by_user) VALUES (?, 1)", [group])
                connection.executemany("INSERT INTO members VALUES (?, ?)", [(face, group) for face in faces])
    return file


def bring_to(connection: sqlite3.Connection, version: int) -> None:
    """From the first format to a later one."""
    for step in migrations.STEPS[1:version]:
        step(connection)
    connection.execute(f"PRAGMA user_version = {version}")


def test_a_library_of_the_first_format_is_brought_up_to_date_and_backed_up(tmp_path: Path) -> None:
    file = old_library(tmp_path / "library")
    library = Library.open(file.parent)
    assert relations.together(library._read) == [[1, 2]]
    assert library._read.execute("SELECT name, born_on FROM people").fetchall() == [("Anna", None)]
    assert library._read.execute("SELECT kind, strength, origin FROM relations").fetchall() == [
        ("same", "confirmed", "user")
    ]
    assert [face.id for face in library.faces(FaceFilter(cluster=ClusterId(1)))] == [1, 2]
    library.close()
    with closing(sqlite3.connect(file.with_name("library.db.format-1.backup"))) as backup:
        assert backup.execute("PRAGMA user_version").fetchone() == (1,)
        assert backup.execute("SELECT count(*) FROM faces").fetchone() == (4,)


def test_dates_that_were_read_before_came_from_the_camera(tmp_path: Path) -> None:
    file = old_library(tmp_path / "library")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("UPDATE photos SET taken_at = '2019-07-14T16:20:05' WHERE id < 3")
    library = Library.open(file.parent)
    rows = library._read.execute("SELECT date_source FROM photos ORDER BY id").fetchall()
    assert rows == [("exif",), ("exif",), (None,), (None,)]
    library.close()


def test_what_was_split_off_before_can_be_undone_and_done_again_with_its_relation(tmp_path: Path) -> None:
    library = Library.open(old_library(tmp_path / "library").parent)
    library.redo().result()
    assert sorted(relations.together(library._read)) == [[1, 2], [3, 4]]
    library.undo().result()
    library.undo().result()
    assert relations.together(library._read) == []
    assert library._read.execute("SELECT count(*) FROM sides").fetchone() == (0,)
    library.close()


def test_a_date_of_birth_outlasts_that_the_naming_before_it_is_taken_back(tmp_path: Path) -> None:
    file = old_library(tmp_path / "library")
    row = {"name": "Anna", "cover_face_id": None, "hidden": 0, "favourite": 0, "merged_into": None}
    row |= {"created_at": "2026-01-01T00:00:00+00:00"}
    blob = zlib.compress(json.dumps({"format": 1, "changes": [["people", 1, None, row]]}).encode())
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("DELETE FROM history")
        connection.execute(
            "INSERT INTO history (at, label, edit) VALUES (?, 'Name Anna', ?)", [row["created_at"], blob]
        )
    library = Library.open(file.parent)
    (step,) = library.history()
    library.set_born(PersonId(1), date(2001, 2, 3)).result()
    assert not library.can_revert(step.id)
    with pytest.raises(ConflictError, match="Note when Anna was born"):
        library.revert(step.id).result()
    library.undo().result()
    library.revert(step.id).result()
    library.undo().result()
    assert library._read.execute("SELECT name, born_on FROM people").fetchall() == [("Anna", None)]
    library.close()


def test_photos_of_the_same_content_become_one_with_what_was_said_of_either(tmp_path: Path) -> None:
    file = old_library(tmp_path / "library")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        bring_to(connection, 10)
        connection.execute("UPDATE photos SET content_hash = CASE WHEN id = 4 THEN x'04' ELSE x'01' END")
        # Most was said of the second one; of the first that its face is Anna, of the third nothing.
        for face, kind in ((1, "person"), (2, "ignored")):
            person = 1 if kind == "person" else None
            connection.execute(
                "INSERT INTO decisions (face_id, kind, person_id, strength, origin, at) "
                "VALUES (?, ?, ?, 'confirmed', 'user', '2026-01-01T00:00:00+00:00')",
                [face, kind, person],
            )
        connection.execute("UPDATE faces SET person_id = 1, strength = 'confirmed' WHERE id = 1")
        connection.execute("DELETE FROM sides")
        connection.execute("UPDATE photos SET repeats_allowed = 1 WHERE id = 3")
        connection.execute(
            "INSERT INTO photo_decisions (photo_id, repeats, origin, at) "
            "VALUES (3, 1, 'user', '2026-01-01T00:00:00+00:00')"
        )
    library = Library.open(file.parent)
    photo, other = library.photos(sorted(library.photo_ids().tolist()))
    assert (photo.id, photo.path, photo.copies, photo.repeats_allowed) == (
        1,
        Path("/p/1.jpg"),
        (Path("/p/2.jpg"), Path("/p/3.jpg")),
        True,
    )
    assert (other.id, other.copies) == (4, ())
    (face,) = library.faces(FaceFilter(photo=photo.id))
    assert (face.id, face.name) == (1, "Anna")
    assert {face for (face,) in library._read.execute("SELECT id FROM faces")} == {1, 2, 4}
    library.close()


def test_a_name_that_was_given_to_a_copy_alone_is_that_of_the_photo(tmp_path: Path) -> None:
    file = old_library(tmp_path / "library")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        bring_to(connection, 10)
        connection.execute("DELETE FROM sides")
        connection.execute("UPDATE photos SET content_hash = x'01', missing_since = CASE WHEN id = 2 THEN 'then' END")
        connection.execute("UPDATE faces SET person_id = 1, strength = 'confirmed' WHERE id = 2")
        connection.execute(
            "INSERT INTO decisions (face_id, kind, person_id, strength, origin, at) "
            "VALUES (2, 'person', 1, 'confirmed', 'user', '2026-01-01T00:00:00+00:00')"
        )
    library = Library.open(file.parent)
    (photo,) = library.photos(library.photo_ids().tolist())
    (face,) = library.faces()
    assert (photo.id, face.photo, face.id, face.name) == (1, 1, 2, "Anna")
    library.close()


def test_folders_are_those_of_the_disk_whatever_the_encoding_of_their_names(tmp_path: Path) -> None:
    file = old_library(tmp_path / "library")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("UPDATE photos SET path = x'd6d02fb0d62e6a7067' WHERE id = 1")
        connection.execute("UPDATE photos SET path = x'd6d02fc2e82f2e6a7067' WHERE id = 2")
    library = Library.open(file.parent)
    rows = library._read.execute("SELECT folder FROM photos ORDER BY id").fetchall()
    assert rows == [(b"\xd6\xd0/",), (b"\xd6\xd0/\xc2\xe8/",), (b"",), (b"",)]
    library.close()


def test_names_in_files_that_were_read_before_are_of_each_file_of_the_photo_until_it_is_asked_again(
    tmp_path: Path,
) -> None:
    file = old_library(tmp_path / "library")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        bring_to(connection, 11)
        connection.execute("UPDATE photos SET sidecars = 'one'")
        connection.execute("UPDATE photos SET copy_of = 1 WHERE id = 2")
        connection.execute(
            "INSERT INTO regions (photo_id, face_id, name, x, y, w, h, state) "
            "VALUES (1, 1, 'Anna', 0.1, 0.1, 0.2, 0.2, 'told')"
        )
    library = Library.open(file.parent)
    assert [region.name for region in library.regions_in(PhotoId(1))] == ["Anna"]
    # Which of its files said so nobody noted: they are asked again.
    assert [region.name for region in library.regions_in(PhotoId(2))] == ["Anna"]
    assert library._read.execute("SELECT id, sidecars FROM photos WHERE id < 3").fetchall() == [(1, "one"), (2, None)]
    library.close()


@pytest.mark.parametrize("statement", range(8))
def test_a_kill_in_the_middle_of_a_step_leaves_the_library_for_the_next_start(tmp_path: Path, statement: int) -> None:
    file = old_library(tmp_path / "library")
    child = textwrap.dedent(
        """
        import os, signal, sys
        from pathlib import Path
        from app.library.library import Library
        from app.library.migrations import m0012_files
        statements = m0012_files.STATEMENTS
        class Killing(tuple):
            def __iter__(self):
                yield from statements[:int(sys.argv[2])]
                os.kill(os.getpid(), signal.SIGKILL)
        m0012_files.STATEMENTS = Killing()
        Library.open(Path(sys.argv[1]))
        """
    )
    ended = subprocess.run([sys.executable, "-c", child, str(file.parent), str(statement)], check=False)
    assert ended.returncode == -signal.SIGKILL
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (11,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    library = Library.open(file.parent)
    assert len(library.photo_ids()) == 4
    assert list(library.flaws()) == []
    library.close()
