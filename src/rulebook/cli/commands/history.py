"""Show what a rule's runbook did: its recent Automation executions, with outcome and what each changed.

Reads AWS Config for the document attached to the rule, and Systems Manager for its executions (which the
service keeps for 30 days).
"""

from __future__ import annotations

import argparse
from datetime import UTC
from pathlib import Path

from rulebook.cli.account import add_account_options, open_account
from rulebook.cli.output import count, print_json, print_table
from rulebook.operating.evaluators import chosen_rules
from rulebook.operating.executions import attached_runbook, runbook_executions
from rulebook.project import find_project

SUMMARY = "show what a rule's runbook did"
EXAMPLE = "example:\n  rulebook history ACCESS_KEYS_ROTATED_CUSTOM --limit 5"
LIMIT = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook history`` takes."""
    parser.add_argument("rule", metavar="RULE")
    parser.add_argument(
        "--limit",
        type=_positive,
        default=LIMIT,
        metavar="N",
        help=f"how many, the newest first (default: {LIMIT})",
    )
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    add_account_options(parser)


def run(args: argparse.Namespace) -> int:
    """Show the executions; 0 even if some of them failed: the table says so."""
    [rule] = chosen_rules(find_project(args.root or Path.cwd()), [args.rule])
    account = open_account(args)
    runbook = attached_runbook(account.session.client("config"), rule.name)
    found = runbook_executions(account.session.client("ssm"), runbook, args.limit)
    if args.json:
        print_json({"AccountId": account.account_id, "Executions": [one.as_json() for one in found]})
        return 0
    rows = [
        (
            f"{one.started.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
            one.status,
            one.outcome,
            one.resource,
            one.execution_id,
            one.message,
        )
        for one in found
    ]
    columns = ("STARTED (UTC)", "STATUS", "OUTCOME", "RESOURCE", "EXECUTION", "WHAT IT SAYS")
    if rows:
        print_table(f"Executions of {runbook.document} in account {account.account_id}", columns, rows)
    newest = " (the newest; --limit shows more)" if len(rows) == args.limit else ""
    print(f"{count(len(rows), 'execution')}{newest}.")
    return 0


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1, unlike {text!r}")
    return int(text)
