"""docs/lint.md: every check with its reason and its examples.

``python -m rulebook.authoring.lint.page docs/lint.md`` writes it, as ``make build`` does. What stands there
is what the checks' own modules say, and what lint says of their examples.
"""

import re
import sys
import tempfile
from pathlib import Path

from rulebook.authoring.lint import lint
from rulebook.authoring.lint.catalogue import Entry, entries, whole_document
from rulebook.finding import Finding

_HEAD = """\
<!-- Written by `make build` from what each check says beside itself; change it there. -->

# What `rulebook lint` finds

`rulebook lint FILE|DIR ...` checks SSM Automation documents (`schemaVersion` 0.3), YAML or JSON, alone or as
an `AWS::SSM::Document` of a CloudFormation template. It needs no project, no credentials and no network, and
runs nothing of what it reads. In a template, nothing is said of a value that is known only when the stack is
made (`!Ref`, `${...}` of a `!Sub`), and the rest is checked; a document whose steps or names hang on one is
skipped, and stderr says so. An *error* is refused by the service, or fails when the document runs; a
*warning* is likely wrong.

- `--select CODES`, `--ignore CODES`: only these checks, or not these, separated by commas.
- `--format text|json|sarif|github`: for people, programs, code scanning (SARIF 2.1.0), pull requests.
- `--profile config`: also what a document needs that AWS Config starts.
- `# rulebook: ignore[CODE] reason` on a line, on the line above it, or on a step's first line: not there.
- Exit code 0 without errors, 1 with errors, 2 if it could not check.

Examples leave out `schemaVersion`, and steps that do not matter. Each was linted to write this page.
"""
_LONGEST = 200  # characters of a line of an example
_CODE = re.compile(r"``([^`]*)``")


def checks_page() -> str:
    """Return docs/lint.md."""
    with tempfile.TemporaryDirectory() as folder:
        told = {code: _told(entry, Path(folder)) for code, entry in entries().items()}
    index = "".join(f"| [{code}](#{code}) | {_line(entry.what)} |\n" for code, entry in entries().items())
    parts = (_part(entry, told[code]) for code, entry in entries().items())
    return f"{_HEAD}\n| code | what must hold |\n|---|---|\n{index}\n" + "\n".join(parts)


def _told(entry: Entry, folder: Path) -> Finding:
    file = folder / "document.yaml"
    file.write_text(whole_document(entry.wrong), encoding="utf-8")
    return lint([file], "config" if entry.only_for_config else "automation").findings[0]


def _part(entry: Entry, told: Finding) -> str:
    profile = "Profile `config` only. " if entry.only_for_config else ""
    pages = "".join(
        f"{f'- <{page}> {note}'.rstrip()}\n" for page, note in zip(entry.pages, entry.notes, strict=True)
    )
    return (
        f"## {entry.code}\n\n{profile}{_marked(entry.what)}\n\n"
        + (f"{_marked(entry.why)}\n\n" if entry.why else "")
        + (f"{pages}\n" if pages else "")
        + f"Wrong ({told.severity}):\n\n{_example(entry.wrong)}\n> {_line(told.said)}; {_line(told.cure)}\n\n"
        + f"Right:\n\n{_example(entry.right)}"
    )


def _example(text: str) -> str:
    lines = (
        line if len(line) <= _LONGEST else f"{line[:60]}... ({len(line):,} characters)"
        for line in text.splitlines()
    )
    return "\n".join(["```yaml", *lines, "```", ""])


def _line(text: str) -> str:
    return " ".join(_marked(text).replace("|", "\\|").split())


def _marked(text: str) -> str:
    return _CODE.sub(r"`\1`", text)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(checks_page(), encoding="utf-8")
