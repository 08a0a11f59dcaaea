"""Output: a table on a terminal, text in a pipe, bytes in a file, which is never written partly."""

import csv
import json
import os
import pty
import re
import stat
import subprocess
import threading
from io import StringIO
from pathlib import Path

import pytest

from forked import Run, without
from jingkai_cli.text import width
from running import JK, PATIENCE, Done, Workspace, read_terminal, workspace

AS_OF = ("--as-of", "2016-07-15")
REPORT = ("report", *AS_OF)
FORMATS = ("table", "plain", "markdown", "csv", "json", "html")
BOM = b"\xef\xbb\xbf"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A shared workspace; tests only read it and write new files."""
    return workspace(tmp_path_factory.mktemp("streams"), recorded=True)


def on_a_terminal(place: Workspace, *arguments: str) -> str:
    """The output of a command on a terminal of 80 columns."""
    master, slave = pty.openpty()
    environ = place.environment(TERM="xterm-256color")
    with subprocess.Popen([*JK, *arguments], cwd=place.folder, env=environ, stdin=slave, stdout=slave, stderr=slave):
        os.close(slave)
        read = bytearray()
        while chunk := read_terminal(master):
            read += chunk
    os.close(master)
    return read.decode().replace("\r\n", "\n")


def test_a_table_is_for_a_terminal_and_text_for_a_pipe(place: Workspace) -> None:
    seen = on_a_terminal(place, *REPORT, "--group-by", "unit")
    assert "\x1b[" in seen
    assert "─" in seen
    piped = place.jk(*REPORT)
    assert piped.out == place.here(*REPORT, "-f", "plain").out
    assert "\x1b" not in piped.out
    assert "─" not in piped.out


@pytest.mark.slow
def test_a_bar_is_shown_while_a_large_file_is_read(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    for name, count in (("short", 1), ("long", 400)):
        entry = {"on": "2016-03-31", "task": "12", "kind": "report", "note": "长" * 100}
        lines = (json.dumps({**entry, "key": f"{name}-{number}"}, ensure_ascii=False) for number in range(count))
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines), "utf-8")
    assert "Reading long.jsonl" in on_a_terminal(place, "import", "long.jsonl")
    assert "Reading" not in on_a_terminal(place, "import", "short.jsonl")
    assert "Reading" not in place.jk("import", "long.jsonl").err


def test_notices_fit_the_terminal_and_commands_in_them_stay_whole(place: Workspace) -> None:
    """In a pipe each notice is one line."""
    for command in (("report", "--as-of", "2026-11-27", "--overdue", "nope"), ("today", *AS_OF), ("check",)):
        piped = place.here(*command).err
        notices = piped.splitlines()
        seen = re.sub(r"\x1b\[[\d;]*m", "", on_a_terminal(place, *command))
        assert max(map(width, seen.splitlines())) <= 80
        assert all("".join(notice.split()) in "".join(seen.split()) for notice in notices)
        assert all(f"`{said}`" in seen for said in re.findall("`([^`]+)`", piped))
    assert max(map(width, place.here("today", *AS_OF).err.splitlines())) > 80


def test_no_color_turns_colours_off(place: Workspace) -> None:
    assert "\x1b" not in place.here(*REPORT, "-f", "table").out
    (place.folder / "t.txt").unlink(missing_ok=True)
    assert on_a_terminal(place, *REPORT, "-o", "t.txt") == ""
    assert b"\x1b" not in (place.folder / "t.txt").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("form", ["xlsx", "docx"])
def test_an_office_file_is_for_a_file_or_a_pipe(form: str, place: Workspace) -> None:
    refused = on_a_terminal(place, *REPORT, "-f", form)
    assert refused == f"{form} is not for a terminal: write it to a file (-o FILE.{form})\n"
    assert place.here(*REPORT, "-o", f"r.{form}").out == ""
    assert place.shell(f"jk {' '.join(REPORT)} -f {form} > piped").code == 0
    written = (place.folder / f"r.{form}").read_bytes()
    assert written.startswith(b"PK")
    assert (place.folder / "piped").read_bytes() == written


@pytest.mark.parametrize(("form", "module"), [("xlsx", "openpyxl"), ("docx", "docx")])
def test_a_missing_extra_is_named(form: str, module: str, place: Workspace) -> None:
    before = place.files()
    done = Run(place, *REPORT, "-o", f"missing.{form}", before=without(module)).done()
    assert done == Done(5, "", f"this needs {module}, which is not installed: pip install 'jingkai-cli[office]'\n")
    assert place.files() == before
    done = Run(place, *REPORT, "-f", "csv", before=without(module)).done()
    assert (done.code, done.err) == (0, "")


def test_csv_is_for_excel_in_a_file_and_plain_in_a_pipe(place: Workspace) -> None:
    assert place.here(*REPORT, "-o", "r.csv").out == ""
    written = (place.folder / "r.csv").read_bytes()
    piped = place.jk(*REPORT, "-f", "csv").out
    assert written.startswith(BOM)
    assert written.removeprefix(BOM).decode() == piped
    lines = piped.split("\r\n")
    assert (len(lines), lines[-1]) == (22, "")
    assert "\n" not in piped.replace("\r\n", "")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16"])
def test_csv_in_another_encoding(encoding: str, place: Workspace) -> None:
    place.here(*REPORT, "-o", "e.csv", "--encoding", encoding)
    assert "大气污染治理" in (place.folder / "e.csv").read_bytes().decode(encoding)


@pytest.mark.parametrize("encoding", ["nope", "hex", "idna", "undefined", "a\x1bb"])
def test_no_such_encoding(encoding: str, place: Workspace) -> None:
    done = place.here(*REPORT, "-o", "n.csv", "--encoding", encoding)
    assert (done.code, done.out) == (2, "")
    assert "use utf-8-sig, utf-8 or gb18030" in done.err
    assert not (place.folder / "n.csv").exists()


@pytest.mark.parametrize(
    "command", [REPORT, (*REPORT, "--group-by", "unit"), ("show", "4", *AS_OF), ("log",), ("problem", "list", *AS_OF)]
)
def test_json_has_its_envelope(command: tuple[str, ...], place: Workspace) -> None:
    found = json.loads(place.here(*command, "-f", "json").out)
    assert list(found)[:6] == ["schema", "kind", "plan", "as_of", "known_on", "ledger_head"]
    assert (found["schema"], list(found)[-1]) == (1, "items")
    assert (found["ledger_head"]["seq"], len(found["ledger_head"]["hash"])) == (23, 64)


@pytest.mark.slow
def test_a_terminal_in_another_encoding(place: Workspace) -> None:
    ascii_only = {"PYTHONIOENCODING": "ascii"}
    assert "?" in place.jk(*REPORT, environ=ascii_only).out
    assert "?" in place.jk("record", "九", "5", environ=ascii_only).err
    assert json.loads(place.jk(*REPORT, "-f", "json", environ=ascii_only).out)["items"][18]["title"] == "大气污染治理"
    assert "大气污染治理" in place.jk(*REPORT, "-f", "csv", environ=ascii_only).out
    gbk = place.jk(*REPORT, environ={"PYTHONIOENCODING": "gbk"}, encoding="gbk")
    assert "大气污染治理" in gbk.out


@pytest.mark.parametrize("note", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=1", "''"])
def test_a_spreadsheet_executes_nothing(note: str, tmp_path: Path) -> None:
    place = workspace(tmp_path)
    assert place.here("record", "12", "-5", "--on", "2016-03-01", "-m", note).code == 2
    assert place.here("record", "12", "35", "--on", "2016-03-01", "-m", note).code == 0
    place.here("log", "-o", "log.csv")
    (row,) = csv.DictReader(StringIO((tmp_path / "log.csv").read_bytes().decode("utf-8-sig")))
    assert row["note"].startswith("'")
    assert (row["seq"], row["readings"]) == ("1", "percent=35")


def test_figures_stay_raw(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    place.here("record", "15", "3.5", "--on", "2016-03-01")
    (row,) = csv.DictReader(StringIO(place.here("report", "15", *AS_OF, "-f", "csv").out))
    assert row["progress"] == "3.5"
    assert row["days_left"] == "169"


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_report_twice_is_the_same_bytes(form: str, place: Workspace) -> None:
    assert place.here(*REPORT, "-f", form).out == place.here(*REPORT, "-f", form).out


def test_an_export_twice_is_the_same_bytes(place: Workspace) -> None:
    for folder in ("one", "two"):
        assert place.here("export", "--month", "2016-02", "-o", folder).code == 0
    one, two = (
        {file.name: file.read_bytes() for file in (place.folder / folder).iterdir()} for folder in ("one", "two")
    )
    assert one == two
    assert set(one) == {"tasks.csv", "entries.csv", "problems.csv", "units.csv", "datapackage.json", "anchor.txt"}


def test_an_output_path_may_have_links_and_dots(place: Workspace) -> None:
    folder = place.folder
    (folder / "there").mkdir()
    (folder / "link.csv").symlink_to("there/real.csv")
    place.here(*REPORT, "-o", "link.csv")
    assert (folder / "link.csv").is_symlink()
    assert (folder / "there" / "real.csv").read_bytes().startswith(BOM)
    assert place.here(*REPORT, "-o", "there/../there/up.md").code == 0
    assert (folder / "there" / "up.md").exists()
    assert stat.S_IMODE((folder / "there" / "up.md").stat().st_mode) & 0o400
    (folder / "loop.csv").symlink_to("loop.csv")
    assert place.here(*REPORT, "-o", "loop.csv").code == 2


def test_an_output_that_is_not_a_regular_file_is_not_replaced(place: Workspace) -> None:
    """A named pipe here; replacing /dev/null as root would break every program."""
    pipe = place.folder / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    assert place.here(*REPORT, "-f", "csv", "-o", "pipe").code == 0
    assert pipe.is_fifo()
    reader.join(PATIENCE)
    assert read[0].startswith(BOM)


@pytest.mark.parametrize("command", ["report", "log -f csv", "schema", "--help"])
def test_a_full_disk_fails_an_output(command: str, place: Workspace) -> None:
    done = place.shell(f"jk {command} > /dev/full")
    assert done.code == 2
    assert done.err.endswith("The output cannot be written: No space left on device\n")


@pytest.mark.slow
@pytest.mark.parametrize("stream", [">&-", "2>&-", "<&- >&- 2>&-", "2>/dev/full"])
def test_a_closed_stream(stream: str, tmp_path: Path) -> None:
    place = workspace(tmp_path)
    assert place.shell(f"jk record 12 5 --on 2016-03-01 {stream}").code == 0
    assert place.shell(f"jk record 12 never {stream}").code == 2
    assert place.shell(f"jk no-such-command {stream}").code == 2
    assert place.here("check").code == 0
    assert len(json.loads(place.here("log", "-f", "json").out)["items"]) == 1


def test_a_report_without_stdout(place: Workspace) -> None:
    for form in ("plain", "csv"):
        assert place.shell(f"jk report -f {form} >&-").code == 0


def test_the_reader_closes_the_pipe(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    line = '{{"on": "2016-03-01", "task": "12", "kind": "report", "note": "{}"}}\n'
    (tmp_path / "many.jsonl").write_text("".join(map(line.format, range(2000))))
    assert place.here("import", "many.jsonl").code == 0
    for form in ("plain", "csv", "json"):
        done = place.shell(f"jk log -f {form} | head -c 10 > /dev/null; echo ${{PIPESTATUS[0]}}")
        assert (done.out, done.err) == ("0\n", "")


@pytest.mark.slow
def test_a_progress_bar_is_shown_on_a_terminal(tmp_path: Path) -> None:
    desk = workspace(tmp_path)
    line = {"on": "2016-03-01", "task": "12", "kind": "report", "note": "督查"}
    lines = (json.dumps({**line, "key": f"k{n}"}, ensure_ascii=False) for n in range(2000))
    (tmp_path / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert "Recording" in on_a_terminal(desk, "import", "many.jsonl")
    assert "Checking" in on_a_terminal(desk, "check", "--full", "ledger")
    piped = desk.here("check", "--full", "ledger")
    assert piped.code == 0
    assert "Checking" not in piped.err
    assert piped.out.startswith("No faults found: 2000 entries")
