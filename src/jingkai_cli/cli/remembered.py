"""Reports that were built before: where nothing has changed that they depend on, they are only printed again."""

import os
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import click

from ..errors import JkError
from ..language import spoken
from ..ledger import last_of
from ..plan import cache, find_plan
from ..plan.files import PlanFiles, is_file
from ..reports.document import Document
from ..reports.packed import pack, unpack
from .clock import now
from .output import Destination, overheard, tell
from .place import Place

_RENDERING = {"form", "output", "encoding", "labels", "exit_code"}
"""The parameters of a command that say what becomes of its report, once it is built."""


def cache_folder(environ: Mapping[str, str]) -> Path | None:
    """Where plans and reports are remembered from one run to the next: `JK_CACHE_DIR`, or the user's cache folder.

    Nowhere with `JK_NO_CACHE=1`, or where the user has no folder of their own.
    """
    if environ.get("JK_NO_CACHE"):
        return None
    if environ.get("JK_CACHE_DIR"):
        return Path(environ["JK_CACHE_DIR"])
    home, caches = environ.get("HOME"), environ.get("XDG_CACHE_HOME", "")
    if caches.startswith("/"):  # the standard says to pass over any other
        return Path(caches) / "jk"
    return Path(home) / ".cache" / "jk" if home else None


def remembered(build: Callable[[], Document], destination: Destination) -> Document:
    """The report that the command asks for: as it was built before, or built now.

    What was told on stderr while it was built is told again.

    Args:
        build: builds it from the plan and the ledger. Nothing but the command's parameters may tell it more.
        destination: where it goes, which says in which language it is.
    """
    folder = cache_folder(os.environ)
    question = _question(destination) if folder else None
    if folder is None or question is None:
        return build()
    name = f"{crc32(repr(question[:-3]).encode(errors='surrogateescape')):08x}.report"
    document = _again(cache._recall_answer(folder, name, question))
    if document is None:
        with overheard() as told:
            document = build()
        if question == _question(destination):  # nobody changed anything meanwhile
            cache._keep_answer(folder, name, question, (_day(document), tuple(told), pack(document)))
    return document


def _question(destination: Destination) -> tuple[Any, ...] | None:
    """Everything that a report depends on but the day: the command's words, and the plan, contacts and ledger.

    None where that cannot be said, or not twice, or where a server keeps the ledger: then the report is built.
    """
    context = click.get_current_context()
    given = {name: value for name, value in context.params.items() if name not in _RENDERING}
    try:
        named = given["plan"]  # as it was typed: Typer makes it a path only for the command itself
        plan = find_plan(Path(named) if named else None, os.environ, Path.cwd())
        place = Place.at(plan, given["ledger"])
        file = place.file
        if not is_file(plan) or file is None:
            return None
        last = (0, "") if place.nothing_recorded else last_of(file)
        words = context.command_path, repr(sorted(given.items())), spoken(), destination.in_plans_language
        return *words, str(plan), place.name, *PlanFiles(plan).content(), last
    except JkError:
        return None


def _day(document: Document) -> tuple[float, float] | None:
    """The moments between which a report of today is one of today, the second not included; None where a day was named.

    In seconds, as the clock gives them: to tell a zone's day takes longer than to read them again.
    """
    if click.get_current_context().params["as_of"]:
        return None
    from zoneinfo import ZoneInfo

    day, zone = document.about.as_of, ZoneInfo(document.about.timezone)
    begins, ends = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    return begins.timestamp(), ends.timestamp()


def _again(answer: Any) -> Document | None:
    """The report of an answer that was kept, if its day is not over; what was told with it is told again."""
    try:
        day, told, row = answer
        document = unpack(row) if day is None or day[0] <= now().timestamp() < day[1] else None
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return None
    for line in told if document else ():
        tell(line)
    return document
