"""The plan (推进方案): finds and loads `tasks.yaml`, or reports all its faults with their lines.

This package loads only the code that finds the file and reads the cache. Pydantic and yaml are imported for a plan
that is not in the cache, and for the JSON Schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from ..language import _
from .files import PlanFiles, is_file

if TYPE_CHECKING:  # finding the file and reading its bytes does not need the model
    from ..model import Plan

PLACES = ("tasks.yaml", "data/tasks.yaml")


def find_plan(named: Path | None, environ: Mapping[str, str], start: Path) -> Path:
    """Find the file of the plan.

    Args:
        named: the value of `--plan`, which takes precedence.
        environ: the environment; `JK_PLAN` comes second.
        start: the folder to search, followed by each folder above it.

    Returns:
        The path of the plan, as given. A named file may not exist: `load_plan` checks that.

    Raises:
        InvalidInput: no file was named, and none was found.
    """
    if named is not None:
        return named
    if environ.get("JK_PLAN"):
        return Path(environ["JK_PLAN"])
    folder_of_start = start.absolute()
    for folder in (folder_of_start, *folder_of_start.parents):
        for place in PLACES:
            if is_file(folder / place):
                return folder / place
    message = _(
        "no plan here: neither {places} in this folder or one above it (create one with `jk "
        "init`, or name it with --plan FILE behind the command, or with JK_PLAN)"
    )
    raise InvalidInput.of_file(start, message.format(places=_(" nor ").join(PLACES)))


def load_plan(path: Path, cache: Path | None = None) -> Plan:
    """Read a plan, and `contacts.yaml` beside it if there is one.

    Args:
        path: the file of the plan; findings name it as given.
        cache: the folder of the cache of plans, which is created if it is missing; None for no cache.

    Returns:
        The validated plan; every task has its start.

    Raises:
        InvalidInput: the plan has faults; lists all of them in the order of the file, then those of the contacts.
    """
    return load_files(PlanFiles(path), cache)


def load_files(files: PlanFiles, cache: Path | None = None) -> Plan:
    """Load a plan as `load_plan` does, from files whose text the caller needs too; each file is read once."""
    from .cache import keep, recall

    plan = recall(cache, files) if cache else None
    if plan is None:
        from .validation import load

        plan = load(files)
        if cache:
            keep(cache, files, plan)
    return plan


def parse_plan(text: str, name: str) -> Plan:
    """Load a plan from its text, such as an adopted plan in the ledger.

    Args:
        text: the text of the plan; it does not include contacts in a file of their own.
        name: the name of the plan in findings.

    Returns:
        The validated plan; every task has its start.

    Raises:
        InvalidInput: the plan has faults; lists all of them in the order of its lines.
    """
    from .validation import parse

    return parse(text, name)


def schema() -> dict[str, Any]:
    """The JSON Schema of a plan's file, as strict as the reader where a schema allows it."""
    from .json_schema import schema as described

    return described()
