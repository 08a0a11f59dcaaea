"""What an import did not read, a line for each column, sheet or reason: rolling sheets have many rows alike."""

from collections.abc import Iterator, Sequence

from ..language import _, ngettext
from .grid import letters
from .unused_cells import Account, Listed

_SEEN = 5
"""Places that a line names."""


def once_each(account: Account) -> Iterator[str]:
    """The remarks, one line for each column, sheet and reason of what was not used, and one for formulas as saved."""
    yield from account.remarks
    groups: dict[tuple[int, str, int, str], list[Listed]] = {}
    for listed in account.unused():
        number, _row, column = listed.place
        key = (number, listed.group, column if listed.group == "column" else 0, listed.why)
        groups.setdefault(key, []).append(listed)
    for (_number, group, column, why), members in groups.items():
        yield _line(group, column, why, members)
    formulas = [str(cell.where) for cell in account.used() if cell.formula]
    if formulas:
        text = ngettext(
            "{count} formula was read as the value saved with it: {cells}",
            "{count} formulas were read as the values saved with them: {cells}",
            len(formulas),
        )
        yield text.format(count=len(formulas), cells=_some(formulas))


def _line(group: str, column: int, why: str, members: list[Listed]) -> str:
    if group == "column":
        text = _("column {letters} ({title}) was not read: {why}")
        return text.format(letters=letters(column), title=_short(members[0].text), why=why)
    if group == "sheet":
        text = _("sheet {title} was not read: {why}")
        return text.format(title=members[0].where, why=why)
    if len(members) == 1:
        one = members[0]
        cell = _("line {number}").format(number=one.where) if one.where.isdecimal() else one.where
        return _("{cell} “{text}” was not read: {why}").format(cell=cell, text=_short(one.text), why=why)
    rows = sorted({listed.place[1] for listed in members})
    count = ngettext("{count} row", "{count} rows", len(rows)).format(count=len(rows))
    texts = {row: " | ".join(listed.text for listed in members if listed.place[1] == row) for row in rows[:_SEEN]}
    said = _some([f"“{_short(text)}”" for text in texts.values()] + ([""] if len(rows) > _SEEN else []))
    text = _("{count} ({rows}) not read: {why}: {texts}")
    return text.format(count=count, rows=_some(_runs(rows)), why=why, texts=said)


def _runs(rows: Sequence[int]) -> list[str]:
    """Row numbers with those in a run joined: 3–7."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1][1:] = [row]
        else:
            runs.append([row])
    return ["–".join(map(str, run)) for run in runs]


def _some(texts: list[str]) -> str:
    return ", ".join(texts[:_SEEN]) + (", …" if len(texts) > _SEEN else "")


def _short(text: str) -> str:
    said = " ".join(text.split())
    return said if len(said) <= 20 else said[:19] + "…"  # noqa: PLR2004 - a glance
