"""`jk rank`: units ranked by their observation scores (观摩评比), within groups. Internal, not for publication."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from msgspec.structs import replace

from ..dates import Period, month_of, months_of
from ..kinds.lifecycle import Score
from ..language import _, ngettext
from ..model import Plan
from ..quantities import enumeration, mean_score, number, percent
from ..rules.observation import (
    ENOUGH_TO_TRIM,
    Ballot,
    LeftOut,
    Rank,
    Ranking,
    Scored,
    period_before,
    ranking,
    rules_of,
)
from .assess_items import part_title
from .document import Column, Document, Scope, Section, Table


class Ranked(NamedTuple):
    """A ranking, the one of the period before, and those of the earlier periods that it revisits."""

    plan: Plan
    now: Ranking
    before: Ranking
    revisited: tuple[Ranking, ...]
    """Latest first."""
    top: int | None = None
    """The number of ranks to list in each group; None for all."""

    @property
    def listed(self) -> list[Rank]:
        """The units that are listed, including all that share the last place."""
        return [standing for standing in self.now.standings if self.top is None or standing.rank <= self.top]


def ranked(plan: Plan, scores: Iterable[Score], period: Period, top: int | None = None) -> Ranked:
    """The ranking of a month, a quarter or a year, and those of the periods before it."""
    listed = list(scores)
    earlier, back = [], period
    for _number in range(max(1, rules_of(plan).revisit)):
        back = period_before(back)
        earlier.append(ranking(plan, listed, back))
    return Ranked(plan, ranking(plan, listed, period), earlier[0], tuple(earlier[: rules_of(plan).revisit]), top)


def build(scope: Scope, found: Ranked) -> Document:
    """The ranking of a period: number of tasks, judges, score, and movement since the period before."""
    items = [_item(found, standing) for standing in found.listed]
    return Document(
        kind="rank",
        about=scope.about,
        title=_title(found),
        fields=fields(),
        items=items,
        sections=tuple(_sections(found)) or (Section(lines=(_("There are no scores."),)),),
        summary=(*_counts(found), *_uncounted(found), *_silent(found.now)),
        footnotes=tuple(_footnotes(found)),
        found=bool(items),
    )


def latest_table(plan: Plan, scores: Iterable[Score], month: Period) -> Table | None:
    """The ranking of the last month with scores, up to `month`, as a table; None without scores."""
    units = plan.single_units()
    known = [score for score in scores if score.unit in units and score.month <= month.name]
    last = max((score.month for score in known), default=None)
    if last is None:
        return None
    found = ranked(plan, known, month_of(date(int(last[:4]), int(last[5:]), 1)))
    return _table(found, found.listed, grouped=bool(rules_of(plan).groups))


def fields() -> dict[str, str]:
    """The fields of an item and their titles."""
    return {
        "rank": _("Rank"),
        "unit": _("Unit"),
        "tasks": _("Tasks"),
        "judges": _("Judges"),
        "score": _("Mean score"),
        "rank_before": _("Rank the month before"),
        "score_before": _("Score the month before"),
        "moved": _("Moved"),
        "group": _("Group of units"),
        "parts": _("Parts of the score"),
        "earlier": _("Earlier ranks"),
    }


def _item(found: Ranked, standing: Rank) -> dict[str, Any]:
    earlier = _rank_before(found, standing)
    return {
        "rank": standing.rank,
        "unit": standing.unit,
        "tasks": Counter(task.lead_unit for task in found.plan.every_task())[standing.unit],
        "judges": standing.scored.judges,
        "score": float(standing.scored.value),
        "rank_before": earlier.rank if earlier else None,
        "score_before": float(earlier.scored.value) if earlier else None,
        "moved": earlier.rank - standing.rank if earlier else None,
        "group": standing.group,
        "parts": {part.name: float(part.value) for part in standing.scored.parts},
        "earlier": {r.period.name: rank for r in found.revisited if (rank := r.rank(standing.unit))},
    }


def _rank_before(found: Ranked, standing: Rank) -> Rank | None:
    return next((each for each in found.before.standings if each.unit == standing.unit), None)


def _title(found: Ranked) -> str:
    values = {"month": part_title(found.now.period.name), "top": found.top}
    if found.top is None:
        return _("Ranking of the units at the observation of {month} (internal)").format(**values)
    return _("The first {top} of the units at the observation of {month} (internal)").format(**values)


def _sections(found: Ranked) -> Iterator[Section]:
    groups = dict.fromkeys(standing.group for standing in found.listed)
    for group in groups:
        yield Section(group, table=_table(found, [s for s in found.listed if s.group == group]))


def _table(found: Ranked, standings: Sequence[Rank], *, grouped: bool = False) -> Table:
    """The ranking as a table for people."""
    columns: list[tuple[Column, Callable[[Rank], str]]] = [
        (Column(_("Rank"), align="right"), lambda s: str(s.rank)),
        (Column(_("Unit"), wraps_from=10), lambda s: s.unit),
    ]
    if grouped:
        columns.insert(0, (Column(_("Group of units"), wraps_from=6), lambda s: s.group or ""))
    if found.now.held:
        columns += [(Column(part_title(name), align="right", wraps_from=6), _of_part(name)) for name in found.now.held]
    else:
        tasks = Counter(task.lead_unit for task in found.plan.every_task())
        columns += [
            (Column(_("Tasks"), align="right"), lambda s: str(tasks[s.unit])),
            (Column(_("Judges"), align="right"), lambda s: str(s.scored.judges)),
        ]
    against = {1: _("Against the month before"), 3: _("Against the quarter before")}
    title = against.get(len(months_of(found.now.period)), _("Against the year before"))
    score = _("Score") if found.now.held else _("Mean score")
    columns += [
        (Column(score, align="right"), lambda s: mean_score(float(s.scored.value))),
    ]
    if found.before.standings:
        columns.append((Column(title, wraps_from=10), lambda s: _movement(s, _rank_before(found, s))))
    for earlier in (each for each in found.revisited if each.standings):
        heading = _("rank in {period}").format(period=part_title(earlier.period.name))
        columns.append((Column(heading, align="right", wraps_from=7), _rank_in(earlier)))
    rows = tuple(tuple(cell(standing) for _column, cell in columns) for standing in standings)
    return Table(tuple(column for column, _cell in columns), rows)


def _of_part(name: str) -> Callable[[Rank], str]:
    def cell(standing: Rank) -> str:
        return next((mean_score(float(part.value)) for part in standing.scored.parts if part.name == name), "–")

    return cell


def _rank_in(earlier: Ranking) -> Callable[[Rank], str]:
    return lambda standing: str(earlier.rank(standing.unit) or "–")


def _movement(standing: Rank, before: Rank | None) -> str:
    if before is None:
        return _("new")
    places = before.rank - standing.rank
    if not places:
        return _("unchanged")
    text = _("up {places}") if places > 0 else _("down {places}")
    return text.format(places=abs(places))


def _counts(found: Ranked) -> Iterator[str]:
    """Yield how many units are ranked and which are not; nothing if there is no score at all."""
    if found.now.standings or any(each.why != "unscored" for each in found.now.left_out):
        yield _summary(found)
        yield from _left_out(found.now)


def _summary(found: Ranked) -> str:
    count = len(found.now.standings)
    if found.top is None:
        return ngettext("{count} unit ranked", "{count} units ranked", count).format(count=count)
    text = ngettext("{listed} of {count} unit ranked", "{listed} of {count} units ranked", count)
    return text.format(listed=len(found.listed), count=count)


def _left_out(now: Ranking) -> Iterator[str]:
    """Yield the units without a rank, and why."""
    reasons = {
        "unscored": _("Not scored, not ranked: {units}"),
        "incomplete": _("Not ranked, because every ballot is incomplete: {units}"),
        "ungrouped": _("Not ranked, because the plan has them in no group: {units}"),
        "unknown": _("Scored, but not ranked, because the plan has no such unit: {units}"),
    }
    for why, text in reasons.items():
        units = [each.unit for each in now.left_out if each.why == why]
        if units:
            yield text.format(units=enumeration(units))
    yield from (_without_part(each) for each in now.left_out if each.why == "part")


def _without_part(left_out: LeftOut) -> str:
    text = _("Not ranked, because a part has no score: {unit} ({parts})")
    return text.format(unit=left_out.unit, parts=enumeration(map(part_title, left_out.parts)))


def _uncounted(found: Ranked) -> Iterator[str]:
    """Yield the ballots that do not count, with their invalid lines."""
    names = {item.id: item.name for item in rules_of(found.plan).items}
    text = _("Ballot not counted: {judge} on {unit} in {month}, no valid score for {items}")
    for ballot in found.now.uncounted:
        invalid_items = [(site.place, item) for site in ballot.sites for item in site.invalid_items]
        invalid_items = invalid_items or [("", item) for item in ballot.invalid_items]
        items = enumeration(f"{place} {names.get(item, item)}".strip() for place, item in invalid_items)
        yield text.format(judge=ballot.judge, unit=ballot.unit, month=ballot.month, items=items)


def _silent(ranking: Ranking) -> Iterator[str]:
    """Yield the judges who returned no ballot on a unit, but one on another unit of its group."""
    text = _("No ballot of {judge} in {month} on {units}")
    for (month, judge), missing in groupby(ranking.silent, key=itemgetter(0, 1)):
        yield text.format(judge=judge, month=month, units=enumeration(unit for _month, _judge, unit in missing))


def _footnotes(found: Ranked) -> Iterator[str]:
    """Yield how scores were computed, and that the ranking is internal."""
    rules = rules_of(found.plan)
    if rules.method == "trimmed":
        text = _("A month's score is the mean of its ballots without the highest and the lowest, from {few} ballots.")
        yield text.format(few=ENOUGH_TO_TRIM)
    if found.now.standings and found.now.held:
        weights = _(", ").join(
            f"{part_title(part.name)} {percent(_hundredths(part.weight))}"
            for part in found.now.standings[0].scored.parts
        )
        yield _("Weights: {parts}.").format(parts=weights)
    if found.now.held:
        inner = [month.name for month in months_of(found.now.period)]
        if len(inner) > len(("Q1", "Q2", "Q3")):
            inner = [f"{found.now.period.name}-Q{number}" for number in (1, 2, 3, 4)]
        absent = [name for name in inner if name not in found.now.held]
        if absent:
            yield _("No observation, not counted: {parts}.").format(parts=enumeration(map(part_title, absent)))
    yield _("Internal: not for publication.")


def _hundredths(weight: Fraction) -> float:
    return float(100 * weight)


def explain(document: Document, found: Ranked) -> Document:
    """The ranking, with a section for each unit that shows its ballots and their entries."""
    names = {item.id: item.name for item in rules_of(found.plan).items}
    sections = []
    for standing in found.listed:
        text = _("{unit}: {score}, rank {rank}")
        values = {"unit": standing.unit, "rank": standing.rank, "score": mean_score(float(standing.scored.value))}
        sections.append(Section(text.format(**values), tuple(_lines(standing.scored, names, ""))))
    return replace(document, sections=(*document.sections, *sections))


def explain_on_paper(document: Document, found: Ranked) -> Document:
    """The ranking, with a table of the ballots or parts behind each unit's score."""
    names = {item.id: item.name for item in rules_of(found.plan).items}
    columns = (
        Column(_("Rank"), align="right"),
        Column(_("Unit"), wraps_from=10),
        Column(_("Score"), align="right"),
        Column(_("Ballots"), wraps_from=30, sentences=True),
    )
    rows = [
        (
            str(standing.rank),
            standing.unit,
            mean_score(float(standing.scored.value)),
            _joined_lines([*_lines(standing.scored, names, "")]),
        )
        for standing in found.listed
    ]
    ballots = Section(_("The ballots behind the scores"), table=Table(columns, tuple(rows)))
    return replace(document, sections=(*document.sections, ballots) if rows else document.sections)


def _joined_lines(lines: Sequence[str]) -> str:
    """The lines behind a score for a cell: one per line if any is indented, else joined with semicolons."""
    return ("\n" if any(line.startswith(" ") for line in lines) else _("; ")).join(lines)


def _lines(scored: Scored, names: dict[str, str], indent: str) -> Iterator[str]:
    for part in scored.parts:
        text = _("{part}: {score} × {weight} = {points}")
        values = {"part": part_title(part.name), "score": mean_score(float(part.value))}
        points = number(Decimal(f"{float(Fraction(part.value) * part.weight):.4f}"))  # enough digits to check the sum
        yield indent + text.format(**values, weight=percent(_hundredths(part.weight)), points=points)
        yield from _lines(part, names, f"{indent}  ")
    for ballot in sorted(scored.ballots, key=lambda ballot: min((score.seq for score in ballot.scores), default=0)):
        line = indent + _ballot(ballot, names)
        yield line + (_(" (highest or lowest: dropped)") if ballot in scored.dropped else "")
        yield from (f"{indent}  {_sum(site.place, site, names)}" for site in ballot.sites)


def _ballot(ballot: Ballot, names: dict[str, str]) -> str:
    count = len(ballot.sites)
    if not count:
        return _sum(ballot.judge, ballot, names)
    text = ngettext("{judge}: {score}, of {count} site", "{judge}: {score}, the mean of {count} sites", count)
    return text.format(judge=ballot.judge, score=mean_score(float(ballot.points)), count=count)


def _sum(who: str, ballot: Ballot, names: dict[str, str]) -> str:
    """A judge's or a site's score, with the lines and entries behind it."""
    lines = [f"{names.get(s.item, s.item)} {mean_score(float(s.value))}" for s in ballot.scores if s.item]
    entries = enumeration(f"#{score.seq}" for score in ballot.scores)
    text = _("{judge}: {score} = {lines} ({entries})") if lines else _("{judge}: {score} ({entries})")
    points = mean_score(float(ballot.points))
    return text.format(judge=who, score=points, lines=" + ".join(lines), entries=entries)
