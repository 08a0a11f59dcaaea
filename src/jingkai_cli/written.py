"""How a value must be written in a file, before it is typed: the texts, dates and numbers of a plan and an entry."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from annotated_types import Ge, Le, MaxLen, MinLen

from .language import N_


@dataclass(frozen=True, slots=True)
class Written:
    """How a value must be written in a file, before it is typed: YAML 1.1 and pydantic both read too much into text.

    `012`, `1_000`, `12.0` for a whole number and `1459382400` for a date are all refused.
    """

    pattern: str
    expected: str

    def fits(self, text: str) -> bool:
        """Whether a text is written so."""
        return re.fullmatch(self.pattern, text) is not None

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Check the text before pydantic types it; only pydantic calls this."""
        from pydantic_core import PydanticCustomError, core_schema

        def check(value: Any) -> Any:
            if not isinstance(value, str) or not self.fits(value):
                raise PydanticCustomError("written", "{expected}", {"expected": self.expected})
            return value

        return core_schema.no_info_before_validator_function(check, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        """Tell editors the pattern too; only pydantic calls this."""
        return {**handler(schema), "pattern": f"^({self.pattern})$"}


Text = Annotated[str, MinLen(1), MaxLen(500)]
Id = Annotated[str, Written(r"[\w.-]{1,32}", N_("letters, digits, _ . or -, at most 32"))]
# [0-9] and not \d, which also takes the full-width ２０１６.
Day = Annotated[date, Written("[0-9]{4}-[0-9]{2}-[0-9]{2}", N_("a date such as 2016-06-30"))]
Month = Annotated[str, Written("(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])", N_("a month such as 2016-03"))]
Whole = Annotated[int, Written("-?(0|[1-9][0-9]*)", N_("a whole number such as 15"))]
Number = Annotated[Decimal, Written(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", N_("a number such as 12.5"))]
YesNo = Annotated[bool, Written("true|false", N_("true or false"))]
Amount = Annotated[Number, Ge(0)]
Points = Annotated[Number, Ge(0), Le(100)]
"""Percentage points (个百分点), 0 to 100."""
