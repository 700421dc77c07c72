"""What leaves the library: a person's photos in a folder, and one page that shows everyone."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from app.cli.jobs import NOTHING_WRITTEN, STOPPED_HALFWAY, run_job
from app.cli.output import counted
from app.cli.session import Session
from app.errors import UsageError
from app.work.jobs.export_people import ExportPerson
from app.work.jobs.write_report import WriteReport


def export(arguments: Namespace, session: Session) -> int:
    with session.library() as library:
        person = library.find_person(arguments.person)
        job = ExportPerson(library, person.id, arguments.to.absolute(), link=arguments.link)
        summary, problems = run_job(job, session, STOPPED_HALFWAY)
    there_already = f" ({summary.unchanged} more there already)" if summary.unchanged else ""
    session.output.record(
        {
            "person": person.id,
            "written": summary.written,
            "unchanged": summary.unchanged,
            "folder": str(summary.folder),
        },
        f"{counted(summary.written, 'photo')} of {person.name} written to {summary.folder}{there_already}",
    )
    return 1 if problems else 0


def report(arguments: Namespace, session: Session) -> int:
    file = file_to_write(arguments.out)
    with session.library() as library:
        page, _ = run_job(WriteReport(library, file), session, NOTHING_WRITTEN)
    session.output.record({"report": str(page)}, f"The people on your photos: {page}")
    return 0


COMMANDS = {"export": export, "report": report}


def file_to_write(out: Path) -> Path:
    """Its absolute path, looked at before the work that fills it. What is no file, like /dev/null, is not replaced."""
    try:
        writable = out.parent.is_dir() and (out.is_file() or not out.exists())
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}.") from error
    if not writable:
        raise UsageError(f"{out} cannot be written: give a file in a folder that exists.")
    return out.absolute()
