"""The plan (推进方案): where `tasks.yaml` is, what it says, or every fault in it with its line.

Only what finds the file and remembers it is loaded with this package; pydantic and yaml come with a plan that was not
read before, and with its schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from ..language import _
from .files import PlanFiles, is_file

if TYPE_CHECKING:  # who finds the file and reads its bytes only loads no model
    from ..model import Plan

PLACES = ("tasks.yaml", "data/tasks.yaml")


def find_plan(named: Path | None, environ: Mapping[str, str], start: Path) -> Path:
    """Say which file is the plan.

    Args:
        named: what `--plan` said; wins.
        environ: the environment; `JK_PLAN` comes next.
        start: the folder to look in, and then in each folder above it.

    Returns:
        The plan's path, as it was named. Whether a named file can be read is for `load_plan` to say.

    Raises:
        InvalidInput: nothing was named, and nothing is there.
    """
    if named is not None:
        return named
    if environ.get("JK_PLAN"):
        return Path(environ["JK_PLAN"])
    here = start.absolute()
    for folder in (here, *here.parents):
        for place in PLACES:
            if is_file(folder / place):
                return folder / place
    message = _(
        "no plan here: neither {places} in this folder or one above it (create one with `jk "
        "init`, or name it with --plan FILE or JK_PLAN)"
    )
    raise InvalidInput.of_file(start, message.format(places=_(" nor ").join(PLACES)))


def load_plan(path: Path, cache: Path | None = None) -> Plan:
    """Read a plan, and `contacts.yaml` beside it where there is one.

    Args:
        path: the plan's file; findings name it as it is given.
        cache: a folder in which plans are remembered from one run to the next; it is made where it is missing.

    Returns:
        The plan, whole and typed, every task with its start.

    Raises:
        InvalidInput: every fault of the plan, in the order of the file, then those of the contacts.
    """
    return load_files(PlanFiles(path), cache)


def load_files(files: PlanFiles, cache: Path | None = None) -> Plan:
    """Read and type a plan as `load_plan` does, from files whose text is needed as well: each is read once."""
    from .cache import keep, recall

    plan = recall(cache, files) if cache else None
    if plan is None:
        from .validation import load

        plan = load(files)
        if cache:
            keep(cache, files, plan)
    return plan


def parse_plan(text: str, name: str) -> Plan:
    """Type the text of a plan that does not stand in a file: one that was adopted.

    Args:
        text: the plan's text; contacts that stood in a file of their own are not part of it.
        name: how findings name it.

    Returns:
        The plan, whole and typed, every task with its start.

    Raises:
        InvalidInput: every fault of the plan, in the order of its lines.
    """
    from .validation import parse

    return parse(text, name)


def schema() -> dict[str, Any]:
    """The JSON Schema of a plan's file, as strict as the reader where a schema can be."""
    from .json_schema import schema as described

    return described()
