"""Random tasks and facts, for tests of the rules."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from jingkai_cli.facts import Event, TaskFacts, Total
from jingkai_cli.field_types import Measure
from jingkai_cli.model import PERCENT, Indicator, Milestone, Task

FIRST = date(2016, 1, 1)

days = st.integers(0, 420).map(lambda number: FIRST + timedelta(days=number))
percents = st.decimals(0, 100, places=1)


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    start = draw(days)
    deadline = start + timedelta(days=draw(st.integers(0, 400)))
    points = sorted(draw(st.lists(percents, max_size=4)))
    written = dict(zip(sorted(draw(st.sets(days, min_size=4, max_size=4))), points, strict=False))
    measure: Measure = draw(st.sampled_from(["percent", "indicators", "milestones", "none"]))
    milestones = draw(st.lists(days, min_size=int(measure == "milestones"), max_size=3))
    return Task(
        id="1",
        title="某任务",
        lead_unit=None,
        start=start,
        deadline=deadline,
        measure=measure,
        planned=written if measure == "percent" else {},
        indicators=(Indicator("i", "指标", target=Decimal(100), planned=written),) if measure == "indicators" else (),
        milestones=tuple(Milestone(f"m{n}", f"节点{n}", day) for n, day in enumerate(milestones)),
        unconfirmed=("deadline",) if draw(st.booleans()) and draw(st.booleans()) else (),
    )


def reported(task: Task, value: Decimal, events: tuple[Event, ...] = ()) -> TaskFacts:
    """The facts after one report of the task's percentage or only indicator, received on the first day."""
    name = PERCENT if task.measure == "percent" else "i"
    totals = {(name, ""): Total(value, FIRST, 1, stated=True)}
    return TaskFacts(totals=totals, events=events, last_report_on=FIRST, last_received=FIRST)
