"""Every choice is accepted by its names and by the words of the other language, in any width and case."""

import click
import pytest

from jingkai_cli.cli.options import Words
from jingkai_cli.language import Language, speaking
from running import COMMANDS

CHOSEN = [
    (" ".join(names), parameter)
    for names, command in COMMANDS.items()
    for parameter in command.params
    if isinstance(parameter.type, Words)
]


def test_every_option_accepts_its_own_words() -> None:
    assert {parameter.name for _command, parameter in CHOSEN} >= {
        "basis",
        "outcome",
        "lamp",
        "group_by",
        "shift",
        "form",
    }


@pytest.mark.parametrize(
    ("name", "typed", "meant"),
    [("basis", "会议纪要", "minutes"), ("basis", "纪要", "minutes"), ("basis", "批示", "instruction"),
     ("basis", " Document ", "document"), ("basis", "口头", "oral"), ("outcome", "维持", "upheld"),
     ("outcome", "调整", "changed"), ("outcome", "revised", "changed"), ("lamp", "红灯", "red"),
     ("lamp", "ＲＥＤ", "red"),
     ("group_by", "单位", "unit"), ("shift", "night", "夜间"), ("form", "表格", "table"), ("form", "Word", "docx")],
)  # fmt: skip
def test_a_word_of_either_language_is_accepted(name: str, typed: str, meant: str) -> None:
    parameter = next(parameter for _command, parameter in CHOSEN if parameter.name == name)
    assert parameter.type.convert(typed, parameter, None) == meant


@pytest.mark.parametrize(
    ("language", "listed"), [("zh", "文件、会议纪要、口头、批示"), ("en", "document, minutes, oral")]
)
def test_an_unknown_word_is_refused_with_the_list_of_choices(language: Language, listed: str) -> None:
    parameter = next(parameter for _command, parameter in CHOSEN if parameter.name == "basis")
    with speaking(language), pytest.raises(click.BadParameter, match=listed):
        parameter.type.convert("传真", parameter, None)
