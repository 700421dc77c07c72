"""Where things lie on this machine: the default library, settings, logs, and the files that ship inside."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import platformdirs

APP_NAME = "kinfolio"


def default_library() -> Path:
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)) / "library"


def settings_file() -> Path:
    return Path(platformdirs.user_config_dir(APP_NAME, appauthor=False)) / "settings.json"


def logs_folder() -> Path:
    return Path(platformdirs.user_log_dir(APP_NAME, appauthor=False))


def models_folder() -> Path:
    """Where models that the user added lie; those that ship inside are in `resources/models`."""
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)) / "models"


def resource(*parts: str) -> Path:
    """A file of the `resources` package. The package is always installed unzipped, so this is a real path."""
    return Path(str(resources.files("resources").joinpath(*parts)))
