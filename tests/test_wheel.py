"""The wheel works outside of the checkout, in both languages, and contains all its files."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
import typer

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow
NEEDED = {
    "jingkai_cli/py.typed",
    "jingkai_cli/cli/tasks.template.yaml",
    "jingkai_cli/cli/tasks.template.zh.yaml",
    "jingkai_cli/formats/dashboard/dashboard.css",
    "jingkai_cli/formats/dashboard/dashboard.html.jinja",
    "jingkai_cli/formats/dashboard/dashboard.js",
    "jingkai_cli/formats/page.css",
    "jingkai_cli/ledger/sqlite.sql",
    "jingkai_cli/ledger/sqlite-2.sql",
    "jingkai_cli/locale/zh_CN/LC_MESSAGES/jk.mo",
}

MANUALS = {"share/man/man1/jk.1", "share/man/zh_CN/man1/jk.1"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built with the installed packages."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (file,) = out.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def jk(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`jk` installed from the wheel into a fresh environment, which uses the installed dependencies."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    site = next((home / "lib").glob("python*/site-packages"))
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet", str(wheel)]
    subprocess.run([*install, "--target", str(site)], check=True, capture_output=True)
    # Add only the folder with the packages, without its .pth files: they would add an editable install of `jk`.
    (site / "borrowed.pth").write_text(f"{Path(typer.__file__).parents[1]}\n", encoding="utf-8")
    script = home / "bin" / "jk"
    script.write_text(f"#!{python}\nfrom jingkai_cli.cli.app import main\nmain()\n", encoding="utf-8")
    script.chmod(0o755)
    return script


def run(jk: Path, folder: Path, *arguments: str, language: str = "C.UTF-8") -> str:
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": language, "JK_BY": "li", "COLUMNS": "80"}
    done = subprocess.run([jk, *arguments], cwd=folder, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_contains_its_other_files(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
        entry_points = next(name for name in held if name.endswith("entry_points.txt"))
        assert "jk = jingkai_cli." in archive.read(entry_points).decode()
    here = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("*.sql")}
    assert NEEDED | here <= held
    assert {name.partition(".data/data/")[2] for name in held} >= MANUALS
    assert any(name.endswith("licenses/LICENSE") for name in held)
    assert not [name for name in held if "__pycache__" in name or "tests" in name or name.startswith("data")]


def test_the_wheel_is_the_package_that_is_imported(jk: Path, tmp_path: Path) -> None:
    where = subprocess.run(
        [jk.parent / "python", "-c", "import jingkai_cli; print(jingkai_cli.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(jk.parents[1])


def test_help_in_both_languages(jk: Path, tmp_path: Path) -> None:
    english = run(jk, tmp_path, "--help")
    chinese = run(jk, tmp_path, "--help", language="zh_CN.UTF-8")
    assert "Usage: jk" in english
    assert "Record a progress report" in english
    assert "台账" in chinese
    assert "Record a progress report" not in chinese


def test_a_new_workspace_works(jk: Path, tmp_path: Path) -> None:
    assert "tasks.yaml written" in run(jk, tmp_path, "init")
    assert "No entries" in run(jk, tmp_path, "log")
    assert "#1 recorded" in run(jk, tmp_path, "record", "1", "35", "--on", "2026-03-01")
    assert "35 %" in run(jk, tmp_path, "report", "--as-of", "2026-03-02")
    assert "示例：停车场建设" in run(jk, tmp_path, "report", "--as-of", "2026-03-02", "-f", "csv")
    assert '"schema": 1' in run(jk, tmp_path, "show", "1", "-f", "json")
    assert "head 1:" in run(jk, tmp_path, "check")
    run(jk, tmp_path, "dashboard", "--as-of", "2026-03-02", "-o", "d.html")
    assert "任务清单" in (tmp_path / "d.html").read_text(encoding="utf-8")
    assert '"$schema"' in run(jk, tmp_path, "schema")
    assert run(jk, tmp_path, "--version").startswith("jk ")
