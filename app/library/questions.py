"""Questions of the review: suggestions and unnamed groups in the order to ask about them, with faces to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import sqlite_utils

from app.library import faces, people
from app.library.decisions import ids
from app.library.records import Cluster, ClusterId, Counts, Face, FaceId, PersonId, Side, Suggestion

# Typing a name takes about as long as so many answers with one key.
TYPING = 4
# Below this chance a suggestion is rather answered with no: it comes after all others, however many faces it is about.
# Meanwhile its groups are asked about by name, which helps more.
EVEN = 0.5
# Below this chance a suggestion is hardly worth asking about, unless very many faces wait for the answer.
UNLIKELY = 0.2
# More than a review finds: each of the people and groups it looks at may be like some dozens.
MOST_SUGGESTIONS = 10_000
# Faces of each side that are looked at.
FACES = 6


@dataclass(frozen=True, slots=True)
class Portrayal:
    """One side of a question as it is shown; `name` is None for an unnamed group or face."""

    side: Side
    name: str | None
    faces: int
    photos: int
    cover: FaceId | None
    telling: tuple[Face, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Whether `about`, an unnamed group or face, is the same person as `who`; without `who` it asks for a name.

    `probability` is that of a yes or a name, which settles `settles` faces.
    """

    about: Portrayal
    who: Portrayal | None
    probability: float
    settles: int

    @property
    def key(self) -> frozenset[Side]:
        """What makes it the same question when it is found again."""
        return frozenset({self.about.side} if self.who is None else {self.about.side, self.who.side})

    @property
    def names(self) -> int:
        """How many faces have a name after a yes: two groups that are one still have none."""
        return self.settles if self.who is None or self.who.name is not None else 0


@dataclass(frozen=True, slots=True)
class Agenda:
    """What to ask, the most worthwhile first; with `more` there is more to ask than this.

    `waiting` counts the suggestions about each person that are worth asking, also those not among the questions.
    `current` is the question that was on screen as it would be asked at present, None where it needs no answer.
    """

    questions: tuple[Question, ...]
    more: bool
    current: Question | None
    counts: Counts
    waiting: Mapping[PersonId, int]


def agenda(
    db: sqlite_utils.Database,
    suggestions: Sequence[Suggestion],
    groups: Sequence[Cluster],
    counts: Counts,
    limit: int,
    current: Question | None,
    *,
    hidden: bool = False,
) -> Agenda:
    """The first `limit` questions, without those that were answered a moment ago; with `hidden` about hidden people
    too."""
    known = {group.id: group for group in groups}
    portray = cache(lambda side: _portrayal(db, side, known, hidden=hidden))
    chosen = ordered(suggestions, groups)
    questions = [_question(portray, one) for one in chosen[:limit]]
    still = None
    if current is not None:
        about, who = portray(current.about.side), portray(current.who.side) if current.who is not None else None
        if about is not None and (who is None) == (current.who is None):
            still = replace(current, about=about, who=who)
    waiting = Counter(one.one.person for one in filter(worth_asking, suggestions) if one.one.person is not None)
    return Agenda(tuple(one for one in questions if one is not None), len(chosen) > limit, still, counts, waiting)


def ordered(suggestions: Sequence[Suggestion], groups: Sequence[Cluster]) -> list[Suggestion | Cluster]:
    """What is worth asking, the likely first, by the faces that the answer can be expected to settle for the work it
    takes."""

    def worth(one: Suggestion | Cluster) -> tuple[bool, float]:
        if isinstance(one, Cluster):
            return True, one.faces / TYPING
        return one.probability >= EVEN, one.probability * one.settles

    return sorted([*filter(worth_asking, suggestions), *groups], key=worth, reverse=True)


def worth_asking(suggestion: Suggestion) -> bool:
    return suggestion.probability >= UNLIKELY or suggestion.probability * suggestion.settles >= 1


def share(counts: Counts) -> float:
    """How many of the faces have a name, 0..1."""
    return counts.named_faces / counts.faces if counts.faces else 0.0


def share_after(counts: Counts, questions: Iterable[Question]) -> float:
    """How many of the faces can be expected to have a name when these are answered, 0..1."""
    expected: dict[Side, float] = {}
    for question in questions:
        # Two questions about one group are at most once answered with yes.
        side = question.about.side
        expected[side] = max(question.probability * question.names, expected.get(side, 0.0))
    return min(1.0, (counts.named_faces + sum(expected.values())) / counts.faces) if counts.faces else 0.0


def _question(portray: Callable[[Side], Portrayal | None], one: Suggestion | Cluster) -> Question | None:
    if isinstance(one, Cluster):
        about = portray(Side(cluster=one.id))
        # Whoever answers gives a name; who does not, skips.
        return None if about is None else Question(about, None, 1.0, one.faces)
    about, who = portray(one.other), portray(one.one)
    return None if about is None or who is None else Question(about, who, one.probability, one.settles)


def _portrayal(
    db: sqlite_utils.Database, side: Side, groups: Mapping[ClusterId, Cluster], *, hidden: bool
) -> Portrayal | None:
    """None for whom another stands for, who is out of sight but with `hidden`, and where nothing is left undecided."""
    telling = tuple(faces.by_ids(db, telling_faces(db, side)))
    if side.person is not None:
        if db.execute("SELECT 1 FROM people WHERE id = ? AND merged_into IS NULL", [side.person]).fetchone() is None:
            return None
        person = people.one(db, side.person)
        if person.hidden and not hidden:
            return None
        return Portrayal(side, person.name, person.faces, person.photos, person.cover, telling)
    if not telling:
        return None
    group = groups.get(side.cluster) if side.cluster is not None else None
    if group is not None:
        return Portrayal(side, None, group.faces, group.photos, group.cover, telling)
    return Portrayal(side, None, len(telling), len({face.photo for face in telling}), telling[0].id, telling)


def telling_faces(db: sqlite_utils.Database, side: Side, most: int = FACES) -> list[int]:
    """By which faces somebody is known best: the clearest of each of so many stretches of time."""
    value: int | str
    if side.person is not None:
        which, value = "FROM shown AS face WHERE kind = 'face' AND person_id = ?", side.person
    elif side.cluster is not None:
        which, value = "FROM undecided AS face JOIN grouped ON face_id = face.id WHERE cluster_id = ?", side.cluster
    else:
        which, value = "FROM undecided AS face WHERE face.id IN (SELECT value FROM json_each(?))", ids(side.faces)
    rows = db.execute(
        f"SELECT face.id, quality, (SELECT taken_at FROM photos WHERE photos.id = face.photo_id) AS at {which} "
        "ORDER BY at, face.id",
        [value],
    ).fetchall()
    count = min(most, len(rows))
    stretches = (rows[len(rows) * n // count : len(rows) * (n + 1) // count] for n in range(count))
    return [max(stretch, key=lambda row: row[1])[0] for stretch in stretches]
