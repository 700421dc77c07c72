"""Records are whole lines that any program can read, whatever the files are called."""

from __future__ import annotations

import io
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.output import Output, visible

# Every string that may stand for a path: also lone surrogates, which stand for bytes that are not UTF-8.
any_text = st.text(st.characters(exclude_categories=()))


def output(*, json_lines: bool, encoding: str = "utf-8") -> tuple[Output, io.BytesIO, io.BytesIO]:
    out, err = io.BytesIO(), io.BytesIO()
    streams = [io.TextIOWrapper(buffer, encoding=encoding, write_through=True, newline="\n") for buffer in (out, err)]
    return Output(*streams, json_lines=json_lines), out, err


@given(any_text)
def test_a_json_record_is_one_line_of_ascii_that_gives_the_text_back(text: str) -> None:
    printer, out, _ = output(json_lines=True)
    printer.record({"photo": text}, "unused")
    (line,) = out.getvalue().splitlines()
    assert line.isascii()
    assert json.loads(line) == {"photo": text}


@given(st.binary(min_size=1))
def test_a_path_of_any_bytes_comes_back_from_json(path: bytes) -> None:
    printer, out, _ = output(json_lines=True)
    printer.record({"photo": os.fsdecode(path)}, "unused")
    assert os.fsencode(json.loads(out.getvalue())["photo"]) == path


@given(any_text, st.sampled_from(["utf-8", "ascii", "latin-1", "cp1252"]))
def test_text_is_one_line_in_any_encoding(text: str, encoding: str) -> None:
    printer, out, err = output(json_lines=False, encoding=encoding)
    printer.record({}, text)
    printer.say(text)
    assert out.getvalue() == err.getvalue()
    assert len(out.getvalue().decode(encoding).splitlines()) == 1


def test_a_file_name_cannot_steer_the_terminal() -> None:
    assert visible("a\x1b[2Jb\r\n\u2028\udcff.jpg") == r"a\x1b[2Jb\r\n\u2028\udcff.jpg"


@pytest.mark.parametrize("text", ["王小明", "👨‍👩‍👧", "Zoë", "עברית"])
def test_names_of_every_script_are_left_as_they_are(text: str) -> None:
    assert visible(text) == text


def test_numbers_that_json_does_not_know_are_a_bug_not_a_broken_line() -> None:
    printer, out, _ = output(json_lines=True)
    with pytest.raises(ValueError):
        printer.record({"score": float("nan")}, "")
    assert out.getvalue() == b""
