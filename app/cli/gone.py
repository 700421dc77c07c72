"""The command about photos whose files are gone."""

from __future__ import annotations

from argparse import Namespace

from app.cli.output import counted
from app.cli.session import Session
from app.work.gone import gone as find_gone


def gone(arguments: Namespace, session: Session) -> int:
    with session.library(writable=arguments.remove) as library:
        found = find_gone(library)
        for photo in found:
            session.output.record(
                {"photo": str(photo.path), "id": photo.id, "since": photo.since.isoformat()},
                f"{photo.id:>7}  {photo.display}  (not there since {photo.since.astimezone():%Y-%m-%d})",
            )
        if arguments.remove:
            removed = library.remove_gone([photo.id for photo in found]).result()
            session.output.say(f"{counted(removed, 'photo')} taken out of the library; what was said of them is kept.")
        elif found:
            session.output.say("Take them out of the library with: kinfolio gone --remove")
        else:
            session.output.say("No photo is gone, as far as folders are there to tell.")
    return 0


COMMANDS = {"gone": gone}
