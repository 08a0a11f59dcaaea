"""The judgement: pure functions of a plan, the facts of a ledger as of a date, and that date."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class computed_once(Generic[T]):  # noqa: N801 - used like `property`
    """A property that is computed on first access and then stored in the instance.

    Like `functools.cached_property`, but without the lock of Python 3.11, which costs as much as computing a figure.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        """Compute by calling `compute` with the instance."""
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        """Store the value under the property's name, where attribute lookup finds it before this descriptor."""
        self._name = name

    def __get__(self, instance: Any, _owner: type) -> T:
        """Compute the value and store it."""
        value = instance.__dict__[self._name] = self._compute(instance)
        return value
