"""Converts units of measure exactly: 亩 to hectares, 万元 to 亿元, kilometres to metres."""

import re
from decimal import Context, Decimal
from functools import lru_cache
from unicodedata import normalize

from .quantities import enumeration

_MU = Decimal(2000) / 3  # square metres; 15 亩 are exactly one hectare

_CONVERSIONS = (
    {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)},
    {
        "平方米": Decimal(1),
        "万平方米": Decimal(10_000),
        "亩": _MU,
        "公顷": Decimal(10_000),
        "平方公里": Decimal(1_000_000),
    },
    {"米": Decimal(1), "公里": Decimal(1_000)},
)

_PLACES = Decimal("0.000001")

_EXACT = Context(prec=60)
"""Enough digits for eighteen digits of 亿元 in 元. Rounds half to even."""


def convert(value: Decimal, given: str, target: str) -> Decimal | None:
    """A value in another unit, to six decimals; None if no fixed factor converts between the two units.

    >>> convert(Decimal(15), "亩", "公顷"), convert(Decimal("1.5"), "亿", "亿元"), convert(Decimal(1), "户", "人")
    (Decimal('1.000000'), Decimal('1.500000'), None)
    """
    if given == target or (given := unit_name(given)) == (target := unit_name(target)):
        return value
    scale = next((scale for scale in _CONVERSIONS if given in scale and target in scale), None)
    if scale is None:
        return _in_powers(value, given, target)
    return _EXACT.quantize(_EXACT.multiply(value, scale[given] / scale[target]), _PLACES)


_SYMBOLS = {"m2": "平方米", "km2": "平方公里", "hm2": "公顷", "km": "公里", "m": "米"}


@lru_cache(500)
def unit_name(unit: str) -> str:
    """The form in which units are compared: `㎡`, `m²` and 平米 are 平方米, `km` and 千米 are 公里.

    >>> unit_name("万㎡"), unit_name("km"), unit_name("亿元"), unit_name("万平米"), unit_name("平方千米")
    ('万平方米', '公里', '亿元', '万平方米', '平方公里')
    """
    plain = normalize("NFKC", unit)
    match = re.fullmatch(r"([万亿]?)(m2|[hk]m2|k?m)", plain, re.IGNORECASE)
    return match[1] + _SYMBOLS[match[2].lower()] if match else plain.replace("平米", "平方米").replace("千米", "公里")


_POWERS = {"": Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000)}


def _in_powers(value: Decimal, given: str, target: str) -> Decimal | None:
    """A value in 万 or 亿, of the wanted unit or of none, converted: `1.5亿` is 1.5亿元, `2万户` is 20000户."""
    (many, counted), (most, whole) = _power(given), _power(target)
    if not many or counted not in ("", whole):
        return None
    return _EXACT.quantize(_EXACT.multiply(value, _POWERS[many] / _POWERS[most]), _PLACES)


def _power(unit: str) -> tuple[str, str]:
    """`万元` → `万` and `元`."""
    return (unit[0], unit[1:]) if unit[:1] in ("万", "亿") else ("", unit)


def smaller_units(unit: str) -> list[str]:
    """The smaller units of the same quantity, the largest first: 万元 and 元 for 亿元."""
    scale = next((scale for scale in _CONVERSIONS if unit in scale), {})
    return sorted((each for each in scale if scale[each] < scale[unit]), key=lambda each: -scale[each])


def known_units(unit: str) -> str:
    """The units in which a figure in `unit` may be typed, as a list for messages; empty if only its own."""
    return next((enumeration(scale) for scale in _CONVERSIONS if unit in scale), "")
