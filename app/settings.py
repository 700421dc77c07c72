"""What the user chose for the program as a whole, in one JSON file. Each setting is declared once, below."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

APPEARANCES = ("system", "light", "dark")


@dataclass(frozen=True, slots=True)
class Settings:
    """`unknown` carries what a newer version wrote, so that going back and forth between versions loses nothing."""

    # The folder of the library that the user chose; empty for the default one.
    library: str = ""
    # One of APPEARANCES.
    appearance: str = "system"
    # As on the command line: auto, cpu, gpu or gpu:N.
    device: str = "auto"
    # How much of the machine reading photos may take, in percent.
    effort: int = 100
    # A language code such as "zh_CN"; empty for the system's.
    language: str = ""
    # Whether changes in the photo folders are looked for: at the start, and while the window is open.
    watch: bool = True
    # How the window was left (Qt's own format, base 64), and the width of its sidebar in pixels (0 = by content).
    window_geometry: str = ""
    sidebar_width: int = 0
    # What the viewer shows beside the photo.
    face_boxes: bool = True
    photo_details: bool = True
    # What people are sorted by: one of app.library.crowd.Order.
    people_order: str = "name"
    unknown: dict[str, Any] = field(default_factory=dict)


def load(file: Path) -> Settings:
    """The settings in `file`; the defaults for what is missing or does not fit, with a line in the log."""
    try:
        stored = json.loads(file.read_bytes())
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        log.warning("The settings could not be read, the defaults are used: %s", type(error).__name__)
        return Settings()
    if not isinstance(stored, dict):
        log.warning("The settings are not a JSON object, the defaults are used")
        return Settings()
    known: dict[str, Any] = {}
    for setting in fields(Settings):
        if setting.name == "unknown" or setting.name not in stored:
            continue
        value = stored.pop(setting.name)
        if type(value).__name__ == setting.type:
            known[setting.name] = value
        else:
            log.warning("The setting %s does not fit, its default is used", setting.name)
    return Settings(**known, unknown=stored)


def save(settings: Settings, file: Path) -> None:
    """Replaces the file in one step, so that a crash leaves either the old settings or the new ones.

    It does not wait for the disk, for the window waits for this; nothing here is worth more than that.
    """
    values = asdict(settings)
    stored = {**values.pop("unknown"), **values}
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            # ASCII, for the name of a folder need not be valid text.
            json.dump(stored, stream, indent=2)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


class SettingsFile:
    """The current settings and the file they live in. Main thread."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.current = load(file)

    def change(self, **values: object) -> None:
        """Sets and saves; a file that cannot be written is logged, and the settings hold until the program ends."""
        changed = replace(self.current, **values)  # type: ignore[arg-type]
        if changed == self.current:
            return
        self.current = changed
        try:
            save(changed, self._file)
        except OSError as error:
            log.warning("The settings could not be saved: %s", type(error).__name__)
