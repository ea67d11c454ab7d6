"""Write a pair of your own: the least that is right, which works at once on a harmless example.

Every place to fill is marked FILL IN, and a test of the project fails for each until it is filled. The
example reads and writes an SSM parameter /rulebook-example/RULE/... and nothing else.
"""

import argparse

from rulebook.authoring.starting.draft import CannotStart
from rulebook.authoring.starting.new_pair import Wish, new
from rulebook.cli.output import progress
from rulebook.project import find_project

SUMMARY = "write a rule and its runbook, to be filled in"
EXAMPLE = """\
examples:
  rulebook new S3_BUCKETS_TAGGED TagBuckets --resource-type AWS::S3::Bucket
  rulebook new USERS_HAVE_MFA --resource-type AWS::IAM::User --no-remediation"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook new`` takes."""
    parser.add_argument("rule", metavar="RULE", help="letters, digits and _; also the module and the class")
    parser.add_argument("document", nargs="?", metavar="DOCUMENT", help="the runbook, verb first")
    parser.add_argument(
        "--resource-type", required=True, metavar="TYPE", help="what the rule reports on: AWS::S3::Bucket"
    )
    trigger = parser.add_mutually_exclusive_group()
    trigger.add_argument("--periodic", action="store_true", help="evaluated once a day (the default)")
    trigger.add_argument("--change", action="store_true", help="evaluated at each change that Config records")
    parser.add_argument("--no-remediation", action="store_true", help="the rule only finds; no DOCUMENT")


def run(args: argparse.Namespace) -> int:
    """Write, build and enter it; 0 done, 2 if it cannot be made."""
    if args.no_remediation == bool(args.document):
        raise CannotStart(
            "name a DOCUMENT, or give --no-remediation, one of the two; see `rulebook new --help`"
        )
    project = find_project(args.root)
    made = new(project, Wish(args.rule, args.document, args.resource_type, args.change))
    for folder in made:
        print(f"made {project.relative(folder)}/")
    print(f"entered {args.rule} into {project.relative(project.config)}")
    progress("It is built and works on an example; fill in what is marked FILL IN (`pytest` lists each)")
    return 0
