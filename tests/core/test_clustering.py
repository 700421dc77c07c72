"""Clusterings are judged as scikit-learn and numbers worked by hand judge them, by labels of any name."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Hashable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import normalized_mutual_info_score
from sklearn.metrics.cluster import pair_confusion_matrix

from facenet_core.cli import main
from facenet_core.data.pictures import read
from facenet_core.evaluate.clustering import Agreement, measure
from facenet_core.types import FacenetError

LABELS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([1, 2, 3, 4, 5])), min_size=1, max_size=40)


def numbers(agreement: Agreement) -> list[float]:
    pairwise, bcubed = agreement.pairwise, agreement.bcubed
    scores = [pairwise.precision, pairwise.recall, pairwise.f, bcubed.precision, bcubed.recall, bcubed.f]
    return [*scores, agreement.purity, agreement.nmi]


def test_a_case_worked_by_hand() -> None:
    """Two clusters, aaab and bb: 7 pairs together, 4 of them of one person, who have 3 + 3 pairs in all."""
    agreement = measure("aaabbb", [1, 1, 1, 1, 2, 2])
    assert (agreement.faces, agreement.identities, agreement.clusters) == (6, 2, 2)
    assert agreement.pairwise.precision == pytest.approx(4 / 7)
    assert agreement.pairwise.recall == pytest.approx(4 / 6)
    assert agreement.pairwise.f == pytest.approx(2 * 4 / (7 + 6))
    # For each face, its person's share of its cluster: 3/4 three times, 1/4, 1, 1.
    assert agreement.bcubed.precision == pytest.approx((3 * 3 / 4 + 1 / 4 + 2) / 6)
    # For each face, its cluster's share of its person: 1 three times, 1/3, 2/3, 2/3.
    assert agreement.bcubed.recall == pytest.approx((3 + 1 / 3 + 2 * 2 / 3) / 6)
    assert agreement.purity == pytest.approx(5 / 6)


def test_clicks_are_counted_from_the_largest_cluster() -> None:
    """aaab (a name and one face taken out) names 3 faces with 2 clicks; cc, d and that b take one each."""
    agreement = measure("aaabccd", [1, 1, 1, 1, 2, 2, 3], shares=(0.1, 3 / 7, 0.5, 5 / 7, 0.8, 1.0))
    assert [clicks.clicks for clicks in agreement.clicks] == [2, 2, 3, 3, 4, 5]
    # Every person in one cluster: a, then c, then b and d.
    assert [clicks.perfect for clicks in agreement.clicks] == [1, 1, 2, 2, 3, 4]


def test_shares_that_binary_fractions_miss_ask_for_no_face_more() -> None:
    for share, faces in ((0.1, 1), (0.3, 3), (0.7, 7), (0.9, 9), (0.95, 10), (1.0, 10)):
        (clicks,) = measure(range(10), range(10), shares=(share,)).clicks
        assert clicks.clicks == clicks.perfect == faces


def test_a_face_without_a_cluster_is_alone() -> None:
    assert measure("aab", [None, None, None]) == measure("aab", [1, 2, 3])
    assert measure("aab", [None, None, None]).pairwise.precision == 1
    assert measure("aab", [None, None, None]).pairwise.recall == 0


@given(LABELS)
def test_scikit_learn_counts_the_same_pairs_and_information(labels: list[tuple[str, int]]) -> None:
    truth, clusters = zip(*labels, strict=True)
    agreement = measure(truth, clusters)
    ((_, wrong), (missed, right)) = pair_confusion_matrix(truth, clusters)
    assert agreement.pairwise.precision == pytest.approx(right / (right + wrong) if right + wrong else 1)
    assert agreement.pairwise.recall == pytest.approx(right / (right + missed) if right + missed else 1)
    assert agreement.nmi == pytest.approx(normalized_mutual_info_score(truth, clusters), abs=1e-9)


@given(LABELS)
def test_bcubed_and_purity_are_what_their_definitions_say(labels: list[tuple[str, int]]) -> None:
    truth, clusters = zip(*labels, strict=True)
    agreement = measure(truth, clusters)
    precision, recall, pure = [], [], 0
    for person, cluster in labels:
        fellows = [other for other, place in labels if place == cluster]
        places = [place for other, place in labels if other == person]
        precision.append(fellows.count(person) / len(fellows))
        recall.append(places.count(cluster) / len(places))
    for cluster in set(clusters):
        fellows = [other for other, place in labels if place == cluster]
        pure += max(fellows.count(person) for person in fellows)
    assert agreement.bcubed.precision == pytest.approx(np.mean(precision))
    assert agreement.bcubed.recall == pytest.approx(np.mean(recall))
    assert agreement.purity == pytest.approx(pure / len(labels))


@given(LABELS, st.randoms(use_true_random=False))
def test_names_of_labels_and_the_order_of_faces_do_not_matter(labels: list[tuple[str, int]], random: object) -> None:
    names: dict[Hashable, Hashable] = {"a": 3, "b": ("x", 1), "c": "a", "d": None, 1: "5", 2: 4, 3: 3, 4: 2, 5: "王"}
    renamed = [(names[person], names[cluster]) for person, cluster in labels]
    random.shuffle(renamed)  # type: ignore[attr-defined]
    before, after = (measure(*zip(*pairs, strict=True)) for pairs in (labels, renamed))
    np.testing.assert_allclose(numbers(before), numbers(after), atol=1e-12)
    assert before.clicks == after.clicks


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40))
def test_a_perfect_clustering_gives_1_and_needs_a_click_a_person(truth: list[int]) -> None:
    agreement = measure(truth, [-identity for identity in truth], shares=(0.5, 1.0))
    np.testing.assert_allclose(numbers(agreement), 1)
    assert all(clicks.clicks == clicks.perfect for clicks in agreement.clicks)
    assert agreement.clicks[-1].clicks == len(set(truth))


@given(LABELS)
def test_values_lie_between_0_and_1_and_no_clustering_needs_more_than_two_clicks_a_face(
    labels: list[tuple[str, int]],
) -> None:
    agreement = measure(*zip(*labels, strict=True), shares=(0.25, 0.5, 1.0))
    assert all(0 <= value <= 1 for value in numbers(agreement))
    counts = [clicks.clicks for clicks in agreement.clicks]
    assert counts == sorted(counts)
    assert counts[-1] <= 2 * len(labels)


def test_a_million_faces_are_compared_in_seconds() -> None:
    rng = np.random.default_rng(0)
    truth = rng.zipf(1.3, 1_000_000) % 50_000
    clusters = np.where(rng.random(1_000_000) < 0.2, rng.integers(0, 300_000, 1_000_000), truth)
    start = time.process_time()
    agreement = measure(truth.tolist(), clusters.tolist())
    assert time.process_time() - start < 20
    assert agreement.faces == 1_000_000
    assert 0.6 < agreement.bcubed.recall < 0.8


def test_no_faces_are_refused() -> None:
    with pytest.raises(FacenetError, match="no faces"):
        measure([], [])
    with pytest.raises(ValueError, match="a cluster for each face"):
        measure("ab", "a")


def compare(folder: Path, truth: str | bytes, labels: str | bytes, *options: str) -> int:
    for name, text in (("truth.csv", truth), ("labels.csv", labels)):
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    files = ("--truth", str(folder / "truth.csv"), "--labels", str(folder / "labels.csv"))
    return main(["evaluate", "clustering", *files, *options])


def test_the_command_compares_two_files_by_the_names_of_their_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """d.jpg has no true identity, c.jpg no cluster; f.jpg and g.jpg are in one of the files only."""
    truth = "photo,identity\na.jpg,1\nb.jpg,1\nc.jpg,2\nd.jpg,\nf.jpg,2\n"
    labels = "\ufeffcluster,score,photo\r\n7,0.9,a.jpg\r\n7,0.8,b.jpg\r\n,0.9,c.jpg\r\n7,0.9,d.jpg\r\n7,1,g.jpg\r\n"
    out, plots = tmp_path / "report" / "clustering.json", tmp_path / "plots"
    assert compare(tmp_path, truth, labels, "--json", "--out", str(out), "--plots", str(plots)) == 0
    (plot,) = plots.iterdir()
    assert (plot.name, np.ptp(read(plot)) > 200) == ("clustering-clicks.png", True)
    record = json.loads(capsys.readouterr().out)
    assert record == json.loads(out.read_text())
    assert (record["faces"], record["identities"], record["clusters"]) == (4, 2, 3)
    assert record["pairwise"] == {"precision": 1.0, "recall": 0.5, "f": pytest.approx(2 / 3)}
    assert record["bcubed"]["recall"] == pytest.approx(0.75)
    assert record["clicks"][0] == {"share": 0.5, "clicks": 1, "perfect": 1}


def test_the_command_prints_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(tmp_path, "face,person\n1,x\n2,x\n3,y\n", "face,group\n1,5\n2,5\n3,-1\n") == 0
    text = capsys.readouterr().out
    assert "3 faces of 2 people in 2 clusters" in text
    assert [line.split() for line in text.splitlines()[-2:]] == [["90%", "2", "2"], ["95%", "2", "2"]]


def test_faces_of_one_photo_are_told_apart_by_their_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = "photo,face,identity\na.jpg,0,x\na.jpg,1,y\nb.jpg,0,x\n"
    labels = "path,id,cluster\na.jpg,0,1\na.jpg,1,2\nb.jpg,0,1\n"
    assert compare(tmp_path, truth, labels, "--json") == 0
    assert json.loads(capsys.readouterr().out)["bcubed"]["f"] == 1


def test_names_that_are_no_utf_8_are_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = b"photo,identity\n\xff.jpg,\xfe\n\xe7\x8e\x8b.jpg,\xfe\n"
    labels = b"photo,cluster\n\xff.jpg,1\n\xe7\x8e\x8b.jpg,1\n"
    assert compare(tmp_path, truth, labels, "--json") == 0
    assert json.loads(capsys.readouterr().out)["pairwise"]["recall"] == 1


@pytest.mark.parametrize(
    ("truth", "labels", "message"),
    [
        ("", "photo,cluster\n", "truth.csv is empty"),
        ("photo,who\na,1\n", "photo,cluster\na,1\n", "truth.csv, line 1: there is no column identity or person"),
        ("photo,identity\na,1\n", "photo,where\na,1\n", "labels.csv, line 1: there is no column cluster"),
        ("photo,identity\na,1\n", "face,cluster\na,1\n", "both need a column photo, or both a column face"),
        ("photo,identity\na,1\nb,2,3\n", "photo,cluster\na,1\n", "truth.csv, line 3: 3 values"),
        ("photo,identity\na,1\n", "photo,cluster\na,1\n\na,2\n", "labels.csv, line 4: a is listed a second time"),
        ("photo,identity\na,1\n", "photo,face,cluster\na,0,1\na,1,2\n", "told apart by a column face, in both"),
        ("photo,identity\na,1\n", 'photo,cluster\na,"1\n', "labels.csv, line 2: unexpected end of data"),
        ("photo,identity\na,1\n", "photo,cluster\nfolder/a,1\n", "No face of"),
        ("photo,identity\na,\n", "photo,cluster\na,1\n", "There are no faces to compare"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line(
    tmp_path: Path, truth: str, labels: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare(tmp_path, truth, labels) == 1
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = str(tmp_path / "missing.csv")
    assert main(["evaluate", "clustering", "--truth", missing, "--labels", missing]) == 1
    assert f"The file {missing} cannot be read" in capsys.readouterr().err


def test_the_identities_of_the_test_photos_are_read(
    tmp_path: Path, test_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = test_data / "photos-identities.csv"
    with truth.open(newline="") as file:
        rows = list(csv.DictReader(file))
    labels = tmp_path / "labels.csv"
    labels.write_text("photo,cluster\n" + "".join(f"{row['photo']},person {row['identity']}\n" for row in rows))
    assert main(["evaluate", "clustering", "--truth", str(truth), "--labels", str(labels), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["faces"], record["identities"], record["nmi"]) == (480, 60, pytest.approx(1))
