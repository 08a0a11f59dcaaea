"""Reads figures as people type them, such as `1.2亿元`, `greened+=60`, `85%以上`; converts units exactly."""

import re
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from unicodedata import category, normalize

from msgspec.structs import replace

from .errors import Refused
from .language import _, in_use
from .model import PERCENT, Entry, Indicator, Reading, Task
from .quantities import EXACT, Qualifier, enumeration, named_milestone, number
from .text import fitting, name_key
from .unit_conversion import convert, known_units, unit_name

_FIGURE = (
    r"(?P<about>约|近|超)?(?P<number>-?(?:0|[1-9]\d*)(?:\.\d+)?)(?P<more>余|多)?\s*"
    r"(?P<unit>[^\d\s余多]*?)(?P<qualifier>以上|以下|左右)?"
)


_MAX_DIGITS = 18


Named = tuple[str, Reading]
"""The series of a reading (the id of an indicator, or `percent`), and the reading."""


def parse_figure(text: str, task: Task, unit: str | None) -> Named:
    """Parse a typed figure: `35`, `35%`, `NAME=V` (the total to date) or `NAME+=V` (an increment).

    Accepts full-width digits and signs, commas between groups of three digits (`48,000亩`), and for NAME any part of an
    indicator's name that fits only one. Refuses footnote marks such as ①.

    `unit` is the unit that reports; readings of a `per_unit` indicator are recorded for it.

    Raises:
        Refused: it is not a figure, or the indicator or unit is unknown; the message says what is expected.
    """
    compact = _in_groups(plain_digits(text).strip())
    if re.search(r"\d,\d", compact):
        raise Refused(_("'{text}': a comma stands between groups of three digits only, as in 48,000").format(text=text))
    if match := re.fullmatch(r"(?P<name>[^=]+?)\s*(?P<sign>\+?=)\s*(?P<value>.+)", compact):
        sign = "+" if match["sign"] == "+=" else ""
        name, value = _series(match["name"], task), sign + named_areas(match["value"])
    elif re.fullmatch(r"(?:约|近|超)?\+?-?\d[\d.]*[余多]?\s*%?(?:以上|以下|左右)?", compact):
        name, value = PERCENT, compact
    else:
        expected = _("'{text}' is not a figure: write a percentage such as 35, NAME=TOTAL, or NAME+=AMOUNT")
        raise Refused(expected.format(text=text) + _of_which(compact, task))
    _refuse_share(name, value, task)
    _refuse_other_series(name, task)
    if indicator := task.indicator(name):
        refuse_point(value, indicator.unit)
    return read_figure(name, value, task, unit)


def _of_which(compact: str, task: Task) -> str:
    """A suggestion for a figure such as 800户 if only one indicator has its unit; otherwise empty.

    Args:
        compact: the typed figure.
        task: the task with the indicators.
    """
    if not re.fullmatch(r"\+?\d[\d.]*[^\d\s=]+", compact):
        return ""
    found = _that_take(compact, task)
    if len(found) != 1 or any(map(str.isspace, found[0].name)):
        return ""
    sign = "+=" if compact.startswith("+") else "="
    return _("; did you mean {unit}?").format(unit=f"{found[0].name}{sign}{compact.removeprefix('+')}")


def _that_take(value: str, task: Task) -> list[Indicator]:
    """The indicators of a task that take a figure in this unit."""
    found = []
    for indicator in task.indicators:
        with suppress(Refused):
            _figure(value, indicator.unit)
            found.append(indicator)
    return found


def _refuse_share(name: str, value: str, task: Task) -> None:
    """Refuse a percentage typed as 0.75, which may mean 75 %.

    Raises:
        Refused: it has no % and is between 0 and 1.
    """
    indicator = task.indicator(name)
    if (name == PERCENT or (indicator and indicator.unit == "%")) and re.fullmatch(r"\+?0\.\d*[1-9]\d*", value):
        share = Decimal(value)
        values = {"text": value, "share": f"{number(share * 100)}%", "percent": f"{number(share)}%"}
        raise Refused(_("'{text}' has no %: write {share} or {percent}").format(**values))


def _refuse_other_series(name: str, task: Task) -> None:
    """Refuse a typed figure that the task does not take, with an example of one that it takes.

    Raises:
        Refused: a percentage of a task that is reported by indicators, or an indicator of a task without any.
    """
    if name == PERCENT and task.measure not in (PERCENT, "subtasks") and task.indicators:
        text = _("task {task} is reported by indicator: {choices}; for example `jk record {task} {example}`")
        raise Refused(text.format(task=task.id, choices=_choices(task), example=_example(task.indicators[0])))
    if name != PERCENT and task.measure == PERCENT and not task.indicators:
        text = _("task {task} has no indicator '{name}': report its percentage, for example `jk record {task} 35%`")
        raise Refused(text.format(task=task.id, name=name))


def figure_to_type(task: Task, entry: Entry) -> str:
    """What to type to correct a report: its first figure, or its note if it has none."""
    for name, reading in entry.readings.items():
        indicator, sign = task.indicator(name), "+" * reading.added
        unit = indicator.unit if indicator else "%"
        typed = "".join((reading.printed or f"{number(reading.value)}{unit}").split())
        return f"{_short_name(indicator)}{sign}={typed}" if indicator else sign + typed
    return "--note " + _("NOTE")


def _short_name(indicator: Indicator) -> str:
    """The name of an indicator to type: its name in Chinese, unless that has blanks, else its id."""
    return indicator.id if in_use() != "zh" or any(map(str.isspace, indicator.name)) else indicator.name


def _example(indicator: Indicator) -> str:
    """An example of a figure to type: the indicator's target with its name in Chinese, with its id in English."""
    value = number(Decimal(12) if indicator.target is None else indicator.target)
    return f"{_short_name(indicator)}={value}{indicator.unit}"


_COUNTED = frozenset("条个户人套处家座栋幢棵株辆台盏所件项次间张名")
"""Units of things that are counted in whole numbers."""


def refuse_point(text: str, unit: str) -> None:
    """Refuse a count of whole things with a point and three digits after it: `1.100条` may mean 1,100 or 1.1.

    Raises:
        Refused: it may mean either; the message shows both.
    """
    match = re.fullmatch(rf"[+约近超]*([1-9]\d{{0,2}})\.(\d{{3}})[余多]?\s*{unit}?(?:以上|以下|左右)?", text.strip())
    if unit in _COUNTED and match:
        one, other = match[1] + match[2], number(Decimal(f"{match[1]}.{match[2]}"))
        raise Refused(
            _("'{text}' may be {one} or {other}: write the one that is meant").format(text=text, one=one, other=other)
        )


_GROUPED = r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])"


def _in_groups(text: str) -> str:
    """The text without commas between groups of three digits."""
    return re.sub(_GROUPED, lambda match: match[0].replace(",", ""), text)


def _series(name: str, task: Task) -> str:
    """The indicator id for a typed name: its id, its name, or a part of its name; else the typed name itself.

    Raises:
        Refused: several indicators fit; the message lists them.
    """
    if name == PERCENT or task.indicator(name):
        return name
    found = fitting(name, ((each, i) for i in task.indicators for each in (i.name, i.id)))
    if len(found) > 1:
        text = _("'{name}' matches several indicators of task {task}: {names}")
        raise Refused(text.format(name=name, task=task.id, names=enumeration(map(named_indicator, found))))
    return found[0].id if found else name


def read_figure(name: str, value: str, task: Task, unit: str | None) -> Named:
    """Parse a figure from a file: a name, and a value such as `40`, `+60`, `+900亩` or `80%以上`.

    Raises:
        Refused: as `parse_figure`.
    """
    if name == PERCENT:
        return PERCENT, _percent(value, task)
    indicator = task.indicator(name)
    if indicator is None:
        raise Refused(_unknown(name, value, task))
    return indicator.id, _reading(value, indicator, unit)


def _percent(value: str, task: Task) -> Reading:
    if task.measure == "subtasks":
        text = _("the progress of task {task} follows from its sub-tasks: report on {parts}")
        parts = enumeration(f"{part.id} {part.title}" for part in task.subtasks)
        raise Refused(text.format(task=task.id, parts=parts))
    if task.measure != "percent":
        hint = _choices(task) or _("; ").join(_other_ways(task)) or _("only a note (-m)")
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


@lru_cache(4096)  # the figures in a file repeat
def _figure(text: str, unit: str) -> Reading:
    added = text.startswith("+")
    match = re.fullmatch(_FIGURE, text.removeprefix("+").strip())
    if not match or len(match["number"]) > _MAX_DIGITS or re.fullmatch(r"[^\w%]+", match["unit"]):
        typed = text if re.match(r"\+?[\d.]", text) else text.removeprefix("+")  # the reader added the +
        raise Refused(_("'{text}' is not a number: write digits only, such as 12.5").format(text=typed))
    value = Decimal(match["number"])
    if match["unit"] not in ("", unit):
        value = _converted(value, match["unit"], unit)
    as_it_came = match["unit"] not in ("", unit) or match["about"] or match["more"] or match["qualifier"]
    return Reading(value, added, text.removeprefix("+") if as_it_came else None)


_AREA = "(?<![a-z])([hk]?m2)"


def named_areas(text: str) -> str:
    """A figure with areas by their names, because the 2 of m2 is not a digit of the figure.

    >>> named_areas("60万m2"), named_areas("2hm2")
    ('60万平方米', '2公顷')
    """
    return re.sub(_AREA, lambda match: unit_name(match[0]), text) if "m2" in text else text


def _converted(value: Decimal, given: str, unit: str) -> Decimal:
    if (converted := convert(value, given, unit)) is not None:
        return converted
    known = known_units(unit) or unit or _("no unit")
    raise Refused(
        _("the unit {given} cannot be converted to {wanted}; known: {known}").format(
            given=given, wanted=unit or _("no unit"), known=known
        )
    )


def _unknown(name: str, value: str, task: Task) -> str:
    """The message for an indicator that the task does not have; suggests one that takes the unit of the figure."""
    names = [n for i in _that_take(value, task) for n in (i.id, i.name)]
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    message = _("task {task} has no indicator '{name}'").format(task=task.id, name=name)
    if close:
        return message + _("; did you mean '{close}'?").format(close=close[0])
    choices = _choices(task)
    return message + (_("; it takes {choices}").format(choices=choices) if choices else "")


def _other_ways(task: Task) -> Iterator[str]:
    """Yield what can be recorded for a task without figures."""
    if milestones := [named_milestone(m) for m in task.milestones if not m.indicators]:
        text = _("`jk reach {task} MILESTONE` ({milestones})")
        yield text.format(task=task.id, milestones=enumeration(milestones))
    if parts := [f"{part.id} {part.title}" for part in task.subtasks]:
        yield _("reports on its sub-tasks ({parts})").format(parts=enumeration(parts))


def _choices(task: Task) -> str:
    own = [PERCENT] if task.measure == "percent" else []
    return enumeration([*own, *map(named_indicator, task.indicators)])


def named_indicator(indicator: Indicator) -> str:
    """An indicator with id, name and unit; in Chinese without the id, because the name can be typed as well."""
    unit = indicator.unit or _("no unit")
    return _("{id} ({name}, {unit})").format(id=indicator.id, name=indicator.name, unit=unit)


def qualifier_of(printed: str | None) -> Qualifier:
    """The qualifier of a figure as reported: `1000余处`, `约200户`, `75%以上`.

    >>> qualifier_of("1000余处").more, qualifier_of("75%以上").bound, qualifier_of("900亩") == EXACT
    ('余', '以上', True)
    """
    match = re.fullmatch(_FIGURE, (printed or "").strip())
    return Qualifier(*(match[name] or "" for name in ("about", "more", "qualifier"))) if match else EXACT


def points(text: str, most: Decimal = Decimal(100)) -> Decimal:
    """Parse a score as people write it: `92.5`, `９２`, `92分`.

    Raises:
        Refused: it is not a number from 0 to `most`.
    """
    typed = name_key(plain_digits(text)).removesuffix("分")
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", typed) and Decimal(typed) <= most:
        return Decimal(typed)
    expected = _("'{text}' is not a score (expected a number from 0 to {full}, such as {example})")
    example = Decimal("92.5") if most >= 100 else most  # noqa: PLR2004 - the highest score
    raise Refused(expected.format(text=text, full=number(most), example=number(example)))


def plain_digits(text: str) -> str:
    """A typed figure in half-width characters (NFKC): `１１００` is 1100, `㎡` and `m²` are m2.

    Raises:
        Refused: it has a footnote mark, which NFKC would turn into a digit: `1100①` into 11001.
    """
    if text.isascii():
        return text
    if (mark := next(_marks(text), None)) is not None:
        message = _("'{text}': the mark {mark} is not part of a figure: write the figure without it")
        raise Refused(message.format(text=text.strip(), mark=mark))
    return normalize("NFKC", text)


def _marks(text: str) -> Iterator[str]:
    """Yield the characters that are not digits but become digits by NFKC: ①, ¹, ½; not the exponent of m²."""
    for place, character in enumerate(text):
        like_a_digit = category(character) == "No" and any(map(str.isdigit, normalize("NFKC", character)))
        if like_a_digit and (character not in "²³" or text[:place][-1:] not in ("m", "M", "ｍ")):
            yield character


# Patterns are texts: `re` compiles and caches one on first use, and most commands need none.
