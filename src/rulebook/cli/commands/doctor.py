"""Look for whatever would keep a deployment from working, before it is tried. Nothing is changed.

Checks the account of the usual AWS environment (recorder, roles, permissions, limits), the project's built
files and this machine's tools. What AWS refuses to tell is reported as could-not-check, never as ok.
"""

import argparse
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from rulebook.cli.account import Account, add_account_options, open_account
from rulebook.cli.output import one_line, print_json, print_table, progress
from rulebook.operating.doctor import Diagnosis, Examination, examine, saw_nothing
from rulebook.operating.doctor.diagnosis import WORST_FIRST
from rulebook.project import find_project
from rulebook.project.rdk_config import load_config

SUMMARY = "look for whatever would keep a deployment from working"
EXAMPLE = (
    "exit codes: 0 nothing would fail, 1 something would, 2 the account could not be looked at\n\n"
    "example:\n  rulebook doctor --json"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook doctor`` takes."""
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    add_account_options(parser)


def run(args: argparse.Namespace) -> int:
    """Examine and show; 1 if anything would fail, 2 if the account let nothing be seen."""
    project = find_project(args.root)
    config = load_config(project)
    account = open_account(args)
    progress(f"Examining account {account.account_id}, {account.region}")
    found = examine(
        Examination(
            project=project,
            config=config,
            session=account.session,
            account_id=account.account_id,
            arn=account.arn,
            region=account.region,
            partition=account.partition,
            today=datetime.now(UTC).date(),
        )
    )
    if args.json:
        print_json(_as_json(account, found))
    else:
        _show(account, found)
    return _exit_code(found)


def _exit_code(found: list[Diagnosis]) -> int:
    if saw_nothing(found):
        progress(
            "Nothing of the account could be looked at; grant the actions above, or use other credentials"
        )
        return 2
    return int(any(one.level == "error" for one in found))


def _as_json(account: Account, found: list[Diagnosis]) -> dict[str, Any]:
    return {
        "AccountId": account.account_id,
        "Region": account.region,
        "Caller": account.arn,
        "Diagnoses": [one.as_json() for one in found],
    }


def _show(account: Account, found: list[Diagnosis]) -> None:
    """Show what needs a person as a table, then what is in order, a line each."""
    rows = [
        (one.level, one.check, f"{one.subject}: {one.seen}", one.cure) for one in found if one.level != "ok"
    ]
    title = f"Account {account.account_id}, {account.region}, as {account.arn}"
    if rows:
        print_table(title, ("LEVEL", "CHECK", "WHAT WAS SEEN", "CURE"), rows)
    for one in found:
        if one.level == "ok":
            print(one_line(f"ok  {one.check}: {one.subject}: {one.seen}"))
    counted = Counter(one.level for one in found)
    print(", ".join(f"{counted[level]} {level}" for level in WORST_FIRST) + ".")
