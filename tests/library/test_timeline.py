"""The order in which photos are shown: by the month they were taken in, those without a date last."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.library.library import Library
from app.library.records import PhotoFilter, ScannedPhoto
from app.library.timeline import Month


def library_of(folder: Path, taken: list[datetime | None]) -> Library:
    """A photo for each of these dates; the files were all changed within a second, the first one first."""
    library = Library.open(folder)
    library.use_engine(name="none", fingerprint="none", dimension=2, cosine_at={1e-3: 0.5})
    root = library.add_root(folder / "photos").id
    library.write_scanned(
        [
            ScannedPhoto(root, b"%06d" % number, 1, number, b"%06d" % number, 4, 3, taken_at=when)
            for number, when in enumerate(taken)
        ]
    ).result()
    return library


def test_months_come_newest_first_and_what_has_no_date_last(tmp_path: Path) -> None:
    library = library_of(
        tmp_path,
        [
            datetime(2014, 3, 5, 10),
            None,
            datetime(2014, 3, 31, 23, 59, 59),
            datetime(1931, 12, 24, 18),
            datetime(2014, 4, 1),
        ],
    )
    shown = library.timeline()
    names = [photo.path.name for photo in library.photos(shown.ids.tolist())]
    assert names == ["000004", "000002", "000000", "000003", "000001"]
    assert shown.months == (
        Month(date(2014, 4, 1), 1),
        Month(date(2014, 3, 1), 2),
        Month(date(1931, 12, 1), 1),
        Month(None, 1),
    )
    library.close()


def test_what_has_no_date_stands_by_folder_and_name_as_people_count(tmp_path: Path) -> None:
    files = [
        "b/IMG_10.jpg",
        "b/IMG_9.jpg",
        "b/img_2.jpg",
        "a 10/1.jpg",
        "a 2-b/1.jpg",
        "a 2/sub/1.jpg",
        "A 3/2.jpg",
        "É 2/1.jpg",
        "é 1/1.jpg",
        "a 2/7.jpg",
        "8.jpg",
    ]
    library = Library.open(tmp_path)
    library.use_engine(name="none", fingerprint="none", dimension=2, cosine_at={1e-3: 0.5})
    first, other = (library.add_root(tmp_path / name).id for name in ("photos 2", "photos 10"))
    written = [(first, file) for file in files] + [(other, "1.jpg"), (first, "dated.jpg")]
    library.write_scanned(
        [
            ScannedPhoto(
                root,
                os.fsencode(file.replace("/", os.sep)),
                1,
                number,
                b"%06d" % number,
                4,
                3,
                taken_at=datetime(2014, 3, 5) if file == "dated.jpg" else None,
            )
            for number, (root, file) in enumerate(written)
        ]
    ).result()
    shown = [photo.path.relative_to(tmp_path).as_posix() for photo in library.photos(library.timeline().ids.tolist())]
    assert shown == [
        "photos 2/dated.jpg",
        "photos 2/8.jpg",
        "photos 2/a 2/7.jpg",
        "photos 2/a 2/sub/1.jpg",
        "photos 2/a 2-b/1.jpg",
        "photos 2/A 3/2.jpg",
        "photos 2/a 10/1.jpg",
        "photos 2/b/img_2.jpg",
        "photos 2/b/IMG_9.jpg",
        "photos 2/b/IMG_10.jpg",
        "photos 2/é 1/1.jpg",
        "photos 2/É 2/1.jpg",
        "photos 10/1.jpg",
    ]
    library.close()


def test_a_span_of_time_asks_those_without_a_date_when_their_files_were_changed(tmp_path: Path) -> None:
    library = library_of(tmp_path, [None, datetime(1970, 1, 1), datetime(1971, 5, 5)])
    span = PhotoFilter(taken_from=date(1970, 1, 1), taken_to=date(1970, 12, 31))
    assert library.timeline(span).months == (Month(date(1970, 1, 1), 1), Month(None, 1))
    assert sorted(library.timeline(span).ids.tolist()) == sorted(library.photo_ids(span).tolist())
    assert library.timeline(PhotoFilter(taken_from=date(1999, 1, 1))).months == ()
    library.close()


def test_a_library_without_photos_has_no_months(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    assert (library.timeline().ids.tolist(), library.timeline().months) == ([], ())
    library.close()


@settings(max_examples=25)
@given(
    st.lists(
        st.one_of(
            st.none(),
            st.datetimes(datetime(1850, 1, 1), datetime(2100, 1, 1)).map(lambda when: when.replace(microsecond=0)),
        ),
        max_size=40,
    )
)
def test_every_photo_is_there_once_under_its_month(tmp_path_factory: object, taken: list[datetime | None]) -> None:
    folder = tmp_path_factory.mktemp("timeline")  # type: ignore[attr-defined]
    library = library_of(folder, taken)
    shown = library.timeline()
    assert sorted(shown.ids.tolist()) == sorted(library.photo_ids().tolist())
    photos = library.photos(shown.ids.tolist())
    dates = [photo.taken_at for photo in photos]
    known = [when for when in dates if when is not None]
    assert dates == known + [None] * (len(dates) - len(known))
    assert known == sorted(known, reverse=True)
    headings = np.repeat(
        np.array([month.begins for month in shown.months], object), [month.photos for month in shown.months]
    ).tolist()
    assert headings == [None if when is None else when.date().replace(day=1) for when in dates]
    library.close()
