"""Where cells lie, for any number of rows, sections and widths."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from app.ui.widgets.grid_layout import GridLayout, Metrics
from tests.steps import steps

METRICS = Metrics(cell_width=100, cell_height=120, spacing=10, margin=16, heading=40)

layouts = st.builds(
    GridLayout,
    st.lists(st.tuples(st.booleans(), st.integers(0, 60)), min_size=1, max_size=5),
    st.just(METRICS),
    st.integers(60, 2000),
).filter(lambda layout: layout.count > 0)


@given(layouts, st.data())
def test_every_cell_is_found_where_it_lies(layout: GridLayout, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, layout.count - 1))
    x, y, width, height = layout.rect(row)
    assert layout.row_at(x, y) == row
    assert layout.row_at(x + width - 1, y + height - 1) == row
    assert layout.row_at(x + width // 2, y + height) is None, "below a cell is a gap"


@given(layouts)
def test_cells_never_overlap_and_stay_inside(layout: GridLayout) -> None:
    rects = [layout.rect(row) for row in range(layout.count)]
    for (x, y, width, height), (other_x, other_y, _, _) in itertools.pairwise(rects):
        assert other_y >= y + height + METRICS.spacing or (other_y == y and other_x >= x + width + METRICS.spacing)
    assert max(y + height for _, y, _, height in rects) + METRICS.margin == layout.height


@given(layouts, st.integers(-100, 3000), st.integers(1, 800))
def test_what_is_painted_is_exactly_what_can_be_seen(layout: GridLayout, top: int, height: int) -> None:
    visible = layout.rows_between(top, top + height)
    for row in range(layout.count):
        _, y, _, cell = layout.rect(row)
        assert (row in visible) == (y < top + height and y + cell > top)


@given(layouts, st.data(), st.sampled_from([-7, -1, 1, 7]))
def test_up_and_down_stay_in_the_column_or_the_last_before_it(
    layout: GridLayout, data: st.DataObject, lines: int
) -> None:
    row = data.draw(st.integers(0, layout.count - 1))
    there = layout.vertical(row, lines)
    assert 0 <= there < layout.count
    assert layout.rect(there)[0] <= layout.rect(row)[0]
    below = layout.rect(there)[1] - layout.rect(row)[1]
    assert below == 0 or (below > 0) == (lines > 0)


def test_a_million_cells_cost_no_more_than_a_thousand() -> None:
    def lay_out(count: int) -> None:
        layout = GridLayout([(False, count)], METRICS, 1200)
        for row in range(0, count, count // 100):
            x, y, _, _ = layout.rect(row)
            assert layout.row_at(x, y) == row
            assert len(layout.rows_between(y, y + 900)) < 200

    assert steps(lambda: lay_out(1_000_000)) == steps(lambda: lay_out(1_000))
