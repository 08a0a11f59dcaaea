"""The office that runs the programme: what is typed, filled in and imported in each week of the year."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from openpyxl import Workbook as Book
from openpyxl import load_workbook

from jingkai_cli.intake.form_layout import KEYS, PLACES, Keys, read_keys
from jingkai_cli.intake.workbook import plain_grid
from jingkai_cli.ledger import open_for_reading
from jingkai_cli.ledger.entries import Selection
from jingkai_cli.model import PERCENT
from oracle.history import Mapped
from running import Done, Workspace

from .journal import Journal
from .programme import UNITS, every, leaves

ZONE = ZoneInfo("Asia/Shanghai")
DECIDED = ("--approved-by", "领导小组", "--basis", "minutes")
COLUMNS = """sheet: 表
header: 1
task: 工作任务
date: 填报时间
unit: 单位
note: 进展
percent: 完成比例
figures: {完成面积: area, 本期投资: +invest}
"""
CLOCKS = tuple(f"jingkai_cli.cli.{module}.now" for module in ("recording", "ledger_location", "session"))
FORMS, SHEETS = set(UNITS[:2]), set(UNITS[2:6])


class Office:
    """A folder with plan and ledger, a clock, and a journal of what was typed so far."""

    def __init__(self, folder: Path, plan: Mapped, random: Random) -> None:
        self.plan, self.random = plan, random
        folder.mkdir()
        (folder / "tasks.yaml").write_text(json.dumps(plan, ensure_ascii=False), "utf-8")
        (folder / "columns.yaml").write_text(COLUMNS, "utf-8")
        self.place = Workspace(folder)
        self.journal = Journal()
        self.moment = datetime.combine(date(2016, 1, 1), time(8), ZONE)
        self.progress = {task["id"]: 0 for task in leaves(plan)}
        self.done: set[str] = set()
        self.accepted: set[str] = set()
        self.held: set[str] = set()
        self.late: list[Callable[[], None]] = []
        """Reports that come a week late."""

    @contextmanager
    def clock(self) -> Iterator[None]:
        """Make `jk` read this office's clock."""
        patches = [patch(name, lambda: self.moment) for name in CLOCKS]
        for each in patches:
            each.start()
        try:
            yield
        finally:
            for each in patches:
                each.stop()

    @property
    def today(self) -> date:
        return self.moment.date()

    def jk(self, *arguments: str, typed: list[Mapped]) -> Done:
        """Run a command that must record exactly these lines."""
        self.moment += timedelta(minutes=1)
        done = self.place.here(*arguments)
        assert done.code == 0, f"{self.today} jk {' '.join(arguments)}: {done.err}"
        self.journal.add(typed, self._new())
        return done

    def _new(self) -> list[Mapped]:
        if not self.place.ledger.exists():
            return []
        ledger = open_for_reading(str(self.place.ledger))
        try:
            found = [(r.seq, r.body) for r in ledger.entries(Selection(after_seq=len(self.journal.lines)))]
        finally:
            ledger.close()
        return [{**json.loads(body), "seq": seq} for seq, body in found]

    def week(self, monday: date) -> None:
        """Everything that happens from a Monday to the Sunday after it."""
        self._at(monday, 9)
        if monday >= date(2016, 3, 7):
            self._decide()
        due, self.late = self.late, []
        for report in due:
            report()
        self._at(monday + timedelta(days=2), 10)
        for unit in sorted(FORMS):
            self._form(unit, monday)
        self._at(monday + timedelta(days=3), 10)
        self._sheet(SHEETS)
        self._at(monday + timedelta(days=4), 10)
        for task in self._running():
            if task["lead_unit"] not in FORMS | SHEETS:
                self._by_command(task)
        self._problems()
        self._at(monday + timedelta(days=4), 16)
        self._milestones()

    def _at(self, day: date, hour: int) -> None:
        self.moment = max(self.moment, datetime.combine(day, time(hour), ZONE))

    def _running(self) -> list[Mapped]:
        return [
            {**task, "lead_unit": task.get("lead_unit", self._parent(task).get("lead_unit"))}
            for task in leaves(self.plan)
            if task["id"] not in self.done | self.held
            and self._parent(task)["id"] not in self.held
            and date.fromisoformat(task["start"]) <= self.today
        ]

    def _parent(self, task: Mapped) -> Mapped:
        return next((each for each in self.plan["tasks"] if task in each.get("subtasks", [])), task)

    def _advanced(self, task: Mapped) -> dict[str, str]:
        """The figures of the next report; empty if there is no progress."""
        before = self.progress[task["id"]]
        now = self.progress[task["id"]] = min(100, before + self.random.choice([0, 2, 4, 6, 9]))
        figures = {}
        if task["measure"] == "percent":
            figures["percent"] = str(now)
        if task["measure"] == "indicators":
            figures["area"] = str(12 * now)
        if any(each["id"] == "invest" for each in task.get("indicators", [])) and now > before:
            figures["invest"] = f"+{7 * (now - before)}"
        return figures

    def _by_command(self, task: Mapped) -> None:
        """A report by command: on time, a week late, wrong and corrected, or sent twice."""
        chance, unit = self.random.random(), task["lead_unit"]
        if chance < 0.3:
            return
        figures = self._advanced(task)
        if not figures:
            figures = {"note": "推进中"}
        if chance < 0.4:
            on = self.today.isoformat()
            self.late.append(lambda: self._record(task, unit, figures, on, received=self.today.isoformat()))
            return
        if chance < 0.47 and figures.keys() & {"percent", "invest"}:
            self._correct(task, unit, figures)
            return
        self._record(task, unit, figures, self.today.isoformat(), key=f"{task['id']}-{self.today}")
        if chance > 0.9:  # the same again, with the same key
            self._record(task, unit, figures, self.today.isoformat(), key=f"{task['id']}-{self.today}", again=True)

    def _correct(self, task: Mapped, unit: str | None, right: dict[str, str]) -> None:
        """Record wrong figures and correct them at once: an increment must not count twice."""
        on = self.today.isoformat()
        wrong = {"percent": lambda text: str(min(100, int(text) + 9)), "invest": lambda text: f"+{int(text) + 9}"}
        self._record(
            task, unit, {name: wrong[name](text) if name in wrong else text for name, text in right.items()}, on
        )
        seq = len(self.journal.lines)
        anew = {**self.journal.lines[-1], "readings": right, "ref": seq}
        retraction = {"kind": "retract", "task": task["id"], "on": on, "ref": seq, "note": "看错行"}
        words = [f"{name}={text}".replace("=+", "+=") for name, text in right.items() if name in wrong]
        self.jk("correct", str(seq), *words, "-m", "看错行", typed=[retraction, anew])

    def _record(  # noqa: PLR0913, PLR0917 - all that is typed
        self,
        task: Mapped,
        unit: str | None,
        figures: dict[str, str],
        on: str,
        received: str | None = None,
        key: str | None = None,
        *,
        again: bool = False,
    ) -> None:
        readings = {name: text for name, text in figures.items() if name != "note"}
        words = [f"{name}={text}".replace("=+", "+=") for name, text in readings.items()]
        options = ["--on", on, "--force", "-m", figures.get("note", "按周报送")]
        options += ["--from", unit] if unit else []
        options += ["--received", received] if received else []
        options += ["--key", key] if key else []
        line = {"kind": "report", "task": task["id"], "on": on, "unit": unit, "received": received}
        line |= {"readings": readings, "note": figures.get("note", "按周报送")}
        command = ("record", task["id"], *words, *options)
        if task["id"] in self.accepted:  # an accepted task takes no more reports
            assert "was accepted" in self.place.here(*command).err
            assert not self._new()
            return
        self.jk(*command, typed=[] if again else [line])

    def _sheet(self, units: set[str]) -> None:
        """A sheet with the rows of several units, which is sometimes sent twice."""
        book, typed = Book(), []
        rows: Any = book.active
        rows.title = "表"
        rows.append(["工作任务", "填报时间", "单位", "进展", "完成比例", "完成面积", "本期投资"])
        for task in self._running():
            if task["lead_unit"] in units and self.random.random() < 0.75:
                figures = self._advanced(task)
                cells = [figures.get(name) and float(figures[name]) for name in ("percent", "area", "invest")]
                note = f"第{self.today.isocalendar().week}周进展"
                rows.append([task["title"], self.today, task["lead_unit"], note, *cells])
                line = {"kind": "report", "task": task["id"], "on": self.today.isoformat(), "unit": task["lead_unit"]}
                typed.append({**line, "note": note, "readings": figures})
        if typed:
            book.save(self.place.folder / "own.xlsx")
            command = ("import", "own.xlsx", "--map", "columns.yaml")
            self.jk(*command, typed=typed)
            if self.random.random() < 0.3:
                assert "0 added" in self.jk(*command, typed=[]).out

    def _form(self, unit: str, monday: date) -> None:
        """Import the weekly form of a unit, sometimes twice."""
        running = {task["id"]: task for task in self._running() if task["lead_unit"] == unit}
        if not running or self.random.random() < 0.5 or self.today < monday:
            return
        year, week, _day = monday.isocalendar()
        name = f"forms/{unit}-{year}-W{week:02}.xlsx"
        if not (self.place.folder / name).exists():
            assert self.place.here("form", "--week", f"{year}-W{week:02}", "--unit", unit, "-o", "forms").code == 0
        book = load_workbook(self.place.folder / name)
        keys = read_keys(plain_grid(Path(name), book[KEYS]))
        assert running.keys() <= {key.task for key in keys.lines}
        typed = self._filled(book.worksheets[0], keys, running)
        book.save(self.place.folder / name)
        self.jk("import", name, typed=typed)
        if self.random.random() < 0.3:
            assert "0 added" in self.jk("import", name, typed=[]).out

    def _filled(self, sheet: Any, keys: Keys, running: dict[str, Mapped]) -> list[Mapped]:
        """Fill in a form; return the lines that were filled in."""
        typed: list[Mapped] = []
        figures: dict[str, str] = {}
        for key in keys.lines:
            row = {column: sheet.cell(key.row, place) for column, place in PLACES.items()}
            if key.kind == "task":
                figures = {}
                if task := running.get(key.task):
                    figures = self._advanced(task)
                    row["note"].value = "按表填报"
                    line = {"kind": "report", "task": task["id"], "on": self.today.isoformat(), "unit": keys.unit}
                    typed.append({**line, "note": "按表填报", "readings": figures})
            name = PERCENT if key.kind == "task" else key.name
            if key.kind != "milestone" and name in figures:
                column = "added" if figures[name].startswith("+") else "total"
                row[column].value = float(figures[name])
        return typed

    def _milestones(self) -> None:
        """Reach milestones some days before or after their dates; report complete tasks done."""
        reached = {(line["task"], line["milestone"]) for line in self.journal.standing() if line["kind"] == "reach"}
        for task in self._running():
            for milestone in task.get("milestones", []):
                near = date.fromisoformat(milestone["deadline"]) <= self.today + timedelta(
                    days=self.random.randint(-20, 9)
                )
                if (task["id"], milestone["id"]) not in reached and near:
                    line = {
                        "kind": "reach",
                        "task": task["id"],
                        "on": self.today.isoformat(),
                        "milestone": milestone["id"],
                    }
                    self.jk("reach", task["id"], milestone["id"], "--on", line["on"], typed=[line])
            if self.progress[task["id"]] == 100:
                self._finish(task)

    def _finish(self, task: Mapped) -> None:
        on, unit = self.today.isoformat(), task["lead_unit"] or UNITS[0]
        line = {"kind": "done", "task": task["id"], "on": on, "note": "全部完成", "unit": unit}
        options = ("--on", on, "-m", "全部完成", "--from", unit, "--force")
        self.jk("done", task["id"], *options, typed=[line])
        self.done.add(task["id"])
        if self.random.random() < 0.5:
            self._accept(task)

    def _accept(self, task: Mapped) -> None:
        line = {"kind": "accept", "task": task["id"], "on": self.today.isoformat(), "note": "已核验"}
        self.jk("accept", task["id"], "--on", line["on"], "--verifier", "县委督查室", "-m", "已核验", typed=[line])
        self.accepted.add(task["id"])

    def _decide(self) -> None:
        """Record decisions of the leading group: extend, suspend, resume, cancel."""
        on, chance = self.today.isoformat(), self.random.random()
        task = self.random.choice(list(every(self.plan)))
        if task["id"] in self.done | self.held or self._parent(task)["id"] in self.held:
            return
        base = {"task": task["id"], "on": on, "note": "会议决定"}
        decided = ("--on", on, "-m", "会议决定", *DECIDED)
        if chance < 0.35:
            until = self.today + timedelta(days=self.random.randint(20, 90))
            if until.isoformat() == self._deadline(task):
                return  # it is the deadline already
            line = {**base, "kind": "extend", "deadline": until.isoformat()}
            self.jk("extend", task["id"], "--to", until.isoformat(), *decided, typed=[line])
        elif chance < 0.45 and len(self.held) < 3:
            self.jk("suspend", task["id"], *decided, typed=[{**base, "kind": "suspend"}])
            self.held.add(task["id"])
        elif chance < 0.5 and len(self.held) < 3:
            self.jk("cancel", task["id"], *decided, typed=[{**base, "kind": "cancel"}])
            self.held.add(task["id"])
        elif chance < 0.7 and (suspended := [name for name in sorted(self.held) if self._last(name) == "suspend"]):
            line = {**base, "task": suspended[0], "kind": "resume"}
            self.jk("resume", suspended[0], *decided, typed=[line])
            self.held.discard(suspended[0])

    def _deadline(self, task: Mapped) -> str | None:
        """The deadline in force."""
        moved = [line for line in self.journal.standing() if line["kind"] == "extend" and line["task"] == task["id"]]
        return str(moved[-1]["deadline"]) if moved else task.get("deadline")

    def _last(self, task: str) -> str:
        """The last decision on a task on hold."""
        kinds = [line["kind"] for line in self.journal.standing() if line["task"] == task]
        return str(next(kind for kind in reversed(kinds) if kind in {"suspend", "cancel"}))

    def _problems(self) -> None:
        """Open, fix, verify and send back problems."""
        on = self.today.isoformat()
        mine = [line for line in self.journal.standing() if line["kind"] in {"problem", "fix", "verify", "reopen"}]
        states = {line["seq"]: line["kind"] for line in mine if line["kind"] == "problem"}
        states |= {line["ref"]: line["kind"] for line in mine if line.get("ref")}
        tasks = {line["seq"]: line["task"] for line in mine if line["kind"] == "problem"}
        for number, state in states.items():
            if tasks[number] in self.done | self.held or self.random.random() < 0.6:
                continue
            line = {"task": tasks[number], "on": on, "ref": number}
            if state in {"problem", "reopen"}:
                self.jk("problem", "fix", str(number), "--on", on, typed=[{**line, "kind": "fix"}])
            elif state == "fix" and self.random.random() < 0.3:
                typed = [{**line, "kind": "reopen", "note": "不彻底"}]
                self.jk("problem", "reopen", str(number), "--on", on, "-m", "不彻底", typed=typed)
            elif state == "fix":
                command = ("problem", "verify", str(number), "--on", on, "--verifier", "县委督查室")
                self.jk(*command, typed=[{**line, "kind": "verify"}])
        if (running := self._running()) and self.random.random() < 0.5:
            task, unit = self.random.choice(running), self.random.choice(UNITS)
            due = (self.today + timedelta(days=self.random.randint(3, 25))).isoformat()
            text = f"第{len(self.journal.lines)}号问题"
            line = {"kind": "problem", "task": task["id"], "on": on, "note": text, "deadline": due}
            opening = ["problem", "open", task["id"], text, "--unit", unit, "--due", due, "--on", on]
            if self.random.random() < 0.2:
                opening, line = [*opening, "--major"], {**line, "severity": "major"}
            self.jk(*opening, typed=[line])
