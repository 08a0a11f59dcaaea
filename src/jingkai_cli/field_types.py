"""Field types of plans and entries: the texts that are valid as an id, a date or a number."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal

from msgspec import NODEFAULT, Struct
from msgspec.structs import fields

from .language import N_


class Within:
    """The bounds of a value: `Within(ge=0, le=100)` for a number, `Within(max_length=500)` for a text or a list.

    Pydantic reads them as a group of `annotated_types`. That package is imported only then.
    """

    __is_annotated_types_grouped_metadata__: Literal[True] = True

    def __init__(self, **bounds: int) -> None:
        """Take bounds by their names in `annotated_types`."""
        self.bounds = bounds

    def __iter__(self) -> Iterator[Any]:
        """Yield the bounds as `annotated_types`. Only pydantic calls this."""
        import annotated_types

        classes = {"ge": "Ge", "gt": "Gt", "le": "Le", "min_length": "MinLen", "max_length": "MaxLen"}
        return (getattr(annotated_types, classes[name])(bound) for name, bound in self.bounds.items())


class Written:
    """A check of the text of a value before pydantic converts it, because YAML 1.1 and pydantic accept too much.

    It refuses `012`, `1_000` and `12.0` as whole numbers, and `1459382400` as a date.
    """

    def __init__(self, pattern: str, expected: str) -> None:
        """Take the pattern that the whole text must match, and its description for error messages."""
        self.pattern = pattern
        self.expected = expected

    def fits(self, text: str) -> bool:
        """Whether the whole text matches."""
        return re.fullmatch(self.pattern, text) is not None

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Check the text before pydantic converts it. Only pydantic calls this."""
        from pydantic_core import PydanticCustomError, core_schema

        def check(value: Any) -> Any:
            if not isinstance(value, str) or not self.fits(value):
                raise PydanticCustomError("written", "{expected}", {"expected": self.expected})
            return value

        return core_schema.no_info_before_validator_function(check, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        """Add the pattern to the JSON Schema for editors; of several patterns, the first. Only pydantic calls this."""
        return {"pattern": f"^({self.pattern})$", **handler(schema)}


class Validated(Struct, frozen=True):
    """A record that pydantic validates when it comes from outside. Pydantic supports dataclasses, but not `Struct`."""

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: Any) -> Any:
        """Validate a dataclass with the same fields, and build the record from it. Only pydantic calls this."""
        from pydantic_core import core_schema

        def validated(given: Any, validate: Callable[[Any], Any]) -> Any:
            if isinstance(given, cls):
                return given
            valid = validate(given)
            return cls(*(getattr(valid, name) for name in cls.__struct_fields__))

        return core_schema.no_info_wrap_validator_function(validated, handler.generate_schema(_as_dataclass(cls)))


@cache
def _as_dataclass(kind: type[Struct]) -> type:
    """A dataclass with the fields of a record, one per record type: pydantic recognises recursive types by identity."""
    import dataclasses

    def missing(default: Any) -> Any:
        return dataclasses.MISSING if default is NODEFAULT else default

    own = [
        (each.name, each.type, dataclasses.field(default=default, default_factory=factory))
        for each in fields(kind)
        for default, factory in [(missing(each.default), missing(each.default_factory))]
    ]
    return dataclasses.make_dataclass(
        kind.__name__, own, namespace={"__doc__": kind.__doc__, "__module__": kind.__module__}
    )


Text = Annotated[str, Within(min_length=1, max_length=500)]

Id = Annotated[str, Written(r"[\w.-]{1,32}", N_("letters, digits, _ . or -, at most 32"))]

# [0-9], because \d also matches full-width digits such as ２０１６.
Day = Annotated[date, Written("[0-9]{4}-[0-9]{2}-[0-9]{2}", N_("a date such as 2016-06-30"))]

Month = Annotated[str, Written("(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])", N_("a month such as 2016-03"))]

Whole = Annotated[int, Written("-?(0|[1-9][0-9]*)", N_("a whole number such as 15"))]

Number = Annotated[
    Decimal,
    Written(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,6})?", N_("at most 18 digits before the point and 6 after it")),
    Written(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", N_("a number such as 12.5")),
]
"""Pydantic checks the last condition first, so that the message fits the fault."""

YesNo = Annotated[bool, Written("true|false", N_("true or false"))]

Amount = Annotated[Number, Within(ge=0)]

Points = Annotated[Number, Within(ge=0, le=100)]
"""Percentage points (个百分点), from 0 to 100."""

# Fields with a fixed set of words.

Level = Literal["red", "yellow", "blue"]
"""The level of a letter: 红色、黄色、蓝色督办."""

Measure = Literal["percent", "indicators", "milestones", "subtasks", "none"]

Basis = Literal["document", "minutes", "oral", "instruction", "requested"]
"""The basis of a decision. `requested`: an extension that was asked for but not granted."""

Shift = Literal["白天", "夜间"]

Source = Literal["inspection", "report", "instruction", "superior", "hotline", "media"]

Severity = Literal["major"]
"""The severity of a problem (重大问题). While a major problem is open, the lamp of its task is red."""

Counted = Literal["inspections", "people", "problems"]
"""What an indicator may count at inspections on site: sites inspected, inspectors sent, problems found."""

Ruling = Literal["upheld", "changed"]
