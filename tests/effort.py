"""The number of examples: a tenth by default, all of them with JK_TEST_THOROUGH=1."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

THOROUGH = bool(os.environ.get("JK_TEST_THOROUGH"))

STORES = ("sqlite", pytest.param("postgres", marks=pytest.mark.slow))
"""The stores of a ledger. By default only `test_protocol` and `test_guards` use PostgreSQL; the slow tests do too."""


def share(number: int) -> int:
    """All of `number` examples or batches, or a tenth of them."""
    return number if THOROUGH else -(-number // 10)


def mostly_slow(cases: Iterable[Any]) -> list[Any]:
    """Cases of a parameter: one in ten is tested by default, the others with the slow tests."""
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=[pytest.mark.slow] if place % 10 else [])
        for place, case in enumerate(cases)
    ]


def memory() -> str | None:
    """A folder in memory, because on a disk every recorded entry waits for an fsync."""
    folder = "/dev/shm"  # noqa: S108 - folders with names of their own are made in it
    return folder if Path(folder).is_dir() and shutil.disk_usage(folder).free > 4 << 30 else None
