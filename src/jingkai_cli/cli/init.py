"""`jk init`: begin a workspace."""

from pathlib import Path
from typing import Annotated

from typer import Argument

from ..errors import Refused
from ..language import _
from .output import give, write_whole

TEMPLATE = Path(__file__).parent / "tasks.template.yaml"


def init(
    folder: Annotated[
        Path, Argument(metavar=_("[FOLDER]"), help=_("Where to begin; here by default."), show_default=False)
    ] = Path(),
) -> None:
    file = folder / "tasks.yaml"
    if not folder.is_dir():
        raise Refused(_("there is no folder {folder}: make it first").format(folder=folder))
    if file.exists():
        raise Refused(_("{file} is there already: it was not touched").format(file=file))
    write_whole({file: TEMPLATE.read_bytes()})
    give(_("{file} begun: write your tasks into it, then `jk report` shows them").format(file=file))
