"""Text from users: escapes it, measures it in terminal columns, quotes it in messages."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import TypeVar
from unicodedata import category, east_asian_width, normalize

from .language import _

_UNSAFE = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")

_PROTECTED = (*_FORMULA, "'")


def visible(text: str) -> str:
    r"""Escape control, C1 and bidi characters as `\x1b` or `\u202e`; keep line breaks.

    >>> visible("a\x1b[31mb\u202ec")
    'a\\x1b[31mb\\u202ec'
    """
    if text.isprintable():  # most texts are, and compiling the pattern is slow
        return text
    return _unsafe().sub(_escaped, text)


@cache
def _unsafe() -> re.Pattern[str]:
    return re.compile(_UNSAFE)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 - the last code with two hex digits


def discreet(text: str) -> str:
    """Mask passwords in URLs: a user may type the URL of a ledger in the wrong place.

    >>> discreet("no file postgresql:/lin:s3cret@host/jk?password=x")
    'no file postgresql:/lin:***@host/jk?password=***'
    >>> discreet("host=x password = 's3 cret' user=lin"), discreet("lin：s3cret@host/jk")
    ('host=x password = *** user=lin', 'lin：***@host/jk')
    >>> discreet("host=x password：s3cret"), discreet("密码=s3cret")
    ('host=x password：***', '密码=***')
    """
    within = re.sub(r"([^\s/:：@＠]*[:：])(?![/／])\S*[@＠]", r"\1***@", text) if "@" in text or "＠" in text else text
    if not any(word in within.lower() for word in ("pass", "ｐａｓｓ", "密码", "口令")):
        return within
    return re.sub(_TYPED_AFTER_A_NAME, r"\1***", within)


_TYPED_AFTER_A_NAME = (
    r"(?i)((?:pass\s*[=＝]|(?:password|passwd|ｐａｓｓｗｏｒｄ|密码|口令)\s*[=＝:：])\s*)"
    r"(?:'(?:[^'\\]|\\.)*'?|\"[^\"]*\"?|[^\s&]*)"
)


def one_line(text: str) -> str:
    """Put text on one line: line breaks become `; `."""
    if text.isprintable():  # most are, and have no line break
        return text
    return visible(text.replace("\n", "; ").replace("\t", " "))


def inert(text: str) -> str:
    """Protect text for a spreadsheet: text that would be read as a formula gets a leading `'`.

    >>> inert("=1+1"), inert("＝1"), inert("-"), inert("城镇办")
    ("'=1+1", "'＝1", "'-", '城镇办')
    """
    if text.isprintable() and not text.startswith(_PROTECTED):
        return text
    starts_unsafe = text.startswith(_FORMULA) or visible(text[:1]) != text[:1]
    return f"'{visible(text)}" if starts_unsafe or bare(text) != text else visible(text)


def bare(text: str) -> str:
    """Undo `inert`, to read a file back.

    >>> bare("'=1+1"), bare("''=1+1"), bare("'tis")
    ('=1+1', "'=1+1", "'tis")
    """
    return text[1:] if text.startswith("'") and text[1:].startswith(_PROTECTED) else text


_SOFT_HYPHEN = "\xad"

_JOINED = frozenset(map(chr, range(0x1160, 0x1200)))
"""Korean vowels and finals, which terminals draw over the preceding consonant."""


def width(text: str) -> int:
    """The number of terminal columns of a text.

    >>> width("jk"), width("红灯"), width("e\u0301")
    (2, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(map(_char_width, text))


@cache
def _char_width(char: str) -> int:
    if (category(char) in ("Mn", "Me", "Cf") and char != _SOFT_HYPHEN) or char in _JOINED:
        return 0
    return 2 if east_asian_width(char) in _two_columns else 1


_two_columns = "WF"
"""The classes of East Asian Width (Unicode, UAX #11) whose characters take two columns."""


def draw_ambiguous_wide(*, wide: bool = True) -> None:
    """Count characters of ambiguous width, such as “ ” ① ─, as two columns, as many Chinese terminals draw them."""
    global _two_columns  # noqa: PLW0603 - a property of the terminal, read once at the start
    _two_columns = "WFA" if wide else "WF"
    _char_width.cache_clear()


def pad(text: str, columns: int, align: str) -> str:
    """Add `columns` spaces: on the right if `align` is `left`, on the left if it is `right`."""
    return " " * columns + text if align == "right" else text + " " * columns


_UNCOMPARED = (
    r"[\s\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
"""Whitespace, and the characters with Unicode's property Default_Ignorable_Code_Point (DerivedCoreProperties.txt)."""


@lru_cache(maxsize=4096)
def name_key(text: str) -> str:
    r"""The form in which spellings of a name are compared: NFKC, without whitespace and default-ignorable characters.

    Case matters.

    >>> name_key("城镇 办\u200b"), name_key("１．１")
    ('城镇办', '1.1')
    """
    if text.isascii():  # ASCII has no other forms
        return "".join(text.split())
    return normalize("NFKC", _uncompared().sub("", normalize("NFKC", text)))


@cache
def _uncompared() -> re.Pattern[str]:
    return re.compile(_UNCOMPARED)


def same_name(one: str, other: str) -> bool:
    """Whether two texts are the same name, whatever their spacing and character width."""
    return one == other or name_key(one) == name_key(other)


def is_number(name: str) -> bool:
    """Whether a typed name has only digits, points and hyphens: then it is an id, never part of a title.

    >>> is_number("4.2"), is_number("2016年")
    (True, False)
    """
    return re.fullmatch(r"[0-9.-]+", name) is not None


T = TypeVar("T")

_PART = 2
"""The least number of characters of a name that must be typed."""


def fitting(typed: str, named: Iterable[tuple[str, T]]) -> list[T]:
    """The things that a typed name fits, each once: those with exactly that name, or else those whose name contains it.

    Args:
        typed: the typed name; a part of a name needs two characters.
        named: (name, thing) pairs; a thing may have several names.
    """
    key, found = name_key(typed), [(name_key(name), thing) for name, thing in named]
    same = [thing for name, thing in found if name == key]
    if not same and len(key) >= _PART:
        same = [thing for name, thing in found if key in name]
    return [thing for place, thing in enumerate(same) if thing not in same[:place]]


LONGEST = 60

_NEAR = 0.7  # at difflib's default of 0.6, "owner" matches "zones"

_ASCII = {
    "：": ": ", "［": "[", "］": "]", "【": "[", "】": "]", "｛": "{", "｝": "}",
    "“": '"', "”": '"', "‘": "'", "’": "'", "－": "-", "＃": " #",
}  # fmt: skip
"""Chinese punctuation → the ASCII that YAML needs, in the order of the search."""


def shown(text: str) -> str:
    r"""A text shortened to one visible line: unusual blanks and characters without width are escaped.

    >>> shown("城镇办\u3000")
    '城镇办\\u3000'
    """
    shortened = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    if shortened.isascii() and shortened.isprintable():
        return shortened
    return "".join(one if one == " " or (one.isprintable() and name_key(one)) else _code(one) for one in shortened)


def _code(character: str) -> str:
    return character.encode("unicode_escape").decode() if character.isprintable() else repr(character)[1:-1]


def quoted(text: str) -> str:
    """`shown`, in the quotes of the language in use."""
    return _("'{text}'").format(text=shown(text))


def alternatives(names: Iterable[str]) -> str:
    """Names of which one is expected, in quotes: `'a', 'b' or 'c'`."""
    *others, last = map(quoted, names)
    return _(" or ").join(filter(None, (_(", ").join(others), last)))


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A suggestion of the nearest of `names`; empty if none is near."""
    nearest = get_close_matches(name, names, 1, _NEAR)
    return _("did you mean {name}?").format(name=quoted(nearest[0])) if nearest else ""


def near(name: str, names: Iterable[str]) -> str:
    """A suggestion of the nearest of `names`, or a list of all, in brackets."""
    choices = list(names)
    if not choices:
        return _("(there is none)")
    hint = did_you_mean(name, choices) or _("expected one of: {names}").format(names=shown(_(", ").join(choices)))
    return _("({hint})").format(hint=hint)


def split_outside(text: str, separators: str) -> Iterator[str]:
    """Yield the parts of a text between separators outside brackets and quotes; empty parts are left out.

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


def full_width(text: str) -> str:
    """A hint for the end of a message if `text` has full-width punctuation; otherwise empty."""
    for wide, narrow in _ASCII.items():
        if wide in text:
            return _("; full-width {wide}, type '{narrow}'").format(wide=quoted(wide), narrow=narrow)
    return ""


def narrow(text: str) -> list[tuple[str, int]]:
    """The characters of a text half-width, in lower case and without blanks, each with its place in the text.

    >>> narrow("６ 月")
    [('6', 0), ('月', 2)]
    """
    return [
        (character, place)
        for place, written in enumerate(text)
        for character in normalize("NFKC", written).lower()
        if not character.isspace()
    ]


_NUMERALS = dict(zip("〇○零Oo一二三四五六七八九", "00000123456789", strict=True))


def arabic(numeral: str) -> str:
    """The digits of a Chinese numeral below 100, or of one written digit by digit. Arabic digits stay.

    >>> arabic("十二"), arabic("三十"), arabic("二〇一六")
    ('12', '30', '2016')
    """
    tens, ten, ones = numeral.rpartition("十")
    digits = "".join(_NUMERALS.get(character, character) for character in (ones if ten else numeral))
    return f"{_NUMERALS.get(tens, tens or 1)}{digits or 0}" if ten else digits


_ONES = ("", *"一二三四五六七八九")


def chinese_numeral(number: int) -> str:
    """A number below 1000 in Chinese; a larger number in digits.

    >>> chinese_numeral(2), chinese_numeral(10), chinese_numeral(21), chinese_numeral(105), chinese_numeral(110)
    ('二', '十', '二十一', '一百零五', '一百一十')
    """
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    if hundreds >= len(_ONES):
        return str(number)
    if not hundreds:
        return f"{'' if tens < 2 else _ONES[tens]}{'十' if tens else ''}{_ONES[ones]}"  # noqa: PLR2004 - 十 alone is ten
    return f"{_ONES[hundreds]}百{f'{_ONES[tens]}十' if tens else '零' if ones else ''}{_ONES[ones]}"


def with_chinese_marks(text: str) -> str:
    """A text with Chinese punctuation instead of half-width punctuation after Chinese characters, or around them.

    >>> with_chinese_marks("计划:投入1.6亿元,回迁(一期);其中,2月份(一期),见pH 7:1(m²)")
    '计划：投入1.6亿元，回迁（一期）；其中，2月份（一期），见pH 7:1(m²)'
    >>> with_chinese_marks("完工（时限5月20日（原定4月30日），逾期3天）")  # no brackets within brackets
    '完工（时限5月20日，原定4月30日，逾期3天）'
    """
    if "（原定" in text:
        text = re.sub(r"（([^（）]*)（(原定[^（）]*)）", r"（\1，\2", text)
    if not any(mark in text for mark in _HALF_WIDTH):  # most texts have none
        return text
    found, opened = list(text), -1
    for place, mark in enumerate(text):
        after = text[place + 1 : place + 2]
        if mark == "(":
            opened = place if after and _is_chinese(after) else -1
        elif mark == ")" and opened >= 0:
            found[opened], found[place], opened = "（", "）", -1
        elif (
            mark in _HALF_WIDTH
            and place
            and _is_chinese(text[place - 1], "”）)》%")
            and (not after or _is_chinese(after, "“（《(0123456789"))
        ):
            found[place] = chr(ord(mark) + 0xFEE0)
    return "".join(found)


_HALF_WIDTH = ",:;!?("


def _is_chinese(character: str, others: str = "") -> bool:
    """Whether a character is Chinese or one of `others`, which stand beside Chinese text."""
    return "㐀" <= character <= "鿿" or character in others
