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
from app.library.index import VectorIndex
from app.library.records import ClusterId, FaceId, PersonId, Side, Strictness, Suggestion

# Neighbours looked at for each face that speaks for a subject, and objects compared with each subject.
NEIGHBOURS = 128
OBJECTS = 24
# People and groups that a review looks at: the largest, where an answer settles most.
SUBJECTS = 200
SUBJECTS_A_STEP = 16
# Up to this chance a suggestion is not worth a look.
LEAST = 0.02

# A subject or object: a person, a group, or a face without a group.
Key = tuple[str, int]
PERSON, GROUP, FACE = "person", "group", "face"


@dataclass(frozen=True, slots=True)
class _Found:
    """How alike two are: `subject` is a person or a group, `object` a group or a face."""

    subject: Key
    object: Key
    likeness: float


def of(db: sqlite_utils.Database, index: VectorIndex, engine: Engine, subject: Side, limit: int) -> list[Suggestion]:
    """What may be this person or group, the likeliest first: groups and faces, and for a group people as well."""
    if subject.person is not None:
        wanted = _near(db, index, engine, [(PERSON, people.resolve(db, subject.person))])
    elif subject.cluster is not None:
        key = (GROUP, clusters.resolve(db, subject.cluster))
        if not clusters.undecided_members(db, key[1]):
            return []
        wanted = _near(db, index, engine, [key])
        wanted |= {(PERSON, person): [key] for person in _people_near(db, index, engine, key[1])}
    else:
        raise ValueError("Suggestions are made for a person or a group.")
    return _ranked(db, engine, _compare(db, engine, wanted))[:limit]


def review(
    db: sqlite_utils.Database,
    index: VectorIndex,
    engine: Engine,
    limit: int,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Suggestion]:
    """What to ask first: the questions whose answers can be expected to settle most faces."""
    rows = db.execute(
        "SELECT 'person', person_id, count(*) AS size FROM shown WHERE person_id IS NOT NULL AND kind = 'face' "
        "GROUP BY person_id UNION ALL "
        "SELECT 'group', cluster_id, count(*) FROM grouped JOIN undecided ON undecided.id = face_id "
        "GROUP BY cluster_id HAVING count(*) >= ? ORDER BY size DESC LIMIT ?",
        [thresholds.SMALLEST_GROUP, SUBJECTS],
    ).fetchall()
    subjects = [(kind, number) for kind, number, _ in rows]
    found: list[_Found] = []
    for start in range(0, len(subjects), SUBJECTS_A_STEP):
        if cancelled():
            break
        wanted = _near(db, index, engine, subjects[start : start + SUBJECTS_A_STEP])
        found += _compare(db, engine, wanted)
        progress(min(start + SUBJECTS_A_STEP, len(subjects)), len(subjects))
    by_gain = sorted(_ranked(db, engine, found), key=lambda one: -one.probability * one.settles)
    return by_gain[:limit]


def _people_near(db: sqlite_utils.Database, index: VectorIndex, engine: Engine, group: int) -> list[int]:
    _, members = witnesses.spread(db, witnesses.GROUPS, [group], likeness.WITNESSES)
    _, vectors = faces.vectors(db, engine.id, engine.dimension, members.tolist())
    _, found = index.search(vectors, NEIGHBOURS, without=_own(db, (GROUP, group)))
    rows = db.execute(
        "SELECT person_id, count(*) AS links FROM faces WHERE person_id IS NOT NULL AND kind = 'face' "
        "AND id IN (SELECT value FROM json_each(?)) GROUP BY person_id ORDER BY links DESC, person_id LIMIT ?",
        [decisions.ids(np.unique(found[found >= 0]).tolist()), OBJECTS],
    )
    return [person for person, _ in rows]


def _near(
    db: sqlite_utils.Database, index: VectorIndex, engine: Engine, subjects: Sequence[Key]
) -> dict[Key, list[Key]]:
    """The groups and single faces near each subject, those with the most alike face."""
    lowest = thresholds.cosine(engine.cosine_at, thresholds.NEIGHBOUR_FALSE_MATCH_RATE)
    near: dict[Key, dict[int, float]] = {}
    for subject, vectors in _speaking(db, engine, subjects).items():
        # Those of a large subject would fill the list of what is near them.
        cosines, ids = index.search(vectors, NEIGHBOURS, without=_own(db, subject))
        best: dict[int, float] = {}
        for cosine, face in zip(cosines[cosines >= lowest].tolist(), ids[cosines >= lowest].tolist(), strict=True):
            best[face] = max(best.get(face, -1.0), cosine)
        near[subject] = best
    object_of = _objects(db, {face for best in near.values() for face in best})
    wanted: dict[Key, list[Key]] = {}
    for subject, best in near.items():
        strength: dict[Key, float] = {}
        for face, cosine in best.items():
            if face in object_of and object_of[face] != subject:
                strength[object_of[face]] = max(strength.get(object_of[face], -1.0), cosine)
        wanted[subject] = sorted(strength, key=lambda thing: (-strength[thing], thing))[:OBJECTS]
    return wanted


def _own(db: sqlite_utils.Database, subject: Key) -> NDArray[np.int64]:
    """The faces of a person, decided or guessed, or of a group."""
    kind, number = subject
    query = "SELECT face_id FROM members WHERE cluster_id = :number"
    if kind == PERSON:
        query = (
            "SELECT id FROM faces WHERE person_id = :number UNION ALL "
            "SELECT face_id FROM automatic WHERE person_id = :number"
        )
    return np.array(db.execute(query, {"number": number}).fetchall(), np.int64).reshape(-1)


def _compare(db: sqlite_utils.Database, engine: Engine, wanted: dict[Key, list[Key]]) -> list[_Found]:
    """How alike each subject and the objects beside it are, but for what cannot be."""
    described = _speaking(db, engine, {*wanted, *(thing for things in wanted.values() for thing in things)})
    impossible = _impossible(db, wanted)
    found = []
    for subject, things in wanted.items():
        for thing in things:
            if subject in described and thing in described and (subject, thing) not in impossible:
                cosines = -np.sort(-(described[thing] @ described[subject].T), axis=1)
                half = (cosines.shape[1] + 1) // 2
                found.append(_Found(subject, thing, float(cosines[:, :half].mean())))
    return found


def _speaking(db: sqlite_utils.Database, engine: Engine, keys: Iterable[Key]) -> dict[Key, NDArray[np.float32]]:
    """The vectors of the faces that speak for each; those that are not clear only where there is no other."""
    members: dict[int, Key] = {number: (FACE, number) for kind, number in keys if kind == FACE}
    for kind, listed in ((PERSON, witnesses.PEOPLE), (GROUP, witnesses.GROUPS)):
        owners = [number for of, number in keys if of == kind]
        for owner, face in zip(*witnesses.spread(db, listed, owners, likeness.WITNESSES), strict=True):
            members[int(face)] = (kind, int(owner))
    clear = {
        number
        for (number,) in db.execute(
            "SELECT id FROM shown WHERE quality >= ? AND id IN (SELECT value FROM json_each(?))",
            [thresholds.QUALITY_TO_VOUCH, decisions.ids(members)],
        )
    }
    numbers, vectors = faces.vectors(db, engine.id, engine.dimension, list(members))
    kept: dict[Key, list[NDArray[np.float32]]] = defaultdict(list)
    others: dict[Key, list[NDArray[np.float32]]] = defaultdict(list)
    for number, vector in zip(numbers.tolist(), vectors, strict=True):
        (kept if number in clear else others)[members[number]].append(vector)
    return {key: np.stack(kept[key] or others[key]) for key in {*kept, *others}}


def _objects(db: sqlite_utils.Database, numbers: Collection[int]) -> dict[int, Key]:
    """The group of each undecided face, or the face itself where it is alone."""
    rows = db.execute(
        "SELECT id, (SELECT cluster_id FROM grouped WHERE face_id = id) FROM undecided "
        "WHERE id IN (SELECT value FROM json_each(?))",
        [decisions.ids(numbers)],
    )
    return {face: (FACE, face) if cluster is None else (GROUP, cluster) for face, cluster in rows}


def _impossible(db: sqlite_utils.Database, wanted: dict[Key, list[Key]]) -> set[tuple[Key, Key]]:
    """Pairs that photos, dates of birth or people speak against."""
    faces_of = _faces_of(db, {thing for things in wanted.values() for thing in things})
    everyone = {face for members in faces_of.values() for face in members}
    refused = decisions.rejections(db, everyone) | ages.unborn(db, everyone)
    shown = _shown_in(db, {photo for members in faces_of.values() for photo in members.values()})
    apart = _apart(db)
    found = set()
    for subject, things in wanted.items():
        kind, number = subject
        for thing in things:
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
        "SELECT face_id, cluster_id FROM grouped WHERE face_id IN (SELECT value FROM json_each(?))",
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
        "WHERE photo_id IN (SELECT value FROM json_each(?)) AND found = 1",
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
            "SELECT cluster_id, face_id FROM members WHERE cluster_id IN wanted "
            "AND face_id NOT IN (SELECT face_id FROM automatic)",
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


def _ranked(db: sqlite_utils.Database, engine: Engine, found: Sequence[_Found]) -> list[Suggestion]:
    """The pairs with how likely they are one, the likeliest first; each pair of groups once."""
    levels = thresholds.levels(engine.cosine_at, Strictness.NORMAL)
    alike: dict[Key, list[float]] = defaultdict(list)
    for pair in found:
        alike[pair.object].append(pair.likeness)
    rivals, known, alone = db.execute(
        "SELECT (SELECT count(*) FROM clusters WHERE named_as IS NULL AND replaced_by IS NULL) + "
        "(SELECT count(*) FROM people WHERE merged_into IS NULL), (SELECT count(*) FROM faces), "
        "(SELECT count(*) FROM faces WHERE person_id IS NULL AND id NOT IN (SELECT face_id FROM members) "
        "AND id NOT IN (SELECT face_id FROM automatic))"
    ).fetchone()
    company = (known - alone) / max(1, alone)
    sizes = _sizes(db, {key for pair in found for key in (pair.subject, pair.object)})
    best: dict[frozenset[Key], Suggestion] = {}
    for pair in found:
        best_two = sorted(alike[pair.object], reverse=True)[:2]
        # How far ahead of the next, or behind the best.
        margin = pair.likeness - (best_two[-1] if pair.likeness == best_two[0] else best_two[0])
        probability = thresholds.probability(levels, pair.likeness, margin, rivals=rivals, company=company)
        if probability < LEAST:
            continue
        settles = sizes.get(pair.object, 1)
        if pair.subject[0] == GROUP:
            settles = min(settles, sizes.get(pair.subject, 1))
        suggestion = Suggestion(_side(pair.subject), _side(pair.object), probability, settles)
        key = frozenset({pair.subject, pair.object})
        if key not in best or best[key].probability < probability:
            best[key] = suggestion
    return sorted(best.values(), key=lambda one: (-one.probability, -one.settles))


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
