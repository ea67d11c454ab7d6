"""List the pairs of this project: contract, parameters, trigger, runbook, and whether each is built."""

import argparse

from rulebook.authoring.listing import Listed, listed
from rulebook.cli.output import count, print_json, print_table, progress
from rulebook.project import find_project

SUMMARY = "list the pairs of this project"
EXAMPLE = "example:\n  rulebook list --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook list`` takes."""
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")


def run(args: argparse.Namespace) -> int:
    """Show them; 0."""
    pairs = listed(find_project(args.root))
    if args.json:
        print_json({"pairs": [one.as_json() for one in pairs]})
        return 0
    columns = ("RULE", "TRIGGER", "RUNBOOK", "BUILT", "PARAMETERS", "WHAT MUST HOLD")
    if pairs:
        print_table("Pairs", columns, [_row(one) for one in pairs])
    progress(f"{count(len(pairs), 'pair')}; `rulebook new` writes one, `rulebook add` copies one that ships")
    return 0


def _row(one: Listed) -> tuple[str, ...]:
    runbook = f"{one.document} ({one.remediation})" if one.remediation else one.document
    parameters = ", ".join(f"{name}={value}" for name, value in one.parameters.items())
    return (one.rule or "-", one.trigger, runbook or "-", one.built, parameters, one.contract)
