"""Why photos and folders could not be used, and why steps cannot be taken back."""

from __future__ import annotations

from app.ui.phrases.phrase import QT_TRANSLATE_NOOP, SAID, WHEN, WHOLE, WORD, Phrase

# Why a photo or a folder could not be used.
REASONS = (
    Phrase(QT_TRANSLATE_NOOP("Phrases", "This %1 is cut off."), (WORD,)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "This %1 is damaged."), (WORD,)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Kinfolio cannot read this kind of %1."), (WORD,)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "This JPEG is stored in %1 passes; Kinfolio reads up to %2.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "This %1 took longer than %2 seconds to read.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Reading %1 needs the package %2, which is not installed.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "The part of Kinfolio that reads %1 could not be started.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "This file is empty.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "This is not a picture that Kinfolio can read.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "This is %1, which Kinfolio does not read."), (WORD,)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "This is not an ordinary file.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "The picture has %1 megapixels; Kinfolio reads up to %2.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "The file has %1 GB; Kinfolio reads photos of up to 1 GB.")),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "The file has %1 MB; Kinfolio reads names from files of up to %2 MB."),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "You do not have the right to read this file.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "This link leads nowhere.")),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "Only a part of this file could be read. Check the drive or share that it is on.",
        )
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "There is not enough memory to open this picture.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "The file could not be read (%1).")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Kinfolio failed on this picture (%1).")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "This photo is not there any more.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "This folder does not exist. Check its name, or connect the drive it is on.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "This is a file. Choose the folder it is in.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "You do not have the right to look into this folder.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "This folder could not be listed (%1).")),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "This folder is empty, and it was not before. Connect its drive and scan again, or take the folder out of "
            "the library.",
        )
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "This folder is hidden, or other programs keep files of their own in it, so that no scan of the photo "
            "folder around it goes into it. Rename it to have its photos in the library.",
        )
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases", "This folder went away during the scan. Connect its drive and scan again; what was read is kept."
        )
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "The drive that was here is away. Connect it and scan again. If it never comes back, take the photo folder "
            "out of the library and add it again.",
        )
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "This folder is on another drive than before, and not all of its photos are there. Connect the drive that "
            "was here and scan again, or take the folder out of the library and add it again.",
        )
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Choose a folder.")),
)

# Why a step cannot be undone, done again or taken back.
HISTORY = (
    Phrase(QT_TRANSLATE_NOOP("Phrases", "There is nothing to undo.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "There is nothing to redo.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "%1 It left the history; the next step can be undone."), (SAID,)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "%1 It left the history; the next step can be redone."), (SAID,)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Groups were joined the other way round since.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Later changes build on this step, so it cannot be reversed.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Another row refers to this one.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "This row refers to one that is gone.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "They are one already, the other way round.")),
    Phrase(
        "The history has no step %1. `kinfolio history` lists them.",
        instead=QT_TRANSLATE_NOOP("Phrases", "The history has no such step."),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", '"%1" is undone already.'), (SAID,)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", '"%1" was taken back already.'), (SAID,)),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", 'Nothing is left of "%1": all of it was changed since. Nothing was changed.'),
        (SAID,),
    ),
    Phrase(
        '"%1" (step %2) cannot be taken back: "%3" (step %4, %5) builds on it. Take that back first; '
        "nothing was changed.",
        (SAID, WHOLE, SAID, WHOLE, WHEN),
        instead=QT_TRANSLATE_NOOP(
            "Phrases", '"%1" cannot be taken back: "%3" (%5) builds on it. Take that back first; nothing was changed.'
        ),
    ),
    Phrase(
        '"%1" (step %2) cannot be taken back: "%3" (step %4, %5) builds on it: both are about %6. Take '
        "that back first; nothing was changed.",
        (SAID, WHOLE, SAID, WHOLE, WHEN),
        instead=QT_TRANSLATE_NOOP(
            "Phrases", '"%1" cannot be taken back: "%3" (%5) builds on it. Take that back first; nothing was changed.'
        ),
    ),
    Phrase(
        '"%1" (step %2) cannot be taken back: "%3" (step %4, %5) builds on it: both are about %6 (person '
        "%7). Take that back first; nothing was changed.",
        (SAID, WHOLE, SAID, WHOLE, WHEN),
        instead=QT_TRANSLATE_NOOP(
            "Phrases",
            '"%1" cannot be taken back: "%3" (%5) builds on it: both are about %6. Take that back first; '
            "nothing was changed.",
        ),
    ),
    Phrase(
        '"%1" (step %2) cannot be taken back: what it changed was changed again since. Nothing was changed.',
        (SAID,),
        instead=QT_TRANSLATE_NOOP(
            "Phrases", '"%1" cannot be taken back: what it changed was changed again since. Nothing was changed.'
        ),
    ),
)
