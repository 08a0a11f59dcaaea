"""User text is data: it is not executed by terminals, not read as markup, and does not break tables."""

import csv
import json
import re
import unicodedata
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from wcwidth import wcwidth

from effort import share
from hostile import NASTY, SLOW, few, hostile, small, unseen
from jingkai_cli.formats import plain
from jingkai_cli.reports.document import Column, Table
from jingkai_cli.text import bare, inert, pad, visible, width
from running import COMMANDS, Workspace

many = settings(deadline=None, max_examples=share(200))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return small(tmp_path_factory.mktemp("hostile"))


@few
@example(note="a", unit="a\tb", by="b", key="c")
@given(note=hostile, unit=hostile, by=hostile, key=hostile)
def test_user_text_stays_text(place: Workspace, note: str, unit: str, by: str, key: str) -> None:
    place.ledger.unlink(missing_ok=True)
    said = ("--force", "-m", note, "--from", unit, "--by", by, "--key", key)
    done = place.here("record", "12", "35", "--on", "2016-03-01", *said)
    assert done.code == 0, done
    assert not unseen(done.out + done.err)
    for form in ("table", "plain", "markdown", "csv", "json", "html"):
        for command in (("log",), ("show", "12", "--as-of", "2016-04-01")):
            printed = place.here(*command, "-f", form)
            assert printed.code == 0, printed
            assert not unseen(printed.out.replace("\t", "") if form in ("csv", "html") else printed.out), form
    (item,) = json.loads(place.here("log", "-f", "json").out)["items"]
    assert (item["note"], item["unit"], item["by"], item["key"]) == (note, unit, by, key)
    rehearsed = place.here("record", "12", "36", "--on", "2016-03-02", *said[:-1], key + "x", "--dry-run")
    assert not unseen(rehearsed.out)
    assert json.loads(rehearsed.out)["note"] == note


@few
@given(note=hostile)
def test_csv_keeps_user_text(place: Workspace, note: str) -> None:
    place.ledger.unlink(missing_ok=True)
    assert place.here("record", "12", "-m", note, "--on", "2016-03-01").code == 0
    (row,) = csv.DictReader(StringIO(place.here("log", "-f", "csv").out, newline=""))
    assert bare(row["note"]) in (note, visible(note), "'" + visible(note))
    assert not row["note"].startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_each_sign_that_begins_a_formula_is_protected(sign: str) -> None:
    assert inert(f"{sign}1") == f"'{sign}1"
    assert bare(f"'{sign}1") == f"{sign}1"


@many
@given(hostile)
def test_a_protected_cell_is_read_back_as_typed(text: str) -> None:
    protected = inert(text)
    assert not protected.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r"))
    if visible(text) == text:
        assert bare(protected) == text


@many
@given(st.lists(st.tuples(hostile, hostile), min_size=1, max_size=4))
def test_a_plain_table_stays_aligned(rows: list[tuple[str, str]]) -> None:
    table = Table((Column("工作任务"), Column("No.", align="right"), Column("Z")), tuple((*row, "z") for row in rows))
    lines = plain.table_lines(table) if hasattr(plain, "table_lines") else plain._table(table)  # noqa: SLF001
    assert {width(line) for line in lines} == {width(lines[1])}


def test_a_width_is_the_number_of_terminal_columns() -> None:
    """Leave out characters on whose width terminals disagree: spacing marks, emoji, numbers within text."""
    disputed = ("Cc", "Cf", "Cn", "Co", "Cs", "Mc", "No", "So", "Zl", "Zp")
    fillers = "\u3164\uffa0"
    signs = (chr(code) for code in range(0x20, 0x30000))
    wrong = [c for c in signs if unicodedata.category(c) not in disputed and width(c) != wcwidth(c)]
    assert [c for c in wrong if c not in fillers and not "\ud7b0" <= c <= "\ud7ff"] == []
    assert width("\xad") == 1


@many
@given(hostile, st.sampled_from(["left", "right"]))
def test_a_cell_is_filled_to_its_width(text: str, align: str) -> None:
    assert width(pad(text, 100 - width(text), align)) == 100


@pytest.mark.parametrize("note", [n for n in NASTY if n.strip() and "\n" not in n])
def test_markup_is_shown_as_it_was_typed(note: str, tmp_path: Path) -> None:
    place = small(tmp_path)
    place.here("record", "12", "-m", note, "--on", "2016-03-01")
    joined = re.sub(r"\s+", "", place.here("log", "-f", "table").out)
    assert re.sub(r"\s+", "", visible(note)) in joined


@settings(SLOW, max_examples=share(150))
@given(st.data())
def test_no_arguments_make_it_raise(place: Workspace, data: st.DataObject) -> None:
    words = ["12", "4", "-m", "--on", "--as-of", "-f", "csv", "--key", "--unit", "--plan", "--due", "--month", "--"]
    words += [
        *(name for names in COMMANDS for name in names),
        "--dry-run",
        "--anchor",
        "percent=3",
        "2016-03-01",
        "0",
        "\udcff",
        "",
        "9" * 30,
    ]
    word = st.one_of(st.sampled_from(words), hostile, st.integers(-9, 9999).map(str))
    done = place.here(*data.draw(st.lists(word, max_size=7)))
    assert done.code in (0, 1, 2, 3, 4)
    assert not unseen(done.out + done.err)
