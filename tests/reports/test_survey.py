"""A survey of changes reads enough for the reasons that are printed from it."""

from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from jingkai_cli.ledger import open_for_writing
from jingkai_cli.ledger.protocol import Writer
from jingkai_cli.model import Entry, Plan, Reading, Task
from jingkai_cli.reports.survey import survey, survey_changes
from jingkai_cli.rules.status import judge

AS_OF, EVE = date(2016, 6, 29), date(2016, 6, 28)


def test_a_red_task_has_the_reading_that_decides_whether_it_is_steadily_behind(tmp_path: Path) -> None:
    start, deadline = date(2016, 1, 1), date(2016, 12, 31)
    written = {date(2016, 6, 30): Decimal(60)}
    tasks = (
        Task(id="1", title="绿化", lead_unit="城建局", start=start, deadline=deadline, planned=written),
        Task(id="2", title="绿化", lead_unit="城建局", start=start, deadline=deadline),
        Task(id="3", title="绿化", lead_unit="城建局", start=start, deadline=date(2016, 6, 1)),
    )
    plan = Plan(title="测试", tasks=tasks)

    def work(writer: Writer) -> None:
        for task in ("1", "2", "3"):
            for month, percent in ((4, 5), (5, 6), (6, 7)):
                readings = {"percent": Reading(Decimal(percent))}
                key = f"{task}-{month}"
                writer.append(Entry("report", date(2016, month, 10), task, "张", key, readings=readings))

    with closing(open_for_writing(str(tmp_path / "ledger.db"), lambda: datetime(2016, 6, 20, tzinfo=UTC))) as ledger:
        ledger.write(work)
        before, now = ledger.read(lambda reader: survey_changes(reader, plan, EVE, AS_OF))
        whole = ledger.read(lambda reader: survey(reader, plan, AS_OF))
        eve = ledger.read(lambda reader: survey(reader, plan, EVE))
    found, expected = (judge(plan, said.facts, AS_OF) for said in (now, whole))
    assert [each.lamp for each in found] == [each.lamp for each in expected] == ["red", "yellow", "red"]
    assert [each.reasons for each in found if each.red] == [each.reasons for each in expected if each.red]
    assert any(why.figures.get("steady") for why in found[0].reasons)
    assert [each.lamp for each in judge(plan, before.facts, EVE)] == [each.lamp for each in judge(plan, eve.facts, EVE)]
