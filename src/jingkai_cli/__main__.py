"""The entry point of `jk` and of `python -m jingkai_cli`."""

import gc
import os
from typing import NoReturn

ENOUGH = 1_000_000
"""The threshold of the garbage collector: how many new objects make it run."""


def main() -> NoReturn:
    """Run `jk`. The garbage collector is off while modules are imported, and runs rarely after that.

    The imported objects are frozen, because they live until the end. A report keeps most of what it reads, too: with
    Python's default threshold the collector took a fifth of the time.
    """
    gc.disable()
    if "_JK_COMPLETE" in os.environ:  # `environment.COMPLETION`, without the import
        from .cli.command_table import answer

        if answer():
            raise SystemExit(0)
    from .cli.app import main as run

    gc.freeze()
    gc.set_threshold(ENOUGH)
    gc.enable()  # an import of a hundred thousand lines creates garbage
    run()


if __name__ == "__main__":
    main()
