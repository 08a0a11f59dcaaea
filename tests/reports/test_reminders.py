"""Texts for a work-chat group are cut between items and never longer than its limit."""

from pathlib import Path

import pytest

import forty_tasks
from jingkai_cli.reports.reminders import MOST, Text, messages
from running import Workspace


def test_a_text_is_cut_between_items() -> None:
    items = tuple(f"{number}. " + "督" * 100 for number in range(1, 40))
    found = messages(Text("**催报**", items, "请报送。"))
    assert len(found) > 1
    assert all(len(message.encode()) <= MOST for message in found)
    assert found[0].startswith(f"**催报** (1/{len(found)})\n1. ")
    assert all(message.endswith("\n请报送。") for message in found)
    said = [line for message in found for line in message.splitlines() if "督" in line]
    assert said == list(items)


def test_an_item_longer_than_a_message_is_shortened() -> None:
    (message,) = messages(Text("头", ("长" * 5000,), "尾"))
    assert len(message.encode()) <= MOST
    assert "长…\n尾" in message


def test_a_single_message_has_no_number() -> None:
    assert messages(Text("头", ("一", "二"), "尾")) == ["头\n一\n二\n尾"]


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = Workspace(tmp_path_factory.mktemp("forty"))
    forty_tasks.write(made.folder)
    assert made.here("import", "2016.jsonl").code == 0
    return made


def test_notices_and_reminders_are_printed_for_a_group(forty: Workspace) -> None:
    done = forty.here("notice", "城镇办", "-f", "chat", "--as-of", "2016-04-15", LANG="C.UTF-8")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("**【红色督办】城镇办**（截至4月15日）\n1. 社区电动车充电桩整治规范（北片区工程）：")
    every = forty.here("notice", "--all", "-f", "chat", "--as-of", "2016-04-15")
    assert every.out.count("督办】") == 10
    assert all(len(part.encode()) <= MOST for part in every.out.split("---\n"))
    missing = forty.here("notice", "--unreported", "-f", "chat", "--as-of", "2016-04-12")
    for letter in every.out.split("---\n"):
        tasks = [line.partition("：")[0].partition(". ")[2] for line in letter.splitlines() if line[:1].isdigit()]
        assert len({*tasks}) == len(tasks), "one line for each task"
    assert missing.out.startswith("**【催报】4月4日至4月10日进展，截至4月12日尚未报送**\n")
    assert "36.智能化交通体系建设" in missing.out


def test_a_notice_asks_for_completion_only_of_what_was_due(forty: Workspace) -> None:
    *tasks, last = forty.here("notice", "城管局", "-f", "chat", "--as-of", "2016-07-15").out.splitlines()[1:]
    silent, late = ([line for line in tasks if word in line] for word in ("报送周期", "未收到完成情况"))
    assert len(silent) == 2
    assert all(line.endswith("补报进展情况，并附佐证材料。") for line in silent)
    assert all("补报完成情况" in line for line in late)
    assert "即将到期的按期完成。" in late[1], "a task that is late and has something due"
    assert last == "请于7月22日前书面反馈领导小组办公室。"


def test_a_letter_relies_on_no_unconfirmed_unit(forty: Workspace, tmp_path: Path) -> None:
    """An unconfirmed unit gets no letter; a notice lists what is left out."""
    place = Workspace(tmp_path)
    forty_tasks.write(tmp_path)
    plan = tmp_path / "tasks.yaml"
    text = plan.read_text("utf-8").replace(
        "    lead_unit: 执法局\n", "    lead_unit: 执法局\n    unconfirmed: [lead_unit]\n"
    )
    plan.write_text(text, "utf-8")
    assert place.here("import", "2016.jsonl").code == 0
    done = place.here("notice", "执法局", "-f", "plain", "--as-of", "2016-04-15", LANG="zh_CN.UTF-8")
    assert "老旧小区供水管网更新" in forty.here("notice", "执法局", "-f", "plain", "--as-of", "2016-04-15").out
    assert "老旧小区供水管网更新" not in done.out
    assert "牵头单位待确认：4.老旧小区供水管网更新（执法局）" in done.err


@pytest.mark.parametrize(
    "arguments",
    [(), ("城镇办", "--all"), ("--unreported",), ("--all",), ("--all", "--task", "1", "-o", "x")],
    ids=["nobody", "both", "unreported without chat", "all without a folder", "all with a task"],
)
def test_contradictory_options_are_refused(arguments: tuple[str, ...], forty: Workspace) -> None:
    done = forty.here("notice", *arguments)
    assert (done.code, done.out) == (2, "")
