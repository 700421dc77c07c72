"""Everybody as columns, what is hidden and shown again, whose name is meant, and what speaks against merging."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import UsageError
from app.library.crowd import Order
from app.library.library import Library
from app.library.names import fitting
from app.library.people import folded
from app.library.records import Cluster, FaceFilter, Named, Person, PersonId, Side
from tests.library.conftest import Filler, content


def names(library: Library, order: Order = Order.NAME) -> list[str]:
    crowd = library.crowd(order)
    records = [crowd.record(place) for place in range(len(crowd))]
    return [one.name if isinstance(one, Person) else f"group of {one.faces}" for one in records]


@pytest.fixture
def album(fill: Filler) -> Filler:
    """Anna on five photos, Bert on three, Cleo on four of 2020, Dora on two and an unnamed one on three."""
    for identity, (count, year) in enumerate(((5, 2001), (3, 2002), (4, 2020), (2, 2003), (3, 2004))):
        for number in range(count):
            fill.photo(f"{identity}-{number}.jpg", [identity], taken_at=datetime(year, 1, 1 + number))
    fill.library.group()
    for identity, name in enumerate(("anna", "Bert", "Çleo", "Dora")):
        photo = fill.library.find_photo(fill.root.path / f"{identity}-0.jpg")
        (face,) = fill.library.faces(FaceFilter(photo=photo.id))
        assert face.cluster is not None
        fill.library.name(name, clusters=[face.cluster]).result()
    return fill


def test_everybody_comes_in_the_order_that_was_chosen_with_favourites_first(album: Filler) -> None:
    library = album.library
    assert names(library) == ["anna", "Bert", "Çleo", "Dora", "group of 3"]
    library.set_favourite(library.find_person("Dora").id, True).result()
    assert names(library, Order.PHOTOS) == ["Dora", "anna", "Çleo", "Bert", "group of 3"]
    assert names(library, Order.NEWEST) == ["Dora", "Çleo", "Bert", "anna", "group of 3"]


def test_the_columns_hold_the_same_as_the_records(album: Filler) -> None:
    library = album.library
    library.set_favourite(library.find_person("Dora").id, True).result()
    library.set_born(library.find_person("Bert").id, datetime(1990, 5, 3).date()).result()
    crowd = library.crowd()
    assert [crowd.record(place) for place in range(len(crowd))] == [*library.people(), *library.clusters()]
    assert crowd.same(library.crowd())
    library.set_born(library.find_person("Bert").id, None).result()
    assert not crowd.same(library.crowd())


def test_names_are_found_by_any_of_their_words_in_any_case_and_with_any_accents(album: Filler) -> None:
    library = album.library
    library.rename(library.find_person("Bert").id, "Émile Çelik").result()
    crowd = library.crowd()

    def found(text: str) -> list[str]:
        return [crowd.names[place] for place in crowd.places_called(text)]

    assert found("CE") == ["Émile Çelik"]
    assert found("celik emile") == ["Émile Çelik"]
    assert found("le") == ["Çleo", "Émile Çelik"]
    assert found("celik anna") == []


def test_several_people_are_hidden_and_shown_again_with_what_was_ignored_as_one_step(album: Filler) -> None:
    library = album.library
    before = content(library)
    people = [library.find_person(name).id for name in ("anna", "Bert")]
    (group,) = library.clusters()
    assert library.mark(people, hidden=True).result().label == "Hide 2 people"
    library.ignore(clusters=[group.id]).result()
    assert names(library) == ["Çleo", "Dora"]
    hidden = library.crowd(hidden=True)
    assert hidden.names == ("anna", "Bert")
    assert hidden.record(2) == Cluster(group.id, 3, 3, group.cover)
    hid = content(library)
    assert library.show_again(people, [group.id]).result().label == "Show 2 people and 3 faces"
    assert names(library) == ["anna", "Bert", "Çleo", "Dora", "group of 3"]
    assert len(library.crowd(hidden=True)) == 0
    library.undo().result()
    assert content(library) == hid
    library.undo().result()
    library.undo().result()
    assert content(library) == before


def test_several_people_become_favourites_as_one_step(album: Filler) -> None:
    library = album.library
    people = [library.find_person(name).id for name in ("anna", "Dora")]
    assert library.mark(people, favourite=True).result().label == "Make 2 people favourites"
    assert names(library)[:3] == ["anna", "Dora", "Bert"]
    assert library.mark(people[:1], favourite=False).result().label == "Make anna no favourite"
    library.undo().result()
    library.undo().result()
    assert not any(person.favourite for person in library.people())
    with pytest.raises(UsageError, match="nobody to change"):
        library.mark([], hidden=True).result()


# Names


def known(*names: str) -> list[Named]:
    return [Named(PersonId(number), name, folded(name), False) for number, name in enumerate(names, 1)]


def test_who_is_called_so_comes_before_who_is_likely_and_they_before_who_was_named_lately() -> None:
    people = known("Annabel", "Hans Anders", "Ann", "Andrea", "Bert", "Susanne")
    annabel, hans, ann, andrea, *_ = (one.id for one in people)
    found = fitting(people, "ANN", [annabel], [ann], 8)
    assert [one.name for one in found] == ["Ann", "Annabel"], "Susanne has no word that begins so"
    found = fitting(people, "an", [hans], [andrea], 8)
    assert [one.name for one in found] == ["Hans Anders", "Andrea", "Ann", "Annabel"]
    assert [one.name for one in fitting(people, "", [hans], [andrea, hans], 8)] == ["Hans Anders", "Andrea"]
    assert [one.name for one in fitting(people, "an", [], [], 2)] == ["Andrea", "Ann"]


def test_words_begin_after_hyphens_and_in_chinese_with_every_sign() -> None:
    people = known("Jean-Luc Müller", "王小明", "O’Brien")
    for text, name in (
        ("luc m", "Jean-Luc Müller"),
        ("小明", "王小明"),
        ("brien", "O’Brien"),
        ("jean", people[0].name),
    ):
        assert [one.name for one in fitting(people, text, [], [], 8)] == [name]
    assert fitting(people, "uc", [], [], 8) == []


@given(st.lists(st.text("aäbÇ é-", min_size=1, max_size=9), max_size=8), st.text("aäbcé ", max_size=4))
def test_whoever_is_called_exactly_so_is_offered_first(names: list[str], text: str) -> None:
    found = fitting(known(*names), text, [], [], len(names))
    wanted = " ".join(folded(text).split())
    exact = [one for one in known(*names) if wanted and one.folded == wanted]
    assert {one.id for one in found[: len(exact)]} == {one.id for one in exact}
    assert all(wanted in one.folded for one in found)


# Comparing


def test_people_and_groups_are_compared_with_the_first_and_what_speaks_against_it_is_told(fill: Filler) -> None:
    library = fill.library
    for number in range(4):
        fill.photo(f"{number}.jpg", [0, 1])
        fill.photo(f"alone{number}.jpg", [2])
        fill.photo(f"more{number}.jpg", [3])
    library.group()
    sides = [Side(cluster=group.id) for group in sorted(library.clusters(), key=lambda group: group.id)]
    library.differ(sides[0], sides[2]).result()
    last = max(group.id for group in library.clusters())
    person = library.name("Anna", clusters=[last]).result().people[0]
    sides[3] = Side(person=person)
    library.reject([library.faces(FaceFilter(cluster=sides[2].cluster))[0].id], person).result()
    found = library.compare(sides)
    assert found.likeness[0] > 0.8
    assert np.abs(found.likeness[1:]).max() < 0.4
    assert np.argwhere(found.together).tolist() == [[0, 1], [1, 0]]
    assert found.together[0, 1] == 4
    assert np.argwhere(found.differ).tolist() == [[0, 2], [2, 0], [2, 3], [3, 2]]
    for photo in {face.photo for face in library.faces(FaceFilter(cluster=sides[0].cluster))}:
        library.allow_repeats(photo, True).result()
    assert not library.compare(sides).together.any(), "a collage shows nothing of the kind"
    assert len(library.compare([]).likeness) == 0
