import re
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import Struct

from jingkai_cli.model import Indicator, Milestone, Plan, ProgrammeTotal, Task
from jingkai_cli.plan import schema
from jingkai_cli.thresholds import Rules

NUMBER = {"type": "number"}


def every(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for member in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from every(member)


def test_the_schema_names_its_dialect_and_the_file() -> None:
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema()["title"] == "jk: tasks.yaml"


@pytest.mark.parametrize("kind", [Plan, Task, Milestone, Indicator, ProgrammeTotal, Rules])
def test_every_object_has_its_fields_and_no_other(kind: type[Struct]) -> None:
    node = schema() if kind is Plan else schema()["$defs"][kind.__name__]
    fields = kind.__struct_fields__
    assert list(node["properties"]) == [name for name in fields if name != "unit_aliases"]  # they stand in `units`
    assert node["additionalProperties"] is False


def test_required_fields_of_a_task_and_of_a_sub_task() -> None:
    task, first = schema()["$defs"]["Task"], schema()["properties"]["tasks"]["items"]
    assert task["required"] == ["id", "title"]
    assert first["$ref"] == "#/$defs/Task"
    assert first["required"] == ["lead_unit"]
    assert [one["required"] for one in first["anyOf"]] == [["deadline"], ["standing"]]
    assert first["anyOf"][1]["properties"] == {"standing": {"const": True}}


def test_sub_tasks_have_two_levels_and_only_they_have_weights() -> None:
    first = schema()["properties"]["tasks"]["items"]
    second = first["properties"]["subtasks"]["items"]
    assert [first["properties"][name] for name in ("weight", "key", "after")] == [False, False, False]
    assert second["properties"].keys() == {"subtasks"}
    assert second["properties"]["subtasks"]["items"] == {"properties": {"subtasks": False}}
    assert schema()["$defs"]["Task"]["properties"]["subtasks"]["items"] == {"$ref": "#/$defs/Task"}


def test_a_unit_is_a_name_or_a_name_with_aliases() -> None:
    text, named = schema()["properties"]["units"]["items"]["anyOf"]
    assert text["type"] == ["string", "number"]
    assert (named["required"], list(named["properties"])) == (["name"], ["name", "also"])
    assert named["additionalProperties"] is False


def test_a_number_has_18_digits_before_the_point_and_6_after_it() -> None:
    weight = schema()["$defs"]["Task"]["properties"]["weight"]
    assert re.search(weight["pattern"], "9" * 18 + "." + "9" * 6)
    assert not re.search(weight["pattern"], "9" * 19)
    assert not re.search(weight["pattern"], "0." + "9" * 7)


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


def test_bounds_use_json_schema_keywords() -> None:
    due_soon = schema()["$defs"]["Rules"]["properties"]["due_soon"]
    assert (due_soon["type"], due_soon["minimum"], due_soon["maximum"]) == ("integer", 0, 366)
    assert not {key for node in every(schema()) for key in node} & {"ge", "gt", "le", "lt"}


def test_digits_may_be_text_and_an_id_may_be_chinese() -> None:
    fields = schema()["$defs"]["Task"]["properties"]
    assert fields["title"]["type"] == ["string", "number"]
    assert fields["id"]["type"] == ["string", "number"]
    assert r"\p{L}" in fields["id"]["pattern"]
