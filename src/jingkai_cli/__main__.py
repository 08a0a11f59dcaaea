"""`jk`, and `python -m jingkai_cli`."""

import gc
import os
from typing import NoReturn

ENOUGH = 1_000_000
"""How many new objects there must be before garbage is looked for among them."""


def main() -> NoReturn:
    """Run `jk`.

    What is loaded at the start stays to the end: while it is loaded no garbage is looked for, nor later among it. What
    a report reads stays as well, and to look through it whenever some hundred objects were added took a fifth of its
    time.
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
