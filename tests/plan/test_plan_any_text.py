"""Whatever stands in the file: a plan, or findings; never another exception."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from jingkai_cli.errors import InvalidInput
from jingkai_cli.plan import load_plan, reader

FIELDS = ["title", "year", "units", "rules", "behind", "contacts", "tasks", "id", "lead_unit", "deadline", "start",
          "measure", "planned", "monthly", "indicators", "milestones", "unconfirmed", "target", "timezone", "[key]"]  # fmt: skip
VALUES = ["1", "城镇办", "2016-03", "2016-03-31", "2016-02-30", "indicators", "Asia", "../x", "null", "~", '""', "-1",
          "1e9", "9" * 5000, "0000-01", '"\\0"', '" "', "&a b", "*a", "!x y", "|\n  x\n"]  # fmt: skip

scalars = st.sampled_from(VALUES) | st.text(max_size=8)
trees = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda members: f"[{', '.join(members)}]")
        | st.lists(st.tuples(st.sampled_from(FIELDS) | scalars, inner), max_size=5).map(
            lambda members: "{" + ", ".join(f"{name}: {member}" for name, member in members) + "}"
        )
    ),
    max_leaves=20,
)
plans = st.lists(st.tuples(st.sampled_from(FIELDS), trees), max_size=6).map(
    lambda members: "\n".join(f"{name}: {member}" for name, member in members)
)
shuffled = st.text(st.sampled_from("：: -[]{}'\"|>&*!#%@`,\n\t\\ \u00e9一1ax?~<"), max_size=60)


@pytest.fixture(scope="module")
def plan() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "tasks.yaml"


def read(plan: Path, raw: bytes) -> None:
    plan.write_bytes(raw)
    with contextlib.suppress(InvalidInput):
        load_plan(plan)


@given(raw=st.binary(max_size=200))
def test_any_bytes(plan: Path, raw: bytes) -> None:
    read(plan, raw)


@given(text=plans | trees | shuffled)
def test_any_text_that_looks_like_yaml(plan: Path, text: str) -> None:
    read(plan, text.encode("utf-8", "replace"))


@given(text=plans | shuffled)
def test_any_text_without_the_c_loader(plan: Path, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "LOADER", yaml.SafeLoader)
        read(plan, text.encode("utf-8", "replace"))
