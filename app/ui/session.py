"""What every page works with, built once in `app.main`."""

from __future__ import annotations

from dataclasses import dataclass

from app.library.library import Library
from app.settings import SettingsFile
from app.ui.background import Background
from app.ui.bridge import EventBridge
from app.ui.edits import Edits
from app.ui.engines import Engines
from app.ui.folders import Folders
from app.ui.hidden import Hidden
from app.ui.jobs import Jobs
from app.ui.known_names import KnownNames
from app.ui.models.images import Images


@dataclass(frozen=True, slots=True)
class Session:
    """Belongs to the main thread. Of the library, edits and what is marked slow go through `edits` and `background`;
    what touches the user's own folders and files, which may lie on a drive that does not answer, through `files`,
    with the root as the queue where it is known.
    """

    library: Library
    bridge: EventBridge
    background: Background
    files: Background
    edits: Edits
    images: Images
    jobs: Jobs
    settings: SettingsFile
    names: KnownNames
    folders: Folders
    engines: Engines
    hidden: Hidden
