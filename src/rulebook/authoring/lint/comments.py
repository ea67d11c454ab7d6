"""A comment that silences a check names it and says why: without a reason it silences nothing.

``# rulebook: ignore[CODE] reason`` stands on the line of the finding, on a line of its own above it, or on
the first line of its step. Several codes are separated by commas.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import TOP, Finding
from rulebook.wording import nearest

CODE = "ignore-reason"

RIGHT = """\
- name: Wait
  action: aws:dream  # rulebook: ignore[actions] announced, and taken in our region
  inputs: {}
"""
WRONG = RIGHT.replace(
    "aws:dream  # rulebook: ignore[actions] announced, and taken in our region",
    "aws:pause  # rulebook: ignore[actions]",
)
_COMMENT = re.compile(r"(?:^|\s)#\s*rulebook:\s*ignore\[([a-z0-9, -]+)\][ \t]*(.*)$")
_MEANT = re.compile(r"(?:^|\s)#\s*rulebook:\s*ignore(?![\w-])")


def ignored(text: str) -> dict[int, frozenset[str]]:
    """Return the codes that a comment silences, by the lines it speaks of, counted from 1."""
    found: dict[int, frozenset[str]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        match = _COMMENT.search(line) if "rulebook:" in line else None
        if match and match[2].strip():
            codes = frozenset(code.strip() for code in match[1].split(","))
            spoken_of = number + 1 if line.lstrip().startswith("#") else number
            found[spoken_of] = found.get(spoken_of, frozenset()) | codes
    return found


def in_vain(text: str, file: str, known: Collection[str]) -> Iterator[Finding]:
    """Find comments that silence nothing: they do not say why, or name no check."""
    for number, line in enumerate(text.splitlines(), start=1):
        match = (_COMMENT.search(line) or _MEANT.search(line)) if "rulebook:" in line else None
        if match:
            for problem, cure in _wrong(match, known):
                column = line.index("#", match.start()) + 1
                yield Finding(TOP, problem, cure, file=file, line=number, column=column, check=CODE)


def _wrong(comment: re.Match[str], known: Collection[str]) -> Iterator[tuple[str, str]]:
    if comment.re is _MEANT:
        yield "names no check in brackets, so it ignores nothing", "write # rulebook: ignore[CODE] reason"
        return
    if not comment[2].strip():
        problem = f"ignores {comment[1]} without a reason, so it ignores nothing"
        yield problem, "write the reason after the bracket"
    for code in (code.strip() for code in comment[1].split(",")):
        if code not in known:
            yield f"ignores {code}, which is no check", nearest(code, known)


def heard(
    findings: Iterable[Finding], document: AuthoredDocument, codes: dict[int, frozenset[str]]
) -> Iterator[Finding]:
    """Yield the findings that no comment silences."""
    at = document.positions.get(document.file, {})
    for finding in findings:
        lines = {finding.line} if finding.file == document.file else set()
        steps = [place for place in finding.place.upwards() if place[-2:-1] in (("mainSteps",), ("Steps",))]
        lines |= {at[step].line for step in steps if step in at}
        if not any(finding.check in codes.get(line or 0, ()) for line in lines):
            yield finding
