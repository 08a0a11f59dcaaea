"""Word documents follow GB/T 9704-2012. The numbers of the standard are repeated here; the XML is read independently.

The recorded figures and units are invented.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import serialize_for_reading

from effort import mostly_slow
from hostile import NASTY, small
from jingkai_cli.formats.word import render
from jingkai_cli.formats.word.gbt9704 import CHINESE, TEXT_WIDTH
from jingkai_cli.formats.word.tables import table
from jingkai_cli.formats.word.xml import prose, runs, spreads
from jingkai_cli.reports.document import About, Column, Document, Section, Table
from jingkai_cli.text import visible
from running import Workspace, workspace

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
MM = 1440 / 25.4
"""Twips in a millimetre."""
COMMANDS = {
    "bulletin": ("bulletin", "--week", "2016-W13", "--as-of", "2016-04-15"),
    "notice": ("notice", "城镇办", "--no", "3", "--as-of", "2016-07-15"),
    "rank": ("rank", "--month", "2016-03", "--as-of", "2016-04-15"),
    "assess": ("assess", "--month", "2016-03"),
    "report": ("report", "--as-of", "2016-07-15"),
    "show": ("show", "15", "--as-of", "2016-07-15"),
    "log": ("log", "--until", "2016-04-01"),
}
SIDEWAYS = ("report", "assess", "log")
"""Commands with a table of seven columns or more, whose page is in landscape."""
LETTERHEAD = "issuer: 领导小组办公室\nsend_to: [各牵头单位]\ncopy_to: [督查室]\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = workspace(tmp_path_factory.mktemp("docx"), recorded=True)
    plan = made.folder / "tasks.yaml"
    plan.write_text(plan.read_text("utf-8").replace("language: zh\n", f"language: zh\n{LETTERHEAD}"), "utf-8")
    for words in (
        ("record", "15", "41.5", "-m", "=1+1\x1b[31m\x0bx", "--on", "2016-03-29", "--from", "城镇办"),
        ("record", "10", "投资=1.2亿元", "--on", "2016-03-31", "--from", "明湖办事处"),
        (
            "problem",
            "open",
            "7",
            "占道经营,未清理",
            "--unit",
            "祥云办事处",
            "--due",
            "2016-03-20",
            "--on",
            "2016-03-10",
        ),
        ("score", "城镇办", "92.5", "--month", "2016-03", "--on", "2016-03-31", "--by", "评委甲"),
        ("score", "执法局", "85", "--month", "2016-03", "--on", "2016-03-31", "--by", "评委甲"),
    ):
        assert made.here(*words).code == 0
    return made


@cache
def written(place: Workspace, *command: str, **environ: str) -> bytes:
    """The file that a command writes."""
    done = place.here(*command, "-o", "x.docx", **environ)
    assert (done.code, done.out) == (0, ""), done
    return (place.folder / "x.docx").read_bytes()


def part(content: bytes, name: str) -> ET.Element:
    with ZipFile(BytesIO(content)) as archive:
        return ET.fromstring(archive.read(name))  # noqa: S314 - our own file


def value(element: ET.Element | None, path: str, name: str = "val") -> str | None:
    found = None if element is None else element.find("/".join(f"{W}{step}" for step in path.split("/")))
    return None if found is None else found.get(f"{W}{name}")


def numbers(element: ET.Element, *names: str) -> list[int]:
    return [int(element.get(f"{W}{name}", "")) for name in names]


def text(element: ET.Element) -> str:
    return "".join(piece.text or "" for piece in element.iter(f"{W}t"))


def faces(element: ET.Element) -> set[tuple[str, float]]:
    """The Chinese face and the size in points of every run, after a check that all four faces are named."""
    found = set()
    for run in element.iter(f"{W}r"):
        fonts = run.find(f"{W}rPr/{W}rFonts")
        assert fonts is not None, text(run)
        names = {fonts.get(f"{W}{name}") for name in ("ascii", "hAnsi", "eastAsia", "cs")}
        assert len(names) == 1, names
        size, size_of_others = value(run, "rPr/sz"), value(run, "rPr/szCs")
        assert size == size_of_others
        found.add((str(names.pop()), int(size or 0) / 2))
    return found


def paragraphs(content: bytes) -> Iterator[ET.Element]:
    """The paragraphs of the body, without those in tables."""
    body = part(content, "word/document.xml").find(f"{W}body")
    assert body is not None
    return (child for child in body if child.tag == f"{W}p")


def titled(content: bytes, title: str) -> ET.Element:
    return next(one for one in paragraphs(content) if text(one).startswith(title))


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_the_page_is_a4_with_margins_and_a_grid(command: tuple[str, ...], place: Workspace) -> None:
    (section,) = part(written(place, *command), "word/document.xml").iter(f"{W}sectPr")
    size, margins, grid = (section.find(f"{W}{name}") for name in ("pgSz", "pgMar", "docGrid"))
    assert size is not None
    assert margins is not None
    sides = ("top", "bottom", "left", "right")
    if command[0] in SIDEWAYS:  # turned clockwise: the binding edge is above
        sides = ("right", "left", "top", "bottom")
    assert sorted(numbers(size, "w", "h")) == [11906, 16838]
    assert (numbers(size, "w", "h")[0] > numbers(size, "w", "h")[1]) == (command[0] in SIDEWAYS)
    assert numbers(margins, *sides) == [2098, 1980, 1587, 1474]
    assert [round(n / MM) for n in numbers(margins, *sides)] == [37, 35, 28, 26]
    assert (round((11906 - 1587 - 1474) / MM), round((16838 - 2098 - 1980) / MM)) == (156, 225)
    if command[0] in SIDEWAYS:
        assert grid is None
        return
    assert grid is not None
    assert grid.get(f"{W}type") == "linesAndChars"
    assert numbers(grid, "linePitch", "charSpace") == [580, -848]
    assert 22 * 580 == 16838 - 2098 - 1980


def test_a_page_has_22_lines_of_28_characters(place: Workspace) -> None:
    for one in paragraphs(written(place, *COMMANDS["bulletin"])):
        spacing = one.find(f"{W}pPr/{W}spacing")
        assert spacing is not None
        assert spacing.get(f"{W}lineRule") == "exact"
        (line,) = numbers(spacing, "line")
        if line in (160, 100):  # the gaps below and above a table
            assert not text(one)
            continue
        assert (16838 - 2098 - 1980) // line == 22
        for run in one.iter(f"{W}r"):
            if value(run, "rPr/sz") == "32":
                pitch = 16 * 20 + int(value(run, "rPr/spacing") or 0)
                assert (11906 - 1587 - 1474) // pitch == 28


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_every_run_names_its_faces(command: tuple[str, ...], place: Workspace) -> None:
    content = written(place, *command)
    allowed: set[tuple[str, float]] = {
        ("方正小标宋简体", 22),
        ("黑体", 16),
        ("仿宋", 16),
        ("楷体", 16),
        ("仿宋", 14),
        ("黑体", 12),
        ("仿宋", 12),
    }
    allowed |= {("宋体", 7.5)}  # the gap below a table
    small = {(face, size) for face in ("黑体", "仿宋") for size in (10.5, 9)}  # in tables that are wide
    body = part(content, "word/document.xml")
    for drawn in [one for one in body.iter(f"{W}p") if value(one, "pPr/spacing", "line") == "200"]:
        drawn.clear()  # drawings in characters are in a font of fixed width
    assert faces(body) <= allowed | small
    assert ("方正小标宋简体", 22) in faces(body)


def test_title_body_and_levels(place: Workspace) -> None:
    content = written(place, *COMMANDS["bulletin"], LANG="zh_CN.UTF-8")
    title = titled(content, "经开区城市精细化管理20项重点工作")
    assert (faces(title), value(title, "pPr/jc")) == ({("方正小标宋简体", 22.0)}, "center")
    headings = [one for one in paragraphs(content) if value(one, "pPr/outlineLvl") == "0"]
    assert [text(one)[:2] for one in headings] == ["一、", "二、", "三、", "四、", "五、", "六、"]
    for heading in headings:
        assert faces(heading) == {("黑体", 16.0)}
        assert value(heading, "pPr/ind", "firstLineChars") == "200"
        assert heading.find(f"{W}pPr/{W}keepNext") is not None
    line = titled(content, "3月28日至4月3日")
    assert faces(line) == {("仿宋", 16.0)}
    assert value(line, "pPr/ind", "firstLineChars") == "200"
    assert value(line, "pPr/ind", "firstLine") == "630"  # twice a 28th of the line


def test_lower_levels_have_their_faces() -> None:
    """Numbered paragraphs, as offices write them."""
    about = About("工作", "zh", "Asia/Shanghai", date(2016, 3, 1), None, None)
    section = Section(lines=("（一）总体要求。坚持分级负责。", "1.落实责任", "（1）明确到人", "一般说明"))
    content = render(Document("report", about, "情况", {}, (), (section,)))
    second = titled(content, "（一）总体要求")
    said = [(text(run), value(run, "rPr/rFonts", "eastAsia")) for run in second.iter(f"{W}r")]
    assert said == [("（一）总体要求。", "楷体"), ("坚持分级负责。", "仿宋")]
    for start, level in (("1.落实责任", "2"), ("（1）明确到人", "3"), ("一般说明", None)):
        one = titled(content, start)
        assert (faces(one), value(one, "pPr/outlineLvl")) == ({("仿宋", 16.0)}, level)


def test_page_numbers_are_on_the_outer_side_between_dashes(place: Workspace) -> None:
    content = written(place, *COMMANDS["report"])
    assert part(content, "word/settings.xml").find(f"{W}evenAndOddHeaders") is not None
    body, relations = part(content, "word/document.xml"), part(content, "word/_rels/document.xml.rels")
    files = {relation.get("Id"): relation.get("Target") for relation in relations}
    names = {reference.get(f"{W}type"): files[reference.get(R_ID)] for reference in body.iter(f"{W}footerReference")}
    (margins,) = body.iter(f"{W}pgMar")
    for kind, side in (("default", "right"), ("even", "left")):
        footer = part(content, f"word/{names[kind]}")
        one, anchor = footer.iter(f"{W}p")
        assert (faces(anchor), re.match("台账 [1-9][0-9]*:[0-9a-f]{12}$", text(anchor)) is not None) == (
            {("宋体", 7.5)},
            True,
        )
        below = int(value(anchor, "pPr/spacing", "line") or 0)
        assert value(one, "pPr/jc") == side
        assert value(one, "pPr/ind", f"{side}Chars") == "100"
        assert faces(one) == {("宋体", 14.0)}
        assert text(one) == "— 1 —"
        assert [code.text for code in one.iter(f"{W}instrText")] == ["PAGE"]
        spacing = one.find(f"{W}pPr/{W}spacing")
        assert spacing is not None
        (line,), (distance,) = numbers(spacing, "line"), numbers(margins, "footer")
        assert spacing.get(f"{W}lineRule") == "exact"
        below_text = next(numbers(margins, side)[0] for side in ("bottom",))
        assert round((below_text - distance - below - line / 2) / MM) == 7  # the dash is centred in its line


def test_issuer_and_date_are_signed_four_characters_from_the_right(place: Workspace) -> None:
    content = written(place, *COMMANDS["bulletin"])
    date = titled(content, "2016年4月15日")
    assert (value(date, "pPr/jc"), value(date, "pPr/ind", "rightChars")) == ("right", "400")
    issuer = titled(content, "领导小组办公室")
    # 7 characters above the 6½ of the date (its digits are half a character wide): indented a quarter less
    assert (value(issuer, "pPr/jc"), value(issuer, "pPr/ind", "rightChars")) == ("right", "375")
    assert issuer.find(f"{W}pPr/{W}keepNext") is not None


def test_a_letter_has_a_number_and_an_addressee(place: Workspace) -> None:
    content = written(place, *COMMANDS["notice"], LANG="C.UTF-8")
    number = next(one for one in paragraphs(content) if "督办等级" in text(one))
    assert value(number, "pPr/jc") == "center"
    assert re.search("2016.*3", text(number))
    greeting = titled(content, "城镇办：")
    assert value(greeting, "pPr/ind", "firstLineChars") == "0"


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_tables_are_as_wide_as_the_text_and_repeat_their_header(command: tuple[str, ...], place: Workspace) -> None:
    tables = list(part(written(place, *command), "word/document.xml").iter(f"{W}tbl"))
    assert tables
    for one in tables:
        widths = [numbers(column, "w")[0] for column in one.iter(f"{W}gridCol")]
        assert sum(widths) == (16838 - 2098 - 1980 if command[0] in SIDEWAYS else 11906 - 1587 - 1474)
        assert value(one, "tblPr/tblLayout", "type") == "fixed"
        rows = one.findall(f"{W}tr")
        titles = faces(rows[0])
        if {face for face, _ in titles} == {"黑体"}:
            assert rows[0].find(f"{W}trPr/{W}cantSplit") is not None
            assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
        assert all(row.find(f"{W}trPr/{W}tblHeader") is None for row in rows[1:])


def test_a_coloured_lamp_is_also_a_word(place: Workspace) -> None:
    shaded = 0
    for name in ("report", "bulletin"):
        for cell in part(written(place, *COMMANDS[name]), "word/document.xml").iter(f"{W}tc"):
            if value(cell, "tcPr/shd", "fill") is not None:
                shaded += 1
                assert text(cell).strip()
    assert shaded > 20


def test_user_text_is_quoted_unchanged(place: Workspace) -> None:
    log = text(part(written(place, *COMMANDS["log"]), "word/document.xml"))
    assert "=1+1\\x1b[31m\\x0bx" in log
    assert "占道经营,未清理" in log


@pytest.mark.parametrize("note", mostly_slow(note for note in NASTY if note.strip()))
def test_text_stays_text(note: str, tmp_path: Path) -> None:
    place = small(tmp_path)
    assert place.here("record", "12", "-m", note, "--on", "2016-03-01", "--by", note).code == 0
    content = written(place, "log")
    assert visible(note).replace("\n", "").replace("\t", " ") in text(part(content, "word/document.xml"))


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_the_same_document_twice_is_the_same_file(command: tuple[str, ...], place: Workspace) -> None:
    once = written(place, *command)
    assert once == written.__wrapped__(place, *command)
    with ZipFile(BytesIO(once)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "docProps/thumbnail.jpeg" not in archive.namelist()


def test_a_report_is_in_the_language_of_its_plan(place: Workspace) -> None:
    assert written(place, *COMMANDS["report"]) == written(place, *COMMANDS["report"], LANG="zh_CN.UTF-8")


def test_an_english_document_has_the_same_page_in_plain_faces(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    plan = tmp_path / "tasks.yaml"
    plan.write_text(plan.read_text("utf-8").replace("language: zh", "language: en"), "utf-8")
    content = written(place, *COMMANDS["report"], LANG="zh_CN.UTF-8")
    body = part(content, "word/document.xml")
    (margins,) = body.iter(f"{W}pgMar")
    assert numbers(margins, "right", "left", "top", "bottom") == [2098, 1980, 1587, 1474]
    fonts = {fonts.get(f"{W}ascii") for fonts in body.iter(f"{W}rFonts")}
    assert fonts == {"Times New Roman"}
    assert "Progress of the work" in text(body)
    assert value(titled(content, "20\u00a0tasks"), "pPr/ind", "firstLineChars") == "0"


def test_fonts_have_substitutes(place: Workspace) -> None:
    table = part(written(place, *COMMANDS["report"]), "word/fontTable.xml")
    others = {font.get(f"{W}name"): value(font, "altName") or "" for font in table}
    assert {"方正小标宋简体", "仿宋", "楷体", "黑体", "宋体"} <= set(others)
    assert {"小标宋", "宋体"} <= set(others["方正小标宋简体"].split(","))
    assert "仿宋_GB2312" in others["仿宋"]


def test_a_receipt_is_below_the_signature(place: Workspace) -> None:
    """The receipt is cut off and sent back."""
    said = [text(one) for one in paragraphs(written(place, *COMMANDS["notice"]))]
    slip = said.index("督办事项办理回执")
    assert said.index("2016年7月15日") < said.index("附件") < slip
    assert "附件：督办事项办理回执" in said
    assert [line for line in said[slip:] if "单位（盖章）" in line]


def test_a_signature_is_never_alone_on_a_page(place: Workspace) -> None:
    """Paragraphs are kept together from the last line of the text to the date."""
    blocks = list(paragraphs(written(place, *COMMANDS["notice"])))
    (signed,) = [number for number, one in enumerate(blocks) if text(one) == "2016年7月15日"]
    last = max(number for number, one in enumerate(blocks[:signed]) if text(one).endswith("。"))
    assert text(blocks[last + 2]).startswith("附件：")  # the line of attachments is not part of the text
    assert all(one.find(f"{W}pPr/{W}keepNext") is not None for one in blocks[last:signed])


@pytest.mark.parametrize("file", ["s.docx", "s.html"])
def test_a_task_on_paper_has_no_numbers_of_entries(file: str, tmp_path: Path) -> None:
    made = workspace(tmp_path, recorded=True)
    for words in (
        (
            "problem",
            "open",
            "7",
            "3号楼#5单元占道经营",
            "--unit",
            "执法局",
            "--due",
            "2016-03-20",
            "--on",
            "2016-03-10",
        ),
        ("problem", "fix", "24", "--on", "2016-03-18"),
        ("retract", "25", "-m", "误录"),
        ("problem", "fix", "24", "--on", "2016-03-19", "-m", "已清理"),
        ("problem", "verify", "24", "--verifier", "督查室", "--on", "2016-03-20"),
    ):
        done = made.here(*words)
        assert done.code == 0, done
    shown = ("show", "7", "--as-of", "2016-07-15")
    assert made.here(*shown, "-o", file, LANG="zh_CN.UTF-8").code == 0
    content = (tmp_path / file).read_bytes()
    if file.endswith(".docx"):
        said = "\n".join(node.text or "" for node in part(content, "word/document.xml").iter(f"{W}t"))
    else:
        said = re.sub(r"<style>.*</style>|<footer>.*</footer>|<[^>]*>", "\n", content.decode(), flags=re.DOTALL)
    assert "3号楼#5单元占道经营" in said  # what was typed stays
    assert "已撤销" in said
    assert not re.findall(r"#\d+(?!单元)|\b(?:raids|cleared)\b", said)
    if file.endswith(".docx"):
        tables = docx.Document(str(tmp_path / file)).tables
        assert {"序号", "记录号", "指标及代号"}.isdisjoint(table.rows[0].cells[0].text for table in tables)
    on_screen = made.here(*shown, COLUMNS="200", LANG="zh_CN.UTF-8").out
    assert all(f"#{number}" in on_screen for number in (24, 26))
    assert "记录号" in on_screen


@pytest.mark.parametrize("file", ["a.docx", "a.html"])
def test_the_points_of_a_unit_on_paper_name_each_task_by_its_title(file: str, tmp_path: Path) -> None:
    """Points for a milestone or an indicator have its task's number and title, and no entry numbers."""
    plan = (
        "title: 重点工作\nyear: 2016\nlanguage: zh\ntasks:\n"
        "  - {id: 4, title: 机场绿化, lead_unit: 城镇办, deadline: 2016-12-31,\n"
        "     milestones: [{id: m, title: 完成设计, deadline: 2016-03-10}],\n"
        "     indicators: [{id: invested, name: 完成投资, unit: 亿元, target: 5, monthly: {2016-03: 1}}]}\n"
    )
    (tmp_path / "tasks.yaml").write_text(plan, "utf-8")
    made = Workspace(tmp_path)
    for words in (("reach", "4", "m", "--on", "2016-03-09"), ("record", "4", "invested=0.5", "--on", "2016-03-31")):
        assert made.here(*words).code == 0
    shown = ("assess", "--month", "2016-03", "--explain")
    assert made.here(*shown, "-o", file, LANG="zh_CN.UTF-8").code == 0
    content = (tmp_path / file).read_bytes()
    if file.endswith(".docx"):
        said = "\n".join(map(text, part(content, "word/document.xml").iter(f"{W}p")))
    else:
        content = re.sub(rb"</?(?:time|data)>", b"", content)
        said = re.sub(r"<style>.*</style>|<footer>.*</footer>|<[^>]*>", "\n", content.decode(), flags=re.DOTALL)
    assert "任务4 机场绿化：完成设计，时限3月10日，3月9日按期完成" in said
    assert "任务4 机场绿化 3月份完成投资，计划1亿元，实际5000万元" in said
    assert not re.findall(r"#\d+|\d{4}-\d\d-\d\d", said)
    assert "（#1）" in made.here(*shown, LANG="zh_CN.UTF-8").out


def test_a_task_on_paper_has_its_course_in_a_table_and_no_drawing(place: Workspace) -> None:
    for day, value_ in (("2016-03-31", "20"), ("2016-06-30", "45")):
        assert place.here("record", "12", value_, "--on", day).code == 0
    assert place.here("show", "12", "--as-of", "2016-07-15", "-o", "s.docx").code == 0
    found = docx.Document(str(place.folder / "s.docx"))
    [course] = [t for t in found.tables if [cell.text for cell in t.rows[0].cells] == ["日期", "实际进度"]]
    assert [[cell.text for cell in row.cells] for row in course.rows] == [
        ["日期", "实际进度"],
        ["3月31日", "20%"],
        ["4月30日", "20%"],
        ["5月31日", "20%"],
        ["6月30日", "45%"],
        ["7月15日", "45%"],
    ]
    said = "\n".join(node.text or "" for node in found.element.body.iter(f"{W}t"))
    assert not re.search(r"\d{4}-\d\d|[█│─·]", said)
    # LibreOffice loses some one-line rows at the end of a page if they must not break.
    assert [row for row in course._tbl.tr_lst[1:] if row.find(f"{W}trPr/{W}cantSplit") is not None] == []  # noqa: SLF001


def runs_of(said: str, mark: str = "") -> list[ET.Element]:
    return [ET.fromstring(serialize_for_reading(one)) for one in runs(CHINESE.body, said, mark)]  # noqa: S314 - our own


def symbols(said: str, mark: str = "") -> list[str | None]:
    """The codes of the hidden characters."""
    return [value(one, "sym", "char") for one in runs_of(said, mark) if one.find(f"{W}sym") is not None]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("协调管线，4月23日前完成", ["4", "月", "23", "日"]),
        ("截至5月", ["5", "月"]),
        ("时限4月30日*", ["4", "月", "30", "日", "*"]),
        ("逾期15天未报", ["15", "天"]),
        ("投入1.6亿元。", ["1.6", "亿", "元"]),
        ("落实到第3号标段", ["第", "3", "号"]),
        ("其中10.架空线缆入地", ["10.", "架"]),
        ("电话0371-60000000。", ["0371-", "60000000"]),
        ("经开督〔2016〕3号", ["〔", "2016", "〕", "3", "号"]),
        ("滞后12.5个百分点", ["12.5", "个"]),
        ("完成28万平方米。", ["28", "万"]),
        ("，失7分……等4项", ["失", "7", "分", "……", "等", "4", "项"]),
        ("，逾期未报……等4项", ["报", "……", "等", "4", "项"]),
        ("为1—2月份情况", ["1", "—", "2", "月", "份"]),
    ],
)
def test_text_that_must_stay_on_a_line_is_joined_by_hidden_characters(said: str, kept: list[str]) -> None:
    made = runs_of(said)
    parts = [one for one in made if one.find(f"{W}rPr/{W}lang") is not None]
    joiners = [one for one in made if one.find(f"{W}sym") is not None and value(one, "sym", "char") == "2060"]
    assert "".join(node.text or "" for one in made for node in one.iter(f"{W}t")) == said  # it can be searched
    assert ["".join(node.text or "" for node in one.iter(f"{W}t")) for one in parts if one not in joiners] == kept
    assert len(joiners) == len(kept) - 1
    assert all(one.find(f"{W}rPr/{W}vanish") is not None for one in joiners)
    assert {value(one, "rPr/lang", "eastAsia") for one in parts} == {"en-US"}


def test_a_mark_before_a_figure_is_followed_by_a_place_to_break() -> None:
    """LibreOffice drops a mark at the end of a line before a run of English."""
    assert symbols("未报。36天") == ["200B", "2060"]
    assert symbols("3月份", "。")[0] == "200B"
    assert symbols("未报36") == []


def test_a_line_may_end_between_a_year_and_its_month() -> None:
    """A whole date would leave a gap of seven characters in the line before it."""
    assert symbols("完成时限2016年4月20日") == ["2060"] * 4
    parts = ["".join(node.text or "" for node in one.iter(f"{W}t")) for one in runs_of("完成时限2016年4月20日")]
    assert parts[parts.index("年") + 1] == "4"


def test_a_line_of_prose_may_end_between_a_month_and_its_day() -> None:
    """In a justified line the day would leave a gap; in a cell of a table it stays with its month."""
    said = "时限4月20日"
    codes = [
        mark.get(qn("w:char")) for made in prose(CHINESE.body, said, ending="月") for mark in made.iter(qn("w:sym"))
    ]
    assert codes == ["2060", "200B", "2060"]
    assert symbols(said) == ["2060"] * 3


def test_a_paragraph_is_not_justified_if_that_would_spread_a_line() -> None:
    assert not spreads("经" * 100, 200)
    assert not spreads("经" * 10 + "逾期24项）；" + "经" * 40, 200)
    assert spreads("经" * 23 + "2016年12月31日；" + "经" * 40, 200)
    assert spreads("经" * 20 + "逾期24项）；" + "经" * 40, 200)  # LibreOffice moves 24项）； down


def test_word_keeps_dates_together_by_its_own_rules(place: Workspace) -> None:
    settings = part(written(place, *COMMANDS["notice"]), "word/settings.xml")
    assert {"年", "月", "日", "号", "，", "。"} <= set(value(settings, "noLineBreaksBefore") or "")
    assert {"第", "月", "（"} <= set(value(settings, "noLineBreaksAfter") or "")


def test_the_title_of_an_attachment_stands_on_the_third_line(place: Workspace) -> None:
    body = docx.Document(BytesIO(written(place, *COMMANDS["notice"]))).paragraphs
    [first] = [number for number, paragraph in enumerate(body) if paragraph.text == "附件"]
    assert [paragraph.text for paragraph in body[first : first + 3]] == ["附件", "", "督办事项办理回执"]


def test_a_task_with_sub_tasks_and_notes_is_printed_upright(tmp_path: Path) -> None:
    subtask = "subtasks: [{id: 1.1, title: 东片区工程, lead_unit: 住建局, deadline: 2016-02-01}]"
    task = f"id: 1, title: 停车场, lead_unit: 住建局, deadline: 2016-12-31, notes: [月份未写明], {subtask}"
    (tmp_path / "tasks.yaml").write_text(f"title: 工作\ntasks: [{{{task}}}]\n", "utf-8")
    content = part(written(Workspace(tmp_path), "show", "1", "--as-of", "2016-03-01"), "word/document.xml")
    assert value(content.find(f".//{W}sectPr"), "pgSz", "w") == "11906"
    cells = ["".join(node.text or "" for node in cell.iter(f"{W}t")) for cell in content.iter(f"{W}tc")]
    assert "1.1 东片区工程" in cells
    assert cells[cells.index("月份未写明") - 1] == "1"


def test_what_a_wide_report_leaves_open_is_in_small_type(place: Workspace) -> None:
    content = written(place, *COMMANDS["report"])
    ((_face, size),) = faces(titled(content, "完成时限待确认"))
    assert size < 16


def kept_rows(columns: tuple[Column, ...], rows: tuple[tuple[str, ...], ...], **around: Any) -> list[bool]:
    """For each row below the titles, whether it stays on the page of the next one."""
    made = table(Table(columns, rows), CHINESE, TEXT_WIDTH, within=True, **around)
    return [next(row.iter(qn("w:keepNext")), None) is not None for row in made.findall(qn("w:tr"))[1:]]


def test_the_rows_of_a_merged_cell_stay_on_one_page() -> None:
    """On the next page the cell would have no text."""
    columns = (Column("考核内容", merged=True), Column("内容", wraps_from=10))
    rows = [(name if number == 0 else "", f"第{number}项") for name in ("进度", "按期完成") for number in range(20)]
    kept = kept_rows(columns, tuple(rows), followed=True)
    assert kept[:19] == [True] * 19
    assert kept[19] is False


@pytest.mark.parametrize(("notes", "last"), [((), 4), (("说明",), 2)])
def test_fewer_last_rows_stay_with_notes_and_text_below(notes: tuple[str, ...], last: int) -> None:
    kept = kept_rows((Column("内容"),), tuple((f"第{number}项",) for number in range(40)), followed=True, notes=notes)
    assert kept[:40].count(True) == 1 + last  # the first row stays with the second


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("围合区域大棚户区征迁改造", ["1.围合区域大棚户区征迁改造"]),
        (
            "枢纽立交、高速公路出入口、互通区及接驳道路整治提升",
            ["1.枢纽立交、高速公路出入口、", "互通区及接驳道路整治提升"],
        ),
        (
            "机场高速、京港澳高速及机场城际铁路两侧绿化、亮化、整治提升",
            ["1.机场高速、京港澳高速", "及机场城际铁路两侧绿化、", "亮化、整治提升"],
        ),
    ],
)
def test_a_title_breaks_between_words(title: str, lines: list[str], tmp_path: Path) -> None:
    task = f"id: 1, title: {title}, lead_unit: 住建局, deadline: 2016-12-31"
    (tmp_path / "tasks.yaml").write_text(f"title: 工作\ntasks: [{{{task}}}]\n", "utf-8")
    content = part(written(Workspace(tmp_path), "show", "1", "--as-of", "2016-03-01"), "word/document.xml")
    printed = "".join("\n" if node.tag == f"{W}br" else node.text or "" for node in content.iter())
    assert "\n".join(lines) in printed
