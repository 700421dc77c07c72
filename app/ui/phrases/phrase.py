"""One sentence that other parts of the program say, as the pattern it is made from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Part(Enum):
    """What varies in a sentence."""

    # A name, a path: shown as it is.
    WHOLE = auto()
    # "JPEG"
    WORD = auto()
    # That of a group or a face.
    NUMBER = auto()
    # "Anna, group 12, 3 faces"
    SIDE = auto()
    # A moment, as the clock here shows it.
    WHEN = auto()
    # Another sentence.
    SAID = auto()


WHOLE, WORD, NUMBER, SIDE, WHEN, SAID = Part


def QT_TRANSLATE_NOOP(context: str, text: str, comment: str = "", count: int = 1) -> str:  # noqa: N802
    """Marks a text for lupdate, by a name that it knows, and with a `count` as one that has plurals."""
    return text


@dataclass(frozen=True, slots=True)
class Phrase:
    """`source` is what is said, with %1 to %9 for what varies: `parts` of these kinds, and the rest of them whole.
    %n is a count of two or more; of one thing another phrase tells.

    `instead` is what the window says where `source` tells what to type, or numbers that the window does not show,
    `done` what it says of a step that was taken, where that is another sentence than the name of the step.
    """

    source: str
    parts: tuple[Part, ...] = ()
    instead: str = ""
    done: str = ""

    def part(self, number: int) -> Part:
        return self.parts[number - 1] if number <= len(self.parts) else Part.WHOLE
