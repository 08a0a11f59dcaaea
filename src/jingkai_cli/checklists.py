"""What is inspected on site (现场检查): the items of a list, and the places."""

from __future__ import annotations

from typing import Annotated

from .field_types import Id, Text, Validated, Whole, Within


class Checklist(Validated, frozen=True):
    """What is looked at on each site (检查清单): a site passes or fails every item, or it does not apply."""

    id: Id
    name: Text
    items: Annotated[tuple[Text, ...], Within(min_length=1, max_length=40)]
    due_in: Annotated[Whole, Within(ge=0, le=366)] = 3
    """Days to fix what failed."""


class Site(Validated, frozen=True):
    """A place that is inspected (点位), from `sites.csv` beside the plan."""

    id: str
    name: str
    unit: str
    """Who must fix what fails there."""
    zone: str | None
    task: str
    """The task that its inspections belong to."""
