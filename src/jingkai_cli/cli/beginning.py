"""`jk init --from`: the plan file from an office's own plan."""

from pathlib import Path
from tempfile import TemporaryDirectory

from ..language import _, ngettext
from ..quantities import enumeration
from .output import give, tell, write_whole

HEADERS = "headers.yaml"
"""Headers of one's own, beside the plan that is begun."""


def from_office(source: Path, year: int | None, columns: Path | None, file: Path) -> None:
    """Write the plan that a document holds; stderr names all that is not in it.

    Raises:
        InvalidInput: the document cannot be read, or what it says makes no plan.
        Refused: it is no document of a kind that is read, or nobody says which year it is for.
    """
    from ..intake.plan_documents import Reading, read_office_plan
    from ..plan import load_plan

    headers = file.with_name(HEADERS)
    made = read_office_plan(source, Reading(year, columns, headers if headers.is_file() else None))
    content = made.text().encode()
    with TemporaryDirectory() as folder:  # what is written loads: it is held against the same checks first
        trial = Path(folder) / file.name
        trial.write_bytes(content)
        load_plan(trial)
    write_whole({file: content})
    if made.encoding == "gb18030":
        tell(_("{file}: read as GB18030").format(file=source))
    unused = made.unused()
    for finding in made.remarks():
        tell(str(finding))
    if unused:
        tell(ngettext("{count} not used:", "{count} not used:", len(unused)).format(count=len(unused)))
    for finding in unused:
        tell(str(finding))
    count = len(made.drafts.tasks)
    tasks = ngettext("{count} task", "{count} tasks", count).format(count=count)
    give(_("{file} made from {source}: {tasks}").format(file=file, source=source, tasks=tasks))
    cells = len(made.account.used())
    give(ngettext("  {count} cell read", "  {count} cells read", cells).format(count=cells))
    if undated := made.undated():
        text = _("  without a deadline that could be read, and ending with the year until one is confirmed: {ids}")
        give(text.format(ids=enumeration(undated)))
