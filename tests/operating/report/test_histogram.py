"""A histogram's bars: every value is counted once, and the limit falls on a border."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.operating.figure import Figure
from rulebook.operating.report.histogram import BREAK, MOST_BARS, histogram


def drawn(*values: float, limit: float = 90) -> list[tuple[int, int | None, int]]:
    return [(one.low, one.high, one.count) for one in histogram(Figure("", "", limit, values)).bars]


def test_bars_are_of_one_width_from_zero_to_the_largest_value() -> None:
    assert drawn(0, 14.9, 15, 91) == [
        (0, 15, 2),
        (15, 30, 1),
        (30, 45, 0),
        (45, 60, 0),
        (60, 75, 0),
        (75, 90, 0),
        (90, 105, 1),
    ]


def test_the_limit_is_drawn_though_no_value_reaches_it() -> None:
    assert drawn(1)[-1] == (90, 105, 0)


def test_the_last_bar_collects_what_would_need_too_many() -> None:
    bars = drawn(1, 4000, 5000)
    assert (len(bars), bars[-1]) == (MOST_BARS, (345, None, 2))
    assert histogram(Figure("", "", 90, (5000,))).bars[-1].label == "345 or more"


@pytest.mark.parametrize(("limit", "at"), [(90, 6.0), (1, 1.0), (3650, 3650 / 608)])
def test_the_limit_is_on_a_border_or_next_to_it(limit: int, at: float) -> None:
    assert histogram(Figure("", "", limit, (1,))).limit_at == at


def test_exactly_the_limit_is_not_above_it() -> None:
    assert histogram(Figure("", "", 90, (90, 90.1))).over == 1


@given(st.lists(st.floats(-1, 1e6)), st.integers(1, 3650))
def test_every_value_is_in_exactly_one_bar(values: list[float], limit: int) -> None:
    found = histogram(Figure("", "", limit, tuple(values)))
    assert sum(bar.count for bar in found.bars) == found.total == len(values)
    assert all(0 <= bar.height <= 1 for bar in found.bars)
    assert [bar.low for bar in found.bars[1:]] == [bar.high for bar in found.bars[:-1]]


def test_the_bar_without_an_upper_end_stands_apart() -> None:
    jumps, reaches = histogram(Figure("", "", 90, (1, 5000))), histogram(Figure("", "", 90, (1, 100)))
    places = [jumps.start(place) for place in range(len(jumps.bars))]
    assert places == [*range(MOST_BARS - 1), MOST_BARS - 1 + BREAK]
    assert (jumps.length, reaches.length) == (places[-1] + 1, len(reaches.bars))
