"""The parser of all commands: what it refuses it says in one line, with the nearest word there is."""

import argparse
import difflib
import importlib
import importlib.metadata
import pkgutil
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from rulebook.cli import commands
from rulebook.errors import RulebookError

DISTRIBUTION = "aws-config-rulebook"


class WrongArguments(RulebookError):
    """The command line itself is wrong; nothing was done."""


class Parser(argparse.ArgumentParser):
    """argparse, which raises instead of ending the process, and suggests."""

    def __init__(self, **settings: object) -> None:
        """Read options only as they are written: ``--js`` is a slip, not ``--json``."""
        super().__init__(
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **settings,  # type: ignore[arg-type]
        )
        self.set_defaults(parser=self)

    def error(self, message: str) -> NoReturn:
        """Raise WrongArguments: what is wrong, what may be meant, and where the rest is told."""
        raise WrongArguments(f"{_meant(message)}; see `{self.prog} --help`")

    def options(self) -> list[str]:
        """Return every option as it is written."""
        return list(self._option_string_actions)


def _meant(message: str) -> str:
    """Rewrite argparse's message of a command that does not exist, which is too long to be read."""
    found = re.fullmatch(r"argument COMMAND: invalid choice: '(.*)' \(choose from (.*)\)", message, re.DOTALL)
    if not found:
        return message
    there = re.findall(r"[a-z][a-z-]*", found[2])
    return f"there is no command {found[1]}" + (suggestion(found[1], there) or f"; it has {', '.join(there)}")


def suggestion(word: str, there: Collection[str]) -> str:
    """Return `` (did you mean ...?)``, or nothing if nothing is near."""
    near = difflib.get_close_matches(word, there, n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def command_modules(only: str | None = None) -> Iterator[ModuleType]:
    """Import every command, found by walking ``rulebook/cli/commands/``, or only the one of that name."""
    names = [module.name for module in pkgutil.iter_modules(commands.__path__)]
    for name in [only] if only in names else names:
        yield importlib.import_module(f"{commands.__name__}.{name}")


def parser(only: str | None = None) -> Parser:
    """Build the parser of all commands, or of one: the others' modules take most of a second to import.

    Args:
        only: the module of the one; every command's parser is built if there is none of that name.
    """
    top = Parser(
        prog="rulebook",
        description="Author, check, try out and publish AWS Config rules with their remediation runbooks.",
        epilog="exit codes: 0 done, 1 checked and found wrong, 2 could not run\n\nexample:\n  rulebook demo",
    )
    top.add_argument("--version", action="version", version=f"rulebook {_version()}")
    top.add_argument(
        "--root", type=Path, metavar="DIR", help="the project's folder (default: found from here upwards)"
    )
    subparsers = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in command_modules(only):
        command = subparsers.add_parser(
            module.__name__.rpartition(".")[2].replace("_", "-"),
            help=module.SUMMARY,
            description=module.__doc__,
            epilog=module.EXAMPLE,
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    helper = subparsers.add_parser("help", help="show this, or what a command does and takes")
    helper.add_argument("about", nargs="?", choices=[*subparsers.choices], metavar="COMMAND")
    helper.set_defaults(run=lambda args: _help(subparsers.choices.get(args.about, top)))
    return top


def _version() -> str:
    try:
        return importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:  # run from the source, which is no installation
        return "(not installed)"


def _help(about: argparse.ArgumentParser) -> int:
    about.print_help()
    return 0


def parsed(argv: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments; ``root`` is then an absolute folder, given or the present one.

    Raises:
        WrongArguments: a command, an option or a value cannot be.
        SystemExit: after ``--help`` and ``--version``, with 0.
    """
    args, unknown = parser(_command(argv)).parse_known_args(argv)
    if unknown:
        _refuse(args.parser, unknown)
    args.root = (args.root or Path.cwd()).resolve()
    return args


def _command(argv: Sequence[str]) -> str:
    """Return the module of the command that is asked for, the first word but ``--root``'s value; or none."""
    words = iter(argv)
    for word in words:
        if word == "--root":
            next(words, None)
        elif not word.startswith("-"):
            return word.replace("-", "_")
    return ""


def _refuse(used: Parser, unknown: Sequence[str]) -> NoReturn:
    option = unknown[0].partition("=")[0]
    if option == "--root":
        used.error("--root stands before the command")
    near = suggestion(option, used.options()) if option.startswith("-") else ""
    used.error(f"does not take {' '.join(unknown)}{near}")
