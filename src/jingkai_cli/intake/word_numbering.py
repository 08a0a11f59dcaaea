"""The automatic numbers of paragraphs in a Word file, which are not in its text: 一、 （一） 1. ①."""

from typing import Any

from msgspec import Struct, field

from ..text import chinese_numeral

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

_HAN = frozenset(
    {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand", "ideographDigital"}
)

_HUNDRED = 100


class _Level(Struct, frozen=True):
    start: int
    form: str
    text: str
    """`%1、`, `（%2）`, `%1.%2`."""


class _List(Struct):
    """The levels of a list, and the current number of each."""

    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)

    def next(self, depth: int) -> str:
        """Return the next number at a level; deeper levels restart."""
        for deeper in [each for each in self.counts if each > depth]:
            del self.counts[deeper]
        for each in range(depth + 1):
            level = self.levels.get(each)
            if level is not None:
                self.counts.setdefault(each, level.start - (each == depth))
        self.counts[depth] = self.counts.get(depth, 0) + 1
        text = self.levels[depth].text
        for each in range(depth + 1):
            if each in self.levels:
                text = text.replace(f"%{each + 1}", _number(self.counts[each], self.levels[each].form))
        return text


class Numbering:
    """Counts the numbered paragraphs of a document; `label` must be called in the order of the document."""

    def __init__(self, document: Any) -> None:
        """Read the lists and the numbered styles of a document."""
        self._lists: dict[str, _List] = {}
        self._styles = dict(_numbered_styles(document))
        for relation in document.part.rels.values():
            if relation.reltype.endswith("/numbering") and not relation.is_external:
                self._read(relation.target_part.element)

    def _read(self, numbering: Any) -> None:
        abstract = {
            each.get(f"{_W}abstractNumId"): _List(dict(_levels(each))) for each in numbering.iter(f"{_W}abstractNum")
        }
        for number in numbering.iter(f"{_W}num"):
            named = number.find(f"{_W}abstractNumId")
            shared = abstract.get(named.get(f"{_W}val")) if named is not None else None
            if shared is None:
                continue
            restarts = number.find(f".//{_W}startOverride") is not None
            self._lists[number.get(f"{_W}numId")] = _List(shared.levels) if restarts else shared

    def label(self, paragraph: Any) -> str:
        """Return the number that Word prints before a paragraph; empty if it has none, or a bullet."""
        properties = paragraph.find(f"{_W}pPr")
        if properties is None:
            return ""
        style = properties.find(f"{_W}pStyle")
        inherited = self._styles.get(style.get(f"{_W}val"), ("", 0)) if style is not None else ("", 0)
        number, depth = _number_of(properties, inherited)
        counted = self._lists.get(number)
        if counted is None or depth not in counted.levels or counted.levels[depth].form in ("bullet", "none"):
            return ""
        return counted.next(depth)


def _number_of(properties: Any, inherited: tuple[str, int]) -> tuple[str, int]:
    """The id of the list and the level of a paragraph or a style."""
    named, depth = properties.find(f"{_W}numPr/{_W}numId"), properties.find(f"{_W}numPr/{_W}ilvl")
    return (
        named.get(f"{_W}val") if named is not None else inherited[0],
        int(depth.get(f"{_W}val")) if depth is not None else inherited[1],
    )


def _numbered_styles(document: Any) -> list[tuple[str, tuple[str, int]]]:
    found = []
    for style in document.styles.element.iter(f"{_W}style"):
        properties = style.find(f"{_W}pPr")
        if properties is not None and properties.find(f"{_W}numPr") is not None:
            found.append((style.get(f"{_W}styleId"), _number_of(properties, ("", 0))))
    return found


def _levels(abstract: Any) -> list[tuple[int, _Level]]:
    found = []
    for level in abstract.iter(f"{_W}lvl"):
        start, form, text = (level.find(f"{_W}{name}") for name in ("start", "numFmt", "lvlText"))
        level_read = _Level(
            int(start.get(f"{_W}val")) if start is not None else 1,
            form.get(f"{_W}val") if form is not None else "decimal",
            text.get(f"{_W}val", "") if text is not None else "",
        )
        found.append((int(level.get(f"{_W}ilvl")), level_read))
    return found


def _number(count: int, form: str) -> str:
    if form in _HAN and 0 < count < _HUNDRED:
        return chinese_numeral(count)
    if form.startswith("decimalEnclosedCircle") and 0 < count <= len(_CIRCLED):
        return _CIRCLED[count - 1]
    if form in ("upperLetter", "lowerLetter") and 0 < count <= 26:  # noqa: PLR2004 - letters
        letter = chr(ord("A") + count - 1)
        return letter if form == "upperLetter" else letter.lower()
    return str(count)
