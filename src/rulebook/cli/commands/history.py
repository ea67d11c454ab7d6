"""Show what a rule's runbook did, and which resources AWS Config no longer remedies by itself.

Every document is followed that the rule has or had: the one attached now, the published one, and those that
rdk deployed, which get another name at each change. Systems Manager keeps executions for 30 days. Config's
remediation exceptions are shown with the command that lifts each.
"""

import argparse
from datetime import UTC, datetime
from typing import Any

from rulebook.cli.account import Account, add_account_options, open_account
from rulebook.cli.output import count, print_json, print_table
from rulebook.errors import RulebookError
from rulebook.operating.exceptions import RemediationException, remediation_exceptions
from rulebook.operating.executions import (
    KEPT,
    Executions,
    Runbook,
    attached_runbook,
    every_runbook,
    runbook_executions,
)
from rulebook.project import find_project
from rulebook.project.chosen import chosen_rules, settings_of
from rulebook.project.rdk_config import load_config

SUMMARY = "show what a rule's runbook did, and what is blocked"
EXAMPLE = "example:\n  rulebook history ACCESS_KEYS_ROTATED_CUSTOM --limit 5"
LIMIT = 50


class NothingKnown(RulebookError):
    """Neither is a runbook attached nor has one run: not what 'nothing happened' looks like."""


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
    parser.add_argument("--json", action="store_true", help="one JSON document instead of tables")
    add_account_options(parser)


def run(args: argparse.Namespace) -> int:
    """Show the executions; 0 even if some of them failed: the table says so."""
    project = find_project(args.root)
    [rule] = chosen_rules(project, [args.rule])
    settings = settings_of(load_config(project), rule)
    account = open_account(args)
    config = account.session.client("config")
    attached = attached_runbook(config, rule.name)
    since = datetime.now(UTC) - KEPT
    runbooks = every_runbook(settings, attached)
    found = runbook_executions(account.session.client("ssm"), runbooks, args.limit)
    blocked = remediation_exceptions(config, rule.name)
    if not (attached or found.total or blocked):
        raise NothingKnown(
            f"{rule.name}: no remediation is attached here, and none of its documents has run since "
            f"{since:%Y-%m-%d}; deploy the rule, or pass --region"
        )
    options = ["--region", account.region, *(["--profile", args.profile] if args.profile else [])]
    if args.json:
        print_json(
            _as_json(account, attached, since, found)
            | {"RemediationExceptions": [one.as_json() | {"LiftedBy": one.lift(*options)} for one in blocked]}
        )
    else:
        _show_executions(rule.name, account, found)
        _show_documents(attached, found)
        _show_blocked(blocked, options)
        _show_total(attached, since, found)
    return 0


def _as_json(
    account: Account, attached: Runbook | None, since: datetime, found: Executions
) -> dict[str, Any]:
    return {
        "AccountId": account.account_id,
        "Region": account.region,
        "AttachedDocument": attached.document if attached else None,
        "Since": since.isoformat(timespec="seconds"),
        "ExecutionsByDocument": found.counts,
        "Executions": [one.as_json() for one in found.newest],
    }


def _show_executions(rule: str, account: Account, found: Executions) -> None:
    rows = [
        (
            f"{one.started.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
            one.status,
            one.outcome,
            one.resource,
            one.execution_id,
            one.message,
        )
        for one in found.newest
    ]
    columns = ("STARTED (UTC)", "STATUS", "OUTCOME", "RESOURCE", "EXECUTION", "WHAT IT SAYS")
    if rows:
        print_table(f"Executions of the runbooks of {rule} in account {account.account_id}", columns, rows)


def _show_documents(attached: Runbook | None, found: Executions) -> None:
    """List the documents unless all there is to say is that the attached one ran."""
    now = attached.document if attached else None
    if set(found.counts) - {now}:
        rows = [
            (f"{number:,}", "yes" if name == now else "no", name)
            for name, number in (({now: 0} if now else {}) | found.counts).items()
        ]
        print_table("Documents", ("EXECUTIONS", "ATTACHED", "DOCUMENT"), rows)


def _show_blocked(blocked: list[RemediationException], options: list[str]) -> None:
    if not blocked:
        return
    rows = [
        (one.resource_id, f"{one.expires:%Y-%m-%d %H:%M}" if one.expires else "lifted", one.message)
        for one in blocked
    ]
    print_table("Out of automatic remediation", ("RESOURCE", "UNTIL", "WHY"), rows)
    print("Mend the cause, then lift each exception:")
    for one in blocked:
        print(f"  {one.lift(*options)}")
    print()


def _show_total(attached: Runbook | None, since: datetime, found: Executions) -> None:
    shown = len(found.newest)
    number = count(found.total, "execution")
    newest = "" if shown == found.total else f", the newest {shown:,} shown (--limit shows more)"
    print(f"{number} since {since:%Y-%m-%d} (Systems Manager keeps {KEPT.days} days){newest}.")
    if attached is None:
        print("No remediation is attached to the rule here now.")


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1, unlike {text!r}")
    return int(text)
