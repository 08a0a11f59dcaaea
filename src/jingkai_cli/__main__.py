"""`jk`, and `python -m jingkai_cli`."""

import gc
import os
from typing import NoReturn

ENOUGH = 1_000_000
"""The collector's threshold: how many new objects there must be before it runs."""


def main() -> NoReturn:
    """Run `jk` with the garbage collector off while modules are imported, and seldom run after that.

    The imported objects are frozen: they live until the end. A report keeps what it reads, too; with Python's usual
    threshold the collector took a fifth of its time.
    """
    gc.disable()
    if "_JK_COMPLETE" in os.environ:  # `environment.COMPLETION`, which would be imported for nothing
        from .cli.command_table import answer

        if answer():
            raise SystemExit(0)
    from .cli.app import main as run

    gc.freeze()
    gc.set_threshold(ENOUGH)
    gc.enable()  # an import of a hundred thousand lines makes some
    run()


if __name__ == "__main__":
    main()
