"""The arrows between modules run one way, the clock and the environment are read in one place, files stay small."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = "jingkai_cli"
SOURCE = Path(__file__).parents[1] / "src" / PACKAGE
FILES = sorted(SOURCE.rglob("*.py"))
LONGEST = 350
LAYERS = (
    {
        "cache",
        "written",
        "thresholds",
        "model",
        "errors",
        "extras",
        "dates",
        "devices",
        "office_dates",
        "facts",
        "figures",
        "head",
        "language",
        "escape",
        "__init__",
    },
    {"plan", "ledger", "rules"},
    {"survey", "reports", "intake"},
    {"formats"},
    {"cli"},
    {"__main__"},
)
"""From left to right: a module may import those of its own name and those further left. The first layer is one."""
LOADED_LATE: dict[str, set[str]] = {
    "pydantic": {"plan", "intake/rows.py"},
    "pydantic_core": {"plan"},
    "yaml": {"plan"},
    "annotated_types": set(),
    "rich": {"formats/table.py", "formats/wrapping.py"},
    "tabulate": {"formats/markdown.py"},
    "jinja2": {"formats/dashboard/__init__.py"},
    "markupsafe": {"formats/dashboard/__init__.py"},
    "openpyxl": {f"formats/{name}.py" for name in ("xlsx", "sheet", "form", "form_checks", "form_style")},
    "docx": {f"formats/word/{name}.py" for name in ("__init__", "page", "xml")},
    "sqlite3": {"ledger"},
    "psycopg": {f"ledger/postgres_{part}.py" for part in ("address", "errors", "link")},
    "typer": {"cli"},
    "click": {"cli"},
    "defusedxml": set(),
    "tempfile": {"cli/backup.py", "cli/beginning.py"},
}
"""What takes its time to load, and who may ask for it when imported."""


def name(file: Path) -> str:
    return file.relative_to(SOURCE).as_posix()


def layer(module: str) -> int:
    return next(number for number, names in enumerate(LAYERS) if module in names)


def house(file: Path) -> str:
    """The package or module of the first level that a file belongs to."""
    return Path(name(file)).parts[0].removesuffix(".py")


def imports(tree: ast.AST, file: Path) -> Iterator[tuple[str, ...]]:
    """The modules that a tree imports, by their parts; our own begin with the package's name."""
    here = (PACKAGE, *file.relative_to(SOURCE).parent.parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = here[: len(here) + 1 - node.level] if node.level else ()
            module = tuple(node.module.split(".")) if node.module else ()
            yield from ([(*start, *module)] if module else [(*start, alias.name) for alias in node.names])


def eagerly(file: Path) -> Iterator[str]:
    """The packages that are loaded as soon as a file is imported."""
    for statement in ast.parse(file.read_text("utf-8")).body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield from (parts[0] for parts in imports(statement, file))


@pytest.mark.parametrize("file", FILES, ids=name)
def test_arrows_run_one_way(file: Path) -> None:
    own = house(file)
    for package, *inner in imports(ast.parse(file.read_text("utf-8")), file):
        if package == PACKAGE and inner and inner[0] not in (own, "__version__"):
            further_left = layer(inner[0]) < layer(own) or layer(inner[0]) == layer(own) == 0
            assert further_left, f"{name(file)} imports {inner[0]}"


@pytest.mark.parametrize("file", [file for file in FILES if house(file) not in ("cli", "__main__")], ids=name)
def test_only_commands_read_the_clock_and_the_environment(file: Path) -> None:
    forbidden = {"now", "today", "utcnow", "environ", "getenv", "argv", "stdin", "stdout", "stderr", "getuser", "cwd"}
    tree = ast.parse(file.read_text("utf-8"))
    read = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in forbidden
        if node.value.id in ("datetime", "date", "time", "os", "sys", "getpass", "Path")
    }
    assert read == set()
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "print"]


@pytest.mark.parametrize("file", FILES, ids=name)
def test_what_is_slow_to_load_is_loaded_late(file: Path) -> None:
    for package in set(eagerly(file)) & LOADED_LATE.keys():
        assert {house(file), name(file)} & LOADED_LATE[package], f"{name(file)} imports {package} at its top"


@pytest.mark.parametrize("file", FILES, ids=name)
def test_a_file_fits_into_a_head(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= LONGEST


HEAVY = {
    *("rich", "tabulate", "wcwidth", "markdown_it", "pygments"),
    *("psycopg", "openpyxl", "defusedxml", "docx", "lxml", "jinja2"),
}
"""What no report to a pipe needs."""
FOR_PLANS = {"pydantic", "pydantic_core", "annotated_types", "yaml"}
"""What only reads a plan that was not read before."""
FOR_JUDGING = {"zoneinfo", "calendar", "hashlib", "_hashlib", "tempfile"} | {
    f"{PACKAGE}.{module}"
    for module in (
        *("model", "facts", "thresholds", "written", "dates", "rules", "survey", "plan.cache", "plan.source"),
        *("ledger.chain", "ledger.reader", "ledger.sqlite", "cli.desk", "reports.report", "reports.wording"),
    )
}
"""What only builds a report that was not built before."""


@pytest.mark.parametrize("form", ["plain", "csv", "json"])
def test_a_report_to_a_pipe_loads_only_what_it_needs(form: str, tmp_path: Path) -> None:
    plan = "title: 工作\ntasks: [{id: 1, title: 停车场, lead_unit: null, deadline: 2016-12-31}]\n"
    (tmp_path / "tasks.yaml").write_text(plan, encoding="utf-8")
    assert jk(tmp_path, "record", "1", "35", "--by", "li") >= FOR_PLANS
    first, again = jk(tmp_path, "report", "-f", form), jk(tmp_path, "report", "-f", form)
    assert first >= FOR_JUDGING - {"tempfile", f"{PACKAGE}.plan.source"}
    assert not first & (HEAVY | FOR_PLANS)
    assert not again & (HEAVY | FOR_PLANS | FOR_JUDGING)


def jk(folder: Path, *arguments: str) -> set[str]:
    """The packages that one run loads, and our own modules, with plans and reports remembered in the folder."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", PACKAGE, *arguments],
        cwd=folder,
        env={**os.environ, "JK_CACHE_DIR": "cache"},
        capture_output=True,
        text=True,
        check=True,
    )
    modules = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "typer" in modules
    return {module for module in modules if "." not in module or module.startswith(PACKAGE)}
