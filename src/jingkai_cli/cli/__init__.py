"""The commands. The only package that reads the clock, the environment or the terminal."""

import os

from ..language import bind

bind(os.environ)  # before Typer is imported: it translates its headings at import
