"""First use at a terminal: what `jk` prints in an empty folder, and what `jk init` asks."""

import os
import pty
import subprocess
from pathlib import Path

import pytest

from jingkai_cli.plan import load_plan
from running import JK, PATIENCE, Workspace, read_terminal, workspace


def typed(desk: Workspace, answers: str, *arguments: str) -> str:
    """What a terminal shows when someone types `answers` to the questions of a command."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*JK, *arguments], cwd=desk.folder, env=desk.environment(), stdin=theirs, stdout=theirs, stderr=theirs
    ) as running:
        os.close(theirs)
        os.write(ours, answers.encode())
        shown = b"".join(iter(lambda: read_terminal(ours), b"")).decode()
        assert running.wait(PATIENCE) == 0, shown
    os.close(ours)
    return shown


@pytest.mark.parametrize(("locale", "first"), [("C.UTF-8", "No plan here yet."), ("zh_CN.UTF-8", "此处还没有推进方案")])
def test_without_a_plan_jk_prints_the_two_ways_to_begin(locale: str, first: str, tmp_path: Path) -> None:
    said = Workspace(tmp_path).jk(environ={"LANG": locale})
    heading, document, template = said.out.splitlines()[-3:]
    assert heading.startswith(first)
    assert document.startswith("  jk init --from ")
    assert template.startswith("  jk init ")


def test_with_a_plan_jk_prints_only_its_help(tmp_path: Path) -> None:
    assert "jk init --from" not in workspace(tmp_path).here().out


def test_a_title_and_a_year_are_asked_for(tmp_path: Path) -> None:
    desk = Workspace(tmp_path)
    typed(desk, "重点“攻坚”项目: 一\n2031\n\n", "init")
    plan = load_plan(tmp_path / "tasks.yaml")
    assert (plan.title, plan.year) == ("重点“攻坚”项目: 一", 2031)
    assert {task.start.year for task in plan.every_task()} == {2031}


def test_a_document_is_read_when_it_is_named(tmp_path: Path) -> None:
    table = "序号,工作任务,牵头单位,完成时限\n1,建成停车场,城镇办,2016年6月底前\n"
    (tmp_path / "台账.csv").write_text(table, encoding="utf-8")
    typed(Workspace(tmp_path), "今年的任务\n2016\n台账.csv\n", "init")
    plan = load_plan(tmp_path / "tasks.yaml")
    assert (plan.title, [task.title for task in plan.tasks]) == ("今年的任务", ["建成停车场"])


@pytest.mark.parametrize("arguments", [("init",), ("init", "--yes")])
def test_a_script_is_asked_nothing(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert Workspace(tmp_path).here(*arguments).code == 0
    load_plan(tmp_path / "tasks.yaml")


def test_yes_asks_nothing_at_a_terminal(tmp_path: Path) -> None:
    assert "Title" not in typed(Workspace(tmp_path), "", "init", "--yes")


def test_the_year_of_a_new_plan_is_the_one_given(tmp_path: Path) -> None:
    assert Workspace(tmp_path).here("init", "--year", "2030").code == 0
    assert load_plan(tmp_path / "tasks.yaml").year == 2030


def test_a_named_folder_is_created(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    begun = place.here("init", "新建", "--year", "2026")
    assert (begun.code, begun.err) == (0, "")
    assert (tmp_path / "新建" / "tasks.yaml").is_file()
    assert place.here("init", "新建").code == 2
    assert place.here("init", "空", "--from", "没有.xlsx").code != 0
    assert not (tmp_path / "空").exists()
