"""Builds all unnamed groups anew, or adds to them what is not yet grouped."""

from __future__ import annotations

from dataclasses import dataclass

from app.library.library import Library
from app.library.records import Done, Strictness
from app.work.job import JobContext


@dataclass(frozen=True, slots=True)
class GroupFaces:
    """A job. With `afresh` the groups are built anew, as one step that can be undone."""

    library: Library
    strictness: Strictness = Strictness.NORMAL
    afresh: bool = False

    @property
    def title(self) -> str:
        return "Grouping faces"

    def run(self, context: JobContext) -> Done | None:
        done = self.library.group(
            strictness=self.strictness,
            afresh=self.afresh,
            cancelled=lambda: context.token.cancelled,
            progress=context.progress,
        )
        context.token.check()
        return done
