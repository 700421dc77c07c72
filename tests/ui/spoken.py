"""Collects from the source what the parts without a window say: every sentence, with a 7 for whatever varies in it.

This evaluates the forms in which sentences are made: literals, f-strings, conditions, tables, and functions that give
such. What it cannot tell is an error, so that no sentence goes unseen because it is made in another way.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import app
import facenet_core

APP, CORE = (Path(package.__path__[0]) for package in (app, facenet_core))
# Not the window itself (`app.ui`, `app.main`), whose texts are translated where they are made, and not what only the
# command line says (`app.cli`, `app.__main__`, `app.doctor`), which speaks English.
SOURCES = [
    *sorted(file for part in ("decode", "library", "work", "vision") for file in (APP / part).rglob("*.py")),
    *sorted(file for file in APP.glob("*.py") if file.name not in ("__main__.py", "main.py", "doctor.py")),
    # Why there is no graphics card stands in the settings. What else it says is about files of models, for experts.
    CORE / "devices.py",
]
HOLE = "7"
A_MOMENT = datetime(2026, 3, 4, 5, 6)

# Which argument of a call is said. Errors of the user are added.
SAID = {"Edit": 0, "Done": 0, "Problem": 1, "phase": 0}
# Functions that give what is said, to whoever asks for it.
SAYING = {"title", "restored", "share_warning", "why_no_gpu", "_missing_driver", "why_unusable"}
# By these names sentences go to a function, or into a row.
CARRIERS = {"label", "reason", "sentence", "problem"}
# Where these come from, they are collected.
COLLECTED = CARRIERS | {"why", "title"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Untold(Exception):
    """Nobody can tell what this says."""


@dataclass(frozen=True)
class _Module:
    path: Path
    tree: ast.Module
    parents: dict[ast.AST, ast.AST]

    @classmethod
    def read(cls, path: Path) -> _Module:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        return cls(path, tree, parents)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent


def sentences() -> dict[str, str]:
    """Every sentence, and where it is said."""
    return _Speakers([_Module.read(path) for path in SOURCES]).sentences()


class _Speakers:
    def __init__(self, modules: list[_Module]) -> None:
        self._modules = modules
        self._functions: dict[str, list[tuple[_Module, Function]]] = {}
        for module in modules:
            for node in ast.walk(module.tree):
                if isinstance(node, Function):
                    self._functions.setdefault(node.name, []).append((module, node))
        self._errors = self._errors_of_the_user()

    def sentences(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for module in self._modules:
            for node in ast.walk(module.tree):
                for said in self._said_by(module, node):
                    for text in self._whole(module, said):
                        found.setdefault(text, f"{module.path.name}:{said.lineno}")
        return found

    def _errors_of_the_user(self) -> set[str]:
        classes = [node for module in self._modules for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)]
        names = {"AppError", "FacenetError"}
        while more := {
            c.name for c in classes if c.name not in names and any(_name(base) in names for base in c.bases)
        }:
            names |= more
        return names

    def _said_by(self, module: _Module, node: ast.AST) -> Iterator[ast.expr]:
        if isinstance(node, Function) and node.name in SAYING:
            yield from _returns(node)
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "reason" for t in node.targets):
            yield node.value
        if not isinstance(node, ast.Call):
            return
        name = _name(node.func)
        if name in SAID and len(node.args) > SAID[name]:
            yield node.args[SAID[name]]
        elif node.args and self._is_error(module, node):
            yield node.args[0]
        elif name != "__init__":
            yield from self._carried(name, node)
        yield from (word.value for word in node.keywords if word.arg in CARRIERS)

    def _is_error(self, module: _Module, call: ast.Call) -> bool:
        """Whether an error is made from its sentence here."""
        name = _name(call.func)
        if name == "__init__":
            return any(isinstance(outer, ast.ClassDef) and outer.name in self._errors for outer in module.around(call))
        return name in self._errors and not self._words_itself(name)

    def _words_itself(self, error: str) -> bool:
        """Whether it is made from something else than its sentence."""
        makers = [f for module, f in self._functions["__init__"] if _name(module.parents[f]) == error]
        return any(not {argument.arg for argument in maker.args.args} & CARRIERS for maker in makers)

    def _carried(self, name: str, call: ast.Call) -> Iterator[ast.expr]:
        """The arguments for parameters that carry sentences, of functions with such."""
        for _, function in self._functions.get(name, ()):
            parameters = [argument for argument in function.args.args if argument.arg not in ("self", "cls")]
            for parameter, argument in zip(parameters, call.args, strict=False):
                # What is read from the history was said before.
                if parameter.arg in CARRIERS and _name(parameter.annotation) == "str" and name != "from_blob":
                    yield argument

    # Evaluation

    def _whole(self, module: _Module, node: ast.expr, seen: frozenset[ast.AST] = frozenset()) -> list[str]:
        """What an expression may say; nothing where that is collected elsewhere. Raises Untold."""
        if node in seen:
            return []
        seen |= {node}
        match node:
            case ast.Name(id=name) if name in CARRIERS and self._is_parameter(module, node):
                return []
            case ast.Name(id=name):
                values = list(self._values(module, node))
                if not values and name in COLLECTED:
                    return []
                if values:
                    return [text for place, value in values for text in self._whole(place, value, seen)]
            case ast.Attribute(attr=name) if name in COLLECTED:
                return []
            case ast.Attribute(value=ast.Name(id="DoubtReason")):
                # Said by the page that shows it.
                return []
            case ast.Constant(value=None) | ast.Call(func=ast.Name(id="str")):
                return []
            case ast.IfExp(body=one, orelse=other):
                return self._whole(module, one, seen) + self._whole(module, other, seen)
            case ast.BoolOp(values=choices):
                return [text for choice in choices for text in self._whole(module, choice, seen)]
            case ast.Call(func=ast.Attribute(attr="join"), args=[ast.GeneratorExp(elt=each)]):
                return self._whole(module, each, seen)
            case ast.Call(func=ast.Name(id=name)) if name in self._functions:
                return [text for place, value in self._given(module, name) for text in self._whole(place, value, seen)]
            case ast.Constant() | ast.JoinedStr() | ast.BinOp() | ast.Call() | ast.Subscript():
                return self._part(module, node, frozenset())
        raise Untold(f"{module.path.name}:{node.lineno}: {ast.unparse(node)}")

    def _part(self, module: _Module, node: ast.expr, seen: frozenset[ast.AST]) -> list[str]:
        """What a part of a sentence may be; a hole where it can be anything."""
        if node in seen:
            return [HOLE]
        seen |= {node}

        def union(places: Iterable[tuple[_Module, ast.expr]]) -> list[str]:
            texts = [text for place, value in places for text in self._part(place, value, seen)]
            return list(dict.fromkeys(texts)) or [HOLE]

        match node:
            case ast.Constant(value=str(text)):
                return [text.replace("{}", HOLE)]
            case ast.JoinedStr(values=parts):
                return _products(self._part(module, part, seen) for part in parts)
            case ast.FormattedValue(format_spec=ast.JoinedStr(values=[ast.Constant(value=str(form))])) if "%" in form:
                return [A_MOMENT.strftime(form)]
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self._part(module, value, seen)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return _products([self._part(module, left, seen), self._part(module, right, seen)])
            case ast.IfExp(body=one, orelse=other):
                return union([(module, one), (module, other)])
            case ast.Subscript(value=ast.Dict(values=values)):
                return union((module, value) for value in values)
            case ast.Call(func=ast.Attribute(value=value, attr="format" | "replace")):
                return self._part(module, value, seen)
            case ast.Call(func=ast.Name(id=name)) if name in self._functions:
                return union(self._given(module, name))
            case ast.Name(id=name) if not name.isupper():
                return union(self._values(module, node))
        return [HOLE]

    def _given(self, module: _Module, name: str, part: int | None = None) -> Iterator[tuple[_Module, ast.expr]]:
        """What a function returns, or a part of it; that of this module where there is one."""
        found = self._functions[name]
        for place, function in [each for each in found if each[0] is module] or found:
            for value in _returns(function):
                if part is None:
                    yield place, value
                elif isinstance(value, ast.Tuple):
                    yield place, value.elts[part]

    def _is_parameter(self, module: _Module, node: ast.Name) -> bool:
        functions = (outer for outer in module.around(node) if isinstance(outer, Function))
        return any(argument.arg == node.id for function in functions for argument in function.args.args)

    def _values(self, module: _Module, node: ast.Name) -> Iterator[tuple[_Module, ast.expr]]:
        """What is assigned to a name in the innermost function that assigns it."""
        for outer in module.around(node):
            if isinstance(outer, Function | ast.Module):
                values = list(self._assigned(module, outer, node.id))
                if values:
                    yield from values
                    return

    def _assigned(self, module: _Module, scope: ast.AST, name: str) -> Iterator[tuple[_Module, ast.expr]]:
        for node in ast.walk(scope):
            if not isinstance(node, ast.Assign):
                continue
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id == name:
                    yield module, node.value
                elif isinstance(target, ast.Tuple) and name in (names := [_name(each) for each in target.elts]):
                    place = names.index(name)
                    if isinstance(node.value, ast.Tuple):
                        yield module, node.value.elts[place]
                    elif isinstance(node.value, ast.Call) and _name(node.value.func) in self._functions:
                        yield from self._given(module, _name(node.value.func), place)


def _name(node: ast.AST | None) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.ClassDef(name=name):
            return name
    return ""


def _returns(function: Function) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            yield node.value


def _products(parts: Iterable[list[str]]) -> list[str]:
    return ["".join(pieces) for pieces in itertools.product(*parts)]
