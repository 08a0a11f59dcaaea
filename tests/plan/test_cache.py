"""A cached plan equals the plan in the files, whatever the cache folder contains."""

import json
import types
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from effort import share
from jingkai_cli.model import Plan
from jingkai_cli.plan import load_plan
from jingkai_cli.plan.cache import keep, pack, recall, unpack
from jingkai_cli.plan.files import PlanFiles
from oracle.random_plans import plan_of

FEW = 12
"""How many plans are kept here, so that a test fills the cache fast."""

PLAIN: Mapping[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=5),
    int: st.integers(-9, 9999),
    bool: st.booleans(),
    type(None): st.none(),
    date: st.dates(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
}


@cache
def values(kind: Any) -> st.SearchStrategy[Any]:
    """Random values of a type of the model, ignoring bounds; new fields are included automatically."""
    if kind in PLAIN:
        return PLAIN[kind]
    if isinstance(kind, type) and issubclass(kind, Struct):
        hints, names = get_type_hints(kind), list(kind.__struct_fields__)
        return st.deferred(lambda: st.builds(kind, **{name: values(hints[name]) for name in names}))
    inner = get_args(kind)
    match get_origin(kind):
        case origin if origin is Literal:
            return st.sampled_from(inner)
        case origin if origin is tuple:
            return st.lists(values(inner[0]), max_size=2).map(tuple)
        case origin if origin in (Union, types.UnionType):
            return st.one_of([values(one) for one in inner])
        case _:
            return st.dictionaries(values(inner[0]), values(inner[1]), max_size=2)


@pytest.mark.slow
@settings(max_examples=share(60), suppress_health_check=list(HealthCheck))
@given(values(Plan))
def test_every_plan_survives_the_cache(plan: Plan) -> None:
    again = unpack(json.loads(json.dumps(pack(plan))))
    assert again == plan
    assert repr(again) == repr(plan)  # `==` does not distinguish 1 from 1.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path, 1)


def written(folder: Path, seed: int) -> Path:
    path = folder / "tasks.yaml"
    path.write_text(json.dumps(plan_of(Random(seed)), ensure_ascii=False), encoding="utf-8")  # noqa: S311
    return path


@pytest.mark.parametrize("seed", range(30))
def test_the_same_plan_with_and_without_the_cache(seed: int, tmp_path: Path) -> None:
    file, cache = written(tmp_path, seed), tmp_path / "cache"
    plan = load_plan(file)
    assert load_plan(file, cache) == plan
    assert recall(cache, PlanFiles(file)) == plan
    assert load_plan(file, cache) == plan


def test_a_change_of_either_file_is_seen_at_once(file: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    before = load_plan(file, cache)
    (tmp_path / "contacts.yaml").write_text("城镇办: 王主任\n", encoding="utf-8")
    assert load_plan(file, cache).contacts == {"城镇办": "王主任"}
    (tmp_path / "contacts.yaml").write_text("城镇办: 李主任\n", encoding="utf-8")
    assert load_plan(file, cache).contacts == {"城镇办": "李主任"}
    (tmp_path / "contacts.yaml").unlink()
    assert load_plan(file, cache) == before
    written(tmp_path, 2)
    assert load_plan(file, cache) == load_plan(file)


def test_damaged_cache_files_are_ignored(file: Path, tmp_path: Path) -> None:
    random, cache = Random(7), tmp_path / "cache"  # noqa: S311
    plan = load_plan(file, cache)
    (remembered,) = cache.iterdir()
    whole = remembered.read_bytes()
    for _ in range(300):
        torn = bytearray(whole)
        for _ in range(random.randint(1, 4)):
            torn[random.randrange(len(torn))] ^= random.randint(1, 255)
        remembered.write_bytes(torn)
        assert recall(cache, PlanFiles(file)) in (None, plan)
        remembered.write_bytes(whole[: random.randrange(len(whole))])
        assert recall(cache, PlanFiles(file)) is None
    remembered.write_bytes(b"")
    assert load_plan(file, cache) == plan
    assert remembered.read_bytes() == whole


def test_cache_files_of_another_program_or_plan_are_ignored(file: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    load_plan(file, cache)
    (remembered,) = cache.iterdir()
    head, body = remembered.read_bytes().split(b"\n", 1)
    remembered.write_bytes(head.replace(b"jk ", b"kj ") + b"\n" + body)
    assert recall(cache, PlanFiles(file)) is None
    place = remembered.name
    (cache / place).unlink()
    written(tmp_path, 2)
    load_plan(file, cache)
    (other,) = cache.iterdir()
    other.rename(cache / place)
    written(tmp_path, 1)
    assert recall(cache, PlanFiles(file)) is None


def test_cache_files_that_others_may_write_are_ignored(file: Path, tmp_path: Path) -> None:
    cache, files = tmp_path / "cache", PlanFiles(file)
    lie = replace(load_plan(file), title="谎言")
    keep(cache, files, lie)
    assert recall(cache, files) == lie
    (remembered,) = cache.iterdir()
    assert remembered.stat().st_mode & 0o777 == 0o600
    assert cache.stat().st_mode & 0o777 == 0o700
    remembered.chmod(0o622)
    assert load_plan(file, cache) == load_plan(file)


@pytest.mark.parametrize("place", ["tasks.yaml", "tasks.yaml/cache", "nul\0", "x" * 5000])
def test_a_cache_folder_that_cannot_be_written_is_ignored(place: str, file: Path) -> None:
    assert load_plan(file, file.parent / place) == load_plan(file)
    assert {path.name for path in file.parent.iterdir()} == {"tasks.yaml"}


def test_the_number_of_cached_plans_is_limited(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jingkai_cli.plan.cache.KEPT", FEW)
    cache, text = tmp_path / "cache", file.read_text("utf-8")
    for number in range(FEW + 3):
        file.write_text(text + "\n" * number, encoding="utf-8")
        load_plan(file, cache)
    assert len(list(cache.iterdir())) == FEW
    assert recall(cache, PlanFiles(file)) is not None


def test_how_the_observation_is_scored_survives_the_cache(tmp_path: Path) -> None:
    observed = Path(__file__).parents[1] / "cli" / "observed.yaml"
    plan = load_plan(observed, tmp_path)
    assert plan.observation is not None
    assert plan.observation.item_ids == ("road", "green", "air")
    assert repr(recall(tmp_path, PlanFiles(observed))) == repr(plan)
