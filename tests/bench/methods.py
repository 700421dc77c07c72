"""Methods of grouping compared on the same vectors, for the table in README.md.

    python -m tests.bench.methods --gallery lfw=lfw-dev.npz --gallery photos=photos.npz

The galleries are those that `tests.bench.galleries` writes. The people of each are halved at random, each photo goes
with its person, the setting of a method is the best for one half (BCubed F) and what is told is what it does on the
other: both ways, for each seed, the mean. A second table has one setting for all galleries, as the program has one
for every library, and a third what a search by a face finds. Leiden needs leidenalg (GPL), which the project does not.
"""

from __future__ import annotations

import argparse
import importlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple, dataclass
from functools import cached_property, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform
from sklearn.cluster import DBSCAN, HDBSCAN
from tqdm import tqdm

from app.library import grouping, thresholds
from app.library.neighbours import near_pairs
from app.library.records import Strictness
from facenet_core.evaluate import clustering, gallery

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
# Gives each face a label at a setting.
Grouped = Callable[[float], Ints]

COSINES = np.arange(0.15, 0.7001, 0.0125)
# Cosines at false match rates on data/lfw-dev: what ships, and the teacher (by embedding).
CALIBRATIONS = {
    "bundled": [[1e-1, 0.1317], [1e-2, 0.2410], [1e-3, 0.3294], [1e-4, 0.4055], [1e-5, 0.4756]],
    "teacher": [[1e-2, 0.236], [1e-3, 0.321], [1e-4, 0.393], [1e-5, 0.462]],
}
# 0.05 of cosine.
OFF = 4
# Propagated labels settle sooner, or swap for ever.
ROUNDS = 30
# What a pair at the threshold still weighs, where a pair weighs as much as it lies above.
LEAST_WEIGHT = 0.05
# So far apart that no average with such a pair comes below any other distance, whatever the sizes of the groups.
APART = 1e9


@dataclass(frozen=True)
class Faces:
    """n faces: the numbers of their photos, their people ('' where not known), qualities and unit vectors [n, d]."""

    photo: Ints
    person: NDArray[np.str_]
    quality: Floats
    vectors: Floats
    embedding: str

    @classmethod
    def read(cls, file: Path, embedding: str) -> Faces:
        with np.load(file) as arrays:
            return cls(arrays["photo"], arrays["person"], arrays["quality"], arrays[embedding], embedding)

    def __len__(self) -> int:
        return len(self.photo)

    @cached_property
    def cosines(self) -> Floats:
        """Of all pairs [n, n], -1 for a face with itself."""
        cosines: Floats = self.vectors @ self.vectors.T
        np.fill_diagonal(cosines, -1)
        return cosines

    @cached_property
    def distances(self) -> NDArray[np.float64]:
        distances = np.clip(1 - self.cosines.astype(np.float64), 0, None)
        np.fill_diagonal(distances, 0)
        return distances

    @cached_property
    def nearest(self) -> Ints:
        """The neighbours of each face [n, NEIGHBOURS at most], nearest first, without itself."""
        number = min(thresholds.NEIGHBOURS, len(self) - 1)
        found = np.argpartition(-self.cosines, number - 1, axis=1)[:, :number]
        order = np.argsort(-np.take_along_axis(self.cosines, found, axis=1), axis=1, kind="stable")
        return np.take_along_axis(found, order, axis=1)

    def pairs(self, threshold: float) -> tuple[Ints, Ints, Floats]:
        """Both ways, ordered by the first, with their cosines."""
        a, b = np.nonzero(self.cosines >= threshold)
        return a, b, self.cosines[a, b]

    def halves(self, seed: int) -> tuple[Faces, Faces]:
        labelled = self.person != ""
        people, of_face = np.unique(self.person[labelled], return_inverse=True)
        half_of_person = np.random.default_rng(seed).permutation(len(people)) % 2
        half_of_photo = np.full(self.photo.max() + 1, -1)
        half_of_photo[self.photo[labelled]] = half_of_person[of_face]
        first, second = (half_of_photo[self.photo] == half for half in (0, 1))
        return self[first], self[second]

    def __getitem__(self, kept: NDArray[np.bool_]) -> Faces:
        return Faces(self.photo[kept], self.person[kept], self.quality[kept], self.vectors[kept], self.embedding)


@dataclass(frozen=True)
class Marks:
    """How well groups fit; `two_in_one` counts the photos with two faces in one group."""

    f: float
    precision: float
    recall: float
    pairwise_f: float
    purity: float
    two_in_one: float


class Method(NamedTuple):
    """`prepare` does once what does not depend on the setting. `off` steps of the grid are 0.05, one where the setting
    is no cosine."""

    prepare: Callable[[Faces], Grouped]
    grid: NDArray[np.float64] = COSINES
    off: int = OFF


def ours(faces: Faces) -> Grouped:
    """The program's own. The setting is the cosine of a pair; the other two cosines keep their distance from it."""
    levels = thresholds.levels(json.dumps(CALIBRATIONS[faces.embedding]), Strictness.NORMAL)
    lowest = thresholds.cosine(json.dumps(CALIBRATIONS[faces.embedding]), thresholds.NEIGHBOUR_FALSE_MATCH_RATE)
    pairs = near_pairs(faces.vectors, lowest=lowest, most=thresholds.NEIGHBOURS)
    known = grouping.Faces(
        vectors=faces.vectors,
        standing=np.full(len(faces), -1),
        sizes=np.zeros(len(faces), np.int64),
        asked=np.ones(len(faces), bool),
        clear=faces.quality >= thresholds.QUALITY_TO_VOUCH,
        photos=faces.photo,
    )

    def group(threshold: float) -> Ints:
        joining = threshold - levels.margin
        return grouping.group(pairs, known, grouping.Levels(threshold, joining)).labels

    return group


def agglomerative(faces: Faces, average: bool = True, one_face_a_photo: bool = False) -> Grouped:
    """Average linkage; else single linkage, whose groups are the connected components of the thresholded graph."""
    distances = faces.distances.copy()
    if one_face_a_photo:
        distances[faces.photo[:, None] == faces.photo] = APART
        np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances, checks=False), "average" if average else "single")
    return lambda threshold: fcluster(tree, 1 - threshold, "distance").astype(np.int64)


def density(faces: Faces, method: Callable[[float], Any]) -> Grouped:
    """Of scikit-learn; what it calls noise, below 0, gets labels of its own."""

    def group(setting: float) -> Ints:
        labels = method(setting).fit(faces.distances).labels_
        return np.where(labels < 0, len(faces) + np.arange(len(faces)), labels)

    return group


def propagation(faces: Faces, by_margin: bool) -> Grouped:
    """Labels pass along all pairs above the threshold, weighed by their cosines (Chinese whispers, Biemann 2006) or by
    how far they lie above it (label propagation, Raghavan, Albert, Kumara 2007). Faces take turns in random order."""

    def group(threshold: float) -> Ints:
        a, b, weights = faces.pairs(threshold)
        if by_margin:
            weights = weights - np.float32(threshold - LEAST_WEIGHT)
        starts = np.searchsorted(a, np.arange(len(faces) + 1)).tolist()
        linked = np.unique(a)
        labels = np.arange(len(faces))
        random = np.random.default_rng(0)
        for _ in range(ROUNDS):
            before = labels.copy()
            for face in random.permutation(linked).tolist():
                near = slice(starts[face], starts[face + 1])
                totals = np.bincount(labels[b[near]], weights[near], len(faces))
                best = int(totals.argmax())
                if totals[best] > totals[labels[face]]:
                    labels[face] = best
            if np.array_equal(labels, before):
                break
        return labels

    return group


def rank_order(faces: Faces, neighbours: int) -> Grouped:
    """Approximate rank-order (Otto, Wang, Jain 2018, "Clustering millions of faces by identity"): the neighbours that
    only one of two faces has, over the better of their ranks. A face heads its own list."""
    n, each = len(faces), np.arange(len(faces))[:, None]
    lists = np.concatenate([each, faces.nearest[:, :neighbours]], axis=1)
    number = lists.shape[1] - 1
    rank = np.full((n, n), number + 1)
    rank[each, lists] = np.arange(number + 1)
    listed = rank <= number
    a, b = np.repeat(np.arange(n), number), lists[:, 1:].ravel()

    def only_one(one: Ints, other: Ints) -> Ints:
        """How many of the list of `one`, up to `other`, are not in the list of `other`."""
        missing = ~listed[other[:, None], lists[one]]
        counted: Ints = (missing & (np.arange(number + 1) <= rank[one, other][:, None])).sum(axis=1)
        return counted

    distance = (only_one(a, b) + only_one(b, a)) / np.minimum(rank[a, b], rank[b, a])

    def group(threshold: float) -> Ints:
        near = distance <= threshold
        edges = coo_array((np.ones(near.sum()), (a[near], b[near])), shape=(n, n))
        labels: Ints = connected_components(edges, directed=False)[1].astype(np.int64)
        return labels

    return group


def leiden(faces: Faces, resolution: float) -> Grouped:
    """Traag, Waltman, van Eck 2019, with the constant Potts model. Calibrated log-odds are a straight line over the
    cosine: a pair weighs as much as it lies above the threshold. Resolutions of 0.005 to 0.1 do about as well."""
    igraph, leidenalg = importlib.import_module("igraph"), importlib.import_module("leidenalg")

    def group(threshold: float) -> Ints:
        a, b, cosines = faces.pairs(threshold)
        once = a < b
        graph = igraph.Graph(n=len(faces), edges=np.stack([a[once], b[once]], axis=1))
        found = leidenalg.find_partition(
            graph,
            leidenalg.CPMVertexPartition,
            weights=(cosines[once] - threshold + LEAST_WEIGHT).tolist(),
            resolution_parameter=resolution,
            seed=0,
        )
        return np.array(found.membership)

    return group


PRECOMPUTED = {"metric": "precomputed"}
METHODS = {
    "connected components": Method(partial(agglomerative, average=False)),
    "DBSCAN, 2 samples": Method(partial(density, method=lambda t: DBSCAN(eps=1 - t, min_samples=2, **PRECOMPUTED))),
    "DBSCAN, 3 samples": Method(partial(density, method=lambda t: DBSCAN(eps=1 - t, min_samples=3, **PRECOMPUTED))),
    # Its cluster_selection_epsilon fails on these distances (scikit-learn 1.9.1), so samples are what is tuned.
    "HDBSCAN": Method(
        partial(density, method=lambda k: HDBSCAN(min_cluster_size=2, min_samples=int(k), copy=True, **PRECOMPUTED)),
        np.arange(1.0, 7.0),
        off=1,
    ),
    "Chinese whispers": Method(partial(propagation, by_margin=False)),
    "label propagation": Method(partial(propagation, by_margin=True)),
    "rank-order of 10": Method(partial(rank_order, neighbours=10), np.arange(0.0, 8.0, 0.25), off=1),
    "rank-order of 20": Method(partial(rank_order, neighbours=20), np.arange(0.0, 8.0, 0.25), off=1),
    # Slow where the threshold is low, and never best there.
    "Leiden": Method(partial(leiden, resolution=0.02), COSINES[COSINES > 0.21]),
    "average linkage": Method(agglomerative),
    "average, photos apart": Method(partial(agglomerative, one_face_a_photo=True)),
    # No strictness takes strangers for one person more often than one pair in 500.
    "ours": Method(ours, COSINES[COSINES > 0.3]),
}


def marks(faces: Faces, labels: Ints) -> Marks:
    labelled = faces.person != ""
    found = clustering.measure(faces.person[labelled].tolist(), labels[labelled].tolist())
    groups, counts = np.unique(np.stack([faces.photo, labels], axis=1), axis=0, return_counts=True)
    two_in_one = len(np.unique(groups[counts > 1, 0]))
    bcubed = found.bcubed
    return Marks(bcubed.f, bcubed.precision, bcubed.recall, found.pairwise.f, found.purity, two_in_one)


def curve(method: Method, faces: Faces) -> list[Marks]:
    """The marks at each setting."""
    group = method.prepare(faces)
    return [marks(faces, group(float(setting))) for setting in method.grid]


@dataclass(frozen=True)
class Row:
    """Of one method: means over halves and seeds, `two_in_one` of both halves together.

    `looser` and `stricter` are F with the setting a step down and up its grid (`Method.off`), None beyond its ends.
    `whole` is what the whole gallery gives over the `grid`, `seconds` what grouping it once takes, neighbours given.
    """

    gallery: str
    embedding: str
    method: str
    settings: list[float]
    marks: Marks
    looser: float | None
    stricter: float | None
    seconds: float
    grid: list[float]
    whole: list[Marks]


def compare(name: str, gallery_name: str, embedding: str, faces: Faces, halves: Sequence[tuple[Faces, Faces]]) -> Row:
    method = METHODS[name]
    told, beside, settings = [], [], []
    for pair in halves:
        curves = [curve(method, half) for half in pair]
        for tuned, other in (curves, curves[::-1]):
            best = int(np.argmax([mark.f for mark in tuned]))
            settings.append(float(method.grid[best]))
            told.append(astuple(other[best]))
            f = np.pad([mark.f for mark in other], method.off, constant_values=np.nan)
            beside.append((f[best], f[best + 2 * method.off]))
    # Photos are counted, in both halves together.
    mean = np.mean(told, axis=0) * [1, 1, 1, 1, 1, 2]
    looser, stricter = (None if np.isnan(f) else f for f in np.mean(beside, axis=0).tolist())
    _ = faces.distances, faces.nearest  # what methods start from is the time of none
    begun = time.perf_counter()
    method.prepare(faces)(float(np.median(settings)))
    seconds = time.perf_counter() - begun
    grid, whole = method.grid.tolist(), curve(method, faces)
    return Row(gallery_name, embedding, name, settings, Marks(*mean.tolist()), looser, stricter, seconds, grid, whole)


def halves_table(rows: Sequence[Row]) -> str:
    lines = [
        f"{rows[0].gallery}, {rows[0].embedding}: tuned on half of the people, measured on the other",
        f"{'':>22} {'F':>6} {'prec.':>6} {'recall':>6} {'pair F':>6} {'purity':>6} {'-.05':>6} {'+.05':>6} "
        f"{'2 in 1':>6} {'s':>6}  settings",
    ]
    for row in rows:
        shown = [f"{mark:>6.4f}" for mark in astuple(row.marks)[:-1]]
        shown += [f"{'-':>6}" if f is None else f"{f:>6.4f}" for f in (row.looser, row.stricter)]
        shown += [f"{row.marks.two_in_one:>6.1f}", f"{row.seconds:>6.2f}"]
        lines.append(f"{row.method:>22} {' '.join(shown)}  {min(row.settings):.4g} to {max(row.settings):.4g}")
    return "\n".join(lines)


def one_setting_table(rows: Sequence[Row]) -> str:
    """For each method the setting with the best mean of F over whole galleries, and what it does on each."""
    heads = "".join(f" {name + ' F':>10} {'purity':>7}" for name in dict.fromkeys(row.gallery for row in rows))
    lines = [f"{rows[0].embedding}: one setting for all", f"{'':>22} {'setting':>8} {'mean F':>7}{heads}"]
    for method in dict.fromkeys(row.method for row in rows):
        curves = [row.whole for row in rows if row.method == method]
        means = np.mean([[mark.f for mark in whole] for whole in curves], axis=0)
        best = int(means.argmax())
        shown = "".join(f" {whole[best].f:>10.4f} {whole[best].purity:>7.4f}" for whole in curves)
        lines.append(f"{method:>22} {METHODS[method].grid[best]:>8.4f} {means[best]:>7.4f}{shown}")
    return "\n".join(lines)


def search(faces: Faces) -> gallery.Search:
    """Each face with a person for all others; a face without one is a stranger to everybody."""
    strangers = [f"stranger {number}" for number in range(len(faces))]
    return gallery.search(faces.vectors, np.where(faces.person == "", strangers, faces.person).tolist())


def named_file(text: str) -> tuple[str, Path]:
    name, _, file = text.partition("=")
    if not Path(file).is_file():
        raise argparse.ArgumentTypeError(f"{text}: expected a name and a file that is there, as photos=photos.npz.")
    return name, Path(file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gallery", type=named_file, action="append", required=True, metavar="NAME=FILE.npz")
    parser.add_argument("--embedding", nargs="+", choices=("teacher", "bundled"), default=["teacher", "bundled"])
    parser.add_argument("--methods", nargs="+", choices=list(METHODS), default=list(METHODS), metavar="METHOD")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print JSON, in one line")
    arguments = parser.parse_args()
    methods = arguments.methods
    record: dict[str, list[object]] = {"methods": [], "search": [], "left_out": []}
    if "Leiden" in methods and find_spec("leidenalg") is None:
        methods.remove("Leiden")
        record["left_out"].append("Leiden: leidenalg is not installed")
    tables = [str(reason) for reason in record["left_out"]]
    searches = [f"{'search by a face':>22} {'rank 1':>7} {'mAP':>7} {'probes':>7}"]
    steps = tqdm(total=len(arguments.embedding) * len(arguments.gallery) * len(methods), unit="method", disable=None)
    for embedding in arguments.embedding:
        rows = []
        for name, file in arguments.gallery:
            faces = Faces.read(file, embedding)
            halves = [faces.halves(seed) for seed in range(arguments.seeds)]
            for method in methods:
                steps.set_postfix_str(f"{name}, {embedding}: {method}")
                rows.append(compare(method, name, embedding, faces, halves))
                steps.update()
            tables.append(halves_table(rows[-len(methods) :]))
            found = search(faces)
            rates = f"{found.rank_1:>7.4f} {found.mean_average_precision:>7.4f} {found.probes:>7,}"
            searches.append(f"{name + ', ' + embedding:>22} {rates}")
            record["search"].append({"gallery": name, "embedding": embedding} | asdict(found))
        tables.append(one_setting_table(rows))
        record["methods"] += map(asdict, rows)
    steps.close()
    print(json.dumps(record) if arguments.json else "\n\n".join([*tables, "\n".join(searches)]))


if __name__ == "__main__":
    main()
