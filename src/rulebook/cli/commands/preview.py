"""Show what a rule's runbook would do, without doing it.

Judges the account from here, then runs the paired document's dry run for every NON_COMPLIANT resource (or
for those named). Nothing can be changed, whatever the document does: its scripts get no credentials, and of
their calls only those are made that AWS classes as List or Read (docs/adr/0008). A script that assumes a role
is refused there. Of a document without a DryRun parameter the first change that it would make is shown.

Exit code 1: the document ignores its DryRun, ends with an outcome that is none of a dry run, or a resource
that you named does not exist.
"""

import argparse

from rulebook.authoring.render import static_parameters
from rulebook.automation.guard import ReadOnlyGuard
from rulebook.cli.account import Account, add_account_options, open_account
from rulebook.cli.evaluating import evaluate_rule
from rulebook.cli.output import count, one_line, print_json, print_table, progress
from rulebook.operating.preview import REFUSED, WOULD_CALL, Preview, preview
from rulebook.project import Project, RuleFolder, find_project
from rulebook.project.chosen import chosen_rules, settings_of
from rulebook.project.rdk_config import RuleConfig, load_config

SUMMARY = "show what a rule's runbook would do, without doing it"
EXAMPLE = "example:\n  rulebook preview ACCESS_KEYS_ROTATED_CUSTOM"
TELL_EVERY = 10  # resources between two lines of progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook preview`` takes."""
    parser.add_argument("rule", metavar="RULE")
    parser.add_argument(
        "resources",
        nargs="*",
        default=[],
        metavar="RESOURCE",
        help="resource ids (default: every NON_COMPLIANT one)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    add_account_options(parser)


def run(args: argparse.Namespace) -> int:
    """Preview; 1 if the dry run is none, or a resource that a person named is not there; else 0."""
    project = find_project(args.root)
    [rule] = chosen_rules(project, [args.rule])
    config = settings_of(load_config(project), rule)
    document = config.remediation.document  # a rule without a remediation has nothing to preview
    account = open_account(args)
    resources = list(dict.fromkeys(args.resources)) or _non_compliant(rule, config, account)
    found = _previews(project, config, account, resources)
    if args.json:
        print_json(
            {
                "AccountId": account.account_id,
                "Document": document,
                "Previews": [one.as_json() for one in found],
            }
        )
    else:
        _show(config, account, found)
    missing = [one.resource_id for one in found if one.outcome.endswith("NotFound") and args.resources]
    if missing:
        progress(
            f"{', '.join(missing)}: not in account {account.account_id}; "
            "correct what was named, or use another profile"
        )
    return int(bool(missing) or any(one.wrong for one in found))


def _non_compliant(rule: RuleFolder, config: RuleConfig, account: Account) -> list[str]:
    with ReadOnlyGuard(account.session) as guard:
        found = evaluate_rule(rule, config, account, guard)
    return [one.resource_id for one in found.evaluations if one.compliance == "NON_COMPLIANT"]


def _previews(project: Project, config: RuleConfig, account: Account, resources: list[str]) -> list[Preview]:
    # A parameter the document demands; from here the ambient credentials act, and no role is assumed.
    role = f"arn:{account.partition}:iam::{account.account_id}:role/rulebook-preview"
    parameters = static_parameters(project, config) | {"AutomationAssumeRole": role}
    document = project.documents()[config.remediation.document]
    if resources:
        progress(f"Dry run of {document.name} for {count(len(resources), 'resource')}")
    return preview(
        document,
        parameters,
        config.remediation.resource_parameter,
        resources,
        account.session,
        lambda done: _say_how_far(done, len(resources)),
    )


def _say_how_far(done: int, of: int) -> None:
    if done % TELL_EVERY == 0 or done == of > TELL_EVERY:
        progress(f"  {done:,} of {of:,}")


def _show(config: RuleConfig, account: Account, found: list[Preview]) -> None:
    changes = [change for one in found for change in one.changes]
    columns = list(dict.fromkeys(name for change in changes for name in change))
    if changes:
        rows = [[change.get(name, "") for name in columns] for change in changes]
        print_table(
            f"{config.remediation.document} would change in account {account.account_id}", columns, rows
        )
    for one in found:
        if one.wrong or not one.changes or one.outcome == WOULD_CALL:
            print(one_line(f"{one.resource_id}: {one.outcome}: {one.wrong or one.message}"))
    acts = sum(one.acts for one in found)
    in_all = f", {count(len(changes), 'change')} in all" if changes else ""
    would = f"{acts:,} of {count(len(found), 'resource')} would be changed{in_all}"
    refused = any(one.outcome in (REFUSED, WOULD_CALL) for one in found)
    why = "of each only the first was asked for, and it was refused" if refused else "it was a dry run"
    print(f"{would}. Nothing was: {why}.")
