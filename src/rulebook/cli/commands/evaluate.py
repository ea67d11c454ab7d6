"""Judge an account from here, read-only: nothing is deployed and nothing is reported to AWS Config.

Runs the evaluators with the credentials of the usual AWS environment and the parameters of rdk_config.json.
"""

import argparse
import csv
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rulebook.automation.guard import ReadOnlyGuard
from rulebook.cli.account import Account, add_account_options, open_account
from rulebook.cli.evaluating import evaluate_rule
from rulebook.cli.files import demand_writable, write_file
from rulebook.cli.output import (
    count,
    one_line,
    print_json,
    print_table,
    progress,
)
from rulebook.operating.evaluation import PARTS, RuleEvaluation
from rulebook.operating.report import Report, RuleReport, render_report
from rulebook.operating.resource_names import resource_names
from rulebook.project import RuleFolder, find_project
from rulebook.project.chosen import chosen_rules, every_rule, settings_of
from rulebook.project.rdk_config import RuleConfig, load_config

SUMMARY = "judge an account from here, read-only"
EXAMPLE = "example:\n  rulebook evaluate ACCESS_KEYS_ROTATED_CUSTOM --csv"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook evaluate`` takes."""
    parser.add_argument("rules", nargs="*", metavar="RULE", help="which rules (default: all)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    form.add_argument("--csv", action="store_true", help="comma-separated values instead of a table")
    parser.add_argument("--html", type=Path, metavar="FILE", help="also write one self-contained page")
    parser.add_argument(
        "--fail-on-noncompliant", action="store_true", help="exit 1 if anything is NON_COMPLIANT"
    )
    add_account_options(parser)


def run(args: argparse.Namespace) -> int:
    """Evaluate and show; nothing is shown of a run in which any rule failed."""
    project = find_project(args.root)
    settings = load_config(project)
    chosen = chosen_rules(project, args.rules) if args.rules else every_rule(project, settings)
    rules = [(rule, settings_of(settings, rule)) for rule in chosen]
    if args.html:
        demand_writable(args.html)
    account = open_account(args)
    with ReadOnlyGuard(account.session) as guard:
        found = tuple(_judge(rule, config, account, guard) for rule, config in rules)
    report = Report(account.account_id, account.region, datetime.now(UTC), found)
    if args.html:
        names = resource_names(account.session, report.evaluations)
        write_file(args.html, render_report(replace(report, names=names)))
    _show(args, report)
    if args.html:
        progress(f"Wrote {args.html}")
    wrong = any(one.compliance == "NON_COMPLIANT" for one in report.evaluations)
    return 1 if wrong and args.fail_on_noncompliant else 0


def _judge(rule: RuleFolder, config: RuleConfig, account: Account, guard: ReadOnlyGuard) -> RuleReport:
    judged = evaluate_rule(rule, config, account, guard)
    return RuleReport(config, judged.evaluations, judged.figures)


def _show(args: argparse.Namespace, report: Report) -> None:
    evaluations = report.evaluations
    if args.json:
        print_json(
            {
                "AccountId": report.account_id,
                "Region": report.region,
                "Generated": report.generated.isoformat(timespec="seconds"),
                "Evaluations": [one.as_json() for one in evaluations],
            }
        )
    elif args.csv:
        _print_csv(evaluations)
    else:
        _print_tables(report)


def _print_tables(report: Report) -> None:
    for rule in report.rules:
        rows = [(one.compliance, one.resource_id, one.annotation) for one in rule.ordered]
        if rows:
            print_table(rule.config.name, ("COMPLIANCE", "RESOURCE", "WHY"), rows)
        else:
            print(f"{rule.config.name}: there is nothing to evaluate: it found no resource of its type.\n")
    wrong = sum(one.compliance == "NON_COMPLIANT" for one in report.evaluations)
    evaluated = count(len(report.evaluations), "resource")
    print(f"Account {report.account_id}: {evaluated} evaluated from here, {wrong:,} NON_COMPLIANT.")


def _print_csv(evaluations: list[RuleEvaluation]) -> None:
    writer = csv.DictWriter(sys.stdout, PARTS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(text) for name, text in one.as_json().items()} for one in evaluations)


def _cell(text: str) -> str:
    """Keep a spreadsheet from running a user's name: IAM allows names that begin like a formula."""
    line = one_line(text)
    return f"'{line}" if line.startswith(("=", "+", "-", "@")) else line
