"""Text with labels in it, such as `牵头单位：乙局 配合单位：甲局`, and lists whose brackets hold together."""

import re
from collections.abc import Iterator

from .column_headers import Synonyms, plain

_COLON = re.compile("[:：]")

_LONGEST_LABEL = 12

_AROUND = " \t\n　，,；;。、|"


def labelled(text: str, known: Synonyms, fields: frozenset[str]) -> list[tuple[str | None, str]]:
    """The parts of a text by their labels; what stands before the first label has none.

    Args:
        text: `牵头：乙局；配合：甲局`.
        known: the labels, which are the headers of columns too.
        fields: those whose labels count here.

    Returns:
        A field and its text, in their order.
    """
    places: list[tuple[int, int, str]] = []
    for colon in _COLON.finditer(text):
        end = colon.start()
        for length in range(min(_LONGEST_LABEL, end), 1, -1):
            label = text[end - length : end]
            if label == label.strip(_AROUND) and known.get(plain(label)) in fields:
                places.append((end - length, colon.end(), known[plain(label)]))
                break
    parts: list[tuple[str | None, str]] = []
    if before := text[: places[0][0] if places else len(text)].strip(_AROUND):
        parts.append((None, before))
    for number, (_start, end, name) in enumerate(places):
        until = places[number + 1][0] if number + 1 < len(places) else len(text)
        parts.append((name, text[end:until].strip(_AROUND)))
    return parts


def split_outside(text: str, separators: str) -> Iterator[str]:
    """The parts of a text between separators that stand outside of brackets and quotes; empty ones are left out.

    >>> list(split_outside("甲局（一科、二科）、乙局", "、"))
    ['甲局（一科、二科）', '乙局']
    """
    depth, begin = 0, 0
    for place, character in enumerate(text):
        if character in "（(【[《“":
            depth += 1
        elif character in "）)】]》”":
            depth = max(0, depth - 1)
        elif depth == 0 and character in separators:
            yield from filter(None, [text[begin:place].strip()])
            begin = place + 1
    yield from filter(None, [text[begin:].strip()])
