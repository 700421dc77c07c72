"""What leaves the library: a person's photos in a folder, and one page that shows everyone."""

from __future__ import annotations

from argparse import Namespace

from app.cli.jobs import run_job
from app.cli.output import counted
from app.cli.session import Session
from app.work.jobs.export_people import ExportPerson
from app.work.jobs.write_report import WriteReport


def export(arguments: Namespace, session: Session) -> int:
    with session.library() as library:
        person = library.find_person(arguments.person)
        job = ExportPerson(library, person.id, arguments.to.absolute(), link=arguments.link)
        summary, problems = run_job(job, session)
    session.output.record(
        {"person": person.id, "written": summary.written, "folder": str(summary.folder)},
        f"{counted(summary.written, 'photo')} of {person.name} in {summary.folder}",
    )
    return 1 if problems else 0


def report(arguments: Namespace, session: Session) -> int:
    with session.library() as library:
        page, _ = run_job(WriteReport(library, arguments.out.absolute()), session)
    session.output.record({"report": str(page)}, f"The people on your photos: {page}")
    return 0


COMMANDS = {"export": export, "report": report}
