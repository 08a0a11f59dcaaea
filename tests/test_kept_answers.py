"""What is remembered between two runs stays within bounds, and an answer is to its own question alone."""

import os
from pathlib import Path

import pytest

from jingkai_cli.plan.cache import KEPT, LARGEST, _keep_answer, _recall_answer

PART = b"." * (LARGEST - 100)
"""With its question, as much as one answer may take."""


def kept(folder: Path, name: str, question: object, answer: object, second: int) -> None:
    """Keep an answer as if in that second: on some disks what is written at once is of one time."""
    _keep_answer(folder, name, (question,), answer)
    if (folder / name).exists():
        os.utime(folder / name, (second, second))


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_an_answer_is_to_its_own_question(tmp_path: Path) -> None:
    _keep_answer(tmp_path, "one.report", ("question", b"bytes", None), ("answer", 1))
    assert _recall_answer(tmp_path, "one.report", ("question", b"bytes", None)) == ("answer", 1)
    for other in (("question", b"bytes", 0), ("question", b"byteS", None), ("question", b"bytes"), ()):
        assert _recall_answer(tmp_path, "one.report", other) is None
    assert _recall_answer(tmp_path, "two.report", ("question", b"bytes", None)) is None
    assert _recall_answer(tmp_path / "none", "one.report", ("question", b"bytes", None)) is None


def test_what_cannot_be_written_down_is_not_kept(tmp_path: Path) -> None:
    _keep_answer(tmp_path, "one.report", ("question",), Path("answer"))
    assert names(tmp_path) == []


def test_the_oldest_answers_of_a_kind_go_first(tmp_path: Path) -> None:
    kept(tmp_path, "a.plan", "plan", "kept", 0)
    for number in range(KEPT + 3):
        kept(tmp_path, f"{number:03}.report", number, number, number)
    assert names(tmp_path) == [*(f"{number:03}.report" for number in range(3, KEPT + 3)), "a.plan"]


def test_answers_take_no_more_room_than_there_is(tmp_path: Path) -> None:
    for number in range(6):
        kept(tmp_path, f"{number}.report", number, PART, number)
    assert names(tmp_path) == ["2.report", "3.report", "4.report", "5.report"]
    kept(tmp_path, "6.report", 6, PART + b"." * 100, 6)
    assert names(tmp_path) == ["2.report", "3.report", "4.report", "5.report"]


@pytest.mark.parametrize("left", ["7.99.report", "x.report"])
def test_what_a_killed_program_left_goes_with_the_oldest(left: str, tmp_path: Path) -> None:
    (tmp_path / left).write_bytes(b"half")
    for number in range(KEPT):
        kept(tmp_path, f"{number:03}.report", number, number, 2**31 + number)
    assert left not in names(tmp_path)
