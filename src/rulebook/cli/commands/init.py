"""Make a project of your own: a folder with rdk_config.json, rules/, ssm_docs/, tests, a CI workflow.

DIR is new or empty. Nothing is written anywhere else, and nothing at all if anything is in the way.
"""

import argparse
from pathlib import Path

from rulebook.authoring.starting.fresh_project import init
from rulebook.cli.output import progress

SUMMARY = "make a project of your own in a new or empty folder"
EXAMPLE = "example:\n  rulebook init my-rules"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook init`` takes."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")


def run(args: argparse.Namespace) -> int:
    """Make it; 0 done, 2 if it cannot be made."""
    init(args.root / args.folder)
    print(f"made {args.folder}")
    there = "" if args.folder == Path() else f"cd {args.folder}; "
    progress(f"Next: {there}`rulebook new --help`, or `rulebook add --help` for a pair that ships")
    return 0
