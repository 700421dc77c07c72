"""What the library tells and is told: frozen records and their ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, NewType

import numpy as np
from numpy.typing import NDArray

RootId = NewType("RootId", int)
PhotoId = NewType("PhotoId", int)
FaceId = NewType("FaceId", int)
PersonId = NewType("PersonId", int)
ClusterId = NewType("ClusterId", int)


class Box(NamedTuple):
    """Relative to the upright photo, 0..1."""

    x: float
    y: float
    width: float
    height: float

    def overlap(self, other: Box) -> float:
        """Intersection over union, 0..1."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        if across <= 0 or down <= 0:
            return 0.0
        shared = across * down
        return shared / (self.width * self.height + other.width * other.height - shared)

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def holds(self, point: tuple[float, float]) -> bool:
        return self.x <= point[0] <= self.x + self.width and self.y <= point[1] <= self.y + self.height


class FaceKind(StrEnum):
    FACE = "face"
    NOT_A_FACE = "not a face"
    IGNORED = "ignored"


class Strictness(StrEnum):
    """How alike two faces must be; each stands for a false match rate (`thresholds.FALSE_MATCH_RATE`)."""

    LOOSE = "loose"
    NORMAL = "normal"
    STRICT = "strict"


@dataclass(frozen=True, slots=True)
class Root:
    """A photo folder that the user added. `volume` is the one it was last seen on, where the system tells that."""

    id: RootId
    path: Path
    photos: int
    volume: str | None = None


@dataclass(frozen=True, slots=True)
class Folder:
    """A root, or a folder below it that holds photos: `below` is the way from the root to it, with a separator at its
    end, and empty for the root itself. `photos` are those in it and below it."""

    root: RootId
    path: Path
    below: bytes
    photos: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Photo:
    """`path` is absolute; `display` the same for the eye (no surrogates). `problem` says why it could not be read.

    With `repeats_allowed` one person may appear twice: it is a collage or shows a mirror. `place` is latitude and
    longitude in degrees. `copies` are other files of the same content.
    """

    id: PhotoId
    root: RootId
    path: Path
    display: str
    size: int
    width: int
    height: int
    taken_at: datetime | None
    camera: str | None
    problem: str | None
    missing: bool
    faces: int
    repeats_allowed: bool = False
    place: tuple[float, float] | None = None
    copies: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class GonePhoto:
    """A photo that the last scan of `root` did not meet; `display` is its path for the eye."""

    id: PhotoId
    root: Path
    path: Path
    display: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Face:
    """`person` is who a human decided it is, `automatic` whom the machine takes it for; never both.

    `cluster` is the unnamed group it shares with other undecided faces, None when alone.
    `by_group` tells that it was named together with its group rather than singly.
    """

    id: FaceId
    photo: PhotoId
    path: Path
    display: str
    box: Box
    landmarks: tuple[tuple[float, float], ...]
    score: float
    quality: float
    origin: str
    kind: FaceKind
    cluster: ClusterId | None
    person: PersonId | None
    name: str | None
    by_group: bool
    automatic: PersonId | None
    automatic_name: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """`faces` counts decided and automatic faces. `cover` is the chosen face, or the best one."""

    id: PersonId
    name: str
    faces: int
    photos: int
    cover: FaceId | None
    hidden: bool
    favourite: bool
    born_on: date | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody's name, for lists of names. `folded` is the name without case and accents, for comparing."""

    id: PersonId
    name: str
    folded: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a difference: a person, the undecided faces of an unnamed group, or these faces. Exactly one."""

    person: PersonId | None = None
    cluster: ClusterId | None = None
    faces: tuple[FaceId, ...] = ()

    def __post_init__(self) -> None:
        if (self.person is not None) + (self.cluster is not None) + bool(self.faces) != 1:
            raise ValueError("A side is one person, one group or some faces.")


@dataclass(frozen=True, slots=True)
class Cluster:
    """An unnamed group of at least two undecided faces."""

    id: ClusterId
    faces: int
    photos: int
    cover: FaceId


@dataclass(frozen=True, slots=True)
class Match:
    """A face of the gallery and its cosine to the probe, -1..1."""

    face: Face
    similarity: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """That `one`, a person or an unnamed group, and `other`, a group or a single face, are one person.

    `probability` is 0..1; a yes settles `settles` faces.
    """

    one: Side
    other: Side
    probability: float
    settles: int


class DoubtReason(StrEnum):
    """Why a face may be somebody else."""

    UNLIKE = "unlike"
    UNBORN = "unborn"
    TWICE = "twice in the photo"


@dataclass(frozen=True, slots=True)
class Doubt:
    """That `face`, which was named `person` together with its group, is somebody else.

    `instead` is the known person that it is more like, if there is one. `probability` is 0..1: 1 where the photo was
    taken before the person was born, and at least 0.5 where it shows a likelier face of the person.
    """

    face: FaceId
    person: PersonId
    instead: PersonId | None
    probability: float
    reason: DoubtReason


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    id: int
    at: datetime
    label: str
    undone: bool
    taken_back: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the library holds, for status lines and progress: faces of kind "face" in photos that are present."""

    photos: int
    unreadable: int
    faces: int
    named_faces: int
    people: int
    clusters: int


@dataclass(frozen=True, slots=True)
class Done:
    """What an edit did: its undo label, the people it touched (for `name`, the person named comes first) and the step
    of the history that it is."""

    label: str
    people: tuple[PersonId, ...] = ()
    faces: tuple[FaceId, ...] = ()
    step: int | None = None


@dataclass(frozen=True, slots=True)
class KnownPhoto:
    """What a scan needs to tell whether a file must be read again. `scanned`: by the engine in use.

    `sidecars` tells which files beside it were read for names; None where names were not read.
    """

    id: PhotoId
    size: int
    mtime_ns: int
    content_hash: bytes | None
    scanned: bool
    problem: str | None
    width: int
    height: int
    sidecars: str | None


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file as it was last seen; `path` is relative to its root, as the file system's bytes."""

    path: bytes
    size: int
    content_hash: bytes


@dataclass(frozen=True, slots=True)
class FoundFace:
    """A face as a scan hands it over. `vector` is float32 [dimension], unit length; `portrait` is JPEG bytes.

    `drawn` is the face that a person drew at this box, which no detector found.
    """

    box: Box
    landmarks: tuple[tuple[float, float], ...]
    score: float
    quality: float
    vector: NDArray[np.float32]
    portrait: bytes
    drawn: FaceId | None = None


@dataclass(frozen=True, slots=True)
class NamedRegion:
    """Where a photo file says that somebody is; `face` describes that place where no face was found."""

    name: str
    box: Box
    face: FoundFace | None = None


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A photo as it was written. The faces of a copy are those of another file of the same content."""

    id: PhotoId
    is_copy: bool


@dataclass(frozen=True, slots=True)
class ScannedPhoto:
    """A photo as a scan hands it over. `path` is relative to its root, as the file system's bytes.

    With a `problem` it has no size, hash or faces that could be trusted, and what was known of it stays. `date_source`
    says who tells when it was taken: "exif", "xmp", "name" (of the file) or "changed" (EXIF, of the last change).
    `regions` is None where names were not read; `sidecars` tells which files beside the photo they were read from.
    """

    root: RootId
    path: bytes
    size: int
    mtime_ns: int
    content_hash: bytes | None
    width: int = 0
    height: int = 0
    taken_at: datetime | None = None
    camera: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    problem: str | None = None
    faces: Sequence[FoundFace] = field(default=())
    thumbnail: bytes | None = None
    date_source: str | None = None
    regions: Sequence[NamedRegion] | None = None
    sidecars: str = ""


@dataclass(frozen=True, slots=True)
class FaceFilter:
    """Which faces: all conditions hold together. `person` includes the machine's automatic faces."""

    photo: PhotoId | None = None
    person: PersonId | None = None
    cluster: ClusterId | None = None
    unnamed: bool = False


@dataclass(frozen=True, slots=True)
class PhotoFilter:
    """Which photos: all conditions hold together.

    `any_of`: at least one of these people; `all_of`: every one; `only`: nobody but these among the people and
    undecided faces of the photo, and at least one of them; `none_of`: none of them. `folder` is one below `root`, as
    `Folder.below`.
    """

    any_of: tuple[PersonId, ...] = ()
    all_of: tuple[PersonId, ...] = ()
    only: tuple[PersonId, ...] = ()
    none_of: tuple[PersonId, ...] = ()
    root: RootId | None = None
    folder: bytes = b""
    taken_from: date | None = None
    taken_to: date | None = None
    unreadable: bool = False
    with_unnamed: bool = False
    without_faces: bool = False
    cluster: ClusterId | None = None
