"""A letter has everything late, at risk or due that its unit is responsible for, each thing once."""

import re
from pathlib import Path

import pytest

from running import Workspace

HEAD = "title: 重点工作\nyear: 2016\nissuer: 领导小组办公室\nunits: [住建局, 水利局, 执法局]\ntasks:\n"
DAY = ("--as-of", "2016-11-27")
CHINESE = {"LANG": "zh_CN.UTF-8"}


def office(folder: Path, *tasks: str) -> Workspace:
    place = Workspace(folder)
    (place.folder / "tasks.yaml").write_text(HEAD + "\n".join(f"- {{{task}}}" for task in tasks), "utf-8")
    return place


def ran(place: Workspace, *arguments: str, on: str = "2016-11-26") -> None:
    done = place.here(*arguments, "--on", on)
    assert done.code == 0, done.err


def problem(place: Workspace, task: str, title: str, unit: str, due: str) -> None:
    ran(place, "problem", "open", task, title, "--unit", unit, "--due", due, on="2016-11-01")


def letter(place: Workspace, unit: str = "住建局", *options: str, day: str = "2016-11-27") -> str:
    done = place.here("notice", unit, "--as-of", day, "-f", "plain", *options, **CHINESE)
    assert done.code == 0, done.err
    return done.out


def test_a_late_problem_of_another_unit_hides_nothing_of_the_lead_units(tmp_path: Path) -> None:
    place = office(
        tmp_path,
        "id: 1, title: 征迁, lead_unit: 住建局, deadline: 2016-12-05",
        "id: 2, title: 道路, lead_unit: 住建局, deadline: 2016-12-05",
        "id: 3, title: 管网, lead_unit: 水利局, deadline: 2016-12-31",
    )
    ran(place, "record", "1", "50")
    ran(place, "record", "2", "95")
    before = letter(place)
    assert "督办等级：黄色" in before
    assert "（一）征迁。滞后162天；" in before
    problem(place, "1", "信访", "水利局", "2016-11-18")
    assert letter(place) == before.replace(before.splitlines()[-1], letter(place).splitlines()[-1])
    assert "信访" in letter(place, "水利局")
    assert "征迁。滞后" not in letter(place, "水利局")


def test_a_letter_about_a_problem_goes_also_to_the_unit_that_leads_its_task(tmp_path: Path) -> None:
    part = "subtasks: [{id: '1.1', title: 一期, lead_unit: 执法局, deadline: 2016-12-05}]"
    place = office(tmp_path, f"id: 1, title: 征迁, lead_unit: 住建局, deadline: 2016-12-05, {part}")
    problem(place, "1.1", "信访", "水利局", "2016-11-18")
    assert "抄送：执法局，住建局。" in letter(place, "水利局")
    problem(place, "1", "围挡", "执法局", "2016-11-18")
    assert "抄送：住建局。" in letter(place, "执法局")


def test_a_late_problem_of_the_unit_itself_hides_nothing_of_the_task(tmp_path: Path) -> None:
    place = office(tmp_path, "id: 1, title: 征迁, lead_unit: 住建局, deadline: 2016-12-05")
    ran(place, "record", "1", "50")
    problem(place, "1", "信访", "住建局", "2016-11-18")
    said = letter(place)
    assert "“信访”问题应于11月18日前整改到位，现逾期9天。" in said
    assert "滞后162天；序时进度97.6%，实际进度50%。" in said
    assert "完成时限为12月5日，剩余8天。" in said


def test_work_due_soon_is_named_beside_late_work(tmp_path: Path) -> None:
    steps = "milestones: [{id: a, title: 开工, deadline: 2016-11-20}, {id: b, title: 通车, deadline: 2016-12-01}]"
    place = office(tmp_path, f"id: 1, title: 道路, lead_unit: 住建局, deadline: 2016-12-31, {steps}")
    ran(place, "record", "1", "90")
    said = letter(place)
    assert "“开工”时限为11月20日，逾期7天尚未完成。“通车”时限为12月1日，剩余4天，实际进度90%。" in said
    assert "确保上述事项中即将到期的按期完成；11月30日前，将进展和按期完成的措施书面报领导小组办公室。" in said


def test_a_letter_about_what_falls_due_today_asks_for_it_in_time(tmp_path: Path) -> None:
    place = office(tmp_path, "id: 1, title: 道路, lead_unit: 住建局, deadline: 2016-11-27")
    ran(place, "record", "1", "100")
    said = letter(place)
    assert "督办等级：蓝色" in said
    assert "完成时限为11月27日，今日到期，实际进度100%。" in said
    assert "确保该项按期完成，今日到期的于当日办结；11月30日前，将完成情况书面报领导小组办公室。" in said


def test_deadlines_before_the_next_working_day_are_reported_with_the_others(tmp_path: Path) -> None:
    place = office(tmp_path, "id: 1, title: 道路, lead_unit: 住建局, deadline: 2016-11-28")
    ran(place, "record", "1", "99")
    said = letter(place)  # a Sunday
    assert "确保该项按期完成；11月30日前，将完成情况书面报领导小组办公室。" in said


def test_the_title_of_a_letter_has_the_task_of_its_first_item(tmp_path: Path) -> None:
    place = office(
        tmp_path,
        "id: 1, title: 道路, lead_unit: 住建局, start: 2016-10-01, deadline: 2017-12-31",
        "id: 2, title: 绿化, lead_unit: 住建局, start: 2016-01-01, deadline: 2016-12-31",
    )
    ran(place, "record", "2", "50", on="2016-11-25")
    said = letter(place)
    assert "（一）绿化。滞后" in said
    assert "关于绿化等2项工作的督办通知" in said.replace("\n", "")


def test_every_problem_that_a_letter_asks_to_fix_is_named(tmp_path: Path) -> None:
    place = office(tmp_path, "id: 1, title: 扬尘治理, lead_unit: 住建局, deadline: 2016-12-31")
    ran(place, "record", "1", "95")
    for number in range(8):
        problem(place, "1", f"工地{number}未围挡", "执法局", f"2016-11-{10 + number}")
    said = letter(place, "执法局")
    assert "共8项问题逾期未整改：“工地0未围挡”（时限11月10日，逾期17天）、" in said
    assert re.findall(r"工地(\d)未围挡", said) == list("01234567")
    assert "等8项" not in said


def test_milestones_late_since_the_same_day_share_a_sentence(tmp_path: Path) -> None:
    steps = ", ".join(f"{{id: m{n}, title: 节点{n}, deadline: 2016-11-16}}" for n in range(4))
    place = office(tmp_path, f"id: 1, title: 安置房, lead_unit: 住建局, deadline: 2016-12-31, milestones: [{steps}]")
    said = letter(place)
    assert "“节点0”、“节点1”、“节点2”、“节点3”时限均为11月16日，逾期11天未收到完成情况。" in said


@pytest.mark.parametrize(("count", "named"), [(2, "上述事项"), (4, "第（一）至（三）项")])
def test_consecutive_items_are_named_as_a_range(count: int, named: str, tmp_path: Path) -> None:
    late = [
        f"id: {n}, title: 工程{n}, lead_unit: 住建局, deadline: 2016-11-{10 + n}" for n in range(1, min(count, 3) + 1)
    ]
    due = ["id: 9, title: 绿化, lead_unit: 住建局, deadline: 2016-11-30"] if count > 2 else []
    place = office(tmp_path, *late, *due)
    if due:
        ran(place, "record", "9", "99")
    assert f"补报{named}完成情况" in letter(place)


def test_a_suspended_task_whose_review_is_near_is_not_due(tmp_path: Path) -> None:
    place = office(tmp_path, "id: 1, title: 道路, lead_unit: 住建局, deadline: 2016-12-31")
    decided = ("-m", "封冻", "--approved-by", "领导小组", "--basis", "minutes", "--until", "2016-12-01")
    ran(place, "suspend", "1", *decided)
    said = place.here("notice", "住建局", *DAY, "-o", "函.docx", **CHINESE)
    assert (said.code, said.out) == (0, "")
    assert "未生成督办通知：住建局没有逾期、预警或15日内到期的事项。" in said.err
    assert not (place.folder / "函.docx").exists()
    said = place.here("notice", "住建局", *DAY, "--task", "1", **CHINESE)
    assert (said.out, "1.道路中，住建局没有逾期" in said.err) == ("", True)


def test_an_unconfirmed_unit_of_a_sub_task_that_equals_its_parent_s_is_reported(tmp_path: Path) -> None:
    part = "{id: 1.1, title: 一期, lead_unit: 住建局, deadline: 2016-11-20, unconfirmed: [lead_unit, deadline]}"
    place = office(tmp_path, f"id: 1, title: 安置房, lead_unit: 住建局, deadline: 2016-11-20, subtasks: [{part}]")
    done = place.here("notice", "住建局", *DAY, **CHINESE)
    assert "一期" not in done.out.replace("安置房（一期）", "")
    assert "牵头单位待确认：1.1 安置房（一期）（住建局）" in done.err
    assert "完成时限待确认：1.1 安置房（一期）" in done.err


def test_completion_is_not_requested_before_the_deadline(tmp_path: Path) -> None:
    place = office(
        tmp_path,
        "id: 1, title: 征迁, lead_unit: 住建局, deadline: 2016-10-20",
        "id: 2, title: 绿化, lead_unit: 住建局, deadline: 2017-12-31, measure: none",
    )
    ran(place, "record", "2", "-m", "进场", on="2016-11-13")
    asked = "前，补报第（一）项完成情况和第（二）项进展情况，并附佐证材料。"
    assert asked in letter(place)
    assert "补报该项进展情况，并附佐证材料。" in letter(place, "住建局", "--task", "2")


def test_only_a_second_letter_of_the_same_level_says_again(tmp_path: Path) -> None:
    place = office(tmp_path, "id: 1, title: 道路, lead_unit: 住建局, deadline: 2016-11-05")
    ran(place, "record", "1", "70", on="2016-10-24")
    levels = []
    for number, day in enumerate(("2016-10-25", "2016-11-10"), start=1):
        levels.append(re.sub(r"\s", "", letter(place, day=day)))
        done = place.here("notice", "住建局", "--as-of", day, "--issue", "-o", f"{number}.docx", "--by", "领导甲")
        assert done.code == 0, done.err
    levels.append(re.sub(r"\s", "", letter(place, day="2016-11-30")))
    assert "1号（黄色督办）要求11月1日前反馈，至今未收到反馈，现予以红色督办。" in levels[1]
    assert "均未收到反馈，现再次予以红色督办。" in levels[2]


def test_a_letter_names_every_earlier_one_that_was_not_answered(tmp_path: Path) -> None:
    place = office(tmp_path, "id: 1, title: 道路, lead_unit: 住建局, deadline: 2016-10-20")
    opened = []
    for number, day in enumerate(("2016-11-01", "2016-11-10", "2016-11-20", "2016-11-30"), start=1):
        opened.append(re.sub(r"\s", "", letter(place, day=day)))
        done = place.here("notice", "住建局", "--as-of", day, "--issue", "-o", f"{number}.docx", "--by", "领导甲")
        assert done.code == 0, done.err
    last = re.sub(r"\s", "", letter(place, day="2016-12-10"))
    assert "反馈" not in opened[0].partition("督办事项")[0]
    one, two, three, four = (f"〔2016〕{number}号（{{}}督办）" for number in range(1, 5))
    assert f"{one.format('红色')}要求11月8日前反馈，至今未收到反馈，现再次予以红色督办。" in opened[1]
    said = (
        f"{one.format('红色')}、{two.format('红色')}先后要求11月8日、11月17日前反馈，均未收到反馈，现再次予以红色督办。"
    )
    assert said in opened[2]
    listed = "、".join(each.format("红色") for each in (two, three, four))
    assert f"{listed}等4份督办通知先后要求11月17日、11月25日、12月7日前反馈，均未收到反馈，" in last
    done = place.here("reply", "2", "-m", "已报", "--on", "2016-12-08")
    assert done.code == 0, done.err
    assert "〔2016〕3号（红色督办）、〔2016〕4号（红色督办）先后要求" in re.sub(
        r"\s", "", letter(place, day="2016-12-10")
    )


def test_tasks_with_the_same_statement_share_an_item(tmp_path: Path) -> None:
    parts = "subtasks: [{id: 1.1, title: 东片}, {id: 1.2, title: 西片}]"
    place = office(
        tmp_path,
        f"id: 1, title: 跨线桥, lead_unit: 住建局, deadline: 2016-11-20, {parts}",
        "id: 2, title: 道路, lead_unit: 住建局, deadline: 2016-11-10",
        "id: 3, title: 绿化, lead_unit: 住建局, deadline: 2016-11-10",
    )
    said = letter(place)
    assert "（一）道路、绿化均有以下情况：完成时限为11月10日，逾期17天未收到完成情况。" in said
    assert "（二）跨线桥（含东片、西片）。完成时限为11月20日，逾期7天未收到完成情况。" in said
    assert re.search(r"^跨线桥（含东片、西片）$", said, re.MULTILINE)  # in the receipt


def test_silence_of_a_late_task_is_reported_briefly(tmp_path: Path) -> None:
    place = office(tmp_path, "id: 1, title: 道路, lead_unit: 住建局, deadline: 2016-10-20")
    ran(place, "record", "1", "90", on="2016-10-25")
    assert "完成时限为10月20日，逾期38天尚未完成。已有3个报送周期未按时报送。" in letter(place)


def test_unstarted_and_repeatedly_silent_tasks_have_separate_items(tmp_path: Path) -> None:
    place = office(
        tmp_path,
        "id: 1, title: 征迁, lead_unit: 住建局, start: 2016-10-01, deadline: 2017-12-31, measure: none",
        "id: 2, title: 道路, lead_unit: 住建局, deadline: 2017-12-31, measure: none",
        "id: 3, title: 绿化, lead_unit: 住建局, deadline: 2017-12-31, measure: none",
        "id: 4, title: 管网, lead_unit: 住建局, deadline: 2017-12-31, measure: none",
    )
    ran(place, "record", "2", "-m", "进场", on="2016-10-25")
    for task in ("3", "4"):
        ran(place, "record", task, "-m", "进场", on="2016-11-13")
    said = letter(place)
    assert "（一）征迁。到期未启动，应于10月1日启动，已过57天，从未报送进展。" in said
    assert "（二）道路。已有3个报送周期未按时报送，最近报送截至10月25日。" in said
    assert "（三）绿化、管网均有1个报送周期未按时报送。" in said
    assert "补报第（二）、（三）项进展情况，并附佐证材料。" in said
    receipt = said[said.index("督办事项办理回执", said.index("附件\n") if "附件\n" in said else 0) :]
    assert re.findall("^(?:绿化|管网)$", receipt, re.MULTILINE) == ["绿化", "管网"]  # without one number for both
    assert "报送第（一）项的启动情况、未启动原因和启动日期。" in said


def test_punctuation_typed_between_chinese_characters_becomes_chinese(tmp_path: Path) -> None:
    place = office(tmp_path, 'id: 1, title: "道路,桥梁", lead_unit: 住建局, deadline: 2016-11-10')
    problem(place, "1", "计划:投入1.5亿元,未到位;比例1:2", "住建局", "2016-11-18")
    said = letter(place)
    assert "关于道路，桥梁有关事项的督办通知" in said
    assert "“计划：投入1.5亿元，未到位；比例1:2”问题" in said
