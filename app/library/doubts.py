"""Doubts: which faces that were named with their whole group are most likely somebody else, and who.

Asked on any thread through its read-only connection; nothing is kept, so an answer counts at once. Each face is
compared with faces of its own person, and those least like them with whoever else the index finds near. A face that
was seen singly is never doubted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from app.library import ages, decisions, faces, likeness, people, thresholds, witnesses
from app.library.engines import Engine
from app.library.grouping import Levels
from app.library.index import VectorIndex
from app.library.records import Doubt, DoubtReason, FaceId, PersonId, Strictness

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]

PEOPLE_A_STEP = 256
# Faces whose neighbours are looked at, those least like their person: 2 ms each at 100,000 faces. Of one person it is
# one step, of everybody so many.
LOOKED_UP_A_STEP, STEPS = 128, 8
# Its own person's faces among them are no matter: they fill the list only where the face is theirs.
NEIGHBOURS = 128
# Up to this chance a face is not worth a look.
LEAST = 0.02
# What the log-odds that a face is somebody else begin with, and what they gain for each margin that it is more like the
# rest of its person than the joining cosine, and for each that it is still more like another person. Fitted to faces of
# which 1 to 3 % had wrong names (tests/bench/README.md). How much less it is like them than they are like each other
# tells nothing more.
LOG_ODDS, OF_LIKENESS, OF_LEAD = -1.99, -1.12, 1.78

# Named faces, a row each. `photo` is negative, and no photo, where somebody may be in it twice. `asked` were named with
# their group and are shown; the `unborn` were not born when the photo was taken; of a person's faces in one photo all
# but the surest are `second`. `likeness` is to the rest of the person, NaN where nothing can be compared.
NAMED = np.dtype(
    [
        *((name, np.int64) for name in ("face", "person", "photo")),
        *((name, bool) for name in ("confirmed", "clear", "asked", "unborn", "second")),
        ("likeness", np.float64),
    ]
)
Named = NDArray[np.void]


def of(
    db: sqlite_utils.Database,
    index: VectorIndex,
    engine: Engine,
    person: int | None,
    limit: int,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Doubt]:
    """The faces of one person, or of everybody, that are most likely somebody else, the most doubtful first.

    However large the limit, the others are left for when these are answered.
    """
    if person is not None:
        whose, most = [people.resolve(db, person)], LOOKED_UP_A_STEP
    else:
        most = LOOKED_UP_A_STEP * STEPS
        whose = [number for (number,) in db.execute("SELECT DISTINCT person_id FROM faces WHERE person_id IS NOT NULL")]
    levels = thresholds.levels(engine.cosine_at, Strictness.NORMAL)
    total = len(whose) + most
    parts = [_read(db, [])]
    for start in range(0, len(whose), PEOPLE_A_STEP):
        if cancelled():
            break
        named = _read(db, whose[start : start + PEOPLE_A_STEP])
        _compare(db, engine, named, cancelled)
        parts.append(_most_doubtful(named, levels, most))
        progress(min(start + PEOPLE_A_STEP, len(whose)), total)
    chosen = _most_doubtful(np.concatenate(parts), levels, most)
    found: list[Doubt] = []
    for start in range(0, len(chosen), LOOKED_UP_A_STEP):
        if cancelled():
            break
        part = np.sort(chosen[start : start + LOOKED_UP_A_STEP], order="face")
        found += _doubts(db, index, engine, part, levels)
        progress(min(len(whose) + start + LOOKED_UP_A_STEP, total), total)
    return sorted(found, key=lambda one: (-one.probability, one.face))[:limit]


def _read(db: sqlite_utils.Database, whose: Sequence[int]) -> Named:
    """The faces of these people by id; how alike they are is not known yet."""
    # As they come: as tuples all at once, those of a million faces would take much memory.
    rows = db.execute(
        "SELECT faces.id, person_id, CASE WHEN repeats_allowed OR NOT found THEN -faces.id ELSE photo_id END, "
        "strength = 'confirmed', strength = 'confirmed' OR quality >= ?, strength = 'by group' AND found "
        "AND EXISTS (SELECT 1 FROM present WHERE present.id = photo_id), coalesce(date(taken_at) < born_on, 0), 0, 0 "
        "FROM faces JOIN photos ON photos.id = photo_id JOIN people ON people.id = person_id "
        "WHERE person_id IN (SELECT value FROM json_each(?)) ORDER BY faces.id",
        [thresholds.QUALITY_TO_VOUCH, decisions.ids(whose)],
    )
    named = np.fromiter(rows, NAMED)
    named["likeness"] = np.nan
    return named


def _compare(db: sqlite_utils.Database, engine: Engine, named: Named, cancelled: Callable[[], bool]) -> None:
    """Notes how like the rest of their person the faces are that are asked about."""
    numbers, whose = np.unique(named["person"], return_inverse=True)
    # Faces that are not clear speak only where there is no other.
    speaking = np.flatnonzero(named["clear"] | ~np.isin(whose, whose[named["clear"]]))
    table = likeness.witnesses(np.arange(len(numbers)), speaking, whose[speaking], named["confirmed"][speaking])
    witness, theirs = faces.vectors(db, engine.id, engine.dimension, named["face"][table[table >= 0]].tolist())
    owner = whose[np.searchsorted(named["face"], witness)]
    for ids, vectors in faces.vector_blocks(db, engine.id, engine.dimension, named["face"][named["asked"]].tolist()):
        if cancelled():
            return
        places = np.searchsorted(named["face"], ids)
        for rows in _runs(whose[places]):
            speaks = owner == whose[places[rows[0]]]
            itself = ids[rows, None] == witness[speaks]
            named["likeness"][places[rows]] = _more_alike_half(vectors[rows] @ theirs[speaks].T, itself)
    falling = np.lexsort((-named["likeness"], ~named["confirmed"], named["photo"], whose))
    width = 2 * int(np.abs(named["photo"]).max(initial=0)) + 1
    named["second"][falling] = likeness.rank_in_run(whose[falling] * width + named["photo"][falling]) > 0


def _runs(values: Ints) -> list[Ints]:
    """The places of each value that occurs."""
    by = np.argsort(values, kind="stable")
    return np.split(by, likeness.first_of_runs(values[by])[1:]) if len(by) else []


def _more_alike_half(cosines: Floats, left_out: Bools) -> Doubles:
    """The mean of the higher half of each row; NaN where all are left out."""
    falling = -np.sort(np.where(left_out, np.inf, -cosines), axis=1)
    half = (np.count_nonzero(~left_out, axis=1) + 1) // 2
    falling[np.arange(falling.shape[1]) >= half[:, None]] = 0
    mean = np.full(len(half), np.nan)
    np.divide(falling.sum(axis=1, dtype=np.float64), half, out=mean, where=half > 0)
    return mean


def _log_odds(named: Named, levels: Levels, rival: Doubles | float) -> Doubles:
    """That each is somebody else, where another person is so much like it; NaN where nothing can be compared."""
    odds: Doubles = LOG_ODDS + OF_LIKENESS * (named["likeness"] - levels.joining) / levels.margin
    odds += OF_LEAD * np.maximum(rival - named["likeness"], 0.0) / levels.margin
    # One of two in a photo is somebody else, and rather the one that is less sure.
    odds = np.where(named["second"], np.fmax(odds, 0.0), odds)
    odds[named["unborn"]] = np.inf
    return odds


def _most_doubtful(named: Named, levels: Levels, most: int) -> Named:
    """Those to look up, as far as can be told from their own person."""
    odds = _log_odds(named, levels, -1.0)
    chosen = np.flatnonzero(named["asked"] & ~np.isnan(odds))
    return named[chosen[np.lexsort((named["face"][chosen], -odds[chosen]))[:most]]]


def _doubts(db: sqlite_utils.Database, index: VectorIndex, engine: Engine, named: Named, levels: Levels) -> list[Doubt]:
    rival, alike = _rivals(db, index, engine, named)
    chance = 1 / (1 + np.exp(-_log_odds(named, levels, alike)))
    known = (alike >= levels.joining) & ~(alike < named["likeness"])
    return [
        Doubt(
            face=FaceId(int(named["face"][place])),
            person=PersonId(int(named["person"][place])),
            instead=PersonId(int(rival[place])) if known[place] else None,
            probability=float(chance[place]),
            reason=_reason(named, place),
        )
        for place in np.flatnonzero(chance > LEAST).tolist()
    ]


def _reason(named: Named, place: int) -> DoubtReason:
    if named["unborn"][place]:
        return DoubtReason.UNBORN
    return DoubtReason.TWICE if named["second"][place] else DoubtReason.UNLIKE


def _rivals(db: sqlite_utils.Database, index: VectorIndex, engine: Engine, named: Named) -> tuple[Ints, Doubles]:
    """The other person that each face, by id, is most like, and how much; -1 and -1.0 where nobody is near."""
    rival, best = np.full(len(named), -1), np.full(len(named), -1.0)
    numbers, vectors = faces.vectors(db, engine.id, engine.dimension, named["face"].tolist())
    if not len(numbers):
        return rival, best
    places = np.searchsorted(named["face"], numbers)
    rows = db.execute(
        "SELECT DISTINCT person_id FROM faces WHERE person_id IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
        [decisions.ids(np.unique(index.search(vectors, NEIGHBOURS)[1]).tolist())],
    )
    speaking = witnesses.spread(db, witnesses.PEOPLE, [person for (person,) in rows], likeness.WITNESSES)
    owner_of = {int(face): int(owner) for owner, face in zip(*speaking, strict=True)}
    witness, theirs = faces.vectors(db, engine.id, engine.dimension, list(owner_of))
    owners = np.array([owner_of[face] for face in witness.tolist()], np.int64)
    impossible: dict[int, list[int]] = defaultdict(list)
    for face, person in _impossible(db, numbers.tolist()):
        impossible[person].append(face)
    cosines = vectors @ theirs.T
    for columns in _runs(owners):
        person = int(owners[columns[0]])
        alike = _more_alike_half(cosines[:, columns], np.zeros((len(numbers), len(columns)), bool))
        alike[(named["person"][places] == person) | np.isin(numbers, impossible[person])] = -1.0
        ahead = alike > best[places]
        rival[places[ahead]], best[places[ahead]] = person, alike[ahead]
    return rival, best


def _impossible(db: sqlite_utils.Database, numbers: Sequence[int]) -> set[tuple[int, int]]:
    """All pairs (face, person) that photos, dates of birth or people speak against."""
    together = db.execute(
        "SELECT faces.id, other.person_id FROM faces JOIN photos ON photos.id = faces.photo_id AND NOT repeats_allowed "
        "JOIN faces AS other ON other.photo_id = faces.photo_id AND other.id != faces.id AND other.found = 1 "
        "WHERE other.person_id IS NOT NULL AND faces.id IN (SELECT value FROM json_each(?))",
        [decisions.ids(numbers)],
    )
    return {*together.fetchall(), *decisions.rejections(db, numbers), *ages.unborn(db, numbers)}
