"""Commands by which a person decides: who somebody is, who they are not, what is no face; and undo. All write."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from concurrent.futures import Future

from app.cli.session import Session
from app.errors import UsageError
from app.library.library import Library
from app.library.records import ClusterId, Done, FaceId, FaceKind, Side

Edit = Callable[[Namespace, Library], Future[Done]]


def name(arguments: Namespace, library: Library) -> Future[Done]:
    faces, clusters = _faces_and_clusters(arguments)
    return library.name(arguments.name, faces=faces, clusters=clusters)


def merge(arguments: Namespace, library: Library) -> Future[Done]:
    people = list(dict.fromkeys(library.find_person(text).id for text in arguments.people))
    faces, clusters = _faces_and_clusters(arguments)
    if len(people) + len(clusters) + len(faces) < 2:
        raise UsageError("These are all the same; name at least two to merge.")
    return library.merge(people, clusters, faces)


def differ(arguments: Namespace, library: Library) -> Future[Done]:
    sides = [Side(person=library.find_person(text).id) for text in arguments.people]
    sides += [Side(cluster=ClusterId(cluster)) for cluster in arguments.cluster]
    sides += [Side(faces=(FaceId(face),)) for face in arguments.face]
    one, other = sides
    return library.differ(one, other)


def collage(arguments: Namespace, library: Library) -> Future[Done]:
    return library.allow_repeats(library.find_photo(arguments.photo).id, not arguments.no)


def born(arguments: Namespace, library: Library) -> Future[Done]:
    return library.set_born(library.find_person(arguments.person).id, arguments.date)


def split(arguments: Namespace, library: Library) -> Future[Done]:
    return library.split(_faces(arguments))


def reject(arguments: Namespace, library: Library) -> Future[Done]:
    return library.reject(_faces(arguments), library.find_person(arguments.person).id)


def ignore(arguments: Namespace, library: Library) -> Future[Done]:
    faces, clusters = _faces_and_clusters(arguments)
    return library.ignore(faces, clusters)


def not_a_face(arguments: Namespace, library: Library) -> Future[Done]:
    return library.set_kind(_faces(arguments), FaceKind.NOT_A_FACE)


def hide(arguments: Namespace, library: Library) -> Future[Done]:
    return library.set_hidden(library.find_person(arguments.person).id, not arguments.show)


def forget(arguments: Namespace, library: Library) -> Future[Done]:
    return library.forget(arguments.folder.absolute())


def undo(arguments: Namespace, library: Library) -> Future[Done]:
    return library.undo() if arguments.step is None else library.revert(arguments.step)


def redo(_arguments: Namespace, library: Library) -> Future[Done]:
    return library.redo()


def _command(edit: Edit, verb: str = "Done") -> Callable[[Namespace, Session], int]:
    def run(arguments: Namespace, session: Session) -> int:
        with session.library(writable=True) as library:
            done = edit(arguments, library).result()
            library.catch_up()
        session.output.record(
            {
                "undo": done.label,
                "person": done.people[0] if done.people else None,
                "people": list(done.people),
                "faces": list(done.faces),
            },
            f"{verb}: {done.label}",
        )
        return 0

    return run


COMMANDS = {
    "name": _command(name),
    "merge": _command(merge),
    "differ": _command(differ),
    "split": _command(split),
    "reject": _command(reject),
    "ignore": _command(ignore),
    "not-a-face": _command(not_a_face),
    "collage": _command(collage),
    "born": _command(born),
    "hide": _command(hide),
    "forget": _command(forget),
    "undo": _command(undo, "Undone"),
    "redo": _command(redo, "Done again"),
}


def _faces(arguments: Namespace) -> list[FaceId]:
    return [FaceId(face) for face in dict.fromkeys(arguments.face)]


def _faces_and_clusters(arguments: Namespace) -> tuple[list[FaceId], list[ClusterId]]:
    return _faces(arguments), _clusters(arguments)


def _clusters(arguments: Namespace) -> list[ClusterId]:
    return [ClusterId(cluster) for cluster in dict.fromkeys(arguments.cluster)]
