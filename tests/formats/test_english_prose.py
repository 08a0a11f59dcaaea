"""English letters and bulletins are set as prose: no item is a heading, no date or figure is broken."""

import re
from pathlib import Path

import pytest
from docx import Document

from running import Workspace

PLAN = """\
title: Renewal
year: 2016
language: en
tasks:
- id: 1
  title: East side
  lead_unit: Housing
  deadline: 2016-04-01
  measure: none
  indicators: [{id: money, name: investment, unit: million yuan}, {id: area, name: pH value, unit: m²}]
- {id: 2, title: Roads, lead_unit: Housing, deadline: 2016-04-02}
"""


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    place = Workspace(tmp_path)
    (place.folder / "tasks.yaml").write_text(PLAN, "utf-8")
    for task, *figures in (("1", "money=0.3", "area=3.5"), ("2", "50")):
        done = place.here("record", task, *figures, "--on", "2016-04-05", "-m", "pipes laid")
        assert done.code == 0, done.err
    return place


def test_a_numbered_item_is_no_heading_and_its_dates_stay_whole(office: Workspace) -> None:
    assert office.here("notice", "Housing", "--as-of", "2016-04-13", "-o", "letter.docx").code == 0
    paragraphs = Document(str(office.folder / "letter.docx")).paragraphs
    (item,) = [each for each in paragraphs if each.text.startswith("(1) East side")]
    xml = item._element.xml  # noqa: SLF001 - python-docx has no name for these
    assert "2016-04-01" in item.text
    assert (xml.count("noBreakHyphen"), "outlineLvl" in xml, "keepNext" in xml) == (2, False, False)


def test_a_title_alone_is_a_heading(office: Workspace) -> None:
    assert office.here("notice", "Housing", "--as-of", "2016-04-13", "-o", "letter.docx").code == 0
    paragraphs = Document(str(office.folder / "letter.docx")).paragraphs
    (title,) = [each for each in paragraphs if each.text == "1. Matters to attend to"]
    assert "outlineLvl" in title._element.xml  # noqa: SLF001 - python-docx has no name for it


def test_sentences_begin_with_a_capital_and_figures_have_a_space(office: Workspace) -> None:
    said = re.sub(r"\s+", " ", office.here("bulletin", "--week", "2016-W14", "-f", "plain").out)
    assert "Investment: 0.3 million yuan to date; pH value: 3.5 m² to date. Pipes laid." in said
    assert not re.search(r"[a-z]\. [a-z]", said)


def test_a_letter_names_items_without_repeating_the_word(office: Workspace) -> None:
    said = office.here("notice", "Housing", "--as-of", "2016-04-13", "-f", "plain").out
    assert "your unit is asked" in said
    assert "items of items" not in said


def test_a_task_is_explained_in_words(office: Workspace) -> None:
    assert office.here("problem", "open", "2", "no fence", "--unit", "Housing", "--due", "2016-04-08",
                       "--on", "2016-04-06").code == 0  # fmt: skip
    assert office.here("show", "2", "--explain", "--as-of", "2016-04-13", "-o", "task.docx").code == 0
    made = Document(str(office.folder / "task.docx"))
    told = [each.text for each in made.paragraphs]
    assert any(line.startswith("Problem “no fence” was to be fixed by ") and line.endswith("overdue.") for line in told)
    said = "\n".join(cell.text for table in made.tables for row in table.rows for cell in row.cells)
    assert "plan day = " in said
    assert not re.search(r"\b(?:ES|AT|PD)\b|[a-z]-overdue", said)
