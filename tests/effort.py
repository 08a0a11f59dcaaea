"""The number of examples: a tenth by default, all of them with JK_TEST_THOROUGH=1."""

import os
import shutil
from pathlib import Path

THOROUGH = bool(os.environ.get("JK_TEST_THOROUGH"))


def share(number: int) -> int:
    """All of `number` examples or batches, or a tenth of them."""
    return number if THOROUGH else -(-number // 10)


def memory() -> str | None:
    """A folder in memory, because on a disk every recorded entry waits for an fsync."""
    folder = "/dev/shm"  # noqa: S108 - folders with names of their own are made in it
    return folder if Path(folder).is_dir() and shutil.disk_usage(folder).free > 4 << 30 else None
