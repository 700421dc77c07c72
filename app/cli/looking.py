"""Commands that list what the library holds: people, clusters, faces, photos, history. They never write."""

from __future__ import annotations

import os
from argparse import Namespace

from app.cli.jobs import run_job
from app.cli.output import counted
from app.cli.session import Session
from app.library.library import Library
from app.library.questions import worth_asking
from app.library.records import (
    ClusterId,
    Counts,
    DoubtReason,
    Face,
    FaceFilter,
    PersonId,
    Photo,
    PhotoFilter,
    Side,
    Suggestion,
)
from app.library.roots import display_text
from app.work.jobs.review import Review

# Photos, or faces.
AT_A_TIME = 1000
NO_PHOTOS = "The library shows no photos. Read some in with: kinfolio scan FOLDER"
NAME_A_GROUP = "Say who a group is with: kinfolio name --cluster C NAME"
# Why a face is asked about again.
DOUBTED = {
    DoubtReason.UNLIKE: "unlike the others",
    DoubtReason.UNBORN: "taken before their birth",
    DoubtReason.TWICE: "twice in this photo",
}


def people(arguments: Namespace, session: Session) -> int:
    with session.library() as library:
        found = library.people(hidden=arguments.hidden)
        for person in found:
            session.output.record(
                {
                    "person": person.id,
                    "name": person.name,
                    "faces": person.faces,
                    "photos": person.photos,
                    "cover_face": person.cover,
                    "born_on": person.born_on.isoformat() if person.born_on is not None else None,
                },
                f"{person.id:>6}  {person.name}  "
                f"({counted(person.faces, 'face')} in {counted(person.photos, 'photo')}"
                + (f", born {person.born_on})" if person.born_on is not None else ")"),
            )
        if not found:
            session.output.say(_nobody(library))
    return 0


def clusters(_arguments: Namespace, session: Session) -> int:
    with session.library() as library:
        found = library.clusters()
        for cluster in found:
            session.output.record(
                {"cluster": cluster.id, "faces": cluster.faces, "photos": cluster.photos},
                f"{cluster.id:>6}  {counted(cluster.faces, 'face')} in {counted(cluster.photos, 'photo')}",
            )
        if not found:
            session.output.say(_no_groups(library.counts()))
    return 0


def faces(arguments: Namespace, session: Session) -> int:
    with session.library() as library:
        which = FaceFilter(
            photo=library.find_photo(arguments.photo).id if arguments.photo is not None else None,
            person=library.find_person(arguments.person).id if arguments.person is not None else None,
            cluster=library.cluster_id(arguments.cluster) if arguments.cluster is not None else None,
            unnamed=arguments.unnamed,
        )
        ids = library.face_ids(which)
        for start in range(0, len(ids), AT_A_TIME):
            for face in library.faces_by_id(ids[start : start + AT_A_TIME].tolist()):
                session.output.record(face_record(face), face_text(face))
    return 0


def photos(arguments: Namespace, session: Session) -> int:
    with session.library() as library:
        ids = library.photo_ids(
            PhotoFilter(
                any_of=_people(library, arguments.any),
                all_of=_people(library, arguments.all),
                only=_people(library, arguments.only),
                none_of=_people(library, arguments.none),
            )
        )
        for start in range(0, len(ids), AT_A_TIME):
            for photo in library.photos(ids[start : start + AT_A_TIME].tolist()):
                session.output.record(_photo_record(photo), f"{photo.id:>7}  {photo.display}{_photo_note(photo)}")
    return 0


def history(arguments: Namespace, session: Session) -> int:
    with session.library() as library:
        entries = library.history(arguments.limit)
        if not entries:
            session.output.say("Nothing was decided yet.")
        for entry in entries:
            note = "  (undone)" if entry.undone else "  (taken back)" if entry.taken_back else ""
            session.output.record(
                {
                    "id": entry.id,
                    "at": entry.at.isoformat(),
                    "label": entry.label,
                    "undone": entry.undone,
                    "taken_back": entry.taken_back,
                },
                f"{entry.id:>6}  {entry.at.astimezone():%Y-%m-%d %H:%M}  {entry.label}{note}",
            )
    return 0


def suggest(arguments: Namespace, session: Session) -> int:
    with session.library() as library:
        if arguments.person is not None:
            subject = Side(person=library.find_person(arguments.person).id)
        else:
            subject = Side(cluster=library.cluster_id(arguments.cluster))
        sizes = _sizes(library)
        found = library.suggestions(subject, arguments.limit)
        for one in found:
            record, text = _side(library, sizes, one.one if one.other == subject else one.other)
            session.output.record(
                record | {"probability": one.probability, "settles": one.settles},
                f"{one.probability:>4.0%}  {text}",
                _answers(one),
            )
        if not found:
            session.output.say(f"Nothing that is undecided is like {_side(library, sizes, subject)[1]}.")
    return 0


def review(arguments: Namespace, session: Session) -> int:
    with session.library() as library:
        found, _ = run_job(Review(library, arguments.limit), session)
        questions = sorted(found, key=worth_asking, reverse=True)
        sizes = _sizes(library)
        # Two questions about one group are at most once answered with yes.
        expected: dict[Side, float] = {}
        for question in questions:
            gain = question.probability * question.settles
            expected[question.other] = max(gain, expected.get(question.other, 0.0))
            one, one_text = _side(library, sizes, question.one)
            other, other_text = _side(library, sizes, question.other)
            session.output.record(
                {"one": one, "other": other, "probability": question.probability, "settles": question.settles},
                f"{question.probability:>4.0%}  Is {other_text} the same person as {one_text}?",
                _answers(question),
            )
        counts = library.counts()
        undecided, settled = counts.faces - counts.named_faces, sum(expected.values())
        session.output.record(
            {"questions": len(questions), "expected": settled, "undecided": undecided},
            f"The next {counted(len(questions), 'answer')} may settle about {settled:.0f} of "
            f"{counted(undecided, 'undecided face')}."
            if questions
            else _nothing_to_ask(counts, undecided),
        )
        if unlikely := len(questions) - sum(map(worth_asking, questions)):
            session.output.say(
                f"{_the_last(unlikely, len(questions))} hardly worth asking: the answer is most likely no, "
                "and a yes would settle few faces."
            )
    return 0


def doubts(arguments: Namespace, session: Session) -> int:
    with session.library() as library:
        person = library.find_person(arguments.person).id if arguments.person is not None else None
        names = {one.id: one.name for one in library.people(hidden=True)}
        found = library.doubts(person, arguments.limit)
        for doubt in found:
            face, name = library.face(doubt.face), names[doubt.person]
            instead = names[doubt.instead] if doubt.instead is not None else None
            notes = [DOUBTED[doubt.reason], *([f"more like {instead}"] if instead is not None else [])]
            session.output.record(
                {
                    "face": doubt.face,
                    "photo": str(face.path),
                    "person": doubt.person,
                    "name": name,
                    "instead": doubt.instead,
                    "instead_name": instead,
                    "probability": doubt.probability,
                    "reason": str(doubt.reason),
                },
                f"{doubt.probability:>4.0%}  Not {name}?  face {face.id}, {face.display}  ({', '.join(notes)})",
            )
    if found:
        session.output.say(
            "If it is that person: kinfolio name --face F NAME. If not: kinfolio reject --face F --person X."
        )
    else:
        session.output.say("No face that was named with its group is in doubt.")
    return 0


COMMANDS = {
    "people": people,
    "clusters": clusters,
    "faces": faces,
    "photos": photos,
    "suggest": suggest,
    "review": review,
    "doubts": doubts,
    "history": history,
}


def face_record(face: Face) -> dict[str, object]:
    return {
        "face": face.id,
        "photo": str(face.path),
        "box": list(face.box),
        "score": face.score,
        "quality": face.quality,
        "cluster": face.cluster,
        "person": face.person,
        "name": face.name,
        "automatic": face.automatic,
        "automatic_name": face.automatic_name,
        "kind": str(face.kind),
    }


def face_text(face: Face) -> str:
    if face.name is not None:
        who = face.name
    elif face.automatic_name is not None:
        who = f"{face.automatic_name}?"
    else:
        who = f"group {face.cluster}" if face.cluster is not None else "nobody yet"
    kind = "" if face.kind == "face" else f"  ({face.kind})"
    return f"{face.id:>7}  {who}{kind}  {face.display}  at {box_text(face.box)}"


def box_text(box: tuple[float, float, float, float]) -> str:
    return " ".join(f"{part:.3f}" for part in box)


def _sizes(library: Library) -> dict[ClusterId, int]:
    return {cluster.id: cluster.faces for cluster in library.clusters()}


def _side(library: Library, sizes: dict[ClusterId, int], side: Side) -> tuple[dict[str, object], str]:
    """A person, a group or a single face, as record and as text."""
    record: dict[str, object] = {"person": side.person, "name": None, "cluster": side.cluster, "face": None}
    if side.person is not None:
        person = library.person(side.person)
        return record | {"name": person.name, "faces": person.faces}, person.name
    if side.cluster is not None:
        # A group all but one of whose faces the machine takes for somebody is not listed.
        faces = sizes.get(side.cluster, 1)
        return record | {"faces": faces}, f"group {side.cluster} ({counted(faces, 'face')})"
    (face,) = side.faces
    return record | {"face": face, "faces": 1}, f"face {face} ({library.face(face).display})"


def _nobody(library: Library) -> str:
    if library.people(hidden=True):
        return "Everybody is hidden. List them with: kinfolio people --hidden"
    return f"Nobody has a name yet. {NAME_A_GROUP if library.counts().photos else NO_PHOTOS}"


def _no_groups(counts: Counts) -> str:
    alone = counts.faces - counts.named_faces
    if not counts.photos:
        why = NO_PHOTOS
    elif not alone:
        why = "No face waits for a decision."
    else:
        why = f"{counted(alone, 'undecided face')} alone: kinfolio faces --unnamed"
    return f"There is no unnamed group. {why}"


def _answers(question: Suggestion) -> str:
    """What to type for yes and for no."""
    sides = " ".join(_typed(side) for side in (question.one, question.other))
    return f"      yes: kinfolio merge {sides}    no: kinfolio differ {sides}"


def _typed(side: Side) -> str:
    """A side as a command takes it: a person by id, since two may have one name."""
    if side.person is not None:
        return str(side.person)
    return f"--cluster {side.cluster}" if side.cluster is not None else f"--face {side.faces[0]}"


def _the_last(number: int, of: int) -> str:
    if number == of:
        return "These are" if of > 1 else "This is"
    return f"The last {number} are" if number > 1 else "The last one is"


def _nothing_to_ask(counts: Counts, undecided: int) -> str:
    if not counts.photos:
        return f"There is nothing to ask. {NO_PHOTOS}"
    if not undecided:
        return "There is nothing to ask: no face waits for a decision."
    hint = "" if counts.people else f" {NAME_A_GROUP}"
    return (
        f"There is nothing to ask: none of {counted(undecided, 'undecided face')} is so like another group or a person "
        f"that they may be one.{hint}"
    )


def _people(library: Library, texts: list[str]) -> tuple[PersonId, ...]:
    return tuple(library.find_person(text).id for text in texts)


def _photo_record(photo: Photo) -> dict[str, object]:
    return {
        "photo": str(photo.path),
        "id": photo.id,
        "width": photo.width,
        "height": photo.height,
        "taken_at": photo.taken_at.isoformat() if photo.taken_at is not None else None,
        "camera": photo.camera,
        "faces": photo.faces,
        "problem": photo.problem,
        "missing": photo.missing,
        "repeats_allowed": photo.repeats_allowed,
        "copies": [str(path) for path in photo.copies],
    }


def _photo_note(photo: Photo) -> str:
    if photo.problem is not None:
        return f"  (not read: {photo.problem})"
    also = ", ".join(display_text(os.fsencode(path)) for path in photo.copies)
    return f"  (also {also})" if also else ""
