"""Where the cells of a grid lie: uniform cells in lines that wrap at the width, in sections with headings.

Every question is answered in time that does not depend on the number of cells.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

# Columns move apart to fill the width, but never so far that a few tiles look lost in a wide window.
WIDEST_STEP = 1.5


@dataclass(frozen=True, slots=True)
class Metrics:
    """In device independent pixels. `heading` is the height above a section that has one."""

    cell_width: int
    cell_height: int
    spacing: int
    margin: int
    heading: int


@dataclass(frozen=True, slots=True)
class _Band:
    """One section: its first row and line, how many rows, and where its heading and its cells begin."""

    row: int
    line: int
    count: int
    top: int
    cells: int


class GridLayout:
    """Lays out sections of (has a heading, count). Rows are counted through all sections; a line is a row of cells."""

    def __init__(self, sections: Sequence[tuple[bool, int]], metrics: Metrics, width: int) -> None:
        self.metrics = metrics
        step = metrics.cell_width + metrics.spacing
        inside = width - 2 * metrics.margin
        self.columns = max(1, (inside + metrics.spacing) // step)
        self._line_height = metrics.cell_height + metrics.spacing
        spare = max(0, inside + metrics.spacing - self.columns * step)
        self._step = min(step + (spare / (self.columns - 1) if self.columns > 1 else 0), step * WIDEST_STEP)
        self._bands: list[_Band] = []
        row, line, y = 0, 0, metrics.margin
        for has_heading, count in sections:
            if count == 0:
                continue
            cells = y + (metrics.heading if has_heading else 0)
            self._bands.append(_Band(row, line, count, y, cells))
            lines = -(-count // self.columns)
            row, line, y = row + count, line + lines, cells + lines * self._line_height
        # For each of these, where the bands begin.
        self._begins = {
            "row": [band.row for band in self._bands],
            "line": [band.line for band in self._bands],
            "top": [band.top for band in self._bands],
            "cells": [band.cells for band in self._bands],
        }
        self.count = row
        self.lines = line
        self.height = (y - metrics.spacing + metrics.margin) if row else 0

    def rect(self, row: int) -> tuple[int, int, int, int]:
        """x, y, width, height of a cell."""
        band = self._band(row, "row")
        line, column = divmod(row - band.row, self.columns)
        return (
            self._left(column),
            band.cells + line * self._line_height,
            self.metrics.cell_width,
            self.metrics.cell_height,
        )

    def row_at(self, x: int, y: int) -> int | None:
        """The cell at a point; None between cells and on headings."""
        if not self.count or y < self._bands[0].cells:
            return None
        band = self._band(y, "cells")
        line, below = divmod(y - band.cells, self._line_height)
        column = min(int((x - self.metrics.margin + 1) / self._step), self.columns - 1)
        row = line * self.columns + column
        if column < 0 or row >= band.count or below >= self.metrics.cell_height:
            return None
        return band.row + row if self._left(column) <= x < self._left(column) + self.metrics.cell_width else None

    def rows_between(self, top: int, bottom: int) -> range:
        """The cells of all lines that touch the band from `top` up to `bottom`."""
        if not self.count or bottom <= top:
            return range(0)
        return range(self._first_row(top + self.metrics.spacing, ceil=False), self._first_row(bottom, ceil=True))

    def headings_between(self, top: int, bottom: int) -> list[tuple[int, int, int]]:
        """(first row, y, height) of every heading in the band."""
        return [
            (band.row, band.top, band.cells - band.top)
            for band in self._bands
            if band.cells > band.top and band.top < bottom and band.cells > top
        ]

    def headed(self, y: int) -> range:
        """The cells whose heading is at this height; empty between headings."""
        if not self.count:
            return range(0)
        band = self._band(y, "top")
        return range(band.row, band.row + band.count) if band.top <= y < band.cells else range(0)

    def top(self, row: int) -> int:
        """Where the line of a cell begins, with the heading above it."""
        band = self._band(row, "row")
        return band.top if row - band.row < self.columns else self.rect(row)[1]

    def vertical(self, row: int, lines: int) -> int:
        """The row so many lines below (above where negative), in the same column or the last before it."""
        band = self._band(row, "row")
        line, column = divmod(row - band.row, self.columns)
        here = band.line + line
        there = min(max(here + lines, 0), self.lines - 1)
        if there == here:
            return row
        target = self._band(there, "line")
        return target.row + min((there - target.line) * self.columns + column, target.count - 1)

    def _left(self, column: int) -> int:
        return self.metrics.margin + round(column * self._step)

    def _band(self, value: int, by: str) -> _Band:
        """The last band that begins at or before `value`."""
        return self._bands[max(0, bisect_right(self._begins[by], value) - 1)]

    def _first_row(self, y: int, *, ceil: bool) -> int:
        """The first row of the line at `y`, or with `ceil` of the first line that begins at or below it."""
        band = self._band(y, "top")
        offset = y - band.cells
        line = max(0, -(-offset // self._line_height) if ceil else offset // self._line_height)
        return band.row + min(line * self.columns, band.count)
