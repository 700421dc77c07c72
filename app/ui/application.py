"""Sets the Qt application up: name, icon, language and appearance."""

from __future__ import annotations

import logging
import os
import sys

from PySide6.QtCore import QLibraryInfo, QLocale, QMessageLogContext, QtMsgType, QTranslator, qInstallMessageHandler
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app import paths
from app.errors import UsageError
from app.settings import Settings
from app.ui import accessible, appearance

log = logging.getLogger("qt")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def start() -> QApplication:
    """Makes the application, or ends the program with 2 where Qt cannot open a window. What Qt says goes to the log."""
    said: list[str] = []

    def watch(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        _log(kind, context, message)
        if (context.category or "").startswith("qt.qpa."):
            said.append(message)
        if kind == QtMsgType.QtFatalMsg:
            # Qt would abort after this call. It names the cause first and then what it tried.
            cause = (said[0] if said else message.partition("\n")[0]).rstrip(" .")
            print(
                f"The window cannot open: {cause}. Install the system libraries that the README lists; "
                "the command line works without them: kinfolio --help",
                file=sys.stderr,
                flush=True,
            )
            os._exit(UsageError.exit_code)

    qInstallMessageHandler(watch)
    app = QApplication(sys.argv[:1])
    qInstallMessageHandler(_log)
    return app


def set_up(app: QApplication, settings: Settings) -> None:
    app.setApplicationName("kinfolio")
    app.setApplicationDisplayName("Kinfolio")
    app.setDesktopFileName("kinfolio")
    app.setWindowIcon(QIcon(str(paths.resource("icons", "kinfolio.svg"))))
    accessible.install()
    translate(app, settings.language)
    appearance.choose(app, settings.appearance)
    appearance.follow_system(app)


def translate(app: QApplication, language: str) -> None:
    """Loads the texts of a language, "" for the system's. English has a file as well: it holds the plurals."""
    locale = QLocale(language) if language else QLocale.system()
    if locale.language() == QLocale.Language.C:
        # The C locale has neither names of months nor a sign between thousands.
        locale = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)
    QLocale.setDefault(locale)
    folder = str(paths.resource("translations"))
    _load(app, QLocale(QLocale.Language.English), "kinfolio", folder)
    # Of a language that only Qt speaks, the buttons of its dialogs would be the only words.
    if locale.language() != QLocale.Language.English and _load(app, locale, "kinfolio", folder):
        _load(app, locale, "qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))


def _load(app: QApplication, locale: QLocale, name: str, folder: str) -> bool:
    # A parent keeps it alive as long as the application.
    translator = QTranslator(app)
    return translator.load(locale, name, "_", folder) and app.installTranslator(translator)


def _log(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    log.log(_LEVELS.get(kind, logging.WARNING), "%s", message)
