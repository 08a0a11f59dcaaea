"""How much is tried, and where: a share of it day by day, and all of it with JK_TEST_THOROUGH=1, as `.ci/run` does."""

import os
import shutil
from pathlib import Path

THOROUGH = bool(os.environ.get("JK_TEST_THOROUGH"))


def share(number: int) -> int:
    """So many examples or batches, or a fifth of them."""
    return number if THOROUGH else -(-number // 5)


def memory() -> str | None:
    """A folder in memory: no test needs a disk, and each entry that is recorded would wait for one."""
    folder = "/dev/shm"  # noqa: S108 - folders with names of their own are made in it
    return folder if Path(folder).is_dir() and shutil.disk_usage(folder).free > 4 << 30 else None
