"""Any file gives a plan or a list of faults, never another exception."""

import contextlib
import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import share
from jingkai_cli.errors import InvalidInput
from jingkai_cli.model import Indicator, Milestone, Plan, Task
from jingkai_cli.plan import load_plan, yaml_reader
from jingkai_cli.thresholds import Rules

FIELDS = sorted({name for kind in (Plan, Task, Milestone, Indicator, Rules) for name in kind.__struct_fields__})
DAYS = ["2016-03", "2016-03-31", "2016-02-30", "2016-13", "0000-01", "0001-01-01", "9999-12-31"]
TEXTS = ["1", "-1", "1e9", "9" * 5000, "", " ", "\0", "城镇办", "percent", "indicators", "Asia", "../x", "[key]", "<<"]

texts = st.sampled_from(TEXTS + DAYS + FIELDS) | st.text(max_size=5)
values = st.recursive(
    st.none() | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS + DAYS) | texts, inner, max_size=5)
    ),
    max_leaves=20,
)
tasks = st.dictionaries(st.sampled_from(Task.__struct_fields__), values)
plans = st.builds(
    lambda rest, tasks: json.dumps({**rest, "tasks": tasks}, ensure_ascii=False),
    st.dictionaries(st.sampled_from(FIELDS), values, max_size=5),
    st.lists(tasks | values, max_size=3),
)
"""JSON is valid YAML, so these pass the syntax check."""

punctuation = st.text(st.sampled_from("：: -[]{}'\"|>&*!#%@`,\n\t\\ 一1ax?~<"), max_size=60)

some = settings(max_examples=share(100))


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plan") / "tasks.yaml"


def read(plan: Path, raw: bytes) -> None:
    plan.write_bytes(raw)
    with contextlib.suppress(InvalidInput):
        load_plan(plan)


@some
@given(raw=st.binary(max_size=200))
def test_any_bytes(plan: Path, raw: bytes) -> None:
    read(plan, raw)


@some
@given(text=plans | punctuation)
def test_any_text_that_looks_like_yaml(plan: Path, text: str) -> None:
    read(plan, text.encode("utf-8", "replace"))


@some
@given(text=plans | punctuation)
def test_any_text_without_the_c_loader(plan: Path, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_reader, "LOADER", yaml.SafeLoader)
        read(plan, text.encode("utf-8", "replace"))
