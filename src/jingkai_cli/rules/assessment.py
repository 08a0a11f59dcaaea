"""Assessment (督导考核): the score of a unit's work in a period, out of 100.

Four parts are weighed by the plan (`assessment:`): progress against planned, deadlines met, problems put right in time,
observation. A part with nothing to judge is left out and the other weights are rescaled; a unit with neither progress
nor deadlines to judge has no score. Each week without a report costs points. More done never scores less.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ..dates import Period
from ..model import Plan
from ..thresholds import PARTS, Assessment
from . import assessment_items
from .assessment_items import Dossier, Item, SilentWeek
from .progress import FULL

Grade = Literal["excellent", "good", "qualified", "unqualified"]


class Part(Struct, frozen=True):
    """One part of an assessment."""

    name: str
    weight: float
    """As set in the plan."""
    items: tuple[Item, ...]

    @property
    def value(self) -> float | None:
        """The mean of its items, 0 to 1; None without items."""
        return sum(item.value for item in self.items) / len(self.items) if self.items else None


class Assessed(Struct, frozen=True):
    """A unit's assessment."""

    unit: str
    tasks: int
    parts: tuple[Part, ...]
    silent: tuple[SilentWeek, ...]
    deducted: float
    score: float | None
    """0 to 100; None without anything to judge."""
    grade: Grade | None
    capped_by: tuple[str, ...] = ()
    """The tasks that are red at the end of the period, where they alone keep it from the best grade."""

    @property
    def weighed(self) -> tuple[Part, ...]:
        """The parts that count: those with items and a weight."""
        return tuple(part for part in self.parts if part.value is not None and part.weight > 0)

    def rescaled(self, part: Part) -> float:
        """The weight of a part that counts, scaled so that all such weights add up to 100."""
        return FULL * part.weight / sum(each.weight for each in self.weighed)


def assess(plan: Plan, dossier: Dossier, period: Period, as_of: date) -> Assessed:
    """Assess one unit.

    Args:
        plan: its weights and its reporting day.
        dossier: the unit's tasks, problems, scores and reports as of the date.
        period: a month or a year.
        as_of: the last day of the period, or an earlier one while it is not over.
    """
    weights = plan.assessment
    found = {
        "progress": (*assessment_items.progress(dossier), *assessment_items.months(dossier, period, as_of)),
        "deadlines": tuple(assessment_items.deadlines(dossier, period, as_of, float(weights.late_credit))),
        "rectification": tuple(assessment_items.rectification(dossier, period, as_of)),
        "observation": tuple(assessment_items.observation(dossier)),
    }
    parts = tuple(Part(name, float(getattr(weights, name)), found[name]) for name in PARTS)
    silent = tuple(assessment_items.silent_weeks(plan, dossier, period, as_of))
    deducted = min(float(weights.silent_most), len(silent) * float(weights.silent_week))
    bare = Assessed(dossier.unit, dossier.led or len(dossier.judgements), parts, silent, deducted, None, None)
    counted = bare.weighed
    if not counted or not (found["progress"] or found["deadlines"]):
        return bare
    earned = sum(bare.rescaled(part) * (part.value or 0) for part in counted)
    score = max(0.0, earned - deducted)
    given = grade(score, weights)
    red = tuple(judgement.task.id for judgement in dossier.judgements if judgement.red)
    if red and given == "excellent":
        return replace(bare, score=score, grade="good", capped_by=red)
    return replace(bare, score=score, grade=given)


def grade(score: float, weights: Assessment) -> Grade:
    """The grade (优秀, 良好, 合格, 不合格) of a score, rounded to one decimal as it is printed.

    >>> grade(89.96, Assessment()), grade(89.94, Assessment())
    ('excellent', 'good')
    """
    shown = Decimal(f"{score:.1f}")
    if shown >= weights.excellent:
        return "excellent"
    if shown >= weights.good:
        return "good"
    return "qualified" if shown >= weights.qualified else "unqualified"
