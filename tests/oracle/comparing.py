"""Compare the answers of the program and of the oracle."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from . import history
from .history import Mapped
from .questions import Question
from .verdict import Verdict

JUDGED = {"pace", "behind"}
"""The fields that a rounding difference in a reason may change."""


@dataclass
class Tally:
    """Counts of compared and skipped answers (where float rounding decides), and all differences."""

    compared: int = 0
    skipped: int = 0
    differences: list[str] = field(default_factory=list)
    curves: dict[Any, Any] = field(default_factory=dict)
    """The planned curves of one case, cached."""


def compare(plan: Mapped, lines: list[Mapped], question: Question, answered: tuple[int, Any], tally: Tally) -> None:
    """Compare the program's exit code and JSON with the oracle's."""
    code, answer = answered
    known = history.known(lines, question.moment)
    peers: dict[str, Verdict] = {}
    verdicts = [Verdict(plan, task, known, question.as_of, tally.curves, peers) for task in plan["tasks"]]
    wanted = [verdict for verdict in verdicts if _asked(verdict, question)]
    if question.at_risk:
        wanted.sort(key=_urgency)
    if question.overdue:
        wanted.sort(key=lambda verdict: -verdict.worst)
    found = {item["id"]: item for item in answer["items"]}
    where = " ".join(question.arguments)
    if answer["ledger_head"]["seq"] != len(known):
        tally.differences.append(f"{where}: head {answer['ledger_head']['seq']}, expected {len(known)}")
    for verdict in verdicts:
        assert verdict.reasons is not None  # computed now, so that `close` is complete
    # Skip tasks whose state depends on float rounding.
    close = {v.task["id"] for v in verdicts if v.close & JUDGED}
    listed = [item["id"] for item in answer["items"] if item["id"] not in close]
    expected = [v.task["id"] for v in wanted if v.task["id"] not in close]
    if listed != expected:
        tally.differences.append(f"{where}: lists {listed}, expected {expected}")
    late = bool(wanted) if question.filtered else any(v.state == "overdue" for v in verdicts)
    if code != int(late) and not close:
        tally.differences.append(f"{where}: exit code {code}, expected {int(late)}")
    for verdict in wanted:
        if verdict.task["id"] in found:
            _one(where, verdict, found[verdict.task["id"]], tally)


def _urgency(verdict: Verdict) -> tuple[bool, Fraction]:
    """Sort key: tasks that are steadily behind first, then by their delay as a share of the planned time."""
    days, whole = verdict.behind.days if verdict.behind else None, verdict.planned_days
    share = days / whole if days and whole and days > 0 else Fraction(0)
    return not (verdict.paced and verdict.steady), -share


def _asked(verdict: Verdict, question: Question) -> bool:
    names = {verdict.task["id"], *verdict.task.get("formerly", [])}
    states = {"overdue"} if question.overdue else set()
    states |= {"at-risk"} if question.at_risk else set()
    return (
        (not question.tasks or bool(names & set(question.tasks)))
        and (not states or verdict.state in states)
        and (question.unit is None or verdict.task["lead_unit"] == question.unit)
        and (question.due_within is None or verdict.due_within(question.due_within))
    )


def _one(where: str, verdict: Verdict, found: Mapped, tally: Tally) -> None:
    expected = verdict.item
    for name, value in expected.items():
        skip = (
            (name in ("state", "reasons") and verdict.close & JUDGED)
            or (name == "lamp" and verdict.close & {*JUDGED, "lamp"})
            or (name in ("forecast_finish", "forecast_late") and "forecast" in verdict.close)
        )
        if skip:
            tally.skipped += 1
        elif name == "reasons":
            _reasons(where, verdict, found[name], tally)
        else:
            _value(f"{where}: task {expected['id']}: {name}", value, found[name], tally)


def _reasons(where: str, verdict: Verdict, found: list[Mapped], tally: Tally) -> None:
    place = f"{where}: task {verdict.task['id']}"
    expected = verdict.reasons
    _value(f"{place}: reasons", [r["code"] for r in expected], [r["code"] for r in found], tally)
    for ours, theirs in zip(expected, found, strict=False):
        for name, value in ours.items():
            if (name in ("earliest", "days") and ours["code"] == "waits" and "forecast" in verdict.close) or (
                name == "far" and "lamp" in verdict.close
            ):
                tally.skipped += 1
            else:
                _value(f"{place}: {ours['code']}.{name}", value, theirs.get(name), tally)


def _value(what: str, expected: Any, found: Any, tally: Tally) -> None:
    tally.compared += 1
    if isinstance(expected, Fraction) and found is not None:
        same = abs(float(expected) - found) < 1e-6
        expected = float(expected)
    elif isinstance(expected, list) and expected and isinstance(expected[0], dict):
        same = [{name: x[name] for name in y} for x, y in zip(found, expected, strict=False)] == expected
        same = same and len(found) == len(expected)
    else:
        same = expected == found
    if not same:
        tally.differences.append(f"{what}: {found}, expected {expected}")
