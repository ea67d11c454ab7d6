"""The table shows what was tried, whichever of day and night reported first, and what was not."""

import pytest

from faults.matrix_table import NIGHT, table

TRIED = [("iam:GetUser 1", "denied", "done"), ("iam:GetUser 1", "cut on", "-")]
LEFT = [(f"iam:GetUser {nth}", fault, NIGHT) for nth in (1, 2) for fault in ("denied", "cut on")]


@pytest.mark.parametrize("cells", [[*LEFT, *TRIED], [*TRIED, *LEFT]], ids=["left first", "tried first"])
def test_what_was_tried_stands_before_what_was_left_to_the_night(cells: list[tuple[str, str, str]]) -> None:
    assert table("delete", cells) == [
        "delete         denied  cut on",
        "iam:GetUser 1    done       -",
        "iam:GetUser 2   night   night",
    ]
