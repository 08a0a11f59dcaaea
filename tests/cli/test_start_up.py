"""The daily commands load few modules when the plan is cached."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from running import Workspace, workspace

PROGRAM = """
import sys
from jingkai_cli.cli.app import run
code = run(sys.argv[1:])
modules = sorted(sys.modules)
import json
sys.stderr.write("\\n" + json.dumps([code, modules]))
"""
FOR_PLANS_AND_FILES = {"pydantic", "yaml", "openpyxl", "docx", "csv", "rich", "psycopg"}
FOR_OTHER_REPORTS = {
    *("rules.reasons", "rules.forecast", "rules.assessment", "rules.observation", "rules.audit", "rules.change"),
    *(
        "reports.task_report",
        "reports.task_details",
        "reports.explain",
        "reports.dashboard_content",
        "reports.dossiers",
    ),
    *("reports.log", "formats.csv_", "formats.table", "plan.differences", "intake"),
}
ALL_OF_A_PANEL = {"jingkai_cli.cli.morning", "jingkai_cli.cli.unit_reports"}


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    folder = tmp_path / "work"
    folder.mkdir()
    made = workspace(folder, recorded=True)
    assert made.here("report").code == 0
    return made


@pytest.mark.parametrize(
    ("command", "most"),
    [
        ("report --overdue", 56),
        ("show 12 --as-of 2016-03-31", 63),
        ("record 12 35 --on 2016-03-01", 59),
        ("done 12 --on 2016-03-01 -m 完工", 60),
    ],
)
def test_a_command_loads_what_it_needs(command: str, most: int, place: Workspace) -> None:
    """The number of loaded modules of the package is limited too."""
    modules = loaded(place, *command.split())
    assert FOR_PLANS_AND_FILES & modules == set()
    assert len(ALL_OF_A_PANEL & modules) == 1
    assert sum(module.startswith("jingkai_cli") for module in modules) <= most


def test_the_overdue_report_loads_no_module_that_judges_other_tasks(place: Workspace) -> None:
    modules = loaded(place, "report", "--overdue", "--as-of", "2016-07-15")
    assert "jingkai_cli.reports.overdue_report" in modules
    assert ({"json", "shlex", "hashlib"} | {f"jingkai_cli.{module}" for module in FOR_OTHER_REPORTS}) & modules == set()


def test_the_exit_code_is_kept_and_exit_handlers_run(place: Workspace) -> None:
    program = "import atexit; from jingkai_cli.__main__ import main; atexit.register(print, 'at exit'); main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "show", "no such task"],
        cwd=place.folder,
        env=place.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == "at exit\n"


def loaded(place: Workspace, *command: str) -> set[str]:
    """The modules that a command loads."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *command],
        cwd=place.folder,
        env=place.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    code, modules = json.loads(done.stderr.splitlines()[-1])
    assert code == 0, done.stderr
    return set(modules)
