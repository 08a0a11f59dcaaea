"""Made-up districts for the tests of overviews."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jingkai_cli.api import open_workspace
from running import Done, Workspace

DAY = "2016-07-15"
PLAN = """title: 第{n}区重点工作
totals: [{{id: investment, name: 完成投资, unit: {unit}}}]
tasks:
  - {{id: 1, title: 棚户区改造, lead_unit: 城镇办, category: 征迁, start: 2016-01-01, deadline: 2016-{month:02}-28,
     milestones: [{{id: m, title: 主体完工, deadline: 2016-05-{n:02}}}]}}
  - {{id: 2, title: 道路中修{n}, lead_unit: 市政处{n}, start: 2016-01-01, deadline: 2016-12-31}}
  - id: 3
    title: 安置房建设
    lead_unit: 建设局
    category: 民生
    deadline: 2016-12-31
    measure: indicators
    indicators: [{{id: invest, name: 投资, unit: 亿元, target: 10, total: investment}}]
    subtasks: [{{id: 3.1, title: 一期, measure: percent, deadline: 2016-06-30}}]
"""


def make(folder: Path, number: int, day: str = "2016-07-10") -> None:
    """Make a district whose ledger was recorded on a given day."""
    folder.mkdir()
    unit = "万元" if number % 2 else "亿元"
    (folder / "tasks.yaml").write_text(PLAN.format(n=number % 28 + 1, month=number % 12 + 1, unit=unit), "utf-8")
    moment = datetime.fromisoformat(f"{day}T08:00:00+00:00")
    w = open_workspace(folder, clock=lambda: moment.astimezone(UTC))
    w.record("1", {"percent": 10 + number}, by="li", on="2016-03-01")
    w.record("2", {"percent": 20 + number}, by="li", on="2016-06-01")
    if number % 3:
        w.record("3", {"invest": number}, by="li", on="2016-05-01")


class City(Workspace):
    """A folder of districts."""

    def districts(self, *names: str, **more: str) -> None:
        lines = ["title: 全市汇总", "districts:"]
        for name in names:
            ledger = more.get(name, f"{name}/ledger.db")
            lines.append(f"  - {{name: {name}, plan: {name}/tasks.yaml, ledger: '{ledger}'}}")
        (self.folder / "districts.yaml").write_text("\n".join(lines) + "\n", "utf-8")

    def overview(self, *options: str, code: int = 0) -> Any:
        done = self.told(*options)
        assert done.code == code, done.err
        return json.loads(done.out)

    def told(self, *options: str) -> Done:
        return self.here("overview", "districts.yaml", "--as-of", DAY, "-f", "json", *options)

    def own(self, name: str, *options: str) -> Any:
        place = ("--plan", f"{name}/tasks.yaml", "--ledger", f"{name}/ledger.db")
        done = self.here("report", "--as-of", DAY, "-f", "json", *place, *options)
        assert done.code == 0, done.err
        return [{"district": name, **item} for item in json.loads(done.out)["items"]]


def states(overview: Any) -> dict[str, str]:
    return {each["name"]: each["state"] for each in overview["districts"]}


@contextmanager
def hanging() -> Iterator[str]:
    """The URL of a server that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield at(server)


def at(server: socket.socket) -> str:
    """The URL of a ledger at a server."""
    return f"postgresql://jk@127.0.0.1:{server.getsockname()[1]}/jk"
