"""Tables in a terminal: aligned whatever the widths of characters, broken only where Chinese allows it."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from jingkai_cli.formats.line_breaks import CLOSING, cut, cut_name, tokens, wrap
from jingkai_cli.formats.table import _lines
from jingkai_cli.language import speaking
from jingkai_cli.model import Head
from jingkai_cli.plan import load_plan
from jingkai_cli.reports.document import About, Column, Document, Section, Table, Toned
from jingkai_cli.reports.task_report import brief_report
from jingkai_cli.reports.text_charts import bar, sparkline
from jingkai_cli.text import draw_ambiguous_wide, width
from running import Workspace, workspace

TEXTS = st.text(st.sampled_from("绿化工程“”‘’①●×—…·。，、；：（）《》%ab12 -/.#*№½"), max_size=40)
SENTENCES = st.lists(
    st.sampled_from(
        (
            "时限2016-03-31",
            "逾期106天",
            "0371-66781000",
            "1.6亿元",
            "5.5万平方米",
            "，",
            "。",
            "、",
            "“",
            "”",
            "村庄",
            " ",
            "a",
        )
    ),
    max_size=30,
).map("".join)
WHOLE = re.compile(r"\d{4}-\d\d-\d\d|\d+天|0371-\d{8}|[\d.]+亿元|[\d.]+万平方米")


@pytest.fixture(params=[1, 2])
def ambiguous(request: pytest.FixtureRequest) -> Iterator[int]:
    """The number of terminal columns of a character of ambiguous width."""
    draw_ambiguous_wide(wide=request.param == 2)
    yield request.param
    draw_ambiguous_wide(wide=False)


def document(table: Table) -> Document:
    about = About("方案", "zh", "Asia/Shanghai", date(2016, 7, 15), None, Head(0, ""))
    section = Section(table=table, brief=(lambda: table) if table.notes else None)
    return Document(kind="report", about=about, title="表", fields={}, items=[], sections=(section,))


def lines(made: Document, columns: int) -> list[str]:
    """The printed lines between the head and the foot."""
    return [line.plain for line in _lines(made, columns)][2:-1]


def between(line: str, start: int, end: int) -> str:
    """Return the part of a line in these terminal columns."""
    found, at = "", 0
    for character in line:
        found += character if start <= at < end else ""
        at += width(character)
    return found


@given(rows=st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=5), columns=st.integers(40, 100))
def test_columns_are_aligned(rows: list[tuple[str, str, str]], columns: int) -> None:
    for wide in (False, True):
        draw_ambiguous_wide(wide=wide)
        try:
            _check_columns(rows, columns)
        finally:
            draw_ambiguous_wide(wide=False)


def _check_columns(rows: list[tuple[str, str, str]], columns: int) -> None:
    marked = tuple((f"甲{a}", f"乙{b}", f"丙{c}") for a, b, c in rows)
    heads = (Column("甲", wraps_from=6), Column("乙", wraps_from=6), Column("丙", wraps_from=6))
    printed = lines(document(Table(heads, marked)), columns)
    assert max(map(width, printed)) <= columns
    title = printed[0]
    second, third = (width(title.partition(mark)[0]) for mark in "乙丙")
    firsts = [line for line in printed if line.startswith("甲")]
    assert len(firsts) == len(rows) + 1
    for line in firsts:
        assert between(line, second, second + 2) == "乙"
        assert between(line, third, third + 2) == "丙"
    for line in printed[2:]:
        assert not between(line, second - 2, second).strip()
        assert not between(line, third - 2, third).strip()


@given(text=SENTENCES, columns=st.integers(24, 60))
@example(text="时限2016-03-31" * 4 + "逾期106天" + "时限2016-03-31" * 3 + "“”", columns=39)
def test_dates_figures_and_telephone_numbers_stay_whole(text: str, columns: int) -> None:
    broken = wrap(text, columns)
    assert "".join("".join(broken).split()) == "".join(text.split())
    assert all(width(line) <= columns for line in broken)
    if max(map(width, tokens(text)), default=0) <= columns:
        assert sum(len(WHOLE.findall(line)) for line in broken) == len(WHOLE.findall(text))
        assert not [line for line in broken[1:] if line[0] in CLOSING and text[0] not in CLOSING]


@given(text=TEXTS, columns=st.integers(8, 40))
def test_a_text_is_cut_to_its_column(text: str, columns: int) -> None:
    short = cut(text, columns)
    assert width(short) <= columns
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_charts_are_ascii_where_blocks_take_two_columns(ambiguous: int) -> None:
    drawn = bar(55, 75, 8) + sparkline([0, 3, 4], 4)
    assert width(drawn) == 11
    assert drawn.isascii() == (ambiguous == 2)


def test_a_row_has_one_line_and_a_note_of_at_most_two_below_a_whole_telephone_number() -> None:
    table = Table(
        (Column(""), Column(""), Column("", wraps_from=10)),
        ((Toned("红灯", "red"), "1", "很长的任务名称" * 10), (Toned("绿灯", "green"), "2", "短")),
        (("逾期106天，" * 20, "联络员 0371-66781000"), ("", "")),
    )
    assert [line.rstrip() for line in lines(document(table), 60)] == [
        "红灯  1  很长的任务名称很长的任务名称很长的任务名称很长的任…",
        "         逾期106天，逾期106天，逾期     联络员 0371-66781000",
        "         106天，逾期106天，逾期106天，逾期106天，逾期106天，",
        "         逾期106天，逾期106天，逾期106天，逾期106天，逾期…",
        "绿灯  2  短",
    ]
    assert lines(document(table), 26)[1:4] == [
        "         逾期106天，逾期",
        "         106天，逾期…",
        "         联络员 0371-66781000",
    ]


def test_extra_columns_are_shown_while_the_others_stay_whole() -> None:
    columns = (
        Column("序号"),
        Column("任务", wraps_from=8),
        Column("逾期", shown="narrow"),
        Column("时限", shown="wide", drop=1),
        Column("领导", shown="wide", drop=2),
        Column("单位", wraps_from=8),
    )
    row = ("1", "高速公路出入口接驳道路整治提升", "5天", "2016-07-08", "领导乙", "示范区城市管理和综合执法局")
    table = Table(columns, (row,), (("逾期106天", "0371-66781000"),), at_any_width=True)
    narrow, middle, wide = (lines(document(table), room) for room in (80, 100, 200))
    assert narrow[0].split() == ["1", row[1], row[2], row[5]]
    assert middle[0].split() == [column.title for column in columns if column.shown != "narrow"]
    assert middle[2].split() == [*row[:2], *row[3:]]
    assert middle[3].split() == ["逾期106天", "0371-66781000"]
    assert [line.split() for line in wide[2:]] == [[*row[:2], *row[3:], "逾期106天", "0371-66781000"]]
    longer = replace(table, rows=((row[0], row[1] * 2, *row[2:5], row[5] * 2),))
    assert lines(document(longer), 100)[0].split() == ["序号", "任务", "时限", "单位"]


def test_a_brief_table_that_keeps_its_words_cuts_none_and_uses_empty_cells() -> None:
    columns = (Column("编号"), Column("内容", wraps_from=20), Column("单位"))
    said = "致执法局红色督办4项，4月12日前反馈；责任单位城镇办，4月30日前完成"
    rows = (("1", said, ""), ("2", "66%", "水利局"))
    table = Table(columns, rows, (("", ""), ("夜间加班抢工。" * 8, "")), keeps_words=True)
    printed = lines(document(table), 60)
    assert printed[2:4] == [f"1     {said[:-8]}", "      4月30日前完成"]
    assert printed[4].split() == ["2", "66%", "水利局"]
    assert "".join(line.strip() for line in printed[5:]) == "夜间加班抢工。" * 8
    assert max(map(width, printed)) <= 60


def test_an_empty_column_is_left_out_unless_it_is_filled_in_by_hand() -> None:
    table = Table((Column("事项"), Column("区域"), Column("状态")), (("围挡", "–", "逾期"), ("裸土", "", "已交办")))
    assert [line.split() for line in lines(document(table), 80)[0::2]] == [["事项", "状态"], ["围挡", "逾期"]]
    assert lines(document(replace(table, by_hand=True)), 80)[0].split() == ["事项", "区域", "状态"]


def test_a_number_of_a_paper_and_a_task_with_its_amount_stay_whole() -> None:
    assert tokens("重点区域；7.重点区域")[-3:] == ["7.重点", "区", "域"]
    assert {"（示督〔2016〕1号），", "任务17 2.7亿元、"} <= set(
        tokens("反馈（示督〔2016〕1号），任务17 2.7亿元、任务21")
    )


def test_a_summary_breaks_between_its_counts() -> None:
    said = "20项任务：逾期5项、预警13项、已完成1项、暂缓1项｜红灯4项、黄灯14项、绿灯1项、暂不亮灯1项"
    for columns in range(16, 90):
        ends = [line[-1] for line in wrap(said, columns)]
        assert set(ends) <= set("、：｜项")


def test_a_column_is_as_wide_as_its_telephone_numbers() -> None:
    heads = (Column("事项", wraps_from=30), Column("单位", wraps_from=4))
    printed = lines(document(Table(heads, (("逾期未报" * 30, "城镇办\n0371-66781000"),))), 46)
    assert any(line.endswith("  0371-66781000") for line in printed)
    assert max(map(width, printed)) <= 46


def test_a_row_that_is_too_wide_for_the_terminal_is_a_block_of_lines() -> None:
    heads = (Column("序号"), Column("任务", wraps_from=8), Column("原因", wraps_from=30), Column("单位", wraps_from=4))
    rows = (("1", "绿化", "计划推进" * 6, "城镇办\n0371-66781000"), ("2", "道路", "", "执法局"))
    with speaking("zh"):
        printed = lines(document(Table(heads, rows)), 44)
    assert printed == [
        "1 绿化",
        "    原因：计划推进计划推进计划推进计划推进计",
        "    划推进计划推进",
        "    单位：城镇办；0371-66781000",
        "2 道路",
        "    单位：执法局",
    ]


def test_a_figure_does_not_stand_beside_the_name_of_a_block() -> None:
    figures = (Column(title, align="right", wraps_from=4) for title in ("Inspections", "Establishments"))
    printed = lines(document(Table((Column("Unit", wraps_from=10), *figures), (("执法局", "0", "1"),))), 28)
    assert printed == ["执法局", "    Inspections: 0", "    Establishments: 1"]


def test_no_last_line_is_a_single_character_or_figure() -> None:
    said = "问题#350“围挡破损，物料未覆盖”，环保分局应于4月8日前整改"
    assert wrap(said, 54) == [said[:-7], "4月8日前整改"]
    assert wrap("整项任务，时限4月3日，逾期未完成，计划投入1.6亿元；另有3项", 54)[-1] == "1.6亿元；另有3项"
    assert wrap("due 2016-07-01, in 10 days, and the task is 31 points behind", 52)[-1] == "31 points behind"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = workspace(tmp_path_factory.mktemp("terminal"), recorded=True)
    (made.folder / "contacts.yaml").write_text("城镇办: 办公室值班人员 0371-66780001\n", encoding="utf-8")
    return made


COMMANDS = ["report", "report --overdue", "report --at-risk", "report -w", "report --group-by unit", "show 4", "today"]
MORE = ["handover", "agenda", "log"]


@pytest.mark.parametrize("command", [*COMMANDS, *MORE])
def test_no_line_of_a_command_is_wider_than_the_terminal(command: str, place: Workspace) -> None:
    asked = () if command == "log" else ("--as-of", "2016-07-15")
    printed = place.here(*command.split(), *asked, "-f", "table").out.splitlines()
    assert len(printed) > 5
    assert max(map(width, printed)) <= 80
    assert not [line for line in printed if line.strip()[:1] in tuple("，。、；：,;")]
    assert not [line for line in printed if re.search(r"[：:][^：:，]*\d+天[：:]|[：:]到期未启动[：:]", line)]


def test_explain_sets_terms_and_equations_in_columns(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    task = "{id: 1, title: 绿化, lead_unit: 甲局, start: 2016-01-01, deadline: 2016-12-31}"
    (tmp_path / "tasks.yaml").write_text(f"title: 方案\nyear: 2016\ntasks:\n  - {task}\n", encoding="utf-8")
    assert made.here("record", "1", "20", "--on", "2016-04-30").code == 0
    printed = made.here("show", "1", "--explain", "--as-of", "2016-07-15", "-f", "table").out.splitlines()
    steps = printed[printed.index("How the days behind were computed") + 1 :]
    steps = steps[: steps.index("")]
    places = {line.index("= ") for line in steps if "= " in line}
    assert len(places) == 1
    assert max(line.count("= ") for line in steps) == 1
    assert [line.split("=")[0].strip() for line in steps[:4]] == ["plan day", "days elapsed", "lag", ""]


def test_today_has_one_line_per_task_with_late_things_below_and_a_footnote(place: Workspace) -> None:
    printed = place.here("today", "--as-of", "2016-07-15", "-f", "table").out.splitlines()
    at = next(n for n, line in enumerate(printed) if line.startswith("red     2 "))
    assert printed[at].split() == ["red", "2", "县以下新型城镇化建设及高速、干线公路两侧村庄征迁改造", "城镇办*"]
    assert printed[at + 1].startswith("            76 days: 太平庄村完成续拆任务, due ")
    assert printed[at + 2].strip() == "办公室值班人员 0371-66780001  jk show 2"
    assert "* not confirmed in the plan" in printed
    assert not [line for line in printed if line.split()[:2] == ["–", "–"]]


@pytest.mark.parametrize("command", ["report", "report --overdue", "report -w"])
def test_the_person_to_call_is_whole_at_80_columns(command: str, place: Workspace) -> None:
    printed = place.here(*command.split(), "--as-of", "2016-07-15", "-f", "table").out
    assert "0371-66780001" in printed


def test_the_brief_report_has_one_line_per_task_and_one_more_for_red_and_yellow(place: Workspace) -> None:
    printed = place.here("report", "--as-of", "2016-07-15", "-f", "table").out.splitlines()[2:]
    firsts = [line for line in printed if re.match(r"(red|yellow|green|no lamp) +\d+ ", line)]
    assert [int(re.findall(r"\d+", line)[0]) for line in firsts] == [*range(1, 21)]
    red = printed.index(next(line for line in printed if re.match("red +2 ", line)))
    assert "76 days overdue" in printed[red]
    assert printed[red + 1].startswith("            太平庄村完成续拆任务, due 2016-04-30")
    assert printed[red + 1].endswith("0371-66780001")


def test_an_unknown_width_is_refused(place: Workspace) -> None:
    refused = place.here("report", JK_AMBIGUOUS_WIDTH="3")
    assert refused.code == 2
    assert "JK_AMBIGUOUS_WIDTH is '3': expected 1 or 2" in refused.err


def test_spare_width_goes_to_slightly_cut_names_and_then_to_sentences() -> None:
    columns = (Column("任务", wraps_from=14), Column("时限", wraps_from=11), Column("原因", wraps_from=16))
    rows = (
        ("迎宾大道改造提升", "2016-05-21\n剩余36天", "滞后9天；序时进度63.2%，实际进度55%，最近报送截至3月16日"),
        ("滨河路", "2016-06-20", "整项任务，时限4月3日，逾期未完成，已有3个报送周期未按时报送"),
    )
    printed = lines(document(Table(columns, rows)), 64)
    assert max(map(width, printed)) <= 64
    assert printed[2].startswith("迎宾大道改造提升  2016-05-21  滞后9天；")
    assert len(printed) == 6


def test_a_chinese_terminal_writes_dates_out_in_sentences_and_keeps_them_in_cells() -> None:
    columns = (Column("时限"), Column("原因", sentences=True))
    table = Table(columns, (("2016-04-03", "时限2016-04-03，逾期未报"),))
    made = replace(document(table), footnotes=("见 jk report --as-of 2016-04-15",))
    with speaking("zh"):
        printed = lines(made, 80)
    assert "2016-04-03  时限4月3日，逾期未报" in printed
    assert "见 jk report --as-of 2016-04-15" in printed


def test_a_green_task_that_is_due_soon_has_its_line_in_the_brief_report(place: Workspace) -> None:
    command = ("report", "--due-within", "400", "--as-of", "2016-03-01", "-f", "table")
    printed = place.here(*command).out.splitlines()
    green = [at for at, line in enumerate(printed) if re.match(r"(green|no lamp) +\d+ ", line)]
    assert green
    assert all(re.match(r" +\d{4}-\d\d-\d\d, \d+ days left: ", printed[at + 1]) for at in green)


def test_a_short_last_line_of_a_title_gets_more_than_one_character() -> None:
    for columns in range(12, 24, 2):
        assert width(wrap("枢纽立交、高速公路出入口、互通区及接驳道路整治提升", columns)[-1]) > 2


def test_an_amount_stays_with_its_task_and_indicator() -> None:
    said = "完成投资：3.2亿元（任务1 安置房建设投入 1亿元、任务2 征迁投入 1.4亿元、任务10 投资 8000万元）"
    for columns in range(40, 90):
        assert all(
            any(whole in line for line in wrap(said, columns))
            for whole in ("任务2 征迁投入 1.4亿元", "任务10 投资 8000万元")
        )
    assert tokens("3项已报2项，未报：6.1")[-2:] == ["未报：", "6.1"]


def test_a_subtask_keeps_its_own_name_where_its_parents_is_cut() -> None:
    name = "社区电动车充电桩整治规范（东片区工程）"
    assert cut_name(name, 32) == "社区电动车充电桩…（东片区工程）"
    assert cut_name(name, 40) == name
    assert cut_name("高速公路出入口接驳道路整治提升", 20) == cut("高速公路出入口接驳道路整治提升", 20)


def test_every_column_of_the_brief_report_has_a_title(place: Workspace) -> None:
    plan = load_plan(place.folder / "tasks.yaml")
    made = brief_report(plan, [], lambda _judgement: "")
    assert all(column.title for column in made.columns)


def test_the_head_of_a_report_has_its_date_on_a_line_of_its_own_where_the_title_is_long() -> None:
    made = replace(document(Table((Column("甲"),), (("乙",),))), title="机场高速两侧绿化亮化整治提升" * 2)
    printed = [line.plain for line in _lines(made, 60)]
    assert printed[1:3] == [made.title, "as of 2016-07-15"]


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ("未完成原因及补欠措施", "补欠措施"),
        ("（七）市民服务中心建设（东片区工程）", "（东片区工程）"),
        ("完成时限为5月27日，逾期49天未收到完成情况。", "完成情况。"),
        ("接驳道路整治提升、4.1 “三级三类”市民服务中心", "4.1 “三级三类”"),
        ("围合区域大棚户区征迁改造、4.“三级三类”市民服务中心", "4.“三级三类”"),
        ("平台升级（整改逾期100天）、9.中心城区停车场", "9.中心"),
        ("未列入排名：明湖办事处、祥云办事处、交警大队、水利局", "交警大队、"),
    ],
)
def test_a_word_of_a_letter_and_a_number_with_its_title_stay_on_one_line(said: str, whole: str) -> None:
    for columns in range(width(whole), width(said)):
        assert any(whole in line for line in wrap(said, columns)), columns


def test_a_narrow_title_is_not_broken_for_a_longer_last_line() -> None:
    assert wrap("27.公共厕所新建改造", 16) == ["27.公共厕所新建", "改造"]
    assert wrap("退回重办", 6) == ["退回", "重办"]
