"""Writes people.html: one page with everyone on it that needs no other file, to look at, print or send."""

from __future__ import annotations

import base64
import html
import os
import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.decode import UnreadablePhoto, decode, encode_jpeg, shrink
from app.errors import UsageError
from app.library.library import Library
from app.library.records import ClusterId, Counts, Face, FaceFilter, PersonId
from app.library.roots import display_text
from app.paths import resource
from app.work.job import JobContext

# Two rows of the page, and one; the last place of a full row says how many more there are.
PORTRAITS_A_PERSON = 21
PORTRAITS_A_GROUP = 5
# Groups beyond these are counted, not shown: a page of thousands helps nobody and no browser opens it.
GROUPS_SHOWN = 300
# Shown at 88 points, sharp on dense screens and on paper.
PORTRAIT_SIDE = 160
PORTRAIT_QUALITY = 80


@dataclass(frozen=True, slots=True)
class _Card:
    """A person, or a group without a name."""

    person: PersonId | None
    cluster: ClusterId | None
    name: str | None
    faces: int
    photos: int
    cover: int | None


@dataclass(frozen=True, slots=True)
class WriteReport:
    """A job. Hidden people are left out. An older file of this name is replaced only by a whole one."""

    library: Library
    file: Path

    @property
    def title(self) -> str:
        return f"Writing {display_text(os.fsencode(self.file.name))}"

    def run(self, context: JobContext) -> Path:
        unfinished = self.file.with_name(self.file.name + ".part")
        try:
            try:
                with unfinished.open("w", encoding="utf-8") as page:
                    page.writelines(self._page(context))
                unfinished.replace(self.file)
            finally:
                unfinished.unlink(missing_ok=True)
        except OSError as error:
            where = display_text(os.fsencode(self.file))
            raise UsageError(f"{where} could not be written: {error.strerror}. Choose another place for it.") from error
        return self.file

    def _page(self, context: JobContext) -> Iterator[str]:
        people = [
            _Card(person.id, None, person.name, person.faces, person.photos, person.cover)
            for person in self.library.people()
        ]
        clusters = self.library.clusters()
        groups = [
            _Card(None, group.id, None, group.faces, group.photos, group.cover) for group in clusters[:GROUPS_SHOWN]
        ]
        template = string.Template(resource("report", "page.html").read_text(encoding="utf-8"))
        before, after = template.substitute(
            date=f"{date.today():%d %B %Y}".lstrip("0"), summary=_summary(self.library.counts())
        ).split("<!-- sections -->")
        yield before
        done = 0
        for heading, cards in (("People", people), ("Without a name", groups)):
            if not cards:
                continue
            yield f"<section>\n<h2>{heading} <span>{len(clusters) if cards is groups else len(cards):,}</span></h2>\n"
            for card in cards:
                context.token.check()
                yield self._card(card)
                done += 1
                context.progress(done, len(people) + len(groups))
            if cards is groups and len(clusters) > GROUPS_SHOWN:
                yield f'<p class="more">and {len(clusters) - GROUPS_SHOWN:,} smaller groups</p>\n'
            yield "</section>\n"
        if not people and not groups:
            yield f'<p class="more">{_why_nobody(self.library.counts())}</p>\n'
        yield after

    def _card(self, card: _Card) -> str:
        faces = self.library.faces(FaceFilter(person=card.person, cluster=card.cluster))
        # The cover first, then the best.
        faces.sort(key=lambda face: (face.id != card.cover, -face.quality, face.id))
        shown = faces[: PORTRAITS_A_GROUP if card.name is None else PORTRAITS_A_PERSON]
        rest = f'<li class="rest">+{len(faces) - len(shown):,}</li>' if len(faces) > len(shown) else ""
        title = f"<h3>{html.escape(card.name)}</h3>" if card.name is not None else ""
        counts = f"{_count(card.photos, 'photo')}, {_count(card.faces, 'face')}"
        return (
            f'<article class="{"group" if card.name is None else "person"}">\n<header>{title}<p>{counts}</p></header>\n'
            f"<ul>{''.join(self._tiles(shown, card.name))}{rest}</ul>\n</article>\n"
        )

    def _tiles(self, faces: Iterable[Face], name: str | None) -> Iterator[str]:
        for face in faces:
            jpeg = self._portrait(face)
            tip = html.escape(os.path.basename(face.display))  # noqa: PTH119
            if jpeg is None:
                yield f'<li title="{tip}"></li>'
            else:
                data = base64.b64encode(jpeg).decode("ascii")
                alt = html.escape(name or "Face without a name")
                yield f'<li title="{tip}"><img alt="{alt}" src="data:image/jpeg;base64,{data}"></li>'

    def _portrait(self, face: Face) -> bytes | None:
        """Small enough for a page of thousands; None where the library has none, or a damaged one."""
        jpeg = self.library.portrait(face.id)
        if jpeg is None:
            return None
        try:
            return encode_jpeg(shrink(decode(jpeg).pixels, PORTRAIT_SIDE), PORTRAIT_QUALITY)
        except UnreadablePhoto:
            return None


def _summary(counts: Counts) -> str:
    parts: Sequence[str] = [
        _count(counts.photos, "photo"),
        _count(counts.faces, "face"),
        _count(counts.people, "named person", "named people"),
        _count(counts.clusters, "group without a name", "groups without a name"),
    ]
    return html.escape(" · ".join(parts))


def _why_nobody(counts: Counts) -> str:
    if counts.photos == 0:
        return "There are no people here yet. Scan a folder of photos that show some."
    if counts.named_faces > 0:
        return "Everyone who has a name here is hidden."
    if counts.faces == 0:
        return "No face was found in these photos."
    found = "1 face was" if counts.faces == 1 else f"{counts.faces:,} faces were"
    return f"{found} found, and nobody was recognised twice yet."


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
