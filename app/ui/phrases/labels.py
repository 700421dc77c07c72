"""What steps and jobs are called."""

from __future__ import annotations

from app.ui.phrases.phrase import NUMBER, QT_TRANSLATE_NOOP, SAID, SIDE, Phrase

# What steps are called in menus and in the history, and what is told of them once they are done.
LABELS = (
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Name %1"), done=QT_TRANSLATE_NOOP("Phrases", "Named %1.")),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Name %1, except a face in a photo that shows %1 already"),
        done=QT_TRANSLATE_NOOP("Phrases", "Named %1, except a face in a photo that shows %1 already."),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Name %1, except %n faces in photos that show %1 already", "", 2),
        done=QT_TRANSLATE_NOOP("Phrases", "Named %1, except %n faces in photos that show %1 already.", "", 2),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Merge %1 into %2"),
        (SIDE,),
        done=QT_TRANSLATE_NOOP("Phrases", "Merged %1 into %2."),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Merge %1 into %2, except a face in a photo that shows %2 already"),
        (SIDE,),
        done=QT_TRANSLATE_NOOP("Phrases", "Merged %1 into %2, except a face in a photo that shows %2 already."),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Merge %1 into %2, except %n faces in photos that show %2 already", "", 2),
        (SIDE,),
        done=QT_TRANSLATE_NOOP("Phrases", "Merged %1 into %2, except %n faces in photos that show %2 already.", "", 2),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Merge %1"), (SIDE,), done=QT_TRANSLATE_NOOP("Phrases", "Merged %1.")),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Merge %1 and %2"),
        (SIDE, SIDE),
        done=QT_TRANSLATE_NOOP("Phrases", "Merged %1 and %2."),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Tell %1 and %2 apart"),
        (SIDE, SIDE),
        done=QT_TRANSLATE_NOOP("Phrases", "Told %1 and %2 apart."),
    ),
    Phrase(
        "Tell group %1 and group %2 apart",
        (NUMBER, NUMBER),
        instead=QT_TRANSLATE_NOOP("Phrases", "Tell two unnamed groups apart"),
        done=QT_TRANSLATE_NOOP("Phrases", "Told two unnamed groups apart."),
    ),
    Phrase(
        "Tell face %1 and face %2 apart",
        (NUMBER, NUMBER),
        instead=QT_TRANSLATE_NOOP("Phrases", "Tell two faces apart"),
        done=QT_TRANSLATE_NOOP("Phrases", "Told two faces apart."),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Split off %1"), done=QT_TRANSLATE_NOOP("Phrases", "Split off as %1.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Split off a face"), done=QT_TRANSLATE_NOOP("Phrases", "A face is split off.")),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Split off %n faces", "", 2),
        done=QT_TRANSLATE_NOOP("Phrases", "%n faces are split off.", "", 2),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Not %1")),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Not %1: %n faces", "", 2),
        done=QT_TRANSLATE_NOOP("Phrases", "%n faces are not %1.", "", 2),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Ignore a face"), done=QT_TRANSLATE_NOOP("Phrases", "A face is ignored.")),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Ignore %n faces", "", 2),
        done=QT_TRANSLATE_NOOP("Phrases", "%n faces are ignored.", "", 2),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Strike out a face"), done=QT_TRANSLATE_NOOP("Phrases", "A face is struck out.")
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Strike out %n faces", "", 2),
        done=QT_TRANSLATE_NOOP("Phrases", "%n faces are struck out.", "", 2),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Show a face"), done=QT_TRANSLATE_NOOP("Phrases", "A face is shown again.")),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Show %n faces", "", 2),
        done=QT_TRANSLATE_NOOP("Phrases", "%n faces are shown again.", "", 2),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Show %1 and a face"),
        (SIDE,),
        done=QT_TRANSLATE_NOOP("Phrases", "%1 and a face are shown again."),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Show %1 and %n faces", "", 2),
        (SIDE,),
        done=QT_TRANSLATE_NOOP("Phrases", "%1 and %n faces are shown again.", "", 2),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Show %1"), (SIDE,), done=QT_TRANSLATE_NOOP("Phrases", "%1 is shown again.")),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Show %n people", "", 2),
        done=QT_TRANSLATE_NOOP("Phrases", "%n people are shown again.", "", 2),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Hide %1"), (SIDE,), done=QT_TRANSLATE_NOOP("Phrases", "%1 is hidden.")),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Hide %n people", "", 2),
        done=QT_TRANSLATE_NOOP("Phrases", "%n people are hidden.", "", 2),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Make %1 a favourite"),
        (SIDE,),
        done=QT_TRANSLATE_NOOP("Phrases", "%1 is a favourite."),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Make %1 favourites"),
        (SIDE,),
        done=QT_TRANSLATE_NOOP("Phrases", "%1 are favourites."),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Make %1 no favourite"),
        (SIDE,),
        done=QT_TRANSLATE_NOOP("Phrases", "%1 is no favourite any more."),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Make %1 no favourites"),
        (SIDE,),
        done=QT_TRANSLATE_NOOP("Phrases", "%1 are no favourites any more."),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Rename %1 to %2"), done=QT_TRANSLATE_NOOP("Phrases", "%1 is called %2.")),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Change the cover of %1"),
        done=QT_TRANSLATE_NOOP("Phrases", "The cover of %1 is changed."),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Note when %1 was born"),
        done=QT_TRANSLATE_NOOP("Phrases", "It is noted when %1 was born."),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Forget when %1 was born"),
        done=QT_TRANSLATE_NOOP("Phrases", "It is forgotten when %1 was born."),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Take %1 out of the library"),
        done=QT_TRANSLATE_NOOP("Phrases", "%1 is taken out of the library."),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Take %n folders out of the library", "", 2),
        done=QT_TRANSLATE_NOOP("Phrases", "%n folders are taken out of the library.", "", 2),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Draw a face"), done=QT_TRANSLATE_NOOP("Phrases", "A face is added.")),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Delete a drawn face"),
        done=QT_TRANSLATE_NOOP("Phrases", "A drawn face is deleted."),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Delete a face that a photo file marked"),
        done=QT_TRANSLATE_NOOP("Phrases", "A face that a photo file marked is deleted."),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Allow repeats in a photo"),
        done=QT_TRANSLATE_NOOP("Phrases", "Repeats are allowed in a photo."),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Allow no repeats in a photo"),
        done=QT_TRANSLATE_NOOP("Phrases", "No repeats are allowed in a photo."),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Take the name of a face from its file"),
        done=QT_TRANSLATE_NOOP("Phrases", "The name of a face is taken from its file."),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Take the names of %n faces from photo files", "", 2),
        done=QT_TRANSLATE_NOOP("Phrases", "The names of %n faces are taken from photo files.", "", 2),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Take back the name of a face that its file no longer says"),
        done=QT_TRANSLATE_NOOP("Phrases", "The name of a face is taken back, as its file no longer says it."),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Take back the names of %n faces that photo files no longer say", "", 2),
        done=QT_TRANSLATE_NOOP(
            "Phrases", "The names of %n faces are taken back, as photo files no longer say them.", "", 2
        ),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Group faces"), done=QT_TRANSLATE_NOOP("Phrases", "Faces are grouped.")),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "Group again (%1)"),
        (SIDE,),
        done=QT_TRANSLATE_NOOP("Phrases", "Faces are grouped again (%1)."),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Take back: %1"), (SAID,), done=QT_TRANSLATE_NOOP("Phrases", "Taken back: %1")),
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
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Taking names from photo files")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Grouping faces")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Comparing faces")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Looking for faces")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Looking at a face")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Exporting photos")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Exporting %1")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Writing %1")),
)
