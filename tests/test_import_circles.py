"""There are no import cycles, neither at the top of modules nor inside functions."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

PACKAGE = "jingkai_cli"
SOURCE = Path(__file__).parents[1] / "src" / PACKAGE


def module_name(file: Path) -> str:
    parts = [PACKAGE, *file.relative_to(SOURCE).with_suffix("").parts]
    return ".".join(parts).removesuffix(".__init__")


MODULES = {module_name(file): file for file in sorted(SOURCE.rglob("*.py"))}


def imported(name: str) -> Iterator[str]:
    """Our modules that a module imports; what it imports from a package is the module of that name, where there is one.

    Imports for type checkers alone count too.
    """
    file = MODULES[name]
    here = name.split(".") if file.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom):
            start = here[: len(here) + 1 - node.level] if node.level else []
            module = ".".join([*start, *(node.module or "").split(".")]).strip(".")
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                if inner in MODULES or module in MODULES:
                    yield inner if inner in MODULES else module


def circle(arrows: Mapping[str, set[str]]) -> list[str]:
    """The modules of one import cycle in order, or an empty list."""
    done: set[str] = set()

    def walk(name: str, way: list[str]) -> list[str]:
        if name in way:
            return way[way.index(name) :]
        if name in done:
            return []
        for other in sorted(arrows[name]):
            if found := walk(other, [*way, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(arrows) if (found := walk(name, []))), [])


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_no_module_imports_itself_by_a_circle() -> None:
    arrows = {name: set(imported(name)) - {name} for name in MODULES}
    assert arrows[f"{PACKAGE}.ledger.replay"] >= {f"{PACKAGE}.ledger.sqlite", f"{PACKAGE}.ledger.entries"}
    assert circle(arrows) == []
