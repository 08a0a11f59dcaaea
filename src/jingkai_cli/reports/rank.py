"""`jk rank`: the units by their mean score at a month's observation (观摩评比). Internal, not for publication."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from ..dates import Period, month_of
from ..kinds.life import Score
from ..language import _, ngettext
from ..model import Plan
from ..quantities import enumeration, mean_score
from ..rules.observation import Standing, ranking
from .document import Column, Document, Scope, Section, Table


def build(scope: Scope, scores: Iterable[Score], month: Period) -> Document:
    """The ranking of a month: number of tasks, judges, mean, and the movement against the month before."""
    those = _of_single_units(scope.plan, scores)
    standings = ranking(those, month.name)
    before = ranking(those, month_of(month.start - timedelta(days=1)).name)
    items = [_item(scope.plan, standing, before) for standing in standings]
    return Document(
        kind="rank",
        about=scope.about,
        title=_("Ranking of the units at the observation of {month} (internal)").format(month=month.name),
        fields=fields(),
        items=items,
        sections=(Section(table=table(items)),) if items else (Section(lines=(_("There are no scores."),)),),
        summary=(_summary(standings), *_left_out(scope.plan, standings)),
        footnotes=(_("Internal: not for publication."),),
        found=bool(items),
    )


def latest_table(plan: Plan, scores: Iterable[Score], month: Period) -> Table | None:
    """The ranking of the last month with scores, up to `month`, as a table; None without scores."""
    those = [score for score in _of_single_units(plan, scores) if score.month <= month.name]
    last = max((score.month for score in those), default=None)
    if last is None:
        return None
    before = ranking(those, month_of(date(int(last[:4]), int(last[5:]), 1) - timedelta(days=1)).name)
    return table([_item(plan, standing, before) for standing in ranking(those, last)])


def _of_single_units(plan: Plan, scores: Iterable[Score]) -> list[Score]:
    """The scores of units that can be ranked: a name of several units cannot."""
    units = plan.single_units()
    return [score for score in scores if score.unit in units]


def fields() -> dict[str, str]:
    """The fields of an item, and their titles."""
    return {
        "rank": _("Rank"),
        "unit": _("Unit"),
        "tasks": _("Tasks"),
        "judges": _("Judges"),
        "score": _("Mean score"),
        "rank_before": _("Rank the month before"),
        "score_before": _("Score the month before"),
        "moved": _("Moved"),
    }


def _item(plan: Plan, standing: Standing, before: Sequence[Standing]) -> dict[str, Any]:
    earlier = next((each for each in before if each.unit == standing.unit), None)
    return {
        "rank": standing.rank,
        "unit": standing.unit,
        "tasks": Counter(task.lead_unit for task in plan.every_task())[standing.unit],
        "judges": standing.judges,
        "score": standing.mean,
        "rank_before": earlier.rank if earlier else None,
        "score_before": earlier.mean if earlier else None,
        "moved": earlier.rank - standing.rank if earlier else None,
    }


def table(items: Iterable[dict[str, Any]]) -> Table:
    """The ranking for people."""
    columns = (
        Column(_("Rank"), align="right"),
        Column(_("Unit"), wraps_from=10),
        Column(_("Tasks"), align="right"),
        Column(_("Judges"), align="right"),
        Column(_("Mean score"), align="right"),
        Column(_("Against the month before"), wraps_from=10),
    )
    rows = (
        (
            str(item["rank"]),
            item["unit"],
            str(item["tasks"]),
            str(item["judges"]),
            mean_score(item["score"]),
            _movement(item),
        )
        for item in items
    )
    return Table(columns, tuple(rows))


def _movement(item: dict[str, Any]) -> str:
    if item["moved"] is None:
        return _("new")
    if not item["moved"]:
        return _("unchanged")
    text = _("up {places}") if item["moved"] > 0 else _("down {places}")
    return text.format(places=abs(item["moved"]))


def _summary(standings: Sequence[Standing]) -> str:
    count = len(standings)
    return ngettext("{count} unit ranked", "{count} units ranked", count).format(count=count)


def _left_out(plan: Plan, standings: Iterable[Standing]) -> tuple[str, ...]:
    """The units without scores, which have no rank."""
    ranked = {standing.unit for standing in standings}
    silent = [unit for unit in plan.single_units() if unit not in ranked]
    return (_("Not scored, not ranked: {units}").format(units=enumeration(silent)),) if silent else ()
