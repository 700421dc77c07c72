"""Writes resources/licences.md, the page of licences that About shows: `python packaging/licences.py`.

It lists what packaging/requirements.lock installs, as the installed packages describe themselves. `make lock` runs it.
"""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "packaging" / "requirements.lock"
PAGE = ROOT / "resources" / "licences.md"

# Packages that do not say it themselves, or only of their own part, or are installed on other systems only; read from
# their repositories.
BY_HAND = {
    # Its own code is BSD-3-Clause; libheif and libde265 in its wheels are not.
    "pi-heif": ("LGPL-3.0", "https://github.com/bigcat88/pillow_heif"),
    "colorama": ("BSD-3-Clause", "https://github.com/tartley/colorama"),
    "namex": ("Apache-2.0", "https://github.com/fchollet/namex"),
}

HEAD = """\
# Licences

Kinfolio's own code is free under the Apache License 2.0. The weights of its models, in `resources/models`, are for
personal and research use; `LICENSE.md` beside them says why.

Kinfolio uses Qt through PySide6 under the GNU Lesser General Public License, version 3. Qt's libraries are separate
files in the folder `PySide6` of the Python environment and may be replaced by others; their source is at
<https://download.qt.io/official_releases/QtForPython/> and <https://code.qt.io>. The packages of OpenCV hold FFmpeg
(LGPL 2.1 or later), those of NumPy and SciPy OpenBLAS (BSD-3-Clause). HEIC is read by libheif and libde265 (LGPL 3) in
the package pi-heif, camera raw by LibRaw (LGPL 2.1) in the package rawpy: they are separate files there, and their
source is at <https://github.com/strukturag> and <https://github.com/LibRaw/LibRaw>. The package simplejpeg holds
libjpeg-turbo (IJG and BSD-3-Clause): this software is based in part on the work of the Independent JPEG Group.

Python is under the PSF License 2.0.

These packages are installed with Kinfolio. Most carry the text of their licence in their `.dist-info` folder; the
texts of the GNU licences are at <https://www.gnu.org/licenses/>.

| Package | Licence |
| --- | --- |
"""


def locked(lock: Path = LOCK) -> list[str]:
    """The names that a lock file pins, each once, in its order."""
    return list(dict.fromkeys(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", lock.read_text("utf-8"), re.MULTILINE)))


def describe(name: str) -> tuple[str, str]:
    """Licence and home page of an installed package."""
    if name in BY_HAND:
        return BY_HAND[name]
    about = importlib.metadata.metadata(name)

    def values(field: str) -> list[str]:
        return about.get_all(field) or []

    classified = [text.rpartition(" :: ")[2] for text in values("Classifier") if text.startswith("License ::")]
    # Some put the whole text of their licence into the field that is meant for its name.
    named = [text for text in values("License") if "\n" not in text]
    licence = [*values("License-Expression"), *named, " and ".join(classified)][0]
    if not licence:
        raise SystemExit(f"{name} does not say its licence: look it up and add it to BY_HAND")
    links = {label.lower(): link for label, _, link in (entry.partition(", ") for entry in values("Project-URL"))}
    homes = [
        links[label] for label in ("homepage", "home", "source", "source code", "repository", "code") if label in links
    ]
    return licence, [*homes, *values("Home-page"), f"https://pypi.org/project/{name}/"][0]


def page() -> str:
    rows = ((name, *describe(name)) for name in locked())
    return HEAD + "".join(f"| [{name}]({home}) | {licence} |\n" for name, licence, home in rows)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
