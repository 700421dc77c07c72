"""Second looks, on real faces: how many of the faces that were named wrongly with their group are found, and how soon.

    python -m tests.bench.doubts --gallery lfw=lfw.npz --gallery photos=photos.npz [--embedding bundled]

The galleries are those that `tests.bench.galleries` writes. Somebody names each group as most of its faces, who know no
better of the others; then a share of the faces is moved to other people, by group: to anybody, or to whom they are most
like. Faces without a label are not counted, since nobody knows whether they are right.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from app.library.deciding import decide
from app.library.decisions import BY_GROUP, PERSON
from app.library.edits import Edit, NewIds
from app.library.library import Library
from app.library.records import FaceId, PersonId, Side
from tests.bench.answers import CHANCES, User, opened, rows, truth_of, write
from tests.bench.methods import CALIBRATIONS, Faces

SEEDS = 3
MOVED = (0.0, 0.02, 0.05)
LOOKS = (10, 25, 50, 100)
EVERYTHING = 1_000_000


@dataclass(frozen=True)
class Looked:
    """Doubts about labelled faces in the order asked: probability, whether it is wrong, and `instead` right."""

    doubts: list[tuple[float, bool, bool]]
    wrong: int
    named: int


def second_looks(faces: Faces, moved: float, alike: bool, seed: int) -> Looked:
    with opened(faces) as (library, root):
        write(library, root, faces, np.unique(faces.photo))
        library.group()
        truth = truth_of(library, faces)
        name_groups(library, truth)
        move(library, faces, truth, moved, alike, np.random.default_rng(seed))
        named = {face.id: face.name for face in library.faces() if face.person is not None and face.id in truth}
        wrong = {face for face, name in named.items() if name != truth[face]}
        names = {person.id: person.name for person in library.people()}
        asked = [one for one in library.doubts(limit=EVERYTHING) if one.face in truth]
        found = [
            (one.probability, one.face in wrong, one.instead is not None and names[one.instead] == truth[one.face])
            for one in asked
        ]
        return Looked(found, len(wrong), len(named))


def name_groups(library: Library, truth: dict[FaceId, str]) -> None:
    """Each group as most of its labelled faces; strangers stay unnamed."""
    user = User(library, truth, set())
    for group in library.clusters():
        if (person := user.who(Side(cluster=group.id))) is not None:
            library.name(person, clusters=[group.id]).result()


def move(
    library: Library, faces: Faces, truth: dict[FaceId, str], share: float, alike: bool, rng: np.random.Generator
) -> None:
    """Gives a share of the faces to other people, by group, as if they had been in their groups."""
    named = [face for face in library.faces() if face.person is not None]
    place = rows(library, faces)
    vectors = faces.vectors[[place[face.id] for face in named]]
    people = np.array([face.person for face in named])
    labelled = np.flatnonzero([face.id in truth for face in named])
    for number in rng.choice(labelled, round(share * len(labelled)), replace=False).tolist():
        others = np.flatnonzero(people != people[number])
        target = others[np.argmax(vectors[others] @ vectors[number])] if alike else rng.choice(others)
        give(library, named[number].id, PersonId(int(people[target])))


def give(library: Library, face: FaceId, person: PersonId) -> None:
    library._edit(
        lambda db: (
            Edit("Move", tuple(decide(NewIds(db), [face], PERSON, person=person, origin="user", strength=BY_GROUP))),
            None,
        )
    ).result()


def table(looked: Sequence[Looked]) -> str:
    """Means over draws; the calibration over all of them."""
    wrong, named = (np.mean([getattr(one, what) for one in looked]) for what in ("wrong", "named"))
    lines = [
        f"{wrong:.1f} of {named:,.0f} wrong, {np.mean([sum(d[1] for d in one.doubts) for one in looked]):.1f} doubted"
    ]
    for looks in LOOKS:
        hits = [sum(right for _, right, _ in one.doubts[:looks]) for one in looked]
        shares = [found / one.wrong for found, one in zip(hits, looked, strict=True) if one.wrong]
        lines.append(
            f"{looks:>7} looks: {np.mean(hits) / looks:.0%} are at wrong faces; these are {np.mean(shares):.0%} of all"
        )
    every = np.array([doubt for one in looked for doubt in one.doubts], float).reshape(-1, 3)
    for low, high in pairwise(CHANCES):
        part = every[(every[:, 0] >= low) & (every[:, 0] < high)]
        if len(part):
            lines.append(f"{len(part):>7,} from {low:.0%}: said {part[:, 0].mean():.0%}, wrong {part[:, 1].mean():.0%}")
    told = every[every[:, 1] == 1]
    lines.append(f"{told[:, 2].mean() if len(told) else 0:.0%} of the wrong ones with the person they are")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gallery", metavar="NAME=FILE", action="append", required=True)
    parser.add_argument("--embedding", choices=sorted(CALIBRATIONS), default="teacher")
    arguments = parser.parse_args()
    for given in arguments.gallery:
        name, _, file = given.partition("=")
        faces = Faces.read(Path(file), arguments.embedding)
        for moved in MOVED:
            for alike in (False, True) if moved else (False,):
                looked = [second_looks(faces, moved, alike, seed) for seed in range(SEEDS if moved else 1)]
                how = f", {moved:.0%} moved to {'whom they are most like' if alike else 'anybody'}" if moved else ""
                print(f"{name}, {arguments.embedding}{how}: {table(looked)}", flush=True)


if __name__ == "__main__":
    main()
