"""Observation (观摩评比): computes scores and the ranking of a month, a quarter or a year from ballots.

The score of a month is the mean of the judges' ballots, or their trimmed mean. The score of a quarter is the weighted
mean of its months and of the leaders' visit, that of a year the mean of its quarters. A part that was not held counts
for no unit. Every score is rounded half up to two decimals before it is used again, so that anybody can check it from
the printed figures.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from math import floor
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ..dates import Period, month_of, months_of, quarter_of
from ..kinds.lifecycle import Score
from ..model import Plan
from ..text import name_key
from ..thresholds import Observation

LEADERS = "leaders"
"""The name of the leaders' visit as a part of a quarter's score."""

ENOUGH_TO_TRIM = 3
"""The least number of ballots from which the highest and the lowest are dropped."""

_QUARTER, _YEAR = 3, 12


class Ballot(Struct, frozen=True):
    """The scores that one judge gave one unit for one month."""

    month: str
    unit: str
    judge: str
    scores: tuple[Score, ...]
    """One for each line of the ballot, in the plan's order, or one for the whole; with sites, those of all sites."""
    points: Decimal
    """The sum of the scores; if judged by sites, the mean of the sites' sums."""
    leader: bool
    """Whether it is from the leaders' visit."""
    invalid_items: tuple[str, ...] = ()
    """Lines without a valid score, and scores of lines that the plan does not have. Such a ballot does not count."""
    sites: tuple["Ballot", ...] = ()
    """The ballot for each site, if the unit was judged by sites."""
    place: str = ""
    """The name of the site, in the ballot for a site."""


class Scored(Struct, frozen=True):
    """The score of a unit in a period, and its components: other scores, or ballots."""

    name: str
    """`2016-03`, `2016-Q1`, `2016`, or `LEADERS`."""
    exact: Fraction
    weight: Fraction = Fraction(1)
    """Its weight in the score of which it is a part."""
    parts: tuple["Scored", ...] = ()
    ballots: tuple[Ballot, ...] = ()
    dropped: tuple[Ballot, ...] = ()
    """The highest and the lowest ballot, if they were dropped."""

    @property
    def value(self) -> Decimal:
        """The score to two decimals: scores that are printed alike are ranked alike."""
        return _rounded(self.exact)

    def every_ballot(self) -> Iterator[Ballot]:
        """Yield the ballots behind it, those of its parts included."""
        yield from self.ballots
        for part in self.parts:
            yield from part.every_ballot()

    @property
    def judges(self) -> int:
        """The number of judges behind it."""
        return len({ballot.judge for ballot in self.every_ballot()})

    @property
    def entries(self) -> tuple[int, ...]:
        """The numbers of the entries behind it."""
        return tuple(sorted({score.seq for ballot in self.every_ballot() for score in ballot.scores}))


class Rank(Struct, frozen=True):
    """The rank of a unit in a period."""

    rank: int
    """Its rank within its group. Units with the same score share a rank, and the next rank is skipped: 1, 1, 3."""
    unit: str
    group: str | None
    scored: Scored


class LeftOut(Struct, frozen=True):
    """A unit without a rank, and the reason: no ballot, only invalid ballots, a part of the period without a score."""

    unit: str
    why: Literal["unscored", "incomplete", "part", "ungrouped", "unknown"]
    parts: tuple[str, ...] = ()
    """The parts of the period for which only other units have a score."""


class Ranking(Struct, frozen=True):
    """The units in a period, by group, the best first."""

    period: Period
    standings: tuple[Rank, ...]
    left_out: tuple[LeftOut, ...]
    uncounted: tuple[Ballot, ...]
    """The ballots of the period with invalid lines."""
    held: tuple[str, ...]
    """The parts of a quarter or a year that were held, the leaders' visit included."""
    silent: tuple[tuple[str, str, str], ...] = ()
    """(month, judge, unit): the judge scored other units of the group, but not this one."""

    def rank(self, unit: str) -> int | None:
        """The rank of a unit; None if it has none."""
        return next((standing.rank for standing in self.standings if standing.unit == unit), None)


def rules_of(plan: Plan) -> Observation:
    """The scoring rules of the plan's observation, or the defaults."""
    return plan.observation or Observation()


def ballots(rules: Observation, scores: Iterable[Score]) -> list[Ballot]:
    """The ballots of all judges.

    If a judge scored both the whole and its lines, the form recorded last counts; likewise for a unit and its sites.
    """
    leaders = {name_key(name) for name in rules.leaders}
    ordered = sorted(scores, key=lambda score: (score.month, score.unit, score.judge, score.seq))
    return [
        _by_site(rules, list(group), leader=name_key(judge) in leaders)
        for (_month, _unit, judge), group in groupby(ordered, key=lambda score: (score.month, score.unit, score.judge))
    ]


def _by_site(rules: Observation, scores: Sequence[Score], *, leader: bool) -> Ballot:
    """The ballot of a judge for a unit; if the judge scored sites, with their mean to two decimals."""
    last = scores[-1]
    if last.site is None:
        return _ballot(rules, [score for score in scores if score.site is None], leader=leader)
    names = dict.fromkeys(score.site for score in scores if score.site is not None)
    sites = [_ballot(rules, [score for score in scores if score.site == name], leader=leader) for name in names]
    invalid_items = dict.fromkeys(item for site in sites for item in site.invalid_items)
    mean = _rounded(sum((Fraction(site.points) for site in sites), Fraction(0)) / len(sites))
    every = tuple(score for site in sites for score in site.scores)
    return Ballot(last.month, last.unit, last.judge, every, mean, leader, tuple(invalid_items), tuple(sites))


def _rounded(exact: Fraction) -> Decimal:
    """A score rounded half up to two decimals."""
    return Decimal(floor(exact * 100 + Fraction(1, 2))) / 100


def _ballot(rules: Observation, scores: Sequence[Score], *, leader: bool) -> Ballot:
    last = scores[-1]
    named = (last.month, last.unit, last.judge)
    place = last.place or last.site or ""
    if last.item is None:
        return Ballot(*named, (last,), last.value, leader, place=place)
    lines = {score.item: score for score in scores if score.item is not None}
    points = {item.id: item.points for item in rules.items}
    invalid_items = [item for item in points if item not in lines or lines[item].value > points[item]]
    invalid_items += [item for item in lines if item not in points]
    counted = tuple(lines[item] for item in points if item in lines)
    total = sum((score.value for score in counted), Decimal(0))
    return Ballot(*named, counted, total, leader, tuple(invalid_items), place=place)


class Cast(Struct, frozen=True):
    """The valid ballots of all units. They show which months and leaders' visits were held."""

    rules: Observation
    judged: Mapping[str, Mapping[str, Sequence[Ballot]]]
    """Month → unit → the ballots of the judges."""
    visited: Mapping[str, Mapping[str, Sequence[Ballot]]]
    """Month → unit → the ballots of the leaders' visit."""


def _cast_of(rules: Observation, all_ballots: Iterable[Ballot], units: Collection[str]) -> Cast:
    """The ballots for these units without invalid lines, by month and unit."""
    found: tuple[dict[str, dict[str, list[Ballot]]], ...] = ({}, {})
    for ballot in all_ballots:
        if ballot.unit in units and not ballot.invalid_items:
            found[ballot.leader].setdefault(ballot.month, {}).setdefault(ballot.unit, []).append(ballot)
    return Cast(rules, *found)


def _score_of(cast: Cast, unit: str, period: Period) -> Scored | tuple[str, ...]:
    """The score of a unit in a month, a quarter or a year; or the parts of the period for which it has none."""
    months = months_of(period)
    if len(months) == 1:
        own = cast.judged.get(period.name, {}).get(unit)
        return _counted(cast.rules, own, period.name) if own else (period.name,)
    found: list[Scored] = []
    missing: list[str] = []
    for name, part, weight in _parts(cast, months):
        if part is None:
            visits = [b for month in months for b in cast.visited.get(month.name, {}).get(unit, ())]
            scored: Scored | tuple[str, ...] = _mean(visits, name) if visits else (name,)
        else:
            scored = _score_of(cast, unit, part)
        if isinstance(scored, Scored):
            found.append(replace(scored, weight=weight))
        else:
            missing += scored
    if missing or not found:
        return tuple(missing) or (period.name,)
    return Scored(period.name, sum((Fraction(p.value) * p.weight for p in found), Fraction(0)), parts=tuple(found))


def _parts(cast: Cast, months: Sequence[Period]) -> list[tuple[str, Period | None, Fraction]]:
    """The parts of a quarter or a year that were held for any unit, with weights; the period of the visit is None."""
    if len(months) == _YEAR:
        quarters = [quarter_of(months[first].start) for first in range(0, _YEAR, _QUARTER)]
        held = [q for q in quarters if _parts(cast, months_of(q))]
        return [(q.name, q, Fraction(1, len(held))) for q in held]
    held = [month for month in months if month.name in cast.judged]
    visited = any(month.name in cast.visited for month in months)
    of_months = Fraction(cast.rules.quarter.months) if held else Fraction(0)
    of_leaders = Fraction(cast.rules.quarter.leaders) if visited else Fraction(0)
    total_weight = of_months + of_leaders
    parts: list[tuple[str, Period | None, Fraction]] = []
    if of_months:
        parts += [(month.name, month, of_months / total_weight / len(held)) for month in held]
    if of_leaders:
        parts.append((LEADERS, None, of_leaders / total_weight))
    return parts


def _counted(rules: Observation, group: Sequence[Ballot], name: str) -> Scored:
    """The score for the ballots of a month, by the plan's method."""
    if rules.method == "mean" or len(group) < ENOUGH_TO_TRIM:
        return _mean(group, name)
    lowest, *between, highest = sorted(group, key=lambda ballot: (ballot.points, ballot.judge))
    return Scored(name, _mean(between, name).exact, ballots=tuple(group), dropped=(lowest, highest))


def _mean(group: Sequence[Ballot], name: str) -> Scored:
    total = sum((Fraction(ballot.points) for ballot in group), Fraction(0))
    return Scored(name, total / len(group), ballots=tuple(group))


def ranking(plan: Plan, scores: Iterable[Score], period: Period) -> Ranking:
    """Rank the units of a plan in a month, a quarter or a year, each within its group; ties in the order of names."""
    rules, units, months = rules_of(plan), plan.single_units(), months_of(period)
    everything = ballots(rules, scores)
    cast = _cast_of(rules, everything, frozenset(units))
    named = {month.name for month in months}
    own = [ballot for ballot in everything if ballot.month in named]
    left_out = [LeftOut(unit, "unknown") for unit in sorted({ballot.unit for ballot in own}.difference(units))]
    grouped = {unit for members in rules.groups.values() for unit in members}
    found: dict[str, Scored] = {}
    for unit in units:
        scored = _score_of(cast, unit, period)
        if rules.groups and unit not in grouped:
            left_out.append(LeftOut(unit, "ungrouped"))
        elif isinstance(scored, Scored):
            found[unit] = scored
        else:
            left_out.append(_left_out(unit, scored, [ballot for ballot in own if ballot.unit == unit]))
    standings = [
        Rank(1 + sum(found[other].value > found[unit].value for other in members), unit, group, found[unit])
        for group, members in _groups(rules, found)
        for unit in sorted(members, key=lambda unit: (-found[unit].value, unit))
    ]
    held = tuple(name for name, _part, _weight in _parts(cast, months)) if len(months) > 1 else ()
    uncounted = tuple(ballot for ballot in own if ballot.invalid_items)
    silent = tuple(each for _group, members in _groups(rules, found) for each in _silent(members, own))
    return Ranking(period, tuple(standings), tuple(left_out), uncounted, held, silent)


def _silent(members: Sequence[str], own: Iterable[Ballot]) -> Iterator[tuple[str, str, str]]:
    """Yield (month, judge, unit) of each ballot that is missing in a group, the leaders' visit aside."""
    submitted = {(b.month, b.judge, b.unit) for b in own if b.unit in members and not b.leader}
    for month, judge in sorted({(month, judge) for month, judge, _unit in submitted}):
        yield from ((month, judge, unit) for unit in members if (month, judge, unit) not in submitted)


def _groups(rules: Observation, found: Iterable[str]) -> list[tuple[str | None, list[str]]]:
    if not rules.groups:
        return [(None, list(found))]
    return [(group, [unit for unit in units if unit in found]) for group, units in rules.groups.items()]


def _left_out(unit: str, missing: tuple[str, ...], own: Sequence[Ballot]) -> LeftOut:
    if not own:
        return LeftOut(unit, "unscored")
    if all(ballot.invalid_items for ballot in own):
        return LeftOut(unit, "incomplete")
    return LeftOut(unit, "part", missing)


def assessed_scores(plan: Plan, scores: Iterable[Score], period: Period) -> dict[str, tuple[Scored, ...]]:
    """Unit → the scores that count for its assessment in a month or a year.

    If the plan has rules for its observation, this is the one score of the period; otherwise one score for each month.
    """
    rules, units = rules_of(plan), plan.single_units()
    cast = _cast_of(rules, ballots(rules, scores), frozenset(units))
    periods = [period] if plan.observation else months_of(period)
    found = {unit: [_score_of(cast, unit, each) for each in periods] for unit in units}
    return {unit: tuple(s for s in results if isinstance(s, Scored)) for unit, results in found.items()}


def period_before(period: Period) -> Period:
    """The month, quarter or year before a period."""
    last = period.start - timedelta(days=1)
    count = len(months_of(period))
    if count == 1:
        return month_of(last)
    return quarter_of(last) if count == _QUARTER else Period(str(last.year), last.replace(month=1, day=1), last)
