"""The page as text: what it says, and that nothing in it is fetched or run that is not its own."""

import re
from dataclasses import replace

from rulebook.operating.report import Report, render_report

from .conftest import HOSTILE


def text_of(page: str) -> str:
    """Return what a reader sees, roughly: without tags, on one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.partition("<body>")[2]).split())


def test_it_says_which_account_and_when(report: Report) -> None:
    text = text_of(render_report(report))
    assert text.startswith(
        "Compliance of account 123456789012 Read by rulebook on 2026-03-01 09:30 UTC in us-east-1"
    )


def test_it_says_totals_limit_and_parameters_of_each_rule(report: Report) -> None:
    text = text_of(render_report(report))
    assert "KEYS About KEYS. 9 NON_COMPLIANT 291 COMPLIANT" in text
    assert "POLICY About POLICY. 0 NON_COMPLIANT 1 COMPLIANT" in text
    assert "154 of 200 above the limit of 90 days." in text
    assert "maxAccessKeyAge 90" in text
    assert "AssumeRoleMode" not in text


def test_exemptions_are_listed_with_reason_and_end(report: Report) -> None:
    text = text_of(render_report(report))
    assert re.search(r"svc-\* vendor rotates .* 2027-03-31 break-glass in the safe no end", text)


def test_every_resource_is_in_the_table_what_needs_a_person_first(report: Report) -> None:
    rows = re.findall(r'<tr><td><span class="(\w+)">.*?<td class="id">(\w+)</td>', render_report(report))
    assert len(rows) == 301
    assert [state for state, _ in rows] == ["NON_COMPLIANT"] * 9 + ["COMPLIANT"] * 292
    assert len({resource for _, resource in rows}) == 301


def test_a_user_is_named_and_what_has_no_name_has_none(report: Report) -> None:
    rows = re.findall(r'<td class="name">([^<]*)</td>.*?<td class="id">(\w+)</td>', render_report(report))
    names = {resource: name for name, resource in rows}
    assert names[f"AIDA{7:017}"] == "svc-backup-of-the-north-7"
    assert names[f"AIDA{300:017}"] == ""


def test_the_axis_shows_a_break_only_where_it_jumps(report: Report) -> None:
    assert render_report(report).count('<path class="break"') == 1
    keys = report.rules[0]
    whole = replace(keys, figures=(replace(keys.figures[0], values=(1, 100)),))
    assert '<path class="break"' not in render_report(replace(report, rules=(whole,)))


def test_text_of_the_account_stays_text(report: Report) -> None:
    page = render_report(report)
    assert HOSTILE not in page
    assert page.count("<script>") == 1
    assert "<img" not in page


def test_nothing_is_fetched(report: Report) -> None:
    """The policy refuses every fetch, and there is nothing to fetch."""
    clean = replace(report, rules=report.rules[1:])
    page = render_report(clean)
    assert "default-src 'none'" in page
    assert not re.search(r"https?:|//[a-z]|url\(|@import|<link|src=|<img", page)


def test_without_measurements_there_is_no_histogram(report: Report) -> None:
    assert "<svg" not in render_report(replace(report, rules=report.rules[1:]))
