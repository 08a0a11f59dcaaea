"""Plans that were read before: one is checked once for each content, and then read back without pydantic and yaml."""

from pathlib import Path
from zlib import crc32

from .. import cache
from ..errors import InvalidInput
from ..model import Plan
from .files import PlanFiles
from .packed import pack, unpack


def recall(folder: Path, files: PlanFiles) -> Plan | None:
    """The plan that these files gave before; None where nothing fits."""
    try:
        content = files.content()
        row = cache.recall(folder, _name(content), content)
        return None if row is None else unpack(row)
    except (InvalidInput, ArithmeticError, LookupError, TypeError, ValueError):
        return None


def keep(folder: Path, files: PlanFiles, plan: Plan) -> None:
    """Remember the plan that these files give; where that cannot be written, nothing is said."""
    content = files.content()
    cache.keep(folder, _name(content), content, pack(plan))


def _name(content: tuple[bytes, bytes | None]) -> str:
    """Under which name a plan is remembered."""
    plan, contacts = content
    return f"{crc32(contacts or b'', crc32(plan)):08x}-{len(plan):x}.plan"
