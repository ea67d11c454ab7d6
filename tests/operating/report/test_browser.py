"""The page in a real browser: in every form it is readable, sorts, filters, and fetches nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rulebook.operating.report import Report, render_report

from .chromium import Page, browser, installed

pytestmark = pytest.mark.skipif(not installed(), reason="Chromium is not installed on this machine")

FORMS: list[Any] = [
    pytest.param(1280, "light", "", id="light"),
    pytest.param(1280, "dark", "", id="dark"),
    pytest.param(390, "light", "", id="narrow"),
    pytest.param(390, "dark", "", id="narrow dark"),
    pytest.param(720, "dark", "print", id="printed"),
]
CUT_OFF = """[...document.querySelectorAll(".wide")]
  .filter(one => one.querySelector("table").scrollWidth > one.clientWidth)
  .map(one => one.querySelector("table").scrollWidth)"""
READABLE = Path(__file__).with_name("readable.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as opened:
        yield opened


@pytest.fixture
def file(report: Report, tmp_path: Path) -> Path:
    written = tmp_path / "page.html"
    written.write_text(render_report(report), encoding="utf-8")
    return written


def visible(page: Page) -> Any:
    return page.run(f"{READABLE}; visible()")


def enter(page: Page, field: str, value: str, event: str) -> None:
    """Enter a value as a person does: the page hears of it by that event."""
    page.run(
        f'(e => {{ e.value = "{value}"; e.dispatchEvent(new Event("{event}")); }})'
        f'(document.querySelector("#{field}"))'
    )


@pytest.mark.parametrize(("width", "scheme", "media"), FORMS)
def test_it_is_readable(page: Page, file: Path, width: int, scheme: str, media: str) -> None:
    page.open(file, width, scheme, media)
    paper = page.run("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(20, 24, 31)" if scheme == "dark" and not media else "rgb(255, 255, 255)")
    assert page.run("document.documentElement.scrollWidth <= innerWidth"), "it is wider than the window"
    assert page.run(f"{READABLE}; contrast()") >= 4.5
    assert page.run(f"{READABLE}; overlaps()") == []
    assert page.run(CUT_OFF) == [], "it is cut off"


def test_printed_it_has_no_controls_and_repeats_the_head_of_the_table(page: Page, file: Path) -> None:
    page.open(file, 720, media="print")
    assert page.run('getComputedStyle(document.querySelector(".controls")).display') == "none"
    assert (
        page.run('getComputedStyle(document.querySelector("#found thead")).display') == "table-header-group"
    )
    assert len(page.call("Page.printToPDF")["data"]) > 10_000


def test_the_filter_shows_what_fits_and_counts_it(page: Page, file: Path) -> None:
    page.open(file, 1280)
    enter(page, "find", "USER-29", "input")
    assert visible(page) == [f"AIDA{n:017}" for n in (29, *range(290, 299))]
    assert page.run("shown.textContent") == "10 of 301 shown"


def test_the_filter_by_state_works_together_with_it(page: Page, file: Path) -> None:
    page.open(file, 390)
    enter(page, "state", "NON_COMPLIANT", "change")
    assert visible(page) == [f"AIDA{n:017}" for n in range(9)]
    enter(page, "find", "user-3", "input")
    assert visible(page) == [f"AIDA{3:017}"]


def test_a_click_on_a_head_sorts_and_a_second_one_the_other_way(page: Page, file: Path) -> None:
    page.open(file, 1280)
    ids = [f"AIDA{n:017}" for n in range(301)]
    click = 'document.querySelectorAll("#found th button")[3].click()'
    page.run(click)
    assert visible(page) == ids
    page.run(click)
    assert visible(page) == ids[::-1]
    assert page.run('document.querySelectorAll("#found th")[3].ariaSort') == "descending"


def test_numbers_sort_as_numbers(page: Page, file: Path) -> None:
    page.open(file, 1280)
    page.run('document.querySelectorAll("#found th button")[4].click()')
    why = page.run('[...document.querySelectorAll("#found td:last-child")].map(one => one.textContent)')
    users = [one for one in why if one.startswith("user-")]
    assert users == sorted(users, key=lambda one: int(one.split()[0].removeprefix("user-")))


@pytest.mark.parametrize("wide", [True, False])
def test_narrow_there_is_no_head_without_its_column_but_a_way_to_sort(
    page: Page, file: Path, wide: bool
) -> None:
    page.open(file, 1280 if wide else 390)
    shown = 'one => getComputedStyle(one).display !== "none"'
    assert page.run(f'[...document.querySelectorAll("thead")].every({shown})') is wide
    assert page.run(f'[document.querySelector("label.narrow")].every({shown})') is not wide
    empty = f'[...document.querySelectorAll("#found td:empty")].filter({shown}).length'
    assert page.run(empty) == (1 if wide else 0)  # the account has no name
    enter(page, "sort", "3", "change")
    assert visible(page) == [f"AIDA{n:017}" for n in range(301)]
    enter(page, "sort", "", "change")
    assert visible(page)[:9] == [f"AIDA{n:017}" for n in range(9)]


@pytest.mark.parametrize("width", [1280, 390])
def test_the_histogram_uses_the_width(page: Page, file: Path, width: int) -> None:
    page.open(file, width)
    share = (
        "document.querySelector('svg').getBoundingClientRect().width"
        " / document.querySelector('section').getBoundingClientRect().width"
    )
    assert page.run(share) == 1


def test_nothing_but_the_file_is_fetched_and_nothing_of_the_account_runs(page: Page, file: Path) -> None:
    page.requests.clear()
    page.open(file, 1280)
    assert page.requests == [file.as_uri()]
    assert page.run("document.title") == "Compliance of account 123456789012"
    assert page.run('document.querySelectorAll("img, link, iframe").length') == 0
