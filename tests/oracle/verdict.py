"""State, lamp and reasons from the text of the rules, independent of `rules/status.py` and `rules/reasons.py`.

Where two figures are so close that float rounding may decide, the answers are listed in `close` and not compared.
"""

from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from . import history
from .curves import Curve, counted, curve, is_reported, month_gaps, progress, start_of, unreported_months
from .forecasts import DaysBehind, Wait, waits
from .history import Mapped

DEFAULTS = {
    "report_by": "wed",
    "week_ends": "sun",
    "due_soon": "15",
    "behind": "10",
    "far_behind": "30",
    "milestone_red": "15",
    "problem_red": "7",
    "pace_after": "15",
    "pace_days": "7",
    "pace_share": "3",
}
CODES = [
    "overdue", "milestone-overdue", "month-overdue", "problem-overdue", "problem-major", "subtasks-red", "pace",
    "waits", "behind", "due-soon", "milestone", "unstarted", "silent",
]  # fmt: skip
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
EPSILON = Fraction(1, 10**9)


class Verdict:
    """The judgement of one task: `item` as in `jk report -f json`, `close` the answers that depend on rounding.

    `peers` has the verdicts of all tasks by id, because a task may wait for another; the caller fills it.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a verdict follows from
        self,
        plan: Mapped,
        task: Mapped,
        lines: list[Mapped],
        day: date,
        curves: dict[Any, Any],
        peers: dict[str, "Verdict"] | None = None,
    ) -> None:
        self.plan, self.task, self.day, self.lines = plan, task, day, lines
        self.peers = {} if peers is None else peers
        self.peers[task["id"]] = self
        self.rules = {name: plan.get("rules", {}).get(name, value) for name, value in DEFAULTS.items()}
        self.close: set[str] = set()
        self.entries = history.standing(lines, task, day)
        self.start = start_of(plan, task)
        self.done, self.accepted = history.finished(self.entries)
        self.deadline = history.deadline(self.entries, task, None)
        self.left = (self.deadline - day).days
        self.gone = (day - self.start).days
        self.milestones = [
            (m, history.deadline(self.entries, m, m["id"]), history.reached(self.entries, m))
            for m in task.get("milestones", [])
        ]
        self.problems = [problem for problem in history.problems(self.entries) if problem["open"]]
        self.heard = self._heard()
        self.actual = self._progress()
        self.curve = self._curve(curves)
        self.planned = self.curve.on(day) if self.curve else None
        self.gap = None if self.planned is None or self.actual is None else self.planned - self.actual
        self.months = month_gaps(task, self.entries, day)
        self.late = [] if self.done else self._late()
        self.behind = None if self.done else DaysBehind(self)

    @cached_property
    def reasons(self) -> list[Mapped]:
        return [] if self.done else self._reasons()

    @property
    def item(self) -> Mapped:
        own = next((x for x in self.late if x[1] is self.task), None)
        behind, forecast = self.behind, self.behind.forecast if self.behind else None
        return {
            "id": self.task["id"],
            "state": self.state,
            "lamp": self.lamp,
            "deadline": self.deadline.isoformat(),
            "original_deadline": self.task["deadline"],
            "days_overdue": own[0] if own else 0,
            "days_left": None if self.done else self.left,
            "overdue_milestones": [
                {"id": x["id"], "deadline": end.isoformat(), "days_overdue": days}
                for days, x, end in self.late
                if x is not self.task and not _is_indicator(x) and not _is_problem(x)
            ],
            "progress": self.actual,
            "planned": self.planned,
            "gap": self.gap,
            "days_behind": behind and behind.days,
            "lag": behind and behind.lag,
            "slip": behind and behind.slip,
            "earned_schedule": behind and behind.earned,
            "planned_days": self.planned_days,
            "forecast_finish": _text(forecast[0]) if forecast else None,
            "forecast_late": _text(forecast[1]) if forecast else None,
            "waits_for": list(dict.fromkeys(name for wait in self.waits for name in wait.unreached)),
            "last_report_on": _text(history.last_report_on(self.heard)),
            "reasons": self.reasons,
        }

    @property
    def planned_days(self) -> int | None:
        return max(0, (self.deadline - self.start).days) if self._confirmed else None

    @property
    def state(self) -> str:
        if self.done:
            return "accepted" if self.accepted else "done"
        if self.late:
            return "overdue"
        if not self.heard and self.day < self.start:
            return "not-started"
        if self.reasons:
            return "at-risk"
        return "on-track" if self._judged else "no-plan"

    @property
    def lamp(self) -> str:
        if self.done:
            return "green"
        promised = [gap for _indicator, gap in self.months]
        promised += [self.gap] if self.gap is not None and self.curve and self._written else []
        far = [self._at_least("lamp", gap, Fraction(self.rules["far_behind"])) for gap in promised]
        if any(far) or any(days > self._red_after(x) for days, x, _end in self.late):
            return "red"
        if any(problem["major"] for problem in self.problems):
            return "red"
        if self.reasons:
            return "yellow"
        if self.state == "not-started":
            return "none"
        return "green" if self._judged else "none"

    def _red_after(self, thing: Mapped) -> int:
        """The greatest number of days late without a red lamp."""
        if thing is self.task:
            return 0
        return int(self.rules["problem_red" if _is_problem(thing) else "milestone_red"])

    @property
    def _judged(self) -> bool:
        """Whether the task has anything to be judged by."""
        return bool(self.months) or self.gap is not None or self._confirmed_date_due

    @property
    def worst(self) -> int:
        return self.late[0][0] if self.late else 0

    def due_within(self, days: int) -> bool:
        """Whether the task, a milestone judged by its date, or a problem is due within `days` days."""
        dates = [self.deadline] if self._confirmed else []
        dates += [*(end for m, end, hit in self.milestones if not hit and not m.get("indicators"))]
        dates += [history.day_of(problem["deadline"]) for problem in self.problems]
        return not self.done and any(self.day <= end <= self.day + timedelta(days=days) for end in dates)

    @property
    def _confirmed(self) -> bool:
        return "deadline" not in self.task.get("unconfirmed", [])

    @property
    def _written(self) -> bool:
        match self.task.get("measure", "percent"):
            case "percent":
                return bool(self.task.get("planned"))
            case "indicators":
                return any(i.get("planned") for i in counted(self.task))
            case measure:
                return bool(measure == "milestones")

    @property
    def _confirmed_date_due(self) -> bool:
        return any(
            end <= self.day and not m.get("indicators") and "deadline" not in m.get("unconfirmed", [])
            for m, end, _hit in self.milestones
        )

    def _heard(self) -> list[Mapped]:
        """The entries that end a silence."""
        return self.entries

    def _progress(self) -> Fraction | None:
        return progress(self.task, self.entries)

    def _curve(self, curves: dict[Any, Any]) -> Curve | None:
        ends = [end for _m, end, _hit in self.milestones]
        key = (self.task["id"], self.deadline, *ends)
        if key not in curves:
            curves[key] = curve(self.plan, self.task, self.deadline, ends)
        drawn: Curve | None = curves[key]
        return drawn

    def _at_least(self, what: str, value: Fraction, limit: Fraction) -> bool:
        """Exactly at the limit `jk` must find the reason despite float rounding; just below it, rounding may decide."""
        if 0 < limit - value < EPSILON:
            self.close.add(what)
        return value >= limit

    def _late(self) -> list[tuple[int, Mapped, date]]:
        things = [(self.task, self.deadline)] if self._confirmed else []
        things += [(m, end) for m, end, hit in self.milestones if not hit and not m.get("indicators")]
        things += [(problem, history.day_of(problem["deadline"])) for problem in self.problems]
        things += [(m, end) for m, end, hit in self.milestones if not hit and self._is_unreported(m)]
        things += unreported_months(self.task, self.entries, self.day)
        over = [((self.day - end).days, thing, end) for thing, end in things if end < self.day]
        return sorted(over, key=lambda x: x[0], reverse=True)

    def _is_unreported(self, milestone: Mapped) -> bool:
        """Whether a milestone is judged by a month's figures and one of them is missing."""
        names = milestone.get("indicators", [])
        carried = [i for i in self.task.get("indicators", []) if i["id"] in names]
        return any(not is_reported(self.entries, i, history.day_of(milestone["deadline"])) for i in carried)

    def slips(self) -> list[tuple[date, int]]:
        """For each reached milestone the day, and how many days after the deadline then in force."""
        found = []
        for milestone in self.task.get("milestones", []):
            day = history.reached_on(self.entries, milestone)
            if day:
                before = [e for e in self.entries if history.day_of(e["on"]) <= day]
                found.append((day, (day - history.deadline(before, milestone, milestone["id"])).days))
        return found

    @property
    def paced(self) -> bool:
        """Whether the pace rule flags it."""
        days, whole = self.behind.days if self.behind else None, self.planned_days
        if days is None or whole is None or self.late or self.gone < 0:
            return False
        if self.gone * 100 < Fraction(self.rules["pace_after"]) * whole:
            return False
        least = max(Fraction(self.rules["pace_days"]), Fraction(self.rules["pace_share"]) * whole / 100)
        return self._at_least("pace", days, least)

    @property
    def steady(self) -> bool:
        days = history.reading_days(self.heard)
        return len(days) > 1 and self._on(days[-2]).paced

    def _on(self, day: date) -> "Verdict":
        """The verdict on an earlier day."""
        return Verdict(self.plan, self.task, self.lines, day, {})

    @property
    def waits(self) -> list[Wait]:
        return [] if self.done or self.hold else list(waits(self, self._parent))

    _parent: str | None = None
    hold: str | None = None
    """`suspended` or `cancelled`; only for tasks that may be on hold."""

    def _reasons(self) -> list[Mapped]:
        found = self._reasons_of_dates()
        if self.paced and self.behind:
            figures = {name: getattr(self.behind, name) for name in ("lag", "slip", "slips")}
            found.append({"code": "pace", "days_behind": self.behind.days, "steady": self.steady, **figures})
        for wait in self.waits:
            if wait.earliest is None:
                found.append({"code": "waits", "id": wait.thing["id"], "after": wait.unreached})
                continue
            days = (wait.earliest - wait.deadline).days
            if days >= int(self.rules["pace_days"]):
                figures = {"earliest": wait.earliest.isoformat(), "days": days, "after": wait.unreached}
                found.append({"code": "waits", "id": wait.thing["id"], **figures})
        far_behind = Fraction(self.rules["far_behind"])
        gap = self._gap_to_flag()
        if gap is not None and self._written:
            found.append({"code": "behind", "far": self._at_least("lamp", gap, far_behind), "straight_line": False})
        by_month = [
            {"code": "behind", "id": indicator["id"], "far": self._at_least("lamp", missing, far_behind)}
            for indicator, missing in self.months
            if self._at_least("behind", missing, Fraction(self.rules["behind"]))
        ]
        flagged = bool(by_month) or (gap is not None and self._written)
        found += by_month
        if self._due_soon():
            found.append({"code": "due-soon", "days_left": self.left})
        if flagged:
            found += [
                {"code": "milestone", "id": m["id"], "days_left": (end - self.day).days}
                for m, end, hit in self.milestones
                if not hit and not m.get("indicators") and 0 <= (end - self.day).days <= int(self.rules["due_soon"])
            ]
        found += self._silence()
        if found and gap is not None and not self._written:
            line = {"code": "behind", "far": self._at_least("lamp", gap, far_behind), "straight_line": True}
            after = sum(CODES.index(why["code"]) <= CODES.index("behind") for why in found)
            found.insert(after, line)
        return found

    def _reasons_of_dates(self) -> list[Mapped]:
        """The reasons for late things and for open major problems."""
        found = []
        reported = history.last_report_on(self.entries)
        for days, thing, end in sorted(self.late, key=lambda x: CODES.index(self._code(x[1]))):
            late = {"code": self._code(thing), "id": thing["id"], "days": days}
            if not _is_problem(thing):
                by_figures = thing is not self.task and (_is_indicator(thing) or bool(thing.get("indicators")))
                late["reported"] = not by_figures and reported is not None and reported >= end
            found.append(late)
        return [*found, *({"code": "problem-major", "id": p["id"]} for p in self.problems if p["major"])]

    def _code(self, thing: Mapped) -> str:
        if thing is self.task:
            return "overdue"
        if _is_problem(thing):
            return "problem-overdue"
        return "month-overdue" if _is_indicator(thing) else "milestone-overdue"

    def _gap_to_flag(self) -> Fraction | None:
        """The gap if it reaches the limit, else None."""
        if self.gap is None or not self._at_least("behind", self.gap, Fraction(self.rules["behind"])):
            return None
        return self.gap

    def _due_soon(self) -> bool:
        near = 0 <= self.left <= int(self.rules["due_soon"])
        return bool(self.curve) and not self.late and self.gone >= 0 and near and self.actual is None

    def _silence(self) -> list[Mapped]:
        if not self.entries and "start" in self.task and self.gone >= 7:
            return [{"code": "unstarted", "days": self.gone}]
        heard = history.last_received(self.entries, self.day)
        quiet_from = max(heard or date.min, self.start - timedelta(days=1))
        due = self.day - timedelta(days=1)  # the last day on which a report was due
        while due.weekday() != WEEKDAYS.index(self.rules["report_by"]):
            due -= timedelta(days=1)
        end = due - timedelta(days=1)
        while end.weekday() != WEEKDAYS.index(self.rules["week_ends"]):
            end -= timedelta(days=1)
        periods = 0
        while end - timedelta(days=6) > quiet_from:  # nothing came in since that week began
            periods += 1
            end -= timedelta(days=7)
        return [{"code": "silent", "periods": periods}] if periods else []


def _is_indicator(thing: Mapped) -> bool:
    return "name" in thing


def _is_problem(thing: Mapped) -> bool:
    return "major" in thing


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
