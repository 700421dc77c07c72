"""How far an embedder agrees with a teacher, and matches strangers, by age, group, gender and source of the faces."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from facenet_core.data.crops import Crops
from facenet_core.evaluate.all_pairs import EDGES, count, reaching
from facenet_core.evaluate.faces import BATCH, Describer
from facenet_core.evaluate.verification import FEWEST_ERRORS, allowed, decided
from facenet_core.types import FacenetError

# The first age of each band but the first, which begins at 0.
AGES = (3, 6, 13, 18, 30, 50, 70)
AGE_BANDS = ("0-2", "3-5", "6-12", "13-17", "18-29", "30-49", "50-69", "70+")
# By their numbers in packs (see TRAITS).
GROUPS = ("White", "Black", "Asian", "Indian", "other")
GENDERS = ("male", "female")
UNKNOWN_BAND = "unknown"
# The false match rate over all pairs that says which cosine is a match in each band.
FMR = 1e-3


class Matches(NamedTuple):
    """How many of the pairs of a band have a cosine at or above the one that a share FMR of all pairs has."""

    matches: int
    pairs: int

    @property
    def rate(self) -> float | None:
        return self.matches / self.pairs if self.pairs else None


class Band(NamedTuple):
    """The faces of one `name` by age, group, gender or source (`by`), or all of them.

    `cosine` is the mean between the network's and the teacher's vector of a crop, with its `standard_error`, None for a
    single one, the 5th percentile `low`, and the `difference` of the mean to that of all. `again` is the mean between
    the teacher's vector of the crop as it is decoded and the one in the pack, None where that was not asked for.
    `student` and `teacher` are the matches of strangers, None where all pairs together are too few for FMR.
    """

    by: str
    name: str
    faces: int
    cosine: float
    standard_error: float | None
    low: float
    difference: float
    again: float | None
    student: Matches | None
    teacher: Matches | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """`bands`, of which the first is all. `thresholds` are the cosines that a share FMR of all pairs reaches, of the
    network and of the teacher, None where there are too few pairs."""

    bands: tuple[Band, ...]
    thresholds: tuple[float | None, float | None]

    def lowest(self) -> list[Band]:
        """Of ages, groups, genders and sources the one with the lowest mean, the worst first; unknown ones are none."""
        known = [band for band in self.bands[1:] if band.name != UNKNOWN_BAND]
        kinds = dict.fromkeys(band.by for band in known)
        worst = [min((band for band in known if band.by == kind), key=lambda band: band.cosine) for kind in kinds]
        return sorted(worst, key=lambda band: band.cosine)


def described(crops: Crops, describers: Sequence[Describer]) -> list[NDArray[np.float32]]:
    """The unit vectors [n, d] of all crops by each describer, with a progress bar on a terminal.

    Raises FacenetError for crops that are damaged, or show less than a network wants.
    """
    vectors = [np.empty((len(crops), describer.dimension), np.float32) for describer in describers]
    with tqdm(total=len(crops), unit="crop", disable=None) as bar:
        for start in range(0, len(crops), BATCH):
            batch = range(start, min(start + BATCH, len(crops)))
            decoded = [crops.crop(index) for index in batch]
            for found, describer in zip(vectors, describers, strict=True):
                found[start : batch.stop] = describer(decoded, crops.margin)
            bar.update(len(batch))
    return vectors


def stored(crops: Crops, dimension: int) -> NDArray[np.float32]:
    """The teacher's unit vectors [n, dimension] of all crops. Raises FacenetError where the packs hold none like it."""
    if crops.teacher is None:
        raise FacenetError("These crops have no vectors of a teacher, or not all of one: name packs that `pack` wrote.")
    if crops.teacher.shape[1] != dimension:
        raise FacenetError(f"The teacher's vectors have {crops.teacher.shape[1]} numbers, the network's {dimension}.")
    # They are kept as float16.
    lengths = np.maximum(np.linalg.norm(crops.teacher, axis=1, keepdims=True), 1e-12)
    return np.asarray(crops.teacher / lengths, np.float32)


def masks(crops: Crops) -> dict[tuple[str, str], NDArray[np.bool_]]:
    """Which faces (bool [n]) belong to each band, by what it is by and its name; bands without faces are left out."""
    ages = crops.traits["age"]
    decades = np.where(ages < 0, -1, np.digitize(ages, AGES))
    numbered = (
        ("age", AGE_BANDS, decades),
        ("group", GROUPS, crops.traits["group"]),
        ("gender", GENDERS, crops.traits["gender"]),
    )
    found: dict[tuple[str, str], NDArray[np.bool_]] = {}
    for by, names, numbers in numbered:
        found |= {(by, name): numbers == number for number, name in enumerate(names)}
        found[by, UNKNOWN_BAND] = (numbers < 0) | (numbers >= len(names))
    for source in sorted(set(crops.source.tolist())):
        found["source", source or UNKNOWN_BAND] = crops.source == source
    return {band: mask for band, mask in found.items() if mask.any()}


def measure(
    student: NDArray[np.float32],
    teacher: NDArray[np.float32],
    bands: Mapping[tuple[str, str], NDArray[np.bool_]],
    again: NDArray[np.float32] | None = None,
) -> Agreement:
    """Compare unit vectors [n, d] of a network with a teacher's, of all faces and of `bands` (bool [n], none empty).

    `again` are the teacher's vectors of the same crops, computed once more.

    Matches need no identities: all pairs of different crops count as pairs of strangers, though a few show one person.
    Network and teacher are compared at the cosines that the same share FMR of all pairs reaches.
    """
    cosines = np.sum(student * teacher, axis=1)
    of_teacher = None if again is None else np.sum(again * teacher, axis=1)
    edges = [_edge(vectors) for vectors in (student, teacher)]
    found = []
    for (by, name), mask in {("", "all"): np.ones(len(student), bool), **bands}.items():
        inside, number = cosines[mask], int(np.sum(mask))
        found.append(
            Band(
                by,
                name,
                number,
                float(inside.mean()),
                float(inside.std(ddof=1) / math.sqrt(number)) if number > 1 else None,
                float(np.percentile(inside, 5)),
                float(inside.mean() - cosines.mean()),
                None if of_teacher is None else float(of_teacher[mask].mean()),
                *(
                    None if edge is None else reached(vectors[mask], edge)
                    for vectors, edge in zip((student, teacher), edges, strict=True)
                ),
            )
        )
    return Agreement(tuple(found), (edges[0], edges[1]))


def reached(vectors: NDArray[np.float32], cosine: float) -> Matches:
    """How many of all pairs of unit vectors [n, d] have at least this cosine, to 1e-4, the precision of EDGES."""
    counts = _pairs(vectors)
    return Matches(int(reaching(counts)[np.searchsorted(EDGES, cosine - 1e-9)]), int(counts.sum()))


def _edge(vectors: NDArray[np.float32]) -> float | None:
    """The lowest cosine that at most a share FMR of all pairs reaches; None where fewer than ten pairs would decide."""
    counts = _pairs(vectors)
    total = int(counts.sum())
    return float(EDGES[np.argmax(reaching(counts) <= allowed(FMR, total))]) if decided(FMR, total) else None


def _pairs(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """All pairs by their cosine, as if each face was another person's."""
    return count(vectors, np.arange(len(vectors))).impostors


def table(measured: Agreement) -> str:
    """For a reader: a line for each band. False match rates that fewer than ten matches decide are in brackets."""
    lines = [
        f"{'':<8} {'':<12} {'faces':>6}  {'cosine':>6} {'+-':>6}  {'5 %':>6}  {'vs all':>7}  {'again':>6}"
        f"  {'pairs':>10}  {'FMR':>9}  {'teacher':>9}"
    ]
    for band in measured.bands:
        error = "-" if band.standard_error is None else f"{band.standard_error:.4f}"
        again = "-" if band.again is None else f"{band.again:.4f}"
        pairs = band.faces * (band.faces - 1) // 2
        lines.append(
            f"{band.by:<8} {band.name:<12} {band.faces:>6,}  {band.cosine:>6.4f} {error:>6}  {band.low:>6.4f}"
            f"  {band.difference:>+7.4f}  {again:>6}  {pairs:>10,}  {_rate(band.student):>9}  {_rate(band.teacher):>9}"
        )
    worst = ", ".join(f"{band.by} {band.name} ({band.difference:+.4f})" for band in measured.lowest())
    return "\n".join([*lines, f"lowest: {worst or 'nothing is known of these faces'}"])


def _rate(matches: Matches | None) -> str:
    if matches is None or matches.rate is None:
        return "-"
    rate = f"{matches.rate:.1e}"
    return rate if matches.matches >= FEWEST_ERRORS else f"({rate})"
