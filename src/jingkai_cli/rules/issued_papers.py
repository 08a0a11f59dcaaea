"""What follows from the register of issued papers: the next number, and the level after an unanswered letter."""

from collections.abc import Iterable, Mapping
from datetime import date

from ..field_types import Level
from ..kinds.issued import LEVELS
from ..kinds.lifecycle import Issued, LetterContent

RAISED: Mapping[Level, Level] = {"blue": "yellow", "yellow": "red"}
"""Level of an unanswered letter → level of the next letter."""


def next_letter(issued: Iterable[Issued], year: int) -> int:
    """The number of the next letter of a year: one more than the highest so far."""
    return 1 + max((each.ordinal for each in issued if each.paper == "notice" and each.on.year == year), default=0)


def bulletins(issued: Iterable[Issued]) -> list[Issued]:
    """The bulletins, in the order of issue."""
    return sorted((each for each in issued if each.paper == "bulletin"), key=lambda each: (each.on, each.seq))


def next_bulletin(issued: Iterable[Issued]) -> int | None:
    """The number of the next bulletin, one more than the last; None if none was issued."""
    earlier = bulletins(issued)
    return earlier[-1].ordinal + 1 if earlier else None


def ignored(issued: Iterable[Issued], unit: str, day: date) -> tuple[Issued, ...]:
    """The letters to a unit that were not answered in time, in the order of issue.

    Letters before the last one that the unit answered do not count.
    """
    letters = sorted(
        (each for each in issued if each.paper == "notice" and each.unit == unit and each.on <= day),
        key=lambda each: (each.on, each.seq),
    )
    answered = [place for place, each in enumerate(letters) if not each.open_on(day)]
    since = letters[answered[-1] + 1 :] if answered else letters
    return tuple(each for each in since if each.days_overdue(day))


def raised(level: Level, by: Iterable[Issued]) -> Level:
    """The level of a letter, raised by the worst of the unanswered letters."""
    worst = min((each.level for each in by if each.level), key=_severity, default=None)
    return min(level, RAISED.get(worst, worst), key=_severity) if worst else level


def _severity(level: Level | None) -> int:
    """0 for the worst level; a letter without a level comes last."""
    return [*LEVELS].index(level) if level else len(LEVELS)


def same_letter(issued: Iterable[Issued], content: LetterContent) -> Issued | None:
    """The issued letter with the same content to the same unit on the same day; None if there is none."""
    return next((each for each in issued if each.paper == "notice" and each.letter_content == content), None)
