"""What may be typed after `kinfolio`. Imports nothing but argparse, so that help and mistakes are answered at once."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

DESCRIPTION = """\
Your photos grouped by who is in them, on your own computer.
Without a command the window opens.
"""
EPILOG = """\
X is a person's id or name, P a photo's path or id; options that take several values are repeated.
With --json every line of standard output is one JSON object, and messages go to standard error. A file name that is
not valid UTF-8 is written with \\udcXX escapes, which Python's os.fsencode turns back into the bytes on the disk.

Exit codes: 0 done; 1 it ran, but some input could not be used; 2 wrong use; 3 the library cannot be used;
130 interrupted.
"""
STRICTNESS = ("loose", "normal", "strict")
# SQLite numbers rows with 63 bits.
ID_DIGITS = 18


Add = Callable[[str, str, str], argparse.ArgumentParser]


class _Once(argparse.Action):
    """Stores a value, and refuses an option that is given a second time: one of the two would be lost unseen."""

    def __init__(self, option_strings: Sequence[str], dest: str, **options: Any) -> None:
        super().__init__(option_strings, dest, **options)
        self._given = False

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: object, option: str | None = None
    ) -> None:
        if option is not None:
            if self._given:
                raise argparse.ArgumentError(self, "it can be given only once")
            self._given = True
        setattr(namespace, self.dest, values)


class _Parser(argparse.ArgumentParser):
    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)
        self.register("action", None, _Once)
        self.register("action", "store", _Once)


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """What was asked for. Raises SystemExit after help, the version, and mistakes."""
    parser = build_parser()
    # The options of every command are kept where they are given, before or after the command.
    unset = argparse.Namespace(library=None, json=False, device="auto", parser=parser)
    arguments, unknown = parser.parse_known_args(argv, unset)
    command: argparse.ArgumentParser = arguments.parser
    del arguments.parser
    # argparse does not take what follows the option for a DATE.
    if (
        arguments.command == "born"
        and arguments.unknown
        and (arguments.date is not None or any(not given.startswith("-") for given in unknown))
    ):
        command.error("DATE and --unknown exclude each other: give only one of them")
    if unknown:
        command.error(f"unrecognized arguments: {' '.join(unknown)}")
    if arguments.version:
        from importlib import metadata  # parses mail headers, which takes as long as all the rest of the help

        print(f"kinfolio {metadata.version('kinfolio')}")
        raise SystemExit(0)
    if arguments.command in ("name", "ignore") and not arguments.face and not arguments.cluster:
        command.error("say which faces with --face F, or which groups with --cluster C")
    if arguments.command in ("merge", "differ"):
        named = _named(arguments)
        if arguments.command == "merge" and len(named) < 2:
            command.error("say which people X, groups with --cluster C, or faces with --face F, are one: at least two")
        if arguments.command == "differ" and len(named) < 2:
            command.error("say which two differ: people X, groups with --cluster C, or faces with --face F")
        if arguments.command == "differ" and len(named) > 2:
            command.error(f"only two can be told apart at a time; too many: {', '.join(named[2:])}")
    if arguments.command == "suggest" and (arguments.person is None) == (arguments.cluster is None):
        command.error("give either a person X or a group with --cluster C")
    if arguments.command == "born" and arguments.date is None and not arguments.unknown:
        command.error("give either a DATE or --unknown")
    if arguments.command == "search" and arguments.face is not None and arguments.which is not None:
        command.error("--which chooses among the faces of an IMAGE; --face has chosen already")
    return arguments


def _named(arguments: argparse.Namespace) -> list[str]:
    """The people, groups and faces that were given, as they are typed."""
    clusters = [f"--cluster {cluster}" for cluster in arguments.cluster]
    return [*arguments.people, *clusters, *(f"--face {face}" for face in arguments.face)]


def build_parser() -> argparse.ArgumentParser:
    everywhere = _options_of_every_command()
    parser = _Parser(
        prog="kinfolio",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[everywhere],
    )
    parser.add_argument("--version", action="store_true", help="print the version and end")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    def add(name: str, topic: str, purpose: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=purpose, description=purpose, parents=[everywhere])
        command.set_defaults(topic=topic, parser=command)
        return command

    _add_scanning(add)
    _add_looking(add)
    _add_deciding(add)
    _add_searching(add)
    _add_exporting(add)
    _add_machine(add, everywhere)
    return parser


def _options_of_every_command() -> _Parser:
    """One object each for all commands, so that `_Once` also sees what was given before the command."""
    parser = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    options = parser.add_argument_group("options of every command")
    options.add_argument("--library", metavar="DIR", type=Path, help="the library (default: your own)")
    options.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON Lines")
    options.add_argument("--device", type=device, metavar="auto|cpu|gpu[:N]", help="what runs the models")
    return parser


def _add_scanning(add: Add) -> None:
    scan = add("scan", "scanning", "Find the faces in photo folders and group them.")
    scan.add_argument("folders", metavar="FOLDER", nargs="+", type=Path)
    scan.add_argument(
        "--exclude",
        metavar="GLOB",
        action="append",
        help="leave out files and folders of such a name, or path in a photo folder, in this scan and all later ones, "
        "instead of what was left out before; '' leaves out nothing",
    )
    scan.add_argument(
        "--every-file",
        action="store_true",
        help="compare every file with what was read of it, also where it has the size and time that it had; a "
        "comparison that was interrupted begins again when it is asked for again",
    )
    scan.add_argument("--no-group", action="store_true", help="find the faces only")
    scan.add_argument(
        "--no-names-from-files", action="store_true", help="leave the names that other programs wrote into photos"
    )
    group = add("group", "scanning", "Group the unnamed faces anew; people keep their faces.")
    _add_strictness(group, default="normal")
    group.add_argument("--dry-run", action="store_true", help="only tell what would change")
    add("reembed", "scanning", "Read the photos again that another model has read; every name is kept.")
    start = add("start", "scanning", "Scan, group, then open the window; without a display write people.html.")
    start.add_argument("--photos", metavar="DIR", type=Path, help="a folder to scan first")
    start.add_argument(
        "--report", metavar="FILE", type=Path, default=Path("people.html"), help="where people.html goes (no display)"
    )


def _add_looking(add: Add) -> None:
    people = add("people", "looking", "List the people.")
    people.add_argument("--hidden", action="store_true", help="list the hidden ones too")
    add("clusters", "looking", "List the unnamed groups, largest first.")
    faces = add("faces", "looking", "List faces.")
    faces.add_argument("--photo", metavar="P", help="of this photo")
    faces.add_argument("--person", metavar="X", type=person, help="of this person, by decision or by the machine")
    faces.add_argument("--cluster", metavar="C", type=identity, help="of this unnamed group")
    faces.add_argument("--unnamed", action="store_true", help="that belong to nobody")
    suggest = add("suggest", "looking", "List which groups, faces and people may be this person or group.")
    suggest.add_argument("person", metavar="X", type=person, nargs="?", help="a person")
    suggest.add_argument("--cluster", metavar="C", type=identity, help="an unnamed group")
    suggest.add_argument("--limit", metavar="N", type=count, default=50, help="at most so many (default: 50)")
    review = add("review", "looking", "List the questions whose answers settle most faces; takes seconds.")
    review.add_argument("--limit", metavar="N", type=count, default=20, help="at most so many (default: 20)")
    doubts = add("doubts", "looking", "List the faces named with their group that may be somebody else.")
    doubts.add_argument("person", metavar="X", type=person, nargs="?", help="of this person (default: of everybody)")
    doubts.add_argument("--limit", metavar="N", type=count, default=50, help="at most so many (default: 50)")
    photos = add("photos", "looking", "List photos, newest first.")
    photos.add_argument(
        "--any", metavar="X", type=person, action="append", default=[], help="with at least one of these people"
    )
    photos.add_argument("--all", metavar="X", type=person, action="append", default=[], help="with every one of them")
    photos.add_argument("--only", metavar="X", type=person, action="append", default=[], help="with nobody but them")
    photos.add_argument("--none", metavar="X", type=person, action="append", default=[], help="with none of them")
    gone = add("gone", "gone", "List the photos whose files are gone; folders that are away are left alone.")
    gone.add_argument(
        "--remove",
        action="store_true",
        help="take them out of the library; it cannot be undone, but should they come back they have their names",
    )
    history = add("history", "looking", "List what was done, newest first.")
    history.add_argument("--limit", metavar="N", type=count, default=100, help="at most so many (default: 100)")


def _add_deciding(add: Add) -> None:
    name = add("name", "deciding", "Say who somebody is.")
    _add_faces(name, clusters=True)
    name.add_argument("name", metavar="NAME", type=text, help="a name, or the id of a person who is known")
    rename = add("rename", "deciding", "Give a person another name.")
    rename.add_argument("person", metavar="X", type=person)
    rename.add_argument("name", metavar="NAME", type=text)
    merge = add("merge", "deciding", "Say that people, groups and faces are one person; the first one stays.")
    merge.add_argument("people", metavar="X", type=person, nargs="*", help="a person")
    _add_faces(merge, clusters=True)
    differ = add("differ", "deciding", "Say that two people, unnamed groups or faces are not the same person.")
    differ.add_argument("people", metavar="X", type=person, nargs="*", help="a person")
    _add_faces(differ, clusters=True)
    split = add("split", "deciding", "Take faces off their person or group, into a group of their own.")
    _add_faces(split, clusters=False)
    reject = add("reject", "deciding", "Say that faces are not this person.")
    _add_faces(reject, clusters=False)
    reject.add_argument("--person", metavar="X", type=person, required=True)
    ignore = add("ignore", "deciding", "Leave faces or whole groups out of groups and suggestions.")
    _add_faces(ignore, clusters=True)
    not_a_face = add("not-a-face", "deciding", "Say that these are no faces.")
    _add_faces(not_a_face, clusters=False)
    collage = add("collage", "deciding", "Say that one person may appear twice in a photo: a collage, a mirror.")
    collage.add_argument("photo", metavar="P")
    collage.add_argument("--no", action="store_true", help="say that nobody appears twice")
    born = add("born", "deciding", "Say when a person was born.")
    born.add_argument("person", metavar="X", type=person)
    born.add_argument("date", metavar="DATE", nargs="?", type=day, help="for example 2015-03-31")
    born.add_argument("--unknown", action="store_true", help="say that it is not known")
    hide = add("hide", "deciding", "Hide a person, or show them again.")
    hide.add_argument("person", metavar="X", type=person)
    hide.add_argument("--show", action="store_true", help="show them again")
    forget = add("forget", "deciding", "Take a folder's photos out of the library; the files stay as they are.")
    forget.add_argument("folder", metavar="FOLDER", type=Path)
    undo = add("undo", "deciding", "Take back what was done last, or one step of the history.")
    undo.add_argument("--step", metavar="N", type=identity, help="this step, and nothing that was done since")
    add("redo", "deciding", "Do again what was taken back last.")


def _add_searching(add: Add) -> None:
    search = add("search", "searching", "Find the faces most like one face.")
    probe = search.add_mutually_exclusive_group(required=True)
    probe.add_argument("image", metavar="IMAGE", nargs="?", type=Path)
    probe.add_argument("--face", metavar="F", type=identity, help="a face of the library")
    search.add_argument("--hidden", action="store_true", help="also the faces of hidden people, and ignored ones")
    search.add_argument("--which", metavar="N", type=count, help="which face of IMAGE: 1 is the largest")
    search.add_argument("--limit", metavar="N", type=count, default=50, help="at most so many (default: 50)")
    _add_strictness(search, default=None)
    embed = add("embed", "embedding", "Write the vectors of the faces in pictures; needs no library.")
    embed.add_argument("images", metavar="IMAGE", nargs="+", type=Path)
    embed.add_argument("--out", metavar="FILE.npz", type=Path, required=True)


def _add_exporting(add: Add) -> None:
    export = add("export", "exporting", "Copy the photos of a person to a folder.")
    export.add_argument("--person", metavar="X", type=person, required=True)
    export.add_argument("--to", metavar="DIR", type=Path, required=True)
    export.add_argument("--link", action="store_true", help="make symbolic links to the photos instead of copies")
    report = add("report", "exporting", "Write one page with everyone on it, pictures included.")
    report.add_argument("--out", metavar="FILE", type=Path, required=True)


def _add_machine(add: Add, everywhere: _Parser) -> None:
    model = add("model", "machine", "List the models, add one from a file, or choose the one this library uses.")
    actions = model.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, purpose in (
        ("list", "List the models."),
        ("add", "Add a model."),
        ("use", "Use a model in this library."),
    ):
        action = actions.add_parser(name, help=purpose, description=purpose, parents=[everywhere])
        action.set_defaults(parser=action)
        if name == "add":
            action.add_argument(
                "file",
                metavar="FILE",
                type=Path,
                help="a YuNet detector (.onnx), or an embedder: a folder that facenet_core trained, or FaceNet as a "
                "TensorFlow checkpoint, a .pb graph or Keras weights (.h5)",
            )
        elif name == "use":
            action.add_argument("name", metavar="NAME")
    command = add("doctor", "machine", "Check the installation, the models and the library.")
    command.add_argument("--deep", action="store_true", help="check every row of the library as well")


def _add_faces(parser: argparse.ArgumentParser, *, clusters: bool) -> None:
    # With groups, either option will do; `parse` sees to it that enough are given.
    parser.add_argument(
        "--face",
        metavar="F",
        type=identity,
        action="append",
        default=[],
        required=not clusters,
        help="a face, as `kinfolio faces` numbers them; may be repeated",
    )
    if clusters:
        parser.add_argument(
            "--cluster",
            metavar="C",
            type=identity,
            action="append",
            default=[],
            help="an unnamed group, as `kinfolio clusters` numbers them; may be repeated",
        )


def _add_strictness(parser: argparse.ArgumentParser, *, default: str | None) -> None:
    without = default or "the best ones, however unlike"
    parser.add_argument("--strictness", choices=STRICTNESS, default=default, help=f"how alike (default: {without})")


def device(given: str) -> str:
    if not re.fullmatch(r"auto|cpu|gpu(:\d+)?", given):
        raise argparse.ArgumentTypeError(f"there is no device {given!r}: write auto, cpu, gpu or gpu:N")
    return given


def text(given: str) -> str:
    """A name, which unlike a path must be text."""
    if any("\ud800" <= character <= "\udfff" for character in given):
        raise argparse.ArgumentTypeError(f"{given!r} is not text")
    return given


def person(given: str) -> str:
    """A name or an id."""
    if given.isdecimal() and len(given) > ID_DIGITS:
        raise argparse.ArgumentTypeError(f"{given} is nobody's id")
    return text(given)


def identity(given: str) -> int:
    if not re.fullmatch(r"[0-9]+", given) or len(given) > ID_DIGITS:
        raise argparse.ArgumentTypeError(f"{given!r} is not an id; ids are whole numbers")
    return int(given)


def day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{given!r} is not a date; write it as 2015-03-31") from None


def count(given: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", given) or int(given) < 1:
        raise argparse.ArgumentTypeError(f"{given!r} is not a number from 1")
    return int(given)
