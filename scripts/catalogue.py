"""Update the catalogue of translations: `python scripts/catalogue.py`.

The script extracts every message of the source and of the installed Click and Typer into `jk.po`, keeps existing
translations, drops unused messages, and compiles `jk.mo`. The same source always makes the same files: they hold no
dates, line numbers or absolute paths.

Messages without a translation are printed, and then the exit code is 1.
"""

import ast
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

SOURCE = Path(__file__).resolve().parent.parent / "src" / "jingkai_cli"
PO = SOURCE / "locale" / "zh_CN" / "LC_MESSAGES" / "jk.po"
HEADER = "# Simplified Chinese. Translations are written here; `python scripts/catalogue.py` does the rest."
KEYWORDS = {"_": 1, "N_": 1, "gettext": 1, "ngettext": 2}
"""The functions that mark messages, and how many message texts each takes."""

MessageId = str | tuple[str, str]
"""A message, or its singular and plural."""


class _Dateless(Catalog):
    """A catalogue with only the header fields that gettext needs."""

    mime_headers = property(
        lambda _self: [
            ("Language", "zh_CN"),
            ("Plural-Forms", "nplurals=1; plural=0;"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]
    )


def extract() -> dict[MessageId, set[str]]:
    """Every message, and the files that contain it."""
    found: dict[MessageId, set[str]] = {}
    for folder in (SOURCE, _installed("click"), _installed("typer")):
        for file in (*folder.rglob("*.py"), *folder.rglob("*.jinja")):
            for message in _messages(file) if file.suffix == ".py" else _templated(file):
                found.setdefault(message, set()).add(file.relative_to(folder.parent).as_posix())
    return found


def _installed(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(package)
    return Path(spec.origin).parent


def _messages(file: Path) -> Iterator[MessageId]:
    """The messages of a Python file; babel's extractor would also take the `"a"` in `_(x["a"])`."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
            arguments = node.args[: KEYWORDS[node.func.id]]
            texts = [a.value for a in arguments if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if texts and len(texts) == len(arguments):
                yield (texts[0], texts[1]) if len(texts) > 1 else texts[0]


def _templated(file: Path) -> Iterator[MessageId]:
    """The messages of a template."""
    with file.open("rb") as template:
        for _line, _function, message, _comments in babel_extract(template, ["_"], [], {"silent": "false"}):
            yield str(message)


def updated(known: Catalog) -> Catalog:
    """A catalogue of all current messages, with the translations and comments of `known`."""
    fresh = _Dateless(locale="zh_CN", header_comment=HEADER, fuzzy=False)
    for message, files in sorted(extract().items(), key=lambda item: (sorted(item[1]), str(item[0]))):
        before = known.get(message)
        fresh.add(
            message,
            before.string if before else None,
            locations=[(file, 1) for file in sorted(files)],
            user_comments=before.user_comments if before else (),
        ).flags.clear()  # babel guesses flags: it takes "100 % in" for a placeholder
    return fresh


def untranslated(catalogue: Catalog) -> list[str]:
    """The messages that lack a translation."""
    return [str(message.id) for message in catalogue if not message.string or not all(message.string)]


def compiled(catalogue: Catalog) -> bytes:
    """The bytes of `jk.mo`."""
    content = BytesIO()
    write_mo(content, catalogue)
    return content.getvalue()


def main() -> int:
    """Write both files, print untranslated messages, and return the exit code."""
    with PO.open("rb") as file:
        catalogue = updated(read_po(file, locale="zh_CN"))
    with PO.open("wb") as file:
        write_po(file, catalogue, width=120, include_lineno=False)
    PO.with_suffix(".mo").write_bytes(compiled(catalogue))
    missing = untranslated(catalogue)
    sys.stdout.writelines(f"No translation: {message}\n" for message in missing)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
