"""State, lamp and reasons from the text of the rules, independent of `rules/status.py` and `rules/reasons.py`.

Where two figures are so close that float rounding may decide, the answers are listed in `close` and not compared.
"""

from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

from . import history
from .curves import FULL, Curve, counted, curve, earned, month_gaps, progress, start_of
from .history import Mapped

DEFAULTS = {
    "report_by": "wed",
    "week_ends": "sun",
    "due_soon": "15",
    "behind": "10",
    "far_behind": "30",
    "milestone_red": "15",
    "pace_ratio": "1.25",
    "pace_after": "15",
    "pace_prior": "60",
}
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
EPSILON = Fraction(1, 10**9)


class Verdict:
    """The judgement of one task: `item` as in `jk report -f json`, `close` the answers that depend on rounding."""

    def __init__(self, plan: Mapped, task: Mapped, lines: list[Mapped], day: date, curves: dict[Any, Any]) -> None:
        self.plan, self.task, self.day = plan, task, day
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
        self.heard = self._heard()
        self.actual = self._progress()
        self.curve = self._curve(curves)
        self.planned = self.curve.on(day) if self.curve else None
        self.gap = None if self.planned is None or self.actual is None else self.planned - self.actual
        self.months = month_gaps(task, self.entries, day)
        self.late = [] if self.done else self._late()
        self.pace = self._pace()
        self.reasons = [] if self.done else self._reasons()

    @property
    def item(self) -> Mapped:
        own = next((x for x in self.late if x[1] is self.task), None)
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
                if x is not self.task
            ],
            "progress": self.actual,
            "planned": self.planned,
            "gap": self.gap,
            "forecast_finish": self.pace["forecast_finish"] if self.pace else None,
            "last_report_on": _text(history.last_report_on(self.heard)),
            "reasons": self.reasons,
        }

    @property
    def state(self) -> str:
        if self.done:
            return "accepted" if self.accepted else "done"
        if self.late:
            return "overdue"
        if not self.heard and self.day < self.start:
            return "not-started"
        return "at-risk" if self.reasons else "on-track"

    @property
    def lamp(self) -> str:
        if self.done:
            return "green"
        red_from = int(self.rules["milestone_red"])
        promised = [gap for _indicator, gap in self.months]
        promised += [self.gap] if self.gap is not None and self._written else []
        far = [self._at_least("lamp", gap, Fraction(self.rules["far_behind"])) for gap in promised]
        if any(far) or any(x is self.task or days > red_from for days, x, _end in self.late):
            return "red"
        if self.reasons:
            return "yellow"
        if self.state == "not-started":
            return "none"
        return "green" if promised or self.gap is not None or self._confirmed_date_due else "none"

    @property
    def worst(self) -> int:
        return self.late[0][0] if self.late else 0

    def due_within(self, days: int) -> bool:
        """Whether the task or a milestone that is judged by its date is due from the day to so many days later."""
        dates = [self.deadline] if self._confirmed else []
        dates += [*(end for m, end, hit in self.milestones if not hit and not m.get("indicators"))]
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
        """What counts as heard of the task."""
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
        """Exactly at a limit, `jk` must find the reason despite floats; just below it, rounding may decide."""
        if 0 < limit - value < EPSILON:
            self.close.add(what)
        return value >= limit

    def _late(self) -> list[tuple[int, Mapped, date]]:
        things = [(self.task, self.deadline)] if self._confirmed else []
        things += [(m, end) for m, end, hit in self.milestones if not hit and not m.get("indicators")]
        over = [((self.day - end).days, thing, end) for thing, end in things if end < self.day]
        return sorted(over, key=lambda x: x[0], reverse=True)

    def _pace(self) -> Mapped | None:
        planned, actual = self.curve, self.actual
        if self.done or self.late or not planned or actual is None or actual >= FULL:
            return None
        if self.gone <= 0 or planned.days <= 0 or self.gone * 100 < Fraction(self.rules["pace_after"]) * planned.days:
            return None
        prior = int(self.rules["pace_prior"])
        earliest, es, latest = (earned(planned, actual + nudge) for nudge in (-EPSILON, 0, EPSILON))
        if latest - earliest > Fraction(1, 10**6):  # the curve is level here, so rounding moves the earned day far
            self.close |= {"pace", "forecast"}
        have = (es + prior) / (self.gone + prior)
        left = max(1, planned.days - self.gone)
        ratio = (planned.days - es) / left / have
        needed = 7 * (FULL - actual) / left
        days = self.gone + (planned.days - es) / have
        if abs(days - round(days)) < EPSILON:
            self.close.add("forecast")
        late = ceil(days) - planned.days
        return {
            "ratio": ratio,
            "needed_per_week": needed,
            "made_per_week": needed / ratio if ratio else None,
            "forecast_finish": (self.start + timedelta(days=ceil(days))).isoformat(),
            "days_late": late,
        }

    def _reasons(self) -> list[Mapped]:
        found = []
        reported = history.last_report_on(self.heard)
        for days, thing, end in [x for x in self.late if x[1] is self.task] + [
            x for x in self.late if x[1] is not self.task
        ]:
            code = "overdue" if thing is self.task else "milestone-overdue"
            said = reported is not None and reported >= end
            found.append({"code": code, "id": thing["id"], "days": days, "reported": said})
        if self.pace and self._at_least("pace", self.pace["ratio"], Fraction(self.rules["pace_ratio"])):
            found.append({"code": "pace", **self.pace})
        behind = self.gap is not None and self._at_least("behind", self.gap, Fraction(self.rules["behind"]))
        if behind and self.gap is not None:
            far = self._at_least("lamp", self.gap, Fraction(self.rules["far_behind"]))
            found.append({"code": "behind", "far": far, "straight_line": not self._written})
        for indicator, gap in self.months:
            if self._at_least("behind", gap, Fraction(self.rules["behind"])):
                far = self._at_least("lamp", gap, Fraction(self.rules["far_behind"]))
                found.append({"code": "behind", "id": indicator["id"], "far": far})
        if self._due_soon():
            found.append({"code": "due-soon", "days_left": self.left})
        if behind:
            found += [
                {"code": "milestone", "id": m["id"], "days_left": (end - self.day).days}
                for m, end, hit in self.milestones
                if not hit and not m.get("indicators") and 0 <= (end - self.day).days <= int(self.rules["due_soon"])
            ]
        return found + self._silence()

    def _due_soon(self) -> bool:
        if not self.curve or self.late or self.gone < 0 or not 0 <= self.left <= int(self.rules["due_soon"]):
            return False
        if self.actual is None or self.actual >= FULL:
            return self.actual is None
        missing, made = (FULL - self.actual) * self.gone, self.actual * self.left
        if abs(missing - made) < EPSILON and missing.denominator * made.denominator > 1:
            self.close.add("due-soon")
        return missing > made

    def _silence(self) -> list[Mapped]:
        if not self.entries:
            return [{"code": "unstarted", "days": self.gone}] if self.gone >= 7 else []
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


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
