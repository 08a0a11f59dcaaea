"""Judgement: pure functions of a plan, the facts that a ledger has as of a date, and that date."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class computed_once(Generic[T]):  # noqa: N801 - used like `property`
    """A property that is computed on first access and then kept in the instance.

    It is `functools.cached_property` without the lock that Python 3.11 takes for it, which costs as much as a figure.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        """Compute by calling `compute` with the instance."""
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        """Keep the value under the property's name, where it is found before this descriptor."""
        self._name = name

    def __get__(self, instance: Any, _owner: type) -> T:
        """Compute the value and keep it."""
        value = instance.__dict__[self._name] = self._compute(instance)
        return value
