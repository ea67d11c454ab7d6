"""Publish the runbooks under stable names, each with a role that may do exactly what its script calls.

One CloudFormation stack holds the documents, their roles and a role for the rules' functions. The change
set is shown first, and nothing is changed before you agree. If documents are named, those published earlier
and not named now stay as they are.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rulebook.cli.account import add_account_options, open_account
from rulebook.cli.output import print_table, progress
from rulebook.config import load
from rulebook.errors import RulebookError
from rulebook.project import find_project
from rulebook.publishing.names import STACK
from rulebook.publishing.published import demand_free_names, project_template, promote
from rulebook.publishing.stack import Stack
from rulebook.publishing.template import body, merged

if TYPE_CHECKING:
    from rulebook.cli.account import Account
    from rulebook.publishing.stack import Plan
    from rulebook.publishing.template import Template

EXAMPLE = "example:\n  rulebook publish --dry-run"


class NotAgreed(RulebookError):
    """Nobody is there to agree."""


class Interrupted(RulebookError):
    """Ctrl-C while CloudFormation was at work."""

    exit_code = 130


def add_parser(subparsers: Any) -> argparse.ArgumentParser:
    """Add ``rulebook publish``."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "publish",
        help="publish the runbooks and least-privilege roles as one stack",
        description=__doc__,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("documents", nargs="*", metavar="DOCUMENT", help="which documents (default: all)")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--stack-name", default=STACK, metavar="NAME", help=f"default: {STACK}")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--dry-run", action="store_true", help="show what would be published; calls nothing")
    what.add_argument("--template", action="store_true", help="print the template; calls nothing")
    what.add_argument("--delete", action="store_true", help="delete the stack and everything in it")
    add_account_options(parser)
    return parser


def run(args: argparse.Namespace) -> int:
    """Publish, or what else was asked for; 0 also if there was nothing to change."""
    project = find_project(args.root or Path.cwd())
    rendered = project_template(project, load(project), args.documents)
    if args.template:
        body(rendered)  # its size is checked, though people get it laid out
        print(json.dumps(rendered, indent=2))
        return 0
    if args.dry_run:
        _show_dry_run(rendered, args.stack_name)
        return 0
    if not (args.yes or sys.stdin.isatty()):
        raise NotAgreed("nobody is at the terminal to agree, and nothing was changed; pass --yes")
    account = open_account(args)
    stack = Stack(account.session.client("cloudformation"), args.stack_name)
    return _delete(stack, account, args) if args.delete else _publish(stack, account, rendered, args)


def _show_dry_run(rendered: Template, stack: str) -> None:
    body(rendered)
    rows = [
        (one["Type"], one["Properties"].get("Name") or one["Properties"]["RoleName"])
        for one in rendered["Resources"].values()
    ]
    print_table(f"Stack {stack} would hold", ("TYPE", "NAME"), rows)
    print("This was a dry run: nothing was called and nothing was changed.")


def _publish(stack: Stack, account: Account, rendered: Template, args: argparse.Namespace) -> int:
    ssm = account.session.client("ssm")
    owned = stack.resources() if stack.exists() else {}
    documents = [name for name, one in rendered["Resources"].items() if one["Type"] == "AWS::SSM::Document"]
    demand_free_names(ssm, documents, owned.values())
    if owned and args.documents:
        rendered = merged(stack.template(), rendered)
    progress(f"Asking CloudFormation what stack {stack.name} would change in account {account.account_id}")
    plan = stack.plan(body(rendered))
    if plan is None:
        print(f"Stack {stack.name} is up to date; nothing was changed.")
        return 0
    _show(plan, account)
    if not _agreed(args, "Apply these changes?"):
        stack.discard(plan)
        print("Nothing was changed.")
        return 0
    _apply(stack, plan)
    promoted = promote(ssm, [stack.resources()[name] for name in documents])
    _report(stack, promoted)
    return 0


def _show(plan: Plan, account: Account) -> None:
    rows = [(one.action, one.resource_type, one.logical_id, one.replacement) for one in plan.changes]
    columns = ("ACTION", "TYPE", "RESOURCE", "REPLACEMENT")
    print_table(f"Stack {plan.stack} in account {account.account_id}, {account.region}", columns, rows)


def _apply(stack: Stack, plan: Plan) -> None:
    progress("Applying; CloudFormation takes about a minute")
    try:
        stack.apply(plan)
    except KeyboardInterrupt:
        raise Interrupted(
            f"interrupted; CloudFormation goes on with stack {stack.name} by itself, and finishes it or "
            "rolls it back; repeat `rulebook publish` to see"
        ) from None


def _report(stack: Stack, promoted: list[str]) -> None:
    for name in promoted:
        print(f"{name}: the new version is the default now.")
    resources = stack.resources()
    print_table(f"Published by stack {stack.name}", ("RESOURCE", "NAME"), sorted(resources.items()))
    print("The documents can be picked in the Config console now; docs/console.md shows how.")


def _delete(stack: Stack, account: Account, args: argparse.Namespace) -> int:
    if stack.status() is None:
        print(f"There is no stack {stack.name}; nothing was deleted.")
        return 0
    rows = sorted(stack.resources().items())
    print_table(f"Stack {stack.name} in account {account.account_id} holds", ("RESOURCE", "NAME"), rows)
    if not _agreed(args, "Delete all of it? Remediations that use these documents will fail."):
        print("Nothing was deleted.")
        return 0
    progress("Deleting")
    try:
        stack.delete()
    except KeyboardInterrupt:
        raise Interrupted(
            f"interrupted; CloudFormation goes on deleting stack {stack.name} by itself; "
            "repeat `rulebook publish --delete` to see"
        ) from None
    print(f"Stack {stack.name} is deleted.")
    return 0


def _agreed(args: argparse.Namespace, question: str) -> bool:
    if args.yes:
        return True
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
