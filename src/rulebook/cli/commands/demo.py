"""Show the whole loop in an embedded account: deploy, evaluate, remediate, evaluate again.

Nothing leaves this machine, and no AWS account or credentials are needed. rdk runs unmodified against the
embedded account; Config's daily run is started by hand, and the remediations start as rdk_config.json says.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rulebook.cli.output import print_json, print_table, progress
from rulebook.demo.loop import Loop
from rulebook.errors import ConfigurationError
from rulebook.operating.evaluation import RuleEvaluation
from rulebook.operating.executions import RunbookExecution
from rulebook.project import find_project
from rulebook.sandbox import Sandbox

SUMMARY = "show the whole loop in an embedded account"
EXAMPLE = "example:\n  rulebook demo --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook demo`` takes."""
    parser.add_argument("--json", action="store_true", help="one JSON document instead of tables")


def run(args: argparse.Namespace) -> int:
    """Run the loop; 0 only if all that has a remediation ends COMPLIANT and every runbook succeeded."""
    project = find_project(args.root)
    if not project.rules():
        raise ConfigurationError("rules/: there is no rule to show; write one with `rulebook new`")
    with tempfile.TemporaryDirectory() as folder, Sandbox.start() as account:
        loop = Loop(project, account, Path(folder))
        progress("1/5 Filling an embedded account with users of every kind and a weak password policy")
        loop.move_in()
        progress("2/5 rdk init; rdk deploy --all (unmodified rdk, as you would run it)")
        loop.deploy()
        progress("3/5 AWS Config evaluates every rule, running the functions that rdk deployed")
        before = loop.evaluate()
        _show_evaluations(args, "Before", before)
        progress(f"4/5 {_who_remediates(loop.manual())}")
        remedied = loop.remedied()
        executions = loop.remediated(before)
        _show_executions(args, executions)
        progress("5/5 AWS Config evaluates again")
        after = loop.evaluate()
        _show_evaluations(args, "After", after)
    found = [one for one in after if one.rule not in remedied and one.compliance == "NON_COMPLIANT"]
    if found and not args.json:
        rules = ", ".join(dict.fromkeys(one.rule for one in found))
        print(f"Left to a person, because {rules} has no remediation: {len(found)} NON_COMPLIANT.")
    before, after = ([one for one in stage if one.rule in remedied] for stage in (before, after))
    return _verdict(args, before, executions, after)


def _who_remediates(manual: list[str]) -> str:
    if not manual:
        return "AWS Config remediates every NON_COMPLIANT resource automatically"
    return (
        f"Starting the remediation of every NON_COMPLIANT resource of {', '.join(manual)}, as a person would "
        '(its "trigger" is "manual"); AWS Config starts any other by itself'
    )


def _show_evaluations(args: argparse.Namespace, title: str, evaluations: list[RuleEvaluation]) -> None:
    if args.json:
        return
    for rule in dict.fromkeys(one.rule for one in evaluations):
        found = [one for one in evaluations if one.rule == rule]
        found.sort(key=lambda one: (one.compliance != "NON_COMPLIANT", one.annotation))
        rows = [(one.resource_id, one.compliance, one.annotation) for one in found]
        print_table(f"{title}: {rule}", ("RESOURCE", "COMPLIANCE", "WHY"), rows)


def _show_executions(args: argparse.Namespace, executions: list[RunbookExecution]) -> None:
    if not args.json:
        rows = [(one.resource, one.status, one.outcome, one.message) for one in executions]
        print_table("What the runbooks did", ("RESOURCE", "STATUS", "OUTCOME", "WHAT IT SAYS"), rows)


def _verdict(
    args: argparse.Namespace,
    before: list[RuleEvaluation],
    executions: list[RunbookExecution],
    after: list[RuleEvaluation],
) -> int:
    found = sum(one.compliance == "NON_COMPLIANT" for one in before)
    left = [one for one in after if one.compliance != "COMPLIANT"]
    failed = [one for one in executions if one.status != "Success"]
    good = bool(after) and not left and not failed
    if args.json:
        stages: dict[str, Sequence[RuleEvaluation | RunbookExecution]] = {
            "before": before,
            "executions": executions,
            "after": after,
        }
        print_json(
            {name: [one.as_json() for one in stage] for name, stage in stages.items()} | {"closed": good}
        )
    elif good and not found:
        print(
            f"All {len(after)} resources are COMPLIANT as rdk_config.json stands: nothing was to be remedied."
        )
    elif good:
        were = "resource was" if found == 1 else "resources were"
        print(f"The loop is closed: {found} {were} NON_COMPLIANT, all {len(after)} are COMPLIANT now.")
    else:
        print(
            f"The loop is NOT closed: {len(left)} resources are not COMPLIANT, {len(failed)} runbooks failed."
        )
    return 0 if good else 1
