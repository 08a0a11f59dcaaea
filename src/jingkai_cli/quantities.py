"""Quantities: parse and print numbers with units (`1.2亿元`, `greened+=60`)."""

import re
from collections.abc import Iterable
from decimal import Context, Decimal
from difflib import get_close_matches
from functools import lru_cache
from unicodedata import normalize

from msgspec.structs import replace

from .errors import Refused
from .language import _, ngettext
from .model import PERCENT, Indicator, Reading, Task
from .text import fitting, name_key


def number(value: Decimal | float) -> str:
    """A figure without trailing zeros or separators; a float with at most one decimal.

    >>> number(Decimal("1.20")), number(41.04), number(-0.01)
    ('1.2', '41', '0')
    """
    text = f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else _plain(value)
    return "0" if text == "-0" else text


@lru_cache(5_000, typed=True)
def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: float | None) -> str:
    """A percentage; `–` if it was never reported."""
    return _("{number} %").format(number=number(value)) if value is not None else "–"


def count_or_rate(value: float | None) -> str:
    """A number of things, or (a float) a rate in percent; `–` if there is none.

    >>> count_or_rate(3), count_or_rate(66.67), count_or_rate(None)
    ('3', '66.7%', '–')
    """
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{number(value)}%"


def amount(value: Decimal, unit: str) -> str:
    """A quantity with its unit; money below 1 亿元 is printed in 万元, as offices write it."""
    if unit == "%":
        return percent(float(value))
    if unit == "亿元" and 0 < abs(value) < 1:
        value, unit = value * 10000, "万元"
    return f"{number(value)}{unit}" if unit else number(value)


def days(count: int) -> str:
    """A number of days."""
    return ngettext("{count} day", "{count} days", count).format(count=count)


def enumeration(texts: Iterable[str]) -> str:
    """Join texts with commas, as the current language writes them."""
    return _(", ").join(texts)


def points(text: str, most: Decimal = Decimal(100)) -> Decimal:
    """A score as people write it: `92.5`, `９２`, `92分`.

    Raises:
        Refused: it is not a number from 0 to `most`.
    """
    typed = name_key(text).removesuffix("分")
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", typed) and Decimal(typed) <= most:
        return Decimal(typed)
    expected = _("'{text}' is not a score (expected a number from 0 to {full}, such as {example})")
    example = Decimal("92.5") if most >= 100 else most  # noqa: PLR2004 - the highest score
    raise Refused(expected.format(text=text, full=number(most), example=number(example)))


# Patterns are texts: `re` compiles one when it is first used, and keeps it. Most commands need none of them.
_NUMBERED = r"(?P<what>[Pp]roblem|问题)\s?#\d+|\s?[(（]#\d+(?:(?:、|, )#\d+)*[)）]|^#\d+(?:\s|(?=分项：|“))"


def without_numbers(text: str) -> str:
    """A text without the numbers of entries: those by which problems are known, and those in brackets.

    >>> without_numbers("7天：问题 #350 围挡破损"), without_numbers("世和一期1#、瑞锦一期1#6#")
    ('7天：问题 围挡破损', '世和一期1#、瑞锦一期1#6#')
    >>> without_numbers("2016年3月按期完成（#12、#15）")
    '2016年3月按期完成'
    """
    return re.sub(_NUMBERED, lambda match: match["what"] or "", text) if "#" in text else text


def mean_score(value: float) -> str:
    """A mean of scores, with at most two decimals.

    >>> mean_score(91.0), mean_score(90.333)
    ('91', '90.33')
    """
    return number(Decimal(f"{value:.2f}"))


_FIGURE = (
    r"(?P<about>约|近|超)?(?P<number>-?(?:0|[1-9]\d*)(?:\.\d+)?)(?P<more>余|多)?\s*"
    r"(?P<unit>[^\d\s余多]*?)(?P<qualifier>以上|以下|左右)?"
)

_MU = Decimal(2000) / 3  # square metres; 15 亩 are exactly one hectare

_CONVERSIONS = (
    {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)},
    {"平方米": Decimal(1), "万平方米": Decimal(10_000), "亩": _MU, "公顷": Decimal(10_000)},
    {"米": Decimal(1), "公里": Decimal(1_000)},
)

_MAX_DIGITS = 18

_PLACES = Decimal("0.000001")

_EXACT = Context(prec=60)
"""Room for eighteen digits of 亿元 in 元; rounds half to even."""

Named = tuple[str, Reading]
"""The series that a reading belongs to (an indicator's id, or `percent`), and the reading."""


def parse_figure(text: str, task: Task, unit: str | None) -> Named:
    """Parse a typed figure: `35`, `35%`, `NAME=V` (the total to date) or `NAME+=V` (an increment).

    Full-width digits and signs are taken, commas between groups of three digits (`48,000亩`), and for NAME any part of
    an indicator's name that fits one.

    `unit` is the unit that reports; the readings of a `per_unit` indicator are recorded under it.

    Raises:
        Refused: not a figure, or an unknown indicator or unit; the message says what is expected.
    """
    said = _in_groups(normalize("NFKC", text).strip())
    if re.search(r"\d,\d", said):
        raise Refused(_("'{text}': a comma stands between groups of three digits only, as in 48,000").format(text=text))
    if match := re.fullmatch(r"(?P<name>[^=]+?)\s*(?P<sign>\+?=)\s*(?P<value>.+)", said):
        sign = "+" if match["sign"] == "+=" else ""
        return read_figure(_series(match["name"], task), sign + match["value"], task, unit)
    if re.fullmatch(r"\+?-?\d[\d.]*\s*%?", said):
        return read_figure(PERCENT, said, task, unit)
    raise Refused(
        _("'{text}' is not a figure: write a percentage such as 35, NAME=TOTAL, or NAME+=AMOUNT").format(text=text)
    )


_GROUPED = r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])"


def _in_groups(text: str) -> str:
    """The text without the commas that part a number into groups of three digits."""
    return re.sub(_GROUPED, lambda match: match[0].replace(",", ""), text)


def _series(name: str, task: Task) -> str:
    """The indicator of a typed name: by its id, its name, or a part of it that fits one; else the name itself.

    Raises:
        Refused: several fit, which are listed.
    """
    if name == PERCENT or task.indicator(name):
        return name
    found = fitting(name, ((each, i) for i in task.indicators for each in (i.name, i.id)))
    if len(found) > 1:
        text = _("'{name}' matches several indicators of task {task}: {names}")
        raise Refused(text.format(name=name, task=task.id, names=enumeration(f"{i.id} ({i.name})" for i in found)))
    return found[0].id if found else name


def read_figure(name: str, value: str, task: Task, unit: str | None) -> Named:
    """Parse a figure of a file: a name, and a value such as `40`, `+60`, `+900亩` or `80%以上`.

    Raises:
        Refused: as `parse_figure`.
    """
    if name == PERCENT:
        return PERCENT, _percent(value, task)
    indicator = task.indicator(name)
    if indicator is None:
        raise Refused(_unknown(name, task))
    return indicator.id, _reading(value, indicator, unit)


def _percent(value: str, task: Task) -> Reading:
    if task.measure != "percent":
        hint = _choices(task) or _("only a note (-m)")
        raise Refused(
            _("task {task} is not measured by percent (measure: {measure}); it takes {choices}").format(
                task=task.id, measure=task.measure, choices=hint
            )
        )
    reading = _figure(value.replace("％", "%"), "%")
    if reading.value < 0:
        raise Refused(_("a percentage cannot be below 0: {value}").format(value=value))
    return reading


def _reading(value: str, indicator: Indicator, unit: str | None) -> Reading:
    reading = _figure(value, indicator.unit)
    if indicator.type == "level" and reading.added:
        raise Refused(
            _("{name} is a level: state it ({id}=V); increments are not possible").format(
                name=indicator.name, id=indicator.id
            )
        )
    if reading.value < 0 and not reading.added:
        raise Refused(_("{name} cannot be below 0: {value}").format(name=indicator.name, value=value))
    if not indicator.per_unit:
        return reading
    if unit is None:
        raise Refused(
            _("every unit reports its own share of {name}: name the unit (--from UNIT)").format(name=indicator.name)
        )
    return replace(reading, unit=unit)


@lru_cache(4096)  # the figures of a file repeat
def _figure(text: str, unit: str) -> Reading:
    added = text.startswith("+")
    match = re.fullmatch(_FIGURE, text.removeprefix("+").strip())
    if not match or len(match["number"]) > _MAX_DIGITS:
        raise Refused(_("'{text}' is not a number: write it as 12.5, without separators").format(text=text))
    value = Decimal(match["number"])
    if match["unit"] not in ("", unit):
        value = _converted(value, match["unit"], unit)
    as_it_came = match["unit"] not in ("", unit) or match["about"] or match["more"] or match["qualifier"]
    return Reading(value, added, text.removeprefix("+") if as_it_came else None)


def convert(value: Decimal, given: str, wanted: str) -> Decimal | None:
    """A value in another unit, to six decimal places; None where no fixed factor leads from one unit to the other.

    >>> convert(Decimal(15), "亩", "公顷"), convert(Decimal("1.5"), "亿", "亿元"), convert(Decimal(1), "户", "人")
    (Decimal('1.000000'), Decimal('1.500000'), None)
    """
    if given == wanted:
        return value
    scale = next((scale for scale in _CONVERSIONS if given in scale and wanted in scale), None)
    if scale is None:
        return _in_powers(value, given, wanted)
    return _EXACT.quantize(_EXACT.multiply(value, scale[given] / scale[wanted]), _PLACES)


_POWERS = {"": Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000)}


def _in_powers(value: Decimal, given: str, wanted: str) -> Decimal | None:
    """A value that is given in 万 or 亿, of the unit that is wanted or of none: `1.5亿` is 1.5亿元, `2万户` 20000户."""
    (many, counted), (most, whole) = _power(given), _power(wanted)
    if not many or counted not in ("", whole):
        return None
    return _EXACT.quantize(_EXACT.multiply(value, _POWERS[many] / _POWERS[most]), _PLACES)


def _power(unit: str) -> tuple[str, str]:
    """`万元` → `万` and `元`."""
    return (unit[0], unit[1:]) if unit[:1] in ("万", "亿") else ("", unit)


def _converted(value: Decimal, given: str, wanted: str) -> Decimal:
    if (converted := convert(value, given, wanted)) is not None:
        return converted
    known = next((", ".join(scale) for scale in _CONVERSIONS if wanted in scale), wanted or _("no unit"))
    raise Refused(
        _("the unit {given} cannot be converted to {wanted}; known: {known}").format(
            given=given, wanted=wanted or _("no unit"), known=known
        )
    )


def _unknown(name: str, task: Task) -> str:
    names = [n for i in task.indicators for n in (i.id, i.name)]
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    message = _("task {task} has no indicator '{name}'").format(task=task.id, name=name)
    if close:
        return message + _("; did you mean '{close}'?").format(close=close[0])
    choices = _choices(task)
    return message + (_("; it takes {choices}").format(choices=choices) if choices else "")


def _choices(task: Task) -> str:
    own = [PERCENT] if task.measure == "percent" else []
    return ", ".join(own + [f"{i.id} ({i.name})" for i in task.indicators])


def reading_text(task: Task | None, name: str, reading: Reading) -> str:
    """A reading with name and unit, and as reported if that differs: `完成绿化 +60万平方米（900亩）`, `35 %`."""
    indicator = task.indicator(name) if task else None
    plus = "+" if reading.added else ""
    if name == PERCENT:
        return plus + percent(float(reading.value))
    value = amount(reading.value, indicator.unit if indicator else "")
    printed = _(" ({text})").format(text=reading.printed) if reading.printed not in (None, value) else ""
    return f"{indicator.name if indicator else name} {plus}{value}{printed}"
