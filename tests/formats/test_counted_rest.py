"""In a shortened list the count of all items stays with the last item."""

import pytest
from docx.oxml.ns import qn

from jingkai_cli.formats.line_breaks import tokens
from jingkai_cli.formats.word.gbt9704 import CHINESE
from jingkai_cli.formats.word.tables import table
from jingkai_cli.reports.document import Column, Table


def test_the_count_of_all_items_stays_with_the_last_item() -> None:
    assert [*tokens("时限4月5日，逾期未报……等4项")] == ["时限4月5日，", "逾期未报……等4项"]


def test_the_number_of_the_others_stays_whole() -> None:
    assert [*tokens("逾期未报；另有3项")][-1] == "另有3项"


@pytest.mark.parametrize(
    ("width", "lines"),
    [(9000, ["45天：竣工验收，逾期未报……等4项"]), (2600, ["45天：竣工验收，逾期未报", "……等4项"])],
)
def test_on_paper_the_rest_has_a_line_of_its_own_if_it_does_not_fit(width: int, lines: list[str]) -> None:
    made = table(
        Table((Column(""),), (("45天：竣工验收，逾期未报……等4项",),)), CHINESE, width, followed=False, within=True
    )
    printed = "".join("\n" if node.tag == qn("w:br") else node.text for node in made.iter(qn("w:t"), qn("w:br")))
    assert printed.split("\n") == lines
