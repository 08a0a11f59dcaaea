"""In a shortened list the count of all items stays with the last item."""

from jingkai_cli.formats.line_breaks import tokens


def test_the_count_of_all_items_stays_with_the_last_item() -> None:
    assert [*tokens("时限4月5日，逾期未报……等4项")] == ["时限4月5日，", "逾期未报……等4项"]


def test_the_number_of_the_others_stays_whole() -> None:
    assert [*tokens("逾期未报；另有3项")][-1] == "另有3项"
