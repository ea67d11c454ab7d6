"""Build parameters.json and the documents that rdk deploys, from rdk_config.json and ssm_docs/.

Everything is checked first, and nothing is written while anything is wrong. With --check nothing is
written at all: built files that are out of date, and exemptions that end soon, are told as well.
"""

import argparse

from rulebook.authoring import render as builder
from rulebook.cli.output import count, print_json, progress
from rulebook.finding import Finding
from rulebook.project import Project, find_project

SUMMARY = "check everything and write parameters.json and the documents"
EXAMPLE = "example:\n  rulebook build --check"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook build`` takes."""
    parser.add_argument(
        "--check", action="store_true", help="write nothing; tell what is wrong or out of date"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")


def run(args: argparse.Namespace) -> int:
    """Build or check; 0 done, 1 with findings that stop a build, 2 if a file is malformed."""
    project = find_project(args.root)
    return _check(args, project) if args.check else _build(args, project)


def _build(args: argparse.Namespace, project: Project) -> int:
    try:
        written = [project.relative(path) for path in builder.build(project)]
    except builder.BuildRefused as refused:
        _show(args, refused.findings, written=[])
        return refused.exit_code
    _show(args, [], written)
    return 0


def _check(args: argparse.Namespace, project: Project) -> int:
    findings = builder.check_build(project)
    _show(args, findings, written=[])
    return int(any(finding.severity == "error" for finding in findings))


def _show(args: argparse.Namespace, findings: list[Finding], written: list[str]) -> None:
    """Print findings and files written; what they come to goes to stderr."""
    if args.json:
        print_json({"findings": [finding.as_json() for finding in findings], "written": written})
        return
    for line in [str(finding) for finding in findings] + [f"wrote {file}" for file in written]:
        print(line)
    errors = sum(finding.severity == "error" for finding in findings)
    if errors:
        progress(f"{count(errors, 'error')}; nothing was written")
    elif not written:
        progress("everything is built and current")
