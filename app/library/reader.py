"""What can be asked of a library: on the caller's thread, through that thread's read-only connection."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from app.errors import UsageError
from app.library import (
    clusters,
    comparing,
    crowd,
    deciding,
    decisions,
    doubts,
    engines,
    faces,
    folders,
    gone,
    history,
    life,
    names,
    people,
    photos,
    questions,
    regrouping,
    roots,
    soundness,
    statistics,
    step_faces,
    suggestions,
    taking_back,
    thresholds,
    timeline,
)
from app.library.comparing import Comparison
from app.library.crowd import Crowd, Order
from app.library.database import Database
from app.library.life import Companion, Life
from app.library.nearest import NearestFaces
from app.library.questions import Agenda, Question
from app.library.records import (
    Cluster,
    ClusterId,
    Counts,
    Doubt,
    Face,
    FaceFilter,
    FaceId,
    Folder,
    GonePhoto,
    HistoryEntry,
    Match,
    Named,
    Person,
    PersonId,
    Photo,
    PhotoFilter,
    PhotoId,
    Root,
    Side,
    Strictness,
    Suggestion,
)
from app.library.thumbnails import Thumbnails
from app.library.timeline import Timeline

EXCLUDED = "excluded"


class Reader:
    def __init__(self, database: Database, thumbnails: Thumbnails, nearest: NearestFaces) -> None:
        self._database, self._thumbnails, self._nearest = database, thumbnails, nearest
        self.writable = thumbnails.writable

    def flaws(self) -> Iterator[str]:
        """What is not as it always has to be, a line each. Reads everything: a minute for a million faces."""
        return soundness.flaws(self._read)

    def roots(self) -> list[Root]:
        return roots.every(self._read)

    def folders_called(self, *texts: str, limit: int = 8) -> list[Folder]:
        """The folders of photos that these parts of names may mean, the first part rather. Not on the main thread."""
        return folders.called(self._read, texts, limit)

    def people(self, *, hidden: bool = False) -> list[Person]:
        """Favourites first, then by name. `hidden` lists hidden people as well."""
        return people.everyone(self._read, hidden=hidden)

    def person(self, person: PersonId) -> Person:
        """A merged person's id gives the one it was merged into."""
        return people.one(self._read, person)

    def find_person(self, text: str) -> Person:
        return people.find(self._read, text)

    def people_called(self, name: str) -> list[Person]:
        """Whose name this is; where nobody's is written so, whose it is but for its case."""
        return [people.one(self._read, person) for person in people.called(self._read, name)]

    def said_to_differ(
        self, persons: Sequence[PersonId] = (), clusters: Sequence[ClusterId] = (), faces: Sequence[FaceId] = ()
    ) -> bool:
        """Whether people said of two of these that they are not the same person, and nothing else since."""
        return deciding.said_to_differ(self._read, persons, clusters, faces)

    def rejected(self, faces: Sequence[FaceId], person: PersonId) -> bool:
        """Whether people said of every one of these faces that it is not this person, and nothing else since."""
        return {(face, int(person)) for face in faces} <= decisions.rejections(self._read, faces)

    def names(self, only: Collection[PersonId] | None = None) -> list[Named]:
        """Everybody's, or those of some people."""
        return names.known(self._read, only)

    def named_last(self, limit: int) -> list[PersonId]:
        """To whom names were given last, the last one first."""
        return [PersonId(number) for number in people.named_last(self._read, limit)]

    def suggest_names(self, text: str, limit: int = 8, *, hidden: bool = False) -> list[Person]:
        """The people that a beginning of a name may mean, or for no text those named last; hidden ones on request."""
        known = [one for one in self.names() if hidden or not one.hidden]
        found = names.fitting(known, text, (), self.named_last(limit), limit)
        return people.by_ids(self._read, [one.id for one in found])

    def people_by_id(self, ids: Iterable[int]) -> list[Person]:
        """In the order given; those who are nobody any more are left out."""
        return people.by_ids(self._read, ids)

    def groups_by_id(self, ids: Iterable[int]) -> list[Cluster]:
        """Largest first; those without an undecided face are left out."""
        return clusters.by_ids(self._read, ids)

    def likely_people(self, about: Side) -> list[PersonId]:
        """Who this unnamed group, or face, may be, the likeliest first."""
        engine = engines.current(self._read)
        return [] if engine is None else suggestions.likely_people(self._read, self._nearest.index(), engine, about)

    def crowd(self, order: Order = Order.NAME, *, hidden: bool = False) -> Crowd:
        """All people and unnamed groups as columns, or those that are hidden or ignored."""
        return crowd.read(self._read, order, hidden=hidden)

    def compare(self, sides: Sequence[Side]) -> Comparison:
        """How alike these people and groups are, two by two, and what speaks against merging them."""
        return comparing.compare(self._read, engines.current(self._read), sides)

    def clusters(self) -> list[Cluster]:
        return clusters.live(self._read)

    def cluster(self, cluster: int) -> Cluster | None:
        """The group that stands for this id at present, None where it has no two faces left."""
        found = clusters.by_ids(self._read, [clusters.resolve(self._read, cluster)])
        return next((group for group in found if group.faces >= thresholds.SMALLEST_GROUP), None)

    def cluster_id(self, cluster: int) -> ClusterId:
        """The group that stands for this id at present."""
        return ClusterId(clusters.resolve(self._read, cluster))

    def faces(self, which: FaceFilter | None = None) -> list[Face]:
        return faces.matching(self._read, which or FaceFilter())

    def face_ids(self, which: FaceFilter | None = None) -> NDArray[np.int64]:
        """The same in the same order, for where they may be too many to hold."""
        return faces.matching_ids(self._read, which or FaceFilter())

    def face(self, face: FaceId) -> Face:
        for found in faces.by_ids(self._read, [face]):
            return found
        raise UsageError(f"The library has no face {face}. `kinfolio faces` lists them.")

    def faces_by_id(self, ids: Sequence[int]) -> list[Face]:
        """In the order given; faces that are not shown are left out."""
        return faces.by_ids(self._read, ids)

    def find_photo(self, text: str | Path) -> Photo:
        return photos.find(self._read, str(text))

    def photo(self, photo: PhotoId) -> Photo:
        for found in photos.by_ids(self._read, [photo]):
            return found
        raise UsageError(f"The library has no photo {photo}.")

    def photo_ids(self, which: PhotoFilter | None = None) -> NDArray[np.int64]:
        """Newest first."""
        return photos.photo_ids(self._read, which or PhotoFilter())

    def timeline(self, which: PhotoFilter | None = None) -> Timeline:
        """The same by month, those without a date last."""
        return timeline.timeline(self._read, which or PhotoFilter())

    def photos(self, ids: Sequence[int]) -> list[Photo]:
        """In the order given; unknown ids are left out."""
        return photos.by_ids(self._read, ids)

    def problems(self) -> list[Photo]:
        return photos.with_problem(self._read)

    def missing(self) -> list[GonePhoto]:
        """Photos that the last scan of their folder did not meet; whether the folder was there `work.gone` tells."""
        return gone.missing(self._read)

    def counts(self) -> Counts:
        row = self._read.execute(
            "SELECT (SELECT count(*) FROM present), (SELECT count(*) FROM present WHERE problem IS NOT NULL),"
            " (SELECT count(*) FROM shown WHERE kind = 'face'),"
            " (SELECT count(*) FROM undecided)"
        ).fetchone()
        shown, unreadable, all_faces, undecided = row
        return Counts(shown, unreadable, all_faces, all_faces - undecided, len(self.people()), len(self.clusters()))

    def statistics(self) -> statistics.Statistics:
        """Takes seconds in a large library."""
        return statistics.read(self._read)

    def history(self, limit: int = 100) -> list[HistoryEntry]:
        return history.entries(self._read, limit)

    def step_ids(self) -> NDArray[np.int64]:
        """All steps of the history, newest first."""
        return history.step_ids(self._read)

    def steps(self, ids: Sequence[int]) -> list[HistoryEntry]:
        """In the order given; steps that are gone are left out."""
        return history.by_ids(self._read, ids)

    def faces_of_steps(self, ids: Sequence[int]) -> dict[int, tuple[FaceId, ...]]:
        """Up to three faces to show each step with."""
        return step_faces.of_steps(self._read, ids)

    def can_revert(self, step: int) -> bool:
        """Whether nothing stands in the way of `revert`; a grouping may still prove to have nothing left of it."""
        return self.obstacle_to_revert(step) is None

    def obstacle_to_revert(self, step: int) -> str | None:
        """What stands in the way of `revert`, as a sentence; None where nothing does."""
        return taking_back.obstacle(self._read, step)

    def strictness(self) -> Strictness:
        """How strictly groups grow."""
        return regrouping.strictness(self._read)

    def undo_label(self) -> str | None:
        return history.labels(self._read)[0]

    def redo_label(self) -> str | None:
        return history.labels(self._read)[1]

    def kept_thumbnail(self, photo: PhotoId) -> bytes | None:
        """As `thumbnail`, without looking at the photo where it is lost."""
        return self._thumbnails.photo(photo)

    def kept_portrait(self, face: FaceId) -> bytes | None:
        return self._thumbnails.face(face)

    def thumbnail(self, photo: PhotoId) -> bytes | None:
        """JPEG, the longer side at most 320. Not on the main thread: a lost one is made from the photo."""
        return self._thumbnails.photo(photo) or self._make_small_pictures(photo)[0]

    def portrait(self, face: FaceId) -> bytes | None:
        """JPEG square of a face. Not on the main thread: a lost one is made from the photo."""
        kept = self._thumbnails.face(face)
        if kept is not None:
            return kept
        shown = faces.by_ids(self._read, [face])
        return self._make_small_pictures(shown[0].photo)[1].get(face) if shown else None

    def get_setting(self, key: str) -> str | None:
        return engines.recall(self._read, f"setting.{key}")

    def excluded(self) -> list[str]:
        """Patterns of the names and paths that scans leave out."""
        return list(json.loads(self.get_setting(EXCLUDED) or "[]"))

    def engine_name(self) -> str | None:
        engine = engines.current(self._read)
        return None if engine is None else engine.name

    def engine_fingerprint(self) -> str | None:
        """What the present engine's vectors may be compared with: those of the same fingerprint only."""
        engine = engines.current(self._read)
        return None if engine is None else engine.fingerprint

    def cosine_for(self, strictness: Strictness | float) -> float:
        """The cosine at which two faces count as alike for the present engine; a float is a false match rate itself."""
        rate = thresholds.FALSE_MATCH_RATE[strictness] if isinstance(strictness, Strictness) else strictness
        return thresholds.cosine(engines.needed(self._read).cosine_at, rate)

    def vector(self, face: FaceId) -> NDArray[np.float32]:
        return faces.vector(self._read, face, engines.current(self._read))

    def similar(
        self,
        vector: NDArray[np.float32],
        *,
        limit: int = 50,
        strictness: Strictness | float | None = None,
        leave_out: FaceId | None = None,
        hidden: bool = False,
    ) -> list[Match]:
        """The faces most like a unit vector, best first; with a strictness only those that reach its cosine.

        With `hidden` also those that are out of sight.
        """
        lowest = -1.0 if strictness is None else self.cosine_for(strictness)
        return self._nearest.search(vector, limit=limit, lowest=lowest, leave_out=leave_out, hidden=hidden)

    def out_of_sight(self, ids: Sequence[FaceId]) -> set[FaceId]:
        """Those of these faces that are ignored, or taken for somebody who is hidden."""
        return faces.out_of_sight(self._read, ids)

    def suggestions(
        self, subject: Side, limit: int = 50, *, cancelled: Callable[[], bool] = lambda: False
    ) -> list[Suggestion]:
        """What may be this person or unnamed group, the likeliest first; nothing when cancelled."""
        engine = engines.current(self._read)
        if engine is None:
            return []
        return suggestions.of(self._read, self._nearest.index(), engine, subject, limit, cancelled)

    def review(
        self,
        limit: int = 200,
        *,
        hidden: bool = False,
        cancelled: Callable[[], bool] = lambda: False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> list[Suggestion]:
        """What to ask first: the questions whose answers settle most faces, as far as can be told. Takes seconds.

        With `hidden` also about hidden people.
        """
        engine = engines.current(self._read)
        if engine is None:
            return []
        return suggestions.review(self._read, self._nearest.index(), engine, limit, cancelled, progress, hidden=hidden)

    def agenda(
        self,
        limit: int,
        current: Question | None = None,
        *,
        hidden: bool = False,
        cancelled: Callable[[], bool] = lambda: False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Agenda:
        """What to ask in a review, ready to be shown. Takes seconds. `current` is looked at again as well."""
        suggested = self.review(questions.MOST_SUGGESTIONS, hidden=hidden, cancelled=cancelled, progress=progress)
        return questions.agenda(self._read, suggested, self.clusters(), self.counts(), limit, current, hidden=hidden)

    def doubts(
        self,
        person: PersonId | None = None,
        limit: int = 50,
        *,
        cancelled: Callable[[], bool] = lambda: False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> list[Doubt]:
        """Faces that were named with their group and are most likely somebody else: of this person, or of everybody.

        The answer is `name` with the face and the person, or `reject`. Without a person it takes seconds.
        """
        engine = engines.current(self._read)
        if engine is None:
            return []
        return doubts.of(self._read, self._nearest.index(), engine, person, limit, cancelled, progress)

    def guesses(self, person: PersonId) -> list[FaceId]:
        """The faces that the machine takes for this person, the least alike first."""
        return faces.guessed(self._read, people.resolve(self._read, person))

    def life(self, side: Side) -> Life:
        """When a person or an unnamed group was in photos, and how they looked then."""
        return life.life(self._read, side)

    def together(self, side: Side, limit: int = 8) -> list[Companion]:
        """The people who are most often in the same photos as a person or an unnamed group."""
        return life.together(self._read, side, limit)

    def best_faces(self, side: Side, limit: int = 3) -> list[FaceId]:
        """The faces that show best who it is."""
        return life.best_faces(self._read, side, limit)

    @property
    def _read(self) -> sqlite_utils.Database:
        return self._database.reader()

    def _make_small_pictures(self, photo: PhotoId) -> tuple[bytes | None, dict[int, bytes]]:
        """The thumbnail of a photo and the portraits of its faces, made from its file and kept."""
        from app import crops, decode

        try:
            path = photos.file_as_read(self._read, photo)
            if path is None:
                return None, {}
            pixels = decode.decode(path.read_bytes()).pixels
        except (OSError, MemoryError, decode.UnreadablePhoto):
            return None, {}
        thumbnail = crops.thumbnail(pixels)
        portraits = {
            int(face.id): decode.encode_jpeg(crops.portrait(pixels, face.box))
            for face in faces.matching(self._read, FaceFilter(photo=photo))
        }
        if self.writable:
            self._database.submit(lambda db: self._thumbnails.put({photo: thumbnail}, portraits), durable=False)
        return thumbnail, portraits
