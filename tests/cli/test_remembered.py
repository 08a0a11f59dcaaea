"""A report that is remembered is the one that would be built now: whatever changed, with and without is the same."""

import marshal
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

import click
import pytest
from running import Done, Workspace, workspace

import jingkai_cli
from jingkai_cli.cli.output import Destination
from jingkai_cli.cli.remembered import remembered
from jingkai_cli.model import Head
from jingkai_cli.reports.document import About, Document

JULY = ("--as-of", "2016-07-15")
ASKED = (
    (),
    JULY,
    (*JULY, "--overdue"),
    (*JULY, "--at-risk"),
    (*JULY, "--overdue", "--at-risk"),
    (*JULY, "--due-within", "30"),
    (*JULY, "--due-within", "60"),
    (*JULY, "--unit", "城镇办"),
    (*JULY, "--original"),
    (*JULY, "--group-by", "unit"),
    (*JULY, "--group-by", "leader"),
    (*JULY, "4"),
    (*JULY, "4", "12"),
    ("--as-of", "2016-03-01", "--exit-code"),
    (*JULY, "--known-on", "2016-03-01"),
    (*JULY, "--known-on", "2199-01-01"),
    (*JULY, "44"),
    ("--as-of", "yesterday"),
)
FORMATS = ("plain", "table", "markdown", "csv", "json", "html", "xlsx", "docx")
LANGUAGES = ("C.UTF-8", "zh_CN.UTF-8")


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    folder = tmp_path / "work"
    folder.mkdir()
    return workspace(folder, recorded=True)


def kept(place: Workspace) -> list[Path]:
    return sorted(place.folder.with_name("work.cache").glob("jk/*.report"))


def report(place: Workspace, *arguments: str, **environ: str) -> tuple[Done, bytes]:
    """What a report says, and what it writes into a file."""
    file = place.folder / "out"
    file.unlink(missing_ok=True)
    return place.here("report", *arguments, **environ), file.read_bytes() if file.exists() else b""


def same(place: Workspace, *arguments: str, **environ: str) -> Done:
    """What a report says: without anything remembered, as it may be remembered, and as it then must be."""
    without = report(place, *arguments, JK_NO_CACHE="1", **environ)
    assert report(place, *arguments, **environ) == without
    assert report(place, *arguments, **environ) == without
    return without[0]


# What the answer depends on


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_has_its_own_answer(language: str, place: Workspace) -> None:
    said = {asked: same(place, *asked, LANG=language) for asked in ASKED}
    good = [asked for asked, done in said.items() if done.code in (0, 1)]
    assert len({said[asked].out for asked in good}) == len(good) - 1  # nobody leads a task: --group-by leader …
    assert len(kept(place)) == len(good)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_format_is_rendered_from_what_is_remembered(language: str, place: Workspace) -> None:
    for form, asked in product(FORMATS, (JULY, (*JULY, "--group-by", "unit"), (*JULY, "--known-on", "2016-03-01"))):
        same(place, *asked, "-f", form, "-o", "out", LANG=language)
    same(place, *JULY, "-f", "csv", "--labels", "--encoding", "gb18030", "-o", "out", LANG=language)
    assert len(kept(place)) == 3 * 2  # those for other people's desks speak the language of the plan
    assert same(place, *JULY, "-o", "out.odt").code == 2


def edit(place: Workspace, old: str, new: str) -> None:
    plan = place.folder / "tasks.yaml"
    text = plan.read_text("utf-8")
    assert old in text
    plan.write_text(text.replace(old, new, 1), "utf-8")


def jk(place: Workspace, *arguments: str) -> None:
    assert place.here(*arguments).code == 0


def another_ledger(place: Workspace) -> None:
    """One of as many entries, of which the last one is another."""
    jk(place, "record", "12", "35", "--on", "2016-03-01")
    shutil.copy(place.ledger, place.folder / "one.db")
    jk(place, "report", *JULY)
    place.ledger.unlink()
    jk(place, "import", "2016-02.jsonl")
    jk(place, "record", "12", "36", "--on", "2016-03-01")


CHANGES: dict[str, Callable[[Workspace], object]] = {
    "the plan": lambda place: edit(place, "title: 中心城区停车场建设", "title: 停车场"),
    "a deadline": lambda place: edit(place, "deadline: 2016-06-30", "deadline: 2016-12-30"),
    "contacts": lambda place: (place.folder / "contacts.yaml").write_text("城镇办: 王主任\n", "utf-8"),
    "an entry": lambda place: jk(place, "record", "12", "35", "--on", "2016-03-01"),
    "a retraction": lambda place: jk(place, "retract", "1", "-m", "误报"),
    "another ledger": another_ledger,
    "no ledger": lambda place: place.ledger.unlink(),
    "an adoption": lambda place: jk(place, "adopt", "--on", "2016-05-04"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_counts_at_once(change: str, place: Workspace) -> None:
    before = same(place, *JULY)
    CHANGES[change](place)
    assert same(place, *JULY) != before


def test_what_is_told_is_told_each_time_and_once(place: Workspace) -> None:
    jk(place, "adopt", "--on", "2016-05-04")
    jk(place, "record", "12", "35", "--on", "2016-03-01")
    edit(place, "id: 12", "id: T12")
    said = same(place).err
    for sentence in (
        "The plan is for 2016",
        "differs from the plan that was adopted on 2016-05-04",
        "tasks that are not in the plan",
    ):
        assert said.count(sentence) == 1
    place.ledger.unlink()
    assert same(place).err.count("No ledger yet") == 1
    place.ledger.touch()
    assert "No ledger yet" not in same(place).err


def test_contacts_that_change_or_go_count(place: Workspace) -> None:
    contacts = place.folder / "contacts.yaml"
    for said in ("城镇办: 王主任\n", "城镇办: 李主任\n"):
        contacts.write_text(said, "utf-8")
        assert said[5:8] in same(place, *JULY).out
    contacts.unlink()
    assert "主任" not in same(place, *JULY).out


def test_another_plan_or_ledger_that_is_named_is_another_question(place: Workspace) -> None:
    same(place, *JULY)
    shutil.copy(place.ledger, place.folder / "other.db")
    assert place.here("record", "12", "35", "--on", "2016-03-01", "--ledger", "other.db").code == 0
    shutil.copy(place.folder / "tasks.yaml", place.folder / "copy.yaml")
    jk(place, "adopt", "--on", "2016-05-04", "--ledger", "other.db")
    edit(place, "title: 中心城区停车场建设", "title: 停车场")
    same(place, *JULY, "--ledger", "other.db")
    said = same(place, *JULY, "--ledger", "other.db", "--plan", "copy.yaml")
    assert said == same(place, *JULY, JK_LEDGER="other.db", JK_PLAN="copy.yaml")
    for name in ("this.yaml", "that.yaml"):
        shutil.copy(place.folder / "tasks.yaml", place.folder / name)
        assert f"{name} differs" in same(place, *JULY, JK_LEDGER="other.db", JK_PLAN=name).err


def test_a_fault_is_told_and_nothing_is_remembered(place: Workspace) -> None:
    same(place, *JULY)
    (remembered_before,) = kept(place)
    edit(place, "deadline:", "deadlin:")
    assert same(place, *JULY).code == 3
    assert kept(place) == [remembered_before]
    edit(place, "deadlin:", "deadline:")
    place.ledger.write_bytes(b"no ledger at all")
    assert same(place, *JULY).code == 4
    assert same(place, *JULY, "--ledger", "none.db").code == 4


def test_any_walk_through_changes_gives_the_same_answers(place: Workspace) -> None:
    random = Random(20160715)  # noqa: S311 - a test that can be repeated
    plan, contacts = place.folder / "tasks.yaml", place.folder / "contacts.yaml"
    texts = [plan.read_bytes()]
    edit(place, "title: 中心城区停车场建设", "title: 停车场")
    texts.append(plan.read_bytes())
    edit(place, "deadline: 2016-06-30", "deadline: 2016-12-30")
    texts.append(plan.read_bytes())
    ledgers = [place.ledger.read_bytes()]
    for step in range(40):
        match random.randrange(6):
            case 0:
                plan.write_bytes(random.choice(texts))
            case 1:
                contacts.write_text(f"城镇办: {random.choice('王李')}主任\n", "utf-8")
            case 2:
                contacts.unlink(missing_ok=True)
            case 3:
                place.here("record", "12", str(random.randint(1, 99)), "--on", f"2016-03-{step % 28 + 1:02}", "-m", "x")
                ledgers.append(place.ledger.read_bytes())
            case 4:
                place.ledger.write_bytes(random.choice(ledgers))
            case 5:
                place.here("adopt", "-m", "x", "--on", "2016-05-04")
        for asked in random.sample(ASKED, 2):
            environ = {"LANG": random.choice(LANGUAGES)}
            form = random.choice(FORMATS[:6])
            without = place.here("report", *asked, "-f", form, JK_NO_CACHE="1", **environ)
            assert place.here("report", *asked, "-f", form, **environ) == without


# The day


def at(place: Workspace, moment: str, *arguments: str, **environ: str) -> Done:
    """A report at a moment: the clock is the one thing that is not the real one."""
    program = (
        "import sys; from datetime import datetime; from jingkai_cli.cli import clock;"
        f"clock.now = lambda: datetime.fromisoformat({moment!r});"
        "from jingkai_cli.cli.app import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "report", *arguments],
        cwd=place.folder,
        env=place.environment(**environ),
        capture_output=True,
        text=True,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("zone", "moments"),
    [
        ("Asia/Shanghai", ("2016-07-14T15:59:59.999999+00:00", "2016-07-14T16:00:00+00:00")),
        ("America/Havana", ("2016-11-06T03:59:59+00:00", "2016-11-06T04:00:00+00:00")),
        ("America/Havana", ("2016-11-07T04:59:59+00:00", "2016-11-07T05:00:00+00:00")),
    ],
)
def test_today_ends_at_midnight_in_the_zone_of_the_plan(zone: str, moments: tuple[str, str], place: Workspace) -> None:
    plan = place.folder / "tasks.yaml"
    plan.write_text(f"timezone: {zone}\n{plan.read_text('utf-8')}".replace("\ntimezone: Asia/Shanghai", ""), "utf-8")
    before, after = moments
    evening, morning = (at(place, moment, JK_NO_CACHE="1") for moment in moments)
    assert evening.out != morning.out
    for moment, said in ((before, evening), (before, evening), (after, morning), (after, morning), (before, evening)):
        assert at(place, moment) == said


# What lies in the cache


def open_to_others(file: Path) -> None:
    file.chmod(0o660)


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


SPOILED: dict[str, Callable[[Path], object]] = {
    "half": lambda file: file.write_bytes(file.read_bytes()[:-99]),
    "empty": lambda file: file.write_bytes(b""),
    "scribbled": lambda file: file.write_bytes(file.read_bytes()[:-9] + b"nonsense!"),
    "of another program": lambda file: file.write_bytes(file.read_bytes().replace(b"jk ", b"kj ", 1)),
    "open to others": open_to_others,
    "a folder": a_folder,
}


@pytest.mark.parametrize("how", SPOILED)
def test_what_is_spoiled_counts_for_nothing(how: str, place: Workspace) -> None:
    said = same(place, *JULY)
    (file,) = kept(place)
    SPOILED[how](file)
    assert place.here("report", *JULY) == said
    if how != "a folder":
        assert same(place, *JULY) == said
        assert file.stat().st_mode & 0o777 == 0o600


def answer_with(file: Path, answer: Callable[[Any], Any]) -> None:
    """Put another answer to the question of a file, as this program would have written it."""
    head, rest = file.read_bytes().split(b"\n", 1)
    question, kept_answer = marshal.loads(rest[4:])  # noqa: S302 - written a moment ago
    body = marshal.dumps((question, answer(kept_answer)))
    file.write_bytes(head + b"\n" + crc32(body).to_bytes(4) + body)


def test_what_others_may_write_is_not_believed(place: Workspace) -> None:
    said = same(place, *JULY)
    (file,) = kept(place)
    answer_with(file, lambda answer: (answer[0], ("a lie",), answer[2]))
    assert place.here("report", *JULY) == Done(said.code, said.out, "a lie\n")
    file.chmod(0o622)
    assert place.here("report", *JULY) == said


@pytest.mark.parametrize("nonsense", [0, (), (None, (), ()), (None, ("a lie",), ("report",)), ((1,), (), ())])
def test_an_answer_that_is_no_report_counts_for_nothing(nonsense: object, place: Workspace) -> None:
    said = same(place, *JULY)
    (file,) = kept(place)
    answer_with(file, lambda _answer: nonsense)
    assert place.here("report", *JULY) == said


def test_a_folder_that_cannot_be_written_is_none(place: Workspace) -> None:
    said = report(place, *JULY, JK_NO_CACHE="1")
    assert report(place, *JULY, JK_CACHE_DIR="tasks.yaml") == said
    assert report(place, *JULY, JK_CACHE_DIR="x" * 5000) == said
    assert kept(place) == []


def test_what_changed_while_a_report_was_built_is_not_remembered_with_it(place: Workspace) -> None:
    document = Document("report", About("", "zh", "UTC", date(2016, 7, 15), None, Head(0, "")), "", {}, [], ())
    plan = place.folder / "tasks.yaml"
    context = click.Context(click.Command("report"))
    context.params = {"plan": str(plan), "ledger": None, "as_of": "2016-07-15"}
    with pytest.MonkeyPatch.context() as environment, context.scope():
        for name, value in place.environment().items():
            environment.setenv(name, value)
        environment.delenv("JK_NO_CACHE", raising=False)
        environment.delenv("JK_CACHE_DIR", raising=False)
        destination = Destination(None, None)

        def build() -> Document:
            plan.write_text(plan.read_text("utf-8") + "\n", "utf-8")
            return document

        assert remembered(build, destination) == document
        assert kept(place) == []
        assert remembered(lambda: document, destination) == document
        assert len(kept(place)) == 1


def test_an_edited_program_remembers_nothing_of_what_it_was(place: Workspace, tmp_path: Path) -> None:
    package = tmp_path / "library" / "jingkai_cli"
    shutil.copytree(Path(jingkai_cli.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))

    def said() -> str:
        environ = place.environment(PYTHONPATH=str(package.parent))
        command = [sys.executable, "-m", "jingkai_cli", "report", "--overdue", *JULY]
        return subprocess.run(command, cwd=place.folder, env=environ, capture_output=True, text=True, check=True).stdout

    before = said()
    assert said() == before
    source = package / "reports" / "report.py"
    source.write_text(source.read_text("utf-8").replace('return _("Overdue")', 'return _("Overdue") + "!"'), "utf-8")
    assert "Overdue! |" in said()
