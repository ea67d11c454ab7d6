"""Copy a pair that ships with rulebook into this project, with its tests, as it is.

Its entry in rdk_config.json is the one that it ships with: read what it finds and what its runbook changes
before you deploy it.
"""

import argparse

from rulebook.authoring.starting.shipped_pair import add, shipped
from rulebook.cli.output import progress
from rulebook.project import find_project

SUMMARY = "copy a pair that ships with rulebook into this project"
EXAMPLE = "example:\n  rulebook add ACCESS_KEYS_ROTATED_CUSTOM"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook add`` takes."""
    there = ", ".join(shipped().rules())
    parser.add_argument("pair", metavar="RULE", help=f"the rule's name: {there}")


def run(args: argparse.Namespace) -> int:
    """Copy and build it; 0 done, 1 if it does not build here, 2 if it cannot be added."""
    project = find_project(args.root)
    for folder in add(project, args.pair):
        print(f"made {project.relative(folder)}/")
    print(f"entered {args.pair} into {project.relative(project.config)}")
    progress("It is built; `pytest` runs its tests")
    return 0
