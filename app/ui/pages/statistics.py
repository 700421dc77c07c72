"""The library in plots: who is on how many photos, in which years, how far naming is, how good faces are."""

from __future__ import annotations

from PySide6.QtCore import QDate, QLocale, QRect, Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.library.records import Counts, PersonId
from app.library.statistics import QUALITY_STEPS, Statistics
from app.ui.pages.page import Page
from app.ui.places import PersonPlace
from app.ui.session import Session
from app.ui.widgets.empty_state import EmptyState, Fallback
from app.ui.widgets.plots import Bar, BarPlot, CurvePlot, HeatPlot, HeatRow, HistogramPlot, Plot


class StatisticsPage(Page):
    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.people, self.years, self.named = BarPlot(), HeatPlot(), CurvePlot()
        self.quality = HistogramPlot(self.tr("blurred, dark or turned away"), self.tr("sharp and from the front"))
        self._summary = QLabel(wordWrap=True)
        self._others = QLabel()
        self._others.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column = QVBoxLayout()
        column.setContentsMargins(24, 18, 24, 24)
        column.setSpacing(8)
        column.addWidget(self._summary)
        self._notes: dict[Plot, QLabel] = {}
        nobody = self.tr("Nobody has a name yet.")
        self._add(column, self.tr("Faces of each person"), self.people, nobody)
        self._legend = QLabel(self.tr("Full: named by you. Hatched: found by Kinfolio."), wordWrap=True)
        self._legend.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column.addWidget(self._legend)
        column.addWidget(self._others)
        undated = self.tr("No photo of somebody with a name says when it was taken.")
        self._add(column, self.tr("Photos of each person by year"), self.years, undated)
        self._add(column, self.tr("Faces with a name, as you went on naming"), self.named, nobody)
        self._add(column, self.tr("How well faces can be told apart"), self.quality, self.tr("No face was found yet."))
        column.addStretch()
        self._inside = QWidget()
        self._inside.setLayout(column)
        self.area = QScrollArea(widgetResizable=True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName(self.title())
        self.area.setWidget(self._inside)
        self._empty = EmptyState("statistics")
        self._empty.say(self.tr("Counting…"), "")
        self._content = Fallback(self.area, self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._content)
        self._content.show_content(False)

    def _add(self, column: QVBoxLayout, title: str, plot: Plot, without: str) -> None:
        """`without` is said where there is nothing to draw."""
        heading = QLabel(title)
        font = QFont(heading.font())
        font.setBold(True)
        heading.setFont(font)
        column.addSpacing(heading.fontMetrics().height())
        column.addWidget(heading)
        column.addWidget(plot)
        self._notes[plot] = note = QLabel(without, wordWrap=True)
        note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column.addWidget(note)
        plot.setAccessibleName(title)
        plot.walked.connect(lambda mark: self._scroll_to(plot, mark))
        plot.opened.connect(lambda person: self.go.emit(PersonPlace(PersonId(person))))

    def title(self) -> str:
        return self.tr("Statistics")

    def keys(self) -> list[tuple[str, str]]:
        return [
            (self.tr("Tab"), self.tr("To the next plot")),
            (self.tr("Arrow keys"), self.tr("What each bar, field or point stands for")),
            (self.tr("Return"), self.tr("Show the person")),
        ]

    def _scroll_to(self, plot: Plot, mark: QRect) -> None:
        where = plot.mapTo(self._inside, mark.center())
        self.area.ensureVisible(where.x(), where.y(), 0, mark.height() + plot.fontMetrics().height())

    def focus(self) -> None:
        self._content.focus()

    def refresh(self) -> None:
        library = self.session.library
        self.read(lambda: (library.counts(), library.statistics()), lambda read: self._show(*read))

    def _show(self, counts: Counts, found: Statistics) -> None:
        self._empty.say(
            self.tr("Nothing to count yet"), self.tr("Add a photo folder. What is found in it is counted here.")
        )
        self._content.show_content(counts.photos > 0)
        there_is = {
            self.people: bool(found.by_person),
            self.years: bool(found.years),
            self.named: bool(found.named_until),
            self.quality: found.faces > 0,
        }
        for plot, note in self._notes.items():
            plot.setVisible(there_is[plot])
            note.setVisible(not there_is[plot])
        self._legend.setVisible(bool(found.by_person))
        parts = [
            self.tr("%Ln photo(s)", None, counts.photos),
            self.tr("%Ln face(s)", None, counts.faces),
            self.tr("%Ln named person(s)", None, counts.people),
            self.tr("%Ln unnamed group(s)", None, counts.clusters),
        ]
        self._summary.setText("  ·  ".join(parts))
        self._show_people(found)
        self._show_years(found)
        self._show_named(found)
        self._show_quality(found)

    def _show_people(self, found: Statistics) -> None:
        bars = []
        for row in found.by_person:
            faces = self.tr("%Ln face(s)", None, row.person.faces)
            text = self.tr("%1: %2, %3 of them named by you")
            text = text.replace("%3", QLocale().toString(row.named)).replace("%2", faces)
            text = text.replace("%1", row.person.name)
            bars.append(Bar(row.person.name, row.person.faces, row.named, text, row.person.id))
        self.people.show_bars(bars)
        self._others.setText(self.tr("and %Ln more people", None, found.others))
        self._others.setVisible(found.others > 0)

    def _show_years(self, found: Statistics) -> None:
        rows = []
        for row, photos in zip(found.by_person, found.photos_by_year, strict=True):
            texts = []
            for year, count in zip(found.years, photos, strict=True):
                text = self.tr("%1 in %2: %3").replace("%3", self.tr("%Ln photo(s)", None, count))
                texts.append(text.replace("%2", str(year)).replace("%1", row.person.name))
            dated = self.tr("%Ln photo(s) with a date", None, sum(photos))
            whole = self.tr("%1: %2").replace("%2", dated).replace("%1", row.person.name)
            rows.append(HeatRow(row.person.name, whole, photos, texts, row.person.id))
        self.years.show_rows([str(year) for year in found.years], rows if found.years else [])

    def _show_named(self, found: Statistics) -> None:
        points = []
        for day, named in found.named_until:
            share = named / max(1, found.faces)
            text = self.tr("%1: %2 % of the faces had a name")
            text = text.replace("%2", QLocale().toString(round(share * 100)))
            text = text.replace(
                "%1", QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)
            )
            points.append((day, share, text))
        self.named.show_points(points)

    def _show_quality(self, found: Statistics) -> None:
        texts = []
        for step, count in enumerate(found.quality):
            low, high = (QLocale().toString(at / QUALITY_STEPS, "f", 1) for at in (step, step + 1))
            text = self.tr("Quality %1 to %2: %3").replace("%3", self.tr("%Ln face(s)", None, count))
            texts.append(text.replace("%2", high).replace("%1", low))
        self.quality.show_values(found.quality, texts)
