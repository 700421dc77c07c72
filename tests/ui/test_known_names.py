"""Names at hand: what is offered letter by letter is what would be offered for the whole beginning at once."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.library import names
from app.library.people import folded
from app.library.records import Named, PersonId
from tests.ui.program import Program

NAMES = st.lists(st.text("abé林 -x", min_size=1, max_size=8), min_size=1, max_size=12)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(called=NAMES, typed=st.lists(st.text("abé林 -", max_size=4), min_size=1, max_size=6))
def test_each_letter_more_offers_those_whom_the_whole_text_offers(
    program: Program, called: list[str], typed: list[str]
) -> None:
    known = program.window.session.names
    everybody = [Named(PersonId(n + 1), name, folded(name), False) for n, name in enumerate(called)]
    known._people = {one.id: one for one in everybody}
    for text in typed:
        for end in range(len(text) + 1):
            beginning = text[:end]
            expected = names.fitting(everybody, beginning, (PersonId(1),), (), 8)
            assert known.fitting(beginning, (PersonId(1),), 8) == expected


def test_changes_that_come_while_names_are_read_are_read_after_them(program: Program) -> None:
    library, known = program.library, program.window.session.names
    (first, *_) = library.clusters()
    person = library.name("Anna 0", clusters=[first.id]).result().people[0]
    for number in range(1, 30):
        library.rename(person, f"Anna {number}")
    program.wait(lambda: [one.name for one in known.fitting("anna", (), 8)] == ["Anna 29"])
    program.wait(lambda: not known._reading)
    assert [one.name for one in known.fitting("anna", (), 8)] == ["Anna 29"]
