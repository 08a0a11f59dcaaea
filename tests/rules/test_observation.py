"""Observation: rankings agree with an independent computation for random ballots, and with published methods."""

from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from random import Random
from typing import Any, NamedTuple

import pytest

from effort import share
from jingkai_cli.dates import Period, month_of, parse_month, parse_year, quarter_of
from jingkai_cli.kinds.lifecycle import Score
from jingkai_cli.model import Plan, Task
from jingkai_cli.rules.observation import Ranking, assessed_scores, period_before, ranking
from jingkai_cli.thresholds import Observation, ObservedItem, QuarterWeights

MARCH = parse_month("2016-03", date(2016, 4, 1))
SPRING = quarter_of(MARCH.start)
YEAR = parse_year("2016")
UNITS = ("城镇办", "执法局", "明湖办事处", "潮河办事处", "祥云办事处")
TASK = Task("1", "停车场", "城镇办", date(2016, 12, 31))
ITEMS = (ObservedItem("road", "道路整治", Decimal(60)), ObservedItem("green", "绿化提升", Decimal(40)))


def plan(**how: Any) -> Plan:
    return Plan("方案", (TASK,), units=UNITS, observation=Observation(**how) if how else None)


def scores(*given: tuple[Any, ...]) -> list[Score]:
    """Scores in the order of recording: month, unit, judge, value, and optionally item and site."""
    return [
        Score(seq, month, unit, judge, Decimal(str(value)), *item)
        for seq, (month, unit, judge, value, *item) in enumerate(given, 1)
    ]


def ranks(found: Ranking) -> list[tuple[int, str, object]]:
    return [(standing.rank, standing.unit, standing.scored.value) for standing in found.standings]


def test_units_with_the_same_score_share_a_rank_and_the_next_one_is_free() -> None:
    given = scores(
        ("2016-03", "祥云办事处", "甲", 90), ("2016-03", "执法局", "甲", 90), ("2016-03", "城镇办", "甲", 80)
    )
    found = ranking(plan(), given, MARCH)
    assert ranks(found) == [(1, "执法局", 90), (1, "祥云办事处", 90), (3, "城镇办", 80)]
    assert {each.unit: each.why for each in found.left_out} == {"明湖办事处": "unscored", "潮河办事处": "unscored"}
    assert ranking(plan(), given, month_of(date(2016, 4, 1))).standings == ()


def test_the_published_method_of_three_months_at_30_and_the_leaders_at_10_percent() -> None:
    """Yuzhou 2018: a quarter is three monthly scores at 30 % each and the leaders' visit at 10 %."""
    config = plan(leaders=("领导甲",), quarter=QuarterWeights(Decimal("0.9"), Decimal("0.1")))
    given = scores(
        ("2016-01", "城镇办", "评委", 90),
        ("2016-02", "城镇办", "评委", 85),
        ("2016-03", "城镇办", "评委", 95),
        ("2016-03", "城镇办", "领导甲", 80),
        ("2016-01", "执法局", "评委", 88),
        ("2016-02", "执法局", "评委", 92),
        ("2016-03", "执法局", "评委", 91),
        ("2016-03", "执法局", "领导甲", 70),
    )
    found = ranking(config, given, SPRING)
    assert ranks(found) == [(1, "城镇办", Decimal(89)), (2, "执法局", Decimal("88.3"))]
    assert [float(part.weight) for part in found.standings[0].scored.parts] == pytest.approx([0.3, 0.3, 0.3, 0.1])
    assert ranks(ranking(config, given, MARCH)) == [(1, "城镇办", 95), (2, "执法局", 91)]


def test_the_highest_and_the_lowest_ballot_are_dropped_from_three_on() -> None:
    config = plan(method="trimmed")
    given = [("2016-03", "城镇办", judge, value) for judge, value in zip("甲乙丙丁", (60, 90, 92, 100), strict=True)]
    assert ranks(ranking(config, scores(*given), MARCH)) == [(1, "城镇办", 91)]
    assert ranks(ranking(config, scores(*given[:3]), MARCH)) == [(1, "城镇办", 90)]
    assert ranks(ranking(config, scores(*given[:2]), MARCH)) == [(1, "城镇办", 75)]


def test_a_ballot_without_an_item_does_not_count_and_is_named() -> None:
    given = scores(
        ("2016-03", "城镇办", "甲", 55, "road"),
        ("2016-03", "城镇办", "甲", 35, "green"),
        ("2016-03", "城镇办", "乙", 50, "road"),
        ("2016-03", "执法局", "乙", 50, "road"),
        ("2016-03", "执法局", "丙", 30, "shade"),
    )
    found = ranking(plan(items=ITEMS), given, MARCH)
    assert ranks(found) == [(1, "城镇办", 90)]
    assert [(b.judge, b.unit, b.invalid_items) for b in found.uncounted] == [
        ("乙", "城镇办", ("green",)),
        ("丙", "执法局", ("road", "green", "shade")),
        ("乙", "执法局", ("green",)),
    ]
    assert {each.why for each in found.left_out if each.unit == "执法局"} == {"incomplete"}


def test_a_judge_who_left_out_a_unit_of_a_judged_group_is_named() -> None:
    given = scores(
        ("2016-03", "城镇办", "甲", 90),
        ("2016-03", "执法局", "甲", 80),
        ("2016-03", "执法局", "乙", 80),
        ("2016-03", "执法局", "领导甲", 80),
        ("2016-03", "明湖办事处", "丙", 80),
        ("2016-02", "执法局", "丁", 80),
    )
    groups = {"委局组": ("城镇办", "执法局"), "办事处组": ("明湖办事处",)}
    found = ranking(plan(groups=groups, leaders=("领导甲",)), given, MARCH)
    assert found.silent == (("2016-03", "乙", "城镇办"),)


def test_the_last_recorded_of_a_whole_score_and_scores_by_item_count() -> None:
    items = [("2016-03", "城镇办", "甲", 55, "road"), ("2016-03", "城镇办", "甲", 35, "green")]
    whole = ("2016-03", "城镇办", "甲", 70)
    assert ranks(ranking(plan(items=ITEMS), scores(whole, *items), MARCH)) == [(1, "城镇办", 90)]
    assert ranks(ranking(plan(items=ITEMS), scores(*items, whole), MARCH)) == [(1, "城镇办", 70)]


def test_a_unit_judged_by_sites_gets_their_mean_from_each_judge() -> None:
    given = scores(
        ("2016-03", "城镇办", "甲", 55, "road", "S1"), ("2016-03", "城镇办", "甲", 35, "green", "S1"),
        ("2016-03", "城镇办", "甲", 50, "road", "S2"), ("2016-03", "城镇办", "甲", 31, "green", "S2"),
        ("2016-03", "城镇办", "甲", 57, "road", "S3"), ("2016-03", "城镇办", "甲", 40, "green", "S3"),
        ("2016-03", "城镇办", "乙", 60, "road", "S1"), ("2016-03", "城镇办", "乙", 40, "green", "S1"),
    )  # fmt: skip
    found = ranking(plan(of="sites", items=ITEMS), given, MARCH)
    first, second = found.standings[0].scored.ballots
    assert {(b.judge, b.points) for b in (first, second)} == {("甲", Decimal("89.33")), ("乙", Decimal(100))}
    assert ranks(found) == [(1, "城镇办", Decimal("94.67"))]  # 89.33 and 100; four sites would give 92
    assert found.standings[0].scored.entries == tuple(range(1, 9))


def test_a_site_without_an_item_keeps_the_ballot_from_counting() -> None:
    given = scores(
        ("2016-03", "城镇办", "甲", 55, "road", "S1"), ("2016-03", "城镇办", "甲", 35, "green", "S1"),
        ("2016-03", "城镇办", "甲", 50, "road", "S2"), ("2016-03", "城镇办", "甲", 9, "shade", "S3"),
    )  # fmt: skip
    found = ranking(plan(of="sites", items=ITEMS), given, MARCH)
    assert found.standings == ()
    assert [(site.place, site.invalid_items) for site in found.uncounted[0].sites] == [
        ("S1", ()), ("S2", ("green",)), ("S3", ("road", "green", "shade")),
    ]  # fmt: skip


def test_the_last_recorded_of_scores_of_a_unit_and_of_its_sites_count() -> None:
    whole = ("2016-03", "城镇办", "甲", 70)
    sites = [("2016-03", "城镇办", "甲", 80, None, "S1"), ("2016-03", "城镇办", "甲", 91, None, "S2")]
    assert ranks(ranking(plan(of="sites"), scores(whole, *sites), MARCH)) == [(1, "城镇办", Decimal("85.5"))]
    assert ranks(ranking(plan(of="sites"), scores(*sites, whole), MARCH)) == [(1, "城镇办", 70)]


def test_a_unit_that_missed_a_month_is_not_ranked_in_its_quarter() -> None:
    given = scores(
        ("2016-01", "城镇办", "甲", 90), ("2016-02", "城镇办", "甲", 80), ("2016-02", "执法局", "甲", 99),
        ("2016-02", "县外单位", "甲", 99),
    )  # fmt: skip
    found = ranking(plan(), given, SPRING)
    assert ranks(found) == [(1, "城镇办", 85)]
    assert found.held == ("2016-01", "2016-02")
    assert {(each.unit, each.why, each.parts) for each in found.left_out if each.why != "unscored"} == {
        ("执法局", "part", ("2016-01",)),
        ("县外单位", "unknown", ()),
    }


def test_half_a_hundredth_is_rounded_up() -> None:
    given = [("2016-03", "城镇办", f"评委{n}", value) for n, value in enumerate((85.1, 85.15))]
    assert ranks(ranking(plan(), scores(*given), MARCH)) == [(1, "城镇办", Decimal("85.13"))]


def test_the_assessment_of_a_year_takes_the_score_of_the_ranking() -> None:
    given = scores(("2016-01", "城镇办", "甲", 90), ("2016-05", "城镇办", "甲", 80), ("2016-06", "城镇办", "甲", 70))
    (year,) = assessed_scores(plan(revisit=1), given, YEAR)["城镇办"]
    assert year.value == Decimal("82.5")  # the mean of 90 and 75
    assert year.value == ranking(plan(revisit=1), given, YEAR).standings[0].scored.value
    assert [each.value for each in assessed_scores(plan(), given, YEAR)["城镇办"]] == [90, 80, 70]


@pytest.mark.parametrize(
    ("period", "before"),
    [(month_of(date(2016, 1, 31)), "2015-12"), (quarter_of(date(2016, 1, 31)), "2015-Q4"), (YEAR, "2015")],
)
def test_the_previous_period_has_the_same_length(period: Period, before: str) -> None:
    assert period_before(period).name == before
    assert period_before(period).end < period.start


class Given(NamedTuple):
    """One recorded score, for the independent computation."""

    seq: int
    month: int
    unit: str
    judge: str
    item: str | None
    value: Decimal
    site: str | None


@pytest.mark.sampled
def test_rankings_of_random_ballots_agree_with_an_independent_computation() -> None:
    ranked = 0
    for seed in range(share(500)):
        random = Random(seed)  # noqa: S311 - the ballots of a test
        how = _config(random)
        given = _ballots(random, how)
        recorded = [Score(g.seq, f"2016-{g.month:02}", g.unit, g.judge, g.value, g.item, g.site) for g in given]
        for period, months in ((MARCH, [3]), (SPRING, [1, 2, 3]), (YEAR, list(range(1, 13)))):
            found = ranking(plan(**how), recorded, period)
            expected = _expected(how, Clerk(how, given), months)
            said = {(s.group, s.unit): (s.rank, s.scored.value) for s in found.standings}
            assert said == expected, seed
            named = {each.unit for each in found.left_out} | {unit for _group, unit in said}
            assert named == set(UNITS), seed
            ranked += len(said)
    assert ranked > share(500)  # some ballots give a ranking


def _config(random: Random) -> dict[str, Any]:
    how: dict[str, Any] = {"method": random.choice(["mean", "trimmed"]), "revisit": random.randint(0, 3)}
    if random.random() < 0.5:
        how["groups"] = {"一组": UNITS[:2], "二组": UNITS[2 : random.choice([4, 5])]}
    if random.random() < 0.6:
        how["items"] = ITEMS
    if random.random() < 0.5:
        weight = Decimal(random.choice(["0.1", "0.25", "1"]))
        how |= {"leaders": ("领导甲", "领导乙"), "quarter": QuarterWeights(1 - weight, weight)}
    return how


def _ballots(random: Random, how: dict[str, Any]) -> list[Given]:
    cast: list[Given] = []
    skipped = random.choice([0.0, 0.0, 0.1])
    sites: dict[str, list[str | None]] = {unit: [None] for unit in UNITS}
    if random.random() < 0.4:
        sites = {unit: [f"{unit}{n}" for n in range(random.randint(1, 3))] for unit in UNITS}
    for month in sorted(random.sample([1, 2, 3, 4, 5, 8], random.randint(1, 5))):
        leaders = how.get("leaders", ()) if random.random() < 0.4 else ()
        judges = ["甲", "乙", "丙", "丁", "戊"][: random.randint(0 if leaders else 1, 5)] + list(leaders)
        for judge in judges:
            for unit in UNITS:
                for site, item in product(sites[unit], [i.id for i in how.get("items", ())] or [None]):
                    most = 100 if item is None else int(next(i.points for i in ITEMS if i.id == item))
                    if random.random() >= skipped:
                        value = Decimal(random.randint(most * 6, most * 10)) / random.choice([10, 10, 20])
                        cast.append(Given(len(cast) + 1, month, unit, judge, item, value, site))
    return cast


class Clerk:
    """Computes scores as a clerk would, from a table of totals with a calculator."""

    def __init__(self, how: dict[str, Any], given: list[Given]) -> None:
        needed = {item.id for item in how.get("items", ())} or {None}
        sheets: dict[tuple[int, str, str], dict[str | None, dict[str | None, Decimal]]] = defaultdict(dict)
        for one in given:
            sheets[one.month, one.unit, one.judge].setdefault(one.site, {})[one.item] = one.value
        self.trims = how["method"] == "trimmed"
        self.weights = how.get("quarter", QuarterWeights())
        self.totals = {}
        for key, places in sheets.items():
            if all(set(lines) == needed for lines in places.values()):
                total = sum((value for lines in places.values() for value in lines.values()), Decimal(0))
                self.totals[key] = total if None in places else _half_up(total / len(places))
        self.of_leaders = {key for key in self.totals if key[2] in how.get("leaders", ())}

    def month(self, month: int, unit: str) -> Decimal | None:
        marks = sorted(self.totals[k] for k in self.totals if k[:2] == (month, unit) and k not in self.of_leaders)
        if self.trims and len(marks) > 2:
            marks = marks[1:-1]
        return _half_up(sum(marks, Decimal(0)) / len(marks)) if marks else None

    def visit(self, quarter: list[int], unit: str) -> Decimal | None:
        own = [self.totals[k] for k in self.of_leaders if k[0] in quarter and k[1] == unit]
        return _half_up(sum(own, Decimal(0)) / len(own)) if own else None

    def quarter(self, quarter: list[int], unit: str) -> Decimal | str | None:
        held = [m for m in quarter if any(k[0] == m and k not in self.of_leaders for k in self.totals)]
        visited = any(k[0] in quarter for k in self.of_leaders)
        weighed = [(self.month(m, unit), self.weights.months / len(held)) for m in held if self.weights.months]
        weighed += [(self.visit(quarter, unit), self.weights.leaders)] if visited and self.weights.leaders else []
        if not weighed:
            return "not held"
        marks = [mark * weight for mark, weight in weighed if mark is not None]
        return _half_up(sum(marks) / sum(w for _mark, w in weighed)) if len(marks) == len(weighed) else None

    def score(self, months: list[int], unit: str) -> Decimal | None:
        if len(months) == 1:
            return self.month(months[0], unit)
        found = [self.quarter(months[at : at + 3], unit) for at in range(0, len(months), 3)]
        kept = [each for each in found if each != "not held"]
        marks = [each for each in kept if isinstance(each, Decimal)]
        return _half_up(sum(marks, Decimal(0)) / len(kept)) if marks and len(marks) == len(kept) else None


def _expected(how: dict[str, Any], clerk: Clerk, months: list[int]) -> dict[tuple[Any, str], tuple[int, Decimal]]:
    groups = how.get("groups") or {None: UNITS}
    expected = {}
    for group, units in groups.items():
        marks = {unit: mark for unit in units if (mark := clerk.score(months, unit)) is not None}
        for unit, mark in marks.items():
            expected[group, unit] = (1 + len([m for m in marks.values() if m > mark]), mark)
    return expected


def _half_up(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)
