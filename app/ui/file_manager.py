"""Shows a file where the desktop shows files: selected in its folder where it can, else the folder."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QDir, QObject, QProcess, QUrl
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher
from PySide6.QtGui import QDesktopServices

# https://www.freedesktop.org/wiki/Specifications/file-manager-interface/
SERVICE, PATH = "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1"


def show_file(file: Path, parent: QObject, bus: QDBusConnection | None = None) -> None:
    """Main thread; does not wait for the file manager. `parent` outlives the call."""
    if sys.platform == "win32":
        QProcess.startDetached("explorer.exe", ["/select,", QDir.toNativeSeparators(str(file))])
    elif sys.platform == "darwin":
        QProcess.startDetached("open", ["-R", str(file)])
    else:
        _show_items(file, parent, bus or QDBusConnection.sessionBus())


def _show_items(file: Path, parent: QObject, bus: QDBusConnection) -> None:
    def open_folder() -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))

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
