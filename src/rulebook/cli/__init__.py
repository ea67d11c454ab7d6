"""The command line: one module a command, called like it.

A command's module has ``SUMMARY`` (a line for the overview), ``EXAMPLE`` (what its help ends with),
``add_arguments(parser)`` and ``run(args) -> int``; its docstring is its help.

Exit codes: 0 done or compliant, 1 checked and found wrong, 2 could not run. Results go to stdout,
progress and errors to stderr. Only this package prints.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from botocore.exceptions import BotoCoreError, ClientError

from rulebook.cli import commands
from rulebook.cli.aws_errors import explain
from rulebook.cli.output import one_line
from rulebook.errors import RulebookError

INTERRUPTED = 130  # what a shell expects of a program ended by Ctrl-C
READER_GONE = 141  # and of one whose output nobody reads any more


def command_modules() -> Iterator[ModuleType]:
    """Import every command, found by walking ``rulebook/cli/commands/``."""
    for module in pkgutil.iter_modules(commands.__path__):
        yield importlib.import_module(f"{commands.__name__}.{module.name}")


def parser() -> argparse.ArgumentParser:
    """Build the parser of all commands."""
    top = argparse.ArgumentParser(
        prog="rulebook",
        description="Author, check, try out and publish AWS Config rules with their remediation runbooks.",
        epilog="exit codes: 0 done or compliant, 1 checked and found wrong, 2 could not run\n\n"
        "example:\n  rulebook demo",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument(
        "--root", type=Path, metavar="DIR", help="the project's folder (default: found from here upwards)"
    )
    subparsers = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in command_modules():
        command = subparsers.add_parser(
            module.__name__.rpartition(".")[2].replace("_", "-"),
            help=module.SUMMARY,
            description=module.__doc__,
            epilog=module.EXAMPLE,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return top


def main(argv: Sequence[str]) -> int:
    """Run one command.

    Args:
        argv: the arguments without the program's name.

    Returns:
        The exit code.
    """
    try:
        return _run(argv)
    except SystemExit as end:  # argparse ends the process itself, after --help or on a wrong argument
        return end.code if isinstance(end.code, int) else 2
    except RulebookError as error:
        print("\n".join(map(one_line, f"rulebook: {error}".splitlines())), file=sys.stderr)
        return error.exit_code
    except (ClientError, BotoCoreError) as error:
        print(f"rulebook: {explain(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("rulebook: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader has seen enough, as `head` has
        # What is still in the buffer would raise once more when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE


def _run(argv: Sequence[str]) -> int:
    args = parser().parse_args(argv)
    code = int(args.run(args))
    sys.stdout.flush()  # so that a reader that has gone is noticed while it can be handled
    return code
