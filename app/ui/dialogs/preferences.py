"""What the user can choose for the program as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from app.settings import SettingsFile


class PreferencesDialog(QDialog):
    """Choices hold at once. `appearance_changed` is called with the new one, `show_models` to tell about the models."""

    def __init__(
        self,
        settings: SettingsFile,
        library: str,
        appearance_changed: Callable[[str], None],
        show_models: Callable[[], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Preferences"))
        self._settings = settings
        self.appearance = self._choice(
            ((self.tr("Like the system"), "system"), (self.tr("Light"), "light"), (self.tr("Dark"), "dark")),
            settings.current.appearance,
        )
        self.device = self._choice(
            ((self.tr("Automatic"), "auto"), (self.tr("Graphics card"), "gpu"), (self.tr("Processor only"), "cpu")),
            settings.current.device,
        )

        def appearance_chosen() -> None:
            settings.change(appearance=self.appearance.currentData())
            appearance_changed(settings.current.appearance)

        self.appearance.currentIndexChanged.connect(lambda _: appearance_chosen())
        self.device.currentIndexChanged.connect(lambda _: settings.change(device=self.device.currentData()))
        later = QLabel(self.tr("Takes effect at the next start."))
        later.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        where = QLabel(library, wordWrap=True)
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.models = QLabel(f'<a href="models">{self.tr("How right they are, and for whom")}</a>')
        self.models.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.models.linkActivated.connect(lambda _: show_models())
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.addRow(self.tr("Appearance:"), self.appearance)
        form.addRow(self.tr("Compute with:"), self.device)
        form.addRow("", later)
        form.addRow(self.tr("Models:"), self.models)
        form.addRow(self.tr("Library:"), where)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 14)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addWidget(buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 60)

    def _choice(self, choices: Sequence[tuple[str, str]], current: str) -> QComboBox:
        box = QComboBox()
        for text, key in choices:
            box.addItem(text, key)
        box.setCurrentIndex(max(0, box.findData(current)))
        return box
