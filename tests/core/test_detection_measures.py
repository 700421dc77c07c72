"""Detections are judged as PASCAL VOC and COCO judge them, by numbers worked by hand and by their definitions."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from facenet_core.evaluate.detection import (
    LEAST_TURNS,
    Judged,
    Photo,
    firing,
    judge,
    landmark_errors,
    landmarks,
    match,
    measure,
    overlaps,
    turns,
)
from facenet_core.types import Detection, FacenetError

FACE, OTHER, ELSEWHERE = (0, 0, 40, 40), (100, 0, 40, 40), (300, 300, 40, 40)


def boxes(*rows: tuple[float, ...]) -> NDArray[np.float64]:
    return np.array(rows, np.float64).reshape(-1, 4)


def photo(found: dict[tuple[float, ...], float], truths: list[tuple[float, ...]], scale: float = 1.0) -> Photo:
    return Photo(boxes(*found), np.array(list(found.values()), np.float64), boxes(*truths), scale)


def judged(scores: list[float], right: list[bool], faces: int) -> Judged:
    return Judged(np.array(scores, np.float64), np.array(right, bool), faces)


def test_overlaps_are_intersection_over_union() -> None:
    first = boxes((0, 0, 10, 10), (5, 5, 0, 0))
    second = boxes((0, 0, 10, 10), (5, 0, 10, 10), (2, 2, 4, 5), (10, 0, 5, 5), (5, 5, 0, 0))
    np.testing.assert_allclose(overlaps(first, second), [[1, 50 / 150, 20 / 100, 0, 0], [0, 0, 0, 0, 0]])


def test_the_area_under_the_precision_envelope_of_a_case_worked_by_hand() -> None:
    """Right, wrong, right, wrong, right of four faces: precision 1, 2/3 and 3/5 where recall rises by a quarter."""
    case = judged([0.9, 0.8, 0.7, 0.6, 0.5], [True, False, True, False, True], 4)
    recall, precision = case.curve()
    np.testing.assert_allclose(recall, [1 / 4, 1 / 4, 1 / 2, 1 / 2, 3 / 4])
    np.testing.assert_allclose(precision, [1, 1 / 2, 2 / 3, 1 / 2, 3 / 5])
    assert case.average_precision == pytest.approx((1 + 2 / 3 + 3 / 5) / 4)


def test_the_envelope_lifts_precision_to_the_best_at_a_higher_recall() -> None:
    """Wrong, right, right of two faces: precision 1/2 and then 2/3, which counts for both."""
    assert judged([0.9, 0.8, 0.7], [False, True, True], 2).average_precision == pytest.approx(2 / 3)


def test_equal_scores_come_together_in_whatever_order_they_are_listed() -> None:
    """Two of one score, one of them right: precision 1/2 at a recall of 1, as no threshold tells them apart."""
    for right in ([True, False], [False, True]):
        case = judged([0.7, 0.7], right, 1)
        assert [values.tolist() for values in case.curve()] == [[1.0], [0.5]]
        assert case.average_precision == 0.5


def test_a_threshold_takes_the_scores_that_reach_it() -> None:
    case = judged([0.9, 0.7, 0.7, 0.5], [True, True, False, True], 4)
    assert (case.at(0.7).precision, case.at(0.7).recall) == (pytest.approx(2 / 3), 1 / 2)
    assert (case.at(0.71).precision, case.at(0.71).recall) == (1, 1 / 4)
    assert (case.at(0.95).precision, case.at(0.95).recall, case.at(0.95).f) == (1, 0, 0)


def test_each_face_is_found_once_and_by_the_strongest() -> None:
    """The weaker box fits better, and is a second one of the same face all the same."""
    found = match(boxes((0, 0, 40, 50), FACE), np.array([0.9, 0.8]), boxes(FACE))
    assert found.tolist() == [0, -1]
    assert match(boxes((0, 0, 40, 50), FACE), np.array([0.8, 0.9]), boxes(FACE)).tolist() == [-1, 0]


def test_a_box_takes_the_face_that_it_overlaps_most_of_those_still_free() -> None:
    near, nearer = (0, 0, 40, 40), (0, 4, 40, 40)
    assert match(boxes((0, 5, 40, 40), (0, 5, 40, 40)), np.array([0.9, 0.8]), boxes(near, nearer)).tolist() == [1, 0]


def test_half_is_overlap_enough_and_less_is_not() -> None:
    """A box that holds the face and as much again overlaps it by a half."""
    assert match(boxes((0, 0, 40, 80)), np.array([0.9]), boxes(FACE)).tolist() == [0]
    assert match(boxes((0, 0, 40, 80.1)), np.array([0.9]), boxes(FACE)).tolist() == [-1]


def test_faces_of_other_photos_are_not_found() -> None:
    case = judge([photo({FACE: 0.9}, []), photo({}, [FACE])])
    assert (case.right.tolist(), case.faces) == ([False], 1)


def test_sizes_outside_a_band_are_ignored() -> None:
    """For faces from 32 to 96, neither the small face counts nor what finds it, nor a small stray box."""
    small, large, stray = (200, 0, 20, 20), (300, 0, 40, 40), (400, 0, 50, 50)
    case = judge([photo({small: 0.9, large: 0.8, (0, 0, 10, 10): 0.7, stray: 0.6}, [small, large])], 32, 96)
    assert (case.scores.tolist(), case.right.tolist(), case.faces) == ([0.8, 0.6], [True, False], 1)


def test_a_box_of_another_size_that_finds_a_face_of_the_band_is_right() -> None:
    case = judge([photo({(0, 0, 30, 40): 0.9}, [(0, 0, 32, 40)])], 35, 96)
    assert (case.right.tolist(), case.faces) == ([True], 1)


def test_a_second_box_of_an_ignored_face_is_wrong_where_its_own_size_is_in_the_band() -> None:
    """As in COCO: the ignored face is found by the first box, and the second finds nothing."""
    case = judge([photo({(0, 0, 33, 33): 0.9, (0, 0, 34, 34): 0.8}, [(0, 0, 31, 31)])], 32, 96)
    assert (case.scores.tolist(), case.right.tolist()) == ([0.8], [False])


def test_a_face_of_the_band_goes_before_an_ignored_one_that_overlaps_more() -> None:
    """A box of 31 fits the ignored face of 31 exactly, and is still the find of the face of 36."""
    case = judge([photo({(0, 0, 31, 31): 0.9}, [(0, 0, 31, 31), (0, 0, 36, 36)])], 32, 96)
    assert (case.right.tolist(), case.faces) == ([True], 1)


def test_sizes_are_those_of_the_photo_as_stored_unless_asked_otherwise() -> None:
    """Enlarged twice, a face of 40 was 20; it is from 16 on in both, and one of 20 only where it was looked for."""
    enlarged = [photo({FACE: 0.9}, [FACE, (200, 0, 20, 20)], scale=2.0)]
    assert [judge(enlarged, 16).faces, judge(enlarged, 16, stored=False).faces] == [1, 2]
    accuracy = measure(enlarged, 0.5)
    assert (accuracy.faces_from_16, accuracy.recall_from_16) == (2, 0.5)
    assert [band.faces for band in accuracy.sizes] == [1, 1, 0, 0]


def test_the_whole_of_a_case_worked_by_hand() -> None:
    """Three faces of 40, two of them found at 0.5, with one false positive there and one below."""
    photos = [
        photo({FACE: 0.9, OTHER: 0.4, ELSEWHERE: 0.8}, [FACE, OTHER]),
        photo({FACE: 0.7, ELSEWHERE: 0.3}, [FACE]),
    ]
    accuracy = measure(photos, 0.5)
    assert (accuracy.photos, accuracy.faces, accuracy.false_positives) == (2, 3, 1)
    assert (accuracy.score.precision, accuracy.score.recall) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    # Right, wrong, right, right, wrong.
    assert accuracy.average_precision == pytest.approx((1 + 3 / 4 + 3 / 4) / 3)
    assert [band.faces for band in accuracy.sizes] == [0, 0, 3, 0]
    assert [band.recall for band in accuracy.sizes] == [None, None, pytest.approx(2 / 3), None]
    assert accuracy.sizes[2].average_precision == pytest.approx(accuracy.average_precision)
    record = accuracy.record()
    assert (record["precision"], record["recall"], record["f"]) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert record["sizes"][3] == {"least": 96, "below": None, "faces": 0, "average_precision": None, "recall": None}


def test_a_detector_that_finds_nothing_has_an_ap_of_0() -> None:
    accuracy = measure([photo({}, [FACE])], 0.5)
    assert (accuracy.average_precision, accuracy.score.recall, accuracy.false_positives) == (0, 0, 0)


def test_a_truth_without_faces_is_refused() -> None:
    with pytest.raises(FacenetError, match="no faces to find"):
        measure([photo({FACE: 0.9}, [])], 0.5)


def test_firing_counts_pictures_and_detections() -> None:
    scores = [np.array([0.9, 0.6]), np.array([]), np.array([0.6]), np.array([0.3])]
    assert (firing(scores, 0.6).share, firing(scores, 0.6).detections) == (1 / 2, 3 / 4)
    assert (firing(scores, 0.61).share, firing(scores, 0.61).detections) == (1 / 4, 1 / 4)
    with pytest.raises(FacenetError, match="no pictures"):
        firing([], 0.6)


CORNERS = st.integers(0, 6).map(lambda place: 12 * place)
BOXES = st.tuples(CORNERS, CORNERS, st.sampled_from([10, 20, 30]), st.sampled_from([10, 20, 40]))
DETECTIONS = st.dictionaries(BOXES, st.sampled_from([0.1, 0.2, 0.3, 0.5, 0.8, 0.9, 1.0]), max_size=8)
PHOTOS = st.lists(st.builds(photo, DETECTIONS, st.lists(BOXES, max_size=5)), min_size=1, max_size=4)


@given(PHOTOS, st.sampled_from([(0, np.inf), (0, 20), (16, 32), (25, 100)]))
def test_values_lie_between_0_and_1_and_no_face_is_found_twice(photos: list[Photo], band: tuple[float, float]) -> None:
    case = judge(photos, *band)
    assert 0 <= case.average_precision <= 1
    assert case.right.sum() <= case.faces
    recall, precision = case.curve()
    assert (np.diff(recall) >= 0).all()
    assert ((precision >= 0) & (precision <= 1)).all()
    assert (np.diff(case.scores) <= 0).all()


@given(PHOTOS)
def test_without_one_of_its_false_positives_a_detector_is_no_worse(photos: list[Photo]) -> None:
    before = judge(photos)
    for place, one in enumerate(photos):
        for wrong in np.flatnonzero(match(one.boxes, one.scores, one.truths) < 0):
            fewer = Photo(np.delete(one.boxes, wrong, axis=0), np.delete(one.scores, wrong), one.truths)
            after = judge([*photos[:place], fewer, *photos[place + 1 :]])
            assert len(after.scores) == len(before.scores) - 1
            assert after.right.sum() == before.right.sum()
            assert after.average_precision >= before.average_precision - 1e-12


@given(PHOTOS, st.sampled_from([0.2, 0.5, 0.85]))
def test_a_threshold_does_what_a_detector_does_that_never_goes_below(photos: list[Photo], threshold: float) -> None:
    """So one run with weak detections tells of every threshold above."""
    stricter = [
        Photo(one.boxes[one.scores >= threshold], one.scores[one.scores >= threshold], one.truths) for one in photos
    ]
    assert judge(photos).at(threshold) == judge(stricter).at(0)


@given(PHOTOS)
def test_the_area_is_what_its_definition_says(photos: list[Photo]) -> None:
    """At each recall the best precision of any threshold that reaches it, summed by brute force."""
    case = judge(photos)
    thresholds = sorted(set(case.scores.tolist()))
    points = [(case.at(threshold).recall, case.at(threshold).precision) for threshold in thresholds]
    steps = [k / case.faces for k in range(1, case.faces + 1)]
    best = [max((p for r, p in points if r >= step - 1e-12), default=0.0) for step in steps]
    assert case.average_precision == pytest.approx(sum(best) / case.faces if case.faces else 0)


@given(PHOTOS)
def test_bands_share_out_the_faces(photos: list[Photo]) -> None:
    faces = judge(photos).faces
    assert sum(judge(photos, least, below).faces for least, below in ((0, 16), (16, 32), (32, np.inf))) == faces


def face(x: float, score: float = 0.9, **moved: Any) -> Detection:
    """A face at `x` with eyes 20 pixels apart, its landmarks moved by pixels to the right."""
    marks = np.array([(10, 10), (30, 10), (20, 20), (12, 30), (28, 30)], np.float32) + np.float32((x, 0))
    for landmark, pixels in moved.items():
        marks[int(landmark.removeprefix("mark"))] += np.float32((pixels, 0))
    return Detection((x, 0.0, 40.0, 40.0), marks, score)


def test_landmark_errors_are_shares_of_the_distance_of_the_eyes() -> None:
    """One face has its nose 2 of 20 pixels off, the other all but the eyes by 1; a third is nobody else's."""
    found = [face(200, mark2=1, mark3=-1, mark4=1), face(0, mark2=2), face(400)]
    errors = landmark_errors(found, [face(0), face(200), face(600)])
    np.testing.assert_allclose(errors, [[0, 0, 0.05, 0.05, 0.05], [0, 0, 0.1, 0, 0]], atol=1e-6)
    summary = landmarks(errors)
    assert summary.faces == 2
    assert summary.median == summary.mean == pytest.approx(0.025)
    assert summary.p95 == pytest.approx(0.02 + 0.95 * 0.01)
    assert summary.by_landmark["nose"] == pytest.approx(0.075)
    assert summary.by_landmark["left eye"] == 0


def test_a_reference_whose_eyes_are_one_point_is_left_out() -> None:
    assert landmark_errors([face(0)], [face(0, mark0=20)]).shape == (0, 5)
    assert landmark_errors([], [face(0)]).shape == (0, 5)
    with pytest.raises(FacenetError, match="no landmarks to compare"):
        landmarks(np.zeros((0, 5)))


def test_runs_take_turns_and_are_timed_one_by_one() -> None:
    order: list[str] = []

    def slow() -> None:
        order.append("slow")
        time.sleep(0.004)

    taken = turns([slow, lambda: order.append("quick")], seconds=0)
    assert taken.shape == (LEAST_TURNS, 2)
    assert order[:6] == ["slow", "quick", "quick", "slow", "slow", "quick"]
    assert taken[:, 0].min() >= 4
    assert np.median(taken[:, 1]) < 4
