"""Print what lets a shell complete commands and options of rulebook.

For bash, write it to ~/.local/share/bash-completion/completions/rulebook; for zsh, to a file _rulebook in a
folder of $fpath.
"""

import argparse

import shtab

from rulebook.cli import arguments

SUMMARY = "print what lets a shell complete commands and options"
EXAMPLE = "example:\n  rulebook completion bash"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook completion`` takes."""
    parser.add_argument("shell", choices=("bash", "zsh"), metavar="SHELL", help="bash or zsh")


def run(args: argparse.Namespace) -> int:
    """Print it; 0."""
    print(shtab.complete(arguments.parser(), shell=args.shell))
    return 0
