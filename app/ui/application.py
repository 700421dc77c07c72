"""Sets the Qt application up: name, icon, language and appearance."""

from __future__ import annotations

import logging

from PySide6.QtCore import QLibraryInfo, QLocale, QMessageLogContext, QtMsgType, QTranslator, qInstallMessageHandler
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app import paths
from app.settings import Settings
from app.ui import appearance
from app.ui.widgets import grid_accessible

log = logging.getLogger("qt")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def set_up(app: QApplication, settings: Settings) -> None:
    app.setApplicationName("kinfolio")
    app.setApplicationDisplayName("Kinfolio")
    app.setDesktopFileName("kinfolio")
    app.setWindowIcon(QIcon(str(paths.resource("icons", "kinfolio.svg"))))
    grid_accessible.install()
    translate(app, settings.language)
    appearance.choose(app, settings.appearance)


def translate(app: QApplication, language: str) -> None:
    """Loads the texts of a language, "" for the system's. English has a file as well: it holds the plurals."""
    locale = QLocale(language) if language else QLocale.system()
    if locale.language() == QLocale.Language.C:
        # The C locale has neither names of months nor a sign between thousands.
        locale = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)
    QLocale.setDefault(locale)
    folder = str(paths.resource("translations"))
    _load(app, QLocale(QLocale.Language.English), "kinfolio", folder)
    if locale.language() != QLocale.Language.English:
        _load(app, locale, "qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        _load(app, locale, "kinfolio", folder)


def log_messages() -> None:
    """Sends what Qt has to say to the log instead of the terminal."""
    qInstallMessageHandler(_log)


def _load(app: QApplication, locale: QLocale, name: str, folder: str) -> None:
    # A parent keeps it alive as long as the application.
    translator = QTranslator(app)
    if translator.load(locale, name, "_", folder):
        app.installTranslator(translator)


def _log(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    log.log(_LEVELS.get(kind, logging.WARNING), "%s", message)
