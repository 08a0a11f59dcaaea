"""Imports run one way, only `cli` reads the clock and the environment, modules stay small, `jk` starts fast."""

import ast
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = "jingkai_cli"
TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "src" / PACKAGE
FILES = sorted(SOURCE.rglob("*.py"))
LONGEST = 350
LAYERS = (
    {
        "model",
        "checklists",
        "thresholds",
        "field_types",
        "facts",
        "dates",
        "date_reader",
        "quantities",
        "figure_reader",
        "unit_conversion",
        "text",
        "errors",
        "language",
        "__init__",
    },
    {"plan"},
    {"kinds"},
    {"rules", "ledger"},
    {"reports", "intake"},
    {"api", "formats"},
    {"cli"},
    {"__main__"},
)
"""Layers of top-level modules and packages: each may import from earlier layers, the first also from itself."""
LOADED_LATE: dict[str, set[str]] = {
    "pydantic": {"plan", "intake/rows.py"},
    "pydantic_core": {"plan"},
    "yaml": {"plan"},
    "annotated_types": set(),
    "rich": {"formats/table.py", "formats/line_breaks.py"},
    "tabulate": {"formats/markdown.py"},
    "jinja2": {"formats/dashboard/__init__.py"},
    "markupsafe": {"formats/dashboard/__init__.py"},
    "openpyxl": {
        f"formats/{module}.py"
        for module in (
            "xlsx",
            "sheet",
            "sheet_cells",
            "task_sheet",
            "ballot_sheet",
            "form_sheet",
            "form_style",
            "checklist_sheet",
            "workbook_file",
        )
    },
    "docx": {"formats/word"},
    "sqlite3": {"ledger"},
    "psycopg": {"ledger/postgres"},
    "pyarrow": {"formats/parquet.py"},
    "distributed": set(),
    "multiprocessing": {"cli/district_workers.py"},
    "typer": {"cli"},
    "click": {"cli"},
    "defusedxml": set(),
    "tempfile": set(),
}
"""Slow packages → the modules that may import them at their top."""
OF_THE_MACHINE = {"now", "today", "utcnow", "environ", "getenv", "argv", "stdin", "stdout", "stderr", "getuser", "cwd"}
OWNERS = {"datetime", "date", "time", "os", "sys", "getpass", "Path"}


def name(file: Path) -> str:
    return file.relative_to(SOURCE).as_posix()


def first_level(file: Path) -> str:
    """The package or module of the first level that a file belongs to."""
    return Path(name(file)).parts[0].removesuffix(".py")


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def imports(node: ast.AST, file: Path) -> Iterator[tuple[str, ...]]:
    """Everything imported below a node, as tuples of name parts; our own modules begin with the package's name."""
    here = (PACKAGE, *file.relative_to(SOURCE).parent.parts)
    for one in ast.walk(node):
        if isinstance(one, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in one.names)
        elif isinstance(one, ast.ImportFrom):
            start = here[: len(here) + 1 - one.level] if one.level else ()
            module = tuple(one.module.split(".")) if one.module else ()
            yield from ((*start, *module, alias.name) for alias in one.names)


@cache
def own_imports(file: Path) -> frozenset[Path]:
    """The files of the package that a file imports, also inside functions."""
    found = set()
    for package, *inner in imports(tree(file), file):
        if package == PACKAGE:
            whole, part = (
                SOURCE.joinpath(*inner),
                SOURCE.joinpath(*inner[:-1]),
            )  # the last part may be a name inside a module
            candidates = (path for base in (whole, part) for path in (base.with_suffix(".py"), base / "__init__.py"))
            found.add(next(path for path in candidates if path.exists()))
    return frozenset(found - {file})


def test_imports_run_from_later_layers_to_earlier_ones() -> None:
    number = {member: position for position, members in enumerate(LAYERS) for member in members}
    unknown = {first_level(file) for file in FILES} - number.keys()
    assert not unknown, f"in no layer: {unknown}"
    wrong = []
    for file in FILES:
        own = first_level(file)
        for imported in own_imports(file):
            other = first_level(imported)
            earlier = number[other] < number[own] or number[other] == number[own] == 0
            if other != own and not earlier:
                wrong.append(f"{name(file)} imports {name(imported)}")
    assert sorted(wrong) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name(file): {name(imported) for imported in own_imports(file)} for file in FILES}
    assert graph["ledger/replay.py"] >= {"ledger/sqlite.py", "ledger/entries.py"}
    reached = {module: reachable(graph, module) for module in graph}
    circles = {
        tuple(sorted(other for other in reached[module] if module in reached[other]))
        for module in graph
        if module in reached[module]
    }
    assert circles == set()


def test_a_circle_is_found() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b"}}
    assert {module for module in graph if module in reachable(graph, module)} == {"b", "c"}


def reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    """The modules that a module imports, directly or indirectly."""
    found: set[str] = set()
    following = graph[start]
    while following:
        found |= following
        following = {further for module in following for further in graph[module]} - found
    return found


def test_no_two_modules_share_a_name() -> None:
    shared = {stem for stem, number in Counter(file.stem for file in FILES).items() if number > 1}
    assert shared == {"__init__"}


def test_no_module_is_longer_than_350_lines() -> None:
    lengths = {name(file): len(file.read_text("utf-8").splitlines()) for file in FILES}
    assert {module: length for module, length in lengths.items() if length > LONGEST} == {}


def test_only_cli_and_the_api_read_the_clock_and_only_cli_the_environment_and_prints() -> None:
    wrong = []
    for file in FILES:
        if first_level(file) not in ("cli", "__main__"):
            for node in ast.walk(tree(file)):
                match node:
                    case ast.Attribute(
                        ast.Name("datetime" | "date" | "time" | "os" | "sys" | "getpass" | "Path"), read
                    ):
                        if read in OF_THE_MACHINE and (name(file), read) != ("api.py", "now"):
                            wrong.append(f"{name(file)}:{node.lineno} reads {ast.unparse(node)}")
                    case ast.Call(ast.Name("print")):
                        wrong.append(f"{name(file)}:{node.lineno} prints")
    assert wrong == []


def test_slow_packages_are_imported_late() -> None:
    wrong = []
    for file in FILES:
        statements = [one for one in tree(file).body if isinstance(one, ast.Import | ast.ImportFrom)]
        packages = {package for statement in statements for package, *_inner in imports(statement, file)}
        allowed = {name(file), *(parent.as_posix() for parent in Path(name(file)).parents)}
        wrong += [
            f"{name(file)} imports {package} at its top"
            for package in sorted(packages & LOADED_LATE.keys())
            if not allowed & LOADED_LATE[package]
        ]
    assert wrong == []


HEAVY = {
    *("rich", "tabulate", "wcwidth", "markdown_it", "pygments"),
    *("psycopg", "openpyxl", "defusedxml", "docx", "lxml", "jinja2"),
}
"""Packages that no report to a pipe needs."""
FOR_PLANS = {"pydantic", "pydantic_core", "annotated_types", "yaml"}
"""Packages that are needed only for a plan that is not cached."""


def test_a_report_to_a_pipe_loads_only_what_it_needs(tmp_path: Path) -> None:
    plan = "title: 工作\ntasks: [{id: 1, title: 停车场, lead_unit: null, deadline: 2016-12-31}]\n"
    (tmp_path / "tasks.yaml").write_text(plan, encoding="utf-8")
    assert loaded(tmp_path, "record", "1", "35", "--by", "li") >= FOR_PLANS
    for form in ("plain", "csv", "json"):
        assert loaded(tmp_path, "report", "-f", form) & (HEAVY | FOR_PLANS) == set(), form


def loaded(folder: Path, *arguments: str) -> set[str]:
    """The packages that a run loads, with the plan cache in the folder."""
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
    return {module for module in modules if "." not in module}


def test_tests_of_a_module_are_in_the_folder_of_its_package() -> None:
    """`tests/rules/test_status.py` tests `rules/status.py`; a test without a module of that name may be anywhere."""
    homes = defaultdict(set)
    for file in FILES:
        module = file.parent.name if file.stem == "__init__" else file.stem.strip("_")
        homes[module].add(file.relative_to(SOURCE).parts[:-1][:1])
    tests = {test.relative_to(TESTS): test.stem.removeprefix("test_") for test in TESTS.rglob("test_*.py")}
    assert [
        str(test) for test, module in tests.items() if module in homes and test.parts[:-1] not in homes[module]
    ] == []
