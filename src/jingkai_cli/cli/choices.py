"""Choices of options and arguments, which are typed by their names or by the words of either language."""

from collections.abc import Mapping
from typing import Any

import click

from ..language import _
from ..quantities import enumeration
from ..text import name_key


class Words(click.Choice[str]):
    """One of a few names; each may be typed by other words too."""

    def __init__(self, words: Mapping[str, str]) -> None:
        """Take each name with the other words for it, parted by blanks; messages show the first of them."""
        super().__init__([*words])
        self._first = {name: others.split()[0] for name, others in words.items() if others}
        self._names = {word.casefold(): name for name, others in words.items() for word in (name, *others.split())}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name of a word.

        Raises:
            click.BadParameter: the word is none of them; the message lists what may be typed.
        """
        name = self._names.get(name_key(str(value)).casefold())
        if name is None:
            text = _("'{value}' is none of these: {choices}")
            known = enumeration(
                f"{each} ({self._first[each]})" if each in self._first else each for each in self.choices
            )
            self.fail(text.format(value=value, choices=known), param, ctx)
        return name


BASES = Words(
    {"document": "文件 正式文件", "minutes": "会议纪要 纪要", "oral": "口头 口头同意", "instruction": "批示 领导批示"}
)
"""What a decision rests on."""

RULINGS = Words({"upheld": "维持", "changed": "调整 revised"})
"""What became of an objection."""

LAMPS = Words({"red": "红灯 红", "yellow": "黄灯 黄", "green": "绿灯 绿", "none": "暂不亮灯 无"})

GROUPS = Words({"unit": "单位 牵头单位", "leader": "领导 牵头领导", "category": "类别 工作类别"})
"""By what a report is grouped."""

SHIFTS = Words({"白天": "day 日间", "夜间": "night 夜"})
"""Which patrol found a problem."""

FORMATS = Words(
    {
        "table": "表格",
        "plain": "文本 纯文本",
        "markdown": "md",
        "csv": "",
        "json": "",
        "html": "网页",
        "xlsx": "excel",
        "docx": "word",
    }
)
