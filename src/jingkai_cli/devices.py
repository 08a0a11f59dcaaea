"""Files that have no end: a device is never read as a file is."""

from errno import EINVAL
from pathlib import Path

from .language import _


def refuse_device(file: Path) -> None:
    """Refuse what would be read for ever, such as /dev/zero or a link to it.

    Raises:
        OSError: it is a device; `strerror` says so.
    """
    if file.is_char_device():
        raise OSError(EINVAL, _("it is a device, not a file"), str(file))
