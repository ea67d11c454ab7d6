"""Print a conformance pack: the rules and their remediations for every account of an organization.

The pack needs a function account and, in each member account, the stacks that --members prints. Nothing is
called and nothing is written; docs/organizations.md has the steps.
"""

import argparse
import sys

from rulebook.authoring.sound import sound_document
from rulebook.cli.account import account_id_argument
from rulebook.project import find_project
from rulebook.project.chosen import chosen_rules, settings_of
from rulebook.project.name_findings import demand_sound_names
from rulebook.project.rdk_config import load_config
from rulebook.publishing.conformance_pack import members_template, render_pack
from rulebook.publishing.published import publications
from rulebook.publishing.template import body, demand_small

SUMMARY = "print a conformance pack for an organization"
EXAMPLE = "example:\n  rulebook conformance-pack --function-account 123456789012"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook conformance-pack`` takes."""
    parser.add_argument("rules", nargs="*", metavar="RULE", help="which rules (default: all)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--function-account",
        type=account_id_argument,
        metavar="ID",
        help="the account with the functions, as the default of the pack's parameter FunctionAccount",
    )
    what.add_argument(
        "--members",
        metavar="WHAT",
        help="print a CloudFormation stack for the member accounts instead: a DOCUMENT's, or `evaluators`",
    )


def run(args: argparse.Namespace) -> int:
    """Print; the template is the whole of stdout."""
    project = find_project(args.root)
    config = load_config(project)
    if args.members is not None:
        [published] = publications(project, config, [args.members])
        text = body(members_template(published))  # compact: laid out it may exceed what CloudFormation takes
        demand_small(published.stack, text)
        print(text)
        return 0
    demand_sound_names(project, config)
    rules = [settings_of(config, rule) for rule in chosen_rules(project, args.rules)]
    pairs = [(rule, sound_document(project, rule.remedy.document) if rule.remedy else None) for rule in rules]
    sys.stdout.write(render_pack(pairs, args.function_account))
    return 0
