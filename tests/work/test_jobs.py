"""The jobs beside the scan: grouping, searching by a picture, exporting, reading again."""

from __future__ import annotations

import errno
import io
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.errors import AppError, Cancelled
from app.events import JobId, JobProgress
from app.library.records import FaceFilter, Strictness
from app.vision.pretend import identity_of
from app.vision.threads import Vision
from app.work.job import JobContext
from app.work.jobs import export_people
from app.work.jobs.export_people import ExportPerson, ExportPhotos
from app.work.jobs.find_person import FacesFound, FindFaces
from app.work.jobs.group_faces import GroupAgain, GrowGroups, PlanGroups
from app.work.jobs.reembed import Reembed
from app.work.jobs.review import Review
from app.work.jobs.scan_folder import ScanFolders
from app.work.runner import RunningJob
from tests.pictures import draw_people, encode
from tests.work.conftest import ALBUM, Bench, drawn, put_photo
from tests.work.engines import WatchedEngine


def name_person(bench: Bench, identity: int, name: str) -> int:
    """Names the group of a drawn person and gives the person's id."""
    for cluster in bench.library.clusters():
        if identity_of(bench.library.vector(cluster.cover)) == identity:
            return bench.library.name(name, clusters=[cluster.id]).result(10).people[0]
    raise AssertionError(f"nobody drawn as {identity} is in a group")


# Grouping


def test_grouping_afresh_can_be_undone(bench: Bench, album: Path) -> None:
    bench.scan(album, group=False)
    found = bench.run(PlanGroups(bench.library, Strictness.NORMAL))
    assert bench.library.clusters() == []
    assert (found.new_groups, found.ended_groups) == (5, 0)
    done = bench.run(GroupAgain(bench.library, found))
    assert done is not None
    assert len(bench.library.clusters()) == 5
    bench.library.undo().result(10)
    assert bench.library.clusters() == []


def test_grouping_again_without_a_change_changes_nothing(bench: Bench, album: Path) -> None:
    bench.scan(album)
    before = bench.library.clusters()
    assert bench.run(GrowGroups(bench.library)) is None
    assert bench.library.clusters() == before


def test_a_review_tells_how_far_it_is_and_stops_when_it_is_cancelled(bench: Bench, album: Path) -> None:
    bench.scan(album)
    bench.events.clear()
    assert bench.run(Review(bench.library, 10)) == bench.library.review(10)
    assert any(isinstance(event, JobProgress) and event.done == event.total for event in bench.events)
    context = JobContext(JobId(1), "review", bench.events.append)
    context.token.cancel()
    with pytest.raises(Cancelled):
        Review(bench.library, 10).run(context)


# Searching by a picture


@pytest.mark.parametrize("kind", ["file", "bytes", "pixels"])
def test_the_faces_of_a_picture_are_found_largest_first(bench: Bench, tmp_path: Path, kind: str) -> None:
    pixels = np.concatenate([draw_people(9, size=(300, 480)).pixels, draw_people(4, size=(480, 480)).pixels], axis=1)
    data = encode(pixels)
    file = tmp_path / "probe.jpg"
    file.write_bytes(data)
    seen: FacesFound = bench.run(
        FindFaces(bench.library, bench.vision, {"file": file, "bytes": data, "pixels": pixels}[kind])
    )
    probes = seen.probes
    assert seen.picture.shape == pixels.shape
    assert [identity_of(probe.vector) for probe in probes] == [4, 9]
    assert probes[0].box.width > probes[1].box.width
    assert probes[0].box.x > 0.38 > probes[1].box.x
    assert all(probe.portrait.startswith(b"\xff\xd8") for probe in probes)


def test_a_probe_finds_its_person_in_the_library(bench: Bench, album: Path) -> None:
    bench.scan(album)
    (probe,) = bench.run(FindFaces(bench.library, bench.vision, draw_people(5, seed=99).pixels)).probes
    best = bench.library.similar(probe.vector, limit=2)
    assert {match.face.path.name for match in best} == {"07.jpg", "08.jpg"}


@pytest.mark.parametrize(
    ("picture", "sentence"),
    [
        (Path("nowhere") / "probe.jpg", r"nowhere/probe\.jpg is not there"),
        (b"no picture", "This picture cannot be used. This is not a picture"),
        (b"", "This picture cannot be used. This file is empty."),
        (Path(__file__), "cannot be used. This is not a picture"),
        (Path(__file__).parent, "cannot be used. This is not an ordinary file."),
    ],
)
def test_a_picture_that_cannot_be_read_is_refused_with_a_sentence(
    bench: Bench, picture: Path | bytes, sentence: str
) -> None:
    with pytest.raises(AppError, match=sentence):
        bench.run(FindFaces(bench.library, bench.vision, picture))


def test_a_search_never_mixes_engines(bench: Bench, album: Path) -> None:
    bench.scan(album)
    other = WatchedEngine()
    other.info = replace(other.info, name="other", fingerprint="f" * 64)
    vision = Vision(other)
    with pytest.raises(AppError, match="read with the model pretend, not with other"):
        bench.run(FindFaces(bench.library, vision, draw_people(5).pixels))
    vision.close()


def test_a_search_never_mixes_two_versions_of_an_engine(bench: Bench, album: Path) -> None:
    bench.scan(album)
    other = WatchedEngine()
    other.info = replace(other.info, fingerprint="f" * 64)
    vision = Vision(other)
    with pytest.raises(AppError, match="another version of the model pretend"):
        bench.run(FindFaces(bench.library, vision, draw_people(5).pixels))
    vision.close()


# Exporting


def test_the_photos_of_a_person_are_copied_with_their_dates(bench: Bench, album: Path, tmp_path: Path) -> None:
    os.utime(album / "beach" / "01.jpg", ns=(1_500_000_000_123_456_789, 1_500_000_000_123_456_789))
    bench.scan(album)
    ana = name_person(bench, 1, "Ana")
    summary = bench.run(ExportPerson(bench.library, ana, tmp_path / "out" / "Ana"))
    assert (summary.written, summary.unchanged, summary.folder) == (3, 0, tmp_path / "out" / "Ana")
    copies = {copy.name: copy for copy in summary.folder.iterdir()}
    assert copies.keys() == {"01.jpg", "02.jpg", "04.png"}
    assert copies["01.jpg"].read_bytes() == (album / "beach" / "01.jpg").read_bytes()
    assert copies["01.jpg"].stat().st_mtime_ns == 1_500_000_000_123_456_789
    assert not copies["01.jpg"].samefile(album / "beach" / "01.jpg")


def test_exporting_twice_doubles_nothing(bench: Bench, album: Path, tmp_path: Path) -> None:
    bench.scan(album)
    ana = name_person(bench, 1, "Ana")
    for link in (False, True):
        out = tmp_path / f"out {link}"
        assert bench.run(ExportPerson(bench.library, ana, out, link)).written == 3
        for again in (False, True):
            summary = bench.run(ExportPerson(bench.library, ana, out, again))
            assert (summary.written, summary.unchanged) == (0, 3)
        assert len(list(out.iterdir())) == 3


def test_an_export_never_overwrites_and_numbers_photos_of_one_name(bench: Bench, album: Path, tmp_path: Path) -> None:
    put_photo(album / "party" / "01.jpg", 1, seed=60)
    bench.scan(album)
    ana = name_person(bench, 1, "Ana")
    out = tmp_path / "out"
    out.mkdir()
    (out / "02.jpg").write_bytes(b"somebody else's")
    (out / "04.png").mkdir()
    assert bench.run(ExportPerson(bench.library, ana, out)).written == 4
    assert {file.name for file in out.iterdir()} == {
        "01.jpg",
        "01 (2).jpg",
        "02.jpg",
        "02 (2).jpg",
        "04.png",
        "04 (2).png",
    }
    assert (out / "02.jpg").read_bytes() == b"somebody else's"
    assert (out / "01.jpg").read_bytes() != (out / "01 (2).jpg").read_bytes()


def test_linked_photos_are_symbolic_links_to_the_originals(bench: Bench, album: Path, tmp_path: Path) -> None:
    bench.scan(album)
    ana = name_person(bench, 1, "Ana")
    bench.run(ExportPerson(bench.library, ana, tmp_path / "out", link=True))
    assert {link.readlink() for link in (tmp_path / "out").iterdir()} == {
        album / name for name, people in ALBUM.items() if 1 in people
    }


def test_a_photo_that_is_gone_is_a_problem_of_the_export(bench: Bench, album: Path, tmp_path: Path) -> None:
    bench.scan(album)
    ana = name_person(bench, 1, "Ana")
    (album / "beach" / "01.jpg").unlink()
    assert bench.run(ExportPerson(bench.library, ana, tmp_path / "out")).written == 2
    assert bench.problems() == {str(album / "beach" / "01.jpg"): "This photo is not there any more."}


def test_an_export_into_a_file_is_refused_with_a_sentence(bench: Bench, album: Path, tmp_path: Path) -> None:
    bench.scan(album)
    ana = name_person(bench, 1, "Ana")
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(AppError, match="cannot be made"):
        bench.run(ExportPerson(bench.library, ana, tmp_path / "out"))


def test_a_full_disk_ends_the_export_with_a_sentence_and_leaves_no_half_photo(
    bench: Bench, album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.FileIO):
        def write(self, data: object) -> int:
            super().write(b"half")
            raise OSError(28, "No space left on device")

    bench.scan(album)
    ana = name_person(bench, 1, "Ana")
    open_now = Path.open
    monkeypatch.setattr(Path, "open", lambda path, mode: Full(path, mode) if mode == "xb" else open_now(path, mode))
    with pytest.raises(AppError, match="No space left on device"):
        bench.run(ExportPerson(bench.library, ana, tmp_path / "out"))
    assert list((tmp_path / "out").iterdir()) == []


class Watched(io.FileIO):
    """A photo that tells when the second of its pieces is read."""

    def __init__(self, path: Path, told: Callable[[], object]) -> None:
        super().__init__(path)
        self._pieces, self._told = 0, told

    def read(self, size: int | None = -1, /) -> bytes:
        self._pieces += 1
        if self._pieces == 2:
            self._told()
        return super().read(size)


def watch_copying(monkeypatch: pytest.MonkeyPatch, told: Callable[[], object]) -> None:
    open_now = Path.open
    monkeypatch.setattr(export_people, "PIECE", 1000)
    monkeypatch.setattr(Path, "open", lambda path, mode: Watched(path, told) if mode == "rb" else open_now(path, mode))


def test_a_program_that_ends_in_the_middle_of_a_copy_leaves_no_half_photo_under_its_name(
    bench: Bench, album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.scan(album)
    ana = name_person(bench, 1, "Ana")
    out, left = tmp_path / "out", tmp_path / "left"
    with monkeypatch.context() as watched:
        watch_copying(watched, lambda: left.exists() or shutil.copytree(out, left))
        bench.run(ExportPerson(bench.library, ana, out))
    (half,) = left.iterdir()
    assert half.suffix == ".part"
    assert half.stat().st_size < (album / "beach" / "01.jpg").stat().st_size
    assert bench.run(ExportPerson(bench.library, ana, left)).written == 3
    assert {file.name: file.read_bytes() for file in left.iterdir()} == {
        Path(name).name: (album / name).read_bytes() for name, people in ALBUM.items() if 1 in people
    }


def test_an_export_stops_in_the_middle_of_a_photo(
    bench: Bench, album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.scan(album)
    job = ExportPerson(bench.library, name_person(bench, 1, "Ana"), tmp_path / "out")
    context = JobContext(JobId(1), job.title, bench.events.append)
    watch_copying(monkeypatch, context.token.cancel)
    with pytest.raises(Cancelled):
        job.run(context)
    assert list((tmp_path / "out").iterdir()) == []


def test_an_export_goes_on_where_a_phone_or_a_share_refuses_to_set_dates(
    bench: Bench, album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    bench.scan(album)
    ana = name_person(bench, 1, "Ana")
    monkeypatch.setattr(os, "utime", refuse)
    assert bench.run(ExportPerson(bench.library, ana, tmp_path / "out")).written == 3
    assert (tmp_path / "out" / "01.jpg").read_bytes() == (album / "beach" / "01.jpg").read_bytes()
    assert bench.run(ExportPerson(bench.library, ana, tmp_path / "out")).unchanged == 3


# Reading again with another model


def test_reading_again_with_another_model_keeps_names_and_faces(bench: Bench, album: Path) -> None:
    bench.scan(album)
    name_person(bench, 1, "Ana")
    before = {face.id: face.name for face in bench.library.faces()}
    other = WatchedEngine()
    other.info = replace(other.info, name="other", fingerprint="f" * 64)
    vision = Vision(other)
    summary = bench.run(Reembed(bench.library, vision))
    assert other.pictures_read == len(ALBUM)
    assert (summary.photos, summary.skipped) == (len(ALBUM), 0)
    assert {face.id: face.name for face in bench.library.faces()} == before
    assert bench.library.engine_name() == "other"
    assert bench.contents() == drawn(album)
    # Read by this model already: nothing is left to do, and a scan agrees.
    assert bench.run(Reembed(bench.library, vision)).skipped == len(ALBUM)
    assert bench.run(ScanFolders(bench.library, vision, [album])).skipped == len(ALBUM)
    vision.close()


def test_a_scan_with_another_model_reads_every_folder_so_that_nobody_drops_out(
    bench: Bench, album: Path, tmp_path: Path
) -> None:
    bench.scan(album)
    name_person(bench, 1, "Ana")
    put_photo(tmp_path / "more" / "one.jpg", 1)
    other = WatchedEngine()
    other.info = replace(other.info, name="other", fingerprint="f" * 64)
    vision = Vision(other)
    scan = ScanFolders(bench.library, vision, [tmp_path / "more"])
    assert scan.title == "Reading every photo again with other"
    assert bench.run(scan).photos == len(ALBUM) + 1
    again = ScanFolders(bench.library, vision, [tmp_path / "more"])
    assert again.title == "Scanning more"
    assert bench.run(again).photos == 1
    vision.close()


def test_reading_all_again_goes_on_where_it_was_stopped_whatever_is_scanned_next(
    bench: Bench, album: Path, tmp_path: Path
) -> None:
    bench.scan(album)
    put_photo(tmp_path / "more" / "one.jpg", 1)
    handles: list[RunningJob] = []
    other = WatchedEngine(before=lambda picture: handles[0].cancel())
    other.info = replace(other.info, name="other", fingerprint="f" * 64)
    vision = Vision(other)
    handles.append(bench.runner.start(ScanFolders(bench.library, vision, [tmp_path / "more"])))
    with pytest.raises(Cancelled):
        handles[0].future.result(60)
    other.before = lambda picture: None
    again = ScanFolders(bench.library, vision, [tmp_path / "more"])
    assert again.title == "Reading every photo again with other"
    assert bench.run(again).photos == len(ALBUM) + 1
    assert bench.run(ScanFolders(bench.library, vision, [tmp_path / "more"])).photos == 1
    vision.close()


def test_a_library_without_folders_has_nothing_to_read_again(bench: Bench) -> None:
    with pytest.raises(AppError, match="no photo folder"):
        bench.run(Reembed(bench.library, bench.vision))


def test_only_photos_of_the_person_are_exported(bench: Bench, album: Path, tmp_path: Path) -> None:
    bench.scan(album)
    five = name_person(bench, 5, "Eva")
    faces = bench.library.faces(FaceFilter(person=five))
    bench.run(ExportPerson(bench.library, five, tmp_path / "out"))
    assert (
        {file.name for file in (tmp_path / "out").iterdir()}
        == {face.path.name for face in faces}
        == {
            "07.jpg",
            "08.jpg",
        }
    )


def test_photos_that_were_chosen_are_exported_whoever_is_on_them(bench: Bench, album: Path, tmp_path: Path) -> None:
    bench.scan(album)
    chosen = bench.library.photo_ids()[1:4]
    summary = bench.run(ExportPhotos(bench.library, chosen, tmp_path / "out"))
    assert (summary.written, summary.unchanged) == (3, 0)
    names = {photo.path.name for photo in bench.library.photos(chosen.tolist())}
    assert {file.name for file in (tmp_path / "out").iterdir()} == names
