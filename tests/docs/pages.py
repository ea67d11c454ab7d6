# ruff: noqa: INP001 - a module beside tests, no package
"""The pages for people, and the code on them."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [*(ROOT / name for name in ("README.md", "CONTRIBUTING.md")), *sorted(ROOT.glob("docs/**/*.md"))]
_BLOCK = re.compile(r"^( *)```[a-z]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[str]:
    """Return the page's blocks of code."""
    return [match[2] for match in _BLOCK.finditer(page.read_text(encoding="utf-8"))]


def aws_commands(page: Path) -> Iterator[str]:
    """Yield every command for the AWS CLI, each in one line: those of the blocks, then those in the text."""
    for block in blocks(page):
        yield from re.findall(r"(?:^|\$\() *(aws [^#\n]*)", block.replace("\\\n", " "), re.MULTILINE)
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    yield from (" ".join(inline.split()) for inline in re.findall(r"`(aws\s[^`]*)`", text))
