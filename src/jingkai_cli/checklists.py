"""Checklists and sites of inspections (现场检查)."""

from __future__ import annotations

from typing import Annotated

from .field_types import Id, Text, Validated, Whole, Within


class Checklist(Validated, frozen=True):
    """The checklist of an inspection (检查清单). At each site, an item passes, fails or does not apply."""

    id: Id
    name: Text
    items: Annotated[tuple[Text, ...], Within(min_length=1, max_length=40)]
    due_in: Annotated[Whole, Within(ge=0, le=366)] = 3
    """The number of days to fix a failed item."""


class Site(Validated, frozen=True):
    """A place to inspect (点位), from `sites.csv` beside the plan."""

    id: str
    name: str
    unit: str
    """The unit that must fix failed items."""
    zone: str | None
    task: str
    """The id of the task to which its inspections belong."""
