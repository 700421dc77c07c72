"""Every text can be read in light and in dark: its contrast with its ground is at least 4.5 to 1."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QRadioButton
from pytestqt.qtbot import QtBot

from app.ui import appearance
from app.ui.delegates.cell import CellDelegate
from app.ui.widgets import caption
from app.ui.widgets.plots import HeatPlot, HeatRow
from app.ui.widgets.switch import Switch
from tests.ui.tour import Tour

Role, Group = QPalette.ColorRole, QPalette.ColorGroup

# What the window writes with, and on what.
PAIRS = (
    (Role.WindowText, Role.Window),
    (Role.Text, Role.Base),
    (Role.Text, Role.AlternateBase),
    (Role.Text, Role.Window),
    (Role.Base, Role.Text),
    (Role.ButtonText, Role.Button),
    (Role.PlaceholderText, Role.Window),
    (Role.PlaceholderText, Role.Base),
    (Role.HighlightedText, Role.Highlight),
    (Role.ToolTipText, Role.ToolTipBase),
    (Role.Link, Role.Window),
    (Role.Link, Role.Base),
)


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    appearance.choose(qapp, request.param)
    yield request.param
    appearance.choose(qapp, "system")


@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
def test_an_empty_box_is_seen_on_a_dark_window(
    kind: type[QAbstractButton], qapp: QApplication, qtbot: QtBot, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(lambda: appearance.choose(qapp, "system"))
    appearance.choose(qapp, "dark")
    box = kind()
    qtbot.addWidget(box)
    box.show()
    image = box.grab().toImage()
    window = box.palette().color(Role.Window)
    middle = image.pixelColor(QPoint(box.height() // 2, image.height() // 2))
    assert contrast(middle, window) >= 3
    assert contrast(box.palette().color(Role.Text), middle) >= 3


def luminance(colour: QColor) -> float:
    parts = [colour.red() / 255, colour.green() / 255, colour.blue() / 255]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    lower, higher = sorted((luminance(one), luminance(other)))
    return (higher + 0.05) / (lower + 0.05)


def opaque(colour: QColor, ground: QColor) -> QColor:
    part = colour.alphaF()
    mix = [part * over + (1 - part) * under for over, under in zip(colour.getRgb(), ground.getRgb(), strict=True)]
    return QColor(*(round(value) for value in mix[:3]))


def test_black_on_white_has_the_contrast_that_the_standard_gives() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert appearance.contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert appearance.contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("group", [Group.Active, Group.Inactive], ids=["active", "inactive"])
def test_every_colour_of_text_can_be_read_on_its_ground(
    qapp: QApplication, scheme: str, group: QPalette.ColorGroup
) -> None:
    palette = qapp.palette()
    dark = palette.color(group, Role.Window).lightness() < 128
    assert dark is (scheme == "dark")
    low = {}
    for text, ground in PAIRS:
        below = palette.color(group, ground)
        if (found := contrast(opaque(palette.color(group, text), below), below)) < 4.5:
            low[f"{text.name} on {ground.name}"] = round(found, 2)
    assert not low


def test_what_is_pointed_at_keeps_its_text_of_the_second_rank_legible(qapp: QApplication, scheme: str) -> None:
    palette = qapp.palette()
    hovered = palette.color(Role.Text)
    hovered.setAlpha(28)
    for ground in (Role.Window, Role.Base):
        assert contrast(palette.color(Role.PlaceholderText), opaque(hovered, palette.color(ground))) >= 4.5


def test_rings_around_what_is_selected_stand_out_from_the_ground(qapp: QApplication, scheme: str) -> None:
    palette = qapp.palette()
    for ground in (Role.Window, Role.Base):
        assert contrast(palette.color(Role.Highlight), palette.color(ground)) >= 3


def test_the_chosen_one_of_a_switch_can_be_read_as_the_style_paints_it(qtbot: QtBot, scheme: str) -> None:
    switch = Switch(("MMMM", "WWWW"))
    qtbot.addWidget(switch)
    switch.show()
    for number in (0, 1):
        button = switch.button(number)
        inside = button.grab(button.rect().adjusted(6, 6, -6, -6)).toImage()
        assert contrast_in(inside, QColor("magenta")) >= 4.5


def test_what_the_system_does_right_stays_the_systems(qapp: QApplication) -> None:
    good = QPalette(QColor(239, 239, 239))
    good.setColor(Role.Highlight, QColor(0, 60, 120))
    good.setColor(Role.HighlightedText, QColor("white"))
    before = QPalette(good)
    appearance.make_legible(good)
    assert good.color(Role.Highlight) == before.color(Role.Highlight)
    appearance.choose(qapp, "system")
    mask = qapp.palette().resolveMask()
    rest = QPalette()
    rest.setColor(Role.Window, QColor("red"))
    assert not mask & rest.resolveMask(), "a ground that the application sets would not follow the system"


def test_a_light_colour_of_selections_with_dark_text_grows_lighter(qapp: QApplication) -> None:
    palette = QPalette(QColor(239, 239, 239))
    palette.setColor(Role.Highlight, QColor(120, 100, 60))
    palette.setColor(Role.HighlightedText, QColor("black"))
    appearance.make_legible(palette)
    assert contrast(palette.color(Role.Highlight), QColor("black")) >= 4.5
    assert palette.color(Role.Highlight).lightness() > QColor(120, 100, 60).lightness()


# What is written on pictures, on the worst of them.


def written(paint: Callable[[QPainter, QRect], None], ground: QColor) -> float:
    """The contrast of the text with what is behind it, the commonest colour of the middle line."""
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    image.fill(ground)
    painter = QPainter(image)
    paint(painter, image.rect())
    painter.end()
    return contrast_in(image, ground)


def contrast_in(image: QImage, ground: QColor) -> float:
    """Of the lightest text with the commonest colour that was painted over the ground."""
    colours: dict[int, int] = {}
    for y in range(image.height()):
        for x in range(image.width()):
            pixel = image.pixel(x, y)
            if pixel != ground.rgb():
                colours[pixel] = colours.get(pixel, 0) + 1
    behind = QColor.fromRgb(max(colours, key=lambda pixel: colours[pixel]))
    return max(contrast(QColor.fromRgb(pixel), behind) for pixel, count in colours.items() if count > 3)


@pytest.mark.parametrize("ground", ["white", "black", "#808080"])
def test_words_on_a_photo_can_be_read_whatever_it_shows(qapp: QApplication, touring: Tour, ground: str) -> None:
    below = QColor(ground)
    cell = CellDelegate(touring.window.session.images)
    assert written(lambda p, r: cell._paint_badge(p, QRectF(r), qapp.palette(), "MMMM"), below) >= 4.5
    assert written(lambda p, r: caption.write(p, "MMMM", QRectF(r), QPointF(200, 20)), below) >= 4.5


def test_names_on_a_photo_can_be_read_whatever_it_shows(touring: Tour) -> None:
    next(touring.viewer())
    canvas = touring.window.viewer.canvas
    white = QImage(canvas.size(), QImage.Format.Format_RGB32)
    white.fill(Qt.GlobalColor.white)
    canvas.replace_image(white)
    for number, face in enumerate(canvas.faces()):
        for canvas.current in (None, number):
            if label := canvas._label(number):
                shot = canvas.grab(canvas.label_rect(number).toRect().adjusted(8, 3, -8, -3)).toImage()
                assert contrast_in(shot, QColor("white")) >= 4.5, (label, face.person)


@pytest.mark.parametrize("value", [1, 10, 50, 100])
def test_numbers_in_a_heat_map_can_be_read_in_every_cell(qapp: QApplication, scheme: str, value: int) -> None:
    plot = HeatPlot()
    plot.resize(500, 100)
    rows = [HeatRow("A", "A", [100, value], ["", ""], None)]
    plot.show_rows(["2001", "2002"], rows)
    plot.grab()
    cell = plot._colour((value / 100) ** 0.5 * 0.7)
    behind = opaque(cell, plot.palette().color(Role.Window))
    assert contrast(plot.palette().color(Role.WindowText), behind) >= 4.5
    plot.deleteLater()
