"""LibreOffice opens the office files and lays out the intended pages. Skipped without LibreOffice."""

import html
import json
import re
import shutil
import subprocess
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import docx
import pytest

import forty_tasks
from jingkai_cli.formats.word import render
from jingkai_cli.reports.document import About, Document, Section
from running import Workspace, workspace

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
PDF_TEXT = shutil.which("pdftotext")
pytestmark = pytest.mark.skipif(
    not (OFFICE and PDF_TEXT), reason="LibreOffice and poppler-utils are not installed: apt install them to run this"
)
PATIENCE = 120


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The option for a profile that is not the tester's; LibreOffice fills it when it is first used."""
    return f"-env:UserInstallation={tmp_path_factory.mktemp('profile').as_uri()}"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = workspace(tmp_path_factory.mktemp("libreoffice"), recorded=True)
    assert made.here("record", "15", "41.5", "-m", "=1+1", "--on", "2016-03-29").code == 0
    return made


def pages(place: Workspace, profile: str, name: str, *command: str) -> list[str]:
    """The text of each page that LibreOffice makes of what a command writes."""
    done = place.here(*command, "-o", name)
    assert done.code == 0, done
    return converted(place.folder / name, profile)


def converted(file: Path, profile: str) -> list[str]:
    """The text of each page that LibreOffice makes of a file."""
    [found] = all_converted([file], profile)
    return found


def all_converted(files: list[Path], profile: str) -> list[list[str]]:
    """The pages of each of several files in one folder; LibreOffice starts once."""
    subprocess.run(
        [str(OFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", files[0].parent, *files],
        check=True,
        capture_output=True,
        timeout=PATIENCE + 3 * len(files),
    )
    return [_printed(file.with_suffix(".pdf")) for file in files]


def _printed(pdf: Path) -> list[str]:
    done = subprocess.run([str(PDF_TEXT), "-layout", pdf, "-"], check=True, capture_output=True, text=True)
    return done.stdout.rstrip("\f").split("\f")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_a_bulletin_has_numbered_pages(place: Workspace, profile: str) -> None:
    found = pages(place, profile, "bulletin.docx", "bulletin", "--week", "2016-W13", "--as-of", "2016-04-15")
    assert len(found) > 1
    for number, page in enumerate(found, start=1):
        last, anchor = page.rstrip().splitlines()[-2:]
        assert squeezed(last) == f"—{number}—"
        assert re.match("台账24:[0-9a-f]{12}$", squeezed(anchor))  # small, in the foot alone
        # The page number is on the right of odd pages and on the left of even pages.
        assert (len(last) - len(last.lstrip()) > 20) == (number % 2 == 1)
        assert [line for line in page.splitlines() if line.lstrip().startswith(("、", "，", "。"))] == []
    whole = squeezed("".join(found))
    for said in ("经开区城市精细化管理20项重点工作", "一、总体情况", "六、下周到期节点", "2016年4月15日"):
        assert said in whole


@pytest.mark.slow
def test_a_line_has_28_characters(profile: str, tmp_path: Path) -> None:
    """A text in Chinese only: a first line of 26 characters after the indent, then lines of 28."""
    about = About("工作", "zh", "Asia/Shanghai", date(2016, 3, 1), None, None)
    section = Section(lines=("经" * (26 + 28 + 28 + 5),))
    (tmp_path / "note.docx").write_bytes(render(Document("report", about, "情况", {}, (), (section,))))
    lines = "\n".join(converted(tmp_path / "note.docx", profile)).splitlines()
    assert [line.count("经") for line in lines if "经" in line] == [26, 28, 28, 5]


@pytest.mark.slow
def test_a_report_has_its_text_and_figures(place: Workspace, profile: str) -> None:
    whole = squeezed("".join(pages(place, profile, "report.xlsx", "report", "--as-of", "2016-07-15")))
    for said in ("工作任务", "红灯", "12月31日", "41.5%", "智能化交通", "截至2016年7月15日"):
        assert said in whole


@pytest.mark.slow
def test_a_formula_is_shown_and_not_computed(place: Workspace, profile: str) -> None:
    assert "=1+1" in squeezed("".join(pages(place, profile, "log.xlsx", "log")))


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A made-up plan of forty tasks with eleven weeks of reports."""
    made = Workspace(tmp_path_factory.mktemp("forty"))
    forty_tasks.write(made.folder)
    done = made.here("import", "2016.jsonl")
    assert done.code == 0, done
    return made


OF_FORTY = {
    "bulletin": (8, ("bulletin", "--week", "2016-W14", "--as-of", "2016-04-15")),
    "report": (4, ("report", "--as-of", "2016-04-15")),
    "report of a bad day": (4, ("report", "--as-of", "2016-07-15")),
    "report of summer": (4, ("report", "--as-of", "2016-08-20")),
    "report of autumn": (4, ("report", "--as-of", "2016-10-17")),
    "report of the worst day": (4, ("report", "--as-of", "2016-12-31")),
    "today": (9, ("today", "--as-of", "2016-04-14")),
    "handover": (9, ("handover", "--as-of", "2016-04-14")),
    "assess": (2, ("assess", "--month", "2016-03")),
}
"""Report → the greatest number of pages, and its command."""


REAL = (
    ("bulletin", "--week", "2016-W13", "--as-of", "2016-04-15"),
    ("report", "--as-of", "2016-07-15"),
    ("today", "--as-of", "2016-04-15"),
    ("handover", "--as-of", "2016-04-15"),
    ("agenda", "--as-of", "2016-04-15"),
    ("notice", "城镇办", "--as-of", "2016-07-15", "--no", "3"),
    ("show", "1", "--explain", "--as-of", "2016-04-15"),
    ("assess", "--month", "2016-03", "--explain"),
)
"""Documents of the real plan."""

FORTY = (
    *(command for _most, command in OF_FORTY.values()),
    ("agenda", "--as-of", "2016-04-15"),
    ("agenda", "--as-of", "2016-07-15"),
    ("notice", "城镇办", "--as-of", "2016-04-15", "--no", "3"),
    ("rank", "--month", "2016-03", "--as-of", "2016-04-15"),
    ("report", "--group-by", "unit", "--as-of", "2016-04-15"),
    ("report", "--as-of", "2016-04-15", "--known-on", "2016-04-10"),
    ("report", "--tree", "--as-of", "2016-04-15"),
    ("assess", "--month", "2016-03", "--explain"),
    ("assess", "--year", "2016", "--as-of", "2016-12-31"),
    ("log", "--since", "2016-04-01"),
    ("show", "13", "--explain", "--as-of", "2016-04-15"),
    *(("show", str(task), "--as-of", "2016-04-15") for task in range(1, 13)),
)
"""Documents of the plan of forty tasks."""


class Paper(NamedTuple):
    """A document as written (Word) and as printed (PDF)."""

    command: tuple[str, ...]
    file: Path
    pages: list[str]

    @property
    def cells(self) -> str:
        """The text of its tables, with the document's own line breaks."""
        body = docx.Document(str(self.file)).element.body
        return "\n".join(map(_lines, (p for table in body.iter(f"{W}tbl") for p in table.iter(f"{W}p"))))

    @property
    def text(self) -> str:
        """All of its text, with the document's own line breaks."""
        return "\n".join(map(_lines, docx.Document(str(self.file)).element.body.iter(f"{W}p")))

    def words(self) -> list[list[tuple[float, float, str]]]:
        """The words of each page as (points from the left, points from the top, word)."""
        command = [str(PDF_TEXT), "-bbox", str(self.file.with_suffix(".pdf")), "-"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found = r'<word xMin="([\d.]+)" yMin="([\d.]+)" [^>]*>(.*?)</word>'
        return [
            [(float(x), float(y), word) for x, y, word in re.findall(found, page)]
            for page in done.stdout.split("<page ")[1:]
        ]

    def printed(self, option: str, element: str) -> list[str]:
        """The words, or the lines, that `pdftotext` finds on its pages."""
        done = subprocess.run(
            [str(PDF_TEXT), option, self.file.with_suffix(".pdf"), "-"], check=True, capture_output=True, text=True
        )
        found = re.findall(rf"<{element} [^>]*>(.*?)</{element}>", done.stdout, re.DOTALL)
        return [squeezed(html.unescape(re.sub("<[^>]*>", "", one))) for one in found]


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _lines(paragraph: Any) -> str:
    return "".join("\n" if node.tag == f"{W}br" else node.text or "" for node in paragraph.iter(f"{W}t", f"{W}br"))


@pytest.fixture(scope="module")
def papers(place: Workspace, forty: Workspace, profile: str) -> list[Paper]:
    """Many documents of both plans."""
    found: list[Paper] = []
    for made, commands in ((place, REAL), (forty, FORTY)):
        files = [made.folder / f"paper{number}.docx" for number in range(len(commands))]
        for file, command in zip(files, commands, strict=True):
            done = made.here(*command, "-o", file.name)
            assert done.code == 0, done
        found += map(Paper, commands, files, all_converted(files, profile))
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("most", "command"), OF_FORTY.values(), ids=OF_FORTY)
def test_forty_tasks_take_few_pages(most: int, command: tuple[str, ...], papers: list[Paper]) -> None:
    found = next(paper.pages for paper in reversed(papers) if paper.command == command)
    assert len(found) <= most
    for page in found:
        assert len(page.split()) > 20  # no page has a single line
    _is_chinese("".join(found))
    assert "灯、请" not in squeezed("".join(found))  # the request is a separate sentence


@pytest.fixture(scope="module")
def eventful(tmp_path_factory: pytest.TempPathFactory, forty: Workspace) -> Workspace:
    """The plan of forty tasks with problems, decisions and letters as well."""
    made = Workspace(tmp_path_factory.mktemp("eventful"))
    for name in ("tasks.yaml", "2016.jsonl"):
        shutil.copy(forty.folder / name, made.folder)
    assert made.here("import", "2016.jsonl").code == 0
    for task in (2, 3, 6, 9, 10, 14, 17, 22):
        what = f"现场围挡缺失第{task}处，渣土未覆盖"
        due = f"2016-04-0{task % 9 + 1}"
        assert (
            made.here("problem", "open", f"{task}", what, "--unit", "城管局", "--due", due, "--on", "2016-03-25").code
            == 0
        )
    for task in (1, 8, 12, 20):
        what = "由牵头单位一周内拿出倒排工期方案，报领导小组办公室"
        how = ("--meeting", "第8次", "--unit", "住建局", "--due", "2016-04-12", "--on", "2016-04-06")
        assert made.here("decide", what, *how, "--task", f"{task}").code == 0
    letters = ("notice", "--all", "-o", "letters", "--no", "3", "--as-of", "2016-04-07", "--issue")
    assert made.here(*letters).code == 0
    return made


@pytest.mark.slow
def test_a_bulletin_has_few_pages_with_problems_decisions_and_letters(eventful: Workspace, profile: str) -> None:
    most, command = OF_FORTY["bulletin"]
    found = pages(eventful, profile, "bulletin.docx", *command)
    assert len(found) <= most
    whole = squeezed("".join(found))
    assert "项情况见第二部分；2.滨河路跨线桥新建（整改逾期7天）" in whole
    assert "1个问题整改逾期6天，亮黄灯" in whole
    assert whole.count("现场围挡缺失第3处") == 1  # in the table of the problems


@pytest.mark.slow
def test_a_full_page_has_22_lines(papers: list[Paper]) -> None:
    """Each page of prose of a bulletin, but the first and the last one before tables."""
    bulletin = next(paper for paper in reversed(papers) if paper.command == OF_FORTY["bulletin"][1])
    lines = [len([line for line in page.splitlines() if line.strip()]) for page in bulletin.pages]
    below = 2  # the page number and the ledger's head
    assert lines[1:4] == [22 + below] * 3


@pytest.mark.slow
def test_no_figure_is_cut_at_the_end_of_a_line(papers: list[Paper]) -> None:
    for paper in papers:
        printed = [figure for word in paper.printed("-bbox", "word") for figure in FIGURE.findall(word)]
        missing = Counter(FIGURE.findall(paper.text)) - Counter(printed)
        assert missing == Counter(), paper.command


FIGURE = re.compile(r"\d+(?:[.,-]\d+)*%?")


@pytest.mark.slow
def test_no_date_is_cut_in_a_table(papers: list[Paper]) -> None:
    """No line ends within a date."""
    checked = 0
    for paper in papers:
        if paper.command[0] in TABLES:
            lines = paper.printed("-bbox-layout", "line")
            cut = [line for line in lines if re.search(r"月\d{1,2}$|^日(?!协调|期)", line)]
            assert cut == [], paper.command
            checked += len(lines)
    assert checked > 1000


TABLES = ("report", "today", "handover", "assess", "rank", "agenda")
"""The reports with dates in tables."""


@pytest.mark.slow
def test_no_text_is_lost_between_two_pages(papers: list[Paper]) -> None:
    """LibreOffice may lose rows of one line that must not break, so many documents of several pages are tried."""
    for paper in papers:
        lost = Counter(squeezed(paper.text)) - Counter(squeezed("".join(paper.pages)))
        assert lost == Counter(), paper.command


@pytest.mark.slow
def test_no_mark_hangs_beyond_the_text(papers: list[Paper]) -> None:
    """LibreOffice drops some of the punctuation that hangs there."""
    checked = 0
    for paper in papers:
        if paper.command[0] in ("bulletin", "notice"):
            command = [str(PDF_TEXT), "-bbox", str(paper.file.with_suffix(".pdf")), "-"]
            found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            edges = [float(edge) for edge in re.findall(r'<word [^>]*xMax="([\d.]+)"', found)]
            assert max(edges) < _EDGE, paper.command
            checked += len(edges)
    assert checked > 600


_EDGE = 595.3 - 26 / 25.4 * 72 + 2
"""Points from the left edge of a page to the right edge of its text, and a little more."""


@pytest.mark.slow
def test_paper_has_titles_and_is_in_chinese(papers: list[Paper]) -> None:
    """No task by its number alone, no day in digits, no colon after a colon."""
    for paper in papers:
        # What the plan leaves open is listed by task number below the table of all tasks.
        said = (_lines(p).replace("\n", "") for p in docx.Document(str(paper.file)).element.body.iter(f"{W}p"))
        text = squeezed("".join(each for each in said if not re.match(".*待(?:明确|确认)：", each)))
        if paper.command[0] != "assess":  # these have number and title
            assert not re.search(r"第\d+(?:\.\d+)?、\d|任务\d", text), paper.command
        assert "到期未启动：" not in text, paper.command
        if "show" not in paper.command:  # these are the notes of the plan
            _is_chinese("".join(paper.pages))


@pytest.mark.slow
def test_the_most_urgent_things_come_first(papers: list[Paper]) -> None:
    report, bulletin = (
        next(paper for paper in reversed(papers) if paper.command[0] == name and "--group-by" not in paper.command)
        for name in ("report", "bulletin")
    )
    assert "亮红灯" not in report.text
    assert squeezed(report.pages[0]).index("红灯") < squeezed(report.pages[0]).index("序号")
    assert (
        "本期新亮红灯3项：4.老旧小区供水管网更新、17.城区公园绿地新建、30.社区电动车充电桩整治规范。" in bulletin.text
    )


@pytest.mark.slow
def test_the_cells_of_a_row_are_vertically_aligned(papers: list[Paper]) -> None:
    """The number of a task and the day of its last report are both in the middle of their row."""
    checked = 0
    for paper in papers:
        if paper.command[0] == "report" and not {"--group-by", "--known-on"} & {*paper.command}:
            for page in paper.words():
                head = next((y for _x, y, word in page if word == "序号"), 1000)
                page = [each for each in page if head + 12 < each[1] < _FOOT]  # noqa: PLW2901 - in the rows
                first = [y for x, y, word in page if x < _FIRST_COLUMN and re.fullmatch(r"\d+(\.\d+)?", word)]
                last = [
                    y for x, y, word in page if x > _LAST_COLUMN and re.search(r"^\d+$|^\d+月|^–|^-|未明确|领导", word)
                ]
                assert all(min(abs(y - other) for other in last) < 1 for y in first), paper.command
                checked += len(first)
    assert checked > 120


_FIRST_COLUMN, _LAST_COLUMN, _FOOT = 118, 670, 525
"""Points from the left edge of a landscape page, and from its top."""


@pytest.mark.slow
def test_the_cells_of_a_row_of_an_agenda_stand_at_one_height(papers: list[Paper]) -> None:
    """The number and the date are both in the middle of a row with many units."""
    checked = 0
    for paper in papers:
        if paper.command[0] == "agenda":
            for page in paper.words():
                heads = [(x, y, word) for x, y, word in page if word in ("序号", "完成时限")]
                left, right, top = heads[0][0], heads[-1][0], max((y for _x, y, _word in heads[:2]), default=0)
                if [word for _x, _y, word in heads] != ["序号", "完成时限"]:
                    continue  # several tables
                numbers = [y for x, y, word in page if abs(x - left) < _BESIDE and y > top and word.isdigit()]
                dates = sorted(y for x, y, word in page if x > right - 2 * _BESIDE and y > top and "月" in word)
                below = [y for x, y, word in page if x > right - 2 * _BESIDE and y > top and "逾期" in word]
                years = [y for x, y, word in page if x > right - 2 * _BESIDE and y > top and word.endswith("年")]
                pairs = [(a, b) for a in dates for b in below] + [(a, b) for a in years for b in dates]
                middles = [*dates, *((a + b) / 2 for a, b in pairs if 0 < b - a < _BESIDE)]
                assert all(min(abs(y - middle) for middle in middles) < 1 for y in numbers), paper.command
                checked += len(numbers)
    assert checked > 40


_BESIDE = 20


@pytest.mark.slow
def test_notes_never_begin_a_page(papers: list[Paper]) -> None:
    """The notes of a table stand below its last rows."""
    for paper in papers:
        for page in paper.pages:
            first = page.strip().partition("\n")[0].strip()
            assert not first.startswith(("*", "+", "默认权重", "各项为", "等次标准")), paper.command


@pytest.mark.slow
def test_the_explanation_of_a_unit_is_not_broken_between_pages(papers: list[Paper]) -> None:
    explained = next(
        paper for paper in reversed(papers) if "--explain" in paper.command and paper.command[0] == "assess"
    )
    pages = [squeezed(page) for page in explained.pages]
    assert not [page for page in pages if "内容完成率" in page[:14]]  # no table continues on the next page
    assert sum(len(re.findall("[一二三四五六七八九十]、", page)) for page in pages) == 10
    assert len(pages) <= 7


@pytest.mark.slow
def test_a_judgement_is_explained_in_a_table_at_the_end(papers: list[Paper]) -> None:
    explained = [paper for paper in papers if "--explain" in paper.command and paper.command[0] == "show"]
    for paper in explained:
        assert "判定依据和计算" in squeezed(paper.pages[-1])
        assert "（1）" in paper.cells
        assert not re.search(r"yaml| = | / |如何", paper.text)
    assert "差距＝" in explained[-1].cells


@pytest.mark.slow
def test_a_known_on_day_is_written_out_in_word(papers: list[Paper]) -> None:
    [known] = [paper for paper in papers if "--known-on" in paper.command]
    assert "（截至2016年4月15日，据2016年4月10日当时台账）" in squeezed(known.pages[0])


DAYS = ("2016-02-20", "2016-03-31", "2016-04-15", "2016-06-20", "2016-09-01", "2016-12-28")


def letters(of: Workspace, into: Path, name: str, *days: str) -> list[Path]:
    """Write the letters to all units on several days; return the files, named after plan, day and unit."""
    files = []
    for day in days:
        done = of.here("notice", "--all", "-o", f"to-{day}", "--no", "3", "--as-of", day)
        assert done.code == 0, done
        for file in (of.folder / f"to-{day}").glob("*.docx"):
            files.append(into / f"{name}-{day}-{file.name}")
            shutil.copy(file, files[-1])
    return files


@pytest.fixture(scope="module")
def sent(
    place: Workspace, forty: Workspace, profile: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[str]]:
    """The pages of the letters of both plans, by plan, day and unit; LibreOffice starts once."""
    folder = tmp_path_factory.mktemp("sent")
    files = [*letters(forty, folder, "forty", *DAYS), *letters(place, folder, "real", *DAYS)]
    return dict(zip([file.stem for file in files], all_converted(files, profile), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("day", DAYS)
def test_a_letter_has_at_most_three_pages(day: str, sent: dict[str, list[str]]) -> None:
    """Every unit, all year round, of both plans."""
    found = [(name, pages) for name, pages in sent.items() if name.startswith((f"forty-{day}", f"real-{day}"))]
    assert len(found) >= 10
    for name, printed in found:
        assert len(printed) <= 3, name
        _is_chinese("".join(printed))
        receipt = squeezed(printed[-1])
        assert receipt.startswith("附件督办事项"), name
        assert "单位（盖章）：主要负责人：日期：" in receipt, name
    assert "示督〔2016〕10号" in squeezed("".join("".join(printed) for _name, printed in found))


WORKS = ("城区道路照明节能改造", "东区雨污分流管网改造", "高速公路出入口接驳道路整治提升", "社区养老服务站建设")


def busy(folder: Path, tasks: int, problems: int) -> Workspace:
    """A unit that answers for all tasks, with sub-tasks, milestones and many open problems."""
    made = Workspace(folder)
    lines = ["title: 重点工作", "year: 2016", "issuer: 领导小组办公室", "code: 示督", "masthead: 领导小组办公室文件"]
    lines += ["copy_to: [领导小组组长, 督查室]", "contacts: {领导小组办公室: 0371-60000000}", "tasks:"]
    for n in range(1, tasks + 1):
        due = date(2016, 3, 1) + timedelta(days=n * 9 % 280)
        steps = "".join(
            f"{{id: m{m}, title: 完成第{m}段, deadline: 2016-0{m + 2}-{n % 28 + 1:02}}}, " for m in (1, 2, 3)
        )
        parts = "".join(
            f"{{id: {n}.{m}, title: {place}片区工程, lead_unit: 住建局}}, " for m, place in enumerate("东西北")
        )
        measure = ("", f"milestones: [{steps}]", f"measure: subtasks, subtasks: [{parts}]")[n % 3]
        lines.append(f"- {{id: {n}, title: {WORKS[n % 4]}{n}期, lead_unit: 住建局, deadline: {due}, {measure}}}")
    (folder / "tasks.yaml").write_text("\n".join(lines), "utf-8")
    opened = [
        {
            "key": f"p{n}",
            "by": "科员甲",
            "received": "2016-03-20",
            "on": "2016-03-20",
            "kind": "problem",
            "task": f"{n % tasks + 1}",
            "note": f"施工便道未硬化，雨天泥水横流，车辆冲洗设施停用（{n}）",
            "responsible": "住建局",
            "deadline": f"2016-04-{n % 30 + 1:02}",
        }
        for n in range(problems)
    ]
    (folder / "problems.jsonl").write_text("\n".join(json.dumps(one) for one in opened), "utf-8")
    if problems:
        assert made.here("import", "problems.jsonl").code == 0
    return made


BUSY = [(9, 0), (10, 40), (24, 0), (24, 40), (60, 120), (1, 60)]


@pytest.fixture(scope="module")
def sent_to_busy_units(profile: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The pages of letters to units with many tasks and problems."""
    folder, files = tmp_path_factory.mktemp("sent"), list[Path]()
    for tasks, problems in BUSY:
        made = busy(tmp_path_factory.mktemp("busy"), tasks, problems)
        files += letters(made, folder, f"{tasks}with{problems}", "2016-04-10", "2016-06-20", "2016-12-28")
    return dict(zip([file.stem for file in files], all_converted(files, profile), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(("tasks", "problems"), BUSY)
def test_a_letter_to_a_busy_unit_has_three_pages_too(
    tasks: int, problems: int, sent_to_busy_units: dict[str, list[str]]
) -> None:
    found = [(name, pages) for name, pages in sent_to_busy_units.items() if name.startswith(f"{tasks}with{problems}-")]
    assert found
    for name, printed in found:
        assert len(printed) <= 3, name
        assert "单位（盖章）：主要负责人：日期：" in squeezed(printed[-1]), name
        assert "抄送：领导小组组长，督查室。" in squeezed(printed[-1]), name
        assert "领导小组办公室2016年" in squeezed(printed[-2]), name


@pytest.mark.slow
def test_no_line_ends_in_a_day_or_before_a_unit(papers: list[Paper], forty: Workspace, profile: str) -> None:
    """Prose too: bulletins, letters, minutes. There a full line may end behind a month."""
    what = "协调{}管线迁改，4月23日前完成1.6亿元投资，第3号标段15天内进场，电话0371-60000000"
    for number in range(26):
        given = ("--unit", "住建局", "--meeting", "第9次", "--on", "2016-04-12")
        assert forty.here("decide", what.format("经" * number), *given).code == 0
    written = ("minutes.docx", "minutes", "--meeting", "第9次")
    minutes = Paper(("minutes",), forty.folder / "minutes.docx", pages(forty, profile, *written))
    checked = 0
    for paper in (*papers, minutes):
        lines = [line for line in paper.printed("-bbox-layout", "line") if not re.match("台账|—[0-9]+—", line)]
        for line, following in pairwise(lines):
            cut = re.search(rf"第$|^.{{,{FULL}}}\d月$|0371-$", line) or (
                line[-1:].isdigit() and re.match(UNIT, following)
            )
            assert not cut, (paper.command, line, following)
        checked += len(lines)
    assert checked > 3000
    said = re.sub("—[0-9]+—台账[0-9]+:[0-9a-f]{12}", "", squeezed("".join(minutes.pages)))
    assert said.count("4月23日前完成1.6亿元投资，第3号标段15天内进场，电话0371-60000000。") == 26


FULL = 20
"""The most characters of a line of a cell that ends with a figure and 月; full lines of prose have more."""
UNIT = "[年月号天项个期]|日(?!期)|[万亿]元|平方米|百分点"


def _is_chinese(text: str) -> None:
    """No ISO date, no command, and no word in Latin letters but the head of the ledger."""
    assert not re.search(r"(?:19|20)\d\d-\d\d", text)
    without_anchor = re.sub("台账 [0-9]+:[0-9a-f]{12}", "", text)
    assert re.findall("[A-Za-z#]+", without_anchor) == []
