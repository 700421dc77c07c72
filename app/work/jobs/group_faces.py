"""Grows the unnamed groups, or builds all of them anew after showing what that would change."""

from __future__ import annotations

from dataclasses import dataclass

from app.library.library import Library
from app.library.records import Done, Strictness
from app.library.regrouping import Regrouping
from app.work.job import JobContext


@dataclass(frozen=True, slots=True)
class GrowGroups:
    """A job. Takes in the faces that have no group yet."""

    library: Library

    @property
    def title(self) -> str:
        return "Grouping faces"

    def run(self, context: JobContext) -> Done | None:
        done = self.library.group(cancelled=lambda: context.token.cancelled, progress=context.progress)
        context.token.check()
        return done


@dataclass(frozen=True, slots=True)
class PlanGroups:
    """A job. It changes nothing, and gives what `GroupAgain` would change."""

    library: Library
    strictness: Strictness = Strictness.NORMAL

    @property
    def title(self) -> str:
        return "Grouping faces"

    def run(self, context: JobContext) -> Regrouping:
        found = self.library.plan_groups(
            self.strictness, cancelled=lambda: context.token.cancelled, progress=context.progress
        )
        context.token.check()
        return found


@dataclass(frozen=True, slots=True)
class GroupAgain:
    """A job. Does what was planned, as one step that can be undone."""

    library: Library
    found: Regrouping

    @property
    def title(self) -> str:
        return "Grouping faces"

    def run(self, context: JobContext) -> Done | None:
        return self.library.group_again(self.found)
