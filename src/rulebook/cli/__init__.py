"""The command line: one module a command, called like it.

A command's module has ``SUMMARY`` (a line for the overview), ``EXAMPLE`` (what its help ends with),
``add_arguments(parser)`` and ``run(args) -> int``; its docstring is its help. ``args.root`` is the absolute
folder in which, or above which, the project is.

Exit codes: 0 done or compliant, 1 checked and found wrong, 2 could not run. Results go to stdout,
progress and errors to stderr. With ``--json`` or ``--format json`` stdout is one JSON document whatever goes
wrong: the result, or ``{"error": {"type", "message", "exitCode"}}``. Only this package prints.
"""

import sys
import traceback
from collections.abc import Sequence
from itertools import pairwise

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from rulebook.cli.arguments import command_modules, parsed, parser
from rulebook.cli.aws_errors import explain
from rulebook.cli.interruption import ended_as_by_ctrl_c
from rulebook.cli.output import one_line, print_json
from rulebook.cli.terminal import OutputLost, SafeStream, give_up, safe_streams
from rulebook.errors import RulebookError

__all__ = ["command_modules", "main", "parser"]

INTERRUPTED = 130  # what a shell expects of a program ended by Ctrl-C
READER_GONE = 141  # and of one whose output nobody reads any more
COULD_NOT_RUN = 2


def main(argv: Sequence[str]) -> int:
    """Run one command.

    Args:
        argv: the arguments without the program's name.

    Returns:
        The exit code.
    """
    with safe_streams() as out, ended_as_by_ctrl_c():
        try:
            return _run(argv, out)
        except BrokenPipeError:  # the reader has seen enough, as `head` has
            give_up(out)
            return READER_GONE
        except OutputLost as error:
            give_up(out)
            print(f"rulebook: {error}", file=sys.stderr)
            return error.exit_code


def _run(argv: Sequence[str], out: SafeStream) -> int:
    try:
        args = parsed(argv)
        code = int(args.run(args))
    except SystemExit as end:  # argparse ends the process itself, after --help and --version
        code = end.code if isinstance(end.code, int) else 0
    except (BrokenPipeError, OutputLost):
        raise
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - whatever it is, it is told in one line
        code, message = _told(error)
        # One line, whatever somebody else's text in it holds; several only where there are several findings.
        said = [str(finding) for finding in getattr(error, "findings", ())] or [message]
        said[0] = f"rulebook: {said[0]}"
        print("\n".join(map(one_line, said)), file=sys.stderr)
        if _wants_json(argv) and not out.used:
            told = {"type": type(error).__name__, "message": message, "exitCode": code}
            print_json({"error": told})
    out.flush()  # so that a reader that has gone, or a full disk, is noticed while it can be handled
    return code


def _wants_json(argv: Sequence[str]) -> bool:
    """Tell it from the words themselves: arguments that are wrong are told as JSON too."""
    words = argv[: argv.index("--")] if "--" in argv else argv
    return "--json" in words or "--format=json" in words or ("--format", "json") in pairwise(words)


def _told(error: BaseException) -> tuple[int, str]:
    """Return the exit code of an error and what it says: what happened, and what to do."""
    if isinstance(error, RulebookError):
        return error.exit_code, str(error)
    if isinstance(error, ClientError | BotoCoreError | ResponseParserError):
        return COULD_NOT_RUN, explain(error)
    if isinstance(error, ValueError) and str(error).startswith(("Invalid endpoint", "Port ")):
        return COULD_NOT_RUN, f"{error}; correct the endpoint (AWS_ENDPOINT_URL, or the profile's)"
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED, "interrupted"
    if isinstance(error, RecursionError | MemoryError):
        return COULD_NOT_RUN, "something that was read is nested too deeply, or too large; flatten it"
    traceback.print_exception(error)
    return COULD_NOT_RUN, f"a defect of rulebook: {type(error).__name__}: {error}; report the lines above"
