"""Suggestions: which undecided groups and faces may be somebody who is known, how likely, and what to ask first.

Asked on any thread through its read-only connection; nothing is kept, so an answer counts at once. A subject (a person
or an unnamed group) is compared with what the index finds near some of its faces, spread over all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from app.library import ages, clusters, decisions, faces, likeness, people, relations, thresholds, witnesses
from app.library.engines import Engine
from app.library.grouping import Levels
from app.library.index import VectorIndex
from app.library.records import ClusterId, FaceId, PersonId, Side, Strictness, Suggestion

# Neighbours looked at for each face that speaks for a subject, and objects compared with each subject.
NEIGHBOURS = 128
OBJECTS = 24
# Faces of an object whose neighbours tell who else is near it.
PROBES = 2
# People and groups that a review looks at: the largest, where an answer settles most.
SUBJECTS = 200
SUBJECTS_A_STEP = 16
# Up to this chance a suggestion is not worth a look.
LEAST = 0.02

# A subject or object: a person, a group, or a face without a group.
Key = tuple[str, int]
PERSON, GROUP, FACE = "person", "group", "face"
# A subject and an object.
Pair = tuple[Key, Key]
Speaking = dict[Key, NDArray[np.float32]]
# Faces near each, and the cosine of each of them.
Hits = dict[Key, dict[int, float]]


@dataclass(frozen=True, slots=True)
class _Odds:
    """What a library says about any two of it; whoever is less alike than `lowest` is not near."""

    levels: Levels
    lowest: float
    rivals: int
    company: float

    @classmethod
    def of(cls, db: sqlite_utils.Database, engine: Engine) -> _Odds:
        # Whole tables are counted at once, one by one only what may be in several.
        rivals, known, alone = db.execute(
            "SELECT (SELECT count(*) FROM clusters WHERE named_as IS NULL AND replaced_by IS NULL) + "
            "(SELECT count(*) FROM people WHERE merged_into IS NULL), (SELECT count(*) FROM faces), "
            "(SELECT count(*) FROM faces) - (SELECT count(*) FROM members) "
            "- (SELECT count(*) FROM automatic WHERE face_id NOT IN (SELECT face_id FROM members)) "
            "- (SELECT count(*) FROM faces WHERE person_id IS NOT NULL AND id NOT IN (SELECT face_id FROM members) "
            "AND id NOT IN (SELECT face_id FROM automatic))"
        ).fetchone()
        lowest = thresholds.cosine(engine.cosine_at, thresholds.NEIGHBOUR_FALSE_MATCH_RATE)
        levels = thresholds.levels(engine.cosine_at, Strictness.NORMAL)
        return cls(levels, lowest, rivals, (known - alone) / max(1, alone))

    def probability(self, likeness: float, rival: float) -> float:
        """That two are one person, where the next one is so much alike, or not near."""
        margin = likeness - max(rival, self.lowest)
        return thresholds.probability(self.levels, likeness, margin, rivals=self.rivals, company=self.company)


def of(
    db: sqlite_utils.Database,
    index: VectorIndex,
    engine: Engine,
    subject: Side,
    limit: int,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Suggestion]:
    """What may be this person or group, the likeliest first: groups and faces, and for a group people as well."""
    if subject.faces:
        raise ValueError("Suggestions are made for a person or a group.")
    whom = key_of(db, subject)
    if whom[0] == GROUP and not clusters.undecided_members(db, whom[1]):
        return []
    search = _Search(db, index, engine, _Odds.of(db, engine), cancelled)
    hits = search.hits(described(db, engine, [whom]))
    pairs = _pairs(_owners(hits, _objects(db, hits), OBJECTS))
    if whom[0] == GROUP:
        near = _owners(hits, _subjects(db, hits), OBJECTS)
        pairs += [(other, whom) for _, other in _pairs(near) if other[0] == PERSON]
    return search.judged(pairs)[:limit]


def key_of(db: sqlite_utils.Database, side: Side) -> Key:
    """Who stands for this side at present; of several faces the first one."""
    if side.person is not None:
        return PERSON, people.resolve(db, side.person)
    return (GROUP, clusters.resolve(db, side.cluster)) if side.cluster is not None else (FACE, side.faces[0])


def likely_people(db: sqlite_utils.Database, index: VectorIndex, engine: Engine, subject: Side) -> list[PersonId]:
    """Who this unnamed group or face may be, the likeliest first; of several faces the first one counts."""
    whom = key_of(db, subject)
    search = _Search(db, index, engine, _Odds.of(db, engine))
    hits = search.hits(described(db, engine, [whom]))
    near = _pairs(_owners(hits, _subjects(db, hits), OBJECTS))
    found = search.judged([(other, whom) for _, other in near if other[0] == PERSON])
    return [one.one.person for one in found if one.one.person is not None]


def review(
    db: sqlite_utils.Database,
    index: VectorIndex,
    engine: Engine,
    limit: int,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, total: None,
    hidden: bool = False,
) -> list[Suggestion]:
    """What to ask first: what can be expected to settle most faces; about hidden people only with `hidden`."""
    rows = db.execute(
        "SELECT 'person', person_id, count(*) AS size FROM shown WHERE kind = 'face' "
        "AND person_id IN (SELECT id FROM people WHERE ? OR NOT hidden) GROUP BY person_id UNION ALL "
        "SELECT 'group', cluster_id, count(*) FROM grouped JOIN undecided ON undecided.id = face_id "
        "GROUP BY cluster_id HAVING count(*) >= ? ORDER BY size DESC, 1, 2 LIMIT ?",
        [hidden, thresholds.SMALLEST_GROUP, SUBJECTS],
    ).fetchall()
    subjects = [(kind, number) for kind, number, _ in rows]
    search = _Search(db, index, engine, _Odds.of(db, engine), cancelled)
    found: dict[frozenset[Side], Suggestion] = {}
    for start in range(0, len(subjects), SUBJECTS_A_STEP):
        if cancelled():
            break
        hits = search.hits(described(db, engine, subjects[start : start + SUBJECTS_A_STEP]))
        for one in search.judged(_pairs(_owners(hits, _objects(db, hits), OBJECTS))):
            # Two groups may both be near the other.
            found.setdefault(frozenset({one.one, one.other}), one)
        progress(min(start + SUBJECTS_A_STEP, len(subjects)), len(subjects))
    return sorted(found.values(), key=lambda one: -one.probability * one.settles)[:limit]


@dataclass(frozen=True, slots=True)
class _Search:
    """Once it is cancelled, which it looks at between two searches of the index, nothing more is found."""

    db: sqlite_utils.Database
    index: VectorIndex
    engine: Engine
    odds: _Odds
    cancelled: Callable[[], bool] = lambda: False

    def hits(self, speaking: Speaking) -> Hits:
        """The faces that the index finds near each of these, and how near."""
        found: Hits = {}
        for key, vectors in speaking.items():
            if self.cancelled():
                break
            # Those of a large one would fill the list of what is near it.
            cosines, ids = self.index.search(vectors, NEIGHBOURS, without=_own(self.db, key))
            alike = cosines >= self.odds.lowest
            best = found[key] = {}
            for cosine, face in zip(cosines[alike].tolist(), ids[alike].tolist(), strict=True):
                best[face] = max(best.get(face, -1.0), cosine)
        return found

    def judged(self, pairs: Sequence[Pair]) -> list[Suggestion]:
        """How likely each of the pairs is one, where that is worth a look, the likeliest first.

        Looks up who else is near them, so that a pair is as likely whoever it was found by.
        """
        db, engine, odds = self.db, self.engine, self.odds
        ways = [way for pair in pairs for way in _ways(pair)]
        speaking = described(db, engine, {end for way in ways for end in way})
        alike = how_alike(ways, speaking)
        # At best nobody else is near.
        hopeful = {frozenset(way) for way, much in alike.items() if odds.probability(much, -1.0) >= LEAST}
        pairs = [pair for pair in dict.fromkeys(pairs) if frozenset(pair) in hopeful]
        near = self.hits({thing: _spread(speaking[thing], PROBES) for pair in pairs for _, thing in _ways(pair)})
        if self.cancelled():
            return []
        rivals = _owners(near, _subjects(db, near), likeness.CANDIDATES)
        beside = [(rival, thing) for thing, rival in _pairs(rivals)]
        speaking |= described(db, engine, {rival for rival, _ in beside if rival not in speaking})
        alike |= how_alike(beside, speaking)
        for ruled_out in _impossible(db, [*(way for pair in pairs for way in _ways(pair)), *beside]):
            alike.pop(ruled_out, None)

        def chance(subject: Key, thing: Key) -> float:
            others = (alike.get((rival, thing), -1.0) for rival in rivals[thing] if rival != subject)
            return odds.probability(alike[subject, thing], max(others, default=-1.0))

        sizes = _sizes(db, {end for pair in pairs for end in pair})
        found = []
        for pair in pairs:
            probability = max((chance(*way) for way in _ways(pair) if way in alike), default=0.0)
            if probability >= LEAST:
                settles = min(sizes.get(end, 1) for end in pair if end[0] != PERSON)
                found.append(Suggestion(_side(pair[0]), _side(pair[1]), probability, settles))
        return sorted(found, key=lambda one: (-one.probability, -one.settles))


def _owners(hits: Hits, owners: dict[int, Key], most: int) -> dict[Key, list[Key]]:
    """Whose the faces are that are near each, those with the most alike face first."""
    found = {}
    for key, best in hits.items():
        strength: dict[Key, float] = {}
        for face, cosine in best.items():
            if face in owners and owners[face] != key:
                strength[owners[face]] = max(strength.get(owners[face], -1.0), cosine)
        found[key] = sorted(strength, key=lambda other: (-strength[other], other))[:most]
    return found


def _pairs(near: dict[Key, list[Key]]) -> list[Pair]:
    return [(key, other) for key, others in near.items() for other in others]


def _ways(pair: Pair) -> list[Pair]:
    """Which of the two is taken for the subject: of two groups each once."""
    return [pair, pair[::-1]] if pair[0][0] == pair[1][0] == GROUP else [pair]


def how_alike(pairs: Iterable[Pair], speaking: Speaking) -> dict[Pair, float]:
    """How alike the two of each are, where both were described."""
    found = {}
    for subject, thing in pairs:
        if subject in speaking and thing in speaking:
            cosines = -np.sort(-(speaking[thing] @ speaking[subject].T), axis=1)
            found[subject, thing] = float(cosines[:, : (cosines.shape[1] + 1) // 2].mean())
    return found


def _own(db: sqlite_utils.Database, of: Key) -> NDArray[np.int64]:
    """The faces of a person, decided or guessed, or those that a group stands for."""
    kind, number = of
    if kind == FACE:
        return np.array([number], np.int64)
    query = f"SELECT group_concat(face_id) FROM ({clusters.UNDECIDED_MEMBERS}) WHERE cluster_id = :number"
    if kind == PERSON:
        query = (
            "SELECT group_concat(id) FROM faces WHERE person_id = :number UNION ALL "
            "SELECT group_concat(face_id) FROM automatic WHERE person_id = :number"
        )
    # As one text they are read three times as fast as row by row.
    lists = [listed for (listed,) in db.execute(query, {"number": number}) if listed]
    return np.fromstring(",".join(lists), np.int64, sep=",")


def described(db: sqlite_utils.Database, engine: Engine, keys: Collection[Key]) -> Speaking:
    """The vectors of some faces of each: the clear ones, or where none is all in which the embedder sees anything."""
    members: dict[int, Key] = {number: (FACE, number) for kind, number in keys if kind == FACE}
    for kind, listed in ((PERSON, witnesses.PEOPLE), (GROUP, witnesses.GROUPS_AS_SHOWN)):
        owners = [number for of, number in keys if of == kind]
        for owner, face in zip(*witnesses.spread(db, listed, owners, likeness.WITNESSES), strict=True):
            members[int(face)] = (kind, int(owner))
    speaking = dict(
        db.execute(
            "SELECT id, quality >= ? FROM faces WHERE quality > 0 AND id IN (SELECT value FROM json_each(?))",
            [thresholds.QUALITY_TO_VOUCH, decisions.ids(members)],
        )
    )
    numbers, vectors = faces.vectors(db, engine.id, engine.dimension, list(speaking))
    kept: dict[Key, list[NDArray[np.float32]]] = defaultdict(list)
    others: dict[Key, list[NDArray[np.float32]]] = defaultdict(list)
    for number, vector in zip(numbers.tolist(), vectors, strict=True):
        (kept if speaking[number] else others)[members[number]].append(vector)
    told = (key for key in dict.fromkeys(members.values()) if key in kept or key in others)
    return {key: np.stack(kept[key] or others[key]) for key in told}


def _spread(vectors: NDArray[np.float32], most: int) -> NDArray[np.float32]:
    """So many of the vectors, evenly."""
    count = min(len(vectors), most)
    return vectors[np.arange(count) * len(vectors) // count]


def _subjects(db: sqlite_utils.Database, hits: Hits) -> dict[int, Key]:
    """The person of each face, decided or guessed, or else its group."""
    rows = db.execute(
        "SELECT id, coalesce(person_id, (SELECT person_id FROM automatic WHERE face_id = id)), "
        "(SELECT cluster_id FROM grouped WHERE face_id = id) "
        "FROM faces WHERE kind = 'face' AND id IN (SELECT value FROM json_each(?))",
        [decisions.ids({face for best in hits.values() for face in best})],
    )
    return {
        face: (GROUP, cluster) if person is None else (PERSON, person)
        for face, person, cluster in rows
        if person is not None or cluster is not None
    }


def _objects(db: sqlite_utils.Database, hits: Hits) -> dict[int, Key]:
    """The group of each undecided face, or the face itself where it is alone and says anything about who it is."""
    rows = db.execute(
        "SELECT id, (SELECT cluster_id FROM grouped WHERE face_id = id) FROM undecided "
        "WHERE quality > 0 AND id IN (SELECT value FROM json_each(?))",
        [decisions.ids({face for best in hits.values() for face in best})],
    ).fetchall()
    sizes = _sizes(db, {(GROUP, cluster) for _, cluster in rows if cluster is not None})
    # Whoever is left alone in a group whose others are taken for somebody is not shown as one.
    return {
        face: (GROUP, cluster) if sizes.get((GROUP, cluster), 0) >= thresholds.SMALLEST_GROUP else (FACE, face)
        for face, cluster in rows
    }


def _impossible(db: sqlite_utils.Database, pairs: Sequence[Pair]) -> set[Pair]:
    """Those that photos, dates of birth or people speak against."""
    faces_of = _faces_of(db, {thing for _, thing in pairs})
    everyone = {face for members in faces_of.values() for face in members}
    refused = decisions.rejections(db, everyone) | ages.unborn(db, everyone)
    shown = _shown_in(db, {photo for members in faces_of.values() for photo in members.values()})
    apart = _apart(db)
    found = set()
    for subject, thing in pairs:
        kind, number = subject
        members = faces_of.get(thing, {})
        together = any(subject in shown.get(photo, ()) for photo in members.values())
        rejected = kind == PERSON and any((face, number) in refused for face in members)
        differ = any(subject in apart.get(face, ()) for face in members)
        if together or rejected or differ:
            found.add((subject, thing))
    return found


def _apart(db: sqlite_utils.Database) -> dict[int, set[Key]]:
    """For each face the groups with a face that was said to be somebody else."""
    pairs = relations.apart(db)
    rows = db.execute(
        f"SELECT face_id, cluster_id FROM ({clusters.UNDECIDED_MEMBERS}) "
        "WHERE face_id IN (SELECT value FROM json_each(?))",
        [decisions.ids({face for sides in pairs for side in sides for face in side})],
    )
    group_of = {face: (GROUP, cluster) for face, cluster in rows}
    found: dict[int, set[Key]] = defaultdict(set)
    for one, other in pairs:
        for side, against in ((one, other), (other, one)):
            groups = {group_of[face] for face in against if face in group_of}
            for face in side:
                found[face] |= groups
    return found


def _shown_in(db: sqlite_utils.Database, photos: Collection[int]) -> dict[int, set[Key]]:
    """The people, decided and guessed, and the groups that are in each of these photos and can be in it only once."""
    rows = db.execute(
        "SELECT photo_id, coalesce(person_id, (SELECT person_id FROM automatic WHERE face_id = faces.id)), "
        "(SELECT cluster_id FROM grouped WHERE face_id = faces.id) "
        "FROM faces JOIN photos ON photos.id = photo_id AND NOT repeats_allowed "
        "WHERE photo_id IN (SELECT value FROM json_each(?)) AND found = 1 AND kind = 'face'",
        [decisions.ids(photos)],
    )
    found: dict[int, set[Key]] = defaultdict(set)
    for photo, person, group in rows:
        if person is not None:
            found[photo].add((PERSON, person))
        elif group is not None:
            found[photo].add((GROUP, group))
    return found


def _faces_of(db: sqlite_utils.Database, keys: Iterable[Key]) -> dict[Key, dict[int, int]]:
    """The undecided faces of groups and single faces, and the photo of each."""
    found: dict[Key, dict[int, int]] = defaultdict(dict)
    for kind, source in (
        (
            GROUP,
            f"SELECT cluster_id, face_id FROM ({clusters.UNDECIDED_MEMBERS}) WHERE cluster_id IN wanted",
        ),
        (FACE, "SELECT value, value FROM wanted"),
    ):
        rows = db.execute(
            f"WITH wanted (value) AS (SELECT value FROM json_each(?)), whose (owner, face) AS ({source}) "
            "SELECT owner, face, photo_id FROM whose JOIN faces ON faces.id = face",
            [decisions.ids(number for of, number in keys if of == kind)],
        )
        for owner, face, photo in rows:
            found[kind, owner][face] = photo
    return found


def _side(key: Key) -> Side:
    kind, number = key
    if kind == PERSON:
        return Side(person=PersonId(number))
    return Side(cluster=ClusterId(number)) if kind == GROUP else Side(faces=(FaceId(number),))


def _sizes(db: sqlite_utils.Database, keys: Collection[Key]) -> dict[Key, int]:
    rows = db.execute(
        "SELECT cluster_id, count(*) FROM grouped JOIN undecided ON undecided.id = face_id "
        "WHERE cluster_id IN (SELECT value FROM json_each(?)) GROUP BY cluster_id",
        [decisions.ids(number for kind, number in keys if kind == GROUP)],
    )
    return {(GROUP, cluster): size for cluster, size in rows}
