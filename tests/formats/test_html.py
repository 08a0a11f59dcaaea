"""HTML files, checked without a browser: reproducible bytes, complete or not written, only to a file."""

import re
import subprocess
import sys
from base64 import b64encode
from datetime import date, timedelta
from hashlib import sha256

import pytest

from jingkai_cli.model import Plan, Task
from jingkai_cli.reports.dashboard_content import POINTS, WEEK, days
from running import JK, Workspace, workspace

AS_OF = ("--as-of", "2016-07-15")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return workspace(tmp_path_factory.mktemp("pages"), recorded=True)


def page(place: Workspace, *arguments: str, **environ: str) -> str:
    done = place.here(*arguments, *AS_OF, "-o", "page.html", **environ)
    assert (done.code, done.out, done.err) == (0, "", "")
    return (place.folder / "page.html").read_text(encoding="utf-8")


def test_the_same_bytes_twice_in_the_language_of_the_plan(place: Workspace) -> None:
    english = page(place, "dashboard", LANG="C.UTF-8")
    assert english == page(place, "dashboard", LANG="zh_CN.UTF-8")
    assert '<html lang="zh-CN">' in english
    assert "任务清单" in english


def test_a_report_page_is_in_the_language_of_the_locale(place: Workspace) -> None:
    assert '<html lang="en">' in page(place, "report", "--overdue", LANG="C.UTF-8")
    chinese = page(place, "report", "--overdue", LANG="zh_CN.UTF-8")
    assert '<html lang="zh-CN">' in chinese
    assert '<span class="lamp red">红灯' in chinese
    assert place.here("report", "--overdue", *AS_OF, "-f", "html", LANG="zh_CN.UTF-8").out == chinese


@pytest.mark.parametrize("command", ["dashboard", "report", "show 12", "problem list"])
def test_the_policy_allows_only_inline_scripts_and_styles_of_the_page(command: str, place: Workspace) -> None:
    written = page(place, *command.split())
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', written)
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for element in ("style", "script"):
        blocks = re.findall(f"<{element}>(.*?)</{element}>", written, re.DOTALL)
        digests = [b64encode(sha256(block.encode()).digest()).decode() for block in blocks]
        assert re.findall(rf"{element}-src 'sha256-([^']*)'", policy) == digests
    assert re.findall(r"""\s(on\w+|style|src)=["']|https?://""", written) == []


def test_paper_has_page_numbers_and_is_landscape_for_seven_columns(place: Workspace) -> None:
    wide = page(place, "report", LANG="zh_CN.UTF-8")
    narrow = page(place, "show", "12", LANG="zh_CN.UTF-8")
    assert "size: A4 landscape" in wide
    assert "size: A4 landscape" not in narrow
    for written in (wide, narrow):
        assert re.search(r"@bottom-right \{ content: .+ counter\(page\) .+ counter\(pages\) ", written)


def test_a_letter_has_paragraphs_and_a_report_a_list(place: Workspace) -> None:
    assert '<main class="report">' in page(place, "report")
    letter = place.here("notice", "城镇办", "--no", "3", *AS_OF, "-f", "html").out
    assert '<main class="letter">' in letter


def test_known_on_is_printed_and_applied(place: Workspace) -> None:
    written = page(place, "dashboard", "--known-on", "2016-03-01")
    assert "据2016年3月1日当时台账" in re.sub("</?time>", "", written)
    assert place.here("log", "-f", "csv").out.count("\n") == 24
    assert "台账" in written


def test_a_page_needs_a_file_that_ends_in_html(place: Workspace) -> None:
    assert place.here("dashboard", *AS_OF).code == 2
    for name in ("page.xlsx", "/dev/stdout", "-"):
        done = place.here("dashboard", *AS_OF, "-o", name)
        assert (done.code, done.out) == (2, "")
        assert done.err == f"{name}: the dashboard is a page: the file name must end in .html\n"


def test_a_failed_write_keeps_the_old_page(place: Workspace) -> None:
    (place.folder / "old.html").write_text("old")
    assert place.here("dashboard", "--as-of", "someday", "-o", "old.html").code == 2
    assert place.here("dashboard", *AS_OF, "-o", "no/such/folder/page.html").code == 2
    assert (place.folder / "old.html").read_text() == "old"


def test_another_encoding_is_refused_for_a_page(place: Workspace) -> None:
    done = place.here("report", *AS_OF, "-o", "gb.html", "--encoding", "gb18030")
    assert (done.code, done.out) == (2, "")
    assert "UTF-8" in done.err
    assert not (place.folder / "gb.html").exists()


def test_without_jinja_only_the_dashboard_asks_for_its_extra(place: Workspace) -> None:
    program = "import sys; sys.modules['jinja2'] = None; from jingkai_cli.cli.app import main; main()"

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program, *arguments]
        return subprocess.run(
            command, cwd=place.folder, env=place.environment(), capture_output=True, text=True, check=False
        )

    done = run("dashboard", *AS_OF, "-o", "none.html")
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr == "this needs jinja2, which is not installed: pip install 'jingkai-cli[dashboard]'\n"
    assert not (place.folder / "none.html").exists()
    assert run("report", *AS_OF, "-o", "some.html").returncode == 0


def plan(start: date) -> Plan:
    return Plan("工作", (Task("1", "任务", None, date(2040, 1, 1), start=start),))


@pytest.mark.parametrize("length", [0, 1, 6, 7, 8, 100, 111, 112, 113, 200, 365, 480, 500, 1000, 9000])
def test_the_course_has_few_dates_and_ends_on_the_as_of_day(length: int) -> None:
    start = date(2016, 1, 1)
    as_of = start + timedelta(days=length)
    found = days(plan(start), as_of)
    assert list(found) == sorted(set(found))
    assert found[-1] == as_of
    assert all(start <= day for day in found)
    assert len(found) <= POINTS + 1  # and the day a week before
    assert length < 7 or as_of - WEEK in found
    assert length < 40 or len(found) > 3


def test_the_course_of_a_plan_that_has_not_begun_is_one_date() -> None:
    assert days(plan(date(2016, 3, 1)), date(2016, 2, 1)) == (date(2016, 2, 1),)


def test_a_report_does_not_load_the_dashboard(place: Workspace) -> None:
    done = subprocess.run(
        [*JK[:1], "-X", "importtime", *JK[1:], "report", *AS_OF],
        cwd=place.folder,
        env=place.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert not re.search(r"\b(jinja2|markupsafe)\b|formats\.(html_|page|dashboard)", done.stderr)
