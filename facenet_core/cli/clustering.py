"""Compare a clustering with the truth: evaluate clustering."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from facenet_core.cli.options import add_results, give_results
from facenet_core.evaluate import clustering, report
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from facenet_core.cli.options import Commands

# The columns by any of their names, the first of these in the header counts.
PHOTO = ("photo", "image", "file", "path")
FACE = ("face", "id")
IDENTITY = ("identity", "person", "name", "label")
CLUSTER = ("cluster", "group", "label", "identity")
# scikit-learn's label of what DBSCAN and HDBSCAN put in no cluster.
NOISE = frozenset({"", "-1"})

DESCRIPTION = """
Both files are CSV in UTF-8 whose first line names the columns; further columns are passed over. A face is known by its
photo (column photo, image, file or path), by the number of a face (column face or id), or by both: by whichever of the
two both files have, compared letter by letter. The truth says who it is in a column identity, person, name or label;
the clustering says where it put it in a column cluster, group, label or identity. Faces of the truth that the
clustering leaves out, or whose cluster is empty or -1, count as alone; faces without truth, or with an empty one, are
left out.
"""

Row = tuple[int, tuple[str, ...], str]


def add(subcommands: Commands) -> None:
    comparing = subcommands.add_parser(
        "clustering", help="how well a clustering of faces agrees with who is on them", description=DESCRIPTION
    )
    comparing.add_argument("--truth", required=True, type=Path, metavar="CSV", help="who is on each face")
    comparing.add_argument("--labels", required=True, type=Path, metavar="CSV", help="the cluster of each face")
    add_results(comparing, "how many clicks name how many faces")
    comparing.set_defaults(run=_compare)


def _compare(options: argparse.Namespace) -> int:
    truth, clusters = read(options.truth, options.labels)
    agreement = clustering.measure(truth, clusters)
    record = asdict(agreement)
    for name in ("pairwise", "bcubed"):
        record[name]["f"] = getattr(agreement, name).f
    record["clicks"] = [clicks._asdict() for clicks in agreement.clicks]
    give_results(options, record, clustering.table(agreement), lambda: {"clustering-clicks": _plot(truth, clusters)})
    return 0


def _plot(truth: Sequence[str], clusters: Sequence[str | None]) -> Figure:
    shares = np.linspace(0.01, 1, 100)
    named = clustering.measure(truth, clusters, shares.tolist()).clicks
    return report.clicks_plot(shares, np.array([one.clicks for one in named]), np.array([one.perfect for one in named]))


def read(truth: Path, labels: Path) -> tuple[list[str], list[str | None]]:
    """The identity of each face of the truth, and its cluster in the other file, None where it is alone.

    Raises FacenetError, with the line, for files that are not as DESCRIPTION says, and where they share no face.
    """
    true, found = _lines(truth), _lines(labels)
    heads = [_header(truth, true), _header(labels, found)]
    keys = [names for names in (PHOTO, FACE) if all(_column(head, names) is not None for head in heads)]
    if not keys:
        raise FacenetError(
            f"{truth} and {labels} cannot be compared: both need a column photo, or both a column face. "
            f"Their columns are {', '.join(heads[0])}; and {', '.join(heads[1])}."
        )
    identity_of = _by_face(truth, _rows(truth, true, heads[0], keys, IDENTITY))
    cluster_of = _by_face(labels, _rows(labels, found, heads[1], keys, CLUSTER))
    named = {face: identity for face, identity in identity_of.items() if identity}
    if named and not named.keys() & cluster_of.keys():
        raise FacenetError(
            f"No face of {truth} is in {labels}: are photos written the same way in both, with or without folder?"
        )
    clusters = (cluster_of.get(face, "") for face in named)
    return list(named.values()), [None if cluster in NOISE else cluster for cluster in clusters]


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file with their line numbers, empty ones left out."""
    try:
        # Names that are not UTF-8 stay what they are; a byte order mark, which Excel writes, is no part of a name.
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            rows = csv.reader(file, strict=True)
            try:
                for row in rows:
                    if row:
                        yield rows.line_num, row
            except csv.Error as error:
                raise FacenetError(f"{path}, line {rows.line_num}: {error}.") from error
    except OSError as error:
        raise FacenetError(f"The file {path} cannot be read: {error.strerror or error}.") from error


def _header(path: Path, rows: Iterator[tuple[int, list[str]]]) -> list[str]:
    _, names = next(rows, (0, []))
    if not names:
        raise FacenetError(f"{path} is empty: its first line should name the columns.")
    return [name.strip().lower() for name in names]


def _column(head: Sequence[str], names: Sequence[str]) -> int | None:
    return next((head.index(name) for name in names if name in head), None)


def _rows(
    path: Path,
    rows: Iterator[tuple[int, list[str]]],
    head: Sequence[str],
    keys: Sequence[Sequence[str]],
    label: Sequence[str],
) -> Iterator[Row]:
    """Each row as its line, its face and its label."""
    value = _column(head, label)
    if value is None:
        raise FacenetError(f"{path}, line 1: there is no column {' or '.join(label)} among {', '.join(head)}.")
    columns = [column for names in keys if (column := _column(head, names)) is not None]
    for line, row in rows:
        if len(row) != len(head):
            raise FacenetError(f"{path}, line {line}: {len(row)} values, but the first line names {len(head)} columns.")
        yield line, tuple(row[column] for column in columns), row[value].strip()


def _by_face(path: Path, rows: Iterator[Row]) -> dict[tuple[str, ...], str]:
    labels: dict[tuple[str, ...], str] = {}
    for line, face, label in rows:
        if face in labels:
            raise FacenetError(
                f"{path}, line {line}: {' '.join(face)} is listed a second time. "
                "Faces of one photo are told apart by a column face, in both files."
            )
        labels[face] = label
    return labels
