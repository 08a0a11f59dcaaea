"""A command line that cannot be read is refused in one sentence, which says what to type instead."""

from pathlib import Path

import pytest

from running import Workspace, workspace

REFUSED = {
    "record": ("TASK is missing", "缺少“任务”"),
    "reach 12": ("MILESTONE is missing", "缺少“节点”"),
    "minutes": ("pass --meeting MEETING", "请写明 --meeting 会议"),
    "reprot": ("there is no command 'reprot'; did you mean report?", "没有命令“reprot”，是否应为 report？"),
    "花": ("there is no command '花'", "没有命令“花”"),
    "problem close 3": ("there is no command 'close' here; there are open, ", "没有命令“close”，可用 open、"),
    "problem opne": ("there is no command 'opne'; did you mean open?", "没有命令“opne”，是否应为 open？"),
    "report --overdu": ("no option --overdu here; did you mean --overdue?", "没有选项 --overdu，是否应为 --overdue？"),
    "report --json": ("no option --json here; use -f json", "没有选项 --json，请用 -f json"),
    "log --kind 2": ("there is no option --kind here", "没有选项 --kind"),
    "record 12 5 --as-of 2016-03-01": ("no option --as-of here; use --on", "没有选项 --as-of，请用 --on"),
    "record 12 5 -on 2016-03-01": ("no option -on here; use --on", "没有选项 -on，请用 --on"),
    "record 12 5 --unit 城镇办": ("no option --unit here; use --from", "没有选项 --unit，请用 --from"),
    "decide 整改 --deadline 4月": ("no option --deadline here; use --due", "没有选项 --deadline，请用 --due"),
    "record 12 --percent 90": ("type its value alone: jk record 12 90", "直接写内容即可：jk record 12 90"),
    "record 90 --task=12": ("type its value alone: jk record 12 90", "直接写内容即可：jk record 12 90"),
    "record 12 5 --on": ("--on needs a value: --on DATE", "--on 后面缺少内容，应写作：--on 日期"),
    "report --wide=1": ("--wide takes no value", "--wide 后面不写内容"),
    "record 12 5 --from 甲 --from 乙": ("--from: it is given twice", "--from：写了两次，只能写一个"),
    "ruling 12 也许": ("there is no '也许'; type one of these", "没有“也许”，可写：维持、调整"),
    "rank 2016-4": ("the period goes after --month: --month 2016-4", "期间应写作：--month 2016-4"),
    "bulletin 第15周": ("the period goes after --week: --week 第15周", "期间应写作：--week 第15周"),
    "report -f pdf": ("for a PDF write a Word file (-o FILE.docx)", "需要PDF的，先写成Word文件（-o 文件.docx）"),
    "report -o a.pdf": ("for a PDF write a Word file (-o FILE.docx)", "需要PDF的，先写成Word文件（-o 文件.docx）"),
    "export --all -f xml": ("type one of these: csv, xlsx, jsonl, parquet", "可写：csv、xlsx、jsonl、parquet"),
    "record 12 -5": ("a figure cannot begin with a minus: -5", "数据不能以负号开头：-5"),
    "record 12 -15%": ("a figure cannot begin with a minus: -15%", "数据不能以负号开头：-15%"),
    "report --state 红灯": ("use --lamp red|yellow|green|none", "请用 --lamp 红灯|黄灯|绿灯|暂不亮灯"),
    "--plan a.yaml report 3": (
        "options go behind the command: jk report 3 --plan a.yaml",
        "选项 --plan 应写在命令之后：jk report 3 --plan a.yaml",
    ),
    "--wide": ("there is no option --wide here: options go behind the command", "没有选项 --wide：选项写在命令之后"),
    "decide --settled 475 476": (
        "one decision at a time: jk decide --settled 475, then jk decide --settled 476",
        "一次办结一项：先 jk decide --settled 475，再 jk decide --settled 476",
    ),
    "record 12 45% 完成": ("a note goes after -m: -m 完成", "如为说明，请写在 -m 之后：-m 完成"),
    "log --last x": ("--last: 'x' is not a valid integer range", "--last：“x”不是有效的整数"),
}


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return workspace(tmp_path)


@pytest.mark.parametrize("line", REFUSED)
@pytest.mark.parametrize("language", [0, 1])
def test_a_refusal_says_what_to_type(line: str, language: int, place: Workspace) -> None:
    done = place.jk(*line.split(), environ={"LANG": ("C.UTF-8", "zh_CN.UTF-8")[language], "COLUMNS": "300"})
    assert (done.code, done.out) == (2, "")
    assert REFUSED[line][language] in done.err
    assert not set("。'") & set(done.err) or not language


def test_no_line_of_a_refusal_begins_with_a_comma(place: Workspace) -> None:
    done = place.jk("report", "-f", "pdf", environ={"LANG": "zh_CN.UTF-8", "COLUMNS": "40"})
    assert not [line for line in done.err.splitlines() if line.startswith(("│ ，", "│ 、", "│ 。", "│ ；", "│ ）"))]


def test_a_new_deadline_typed_as_a_milestone_is_shown_as_an_option(place: Workspace) -> None:
    for day in ("2016-05-30", "5月30日", "５月３０日"):
        done = place.here("extend", "12", day, "-m", "雨季", "--approved-by", "领导小组")
        assert done.err.splitlines()[-1] == "the new deadline goes after --to: --to 2016-05-30"


def test_a_map_that_is_not_there_is_made_from_the_header(place: Workspace) -> None:
    (place.folder / "own.csv").write_text("任务,进度\n12,35\n", encoding="utf-8")
    done = place.here("import", "own.csv", "--map", "own.yaml")
    assert "`jk import FILE --suggest-map`" in done.err


def test_what_was_recorded_since_a_day_to_come_is_not_asked(place: Workspace) -> None:
    done = place.here("today", "--as-of", "2016-03-01", "--since", "2016-03-02")
    assert (done.code, done.err) == (2, "2016-03-02 is after 2016-03-01\n")


def test_a_subtask_is_shown_under_the_title_of_its_task(place: Workspace) -> None:
    assert place.here("show", "4.2").out.splitlines()[1].startswith("4.2 “三级三类”市民服务中心建设 (瑞和服务中心) | ")


def test_an_indicator_that_is_typed_twice_is_named_as_it_is_typed(place: Workspace) -> None:
    done = place.jk("record", "1", "invested=1亿", "invested=2亿", environ={"LANG": "zh_CN.UTF-8"})
    assert done.err == "安置房建设投入（亿元）写了两次\n"


def test_what_cannot_be_reopened_or_resumed_asks_for_nothing_else(place: Workspace) -> None:
    done = place.here("reopen", "12", "-m", "返工")
    assert done.err == "task 12 is not reported done: there is nothing to reopen\n"
    done = place.here("resume", "12", "-m", "复工", "--approved-by", "领导小组")
    assert done.err == "task 12 is not suspended\n"


def test_a_milestone_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    assert "it has no milestones (`jk show 12`" in place.here("reach", "12", "m1").err
    told = place.here("reach", "4.2", "m9").err
    assert told == "task 4.2 has no milestone 'm9'; it has decoration 瑞和服务中心开始装修\n"
