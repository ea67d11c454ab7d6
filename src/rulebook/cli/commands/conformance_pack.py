"""Print a conformance pack: the rules and their remediations for every account of an organization.

The pack needs a function account and, in each member account, the stack that --members prints. Nothing is
called and nothing is written; docs/organizations.md has the steps.
"""

from __future__ import annotations

import argparse
import sys

from rulebook.authoring.sound import sound_document
from rulebook.cli.account import account_id
from rulebook.project import find_project
from rulebook.project.chosen import chosen_rules, settings_of
from rulebook.project.rdk_config import load
from rulebook.publishing.conformance_pack import members_template, render
from rulebook.publishing.published import project_template
from rulebook.publishing.template import body

SUMMARY = "print a conformance pack for an organization"
EXAMPLE = "example:\n  rulebook conformance-pack --function-account 123456789012"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook conformance-pack`` takes."""
    parser.add_argument("rules", nargs="*", metavar="RULE", help="which rules (default: all)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--function-account",
        type=account_id,
        metavar="ID",
        help="the account with the functions, as the default of the pack's parameter FunctionAccount",
    )
    what.add_argument(
        "--members",
        action="store_true",
        help="print the CloudFormation stack for the member accounts instead: documents and roles",
    )


def run(args: argparse.Namespace) -> int:
    """Print; the template is the whole of stdout."""
    project = find_project(args.root)
    config = load(project)
    rules = [settings_of(config, rule) for rule in chosen_rules(project, args.rules)]
    pairs = [(rule, sound_document(project, rule.remediation.document)) for rule in rules]
    if args.members:
        documents = list(dict.fromkeys(document.name for _, document in pairs))
        stack = members_template(project_template(project, config, documents))
        print(body(stack))  # compact, because laid out it may exceed what CloudFormation takes
    else:
        sys.stdout.write(render(pairs, args.function_account))
    return 0
