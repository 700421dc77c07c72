"""What an evaluation leaves behind can be looked at and read back."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from facenet_core.evaluate import report
from tests.core.processes import output_of


def test_figures_show_the_numbers_they_are_given() -> None:
    far, tar = np.array([0, 1e-3, 1e-2, 1.0]), np.array([0, 0.5, 0.9, 1.0])
    (axes,) = report.roc_plot({"all": (far, tar)}, 1e-3).axes
    line = axes.get_lines()[0]
    np.testing.assert_array_equal(line.get_ydata(), tar)
    np.testing.assert_array_equal(line.get_xdata(), [1e-3, 1e-3, 1e-2, 1])
    assert axes.get_xscale() == "log"
    (axes,) = report.roc_plot({"few": (far, tar)}, 1.0).axes
    assert axes.get_xlim() == (0.01, 1), "an axis within one decade has next to no marks"

    edges = np.linspace(-1, 1, 5)
    (axes,) = report.histogram_plot(edges, np.array([0, 0, 1, 3]), np.array([6, 2, 0, 0]), {"at": 0.25}).axes
    impostors, genuine = (patch.get_data().values for patch in axes.patches)
    np.testing.assert_allclose(impostors, [1.5, 0.5, 0, 0])
    np.testing.assert_allclose(genuine, [0, 0, 0.5, 1.5])
    assert "at: 0.250" in [text.get_text() for text in axes.get_legend().get_texts()]

    predicted, observed, counts = np.array([0.1, 0.9]), np.array([0.2, 0.8]), np.array([1000, 10])
    above, below = report.reliability_plot(predicted, observed, counts).axes
    np.testing.assert_array_equal(above.get_lines()[1].get_xydata(), [[0.1, 0.2], [0.9, 0.8]])
    assert [bar.get_height() for bar in below.patches] == [1000, 10]
    assert below.get_ylim()[0] < 1, "the fewest pairs have a bar too"

    (axes,) = report.clicks_plot(np.array([0.5, 1.0]), np.array([3, 9]), np.array([2, 5])).axes
    clustering, perfect = (line.get_xydata() for line in axes.get_lines())
    np.testing.assert_array_equal(clustering, [[0.5, 3], [1, 9]])
    np.testing.assert_array_equal(perfect, [[0.5, 2], [1, 5]])

    (axes,) = report.precision_recall_plot({"ours": (np.array([0.5, 1.0]), np.array([1.0, 0.7]))}).axes
    np.testing.assert_array_equal(axes.get_lines()[0].get_xydata(), [[0.5, 1], [1, 0.7]])
    (axes,) = report.thresholds_plot(np.array([0.5, 0.9]), {"recall": np.array([0.8, 0.4])}).axes
    np.testing.assert_array_equal(axes.get_lines()[0].get_xydata(), [[0.5, 0.8], [0.9, 0.4]])
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["recall"]
    (axes,) = report.bars_plot(["good", "bad"], [0.7, 0.5], [0.01, 0.02], "cosine", line=0.6).axes
    assert [(bar.get_x(), bar.get_width()) for bar in axes.patches] == [
        (0.6, pytest.approx(0.1)),
        (0.6, pytest.approx(-0.1)),
    ]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["good", "bad"]


def test_every_score_is_in_the_histogram() -> None:
    """Rounding may bring a cosine over 1."""
    scores, same = np.array([-1, -0.5, 0.2, 1.0000001, 1]), np.array([False, False, True, True, True])
    edges, genuine, impostors = report.histogram(scores, same, bins=4)
    assert edges.tolist() == [-1, -0.5, 0, 0.5, 1]
    assert genuine.tolist() == [0, 0, 1, 2]
    assert impostors.tolist() == [1, 1, 0, 0]


def test_plots_are_pictures_in_a_folder_that_is_made(tmp_path: Path) -> None:
    figure = report.roc_plot({"all": (np.array([0, 1.0]), np.array([0, 1.0]))})
    (file,) = report.save_plots(tmp_path / "a" / "图", {"roc": figure})
    picture = cv2.imdecode(np.fromfile(file, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[1] == round(report.SIZE[0] * report.DPI)
    assert len(np.unique(picture)) > 10


def test_drawing_needs_no_screen_and_leaves_no_figure_open() -> None:
    code = (
        "import io, sys\nimport numpy as np\n"
        "from facenet_core.evaluate import report\n"
        "report.reliability_plot(np.array([.5]), np.array([.5]), np.array([3])).savefig(io.BytesIO())\n"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    assert output_of(code, MPLBACKEND="qtagg") == "False"


def test_a_record_with_any_file_name_is_kept_whole(tmp_path: Path) -> None:
    record = {"images": "bad \udcff name 王", "accuracy": 0.5}
    file = tmp_path / "out" / "record.json"
    report.write_json(file, record)
    report.write_json(file, record)
    assert json.loads(file.read_bytes()) == record
    assert [path.name for path in file.parent.iterdir()] == ["record.json"]


def test_a_record_that_cannot_be_written_leaves_the_one_before(tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    report.write_json(file, {"accuracy": 1})
    with pytest.raises(TypeError):
        report.write_json(file, {"accuracy": object()})
    assert json.loads(file.read_text()) == {"accuracy": 1}
