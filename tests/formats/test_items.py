"""Only some formats write the items of a report; for the others, reasons that only items have are not computed."""

from datetime import date

import pytest

from jingkai_cli.formats import FORMATS, render
from jingkai_cli.ledger.chain import EMPTY
from jingkai_cli.reports.document import About, Document, Items, Section


class Asked(Exception):
    """Raised when the items are computed."""


def refuse() -> list[dict[str, str]]:
    raise Asked


@pytest.mark.parametrize("form", FORMATS)
def test_only_a_format_that_writes_items_computes_them(form: str) -> None:
    about = About("工作", "zh", "Asia/Shanghai", date(2016, 3, 1), None, EMPTY)
    section = Section(lines=("一切正常",))
    document = Document("report", about, "逾期", {"id": "序号"}, Items(refuse), (section,), dates=())
    if FORMATS[form].items:
        with pytest.raises(Asked):
            render(document, form)
    else:
        assert render(document, form)
