"""Finds what to ask first: who may be whom, over the whole library."""

from __future__ import annotations

from dataclasses import dataclass

from app.library.library import Library
from app.library.records import Suggestion
from app.work.job import JobContext


@dataclass(frozen=True, slots=True)
class Review:
    """A job. It changes nothing."""

    library: Library
    limit: int

    @property
    def title(self) -> str:
        return "Comparing faces"

    def run(self, context: JobContext) -> list[Suggestion]:
        found = self.library.review(self.limit, cancelled=lambda: context.token.cancelled, progress=context.progress)
        context.token.check()
        return found
