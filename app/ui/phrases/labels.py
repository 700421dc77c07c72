"""What steps and jobs are called."""

from __future__ import annotations

from app.ui.phrases.phrase import NUMBER, QT_TRANSLATE_NOOP, SAID, SIDE, Phrase

# What steps are called in menus and in the history.
LABELS = (
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Name %1")),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Name %1 without a face beside another one of %1 in the same photo"),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Name %1 without %n faces beside another one of %1 in the same photo", "", 2)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Merge %1 into %2"), (SIDE,)),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Merge %1 into %2 without a face beside another one of %2 in the same photo"),
        (SIDE,),
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases", "Merge %1 into %2 without %n faces beside another one of %2 in the same photo", "", 2
        ),
        (SIDE,),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Merge %1"), (SIDE,)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Merge %1 and %2"), (SIDE, SIDE)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Tell %1 and %2 apart"), (SIDE, SIDE)),
    Phrase(
        "Tell group %1 and group %2 apart",
        (NUMBER, NUMBER),
        instead=QT_TRANSLATE_NOOP("Phrases", "Tell two unnamed groups apart"),
    ),
    Phrase(
        "Tell face %1 and face %2 apart",
        (NUMBER, NUMBER),
        instead=QT_TRANSLATE_NOOP("Phrases", "Tell two faces apart"),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Split off %1")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Split off a face")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Split off %n faces", "", 2)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Not %1")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Ignore a face")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Ignore %n faces", "", 2)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Strike out a face")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Strike out %n faces", "", 2)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Show a face")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Show %n faces", "", 2)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Show %1 and a face"), (SIDE,)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Show %1 and %n faces", "", 2), (SIDE,)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Show %1"), (SIDE,)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Hide %1"), (SIDE,)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Make %1 a favourite"), (SIDE,)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Make %1 favourites"), (SIDE,)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Make %1 no favourite"), (SIDE,)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Make %1 no favourites"), (SIDE,)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Rename %1 to %2")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Change the cover of %1")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Note when %1 was born")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Forget when %1 was born")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Forget %1")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Draw a face")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Delete a drawn face")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Allow repeats in a photo")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Allow no repeats in a photo")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Take the name of a face from its file")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Take the names of %n faces from photo files", "", 2)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Group faces")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Group again (%1)"), (SIDE,)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Take back: %1"), (SAID,)),
)

# Parts of the others.
SIDES = (
    Phrase("group %1", (NUMBER,), instead=QT_TRANSLATE_NOOP("Phrases", "an unnamed group")),
    Phrase("face %1", (NUMBER,), instead=QT_TRANSLATE_NOOP("Phrases", "a face")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "%n groups", "", 2)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "%n faces", "", 2)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "%n people", "", 2)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "loose")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "normal")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "strict")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "ignored")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "not a face")),
)

# What jobs are called while they run.
TITLES = (
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Scanning %1")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Scanning %n folders", "", 2)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Reading every photo again with %1")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Grouping faces")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Comparing faces")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Looking for faces")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Looking at a face")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Exporting photos")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Exporting %1")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Writing %1")),
)
