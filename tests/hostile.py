"""Hostile text, a strategy that draws it, and the characters that no output may contain."""

import re
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from effort import share
from running import Workspace

UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Characters that no output may contain; line breaks are allowed."""
NASTY = (
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b31m", "a\rb", "a\bb", "a\tb", "\x7f", "\x85", "\u202eabc\u202c",
    "\u2066a\u2069", "\u200f", "\u2028", "\u2029", "\ufeff", "\ufffe",
    "\uffff", "[red]x[/red]", "[/]", "[link=http://x]y[/link]", "[[x]",
    "\\[x]", ":smile:", "😀👨‍👩‍👧", "e\u0301\u0302", "𠮷野家", "|", "`x`", "<b>x</b>", "# x", "=1+1", "@x", "'=x", "''",
    "{}", "%s", "{0}", "$x", "a\nb", "\u3000", "\u200b", "\u00ad",
)  # fmt: skip
hostile = st.one_of(
    st.sampled_from(NASTY),
    st.lists(st.sampled_from(NASTY), min_size=2, max_size=3).map("".join),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30),
).filter(str.strip)
SLOW = settings(
    deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.reuse, Phase.generate)
)
"""No shrinking: each example runs whole commands, so it would take minutes."""
few = settings(SLOW, max_examples=share(50))

PLAN = "title: 重点工作\nyear: 2016\ntasks: [{id: 12, title: 智能化交通, lead_unit: 城镇办, deadline: 2016-12-31}]\n"


def small(folder: Path) -> Workspace:
    """A workspace with a small plan, which loads fast."""
    (folder / "tasks.yaml").write_text(PLAN, encoding="utf-8")
    return Workspace(folder)


def unseen(text: str) -> list[str]:
    return UNSAFE.findall(text.replace("\r\n", "\n"))
