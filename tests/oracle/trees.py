"""Tasks with sub-tasks, from the text of the rules: progress, planned, state, lamp and reasons from the parts up."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from .curves import FULL, Curve
from .history import Mapped
from .random_plans import plan_of
from .verdict import CODES, Verdict

ORDER = ["overdue", "at-risk", "no-plan", "on-track", "not-started", "done", "accepted"]
SUM = {"id": "sum", "name": "合计指标", "unit": "户"}


def tree_of(random: Random, *, deepest: int = 2) -> Mapped:
    """A random plan in which most tasks have sub-tasks."""
    plan = plan_of(random)
    for task in plan["tasks"]:
        task.pop("formerly", None)
        if random.random() < 0.8:
            _divide(random, task, deepest)
    return plan


def _divide(random: Random, task: Mapped, levels: int) -> None:
    parts = [part for _n in range(2) for part in plan_of(random)["tasks"]][: random.randint(1, 3)]
    for number, part in enumerate(parts, 1):
        part.pop("formerly", None)
        for milestone in part["milestones"]:  # a wait for another task becomes a wait for a sibling
            milestone["after"] = [name for name in milestone.pop("after", []) if name.startswith("m")]
            if number > 1 and random.random() < 0.3:
                milestone["after"].append(f"{task['id']}.{random.randint(1, number - 1)}")
        if number > 1 and random.random() < 0.3:
            part["after"] = [f"{task['id']}.{random.randint(1, number - 1)}"]
        part |= {"id": f"{task['id']}.{number}", "title": f"分项{task['id']}.{number}"}
        part.setdefault("start", min("2016-01-01", part["deadline"]))
        part.setdefault("unconfirmed", [])
        if random.random() < 0.3:
            part["weight"] = random.choice(["0.5", "2", "3"])
        if random.random() < 0.2:
            part["key"] = "true"
        part["indicators"] = [*part.get("indicators", []), dict(SUM)]
        if levels > 1 and random.random() < 0.3:
            _divide(random, part, levels - 1)
    task["subtasks"] = parts
    task["indicators"] = [
        *(i for i in task.get("indicators", []) if i["id"] != "sum"),
        {**SUM, "sum": "subtasks"},
    ]
    if task.get("measure", "percent") == "percent" or random.random() < 0.5:
        task["measure"] = "subtasks"
        task.pop("planned", None)


def every(task: Mapped) -> Iterator[Mapped]:
    yield task
    for part in task.get("subtasks", []):
        yield from every(part)


class Node(Verdict):
    """A task or sub-task: its own dates and figures, and its result together with its parts."""

    def __init__(
        self, plan: Mapped, task: Mapped, lines: list[Mapped], day: date, peers: dict[str, Verdict] | None = None
    ) -> None:
        self.plan, self.day = plan, day
        peers = {} if peers is None else peers
        self.parts = [self._part(part, lines, peers) for part in task.get("subtasks", [])]
        super().__init__(plan, task, lines, day, {}, peers)
        for part in self.parts:
            part._parent = task["id"]  # noqa: SLF001
        for part in self.parts:
            self.close |= part.close

    def _part(self, part: Mapped, lines: list[Mapped], peers: dict[str, Verdict]) -> "Node":
        return Node(self.plan, part, lines, self.day, peers)

    @property
    def measured(self) -> bool:
        """Whether its progress is the mean of its parts."""
        return bool(self.task.get("measure") == "subtasks")

    @property
    def counts(self) -> bool:
        return any(p.counts for p in self.parts) if self.measured else self.task.get("measure", "percent") != "none"

    @property
    def counting(self) -> list["Node"]:
        return [part for part in self.parts if part.counts]

    @property
    def weight(self) -> Fraction:
        return Fraction(self.task.get("weight", "1"))

    @property
    def _whole(self) -> Fraction:
        return sum((part.weight for part in self.counting), Fraction(0))

    def _heard(self) -> list[Mapped]:
        return [*self.entries, *(entry for part in self.parts for entry in part.heard)]

    def _progress(self) -> Fraction | None:
        if not self.measured:
            return super()._progress()
        said = [part.counted for part in self.counting]
        if not said or None in said:
            return None
        pairs = zip(self.counting, said, strict=True)
        return sum((part.weight * value for part, value in pairs if value is not None), Fraction(0)) / self._whole

    @property
    def counted(self) -> Fraction | None:
        if self.done:
            return FULL
        return Fraction(0) if self.actual is None and self.day < self.start else self.actual

    def _curve(self, curves: dict[Any, Any]) -> Curve | None:
        if not self.measured:
            return super()._curve(curves)
        drawn = [(part.weight, part.curve) for part in self.counting]
        known = [(weight, line) for weight, line in drawn if line]
        if not known or len(known) < len(drawn) or not self._confirmed:
            return None

        def mean(day: date) -> Fraction:
            return sum((weight * line.on(day) for weight, line in known), Fraction(0)) / self._whole

        return Curve(self.start, max(self.start, self.deadline), mean)

    @property
    def _written(self) -> bool:
        return all(part._written for part in self.counting) if self.measured else super()._written  # noqa: SLF001

    def _silence(self) -> list[Mapped]:
        return [] if self.parts else super()._silence()

    def slips(self) -> list[tuple[date, int]]:
        return [*super().slips(), *(slip for part in self.parts for slip in part.slips())]

    def _on(self, day: date) -> "Node":
        return Node(self.plan, self.task, self.lines, day)

    @property
    def all_state(self) -> str:
        states = {part.all_state for part in self.parts}
        said = any(e["kind"] != "report" or e.get("readings") for e in self.entries)
        if self.state in ("on-track", "no-plan") and states == {"not-started"} and not said:
            return "not-started"
        if self.state == "no-plan" and states and states != {"not-started"}:
            return min(states, key=ORDER.index)
        return min({self.state, *states}, key=ORDER.index)

    @property
    def all_lamp(self) -> str:
        if not self.parts:
            return self.lamp
        red = [part for part in self.parts if part.all_lamp == "red"]
        share = sum((part.weight for part in red), Fraction(0)) / sum(part.weight for part in self.parts)
        if self.lamp == "red" or any(part.task.get("key") for part in red) or share >= Fraction(1, 3):
            return "red"
        lamps = {self.lamp, *(part.all_lamp for part in self.parts)}
        return next(lamp for lamp in ("yellow", "green", "none") if lamp in lamps or (lamp == "yellow" and red))

    @property
    def all_reasons(self) -> list[tuple[str, str]]:
        """The code of each reason, and the task where it arises."""
        found = [(why["code"], self.task["id"]) for why in self.reasons]
        found += [("subtasks-red", self.task["id"])] if any(p.all_lamp == "red" for p in self.parts) else []
        found += [why for part in self.parts for why in part.all_reasons if why[0] != "subtasks-red"]
        return sorted(found, key=lambda why: CODES.index(why[0]))

    @property
    def all_late(self) -> list[tuple[str, str | int, int]]:
        """(task, thing, days) of everything late."""
        own = [(self.task["id"], thing["id"], days) for days, thing, _end in self.late if "name" not in thing]
        return [*own, *(late for part in self.parts for late in part.all_late)]
