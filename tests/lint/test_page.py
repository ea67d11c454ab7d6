"""docs/lint.md is what the checks say beside themselves."""

from pathlib import Path

from rulebook.authoring.lint.catalogue import entries
from rulebook.authoring.lint.page import checks_page

PAGE = Path(__file__).parents[2] / "docs" / "lint.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == checks_page(), "write it anew with `make build`"


def test_every_code_has_a_heading() -> None:
    headings = [line.removeprefix("## ") for line in checks_page().splitlines() if line.startswith("## ")]
    assert headings == list(entries())
