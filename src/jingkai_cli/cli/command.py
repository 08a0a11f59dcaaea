"""What every command asks of its arguments, beyond their types."""

from typing import Any

import click
from typer.core import TyperCommand

from ..language import _


class Command(TyperCommand):
    """A command that takes nothing empty: `--on "$DAY"` must not mean today because a script forgot to set DAY."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse what is given and holds nothing but blanks."""
        rest = super().parse_args(ctx, args)
        for parameter in self.get_params(ctx):
            given: Any = ctx.params.get(parameter.name or "")
            for value in given if isinstance(given, list | tuple) else (given,):
                if isinstance(value, str) and not value.strip():
                    raise click.BadParameter(_("it is empty"), ctx, parameter)
        return rest
