"""What cannot be done, and what to do instead."""

from __future__ import annotations

from app.ui.phrases.phrase import QT_TRANSLATE_NOOP, SAID, SIDE, WHOLE, Phrase

# Why something cannot be done with people, groups, faces and photos.
REFUSALS = (
    Phrase(QT_TRANSLATE_NOOP("Phrases", "A name needs at least one letter. Nothing was changed.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "%1 alone cannot be a name: it would be taken for an id. Add a letter.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "%1 is known already. Is this the same person? Nothing was changed.")),
    Phrase(
        "There is no person %1. `kinfolio people` lists them.",
        instead=QT_TRANSLATE_NOOP("Phrases", "There is no person %1."),
    ),
    Phrase(
        "%1 people are called %2. Give an id instead: %3.",
        instead=QT_TRANSLATE_NOOP("Phrases", "%1 people are called %2. Choose one of them."),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "There is no person called %1. Did you mean %2?")),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "There is no person called %1. A number stands for an id; a name needs a letter.")
    ),
    Phrase(
        "There is no person called %1. `kinfolio people` lists everyone.",
        instead=QT_TRANSLATE_NOOP("Phrases", "There is no person called %1."),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "There is nothing to name: give a face or a group. Nothing was changed.")),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "The photos of all faces of the group show another face of %1. Name a face singly if it is that "
            "person all the same, or say that a photo is a collage. Nothing was changed.",
        )
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Merging needs two different people. Nothing was changed.")),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases", "Merging needs two different groups or faces that are undecided. Nothing was changed."
        )
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "%1 is still to come; a date of birth is a day of the past. Nothing was changed.")
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases", "There is nobody to split off: these faces are nobody's and in no group. Nothing was changed."
        )
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases", "There is no face to change: give one, or a group with undecided faces. Nothing was changed."
        )
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "There is nobody to change: give a person. Nothing was changed.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "The cover must be one of the person's own faces. Nothing was changed.")),
    Phrase(
        "There is no undecided face in group %1: it was named or emptied before. Nothing was changed.",
        instead=QT_TRANSLATE_NOOP(
            "Phrases", "There is no undecided face in this group: it was named or emptied before. Nothing was changed."
        ),
    ),
    Phrase(
        "Face %1 is %2 already, and only what is undecided can be merged without a person. Nothing was changed.",
        (WHOLE, SIDE),
        instead=QT_TRANSLATE_NOOP(
            "Phrases",
            "One of these faces is %2 already, and only what is undecided can be merged without a person. "
            "Nothing was changed.",
        ),
    ),
    Phrase(
        "Photo %1 (%2) shows a face of each, so these are different people. If it is a collage or shows a"
        " mirror, say so with `kinfolio collage %1` and try again. Nothing was changed.",
        instead=QT_TRANSLATE_NOOP(
            "Phrases",
            "The photo %2 shows a face of each, so these are different people. If it is a collage or shows a "
            "mirror, say so in the menu of the photo and try again. Nothing was changed.",
        ),
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases", "Both sides hold the same, and nobody differs from themselves. Nothing was changed."
        )
    ),
    Phrase(
        "%1 is on both sides. Take off the faces that are somebody else with `kinfolio reject` first. "
        "Nothing was changed.",
        instead=QT_TRANSLATE_NOOP(
            "Phrases", "%1 is on both sides. Take off the faces that are somebody else first. Nothing was changed."
        ),
    ),
    Phrase(
        QT_TRANSLATE_NOOP("Phrases", "It was said already that %1 and %2 differ. Nothing was changed."), (SIDE, SIDE)
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "There is a face at this place already. Nothing was changed.")),
    Phrase(
        "Face %1 was neither drawn by hand nor marked by a photo file. Nothing was changed.",
        instead=QT_TRANSLATE_NOOP(
            "Phrases", "This face was neither drawn by hand nor marked by a photo file. Nothing was changed."
        ),
    ),
    Phrase(
        "The library has no face %1. `kinfolio faces` lists them.",
        instead=QT_TRANSLATE_NOOP("Phrases", "The library has no face %1."),
    ),
    Phrase(
        "Face %1 was not described by the present model. Run `kinfolio reembed` to compare it.",
        instead=QT_TRANSLATE_NOOP(
            "Phrases", "This face was not described by the present model. Let every photo be read again to compare it."
        ),
    ),
    Phrase(
        "There is no group %1. `kinfolio clusters` lists them.",
        instead=QT_TRANSLATE_NOOP("Phrases", "There is no group %1."),
    ),
    Phrase(
        "Group %1 has come to its end. `kinfolio clusters` lists those that stand.",
        instead=QT_TRANSLATE_NOOP("Phrases", "This group has come to its end."),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "The library has no photo %1.")),
    Phrase(
        "The library has no photo %1. `kinfolio photos` lists them.",
        instead=QT_TRANSLATE_NOOP("Phrases", "The library has no photo %1."),
    ),
    Phrase(
        "The library has no photo %1. Give a path that was scanned, or a photo's id.",
        instead=QT_TRANSLATE_NOOP("Phrases", "The library has no photo %1."),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "%1 is not a photo folder of this library. Its folders are: %2.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "The model was changed meanwhile. Draw the face again.")),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases", "Another model is in use since this was planned. Plan it again; nothing was changed."
        )
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            '"%1" is not left out: a path begins in its photo folder. Write "2020/raw", or "raw" for whatever is '
            "called so.",
        )
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            '"%1" is not left out: nothing fits its brackets. Write "[abc]" or "[a-c]" for one of these letters, and '
            '"[[]" for a bracket.',
        )
    ),
)

# What is wrong with a library as a whole.
LIBRARY = (
    Phrase(QT_TRANSLATE_NOOP("Phrases", "This library has no faces yet. Scan a photo folder first.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "This library was opened for reading only. Nothing was changed.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "The library is closed. Nothing was changed.")),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "The disk that holds the library in %1 is full. Nothing was changed. Make room on it, then go on.",
        )
    ),
    Phrase(
        "There is no library in %1. Make one with `kinfolio scan FOLDER`, or name another folder with --library.",
        instead=QT_TRANSLATE_NOOP("Phrases", "There is no library in %1."),
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "Another Kinfolio is using the library in %1. Close it, or wait until its work ends, and try again.",
        )
    ),
    Phrase(
        "The library folder %1 cannot be written (%2). Choose another with --library, or give yourself "
        "the right to write there.",
        instead=QT_TRANSLATE_NOOP(
            "Phrases",
            "The library folder %1 cannot be written (%2). Give yourself the right to write there, and try again.",
        ),
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "The library file %1 cannot be used (%2). If it is damaged, put a backup of it in its place; "
            "nothing was changed.",
        )
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "The disk that holds the library in %1 cannot be read or written (%2). Nothing was changed. Connect it, or "
            "make room on it, then open Kinfolio again.",
        )
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "The library file %1 cannot be opened (%2). Give yourself the right to write in its folder, or copy that "
            "to where you have it; nothing was changed.",
        )
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "Another program changed the library in %1 while it was read. Try again.")),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "The library file %1 is damaged, and Kinfolio has no sound backup of it. If you have one, put it in its "
            "place; nothing was changed.",
        )
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "The library file %1 is damaged. Close Kinfolio and open it again: it puts the newest backup in its place, "
            "without what is done from here on.",
        )
    ),
    Phrase(
        "The library file %1 is damaged. Open it with the window or with `kinfolio scan`: that puts the newest backup "
        "in its place.",
        instead=QT_TRANSLATE_NOOP(
            "Phrases", "The library file %1 is damaged. Open it for writing, and its newest backup takes its place."
        ),
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "The library file was gone. Its backup of %1 is in its place, and what was done since then has to be done "
            "again.",
        )
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "The library in %1 is damaged or gone, and its backup cannot be put in its place (%2). Make room on the "
            "disk, then open Kinfolio again; nothing was changed.",
        )
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "The library file was damaged. Its backup of %1 is in its place, and what was done since then has to be "
            "done again. The damaged file is kept beside it.",
        )
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "The library in %1 lies on a network share (%2). A lost connection may cost what was done last. Keep the "
            "library on a disk of this computer; photos may lie anywhere.",
        )
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "The library in %1 was made by a newer Kinfolio (format %2; this program knows %3). Install the "
            "newest Kinfolio and open it again; nothing was changed.",
        )
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases", "The library file %1 is empty or not of Kinfolio. Put a backup of it in its place."
        )
    ),
    Phrase(
        "The library in %1 is from an older Kinfolio. Open it once with the window or with `kinfolio "
        "scan`, and it is brought up to date.",
        instead=QT_TRANSLATE_NOOP(
            "Phrases",
            "The library in %1 is from an older Kinfolio. Open it once for writing, and it is brought up to date.",
        ),
    ),
    Phrase(
        "The library file %1 is not of Kinfolio. Put a backup of it in its place, or name another folder "
        "with --library; nothing was changed.",
        instead=QT_TRANSLATE_NOOP(
            "Phrases", "The library file %1 is not of Kinfolio. Put a backup of it in its place; nothing was changed."
        ),
    ),
    Phrase(
        "The library file %1 is empty, but was not always. Put a backup of it in its place, or name "
        "another folder with --library; nothing was changed.",
        instead=QT_TRANSLATE_NOOP(
            "Phrases",
            "The library file %1 is empty, but was not always. Put a backup of it in its place; nothing was changed.",
        ),
    ),
)

# Why a job came to no good end.
WORK = (
    Phrase(QT_TRANSLATE_NOOP("Phrases", "The library has no photo folder yet. Scan one first.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "%1 is not there. Choose another picture.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "%1 cannot be used. %2"), (SAID, SAID)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "This picture")),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "The photos of this library were read with another version of the model %1. Let every photo be read again.",
        )
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "The photos of this library were read with the model %1, not with %2. Choose that model again, or"
            " let every photo be read again.",
        )
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases", "The file was changed since it was scanned. Scan its folder again, then draw the face."
        )
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "The face cannot be looked at. %1"), (SAID,)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "%1 could not be written: %2. Choose another place for it.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "The folder %1 cannot be made: %2. Choose another.")),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "%1 lies in %2, whose photos are in the library: the next scan would take the copies in as photos"
            " of their own. Choose a folder outside; nothing was written.",
        )
    ),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "%1 could not be written to %2: %3. Make room there or choose another folder, and export again; "
            "what is there already is kept.",
        )
    ),
)

# What is wrong with a model, or with what it could run on.
MODELS = (
    Phrase(QT_TRANSLATE_NOOP("Phrases", "%1 cannot be added as a model. %2"), (WHOLE, SAID)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "%1 cannot be read: %2.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "The model cannot be kept in %1: %2.")),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "%1 is no YuNet face detector that OpenCV can run. Choose a file face_detection_yunet_….onnx from"
            " the OpenCV Zoo.",
        )
    ),
    Phrase(
        "There is no model %1 here. If it was added from a file, add that again: kinfolio model add FILE."
        " Else close the window, choose another and let every photo be read again, which keeps every "
        "name: kinfolio model use %2, then kinfolio reembed. There are: %3.",
        instead=QT_TRANSLATE_NOOP(
            "Phrases",
            "There is no model %1 here. If it was added from a file, add that again in the settings. Else "
            "choose another one there and let every photo be read again, which keeps every name. There are: "
            "%3.",
        ),
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "The model %1 cannot be read: %2. Add it again.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "The model %1 has changed since it was added. Add it again.")),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "Nobody has measured how far the model %1 can be trusted. Do it once, with photos of people you "
            "know, a folder for each of them in DIR: python -m facenet_core calibrate --preset %2 --images "
            "DIR --write",
        )
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "There is no device %1: write auto, cpu, gpu or gpu:N.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "No GPU can be used: %1"), (SAID,)),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "There is no GPU %1: this machine has %2, counted from 0.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "GPUs are used through TensorFlow or JAX, and the Keras backend is %1.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "the %1 backend could not start on the GPU (%2).")),
    Phrase(
        QT_TRANSLATE_NOOP(
            "Phrases",
            "an NVIDIA driver is installed, but %1 finds no GPU it can use: install the program with its "
            "`gpu` extra (pip install 'kinfolio[gpu]').",
        )
    ),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "CUDA_VISIBLE_DEVICES hides every GPU.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "GPUs of Macs are not supported; the CPU is used.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "no NVIDIA driver is installed.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "TensorFlow uses no GPU on Windows; the CPU is used.")),
    Phrase(QT_TRANSLATE_NOOP("Phrases", "no NVIDIA driver is installed, or no NVIDIA GPU is in this machine.")),
)
