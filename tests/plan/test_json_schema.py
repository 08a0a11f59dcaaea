import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import pytest

from jingkai_cli.model import Indicator, Milestone, Plan, Rules, Task
from jingkai_cli.plan import schema

NUMBER = {"type": "number"}


def every(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for member in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from every(member)


def test_it_names_its_dialect_and_the_file() -> None:
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema()["title"] == "jk: tasks.yaml"


@pytest.mark.parametrize("kind", [Plan, Task, Milestone, Indicator, Rules])
def test_every_thing_has_its_fields_and_no_other(kind: type) -> None:
    node = schema() if kind is Plan else schema()["$defs"][kind.__name__]
    assert list(node["properties"]) == [field.name for field in dataclasses.fields(kind)]
    assert node["additionalProperties"] is False


def test_what_a_task_must_say() -> None:
    assert schema()["$defs"]["Task"]["required"] == ["id", "title", "lead_unit", "deadline"]


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("planned", ["2016-06", "2016-06-30"], ["2016-6", "2016-13", "2016", "2016-06-30x"]),
        ("monthly", ["2016-06"], ["2016-06-30", "6月"]),
    ],
)
def test_planned_values_have_days_or_months_as_keys(name: str, good: list[str], bad: list[str]) -> None:
    field = schema()["$defs"]["Indicator"]["properties"][name]
    ((pattern, value),) = field["patternProperties"].items()
    assert [key for key in good + bad if re.search(pattern, key)] == good
    assert NUMBER in value["anyOf"]
    assert value["minimum"] == 0
    assert field["additionalProperties"] is False


def test_a_day_has_its_pattern_and_a_start_no_default() -> None:
    start = schema()["$defs"]["Task"]["properties"]["start"]
    assert start["format"] == "date"
    assert re.search(start["pattern"], "2016-06-30")
    assert not re.search(start["pattern"], "1459382400")
    assert "default" not in start


def test_bounds_are_said_in_the_words_of_json_schema() -> None:
    due_soon = schema()["$defs"]["Rules"]["properties"]["due_soon"]
    assert (due_soon["type"], due_soon["minimum"], due_soon["maximum"]) == ("integer", 0, 366)
    assert not {key for node in every(schema()) for key in node} & {"ge", "gt", "le", "lt"}


def test_a_text_of_digits_is_a_text_and_an_id_may_be_chinese() -> None:
    fields = schema()["$defs"]["Task"]["properties"]
    assert fields["title"]["type"] == ["string", "number"]
    assert fields["id"]["type"] == ["string", "number"]
    assert r"\p{L}" in fields["id"]["pattern"]
