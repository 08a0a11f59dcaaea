"""Hostile office files: each fault has a file and a message, and leaves the ledger unchanged."""

import random
import struct
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office_files import HEADER, ROWS, repacked, sheet, word

from effort import share
from running import Workspace, workspace

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
XML = "xl/worksheets/sheet1.xml"


def good(path: Path) -> Path:
    return sheet(path, [["任务", "日期", "进展"], ["12", date(2016, 3, 31), "完成调查"]])


def entity(parts: dict[str, bytes]) -> None:
    declared = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    head, rest = parts[XML].split(b"<worksheet", 1)
    parts[XML] = head + declared + b"<worksheet" + rest


def laughs(parts: dict[str, bytes]) -> None:
    entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"ha") for n in range(12))
    parts["xl/sharedStrings.xml"] = b"<!DOCTYPE x [" + entities + b"]><sst>&l11;</sst>"


def macros(parts: dict[str, bytes]) -> None:
    parts["xl/vbaProject.bin"] = OLE


def bomb(parts: dict[str, bytes]) -> None:
    parts["xl/media/image1.bmp"] = b"\0" * 20_000_000


def large(parts: dict[str, bytes]) -> None:
    noise = bytes(number * number % 251 for number in range(30_000)) * 200
    parts.update({f"xl/media/{number}.bmp": noise + bytes([number]) for number in range(18)})


def no_book(parts: dict[str, bytes]) -> None:
    del parts["xl/workbook.xml"]


def no_xml(parts: dict[str, bytes]) -> None:
    parts[XML] = b"<worksheet>"


def far(parts: dict[str, bytes]) -> None:
    parts[XML] = parts[XML].replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )


PARTS: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "external-entity": (entity, "document type"),
    "billion-laughs": (laughs, "document type"),
    "macros": (macros, "macros"),
    "zip-bomb": (bomb, "zip bomb"),
    "too-large": (large, "zip bomb"),
    "no-workbook": (no_book, "xl/workbook.xml"),
    "broken-xml": (no_xml, "damaged"),
    "far-corner": (far, "extends to"),
}
BYTES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "encrypted-or-old": (lambda _content: OLE, "without a password"),
    "truncated": (lambda content: content[: len(content) // 2], "damaged"),
    "empty": (lambda _content: b"", "is empty"),
    "text": (lambda _content: "任务,日期\n".encode(), "damaged"),
}


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    made = workspace(tmp_path, recorded=True)
    (tmp_path / "columns.yaml").write_text("task: 任务\ndate: 日期\nnote: 进展\n", "utf-8")
    return made


def refused(place: Workspace, name: str, said: str) -> None:
    before = place.ledger.read_bytes()
    for more in ([], ["--map", "columns.yaml"], ["--dry-run"]):
        done = place.here("import", name, *more)
        assert (done.code, done.out) == (3, "")
        assert done.err.startswith(f"{name}: ")
        assert said in done.err
        assert len(done.err.splitlines()) == 1
    assert place.ledger.read_bytes() == before


def test_the_file_that_the_bad_files_are_made_from_is_good(place: Workspace) -> None:
    good(place.folder / "good.xlsx")
    assert place.here("import", "good.xlsx", "--map", "columns.yaml").out.startswith("good.xlsx: 1 added")


@pytest.mark.parametrize("fault", PARTS)
def test_a_hostile_part_is_refused(fault: str, place: Workspace) -> None:
    change, said = PARTS[fault]
    repacked(good(place.folder / f"{fault}.xlsx"), change)
    refused(place, f"{fault}.xlsx", said)


@pytest.mark.parametrize("fault", BYTES)
def test_a_file_that_is_not_a_spreadsheet_is_refused(fault: str, place: Workspace) -> None:
    change, said = BYTES[fault]
    file = good(place.folder / f"{fault}.xlsx")
    file.write_bytes(change(file.read_bytes()))
    refused(place, f"{fault}.xlsx", said)


def test_ten_thousand_nearly_equal_notes_are_no_zip_bomb(place: Workspace) -> None:
    def repeat(parts: dict[str, bytes]) -> None:
        run = b'<r><rPr><sz val="10"/><rFont val="Noto Sans CJK SC"/><family val="2"/></rPr><t>%s</t></r>'
        notes = (b"<si>" + run % b"was reported" * 5 + run % b"%d" % number + b"</si>" for number in range(10_000))
        parts["xl/sharedStrings.xml"] = b"<sst>" + b"".join(notes) + b"</sst>"

    file = repacked(good(place.folder / "alike.xlsx"), repeat)
    with ZipFile(file) as package:
        part = package.getinfo("xl/sharedStrings.xml")
    assert part.file_size > 100 * part.compress_size
    assert place.here("import", "alike.xlsx", "--map", "columns.yaml").out.startswith("alike.xlsx: 1 added")


@pytest.mark.parametrize(
    ("at", "changed", "why"),
    [(8, struct.pack("<H", 1), "encrypted"), (24, struct.pack("<I", 5), "damaged")],
    ids=["with a password", "of a wrong size"],
)
def test_a_dangerous_part_is_refused(at: int, changed: bytes, why: str, place: Workspace) -> None:
    file = good(place.folder / "part.xlsx")
    content = bytearray(file.read_bytes())
    start = content.index(b"PK\x01\x02") + at
    content[start : start + len(changed)] = changed
    file.write_bytes(bytes(content))
    refused(place, "part.xlsx", why)


@pytest.mark.parametrize("ending", [".xlsm", ".xlsb"])
def test_other_spreadsheets_are_to_be_saved_as_xlsx(ending: str, place: Workspace) -> None:
    (place.folder / f"a{ending}").write_bytes(OLE)
    refused(place, f"a{ending}", "save it as .xlsx")


def test_formulas_and_errors_are_refused_with_their_cells(place: Workspace) -> None:
    sheet(
        place.folder / "f.xlsx",
        [["任务", "日期", "进展"], ["12", "=TODAY()", '=HYPERLINK("http://x")'], ["13", "6月底", "#REF!"]],
    )
    done = place.here("import", "f.xlsx", "--map", "columns.yaml")
    assert done.code == 3
    assert [line.partition(": ")[0] for line in done.err.splitlines()] == [
        "f.xlsx!表!B2",
        "f.xlsx!表!C2",
        "f.xlsx!表!C3",
    ]


def test_a_hostile_word_file_is_refused(tmp_path: Path) -> None:
    def declare(parts: dict[str, bytes]) -> None:
        text = parts["word/document.xml"]
        parts["word/document.xml"] = text.replace(b"<w:document", b"<!DOCTYPE x []><w:document", 1)

    repacked(word(tmp_path / "p.docx", [HEADER, *ROWS]), declare)
    done = Workspace(tmp_path).here("init", "--from", "p.docx")
    assert (done.code, "document type" in done.err) == (3, True)
    assert not (tmp_path / "tasks.yaml").exists()


def mutated(content: bytes, seed: int) -> bytes:
    """Change some bytes of one part and recompress it, so that more than the checksum is tested."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    with ZipFile(BytesIO(content)) as old:
        parts = {name: bytearray(old.read(name)) for name in old.namelist()}
    part = parts[chance.choice(sorted(parts))]
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(part))
        part[at : at + chance.randint(0, 3)] = chance.choice([b"", b"9" * 30, b"<", b"-1", b"\xff", b"NaN", b"A", b'"'])
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as new:
        for name, changed in parts.items():
            new.writestr(name, bytes(changed))
    return made.getvalue()


@pytest.mark.sampled
def test_mutated_files_never_give_a_traceback(place: Workspace) -> None:
    assert place.here("form", "--month", "2016-03", "-o", "f", "--unit", "城镇办").code == 0
    form = (place.folder / "f" / "城镇办-2016-03.xlsx").read_bytes()
    table = sheet(place.folder / "t.xlsx", [HEADER, *ROWS]).read_bytes()
    document = word(place.folder / "t.docx", [HEADER, *ROWS]).read_bytes()
    codes = set()
    for seed in range(share(60)):
        for name, content, command in (
            ("m.xlsx", form, ["import", "m.xlsx", "--dry-run"]),
            ("m.xlsx", table, ["init", "new", "--from", "m.xlsx", "--year", "2016"]),
            ("m.docx", document, ["init", "new", "--from", "m.docx", "--year", "2016"]),
        ):
            (place.folder / "new").mkdir(exist_ok=True)
            (place.folder / "new" / "tasks.yaml").unlink(missing_ok=True)
            (place.folder / name).write_bytes(mutated(content, seed))
            codes.add(place.here(*command).code)  # an unexpected exception would be raised here
    assert codes == {0, 3}


@settings(
    max_examples=share(300),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(content=st.binary(max_size=400), zipped=st.booleans())
def test_random_bytes_never_give_a_traceback(content: bytes, zipped: bool, place: Workspace) -> None:  # noqa: FBT001
    if zipped:
        made = BytesIO()
        with ZipFile(made, "w") as archive:
            archive.writestr("xl/workbook.xml", content)
            archive.writestr("[Content_Types].xml", content)
        content = made.getvalue()
    (place.folder / "r.xlsx").write_bytes(content)
    assert place.here("import", "r.xlsx").code == 3
