"""What a person answers in the stories, and that nobody asks them again."""

from __future__ import annotations

from app.library.questions import Question, share
from app.library.records import FaceId, Side
from app.ui.dialogs.same_person import SamePersonDialog
from app.ui.pages.review import percent
from app.ui.places import ReviewPlace
from tests.ui.program import Program
from tests.ui.story import CONTROL, Key, Story, faces_of, focus_window, open_person, press, shortcut, truth, type_text


def press_undo(program: Program) -> None:
    """In Review, where letters are typed while a name is asked for."""
    if program.window.review.card.answers.field() is None:
        press(Key.Key_Z)
    else:
        press(Key.Key_Z, CONTROL)


def open_review(program: Program) -> None:
    shortcut(program, Key.Key_3, CONTROL)
    wait_for_questions(program)
    assert program.window.place() == ReviewPlace()


def wait_for_questions(program: Program) -> None:
    """Until those that wait were read after all that was done."""
    questions = program.window.review.questions
    program.window.session.edits.settle()
    program.wait(lambda: questions.is_settled() and questions.counts == program.library.counts())


def answer_by_keys(story: Story) -> None:
    """Every question but those about Fred; the first answer is taken back and given again."""
    program, review = story.program, story.program.window.review
    open_review(program)
    first = review.card.question
    assert first is not None
    answer(story, first)
    assert review.card.question is not first
    press_undo(program)
    assert review.card.question is not None
    assert review.card.question.key == first.key
    answered, skipped = set[frozenset[Side]](), set[frozenset[Side]]()
    while True:
        if all(question.key in skipped for question in review.questions.ahead()):
            # Answers bring other questions: two groups that are one have no name yet.
            wait_for_questions(program)
            if all(question.key in skipped for question in review.questions.ahead()):
                break
        question = review.card.question
        assert question is not None
        assert question.key not in answered, "asked twice"
        if question.key not in skipped and answer(story, question):
            answered.add(question.key)
        else:
            skipped.add(question.key)
            press(Key.Key_Space)
    library = program.library
    assert {"Dora", "Emil"} <= {person.name for person in library.people()}, [p.name for p in library.people()]
    program.wait(lambda: review.progress.text().startswith(f"{percent(share(library.counts()))} % "))


def answer(story: Story, question: Question) -> bool:
    """Says the truth about the question on screen; False where nobody knows it."""
    card, program = story.program.window.review.card, story.program
    # Who they are is read from the library, where the answers before this one are to be by then.
    program.window.session.edits.settle()
    sides = [side.side for side in (question.about, question.who) if side is not None]
    who = [truth(program, side) for side in sides]
    if not all(who) or who == ["fred"]:
        return False
    if question.who is None:
        assert card.title.text() == "Who is this?"
        answer_with_a_name(program, who[0].title())
    else:
        assert card.title.text() == "Is this the same person?"
        if who[0] != who[1]:
            one, other = (frozenset(face.id for face in faces_of(program, side)) for side in sides)
            story.decided.append((one, other))
        press(Key.Key_Return if who[0] == who[1] else Key.Key_Delete)
    return True


def answer_with_a_name(program: Program, name: str) -> None:
    """Of somebody who is known it is asked whether that is the same person."""
    known = program.library.people_called(name)
    type_text(name)
    press(Key.Key_Return)
    if known:
        program.press(program.dialog(SamePersonDialog), "Same person")
    focus_window(program)


def everything_asked(program: Program) -> list[list[frozenset[FaceId]]]:
    """The sides of every question, by skipping until the first comes again."""
    open_review(program)
    review, asked, sides = program.window.review, [], []
    while review.card.isVisible() and review.card.question is not None and review.card.question.key not in asked:
        question = review.card.question
        asked.append(question.key)
        both = [side.side for side in (question.about, question.who) if side is not None]
        sides.append([frozenset(face.id for face in faces_of(program, side)) for side in both])
        press(Key.Key_Space)
    return sides


def nothing_is_asked_twice(story: Story) -> None:
    """Neither on Review nor on the page of a person; and nobody is taken for whom they were said not to be."""
    program = story.program
    asked = [sides for sides in everything_asked(program) if len(sides) == 2]
    for person in program.library.people():
        open_person(program, person.name)
        for card in program.window.person.panel.cards:
            both = (card.question.suggestion.one, card.question.suggestion.other)
            asked.append([frozenset(face.id for face in faces_of(program, side)) for side in both])
    for one, other in story.decided:
        for first, second in asked:
            assert not (first & one and second & other), "asked again"
            assert not (second & one and first & other), "asked again"
        names = {program.library.face(face).name for face in one} - {None}
        assert not names & {program.library.face(face).name for face in other}
