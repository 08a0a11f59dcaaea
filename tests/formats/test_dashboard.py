"""The dashboard in a real browser: complete, no requests, usable by keyboard, on a phone and without JavaScript."""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, chromium

from jingkai_cli.plan import load_plan
from running import Workspace, workspace

AS_OF = ("--as-of", "2016-07-15")
ATTACKS = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "</style><script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "' onfocus='alert(1)",
    "{{ 7*7 }}{% raw %}",
    "x--><b>x</b>",
    "javascript:alert(1)",
    "&lt;i&gt; &amp;",
)
SHOWN = "[...document.querySelectorAll('#list tbody tr')].filter(row => !row.hidden).map(row => row.dataset.task)"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("browser")) as running:
        yield running


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The real plan with the published figures and a few invented later entries."""
    made = workspace(tmp_path_factory.mktemp("dashboard"), recorded=True)
    for command in (
        ("record", "12", "20", "--on", "2016-03-31"),
        ("record", "12", "45", "--on", "2016-06-30"),
        ("reach", "4.2", "decoration", "--on", "2016-03-28"),
        (
            "extend",
            "10",
            "roadsides",
            "--to",
            "2016-07-31",
            "-m",
            "雨",
            "--approved-by",
            "领导小组",
            "--on",
            "2016-05-20",
        ),
        ("problem", "open", "7", "占道经营", "--unit", "执法局", "--due", "2016-07-01", "--on", "2016-06-20"),
        ("done", "16", "-m", "完成", "--from", "执法局", "--on", "2016-07-01"),
    ):
        assert made.here(*command).code == 0
    assert made.here("dashboard", *AS_OF, "-o", "d.html").code == 0
    return made


@pytest.fixture
def page(browser: Browser, place: Workspace) -> Browser:
    browser.open(place.folder / "d.html")
    return browser


def quiet(browser: Browser) -> None:
    """Check that there are no console messages, no policy violations and no requests but the page."""
    assert browser.said == []
    assert [address for address in browser.asked if not address.endswith(".html")] == []


def choose(browser: Browser, by: str, value: str) -> None:
    browser.js(
        f"(field => {{ field.value = {value!r}; field.dispatchEvent(new Event('input')); "
        f"field.dispatchEvent(new Event('change')) }})(document.querySelector('[data-by={by}]'))"
    )


def test_the_page_shows_every_task_and_logs_nothing(page: Browser) -> None:
    assert page.js("document.documentElement.lang") == "zh-CN"
    assert page.js("document.querySelector('h1').textContent") == "经开区城市精细化管理20项重点工作"
    assert page.js(f"{SHOWN}.length") == 20
    assert page.js("document.querySelectorAll('.gantt tbody svg[role=img]').length") == 20
    assert page.js("document.querySelector('#task-12 path.actual').getAttribute('d')").startswith("M")
    assert "占道经营" in page.js("document.querySelector('#problems').textContent")
    assert page.js("getComputedStyle(document.querySelector('.lamp.red')).backgroundColor") == "rgb(179, 38, 30)"
    quiet(page)


def test_inserted_styles_and_handlers_are_blocked(page: Browser) -> None:
    page.js("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\" onclick=\"alert(1)\">x</p>')")
    page.js("document.body.lastElementChild.click()")
    assert page.js("getComputedStyle(document.body.lastElementChild).color") == "rgb(28, 36, 48)"
    assert sum("Content Security Policy" in said for said in page.said) == 2
    assert not [said for said in page.said if "dialog" in said.lower()]


def test_filters_hide_a_task_everywhere(page: Browser) -> None:
    choose(page, "state", "overdue")
    shown = page.js(SHOWN)
    assert shown == ["1", "2", "4", "7", "11"]
    everywhere = (
        "[...new Set([...document.querySelectorAll('[data-task]')]"
        ".filter(one => !one.hidden).map(one => one.dataset.task))]"
    )
    assert sorted(page.js(everywhere), key=int) == shown
    assert page.js("document.querySelector('[role=status]').textContent") == "共20项，显示5项"
    choose(page, "lamp", "yellow")
    assert page.js(SHOWN) == ["11"]
    page.js("document.querySelector('[data-do=clear]').click()")
    assert page.js(f"{SHOWN}.length") == 20
    choose(page, "unit", "城镇办")
    assert page.js(SHOWN) == ["1", "2"]
    choose(page, "unit", "未明确")
    assert page.js(f"{SHOWN}.length") == 17
    page.js("document.querySelector('[data-do=clear]').click()")
    choose(page, "text", "停车场")
    assert page.js(SHOWN) == ["8"]
    quiet(page)


def test_a_tile_filters_by_its_lamp(page: Browser) -> None:
    tile = "document.querySelector('[data-filter=lamp][data-value=red]')"
    count = int(page.js(f"{tile}.querySelector('strong').textContent"))
    page.js(f"{tile}.click()")
    assert len(page.js(SHOWN)) == count > 0


def test_sorting_a_column_sets_aria_sort(page: Browser) -> None:
    head = "[...document.querySelectorAll('#list thead th')][3]"
    page.js(f"{head}.querySelector('button').click()")
    assert page.js(f"{head}.getAttribute('aria-sort')") == "ascending"
    assert page.js(SHOWN)[0] == "12"
    assert page.js("document.querySelectorAll('[aria-sort]').length") == 1
    choose(page, "sort", "0 -1")
    assert page.js(SHOWN)[0] == "20"
    assert page.js("document.querySelector('#list thead th').getAttribute('aria-sort')") == "descending"
    quiet(page)


def test_the_keyboard_reaches_and_works_everything(page: Browser) -> None:
    page.press("Tab")
    assert page.js("document.activeElement.className") == "skip"
    assert page.js("document.activeElement.getBoundingClientRect().left") >= 0
    page.js("document.querySelector('#list thead th:nth-child(3) button').focus({focusVisible: true})")
    assert page.js("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.press("Enter")
    assert page.js("document.querySelector('#list thead th:nth-child(3)').getAttribute('aria-sort')") == "ascending"
    page.js("document.querySelector('.task[data-task=\"12\"] summary').focus()")
    page.press("Enter")
    assert page.js("document.querySelector('.task[data-task=\"12\"]').open") is True
    page.js("document.querySelector('#list a[href=\"#task-4\"]').focus()")
    page.press("Enter")
    page.js("new Promise(done => setTimeout(done, 100))")
    assert page.js("document.querySelector('.task[data-task=\"4\"]').open") is True
    assert page.js("document.activeElement.id") == "task-4"
    quiet(page)


def test_pictures_and_tables_have_accessible_names(page: Browser) -> None:
    assert page.js("[...document.querySelectorAll('header, nav, main, footer')].length") == 4
    unnamed = (
        "[...document.querySelectorAll('svg:not(.at)')].filter(svg => !svg.closest('[aria-hidden=true]')"
        " && !svg.getAttribute('aria-label') && !svg.querySelector('title'))"
    )
    assert page.js(f"{unnamed}.length") == 0
    assert page.js("document.querySelectorAll('th:not([scope])').length") == 0
    assert page.js("document.querySelectorAll('table:not([aria-label]):not([aria-labelledby])').length") == 0
    ids = page.js("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(ids) == len(set(ids))
    told = page.js("document.querySelector('.gantt tr[data-task=\"10\"] svg').getAttribute('aria-label')")
    assert "时限原定5月31日，调整1次至7月31日：剩余16天" in told


@pytest.mark.parametrize("file", ["d.html", "r.html", "s.html"])
def test_a_phone_does_not_scroll_sideways(file: str, browser: Browser, place: Workspace) -> None:
    for command in (("report", "-o", "r.html"), ("show", "12", "-o", "s.html")):
        assert place.here(*command, *AS_OF).code == 0
    browser.open(place.folder / file, width=360, height=740)
    browser.js("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert browser.js("document.documentElement.scrollWidth") <= 360
    assert browser.js("innerWidth") == 360
    quiet(browser)


def test_without_javascript_the_page_is_complete(browser: Browser, place: Workspace) -> None:
    browser("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(place.folder / "d.html")
        assert browser.js(f"{SHOWN}.length") == 20
        assert browser.js("document.querySelector('.filters').hidden") is True
        assert browser.js("document.querySelectorAll('th button').length") == 0
    finally:
        browser("Emulation.setScriptExecutionDisabled", value=False)


@pytest.mark.slow
def test_user_text_stays_text(browser: Browser, tmp_path: Path) -> None:
    quoted = [attack.replace("'", "''") for attack in ATTACKS]
    tasks = "".join(
        f"  - {{id: {n}, title: '{title}', lead_unit: '{title}', leader: '{title}', deadline: 2016-06-30,"
        f" milestones: [{{id: m, title: '{title}', deadline: 2016-03-31}}]}}\n"
        for n, title in enumerate(quoted, start=1)
    )
    contacts = "".join(f"  '{attack}': '{attack}'\n" for attack in quoted)
    plan = f"title: '<script>alert(0)</script>'\nyear: 2016\ncontacts:\n{contacts}tasks:\n{tasks}"
    (tmp_path / "tasks.yaml").write_text(plan, encoding="utf-8")
    place = Workspace(tmp_path)
    for n, attack in enumerate(ATTACKS, start=1):
        found = ("problem", "open", str(n), attack, "--unit", attack, "--due", "2016-03-02", "--on", "2016-03-01")
        assert place.here(*found).code == 0
        assert place.here("object", str(n), "--from", attack, "-m", attack, "--on", "2016-03-03").code == 0
    for command in (("dashboard",), ("report",), ("problem", "list"), ("log",), ("show", "2")):
        assert place.here(*command, *(() if command == ("log",) else AS_OF), "-o", "x.html").code == 0
        browser.open(tmp_path / "x.html")
        assert browser.js("document.querySelectorAll('img, b, i, svg[onload], [onfocus], [onerror]').length") == 0
        assert browser.js("document.scripts.length") == (1 if command == ("dashboard",) else 0)
        quiet(browser)
    assert place.here("dashboard", *AS_OF, "-o", "x.html").code == 0
    browser.open(tmp_path / "x.html")
    titles = browser.js("[...document.querySelectorAll('#list tbody th')].map(one => one.textContent)")
    assert titles == list(ATTACKS)
    choose(browser, "unit", ATTACKS[0])
    assert browser.js(SHOWN) == ["1"]


PAPER = 1032
"""The width of A4 on its side without its margins, in pixels."""


def test_a_deadline_in_another_year_stays_on_one_line(browser: Browser, tmp_path: Path) -> None:
    plan = "title: 重点工作\nyear: 2016\ntasks: [{id: 1, title: 道路, lead_unit: 住建局, deadline: 2017-12-28}]\n"
    (tmp_path / "tasks.yaml").write_text(plan, "utf-8")
    assert Workspace(tmp_path).here("dashboard", "-o", "d.html", "--as-of", "2016-04-15").code == 0
    browser.open(tmp_path / "d.html", width=PAPER)
    for media in ("screen", "print"):
        browser("Emulation.setEmulatedMedia", media=media)
        try:
            assert browser.js(f"{BROKEN}(/2017年12月28日/g)") == []
            assert browser.js("document.querySelector('#list').className.includes('far-7')")
            assert browser.js(CROWDED) == []
        finally:
            browser("Emulation.setEmulatedMedia", media="")


CROWDED = """
[...document.querySelectorAll('#list td')].filter(one => {
  const inside = document.createRange();
  inside.selectNodeContents(one);
  return one.offsetWidth && inside.getBoundingClientRect().right > one.getBoundingClientRect().right + 1;
}).map(one => one.textContent)
"""
"""Cells of the list whose text runs into the next column."""


@pytest.mark.slow
@pytest.mark.parametrize("width", [961, PAPER, 1440])
@pytest.mark.parametrize("seen", [("real", "02-29", "暂不评判"), ("forty", "02-08", "达到序时进度")])
def test_a_state_stays_whole_in_its_column(
    seen: tuple[str, str, str], width: int, browser: Browser, place: Workspace, forty: Path
) -> None:
    plan, day, state = seen
    made = Workspace(forty.parent) if plan == "forty" else place
    assert made.here("dashboard", "--as-of", f"2016-{day}", "-o", "early.html").code == 0
    browser("Emulation.setEmulatedMedia", media="print" if width == PAPER else "screen")
    try:
        browser.open(made.folder / "early.html", width=width)
        assert state in browser.js("document.querySelector('#list').textContent")
        assert browser.js(f"{BROKEN}(/{state}/g)") == []
        assert browser.js(CROWDED) == []
    finally:
        browser("Emulation.setEmulatedMedia", media="")


def test_overdue_problems_have_their_change_since_last_week(place: Workspace) -> None:
    assert place.here("dashboard", "--as-of", "2016-07-05", "-o", "july.html").code == 0
    page = (place.folder / "july.html").read_text("utf-8")
    assert "整改逾期问题 <strong>1</strong> <small>+1</small>" in page


def test_a_mark_is_explained_where_it_stands(page: Browser, place: Workspace) -> None:
    made = (place.folder / "d.html").read_text("utf-8")
    for part in ("#overdue", "#tasks", "#task-1"):
        text = page.js(f"document.querySelector('{part}').textContent")
        assert text.count("* 推进方案中尚未确认") == 1
    for n, card in enumerate(made.split('<div id="task-')[1:], start=1):
        assert ("亩+" in card or "米+" in card or "元+" in card) <= ("+ 为台账记录以来的累计数" in card), n
    assert "+ 为台账记录以来的累计数" in made
    assert "尚未确认" not in page.js("document.querySelector('footer').textContent")


@pytest.mark.parametrize("cell", ["#list tr[data-task='1'] p", "#overdue tr[data-task='1'] td:nth-child(4) > span"])
def test_no_clause_stands_without_its_neighbour(cell: str, page: Browser) -> None:
    clauses = page.js(f'[...document.querySelectorAll("{cell} > span")].map(one => one.textContent)')
    assert clauses == [
        "106天：3月份安置房计划：",
        "投入1.6亿元，",
        "新增主体面积16万平方米，",
        "实现5.5万平方米安置房回迁入住，",
        "时限3月31日，逾期未报",
    ]


OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CONTRAST = """
(() => {
  const rgb = (colour) => {
    const found = colour.match(/[\\d.]+/g).map(Number);
    return found.length < 4 ? [...found, 1] : found;
  };
  const light = ([r, g, b]) =>
    [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
      .reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n], 0);
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return [255, 255, 255, 1];
  };
  const found = [];
  for (const one of document.querySelectorAll("body *")) {
    if (one.closest("svg") || !one.checkVisibility()) continue;
    if (![...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    const style = getComputedStyle(one);
    const [front, back] = [light(rgb(style.color)), light(behind(one))];
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    if (ratio < 4.5) found.push(`${one.outerHTML.slice(0, 80)} ${ratio.toFixed(2)}`);
  }
  return found.slice(0, 5);
})()
"""
"""Texts whose contrast is below WCAG AA."""


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of 40 tasks, most of them late, with long titles, contacts, words of units and problems."""
    return many(tmp_path_factory.mktemp("forty"), 40)


def many(folder: Path, count: int) -> Path:
    """Write the page of a made-up plan with `count` tasks and reports on each."""
    tasks, entries = [], []
    for n in range(1, count + 1):
        title = f"国际物流园区老旧小区外墙保温和屋面防水改造工程（第{n}标段）"
        tasks.append(
            f"  - {{id: {n}, title: {title}, lead_unit: 第{n % 14}办事处, leader: 领导甲, start: 2016-01-04, "
            f"deadline: {2017 if n == count else 2016}-12-{n % 28 + 1:02}, planned: {{2016-06-30: {40 + n % 40}}}, "
            f"milestones: [{{id: m, title: 主体工程完工并通过验收, deadline: 2016-06-{n % 30 + 1:02}}}]}}\n"
        )
        for month in range(2, 8):
            said = {
                "on": f"2016-{month:02}-05",
                "received": f"2016-{month:02}-05",
                "task": f"{n}",
                "kind": "report",
                "unit": f"第{n % 14}办事处",
                "by": "li",
                "readings": {"percent": str(month * 5 + n % 9)},
                "note": "主体已封顶，外立面开始施工。",
            }
            entries.append(json.dumps(said, ensure_ascii=False))
    contacts = "".join(f"  第{n}办事处: 联络员{n} 0371-6678{1000 + n}\n" for n in range(14))
    plan = f"title: 重点工程和民生实事\nyear: 2016\ncontacts:\n{contacts}tasks:\n{''.join(tasks)}"
    (folder / "tasks.yaml").write_text(plan, encoding="utf-8")
    (folder / "e.jsonl").write_text("\n".join(entries) + "\n", encoding="utf-8")
    made = Workspace(folder)
    assert made.here("import", "e.jsonl").code == 0
    assert made.here("dashboard", *AS_OF, "-o", "d.html").code == 0
    return folder / "d.html"


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 360, 768, 1024, 1440])
@pytest.mark.parametrize("plan", ["real", "forty"])
def test_nothing_overflows(plan: str, width: int, browser: Browser, place: Workspace, forty: Path) -> None:
    browser.open(forty if plan == "forty" else place.folder / "d.html", width=width)
    assert browser.js(OVERFLOW) <= 0
    browser.js("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert browser.js(OVERFLOW) <= 0


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 360, 768])
def test_a_tile_has_its_word_on_one_line(width: int, browser: Browser, forty: Path) -> None:
    browser.open(forty, width=width)
    wrapped = "[...document.querySelectorAll('.tile')].filter(one => one.scrollWidth > one.clientWidth)"
    assert browser.js(f"{wrapped}.map(one => one.textContent)") == []
    assert browser.js("Math.max(...[...document.querySelectorAll('.tile .lamp')].map(one => one.offsetHeight))") < 32


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 360])
def test_forty_tasks_are_short_on_a_phone(width: int, browser: Browser, forty: Path) -> None:
    browser.open(forty, width=width, height=740)
    assert browser.js("document.documentElement.scrollHeight") <= 12_000
    assert browser.js("[...document.querySelectorAll('#list tbody th')].every(one => one.offsetHeight > 0)")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast(scheme: str, browser: Browser, forty: Path) -> None:
    browser("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    try:
        browser.open(forty)
        browser.js("document.querySelectorAll('details').forEach((one, n) => one.open = n < 5)")
        assert browser.js(CONTRAST) == []
        dark = browser.js("getComputedStyle(document.body).backgroundColor") == "rgb(18, 22, 28)"
        assert dark == (scheme == "dark")
    finally:
        browser("Emulation.setEmulatedMedia", features=[])


def test_the_first_sentence_names_the_red_tasks_and_their_days(page: Browser) -> None:
    said = page.js("document.querySelector('.headline').textContent")
    assert said.startswith("20项任务中亮红灯4项：1\u00a0围合区域大棚户区征迁改造（节点逾期106天）；2\u00a0县以下")
    assert said.endswith("7\u00a0重点区域、路段城市精细化管理（整改逾期14天）。")
    hashes = page.js("[...document.querySelector('.headline').querySelectorAll('a')].map(one => one.hash)")
    assert hashes == ["#task-1", "#task-2", "#task-4", "#task-7"]
    before = "document.querySelector('.headline').compareDocumentPosition(document.querySelector('.tile'))"
    assert page.js(before) & 4


@pytest.mark.slow
def test_the_second_sentence_names_the_tasks_whose_lamp_has_changed(browser: Browser, tmp_path: Path) -> None:
    place = workspace(tmp_path, recorded=True)
    second = "document.querySelectorAll('.headline')[1].textContent"
    for day, said in (
        ("2016-07-15", "较7月8日，亮灯无变化。"),
        ("2016-06-20", "较6月13日，新亮红灯1项：10\u00a0机场高速、京港澳高速及机场城际铁路两侧绿化、亮化、整治提升。"),
        ("2016-04-18", "较4月11日，新亮红灯1项：1\u00a0围合区域大棚户区征迁改造。"),
    ):
        assert place.here("dashboard", "--as-of", day, "-o", "d.html").code == 0
        browser.open(tmp_path / "d.html")
        assert browser.js(second) == said


@pytest.mark.slow
def test_a_gap_is_labelled_ahead_or_behind_and_sorted_accordingly(browser: Browser, forty: Path) -> None:
    browser.open(forty)
    choose(browser, "sort", "5 -1")
    gaps = browser.js("[...document.querySelectorAll('#list tbody tr')].map(row => row.cells[5].textContent)")
    signed = [float(gap[2:]) * {"滞后": 1, "超前": -1}[gap[:2]] for gap in gaps if gap != "0"]
    assert len(signed) > 30
    assert signed == sorted(signed, reverse=True)


@pytest.mark.slow
def test_columns_without_a_figure_are_not_shown(browser: Browser, tmp_path: Path, forty: Path) -> None:
    place = workspace(tmp_path, recorded=True)  # nobody has reported a percentage
    assert place.here("dashboard", *AS_OF, "-o", "d.html").code == 0
    heads = "[...document.querySelectorAll('#list thead th')].filter(one => one.offsetWidth).length"
    for width in (961, 1024, 1440):
        for file, shown in ((tmp_path / "d.html", 8), (forty, 11)):
            browser.open(file, width=width)
            assert browser.js(heads) == shown
            assert browser.js(OVERFLOW) <= 0


@pytest.mark.slow
@pytest.mark.parametrize(("width", "least"), [(1024, 850), (1280, 400)])
def test_between_phone_and_wide_screen_reasons_stand_below_the_title(
    width: int, least: int, browser: Browser, forty: Path
) -> None:
    browser.open(forty, width=width)
    cells = "[...document.querySelectorAll('#list tbody tr')[0].cells].map(one => one.getBoundingClientRect().toJSON())"
    boxes = browser.js(cells)
    reasons = boxes.pop(7)
    assert reasons["width"] > least
    assert reasons["left"] == boxes[1]["left"]
    assert reasons["top"] >= boxes[1]["bottom"] - 1
    assert len({box["top"] for box in boxes}) == 1
    assert browser.js(UNALIGNED) == []


UNALIGNED = """
[...document.querySelector('#list thead tr').cells].filter((head, n) => {
  const cell = document.querySelector('#list tbody tr').cells[n];
  return Math.abs(head.getBoundingClientRect().left - cell.getBoundingClientRect().left) > 1
    || Math.abs(head.offsetWidth - cell.offsetWidth) > 1;
}).map(head => head.textContent)
"""
"""Headers of the list that do not stand above their column."""


def test_a_title_in_quotation_marks_begins_at_the_edge(page: Browser) -> None:
    """A full-width quotation mark has a blank on its left, which the underline of a link would show."""
    left = """
    (name => {
      const link = document.querySelector(name);
      const mark = document.createTreeWalker(link, NodeFilter.SHOW_TEXT);
      while (mark.nextNode() && !mark.currentNode.data.includes("“"));
      const at = mark.currentNode.data.indexOf("“");
      const range = document.createRange();
      range.setStart(mark.currentNode, at);
      range.setEnd(mark.currentNode, at + 1);
      return range.getBoundingClientRect().width / parseFloat(getComputedStyle(link).fontSize);
    })
    """
    for link in (".headline a[href='#task-4']", "#overdue a[href='#task-4']", "#list a[href='#task-4']"):
        assert page.js(f"{left}({json.dumps(link)})") < 0.7, link


def test_the_time_line_of_a_task_has_the_milestones_of_its_subtasks(page: Browser) -> None:
    marks = page.js("[...document.querySelectorAll('.gantt tr[data-task=\"4\"] .at title')].map(o => o.textContent)")
    assert len(marks) == 5
    assert marks[0].startswith("4.1 瑞锦服务中心：")


def test_a_figure_and_its_unit_stay_on_one_line(browser: Browser, place: Workspace) -> None:
    browser.open(place.folder / "d.html", width=360)
    texts = browser.js("[...document.querySelectorAll('#overdue data')].map(one => one.textContent)")
    assert {"1.6亿元", "16万平方米", "5.5万平方米"} <= set(texts)
    assert browser.js(
        "[...document.querySelectorAll('data')].every(one => getComputedStyle(one).whiteSpace === 'nowrap')"
    )


FIGURES = r"(?:\d{4}年)?\d{1,2}月\d{1,2}日\*?|\d[\d,.]*(?:项|个|天|亿元|万平方米)|\d[\d.]*\s?%"
WORDS = (
    "棚户区|回迁入住|水系|施工|计划|摸排|管线|迁改|报送|截至|推进|"
    "夜间|改造|工程|整治|逾期\\d+天|百分点|建设|处理厂|交警大队|完成|办事处"
)
BROKEN = r"""
((whole) => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (!node.parentElement.checkVisibility() || node.parentElement.closest("svg, script, style")) continue;
    if (node.parentElement.closest("thead")?.offsetWidth === 1) continue; // cards have no headers
    for (const match of node.data.matchAll(whole)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const boxes = [...range.getClientRects()].filter((box) => box.width > 1);
      if (new Set(boxes.map((box) => Math.round(box.top))).size > 1) found.push(`${match[0]} in ${node.data}`);
    }
  }
  return found;
})
"""
"""Matches of a pattern that are broken between two lines."""


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 360, 768, 800, 1024, 1280, 1440])
@pytest.mark.parametrize("plan", ["real", "forty"])
def test_no_date_figure_or_word_is_broken(
    plan: str, width: int, browser: Browser, place: Workspace, forty: Path
) -> None:
    browser.open(forty if plan == "forty" else place.folder / "d.html", width=width)
    browser.js("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert browser.js(f"{BROKEN}(/{FIGURES}|{WORDS}/g)") == []


@pytest.mark.slow
@pytest.mark.parametrize("width", [1024, 1440])
def test_the_first_sentence_breaks_between_tasks(width: int, browser: Browser, forty: Path) -> None:
    browser.open(forty, width=width)
    items = "[...document.querySelectorAll('.headline .item')]"
    assert browser.js(f"{items}.filter(one => one.offsetHeight > 40).map(one => one.textContent)") == []
    assert browser.js(f"{items}.length") > 5


@pytest.mark.slow
def test_a_line_ends_after_a_clause(browser: Browser, forty: Path) -> None:
    browser.open(forty, width=1440)
    heights = browser.js("[...document.querySelectorAll('#list q > span')].map(one => one.offsetHeight)")
    assert len(heights) > 20
    assert max(heights) < 30


def test_chinese_text_has_chinese_punctuation(place: Workspace) -> None:
    page = (place.folder / "d.html").read_text("utf-8")
    assert "计划：投入" in page
    assert "计划:投入" not in page


@pytest.mark.slow
def test_a_phone_shows_the_units_words(browser: Browser, forty: Path) -> None:
    browser.open(forty, width=360)
    assert browser.js("[...document.querySelectorAll('#list q')].filter(one => one.offsetHeight > 0).length") == 40


def test_a_phone_shows_no_line_that_is_only_a_dash(browser: Browser, tmp_path: Path) -> None:
    place = workspace(tmp_path, recorded=True)
    assert place.here("dashboard", "--as-of", "2016-01-03", "-o", "d.html").code == 0
    browser.open(tmp_path / "d.html", width=360)
    assert browser.js("document.querySelectorAll('#list .blank').length") > 0
    assert browser.js("[...document.querySelectorAll('#list .blank')].every(one => !one.offsetHeight)")


def test_a_phone_shows_whole_reasons_and_figures_inside_their_bars(browser: Browser, tmp_path: Path) -> None:
    place = workspace(tmp_path, recorded=True)
    assert place.here("dashboard", "--as-of", "2016-04-15", "-o", "d.html").code == 0
    browser.open(tmp_path / "d.html", width=360)
    cut = "[...document.querySelectorAll('#list td:nth-child(8) p')].filter(p => p.scrollHeight > p.clientHeight + 1)"
    assert browser.js(f"{cut}.map(p => p.textContent)") == []
    assert browser.js(f"{BOXES}('.course .count').every(box => box.width + 2 < {BOXES}('.course rect')[0].width)")
    frame = f"{BOXES}('.course')[0]"
    assert browser.js(f"{BOXES}('.course .label').every(box => box.right + 2 < {frame}.right)")


BOXES = "(name => [...document.querySelectorAll(name)].map(one => one.getBoundingClientRect()))"


def test_where_no_lamp_is_red_the_late_tasks_are_named(browser: Browser, tmp_path: Path) -> None:
    place = workspace(tmp_path, recorded=True)
    assert place.here("dashboard", "--as-of", "2016-04-15", "-o", "d.html").code == 0
    browser.open(tmp_path / "d.html")
    said = browser.js("document.querySelector('.headline').textContent")
    assert said.startswith(
        "没有亮红灯的任务，亮黄灯20项。逾期2项：1\u00a0围合区域大棚户区征迁改造（节点逾期15天）；4\u00a0"
    )
    late = browser.js("document.querySelector('#task-1 .lamp.yellow').textContent")
    assert (late, browser.js("document.querySelectorAll('#details .lamp.red').length")) == ("逾期15天，未报送完成数", 0)


@pytest.mark.slow
def test_a_task_shows_last_weeks_lamp_words_and_problems(browser: Browser, place: Workspace, forty: Path) -> None:
    browser.open(place.folder / "d.html")
    assert "上周：" in browser.js("document.querySelector('#list tr[data-task=\"7\"]').textContent")
    assert "占道经营" in browser.js("document.querySelector('#list tr[data-task=\"7\"]').textContent")
    browser.open(forty)
    words = browser.js("document.querySelector('#list tbody q').textContent")
    assert words == "第1办事处7月5日文字情况：主体已封顶，外立面开始施工。"


@pytest.mark.slow
def test_rows_lead_to_their_task_and_telephone_numbers_can_be_called(browser: Browser, forty: Path) -> None:
    browser.open(forty)
    first = "document.querySelector('#overdue tbody tr')"
    task = browser.js(f"{first}.dataset.task")
    assert browser.js(f"{first}.querySelector('a').hash") == f"#task-{task}"
    assert browser.js("document.querySelector('#overdue a[href^=tel]').href").startswith("tel:03716678")
    quiet(browser)


def test_a_milestone_without_its_figures_is_drawn_late(page: Browser) -> None:
    row = "document.querySelector('.gantt tr[data-task=\"1\"]')"
    assert page.js(f"{row}.querySelector('.at use').getAttribute('href')") == "#m-red"
    assert "逾期106天" in page.js(f"{row}.querySelector('.at title').textContent")


def test_the_values_of_a_curve_can_be_read_by_keyboard(page: Browser) -> None:
    page.js("document.querySelector('[data-task=\"12\"].task').open = true")
    page.js("document.querySelectorAll('#task-12 .tip')[2].focus()")
    said = page.js("document.querySelector('#task-12 .value').textContent")
    assert said == page.js("document.activeElement.querySelector('title').textContent")
    assert re.fullmatch(r"\d+月\d+日：实际进度[\d.]+%，序时进度([\d.]+%|–)", said)
    labels = page.js("[...document.querySelectorAll('#task-12 .curve text')].map(one => one.textContent)")
    assert {"100%", "50%", "0%", "4月", "2016"} <= set(labels)


SMALL_TYPE = """
[...document.querySelectorAll('body *')].filter(one =>
  one.checkVisibility() && [...one.childNodes].some(part => part.nodeType === 3 && part.textContent.trim())
  && !one.closest('.unseen, title, desc')
  && parseFloat(getComputedStyle(one).fontSize) * (one.closest('svg') ? one.getScreenCTM().a : 1) < 11.9
).map(one => one.textContent)
"""
"""Text that is smaller than 9 pt (12 pixels)."""


@pytest.mark.slow
def test_paper_has_every_overdue_task_in_type_of_9_points(browser: Browser, forty: Path) -> None:
    shown = "[...document.querySelectorAll('#overdue tbody tr')].filter(one => one.checkVisibility()).length"
    browser.open(forty)
    every = browser.js("document.querySelectorAll('#overdue tbody tr').length")
    assert every > 10 == browser.js(shown)
    browser.js("document.querySelector('#overdue .more input').click()")
    assert browser.js(shown) == every
    browser.open(forty, width=PAPER)
    browser("Emulation.setEmulatedMedia", media="print")
    try:
        assert browser.js(shown) == every
        assert browser.js(SMALL_TYPE) == []
        browser.js("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert browser.js(SMALL_TYPE) == []
    finally:
        browser("Emulation.setEmulatedMedia", media="")
    foot = re.search(r"@bottom-left \{ content: \"([^\"]+)\"", forty.read_text("utf-8"))
    assert foot
    said = re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), foot[1])
    assert said.startswith("重点工作推进情况 · ")
    assert re.search(r" · 截至2016年\d+月\d+日 · 台账 #\d+ \w+$", said)


@pytest.mark.slow
def test_paper_has_every_header_and_the_curves_of_red_tasks(browser: Browser, forty: Path) -> None:
    browser("Emulation.setEmulatedMedia", media="print")
    try:
        browser.open(forty)
        heads = browser.js("[...document.querySelectorAll('#list thead th')].map(one => one.innerText.trim())")
        assert all(heads)
        assert len(heads) == 11
        red = browser.js("document.querySelectorAll('#list .lamp.red').length")
        assert browser.js("document.querySelectorAll('#curves .curve').length") == min(red, 24) > 10
        assert browser.js("document.querySelector('#curves .curve').checkVisibility()")
        assert not browser.js("document.querySelector('.filters').checkVisibility()")
    finally:
        browser("Emulation.setEmulatedMedia", media="")


LABELS = """
[...document.querySelectorAll('#curves .curve')].flatMap(curve => {
  const edge = curve.getBoundingClientRect().right;
  const texts = [...curve.querySelectorAll('text')].map(one => [one.textContent, one.getBoundingClientRect()]);
  const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top + 6 || b.bottom <= a.top + 6;
  return texts.filter(([, box], n) =>
    box.right > edge + 1 || texts.slice(n + 1).some(([, other]) => !apart(box, other))).map(([text]) => text);
})
"""
"""Labels of curves that leave their picture, or touch another one; a box has room above and below its characters."""


@pytest.mark.slow
def test_labels_of_curves_on_paper_stay_in_their_picture(browser: Browser, tmp_path: Path) -> None:
    tasks = "".join(
        f"  - {{id: {n}, title: 道路{n}, lead_unit: 住建局, start: 2016-01-04, deadline: 2017-02-01,"
        f" milestones: [{{id: m, title: 开工, deadline: 2016-03-01}}]}}\n"
        for n in range(7)
    )
    (tmp_path / "tasks.yaml").write_text(f"title: 重点工作\nyear: 2016\ntasks:\n{tasks}", "utf-8")
    assert Workspace(tmp_path).here("dashboard", *AS_OF, "-o", "d.html").code == 0
    browser("Emulation.setEmulatedMedia", media="print")
    try:
        browser.open(tmp_path / "d.html", width=PAPER)
        assert browser.js("document.querySelectorAll('#curves .curve').length") == 7
        assert "2017" in browser.js("document.querySelector('#curves .curve').textContent")
        assert browser.js(LABELS) == []
    finally:
        browser("Emulation.setEmulatedMedia", media="")


@pytest.mark.slow
def test_dates_are_written_out_and_sorted_by_day(page: Browser, forty: Path) -> None:
    """A script sorts by a hidden value: 10月 comes after 9月."""
    page.js("document.querySelectorAll('details').forEach(one => one.open = true)")
    shown = "document.body.innerText + [...document.querySelectorAll('title')].map(one => one.textContent)"
    assert not re.findall(r"\d{4}-\d\d(?:-\d\d)?", page.js(shown))
    page.open(forty)
    for direction in ("1", "-1"):
        choose(page, "sort", f"6 {direction}")
        days = page.js("[...document.querySelectorAll('#list tbody tr')].map(row => row.cells[6].dataset.day)")
        assert days == sorted(days, reverse=direction == "-1")
        assert len(set(days)) > 20
    quiet(page)


@pytest.mark.slow
def test_twenty_tasks_print_on_few_pages(page: Browser) -> None:
    printed = page("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"]
    assert len(re.findall(rb"/Type /Page\b", b64decode(printed))) in range(2, 7)


@pytest.mark.slow
def test_two_tasks_in_full_are_printed_on_a_page(browser: Browser, forty: Path) -> None:
    browser.open(forty)
    browser.js("document.querySelectorAll('details').forEach(one => one.open = true)")
    printed = browser("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"]
    assert len(re.findall(rb"/Type /Page\b", b64decode(printed))) in range(20, 40)


@pytest.mark.slow
def test_many_tasks_are_compressed_data_that_a_script_unpacks(browser: Browser, tmp_path: Path) -> None:
    file = many(tmp_path, 600)
    assert len(file.read_bytes()) < 600 * 1150 + 150_000  # 5,000 tasks: less than 6 MB
    browser.open(file)
    assert browser.js(f"{SHOWN}.length") == 600
    assert browser.js("document.querySelectorAll('details.task').length") == 0
    for task in ("599", "3"):
        browser.js(f"document.querySelector('#list a[href=\"#task-{task}\"]').click()")
        browser.js("new Promise(done => setTimeout(done, 1500))")
        assert browser.js("document.activeElement.id") == f"task-{task}"
        assert f"第{task}标段" in browser.js(f"document.querySelector('#task-{task}').parentElement.innerText")
        assert browser.js(f"document.querySelector('#task-{task} .curve').getBoundingClientRect().height") > 100
    quiet(browser)
    for width in (961, 1440):
        browser.open(file, width=width)
        assert browser.js(UNALIGNED) == []


@pytest.mark.slow
def test_an_empty_part_is_not_shown(browser: Browser, tmp_path: Path, forty: Path) -> None:
    place = workspace(tmp_path, recorded=True)  # no red task of this plan has a curve
    assert place.here("dashboard", *AS_OF, "-o", "d.html").code == 0
    browser.open(tmp_path / "d.html")
    assert browser.js("document.querySelectorAll('.lamp.red').length") > 0
    assert browser.js("document.querySelector('#curves')") is None
    browser.open(forty, width=360)
    assert not browser.js("document.querySelector('#details').checkVisibility()")
    browser.js("document.querySelector('#list a').click()")
    assert browser.js("document.querySelector('#details h2').checkVisibility()")


def test_a_late_milestone_has_the_colour_of_its_lamp_until_it_is_reached(browser: Browser, tmp_path: Path) -> None:
    place = workspace(tmp_path, recorded=True)
    mark = "document.querySelector('.gantt tr[data-task=\"11\"] .at use').getAttribute('href')"
    seen = []
    for day in ("2016-07-10", "2016-07-20", "2016-07-21"):
        if day.endswith("21"):
            [milestone] = [m.id for t in load_plan(tmp_path / "tasks.yaml").tasks if t.id == "11" for m in t.milestones]
            assert place.here("reach", "11", milestone, "--on", "2016-07-20").code == 0
        assert place.here("dashboard", "--as-of", day, "-o", "d.html").code == 0
        browser.open(tmp_path / "d.html")
        seen.append(browser.js(mark))
    assert seen == ["#m-yellow", "#m-red", "#m-green"]


LAST_LINES = """
[...document.querySelectorAll('td:nth-child(2)')].map(cell => {
  const range = document.createRange();
  range.selectNodeContents(cell);
  const boxes = [...range.getClientRects()];
  return boxes.length < 2 || boxes.at(-1).width > 20;
})
"""
"""Whether the last line of each title has more than one character."""


@pytest.mark.slow
def test_no_character_of_a_title_is_alone_on_a_line_of_a_report(browser: Browser, place: Workspace) -> None:
    assert place.here("report", *AS_OF, "-o", "r.html").code == 0
    for width in range(800, 1400, 40):
        browser.open(place.folder / "r.html", width=width)
        assert all(browser.js(LAST_LINES)), width


def test_a_bar_is_filled_up_to_the_last_milestone_that_was_reached(browser: Browser, tmp_path: Path) -> None:
    dates = ("02-10", "02-20", "03-01", "12-20")
    milestones = ", ".join(f"{{id: m{n}, title: 第{n}段, deadline: 2016-{day}}}" for n, day in enumerate(dates))
    task = "id: 1, title: 道路, lead_unit: 住建局, start: 2016-02-01, deadline: 2016-12-20, measure: milestones"
    tasks = f"tasks: [{{{task}, milestones: [{milestones}]}}]"
    (tmp_path / "tasks.yaml").write_text(f"title: 重点工作\nyear: 2016\n{tasks}\n", "utf-8")
    place = Workspace(tmp_path)
    for n in (0, 1):
        assert place.here("reach", "1", f"m{n}", "--on", f"2016-{dates[n]}").code == 0
    assert place.here("dashboard", *AS_OF, "-o", "d.html").code == 0
    browser.open(tmp_path / "d.html")
    made = browser.js(f"{BOXES}('.gantt .made')[0].right")
    marks = browser.js(f"{BOXES}('.gantt tbody use').map(box => box.left + box.width / 2)")
    assert marks[1] - 2 <= made < marks[2]


def test_a_title_on_the_time_line_does_not_go_on_under_its_lamp(browser: Browser, forty: Path) -> None:
    browser.open(forty)
    browser.js("document.querySelector('.fold').open = true")
    rights = browser.js(f"{BOXES}('.gantt th .lamp').map(box => box.right)")
    titles = browser.js(f"{BOXES}('.gantt th a').map(box => [box.left, box.height])")
    assert len(rights) == len(titles) == 40
    assert any(height > 30 for _left, height in titles)  # more than a line
    assert all(left >= right for (left, _height), right in zip(titles, rights, strict=True))


def test_the_curve_is_beside_the_facts_of_its_task(page: Browser) -> None:
    page.js("document.querySelector('[data-task=\"12\"].task').open = true")
    box = (
        "(({left, right, top}) => [left, right, top])(document.querySelector('#task-12 PART').getBoundingClientRect())"
    )
    facts, curve = (page.js(box.replace("PART", part)) for part in (".facts", "figure"))
    assert facts[1] < curve[0]
    assert abs(facts[2] - curve[2]) < 40


def test_a_list_never_leaves_out_its_last_name_alone(browser: Browser, tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    for count in (6, 7):
        tasks = "".join(
            f"  - {{id: {n}, title: 任务甲{n}, lead_unit: 甲局, deadline: 2016-03-01}}\n" for n in range(count)
        )
        (tmp_path / "tasks.yaml").write_text(f"title: 方案\nyear: 2016\ntasks:\n{tasks}", "utf-8")
        assert place.here("dashboard", *AS_OF, "-o", "d.html").code == 0
        browser.open(tmp_path / "d.html")
        said = browser.js("document.querySelector('.headline').textContent")
        assert said.count("任务甲") == (6 if count == 6 else 5)
        assert ("等7项" in said) == (count == 7)
