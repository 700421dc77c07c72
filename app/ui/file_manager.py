"""Shows files where the desktop shows them, or opens them with the program that is meant for them."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDir, QObject, QProcess, QUrl
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher
from PySide6.QtGui import QDesktopServices

from app.errors import AppError
from app.ui.background import Background
from app.ui.widgets.text import printable

# https://www.freedesktop.org/wiki/Specifications/file-manager-interface/
SERVICE, PATH = "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1"


def show_file(file: Path, parent: QObject, background: Background) -> None:
    """Selects the file in its folder where the file manager can, else opens the folder. Main thread; does not wait for
    the file manager. `parent` outlives the call."""
    if sys.platform == "win32":
        QProcess.startDetached("explorer.exe", ["/select,", QDir.toNativeSeparators(str(file))])
    elif sys.platform == "darwin":
        QProcess.startDetached("open", ["-R", str(file)])
    else:
        _show_items(file, parent, background, QDBusConnection.sessionBus())


def open_elsewhere(path: Path, background: Background) -> None:
    """With the program that the desktop opens such files, or folders, with; `background` tells where there is none."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        text = QCoreApplication.translate("FileManager", "There is no program to show %1 with.")
        background.failed.emit(AppError(text.replace("%1", printable(path))))


def _show_items(file: Path, parent: QObject, background: Background, bus: QDBusConnection) -> None:
    def open_folder() -> None:
        open_elsewhere(file.parent, background)

    if not bus.isConnected():
        open_folder()
        return
    call = QDBusMessage.createMethodCall(SERVICE, PATH, SERVICE, "ShowItems")
    call.setArguments([[file.as_uri()], ""])
    watcher = QDBusPendingCallWatcher(bus.asyncCall(call), parent)

    def ended(done: QDBusPendingCallWatcher) -> None:
        if done.isError():
            open_folder()
        done.deleteLater()

    watcher.finished.connect(ended)
