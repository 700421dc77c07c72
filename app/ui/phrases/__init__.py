"""What the parts without a window say, in the language of the user: they speak English, in whole sentences.

Labels of steps (which the history keeps), titles of jobs, reasons and errors are each made from a pattern. Here it is
found again, translated, and what varies put back. `tests/ui/test_phrases.py` tells which patterns are missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from app.ui.dates import moment
from app.ui.phrases import errors, labels, reasons
from app.ui.phrases.phrase import Part, Phrase

# A phrase, and what varies in it by its number.
Found = tuple[Phrase, dict[str, str]]
Patterns = Sequence[tuple[re.Pattern[str], Phrase]]


def said(text: str) -> str:
    """A text of the other parts of the program in the language of the user; as it is where its pattern is not known."""
    return "\n".join(_line(line) for line in text.split("\n"))


def done(label: str) -> str:
    """What is told of a step with this label that was taken."""
    found = find(label)
    return said(label) if found is None or not found[0].done else _shown(found, found[0].done)


def find(text: str) -> Found | None:
    """What a sentence is made from."""
    return _find(text, _SENTENCES)


def find_side(text: str) -> Found | None:
    return _find(text, _SIDES)


def _line(line: str) -> str:
    if found := find(line):
        return _shown(found)
    place, colon, why = line.rpartition(": ")
    # A place, and what is wrong with it.
    return f"{place}{colon}{_shown(found)}" if colon and (found := find(why)) else line


def _shown(found: Found, sentence: str = "") -> str:
    """As the phrase says it, or in the words of another `sentence` of it."""
    phrase, parts = found
    source = sentence or phrase.instead or phrase.source
    text = QCoreApplication.translate("Phrases", source, "", int(parts.pop("n", -1)))
    shown = {number: _part(phrase.part(int(number)), part) for number, part in parts.items()}
    # All at once, since a name may be "%2".
    return re.sub("%([1-9])", lambda place: shown.get(place[1], place[0]), text)


def _part(kind: Part, text: str) -> str:
    match kind:
        case Part.SAID:
            return said(text)
        case Part.SIDE:
            comma = QCoreApplication.translate("Phrases", ", ", "between the parts of a list")
            return comma.join(_shown(found) if (found := find_side(one)) else one for one in text.split(", "))
        case Part.WHEN:
            return moment(datetime.strptime(text, "%Y-%m-%d %H:%M"))
        case Part.WHOLE | Part.WORD | Part.NUMBER:
            return text


def _find(text: str, among: Patterns) -> Found | None:
    for pattern, phrase in among:
        if match := pattern.fullmatch(text):
            return phrase, {name[1:]: part for name, part in match.groupdict().items()}
    return None


# Of one thing another phrase tells.
_COUNT = "[2-9]|[1-9][0-9]{1,8}"
_WHAT = {
    Part.WORD: "[^ ]+",
    Part.NUMBER: "[0-9]+",
    Part.WHEN: "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}",
}


def _pattern(phrase: Phrase) -> re.Pattern[str]:
    words = re.split("%([1-9n])", phrase.source)
    seen: set[str] = set()
    for place in range(1, len(words), 2):
        name = words[place]
        what = _COUNT if name == "n" else _WHAT.get(phrase.part(int(name)), ".+")
        # What is said twice is the same.
        words[place] = f"(?P=_{name})" if name in seen else f"(?P<_{name}>{what})"
        seen.add(name)
    words[::2] = map(re.escape, words[::2])
    return re.compile("".join(words))


def _patterns(*phrases: Phrase) -> Patterns:
    """Those with most words of their own first."""
    most_words = sorted(phrases, key=lambda phrase: -len(re.sub("%[1-9n]", "", phrase.source)))
    return [(_pattern(phrase), phrase) for phrase in most_words]


_SENTENCES = _patterns(
    *labels.LABELS,
    *labels.TITLES,
    *reasons.REASONS,
    *reasons.HISTORY,
    *errors.REFUSALS,
    *errors.LIBRARY,
    *errors.WORK,
    *errors.MODELS,
)
_SIDES = _patterns(*labels.SIDES)
