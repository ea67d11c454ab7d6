"""Print a conformance pack: the rules and their remediations for every account of an organization.

The pack needs a function account and, in each member account, the stack that --members prints. Nothing is
called and nothing is written; docs/organizations.md has the steps.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rulebook.authoring.checks import check_document
from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.render.reading import read_document
from rulebook.cli.account import account_id
from rulebook.errors import ConfigurationError
from rulebook.operating.evaluators import chosen_rules
from rulebook.project import Project, find_project
from rulebook.project.rdk_config import Config, RuleConfig, load
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
    project = find_project((args.root or Path.cwd()).resolve())
    config = load(project)
    names = [rule.name for rule in chosen_rules(project, args.rules)]
    pairs = [_pair(project, config, name) for name in names]
    if args.members:
        documents = list(dict.fromkeys(document.name for _, document in pairs))
        stack = members_template(project_template(project, config, documents))
        print(body(stack))  # compact, because laid out it may exceed what CloudFormation takes
    else:
        sys.stdout.write(render(pairs, args.function_account))
    return 0


def _pair(project: Project, config: Config, name: str) -> tuple[RuleConfig, AuthoredDocument]:
    """Return a rule with its document, both sound: a pack spreads whatever is wrong with them.

    Raises:
        ConfigurationError: a file is missing or malformed, or the document would not run.
    """
    if name not in config.rules:
        raise ConfigurationError(f"rdk_config.json: rules: there is no entry {name}; write it")
    rule = config.rules[name]
    folder = project.documents().get(rule.remediation.document)
    if folder is None:
        raise ConfigurationError(
            f"ssm_docs/{rule.remediation.document}/document.yaml: the file is missing; "
            "write it, or name another"
        )
    document = read_document(project, folder)
    for finding in check_document(document):
        if finding.severity == "error":
            raise ConfigurationError(str(finding))
    return rule, document
