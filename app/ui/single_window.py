"""One window a library: a second start hands its wishes to the window that is there, and ends."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

log = logging.getLogger(__name__)

# A running window answers at once; one that does not within this time is not there or hangs.
MILLISECONDS = 2000


class SingleWindow(QObject):
    """Listens for later starts. `called` carries the photo folders they were given."""

    called = Signal(list)

    def __init__(self, library: Path) -> None:
        super().__init__()
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._connected)
        # Whoever holds the library's lock owns the name; a file of it that is left is from a crash.
        QLocalServer.removeServer(_name(library))
        if not self._server.listen(_name(library)):
            log.warning("Later starts cannot find this window: %s", self._server.errorString())

    def close(self) -> None:
        self._server.close()

    def _connected(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            if socket.canReadLine():
                self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            return
        try:
            wish = json.loads(bytes(socket.readLine().data()))
            folders = [Path(os.fsdecode(bytes.fromhex(folder))) for folder in wish["photos"]]
        except (ValueError, KeyError, TypeError):
            folders = []
        socket.write(b"here\n")
        socket.flush()
        self.called.emit(folders)


def hand_over(library: Path, photos: Sequence[Path]) -> bool:
    """Tells the window that has this library to come to the front and to scan `photos`; False when there is none."""
    socket = QLocalSocket()
    socket.connectToServer(_name(library))
    if not socket.waitForConnected(MILLISECONDS):
        return False
    # Folder names need not be text.
    wish = {"photos": [os.fsencode(photo.absolute()).hex() for photo in photos]}
    socket.write(json.dumps(wish).encode() + b"\n")
    socket.waitForBytesWritten(MILLISECONDS)
    answered = socket.waitForReadyRead(MILLISECONDS)
    socket.disconnectFromServer()
    return answered


def _name(library: Path) -> str:
    return f"kinfolio-{hashlib.sha256(os.fsencode(library.resolve())).hexdigest()[:20]}"
