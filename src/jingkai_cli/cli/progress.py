"""A progress bar on stderr, where there is a person to see it and enough to wait for."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LONG = 2000
"""From so many entries on, a progress bar shows that something happens."""


@contextmanager
def bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar for the block; it gives what is to be called with the number that was reached.

    Args:
        what: what is going on, in a word or two.
        total: the number at which it is done.
    """
    if total < LONG or not sys.stderr.isatty():
        yield lambda _reached: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda reached: shown.update(task, completed=reached)
