"""Commands by which a person decides: who somebody is, who they are not, what is no face; and undo. All write."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from app.cli.session import Session
from app.errors import Cancelled, UsageError
from app.library.decisions import as_id
from app.library.library import Library
from app.library.naming import NameTakenError
from app.library.people import tidy
from app.library.records import ClusterId, Done, FaceId, FaceKind, PersonId, Side

Edit = Callable[[Namespace, Library], Future[Done]]


def name(arguments: Namespace, library: Library) -> Future[Done]:
    faces, clusters = _faces_and_clusters(arguments)
    if as_id(arguments.name) is None:
        return library.name(arguments.name, faces=faces, clusters=clusters)
    person = library.find_person(arguments.name)
    return library.name(person.name, faces=faces, clusters=clusters, person=person.id)


def about_name(arguments: Namespace, library: Library) -> list[str]:
    by_id = as_id(arguments.name) is not None
    known = [library.find_person(arguments.name)] if by_id else library.people_called(arguments.name)
    if not known:
        return []
    remarks = _overruled(library, [known[0].id], arguments)
    if not by_id and known[0].name != tidy(arguments.name):
        remarks.append(f"{known[0].name} is known already, so the name is written like that.")
    return remarks


def rename(arguments: Namespace, library: Library) -> Future[Done]:
    person, name = library.find_person(arguments.person), tidy(arguments.name)
    if person.name == name:
        raise UsageError(f"{person.name} is called so already. Nothing was changed.")
    renamed = library.rename(person.id, name, ask=True)
    try:
        renamed.result()
    except NameTakenError as error:
        other = error.people[0]
        raise UsageError(
            f"There is {other.name} already, person {other.id}. If they are one: kinfolio merge {other.id} "
            f"{person.id}. If not, choose another name. Nothing was changed."
        ) from None
    return renamed


def merge(arguments: Namespace, library: Library) -> Future[Done]:
    people = list(dict.fromkeys(library.find_person(text).id for text in arguments.people))
    faces, clusters = _faces_and_clusters(arguments)
    if len(people) + len(clusters) + len(faces) < 2:
        raise UsageError("These are all the same; name at least two to merge.")
    return library.merge(people, clusters, faces)


def about_merge(arguments: Namespace, library: Library) -> list[str]:
    return _overruled(library, [library.find_person(text).id for text in arguments.people], arguments)


def differ(arguments: Namespace, library: Library) -> Future[Done]:
    sides = [Side(person=library.find_person(text).id) for text in arguments.people]
    sides += [Side(cluster=ClusterId(cluster)) for cluster in arguments.cluster]
    sides += [Side(faces=(FaceId(face),)) for face in arguments.face]
    one, other = sides
    return library.differ(one, other)


def collage(arguments: Namespace, library: Library) -> Future[Done]:
    photo = library.find_photo(arguments.photo)
    if photo.repeats_allowed != arguments.no:
        raise UsageError(f"That was said of {photo.display} already. Nothing was changed.")
    return library.allow_repeats(photo.id, not arguments.no)


def born(arguments: Namespace, library: Library) -> Future[Done]:
    person = library.find_person(arguments.person)
    if person.born_on == arguments.date:
        raise UsageError(f"That was said of {person.name} already. Nothing was changed.")
    return library.set_born(person.id, arguments.date)


def split(arguments: Namespace, library: Library) -> Future[Done]:
    return library.split(_faces(arguments))


def reject(arguments: Namespace, library: Library) -> Future[Done]:
    person, faces = library.find_person(arguments.person), _faces(arguments)
    if library.rejected(faces, person.id):
        raise UsageError(f"That was said of {person.name} already. Nothing was changed.")
    return library.reject(faces, person.id)


def ignore(arguments: Namespace, library: Library) -> Future[Done]:
    faces, clusters = _faces_and_clusters(arguments)
    if not clusters:
        _check_kind(library, faces, FaceKind.IGNORED)
    return library.ignore(faces, clusters)


def not_a_face(arguments: Namespace, library: Library) -> Future[Done]:
    _check_kind(library, _faces(arguments), FaceKind.NOT_A_FACE)
    return library.set_kind(_faces(arguments), FaceKind.NOT_A_FACE)


def _check_kind(library: Library, faces: Sequence[FaceId], kind: FaceKind) -> None:
    if all(library.face(face).kind is kind for face in faces):
        raise UsageError("That was said already. Nothing was changed.")


def hide(arguments: Namespace, library: Library) -> Future[Done]:
    person = library.find_person(arguments.person)
    if person.hidden != arguments.show:
        raise UsageError(f"{person.name} is {'shown' if arguments.show else 'hidden'} already. Nothing was changed.")
    return library.set_hidden(person.id, not arguments.show)


def forget(arguments: Namespace, library: Library) -> Future[Done]:
    return library.forget(arguments.folder.absolute())


def undo(arguments: Namespace, library: Library) -> Future[Done]:
    return library.undo() if arguments.step is None else library.revert(arguments.step)


def redo(_arguments: Namespace, library: Library) -> Future[Done]:
    return library.redo()


def _command(
    edit: Edit,
    verb: Callable[[Namespace], str] = lambda arguments: "Done",
    about: Callable[[Namespace, Library], list[str]] = lambda arguments, library: [],
) -> Callable[[Namespace, Session], int]:
    """A command that makes an edit; `about` says what is worth knowing of it, asked before and said after."""

    def run(arguments: Namespace, session: Session) -> int:
        with session.library(writable=True) as library:
            remarks = about(arguments, library)
            done = edit(arguments, library).result()
            # Told at once: whatever happens to the grouping that follows, this is done.
            session.output.record(
                {
                    "undo": done.label,
                    "person": done.people[0] if done.people else None,
                    "people": list(done.people),
                    "faces": list(done.faces),
                },
                f"{verb(arguments)}: {done.label}",
            )
            for remark in remarks:
                session.output.say(remark)
            session.output.flush()
            try:
                library.catch_up()
            except KeyboardInterrupt:
                raise Cancelled(
                    "Stopped. What was decided is kept; faces are grouped with the next decision."
                ) from None
        return 0

    return run


COMMANDS = {
    "name": _command(name, about=about_name),
    "rename": _command(rename),
    "merge": _command(merge, about=about_merge),
    "differ": _command(differ),
    "split": _command(split),
    "reject": _command(reject),
    "ignore": _command(ignore),
    "not-a-face": _command(not_a_face),
    "collage": _command(collage),
    "born": _command(born),
    "hide": _command(hide),
    "forget": _command(forget),
    "undo": _command(undo, lambda arguments: "Undone" if arguments.step is None else "Done"),
    "redo": _command(redo, lambda arguments: "Done again"),
}


def _overruled(library: Library, people: Sequence[PersonId], arguments: Namespace) -> list[str]:
    faces, clusters = _faces_and_clusters(arguments)
    if not library.said_to_differ(people, clusters, faces):
        return []
    return ["It was said before that they are not the same person; this overrules that. `kinfolio undo` takes it back."]


def _faces(arguments: Namespace) -> list[FaceId]:
    return [FaceId(face) for face in dict.fromkeys(arguments.face)]


def _faces_and_clusters(arguments: Namespace) -> tuple[list[FaceId], list[ClusterId]]:
    return _faces(arguments), _clusters(arguments)


def _clusters(arguments: Namespace) -> list[ClusterId]:
    return [ClusterId(cluster) for cluster in dict.fromkeys(arguments.cluster)]
