"""Publish the runbooks under stable names, each with a role that may do exactly what its script calls.

One CloudFormation stack holds the documents, their roles and a role for the rules' functions. The change
set is shown first, and nothing is changed before you agree. If documents are named, those published earlier
and not named now stay as they are.
"""

from __future__ import annotations

import argparse
import json
import sys

from rulebook.cli.account import Account, add_account_options, open_account
from rulebook.cli.output import print_table, progress
from rulebook.errors import RulebookError
from rulebook.project import find_project
from rulebook.project.names import STACK
from rulebook.project.rdk_config import load
from rulebook.publishing import hand_over
from rulebook.publishing.published import demand_free_names, demand_free_roles, project_template, promote
from rulebook.publishing.stack import Plan, Stack
from rulebook.publishing.template import DESCRIPTION, Template, body, demand_small, merged

SUMMARY = "publish the runbooks and least-privilege roles as one stack"
EXAMPLE = "example:\n  rulebook publish --dry-run"


class NotAgreed(RulebookError):
    """Nobody is there to agree."""


class WholeStackOnly(RulebookError):
    """A document was named where only the whole stack can be meant."""


class Interrupted(RulebookError):
    """Ctrl-C while CloudFormation was at work."""

    exit_code = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook publish`` takes."""
    parser.add_argument("documents", nargs="*", metavar="DOCUMENT", help="which documents (default: all)")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--stack-name", default=STACK, metavar="NAME", help=f"default: {STACK}")
    parser.add_argument(
        "--s3-bucket",
        default="",
        metavar="BUCKET",
        help="hand the template over in this bucket; needed over 51,200 bytes",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--dry-run", action="store_true", help="show what would be published; calls nothing")
    what.add_argument("--template", action="store_true", help="print the template; calls nothing")
    what.add_argument("--delete", action="store_true", help="delete the stack and everything in it")
    add_account_options(parser)


def run(args: argparse.Namespace) -> int:
    """Publish, or what else was asked for; 0 also if there was nothing to change."""
    if args.delete:
        return _delete(args)
    project = find_project(args.root)
    rendered = project_template(project, load(project), args.documents)
    if args.template:
        print(json.dumps(rendered, indent=2))
        return 0
    if args.dry_run:
        _show_dry_run(rendered, args)
        return 0
    _demand_somebody(args)
    account = open_account(args)
    return _publish(Stack(account.session.client("cloudformation"), args.stack_name), account, rendered, args)


def _demand_somebody(args: argparse.Namespace) -> None:
    if not (args.yes or sys.stdin.isatty()):
        raise NotAgreed("nobody is at the terminal to agree, and nothing was changed; pass --yes")


def _show_dry_run(rendered: Template, args: argparse.Namespace) -> None:
    text = body(rendered)
    if not args.s3_bucket:
        demand_small(text)
    rows = [
        (one["Type"], one["Properties"].get("Name") or one["Properties"]["RoleName"])
        for one in rendered["Resources"].values()
    ]
    print_table(f"Stack {args.stack_name} would hold", ("TYPE", "NAME"), rows)
    print(f"{len(text):,} bytes. This was a dry run: nothing was called and nothing was changed.")


def _publish(stack: Stack, account: Account, rendered: Template, args: argparse.Namespace) -> int:
    ssm = account.session.client("ssm")
    documents = _named(rendered, "AWS::SSM::Document")
    owned = _owned(stack)
    demand_free_names(ssm, documents, owned.values())
    demand_free_roles(account.session.client("iam"), _roles(rendered), owned.values())
    if owned and args.documents:
        rendered = merged(stack.template(), rendered)
    progress(f"Asking CloudFormation what stack {stack.name} would change in account {account.account_id}")
    plan = hand_over.plan(stack, body(rendered), account.session, args.s3_bucket)
    if plan is None:
        print(f"Stack {stack.name} is up to date; nothing was changed.")
    elif not _agreed_to(stack, plan, account, args):
        print("Nothing was changed.")
        return 0
    else:
        _apply(stack, plan)
    promoted = promote(ssm, [stack.resources()[name] for name in documents])
    _report(stack, promoted, changed=plan is not None)
    return 0


def _owned(stack: Stack) -> dict[str, str]:
    """Return the physical ids that the stack holds by logical id; none if there is no stack yet."""
    if not stack.exists():
        return {}
    stack.demand_ours(DESCRIPTION)
    return stack.resources()


def _named(rendered: Template, kind: str) -> list[str]:
    return [name for name, one in rendered["Resources"].items() if one["Type"] == kind]


def _roles(rendered: Template) -> list[str]:
    resources = rendered["Resources"]
    return [resources[name]["Properties"]["RoleName"] for name in _named(rendered, "AWS::IAM::Role")]


def _agreed_to(stack: Stack, plan: Plan, account: Account, args: argparse.Namespace) -> bool:
    """Show the change set and ask; without agreement nothing of it is left."""
    agreed = False
    try:
        _show(plan, account)
        agreed = _agreed(args, "Apply these changes?")
    except KeyboardInterrupt:
        raise Interrupted("interrupted; nothing was changed") from None
    finally:
        if not agreed:
            stack.discard(plan)
    return agreed


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


def _report(stack: Stack, promoted: list[str], *, changed: bool) -> None:
    for name in promoted:
        print(f"{name}: the new version is the default now.")
    if changed:
        rows = sorted(stack.resources().items())
        print_table(f"Published by stack {stack.name}", ("RESOURCE", "NAME"), rows)
        print("The documents can be picked in the Config console now; docs/console.md shows how.")


def _delete(args: argparse.Namespace) -> int:
    if args.documents:
        raise WholeStackOnly("--delete deletes the whole stack; repeat the command without naming documents")
    _demand_somebody(args)
    account = open_account(args)
    stack = Stack(account.session.client("cloudformation"), args.stack_name)
    if stack.status() is None:
        print(f"There is no stack {stack.name}; nothing was deleted.")
        return 0
    rows = sorted(_owned(stack).items())
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
