"""The fast decoder reads a line of JSON Lines exactly as the slow one, which words the faults."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingkai_cli.intake import text_files
from jingkai_cli.intake.text_files import Line, read

TEXTS = st.text(st.sampled_from('a:"\\{}[],é中\x01\x7f\u2028\U0001f600')) | st.text()
VALUES = st.recursive(
    TEXTS | st.integers() | st.floats() | st.none() | st.booleans(),
    lambda some: st.lists(some, max_size=3) | st.dictionaries(TEXTS, some, max_size=3),
    max_leaves=6,
)


def lines_of(text: str, folder: Path) -> list[Line]:
    file = folder / "lines.jsonl"
    file.write_bytes(text.encode("utf-8"))
    return [*read(file)[1]]


def fast_and_slow(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Line], list[Line]]:
    fast = lines_of(text, folder)
    with monkeypatch.context() as slow:
        slow.setattr(text_files, "_fields", lambda _line: None)
        return fast, lines_of(text, folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lines")


@given(st.dictionaries(TEXTS, VALUES, max_size=5), st.booleans())
def test_any_object(folder: Path, said: dict[str, Any], ascii_only: bool) -> None:  # noqa: FBT001
    text = json.dumps(said, ensure_ascii=ascii_only)
    with pytest.MonkeyPatch.context() as monkeypatch:
        fast, slow = fast_and_slow(text, folder, monkeypatch)
    assert fast == slow


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "1", "a": "2"}',
        '{"a": "1", "\\u0061": "2"}',
        '{"a": {"b": "1", "b": "2"}}',
        '{"a": {"b": "1"}, "c": {"b": "2"}}',
        '{"a:": "b"}',
        '{"a": ":"}',
        '{"a": ["b:"], "a": ["c"]}',
        '{"a": 1}',
        '{"a": -0}',
        '{"a": 1e400}',
        '{"a": 12345678901234567890123}',
        '{"a": NaN}',
        '{"a": "\\ud800"}',
        '{"a": "\\ud83d\\ude00"}',
        '{"a": "\x01"}',
        '{"a": "\\u0000"}',
        '{"a": "b"',
        '{"a": "b"} x',
        '{"a": "b"}\r',
        ' \t{"a" :\t"b" }',
        '\ufeff{"a": "b"}',
        "[" * 100_000,
        '{"a": ' * 100_000,
        json.dumps({str(number): "" for number in range(1001)}),
        json.dumps({str(number): "" for number in range(1000)}),
        json.dumps({"a": {str(number): "" for number in range(1001)}}),
        json.dumps({"a": {str(number): "" for number in range(999)}, "b": {"c": "d"}}),
        "[]",
        '"a"',
        " \n\n{}",
    ],
)
def test_difficult_lines(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast, slow = fast_and_slow(text, folder, monkeypatch)
    assert fast == slow
