"""What a review asks, in which order, and what it promises."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.library import questions as asking
from app.library.questions import Portrayal, Question
from app.library.records import Cluster, ClusterId, Counts, FaceFilter, FaceId, PersonId, Side, Suggestion
from tests.library.conftest import Filler, found
from tests.library.looks import look

ANNA, BERTA = 0, 1
# Too little for the machine to take one for the other by itself.
ALIKE = 0.27


@pytest.fixture
def looks(fill: Filler) -> Filler:
    """Anna has a name; another look of hers and Berta have none."""
    for number in range(6):
        fill.photo(f"anna{number}.jpg", [ANNA])
    for number in range(4):
        fill.photo(f"other{number}.jpg", [], faces=[look(ANNA, number, alike=ALIKE)])
    for number in range(9):
        fill.photo(f"berta{number}.jpg", [BERTA])
    fill.library.group()
    fill.library.name("Anna", clusters=[group_of(fill, "anna0.jpg")]).result()
    fill.library.group()
    return fill


def group_of(fill: Filler, photo: str) -> ClusterId:
    (face,) = fill.library.faces(FaceFilter(photo=fill.library.find_photo(fill.root.path / photo).id))
    assert face.cluster is not None
    return face.cluster


def suggestion(probability: float, settles: int) -> Suggestion:
    return Suggestion(Side(person=PersonId(1)), Side(cluster=ClusterId(1)), probability, settles)


def question(group: int, probability: float, settles: int, name: str | None = "Anna") -> Question:
    about = Portrayal(Side(cluster=ClusterId(group)), None, settles, settles, FaceId(1), ())
    who = Portrayal(Side(person=PersonId(1)), name, 9, 9, FaceId(2), ())
    return Question(about, who, probability, settles)


def test_a_group_is_asked_about_with_the_likely_person_first_and_by_itself_later(looks: Filler) -> None:
    agenda = looks.library.agenda(200)
    other, berta = group_of(looks, "other0.jpg"), group_of(looks, "berta0.jpg")
    asked = [(one.about.side.cluster, one.who and one.who.name) for one in agenda.questions]
    assert asked == [(other, "Anna"), (berta, None), (other, None)]
    assert not agenda.more
    assert agenda.counts == looks.library.counts()


def test_of_more_questions_than_wanted_the_first_are_given(looks: Filler) -> None:
    whole, agenda = looks.library.agenda(200), looks.library.agenda(1)
    assert agenda.questions == whole.questions[:1]
    assert agenda.more


def test_what_is_asked_already_is_looked_at_again(looks: Filler) -> None:
    first = looks.library.agenda(200).questions[0]
    looks.photo("more.jpg", [], faces=[look(ANNA, 20, alike=ALIKE)])
    looks.library.group()
    again = looks.library.agenda(1, first).current
    assert again is not None
    assert (again.key, again.about.faces) == (first.key, 5)
    looks.library.name("Anna", clusters=[group_of(looks, "other0.jpg")]).result()
    assert looks.library.agenda(1, first).current is None


@pytest.mark.parametrize("how", ["merged", "undone"])
def test_a_question_about_a_person_who_went_is_none(looks: Filler, how: str) -> None:
    first = looks.library.agenda(200).questions[0]
    assert first.who is not None
    assert first.who.side.person is not None
    if how == "merged":
        berta = looks.library.name("Berta", clusters=[group_of(looks, "berta0.jpg")]).result().people[0]
        looks.library.merge([berta, first.who.side.person]).result()
    else:
        looks.library.undo().result()
    assert looks.library.agenda(200, first).current is None


def test_the_faces_shown_are_clear_and_of_all_times(fill: Filler) -> None:
    faces = [replace(found(ANNA, number), quality=0.9 if number % 10 == 3 else 0.6) for number in range(60)]
    photos = [fill.photo(f"{number:02}.jpg", [], faces=[face]) for number, face in enumerate(faces)]
    fill.library.group()
    side = Side(cluster=fill.library.clusters()[0].id)
    chosen = asking.telling_faces(fill.library._read, side)
    assert chosen == [fill.faces_of(photos[number])[0] for number in range(3, 60, 10)]


def test_what_is_hardly_worth_asking_is_not_asked() -> None:
    assert asking.ordered([suggestion(0.19, 3), suggestion(0.1, 12), suggestion(0.5, 1)], []) == [
        suggestion(0.5, 1),
        suggestion(0.1, 12),
    ]


def test_what_is_rather_answered_with_no_comes_last_however_many_faces_it_is_about() -> None:
    group = Cluster(ClusterId(7), 2, 2, FaceId(1))
    likely, large, unlikely = suggestion(0.9, 2), suggestion(0.3, 900), suggestion(0.4, 300)
    assert asking.ordered([large, unlikely, likely], [group]) == [likely, group, large, unlikely]


def test_nobody_is_asked_about_who_is_hidden_but_where_they_are_shown(looks: Filler) -> None:
    first = looks.library.agenda(200).questions[0]
    looks.library.set_hidden(looks.library.find_person("Anna").id, True).result()
    agenda = looks.library.agenda(200, first)
    assert {question.who for question in agenda.questions} == {None}
    assert agenda.current is None
    assert not agenda.waiting
    shown = looks.library.agenda(200, first, hidden=True)
    assert shown.current == shown.questions[0] == first


def test_a_name_must_settle_more_than_a_key(looks: Filler) -> None:
    group = Cluster(ClusterId(7), 12, 12, FaceId(1))
    assert asking.ordered([suggestion(0.9, 2), suggestion(0.9, 4)], [group]) == [
        suggestion(0.9, 4),
        group,
        suggestion(0.9, 2),
    ]


def test_what_answers_bring_is_what_can_be_expected() -> None:
    counts = Counts(photos=100, unreadable=0, faces=100, named_faces=50, people=1, clusters=2)
    assert asking.share(counts) == 0.5
    assert asking.share_after(counts, [question(1, 0.5, 20)]) == pytest.approx(0.6)
    # Whoever a group is, it gets one name; that two unnamed groups are one names nobody.
    assert asking.share_after(counts, [question(1, 0.5, 20), question(1, 0.4, 20)]) == pytest.approx(0.6)
    assert asking.share_after(counts, [question(1, 0.9, 20, name=None)]) == 0.5
    assert asking.share_after(counts, [replace(question(1, 1.0, 20), who=None)]) == pytest.approx(0.7)
    assert asking.share_after(replace(counts, faces=0, named_faces=0), []) == 0.0


@given(st.lists(st.tuples(st.integers(1, 5), st.floats(0, 1), st.integers(1, 40)), max_size=20))
def test_more_answers_never_promise_less_and_never_more_than_everything(drawn: list[tuple[int, float, int]]) -> None:
    counts = Counts(photos=100, unreadable=0, faces=100, named_faces=50, people=1, clusters=2)
    shares = [
        asking.share_after(counts, [question(*one) for one in drawn[:number]]) for number in range(len(drawn) + 1)
    ]
    assert shares == sorted(shares)
    assert shares[0] == 0.5
    assert shares[-1] <= 1


def test_the_latest_step_is_undone_and_an_earlier_one_taken_back(looks: Filler) -> None:
    library = looks.library
    first = library.name("Berta", clusters=[group_of(looks, "berta0.jpg")]).result()
    second = library.set_favourite(first.people[0], True).result()
    assert [first.step, second.step] == [entry.id for entry in library.history(2)][::-1]
    assert second.step is not None
    library.undo_step(second.step).result()
    assert library.redo_label() == second.label
    library.redo().result()
    assert first.step is not None
    anna = library.find_person("Anna").id
    library.set_favourite(anna, True).result()
    library.undo_step(second.step).result()
    assert library.undo_label() == f"Take back: {second.label}"
    assert library.person(anna).favourite
    assert not library.person(first.people[0]).favourite
