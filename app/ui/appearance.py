"""Light and dark: the system's choice or the user's own, with text that can be read in both."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

SCHEMES = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}

# The least contrast of text with its ground (WCAG 2, AA).
LEAST = 4.5
# And of a control with what is around it.
LEAST_OF_CONTROLS = 3.0
# Of the text colour, what is mixed into the ground of what the mouse points at.
HOVERED = 0.11

_CHOSEN = "appearance"

Role, Group = QPalette.ColorRole, QPalette.ColorGroup


def choose(app: QApplication, appearance: str) -> None:
    """`appearance` is one of `app.settings.APPEARANCES`."""
    app.setProperty(_CHOSEN, appearance)
    scheme = SCHEMES.get(appearance, Qt.ColorScheme.Unknown)
    app.setPalette(QPalette())
    app.styleHints().setColorScheme(scheme)
    # Platforms without a theme of their own (bare X11) stay light whatever they are asked for.
    is_dark = app.palette().color(Role.Window).lightness() < 128
    own = dark_palette() if scheme is Qt.ColorScheme.Dark and not is_dark else QPalette()
    make_legible(own)
    app.setPalette(own)
    boxes = _of_boxes(app.palette()) if app.style().name() == "fusion" else app.palette()
    for kind in ("QCheckBox", "QRadioButton"):
        # The declaration asks for bytes, which the call refuses.
        app.setPalette(boxes, kind)  # type: ignore[arg-type]


def follow_system(app: QApplication) -> None:
    """Chooses again when the system turns light or dark, once it has its other colours."""
    again = QTimer(app, singleShot=True, interval=0)
    again.timeout.connect(lambda: choose(app, app.property(_CHOSEN)))
    app.styleHints().colorSchemeChanged.connect(lambda _: again.start())


def make_legible(palette: QPalette) -> None:
    """Sets what has too little contrast, and nothing else, so that the rest stays the system's.

    Qt's text of the second rank is half transparent, and many a colour of selections is too light for its text.
    """
    for group in (Group.Active, Group.Inactive):
        # Rounded to what is painted.
        palette.setColor(group, Role.PlaceholderText, QColor(_second_rank(palette, group).rgb()))
        highlight, text = palette.color(group, Role.Highlight), palette.color(group, Role.HighlightedText)
        if contrast(text, highlight) < LEAST:
            palette.setColor(group, Role.Highlight, QColor(_away_from(text, highlight).rgb()))


def _of_boxes(palette: QPalette) -> QPalette:
    """With a ground by which an empty box is seen: Fusion draws its rim darker than the window, which may be dark."""
    palette = QPalette(palette)
    window, base = palette.color(Role.Window), palette.color(Role.Base)
    if window.lightness() < 128:
        while contrast(base, window) < LEAST_OF_CONTROLS:
            base = mixed(palette.color(Role.Text), base, 0.05)
        palette.setColor(Role.Base, base)
    return palette


def _second_rank(palette: QPalette, group: QPalette.ColorGroup) -> QColor:
    """As faint as can be read on every ground it stands on."""
    text = palette.color(group, Role.Text)
    plain = [palette.color(group, role) for role in (Role.Window, Role.Base)]
    grounds = plain + [mixed(text, ground, HOVERED) for ground in plain]
    for part in range(55, 100, 5):
        colour = mixed(text, plain[1], part / 100)
        if all(contrast(colour, ground) >= LEAST for ground in grounds):
            return colour
    return text


def _away_from(text: QColor, ground: QColor) -> QColor:
    """The ground, as much darker or lighter as its text needs."""
    lighter = text.lightness() < 128
    while contrast(text, QColor(ground.rgb())) < LEAST and 0 < ground.value() < 255:
        ground = ground.lighter(104) if lighter else ground.darker(104)
    return ground


def contrast(one: QColor, other: QColor) -> float:
    """From 1 (the same) to 21 (black on white), as WCAG 2 defines it."""
    lower, higher = sorted((_luminance(one), _luminance(other)))
    return (higher + 0.05) / (lower + 0.05)


def _luminance(colour: QColor) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mixed(colour: QColor, ground: QColor, part: float) -> QColor:
    """What is seen where so much of a colour covers a ground."""
    return QColor.fromRgbF(
        colour.redF() * part + ground.redF() * (1 - part),
        colour.greenF() * part + ground.greenF() * (1 - part),
        colour.blueF() * part + ground.blueF() * (1 - part),
    )


def dark_palette() -> QPalette:
    palette = QPalette()
    text = QColor(235, 235, 235)
    for which, colour in (
        (Role.Window, QColor(43, 43, 46)),
        (Role.Base, QColor(30, 30, 32)),
        (Role.AlternateBase, QColor(38, 38, 41)),
        (Role.Button, QColor(58, 58, 62)),
        (Role.ToolTipBase, QColor(64, 64, 70)),
        (Role.Light, QColor(84, 84, 90)),
        (Role.Midlight, QColor(70, 70, 75)),
        (Role.Mid, QColor(36, 36, 39)),
        (Role.Dark, QColor(24, 24, 26)),
        (Role.Shadow, QColor(0, 0, 0)),
        (Role.WindowText, text),
        (Role.Text, text),
        (Role.ButtonText, text),
        (Role.ToolTipText, text),
        (Role.BrightText, QColor(255, 255, 255)),
        (Role.PlaceholderText, QColor(235, 235, 235, 140)),
        (Role.Highlight, QColor(48, 119, 200)),
        (Role.Accent, QColor(48, 119, 200)),
        (Role.HighlightedText, QColor(255, 255, 255)),
        (Role.Link, QColor(110, 176, 245)),
        (Role.LinkVisited, QColor(176, 150, 240)),
    ):
        palette.setColor(which, colour)
    for which in (Role.WindowText, Role.Text, Role.ButtonText):
        palette.setColor(Group.Disabled, which, QColor(235, 235, 235, 90))
    palette.setColor(Group.Disabled, Role.Highlight, QColor(84, 84, 90))
    return palette
