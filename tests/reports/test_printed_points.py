"""The points of an assessment add up as they are printed."""

from hypothesis import given
from hypothesis import strategies as st

from jingkai_cli.quantities import number
from jingkai_cli.reports.assess import points_as_printed
from jingkai_cli.rules.assessment import Assessed, Item, Part

SHARES = st.lists(st.floats(0, 1), max_size=3)


@given(st.lists(st.tuples(st.integers(1, 100), SHARES), min_size=1, max_size=4), st.integers(0, 100))
def test_the_points_add_up_to_the_score_and_the_points_off(drawn: list[tuple[int, list[float]]], off: int) -> None:
    parts = tuple(
        Part(f"{number}", weight, tuple(Item("done", share, (), {}) for share in shares))
        for number, (weight, shares) in enumerate(drawn)
    )
    bare = Assessed("城镇办", 1, parts, (), off / 10, None, None)
    earned = sum(bare.rescaled(part) * (part.value or 0) for part in bare.weighed)
    score = max(0.0, earned - off / 10)
    printed = points_as_printed(Assessed("城镇办", 1, parts, (), off / 10, score, None))
    assert not printed or round(10 * sum(full for _points, full in printed.values())) == 1000
    if score and printed:
        tenths = sum(round(10 * float(number(points))) for points, _full in printed.values())
        assert tenths == round(10 * float(number(score))) + off
    for part in bare.weighed:
        points, full = printed[part.name]
        assert 0 <= points <= full
        assert abs(points - bare.rescaled(part) * (part.value or 0)) < 0.1 + 1e-6
