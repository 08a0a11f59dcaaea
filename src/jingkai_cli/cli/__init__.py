"""The command-line interface: the only package that reads the clock, the environment or the terminal."""

import os
import sys
from types import TracebackType

from ..language import bind


def _print_traceback(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print a traceback, except for Ctrl-C, which may come while modules are imported."""
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _print_traceback
bind(os.environ)  # before Typer is imported, because it translates its headings then
