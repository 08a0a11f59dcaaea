"""A document that is remembered comes back as it was: every value of the type that it had."""

import marshal
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingkai_cli.model import Head
from jingkai_cli.reports.document import About, Column, Document, Letterhead, Section, Table, Toned
from jingkai_cli.reports.packed import pack, unpack

TEXT = st.text(max_size=5)
TEXTS = st.lists(TEXT, max_size=2).map(tuple)
OFFSETS = st.integers(-50_000, 50_000).map(lambda seconds: timezone(timedelta(seconds=seconds)))
MOMENTS = st.datetimes(timezones=st.none() | OFFSETS).map(
    lambda moment: moment.replace(fold=0)  # without a zone no hour comes twice
)
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.decimals(allow_nan=False),
    TEXT,
    st.dates(),
    MOMENTS,
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.lists(inner, max_size=3).map(tuple), st.dictionaries(TEXT, inner, max_size=3)
    ),
    max_leaves=6,
)
CELLS = st.one_of(TEXT, st.builds(Toned, TEXT, st.sampled_from(["red", "yellow", "green", "none"])))
COLUMNS = st.builds(Column, TEXT, st.sampled_from(["left", "right"]), st.none() | st.integers(0, 9), st.integers(0, 9))
ROWS = st.lists(st.lists(CELLS, max_size=3).map(tuple), max_size=3).map(tuple)
TABLES = st.builds(Table, st.lists(COLUMNS, max_size=3).map(tuple), ROWS)
SECTIONS = st.builds(Section, st.none() | TEXT, TEXTS, st.none() | TABLES, st.booleans(), st.booleans())
DOCUMENTS = st.builds(
    Document,
    kind=TEXT,
    about=st.builds(
        About,
        TEXT,
        TEXT,
        TEXT,
        st.dates(),
        st.none() | MOMENTS,
        st.builds(Head, st.integers(0, 9), TEXT),
    ),
    title=TEXT,
    fields=st.dictionaries(TEXT, TEXT, max_size=3),
    items=st.lists(st.dictionaries(TEXT, VALUES, max_size=3), max_size=3),
    sections=st.lists(SECTIONS, max_size=3).map(tuple),
    summary=TEXTS,
    footnotes=TEXTS,
    found=st.booleans(),
    extra=st.dictionaries(TEXT, VALUES, max_size=3),
    letterhead=st.none() | st.builds(Letterhead, TEXT, st.none() | TEXT, st.dates(), st.none() | TEXT, TEXTS, TEXTS),
    importable=st.booleans(),
)


@given(DOCUMENTS)
def test_whatever_a_document_holds_comes_back(document: Document) -> None:
    again = unpack(marshal.loads(marshal.dumps(pack(document))))  # noqa: S302 - written here
    assert again == document
    assert repr(again) == repr(document)  # 1 and 1.0, a tuple and a list: what == does not tell apart


def test_this_test_knows_every_field_of_a_document() -> None:
    tried = {
        kind: len(kind.__match_args__) for kind in (About, Column, Document, Head, Letterhead, Section, Table, Toned)
    }
    assert tried == {About: 6, Column: 4, Document: 12, Head: 2, Letterhead: 6, Section: 5, Table: 2, Toned: 2}


def test_a_moment_in_a_zone_comes_back_as_the_same_moment_on_the_same_clock() -> None:
    moment = datetime(2016, 11, 6, 0, 30, tzinfo=ZoneInfo("America/Havana"), fold=1)
    document = Document("report", About("", "zh", "", date(2016, 7, 15), moment, Head(0, "")), "", {}, [], ())
    again = unpack(pack(document)).about.known_on
    assert again == moment.astimezone(timezone(timedelta(hours=-5)))
    assert again.isoformat() == moment.isoformat()


@pytest.mark.parametrize("value", [b"bytes", {1, 2}, object(), timedelta(1), type("Price", (Decimal,), {})("1.5")])
def test_what_does_not_come_back_as_it_was_is_refused(value: Any) -> None:
    about = About("", "zh", "", date(2016, 7, 15), None, Head(0, ""))
    document = Document("report", about, "", {}, [{"value": value}], ())
    with pytest.raises(TypeError):
        pack(document)
