"""Check everything that must hold for the pairs of this project, and change nothing.

What `rulebook build --check` and `rulebook lint` say, and what a pair promises beyond that: that tests prove
its scenarios, that its runbook verifies and can be tried without effect. In document.yaml a comment
`# rulebook: ignore[CODE] reason` lets a runbook do otherwise for a reason.
"""

import argparse

from rulebook.authoring import checking
from rulebook.cli.output import count, one_line, print_json, progress
from rulebook.finding import Finding
from rulebook.project import find_project

SUMMARY = "check everything that must hold for the project's pairs"
EXAMPLE = "example:\n  rulebook check --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook check`` takes."""
    parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    parser.add_argument("--list", action="store_true", help="tell what is checked, and check nothing")


def run(args: argparse.Namespace) -> int:
    """Check; 0 without errors, 1 with errors, 2 if a file is missing or malformed."""
    if args.list:
        _list(as_json=args.json)
        return 0
    findings = checking.check_project_and_promises(find_project(args.root))
    if args.json:
        print_json({"findings": [finding.as_json() for finding in findings]})
    else:
        _show(findings)
    return int(any(finding.severity == "error" for finding in findings))


def _list(*, as_json: bool) -> None:
    if as_json:
        held = [(group, code) for group in checking.catalogue() for code in group.holds]
        print_json(
            {
                "checks": [
                    {"of": group.title, "code": code, "holds": group.holds[code]} for group, code in held
                ]
            }
        )
        return
    for group in checking.catalogue():
        print(f"### {group.title}\n")
        for code, holds in group.holds.items():
            print(f"- `{code}`: {holds.replace('``', '`')}")
        print()


def _show(findings: list[Finding]) -> None:
    for finding in findings:
        print(one_line(finding))
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    progress(f"{count(errors, 'error')}, {count(warnings, 'warning')}" if findings else "everything holds")
