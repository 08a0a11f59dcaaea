"""Trees in which tasks are suspended, resumed, cancelled and reopened, from the text of the rules."""

from datetime import date, timedelta
from random import Random

from .history import Mapped, finished, standing
from .trees import ORDER, Node
from .verdict import Verdict

DECISIONS = ("suspend", "resume", "cancel")
PERIOD = 7
"""Days of a reporting period."""
HELD = ("suspended", "cancelled")
DECIDED = {"approved_by": "领导小组", "basis": "minutes", "note": "会议决定"}


def decisions(random: Random, flat: Mapped, moment: date, count: int) -> list[Mapped]:
    """Lines that put tasks on hold or take them up again; the program refuses some."""
    made = []
    for _n in range(count):
        kind = random.choice(["suspend", "suspend", "cancel", "resume", "resume", "reopen"])
        on = moment - timedelta(days=random.choice([0, 0, 1, 5, 30, 90]))
        line = {"kind": kind, "task": random.choice(flat["tasks"])["id"], "on": on.isoformat(), "by": "王"}
        made.append({**line, **DECIDED} if kind != "reopen" else {**line, "note": "重新启动"})
    return made


def held_by(entries: list[Mapped], above: str | None) -> str | None:
    """Return `suspended`, `cancelled` or None, from a task's entries in order and its parent's state."""
    own = None
    for entry in entries:
        match entry["kind"]:
            case "suspend" if own != "cancelled":
                own = "suspended"
            case "cancel":
                own = "cancelled"
            case "resume" if own == "suspended":
                own = None
            case "reopen" if not entry.get("ref"):
                own = None
    return "cancelled" if "cancelled" in (own, above) else own or above


class HeldNode(Node):
    """A task or sub-task that may be on hold, by its own entries or by its parent's."""

    def __init__(  # noqa: PLR0913, PLR0917 - a node, and what is above and beside it
        self,
        plan: Mapped,
        task: Mapped,
        lines: list[Mapped],
        day: date,
        peers: dict[str, Verdict] | None = None,
        above: str | None = None,
    ) -> None:
        entries = standing(lines, task, day)
        done, _accepted = finished(entries)
        self.hold = None if done else held_by(entries, above)
        super().__init__(plan, task, lines, day, peers)
        self.behind = None if self.hold else self.behind
        if any(part.start >= part.deadline for part in self.parts):
            self.close.add("pace")  # the earned schedule of a one-day plan is a matter of convention

    def _part(self, part: Mapped, lines: list[Mapped], peers: dict[str, Verdict]) -> Node:
        return HeldNode(self.plan, part, lines, self.day, peers, self.hold)

    def _heard(self) -> list[Mapped]:
        return [entry for entry in super()._heard() if entry["kind"] not in DECISIONS]

    def _silence(self) -> list[Mapped]:
        if not self.parts and not self.heard and self.entries:  # decisions alone, and no report ever
            return [{"code": "unstarted", "days": self.gone}] if self.gone >= PERIOD else []
        return super()._silence()

    def _late(self) -> list[tuple[int, Mapped, date]]:
        return [] if self.hold else super()._late()

    def _reasons(self) -> list[Mapped]:
        return [] if self.hold else super()._reasons()

    @property
    def counts(self) -> bool:
        return not self.hold and super().counts

    @property
    def state(self) -> str:
        return self.hold or super().state

    @property
    def lamp(self) -> str:
        return "none" if self.hold else super().lamp

    @property
    def all_held(self) -> bool:
        """Whether it is left out of its parent's result."""
        return not self.all_late and self.all_state in HELD if self.parts else bool(self.hold)

    @property
    def all_state(self) -> str:
        if self.all_late:
            return "overdue"
        if self.hold:
            return self.hold
        left = {part.all_state for part in self.parts} - {*HELD}
        if self.parts and not left and self.state not in {"at-risk", "done", "accepted"}:
            return "suspended" if any(part.all_state == "suspended" for part in self.parts) else "cancelled"
        said = any(e["kind"] not in DECISIONS and (e["kind"] != "report" or e.get("readings")) for e in self.entries)
        waiting = left == {"not-started"}
        if self.state in ("on-track", "no-plan") and waiting and not said:
            return "not-started"
        if self.state == "no-plan" and left and not waiting:  # its parts make up its plan
            return min(left, key=ORDER.index)
        return min({self.state, *left}, key=ORDER.index)

    @property
    def all_lamp(self) -> str:
        if not self.parts:
            return self.lamp
        if self.all_held:
            return "none"
        red = [part for part in self.parts if part.all_lamp == "red"]
        whole = sum(part.weight for part in self.parts if not (isinstance(part, HeldNode) and part.all_held))
        share = sum(part.weight for part in red)
        if self.lamp == "red" or any(part.task.get("key") for part in red) or (red and 3 * share >= whole):
            return "red"
        lamps = {self.lamp, *(part.all_lamp for part in self.parts)}
        if self.all_late or red:
            return "yellow"
        return next(lamp for lamp in ("yellow", "green", "none") if lamp in lamps)

    @property
    def all_reasons(self) -> list[tuple[str, str]]:
        return [] if self.hold else super().all_reasons
