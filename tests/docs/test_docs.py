"""What the documentation says is there: links, commands, make targets, figures."""

import re
from pathlib import Path

import pytest

from docs import generated
from docs.pages import PAGES, ROOT, blocks
from rulebook.cli import parser

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


def shown_commands(page: Path, program: str) -> list[list[str]]:
    """Return every command line of a program in the page's code blocks, without comment and redirection."""
    lines = [
        part.strip() for block in blocks(page) for line in block.splitlines() for part in line.split("&&")
    ]
    return [re.split("[#>]", line)[0].split()[1:] for line in lines if line.startswith(f"{program} ")]


@every_page
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r'(?:\]\(|<img src=")([^)#"]+)', page.read_text(encoding="utf-8"))
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert missing == []


@every_page
def test_every_path_of_the_project_that_is_named_is_there(page: Path) -> None:
    named = re.findall(r"`((?:src|tests|docs|benchmarks)/[\w./-]+)", page.read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


@every_page
def test_every_link_into_a_page_leads_to_a_heading(page: Path) -> None:
    for target, heading in re.findall(r"\]\(([^):#]*)#([^)]+)\)", page.read_text(encoding="utf-8")):
        other = (page.parent / target if target else page).read_text(encoding="utf-8")
        titles = re.findall(r"^#+ (.+)$", other, re.MULTILINE)
        assert heading in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@every_page
def test_every_rulebook_command_shown_is_one_that_the_command_line_takes(page: Path) -> None:
    for arguments in shown_commands(page, "rulebook"):
        if not any(word.isupper() and word != "--" for word in arguments[:1]):
            parser().parse_args(arguments)


@every_page
def test_every_make_target_shown_is_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    shown = {word for arguments in shown_commands(page, "make") for word in arguments if "=" not in word}
    assert shown <= targets


def test_what_the_pages_say_of_settings_and_parameters_is_what_the_files_say() -> None:
    """If it is not: `make build`."""
    assert generated.SETTINGS.read_text(encoding="utf-8") == generated.settings()
    page = generated.CONSOLE.read_text(encoding="utf-8")
    assert page == generated.console(page)
    assert "| `DryRun` | `false` |" in page


def test_the_readme_shows_commands() -> None:
    """The three tests above would pass on a page without any."""
    assert len(shown_commands(ROOT / "README.md", "rulebook")) >= 5
    assert {"demo", "test"} <= {words[0] for words in shown_commands(ROOT / "README.md", "make")}


DAYS, FIRST, LATER, FIRST_TIER = 30, 0.001, 0.0008, 100_000


@pytest.mark.parametrize("users", [100, 1_000, 5_000])
def test_the_costs_in_operations_are_what_their_arithmetic_gives(users: int) -> None:
    evaluations = (users + 1) * DAYS
    config = min(evaluations, FIRST_TIER) * FIRST + max(0, evaluations - FIRST_TIER) * LATER
    steps = users / 10 * 2 * 0.002
    column = [100, 1_000, 5_000].index(users) + 1
    row = {cells[0]: cells for cells in rows("docs/operations.md", 5)}
    assert row["Config rule evaluations"][column] == f"${config:.2f}"
    assert row["Automation"][column] == f"${steps:.2f}"
    functions = float(row["Lambda"][column].strip("$"))
    assert functions <= 30 * 180 * 0.25 * 0.0000166667 + 0.005
    assert row["**together**"][column] == f"**about ${config + steps + functions:.0f}**"


def rows(page: str, columns: int) -> list[list[str]]:
    """Return the cells of every table row with that many columns."""
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    found = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("|")]
    return [cells for cells in found if len(cells) == columns]


def test_the_readme_shows_the_figures_of_the_last_benchmark() -> None:
    """README: program, calls to IAM, CPU s, in 256 MB, memory, false +, false -; RESULTS has more columns."""
    measured = {
        cells[1]: [cells[2], *cells[4:]] for cells in rows("benchmarks/RESULTS.md", 9) if cells[0] == "5,000"
    }
    shown = {cells[0]: cells[1:] for cells in rows("README.md", 7) if cells[0] in measured}
    assert shown == measured
    assert len(shown) == 4
