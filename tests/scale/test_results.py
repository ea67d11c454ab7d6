"""The tables, the picture and the page are made of the runs, whatever they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from cost.comparison import Run
from cost.importing import Importing, measure_importing
from cost.picture import apart, picture, tick_step
from cost.programs import CREATE_DATE, USUAL
from cost.results import Results, page, targets_table
from cost.table import growth_table, runs_table, table

SVG = "{http://www.w3.org/2000/svg}"


def run(program: str, users: int, calls: int, seconds: float) -> Run:
    """Return a run with round figures."""
    return Run(
        program=program,
        users=users,
        calls={"iam:ListAccessKeys": calls, "config:PutEvaluations": 5},
        at_once=10,
        seconds=seconds,
        cpu_seconds=seconds / 2,
        megabytes=users / 100,
        false_positives=3,
        false_negatives=4,
        version="1.2.3",
    )


RUNS = [
    run(CREATE_DATE.label, 500, 300, 1),
    run(USUAL.label, 500, 500, 7),
    run(CREATE_DATE.label, 2500, 1300, 4),
    run(USUAL.label, 2500, 2500, 33),
]
RESULTS = Results(RUNS, Importing(0.2, 0.01, 0.03, 15), "2 x Nobody", "Python 3", date(2026, 7, 1))


def test_a_table_is_markdown_with_numbers_to_the_right() -> None:
    assert table(("name", "n"), [("a", "1,000"), ("longer", "2")]).splitlines() == [
        "| name   |     n |",
        "| ------ | ----: |",
        "| a      | 1,000 |",
        "| longer |     2 |",
    ]


def test_the_runs_are_told_a_row_each() -> None:
    lines = runs_table(RUNS).splitlines()
    cells = [cell.strip() for cell in lines[4].strip("|").split("|")]
    assert len(lines) == 2 + len(RUNS)
    assert cells == ["2,500", "ours, CreateDate", "1,300", "5", "0.52", "10", "4.0", "2.0", "25 MB", "3", "4"]


def test_growth_is_from_the_smallest_account_to_the_largest() -> None:
    cells = [cell.strip() for cell in growth_table(RUNS).splitlines()[2].strip("|").split("|")]
    assert cells == ["ours, CreateDate", "0.50", "1.5", "10.2"]


def test_one_size_has_no_growth() -> None:
    cells = [cell.strip() for cell in growth_table(RUNS[:1]).splitlines()[2].strip("|").split("|")]
    assert cells == ["ours, CreateDate", "", "", ""]


@pytest.mark.parametrize(
    ("results", "row", "told"),
    [
        (RESULTS, 2, ["6 times faster", "8.2 times", "met"]),
        (
            replace(RESULTS, runs=[RUNS[0], run(USUAL.label, 500, 500, 5.9)]),
            2,
            ["6 times faster", "5.9 times", "missed"],
        ),
        (RESULTS, 3, ["under 60 MB", "25 MB", "met"]),
        (RESULTS, 4, ["under 10%", "5.0% (10 of 200 ms)", "met"]),
        (
            replace(RESULTS, importing=Importing(0.2, 0.021, 0.03, 15)),
            4,
            ["under 10%", "10.5% (21 of 200 ms)", "missed"],
        ),
        (RESULTS, 5, ["", "15.0% (30 ms)", ""]),
    ],
)
def test_a_target_is_met_or_missed(results: Results, row: int, told: list[str]) -> None:
    line = targets_table(results).splitlines()[row]
    assert [cell.strip() for cell in line.strip("|").split("|")][1:] == told


def test_the_page_says_when_on_what_and_how_it_was_measured() -> None:
    text = page(RESULTS)
    for part in ("2026-07-01", "2 x Nobody", "Python 3", "least of 15 processes", runs_table(RUNS)):
        assert part in text


def test_the_picture_draws_a_line_a_program_in_both_panels() -> None:
    drawn = ET.fromstring(picture(RUNS))  # noqa: S314 - we wrote it a moment ago
    lines = [line.attrib["points"].split() for line in drawn.iter(f"{SVG}polyline")]
    assert [len(points) for points in lines] == [2, 2, 2, 2]
    texts = [text.text for text in drawn.iter(f"{SVG}text")]
    for shown in (
        CREATE_DATE.label,
        USUAL.label,
        "calls to AWS",
        "seconds, at 10 ms a call",
        "2,505",
        "33",
        "4.0",
    ):
        assert shown in texts


def test_the_picture_stays_within_its_frame() -> None:
    drawn = ET.fromstring(picture(RUNS))  # noqa: S314 - the same
    _, _, width, height = map(float, drawn.attrib["viewBox"].split())
    for line in drawn.iter(f"{SVG}polyline"):
        for point in line.attrib["points"].split():
            x, y = map(float, point.split(","))
            assert 0 < x < width
            assert 0 < y < height


def test_the_picture_needs_nothing_from_elsewhere_and_knows_both_colour_schemes() -> None:
    text = picture(RUNS)
    assert "prefers-color-scheme:dark" in text
    assert text.count("http") == text.count("http://www.w3.org/2000/svg") == 1


@pytest.mark.parametrize(("largest", "step"), [(0.4, 1), (5, 1), (6, 2), (33, 10), (66, 20), (10_055, 2000)])
def test_ticks_are_few_and_round(largest: float, step: int) -> None:
    assert tick_step(largest) == step


def test_labels_do_not_cover_each_other() -> None:
    assert apart([10, 12, 13, 80]) == [10, 24, 38, 80]


def test_importing_is_measured_compiled_and_not() -> None:
    measured = measure_importing(times=1)
    assert 0 < measured.rule < measured.rule_uncompiled
    assert measured.rule < measured.libraries
