"""Publish the runbooks under stable names, each with a role that may do exactly what its script calls.

Each document has a CloudFormation stack of its own, and so has the role of the rules' functions. The change
sets are shown first, and nothing is changed before you agree. If documents are named, only their stacks are
looked at; `evaluators` names that of the functions' role. Exit code 1: something was changed by hand.
"""

import argparse
import json
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from rulebook.cli.account import Account, add_account_options, open_account
from rulebook.cli.asking import agreed, demand_somebody
from rulebook.cli.interruption import told
from rulebook.cli.output import print_table, progress
from rulebook.errors import ConfigurationError, RulebookError
from rulebook.project import find_project
from rulebook.project.names import EVALUATORS, FORMER_STACK, name_problems, published_stack
from rulebook.project.rdk_config import load_config
from rulebook.publishing.drift import document_drift, make_default, role_drift
from rulebook.publishing.free_names import NameTaken, demand_free_document, demand_free_role
from rulebook.publishing.hand_over import planned
from rulebook.publishing.plan import Plan
from rulebook.publishing.published import Publication, publications
from rulebook.publishing.stack import UNDER_REVIEW, Stack
from rulebook.publishing.template import DOCUMENT, FORMER_DESCRIPTION, body, demand_small, mark

SUMMARY = "publish the runbooks and least-privilege roles, a stack each"
EXAMPLE = "example:\n  rulebook publish --dry-run"


class FormerStack(RulebookError):
    """One stack holds all documents, as earlier versions published them."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook publish`` takes."""
    parser.add_argument("documents", nargs="*", metavar="DOCUMENT", help="which documents (default: all)")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument(
        "--s3-bucket",
        default="",
        metavar="BUCKET",
        help="hand the templates over in this bucket of the account; needed over 51,200 bytes",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--dry-run", action="store_true", help="show what would be published; calls nothing")
    what.add_argument("--template", action="store_true", help="print the templates by stack; calls nothing")
    what.add_argument("--delete", action="store_true", help="delete the stacks and everything in them")
    add_account_options(parser)


def run(args: argparse.Namespace) -> int:
    """Publish, or what else was asked for.

    Returns:
        0, also if there was nothing to change; 1 if what is published was changed by hand.
    """
    project = find_project(args.root)
    if args.delete:
        return _delete(args.documents or [EVALUATORS, *project.documents()], args)
    wanted = publications(project, load_config(project), args.documents)
    if args.template:
        print(json.dumps({one.stack: one.template for one in wanted}, indent=2))
        return 0
    if args.dry_run:
        _show_dry_run(wanted, args)
        return 0
    if not args.yes:
        demand_somebody("nothing was changed")
    account = open_account(args)
    with told("what was not applied is undone"):
        return _publish(wanted, account, args)


def _show_dry_run(wanted: list[Publication], args: argparse.Namespace) -> None:
    rows = []
    for one in wanted:
        text = body(one.template)
        if not args.s3_bucket:
            demand_small(one.stack, text)
        rows += [
            (one.stack, f"{len(text.encode()):,}", name)
            for name in ([one.document["Name"]] if one.document else []) + [f"role {one.role['RoleName']}"]
        ]
    print_table("Would be published", ("STACK", "BYTES", "HOLDS"), rows)
    print("This was a dry run: nothing was called and nothing was changed.")


def _publish(wanted: list[Publication], account: Account, args: argparse.Namespace) -> int:
    stacks = {one.stack: Stack(account.cloudformation, one.stack) for one in wanted}
    _demand_no_former(account)
    for one in wanted:
        _demand_free(one, stacks[one.stack], account)
    with ExitStack() as discarding:
        plans: dict[str, Plan] = {}
        for one in wanted:
            progress(
                f"Asking CloudFormation what stack {one.stack} would change in account {account.account_id}"
            )
            found = planned(stacks[one.stack], one, account.session, account.account_id, args.s3_bucket)
            if found:
                plans[one.stack] = discarding.enter_context(found)
        if plans and not _agreed_to(plans, account, args):
            print("Nothing was changed.")
            return 0
        for one in wanted:
            if one.stack in plans:
                _apply(one, plans[one.stack], account)
    if any(one.document for one in wanted if one.stack in plans):
        print(
            "The documents can be picked in the Config console now: of a rule, Actions, Manage remediation."
        )
    return _report_drift(wanted, plans, account)


def _demand_no_former(account: Account) -> None:
    former = Stack(account.cloudformation, FORMER_STACK).describe()
    if former and former.get("Description") == FORMER_DESCRIPTION:
        raise FormerStack(
            f"stack {FORMER_STACK} holds all documents and roles, as earlier versions published them; delete "
            f"it (aws cloudformation delete-stack --stack-name {FORMER_STACK}), then publish again; "
            "remediations that use them fail in between"
        )


def _demand_free(one: Publication, stack: Stack, account: Account) -> None:
    try:
        _demand_free_now(one, stack, account)
    except NameTaken:  # a colleague may have published it between the two looks
        _demand_free_now(one, stack, account)


def _demand_free_now(one: Publication, stack: Stack, account: Account) -> None:
    owned = set(stack.resources().values()) if stack.demand_ours(mark(one.what)) else set()
    demand_free_document(account.ssm, one, owned)
    demand_free_role(account.iam, one, owned)


def _agreed_to(plans: dict[str, Plan], account: Account, args: argparse.Namespace) -> bool:
    rows = [
        (name, one.action, one.resource_type, one.logical_id, one.replacement)
        for name, plan in plans.items()
        for one in plan.changes
    ]
    columns = ("STACK", "ACTION", "TYPE", "RESOURCE", "REPLACEMENT")
    print_table(f"Would change in account {account.account_id}, {account.region}", columns, rows)
    with told("nothing was changed"):
        return _agreed(args, "Apply these changes?")


def _apply(one: Publication, plan: Plan, account: Account) -> None:
    progress(f"Applying stack {one.stack}; CloudFormation takes about a minute")
    with told(
        f"CloudFormation goes on with stack {one.stack} by itself if it had begun, and finishes it or rolls "
        "it back; repeat `rulebook publish` to see"
    ):
        plan.apply()
    print(f"Stack {one.stack} is published: {', '.join(sorted(plan.stack.resources().values()))}.")
    renewed = any(change.logical_id == DOCUMENT for change in plan.changes)
    if renewed and (name := make_default(account.ssm, one)):
        print(f"{name}: the new version is the default now.")


def _report_drift(wanted: list[Publication], plans: dict[str, Plan], account: Account) -> int:
    """Say what is up to date and what differs though CloudFormation sees no change; 1 if anything does."""
    code = 0
    for one in wanted:
        found = [
            *document_drift(account.ssm, one),
            *role_drift(account.iam, one, account.account_id, account.partition),
        ]
        # A stack is not deleted while somebody's policy or share hangs on it: those cures come first.
        for sentence in sorted(found, key=lambda told: "--delete" in told):
            print(f"Changed by hand: {sentence}")  # a cure to paste ends the line
            code = 1
        if one.stack not in plans and not found:
            print(f"Stack {one.stack} is up to date; nothing was changed.")
    return code


def _delete(names: list[str], args: argparse.Namespace) -> int:
    """Delete the stacks of these documents, which the project need not have any more."""
    for problem in name_problems({}, {*names} - {EVALUATORS}):
        raise ConfigurationError(f"no document can be called {problem.name!r}: {problem.problem}")
    if not args.yes:
        demand_somebody("nothing was changed")
    account = open_account(args)
    stacks = {name: Stack(account.cloudformation, published_stack(name)) for name in names}
    there = [
        (stack, shown)
        for name, stack in stacks.items()
        if (shown := stack.describe()) and stack.demand_ours(mark(name))
    ]
    if not there:
        print(f"There is no stack {' or '.join(map(published_stack, names))}; nothing was deleted.")
        return 0
    rows = [(stack.name, _held(stack, shown)) for stack, shown in there]
    print_table(f"Account {account.account_id} holds", ("STACK", "HOLDS"), rows)
    if not _agreed(args, "Delete all of it? Remediations that use these documents will fail."):
        print("Nothing was deleted.")
        return 0
    for stack, shown in there:
        progress(f"Deleting stack {stack.name}")
        with told(
            f"CloudFormation goes on deleting stack {stack.name} by itself if it had begun; "
            "repeat `rulebook publish --delete` to see"
        ):
            stack.delete(shown)
        print(f"Stack {stack.name} is deleted.")
    return 0


def _held(stack: Stack, shown: Mapping[str, Any]) -> str:
    if shown["StackStatus"] == UNDER_REVIEW:
        return "a plan not yet agreed to"
    return ", ".join(sorted(stack.resources().values()))


def _agreed(args: argparse.Namespace, question: str) -> bool:
    return args.yes or agreed(question)
