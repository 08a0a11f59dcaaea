"""The files of a plan: `tasks.yaml`, and `contacts.yaml` beside it where there is one."""

import os.path
from functools import cache
from pathlib import Path

from ..errors import Finding, InvalidInput
from ..language import _

CONTACTS = "contacts.yaml"
LARGEST = 4 * 1024 * 1024


class PlanFiles:
    """The files of one plan. Each is read once, so that what is remembered of a plan is what was read of it."""

    def __init__(self, path: Path) -> None:
        """Take the plan's path, as it was named."""
        beside = path.parent / CONTACTS
        self.plan = path
        self.contacts = beside if is_file(beside) else None
        self.read = cache(read_bytes)

    def content(self) -> tuple[bytes, bytes | None]:
        """What stands in the plan and in the contacts beside it.

        Raises:
            InvalidInput: One of them cannot be read.
        """
        return self.read(self.plan), self.read(self.contacts) if self.contacts else None


def is_file(path: Path) -> bool:
    """Whether a file is there, and in a folder that may be searched."""
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises where a folder may not be searched


def read_bytes(path: Path) -> bytes:
    """What stands in a file that a person wrote; findings name the file as it is given.

    Raises:
        InvalidInput: It cannot be opened, or is bigger than 4 MiB.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)  # a pipe has no size to ask for
    except FileNotFoundError:
        message = _("there is no such file (type `jk init` to begin a plan, or name one with --plan FILE)")
    except IsADirectoryError:
        message = _("this is a folder (expected a file such as tasks.yaml)")
    except PermissionError:
        message = _("you may not read this file (ask its owner)")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        message = _("cannot be read: {reason}").format(reason=error)
    else:
        if len(raw) <= LARGEST:
            return raw
        message = _("bigger than 4 MiB (expected the text of a plan)")
    raise InvalidInput([Finding(str(path), 0, 0, message)])
