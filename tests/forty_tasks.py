"""A made-up plan of forty tasks with eleven weeks of reports, to judge the paper that an office would get.

`python tests/forty_tasks.py FOLDER` writes `tasks.yaml` and `2016.jsonl` there. Everything in it is invented; people
are roles.
"""

import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

AS_OF = date(2016, 4, 15)
"""The day on which the documents are made; the week before it ends on 2016-04-10."""

_FIRST = date(2016, 2, 3)
_UNITS = (
    "住建局",
    "城管局",
    "环保分局",
    "城镇办",
    "执法局",
    "明湖办事处",
    "祥云办事处",
    "交警大队",
    "水利局",
    "经发局",
)
_WORKS: dict[str, tuple[str, ...]] = {
    "基础设施类": (
        "迎宾大道改造提升",
        "滨河路跨线桥新建",
        "东区雨污分流管网改造",
        "老旧小区供水管网更新",
        "第二污水处理厂提标改造",
        "城区道路照明节能改造",
        "综合管廊一期工程",
        "中心城区公共停车场建设",
        "高速公路出入口接驳道路整治提升",
        "架空线缆入地改造",
    ),
    "生态环境类": (
        "机场高速两侧生态廊道建设",
        "蝶形湖水系连通工程",
        "黑臭水体综合治理",
        "扬尘污染专项整治",
        "燃煤锅炉拆改",
        "餐饮油烟净化设施安装",
        "城区公园绿地新建",
        "铁路沿线绿化造林",
        "垃圾分类试点推广",
        "建筑垃圾资源化利用",
    ),
    "民生保障类": (
        "棚户区征迁与安置房建设",
        "市民服务中心建设",
        "社区养老服务站建设",
        "标准化农贸市场改造",
        "中小学校新建改建",
        "社区卫生服务中心提升",
        "公共厕所新建改造",
        "老旧小区加装电梯",
        "保障性住房分配入住",
        "社区电动车充电桩整治规范",
    ),
    "城市管理类": (
        "占道经营专项治理",
        "户外广告牌匾规范",
        "非机动车停放管理",
        "渣土车全程监管",
        "临街住改商治理",
        "智能化交通体系建设",
        "网格化管理平台升级",
        "市民文明素养提升",
        "房屋租赁市场规范",
        "工业企业和市场外迁",
    ),
}
_NOTES = (
    "主体施工按计划推进，夜间加班抢工",
    "图纸会审已完成，正在办理施工许可",
    "设备已进场安装，预计下旬调试",
    "受管线迁改影响，部分路段暂未开工",
    "招标公告已发布，月底前开标",
    "已完成摸排登记，正在分类处置",
)


def plan() -> str:
    """The text of `tasks.yaml`: four categories of ten tasks, sub-tasks, persons, sums, milestones and a ceiling."""
    lines = [
        "title: 示范区2016年40项重点工作",
        "year: 2016",
        "issued: 2016-01-20",
        "issuer: 领导小组办公室",
        "code: 示督",
        "send_to: [领导小组组长, 副组长, 各成员单位]",
        "copy_to: [督查室]",
        "contacts: {住建局: 0371-60000001, 城管局: 0371-60000002, 领导小组办公室: 0371-60000000}",
        "totals: [{id: investment, name: 完成投资, unit: 亿元}]",
        "tasks:",
    ]
    titles = [(category, title) for category, those in _WORKS.items() for title in those]
    for number, (category, title) in enumerate(titles, start=1):
        lines += _task(number, category, title)
    return "\n".join(lines) + "\n"


def _task(number: int, category: str, title: str) -> Iterator[str]:
    deadline = AS_OF + timedelta(days=-12 if number % 13 == 4 else 30 + number * 6)
    yield f"  - id: {number}"
    yield f"    title: {title}"
    yield f"    category: {category}"
    yield f"    lead_unit: {_unit(number)}"
    yield f"    leader: 领导{'甲乙丙丁'[number % 4]}"
    yield f"    person: 科长{'甲乙丙丁戊己'[number % 6]}"
    yield f"    start: {_FIRST}"
    yield f"    deadline: {deadline}"
    match number % 4:
        case 1:
            yield "    measure: indicators"
            yield "    indicators:"
            yield f"      - {{id: invested, name: 完成投资, unit: 亿元, target: {2 + number % 5}, total: investment}}"
            yield f"      - {{id: area, name: 完成面积, unit: 万平方米, target: {20 + number}}}"
        case 2:
            yield "    measure: subtasks"
            yield "    subtasks:"
            for part, place in enumerate(("东片区", "西片区", "北片区"), start=1):
                unit = _unit(number + part)
                yield f"      - {{id: {number}.{part}, title: {place}工程, lead_unit: {unit}}}"
        case 3:
            yield "    measure: milestones"
            yield "    milestones:"
            for step, name in enumerate(("完成方案设计", "主体工程开工", "主体工程完工", "竣工验收")):
                due = date(2016, 3, 10) + timedelta(days=step * 25 + number % 10)
                yield f"      - {{id: m{step}, title: {name}, deadline: {due}}}"
        case _:
            pass


def _unit(number: int) -> str:
    return _UNITS[number % len(_UNITS)]


def entries() -> Iterator[dict[str, Any]]:
    """The entries, in the order of their dates: weekly reports of most tasks, milestones reached, problems."""
    found = sorted(_entries(), key=lambda entry: (entry["on"], entry["task"], entry["kind"]))
    for number, entry in enumerate(found):
        received = {} if entry["kind"] == "score" else {"received": entry["on"]}
        yield {"key": f"forty-{number}", "by": "科员甲", **received, **{k: v for k, v in entry.items() if v}}


def _entries() -> Iterator[dict[str, Any]]:
    for place, unit in enumerate(_UNITS):
        for judge in ("评委甲", "评委乙"):
            score = {"month": "2016-03", "unit": unit, "by": judge, "score": f"{98 - place * 3}"}
            yield {"on": "2016-03-31", "task": "", "kind": "score", **score}
    for number in range(1, 41):
        if number % 9 == 0:
            continue  # never reported
        for week in range(11):
            on = _FIRST + timedelta(days=week * 7)
            if on > AS_OF or (number % 5 == 0 and week > 6) or number % 7 == week % 7:
                continue
            yield from _reports(number, week, on.isoformat())
        if number % 4 == 3 and number != 27:
            yield {"on": "2016-03-14", "task": f"{number}", "kind": "reach", "milestone": "m0", "unit": _unit(number)}
        if number % 12 == 3:
            yield {"on": "2016-04-06", "task": f"{number}", "kind": "reach", "milestone": "m1", "unit": _unit(number)}
        if number % 8 == 5:
            problem = {"note": "围挡破损，物料未覆盖", "responsible": _unit(number + 1), "deadline": "2016-04-08"}
            yield {"on": "2016-03-28", "task": f"{number}", "kind": "problem", **problem}


def _reports(number: int, week: int, on: str) -> Iterator[dict[str, Any]]:
    said: dict[str, Any] = {"on": on, "task": f"{number}", "kind": "report", "unit": _unit(number)}
    if (number + week) % 3 == 0:
        said["note"] = _NOTES[(number + week) % len(_NOTES)]
    slow = 1 if number % 6 == 0 else 3
    match number % 4:
        case 1:
            yield {**said, "readings": {"invested": f"+0.{slow}", "area": f"+{slow}.5"}}
        case 2:
            for part in (1, 2, 3):
                if (number + part) % 7:
                    unit = _unit(number + part)
                    readings = {"percent": f"{(week + 1) * (slow + part)}"}
                    yield {**said, "task": f"{number}.{part}", "unit": unit, "readings": readings}
        case 3:
            yield {**said, "note": _NOTES[(number + week) % len(_NOTES)]}
        case _:
            yield {**said, "readings": {"percent": f"{(week + 1) * slow * 2}"}}


def write(folder: Path) -> None:
    """Write the plan and the entries."""
    folder.joinpath("tasks.yaml").write_text(plan(), "utf-8")
    lines = [json.dumps(entry, ensure_ascii=False) for entry in entries()]
    folder.joinpath("2016.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
