"""The standing events of one task, by (`on`, `seq`), as a writer keeps them during a transaction."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from ..facts import Event

S = TypeVar("S")


class Timeline:
    """The events of one task during a transaction, and the states folded from them.

    Adding an event after all others has a constant cost. Adding one before others, or removing one, makes every fold
    start again.
    """

    def __init__(self, events: Sequence[Event]) -> None:
        """Begin with these events, in order."""
        self.events = list(events)
        self._folded: dict[Callable[[Any, Event], Any], tuple[Any, int]] = {}
        self._numbered: dict[int, Event] = {}
        self._about: dict[str, list[Event]] = {}
        for event in events:
            self._index(event)

    def add(self, event: Event) -> None:
        """Insert an event at its place."""
        place = bisect_right(self.events, _place(event), key=_place)
        self.events.insert(place, event)
        self._index(event)
        if place < len(self.events) - 1:
            self._folded.clear()

    def remove(self, seq: int) -> None:
        """Remove an event that was retracted."""
        event = self._numbered.pop(seq, None)
        if event is None:
            return
        del self.events[bisect_left(self.events, _place(event), key=_place)]
        for name in _about(event):
            self._about[name].remove(event)
        self._folded.clear()

    def about(self, seq: int) -> Sequence[Event]:
        """The events that are about the entry with that number (`facts.is_about`)."""
        found = {event.seq: event for event in self._about.get(str(seq), ())}
        if seq in self._numbered:
            found[seq] = self._numbered[seq]
        return sorted(found.values(), key=_place)

    def folded(self, begin: Callable[[], S], step: Callable[[S, Event], S]) -> S:
        """The state after all events. Events that an earlier call with the same `step` folded are not folded again."""
        state, length = self._folded.get(step) or (begin(), 0)
        for event in self.events[length:]:
            state = step(state, event)
        self._folded[step] = state, len(self.events)
        return state

    def _index(self, event: Event) -> None:
        self._numbered[event.seq] = event
        for name in _about(event):
            self._about.setdefault(name, []).append(event)


def _about(event: Event) -> set[str]:
    """The subjects that an event is about, besides itself: its own subject and the whole of which it is a part."""
    part_of = event.entry.part_of if event.entry else None
    return {name for name in (event.subject, str(part_of or "")) if name}


def _place(event: Event) -> tuple[date, int]:
    return event.on, event.seq
