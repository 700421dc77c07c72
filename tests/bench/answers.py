"""What a user's answers bring, on real faces: automatic assignments, answers needed, photos added in portions.

    python -m tests.bench.answers --gallery lfw=lfw.npz --gallery photos=photos.npz [--embedding teacher]

The galleries are those that `tests.bench.galleries` writes. Each fills a library, faces of one photo in one photo, and
somebody who knows the truth talks to it. Who is unlabelled is nobody that this user knows.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from app.library.library import Library
from app.library.records import (
    Box,
    ClusterId,
    Face,
    FaceFilter,
    FaceId,
    FoundFace,
    Root,
    ScannedPhoto,
    Side,
    Suggestion,
)
from tests.bench.library import LANDMARKS
from tests.bench.methods import CALIBRATIONS, METHODS, Faces

Ints = NDArray[np.int64]

SEEDS = 3
PORTIONS = 20
NAMED_AFTER, NAMED = 10, 100
# People who are named first.
BEGUN = 10
# Faces of fewer are not waited for.
OFTEN = 5
SHARES = (0.5, 0.8, 0.9, 0.95)
# Answers to one list of questions; then faces are given out and the list is made anew.
ANSWERS_A_LIST = 20
# Rivals' methods at the setting that is best for both galleries together (README.md, "Groups: methods compared").
RIVALS = {"connected components": 0.4875, "DBSCAN, 3 samples": 0.475, "HDBSCAN": 3.0}
LARGE = 4
CHANCES = (0, 0.1, 0.25, 0.5, 0.75, 1.01)
PLACES = 64
WANTED = ("automatic", "answers", "probabilities", "portions")


@contextmanager
def opened(faces: Faces) -> Iterator[tuple[Library, Root]]:
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Path(folder) / "library")
        points = {point[0]: point[1] for point in CALIBRATIONS[faces.embedding]}
        library.use_engine(name="bench", fingerprint="bench", dimension=faces.vectors.shape[1], cosine_at=points)
        try:
            yield library, library.add_root(Path(folder))
        finally:
            library.close()


def write(library: Library, root: Root, faces: Faces, photos: Ints) -> None:
    scanned = []
    for number in photos.tolist():
        found = []
        for place, row in enumerate(np.flatnonzero(faces.photo == number).tolist()):
            box = Box(place / PLACES, 0.2, 1 / PLACES, 1 / PLACES)
            found.append(FoundFace(box, LANDMARKS, 0.9, float(faces.quality[row]), faces.vectors[row], b""))
        name = f"{number:07}.jpg".encode()
        scanned.append(ScannedPhoto(root.id, name, 1, number, name, width=100, height=100, faces=found))
    library.write_scanned(scanned).result()


def rows(library: Library, faces: Faces) -> dict[FaceId, int]:
    """The place in the gallery of each face of the library."""
    first = {int(number): int(place) for number, place in zip(*np.unique(faces.photo, return_index=True), strict=True)}
    return {face.id: first[int(face.path.stem)] + round(face.box.x * PLACES) for face in library.faces()}


def truth_of(library: Library, faces: Faces) -> dict[FaceId, str]:
    """Who the faces are, those that are labelled; a name needs a letter."""
    return {face: f"Person {faces.person[row]}" for face, row in rows(library, faces).items() if faces.person[row]}


def taken_for(face: Face) -> str | None:
    return face.name or face.automatic_name


# Automatic assignments


def automatic(faces: Faces, seed: int) -> tuple[int, int, int]:
    """Faces left to assign, assigned, and of these to somebody else, after one face of each person was named."""
    with opened(faces) as (library, root):
        write(library, root, faces, np.unique(faces.photo))
        library.group()
        truth = truth_of(library, faces)
        rng = np.random.default_rng(seed)
        for person, members in sorted(by_truth(truth).items()):
            library.name(person, faces=[members[rng.integers(len(members))]]).result()
        library.group()
        left = [face for face in library.faces() if face.id in truth and face.person is None]
        given = [face for face in left if face.automatic is not None]
        return len(left), len(given), sum(face.automatic_name != truth[face.id] for face in given)


def beginning(faces: Faces, seed: int) -> tuple[int, int]:
    """Faces given out, and wrongly, after one face of each of the largest people was named and nobody else.

    Somebody who is labelled otherwise is wrong wherever they are given to; of who is unlabelled nobody can tell.
    """
    with opened(faces) as (library, root):
        write(library, root, faces, np.unique(faces.photo))
        library.group()
        truth = truth_of(library, faces)
        of_person = by_truth(truth)
        rng = np.random.default_rng(seed)
        for person in sorted(of_person, key=lambda person: (-len(of_person[person]), person))[:BEGUN]:
            members = of_person[person]
            library.name(person, faces=[members[rng.integers(len(members))]]).result()
        library.group()
        given = [face for face in library.faces() if face.id in truth and face.automatic is not None]
        return len(given), sum(face.automatic_name != truth[face.id] for face in given)


def by_truth(truth: Mapping[FaceId, str]) -> dict[str, list[FaceId]]:
    of_person: dict[str, list[FaceId]] = defaultdict(list)
    for face, person in sorted(truth.items()):
        of_person[person].append(face)
    return of_person


# Answers


@dataclass
class User:
    """Answers what the program asks. `right` are the faces of those who are often there, as far as they are right."""

    library: Library
    truth: Mapping[FaceId, str]
    often: set[FaceId]
    answers: int = 0
    right: set[FaceId] = field(default_factory=set)
    # Faces right after each answer.
    curve: list[int] = field(default_factory=list)

    def look(self, faces: Sequence[Face]) -> None:
        for face in faces:
            if face.id in self.often:
                (self.right.add if taken_for(face) == self.truth[face.id] else self.right.discard)(face.id)

    def who(self, side: Side) -> str | None:
        """Most of whom it shows are this person; None for strangers."""
        if side.person is not None:
            return self.library.person(side.person).name
        members = side.faces if side.cluster is None else [face.id for face in self._members(side.cluster)]
        known = Counter(self.truth[face] for face in members if face in self.truth)
        return known.most_common(1)[0][0] if known else None

    def name(self, side: Side) -> None:
        """One answer for the name, and one for each face that is somebody else; strangers are sent away."""
        person = self.who(side)
        if person is None:
            groups = [] if side.cluster is None else [side.cluster]
            self._did(self.library.ignore(side.faces, groups).result().faces)
        else:
            self._give(person, side)

    def answer(self, question: Suggestion) -> None:
        """Yes or no."""
        person, other = question.one.person, question.other
        assert person is not None, "a group is named before it is asked about"
        name = self.library.person(person).name
        if self.who(other) == name:
            self._give(name, other)
        elif other.cluster is None:
            self._did(self.library.reject(other.faces, person).result().faces)
        else:
            self._did(self.library.differ(question.one, other).result().faces)

    def _give(self, person: str, side: Side) -> None:
        groups = [] if side.cluster is None else [side.cluster]
        named = self.library.name(person, faces=side.faces, clusters=groups).result()
        self._did(named.faces)
        for face in named.faces:
            if self.truth.get(face, person) != person:
                self._did(self.library.reject([face], named.people[0]).result().faces)

    def _did(self, faces: Sequence[FaceId]) -> None:
        self.answers += 1
        self.look(self.library.faces_by_id(faces))
        self.curve.append(len(self.right))

    def _members(self, cluster: ClusterId) -> list[Face]:
        return self.library.faces(FaceFilter(cluster=cluster))


def often(people: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Faces of people who have several."""
    _, of, count = np.unique(people, return_inverse=True, return_counts=True)
    return np.asarray((people != "") & (count[of] >= OFTEN))


def with_suggestions(faces: Faces, enough: int) -> User:
    """Until so many faces are right: each time what the program expects to settle most faces.

    A name settles its whole group, a question by its chance; a single face is typed when nothing is left to ask. Ends
    before where no answer is left that could set anything right.
    """
    watched = often(faces.person)
    with opened(faces) as (library, root), tqdm(total=enough, unit="face", disable=None) as bar:
        write(library, root, faces, np.unique(faces.photo))
        library.group()
        user = User(
            library, truth_of(library, faces), {face for face, row in rows(library, faces).items() if watched[row]}
        )
        while len(user.right) < enough:
            before = user.answers
            library.group()
            user.look(library.faces())
            questions = [one for one in library.review(1000) if one.one.person is not None]
            for _ in range(ANSWERS_A_LIST):
                groups = library.clusters()
                questions = [one for one in questions if one.other.cluster is None]
                if groups and (not questions or groups[0].faces >= questions[0].probability * questions[0].settles):
                    user.name(Side(cluster=groups[0].id))
                elif questions:
                    user.answer(questions.pop(0))
                else:
                    break
            else:
                bar.update(len(user.right) - bar.n)
                continue
            alone = [face for face in library.faces(FaceFilter(unnamed=True)) if taken_for(face) is None]
            for face in alone[:ANSWERS_A_LIST]:
                user.name(Side(faces=(face.id,)))
            if user.answers == before:
                break
        return user


def one_by_one(faces: Faces, labels: Ints, seed: int = 0) -> list[int]:
    """Faces right after each answer where each group is named by hand, the largest first, and single faces last.

    A face of a group that is somebody else costs one answer more, and is then named like a single one.
    """
    watched = often(faces.person)
    rng = np.random.default_rng(seed)
    names, of = np.unique(labels, return_inverse=True)
    groups = [np.flatnonzero(of == number) for number in rng.permutation(len(names))]
    groups.sort(key=len, reverse=True)
    curve = [0]
    while groups:
        group = groups.pop(0)
        known = Counter(faces.person[group][faces.person[group] != ""].tolist())
        person = known.most_common(1)[0][0] if known else ""
        curve.append(curve[-1] + int(watched[group[faces.person[group] == person]].sum()))
        wrong = group[(faces.person[group] != person) & (faces.person[group] != "")]
        curve += [curve[-1]] * len(wrong)
        groups += [wrong[place : place + 1] for place in range(len(wrong))]
    return curve[1:]


def fewest(faces: Faces) -> list[int]:
    """With one answer a person, which nobody can do without, those with most faces first."""
    _, counts = np.unique(faces.person[often(faces.person)], return_counts=True)
    return list(np.cumsum(np.sort(counts)[::-1]))


def grouped(faces: Faces) -> Ints:
    """The groups of the library, and a label of its own for each face without."""
    with opened(faces) as (library, root):
        write(library, root, faces, np.unique(faces.photo))
        library.group()
        place = rows(library, faces)
        labels = np.zeros(len(faces), np.int64)
        for face in library.faces():
            labels[place[face.id]] = -1 - face.id if face.cluster is None else face.cluster
        return labels


def answers_table(faces: Faces) -> str:
    total = int(often(faces.person).sum())
    needed = [int(np.ceil(share * total)) for share in SHARES]
    user = with_suggestions(faces, needed[-1])
    curves = {"one answer a person": [fewest(faces)], "with suggestions": [user.curve]}
    labels = {"face by face": np.arange(len(faces)), "one by one": grouped(faces)}
    labels |= {f"one by one, {name}": METHODS[name].prepare(faces)(setting) for name, setting in RIVALS.items()}
    curves |= {name: [one_by_one(faces, found, seed) for seed in range(SEEDS)] for name, found in labels.items()}
    lines = [f"{'':<36}" + "".join(f"{share:>7.0%}" for share in SHARES)]
    for name, several in curves.items():
        answers = [np.mean([answers_until(curve, want) for curve in several]) for want in needed]
        lines.append(
            f"{name:<36}" + "".join(f"{number:>7,.0f}" if number < np.inf else f"{'-':>7}" for number in answers)
        )
    if len(user.right) < needed[-1]:
        lines.append(f"with suggestions nothing was left to ask when {len(user.right):,} of {total:,} were right")
    return "\n".join(lines)


def answers_until(curve: Sequence[int], want: int) -> float:
    """Infinite where so many faces were never right."""
    reached = np.flatnonzero(np.array(curve) >= want)
    return float(reached[0] + 1) if len(reached) else np.inf


# Probabilities


def probabilities(faces: Faces) -> str:
    """How often yes is right for questions about labelled faces, once all groups of at least four have names."""
    with opened(faces) as (library, root):
        write(library, root, faces, np.unique(faces.photo))
        library.group()
        user = User(library, truth_of(library, faces), set())
        for group in library.clusters():
            if group.faces >= LARGE and user.who(Side(cluster=group.id)) is not None:
                user.name(Side(cluster=group.id))
        library.group()
        asked = [(one.probability, user.who(one.one), user.who(one.other)) for one in library.review(100_000)]
    said = np.array([(chance, one == other) for chance, one, other in asked if one and other], float).reshape(-1, 2)
    lines = [f"{len(said):,} questions: said to be yes {said[:, 0].sum():.1f}, yes {said[:, 1].sum():.0f}"]
    for low, high in pairwise(CHANCES):
        part = said[(said[:, 0] >= low) & (said[:, 0] < high)]
        if len(part):
            lines.append(f"{len(part):>7,} from {low:.0%}: said {part[:, 0].mean():.0%}, yes {part[:, 1].mean():.0%}")
    return "\n".join(lines)


# Portions


def in_portions(faces: Faces, seed: int) -> tuple[int, int, int, float]:
    """Faces that lost a group mate, faces that lost their name, faces named, and the slowest grouping in seconds."""
    photos = np.random.default_rng(seed).permutation(np.unique(faces.photo))
    before: dict[FaceId, Face] = {}
    parted, lost, named, slowest = set[FaceId](), set[FaceId](), set[FaceId](), 0.0
    with opened(faces) as (library, root):
        for number, portion in enumerate(np.array_split(photos, PORTIONS), start=1):
            write(library, root, faces, portion)
            started = time.perf_counter()
            library.group()
            slowest = max(slowest, time.perf_counter() - started)
            after = {face.id: face for face in library.faces()}
            for mates in by_group(before).values():
                now = Counter(belongs(after[face]) for face in mates)
                parted |= {face for face in mates if len(now) > 1}
            lost |= {face for face in named if after[face].person != before[face].person}
            if number == NAMED_AFTER:
                for place, group in enumerate(library.clusters()[:NAMED]):
                    named |= set(library.name(f"Person {place}", clusters=[group.id]).result().faces)
                after = {face.id: face for face in library.faces()}
            before = after
    return len(parted), len(lost), len(named), slowest


def belongs(face: Face) -> tuple[str, int] | None:
    """Whom or what a face is shown with."""
    for what, number in (("person", face.person), ("person", face.automatic), ("group", face.cluster)):
        if number is not None:
            return what, number
    return None


def by_group(faces: Mapping[FaceId, Face]) -> dict[tuple[str, int], list[FaceId]]:
    found: dict[tuple[str, int], list[FaceId]] = defaultdict(list)
    for face in faces.values():
        where = belongs(face)
        if where is not None:
            found[where].append(face.id)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gallery", metavar="NAME=FILE", action="append", required=True)
    parser.add_argument("--embedding", choices=sorted(CALIBRATIONS), default="teacher")
    parser.add_argument("--only", choices=WANTED, action="append")
    arguments = parser.parse_args()
    wanted = arguments.only or WANTED
    for given in arguments.gallery:
        name, _, file = given.partition("=")
        faces = Faces.read(Path(file), arguments.embedding)
        print(f"{name}, {arguments.embedding}", flush=True)
        if "automatic" in wanted:
            left, made, wrong = np.sum([automatic(faces, seed) for seed in range(SEEDS)], axis=0)
            print(f"automatic: {made:,} of {left:,} assigned ({made / left:.1%}), {wrong} wrong", flush=True)
            made, wrong = np.sum([beginning(faces, seed) for seed in range(SEEDS)], axis=0)
            print(f"automatic, {BEGUN} people named: {made:,} assigned, {wrong} wrong", flush=True)
        if "answers" in wanted:
            print(answers_table(faces), flush=True)
        if "probabilities" in wanted:
            print(probabilities(faces), flush=True)
        if "portions" in wanted:
            for seed in range(SEEDS):
                parted, lost, named, slowest = in_portions(faces, seed)
                print(f"portions: {parted} parted, {lost} of {named} names lost, {slowest:.2f} s at most", flush=True)


if __name__ == "__main__":
    main()
