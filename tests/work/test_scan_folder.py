"""A scan from end to end: real files, a real library, drawn people."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sqlite_utils import Database

from app.decode import Picture
from app.errors import AppError, Cancelled
from app.events import JobId, JobProgress, LibraryChanged
from app.library import engines
from app.library.index import FaissIndex
from app.library.library import Library
from app.library.records import FaceFilter
from app.vision.pretend import identity_of
from app.vision.threads import Vision
from app.work import looking
from app.work.cancel import CancelToken
from app.work.gone import gone
from app.work.job import JobContext
from app.work.jobs import scan_folder
from app.work.jobs.scan_folder import ScanFolders, ScanSummary
from tests.pictures import encode
from tests.work.conftest import ALBUM, Bench, drawn, put_photo
from tests.work.engines import WatchedEngine

FACES = sum(len(people) for people in ALBUM.values())


def test_a_scan_finds_everyone_in_every_photo(bench: Bench, album: Path) -> None:
    summary = bench.scan(album)
    assert (summary.photos, summary.skipped, summary.faces, summary.failed) == (len(ALBUM), 0, FACES, 0)
    assert bench.contents() == drawn(album)
    assert {line.path: line.faces for line in bench.lines} == {album / name: len(who) for name, who in ALBUM.items()}
    assert set(summary.stages) == {"walk", "decode", "see", "write", "group"}
    assert summary.stages["decode"] > 0


def test_people_who_are_met_again_are_groups_after_the_scan(bench: Bench, album: Path) -> None:
    bench.scan(album)
    # Everybody is in two photos or more.
    assert sorted(cluster.faces for cluster in bench.library.clusters()) == [2, 2, 2, 3, 3]


def test_without_grouping_there_are_no_groups(bench: Bench, album: Path) -> None:
    bench.scan(album, group=False)
    assert bench.library.clusters() == []
    assert bench.library.counts().faces == FACES


def test_portraits_and_thumbnails_come_with_the_scan(bench: Bench, album: Path) -> None:
    bench.scan(album)
    for face in bench.library.faces(FaceFilter()):
        assert (bench.library.portrait(face.id) or b"").startswith(b"\xff\xd8")
    for photo in bench.library.photos(bench.library.photo_ids().tolist()):
        assert (bench.library.thumbnail(photo.id) or b"").startswith(b"\xff\xd8")
        assert (photo.width, photo.height) == (480, 360)


@pytest.mark.parametrize("decoders", [1, 2, 5])
def test_the_result_does_not_depend_on_the_number_of_decoders(bench: Bench, album: Path, decoders: int) -> None:
    summary = bench.scan(album, decoders=decoders)
    assert (summary.photos, summary.faces) == (len(ALBUM), FACES)
    assert bench.contents() == drawn(album)
    groups = {
        frozenset(face.path.name for face in bench.library.faces(FaceFilter(cluster=cluster.id)))
        for cluster in bench.library.clusters()
    }
    assert groups == {
        frozenset(Path(name).name for name, people in ALBUM.items() if person in people) for person in range(1, 6)
    }


def test_a_second_scan_reads_nothing(bench: Bench, album: Path) -> None:
    bench.scan(album)
    read = bench.engine.pictures_read
    summary = bench.scan(album)
    assert (summary.photos, summary.skipped, summary.faces) == (len(ALBUM), len(ALBUM), 0)
    assert bench.engine.pictures_read == read
    assert bench.contents() == drawn(album)


def test_a_rescan_touches_only_what_changed(bench: Bench, album: Path) -> None:
    bench.scan(album)
    before = {photo.path: photo.id for photo in bench.library.photos(bench.library.photo_ids().tolist())}
    bench.engine.pictures_read = 0
    put_photo(album / "08.jpg", 6, seed=50)
    put_photo(album / "09.jpg", 7, seed=51)
    (album / "07.jpg").unlink()
    bench.lines.clear()
    summary = bench.scan(album)
    assert bench.engine.pictures_read == 2
    assert (summary.photos, summary.skipped) == (len(ALBUM), len(ALBUM) - 2)
    assert {line.path.name for line in bench.lines} == {"08.jpg", "09.jpg"}
    expected = drawn(album) | {str(album / "08.jpg"): [6], str(album / "09.jpg"): [7]}
    del expected[str(album / "07.jpg")]
    assert bench.contents() == expected
    after = {photo.path: photo.id for photo in bench.library.photos(bench.library.photo_ids().tolist())}
    assert all(after[path] == number for path, number in before.items() if path in after)


def test_a_scan_by_itself_tries_nothing_again_that_is_unchanged_and_could_not_be_read(
    bench: Bench, album: Path
) -> None:
    broken = album / "broken.jpg"
    broken.write_bytes(b"no picture")
    bench.scan(album)
    assert bench.scan(album, by_itself=True).failed == 0
    assert bench.scan(album).failed == 1, "who asks for a scan wants it tried"
    put_photo(broken, 1)
    assert bench.scan(album, by_itself=True).failed == 0
    assert bench.library.problems() == []


def test_a_scan_by_itself_adds_no_folder_and_passes_over_what_is_gone(
    bench: Bench, album: Path, tmp_path: Path
) -> None:
    assert bench.scan(album, tmp_path / "nowhere", by_itself=True).photos == 0
    assert bench.library.roots() == []
    bench.scan(album)
    summary = bench.scan(album / "beach", album / "gone", by_itself=True)
    assert (summary.photos, summary.skipped) == (3, 3)
    assert len(bench.library.roots()) == 1


def test_a_scan_by_itself_leaves_the_index_to_be_saved_when_the_library_is_closed(
    bench: Bench, album: Path, tmp_path: Path
) -> None:
    bench.scan(album)
    file = tmp_path / "library" / "index.faiss"
    before = file.read_bytes()
    put_photo(album / "09.jpg", 1, 2, seed=51)
    assert bench.scan(album, by_itself=True).faces == 2
    assert file.read_bytes() == before
    bench.library.close()
    with sqlite3.connect(tmp_path / "library" / "library.db") as db:
        _, state = engines.state_of_vectors(Database(db))
    index = FaissIndex.load(file, stamp=state, dimension=bench.vision.info.dimension)
    assert index is not None
    assert len(index) == FACES + 2


def test_a_scan_of_a_known_folder_without_changes_has_no_page_read_anything_anew(bench: Bench, album: Path) -> None:
    bench.scan(album)
    bench.events.clear()
    bench.scan(album, by_itself=True)
    assert [event for event in bench.events if isinstance(event, LibraryChanged)] == []
    bench.library.forget(album).result(10)
    bench.events.clear()
    bench.scan(album)
    assert any(event.everything for event in bench.events if isinstance(event, LibraryChanged))


def test_the_pace_is_told_by_a_scan_that_read_enough(
    bench: Bench, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.scan(album)
    assert bench.library.get_setting(scan_folder.PACE) is None
    monkeypatch.setattr(scan_folder, "ENOUGH_TO_TELL_PACE", 1)
    bench.scan(album)
    assert bench.library.get_setting(scan_folder.PACE) is None, "nothing was read"
    (album / "beach").rename(album / "strand")
    for photo in album.rglob("*.jpg"):
        photo.write_bytes(photo.read_bytes() + b"\0")
    bench.scan(album)
    assert 0 < float(bench.library.get_setting(scan_folder.PACE) or 0) < 60


def test_a_file_with_another_date_and_the_same_content_is_not_decoded_again(bench: Bench, album: Path) -> None:
    bench.scan(album)
    bench.engine.pictures_read = 0
    os.utime(album / "08.jpg", (1, 1))
    assert bench.scan(album).skipped == len(ALBUM)
    assert bench.engine.pictures_read == 0
    photo = bench.library.find_photo(album / "08.jpg")
    known = bench.library.known_photo(bench.library.roots()[0].id, b"08.jpg")
    assert known is not None
    assert (known.id, known.mtime_ns) == (photo.id, 1_000_000_000)


def test_a_file_that_changed_but_has_its_size_and_time_is_met_where_every_file_is_compared(
    bench: Bench, album: Path
) -> None:
    file, size = album / "08.jpg", 100_000
    put_photo(file, 6, seed=50)
    file.write_bytes(file.read_bytes().ljust(size, b"\0"))
    before = file.stat()
    bench.scan(album)
    put_photo(file, 6, 7, seed=51)
    file.write_bytes(file.read_bytes().ljust(size, b"\0"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert bench.scan(album).read == 0
    summary = bench.scan(album, every_file=True)
    assert (summary.read, summary.skipped) == (1, len(ALBUM) - 1)
    assert bench.contents()[str(file)] == [6, 7]


def test_a_moved_file_keeps_its_faces_and_names(bench: Bench, album: Path) -> None:
    bench.scan(album)
    (face,) = bench.library.faces(FaceFilter(photo=bench.library.find_photo(album / "beach" / "01.jpg").id))
    bench.library.name("Ana", faces=[face.id]).result(10)
    bench.engine.pictures_read = 0
    (album / "sorted").mkdir()
    (album / "beach" / "01.jpg").rename(album / "sorted" / "ana.jpg")
    summary = bench.scan(album)
    assert bench.engine.pictures_read == 0
    assert (summary.photos, summary.skipped) == (len(ALBUM), len(ALBUM))
    (moved,) = bench.library.faces(FaceFilter(photo=bench.library.find_photo(album / "sorted" / "ana.jpg").id))
    assert (moved.id, moved.name) == (face.id, "Ana")
    assert len(bench.contents()) == len(ALBUM)


def test_a_folder_that_was_renamed_and_scanned_anew_keeps_everything(bench: Bench, album: Path) -> None:
    bench.scan(album)
    before = {face.id for face in bench.library.faces()}
    bench.engine.pictures_read = 0
    renamed = album.rename(album.with_name("photos of ours"))
    bench.scan(renamed)
    assert bench.engine.pictures_read == 0
    assert {face.id for face in bench.library.faces()} == before
    assert bench.contents() == drawn(renamed)


def test_a_copy_is_no_photo_of_its_own(bench: Bench, album: Path) -> None:
    bench.scan(album)
    read = bench.engine.pictures_read
    shutil.copy(album / "08.jpg", album / "copy.jpg")
    bench.scan(album)
    assert bench.engine.pictures_read == read
    assert bench.contents() == drawn(album)
    assert bench.library.find_photo(album / "copy.jpg") == bench.library.find_photo(album / "08.jpg")


def test_files_that_swapped_their_names_keep_their_people(bench: Bench, tmp_path: Path) -> None:
    album = tmp_path / "album"
    one, two = named_photo(bench, album / "1.jpg", 1, "Ana"), named_photo(bench, album / "2.jpg", 2, "Ben")
    bench.engine.pictures_read = 0
    one.rename(album / "aside")
    two.rename(one)
    (album / "aside").rename(two)
    bench.scan(album)
    assert bench.engine.pictures_read == 0
    assert names_in(bench, album) == {"1.jpg": {2: "Ben"}, "2.jpg": {1: "Ana"}}


def test_a_file_moved_over_another_keeps_its_people(bench: Bench, tmp_path: Path) -> None:
    album = tmp_path / "album"
    one, two = named_photo(bench, album / "1.jpg", 1, "Ana"), named_photo(bench, album / "2.jpg", 2, "Ben")
    before = bench.library.find_photo(one).id
    shutil.copy(one, tmp_path / "backup.jpg")
    bench.engine.pictures_read = 0
    two.rename(one)
    summary = bench.scan(album)
    assert (bench.engine.pictures_read, summary.skipped) == (0, 1)
    assert names_in(bench, album) == {"1.jpg": {2: "Ben"}}
    (gone,) = bench.library.photos([before])
    assert gone.missing
    (tmp_path / "backup.jpg").rename(album / "3.jpg")
    bench.scan(album)
    assert bench.engine.pictures_read == 0
    assert names_in(bench, album) == {"1.jpg": {2: "Ben"}, "3.jpg": {1: "Ana"}}


@pytest.mark.parametrize(("replaced", "renamed"), [("IMG_1.jpg", "IMG_2.jpg"), ("IMG_2.jpg", "IMG_1.jpg")])
@pytest.mark.parametrize("decoders", [1, 3])
def test_a_photo_under_a_new_name_keeps_its_people_though_its_old_name_has_another_content(
    bench: Bench, tmp_path: Path, replaced: str, renamed: str, decoders: int
) -> None:
    album = tmp_path / "album"
    named_photo(bench, album / replaced, 1, "Ana").rename(album / renamed)
    put_photo(album / replaced, 3, 4, seed=40)
    for number in range(3 * scan_folder.PICTURES_ON_THE_ROAD):
        put_photo(album / f"IMG_1x{number:02}.jpg", 5, seed=50 + number)
    bench.scan(album, decoders=decoders, group=False)
    names = names_in(bench, album)
    assert (names[replaced], names[renamed]) == ({3: None, 4: None}, {1: "Ana"})


def test_files_that_all_moved_up_by_one_name_keep_their_people(bench: Bench, tmp_path: Path) -> None:
    album = tmp_path / "album"
    for number, name in enumerate(("Ana", "Ben", "Eva"), start=1):
        named_photo(bench, album / f"{number}.jpg", number, name)
    bench.engine.pictures_read = 0
    for number in (3, 2, 1):
        (album / f"{number}.jpg").rename(album / f"{number + 1}.jpg")
    put_photo(album / "1.jpg", 4, 5, seed=40)
    bench.scan(album, group=False)
    assert bench.engine.pictures_read == 1
    assert names_in(bench, album) == {
        "1.jpg": {4: None, 5: None},
        "2.jpg": {1: "Ana"},
        "3.jpg": {2: "Ben"},
        "4.jpg": {3: "Eva"},
    }


def test_a_copy_over_another_file_is_no_move(bench: Bench, tmp_path: Path) -> None:
    album = tmp_path / "album"
    one, two = named_photo(bench, album / "1.jpg", 1, "Ana"), named_photo(bench, album / "2.jpg", 2, "Ben")
    shutil.copy(two, one)
    bench.scan(album, group=False)
    assert names_in(bench, album) == {"1.jpg": {2: "Ben"}}
    assert bench.library.find_photo(one).copies == (two,)


def named_photo(bench: Bench, file: Path, identity: int, name: str) -> Path:
    """Draws one person, scans the folder, and names the face."""
    put_photo(file, identity, seed=identity)
    bench.scan(file.parent, group=False)
    (face,) = bench.library.faces(FaceFilter(photo=bench.library.find_photo(file).id))
    bench.library.name(name, faces=[face.id]).result(10)
    return file


def names_in(bench: Bench, album: Path) -> dict[str, dict[int, str | None]]:
    """Who is drawn in each photo that is there, and under which name."""
    return {
        photo.path.relative_to(album).as_posix(): {
            identity_of(np.asarray(bench.library.vector(face.id))): face.name
            for face in bench.library.faces(FaceFilter(photo=photo.id))
        }
        for photo in bench.library.photos(bench.library.photo_ids().tolist())
    }


def test_a_photo_that_comes_back_is_not_read_again(bench: Bench, album: Path) -> None:
    bench.scan(album)
    (album / "08.jpg").rename(album.parent / "aside.jpg")
    bench.scan(album)
    assert str(album / "08.jpg") not in bench.contents()
    bench.engine.pictures_read = 0
    (album.parent / "aside.jpg").rename(album / "08.jpg")
    bench.scan(album)
    assert bench.engine.pictures_read == 0
    assert bench.contents() == drawn(album)


def test_scanning_one_folder_of_an_album_says_nothing_about_the_others(bench: Bench, album: Path) -> None:
    bench.scan(album)
    (album / "07.jpg").unlink()
    (album / "beach" / "01.jpg").unlink()
    summary = bench.scan(album / "beach")
    assert summary.photos == 2
    contents = bench.contents()
    assert str(album / "beach" / "01.jpg") not in contents
    assert str(album / "07.jpg") in contents
    assert [root.path for root in bench.library.roots()] == [album]


def test_folders_inside_each_other_are_scanned_once(bench: Bench, album: Path) -> None:
    bench.scan(album / "beach")
    summary = bench.scan(album / "party", album, album / "beach")
    assert (summary.photos, summary.skipped) == (len(ALBUM), 3)
    assert bench.contents() == drawn(album)


def test_a_cancelled_scan_keeps_the_photos_already_read_and_the_next_takes_up_the_rest(
    bench: Bench, tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    for number in range(40):
        put_photo(folder / f"{number:02}.jpg", number % 7, seed=number)
    bench.engine.seconds = 0.02
    running = bench.start_scan(folder)
    while bench.library.counts().photos < 5:
        time.sleep(0.005)
    running.cancel()
    with pytest.raises(Cancelled):
        running.future.result(10)
    kept = bench.library.counts().photos
    assert 5 <= kept < 40
    assert bench.library.counts().faces == kept
    # Every photo that was told as read is kept, and each kept photo was told.
    assert len(bench.lines) == kept
    while bench.engine.reading:
        time.sleep(0.005)
    read = bench.engine.pictures_read
    bench.engine.seconds = 0
    summary = bench.scan(folder)
    assert (summary.photos, summary.skipped) == (40, kept)
    assert bench.engine.pictures_read - read == 40 - kept
    assert bench.library.counts().faces == 40


def test_an_interrupted_scan_is_remembered_until_its_folder_was_scanned_to_the_end(
    bench: Bench, album: Path, tmp_path: Path
) -> None:
    put_photo(tmp_path / "other" / "a.jpg", 1)
    bench.engine.seconds = 0.2
    running = bench.start_scan(album)
    while not bench.library.unfinished():
        time.sleep(0.01)
    running.cancel()
    with pytest.raises(Cancelled):
        running.future.result(30)
    bench.engine.seconds = 0.0
    bench.scan(tmp_path / "other")
    assert bench.library.unfinished() == [album]
    bench.scan(album)
    assert bench.library.unfinished() == []


def test_a_cancel_does_not_wait_for_a_slow_engine(bench: Bench, album: Path) -> None:
    seeing, go_on = threading.Event(), threading.Event()

    def dawdle(_: Picture) -> None:
        seeing.set()
        go_on.wait(60)

    bench.engine.before = dawdle
    running = bench.start_scan(album)
    assert seeing.wait(10)
    running.cancel()
    try:
        with pytest.raises(Cancelled):
            running.future.result(30)
        assert bench.engine.reading > 0, "it reads on, and nobody waits for it"
    finally:
        go_on.set()


def test_a_paused_scan_stands_still_and_goes_on(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    for number in range(30):
        put_photo(folder / f"{number:02}.jpg", number % 7, seed=number)
    bench.engine.seconds = 0.02
    running = bench.start_scan(folder)
    while not bench.lines:
        time.sleep(0.005)
    running.pause()
    # What the engine had begun may still arrive.
    time.sleep(0.4)
    standing = len(bench.lines)
    time.sleep(0.2)
    assert len(bench.lines) == standing < 30
    assert [event for event in bench.events if isinstance(event, JobProgress)][-1].paused
    running.resume()
    assert isinstance(running.future.result(20), ScanSummary)
    assert bench.library.counts().photos == 30


def test_a_scan_rests_as_long_as_its_share_of_the_machine_asks(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "many"
    for number in range(8):
        put_photo(folder / f"{number:02}.jpg", number % 7, seed=number)
    now, rests, wait_for = [100.0], list[float](), CancelToken.wait_for

    def take_a_second(_: Picture) -> None:
        now[0] += 1

    def rest(token: CancelToken, ready: Callable[[], bool], timeout: float | None = None) -> bool:
        if timeout is None:
            return wait_for(token, ready)
        rests.append(timeout)
        return False

    clock = SimpleNamespace(monotonic=lambda: now[0], process_time=time.process_time, thread_time=time.thread_time)
    monkeypatch.setattr(scan_folder, "time", clock)
    monkeypatch.setattr(CancelToken, "wait_for", rest)
    bench.engine.before = take_a_second
    assert bench.scan(folder, group=False, effort=lambda: 25).photos == 8
    assert sum(rests) == 3 * 8


def test_a_resting_scan_is_cancelled_at_once(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    for number in range(8):
        put_photo(folder / f"{number:02}.jpg", number % 7, seed=number)
    # Whoever rests for so long does not come to an end by itself.
    bench.engine.seconds = 10.0 / 99
    resting = threading.Event()
    running = bench.start_scan(folder, effort=lambda: resting.set() or 1)
    assert resting.wait(20)
    running.cancel()
    with pytest.raises(Cancelled):
        running.future.result(9)


def test_progress_ends_with_all_photos_of_a_known_total(bench: Bench, album: Path) -> None:
    bench.scan(album, group=False)
    last = [event for event in bench.events if isinstance(event, JobProgress)][-1]
    assert (last.title, last.done, last.total) == ("Scanning album", len(ALBUM), len(ALBUM))


def test_the_window_learns_of_photos_while_the_scan_runs(bench: Bench, album: Path) -> None:
    bench.engine.seconds = 0.01
    bench.scan(album)
    seen = set[int]()
    for event in bench.events:
        if isinstance(event, LibraryChanged):
            seen |= event.photos
    assert seen >= set(bench.library.photo_ids().tolist())


def test_groups_appear_while_a_first_scan_runs(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_folder, "FIRST_GROUPING_SECONDS", 0.05)
    folder = tmp_path / "many"
    for number in range(30):
        put_photo(folder / f"{number:02}.jpg", number % 3, seed=number)
    bench.engine.seconds = 0.05
    running = bench.start_scan(folder)
    while not bench.library.clusters():
        assert not running.future.done()
        time.sleep(0.01)
    running.future.result(30)
    assert [cluster.faces for cluster in bench.library.clusters()] == [10, 10, 10]


def test_groupings_while_a_scan_runs_take_a_small_share_of_its_time(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = bench.library.group
    provisional: list[tuple[float, float]] = []

    def dawdle(**options: Any) -> object:
        started = time.monotonic()
        done = group(**options)
        if options.get("provisional"):
            time.sleep(0.05)
            provisional.append((started, time.monotonic()))
        return done

    monkeypatch.setattr(bench.library, "group", dawdle)
    monkeypatch.setattr(scan_folder, "FIRST_GROUPING_SECONDS", 0.02)
    for number in range(60):
        put_photo(tmp_path / "many" / f"{number:02}.jpg", number % 3, seed=number)
    bench.engine.seconds = 0.05
    bench.scan(tmp_path / "many")
    assert len(provisional) >= 2
    for (started, ended), (next_started, _) in pairwise(provisional):
        assert next_started - ended >= 10 * (ended - started)


def test_a_picture_that_the_engine_fails_on_is_listed_and_the_others_are_read(bench: Bench, album: Path) -> None:
    def fail_on_black(picture: Picture) -> None:
        if picture.pixels.max() < 10:
            raise ValueError("cannot look at darkness")

    Image.new("RGB", (300, 200)).save(album / "dark.jpg")
    bench.engine.before = fail_on_black
    summary = bench.scan(album)
    assert summary.failed == 1
    assert bench.problems() == {str(album / "dark.jpg"): "Kinfolio failed on this picture (ValueError)."}
    assert [photo.path for photo in bench.library.problems()] == [album / "dark.jpg"]
    assert summary.faces == FACES


def test_an_engine_that_cannot_load_ends_the_scan_with_its_sentence(bench: Bench, album: Path) -> None:
    def refuse(_: Picture) -> None:
        raise AppError("The model file is damaged. Add it again with `kinfolio model add`.")

    bench.engine.before = refuse
    running = bench.start_scan(album)
    with pytest.raises(AppError, match="The model file is damaged"):
        running.future.result(10)


def test_an_engine_that_fails_on_everything_ends_the_scan_with_its_own_error(bench: Bench, tmp_path: Path) -> None:
    for number in range(looking.FAILURES_IN_A_ROW + 10):
        put_photo(tmp_path / "many" / f"{number:02}.jpg", 1, seed=number)

    def fail(_: Picture) -> None:
        raise ValueError("shapes do not fit")

    bench.engine.before = fail
    with pytest.raises(ValueError, match="shapes do not fit"):
        bench.start_scan(tmp_path / "many").future.result(20)


def test_pictures_travel_to_the_engine_in_batches(bench: Bench, tmp_path: Path) -> None:
    for number in range(24):
        put_photo(tmp_path / "many" / f"{number:02}.jpg", 1, seed=number)
    bench.engine.seconds = 0.02
    bench.scan(tmp_path / "many")
    assert 1 < bench.engine.largest_batch <= scan_folder.PICTURES_ON_THE_ROAD


def test_the_file_of_a_glance_weighs_on_the_road_as_its_pixels_do(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_folder, "PICTURE_BYTES_ON_THE_ROAD", 10_000_000)
    photo = encode(np.full((2500, 2600, 3), 90, np.uint8))
    # Of 6.5 megapixels a glance shows a quarter, so that the pixels of two would have room.
    for number in range(6):
        (tmp_path / f"{number}.jpg").write_bytes(photo + b"a film" * 1_000_000 + bytes([number]))
    bench.engine.seconds = 0.1
    assert bench.scan(tmp_path, group=False).photos == 6
    assert bench.engine.largest_batch == 1


def test_no_thread_is_left_behind(tmp_path: Path, album: Path) -> None:
    before = set(threading.enumerate())
    with_engine = Vision(WatchedEngine())
    library = Library.open(tmp_path / "other")
    ScanFolders(library, with_engine, [album]).run(JobContext(JobId(1), "Scanning", lambda event: None))
    library.close()
    with_engine.close()
    assert set(threading.enumerate()) <= before


def test_photos_that_are_left_out_hide_and_come_back_with_their_names(bench: Bench, tmp_path: Path) -> None:
    album = tmp_path / "album"
    named_photo(bench, album / "private" / "1.jpg", 1, "Ana")
    put_photo(album / "2.jpg", 2, seed=2)
    bench.library.set_excluded(["private"]).result(10)
    bench.scan(album)
    assert names_in(bench, album) == {"2.jpg": {2: None}}
    bench.library.set_excluded([]).result(10)
    (album / "private" / ".nomedia").touch()
    bench.scan(album / "private")
    assert names_in(bench, album) == {"2.jpg": {2: None}}
    (album / "private" / ".nomedia").unlink()
    bench.engine.pictures_read = 0
    bench.scan(album / "private")
    assert names_in(bench, album) == {"private/1.jpg": {1: "Ana"}, "2.jpg": {2: None}}
    assert bench.engine.pictures_read == 0


def test_a_scan_tells_photos_that_are_left_out_from_those_that_are_gone(bench: Bench, tmp_path: Path) -> None:
    album = tmp_path / "album"
    for number, name in enumerate(("1.jpg", "2.jpg", "private/3.jpg", "private/deep/4.jpg", "screen 5.jpg", "6.cr2")):
        put_photo(album / name, number % 4, seed=number)
    bench.scan(album)
    (album / "1.jpg").unlink()
    (album / "private" / ".nomedia").touch()
    # Shown as what it was developed to.
    put_photo(album / "6.jpg", 1, seed=7)
    bench.library.set_excluded(["screen*"]).result(10)
    summary = bench.scan(album)
    assert (summary.gone, summary.left_out) == (1, 3)
    assert sorted(Path(name).name for name in bench.contents()) == ["2.jpg", "6.jpg"]


@pytest.mark.parametrize(
    "name", [".private", "@eaDir", ".private/inside", "X.photoslibrary/resources", "X.photoslibrary/resources/inside"]
)
def test_a_hidden_folder_inside_a_photo_folder_is_refused_with_a_sentence(bench: Bench, album: Path, name: str) -> None:
    put_photo(album / name / "a.jpg", 6, seed=60)
    bench.scan(album)
    with pytest.raises(AppError, match="This folder is hidden, or other programs keep"):
        bench.scan(album / name)
    assert bench.contents() == drawn(album)


def test_the_originals_of_a_library_of_apple_photos_are_scanned_by_themselves(bench: Bench, album: Path) -> None:
    originals = album / "X.photoslibrary" / "originals" / "0"
    put_photo(originals / "a.jpg", 6, seed=60)
    bench.scan(album)
    assert bench.scan(originals).photos == 1


@pytest.mark.parametrize("name", [".private", "X.photoslibrary/resources"])
def test_photos_of_a_hidden_folder_are_left_out_once_it_becomes_part_of_a_photo_folder(
    bench: Bench, album: Path, name: str
) -> None:
    put_photo(album / name / "a.jpg", 6, seed=60)
    assert bench.scan(album / name).photos == 1
    assert (bench.scan(album).left_out, gone(bench.library)) == (1, [])
    assert bench.contents() == drawn(album)


def test_a_scan_asks_a_slow_drive_once_for_each_photo(
    bench: Bench, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question takes as long as the way there and back: counted, for a time would depend on the machine."""
    asked: Counter[bytes] = Counter()

    def count(name: str) -> None:
        real = getattr(os, name)

        def counting(path: Any, *more: Any, **options: Any) -> Any:
            if not isinstance(path, int):
                asked[os.fsencode(path)] += 1
            return real(path, *more, **options)

        monkeypatch.setattr(os, name, counting)

    bench.scan(album)
    for name in ("stat", "lstat", "open"):
        count(name)
    bench.scan(album)
    photos = {os.fsencode(album / name) for name in ALBUM}
    assert {path: times for path, times in asked.items() if path in photos} == dict.fromkeys(photos, 1)
    folders = {os.fsencode(album / folder) for folder in ("beach", "party")}
    assert all(asked[folder] <= 2 for folder in folders), "once to count, once to walk"


def test_each_photo_that_went_and_each_folder_is_asked_about_once(
    bench: Bench, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        put_photo(album / "deep" / "down" / f"{number}.jpg", 1, seed=20 + number)
    put_photo(album / "deep" / "hidden" / "6.jpg", 1, seed=30)
    bench.scan(album)
    bench.library.set_excluded(["[0-3].jpg"]).result(10)
    (album / "deep" / "down" / "4.jpg").unlink()
    (album / "deep" / "hidden" / ".nomedia").touch()
    real, asked = os.path.lexists, list[str]()

    def lexists(path: bytes | str) -> bool:
        asked.append(os.fsdecode(path))
        return real(path)

    monkeypatch.setattr("os.path.lexists", lexists)
    summary = bench.scan(album)
    assert (summary.gone, summary.left_out) == (1, 5)
    assert len(asked) == len(set(asked)) <= 6 + 3
