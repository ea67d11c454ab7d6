"""Check Automation documents: YAML or JSON, alone or inside CloudFormation templates, found in folders.

Needs no project, no credentials and no network, and runs nothing of what it reads. Documents of other
schema versions, and those that a template's intrinsics hide, are skipped and counted. A comment
`# rulebook: ignore[CODE] reason` on a line or on the first line of a step silences a check there.
"""

import argparse
from collections.abc import Iterable
from pathlib import Path

from rulebook.authoring.lint import PROFILES, Linted, codes, lint
from rulebook.authoring.lint.formats import github, sarif
from rulebook.cli.arguments import suggestion
from rulebook.cli.output import count, one_line, print_json, progress
from rulebook.errors import ConfigurationError
from rulebook.finding import Finding

SUMMARY = "check any Automation documents, in files and folders"
EXAMPLE = "example:\n  rulebook lint ssm_docs/ --format sarif"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook lint`` takes."""
    parser.add_argument("paths", nargs="*", type=Path, metavar="FILE|DIR", help="what to check (default: .)")
    parser.add_argument("--format", choices=("text", "json", "sarif", "github"), default="text")
    parser.add_argument(
        "--profile", choices=tuple(PROFILES), default="automation", help="config: also for Config's use"
    )
    parser.add_argument(
        "--select", action="append", metavar="CODES", help="only these checks, separated by commas"
    )
    parser.add_argument(
        "--ignore", action="append", metavar="CODES", help="not these checks, separated by commas"
    )


def run(args: argparse.Namespace) -> int:
    """Check; 0 without errors, 1 with errors, 2 if there is nothing to check."""
    selected = _selected(args)
    linted = lint(args.paths or [Path()], args.profile)
    told = [finding for finding in linted.findings if finding.check in selected]
    _show(args.format, told, linted)
    return int(any(finding.severity == "error" for finding in told))


def _selected(args: argparse.Namespace) -> frozenset[str]:
    there = frozenset(codes(args.profile))
    asked = _codes(args.select) if args.select else there
    for code in sorted(asked - there):
        raise ConfigurationError(f"the profile {args.profile} has no check {code}; add --profile config")
    left = asked - _codes(args.ignore or ())
    if not left:
        raise ConfigurationError("--select and --ignore leave no check; select one that is not ignored")
    return left


def _codes(written: Iterable[str]) -> frozenset[str]:
    there = codes()
    words = (code.strip() for part in written for code in part.split(","))
    asked = frozenset(code for code in words if code)
    for code in sorted(asked - set(there)):
        hint = suggestion(code, there) or f"; it has {', '.join(there)}"
        raise ConfigurationError(f"there is no check {code}{hint}")
    return asked


def _show(form: str, told: list[Finding], linted: Linted) -> None:
    if form == "json":
        findings = [finding.as_json() for finding in told]
        print_json({"findings": findings, "documents": linted.documents, "skipped": linted.skipped})
    elif form == "sarif":
        print_json(sarif(told))
    else:
        for finding in told:
            print(github(finding) if form == "github" else one_line(finding))
    for note in linted.notes:
        progress(note)
    errors = sum(finding.severity == "error" for finding in told)
    progress(
        f"{count(linted.documents, 'document')}, {linted.skipped:,} skipped: "
        f"{count(errors, 'error')}, {count(len(told) - errors, 'warning')}"
    )
