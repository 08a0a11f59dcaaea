"""Which spellings are the same name, and which only look like it."""

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingkai_cli.language import speaking
from jingkai_cli.text import alternatives, name_key, near, same_name

SEEN = {
    *range(0xFFF9, 0xFFFC),  # interlinear annotation
    *range(0x13430, 0x13460),  # Egyptian hieroglyph format controls
    *(0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD),  # prepended marks
}
"""Format characters (Cf) that Unicode takes out of Default_Ignorable_Code_Point, by the rule in UAX #44."""

OTHERS = [0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x3164, 0xFFA0, 0xFFF0, 0xFFF8, 0xE0000, 0xE0080, 0xE0FFF]
"""Other_Default_Ignorable_Code_Point: the Hangul fillers, and code points that are reserved for such characters."""

VARIATION_SELECTORS = [0x180B, 0x180C, 0x180D, 0x180F, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]


def ignored(code: int) -> bool:
    return name_key(f"甲{chr(code)}乙") == "甲乙"


def test_every_default_ignorable_code_point_is_ignored() -> None:
    format_characters = [code for code in range(0x110000) if category(chr(code)) == "Cf" and code not in SEEN]
    missed = [hex(code) for code in (*format_characters, *OTHERS, *VARIATION_SELECTORS) if not ignored(code)]
    assert missed == []


@pytest.mark.slow
def test_every_blank_is_ignored_and_nothing_else() -> None:
    ignorable = {code for code in range(0x110000) if category(chr(code)) == "Cf"} - SEEN
    ignorable |= {*OTHERS, *VARIATION_SELECTORS, *range(0xE0000, 0xE1000), *range(0xFFF0, 0xFFF9)}
    blank = {code for code in range(0x110000) if chr(code).isspace()}
    assert {code for code in range(0x110000) if ignored(code)} == ignorable | blank


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("城镇办", "城镇 办"),
        ("城镇办", "城镇\u3000办"),
        ("城镇办", "城\u00ad镇办"),
        ("王伟", "王\u3164伟"),
        ("1.1", "１．１"),
        ("PM2.5", "ＰＭ２.５"),
        ("㎡", "m2"),
        ("é", "e\u200d\u0301"),
        ("¨", "\u0308"),
    ],
)
def test_one_name_in_two_spellings(one: str, other: str) -> None:
    assert same_name(one, other)
    assert same_name(other, one)
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("城镇办", "城管办"), ("a", "A"), ("1.1", "11"), ("甲·乙", "甲乙")])
def test_two_names(one: str, other: str) -> None:
    assert not same_name(one, other)


@given(st.text())
def test_the_key_of_a_key_is_the_same_key(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)


def test_names_to_choose_from_are_quoted_and_parted_as_the_language_is() -> None:
    assert alternatives(["a", "b", "c"]) == "'a', 'b' or 'c'"
    assert alternatives(["a"]) == "'a'"
    with speaking("zh"):
        assert alternatives(["a", "b", "c"]) == "“a”、“b”或“c”"
        assert near("早", ["白天", "夜间"]) == "（应为以下之一：白天、夜间）"
