"""The JSON Schemas of outputs: everything that `-f json` prints is valid, and invalid output is found."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from jingkai_cli.model import Entry
from jingkai_cli.reports import log
from jingkai_cli.reports.item_types import EntryItem
from running import Workspace, workspace

COMMANDS: list[tuple[str, tuple[str, ...]]] = [
    ("report", ("report", "--as-of", "2016-07-15")),
    ("report", ("report", "--overdue", "--as-of", "2016-12-31")),
    ("report", ("report", "--tree", "--as-of", "2016-07-15", "--known-on", "2016-03-01")),
    ("report", ("report", "--as-of", "2015-01-01")),
    ("entries", ("log",)),
    ("entries", ("log", "12", "--last", "3")),
]


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    made = workspace(tmp_path, recorded=True)
    for command in (
        ("record", "12", "35", "--on", "2016-03-15"),
        ("extend", "12", "--to", "2017-01-31", "-m", "会议", "--approved-by", "领导小组"),
        ("problem", "open", "12", "围挡破损", "--unit", "城镇办", "--due", "2016-03-20", "--on", "2016-03-01"),
        ("score", "城镇办", "92.5", "--month", "2016-03", "--by", "评委甲"),
        ("adopt",),
        ("retract", "24", "-m", "误报"),
    ):
        done = made.here(*command)
        assert done.code == 0, done.err
    return made


def validator(place: Workspace, name: str) -> Any:
    schema = json.loads(place.here("schema", "--output", name).out)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


@pytest.mark.slow
@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_printed_json_is_valid(name: str, command: tuple[str, ...], place: Workspace) -> None:
    done = place.here(*command, "-f", "json")
    assert done.code == 0, done.err
    said = json.loads(done.out)
    assert said["items"]
    faults = [error.message for error in validator(place, name).iter_errors(said)]
    assert faults == []
    properties = validator(place, name).schema["properties"]["items"]["items"]["properties"]
    assert list(properties) == list(said["items"][0])
    assert all(field["description"] for field in properties.values())


def test_invalid_json_is_found(place: Workspace) -> None:
    said = json.loads(place.here("report", "-f", "json", "--as-of", "2016-07-15").out)
    right = validator(place, "report")
    for field, value in (("lamp", "blue"), ("deadline", "soon"), ("days_overdue", "7"), ("reasons", None)):
        wrong = {**said, "items": [{**said["items"][0], field: value}]}
        assert list(right.iter_errors(wrong)), field
    assert list(right.iter_errors({**said, "ledger_head": {}}))


def test_every_field_of_an_entry_is_a_field_of_its_item() -> None:
    item = {field.name for field in fields(EntryItem)}
    assert item >= {*Entry.__match_args__} - {"plan"}
    assert item == {*log.fields()}


@pytest.mark.parametrize(
    ("filters", "title"),
    [
        (("--overdue", "--lamp", "red"), "Overdue"),
        (("--overdue", "--at-risk"), "Overdue and at risk"),
        (("--lamp", "red"), "Progress of the key tasks"),
    ],
)
def test_the_title_names_the_filters(place: Workspace, filters: tuple[str, ...], title: str) -> None:
    done = place.here("report", *filters, "--as-of", "2016-07-15")
    assert f"{title} | as of 2016-07-15" in done.out
