"""Every text of the program is in the catalogues, translated whole, and found there while the program runs."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTranslator
from PySide6.QtWidgets import QApplication

import app.ui
from app import paths
from app.ui import languages

SOURCE = Path(app.__file__ or "").parent
TRANSLATIONS = paths.resource("translations")
OTHERS = [code for code in languages.available() if code != "en"]
PLACEHOLDER = re.compile(r"%(?:L?n|[1-9])")


@dataclass(frozen=True)
class Text:
    """What Qt looks a text up by."""

    context: str
    source: str
    comment: str = ""
    counted: bool = False


def catalogue(code: str) -> dict[Text, ElementTree.Element]:
    root = ElementTree.parse(TRANSLATIONS / f"kinfolio_{code}.ts").getroot()
    return {
        Text(
            context.findtext("name", ""),
            message.findtext("source", ""),
            message.findtext("comment", ""),
            message.get("numerus") == "yes",
        ): message
        for context in root.iter("context")
        for message in context.iter("message")
    }


def forms(message: ElementTree.Element) -> list[str]:
    translation = message.find("translation")
    assert translation is not None
    return [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]


class Reader(ast.NodeVisitor):
    """Collects what modules say: with `self.tr` by the name of the class, otherwise by the context that is given."""

    def __init__(self) -> None:
        self.texts: set[Text] = set()
        # The contexts of texts that are marked in one place and looked up in another.
        self.marked: set[str] = set()
        self.looked_up: set[str] = set()
        self._classes: list[str] = []

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._classes.append(node.name)
        self.generic_visit(node)
        self._classes.pop()

    def visit_Call(self, node: ast.Call) -> None:
        name = ast.unparse(node.func).rpartition(".")[2]
        given = [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args]
        if name == "tr":
            given.insert(0, self._classes[-1])
        if name == "tr" or (name in ("translate", "QT_TRANSLATE_NOOP") and isinstance(given[0], str)):
            context, source, comment = (*given, None)[:3]
            assert isinstance(context, str)
            if name == "QT_TRANSLATE_NOOP":
                self.marked.add(context)
            if isinstance(source, str):
                self.texts.add(Text(context, source, str(comment or ""), counted=len(given) > 3))
            else:
                assert name == "translate", f"Only what is written out is found: {ast.unparse(node)}"
                self.looked_up.add(context)
        self.generic_visit(node)


@pytest.fixture(scope="module")
def said() -> set[Text]:
    reader = Reader()
    for file in SOURCE.rglob("*.py"):
        reader.visit(ast.parse(file.read_text(encoding="utf-8")))
    assert reader.looked_up == reader.marked
    return reader.texts


@pytest.mark.parametrize("code", OTHERS)
def test_a_catalogue_holds_what_the_program_says_and_no_more(code: str, said: set[Text]) -> None:
    assert len(said) > 600
    assert said ^ catalogue(code).keys() == set(), "Run `make translations`, then translate what came."


def test_english_has_the_plural_of_every_counted_text(said: set[Text]) -> None:
    assert {text for text in said if text.counted} ^ catalogue("en").keys() == set(), "Run `make translations`."


@pytest.mark.parametrize("code", languages.available())
def test_nothing_is_left_untranslated(code: str) -> None:
    for text, message in catalogue(code).items():
        translation = message.find("translation")
        assert translation is not None
        assert translation.get("type") is None, text
        assert len(forms(message)) == (2 if code == "en" and text.counted else 1), text
        assert all(form.strip() for form in forms(message)), text


@pytest.mark.parametrize("code", languages.available())
def test_nothing_that_is_filled_in_gets_lost(code: str) -> None:
    for text, message in catalogue(code).items():
        wanted, possible = set(PLACEHOLDER.findall(text.source)), set(PLACEHOLDER.findall(text.comment))
        *singular, last = (set(PLACEHOLDER.findall(form)) for form in forms(message))
        # A comment may name more than one language needs, and of one thing "one" need not be said.
        assert last <= wanted | possible, text
        assert possible or last == wanted, text
        assert all(wanted - {"%n", "%Ln"} <= form <= wanted for form in singular), text


@pytest.mark.parametrize("code", OTHERS)
def test_the_keys_of_menus_and_fields_stay_the_same(code: str) -> None:
    for text, message in catalogue(code).items():
        for form in forms(message):
            assert re.findall(r"&(\w)", form.lower()) == re.findall(r"&(\w)", text.source.lower()), text


def test_chinese_has_its_own_punctuation() -> None:
    for text, message in catalogue("zh_CN").items():
        for form in forms(message):
            assert not re.search(r"[\u4e00-\u9fff][,.;:?!]|\.\.\.", form), text


@pytest.mark.parametrize("code", languages.available())
def test_what_is_compiled_is_what_is_written(code: str, qapp: QApplication) -> None:
    compiled = QTranslator()
    assert compiled.load(str(TRANSLATIONS / f"kinfolio_{code}.qm"))
    for text, message in catalogue(code).items():
        for number, form in enumerate(forms(message), 1):
            count = number if text.counted else -1
            assert compiled.translate(text.context, text.source, text.comment, count) == form, (
                "Run `make translations`."
            )


def test_counted_texts_are_those_of_the_class_itself(said: set[Text]) -> None:
    """Qt for Python finds a text of the class that an object inherits from, but not one with a count."""
    for module in pkgutil.walk_packages(app.ui.__path__, "app.ui."):
        importlib.import_module(module.name)
    counting = {text.context for text in said if text.counted}

    def inheriting(base: type) -> Iterator[tuple[type, type]]:
        for heir in base.__subclasses__():
            yield base, heir
            yield from inheriting(heir)

    ours = [(base, heir) for base, heir in inheriting(QObject) if base.__module__.startswith("app.")]
    assert len(ours) > 20
    assert [(base, heir) for base, heir in ours if base.__name__ in counting] == []
