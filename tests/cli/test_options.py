"""A command takes groups of options as records; Typer gets each option as a separate parameter."""

from inspect import signature
from typing import Annotated, Any

import pytest
import typer
from msgspec import Struct
from typer import Argument, Option
from typer.testing import CliRunner

from jingkai_cli.cli.command import flattened
from jingkai_cli.cli.options import Deciding, Listing, Reporting, Writing, only, without


class Group(Struct, frozen=True):
    first: Annotated[str, Option("--first")] = "1"
    second: Annotated[str | None, Option("--second")] = None
    hidden: bool = False
    """A group with an option that only a subclass adds."""
    third: Annotated[int, Option("--third")] = 3


class More(Group, frozen=True):
    hidden: Annotated[bool, Option("--hidden")] = False


def names(command: Any) -> list[str]:
    return list(signature(flattened(command)).parameters)


def test_own_options_come_first_then_the_groups_in_order() -> None:
    def command(options: Group, own: Annotated[str, Option("--own")] = "") -> None: ...

    assert names(command) == ["own", "first", "second", "third"]


def test_a_subclass_adds_an_option_at_its_position() -> None:
    def command(options: More) -> None: ...

    assert names(command) == ["first", "second", "hidden", "third"]


def test_a_command_chooses_among_the_options_of_a_group() -> None:
    def few(options: Annotated[More, only("second", "third")]) -> None: ...
    def less(options: Annotated[More, without("second")]) -> None: ...
    def both(options: Annotated[More, without("second"), only("second", "third")]) -> None: ...

    assert (names(few), names(less), names(both)) == (["second", "third"], ["first", "hidden", "third"], ["third"])


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("x",), Group()),
        (("x", "--third", "7"), Group(third=7)),
        (("--first", "a", "x"), Group(first="a")),
    ],
)
def test_the_command_gets_the_group_with_what_was_typed(typed: tuple[str, ...], expected: Group) -> None:
    got: list[Any] = []

    def command(options: Annotated[Group, without("second")], own: Annotated[str, Argument()]) -> None:
        got.extend((options, own))

    app = typer.Typer()
    app.command()(flattened(command))
    assert CliRunner().invoke(app, typed).exit_code == 0
    assert got == [expected, "x"]


def test_the_groups_of_the_program_have_their_options_in_the_order_of_the_help() -> None:
    def printing(options: Reporting) -> None: ...
    def listing(options: Listing) -> None: ...
    def writing(options: Writing) -> None: ...
    def deciding(options: Deciding) -> None: ...

    how = ["as_of", "known_on", "form", "output", "encoding", "labels"]
    assert names(printing) == [*how, "plan", "ledger"]
    assert names(listing) == [*how, "exit_code", "plan", "ledger"]
    assert names(writing) == names(deciding)
    assert names(writing)[-2:] == ["plan", "ledger"]
