"""A unit's line names its worst task: among those late or at risk, most days late, then farthest behind."""

from jingkai_cli.reports.grouped_report import Counted, counts


def _task(name: str, days: int, gap: float | None, *, flagged: bool = True) -> Counted:
    return Counted("甲局", name, "任务", "yellow", "at-risk" if flagged else "on-track", gap, days, flagged)


def test_days_late_count_before_the_gap() -> None:
    assert counts([_task("1", 6, 25.0), _task("2", 7, -30.0)])["worst_task"] == "2"


def test_a_task_at_risk_comes_before_one_slightly_behind() -> None:
    assert counts([_task("1", 0, 5.0, flagged=False), _task("2", 0, None)])["worst_task"] == "2"


def test_a_unit_without_late_or_at_risk_tasks_names_none() -> None:
    named = counts([_task("1", 0, 5.0, flagged=False)])
    assert (named["worst_task"], named["worst_days"]) == (None, 0)
