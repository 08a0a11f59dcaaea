"""The task that a unit's line names: of those that are late or at risk, most days late, then farthest behind."""

from jingkai_cli.reports.grouped_report import Counted, counts


def _task(name: str, days: int, gap: float | None, *, flagged: bool = True) -> Counted:
    return Counted("甲局", name, "任务", "yellow", "at-risk" if flagged else "on-track", gap, days, flagged)


def test_days_count_before_points() -> None:
    assert counts([_task("1", 6, 25.0), _task("2", 7, -30.0)])["worst_task"] == "2"


def test_a_task_that_is_slightly_behind_and_not_at_risk_hides_none_that_is() -> None:
    assert counts([_task("1", 0, 5.0, flagged=False), _task("2", 0, None)])["worst_task"] == "2"


def test_where_nothing_is_wrong_none_is_named() -> None:
    named = counts([_task("1", 0, 5.0, flagged=False)])
    assert (named["worst_task"], named["worst_days"]) == (None, 0)
