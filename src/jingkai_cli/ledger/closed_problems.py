"""Tells from the table of events alone which problems are closed, so that a list of open ones need not read them."""

from collections.abc import Iterator, Sequence

from ..kinds import kind_of
from ..kinds.life import ProblemState
from .derived import Rows
from .timeline import EventRow

_WITH = "SELECT seq FROM entries WHERE kind = 'problem' AND body LIKE ?"

_PART, _AT_SITE = '%"part_of":%', '%"site":%'
"""What canonical JSON has of a part and of a problem at a site; LIKE takes `_` for any character, and `"` in a text is
escaped."""


def closed_problems(rows: Rows, found: Sequence[EventRow]) -> dict[int, ProblemState]:
    """The problems that are closed, by number: in which state the last step of each of them left it.

    Left out are those that have to be read all the same: a part, for its whole follows it; and, once sites were
    inspected, one of a site, for an inspection may reopen it without naming it.

    Args:
        rows: runs one SQL statement.
        found: the events of every task as of a date.
    """
    leaves = {kind: kind_of(kind).leaves for kind in {row[3] for row in found}}
    links = (_PART, _AT_SITE) if "inspection" in leaves else (_PART,)
    linked = {seq for link in links for (seq,) in rows(_WITH, (link,))}
    last: dict[str, tuple[str, int, ProblemState]] = {}
    for _task, on, seq, kind, subject, _until, _basis in found:
        if (state := leaves[kind]) and subject.isdecimal():
            known = last.get(subject)
            if known is None or known[:2] < (on, seq):
                last[subject] = on, seq, state
    return {
        int(subject): state
        for subject, (_on, _seq, state) in last.items()
        if state != "open" and int(subject) not in linked
    }


def without(closed: dict[int, ProblemState], found: Sequence[EventRow]) -> Iterator[EventRow]:
    """The events but for the opening of each closed problem, and what left it in a state."""
    subjects = {str(seq) for seq in closed}
    leaving = {kind for kind in {row[3] for row in found} if kind_of(kind).leaves}
    return (row for row in found if row[2] not in closed and not (row[4] in subjects and row[3] in leaving))
