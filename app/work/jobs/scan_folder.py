"""Reads photo folders into the library: walk -> decode x N -> see -> write, with few photos on the road at a time.

Each photo is written whole or not at all, so a scan that is cancelled or killed loses only what was on the road and
the next one takes up the rest. A broken photo is a result of the scan; only a broken program ends it.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from app.decode import UnreadablePhoto, takes_a_process
from app.errors import Cancelled, FullDiskError
from app.events import Problem
from app.library.copies import stamp
from app.library.library import Library
from app.library.records import KnownPhoto, ScannedPhoto
from app.library.roots import display_text
from app.memory import keeping_pictures
from app.paths import is_folder
from app.priority import CORES, turns
from app.vision.threads import LANES, Vision
from app.work import file_names
from app.work.channel import Channel
from app.work.folders import PhotoFolder, absolute, look_for_drives, open_folders, why_not_listed
from app.work.job import JobContext
from app.work.lasting import LastingProblems
from app.work.looking import Decoded, File, Looking, Result
from app.work.names_in_files import take_up
from app.work.photo_file import PhotoFile, describe, leads_nowhere, read_file, reason
from app.work.returned import found_again
from app.work.sidecars import Sidecars, UnreadBesideError
from app.work.stages import Stages
from app.work.walk import Excluded, LeftOut, pictures

T = TypeVar("T")

# A decoded photo has up to 72 MB; more decoders than this would outrun every engine and take memory for nothing.
MOST_DECODERS = 8
PICTURES_ON_THE_ROAD = 8
# No batch takes longer than this, but while the scan is paused or waits for room on the disk.
LONGEST_BATCH_S = 5.0
PICTURE_BYTES_ON_THE_ROAD = 160_000_000
FILES_ON_THE_ROAD = 64
RESULTS_ON_THE_ROAD = 64
RESULT_BYTES_ON_THE_ROAD = 32_000_000

# People appear while a first scan runs. What a grouping costs may grow with the square of the library, so the pause
# after one depends on how long it took.
FIRST_GROUPING_SECONDS = 10.0
PAUSE_PER_GROUPING_SECOND = 10.0

# The setting that keeps which engine has yet to read what another one read, should that be interrupted.
READING_AGAIN = "reading again"

# The setting that keeps how many seconds a photo took, from the last scan that read enough of them to tell.
PACE = "seconds a photo"
ENOUGH_TO_TELL_PACE = 20

# The setting of a library that tells whether names are read from photo files, and what it says where they are not.
NAMES_FROM_FILES = "names from files"
NO_NAMES = "no"


@dataclass(frozen=True, slots=True)
class ScannedLine:
    """What came of one photo that was read, or of a folder that could not be listed."""

    path: Path
    faces: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class ScanSummary:
    """`photos` were met: `skipped` of them unchanged, `read` of them well; `failed` counts all that could not be used,
    also what is no photo. So many faces were `named` by the photos themselves. Of the photos that were in sight before
    so many are `gone`, and so many `left_out` since by a pattern or by a folder that asks for it.

    `stages` are CPU seconds. All that the other stages did not use counts as `see`, since networks run on threads of
    their own making; with a window open its share is in there too.
    """

    photos: int
    skipped: int
    read: int
    faces: int
    failed: int
    named: int
    seconds: float
    stages: dict[str, float]
    gone: int = 0
    left_out: int = 0


class ScanFolders:
    """A job. With another engine than the one that read the library so far, all its folders are read again.

    A scan `by_itself` is one that nobody asked for, since files changed: it adds no folder to the library, and does not
    try again what could not be read and is unchanged. A `patient` one waits where the disk is full, to be resumed.
    With `every_file` also what has the size and time that it had is compared: some programs change neither of them.
    Without `names` none are read from photo files, nor where the library says so.

    `effort` tells how much of the machine to take, in percent, each time that photos are looked at.

    `on_photo` is called on threads of the job, one call at a time, for each photo that is not skipped.
    """

    def __init__(
        self,
        library: Library,
        vision: Vision,
        folders: Sequence[Path],
        group: bool = True,
        *,
        by_itself: bool = False,
        every_file: bool = False,
        patient: bool = False,
        names: bool = True,
        effort: Callable[[], int] = lambda: 100,
        on_photo: Callable[[ScannedLine], None] | None = None,
        decoders: int | None = None,
    ) -> None:
        self.library = library
        self.vision = vision
        self.folders = folders
        self.group = group
        self.by_itself = by_itself
        self.every_file = every_file
        self.patient = patient
        self.names = names
        self.effort = effort
        self.on_photo = on_photo
        self.decoders = decoders or min(CORES, MOST_DECODERS)
        self.mean_fill: dict[str, float] = {}

    @property
    def reads_all_again(self) -> bool:
        """Vectors of two engines do not compare: what one read would be lost to groups and searches by the other."""
        fingerprint = self.vision.info.fingerprint
        changed = self.library.engine_fingerprint() not in (None, fingerprint)
        return changed or self.library.get_setting(READING_AGAIN) == fingerprint

    @property
    def title(self) -> str:
        if self.reads_all_again:
            return f"Reading every photo again with {self.vision.info.name}"
        if len(self.folders) == 1:
            return f"Scanning {display_text(os.path.basename(absolute(self.folders[0])))}"  # noqa: PTH119
        return f"Scanning {len(self.folders)} folders"

    def run(self, context: JobContext) -> ScanSummary:
        return _Scan(self, context).run()


class _Scan:
    """One run. The methods named after a stage each run on the threads of that stage."""

    def __init__(self, job: ScanFolders, context: JobContext) -> None:
        self._job = job
        self._library = job.library
        self._context = context
        self._token = token = context.token
        self._files: Channel[File] = Channel(token, items=FILES_ON_THE_ROAD)
        self._changed: Channel[File] = Channel(token, items=sys.maxsize)
        self._comparing = job.decoders
        self._decoded: Channel[Decoded] = Channel(
            token,
            items=PICTURES_ON_THE_ROAD,
            weight=PICTURE_BYTES_ON_THE_ROAD,
            weigh=lambda decoded: decoded.picture.nbytes,
        )
        self._results: Channel[Result] = Channel(
            token,
            items=RESULTS_ON_THE_ROAD,
            weight=RESULT_BYTES_ON_THE_ROAD,
            weigh=lambda result: sum(reading.portrait.nbytes for reading in result.readings),
        )
        self._excluded = Excluded(job.library.excluded())
        names = job.names and self._library.get_setting(NAMES_FROM_FILES) != NO_NAMES
        self._sidecars = Sidecars(self._tell_unread_beside) if names else None
        self._folders: list[PhotoFolder] = []
        self._lasting = LastingProblems(job.library)
        self._all_written = False
        self._looking = Looking(job.library, job.vision, token)
        self._lock = threading.Lock()
        self._telling = threading.Lock()
        self._sharing = threading.Lock()
        self._total: int | None = None
        self._read = self._unreadable = self._skipped = self._vanished = self._faces = self._failed = 0
        self._gone = self._left_out = 0

    def run(self) -> ScanSummary:
        started, cpu_started = time.monotonic(), time.process_time()
        moved: dict[Path, Path] = {}
        for root, place in found_again(self._library, () if self._job.by_itself else self._job.folders):
            self._written(partial(self._library.move_root, root.id, place))
            moved[root.path] = place
        roots = [root.path for root in self._library.roots()]
        known = roots if self._job.reads_all_again else []
        wanted = [*known, *(moved.get(folder, folder) for folder in self._job.folders)]
        if self._job.by_itself:
            wanted = [folder for folder in wanted if is_folder(folder) and any(map(folder.is_relative_to, roots))]
            if not wanted:
                return ScanSummary(0, 0, 0, 0, 0, 0, 0.0, {})
        self._folders, problems = self._written(lambda: open_folders(self._library, wanted))
        info = self._job.vision.info
        if known:
            self._written(lambda: self._library.set_setting(READING_AGAIN, info.fingerprint).result())
        use = partial(self._library.use_engine, name=info.name, fingerprint=info.fingerprint)
        self._written(lambda: use(dimension=info.dimension, cosine_at=info.cosine_at))
        for path, why in problems:
            self._tell_problem(path, why)
        folders = [Path(os.fsdecode(folder.path)) for folder in self._folders]
        self._written(lambda: self._library.set_unfinished(folders, True).result())
        with keeping_pictures(), Stages(self._token) as stages:
            stages.start("walk", self._count)
            stages.start("walk", self._walk, output=self._files)
            stages.start("decode", self._decode, threads=self._job.decoders, output=self._decoded)
            stages.start("see", self._see, threads=LANES, output=self._results)
            stages.start("write", self._write)
            if self._job.group:
                stages.start("group", self._group_now_and_then)
        for folder in self._folders:
            self._conclude(folder)
        self._written(lambda: self._lasting.keep(self._folders))
        if self._read >= max(ENOUGH_TO_TELL_PACE, self._skipped):
            pace = str((time.monotonic() - started) / self._read)
            self._written(lambda: self._library.set_setting(PACE, pace).result())
        group_started = time.thread_time()
        # Before groups grow: they go by who is known.
        named, renamed = self._take_names()
        # Where nothing was read or named there is nothing to group.
        if self._job.group and (self._read or renamed or not self._job.by_itself):
            self._context.phase("Grouping faces")
            self._group(cancelled=lambda: self._token.cancelled, progress=self._context.progress)
            self._token.check()
        self._written(lambda: self._library.set_unfinished(folders, False).result())
        if known:
            self._written(lambda: self._library.set_setting(READING_AGAIN, "").result())
        # What is changed file by file is saved when the library is closed: a large index takes long to write.
        if not self._job.by_itself:
            self._library.save_index()
        cpu = stages.cpu_seconds
        cpu["group"] = cpu.get("group", 0.0) + time.thread_time() - group_started
        cpu["see"] += max(0.0, time.process_time() - cpu_started - sum(cpu.values()))
        self._job.mean_fill = {
            "decode": self._files.mean_fill,
            "see": self._decoded.mean_fill,
            "write": self._results.mean_fill,
        }
        return ScanSummary(
            self._read + self._skipped,
            self._skipped,
            self._read - self._unreadable,
            self._faces,
            self._failed,
            named,
            time.monotonic() - started,
            cpu,
            self._gone,
            self._left_out,
        )

    def _take_names(self) -> tuple[int, bool]:
        """How many faces got a name from photo files, and whether any got or lost one."""
        named, renamed = 0, False
        total = left = 0 if self._sidecars is None else self._library.names_to_take()
        if left:
            self._context.phase("Taking names from photo files")
        while left:
            taken = self._written(lambda: self._library.take_names_from_files().result())
            named += len(taken.faces)
            renamed |= taken.step is not None
            left = self._library.names_to_take()
            self._context.progress(total - left, total)
            self._token.check()
        return named, renamed

    def _count(self) -> None:
        total = 0
        for folder in self._folders:
            root = os.fsencode(folder.root.path)
            for _ in pictures(root, folder.under, lambda _folder, _error: None, self._excluded):
                self._token.check()
                total += 1
        with self._lock:
            self._total = total
        self._tell_progress()

    def _walk(self) -> None:
        for folder in self._folders:
            root = os.fsencode(folder.root.path)
            unlisted, entered = partial(self._unlisted, folder), folder.devices.__setitem__
            for path in pictures(root, folder.under, unlisted, self._excluded, entered):
                self._token.check()
                if not folder.present:
                    break
                self._meet(folder, path)

    def _meet(self, folder: PhotoFolder, path: bytes) -> None:
        """Sends a file on its way unless it is unchanged since the current engine read it, or could not.

        What lies beside it is part of it where names are read.
        """
        beside = None if self._sidecars is None else self._sidecars.beside(folder.full_path(path))
        known = self._library.known_photo(folder.root.id, path)
        file = File(folder, path, beside, known)
        trusted = known is not None and (known.scanned if known.problem is None else self._job.by_itself)
        if known is not None and trusted and not self._job.every_file:
            try:
                status = os.stat(file.full_path)  # noqa: PTH116
            except OSError as error:
                self._unread(file, error)
                return
            unchanged = stamp(status) == (known.size, known.mtime_ns)
            if unchanged and (beside is None or known.problem is not None or known.sidecars == beside.stamp):
                self._skip(file)
                return
        self._files.put(file)

    def _decode(self) -> None:
        for file in self._files:
            self._decode_file(file)
        with self._token.changing():
            self._comparing -= 1
        self._token.wait_for(lambda: self._comparing == 0)
        self._changed.close()
        for file in self._changed:
            self._decode_file(file, all_compared=True)

    def _decode_file(self, file: File, *, all_compared: bool = False) -> None:
        try:
            self._decode_with_beside(file, all_compared)
        except UnreadBesideError as error:
            self._tell_unread_beside(error)
        else:
            return
        # The photo itself suffers nothing, and its names are for the next scan.
        self._decode_with_beside(replace(file, beside=None), all_compared)

    def _decode_with_beside(self, file: File, all_compared: bool) -> None:
        """Sends the picture on its way unless the library knows this content. Raises UnreadBesideError.

        What is new under a known name is put off until all others were compared: reading it replaces the faces that
        the library has for this name, and the photo they belong to may have another name by now.
        """
        try:
            content = read_file(file.full_path)
            # Asked again: files that were compared meanwhile may have brought another photo to this path.
            present = self._library.known_photo(file.folder.root.id, file.path)
            known = self._known_by_content(file, content, present)
            if (
                known is not None
                and known.scanned
                and known.problem is None
                and (file.beside is None or self._written(partial(take_up, self._library, known, content, file.beside)))
            ):
                self._skip(file)
            elif known is None and present is not None and present.content_hash is not None and not all_compared:
                self._changed.put(file)
            else:
                # While a child decodes nothing is computed here.
                with nullcontext() if takes_a_process(content.data) else turns:
                    described = describe(content, file.folder.root.id, file.path, file.beside)
                self._decoded.put(Decoded(file, *described))
        except (UnreadablePhoto, OSError, MemoryError) as error:
            self._unread(file, error)

    def _known_by_content(self, file: File, content: PhotoFile, present: KnownPhoto | None) -> KnownPhoto | None:
        """The file of the library that this one is: by its name (`present`), moved here from another one, or a copy."""
        size, mtime_ns = content.size, content.mtime_ns
        if present is not None and present.content_hash == content.content_hash:
            touch = partial(self._library.touch_photo, present.id, size=size, mtime_ns=mtime_ns)
            self._written(lambda: touch().result())
            return present
        return self._written(
            partial(
                self._library.claim_file,
                content.content_hash,
                file.folder.root.id,
                file.path,
                size=size,
                mtime_ns=mtime_ns,
                named=file_names.taken_at(os.fsdecode(os.path.basename(file.path))),  # noqa: PTH119
            )
        )

    def _see(self) -> None:
        while batch := self._decoded.take(PICTURES_ON_THE_ROAD // LANES):
            effort = min(max(self._job.effort(), 1), 100) / 100
            # One lane rests for the other too.
            with nullcontext() if effort == 1 else self._sharing:
                began = time.monotonic()
                results = self._looking.look_at(batch)
                # The pictures must not stay while anything is waited for.
                batch.clear()
                for result in results:
                    self._results.put(result)
                # The other stages soon have nothing to do either. What was a pause is none of the work.
                worked = min(time.monotonic() - began, LONGEST_BATCH_S)
                self._token.wait_for(lambda: False, timeout=worked * (1 / effort - 1))

    def _write(self) -> None:
        try:
            while results := self._results.take(RESULTS_ON_THE_ROAD):
                self._keep(results)
        except Cancelled:
            self._keep(self._results.drain())
            raise
        with self._token.changing():
            self._all_written = True

    def _keep(self, results: Sequence[Result]) -> None:
        """Writes what was read, in one transaction. Not interrupted by a cancel: it takes milliseconds."""
        if not results:
            return
        photos = [result.to_write() for result in results]
        files = self._written(lambda: self._library.write_scanned(photos).result())
        with self._lock:
            self._read += len(photos)
            self._unreadable += sum(photo.problem is not None for photo in photos)
            for result, file in zip(results, files, strict=True):
                # The faces of a copy are those of the photo.
                self._faces += 0 if file.is_copy else len(result.readings)
                result.file.folder.seen.add(result.file.path)
        for result, photo in zip(results, photos, strict=True):
            if photo.problem is not None:
                was = result.file.known
                known = was is not None and was.problem == photo.problem
                self._tell_problem(result.file.full_path, photo.problem, known=known)
            else:
                self._tell_line(result.file.full_path, len(result.readings), None)
        self._tell_progress()

    def _written(self, write: Callable[[], T]) -> T:
        """What `write` gives. It may be called again: a patient scan waits where the disk is full."""
        while True:
            try:
                return write()
            except FullDiskError as error:
                if not self._job.patient:
                    raise
                self._context.hold(str(error))
                self._token.check()

    def _group_now_and_then(self) -> None:
        """Groups are provisional while photos still come in: the grouping after the scan has the last word."""
        pause = FIRST_GROUPING_SECONDS
        while not self._token.wait_for(lambda: self._all_written, timeout=pause):
            self._token.check()
            started = time.monotonic()
            self._group(provisional=True, cancelled=lambda: self._token.cancelled or self._all_written)
            pause = max(FIRST_GROUPING_SECONDS, PAUSE_PER_GROUPING_SECOND * (time.monotonic() - started))

    def _group(self, **options: Any) -> None:
        self._written(lambda: self._library.group(**options))

    def _conclude(self, folder: PhotoFolder) -> None:
        if folder.still_there():
            left_out = LeftOut(os.fsencode(folder.root.path), self._excluded)
            for path, why in self._written(lambda: look_for_drives(self._library, folder, left_out)).items():
                self._tell_lasting(folder.full_path(path), why)
            missing = partial(self._library.mark_missing, folder.root.id, folder.under, folder.seen, folder.unlisted)
            for path in self._written(lambda: missing().result()):
                self._token.check()
                # A raw photo that was developed since is neither: its other file is shown.
                if not os.path.lexists(folder.full_path(path)):
                    self._gone += 1
                elif path in left_out:
                    self._left_out += 1
        else:
            reason = "This folder went away during the scan. Connect its drive and scan again; what was read is kept."
            self._tell_problem(folder.path, reason)

    def _unlisted(self, folder: PhotoFolder, at: bytes, error: OSError) -> None:
        # Somebody may remove folders meanwhile; their photos are missing then, as those of any other scan.
        if folder.still_there() and not isinstance(error, FileNotFoundError | NotADirectoryError):
            folder.unlisted.append(at)
            self._tell_lasting(folder.full_path(at), why_not_listed(error))

    def _unread(self, file: File, error: Exception) -> None:
        """Lists the file as a problem, if it is still there at all."""
        path = file.full_path
        if isinstance(error, OSError) and not file.folder.still_there():
            return
        try:
            status = os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            with self._lock:
                self._vanished += 1
            self._tell_progress()
            return
        except OSError as unseen:
            # Its folder names it and lets nobody look at it.
            self._pass_by(file, unseen)
            return
        if isinstance(error, OSError) and file.was_read and not leads_nowhere(error):
            # It may be an error of a moment, and what was read is as good as before.
            self._pass_by(file, error)
            return
        photo = ScannedPhoto(file.folder.root.id, file.path, *stamp(status), None, problem=reason(error))
        self._results.put(Result(file, photo))

    def _pass_by(self, file: File, error: OSError) -> None:
        """Tells of a file that is there and cannot be looked at, and leaves what is known of it as it is."""
        with self._lock:
            self._vanished += 1
            file.folder.seen.add(file.path)
        self._tell_lasting(file.full_path, reason(error))
        self._tell_progress()

    def _skip(self, file: File) -> None:
        with self._lock:
            self._skipped += 1
            file.folder.seen.add(file.path)
        self._tell_progress()

    def _tell_progress(self) -> None:
        with self._lock:
            done, total = self._read + self._skipped + self._vanished, self._total
        self._context.progress(done, total if total is None else max(total, done))

    def _tell_problem(self, path: bytes, reason: str, *, known: bool = False) -> None:
        with self._lock:
            self._failed += 1
        self._context.problem(Problem(display_text(path), reason, known))
        self._tell_line(path, 0, reason)

    def _tell_lasting(self, path: bytes, reason: str) -> None:
        self._tell_problem(path, reason, known=self._lasting.meet(path, reason))

    def _tell_unread_beside(self, error: UnreadBesideError) -> None:
        # What was deleted meanwhile names nobody.
        if not isinstance(error.why, FileNotFoundError):
            self._tell_lasting(error.path, reason(error.why))

    def _tell_line(self, path: bytes, faces: int, problem: str | None) -> None:
        if self._job.on_photo is not None:
            with self._telling:
                self._job.on_photo(ScannedLine(Path(os.fsdecode(path)), faces, problem))
