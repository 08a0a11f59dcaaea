"""`jk init --from`: the plan file from an office's own plan in Word or Excel."""

from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import Refused
from ..language import _, ngettext
from .output import give, tell, write_whole


def from_office(source: Path, year: int | None, file: Path) -> None:
    """Write the plan that a document holds, and tell every cell of it that was not understood.

    Raises:
        InvalidInput: the document cannot be read, or what it says makes no plan.
        Refused: it is no document of a kind that is read, or nobody says which year it is for.
    """
    from ..intake.plan_documents import ENDINGS, convert
    from ..plan import load_plan

    if source.suffix.lower() not in ENDINGS:
        text = _("{file}: a plan is taken from {endings}")
        raise Refused(text.format(file=source, endings=" ".join(ENDINGS)))
    made = convert(source, year)
    content = made.text.encode()
    with TemporaryDirectory() as folder:  # what is written loads: it is held against the same checks first
        trial = Path(folder) / file.name
        trial.write_bytes(content)
        load_plan(trial)
    write_whole({file: content})
    for finding in made.unread:
        tell(str(finding))
    tasks = ngettext("{count} task", "{count} tasks", made.tasks).format(count=made.tasks)
    give(_("{file} made from {source}: {tasks}").format(file=file, source=source, tasks=tasks))
    if made.unread:
        count = len(made.unread)
        text = ngettext(
            "  {count} thing could not be read: hold the file against the document",
            "  {count} things could not be read: hold the file against the document",
            count,
        )
        give(text.format(count=count))
