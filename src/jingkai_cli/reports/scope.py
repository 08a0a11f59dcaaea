"""What the reports of one run are made from, apart from what the ledger says of each task."""

from dataclasses import dataclass
from datetime import date, datetime

from ..head import Head
from ..model import Plan
from .document import About


@dataclass(frozen=True, slots=True)
class Scope:
    """What every report of one run speaks about."""

    plan: Plan
    as_of: date
    known_on: datetime | None
    head: Head
    """The ledger's last entry that counted: printed as the anchor."""

    @property
    def about(self) -> About:
        """What of it is printed."""
        plan = self.plan
        return About(plan.title, plan.language, plan.timezone, self.as_of, self.known_on, self.head)
