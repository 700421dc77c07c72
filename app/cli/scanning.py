"""Commands that read photos in and group faces: scan, group, reembed; and start, where no window can open."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from app.cli.engine import model_to_read_with, open_vision
from app.cli.exporting import file_to_write
from app.cli.jobs import NOTHING_WRITTEN, STOPPED_HALFWAY, run_job
from app.cli.output import counted
from app.cli.session import Session
from app.errors import UsageError
from app.library.library import Library
from app.library.records import Strictness
from app.library.regrouping import Move
from app.paths import is_folder
from app.work.jobs.group_faces import GroupAgain, PlanGroups
from app.work.jobs.reembed import Reembed
from app.work.jobs.scan_folder import ScanFolders, ScannedLine, ScanSummary
from app.work.jobs.write_report import WriteReport
from app.work.walk import check_patterns

# Of what a grouping would change; the rest is only counted.
MOVES_SHOWN = 20


def scan(arguments: Namespace, session: Session) -> int:
    folders = _folders(arguments.folders)
    check_patterns(arguments.exclude or ())
    with session.library(writable=True, create=True) as library:
        if arguments.exclude is not None:
            library.set_excluded([pattern for pattern in arguments.exclude if pattern]).result()
        names = not arguments.no_names_from_files
        return _scan(
            session, library, folders, group=not arguments.no_group, names=names, every_file=arguments.every_file
        )


def group(arguments: Namespace, session: Session) -> int:
    with session.library(writable=not arguments.dry_run) as library:
        found, _ = run_job(PlanGroups(library, Strictness(arguments.strictness)), session)
        done = None
        if arguments.dry_run:
            _show_moves(session, library.moves(found))
        else:
            done, _ = run_job(GroupAgain(library, found), session)
        clusters = library.counts().clusters
    changes = {
        "new_groups": found.new_groups,
        "ended_groups": found.ended_groups,
        "moved_faces": found.moved_faces,
        "freed_faces": found.freed_faces,
        "other_guesses": found.guesses,
    }
    text = counted(clusters, "unnamed group")
    if arguments.dry_run:
        text = (
            f"{counted(found.new_groups, 'new group')}; {counted(found.ended_groups, 'group')} would go into others; "
            f"{counted(found.moved_faces, 'face')} would go to another group, {found.freed_faces} to none, "
            f"{found.guesses} to somebody else. Nothing was changed."
        )
    session.output.record({"undo": done.label if done else None, "clusters": clusters, **changes}, text)
    return 0


def reembed(_arguments: Namespace, session: Session) -> int:
    with session.library(writable=True) as library, open_vision(session, model_to_read_with(library)) as vision:
        summary, _ = run_job(Reembed(library, vision), session, STOPPED_HALFWAY)
    return _summary(session, summary, undo=None)


def start(arguments: Namespace, session: Session) -> int:
    """Without a display: what the window would have done at its start, on one page."""
    file = file_to_write(arguments.report)
    folders = _folders([arguments.photos]) if arguments.photos is not None else []
    code = 0
    with session.library(writable=True, create=bool(folders)) as library:
        if folders:
            code = _scan(session, library, folders, group=True)
        page, _ = run_job(WriteReport(library, file), session, NOTHING_WRITTEN)
    session.output.record({"report": str(page)}, f"The people on your photos: {page}")
    return code


COMMANDS = {"scan": scan, "group": group, "reembed": reembed, "start": start}


def _show_moves(session: Session, moves: Sequence[Move]) -> None:
    for move in moves[:MOVES_SHOWN]:
        if move.source is not None:
            who = f"group {move.source}: {move.faces} of {counted(move.of, 'face')}"
        else:
            who = f"{counted(move.faces, 'face')} without a group"
        made = move.target is not None and move.target < 0
        where = "no group" if move.target is None else "a new group" if made else f"group {move.target}"
        session.output.record(
            {
                "cluster": move.source,
                "to": None if made else move.target,
                "new": made,
                "faces": move.faces,
                "of": move.of,
            },
            f"{who} would go to {where}",
        )
    if len(moves) > MOVES_SHOWN:
        session.output.say(f"These are the {MOVES_SHOWN} largest of {len(moves)} changes.")


def _scan(
    session: Session,
    library: Library,
    folders: Sequence[Path],
    *,
    group: bool,
    names: bool = True,
    every_file: bool = False,
) -> int:
    output = session.output

    def show(line: ScannedLine) -> None:
        """On the job's thread, as each photo is done."""
        if not output.bar_says_it:
            path = str(line.path)
            text = (
                f"{counted(line.faces, 'face'):>8}  {path}"
                if line.problem is None
                else f"not read  {path}: {line.problem}"
            )
            output.record({"photo": path, "faces": line.faces, "problem": line.problem}, text)
            output.flush()

    with open_vision(session, model_to_read_with(library)) as vision:
        scanning = ScanFolders(library, vision, folders, group, names=names, every_file=every_file, on_photo=show)
        if scanning.reads_all_again:
            output.say(f"The library was read with another model. {scanning.title}; every name is kept.")
        summary, _ = run_job(scanning, session, STOPPED_HALFWAY)
    return _summary(session, summary)


def _summary(session: Session, summary: ScanSummary, **more: object) -> int:
    named = f"{summary.named} named by the photos themselves, " if summary.named else ""
    gone = f"{counted(summary.gone, 'photo')} gone, " if summary.gone else ""
    left_out = f"{counted(summary.left_out, 'photo')} left out, " if summary.left_out else ""
    session.output.record(
        {
            **more,
            "photos": summary.photos,
            "skipped": summary.skipped,
            "faces": summary.faces,
            "failed": summary.failed,
            "named": summary.named,
            "gone": summary.gone,
            "left_out": summary.left_out,
            "seconds": round(summary.seconds, 3),
            "stages": {name: round(seconds, 3) for name, seconds in summary.stages.items()},
        },
        f"{counted(summary.photos, 'photo')} ({summary.skipped} unchanged, {summary.failed} not read), "
        f"{counted(summary.faces, 'face')} found, {named}{gone}{left_out}{summary.seconds:.1f} seconds",
    )
    return 1 if summary.failed else 0


def _folders(folders: Sequence[Path]) -> list[Path]:
    """A folder among others that is not there is a result of the scan; nothing but such folders is a mistake."""
    if not any(map(is_folder, folders)):
        missing = ", ".join(map(str, folders))
        raise UsageError(f"There is no folder {missing}. Check the name, or connect the drive it is on.")
    return [folder.absolute() for folder in folders]
