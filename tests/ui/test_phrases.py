"""What the parts without a window say appears in the language of the user, and names survive that unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QDateTime, QLocale, Qt, QTranslator
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.library.records import FaceKind, Side
from app.ui.dialogs.problems import PhotoProblemsDialog
from app.ui.phrases import done, errors, find, find_side, labels, reasons, said
from tests.ui import spoken
from tests.ui.program import Program

EVERY_PHRASE = [
    *labels.LABELS,
    *labels.SIDES,
    *labels.TITLES,
    *reasons.REASONS,
    *reasons.HISTORY,
    *errors.REFUSALS,
    *errors.LIBRARY,
    *errors.WORK,
    *errors.MODELS,
]


# The guard


def is_known(text: str) -> bool:
    """Whether the words of a sentence are those of phrases: nothing but what varies is left to be shown as it is."""
    found = find(text)
    return found is not None and all(map(is_known_part, found[1].values()))


def is_known_part(text: str) -> bool:
    a_moment = f"{spoken.A_MOMENT:%Y-%m-%d %H:%M}"
    return bool(re.fullmatch(f"[{spoken.HOLE} ,:']+|{a_moment}", text) or find_side(text)) or is_known(text)


def test_every_sentence_of_the_core_has_a_phrase() -> None:
    said_somewhere = spoken.sentences()
    # So many are there at least: else the collector has gone blind.
    assert len(said_somewhere) > 150
    # "7: 7" is a folder, and what is wrong with it.
    unknown = {text: where for text, where in said_somewhere.items() if not is_known(text) and text != "7: 7"}
    assert unknown == {}


def test_no_phrase_is_left_that_nobody_says() -> None:
    used: set[str] = set()
    for text in spoken.sentences():
        found = find(text)
        while found is not None:
            used.add(found[0].source)
            found = next((inner for part in found[1].values() if (inner := find(part))), None)
    # Of labels some are made of parts that the source does not show together.
    left = [phrase.source for phrase in EVERY_PHRASE if phrase not in (*labels.LABELS, *labels.SIDES)]
    assert [source for source in left if source not in used] == []


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ('raise AppError("The moon is away.")', "The moon is away."),
        ('raise LibraryError(f"The {moon} is away.")', "The 7 is away."),
        ('def f(db, name):\n    label = "Call {}" if name else "Forget all"\n    return Edit(label, ())', "Forget all"),
        ('def title(self):\n    return "Baking"', "Baking"),
        ('context.problem(Problem(path, "It rained."))', "It rained."),
    ],
)
def test_the_guard_sees_a_sentence_that_is_added(
    source: str, seen: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = tmp_path_factory.mktemp("source") / "added.py"
    added.write_text(source, encoding="utf-8")
    monkeypatch.setattr(spoken, "SOURCES", [*spoken.SOURCES, added])
    assert seen in spoken.sentences()
    assert not is_known(seen)


def test_the_window_tells_nobody_to_type_a_command_of_ours() -> None:
    shown = [phrase.instead or phrase.source for phrase in EVERY_PHRASE]
    assert [text for text in shown if re.search(r"\bkinfolio [a-z]|--library|`kinfolio", text)] == []


# What varies


NAMES = st.one_of(
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60),
    st.sampled_from(
        ["%1", "%2", "%n", "{}", "{0}", "into", "A into B", "Tom and Tina", "a: b", "安娜", "a face", "\\1"]
    ),
    st.lists(st.sampled_from(["into", "and", "%1", "to", "李", "apart", "3", "faces", "Not", "group"]), min_size=1).map(
        " ".join
    ),
    # Who is called so is not to be told from a group, whose number the window leaves out.
).filter(lambda name: not re.search("(group|face) [0-9]", name))
COUNTS = st.integers(2, 20_000)
SIDES = st.one_of(
    NAMES,
    COUNTS.map("{} faces".format),
    COUNTS.map("{} groups".format),
)
LABELS = st.one_of(
    st.builds("Name {}".format, NAMES),
    st.builds("Name {0}, except {1} faces in photos that show {0} already".format, NAMES, COUNTS),
    st.builds("Merge {} into {}".format, st.lists(SIDES, min_size=1, max_size=4).map(", ".join), NAMES),
    st.builds("Merge {} and {}".format, SIDES, SIDES),
    st.builds("Tell {} and {} apart".format, SIDES, SIDES),
    st.builds("Rename {} to {}".format, NAMES, NAMES),
    st.builds("Show {} and {} faces".format, NAMES, COUNTS),
    st.builds("Hide {} people".format, COUNTS),
    st.builds("Make {} no favourite".format, NAMES),
    st.builds("Not {}".format, NAMES),
    st.builds("Not {}: {} faces".format, NAMES, COUNTS),
    st.builds("Forget when {} was born".format, NAMES),
    st.builds("Split off {}".format, SIDES),
    st.builds("Ignore {} faces".format, COUNTS),
)


@given(label=LABELS, taken_back=st.integers(0, 2))
@example(label="Merge Anna into %1", taken_back=1)
def test_a_label_in_english_stays_as_it_is_whatever_the_names(label: str, taken_back: int) -> None:
    text = "Take back: " * taken_back + label
    assert said(text) == text


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("Hide Goldie", "Goldie is hidden."),
        ("Hide 3 people", "3 people are hidden."),
        ("Split off 3 faces", "3 faces are split off."),
        ("Merge group 4 into into", "Merged an unnamed group into into."),
        ("Tell group 3 and group 12 apart", "Told two unnamed groups apart."),
        ("Make Anna no favourite", "Anna is no favourite any more."),
        ("Take back: Hide %2", "Taken back: Hide %2"),
        ("Not Anna", "Not Anna"),
        ("Not Anna: 3 faces", "3 faces are not Anna."),
        (
            "Name Anna, except 3 faces in photos that show Anna already",
            "Named Anna, except 3 faces in photos that show Anna already.",
        ),
    ],
)
def test_of_a_step_that_was_taken_it_is_told_what_was_done(label: str, told: str) -> None:
    assert done(label) == told


def test_of_every_step_it_is_told_what_was_done() -> None:
    assert [label.source for label in labels.LABELS if not label.done] == ["Not %1"]


@given(text=st.text(max_size=80))
def test_what_nobody_knows_is_shown_as_it_is(text: str) -> None:
    assert said(text) == text


# In another language


class Shouting(QTranslator):
    """A language that says what the core says in capital letters, and everything else in English."""

    def translate(self, context: str, source: str, comment: str | None = None, n: int = -1) -> str:
        if context != "Phrases":
            return source
        return "".join(each if each.startswith("%") else each.upper() for each in re.split("(%[1-9n])", source))

    def isEmpty(self) -> bool:  # noqa: N802
        return False


@pytest.fixture
def shouting(qapp: QApplication) -> Iterator[None]:
    translator = Shouting()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


@pytest.mark.usefixtures("shouting")
@pytest.mark.parametrize(
    ("english", "shouted"),
    [
        ("Name Anna", "NAME Anna"),
        ("Name %1", "NAME %1"),
        ("Take back: Take back: Name Anna", "TAKE BACK: TAKE BACK: NAME Anna"),
        ("Merge Berta, 2 groups, face 7 into Anna", "MERGE Berta, 2 GROUPS, A FACE INTO Anna"),
        ("Merge group 4 and 3 faces", "MERGE AN UNNAMED GROUP AND 3 FACES"),
        ("Tell Anna and group 12 apart", "TELL Anna AND AN UNNAMED GROUP APART"),
        ("Tell group 3 and group 12 apart", "TELL TWO UNNAMED GROUPS APART"),
        ("Tell face 3 and face 12 apart", "TELL TWO FACES APART"),
        ("Hide 3 people", "HIDE 3 PEOPLE"),
        ("Show Anna and 3 faces", "SHOW Anna AND 3 FACES"),
        ("Forget when Anna was born", "FORGET WHEN Anna WAS BORN"),
        ("Group again (strict)", "GROUP AGAIN (STRICT)"),
        ("Scanning 3 folders", "SCANNING 3 FOLDERS"),
        ("This JPEG is cut off.", "THIS JPEG IS CUT OFF."),
        ("/a: b: This link leads nowhere.", "/a: b: THIS LINK LEADS NOWHERE."),
        (
            "/a: This file is empty.\n/b: This file is empty.",
            "/a: THIS FILE IS EMPTY.\n/b: THIS FILE IS EMPTY.",
        ),
        (
            "This picture cannot be used. This PNG is damaged.",
            "THIS PICTURE CANNOT BE USED. THIS PNG IS DAMAGED.",
        ),
        (
            "Later changes build on this step, so it cannot be reversed. "
            "It left the history; the next step can be undone.",
            "LATER CHANGES BUILD ON THIS STEP, SO IT CANNOT BE REVERSED. "
            "IT LEFT THE HISTORY; THE NEXT STEP CAN BE UNDONE.",
        ),
        ("Nobody knows this.", "Nobody knows this."),
    ],
)
def test_words_are_translated_and_names_are_not(english: str, shouted: str) -> None:
    assert said(english) == shouted


def test_an_obstacle_is_told_without_the_numbers_of_steps_and_by_the_clock_of_the_user() -> None:
    at = datetime(2026, 3, 4, 5, 6)
    text = said(
        f'"Name Anna" (step 1) cannot be taken back: "Merge Berta into Anna" (step 3, {at:%Y-%m-%d %H:%M}) builds on '
        "it: both are about Anna (person 2). Take that back first; nothing was changed."
    )
    assert "step" not in text
    assert "person" not in text
    assert QLocale().toString(QDateTime(2026, 3, 4, 5, 6, 0), QLocale.FormatType.ShortFormat) in text
    assert text.startswith('"Name Anna" cannot be taken back: "Merge Berta into Anna" (')


# In the window


@pytest.mark.usefixtures("shouting")
def test_the_window_speaks_the_language_of_the_user(program: Program) -> None:
    library, window = program.library, program.window
    one, other = (library.clusters()[place].id for place in (0, 1))
    anna = library.name("Anna", clusters=[one]).result().people[0]
    library.name("into %1", clusters=[other]).result()
    program.wait(lambda: window.actions_.undo.text() == "Undo: NAME into %1")
    window.session.edits.run(lambda: library.differ(Side(person=anna), Side(cluster=library.clusters()[0].id)))
    program.wait(lambda: window.messages.text == "TOLD Anna AND AN UNNAMED GROUP APART.")
    QTest.keyClick(window, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    steps = window.history.steps
    program.wait(lambda: steps.model.rowCount() == 3 and steps.model.index(2).data() == "NAME Anna")
    assert steps.model.index(2).data(Qt.ItemDataRole.ToolTipRole) == "NAME Anna"
    window.session.edits.run(lambda: library.set_kind([], FaceKind.IGNORED))
    program.wait(lambda: window.messages.text.startswith("THERE IS NO FACE TO CHANGE: GIVE ONE"))


@pytest.mark.usefixtures("shouting")
def test_a_photo_that_cannot_be_read_says_why_in_the_language_of_the_user(program: Program) -> None:
    program.window.actions_.problems.trigger()
    dialog = program.dialog(PhotoProblemsDialog)
    program.wait(lambda: dialog.model.rowCount() == 1)
    assert dialog.model.index(0, 1).data() == "THIS JPEG IS CUT OFF."
    dialog.copy_button.click()
    assert QApplication.clipboard().text().endswith("\tTHIS JPEG IS CUT OFF.")
    dialog.reject()
