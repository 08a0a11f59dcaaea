"""A CSV in UTF-16 or with another separator is refused; the message says what was found and how to save it again."""

from pathlib import Path

import pytest

from running import Workspace

PLAN = "title: 工作\nyear: 2016\ntasks: [{id: 1, title: 河道, lead_unit: 甲局, deadline: 2016-12-31}]\n"

ROWS = "on,task,kind,readings\n2016-03-01,1,report,percent=20\n2016-03-02,1,report,percent=30\n"

OWN = "工作任务,进度,日期\n河道,20%,2016-03-01\n"

MAP = "task: 工作任务\npercent: 进度\ndate: 日期\n"


@pytest.fixture
def made(tmp_path: Path) -> Workspace:
    (tmp_path / "tasks.yaml").write_text(PLAN, "utf-8")
    (tmp_path / "map.yaml").write_text(MAP, "utf-8")
    return Workspace(tmp_path)


@pytest.mark.parametrize("more", [(), ("--map", "map.yaml")])
@pytest.mark.parametrize(
    ("form", "begin", "told"),
    [
        (("\t", "utf-16"), "", "is UTF-16 (Unicode text)"),
        ((",", "utf-16"), "", "is UTF-16 (Unicode text)"),
        ((",", "utf-16-le"), "", "is UTF-16 (Unicode text)"),
        (("\t", "gb18030"), "", "its cells are separated by tabs, not by a comma"),
        ((";", "utf-8"), "", "its cells are separated by ;, not by a comma"),
        (("，", "utf-8-sig"), "", "its cells are separated by ，, not by a comma"),
        ((";", "utf-8-sig"), "sep=;\r\n", "names its separator (sep=;)"),
        ((",", "utf-8"), "sep=,\n", "names its separator (sep=,)"),
    ],
)
def test_the_error_names_the_encoding_or_separator(
    form: tuple[str, str], begin: str, told: str, more: tuple[str, ...], made: Workspace
) -> None:
    sign, encoding = form
    text = (OWN if more else ROWS).replace(",", sign)
    (made.folder / "a.csv").write_bytes((begin + text).encode(encoding))
    done = made.here("import", "a.csv", *more)
    assert (done.code, done.out) == (3, "")
    assert told in done.err
    assert "save it anew as “CSV UTF-8 (comma delimited)”" in done.err


@pytest.mark.parametrize("note", ["一；二；三", "一，二\n三，四\n五，六\n七；八", "a\tb\nc\td\ne\tf"])
def test_such_separators_within_cells_are_accepted(note: str, made: Workspace) -> None:
    (made.folder / "a.csv").write_text(f'on,task,kind,note\n2016-03-01,1,report,"{note}"\n', "utf-8")
    assert made.here("import", "a.csv").code == 0
