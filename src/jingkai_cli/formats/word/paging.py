"""Estimates how many pages a document takes. Lines have fixed heights, so no fonts are needed."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from docx.oxml.ns import qn

from .table_layout import wrapped
from .xml import Element


class _Piece(NamedTuple):
    """A paragraph or a row of a table."""

    height: int
    """In twips."""
    kept: bool
    """Whether it stays on the page of the next piece."""
    header: int = 0
    """The height of its table's header, which is repeated on each page."""
    begins_page: bool = False


def pages(blocks: Sequence[Element], width: int, height: int) -> int:
    """The number of pages that paragraphs and tables take.

    Args:
        blocks: the paragraphs and tables between the margins, in order.
        width: the width of the text, in twips.
        height: the height of the text on a page, in twips.
    """
    count, taken = 1, 0
    pieces = [piece for block in blocks for piece in _pieces(block, width)]
    while pieces:
        end = next((n for n, piece in enumerate(pieces, 1) if not piece.kept), len(pieces))
        together, pieces = pieces[:end], pieces[end:]
        wanted = sum(piece.height for piece in together)
        if taken and (taken + wanted > height or together[0].begins_page):
            count, taken = count + 1, together[0].header
        taken += wanted
        while taken > height:  # a piece longer than a page continues on the next page
            count, taken = count + 1, taken - height + together[-1].header
    return count


def height(blocks: Sequence[Element], width: int) -> int:
    """The height that paragraphs and tables take one below the other, in twips; `width` is that of the text."""
    return sum(piece.height for block in blocks for piece in _pieces(block, width))


def _pieces(block: Element, width: int) -> Iterator[_Piece]:
    if block.tag == qn("w:p"):
        yield _Piece(_paragraph(block, width), _is_kept(block), begins_page=_contains(block, "pageBreakBefore"))
        return
    header = 0
    for row in block.findall(qn("w:tr")):
        height = _row(row)
        repeated = row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        yield _Piece(height, repeated or _is_kept(row), 0 if repeated else header)
        header = header or (height if repeated else 0)


def _is_kept(block: Element) -> bool:
    return _contains(block, "keepNext")


def _contains(block: Element, tag: str) -> bool:
    return next(block.iter(qn(f"w:{tag}")), None) is not None


def _row(row: Element) -> int:
    """The height of a row: that of its tallest cell with padding, but at least the row's own minimum."""
    cells = [
        sum(_paragraph(p, _number(cell, "tcW", "w") - _BESIDE) for p in cell.findall(qn("w:p")))
        for cell in row.findall(qn("w:tc"))
    ]
    margin = next((m for m in row.getparent().iter(qn("w:tblCellMar"))), None) if row.getparent() is not None else None
    around = sum(_number(margin, side, "w") for side in ("top", "bottom")) if margin is not None else 0
    return max(_number(row, "trHeight", "val"), max(cells, default=0) + around)


_BESIDE = 114
"""The total padding on the left and right of a cell's text, in twips."""


def _paragraph(block: Element, width: int) -> int:
    size = _number(block, "sz", "val") * 10 / 2
    line = _number(block, "spacing", "line")
    if next(block.iter(qn("w:spacing"))).get(qn("w:lineRule")) == "auto":
        line = round(_OF_A_FONT * 2 * size)
    if not size:
        return line
    indent, first = (_number(block, "ind", name) for name in ("left", "firstLine"))
    condensed = next((int(each.get(qn("w:val"))) for each in block.iter(qn("w:spacing")) if each.get(qn("w:val"))), 0)
    size += condensed / 2  # of a character, and `size` is half of one
    room = max(1.0, (width - indent) / size)
    text = "".join(_text(node) for node in block.iter(qn("w:t"), qn("w:br"), qn("w:noBreakHyphen")))
    begun, *others = text.split("\n")
    lines = wrapped(" " * round(first / size) + begun, room) + sum(wrapped(each, room) for each in others)
    return lines * line


_OF_A_FONT = 1.45
"""The height of an automatic line, as a multiple of the character size."""


def _text(node: Element) -> str:
    return "\n" if node.tag == qn("w:br") else "-" if node.tag == qn("w:noBreakHyphen") else node.text or ""


def _number(block: Element, tag: str, name: str) -> int:
    """An attribute of the first descendant with a tag, as an integer; 0 if there is none."""
    found = next(block.iter(qn(f"w:{tag}")), None)
    return int(found.get(qn(f"w:{name}")) or 0) if found is not None else 0
