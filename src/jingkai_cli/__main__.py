"""`jk`, and `python -m jingkai_cli`."""

import gc
from typing import NoReturn


def main() -> NoReturn:
    """Run `jk`.

    What is loaded at the start stays to the end: while it is loaded no garbage is looked for, nor later among it.
    """
    gc.disable()
    from .cli.app import main as run

    gc.freeze()
    gc.enable()  # an import of a hundred thousand lines makes some
    run()


if __name__ == "__main__":
    main()
